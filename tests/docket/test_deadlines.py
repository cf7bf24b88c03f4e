"""Deadlines: working days and holidays from data, days of the region's zone, and what nobody can know is said."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from evidentia.docket.data_sets import docket_data
from evidentia.docket.deadlines import add_working_days, deadlines
from evidentia.record.docket import Act, Deadline, DocketGiven, FollowUp, Met, Recommendation, StatusStep

from .made import HEAD, WITA, at, entry, replaced

DATA = docket_data()
TODAY = date(2024, 12, 31)


def asked(
    contest: str = "PILPRES-2024", steps: tuple[StatusStep, ...] = (), as_of: date = TODAY, **fields: object
) -> dict[str, Deadline]:
    given = DocketGiven(region="73", acts=(Act(act="LIKE", contest=contest),), **fields)  # type: ignore[arg-type]
    return {one.code: one for one in deadlines(given, steps, DATA, as_of)}


def test_weekends_and_holidays_are_passed_over_and_told() -> None:
    due = add_working_days(date(2024, 2, 7), 7, DATA)  # 8 and 9 February and the election's day are holidays
    assert due.day == date(2024, 2, 21)
    assert due.skipped == (date(2024, 2, 8), date(2024, 2, 9), date(2024, 2, 10), date(2024, 2, 14))


def test_the_day_from_which_it_runs_is_not_counted() -> None:
    assert add_working_days(date(2024, 7, 15), 1, DATA).day == date(2024, 7, 16)


def test_a_year_without_holidays_in_the_data_gives_no_day() -> None:
    due = add_working_days(date(2026, 12, 30), 7, DATA)
    assert due.day is None
    assert "2027" in due.reason


@pytest.mark.parametrize(
    ("received", "met"),
    [(at(2024, 1, 11, 23, 59), Met.MET), (at(2024, 1, 12, 0, 0), Met.MISSED), (None, Met.MISSED)],
)
def test_a_report_is_in_time_until_the_end_of_the_last_working_day(received: datetime, met: Met) -> None:
    found = asked(known_at=at(2024, 1, 2, 8), received_at=received)["ELECTION.REPORT"]
    assert (found.runs_from, found.due_first, found.due_last) == (date(2024, 1, 2), *[date(2024, 1, 11)] * 2)
    assert found.met is met


def test_days_are_those_of_the_region() -> None:
    """20.00 UTC on the second is the third in Makassar."""
    known = datetime.fromisoformat("2024-01-02T20:00:00+00:00")
    assert asked(known_at=known)["ELECTION.REPORT"].runs_from == date(2024, 1, 3)
    assert asked(known_at=known)["ELECTION.REPORT"].zone == "Asia/Makassar"


def test_without_a_zone_what_one_day_decides_is_undetermined() -> None:
    def told(day: int) -> Deadline:
        given = DocketGiven(
            acts=(Act(act="LIKE", contest="PILPRES-2024"),),
            known_at=at(2024, 1, 2),
            received_at=at(2024, 1, day),
        )
        return next(one for one in deadlines(given, (), DATA, TODAY) if one.code == "ELECTION.REPORT")

    assert told(11).met is Met.UNDETERMINED
    assert told(5).met is Met.MET
    assert "zone" in told(5).reason


def test_where_the_kind_of_days_is_not_stated_it_is_open_between_both() -> None:
    days = {2: Met.MET, 8: Met.MET, 9: Met.UNDETERMINED, 10: Met.UNDETERMINED, 11: Met.MISSED}
    for day, met in days.items():  # 7 days from 1 October: the 8th; 7 working days: the 10th
        found = asked("PILKADA-2024", known_at=at(2024, 10, 1), received_at=at(2024, 10, day))["LOCAL.REPORT"]
        assert (found.due_first, found.due_last) == (date(2024, 10, 8), date(2024, 10, 10))
        assert found.met is met, day


def test_an_extension_makes_the_end_an_interval() -> None:
    found = asked("PILKADA-2024", received_at=at(2024, 10, 1))["LOCAL.HANDLING"]
    assert (found.due_first, found.due_last) == (date(2024, 10, 4), date(2024, 10, 8))
    assert found.met is Met.MISSED
    assert "does not say" in found.reason


def test_a_status_ends_the_handling_but_none_from_before() -> None:
    early = (StatusStep(status="rekomendasi", at=at(2024, 9, 1)),)
    late = (StatusStep(status="rekomendasi", at=at(2024, 10, 3)),)
    assert asked("PILKADA-2024", early, received_at=at(2024, 10, 1))["LOCAL.HANDLING"].ended_on is None
    assert asked("PILKADA-2024", late, received_at=at(2024, 10, 1))["LOCAL.HANDLING"].met is Met.MET


def test_what_is_not_yet_due_is_open_and_what_is_unknown_is_undetermined() -> None:
    assert asked(known_at=at(2024, 1, 2), as_of=date(2024, 1, 11))["ELECTION.REPORT"].met is Met.OPEN
    found = asked()["ELECTION.REPORT"]
    assert (found.met, found.due_first) == (Met.UNDETERMINED, None)
    assert "known_at" in found.reason


def test_each_recommendation_has_its_own_deadline_from_when_it_was_received() -> None:
    given = DocketGiven(
        region="73",
        recommendations=(
            Recommendation(recommendation="MORAL", at=at(2024, 3, 1), received_at=at(2024, 3, 4)),
            Recommendation(recommendation="MORAL", at=at(2024, 3, 1)),
        ),
        follow_ups=(FollowUp(follow_up="DONE", at=at(2024, 3, 10)),),
    )
    found = [one for one in deadlines(given, (), DATA, TODAY) if one.code == "PPK.FOLLOW_UP"]
    assert [one.met for one in found] == [Met.MET, Met.UNDETERMINED]


def test_a_deadline_of_another_kind_of_election_is_not_told() -> None:
    assert "ELECTION.REPORT" not in asked("PILKADA-2024", known_at=at(2024, 1, 2))
    assert "LOCAL.REPORT" not in asked("PILPRES-2024", known_at=at(2024, 1, 2))


def test_a_user_s_calendar_is_asked(tmp_path: Path) -> None:
    days = '[{ on = 2024-01-03, kind = "public", id = "x", en = "x" }]'
    text = HEAD + f"verified = true\nyears = [2024]\nweekend = [5]\nholidays = {days}\n"
    due = add_working_days(date(2024, 1, 2), 2, replaced(tmp_path / "d", holidays=text))
    assert due.day == date(2024, 1, 6)  # the 3rd is a holiday, the 5th a Friday


def test_a_rule_has_the_number_of_days_that_it_had_on_the_day(tmp_path: Path) -> None:
    def rule(days: int, **more: str) -> str:
        fields = {
            "contests": "[]",
            "runs_from": '"known_at"',
            "ends_with": '["received_at"]',
            "unit": '"calendar"',
        }
        return entry(code='"R"', days=str(days), **fields, **more)

    text = HEAD + rule(3, until="2024-06-01") + rule(5, **{"from": "2024-06-01"})
    data = replaced(tmp_path / "d", deadlines=text)
    for month, due in ((5, date(2024, 5, 13)), (6, date(2024, 6, 15))):
        given = DocketGiven(region="73", known_at=datetime(2024, month, 10, tzinfo=WITA))
        assert deadlines(given, (), data, TODAY)[0].due_last == due
