"""Constructed: consent pages, and limits of the rate of requests."""

# ruff: noqa: E501  (tables: one answer to a row)

from __future__ import annotations

from collections.abc import Iterator

from evidentia.record.post import State

from .labelled import Kind, Labelled
from .making import KABAR, NEWS, html, web


def consent_and_limits() -> Iterator[Labelled]:
    """All of them."""
    yield from _consent()
    yield from _limits()


def _consent() -> Iterator[Labelled]:
    kind, challenge = Kind.CONSENT, State.CHALLENGE
    back = "https%3A%2F%2Fkabar.example%2Fp%2F123"
    for name, after, url, final, language in (
        ("youtube", "consent.youtube.com", "https://www.youtube.com/watch?v=Kc0nt0h_A-7", "https://consent.youtube.com/m?continue=x&gl=DE", "en"),
        ("google", "consent.google.com", KABAR, f"https://consent.google.co.id/ml?continue={back}", "id"),
        ("yahoo", "guce.yahoo.com", KABAR, f"https://guce.yahoo.com/consent?brandType=nonEu&done={back}", "en"),
        ("own", "a site's own page, with the way back", KABAR, "https://kabar.example/consent?return=/p/123", "id"),
        ("publisher", "myprivacy.dpgmedia.nl/consent (callbackUrl)", KABAR,
         f"https://izin.kabar.example/consent?siteKey=A&callbackUrl={back}", "id"),
        ("tumblr", "www.tumblr.com/privacy/consent", NEWS, "https://news.example/privacy/consent?redirect=https%3A%2F%2Fnews.example%2Fposts%2F123", "en"),
    ):  # fmt: skip
        yield web(
            f"consent-{name}",
            kind,
            challenge,
            after,
            html("<form method='post'><button>OK</button></form>", language=language),
            url=url,
            final=final,
            language=language,
            platform="youtube" if name == "youtube" else "web",
        )
    yield web(
        "consent-without-way-back",
        kind,
        challenge,
        "a consent page that remembers the address in a cookie",
        html("<p>Kami menghargai privasi Anda</p><button>Setuju</button>"),
        final="https://kabar.example/privasi",
    )
    yield web(
        "consent-same-address",
        kind,
        challenge,
        "a page of consent under the post's own address, nothing beneath",
        html('<div id="onetrust-consent-sdk"><button>Setuju semua</button></div>'),
    )
    yield web(
        "consent-banner-over-post",
        Kind.LIVE,
        State.LIVE,
        "a banner over a post that is in the document",
        html(
            '<div id="onetrust-consent-sdk"><button>Setuju</button></div><article><p>Halo Kota Contoh</p></article>'
        ),
    )


def _limits() -> Iterator[Labelled]:
    kind, challenge = Kind.RATE_LIMIT, State.CHALLENGE
    yield web(
        "limit-429",
        kind,
        challenge,
        "RFC 6585 section 4",
        html("<h1>Terlalu banyak permintaan</h1>"),
        status=429,
    )
    yield web(
        "limit-429-retry-after",
        kind,
        challenge,
        "RFC 6585 section 4",
        html("<h1>Too Many Requests</h1>", language="en"),
        url=NEWS,
        status=429,
        headers=[("Retry-After", "3600")],
        language="en",
    )
    yield web(
        "limit-429-json",
        kind,
        challenge,
        "RFC 9457",
        {"title": "Too Many Requests", "status": 429},
        status=429,
        language="en",
    )
    yield web(
        "limit-429-says-not-found",
        kind,
        challenge,
        "RFC 6585 section 4",
        html("<p>Halaman tidak ditemukan</p>"),
        status=429,
    )
    yield web(
        "limit-github-403",
        kind,
        challenge,
        "docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api",
        {"message": "API rate limit exceeded"},
        status=403,
        headers=[("X-RateLimit-Remaining", "0")],
        language="en",
    )
    yield web(
        "limit-200-error-object",
        kind,
        challenge,
        "an interface that answers 200 with an error object",
        {"error": {"code": 429, "message": "rate limit exceeded"}},
        language="en",
    )
    yield web(
        "limit-200-words",
        kind,
        challenge,
        "a limit in words alone",
        html("<p>Terlalu banyak permintaan. Coba lagi nanti.</p>"),
    )
    yield web(
        "limit-503-slow-down",
        kind,
        challenge,
        "docs.aws.amazon.com/AmazonS3 (SlowDown)",
        "<?xml version='1.0'?><Error><Code>SlowDown</Code></Error>",
        status=503,
        language="en",
        may_say=(State.UNREACHABLE,),
    )
