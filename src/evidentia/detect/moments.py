"""What can be said of a post at any one moment: what looks showed before, at and after it, and never more.

Between two looks nobody looked. Two looks that show the same do not show that it was so in between, and nothing here
says so.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime

import msgspec

from evidentia.record.life import Timeline, Version
from evidentia.record.moment import Interval, Moment, to_utc_text
from evidentia.record.post import Evidence, State

from .looks import Look, is_placed, looks_at
from .state import INFORMATIVE
from .wording import wording


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """What one look showed, and when; ``version`` is the wording's number where it showed any."""

    state: State
    version: int | None
    source: str
    during: Interval
    evidence: tuple[Evidence, ...]


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What the looks say of one moment.

    ``seen`` are the looks that were being made at that moment: each shows how the post was at some moment of it.
    ``before`` and ``after`` are our own nearest looks that tell something of the post and had ended, or had not begun;
    ``claimed`` what other sources say of the time between those. ``unseen`` is the time around the moment of which no
    look of ours tells anything: None on a side is "no look at all". ``statement`` says it in English.
    """

    moment: Moment
    statement: str
    seen: tuple[Sighting, ...]
    before: Sighting | None
    after: Sighting | None
    claimed: tuple[Sighting, ...]
    unseen: Interval | None


def state_at(timeline: Timeline, moment: datetime) -> Known:
    """What can be said of a post at a moment: never more than what looks before, at and after it showed.

    Raises:
        ValueError: the moment has no offset.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without an offset cannot be placed in time")
    looks = looks_at(one for one in timeline.observations if is_placed(one))
    ours = [look for look in looks if look.is_own and look.tells]
    during = [look for look in looks if look.start <= moment <= look.end and look.is_own]
    before = max((look for look in ours if look.end < moment), key=lambda look: look.end, default=None)
    after = min((look for look in ours if look.start > moment), key=lambda look: look.start, default=None)
    claimed = [look for look in looks if not look.is_own and look.tells and _is_between(look, before, after)]
    told = any(look.tells for look in during)
    unseen = None if told else _unseen(before, after)
    last = None if before is None else _sighting(before, timeline.versions)
    following = None if after is None else _sighting(after, timeline.versions)
    seen = tuple(_sighting(look, timeline.versions) for look in during)
    others = tuple(_sighting(look, timeline.versions) for look in _nearest(claimed, moment))
    return Known(
        moment=moment,
        statement=_statement(seen, last, following, others),
        seen=seen,
        before=last,
        after=following,
        claimed=others,
        unseen=unseen,
    )


def _is_between(look: Look, before: Look | None, after: Look | None) -> bool:
    return (before is None or look.start > before.end) and (after is None or look.end < after.start)


def _unseen(before: Look | None, after: Look | None) -> Interval:
    return Interval(
        not_before=None if before is None else before.seen.during.not_after,
        not_after=None if after is None else after.seen.during.not_before,
    )


def _nearest(looks: list[Look], moment: datetime) -> list[Look]:
    """The last one that begins at or before a moment, and the next."""
    at = bisect_right([look.start for look in looks], moment)
    return looks[max(0, at - 1) : at + 1]


def _sighting(look: Look, versions: tuple[Version, ...]) -> Sighting:
    return Sighting(
        state=look.seen.state,
        version=_version_shown(look, versions),
        source=look.seen.source,
        during=look.seen.during,
        evidence=look.seen.evidence,
    )


def _version_shown(look: Look, versions: tuple[Version, ...]) -> int | None:
    """The version that rests on the look and has its wording; of several with one wording, the one seen then."""
    found = [
        version
        for version in versions
        if not set(look.seen.evidence).isdisjoint(version.evidence) and wording(version.text) == look.wording
    ]
    then = [version for version in found if _holds(version, look)]
    return next((version.n for version in (*then, *found)), None)


def _holds(version: Version, look: Look) -> bool:
    after = version.not_before is None or version.not_before <= look.start
    return after and (version.not_after is None or look.end <= version.not_after)


def _statement(
    seen: tuple[Sighting, ...],
    before: Sighting | None,
    after: Sighting | None,
    claimed: tuple[Sighting, ...],
) -> str:
    telling = [one for one in seen if one.state in INFORMATIVE]
    silent = [one for one in seen if one.state not in INFORMATIVE]
    said = [f"At some moment of the look {_span(one)} it showed {_shown(one)}." for one in telling]
    if not telling:
        said += [f"The look {_span(one)} says nothing of the post: {one.state.value}." for one in silent]
        said.append(_gap(before, after))
    said += [
        f"On the word of {one.source}, not of ours, it showed {_shown(one)} {_span(one)}." for one in claimed
    ]
    return " ".join(said)


def _gap(before: Sighting | None, after: Sighting | None) -> str:
    if before is None and after is None:
        return "No look of ours tells anything of the post."
    if before is None or after is None:
        one = before or after
        assert one is not None
        side = "after" if before is not None else "before"
        return f"Nothing was seen {side} the look {_span(one)}, which showed {_shown(one)}."
    until, since = before.during.not_after, after.during.not_before
    between = f"Nothing was seen between {_time(until)} and {_time(since)}."
    if before.state == after.state and before.version == after.version:
        return f"{between} The looks on both sides showed the same: {_shown(before)}."
    return f"{between} The look before showed {_shown(before)}, the look after {_shown(after)}."


def _shown(one: Sighting) -> str:
    wording = "" if one.version is None else f", version {one.version}"
    return f"{one.state.value}{wording}"


def _span(one: Sighting) -> str:
    items = ", ".join(f"item {evidence.item}" for evidence in one.evidence)
    return f"from {_time(one.during.not_before)} to {_time(one.during.not_after)} ({items})"


def _time(moment: Moment | None) -> str:
    return "a time that is not known" if moment is None else to_utc_text(moment)
