"""The life of a post as a plot: when it was looked at, which version was seen when, within which bounds it changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from evidentia.record.life import Timeline
from evidentia.record.moment import Interval
from evidentia.record.post import Observation, State
from evidentia.report.document import Lane, Mark, MarkKind, Plot
from evidentia.report.material import Language, in_zone
from evidentia.report.texts import say, word

_PRESENT = frozenset({State.LIVE, State.EDITED})
_ABSENT = frozenset(
    {State.DELETED_BY_AUTHOR, State.REMOVED_BY_PLATFORM, State.ACCOUNT_GONE, State.UNAVAILABLE}
)
TICKS = 5
"""Places on the axis that are named: a date with its time is 24 mm wide, and the plot 140 mm."""

_A_DAY = timedelta(days=1)
_NAMED_BY_SECONDS = timedelta(minutes=TICKS)
"""A shorter plot would have two places on its axis in one minute, and so the same name at both."""


def plot_of(timeline: Timeline, zone: str, language: Language) -> Plot | None:
    """The plot of a post; None where nothing of it has a time."""
    times = sorted(_times(timeline))
    if not times:
        return None
    first, last = times[0], times[-1]
    if first == last:
        first, last = first - _A_DAY / 2, last + _A_DAY / 2
    span = last - first

    def share(when: datetime) -> float:
        return round(min(1.0, max(0.0, (when - first) / span)), 5)  # 0.01 mm, and the same on every machine

    def mark(kind: MarkKind, start: datetime | None, end: datetime | None, label: str) -> Mark:
        return Mark(
            kind=kind,
            start=0.0 if start is None else share(start),
            end=1.0 if end is None else share(end),
            label=label,
        )

    looks = tuple(
        mark(_kind(look), _middle(look.during), _middle(look.during), str(n))
        for n, look in enumerate(timeline.observations, 1)
        if _middle(look.during) is not None
    )
    versions = tuple(
        mark(MarkKind.SPAN, one.not_before, one.not_after, say(language, "plot.v", n=one.n))
        for one in timeline.versions
    )
    changes = tuple(
        mark(MarkKind.BOUNDS, one.not_before, one.not_after, say(language, "plot.c", n=n))
        for n, one in enumerate(timeline.changes, 1)
    )
    lanes = (("looks", looks), ("versions", versions), ("changes", changes))
    clock = "%Y-%m-%d\n%H:%M:%S" if span < _NAMED_BY_SECONDS else "%Y-%m-%d\n%H:%M"
    ticks = tuple(
        (round(n / (TICKS - 1), 5), in_zone(first + span * n / (TICKS - 1), zone).strftime(clock))
        for n in range(TICKS)
    )
    return Plot(
        caption=say(language, "plot.caption", zone=zone),
        alt=_alt(timeline, zone, language),
        legend=tuple((kind, say(language, f"plot.{kind.value}")) for kind in MarkKind),
        lanes=tuple(Lane(label=say(language, f"plot.{key}"), marks=marks) for key, marks in lanes if marks),
        ticks=ticks,
    )


def _times(timeline: Timeline) -> Iterator[datetime]:
    spans = [(look.during.not_before, look.during.not_after) for look in timeline.observations]
    spans += [(one.not_before, one.not_after) for one in timeline.versions]
    spans += [(one.not_before, one.not_after) for one in timeline.changes]
    return (when for span in spans for when in span if when is not None)


def _middle(during: Interval) -> datetime | None:
    start, end = during.not_before, during.not_after
    return start + (end - start) / 2 if start and end else start or end


def _kind(look: Observation) -> MarkKind:
    if look.state in _PRESENT:
        return MarkKind.PRESENT
    return MarkKind.ABSENT if look.state in _ABSENT else MarkKind.UNKNOWN


def _alt(timeline: Timeline, zone: str, language: Language) -> str:
    """The plot for those who cannot see it. The tables after it say the same in full."""
    looks = [
        f"{n}: {in_zone(when, zone):%Y-%m-%d %H:%M} {word(language, look.state)}"
        for n, look in enumerate(timeline.observations[:20], 1)
        if (when := _middle(look.during)) is not None
    ]
    counts = {
        "looks": len(timeline.observations),
        "versions": len(timeline.versions),
        "changes": len(timeline.changes),
    }
    return say(language, "plot.alt", **counts) + " " + "; ".join(looks)
