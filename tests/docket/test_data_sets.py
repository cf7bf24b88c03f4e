"""Data sets: shipped, replaced file by file, read strictly, told with their digests."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

import pytest

from evidentia.docket.data_sets import NAMES, copy_out, docket_data
from evidentia.record.errors import FormatError, UsageError

from .made import HEAD, entry, replaced


def test_every_shipped_file_is_read_and_told_with_the_digest_of_its_bytes() -> None:
    used = {one.name: one for one in docket_data().used}
    assert tuple(used) == NAMES
    for name, one in used.items():
        raw = files("evidentia.docket").joinpath("data", f"{name}.toml").read_bytes()
        assert one.sha256 == hashlib.sha256(raw).hexdigest()
        assert not one.replaced


def test_no_shipped_entry_is_without_a_source_and_none_claims_to_be_a_rule_that_was_read() -> None:
    data = docket_data()
    for codes in (data.forms, data.rules, data.deadlines, data.contests, data.zones):
        for one in (held for same in codes.values() for held in same):
            assert one.source
            assert not one.verified


def test_the_forms_of_the_joint_decree_are_all_there() -> None:
    forms = set(docket_data().forms)
    assert forms == {f"E{n}" for n in range(1, 8)} | {f"D{n}" for n in range(1, 14)}


def test_a_file_of_a_user_takes_the_place_of_ours_and_the_others_stay(tmp_path: Path) -> None:
    data = replaced(tmp_path / "d", offices=HEAD + entry(code='"KEPALA"'))
    assert set(data.offices) == {"KEPALA"}
    assert "LIKE" in data.acts
    assert [one.name for one in data.used if one.replaced] == ["offices"]
    assert next(one for one in data.used if one.name == "offices").edition == "uji"


def test_an_agency_that_changed_its_name_has_the_one_of_the_day(tmp_path: Path) -> None:
    old = entry(code='"A"', id='"Komisi Lama"', until="2023-10-31")
    new = entry(code='"A"', id='"Badan Baru"', **{"from": "2023-10-31"})
    agencies = replaced(tmp_path / "d", agencies=HEAD + new + old).agencies
    assert agencies.on("A", date(2023, 10, 30)).id == "Komisi Lama"  # type: ignore[union-attr]
    assert agencies.on("A", date(2023, 10, 31)).id == "Badan Baru"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("offices", HEAD + entry(code='"A"', colour='"red"'), "colour"),
        ("offices", HEAD + entry(code='"=cmd()"'), "code"),
        ("offices", 'format = 2\nedition = "x"\nsource = "x"\n', "format"),
        ("offices", HEAD + entry(code='"A"') + entry(code='"A"'), "two entries hold on the same day"),
        ("offices", HEAD + entry(code='"A"', until="2020-01-01", **{"from": "2021-01-01"}), "ends before it begins"),
        ("offices", "this is not TOML", "not a data set"),
        ("rules", HEAD + entry(code='"SKB-2022"'), "`zone` must be"),
        ("acts", HEAD + entry(code='"LIKE"'), "which acts.toml does not have"),
        ("regions", HEAD + entry(code='"1"', level='"regency"', zone='"Asia/Nowhere"'), "is no time zone"),
        ("regions", HEAD + entry(code='"1"', level='"regency"', parent='"9"'), "which regions.toml does not have"),
        (
            "zones",
            HEAD + entry(code='"Z"', level='"regency"', counts='"cases"',
                         bands='[{ zone = "green", least = 0, most = 5 }, { zone = "red", least = 5 }]'),
            "two zones hold for 5",
        ),
        ("holidays", HEAD, "holidays"),
    ],
)  # fmt: skip
def test_what_is_no_data_set_is_refused_and_it_is_said_why(
    name: str, text: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(FormatError, match=said):
        replaced(tmp_path / "d", **{name: text})


def test_a_misspelt_file_name_is_not_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"ofices\.toml is none"):
        replaced(tmp_path / "d", ofices=HEAD)


@pytest.mark.parametrize("make", [Path.mkdir, Path.touch])
def test_a_folder_without_any_of_our_files_is_refused(make: object, tmp_path: Path) -> None:
    make(tmp_path / "d")  # type: ignore[operator]
    with pytest.raises(UsageError):
        docket_data(tmp_path / "d")


def test_files_that_are_written_out_are_ours_and_replace_nothing(tmp_path: Path) -> None:
    assert len(copy_out(tmp_path / "d")) == len(NAMES)
    again = docket_data(tmp_path / "d")
    assert [one.sha256 for one in again.used] == [one.sha256 for one in docket_data().used]
    with pytest.raises(UsageError, match="already"):
        copy_out(tmp_path / "d")


def test_a_region_has_the_zone_of_the_one_that_it_lies_in(tmp_path: Path) -> None:
    regions = (
        HEAD
        + entry(code='"9"', level='"province"', zone='"Asia/Makassar"')
        + entry(code='"9.1"', level='"regency"', parent='"9"')
    )
    data = replaced(tmp_path / "d", regions=regions)
    assert data.zone_of("9.1") == "Asia/Makassar"
    assert data.zone_of("unknown") == ""


def test_the_latest_day_is_that_of_the_easternmost_zone(tmp_path: Path) -> None:
    """Half past eleven at night where the rules begin and end is half past twelve of the next day in Makassar."""
    at = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
    assert docket_data().latest_day(at) == date(2026, 11, 24)
    west = replaced(
        tmp_path / "d", regions=HEAD + entry(code='"9"', level='"province"', zone='"Asia/Jakarta"')
    )
    assert west.latest_day(at) == date(2026, 11, 23)


def test_regions_that_lie_in_each_other_end() -> None:
    data = docket_data()
    assert list(data.ancestors("73")) == ["73"]
