"""What stood in the way of a page, as the exchange itself shows it: statuses, redirects, headers, forms.

Never by words: a page that says "access denied" or "telah dihapus" may be a post about it. A state here says
what the host said about this request; only ``unavailable`` says anything about the post, and not why. A false
"unavailable" would be worse than an "undetermined": what the signal does not carry is not said.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from urllib.parse import SplitResult, parse_qsl

from evidentia.record.post import Signal, State
from evidentia.record.said import Says
from evidentia.record.sentences import sentence

from . import in_place_of, robot_checks
from .answers import at, number_at, text_at, tree_or_none
from .markup import Element, attribute, classes, elements, with_class
from .obstacles import (
    Obstacle,
    asked_and_came,
    header,
    main_response,
    redirect_signal,
    same_site,
    split,
    status_signal,
)
from .page import CapturedPage

__all__ = ["Obstacle", "main_response", "obstacle", "status_signal"]

_LOGIN_SEGMENTS = frozenset(
    {"login", "log-in", "wp-login", "signin", "sign-in", "sign_in", "masuk", "authwall"}
)
_CONSENT_SEGMENTS = frozenset({"consent", "cookie-consent"})
_MISSING_SEGMENTS = frozenset({"404", "404.html", "not-found", "notfound", "page-not-found"})
_OUT_OF_SERVICE_SEGMENTS = frozenset({"maintenance", "maintenance.html", "under-maintenance", "pemeliharaan"})
_MAX_PARAMETERS = 200

MAX_DIGITS = 15
"""Of a length that is compared: more bytes than any disk holds."""


def obstacle(page: CapturedPage, root: Element | None) -> Obstacle | None:
    """What stood between the visitor and the post; None where a document came that may hold it.

    Args:
        page: the capture.
        root: its parsed document, None where there is none that can be parsed.
    """
    if page.status is None:
        return _silence(page)
    for look in (
        robot_checks.look,
        in_place_of.look,
        _wall,
        _out_of_service,
        _by_status,
        _cut_off,
        _stated_status,
        _missing,
        _locked,
    ):
        found = look(page, root)
        if found is not None:
            return found
    return None


def _silence(page: CapturedPage) -> Obstacle:
    if page.failure is None:
        says = sentence("looks.host.silent_unexplained")
        return Obstacle(State.UNDETERMINED, (), says)
    signal = Signal(name="network-failure", seen=page.failure, where=page.requested_url)
    return Obstacle(State.UNREACHABLE, (signal,), sentence("looks.host.silent"))


def _wall(page: CapturedPage, root: Element | None) -> Obstacle | None:
    if page.status == 401:
        return Obstacle(State.LOGIN_WALL, (status_signal(page),), sentence("looks.host.account_asked"))
    asked, came = asked_and_came(page)
    if (asked.path, asked.hostname) == (came.path, came.hostname):
        return None
    segments = _segments(came)
    returns = _returns_to(came, asked)
    asks = _has_password_field(root)
    if (segments & _LOGIN_SEGMENTS and (returns or asks)) or (returns and asks):
        return Obstacle(State.LOGIN_WALL, (redirect_signal(page),), sentence("looks.host.led_to_login"))
    if segments & _CONSENT_SEGMENTS and returns:
        says = sentence("looks.host.consent_page")
        return Obstacle(State.CHALLENGE, (redirect_signal(page),), says)
    return None


def _out_of_service(page: CapturedPage, root: Element | None) -> Obstacle | None:
    asked, came = asked_and_came(page)
    if asked.path == came.path or _last(came) not in _OUT_OF_SERVICE_SEGMENTS:
        return None
    says = sentence("looks.host.maintenance")
    return Obstacle(State.UNREACHABLE, (status_signal(page), redirect_signal(page)), says)


def _by_status(page: CapturedPage, root: Element | None) -> Obstacle | None:
    status = page.status or 0
    if 200 <= status < 300 and status not in (202, 204, 205):
        return None
    if status in (404, 410) and not _is_of_the_site(page):
        says = sentence("looks.host.another_host_answered", status=status)
        return Obstacle(State.UNDETERMINED, (status_signal(page), redirect_signal(page)), says)
    state, says = _meaning(status)
    signals = [status_signal(page)]
    waits = header(page, "retry-after") if status == 503 else ""
    if waits:  # RFC 9110 section 10.2.3
        signals.append(
            Signal(name="retry-after", seen=waits[:100], where=page.final_url or page.requested_url)
        )
        says = sentence("looks.host.out_of_service")
    return Obstacle(state, tuple(signals), says)


def _meaning(status: int) -> tuple[State, Says]:
    if status in (404, 410):
        return State.UNAVAILABLE, sentence("looks.host.nothing_there", status=status)
    if status == 451:
        return State.UNAVAILABLE, sentence("looks.host.withheld_by_law")
    if status == 403:
        return State.UNDETERMINED, sentence("looks.host.refused")
    if status in (407, 408) or 500 <= status < 600:
        return State.UNREACHABLE, sentence("looks.host.could_not_answer", status=status)
    return State.UNDETERMINED, sentence("looks.host.says_nothing", status=status)


def _cut_off(page: CapturedPage, root: Element | None) -> Obstacle | None:
    """A document of which fewer bytes came than its host announced (RFC 9112 section 8): half a post is not the post.

    Only where bytes and announcement compare: not where the body was coded, or its text is of two bytes a letter, which
    a browser hands over in another coding."""
    response = main_response(page)
    announced = header(page, "content-length")
    if response is None or not (announced.isascii() and announced.isdigit()) or len(announced) > MAX_DIGITS:
        return None
    coded = header(page, "content-encoding").lower() not in ("", "identity")
    if coded or "utf-16" in header(page, "content-type").lower() or len(response.body) >= int(announced):
        return None
    seen = f"{len(response.body)} of {announced} bytes"
    signal = Signal(name="cut-off", seen=seen, where=response.url)
    says = sentence("looks.host.cut_off")
    return Obstacle(State.UNDETERMINED, (status_signal(page), signal), says)


def _stated_status(page: CapturedPage, root: Element | None) -> Obstacle | None:
    """A status that the document states for itself, served with 200 by scripts: as that status, had it been sent."""
    for code, signal in _stated_codes(root):
        if code in (404, 410) or code >= 500:
            state, _ = _meaning(code)
            says = sentence("looks.host.stated_status", status=str(page.status), stated=code)
            return Obstacle(state, (status_signal(page), signal, *_not_indexed(root)), says)
    return None


def _stated_codes(root: Element | None) -> Iterator[tuple[int, Signal]]:
    """``prerender-status-code`` (docs.prerender.io, "404 pages and status codes"), and the pages ``/404`` and
    ``/_error`` of Next.js (nextjs.org/docs/pages/building-your-application/routing/custom-error)."""
    for element in () if root is None else elements(root, "meta", "script"):
        if attribute(element, "name").lower() == "prerender-status-code":
            stated = attribute(element, "content").strip()
            where = "meta[name=prerender-status-code]"
            if len(stated) == 3 and stated.isascii() and stated.isdigit():
                yield int(stated), Signal(name="stated-status", seen=stated, where=where)
        elif element.tag == "script" and element.get("id") == "__NEXT_DATA__":
            data = tree_or_none(element.text or "")
            route, code = text_at(data, "page"), number_at(data, "props", "pageProps", "statusCode")
            code = 404 if route == "/404" else code if route == "/_error" else None
            if code is not None and at(data, "props") is not None:
                yield code, Signal(name="stated-status", seen=f"{route} {code}", where="script#__NEXT_DATA__")


def _missing(page: CapturedPage, root: Element | None) -> Obstacle | None:
    asked, came = asked_and_came(page)
    moved = (asked.hostname, asked.path.rstrip("/")) != (came.hostname, came.path.rstrip("/"))
    signals: list[Signal] = []
    if moved and _last(came) in _MISSING_SEGMENTS and _is_of_the_site(page):
        signals.append(redirect_signal(page))
    signals += _missing_markup(root)
    if signals:
        says = sentence("looks.host.missing_page", status=str(page.status))
        return Obstacle(State.UNAVAILABLE, (status_signal(page), *signals, *_not_indexed(root)), says)
    if moved and came.path in ("", "/") and not came.query:
        says = sentence("looks.host.front_page")
        return Obstacle(State.UNDETERMINED, (redirect_signal(page),), says)
    return None


def _missing_markup(root: Element | None) -> Iterator[Signal]:
    for element in () if root is None else elements(root, "body"):
        if "error404" in classes(element):  # WordPress, body_class()
            yield Signal(name="not-found-template", seen="error404", where="body[class]")


def _locked(page: CapturedPage, root: Element | None) -> Obstacle | None:
    """A post of WordPress behind a password of its own (``get_the_password_form``); on a list of posts it locks one."""
    if root is None or sum(1 for _ in islice(elements(root, "article"), 2)) > 1:
        return None
    if next(with_class(root, "post-password-form", "form"), None) is None:
        return None
    signal = Signal(name="password-form", seen="post-password-form", where="form.post-password-form")
    return Obstacle(State.ACCESS_RESTRICTED, (status_signal(page), signal), sentence("looks.host.password"))


def _is_of_the_site(page: CapturedPage) -> bool:
    """Whether what came is of the site that was asked: another one knows nothing of its posts."""
    asked, came = asked_and_came(page)
    return same_site(asked.hostname, came.hostname)


def _not_indexed(root: Element | None) -> Iterator[Signal]:
    """``robots: noindex`` beside a mark of absence. Alone it says nothing: live pages carry it too."""
    for element in () if root is None else elements(root, "meta"):
        if (
            attribute(element, "name").lower() == "robots"
            and "noindex" in attribute(element, "content").lower()
        ):
            yield Signal(name="not-indexed", seen="noindex", where="meta[name=robots]")
            return


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
    return bool(wanted) and any(split(value).path.rstrip("/") == wanted for _, value in parameters)


def _segments(parts: SplitResult) -> frozenset[str]:
    """The path's segments, without what names the server's software (``login.php``)."""
    return frozenset(segment.partition(".")[0] for segment in parts.path.lower().split("/"))


def _last(parts: SplitResult) -> str:
    return parts.path.lower().rstrip("/").rpartition("/")[2]
