<?php
// For `php -S`: hand what the wiki's own programs answer to them, and everything else to index.php, as a web
// server's rewrite rules do. EVIDENTIA_LAB_WIKI names the folder of MediaWiki, EVIDENTIA_LAB_WIKI_FILES that of uploads.
$wiki = getenv('EVIDENTIA_LAB_WIKI');
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$types = ['css' => 'text/css', 'js' => 'text/javascript', 'png' => 'image/png', 'svg' => 'image/svg+xml'];
[$folder, $below] = str_starts_with($path, '/files/') ? [getenv('EVIDENTIA_LAB_WIKI_FILES'), substr($path, 6)] : [$wiki, $path];
$file = realpath($folder . $below);
$type = $types[pathinfo($path, PATHINFO_EXTENSION)] ?? null;
if ($type !== null && $file !== false && str_starts_with($file, realpath($folder) . '/')) {
    header("Content-Type: $type");
    readfile($file);
    return true;
}
$program = preg_match('#^/(api|load|index|rest)\.php#', $path, $found) ? "$found[1].php" : 'index.php';
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = "/$program";
$_SERVER['SCRIPT_FILENAME'] = "$wiki/$program";
chdir($wiki);
require "$wiki/$program";
