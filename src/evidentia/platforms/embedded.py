"""JSON that came with a page: inside its scripts, and as answers beside it. Decoded strictly, walked within limits.

Large sites ship what they show as JSON, in shapes that change from month to month. So nothing is expected at a fixed
place: every object is looked at, and a reader takes those that are built as a post of its platform is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import msgspec

from .markup import Element, attribute, elements
from .page import CapturedPage, CapturedResponse

MAX_JSON_BYTES = 16 * 1024 * 1024
"""For one script or answer; the same as for a document (``markup.MAX_MARKUP_BYTES``)."""

MAX_DOCUMENTS = 2_000
"""Scripts and answers that are decoded; a page of the large platforms has a few hundred."""

MAX_OBJECTS = 1_000_000
"""Objects and lists that are looked at in one of them: one for each sixteen bytes of the longest."""

MAX_EPOCH = 4_102_444_800
"""The year 2100 in seconds: what lies beyond is no time of publication."""

_GUARD = b"for (;;);"  # Facebook puts it before answers, so that they cannot be run as scripts
_CALL = re.compile(
    r"ScheduledApplyEach,|s\.handle\(|__additionalDataLoaded\(|_sharedData|SIGI_STATE|REHYDRATION__"
)
"""After these, scripts of Facebook, Instagram and TikTok have held what the page shows."""

_TO_ITS_VALUE = 64
"""Characters between such a name and its value: an assignment, or an argument before it."""

_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[{}\[\]]', re.DOTALL)
_DIGITS = re.compile(r"^-?[0-9]{1,18}$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Found:
    """A JSON value, and where it stands: a script's id or number, or (``answer``) an answer's address."""

    value: object
    where: str
    answer: bool = False


def decode(text: bytes | str) -> object:
    """The value, None where it is no JSON (RFC 8259), longer than MAX_JSON_BYTES, or nested beyond the decoder."""
    if len(text) > MAX_JSON_BYTES:
        return None
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None


def in_document(root: Element | None) -> Iterator[Found]:
    """What the document's scripts hold: whole ones of type JSON, and the literals handed to known calls in others."""
    scripts = () if root is None else elements(root, "script")
    for number, script in zip(range(MAX_DOCUMENTS), scripts, strict=False):
        text = script.text or ""
        where = f"script#{attribute(script, 'id')}" if script.get("id") else f"script[{number}]"
        if "json" in attribute(script, "type").lower() or text.lstrip()[:1] == "{":
            yield from (Found(value, where) for value in (decode(text),) if value is not None)
        else:
            yield from (Found(value, where) for value in _literals(text))


def in_answers(responses: Iterable[CapturedResponse], *domains: str) -> Iterator[Found]:
    """What the answers of these domains hold, in their order; also line by line, as GraphQL streams them."""
    taken = 0
    for response in responses:
        body = response.body.lstrip().removeprefix(_GUARD).lstrip()
        if body[:1] not in (b"{", b"[") or not on_host(response.url, *domains):
            continue
        taken += 1
        if taken > MAX_DOCUMENTS:
            return
        whole = decode(body)
        values = (decode(line) for line in body.splitlines()) if whole is None else (whole,)
        yield from (Found(value, response.url, True) for value in values if value is not None)


def in_capture(page: CapturedPage, root: Element | None, *domains: str) -> Iterator[Found]:
    """The document's, where it came from one of these domains, then the answers'."""
    if on_host(page.final_url or page.requested_url, *domains):
        yield from in_document(root)
    yield from in_answers(page.responses, *domains)


def objects(value: object, *, skip: frozenset[str] = frozenset()) -> Iterator[dict[str, object]]:
    """Every object inside ``value``, itself included, in the order of the text, MAX_OBJECTS at most; the members named
    in ``skip`` are not gone into."""
    stack, left = [value], MAX_OBJECTS
    while stack and left:
        seen = stack.pop()
        if isinstance(seen, dict):
            left -= 1
            yield seen
            inner = [one for name, one in seen.items() if name not in skip]
            stack.extend(one for one in reversed(inner) if isinstance(one, dict | list))
        elif isinstance(seen, list):
            left -= 1
            stack.extend(one for one in reversed(seen) if isinstance(one, dict | list))


def outermost(
    value: object, wanted: Callable[[dict[str, object]], bool], *, skip: frozenset[str] = frozenset()
) -> Iterator[dict[str, object]]:
    """The objects that are ``wanted`` and stand in no other that is; so nothing is looked through twice."""
    stack, left = [value], MAX_OBJECTS
    while stack and left:
        left -= 1
        seen = stack.pop()
        if isinstance(seen, dict) and wanted(seen):
            yield seen
        elif isinstance(seen, dict):
            inner = [one for name, one in seen.items() if name not in skip]
            stack.extend(one for one in reversed(inner) if isinstance(one, dict | list))
        elif isinstance(seen, list):
            stack.extend(one for one in reversed(seen) if isinstance(one, dict | list))


def at(value: object, *path: str | int) -> object:
    """What stands at the path of names and places; None where anything on the way is missing or of another kind."""
    for step in path:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        else:
            value = value[step] if isinstance(value, list) and -len(value) <= step < len(value) else None
    return value


def text_at(value: object, *path: str | int) -> str | None:
    """The string there, None where there is none or an empty one."""
    found = at(value, *path)
    return found if isinstance(found, str) and found else None


def items_at(value: object, *path: str | int) -> list[object]:
    """The list there; empty where there is none."""
    found = at(value, *path)
    return found if isinstance(found, list) else []


def number_at(value: object, *path: str | int) -> int | None:
    """The whole number there, also where it is spelled as a string of at most 18 digits."""
    found = at(value, *path)
    if isinstance(found, str) and _DIGITS.match(found):
        return int(found)
    return found if isinstance(found, int) and not isinstance(found, bool) and abs(found) < 10**18 else None


def flag_at(value: object, *path: str | int) -> bool | None:
    """The truth value there; None where nothing is said."""
    found = at(value, *path)
    return found if isinstance(found, bool) else None


def id_at(value: object, *path: str | int) -> str | None:
    """The identifier there, as a string whether it is spelled as one or as a number; a zero is none."""
    found = at(value, *path)
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found) if 0 < found < 10**30 else ""
    return found if isinstance(found, str) and found not in ("", "0") else None


def moment_at(value: object, *path: str | int) -> datetime | None:
    """The moment there, stated in seconds since 1970 (UTC)."""
    seconds = number_at(value, *path)
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None and 0 < seconds < MAX_EPOCH else None


def counters(value: object, names: dict[str, str]) -> dict[str, int]:
    """The counters that are stated: under our names, by theirs; the first that is. What is negative was withheld."""
    found: dict[str, int] = {}
    for theirs, ours in names.items():
        count = number_at(value, theirs)
        if count is not None and count >= 0:
            found.setdefault(ours, count)
    return found


def on_host(url: str, *domains: str) -> bool:
    """Whether the address is on one of the domains, or on a host below one."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return any(host == domain or host.endswith("." + domain) for domain in domains)


def _literals(script: str) -> Iterator[object]:
    """The JSON that stands after one of _CALLS; each character is passed over once."""
    position = 0
    while len(script) <= MAX_JSON_BYTES and (call := _CALL.search(script, position)):
        opening = script.find("{", call.end(), call.end() + _TO_ITS_VALUE)
        position = call.end() if opening < 0 else _after(script, opening)
        value = None if opening < 0 else decode(script[opening:position])
        if value is not None:
            yield value


def _after(script: str, opening: int) -> int:
    """The place behind the bracket that closes the one at ``opening``; the end where none does."""
    depth = 0
    for token in _TOKEN.finditer(script, opening):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(token.group()[0], 0)
        if depth == 0:
            return token.end()
    return len(script)
