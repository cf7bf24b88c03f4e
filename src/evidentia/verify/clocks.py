"""Claimed times against trusted tokens, and tokens against those that they cover (format, "Proven times", "Order")."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from evidentia.formats import names
from evidentia.formats.event import event_time
from evidentia.record.custody import Event
from evidentia.record.moment import to_utc_text
from evidentia.record.verdict import Fault, Note

from .codes import Code, NoteCode, fault, note
from .timestamp import Token

CLOCK_TOLERANCE = timedelta(minutes=5)  # FORMAT, "Time"


class Stamps(NamedTuple):
    """The trusted tokens by path, and by event: over the seal's signatures, and listed by the seal.

    ``bound`` maps an event to the earliest trusted time over its signatures or later ones, or None.
    """

    tokens: Mapping[str, Token]
    over: Mapping[int, tuple[str, ...]]
    listed: Mapping[int, tuple[str, ...]]
    bound: Mapping[int, datetime | None]


def check_clocks(events: Iterable[Event], stamps: Stamps) -> tuple[tuple[Fault, ...], tuple[Note, ...]]:
    """Whether claimed times agree with each other, with the tokens before and with the tokens after them."""
    faults: list[Fault] = []
    notes: list[Note] = []
    before: Event | None = None
    held: datetime | None = None
    for event in events:
        path, claimed = names.event_path(event.event), event_time(event)
        if before is not None and claimed < event_time(before):
            faults.append(fault(Code.CLOCK_BEHIND, path, f"no earlier than {before.time}", event.time))
        listed = [stamps.tokens[p].time for p in stamps.listed.get(event.event, ())]
        held = max([*listed, *([held] if held is not None else [])], default=None)
        if held is not None and claimed + CLOCK_TOLERANCE < held:
            expected = f"no earlier than {to_utc_text(held)}, a timestamp that its seal or one before holds"
            faults.append(fault(Code.CLOCK_BEHIND, path, expected, event.time))
        stamped = [stamps.tokens[p].time for p in stamps.over.get(event.event, ())]
        if stamped and claimed > min(stamped) + CLOCK_TOLERANCE:
            expected = f"no later than {to_utc_text(min(stamped))}"
            faults.append(fault(Code.CLOCK_AHEAD, path, expected, event.time))
        first = stamps.bound.get(event.event)
        if held is None and first is not None and claimed + CLOCK_TOLERANCE < first:
            notes.append(note(NoteCode.CLAIM_UNBOUNDED, path, span=first - claimed))
        before = event
    return tuple(faults), tuple(notes)


def check_order(stamps: Stamps) -> tuple[Fault, ...]:
    """Tokens over the signatures of seal n are no earlier than the tokens that seal n lists, less both accuracies."""
    faults: list[Fault] = []
    for number, mine in stamps.over.items():
        for other in stamps.listed.get(number, ()):
            earlier = stamps.tokens[other]
            for path in mine:
                token = stamps.tokens[path]
                if token.time + token.accuracy < earlier.time - earlier.accuracy:
                    expected = f"no earlier than {other}: {to_utc_text(earlier.time)}"
                    faults.append(fault(Code.TIME_ORDER, path, expected, to_utc_text(token.time)))
    return tuple(faults)
