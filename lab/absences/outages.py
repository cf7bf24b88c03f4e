"""Constructed: outages, maintenance, hosters without the site, and networks that fail."""

# ruff: noqa: E501  (tables: one answer to a row)

from __future__ import annotations

from collections.abc import Iterator

from evidentia.record.post import State

from .labelled import Kind, Labelled
from .making import KABAR, NEWS, failed, html, web


def outages() -> Iterator[Labelled]:
    """All of them."""
    yield from _outages()
    yield from _no_such_site()
    yield from _failures()


def _outages() -> Iterator[Labelled]:
    kind, label = Kind.OUTAGE, State.UNREACHABLE
    for status, text, language in (
        (500, "Internal Server Error", "en"), (500, "Terjadi kesalahan pada server", "id"), (502, "Bad Gateway", "en"),
        (503, "Service Unavailable", "en"), (504, "Gateway Time-out", "en"), (507, "Insufficient Storage", "en"),
        (508, "Resource Limit Is Reached", "en"), (509, "Bandwidth Limit Exceeded", "en"),
    ):  # fmt: skip
        yield web(
            f"outage-{status}-{language}",
            kind,
            label,
            "RFC 9110 section 15.6",
            html(f"<h1>{text}</h1>", language=language),
            status=status,
            url=KABAR if language == "id" else NEWS,
            language=language,
        )
    yield web(
        "outage-database",
        kind,
        label,
        "developer.wordpress.org/reference/functions/dead_db",
        html("<h1>Galat saat menghubungkan ke basis data</h1>", classes="wp-die-message"),
        status=500,
    )
    yield web(
        "outage-500-says-deleted",
        kind,
        label,
        "RFC 9110 section 15.6",
        html("<p>Unggahan ini telah dihapus.</p>"),
        status=500,
    )
    yield web(
        "maintenance-503-retry-after",
        kind,
        label,
        "RFC 9110 section 10.2.3",
        html("<h1>Sedang dalam pemeliharaan</h1>"),
        status=503,
        headers=[("Retry-After", "3600")],
    )
    yield web(
        "maintenance-503-plain",
        kind,
        label,
        "laravel.com/docs/configuration (maintenance mode)",
        html("<h1>Be right back</h1>", language="en"),
        url=NEWS,
        status=503,
        language="en",
    )
    yield web(
        "maintenance-wordpress",
        kind,
        label,
        "developer.wordpress.org/reference/functions/wp_maintenance",
        html("<p>Sebentar, situs sedang dirawat.</p>"),
        status=503,
        headers=[("Retry-After", "600")],
    )
    yield web(
        "maintenance-200-words-id",
        kind,
        label,
        "a notice in words alone",
        html("<h1>Situs sedang dalam perbaikan</h1>"),
    )
    yield web(
        "maintenance-200-words-en",
        kind,
        label,
        "a notice in words alone",
        html("<h1>We'll be back soon!</h1>", language="en"),
        url=NEWS,
        language="en",
    )
    yield web(
        "maintenance-200-article",
        kind,
        label,
        "gist.github.com/pitch-gmbh/2888601: a notice inside of an article element",
        html(
            "<article><h1>We&rsquo;ll be back soon!</h1><p>Sorry for the inconvenience.</p></article>",
            language="en",
        ),
        url=NEWS,
        language="en",
    )
    yield web(
        "maintenance-led-away",
        kind,
        label,
        "a redirect to a page of that name",
        html("<h1>Pemeliharaan</h1>"),
        final="https://kabar.example/maintenance.html",
    )
    yield web(
        "maintenance-led-away-404",
        kind,
        label,
        "a redirect to a page of that name, sent with 404",
        html("<h1>Pemeliharaan</h1>"),
        final="https://kabar.example/maintenance",
        status=404,
        may_say=(State.UNAVAILABLE,),
    )
    yield web(
        "outage-prerender-503",
        kind,
        label,
        "docs.prerender.io (status codes)",
        html("<p>x</p>", '<meta name="prerender-status-code" content="503">', language="en"),
        url=NEWS,
        language="en",
    )
    yield web(
        "outage-next-500",
        kind,
        label,
        "nextjs.org/docs/pages/building-your-application/routing/custom-error",
        html(
            '<script id="__NEXT_DATA__" type="application/json">{"props":{"pageProps":{"statusCode":500}},"page":"/_error"}</script>'
        ),
    )
    yield web(
        "outage-php-200",
        kind,
        label,
        "www.php.net/manual/en/errorfunc.configuration.php (display_errors)",
        "<br />\n<b>Fatal error</b>: Uncaught PDOException in <b>/var/www/p.php</b>",
        language="en",
    )
    yield web(
        "outage-proxy-squid",
        kind,
        label,
        "wiki.squid-cache.org (X-Squid-Error)",
        html("<h1>ERROR</h1>", language="en"),
        status=503,
        headers=[("X-Squid-Error", "ERR_CONNECT_FAIL 111")],
        language="en",
    )
    yield web(
        "outage-cloudfront-502",
        kind,
        label,
        "docs.aws.amazon.com/AmazonCloudFront (502)",
        html("<h1>502 ERROR</h1>", language="en"),
        status=502,
        headers=[("X-Cache", "Error from cloudfront")],
        language="en",
    )
    yield web(
        "outage-fastly-unknown-domain",
        kind,
        label,
        "www.fastly.com/documentation (unknown domain)",
        "Fastly error: unknown domain: kabar.example.",
        status=500,
        language="en",
    )


def _no_such_site() -> Iterator[Labelled]:
    """The host's own provider answers 404 for a site that it does not serve any more: nothing about one post."""
    kind, label = Kind.OUTAGE, State.UNREACHABLE
    yield web(
        "site-gone-s3",
        kind,
        label,
        "docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (NoSuchBucket)",
        '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchBucket</Code><BucketName>kabar.example</BucketName></Error>',
        status=404,
        headers=[("Content-Type", "application/xml"), ("Server", "AmazonS3")],
        language="en",
    )
    yield web(
        "site-gone-s3-website",
        kind,
        label,
        "docs.aws.amazon.com/AmazonS3/latest/userguide/CustomErrorDocSupport.html",
        html("<h1>404 Not Found</h1><ul><li>Code: NoSuchBucket</li></ul>", language="en"),
        status=404,
        headers=[("x-amz-error-code", "NoSuchBucket"), ("Server", "AmazonS3")],
        language="en",
    )
    yield web(
        "site-gone-vercel",
        kind,
        label,
        "vercel.com/docs/errors/DEPLOYMENT_NOT_FOUND",
        "The deployment could not be found on Vercel.\n\nDEPLOYMENT_NOT_FOUND",
        status=404,
        headers=[("Content-Type", "text/plain"), ("x-vercel-error", "DEPLOYMENT_NOT_FOUND")],
        language="en",
    )
    yield web(
        "site-gone-heroku",
        kind,
        label,
        "devcenter.heroku.com/articles/error-codes (no-such-app)",
        html('<iframe src="//www.herokucdn.com/error-pages/no-such-app.html"></iframe>', language="en"),
        status=404,
        language="en",
    )
    yield web(
        "site-suspended-cpanel",
        kind,
        label,
        "docs.cpanel.net (suspendedpage.cgi)",
        html("<h1>Account Suspended</h1>", language="en"),
        final="https://kabar.example/cgi-sys/suspendedpage.cgi",
        language="en",
    )
    yield web(
        "site-default-cpanel",
        kind,
        label,
        "docs.cpanel.net (defaultwebpage.cgi)",
        html("<h1>SORRY!</h1>", language="en"),
        final="https://kabar.example/cgi-sys/defaultwebpage.cgi",
        language="en",
    )


def _failures() -> Iterator[Labelled]:
    """Chromium's own names of failures (net/base/net_error_list.h)."""
    for name in (
        "ERR_NAME_NOT_RESOLVED", "ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_CONNECTION_CLOSED", "ERR_CONNECTION_TIMED_OUT",
        "ERR_TIMED_OUT", "ERR_ADDRESS_UNREACHABLE", "ERR_INTERNET_DISCONNECTED", "ERR_EMPTY_RESPONSE", "ERR_CERT_DATE_INVALID",
        "ERR_CERT_AUTHORITY_INVALID", "ERR_CERT_COMMON_NAME_INVALID", "ERR_SSL_PROTOCOL_ERROR", "ERR_TOO_MANY_REDIRECTS",
        "ERR_HTTP2_PROTOCOL_ERROR", "ERR_INVALID_RESPONSE", "ERR_TUNNEL_CONNECTION_FAILED", "ERR_BLOCKED_BY_CLIENT",
    ):  # fmt: skip
        yield failed(
            f"network-{name.removeprefix('ERR_').lower().replace('_', '-')}",
            f"net::{name}",
            "chromium: net/base/net_error_list.h",
        )
    yield failed(
        "network-forum-reset",
        "net::ERR_CONNECTION_RESET",
        "chromium: net/base/net_error_list.h",
        url="https://forum.example/topic/5/dukungan/",
    )
    yield failed(
        "network-x-timeout",
        "net::ERR_TIMED_OUT",
        "chromium: net/base/net_error_list.h",
        url="https://x.com/warga12/status/1757601575859126279",
    )
