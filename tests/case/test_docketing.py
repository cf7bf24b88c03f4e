"""The docket in real case folders and bundles: filed, superseded, withheld, verified or not."""

from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from evidentia.case import Case, docketing
from evidentia.case.docketing import LARGEST_FILE, docket_of, reading
from evidentia.custody.identity import Custodian
from evidentia.docket.data_sets import docket_data
from evidentia.docket.summary import OTHER, docket_summary
from evidentia.record.docket import Act, Docket, DocketEntry, DocketGiven, FormOutcome, Person, Standing, Step
from evidentia.record.errors import CustodyError, EvidentiaError, FormatError, UsageError
from evidentia.record.item import Access, ItemKind, Role
from evidentia.record.moment import Interval
from evidentia.record.verdict import Status
from evidentia.verify import Trust, verify
from lab.pki import Lab

pytestmark = pytest.mark.lab
DATA = docket_data()
MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)


def given(pseudonym: str = "Pejabat 07", **more: object) -> DocketGiven:
    fields: dict[str, object] = {
        "persons": (Person(pseudonym=pseudonym, office="JPT"),),
        "acts": (
            Act(
                act="LIKE",
                contest="PILKADA-2024",
                acted=Interval(
                    not_before=datetime(2024, 10, 1, tzinfo=UTC), not_after=datetime(2024, 10, 2, tzinfo=UTC)
                ),
            ),
        ),
        "region": "73",
        "received_at": datetime(2024, 10, 5, tzinfo=UTC),
    }
    return DocketGiven(**fields | more)  # type: ignore[arg-type]


def read(where: Path, trust: Trust | None = None) -> Docket:
    with reading(where) as ledger:
        return docket_of(ledger, DATA, verdict=None if trust is None else verify(where, trust))


def anchors(lab: Lab) -> Trust:
    return Trust.from_pem(str(lab.roots), str(lab.tsa_roots))


def test_an_entry_is_a_sealed_item_with_who_filed_it_and_by_which_data(case: Case, lab: Lab) -> None:
    item = case.file_docket(given(), authority="ST/7/2024")
    assert (item.kind, item.title, case.events[-1].reason) == (
        ItemKind.DOCKET,
        "Docket entry",
        "docket entry",
    )
    entry = case.docket_entry(item)
    assert entry is not None
    assert (entry.case, entry.supersedes, entry.filed_by.who) == ("kasus-07", None, "penyidik-a")
    assert entry.data == DATA.used
    case.export()
    assert verify(case.folder, anchors(lab)).status is not Status.FAILED


def test_a_later_entry_supersedes_and_the_one_before_stays(case: Case) -> None:
    first = case.file_docket(given())
    path = case.path_of(first, Role.DOCKET)
    assert path is not None
    before = path.read_bytes()
    case.file_docket(given("Pejabat 08"))
    found = case.docket()
    assert (found.item, found.standing) == (2, Standing.CURRENT)
    assert found.entry is not None
    assert found.entry.supersedes == 1
    assert found.entry.persons[0].pseudonym == "Pejabat 08"
    assert path.read_bytes() == before


def test_entries_that_are_filed_at_once_supersede_each_other_in_turn(
    case: Case, person: Callable[..., Custodian]
) -> None:
    def file(number: int) -> None:
        Case.open(case.folder, person("penyidik-a")).file_docket(given(f"Pejabat {number}"))

    threads = [threading.Thread(target=file, args=(n,)) for n in range(1, 5)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    entries = [Case.open(case.folder).docket_entry(item) for item in Case.open(case.folder).items()]
    assert [one.supersedes for one in entries if one is not None] == [None, 1, 2, 3]


def test_what_cannot_be_filed_leaves_the_case_as_it_was(case: Case) -> None:
    events = len(case.events)
    with pytest.raises(UsageError):
        case.file_docket(given(region="9999"))
    assert len(Case.open(case.folder).events) == events
    assert case.unfinished.gathered == ()


def test_without_an_entry_that_is_said(case: Case) -> None:
    found = case.docket()
    assert (found.standing, found.entry, found.item) == (Standing.NONE, None, None)
    assert docket_summary(found, DATA, MADE_AT).standing is Standing.NONE


def test_statuses_of_custody_and_of_the_entry_are_one_history(case: Case) -> None:
    step = Step(status="temuan", at=datetime(2024, 9, 1, tzinfo=UTC), agency="BAWASLU")
    case.file_docket(given(history=(step,)))
    case.status("diregistrasi")
    case.status("bebas = kata, bukan kode")
    history = case.docket().history
    assert [(one.status, one.event) for one in history] == [
        ("temuan", None),
        ("diregistrasi", 3),
        ("bebas = kata, bukan kode", 4),
    ]
    summary = docket_summary(case.docket(), DATA, MADE_AT)
    assert [one.code for one in summary.history] == ["temuan", "diregistrasi", OTHER]


def test_a_newer_entry_that_is_withheld_is_said_and_the_older_one_is_not_taken_for_it(
    case: Case, tmp_path: Path, letter: Path, lab: Lab
) -> None:
    case.file_docket(given())
    case.file_docket(given("Pejabat 08"))
    case.add(letter, access=Access.FORWARDED)
    case.disclose([2, 3], reason="lindung")
    case.export(tmp_path / "b.zip", withhold=[2, 3])
    found = read(tmp_path / "b.zip", anchors(lab))
    assert (found.item, found.standing) == (1, Standing.NEWER_WITHHELD)
    assert (found.withheld_entries, found.withheld) == ((2,), (2, 3))
    assert found.status is Status.PASSED  # a bundle may withhold; that the docket is old is another matter
    assert docket_summary(found, DATA, MADE_AT).standing is Standing.NEWER_WITHHELD
    assert read(case.folder).standing is Standing.CURRENT


def test_an_older_entry_that_is_withheld_changes_nothing(case: Case, tmp_path: Path) -> None:
    case.file_docket(given())
    case.file_docket(given("Pejabat 08"))
    case.disclose([1], reason="lindung")
    case.export(tmp_path / "b.zip", withhold=[1])
    found = read(tmp_path / "b.zip")
    assert (found.item, found.standing, found.withheld) == (2, Standing.CURRENT, ())


def test_the_only_entry_withheld_is_no_case_without_one(case: Case, tmp_path: Path) -> None:
    case.file_docket(given())
    case.disclose([1], reason="lindung")
    case.export(tmp_path / "b.zip", withhold=[1])
    found = read(tmp_path / "b.zip")
    assert (found.item, found.standing, found.withheld_entries) == (None, Standing.NEWER_WITHHELD, (1,))


def test_who_files_over_a_withheld_entry_has_that_in_the_item(
    case: Case, tmp_path: Path, person: Callable[..., Custodian]
) -> None:
    case.file_docket(given())
    case.disclose([1], reason="lindung")
    case.export(tmp_path / "b.zip", withhold=[1])
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        archive.extractall(tmp_path / "dibuka")
    unpacked = Case.open(tmp_path / "dibuka" / "kasus-07", person("penyidik-a"))
    item = unpacked.file_docket(given("Pejabat 08"))
    assert any("without sight" in problem and "item 1" in problem for problem in item.problems)


def test_a_bundle_that_was_not_verified_says_so(case: Case, tmp_path: Path, lab: Lab) -> None:
    case.file_docket(given())
    case.export(tmp_path / "b.zip")
    assert read(tmp_path / "b.zip").status is None
    found = read(tmp_path / "b.zip", anchors(lab))
    assert (found.status, found.faults) == (Status.PASSED, ())
    stranger = read(tmp_path / "b.zip", Trust((), ()))
    assert stranger.status is Status.INDETERMINATE
    assert "SIGNER_NOT_TRUSTED" in stranger.faults


def test_an_entry_that_was_changed_is_not_read(case: Case, tmp_path: Path) -> None:
    item = case.file_docket(given())
    path = case.path_of(item, Role.DOCKET)
    assert path is not None
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"Pejabat 07", b"Pejabat 99"))
    with pytest.raises(CustodyError, match="not those that were sealed"):
        case.docket()


def test_a_changed_entry_with_its_digests_changed_too_fails_verification(
    case: Case, tmp_path: Path, lab: Lab
) -> None:
    """Whoever changes the item's description with it passes the reading, and is caught by the verdict."""
    item = case.file_docket(given())
    case.export()
    path = case.path_of(item, Role.DOCKET)
    assert path is not None
    changed = path.read_bytes().replace(b"Pejabat 07", b"Pejabat 99")
    told = path.with_name("item.json")
    import hashlib

    digest = hashlib.sha256(changed).hexdigest()
    for one, data in (
        (path, changed),
        (told, told.read_bytes().replace(item.files[0].sha256.encode(), digest.encode())),
    ):
        one.chmod(0o644)
        one.write_bytes(data)
    found = read(case.folder, anchors(lab))
    assert found.entry is not None
    assert found.entry.persons[0].pseudonym == "Pejabat 99"
    assert found.status is Status.FAILED


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"case": "kasus-08"}, "of the case kasus-08"),
        ({"known_at": datetime.max.replace(tzinfo=UTC)}, "year 9999"),
    ],
)
def test_an_entry_that_another_program_has_made_up_is_refused(
    changed: dict[str, object], said: str, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(docketing, "DocketEntry", lambda **fields: DocketEntry(**fields | changed))
    case.file_docket(given())
    monkeypatch.undo()
    with pytest.raises(FormatError, match=said):
        case.docket()


def test_the_summary_of_a_bundle_holds_no_pseudonym_and_no_words(case: Case) -> None:
    case.file_docket(given(registration="07/REG/2024"))
    summary = docket_summary(case.docket(), DATA, MADE_AT)
    text = json.dumps([str(summary), str(summary.acts)])
    assert "Pejabat" not in text
    assert "REG" not in text
    assert (summary.offices, summary.region, summary.received_on) == (("JPT",), "73", date(2024, 10, 5))
    assert (summary.acts[0].outcome, summary.acts[0].forms) == (FormOutcome.LISTED, ("D6",))
    assert (summary.events, summary.seal) == (case.head.events, case.head.seal)


def test_folder_and_zip_give_the_same_summary(case: Case, tmp_path: Path) -> None:
    case.file_docket(given())
    case.export(tmp_path / "b.zip")
    both = [docket_summary(read(where), DATA, MADE_AT) for where in (case.folder, tmp_path / "b.zip")]
    assert both[0] == both[1]


def test_days_of_a_summary_are_those_of_the_region(case: Case) -> None:
    case.file_docket(given(received_at=datetime(2024, 10, 5, 20, tzinfo=UTC)))
    assert docket_summary(case.docket(), DATA, MADE_AT).received_on == date(2024, 10, 6)


def test_an_entry_tells_of_the_items_that_show_its_acts(case: Case, letter: Path) -> None:
    case.add(letter, access=Access.FORWARDED)
    acts = (Act(act="LIKE", items=(1,)),)
    item = case.file_docket(given(acts=acts))
    assert item.about == (1,)
    assert case.telling_of([1]) == (2,)


@pytest.mark.parametrize("data", [b"", b"PK\x05\x06" + b"\0" * 18, b"no archive at all"])
def test_what_is_no_bundle_is_refused(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(data)
    with pytest.raises(FormatError, match="no bundle"):
        read(tmp_path / "b.zip")


def test_a_huge_file_in_a_bundle_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(tmp_path / "b.zip", "w") as archive,
        archive.open("k/custody/000001.json", "w") as out,
    ):
        for _ in range(LARGEST_FILE // (1 << 20) + 1):
            out.write(b"\0" * (1 << 20))
    with pytest.raises(FormatError, match="larger than"):
        read(tmp_path / "b.zip")


def test_a_name_that_leads_out_of_the_bundle_is_not_written(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("k/custody/000001.json", "{}")
        archive.writestr("k/../../custody/keluar.json", "{}")
    with pytest.raises(EvidentiaError):
        read(tmp_path / "b.zip")
    assert [path.name for path in tmp_path.rglob("*")] == ["b.zip"]
