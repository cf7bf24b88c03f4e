"""What is due over many cases: how each deadline stands on a day, in which order, and what is left out and said."""

from __future__ import annotations

import random
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from evidentia.docket.data_sets import docket_data
from evidentia.docket.deadlines import deadlines, summary_deadlines
from evidentia.docket.open_deadlines import open_deadlines
from evidentia.docket.statistics import read_summaries
from evidentia.record.docket import (
    CountedAct,
    Dated,
    DatedRecommendation,
    DeadlineBecause,
    DocketGiven,
    DocketSummary,
    DueState,
    FormOutcome,
    Met,
    NotCounted,
    OpenDeadlines,
    Standing,
    StatusStep,
)
from evidentia.record.errors import UsageError
from evidentia.record.verdict import Status

from .made import HEAD, act, at, entry, replaced

DATA = docket_data()
ACT = CountedAct(
    act="LIKE", persons=1, platform="", outcome=FormOutcome.UNDETERMINED, forms=(), kind=None,
    contest="PILKADA-2024", first_day=None, last_day=None,
)  # fmt: skip


def case(name: str = "a", **changed: object) -> DocketSummary:
    """A case of a local election of which nothing but the receipt of the report is known."""
    made = DocketSummary(
        case=name,
        events=3,
        seal="0" * 64,
        standing=Standing.CURRENT,
        status=Status.PASSED,
        made_at=datetime(2024, 12, 1, tzinfo=UTC),
        region="73",
        reporters=(),
        offices=(),
        acts=(ACT,),
        known_on=date(2024, 10, 1),
        received_on=date(2024, 10, 1),
        history=(),
        recommendations=(),
        follow_ups=(),
        data={one.name: one.sha256 for one in DATA.used},
    )
    return replace(made, **changed)


def asked(*cases: DocketSummary, day: int = 4, **more: object) -> OpenDeadlines:
    return open_deadlines(cases, DATA, date(2024, 10, day), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "state", "left"),
    [
        (1, DueState.DUE, (3, 7)),
        (4, DueState.DUE, (0, 4)),
        (5, DueState.PERHAPS, (-1, 3)),
        (8, DueState.PERHAPS, (-4, 0)),
        (9, DueState.OVERDUE, (-5, -1)),
    ],
)
def test_each_stands_as_it_does_on_the_day(day: int, state: DueState, left: tuple[int, int]) -> None:
    """Three days from 1 October, or three working days and two more."""
    (one,) = asked(case(), day=day).open
    assert (one.deadline.code, one.state) == ("LOCAL.HANDLING", state)
    assert (one.days_left, one.days_left_at_most) == left
    assert (one.deadline.due_first, one.deadline.due_last) == (date(2024, 10, 4), date(2024, 10, 8))


def test_overdue_comes_first_and_then_the_day_on_which_it_is_due() -> None:
    def received(day: int) -> date:
        return date(2024, 10, day)

    cases = [
        case(name, received_on=received(day)) for name, day in zip("abcdef", (8, 2, 1, 4, 2, 6), strict=True)
    ]
    cases.append(case("g", known_on=None, received_on=None))
    found = asked(*cases, day=9)
    assert [(one.case, one.state.value) for one in found.open] == [
        ("c", "overdue"),
        ("b", "perhaps overdue"),
        ("e", "perhaps overdue"),
        ("d", "perhaps overdue"),
        ("f", "due"),
        ("a", "due"),
        ("g", "cannot be computed"),
        ("g", "cannot be computed"),
    ]
    assert found.states == {
        DueState.OVERDUE: 1,
        DueState.PERHAPS: 3,
        DueState.DUE: 2,
        DueState.NOT_COMPUTED: 2,
    }


def test_what_was_done_is_not_open_in_time_or_late() -> None:
    def ended(day: int) -> OpenDeadlines:
        return asked(case(history=(Dated(code="rekomendasi", on=date(2024, 10, day)),)), day=20)

    for day in (3, 7, 15):
        assert (ended(day).open, ended(day).done) == ((), 2), day
    assert len(ended(21).open) == 1  # nobody knew of it on the day asked about


def test_what_did_not_yet_run_on_the_day_is_not_told() -> None:
    assert (
        asked(case(received_on=date(2024, 10, 9), known_on=None), day=8, rules=["LOCAL.HANDLING"]).open == ()
    )


def test_of_one_day_nobody_says_which_came_first() -> None:
    found = asked(case(history=(Dated(code="diteruskan", on=date(2024, 10, 1)),)), day=9)
    (one,) = found.open
    assert (one.state, one.deadline.because) == (DueState.NOT_COMPUTED, DeadlineBecause.SAME_DAY)
    later = Dated(code="rekomendasi", on=date(2024, 10, 3))
    both = (Dated(code="diteruskan", on=date(2024, 10, 1)), later)
    assert asked(case(history=both), day=9).open == ()


def test_a_report_that_was_received_on_the_day_it_became_known_was_received_in_time() -> None:
    assert asked(case(), rules=["LOCAL.REPORT"]).done == 1


def test_a_recommendation_runs_from_its_receipt_and_each_has_its_own() -> None:
    day = date(2024, 9, 2)
    given = (
        DatedRecommendation(code="MORAL", on=day, received_on=date(2024, 9, 3)),
        DatedRecommendation(code="MORAL", on=day),
        DatedRecommendation(code="MORAL", on=date(2024, 11, 1), received_on=date(2024, 11, 1)),
    )
    found = asked(case(recommendations=given), rules=["PPK.FOLLOW_UP"])
    assert [(one.state, one.deadline.runs_from) for one in found.open] == [
        (DueState.OVERDUE, date(2024, 9, 3)),
        (DueState.NOT_COMPUTED, None),
    ]
    assert found.open[1].deadline.because is DeadlineBecause.NO_START


def test_a_summary_that_does_not_say_when_a_recommendation_was_received_is_read_too() -> None:
    raw = msgspec.json.decode(msgspec.json.encode(case()))
    raw["recommendations"] = [{"code": "MORAL", "on": "2024-09-02", "agency": "BAWASLU"}]
    (read,) = read_summaries("s", msgspec.json.encode(raw))
    (one,) = asked(read, rules=["PPK.FOLLOW_UP"]).open
    assert one.state is DueState.NOT_COMPUTED


def test_a_calendar_that_ends_too_soon_is_said_with_its_year() -> None:
    late = case(received_on=date(2026, 12, 30), known_on=None)
    found = open_deadlines([late], DATA, date(2027, 1, 3), rules=["LOCAL.HANDLING"])
    (one,) = found.open
    assert (one.deadline.because, one.deadline.no_holidays_of) == (DeadlineBecause.NO_CALENDAR, 2027)
    assert one.state is DueState.PERHAPS  # three calendar days are over, three working days cannot be counted


def test_only_what_is_due_soon_and_all_that_is_overdue_or_not_known() -> None:
    cases = (case("a"), case("b", received_on=date(2024, 10, 9)), case("c", received_on=None))
    soon = asked(*cases, day=9, within=2, rules=["LOCAL.HANDLING"])
    assert [one.case for one in soon.open] == ["a", "c"]
    assert (soon.later, soon.within, soon.states[DueState.DUE]) == (1, 2, 0)
    assert [o.case for o in asked(*cases, day=9, within=3, rules=["LOCAL.HANDLING"]).open] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("more", "said"), [({"rules": ["X"]}, "no deadline X"), ({"within": -1}, "not below 0")]
)
def test_what_cannot_be_asked_is_refused(more: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        asked(case(), **more)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"standing": Standing.NONE}, NotCounted.NO_ENTRY),
        ({"standing": Standing.NEWER_WITHHELD}, NotCounted.NEWER_WITHHELD),
        ({"status": Status.FAILED}, NotCounted.FAILED),
    ],
)
def test_a_case_of_which_nothing_can_be_told_is_named(changed: dict[str, object], why: NotCounted) -> None:
    found = asked(case(**changed), case("b"))
    assert [(one.case, one.why) for one in found.not_told] == [("a", why)]
    assert {one.case for one in found.open} == {"b"}


def test_two_histories_of_one_case_are_named_and_the_longest_of_others_is_taken() -> None:
    fork = [case(seal="1" * 64), case(seal="2" * 64)]
    grown = case("b", events=9, history=(Dated(code="rekomendasi", on=date(2024, 10, 3)),))
    found = asked(*fork, case("b"), grown)
    assert [(one.case, one.why) for one in found.not_told] == [("a", NotCounted.FORK)]
    assert (found.open, found.given, found.older, found.cases) == ((), 4, 2, 1)


def test_what_was_not_verified_and_what_nobody_compared_is_said() -> None:
    found = asked(case(status=None), case("b"))
    assert found.not_verified == 1
    assert [one.verified for one in found.open] == [False, True]
    assert found.unverified == ("contests", "deadlines", "holidays", "regions")
    assert asked(case(data={"forms": "0" * 64})).mixed_data == {"forms": 1}


def test_data_that_somebody_compared_are_not_called_unverified(tmp_path: Path) -> None:
    rule = entry(
        code='"R"',
        contests="[]",
        runs_from='"known_at"',
        ends_with='["selesai"]',
        days="3",
        unit='"calendar"',
    )
    data = replaced(tmp_path / "d", deadlines=HEAD + rule)
    found = open_deadlines([case(acts=(), region="")], data, date(2024, 10, 4))
    assert found.unverified == ()
    assert len(found.open) == 1


@given(st.integers(0, 40), st.sampled_from(["rekomendasi", "diteruskan", "kajian"]), st.integers(1, 30))
def test_a_summary_and_its_entry_never_contradict_each_other(ended: int, code: str, asked_on: int) -> None:
    """Where the entry, which has hours, says more, the summary says undetermined."""
    start, as_of = at(2024, 9, 2, 10), date(2024, 9, asked_on)
    step = StatusStep(status=code, at=start + timedelta(hours=ended * 12 - 24))
    told = DocketGiven(region="73", known_at=start, received_at=start, acts=(act("LIKE", None, None),))
    of_entry = deadlines(told, (step,), DATA, as_of)
    day = start.date()
    of_summary = summary_deadlines(
        case(known_on=day, received_on=day, history=(Dated(code=code, on=step.at.date()),)), DATA, as_of
    )
    for one, other in zip(of_entry, of_summary, strict=True):
        assert (one.due_first, one.due_last, one.code) == (other.due_first, other.due_last, other.code)
        assert one.met is other.met or other.because is DeadlineBecause.SAME_DAY
        assert other.met in (one.met, Met.UNDETERMINED)


def test_the_order_of_what_is_given_does_not_matter() -> None:
    chance = random.Random(1)
    cases = [case(f"x{n}", received_on=date(2024, 10, chance.randrange(1, 9))) for n in range(30)]
    once = asked(*cases, day=9)
    chance.shuffle(cases)
    assert asked(*cases, day=9) == once


def test_ten_thousand_summaries_take_less_than_two_seconds() -> None:
    given = (DatedRecommendation(code="MORAL", on=date(2024, 9, 2), received_on=date(2024, 9, 3)),)
    raw = b"\n".join(msgspec.json.encode(case(f"x{n}", recommendations=given)) for n in range(10_000))
    began = time.process_time()
    found = open_deadlines(read_summaries("s", raw), DATA, date(2024, 10, 9))
    assert time.process_time() - began < 2
    assert len(found.open) == 20_000
