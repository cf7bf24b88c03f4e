"""What is due when, over many cases: every deadline that no docket says to be done, overdue first.

Nothing is asked of a clock: the day is given, and what came after it is not known yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from evidentia.record.docket import (
    Deadline,
    DeadlineBecause,
    DocketSummary,
    DueState,
    Met,
    NotCounted,
    NotTold,
    OpenDeadline,
    OpenDeadlines,
)
from evidentia.record.errors import UsageError
from evidentia.record.verdict import Status

from .data_sets import Calendar, Coded, DataSets
from .deadlines import by_calendar, summary_deadlines
from .statistics import mixed_data, newest_of, nothing_told

_ORDER = {state: place for place, state in enumerate(DueState)}


def open_deadlines(
    summaries: Sequence[DocketSummary],
    data: DataSets,
    as_of: date,
    *,
    within: int | None = None,
    rules: Collection[str] = (),
) -> OpenDeadlines:
    """Every open deadline of some cases, as it stands on a day.

    Args:
        within: list what is due within so many days, besides what is overdue or cannot be computed; None lists all.
        rules: codes of ``deadlines`` to ask about; empty for all.

    Raises:
        UsageError: the data have no such rule, or ``within`` is below 0.
    """
    _check(data, within, rules)
    newest = newest_of(summaries)
    cases = [one for one in newest.cases if nothing_told(one) is None]
    every = [
        (one, deadline)
        for one in cases
        for deadline in summary_deadlines(one, data, as_of)
        if (not rules or deadline.code in rules)
        and (deadline.runs_from is None or deadline.runs_from <= as_of)
    ]
    waiting = [_open(one, deadline, as_of) for one, deadline in every if not _done(deadline, as_of)]
    listed = [one for one in waiting if not _is_later(one, within)]
    states = Counter(one.state for one in listed)
    return OpenDeadlines(
        as_of=as_of,
        within=within,
        rules=tuple(sorted(rules)),
        given=len(summaries),
        older=newest.older,
        cases=len(cases),
        not_verified=sum(one.status is not Status.PASSED for one in cases),
        states={state: states[state] for state in DueState},
        later=len(waiting) - len(listed),
        done=len(every) - len(waiting),
        open=tuple(sorted(listed, key=_place)),
        not_told=tuple(sorted(_not_told(newest.cases, newest.forked), key=lambda one: one.case)),
        unverified=_unverified(cases, [deadline for _, deadline in every], data),
        mixed_data=mixed_data(cases, data),
        data=tuple(one for one in data.used if one.name in ("contests", "deadlines", "holidays", "regions")),
    )


def _check(data: DataSets, within: int | None, rules: Collection[str]) -> None:
    if strange := sorted(set(rules) - set(data.deadlines)):
        raise UsageError(
            f"There is no deadline {strange[0]}.",
            next_step=f"The data have: {', '.join(data.deadlines)}. Deadlines are data: deadlines.toml.",
        )
    if within is not None and within < 0:
        raise UsageError(
            "A number of days from now on is not below 0.", next_step="Give --within 7, for a week."
        )


def _done(deadline: Deadline, as_of: date) -> bool:
    """Whether what it asks for was done by then: in time, too late, or one cannot know."""
    known = deadline.because is not DeadlineBecause.SAME_DAY
    return known and deadline.ended_on is not None and deadline.ended_on <= as_of


def _open(one: DocketSummary, deadline: Deadline, as_of: date) -> OpenDeadline:
    first, last = (
        None if day is None else (day - as_of).days for day in (deadline.due_first, deadline.due_last)
    )
    return OpenDeadline(
        case=one.case,
        region=one.region,
        state=_state(deadline),
        days_left=first,
        days_left_at_most=last,
        deadline=deadline,
        verified=one.status is Status.PASSED,
    )


def _state(deadline: Deadline) -> DueState:
    if deadline.met is Met.OPEN:
        return DueState.DUE
    if deadline.met is Met.MISSED:
        return DueState.OVERDUE
    unclear = deadline.due_first is None or deadline.because is DeadlineBecause.SAME_DAY
    return DueState.NOT_COMPUTED if unclear else DueState.PERHAPS


def _is_later(one: OpenDeadline, within: int | None) -> bool:
    return one.state is DueState.DUE and within is not None and (one.days_left or 0) > within


def _place(one: OpenDeadline) -> tuple[int, date, date, str, str]:
    """Overdue first, then by the day on which it is due at the earliest; what has no day comes last."""
    first, last = one.deadline.due_first or date.max, one.deadline.due_last or date.max
    return _ORDER[one.state], first, last, one.case, one.deadline.code


def _not_told(cases: Iterable[DocketSummary], forked: Iterable[str]) -> Iterator[NotTold]:
    yield from (NotTold(case=one.case, why=why) for one in cases if (why := nothing_told(one)) is not None)
    yield from (NotTold(case=case, why=NotCounted.FORK) for case in forked)


def _unverified(cases: Iterable[DocketSummary], told: Iterable[Deadline], data: DataSets) -> tuple[str, ...]:
    """Of which data sets something was used that nobody has compared with the source's own text."""
    rules = {(one.code, one.runs_from) for one in told}
    contests = {act.contest for one in cases for act in one.acts}
    used: dict[str, Sequence[Coded | Calendar | None]] = {
        "contests": [data.contests.on(code, None) for code in contests],
        "deadlines": [data.deadlines.on(code, day) for code, day in rules],
        "holidays": [data.calendar] if any(by_calendar(code, day, data) for code, day in rules) else [],
        "regions": [data.regions.on(code, None) for code in {one.region for one in cases}],
    }
    return tuple(name for name, found in used.items() if any(one and not one.verified for one in found))
