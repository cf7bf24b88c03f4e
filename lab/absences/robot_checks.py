"""Constructed: robot checks, by the marks and in the words of their makers."""

# ruff: noqa: E501  (tables: one answer to a row)

from __future__ import annotations

from collections.abc import Iterator

from evidentia.record.post import State

from .labelled import Kind, Labelled
from .making import NEWS, html, web


def robot_checks() -> Iterator[Labelled]:
    """All of them."""
    yield from _cloudflare()
    yield from _robot_checks()


_REFUSED = frozenset({"akamai-denied", "sucuri", "f5-rejected", "modsecurity-406", "user-agent-refused"})
"""A refusal of this visitor, and no check that could be passed."""


def _cloudflare() -> Iterator[Labelled]:
    check, challenge = Kind.ROBOT_CHECK, State.CHALLENGE
    pages = "developers.cloudflare.com/cloudflare-challenges/challenge-types/challenge-pages/detect-response"
    errors = "developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-1xxx-errors"
    script = "<script>(function(){window._cf_chl_opt={cvId:'3',cType:'managed'}})();</script>"
    own = [("Server", "cloudflare"), ("CF-RAY", "8f0a1b2c3d4e5f60-CGK")]
    yield web(
        "cloudflare-managed-403",
        check,
        challenge,
        pages,
        html(f"<p>Just a moment...</p>{script}", language="en"),
        status=403,
        headers=[*own, ("cf-mitigated", "challenge")],
        language="en",
    )
    yield web(
        "cloudflare-managed-404",
        check,
        challenge,
        pages,
        html(f"<p>Tunggu sebentar...</p>{script}"),
        status=404,
        headers=[*own, ("cf-mitigated", "challenge")],
    )
    yield web(
        "cloudflare-managed-503",
        check,
        challenge,
        pages,
        html(f"<p>Memeriksa peramban Anda</p>{script}"),
        status=503,
        headers=own,
    )
    yield web(
        "cloudflare-captcha-form",
        check,
        challenge,
        pages,
        html('<form id="challenge-form"></form>', language="en"),
        status=403,
        headers=own,
        language="en",
    )
    yield web(
        "cloudflare-turnstile-frame",
        check,
        challenge,
        "developers.cloudflare.com/turnstile",
        html(
            '<iframe src="https://challenges.cloudflare.com/cdn-cgi/challenge-platform/h/g/turnstile"></iframe>',
            language="en",
        ),
        status=403,
        headers=own,
        language="en",
    )
    for code, text in (("1006", "Access denied"), ("1010", "The owner of this website has banned your access"),
                       ("1020", "Access denied")):  # fmt: skip
        yield web(
            f"cloudflare-{code}",
            check,
            State.UNDETERMINED,
            errors,
            _cf_error(code, text),
            status=403,
            headers=own,
            language="en",
        )
    yield web(
        "cloudflare-1015",
        Kind.RATE_LIMIT,
        challenge,
        errors,
        _cf_error("1015", "You are being rate limited"),
        status=429,
        headers=[*own, ("Retry-After", "60")],
        language="en",
    )
    yield web(
        "cloudflare-1009",
        Kind.GEO,
        State.ACCESS_RESTRICTED,
        errors,
        _cf_error("1009", "Country or region banned"),
        status=403,
        headers=own,
        language="en",
    )
    for status, name in (
        (520, "unknown"),
        (521, "down"),
        (522, "timeout"),
        (523, "unreachable"),
        (525, "tls"),
        (530, "dns"),
    ):
        yield web(
            f"cloudflare-{status}-{name}",
            Kind.OUTAGE,
            State.UNREACHABLE,
            "developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors",
            html(f"<h1>Error {status}</h1>", language="en"),
            status=status,
            headers=own,
            language="en",
        )


def _cf_error(code: str, text: str) -> str:
    return html(
        f'<h1><span class="cf-error-type">Error</span> <span class="cf-error-code">{code}</span></h1><h2>{text}</h2>',
        language="en",
    )


def _robot_checks() -> Iterator[Labelled]:
    check, challenge = Kind.ROBOT_CHECK, State.CHALLENGE
    reference = "Reference&#32;&#35;18&#46;4f1&#46;1"
    for name, after, body, status, headers in (
        ("akamai-denied", "techdocs.akamai.com (Access Denied, reference 18)", f"<h1>Access Denied</h1>{reference}", 403, [("Server", "AkamaiGHost")]),
        ("akamai-interstitial", "github.com/yt-dlp/yt-dlp and others: bm-verify",
         '<script>var i=1,j=i+Number("1"+"2");</script><script>xhr.send(JSON.stringify({"bm-verify":"AAQ","pow":j}))</script>', 200, []),
        ("akamai-crypto", "public crawlers: status 428, sec-if-cpt-container", '<div id="sec-if-cpt-container"></div>', 428, []),
        ("datadome-captcha", "docs.datadome.co/reference/validate-request", '<iframe src="https://geo.captcha-delivery.com/captcha/?initialCid=A"></iframe>',
         403, [("x-datadome", "protected"), ("x-dd-b", "2")]),
        ("datadome-interstitial", "docs.datadome.co/reference/validate-request",
         '<script src="https://ct.captcha-delivery.com/i.js"></script>', 403, [("x-dd-b", "1")]),
        ("perimeterx", "docs.humansecurity.com (block page)", '<div id="px-captcha"></div><script>window._pxAppId="PX1"</script>', 403, []),
        ("perimeterx-200", "docs.humansecurity.com (block page)", '<div id="px-captcha"></div>', 200, []),
        ("kasada-429", "github.com/TheWebScrapingClub (Kasada.md): 429, then ips.js", '<script src="/149e9513/ips.js"></script>', 429, [("x-kpsdk-ct", "0a")]),
        ("imperva-200", "docs.imperva.com (incident page)", '<iframe id="main-iframe" src="/_Incapsula_Resource?SWUDNSAI=31"></iframe>', 200, []),
        ("imperva-403", "docs.imperva.com (incident page)", '<iframe id="main-iframe" src="/_Incapsula_Resource?CWUDNSAI=9"></iframe>', 403, [("X-Iinfo", "1")]),
        ("hcaptcha-403", "docs.hcaptcha.com", '<iframe src="https://newassets.hcaptcha.com/captcha/v1/x/static/hcaptcha.html"></iframe>', 403, []),
        ("hcaptcha-200", "docs.hcaptcha.com", '<form action="/verify"><div class="h-captcha" data-sitekey="x"></div></form>', 200, []),
        ("anubis", "github.com/TecharoHQ/anubis", '<script id="anubis_challenge" type="application/json">{"rules":{}}</script>', 200, []),
        ("aws-waf-challenge", "docs.aws.amazon.com/waf (challenge, captcha)", "", 202, [("x-amzn-waf-action", "challenge")]),
        ("aws-waf-captcha", "docs.aws.amazon.com/waf (challenge, captcha)", "<div id='captcha-container'></div>", 405, [("x-amzn-waf-action", "captcha")]),
        ("vercel", "vercel.com/docs/security/attack-challenge-mode", "<p>Vercel Security Checkpoint</p>", 429, [("x-vercel-mitigated", "challenge")]),
        ("sucuri", "docs.sucuri.net (website firewall)", "<h1>Access Denied - Sucuri Website Firewall</h1>", 403, [("X-Sucuri-ID", "11005")]),
        ("ddos-guard", "ddos-guard.net, as public crawlers describe it", '<script src="/.well-known/ddos-guard/js-challenge/index.js"></script>', 403, [("Server", "ddos-guard")]),
        ("litespeed", "docs.litespeedtech.com (recaptcha)", '<form action="/.lsrecap/recaptcha?" method="post"></form>', 403, [("Server", "LiteSpeed")]),
        ("imunify360", "docs.imunify360.com (splash screen)", "<p>One moment, please...</p><script>wsidchk=1</script>", 200, [("Server", "imunify360-webshield/1.21")]),
        ("f5-rejected", "my.f5.com K13275: status 200", "The requested URL was rejected. Your support ID is: 18", 200, []),
        ("modsecurity-406", "github.com/owasp-modsecurity/ModSecurity", "<h1>Not Acceptable!</h1>", 406, []),
        ("user-agent-refused", "a refusal of programs by 403", "<p>Please set a user-agent and respect our robot policy</p>", 403, []),
    ):  # fmt: skip
        yield web(
            f"robot-{name}",
            check,
            State.UNDETERMINED if name in _REFUSED else challenge,
            after,
            html(body, language="en"),
            status=status,
            headers=headers,
            language="en",
            may_say=(State.CHALLENGE,),
        )
    yield web(
        "robot-amazon-503",
        check,
        challenge,
        "a robot check that comes with 503",
        html('<form action="/errors/validateCaptcha"></form>', language="en"),
        url=NEWS,
        status=503,
        language="en",
        may_say=(State.UNREACHABLE,),
    )
    yield web(
        "robot-google-sorry",
        check,
        challenge,
        "support.google.com/websearch/answer/86640",
        html("<p>Sistem kami mendeteksi lalu lintas yang tidak biasa</p>"),
        status=429,
        url="https://sites.google.com/view/kota-contoh/p123",
        final="https://www.google.com/sorry/index?continue=https%3A%2F%2Fsites.google.com%2Fview%2Fkota-contoh%2Fp123",
    )
    yield web(
        "robot-indonesian-words",
        check,
        challenge,
        "a check in words alone",
        html("<p>Buktikan bahwa Anda bukan robot.</p>"),
    )
