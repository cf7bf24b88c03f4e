"""A logged-in capture without its credentials: every part of it, before anything is written.

Values of Cookie, Set-Cookie and authorisation fields go whatever they are; every other value is looked for everywhere
else, in the encodings of ``secret_forms``. What a server renews becomes a secret too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from evidentia.capture.cdp import CallFailed
from evidentia.capture.coding import decoded
from evidentia.capture.exchange import Exchange, Headers, LeftOut
from evidentia.capture.facts import Facts, FrameFacts
from evidentia.capture.snapshot import Snapshot
from evidentia.capture.storage_state import (
    OriginCredentials,
    StorageState,
    header_secrets,
    local_storage_script,
)
from evidentia.capture.sweep import sweep
from evidentia.capture.visit import Visit
from evidentia.capture.warc import digest
from evidentia.capture.withheld import Withheld
from evidentia.record.errors import CaptureError, UsageError
from evidentia.record.item import Access
from evidentia.record.sentences import Term

if TYPE_CHECKING:
    from evidentia.capture.captured import PageCapture
    from evidentia.capture.options import PageOptions

_AUTHORISING = frozenset({"authorization", "proxy-authorization"})
_FOLDED = ("multipart/", "message/")  # an encoding breaks their lines
_COOKIE_PAIR = re.compile(r"([^=;\s]+)=([^;]*)")
_UNALTERABLE = Term("it holds a credential, and cannot be altered")
_WORLD = "evidentia credentials"
_FIELDS = """[...document.querySelectorAll('input, textarea, select')]
  .filter((field) => field.type !== 'hidden').map((field) => String(field.value))"""
_RIGID = re.compile(
    r"(image/(?!svg)|video/|audio/|font/|application/(pdf|zip|gzip|octet-stream|wasm|x-protobuf|font))"
)


class Credentials:
    """The credentials of one capture: put where they are needed, and taken out of everything that came of it.

    Attributes:
        pictures: whether no picture of the page shows one, as far as can be told.
    """

    def __init__(self, state: StorageState, url: str) -> None:
        """Raises UsageError where one of them stands in the address itself, which would become evidence."""
        self.state = state
        self.withheld = Withheld(state.secrets(), state.not_secret)
        self.pictures = True
        self._named = {cookie.name for cookie in state.cookies}
        own = {name.lower() for fields in state.headers.values() for name in fields}
        self._fields = _AUTHORISING | own
        if self.withheld.text_holds(url):
            raise UsageError(
                "The address holds one of the credentials, which would become part of the evidence.",
                next_step="Give the address without it, or name the value under not_secret in the storage state.",
            )

    @classmethod
    def of(cls, options: PageOptions, url: str) -> Credentials | None:
        """Those of a capture; None where it is not logged in."""
        return None if options.storage_state is None else cls(options.storage_state, url)

    @property
    def for_client(self) -> OriginCredentials:
        """As our own HTTP client takes them."""
        return OriginCredentials(self.state)

    async def log_in(self, visit: Visit) -> None:
        """Put them into a visit's own, empty browser context.

        Raises:
            CaptureError: the browser does not take them.
            BrowserGone: it ended.
        """
        call, session = visit.connection.call, visit.session
        cookies = [cookie.for_browser() for cookie in self.state.cookies]
        script = local_storage_script(self.state)
        try:
            await call("Network.setCookies", session, cookies=cookies)
            await call("Page.addScriptToEvaluateOnNewDocument", session, source=script, worldName=_WORLD)
        except CallFailed:
            raise CaptureError(
                "The browser does not take the storage state.",
                safe="Nothing was captured, and nothing was changed.",
                next_step="Let Playwright write it anew.",
            ) from None  # the browser's words could quote a cookie

    def hide_exchanges(self, exchanges: Iterable[Exchange]) -> None:
        """Take them out of exchanges, in place."""
        made = tuple(exchanges)
        self._learn(made)
        for exchange in made:
            _hide_exchange(exchange, self.withheld, self._fields)

    async def hide_snapshot(self, snapshot: Snapshot, visit: Visit) -> None:
        """Take them out of what was taken of a page, in place. Pictures that show one are left out."""
        self._learn(visit.recorder.exchanges())
        fields = await _form_fields(visit)
        found, withheld = snapshot.facts, self.withheld
        seen = (*(() if found is None else (found,)), *snapshot.frames)
        visible = [text for part in seen for text in (part.text, " ".join(word.text for word in part.words))]
        shown = fields is None or any(map(withheld.text_holds, (*visible, *fields)))
        if found is not None:
            snapshot.facts = _hidden_facts(found, withheld, shown)
        snapshot.frames = tuple(_hidden_frame(frame, withheld, shown) for frame in snapshot.frames)
        if snapshot.mhtml is not None:
            snapshot.mhtml = withheld.hide_folded(snapshot.mhtml, "page.mhtml")
        if shown:
            snapshot.tiles = ()
            self.pictures = False
            why = Term("they may show a credential") if fields is None else Term("they show a credential")
            withheld.left_out.append(f"{Term('pictures and boxes of the page')}: {why}")

    def finished(self, capture: PageCapture, folder: Path) -> PageCapture:
        """A capture whose record says what was left out, once nothing was found in its files any more.

        Raises:
            CaptureError: a credential was found: the files are then removed.
        """
        hide = self.withheld.hide_struct
        told = hide(capture.circumstances, Term("the record"))
        circumstances = msgspec.structs.replace(
            told,
            logged_in=True,
            behaviours=(
                f"logged in with what the collector brought: {self.state.summary()}; no value of these is in this item",
                *told.behaviours,
            ),
        )
        problems = tuple(self.withheld.hide_text(problem, Term("the record")) for problem in capture.problems)
        reading = hide(capture.reading, Term("the record"))
        left_out = (*circumstances.not_captured, *self.withheld.told())
        circumstances = msgspec.structs.replace(circumstances, not_captured=left_out)
        sweep(folder, (file.name for file in capture.files), self.withheld)
        return replace(
            capture,
            circumstances=circumstances,
            reading=reading,
            problems=problems,
            withheld=self.withheld,
        )

    def _learn(self, exchanges: Iterable[Exchange]) -> None:
        for exchange in exchanges:
            for value in _renewed(exchange, self._named, self._fields):
                self.withheld.learn(value)


async def _form_fields(visit: Visit) -> tuple[str, ...] | None:
    """What stands in the form fields that a picture may show; None where the page does not say."""
    try:
        world = await visit.connection.call(
            "Page.createIsolatedWorld", visit.session, frameId=visit.frame, worldName=_WORLD
        )
        answer = await visit.connection.call(
            "Runtime.evaluate",
            visit.session,
            expression=_FIELDS,
            contextId=world["executionContextId"],
            returnByValue=True,
        )
        return tuple(str(text) for text in answer["result"]["value"])
    except (CallFailed, KeyError, TypeError):
        return None


def _renewed(exchange: Exchange, named: set[str], fields: frozenset[str]) -> Iterator[str]:
    """Values by which a session goes on: of cookies that we have or that scripts may not read, and of own fields."""
    for name, value in exchange.response_headers:
        pair = _COOKIE_PAIR.match(value) if name.lower() == "set-cookie" else None
        if pair and (pair[1] in named or "httponly" in value.lower()):
            yield pair[2].strip().strip('"')
    for name, value in exchange.request_headers:
        if name.lower() in fields and not value.startswith("[withheld"):
            yield from header_secrets(value)


def _hide_exchange(exchange: Exchange, withheld: Withheld, fields: frozenset[str]) -> None:
    place = Term("the exchange with {url}").format(url=withheld.hide_text(exchange.url, Term("addresses")))
    exchange.url = withheld.hide_text(exchange.url, Term("addresses"))
    request, asked = _hidden_headers(exchange.request_headers, withheld, fields, "requests")
    response, told = _hidden_headers(exchange.response_headers, withheld, fields, "responses")
    exchange.request_headers, exchange.response_headers = request, response
    exchange.left_out_request = _hide_request_body(exchange, withheld, place, asked)
    exchange.left_out_response = _hide_body(exchange, withheld, place, told)
    if withheld.holds(exchange.messages):
        exchange.messages = withheld.hide(exchange.messages, f"{place} ({Term('messages')})")
    for name in ("failure", "redirected_to", "status_line"):
        text = getattr(exchange, name)
        if text:
            setattr(exchange, name, withheld.hide_text(text, place))


def _hidden_headers(
    headers: Headers, withheld: Withheld, fields: frozenset[str], whose: str
) -> tuple[Headers, list[str]]:
    hidden = []
    altered: dict[str, None] = {}
    for name, value in headers:
        shown = _hidden_field(name.lower(), value, withheld, fields, f"the field {name} of {whose}")
        if shown != value:
            altered[name] = None
        hidden.append((name, shown))
    return tuple(hidden), [f"header {name}" for name in altered]


def _hidden_field(name: str, value: str, withheld: Withheld, fields: frozenset[str], place: str) -> str:
    def cookie(pair: re.Match[str]) -> str:
        return f"{pair[1]}={withheld.hide_value(pair[2], place)}"

    if name in ("cookie", "set-cookie"):
        return _COOKIE_PAIR.sub(cookie, value, count=name == "set-cookie")
    if name in fields and not value.startswith("[withheld"):
        scheme, space, rest = value.partition(" ")
        return (
            scheme + space + withheld.hide_value(rest, place) if rest else withheld.hide_value(value, place)
        )
    return withheld.hide_text(value, place)


def _hide_request_body(exchange: Exchange, withheld: Withheld, place: str, told: list[str]) -> LeftOut | None:
    body = exchange.request_body
    if body is None or not withheld.holds(body):
        return LeftOut("; ".join(told)) if told else None
    exchange.request_body = withheld.hide(body, f"{place} ({Term('request body')})")
    return LeftOut("; ".join([*told, "credentials in the body"]), digest(body))


def _hide_body(exchange: Exchange, withheld: Withheld, place: str, told: list[str]) -> LeftOut | None:
    body = exchange.body
    folded = exchange.media_type.startswith(_FOLDED)
    holds, hide = (withheld.holds_folded, withheld.hide_folded) if folded else (withheld.holds, withheld.hide)
    if body is None or not (holds(body) or _hidden_inside(exchange, withheld, body)):
        return LeftOut("; ".join(told)) if told else None
    if exchange.coding or _RIGID.match(exchange.media_type) or body.startswith((b"\x1f\x8b", b"PK\3\4")):
        exchange.body = None
        exchange.lacks = f"{Term('left out')}: {_UNALTERABLE}"
        withheld.left_out.append(f"{Term('the body of {url}').format(url=exchange.url)}: {_UNALTERABLE}")
    else:
        exchange.body = hide(body, f"{place} ({Term('body')})")
    return LeftOut("; ".join([*told, "credentials in the body"]), digest(body))


def _hidden_inside(exchange: Exchange, withheld: Withheld, body: bytes) -> bool:
    """Whether a credential stands in what is compressed there."""
    coding = exchange.coding or ("gzip" if body.startswith(b"\x1f\x8b") else "")
    return bool(coding) and withheld.holds(decoded(body, coding))


def _hidden_facts(facts: Facts, withheld: Withheld, shown: bool) -> Facts:
    hide = withheld.hide_text
    return msgspec.structs.replace(
        facts,
        url=hide(facts.url, "addresses"),
        title=hide(facts.title, Term("the title")),
        canonical=facts.canonical and hide(facts.canonical, "addresses"),
        dom=hide(facts.dom, "dom.html"),
        text=hide(facts.text, "text.txt"),
        words=() if shown else facts.words,
        unloaded=tuple(hide(url, "addresses") for url in facts.unloaded),
    )


def _hidden_frame(frame: FrameFacts, withheld: Withheld, shown: bool) -> FrameFacts:
    return msgspec.structs.replace(
        frame,
        url=withheld.hide_text(frame.url, Term("addresses")),
        text=withheld.hide_text(frame.text, "text.txt"),
        words=() if shown else frame.words,
    )


def check_logged_in(options: PageOptions, url: str, access: Access) -> None:
    """Whether a logged-in capture may be made on this basis: what only an account is shown is not public.

    Raises:
        UsageError: the access basis is public, or the address holds a credential.
    """
    if Credentials.of(options, url) is not None and access is Access.PUBLIC:
        raise UsageError(
            "A page that is captured with credentials is not seen on the access basis 'public'.",
            next_step="Name the basis: own-account, participant or device-consent.",
        )
