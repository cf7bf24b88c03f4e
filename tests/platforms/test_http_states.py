"""What stood in the way, by the structure of the exchange. The responses are constructed after documented ones."""

from __future__ import annotations

import pytest

from evidentia.platforms import CapturedPage, CapturedResponse
from evidentia.platforms.webpage import read
from evidentia.record.post import State

URL = "https://kabar.example/p/123"
LOGIN_FORM = '<form action="."><input name="user"><input type="password" name="pw"></form>'
POST = "<article>Halo</article>"


def page(
    status: int | None = 200,
    dom: str = POST,
    final_url: str = URL,
    headers: tuple[tuple[str, str], ...] = (),
    failure: str | None = None,
    url: str = URL,
) -> CapturedPage:
    if status is None:
        return CapturedPage(requested_url=url, final_url=None, status=None, failure=failure)
    response = CapturedResponse(url=final_url, status=status, headers=headers, body=dom.encode())
    return CapturedPage(
        requested_url=url, final_url=final_url, status=status, dom=dom, responses=(response,), failure=failure
    )


CASES: dict[str, tuple[CapturedPage, State]] = {
    "404": (page(404), State.UNAVAILABLE),
    "410": (page(410), State.UNAVAILABLE),
    "451": (page(451), State.UNAVAILABLE),
    "404 in Indonesian": (page(404, "<h1>Halaman tidak ditemukan</h1>"), State.UNAVAILABLE),
    "401": (page(401), State.LOGIN_WALL),
    "403": (page(403, "<h1>Akses ditolak</h1>"), State.UNDETERMINED),
    "429": (page(429), State.CHALLENGE),
    "500": (page(500), State.UNREACHABLE),
    "503 maintenance": (page(503, "<h1>Sedang dalam pemeliharaan</h1>"), State.UNREACHABLE),
    "511 captive portal": (page(511), State.UNREACHABLE),
    "407 proxy": (page(407), State.UNREACHABLE),
    "418": (page(418), State.UNDETERMINED),
    "204": (page(204), State.UNDETERMINED),
    "302 not followed": (page(302), State.UNDETERMINED),
    "name not resolved": (page(None, failure="net::ERR_NAME_NOT_RESOLVED"), State.UNREACHABLE),
    "TLS failure": (page(None, failure="net::ERR_CERT_DATE_INVALID"), State.UNREACHABLE),
    "nothing recorded": (page(None), State.UNDETERMINED),
    "login redirect": (
        page(dom=LOGIN_FORM, final_url="https://kabar.example/accounts/login/?next=%2Fp%2F123"),
        State.LOGIN_WALL,
    ),
    "login redirect, other host, return address": (
        page(dom="<p>Masuk</p>", final_url="https://id.example/masuk?continue=https://kabar.example/p/123"),
        State.LOGIN_WALL,
    ),
    "login page of a script": (
        page(
            dom="<p>Masuk</p>",
            final_url="https://kabar.example/login.php?next=https%3A%2F%2Fkabar.example%2Fp%2F123",
        ),
        State.LOGIN_WALL,
    ),
    "cloudflare header": (
        page(403, "<p>Just a moment...</p>", headers=(("CF-Mitigated", "challenge"),)),
        State.CHALLENGE,
    ),
    "cloudflare script": (page(503, "<script>window._cf_chl_opt={cvId:'3'}</script>"), State.CHALLENGE),
    "cloudflare script with 200": (
        page(200, "<script>(function(){window._cf_chl_opt={}})()</script>"),
        State.CHALLENGE,
    ),
    "aws captcha": (page(405, "<p></p>", headers=(("x-amzn-waf-action", "captcha"),)), State.CHALLENGE),
    "captcha frame on a refusal": (
        page(403, '<iframe src="https://geo.captcha-delivery.com/captcha/"></iframe>'),
        State.CHALLENGE,
    ),
    "challenge form": (page(403, '<form id="challenge-form"></form>'), State.CHALLENGE),
    "consent": (
        page(dom="<form></form>", final_url="https://consent.youtube.com/m?continue=x"),
        State.CHALLENGE,
    ),
    "own consent page": (
        page(dom="<form></form>", final_url="https://kabar.example/consent?return=/p/123"),
        State.CHALLENGE,
    ),
    "captive portal": (
        page(dom=LOGIN_FORM, final_url="http://10.5.0.1/login?dst=https://kabar.example/p/123"),
        State.UNREACHABLE,
    ),
    "internet positif": (
        page(dom="<p>Situs diblokir</p>", final_url="http://internetpositif.id/"),
        State.UNREACHABLE,
    ),
    "front page": (page(final_url="https://kabar.example/"), State.UNDETERMINED),
    "soft 404 by redirect": (page(final_url="https://kabar.example/404"), State.UNAVAILABLE),
    "soft 404 by template": (page(dom='<body class="error404"><p>Ups</p></body>'), State.UNAVAILABLE),
    "soft 404 by stated status": (
        page(dom='<head><meta name="prerender-status-code" content="404"></head>'),
        State.UNAVAILABLE,
    ),
    "soft 404 stated beside noindex": (
        page(
            dom='<head><meta name="robots" content="noindex"><meta name="prerender-status-code" content="410"></head>'
        ),
        State.UNAVAILABLE,
    ),
    "noindex alone": (
        page(dom='<head><meta name="robots" content="noindex"></head><p>x</p>'),
        State.UNDETERMINED,
    ),
    "outage stated by the page": (
        page(dom='<head><meta name="prerender-status-code" content="503"></head>'),
        State.UNREACHABLE,
    ),
    "Next.js 404": (
        page(dom='<script id="__NEXT_DATA__" type="application/json">{"page":"/404","props":{}}</script>'),
        State.UNAVAILABLE,
    ),
    "Next.js error 404": (
        page(
            dom='<script id="__NEXT_DATA__">{"page":"/_error","props":{"pageProps":{"statusCode":404}}}</script>'
        ),
        State.UNAVAILABLE,
    ),
    "Next.js error 500": (
        page(
            dom='<script id="__NEXT_DATA__">{"page":"/_error","props":{"pageProps":{"statusCode":500}}}</script>'
        ),
        State.UNREACHABLE,
    ),
    "another host's 404": (page(404, final_url="https://cari.isp.example/p/123"), State.UNDETERMINED),
    "another host's page for what is missing": (
        page(dom="<h1>x</h1>", final_url="https://cari.isp.example/not-found"),
        State.UNDETERMINED,
    ),
    "another site below a country's domain": (
        page(404, url="https://kabar.co.id/p/1", final_url="https://cari.co.id/p/1"),
        State.UNDETERMINED,
    ),
    "404 of the site's own www": (page(404, final_url="https://www.kabar.example/p/123"), State.UNAVAILABLE),
    "999": (page(999), State.UNDETERMINED),
    "bucket gone": (page(404, "<Error><Code>NoSuchBucket</Code></Error>"), State.UNREACHABLE),
    "deployment gone": (
        page(404, headers=(("x-vercel-error", "DEPLOYMENT_NOT_FOUND"),)),
        State.UNREACHABLE,
    ),
    "path gone from a deployment": (page(404, headers=(("x-vercel-error", "NOT_FOUND"),)), State.UNAVAILABLE),
    "app gone": (
        page(404, '<iframe src="//www.herokucdn.com/error-pages/no-such-app.html"></iframe>'),
        State.UNREACHABLE,
    ),
    "hosting suspended": (
        page(dom="<p>x</p>", final_url="https://kabar.example/cgi-sys/suspendedpage.cgi"),
        State.UNREACHABLE,
    ),
    "led to maintenance": (page(404, final_url="https://kabar.example/maintenance.html"), State.UNREACHABLE),
    "password of the post's own": (
        page(dom='<article><form class="post-password-form"></form></article>'),
        State.ACCESS_RESTRICTED,
    ),
    "login page by its way back": (
        page(
            dom=LOGIN_FORM,
            final_url="https://kabar.example/ucp.php?mode=in&redirect=%2Fp%2F123",
        ),
        State.LOGIN_WALL,
    ),
    "cut off": (page(headers=(("Content-Length", "9000"),)), State.UNDETERMINED),
    "404 that was cut off": (page(404, headers=(("Content-Length", "9000"),)), State.UNAVAILABLE),
    "503 with the time of its end": (page(503, headers=(("Retry-After", "120"),)), State.UNREACHABLE),
    "429 with the time of its end": (page(429, headers=(("Retry-After", "120"),)), State.CHALLENGE),
    "403 with a spent rate": (page(403, headers=(("X-RateLimit-Remaining", "0"),)), State.CHALLENGE),
    "vercel header": (page(403, headers=(("x-vercel-mitigated", "challenge"),)), State.CHALLENGE),
    "vercel refusal": (page(403, headers=(("x-vercel-mitigated", "deny"),)), State.UNDETERMINED),
    "anubis": (
        page(dom='<script id="anubis_challenge" type="application/json">{}</script>'),
        State.CHALLENGE,
    ),
    "imperva with 200": (
        page(dom='<iframe id="main-iframe" src="/_Incapsula_Resource?SWUDNSAI=31"></iframe>'),
        State.CHALLENGE,
    ),
    "cloudflare country": (
        page(403, '<h1><span class="cf-error-type">Error</span><span class="cf-error-code">1009</span></h1>'),
        State.ACCESS_RESTRICTED,
    ),
    "cloudflare rate": (page(403, '<span class="cf-error-code">1015</span>'), State.CHALLENGE),
    "cloudflare refusal": (page(403, '<span class="cf-error-code">1020</span>'), State.UNDETERMINED),
    "451 by somebody on the way": (
        page(451, headers=(("Link", '<https://penyedia.example/>; rel="blocked-by"'),)),
        State.UNREACHABLE,
    ),
    "451 by the host": (
        page(451, headers=(("Link", '<https://kabar.example/hukum>; rel="blocked-by"'),)),
        State.UNAVAILABLE,
    ),
    "consent of a country's Google": (
        page(dom="<form></form>", final_url="https://consent.google.co.id/ml?continue=x"),
        State.CHALLENGE,
    ),
    "provider's page below a known host": (
        page(final_url="http://www.xl.co.id/xlblockpage/x"),
        State.UNREACHABLE,
    ),
    "hotspot's login form": (
        page(
            dom='<form><input name="dst"><input name="popup"><input name="username"><input name="password"></form>',
            final_url="http://hotspot.example/login?dst=https://kabar.example/p/123",
        ),
        State.UNREACHABLE,
    ),
    "soft 404 by words": (page(dom="<h1>404 Halaman tidak ditemukan</h1>"), State.UNDETERMINED),
}


@pytest.mark.parametrize("name", CASES)
def test_the_state_is_what_the_exchange_shows(name: str) -> None:
    captured, state = CASES[name]
    reading = read(captured)
    assert reading.state is state
    assert reading.reason
    assert reading.signals or reading.reason.startswith("The capture holds no response")


def test_no_wall_challenge_or_outage_is_called_a_deletion() -> None:
    said = {State.DELETED_BY_AUTHOR, State.REMOVED_BY_PLATFORM, State.ACCOUNT_GONE}
    assert not said & {read(captured).state for captured, _ in CASES.values()}


LIVE: dict[str, CapturedPage] = {
    "whole by its length": page(headers=(("Content-Length", str(len(POST))),)),
    "longer than announced": page(headers=(("Content-Length", "3"),)),
    "coded, so that lengths do not compare": page(
        headers=(("Content-Length", "9000"), ("Content-Encoding", "gzip"))
    ),
    "a length that is none": page(headers=(("Content-Length", "-9000"),)),
    "slug says login": page(final_url="https://kabar.example/p/123/login"),
    "slug says 404 without a redirect": page(
        url="https://kabar.example/p/404", final_url="https://kabar.example/p/404"
    ),
    "login form in the header": page(dom=LOGIN_FORM + POST),
    "captcha on the comment form": page(dom=POST + '<script src="https://hcaptcha.com/1/api.js"></script>'),
    "cloudflare's ordinary script": page(
        dom=POST + '<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>'
    ),
    "https in place of http": page(url="http://kabar.example/p/123"),
    "shortened address": page(url="https://pendek.example/x"),
    "article that frames a block page": page(
        dom="<article>"
        + "Internet Positif di Kota Contoh. " * 20
        + '<iframe src="http://internet-positif.org/"></iframe>'
    ),
    "article that links to a block page": page(dom=POST + '<a href="http://internet-positif.org/">x</a>'),
    "other provider's page": page(final_url="https://www.xl.co.id/berita", url="https://www.xl.co.id/b"),
    "spent rate on a served page": page(headers=(("x-ratelimit-remaining", "0"),)),
    "cloudflare's error in an article": page(dom=POST + '<span class="cf-error-code">1009</span>'),
    "hotspot's form on the site itself": page(
        dom=POST
        + '<form><input name="dst"><input name="popup"><input name="username"><input name="password"></form>'
    ),
    "article about WISPr": page(dom=POST + "<pre>&lt;WISPAccessGatewayParam&gt;</pre>"),
    "Next.js page": page(dom=POST + '<script id="__NEXT_DATA__">{"page":"/p/[id]","props":{}}</script>'),
    "not indexed": page(dom='<head><meta name="robots" content="noindex"></head>' + POST),
    "words in a class name": page(dom='<article class="captcha-news deleted removed">Halo</article>'),
}


@pytest.mark.parametrize("name", LIVE)
def test_what_only_resembles_an_obstacle_is_live(name: str) -> None:
    assert read(LIVE[name]).state is State.LIVE
