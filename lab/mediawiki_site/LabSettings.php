<?php
// What the lab adds to the settings that MediaWiki's own installer wrote: addresses follow the port, pages stand under
// /wiki/, members may upload pictures, and the wiki's administrators may hide revisions and log entries, and move pages without a redirect.
$wgServer = 'http://' . ( $_SERVER['HTTP_HOST'] ?? '127.0.0.1' );
$wgArticlePath = '/wiki/$1';
$wgUsePathInfo = true;
$wgMainCacheType = CACHE_NONE;
$wgRateLimits = []; // scripted lives edit faster than people
foreach ( [ 'deleterevision', 'deletelogentry', 'suppressrevision', 'suppressredirect', 'hideuser' ] as $right ) {
    $wgGroupPermissions['sysop'][$right] = true;
}
$wgEnableUploads = true;
$wgUploadDirectory = getenv( 'EVIDENTIA_LAB_WIKI_FILES' );
$wgUploadPath = '/files';
if ( getenv( 'EVIDENTIA_LAB_WIKI_PRIVATE' ) ) {
    $wgGroupPermissions['*']['read'] = false;
}
