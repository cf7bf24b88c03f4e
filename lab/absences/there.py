"""Constructed: posts that are there, and speak of deletion or stand beside its marks."""

# ruff: noqa: E501  (tables: one answer to a row)

from __future__ import annotations

import json
from collections.abc import Iterator

from evidentia.record.post import State

from .labelled import Kind, Labelled
from .making import KABAR, NEWS, html, web

_TALK = (
    ("id", KABAR, "Unggahan ini telah dihapus? Tidak, masih ada. Konten tidak tersedia, kata orang."),
    ("id", KABAR, "Komentar saya dihapus oleh admin, akun saya ditangguhkan, 404, halaman tidak ditemukan."),
    (
        "id",
        KABAR,
        "Internet Positif memblokir situs warga: begini tampilannya. Silakan masuk untuk melanjutkan.",
    ),
    ("en", NEWS, "This content isn't available right now, they said. It has been removed by the author."),
    ("en", NEWS, "404 Not Found: why posts vanish. Access denied, login required, account suspended."),
)


def there() -> Iterator[Labelled]:
    """All of them."""
    yield from _living()


def _living() -> Iterator[Labelled]:
    kind, label = Kind.LIVE, State.LIVE
    for n, (language, url, text) in enumerate(_TALK, 1):
        spoken = f"words of deletion in a post that is there ({language})"
        yield web(
            f"live-article-{n}",
            kind,
            label,
            spoken,
            html(f"<article><p>{text}</p></article>", language=language),
            url=url,
            language=language,
        )
        yield web(
            f"live-h-entry-{n}",
            kind,
            label,
            "microformats.org/wiki/h-entry",
            html(
                f'<div class="h-entry"><a class="u-url" href="{url}"></a><div class="e-content">{text}</div></div>',
                language=language,
            ),
            url=url,
            language=language,
        )
        thing = {
            "@context": "https://schema.org",
            "@type": "SocialMediaPosting",
            "url": url,
            "articleBody": text,
        }
        stated = f'<script type="application/ld+json">{json.dumps(thing, ensure_ascii=False)}</script>'
        yield web(
            f"live-json-ld-{n}",
            kind,
            label,
            "schema.org/SocialMediaPosting",
            html(f"<main><p>{text}</p></main>", stated, language),
            url=url,
            language=language,
        )
    post = "<article><p>Halo Kota Contoh</p></article>"
    for name, after, body, head, headers in (
        ("script-says-denied", "a script whose strings speak of absence", post, '<script>var t={denied:"Access denied",gone:"404 Not Found"}</script>', []),
        ("captcha-on-comments", "a robot check that guards a form", f'{post}<div class="h-captcha"></div><script src="https://hcaptcha.com/1/api.js"></script>', "", []),
        ("login-form-in-head", "a site's login form beside a post", f'<form action="/login"><input type="password" name="p"></form>{post}', "", []),
        ("removed-comment-below", "a removed comment below a post", f"{post}<ul><li>[deleted]</li><li>Komentar ini telah dihapus</li></ul>", "", []),
        ("noindex", "robots: noindex on a live page", post, '<meta name="robots" content="noindex">', []),
        ("rate-header-zero", "the last request of an allowance", post, "", [("X-RateLimit-Remaining", "0")]),
        ("cloudflare-server", "a site behind Cloudflare", post, "", [("Server", "cloudflare"), ("CF-RAY", "8f0a1b2c3d4e5f60-CGK")]),
        ("title-404", "a title that speaks of absence", post, "<title>404 – Halaman tidak ditemukan</title>", []),
    ):  # fmt: skip
        yield web(f"live-{name}", kind, label, after, html(body, head), headers=headers)
    yield web(
        "live-next-data",
        kind,
        label,
        "nextjs.org: a page of another route",
        html(
            '<article><p>Halo</p></article><script id="__NEXT_DATA__" type="application/json">{"props":{"pageProps":{"statusCode":404}},"page":"/p/[id]"}</script>'
        ),
    )
    yield web(
        "live-address-says-404",
        kind,
        label,
        "a post whose address speaks of absence",
        html("<article><p>Halo</p></article>"),
        url="https://kabar.example/p/404-not-found",
    )
    yield web(
        "live-led-to-slug",
        kind,
        label,
        "a redirect to the post's full address",
        html("<article><p>Halo</p></article>"),
        final="https://kabar.example/p/123-login-dihapus",
        hop=301,
    )
