"""When to look at a post again: computed from what is on record alone, so that cron or a systemd timer is enough.

Looks bound every change: what is looked at hourly is known to the hour. Most posts that are edited or deleted are so
soon after they became known, so looks are dense at first and get rarer; a change makes them dense again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from evidentia.record.errors import UsageError
from evidentia.record.life import ChangeKind, Timeline
from evidentia.record.post import OWN_CAPTURE, Observation, State

from .earlier import SHOWN, started

STEPS = (
    (timedelta(hours=6), timedelta(minutes=15)),
    (timedelta(days=2), timedelta(hours=1)),
    (timedelta(days=14), timedelta(hours=6)),
    (timedelta(days=90), timedelta(days=1)),
)
"""Up to which age, and how often. Chosen, not measured: the hours in which an author first hears of a complaint, the
days in which word of it travels, the weeks in which it is examined, the months of a dispute. ``every`` overrides it."""

AFTERWARDS = timedelta(days=7)
"""How often later: a post that stood for three months is looked at so that its end is known to the week."""

CONFIRMED_AFTER = timedelta(minutes=10)
"""A first-seen absence, change or obstacle is looked at once more so soon: most outages, restarts and caches are over
by then, and what was seen twice is not laid to one of them."""

EARLY = 10
"""A look is due a tenth of its interval early, a minute and a half at most: a timer that runs at the interval's own
pace would else find it not due by seconds, each second time."""
MOST_EARLY = timedelta(seconds=90)

_CONTENT = frozenset(ChangeKind) - {ChangeKind.ACT_APPEARED, ChangeKind.ACT_GONE, ChangeKind.ACT_EDITED}
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DURATION = re.compile(r"([0-9]{1,4})([mhdw])", re.ASCII)


@dataclass(frozen=True)
class Due:
    """When a post is to be looked at again.

    Attributes:
        post: its key.
        url: where it is looked for.
        last: when the last look began.
        next: when the next one is due.
        every: the interval of its step.
        why: why then, in words.
        is_due: whether that is now.
    """

    post: str
    url: str
    last: datetime
    next: datetime
    every: timedelta
    why: str
    is_due: bool


def due(life: Timeline, now: datetime, every: timedelta | None = None) -> Due | None:
    """When a post is next to be looked at; None where it was never looked at, only handed over.

    Its age counts from the first look, or from the end of the last look that first showed a change: not from the
    time of publication that a platform states, because a post that became known late is no less in danger.

    Args:
        every: an interval to be used instead of the steps; what is to be confirmed is so all the same.
    """
    looks = [one for one in life.observations if one.source == OWN_CAPTURE and one.during.not_before]
    if not looks:
        return None
    last = started(looks[-1])
    step = _step(last - _origin(life, looks))
    interval, why = step if every is None else (every, "as it was asked for")
    following = last + interval
    unconfirmed = _unconfirmed(life, looks)
    if unconfirmed is not None and unconfirmed < following:
        following, why = unconfirmed, "to confirm what was first seen in the last look"
    early = min((following - last) / EARLY, MOST_EARLY)
    return Due(life.post, looks[-1].url, last, following, interval, why, following - early <= now)


def schedule(lives: Iterable[Timeline], now: datetime, every: timedelta | None = None) -> tuple[Due, ...]:
    """When each post is next to be looked at, the longest due first."""
    found = (due(life, now, every) for life in lives)
    return tuple(sorted((one for one in found if one is not None), key=lambda one: (one.next, one.post)))


def duration(text: str) -> timedelta:
    """``15m``, ``6h``, ``2d``, ``1w`` as a time span.

    Raises:
        UsageError: it is none of these.

    >>> duration("6h")
    datetime.timedelta(seconds=21600)
    """
    found = _DURATION.fullmatch(text)
    if found is None:
        raise UsageError(
            f"{text!r} is no time span.",
            next_step="Write a number and one of m, h, d, w: 15m, 6h, 2d, 1w.",
        )
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def spelled(span: timedelta) -> str:
    """A time span as ``duration`` reads it, in the largest unit that fits.

    >>> spelled(timedelta(hours=6))
    '6h'
    """
    minutes = int(span.total_seconds() // 60)
    for unit, length in (("w", 7 * 24 * 60), ("d", 24 * 60), ("h", 60)):
        if minutes and minutes % length == 0:
            return f"{minutes // length}{unit}"
    return f"{minutes}m"


def _step(age: timedelta) -> tuple[timedelta, str]:
    for until, every in STEPS:
        if age < until:
            return every, f"every {spelled(every)} in the first {spelled(until)}"
    return AFTERWARDS, f"every {spelled(AFTERWARDS)} after {spelled(STEPS[-1][0])}"


def _origin(life: Timeline, looks: list[Observation]) -> datetime:
    first = started(looks[0])
    return max((first, *(change for change in _changes_seen(life, looks) if change <= started(looks[-1]))))


def _changes_seen(life: Timeline, looks: list[Observation]) -> list[datetime]:
    """The end of each look of ours that first showed a change."""
    ends = {look.during.not_after for look in looks}
    return [
        change.not_after
        for change in life.changes
        if change.kind in _CONTENT and change.not_after is not None and change.not_after in ends
    ]


def _unconfirmed(life: Timeline, looks: list[Observation]) -> datetime | None:
    """When to confirm what was first seen lately; None where a later look did."""
    changed = max(_changes_seen(life, looks), default=None)
    absent = _first_of_run(looks)
    begun = [at for at in (changed, absent) if at is not None]
    if not begun:
        return None
    at = max(begun) + CONFIRMED_AFTER
    return None if started(looks[-1]) >= at - MOST_EARLY else at


def _first_of_run(looks: list[Observation]) -> datetime | None:
    """The end of the first look that showed the state that the last one shows; None where the post is there."""
    state: State = looks[-1].state
    if state in SHOWN:
        return None
    first = looks[-1]
    for look in reversed(looks):
        if look.state is not state:
            break
        first = look
    return first.during.not_after
