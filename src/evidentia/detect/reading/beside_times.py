"""The time beside a post, held against every moment that the captures record, in every zone that could explain it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from ...record.finding import Beside, Outcome, Part
from ...record.life import Timeline, Version
from ...record.moment import to_utc_text
from ...record.said import Said
from ...record.sentences import english, said
from .names import LEAST_SCORE
from .placing_times import TimeSeen
from .relative_times import Ago
from .times import EARTH_ZONES, Written, explained, other_half, stated_as, zone_name

TIME = "time"

_YEARS = range(1970, 3000)
"""A recorded time outside of them is no post's, and would overflow where a zone or an age is added."""

_MOST_STATED = 200
"""Characters of a time that a page stated; no app writes so many."""


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
        why = said("reading.time.none") if recorded else said("reading.time.unrecorded")
        return Beside(
            part=Part.TIME,
            name=TIME,
            shown="",
            recorded=recorded,
            outcome=None,
            reason=english(why),
            says=(why,),
        )
    judged = [
        _ago(one.time, moments, existed_by)
        if isinstance(one.time, Ago)
        else _written(one, moments, stated, zones)
        for one in seen
    ]
    order = (Outcome.CONSISTENT, Outcome.INCONCLUSIVE, Outcome.DIFFERS)
    at = min(range(len(seen)), key=lambda n: (order.index(judged[n][0]), n))
    outcome, why = judged[at]
    return Beside(
        part=Part.TIME,
        name=TIME,
        shown=seen[at].time.text,
        recorded=recorded,
        outcome=outcome,
        reason=english(why),
        box=seen[at].box,
        says=(why,),
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
) -> tuple[Outcome, Said]:
    assert isinstance(seen.time, Written)
    answers = [answer for one in stated if (answer := stated_as(seen.time, one)) is not None]
    if any(answers):
        return Outcome.CONSISTENT, said("reading.time.as_stated")
    if not moments:
        not_so = said("reading.time.not_as_stated") if answers else said("reading.time.not_understood")
        return Outcome.INCONCLUSIVE, not_so
    for near, allowed in ((True, zones), (False, EARTH_ZONES)):
        for moment in moments:
            if (zone := explained(seen.time, moment, allowed)) is not None:
                return _explained(seen.time, zone_name(zone, moment), near=near)
    if seen.time.may_be_half and any(explained(other_half(seen.time), moment, zones) for moment in moments):
        return Outcome.INCONCLUSIVE, said("reading.time.half_a_day")
    if not seen.sure:
        return Outcome.INCONCLUSIVE, said("reading.time.may_be_anothers")
    if seen.piece.score < LEAST_SCORE:
        return Outcome.INCONCLUSIVE, said("reading.time.low_confidence", confidence=seen.piece.score)
    return Outcome.DIFFERS, said("reading.time.unexplained")


def _explained(time: Written, zone: str, *, near: bool) -> tuple[Outcome, Said]:
    if not near:
        return Outcome.INCONCLUSIVE, said("reading.time.elsewhere", zone=zone)
    missing: list[Said] = []
    if not time.dates:
        missing.append(said("reading.time.no_date"))
    elif all(year is None for year, _, _ in time.dates):
        missing.append(said("reading.time.no_year"))
    if time.minute is None:
        missing.append(said("reading.time.nor_clock") if missing else said("reading.time.no_clock"))
    if missing:
        return Outcome.CONSISTENT, said("reading.time.same_in_part", zone=zone, missing=tuple(missing))
    return Outcome.CONSISTENT, said("reading.time.same", zone=zone)


def _ago(ago: Ago, moments: Sequence[datetime], existed_by: datetime | None) -> tuple[Outcome, Said]:
    if not moments:
        return Outcome.INCONCLUSIVE, said("reading.time.ago_without_zone")
    spans = [ago.seen_between(moment) for moment in moments]
    if existed_by is not None and all(first > existed_by for first, _ in spans):
        first = min(first for first, _ in spans)
        return Outcome.DIFFERS, said(
            "reading.time.ago_too_late", first=to_utc_text(first), existed=to_utc_text(existed_by)
        )
    (since, until), *others = ((to_utc_text(one), to_utc_text(other)) for one, other in spans)
    shown = (
        said("reading.time.between", first=since, last=until),
        *(said("reading.time.or_between", first=one, last=other) for one, other in others),
    )
    return Outcome.CONSISTENT, said("reading.time.ago", spans=shown)
