"""An event: who did what to the case, when, where, why and with which tool (FORMAT, "Event")."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from evidentia.record.custody import Event, EventType
from evidentia.record.errors import FormatError

from .canonical_json import decode_canonical, encode_canonical
from .names import HIGHEST_NUMBER, event_path, is_case_id, is_digest, is_who

LONGEST_TEXT = 4000  # characters; a reason is a paragraph, not a document (documents are items)
LONGEST_NAME = 200  # characters; the longest official titles seen are under 150
MOST_ACTORS = 32  # a committee; every actor costs a signature
MOST_ITEMS = 10_000  # one event may take in a whole phone's chat export

_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
_ZONE = re.compile(r"[+-]\d{2}:\d{2}|[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}", re.ASCII)

Withheld = tuple[tuple[int, str], ...]
"""Pairs of item number and record digest."""


def encode_event(event: Event) -> bytes:
    """The event's bytes, checked as a reader would check them.

    Raises:
        FormatError: the event breaks a rule of the format.
    """
    data = encode_canonical(event)
    parse_event(event.event, data)
    return data


def parse_event(number: int, data: bytes) -> Event:
    """Read event ``number`` strictly.

    Raises:
        FormatError: not canonical, an unknown or missing field, a wrong type, or a rule of the format broken.
    """
    where = event_path(number)
    value = decode_canonical(where, data)
    try:
        event = msgspec.convert(value, Event, strict=True)
    except msgspec.ValidationError as error:
        raise FormatError(where, str(error)) from error
    for problem in _problems(number, event):
        raise FormatError(where, problem)
    return event


def event_time(event: Event) -> datetime:
    """The claimed time of an event, in UTC."""
    text = event.time
    day = int(text[:4]), int(text[5:7]), int(text[8:10])
    return datetime(*day, int(text[11:13]), int(text[14:16]), int(text[17:19]), tzinfo=UTC)


def time_in_zone(event: Event) -> datetime:
    """The claimed time in the zone in which it was stated; UTC where only a zone's name is known."""
    if match := re.fullmatch(r"([+-])(\d{2}):(\d{2})", event.zone):
        offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
        from datetime import timezone

        return event_time(event).astimezone(timezone(-offset if match[1] == "-" else offset))
    return event_time(event)


def withheld_items(event: Event) -> Withheld:
    """The items that an export leaves out, or that a disclosure allows to be left out."""
    key = {EventType.EXPORT: "withheld", EventType.DISCLOSE: "may_withhold"}.get(event.type)
    return tuple((entry["item"], entry["record"]) for entry in event.details[key]) if key else ()


def _problems(number: int, event: Event) -> Iterator[str]:
    if event.format != 1:
        yield f"format {event.format} is not known"
    if event.event != number:
        yield f"says that it is event {event.event}"
    if not is_case_id(event.case):
        yield "not a case id"
    yield from _time_problems(event)
    for name, text in (("place", event.place), ("reason", event.reason), ("authority", event.authority)):
        yield from _text_problems(name, text, LONGEST_TEXT)
    for name, text in (("tool name", event.tool.name), ("tool version", event.tool.version)):
        yield from _text_problems(name, text, LONGEST_NAME)
    for change in event.changes:
        yield from _text_problems("what was changed", change.what, LONGEST_TEXT)
        yield from _text_problems("why it was changed", change.why, LONGEST_TEXT)
    yield from _actor_problems(event)
    yield from _item_problems(event)
    yield from _DETAILS[event.type](event.details)


def _time_problems(event: Event) -> Iterator[str]:
    if not _TIME.fullmatch(event.time):
        yield f"not a UTC time in whole seconds: {event.time!r}"
    else:
        try:
            event_time(event)
        except ValueError as error:
            yield f"no such time: {error}"
    if len(event.zone) > LONGEST_NAME or not _ZONE.fullmatch(event.zone):
        yield f"not a zone: {event.zone[:60]!r}"
    elif event.zone[0] in "+-" and (event.zone[1:3] > "14" or event.zone[4:] > "59"):
        yield f"no such offset: {event.zone}"


def _text_problems(name: str, text: str, longest: int) -> Iterator[str]:
    if len(text) > longest:
        yield f"{name} is longer than {longest} characters"
    if not text.isprintable() and any(unicodedata.category(c) in ("Cc", "Cs") and c != "\n" for c in text):
        yield f"{name} holds a control character"


def _actor_problems(event: Event) -> Iterator[str]:
    actors = event.actors
    if not 1 <= len(actors) <= MOST_ACTORS:
        yield f"{len(actors)} actors; 1 to {MOST_ACTORS} are allowed"
    if len({actor.who for actor in actors}) != len(actors):
        yield "an actor's short name stands twice"
    if len({actor.certificate for actor in actors}) != len(actors):
        yield "a certificate stands twice"
    for actor in actors:
        if not is_who(actor.who):
            yield f"not an actor's short name: {actor.who[:60]!r}"
        if not is_digest(actor.certificate):
            yield f"{actor.who}: the certificate is not named by its SHA-256"
        if not actor.name:
            yield f"{actor.who}: no name"
        for name, text in (("name", actor.name), ("role", actor.role), ("organisation", actor.organisation)):
            yield from _text_problems(f"{actor.who}'s {name}", text, LONGEST_NAME)


def _item_problems(event: Event) -> Iterator[str]:
    numbers = [ref.item for ref in event.items]
    if len(numbers) > MOST_ITEMS:
        yield f"more than {MOST_ITEMS} items"
    if numbers != sorted(set(numbers)) or any(not 1 <= n <= HIGHEST_NUMBER for n in numbers):
        yield "items are not numbered upwards, each once"
    if any(not is_digest(ref.record) for ref in event.items):
        yield "an item's record is not named by its SHA-256"
    if numbers and event.type not in _MAY_BRING_ITEMS:
        yield f"an event of type {event.type.value} brings no items"
    if not numbers and event.type in _MUST_BRING_ITEMS:
        yield f"an event of type {event.type.value} brings at least one item"


_MUST_BRING_ITEMS = frozenset({EventType.ACQUIRE, EventType.DERIVE, EventType.REPORT})
_MAY_BRING_ITEMS = _MUST_BRING_ITEMS | {EventType.EXAMINE}

_Check = Callable[[Any], bool]
_Details = Callable[[dict[str, Any]], Iterator[str]]


def _is_number(value: Any) -> bool:
    return type(value) is int and 1 <= value <= HIGHEST_NUMBER


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not any(_text_problems("", value, LONGEST_TEXT))


def _is_title(value: Any) -> bool:
    return isinstance(value, str) and value != "" and not any(_text_problems("", value, LONGEST_NAME))


def _is_slug(value: Any) -> bool:
    return isinstance(value, str) and is_who(value)


def _is_item_list(value: Any) -> bool:
    if not isinstance(value, list):
        return False
    plain = all(
        isinstance(entry, dict)
        and entry.keys() == {"item", "record"}
        and _is_number(entry["item"])
        and isinstance(entry["record"], str)
        and is_digest(entry["record"])
        for entry in value
    )
    return plain and [e["item"] for e in value] == sorted({e["item"] for e in value})


def _is_digest(value: Any) -> bool:
    return isinstance(value, str) and is_digest(value)


def _is_slug_list(value: Any) -> bool:
    return isinstance(value, list) and value != [] and all(map(_is_slug, value))


def _is_number_list(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_number, value)) and value == sorted(set(value))


def _is_outcome(value: Any) -> bool:
    return value in ("accepted", "refused")


def _exactly(**checks: _Check) -> _Details:
    def problems(details: dict[str, Any]) -> Iterator[str]:
        if details.keys() != checks.keys():
            yield f"details must hold exactly {sorted(checks)}"
            return
        for name, check in checks.items():
            if not check(details[name]):
                yield f"details.{name} is not what it must be"

    return problems


# What an event of each type says beyond the common fields. No digest, title, address or text of an item is here:
# an item may be withheld, and its event stays.
_DETAILS: dict[EventType, _Details] = {
    EventType.OPEN: _exactly(title=_is_title),
    EventType.ADMIT: _exactly(admitted=_is_slug),
    EventType.REKEY: _exactly(replaced=_is_slug, by=_is_slug),
    EventType.ACQUIRE: _exactly(),
    EventType.TRANSFER: _exactly(to=_is_slug_list),
    EventType.RECEIVE: _exactly(transfer=_is_number, outcome=_is_outcome),
    EventType.EXAMINE: _exactly(examined=_is_number_list),
    EventType.DERIVE: _exactly(original=_is_number),
    EventType.REPORT: _exactly(),
    EventType.NOTE: _exactly(text=_is_text),
    EventType.STATUS: _exactly(status=_is_title),
    EventType.EXPORT: _exactly(index=_is_digest, withheld=_is_item_list),
    EventType.DISCLOSE: _exactly(may_withhold=_is_item_list),
    EventType.TIMESTAMP: _exactly(),
    EventType.RENEW: _exactly(),
    EventType.CLOSE: _exactly(),
}
