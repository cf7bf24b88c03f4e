"""The docket in the reports and exhibits of real cases: as of a recorded day, withheld with its item."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from evidentia.case import Case, docketing
from evidentia.custody.identity import Custodian
from evidentia.docket.data_sets import docket_data
from evidentia.record.docket import Act, DocketEntry, DocketGiven, Person, Recommendation
from evidentia.record.item import Access, ItemKind, Role
from evidentia.record.moment import Interval
from evidentia.record.verdict import Status
from evidentia.report.material import Language
from evidentia.show.site import tell
from evidentia.verify import Trust, verify
from lab.pki import Lab

pytestmark = pytest.mark.lab
AT = datetime(2024, 10, 8, 15, tzinfo=UTC)
DAY = Interval(not_before=datetime(2024, 10, 1, tzinfo=UTC), not_after=datetime(2024, 10, 2, tzinfo=UTC))
GIVEN = DocketGiven(
    persons=(Person(pseudonym="Pejabat 07", office="JPT"),),
    acts=(Act(act="LIKE", contest="PILKADA-2024", acted=DAY),),
    region="73",
    received_at=datetime(2024, 10, 5, tzinfo=UTC),
)
HEADING = 'id="id-docket"'


def page(folder: Path) -> str:
    return (folder / "index.html").read_text("utf-8")


def report(case: Case, at: datetime = AT, **more: object) -> tuple[bytes, dict[str, object]]:
    pdf = case.unsigned_report(language=Language.INDONESIAN, written_at=at, **more)  # type: ignore[arg-type]
    return pdf.read_bytes(), json.loads((pdf.parent / "report.json").read_bytes())


def test_a_case_without_an_entry_has_no_section_and_loads_no_data(
    case: Case, letter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(docketing, "docket_data", never)
    monkeypatch.setattr(docketing, "newest", never)
    case.add(letter, access=Access.FORWARDED)
    case.status("diregistrasi")
    case.export()
    assert HEADING not in page(case.folder)
    assert "docket" not in report(case)[1]


def test_the_exhibit_tells_the_newest_entry_and_stays_the_same(case: Case, lab: Lab, tmp_path: Path) -> None:
    case.file_docket(GIVEN)
    case.file_docket(replace(GIVEN, region="31"))
    case.status("klarifikasi oleh Pejabat 07")
    case.export(tmp_path / "b.zip")
    told = page(case.folder)
    assert HEADING in told
    section = told.partition(HEADING)[2].partition("</section>")[0]
    assert "DKI Jakarta" in section
    assert "Sulawesi Selatan" not in section
    assert "Pejabat" not in section.replace("Pejabat Pembina", "")
    events = len(case.events)
    before = (tmp_path / "b.zip").read_bytes()
    case.export(tmp_path / "b.zip")
    assert (len(case.events), (tmp_path / "b.zip").read_bytes()) == (events, before)
    assert (
        verify(tmp_path / "b.zip", Trust.from_pem(str(lab.roots), str(lab.tsa_roots))).status is Status.PASSED
    )


def test_the_report_s_day_is_that_on_which_it_is_written_in_the_region(case: Case) -> None:
    case.file_docket(GIVEN)
    _, said = report(case)
    docket = said["docket"]
    assert isinstance(docket, dict)
    assert docket["as_of"] == "2024-10-08"
    (handling,) = (one for one in docket["deadlines"] if one["code"] == "LOCAL.HANDLING")
    assert (handling["due_first"], handling["met"]) == ("2024-10-08", "open")
    _, later = report(case, AT.replace(hour=17))  # the 9th in Makassar
    docket = later["docket"]
    assert isinstance(docket, dict)
    assert docket["as_of"] == "2024-10-09"


def test_the_same_case_and_moment_give_the_same_report_on_any_day(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.file_docket(GIVEN)
    first = report(case)
    monkeypatch.setattr(docketing, "now", lambda: datetime(2031, 1, 1, tzinfo=UTC))
    assert report(case) == first


def test_a_user_s_data_take_the_place_of_ours_in_report_and_exhibit(case: Case, tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    text = (
        'format = 1\nedition = "uji"\nsource = "invented"\n[[entry]]\ncode = "JPT"\nid = "Jabatan Contoh"\n'
    )
    (tmp_path / "d" / "offices.toml").write_text(text + 'en = "Example"\nsource = "x"\nverified = true\n')
    data = docket_data(tmp_path / "d")
    case.file_docket(GIVEN)
    docket = report(case, data=data)[1]["docket"]
    assert isinstance(docket, dict)
    assert docket["differing"] == ["offices"]
    case.export(data=data)
    assert "Jabatan Contoh" in page(case.folder)


def test_what_is_withheld_from_a_bundle_is_not_on_its_page(case: Case, tmp_path: Path) -> None:
    case.file_docket(GIVEN)
    case.file_docket(replace(GIVEN, region="31"))
    case.disclose([1, 2], reason="lindung")

    def told(*withheld: int) -> str:
        case.export(tmp_path / f"{withheld}.zip", withhold=withheld)
        with zipfile.ZipFile(tmp_path / f"{withheld}.zip") as archive:
            (name,) = (one for one in archive.namelist() if one.endswith("index.html"))
            whole = archive.read(name).decode()
        return whole.partition(HEADING)[2].partition("</section>")[0]

    for items in ((2,), (1, 2)):
        section = told(*items)
        assert "000002" in section
        assert "<table" not in section
        assert "Sulawesi Selatan" not in section
    assert "DKI Jakarta" in told(1)  # an older one that is withheld changes nothing
    assert "DKI Jakarta" in page(case.folder)


def test_an_entry_of_another_case_keeps_nobody_from_the_rest(
    case: Case, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def made(**fields: Any) -> DocketEntry:
        return DocketEntry(**fields | {"case": "kasus-08"})

    monkeypatch.setattr(docketing, "DocketEntry", made)
    case.file_docket(GIVEN)
    monkeypatch.undo()
    case.export(tmp_path / "b.zip")
    section = page(case.folder).partition(HEADING)[2].partition("</section>")[0]
    assert "tidak dapat dibaca" in section
    assert "Sulawesi" not in section
    assert "of the case kasus-08" in str(report(case)[1]["docket"])


def test_what_is_served_tells_it_too(case: Case, person: Callable[..., Custodian]) -> None:
    case.file_docket(GIVEN)
    told = tell(case, case.events, head=case.head)
    assert told.docket is not None
    assert told.docket.item == 1


def test_a_summary_says_when_a_recommendation_was_received(case: Case) -> None:
    from evidentia.docket.summary import docket_summary

    received = datetime(2024, 10, 6, 20, tzinfo=UTC)
    given = (
        Recommendation(recommendation="MORAL", at=datetime(2024, 10, 6, tzinfo=UTC), received_at=received),
    )
    case.file_docket(replace(GIVEN, recommendations=given))
    (one,) = docket_summary(case.docket(), docket_data(), AT).recommendations
    assert (str(one.on), str(one.received_on)) == ("2024-10-06", "2024-10-07")  # in Makassar


def test_a_signed_report_with_a_docket_is_filed(case: Case) -> None:
    case.file_docket(GIVEN)
    item = case.report(language=(Language.INDONESIAN, Language.ENGLISH))
    assert item.kind is ItemKind.REPORT
    path = case.path_of(item, Role.REPORT_DATA)
    assert path is not None
    assert json.loads(path.read_bytes())["docket"]["item"] == 1
