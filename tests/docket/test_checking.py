"""An entry before it is filed: strict, and every code one that the data have."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from evidentia.docket.checking import LARGEST_ENTRY, check_told, is_pseudonym, read_docket
from evidentia.docket.data_sets import docket_data
from evidentia.record.docket import Act, DocketGiven, Person, Recommendation, Reporter, Step
from evidentia.record.errors import FormatError, UsageError
from evidentia.record.moment import Interval

from .made import at

DATA = docket_data()
GOOD = DocketGiven(
    reporters=(Reporter(kind="PUBLIC"),),
    persons=(Person(pseudonym="Pejabat 07", office="JPT"),),
    acts=(Act(act="LIKE", persons=("Pejabat 07",), contest="PILKADA-2024", platform="facebook", items=(1,)),),
    region="73",
    known_at=at(2024, 9, 1),
    received_at=at(2024, 9, 2),
    history=(Step(status="diregistrasi", at=at(2024, 9, 3), agency="BAWASLU"),),
)


def check(given: DocketGiven) -> None:
    check_told(given, DATA, {1, 2}, date(2024, 12, 1))


def test_a_good_entry_is_let_through() -> None:
    check(GOOD)
    check(DocketGiven())


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"region": "9999"}, "regions has no '9999'"),
        ({"reporters": (Reporter(kind="NOBODY"),)}, "reporters has no"),
        ({"persons": (Person(pseudonym="Pejabat 07", office="KING"),)}, "offices has no 'KING'"),
        ({"persons": (Person(pseudonym="Budi Santoso"),)}, "no pseudonym"),
        ({"persons": (Person(pseudonym="Pejabat 07"), Person(pseudonym="Pejabat 07"))}, "one pseudonym"),
        ({"persons": (Person(pseudonym="Pejabat 07", identified_by=9),)}, "item 9 is not in the case"),
        ({"acts": (Act(act="SHOUT"),)}, "acts has no 'SHOUT'"),
        ({"acts": (Act(act="LIKE", persons=("Pejabat 08",)),)}, "'Pejabat 08', who is not among the persons"),
        ({"acts": (Act(act="LIKE", items=(7,)),)}, "item 7 is not in the case"),
        ({"acts": (Act(act="LIKE", contest="PILKADA-1900"),)}, "contests has no"),
        ({"acts": (Act(act="LIKE", form="Z9"),)}, "forms has no"),
        ({"acts": (Act(act="LIKE", platform="Facebook"),)}, "lower case"),
        (
            {"acts": (Act(act="LIKE", acted=Interval(not_before=at(2024, 9, 2), not_after=at(2024, 9, 1))),)},
            "ends before it begins",
        ),
        ({"known_at": at(2024, 9, 3)}, "received before it became known"),
        ({"history": (Step(status="entah", at=at(2024, 9, 3)),)}, "statuses has no"),
        ({"history": (Step(status="kajian", at=at(2026, 1, 1), agency="KASN"),)}, "'KASN' does not hold on 2026-01-01"),
        (
            {"recommendations": (
                Recommendation(recommendation="MORAL", at=at(2024, 9, 3), received_at=at(2024, 9, 2)),)},
            "received before it was given",
        ),
        ({"known_at": at(1899, 1, 1)}, "year 1899"),
        ({"history": (Step(status="kajian", at=at(9999, 12, 31)),)}, "year 9999"),
        ({"acts": (Act(act="LIKE", acted=Interval(not_after=at(2400, 1, 1))),)}, "year 2400"),
        ({"registration": "x" * 101}, "100 characters"),
        ({"acts": (Act(act="LIKE"),) * 1001}, "more than 1000 acts"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(changed: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        check(replace(GOOD, **changed))


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(UsageError) as raised:
        check(replace(GOOD, region="9999", reporters=(Reporter(kind="NOBODY"),)))
    assert "regions" in raised.value.happened
    assert "reporters" in raised.value.happened


@pytest.mark.parametrize("text", ["Pejabat 07", "Pegawai Negeri 1", "P 9999"])
def test_what_a_pseudonym_is(text: str) -> None:
    assert is_pseudonym(text)


@pytest.mark.parametrize(
    "text",
    ["Budi", "Budi Santoso", "07", "", "Pejabat 07\n", "Pejabat ０７", "198501012010011001", "NIP 198501012010011001",
     "Pejabat\u202e 07", "=cmd 1", " 1"],
)  # fmt: skip
def test_what_none_is(text: str) -> None:
    assert not is_pseudonym(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("region = 73", "Expected `str`"),
        ('regoin = "73"', "unknown field `regoin`"),
        ("known_at = 2024-09-01T10:00:00", "timezone"),
        ("= =", "not a docket entry"),
        ('[[persons]]\npseudonym = "Pejabat 07"\nname = "Budi"', "unknown field `name`"),
        ('region = "=cmd()"', "pattern|match"),
        ('region = "73\\n"', "pattern|match"),
        ("#" * (LARGEST_ENTRY + 1), "more than"),
        ("a = " + "[" * 5000, "not a docket entry"),
    ],
)
def test_a_file_that_is_no_entry_is_refused(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "e.toml").write_text(text)
    with pytest.raises(FormatError, match=said):
        read_docket(tmp_path / "e.toml")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        read_docket(tmp_path / "none.toml")
