"""Deadlines, in days of the region's zone, from when something became known, was received or was recommended.

The day from which a deadline runs is not counted. Which days are working days is data; a deadline that reaches into a
year for which there are none is undetermined. Where a rule's source does not say which kind of days it means, both are
counted, and between the two answers it is undetermined.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from evidentia.record.docket import Deadline, DocketGiven, Met, StatusStep

from .data_sets import ONE_DAY, DataSets, DeadlineRule, day_in

NO_ZONE = "UTC"


class Due(NamedTuple):
    """The last day of a deadline; the days off that were passed over; or why there is none."""

    day: date | None
    skipped: tuple[date, ...] = ()
    reason: str = ""


def deadlines(
    told: DocketGiven, history: Sequence[StatusStep], data: DataSets, as_of: date
) -> tuple[Deadline, ...]:
    """Every deadline of the data that the case may have.

    Args:
        history: all statuses of the case by time, those of custody too.
        as_of: the day on which it is asked how they stand.
    """
    kinds = {one.kind for act in told.acts if (one := data.contests.on(act.contest, None)) is not None}
    zone = data.zone_of(told.region)
    found = []
    for code in data.deadlines:
        for began in _begun(data.deadlines[code][-1], told):
            day = None if began is None else _day(began, zone)
            rule = data.deadlines.on(code, day)
            if rule is not None and (not rule.contests or kinds & set(rule.contests)):
                found.append(_told(rule, began, told, history, data, zone, as_of))
    return tuple(found)


def add_working_days(start: date, days: int, data: DataSets) -> Due:
    """The day that is so many working days after another, which is not counted itself."""
    day, left = start, days
    skipped: list[date] = []
    while left:
        day += ONE_DAY
        if day.year not in data.calendar.years:
            return Due(None, tuple(skipped), f"the calendar has no holidays of {day.year}")
        if day in data.holidays:
            skipped.append(day)
        elif day.isoweekday() not in data.calendar.weekend:
            left -= 1
    return Due(day, tuple(skipped))


def _begun(rule: DeadlineRule, told: DocketGiven) -> Iterator[datetime | None]:
    """The moments from which a rule runs: one for each recommendation, else one that may be unknown."""
    if rule.runs_from == "recommendation":
        yield from (one.received_at for one in told.recommendations)
    else:
        yield told.known_at if rule.runs_from == "known_at" else told.received_at


def _day(at: datetime, zone: str) -> date:
    return day_in(at, zone or NO_ZONE)


def _told(
    rule: DeadlineRule,
    began: datetime | None,
    told: DocketGiven,
    history: Sequence[StatusStep],
    data: DataSets,
    zone: str,
    as_of: date,
) -> Deadline:
    start = None if began is None else _day(began, zone)
    first, last = (Due(None), Due(None)) if start is None else _due(rule, start, data)
    ended = [_day(at, zone) for at in _ended(rule, began, told, history)]
    ended_on = min(ended, default=None)
    met, reason = _met(first, last, ended_on, as_of)
    if start is None:
        reason = f"{rule.runs_from} is not known"
    elif not zone and met is not Met.UNDETERMINED:
        met, reason = _without_zone(met, first, last, ended_on, as_of)
    return Deadline(
        code=rule.code,
        id=rule.id,
        en=rule.en,
        met=met,
        reason=reason,
        runs_from=start,
        due_first=first.day,
        due_last=last.day,
        ended_on=ended_on,
        zone=zone or NO_ZONE,
        skipped=last.skipped,
        source=rule.source,
        verified=rule.verified,
    )


def _due(rule: DeadlineRule, start: date, data: DataSets) -> tuple[Due, Due]:
    """The last day as shortly and as long as the rule can be meant."""
    working = rule.unit == "working"
    shortest = add_working_days(start, rule.days, data) if working else Due(start + rule.days * ONE_DAY)
    most = rule.days + rule.extension
    longest = Due(start + most * ONE_DAY) if rule.unit == "calendar" else add_working_days(start, most, data)
    return shortest, longest


def _ended(
    rule: DeadlineRule, began: datetime | None, told: DocketGiven, history: Sequence[StatusStep]
) -> Iterator[datetime]:
    """The moments at which what a deadline asks for was done: none before it began to run."""
    moments = [step.at for step in history if step.status in rule.ends_with]
    if "received_at" in rule.ends_with and told.received_at is not None:
        moments.append(told.received_at)
    if "follow_up" in rule.ends_with:
        moments += [one.at for one in told.follow_ups]
    yield from (at for at in moments if began is None or at >= began)


def _met(first: Due, last: Due, ended_on: date | None, as_of: date) -> tuple[Met, str]:
    """How it stands: by the day on which it ended, or by the day on which it is asked."""
    done = ended_on is not None and ended_on <= as_of
    day = ended_on if done and ended_on is not None else as_of
    if first.day is not None and day <= first.day:
        return (Met.MET if done else Met.OPEN), ""
    if first.day is None or last.day is None:
        return Met.UNDETERMINED, first.reason or last.reason
    if day > last.day:
        return Met.MISSED, "" if done else "the docket does not say that it was done"
    return Met.UNDETERMINED, "between the shortest and the longest that the rule can mean"


def _without_zone(met: Met, first: Due, last: Due, ended_on: date | None, as_of: date) -> tuple[Met, str]:
    """Without a zone each day may be the one beside it: what a day can turn is undetermined."""
    day = ended_on if ended_on is not None and ended_on <= as_of else as_of
    near = [one.day for one in (first, last) if one.day is not None and abs((one.day - day).days) <= 1]
    if near:
        return Met.UNDETERMINED, "the region's zone is not known, and one day decides"
    return met, "the region's zone is not known: days are those of UTC"
