"""Constructed: what sites in general say of a post that is not there, or not for this visitor."""

# ruff: noqa: E501  (tables: one answer to a row)

from __future__ import annotations

from collections.abc import Iterator

from evidentia.record.post import State

from .labelled import Kind, Labelled
from .making import KABAR, NEWS, html, web


def not_there() -> Iterator[Labelled]:
    """All of them."""
    yield from _not_there()
    yield from _soft()
    yield from _geo()
    yield from _restricted()


def _not_there() -> Iterator[Labelled]:
    kind, label = Kind.NOT_THERE, State.UNAVAILABLE
    for status in (404, 410):
        for language, url, text in (("id", KABAR, "Halaman tidak ditemukan"), ("en", NEWS, "Page not found")):
            yield web(
                f"gone-{status}-{language}",
                kind,
                label,
                "RFC 9110 sections 15.5.5 and 15.5.11",
                html(f"<h1>{text}</h1>", language=language),
                url=url,
                status=status,
                language=language,
            )
    yield web(
        "gone-410-says-author",
        kind,
        label,
        "RFC 9110 section 15.5.11: who removed it stands in words alone",
        html("<p>Unggahan ini dihapus oleh penulisnya.</p>"),
        status=410,
    )
    yield web(
        "gone-404-says-admin",
        kind,
        label,
        "RFC 9110 section 15.5.5: who removed it stands in words alone",
        html("<p>This post was removed by an administrator.</p>", language="en"),
        url=NEWS,
        status=404,
        language="en",
    )
    yield web("gone-404-empty", kind, label, "RFC 9110 section 15.5.5", "", status=404, language="none")
    yield web(
        "gone-404-json",
        kind,
        label,
        "RFC 9457",
        {"title": "Not Found", "status": 404},
        status=404,
        language="en",
    )
    yield web(
        "gone-404-with-article",
        kind,
        label,
        "a page for what is not there that recommends a post",
        html("<h1>404</h1><article><p>Baca juga: kabar lain</p></article>"),
        status=404,
    )
    yield web(
        "gone-404-login-form-in-head",
        kind,
        label,
        "a page for what is not there, with the site's login form",
        html('<form action="/login"><input type="password" name="p"></form><h1>Tidak ditemukan</h1>'),
        status=404,
    )
    yield web(
        "gone-404-after-https",
        kind,
        label,
        "a redirect to https, then 404",
        html("<h1>404</h1>", language="en"),
        url="http://news.example/posts/123",
        final=NEWS,
        status=404,
        hop=301,
        language="en",
    )
    yield web(
        "gone-404-after-www",
        kind,
        label,
        "a redirect to the same site's www, then 404",
        html("<h1>404</h1>"),
        final="https://www.kabar.example/p/123",
        status=404,
        hop=301,
    )
    yield web(
        "gone-404-after-mobile",
        kind,
        label,
        "a redirect to the same site's pages for telephones, then 404",
        html("<h1>404</h1>"),
        final="https://m.kabar.example/p/123",
        status=404,
    )
    yield web(
        "gone-404-github-pages",
        kind,
        label,
        "docs.github.com/pages: the host's own 404",
        html("<h1>404</h1><p>File not found</p>", language="en"),
        status=404,
        headers=[("Server", "GitHub.com")],
        language="en",
    )
    yield web(
        "gone-410-blog",
        kind,
        label,
        "wordpress.com: a deleted blog",
        html("<h1>kabar.example is no longer available.</h1>", language="en"),
        status=410,
        language="en",
    )


def _soft() -> Iterator[Labelled]:
    kind, label = Kind.SOFT_404, State.UNAVAILABLE
    wordpress = "developer.wordpress.org/reference/functions/body_class (error404)"
    yield web(
        "soft-wordpress-id",
        kind,
        label,
        wordpress,
        html("<h1>Ups! Halaman tidak ditemukan.</h1>", classes="error404 wp-theme"),
    )
    yield web(
        "soft-wordpress-en",
        kind,
        label,
        wordpress,
        html("<h1>Oops!</h1>", language="en", classes="error404 logged-out"),
        url=NEWS,
        language="en",
    )
    for code in (404, 410):
        yield web(
            f"soft-prerender-{code}",
            kind,
            label,
            "docs.prerender.io (404 pages and status codes)",
            html(
                "<p>Tidak ada</p>",
                f'<meta name="prerender-status-code" content="{code}"><meta name="robots" content="noindex">',
            ),
        )
    yield web(
        "soft-next-404",
        kind,
        label,
        "nextjs.org/docs/pages/building-your-application/routing/custom-error",
        html(
            '<script id="__NEXT_DATA__" type="application/json">{"props":{"pageProps":{}},"page":"/404"}</script>',
            language="en",
        ),
        url=NEWS,
        language="en",
    )
    yield web(
        "soft-next-error-404",
        kind,
        label,
        "nextjs.org/docs/pages/building-your-application/routing/custom-error",
        html(
            '<script id="__NEXT_DATA__" type="application/json">{"props":{"pageProps":{"statusCode":404}},"page":"/_error"}</script>'
        ),
    )
    for path in ("404", "404.html", "not-found", "page-not-found"):
        yield web(
            f"soft-redirect-{path}",
            kind,
            label,
            "a redirect to the site's own page for what is not there",
            html("<h1>Tidak ditemukan</h1>"),
            final=f"https://kabar.example/{path}",
        )
    words = "in words alone, with 200: no structure tells it from a post (docs/decisions/0011)"
    for name, text, url, language in (
        ("not-found-id", "Halaman yang Anda cari tidak ditemukan", KABAR, "id"),
        ("unavailable-id", "Konten ini tidak tersedia", KABAR, "id"),
        ("deleted-id", "Unggahan ini telah dihapus", KABAR, "id"),
        ("sorry-id", "Maaf, artikel yang Anda tuju sudah tidak ada atau dipindahkan", KABAR, "id"),
        ("not-found-en", "Sorry, this page isn't available.", NEWS, "en"),
        ("removed-en", "This content has been removed", NEWS, "en"),
        ("noindex-en", "Nothing here", NEWS, "en"),
    ):
        head = '<meta name="robots" content="noindex">' if name == "noindex-en" else ""
        yield web(
            f"soft-words-{name}",
            kind,
            label,
            words,
            html(f"<main><h1>{text}</h1></main>", head, language),
            url=url,
            language=language,
        )


def _geo() -> Iterator[Labelled]:
    kind = Kind.GEO
    yield web(
        "geo-451",
        kind,
        State.UNAVAILABLE,
        "RFC 7725",
        html("<h1>451</h1>", language="en"),
        url=NEWS,
        status=451,
        language="en",
        may_say=(State.ACCESS_RESTRICTED,),
    )
    yield web(
        "geo-451-id",
        kind,
        State.UNAVAILABLE,
        "RFC 7725",
        html("<p>Ditahan karena alasan hukum</p>"),
        status=451,
        may_say=(State.ACCESS_RESTRICTED,),
    )
    yield web(
        "geo-451-own",
        kind,
        State.UNAVAILABLE,
        "RFC 7725 section 4",
        html("<p>451</p>", language="en"),
        url=NEWS,
        status=451,
        language="en",
        headers=[("Link", '<https://news.example/legal>; rel="blocked-by"')],
        may_say=(State.ACCESS_RESTRICTED,),
    )
    yield web(
        "geo-cloudfront",
        kind,
        State.ACCESS_RESTRICTED,
        "docs.aws.amazon.com/AmazonCloudFront (georestrictions)",
        html("<p>configured to block access from your country</p>", language="en"),
        url=NEWS,
        status=403,
        headers=[("X-Cache", "Error from cloudfront")],
        language="en",
    )
    for name, text, url, language in (
        ("id", "Konten ini tidak tersedia di negara Anda", KABAR, "id"),
        ("en", "Not available in your region", NEWS, "en"),
    ):
        for status in (200, 403):
            yield web(
                f"geo-words-{status}-{name}",
                kind,
                State.ACCESS_RESTRICTED,
                "a block by country in words alone",
                html(f"<main><p>{text}</p></main>", language=language),
                url=url,
                status=status,
                language=language,
            )


def _restricted() -> Iterator[Labelled]:
    kind, label = Kind.RESTRICTED, State.ACCESS_RESTRICTED
    password = "developer.wordpress.org/reference/functions/get_the_password_form"
    form = '<form class="post-password-form" action="/wp-login.php?action=postpass" method="post"><input name="post_password" type="password"></form>'
    yield web(
        "restricted-wordpress-password",
        kind,
        label,
        password,
        html(f"<article><h1>Dilindungi: Kabar</h1>{form}</article>"),
    )
    yield web(
        "restricted-wordpress-password-en",
        kind,
        label,
        password,
        html(
            f"<article><h1>Protected: News</h1><p>This content is password protected.</p>{form}</article>",
            language="en",
        ),
        url=NEWS,
        language="en",
    )
    yield web(
        "restricted-403-members",
        kind,
        label,
        "a refusal that does not say whom it refuses",
        html("<h1>Khusus anggota</h1>"),
        status=403,
    )
    yield web(
        "restricted-403-says-removed",
        kind,
        label,
        "a refusal whose words speak of removal",
        html("<p>This post has been removed or is private.</p>", language="en"),
        url=NEWS,
        status=403,
        language="en",
    )
    yield web(
        "restricted-402", kind, label, "RFC 9110 section 15.5.3", html("<h1>Berlangganan</h1>"), status=402
    )
    yield web(
        "restricted-age-gate",
        kind,
        label,
        "a question for the visitor's age",
        html("<form><button>Saya 18 tahun</button></form>"),
        final="https://kabar.example/usia?kembali=/p/123",
        may_say=(State.CHALLENGE,),
    )
