"""The time beside a post, held against every moment that the captures record, in every zone that could explain it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from ...record.finding import Beside, Outcome, Part
from ...record.life import Timeline, Version
from ...record.moment import to_utc_text
from .names import LEAST_SCORE
from .placing_times import TimeSeen
from .relative_times import Ago
from .times import EARTH_ZONES, Written, explained, other_half, stated_as, zone_name

TIME = "time"

_YEARS = range(1970, 3000)
"""A recorded time outside of them is no post's, and would overflow where a zone or an age is added."""

_MOST_STATED = 200
"""Characters of a time that a page stated; no app writes so many."""

_UNEXPLAINED = "no zone makes it the recorded time"


def time_beside(
    seen: Sequence[TimeSeen],
    timeline: Timeline,
    version: Version,
    zones: Sequence[tzinfo],
    existed_by: datetime | None,
) -> Beside:
    """What the times in the post's place say: of several, as of making and of editing, the one that is explained."""
    moments, stated = _moments(timeline, version), _stated(timeline)
    recorded = (
        *(moment.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z") for moment in moments for zone in zones),
        *stated,
    )
    if not recorded or not seen:
        why = (
            "no time stands where the post's does"
            if recorded
            else "the captures record no time of publication"
        )
        return Beside(part=Part.TIME, name=TIME, shown="", recorded=recorded, outcome=None, reason=why)
    judged = [
        _ago(one.time, moments, existed_by)
        if isinstance(one.time, Ago)
        else _written(one, moments, stated, zones)
        for one in seen
    ]
    order = (Outcome.CONSISTENT, Outcome.INCONCLUSIVE, Outcome.DIFFERS)
    at = min(range(len(seen)), key=lambda n: (order.index(judged[n][0]), n))
    outcome, reason = judged[at]
    return Beside(
        part=Part.TIME,
        name=TIME,
        shown=seen[at].time.text,
        recorded=recorded,
        outcome=outcome,
        reason=reason,
        box=seen[at].box,
    )


def _moments(timeline: Timeline, version: Version) -> tuple[datetime, ...]:
    posts = [seen.post for seen in timeline.observations if seen.post is not None]
    found = [at for post in posts for at in (post.created_at, post.edited_at) if at is not None]
    if version.stated_at is not None:
        found.append(version.stated_at)
    return tuple(at for at in dict.fromkeys(found) if at.year in _YEARS)


def _stated(timeline: Timeline) -> tuple[str, ...]:
    posts = [seen.post for seen in timeline.observations if seen.post is not None]
    return tuple(dict.fromkeys(post.stated_time[:_MOST_STATED] for post in posts if post.stated_time))


def _written(
    seen: TimeSeen, moments: Sequence[datetime], stated: Sequence[str], zones: Sequence[tzinfo]
) -> tuple[Outcome, str]:
    assert isinstance(seen.time, Written)
    said = [answer for one in stated if (answer := stated_as(seen.time, one)) is not None]
    if any(said):
        return Outcome.CONSISTENT, "as the capture shows it, which states no zone"
    if not moments:
        not_so = "not as the capture shows it, which states no zone"
        return (
            Outcome.INCONCLUSIVE,
            not_so if said else "the recorded time is in a form that is not understood",
        )
    for near, allowed in ((True, zones), (False, EARTH_ZONES)):
        for moment in moments:
            if (zone := explained(seen.time, moment, allowed)) is not None:
                return _explained(seen.time, zone_name(zone, moment), near=near)
    if seen.time.may_be_half and any(explained(other_half(seen.time), moment, zones) for moment in moments):
        return (
            Outcome.INCONCLUSIVE,
            "the recorded time, if its clock is of twelve hours: no AM or PM was read",
        )
    if not seen.sure:
        return Outcome.INCONCLUSIVE, f"{_UNEXPLAINED}; it may belong to something else that stands there"
    if seen.piece.score < LEAST_SCORE:
        return Outcome.INCONCLUSIVE, f"{_UNEXPLAINED}; read with a confidence of {seen.piece.score:.2f} only"
    return Outcome.DIFFERS, f"{_UNEXPLAINED}, of all that are in use"


def _explained(time: Written, zone: str, *, near: bool) -> tuple[Outcome, str]:
    if not near:
        return Outcome.INCONCLUSIVE, f"the recorded time only on a phone that is set to {zone}"
    missing = []
    if not time.dates:
        missing.append("no date")
    elif all(year is None for year, _, _ in time.dates):
        missing.append("no year")
    if time.minute is None:
        missing.append("no clock")
    left_open = f"; {' and '.join(missing)} is written" if missing else ""
    return Outcome.CONSISTENT, f"the recorded time in {zone}{left_open}"


def _ago(ago: Ago, moments: Sequence[datetime], existed_by: datetime | None) -> tuple[Outcome, str]:
    if not moments:
        return Outcome.INCONCLUSIVE, "the recorded time has no zone, so that a time ago bounds nothing"
    spans = [ago.seen_between(moment) for moment in moments]
    if existed_by is not None and all(first > existed_by for first, _ in spans):
        first = min(first for first, _ in spans)
        return Outcome.DIFFERS, (
            f"it cannot have been shown before {to_utc_text(first)}, and the picture existed "
            f"at {to_utc_text(existed_by)}"
        )
    said = " or ".join(f"between {to_utc_text(first)} and {to_utc_text(last)}" for first, last in spans)
    return Outcome.CONSISTENT, f"it bounds the screenshot alone: if this is the post, it was shown {said}"
