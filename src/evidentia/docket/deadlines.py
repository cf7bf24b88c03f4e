"""Deadlines, in days of the region's zone, from when something became known, was received or was recommended.

The day from which a deadline runs is not counted. Which days are working days is data; a deadline that reaches into a
year for which there are none is undetermined. Where a rule's source does not say which kind of days it means, both are
counted, and between the two answers it is undetermined.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from evidentia.record.docket import (
    Deadline,
    DeadlineBecause,
    DocketGiven,
    DocketSummary,
    Met,
    StatusStep,
)

from .data_sets import ONE_DAY, DataSets, DeadlineRule, day_in

NO_ZONE = "UTC"


class Due(NamedTuple):
    """The last day of a deadline; the days off that were passed over; or the year of which there are no holidays."""

    day: date | None
    skipped: tuple[date, ...] = ()
    no_holidays_of: int | None = None

    @property
    def reason(self) -> str:
        """Why there is no day."""
        return "" if self.no_holidays_of is None else f"the calendar has no holidays of {self.no_holidays_of}"


class When(NamedTuple):
    """The day of something in the case's zone, and its moment where more than the day is known."""

    day: date
    moment: datetime | None


class Course(NamedTuple):
    """What deadlines rest on, of an entry or of a summary. ``recommendations``: when each was received."""

    region: str
    contests: frozenset[str]
    known: When | None
    received: When | None
    recommendations: tuple[When | None, ...]
    follow_ups: tuple[When, ...]
    statuses: tuple[tuple[str, When], ...]


def deadlines(
    told: DocketGiven, history: Sequence[StatusStep], data: DataSets, as_of: date
) -> tuple[Deadline, ...]:
    """Every deadline of the data that the case may have.

    Args:
        history: all statuses of the case by time, those of custody too.
        as_of: the day on which it is asked how they stand.
    """
    zone = data.zone_of(told.region) or NO_ZONE

    def when(at: datetime) -> When:
        return When(day_in(at, zone), at)

    course = Course(
        region=told.region,
        contests=frozenset(act.contest for act in told.acts),
        known=None if told.known_at is None else when(told.known_at),
        received=None if told.received_at is None else when(told.received_at),
        recommendations=tuple(
            None if one.received_at is None else when(one.received_at) for one in told.recommendations
        ),
        follow_ups=tuple(when(one.at) for one in told.follow_ups),
        statuses=tuple((one.status, when(one.at)) for one in history),
    )
    return deadlines_of(course, data, as_of)


def summary_deadlines(summary: DocketSummary, data: DataSets, as_of: date) -> tuple[Deadline, ...]:
    """The same of a summary, which knows days alone: of two things of one day it does not say which came first."""

    def when(day: date | None) -> When | None:
        return None if day is None else When(day, None)

    course = Course(
        region=summary.region,
        contests=frozenset(act.contest for act in summary.acts),
        known=when(summary.known_on),
        received=when(summary.received_on),
        recommendations=tuple(when(one.received_on) for one in summary.recommendations if one.on <= as_of),
        follow_ups=tuple(When(one.on, None) for one in summary.follow_ups),
        statuses=tuple((one.code, When(one.on, None)) for one in summary.history),
    )
    return deadlines_of(course, data, as_of)


def deadlines_of(course: Course, data: DataSets, as_of: date) -> tuple[Deadline, ...]:
    """Every deadline of the data that a case of this course may have."""
    kinds = {one.kind for code in course.contests if (one := data.contests.on(code, None)) is not None}
    zone = data.zone_of(course.region)
    found = []
    for code in data.deadlines:
        for began in _begun(data.deadlines[code][-1], course):
            rule = data.deadlines.on(code, None if began is None else began.day)
            if rule is not None and (not rule.contests or kinds & set(rule.contests)):
                found.append(_told(rule, began, course, data, zone, as_of))
    return tuple(found)


def add_working_days(start: date, days: int, data: DataSets) -> Due:
    """The day that is so many working days after another, which is not counted itself."""
    day, left = start, days
    skipped: list[date] = []
    while left:
        day += ONE_DAY
        if day.year not in data.calendar.years:
            return Due(None, tuple(skipped), day.year)
        if day in data.holidays:
            skipped.append(day)
        elif day.isoweekday() not in data.calendar.weekend:
            left -= 1
    return Due(day, tuple(skipped))


def _begun(rule: DeadlineRule, course: Course) -> Iterator[When | None]:
    """When a rule begins to run: for each recommendation, else once, which may be unknown."""
    if rule.runs_from == "recommendation":
        yield from course.recommendations
    else:
        yield course.known if rule.runs_from == "known_at" else course.received


class _Ended(NamedTuple):
    """The first day on which what a deadline asks for was done; one that may have come before it began to run."""

    on: date | None
    doubtful: date | None


class _State(NamedTuple):
    met: Met
    because: DeadlineBecause | None = None
    reason: str = ""


def _told(
    rule: DeadlineRule, began: When | None, course: Course, data: DataSets, zone: str, as_of: date
) -> Deadline:
    start = None if began is None else began.day
    first, last = (Due(None), Due(None)) if start is None else _due(rule, start, data)
    ended = _ended(rule, began, course)
    state = _met(first, last, ended, as_of)
    if start is None:
        what = "when a recommendation was received" if rule.runs_from == "recommendation" else rule.runs_from
        state = state._replace(because=DeadlineBecause.NO_START, reason=f"{what} is not known")
    elif not zone and state.met is not Met.UNDETERMINED:
        state = _without_zone(state, first, last, ended.on, as_of)
    return Deadline(
        code=rule.code,
        id=rule.id,
        en=rule.en,
        met=state.met,
        because=state.because,
        reason=state.reason or (state.because.value if state.because else ""),
        no_holidays_of=last.no_holidays_of,
        from_event=rule.runs_from,
        runs_from=start,
        due_first=first.day,
        due_last=last.day,
        ended_on=ended.on,
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


def _ended(rule: DeadlineRule, began: When | None, course: Course) -> _Ended:
    """When what a deadline asks for was done: nothing from before it began to run."""
    moments = [when for code, when in course.statuses if code in rule.ends_with]
    if "follow_up" in rule.ends_with:
        moments += course.follow_ups
    days, doubtful = [], []
    for when in moments:
        if began is not None and when.moment is None and when.day == began.day:
            doubtful.append(when.day)
        elif not _before(when, began):
            days.append(when.day)
    # A report is received after it became known: on one day too, where no more than the day is known.
    if (
        "received_at" in rule.ends_with
        and course.received is not None
        and not _before(course.received, began)
    ):
        days.append(course.received.day)
    return _Ended(min(days, default=None), min(doubtful, default=None))


def _before(when: When, began: When | None) -> bool:
    if began is None:
        return False
    if when.moment is not None and began.moment is not None:
        return when.moment < began.moment
    return when.day < began.day


def _met(first: Due, last: Due, ended: _Ended, as_of: date) -> _State:
    """How it stands: by the day on which it ended, or by the day on which it is asked."""
    done = ended.on is not None and ended.on <= as_of
    if ended.doubtful is not None and ended.doubtful <= as_of and not (done and _in_time(first, ended.on)):
        return _State(Met.UNDETERMINED, DeadlineBecause.SAME_DAY)
    day = ended.on if done and ended.on is not None else as_of
    if _in_time(first, day):
        return _State(Met.MET if done else Met.OPEN)
    if first.day is None or last.day is None:
        return _State(Met.UNDETERMINED, DeadlineBecause.NO_CALENDAR, first.reason or last.reason)
    if day > last.day:
        return _State(Met.MISSED, None if done else DeadlineBecause.NOT_DONE)
    return _State(Met.UNDETERMINED, DeadlineBecause.BETWEEN)


def _in_time(first: Due, day: date | None) -> bool:
    return first.day is not None and day is not None and day <= first.day


def _without_zone(state: _State, first: Due, last: Due, ended_on: date | None, as_of: date) -> _State:
    """Without a zone each day may be the one beside it: what a day can turn is undetermined."""
    day = ended_on if ended_on is not None and ended_on <= as_of else as_of
    if any(one.day is not None and abs((one.day - day).days) <= 1 for one in (first, last)):
        return _State(Met.UNDETERMINED, DeadlineBecause.ONE_DAY)
    return _State(state.met, DeadlineBecause.UTC_DAYS)


def by_calendar(rule: str, runs_from: date | None, data: DataSets) -> bool:
    """Whether the calendar is asked for a deadline that runs from a day."""
    found = data.deadlines.on(rule, runs_from)
    return runs_from is not None and found is not None and found.unit != "calendar"
