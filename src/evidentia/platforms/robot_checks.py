"""Robot checks and rate limits, by the headers and the markup with which their makers announce them."""

from __future__ import annotations

from collections.abc import Iterator

from evidentia.record.post import Signal, State
from evidentia.record.sentences import sentence

from .markup import Element, attribute, elements, text_of, with_class
from .obstacles import Obstacle, header, main_response, split, status_signal
from .page import CapturedPage

CHALLENGE_HEADERS = {
    "x-dd-b": frozenset({"1", "2"}),  # DataDome, docs.datadome.co/reference/validate-request
    "cf-mitigated": frozenset({"challenge"}),  # Cloudflare, "Detect a challenge page response"
    "x-amzn-waf-action": frozenset({"challenge", "captcha"}),  # AWS WAF, "Challenge and CAPTCHA actions"
    "x-vercel-mitigated": frozenset(
        {"challenge"}
    ),  # Vercel Firewall, as seen by github.com/microlinkhq/is-antibot
}
"""Response headers with which robot checks announce themselves, and the values that do."""

LIMIT_HEADERS = ("x-ratelimit-remaining", "ratelimit-remaining")
"""GitHub's REST API documentation, "Rate limits": 403 or 429 with 0 in it; the IETF draft "RateLimit header fields"."""

_CHALLENGE_IDS = frozenset(
    {"challenge-form", "cf-challenge-running", "challenge-running", "px-captcha", "anubis_challenge",
     "sec-if-cpt-container"}
)  # fmt: skip
"""Cloudflare, PerimeterX, Anubis (github.com/TecharoHQ/anubis, lib/challenge), Akamai as public crawlers know it."""

_CHALLENGE_FRAMES = frozenset(
    {"challenges.cloudflare.com", "hcaptcha.com", "newassets.hcaptcha.com", "geo.captcha-delivery.com",
     "ct.captcha-delivery.com"}
)  # fmt: skip
_CHALLENGE_PATHS = ("/.well-known/ddos-guard/", "/.lsrecap/recaptcha")
"""DDoS-Guard's script and LiteSpeed's form (docs.litespeedtech.com, "reCAPTCHA"), where the host refuses."""
_IMPERVA = "/_Incapsula_Resource"
_CLOUDFLARE_ERRORS = {
    "1009": (State.ACCESS_RESTRICTED, sentence("looks.host.country")),
    "1015": (State.CHALLENGE, sentence("looks.host.limits_cloudflare")),
}
"""developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-1xxx-errors."""


def look(page: CapturedPage, root: Element | None) -> Obstacle | None:
    """The robot check or rate limit that stood in between; None where there was none."""
    return _rate_limit(page) or _cloudflare(page, root) or _check(page, root)


def _rate_limit(page: CapturedPage) -> Obstacle | None:
    if page.status == 429:
        signals = (status_signal(page), *_retry_after(page))
        return Obstacle(State.CHALLENGE, signals, sentence("looks.host.limits_rfc"))
    spent = next((name for name in LIMIT_HEADERS if header(page, name) == "0"), None)
    if page.status != 403 or spent is None:
        return None
    signal = Signal(name="rate-limit-header", seen=f"{spent}: 0", where=page.final_url or page.requested_url)
    return Obstacle(State.CHALLENGE, (status_signal(page), signal), sentence("looks.host.limits"))


def _retry_after(page: CapturedPage) -> Iterator[Signal]:
    stated = header(page, "retry-after")
    if stated:
        yield Signal(name="retry-after", seen=stated[:100], where=page.final_url or page.requested_url)


def _cloudflare(page: CapturedPage, root: Element | None) -> Obstacle | None:
    if root is None or page.status not in (403, 429):
        return None
    code = next((text_of(one) for one in with_class(root, "cf-error-code", "span")), "")
    if code not in _CLOUDFLARE_ERRORS:
        return None
    state, says = _CLOUDFLARE_ERRORS[code]
    signal = Signal(name="cloudflare-error", seen=code, where=".cf-error-code")
    return Obstacle(state, (status_signal(page), signal), says)


def _check(page: CapturedPage, root: Element | None) -> Obstacle | None:
    signals = [*_headers(page), *_markup(page, root)]
    if not signals:
        return None
    says = sentence("looks.host.robot_check")
    return Obstacle(State.CHALLENGE, (status_signal(page), *signals), says)


def _headers(page: CapturedPage) -> Iterator[Signal]:
    response = main_response(page)
    for name, value in response.headers if response else ():
        if value.strip().lower() in CHALLENGE_HEADERS.get(name.lower(), ()):
            where = response.url if response else ""
            yield Signal(name="challenge-header", seen=f"{name}: {value.strip()}", where=where)


def _markup(page: CapturedPage, root: Element | None) -> Iterator[Signal]:
    if root is None:
        return
    refused = page.status in (403, 405, 503)  # on a page that was served, a captcha may guard only a form
    for element in elements(root, "form", "div", "iframe", "script"):
        identifier, source = element.get("id"), attribute(element, "src")
        if identifier in _CHALLENGE_IDS:
            yield Signal(name="challenge-markup", seen=f"#{identifier}", where=f"{element.tag}#{identifier}")
        if refused and source and split(source).hostname in _CHALLENGE_FRAMES:
            yield Signal(name="challenge-markup", seen=source[:200], where=f"{element.tag}[src]")
        path = split(source or attribute(element, "action")).path
        if refused and path.startswith(_CHALLENGE_PATHS):
            yield Signal(name="challenge-markup", seen=path[:200], where=element.tag)
        if identifier == "main-iframe" and split(source).path == _IMPERVA:
            yield Signal(name="challenge-markup", seen=_IMPERVA, where="iframe#main-iframe")
        if element.tag == "script" and "window._cf_chl_opt" in (element.text or "")[:4096]:
            yield Signal(name="challenge-markup", seen="window._cf_chl_opt", where="script")
