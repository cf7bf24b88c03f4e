"""Dates in figures, as exports write them: which part is the day is concluded from the whole file, or left open.

No zone stands with them, so they are local times of nobody knows where, and never moments.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from evidentia.record.chat import DateOrder

_CENTURY = 2000  # of years in two digits: WhatsApp exists since 2009
_STAMP = re.compile(
    r"(?P<a>\d{1,4})(?P<s>[/.-])(?P<b>\d{1,2})(?P=s)(?P<c>\d{1,4}),?[\s\u00a0\u202f]+"
    r"(?P<hour>\d{1,2})[.:](?P<minute>\d{2})(?:[.:](?P<second>\d{2}))?"
    r"(?:[\s\u00a0\u202f]?(?P<half>[AaPp]\.?[Mm]\.?|PG|PTG))?",
    re.ASCII,
)
_AFTERNOON = ("p", "ptg")  # Malay: pagi, petang


class Stamp(NamedTuple):
    """A date of three figures and a time, as written. ``second`` is None where there is none."""

    parts: tuple[int, int, int]
    year_leads: bool
    hour: int
    minute: int
    second: int | None


class Order(NamedTuple):
    """The order of a file's dates, and why."""

    order: DateOrder
    reason: str


def parse_stamp(text: str) -> Stamp | None:
    """A date and a time that stand alone in ``text``; None where they are none."""
    found = _STAMP.fullmatch(text.strip())
    if found is None:
        return None
    hour, half = int(found["hour"]), (found["half"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.startswith(_AFTERNOON) and half != "pg" else 0)
    parts = (int(found["a"]), int(found["b"]), int(found["c"]))
    second = None if found["second"] is None else int(found["second"])
    return Stamp(parts, len(found["a"]) == 4, hour, int(found["minute"]), second)


def order_of(stamps: Sequence[Stamp]) -> Order:
    """How a file writes its dates: by the figures where they leave one reading, else by the order of its lines."""
    if stamps and all(stamp.year_leads for stamp in stamps):
        return Order(DateOrder.YEAR_FIRST, "every date begins with a year of four digits")
    impossible = {
        order: sum(local_time(stamp, order) is None for stamp in stamps)
        for order in (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST)
    }
    fewest = min(impossible.values())
    possible = [order for order, count in impossible.items() if count == fewest]
    if not stamps or fewest == len(stamps):
        return Order(DateOrder.UNDETERMINED, "no date exists in either order of day and month")
    if len(possible) == 1:
        decided = max(impossible.values()) - fewest
        reason = f"{decided} of {len(stamps)} dates exist in this order alone, as a day above 12 does"
        return Order(possible[0], reason)
    steps = {order: _backward_steps(stamps, order) for order in possible}
    forward = [order for order, back in steps.items() if back == 0]
    if len(forward) == 1:
        return Order(forward[0], "the lines stand in the order of time in this order alone")
    return Order(
        DateOrder.UNDETERMINED,
        "every date exists in both orders of day and month, and the order of the lines does not decide",
    )


def local_time(stamp: Stamp, order: DateOrder) -> datetime | None:
    """The local time that a stamp means in one order, without a zone; None where there is no such date."""
    if stamp.year_leads != (order is DateOrder.YEAR_FIRST):
        return None
    a, b, c = stamp.parts
    if order is DateOrder.YEAR_FIRST:
        year, month, day = a, b, c
    else:
        year, month, day = (c, a, b) if order is DateOrder.MONTH_FIRST else (c, b, a)
    try:
        return datetime(  # noqa: DTZ001 - local, of a zone that nobody states: said with it, never compared with a moment
            year + _CENTURY if year < 100 else year, month, day, stamp.hour, stamp.minute, stamp.second or 0
        )
    except ValueError:
        return None


def readings(stamp: Stamp, order: DateOrder) -> tuple[str, ...]:
    """The local times that a stamp can mean, in ISO 8601 without a zone: one, or two where the order is open."""
    orders = (order,) if order is not DateOrder.UNDETERMINED else (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST)
    exact = "minutes" if stamp.second is None else "seconds"
    found = (local_time(stamp, order) for order in orders)
    return tuple(dict.fromkeys(time.isoformat(timespec=exact) for time in found if time is not None))


def _backward_steps(stamps: Sequence[Stamp], order: DateOrder) -> int:
    times = [time for time in (local_time(stamp, order) for stamp in stamps) if time is not None]
    return sum(later < earlier for earlier, later in pairwise(times))
