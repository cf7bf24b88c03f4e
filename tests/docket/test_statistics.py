"""Counting: what is counted, what is not, and that every number says what it is a number of."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from evidentia.docket.data_sets import docket_data
from evidentia.docket.statistics import Question, docket_statistics, read_summaries
from evidentia.record.docket import (
    Count,
    CountedAct,
    Dated,
    DatedBy,
    DocketStatistics,
    DocketSummary,
    FormOutcome,
    Reporter,
    Standing,
)
from evidentia.record.errors import FormatError, UsageError
from evidentia.record.verdict import Status

from .made import HEAD, entry, replaced

DATA = docket_data()
YEAR = Question(cut_off=date(2024, 12, 31))
LIKE = CountedAct(
    act="LIKE", persons=1, platform="facebook", outcome=FormOutcome.LISTED, forms=("E4",), kind="ethics",
    contest="PILKADA-2024", first_day=date(2024, 8, 1), last_day=date(2024, 8, 2),
)  # fmt: skip


def case(name: str = "a", **changed: object) -> DocketSummary:
    made = DocketSummary(
        case=name,
        events=3,
        seal="0" * 64,
        standing=Standing.CURRENT,
        status=Status.PASSED,
        made_at=datetime(2024, 12, 1, tzinfo=UTC),
        region="73",
        reporters=(Reporter(kind="PUBLIC"),),
        offices=("JPT",),
        acts=(LIKE,),
        known_on=date(2024, 8, 3),
        received_on=date(2024, 8, 5),
        history=(),
        recommendations=(),
        follow_ups=(),
        data={one.name: one.sha256 for one in DATA.used},
    )
    return replace(made, **changed)


def count(*cases: DocketSummary, asked: Question = YEAR, zones: str = "") -> DocketStatistics:
    return docket_statistics(cases, DATA, asked, zones=zones)


def table(counted: DocketStatistics, name: str) -> Count:
    return next(one for one in counted.tables if one.name == name)


def rows(counted: DocketStatistics, name: str) -> dict[str, int]:
    return {row.code: row.count for row in table(counted, name).rows}


def test_cases_violations_and_persons_are_different_numbers() -> None:
    two = case("b", acts=(LIKE, replace(LIKE, act="SHARE")), offices=("JPT", "PEL", "PEL"))
    counted = count(case("a"), two)
    assert (counted.cases, counted.violations, counted.persons) == (2, 3, 4)
    assert rows(counted, "cases_by_act") == {"LIKE": 2, "SHARE": 1}
    assert rows(counted, "violations_by_act") == {"LIKE": 2, "SHARE": 1}
    assert rows(counted, "persons_by_office") == {"JPT": 2, "PEL": 2}


def test_an_act_twice_in_a_case_is_one_case_and_two_violations() -> None:
    counted = count(case(acts=(LIKE, LIKE)))
    assert rows(counted, "cases_by_act") == {"LIKE": 1}
    assert rows(counted, "violations_by_act") == {"LIKE": 2}


def test_every_table_has_unit_whole_and_definition_in_both_languages() -> None:
    for one in count(case()).tables:
        assert one.unit
        assert one.definition_id
        assert one.definition_en
        assert one.definition_id != one.definition_en


def test_forms_that_are_undetermined_or_not_listed_are_counted_as_that() -> None:
    open_ = replace(LIKE, outcome=FormOutcome.UNDETERMINED, forms=("E4", "D6"), kind=None)
    none = replace(LIKE, outcome=FormOutcome.NOT_LISTED, forms=(), kind=None)
    same_kind = replace(LIKE, outcome=FormOutcome.UNDETERMINED, forms=("D1", "D4"), kind="discipline")
    counted = count(case(acts=(LIKE, open_, none, same_kind)))
    assert rows(counted, "violations_by_form") == {"E4": 1, "undetermined": 2, "not listed": 1}
    assert rows(counted, "violations_by_kind") == {
        "ethics": 1,
        "undetermined": 1,
        "not listed": 1,
        "discipline": 1,
    }


def test_of_one_case_the_longest_history_counts_and_the_others_are_told() -> None:
    counted = count(case(), case(events=9, offices=("PEL",)), case())
    assert rows(counted, "persons_by_office") == {"PEL": 1}
    assert counted.not_counted == {"an older or equal summary of a case that is counted": 2}


@pytest.mark.parametrize("order", [0, 1])
def test_two_histories_of_one_case_are_not_counted(order: int) -> None:
    both = [case(seal="1" * 64), case(seal="2" * 64)]
    counted = count(both[order], both[1 - order], case("b"))
    assert counted.cases == 1
    assert counted.not_counted["two histories of one case contradict each other"] == 1


def test_a_longer_history_settles_a_fork_below_it() -> None:
    counted = count(case(seal="1" * 64), case(seal="2" * 64), case(seal="3" * 64, events=9))
    assert counted.cases == 1


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"standing": Standing.NEWER_WITHHELD}, "a newer docket entry is withheld"),
        ({"standing": Standing.NONE}, "no docket entry"),
        ({"status": Status.FAILED}, "the bundle failed its verification"),
        ({"received_on": date(2025, 1, 1)}, "after the cut-off"),
    ],
)
def test_what_is_not_counted_is_told_with_its_reason(changed: dict[str, object], why: str) -> None:
    counted = count(case(**changed))
    assert (counted.given, counted.cases, counted.not_counted) == (1, 0, {why: 1})


@pytest.mark.parametrize("status", [None, Status.INDETERMINATE])
def test_what_was_not_verified_is_counted_and_said(status: Status | None) -> None:
    counted = count(case(status=status), case("b"))
    assert (counted.cases, counted.not_verified) == (2, 1)


@pytest.mark.parametrize(("first", "last", "there"), [(5, 5, 1), (6, 9, 0), (1, 4, 0), (1, 5, 1)])
def test_both_days_of_a_period_are_within_it(first: int, last: int, there: int) -> None:
    asked = Question(date(2024, 12, 31), date(2024, 8, first), date(2024, 8, last))
    assert count(case(), asked=asked).cases == there


@pytest.mark.parametrize(("dated_by", "day"), [(DatedBy.RECEIVED, 5), (DatedBy.KNOWN, 3), (DatedBy.ACTED, 2)])
def test_which_day_counts_is_chosen_and_told(dated_by: DatedBy, day: int) -> None:
    on = date(2024, 8, day)
    counted = count(case(), asked=Question(date(2024, 12, 31), on, on, dated_by))
    assert (counted.cases, counted.dated_by) == (1, dated_by)


def test_a_case_without_a_day_is_in_no_period() -> None:
    asked = Question(date(2024, 12, 31), first_day=date(2024, 1, 1))
    assert count(case(received_on=None), asked=asked).not_counted == {"the day that decides is not known": 1}
    assert count(case(received_on=None)).cases == 1


def test_what_happened_after_the_cut_off_is_as_if_it_were_not_there_yet() -> None:
    made = case(
        history=(Dated(code="kajian", on=date(2024, 9, 1)), Dated(code="selesai", on=date(2025, 2, 1))),
        recommendations=(Dated(code="MORAL", on=date(2024, 10, 1)),),
        follow_ups=(Dated(code="DONE", on=date(2025, 1, 1)),),
    )
    then, now = count(made), count(made, asked=Question(date(2025, 12, 31)))
    assert rows(then, "cases_by_status") == {"kajian": 1}
    assert (then.recommendations, then.followed_up, rows(then, "follow_ups_by_kind")) == (1, 0, {})
    assert rows(now, "cases_by_status") == {"selesai": 1}
    assert (now.recommendations, now.followed_up, rows(now, "follow_ups_by_kind")) == (1, 1, {"DONE": 1})


def test_codes_that_the_data_lack_are_counted_and_named() -> None:
    counted = count(case(offices=("RAJA",), region="9999"))
    assert counted.unknown_codes == ("offices: RAJA", "regions: 9999")
    assert rows(counted, "persons_by_office") == {"RAJA": 1}


def test_summaries_by_other_data_are_told(tmp_path: Path) -> None:
    other = replaced(tmp_path / "d", offices=HEAD + entry(code='"JPT"'))
    assert docket_statistics([case()], other, YEAR).mixed_data == {"offices": 1}
    assert count(case()).mixed_data == {}


REGIONS = (
    HEAD
    + entry(code='"9"', id='"Provinsi Contoh"', level='"province"', zone='"Asia/Makassar"')
    + "".join(entry(code=f'"9.{n}"', level='"regency"', parent='"9"') for n in range(1, 5))
    + entry(code='"9.1.1"', level='"district"', parent='"9.1"')
)
POLICY = HEAD + entry(
    code='"P"', level='"regency"', counts='"cases"',
    bands='[{ zone = "green", least = 0, most = 1 }, { zone = "red", least = 3 }]',
)  # fmt: skip


def test_zones_are_by_the_policy_and_what_it_does_not_state_is_undetermined(tmp_path: Path) -> None:
    data = replaced(tmp_path / "d", regions=REGIONS, zones=POLICY)
    where = ["9.1", "9.1.1", "9.1", "9.2", "9.2", "9.3", "9", ""]
    cases = [case(f"c{n}", region=region) for n, region in enumerate(where)]
    found = docket_statistics(cases, data, YEAR, zones="P").zoning
    assert found is not None
    assert {one.region: (one.count, one.zone) for one in found.regions} == {
        "9.1": (3, "red"), "9.2": (2, None), "9.3": (1, "green"), "9.4": (0, "green")
    }  # fmt: skip
    assert (found.zones, found.undetermined, found.outside) == ({"green": 2, "red": 1}, 1, 2)


def test_a_policy_can_count_persons() -> None:
    six = case(offices=("JPT",) * 6)
    found = count(six, zones="KASN-2020-08-PROVINCE").zoning
    assert found is not None
    assert found.unit == "persons concerned"
    assert next(one.zone for one in found.regions if one.region == "73") == "yellow"


def test_a_policy_that_is_not_there_or_not_yet_is_refused() -> None:
    with pytest.raises(UsageError, match="no zone policy"):
        count(case(), zones="NONE")
    with pytest.raises(UsageError, match="no zone policy"):
        count(case(), zones="KASN-2020-08-PROVINCE", asked=Question(date(2019, 1, 1)))


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(UsageError, match="ends before"):
        count(case(), asked=Question(date(2024, 12, 31), date(2024, 2, 1), date(2024, 1, 1)))


def test_no_case_at_all_is_no_division_by_nought() -> None:
    counted = count()
    assert (counted.cases, counted.tables[0].rows) == (0, ())


@given(st.lists(st.sampled_from(["LIKE", "SHARE", "POST"]), max_size=30))
def test_rows_of_a_table_that_sums_add_up_to_its_whole(acts: list[str]) -> None:
    cases = [case(f"c{n}", acts=(replace(LIKE, act=act),)) for n, act in enumerate(acts)]
    for one in count(*cases).tables:
        assert sum(row.count for row in one.rows) == one.of or not one.sums


# Reading


def test_summaries_are_read_one_to_a_line_or_one_alone_in_several() -> None:
    line = msgspec.json.encode(case())
    assert read_summaries("f", line + b"\n\n" + line + b"\n") == (case(), case())
    assert read_summaries("f", msgspec.json.format(line, indent=1)) == (case(),)


@pytest.mark.parametrize(
    "change",
    [
        {"case": 7}, {"region": "=1+1"}, {"offices": ["A\n"]}, {"standing": "guilty"}, {"format": 2}, {"events": 0},
        {"extra": 1}, {"made_at": "2024-01-01T00:00:00"}, {"seal": None},
    ],
)  # fmt: skip
def test_a_line_that_is_no_summary_is_refused_with_its_number(change: dict[str, object]) -> None:
    good = msgspec.json.encode(case())
    bad = msgspec.json.encode(msgspec.to_builtins(case()) | change)
    with pytest.raises(FormatError, match="line 2"):
        read_summaries("f", good + b"\n" + bad)


@pytest.mark.parametrize("raw", [b"[" * 100_000, b"\xff", b'{"case"', b"null"])
def test_hostile_lines_are_refused(raw: bytes) -> None:
    with pytest.raises(FormatError):
        read_summaries("f", raw)
