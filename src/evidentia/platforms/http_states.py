"""What stood in the way of a page, as the exchange itself shows it: statuses, redirects, headers, forms.

Never by words: a page that says "access denied" or "telah dihapus" may be a post about it. A state here says
what the host said about this request; only ``unavailable`` says anything about the post, and not why.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, urlsplit

from evidentia.record.post import Signal, State

from .markup import Element, attribute, classes, elements
from .page import CapturedPage, CapturedResponse

CHALLENGE_HEADERS = {
    "cf-mitigated": frozenset({"challenge"}),  # Cloudflare, "Detect a challenge page response"
    "x-amzn-waf-action": frozenset({"challenge", "captcha"}),  # AWS WAF, "Challenge and CAPTCHA actions"
}
"""Response headers with which robot checks announce themselves, and the values that do."""

_CHALLENGE_IDS = frozenset({"challenge-form", "cf-challenge-running", "challenge-running", "px-captcha"})
_CHALLENGE_FRAMES = frozenset(
    {"challenges.cloudflare.com", "hcaptcha.com", "newassets.hcaptcha.com", "geo.captcha-delivery.com"}
)
_CONSENT_HOSTS = frozenset(
    {"consent.google.com", "consent.youtube.com", "consent.yahoo.com", "guce.yahoo.com"}
)
_BLOCK_PAGE_HOSTS = frozenset(
    {"internetpositif.id", "internet-positif.info", "internetpositif.uzone.id", "trustpositif.kominfo.go.id",
     "trustpositif.komdigi.go.id", "lamanlabuh.aduankonten.id", "block.myrepublic.co.id"}
)  # fmt: skip
"""Pages that Indonesian providers put in place of a page that they block."""

_LOGIN_SEGMENTS = frozenset({"login", "log-in", "signin", "sign-in", "sign_in", "masuk", "authwall"})
_CONSENT_SEGMENTS = frozenset({"consent", "cookie-consent"})
_MISSING_SEGMENTS = frozenset({"404", "404.html", "not-found", "notfound", "page-not-found"})
_MAX_PARAMETERS = 200


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stood in between, with the signals for it and the reason in words."""

    state: State
    signals: tuple[Signal, ...]
    reason: str


def obstacle(page: CapturedPage, root: Element | None) -> Obstacle | None:
    """What stood between the visitor and the post; None where a document came that may hold it.

    Args:
        page: the capture.
        root: its parsed document, None where there is none that can be parsed.
    """
    if page.status is None:
        return _silence(page)
    for look in (_challenge, _somebody_else, _wall, _by_status, _missing):
        found = look(page, root)
        if found is not None:
            return found
    return None


def status_signal(page: CapturedPage) -> Signal:
    """The status of the document, as a signal."""
    return Signal(name="http-status", seen=str(page.status), where=page.final_url or page.requested_url)


def _silence(page: CapturedPage) -> Obstacle:
    if page.failure is None:
        reason = "The capture holds no response for the page, and does not say why."
        return Obstacle(State.UNDETERMINED, (), reason)
    signal = Signal(name="network-failure", seen=page.failure, where=page.requested_url)
    return Obstacle(State.UNREACHABLE, (signal,), "No response came, so nothing is known about the post.")


def _challenge(page: CapturedPage, root: Element | None) -> Obstacle | None:
    if page.status == 429:
        return Obstacle(
            State.CHALLENGE, (status_signal(page),), "The host limits the rate of requests (RFC 6585)."
        )
    signals = [*_challenge_headers(page), *_challenge_markup(page, root)]
    if not signals:
        return None
    reason = "A robot check stood between the visitor and the page."
    return Obstacle(State.CHALLENGE, (status_signal(page), *signals), reason)


def _challenge_headers(page: CapturedPage) -> Iterator[Signal]:
    response = main_response(page)
    for name, value in response.headers if response else ():
        if value.strip().lower() in CHALLENGE_HEADERS.get(name.lower(), ()):
            yield Signal(
                name="challenge-header",
                seen=f"{name}: {value.strip()}",
                where=response.url if response else "",
            )


def _challenge_markup(page: CapturedPage, root: Element | None) -> Iterator[Signal]:
    if root is None:
        return
    refused = page.status in (403, 405, 503)  # on a page that was served, a captcha may guard only a form
    for element in elements(root, "form", "div", "iframe", "script"):
        if element.get("id") in _CHALLENGE_IDS:
            yield Signal(
                name="challenge-markup",
                seen=f"#{element.get('id')}",
                where=f"{element.tag}#{element.get('id')}",
            )
        source = attribute(element, "src")
        if refused and source and _host(source) in _CHALLENGE_FRAMES:
            yield Signal(name="challenge-markup", seen=source, where=f"{element.tag}[src]")
        if element.tag == "script" and "window._cf_chl_opt" in (element.text or "")[:4096]:
            yield Signal(name="challenge-markup", seen="window._cf_chl_opt", where="script")


def _somebody_else(page: CapturedPage, root: Element | None) -> Obstacle | None:
    asked, came = _split(page.requested_url), _split(page.final_url or page.requested_url)
    if page.status == 511:
        reason = "A captive portal answered in place of the host (RFC 6585 section 6)."
        return Obstacle(State.UNREACHABLE, (status_signal(page),), reason)
    if came.hostname in (None, asked.hostname):
        return None
    signal = Signal(name="redirect", seen=page.final_url or "", where=page.requested_url)
    if came.hostname in _BLOCK_PAGE_HOSTS:
        reason = "The network provider's block page answered in place of the host."
        return Obstacle(State.UNREACHABLE, (signal,), reason)
    if came.hostname in _CONSENT_HOSTS:
        return Obstacle(State.CHALLENGE, (signal,), "A consent page stood between the visitor and the page.")
    if _is_private(came.hostname) and not _is_private(asked.hostname):
        reason = "A host of the local network answered in place of the public one, as captive portals do."
        return Obstacle(State.UNREACHABLE, (signal,), reason)
    return None


def _wall(page: CapturedPage, root: Element | None) -> Obstacle | None:
    if page.status == 401:
        return Obstacle(State.LOGIN_WALL, (status_signal(page),), "The host asks for an account (401).")
    asked, came = _split(page.requested_url), _split(page.final_url or page.requested_url)
    if (asked.path, asked.hostname) == (came.path, came.hostname):
        return None
    segments = _segments(came)
    signal = Signal(name="redirect", seen=page.final_url or "", where=page.requested_url)
    returns = _returns_to(came, asked)
    if segments & _LOGIN_SEGMENTS and (returns or _has_password_field(root)):
        return Obstacle(State.LOGIN_WALL, (signal,), "The host led to its login page.")
    if segments & _CONSENT_SEGMENTS and returns:
        return Obstacle(State.CHALLENGE, (signal,), "A consent page stood between the visitor and the page.")
    return None


def _by_status(page: CapturedPage, root: Element | None) -> Obstacle | None:
    status = page.status or 0
    if 200 <= status < 300 and status not in (202, 204, 205):
        return None
    state, reason = _meaning(status)
    return Obstacle(state, (status_signal(page),), reason)


def _meaning(status: int) -> tuple[State, str]:
    if status in (404, 410):
        return State.UNAVAILABLE, f"The host says that nothing is there ({status}), and not why."
    if status == 451:
        return State.UNAVAILABLE, "The host withholds the page for legal reasons (451, RFC 7725)."
    if status == 403:
        return State.UNDETERMINED, "The host refused (403) and does not say whether this visitor or the post."
    if status in (407, 408) or status >= 500:
        return State.UNREACHABLE, f"The host could not answer ({status}), so nothing is known about the post."
    return State.UNDETERMINED, f"The host answered {status}, which says nothing about the post."


def _missing(page: CapturedPage, root: Element | None) -> Obstacle | None:
    asked, came = _split(page.requested_url), _split(page.final_url or page.requested_url)
    moved = (asked.hostname, asked.path.rstrip("/")) != (came.hostname, came.path.rstrip("/"))
    signals: list[Signal] = []
    if moved and _last(came) in _MISSING_SEGMENTS:
        signals.append(Signal(name="redirect", seen=page.final_url or "", where=page.requested_url))
    signals += _missing_markup(root)
    if signals:
        reason = (
            f"Served with {page.status}, but marked by the site itself as its page for what is not there."
        )
        return Obstacle(State.UNAVAILABLE, (status_signal(page), *signals), reason)
    if moved and came.path in ("", "/") and not came.query:
        signal = Signal(name="redirect", seen=page.final_url or "", where=page.requested_url)
        return Obstacle(
            State.UNDETERMINED, (signal,), "The address led to the front page, which may be a quiet 404."
        )
    return None


def _missing_markup(root: Element | None) -> Iterator[Signal]:
    if root is None:
        return
    for element in elements(root, "meta", "body"):
        if element.tag == "body" and "error404" in classes(element):  # WordPress, body_class()
            yield Signal(name="not-found-template", seen="error404", where="body[class]")
        if attribute(element, "name").lower() == "prerender-status-code" and attribute(
            element, "content"
        ) in ("404", "410"):
            yield Signal(
                name="stated-status",
                seen=attribute(element, "content"),
                where="meta[name=prerender-status-code]",
            )


def main_response(page: CapturedPage) -> CapturedResponse | None:
    """The response that is the document: the last one for the final URL with the page's status."""
    for response in reversed(page.responses):
        if (
            response.url.partition("#")[0] == (page.final_url or "").partition("#")[0]
            and response.status == page.status
        ):
            return response
    return None


def _has_password_field(root: Element | None) -> bool:
    if root is None:
        return False
    return any(attribute(element, "type").lower() == "password" for element in elements(root, "input"))


def _returns_to(came: SplitResult, asked: SplitResult) -> bool:
    try:
        parameters = parse_qsl(came.query, max_num_fields=_MAX_PARAMETERS)
    except ValueError:  # more fields than that: no login form's address
        return False
    wanted = asked.path.rstrip("/")
    return bool(wanted) and any(_split(value).path.rstrip("/") == wanted for _, value in parameters)


def _segments(parts: SplitResult) -> frozenset[str]:
    """The path's segments, without what names the server's software (``login.php``)."""
    return frozenset(segment.partition(".")[0] for segment in parts.path.lower().split("/"))


def _last(parts: SplitResult) -> str:
    return parts.path.lower().rstrip("/").rpartition("/")[2]


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:  # not an address at all: it leads nowhere
        return SplitResult("", "", "", "", "")


def _host(url: str) -> str | None:
    return _split(url).hostname


def _is_private(host: str | None) -> bool:
    try:
        address = ipaddress.ip_address(host or "")
    except ValueError:
        return host == "localhost"
    return address.is_private
