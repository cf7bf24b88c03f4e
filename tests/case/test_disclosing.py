"""What is withheld is not in the bundle and not told in it; both verifiers pass the rest; the folder stays whole."""

from __future__ import annotations

import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import evidentia as ev
from evidentia.case import Case
from evidentia.custody.identity import Custodian, Party
from evidentia.custody.ledger import Ledger
from evidentia.record.custody import EventType
from evidentia.record.errors import CustodyError, UsageError
from evidentia.record.item import Access, ItemKind
from evidentia.record.verdict import Status
from lab.pki import Lab

VERIFY_SH = Path(__file__).resolve().parents[2] / "verify.sh"
SECRET = "Pelapor 31"

Person = Callable[..., Custodian]


@pytest.fixture
def shown(case: Case, letter: Path, tmp_path: Path) -> Case:
    """A case with a letter that may be seen by all, and a statement that may not."""
    case.add(letter, access=Access.FORWARDED)
    secret = tmp_path / "keterangan-rahasia.txt"
    secret.write_text(f"Saya {SECRET}, warga")
    case.add(secret, access=Access.FORWARDED, title=f"Keterangan {SECRET}", source=SECRET)
    return case


def anchors(lab: Lab) -> ev.Trust:
    return ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots))


def second_opinion(bundle: Path, into: Path, lab: Lab) -> subprocess.CompletedProcess[str]:
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(into)
    (folder,) = into.iterdir()
    command = [str(VERIFY_SH), str(folder), str(lab.roots), str(lab.tsa_roots)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_a_bundle_without_a_withheld_item_passes_both_verifiers(
    shown: Case, lab: Lab, tmp_path: Path
) -> None:
    shown.disclose([2], reason="identitas pelapor dilindungi")
    head = shown.export(tmp_path / "b.zip", withhold=[2])
    verdict = ev.verify(tmp_path / "b.zip", anchors(lab), head=head)
    assert (verdict.status, verdict.faults) == (Status.PASSED, ())
    assert [(item.item, item.withheld) for item in verdict.items] == [(1, False), (2, True)]
    done = second_opinion(tmp_path / "b.zip", tmp_path / "unpacked", lab)
    assert done.stdout.splitlines()[-1] == "PASSED", done


def test_nothing_of_a_withheld_item_is_in_the_bundle(shown: Case, tmp_path: Path) -> None:
    record = shown.folder / "custody" / "items" / "000002.sha256"
    digests = [line[:64] for line in record.read_text().splitlines() if not line.startswith("#")]
    shown.disclose([2], reason="identitas pelapor dilindungi")
    shown.export(tmp_path / "b.zip", withhold=[2])
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        names = archive.namelist()
        everything = b"".join(archive.read(name) for name in names)
    assert not [name for name in names if "data/000002" in name or "custody/items/000002" in name]
    assert [name for name in names if "data/000001" in name]
    for clue in (SECRET, "keterangan-rahasia", *digests):
        assert clue.encode() not in everything


def test_the_folder_keeps_what_it_withholds_and_passes_too(shown: Case, lab: Lab, tmp_path: Path) -> None:
    shown.disclose([2], reason="identitas pelapor dilindungi")
    head = shown.export(tmp_path / "b.zip", withhold=[2])
    assert shown.item(2).source == SECRET
    assert [event.type for event in shown.events[-2:]] == [EventType.EXPORT, EventType.EXPORT]
    assert (head.events, shown.head.events) == (5, 6)
    verdict = ev.verify(shown.folder, anchors(lab), head=head)
    assert (verdict.status, verdict.faults) == (Status.PASSED, ())
    assert not any(item.withheld for item in verdict.items)


def test_each_set_is_a_bundle_of_its_own_and_comes_out_the_same_again(
    shown: Case, lab: Lab, tmp_path: Path
) -> None:
    shown.disclose([1, 2], reason="identitas pelapor dilindungi")
    for name, withheld in (("two", [2]), ("both", [1, 2]), ("none", [])):
        shown.export(tmp_path / f"{name}.zip", withhold=withheld)
        assert ev.verify(tmp_path / f"{name}.zip", anchors(lab)).status is Status.PASSED
    events = len(shown.events)
    assert shown.export(tmp_path / "again.zip", withhold=[2]).events == 5
    assert (tmp_path / "again.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert len(shown.events) == events


def test_what_no_disclosure_names_cannot_be_withheld(shown: Case, tmp_path: Path) -> None:
    shown.disclose([1], reason="data pribadi")
    with pytest.raises(CustodyError, match="No disclosure allows to withhold: 2"):
        shown.export(tmp_path / "b.zip", withhold=[1, 2])
    assert not (tmp_path / "b.zip").exists()
    assert shown.events[-1].type is EventType.DISCLOSE


@pytest.mark.parametrize("items", [[], [3], [0]])
def test_only_items_that_are_here_can_be_disclosed(shown: Case, items: list[int]) -> None:
    with pytest.raises(UsageError):
        shown.disclose(items, reason="data pribadi")
    assert len(shown.events) == 3


def test_nothing_can_be_withheld_from_the_folder_itself(shown: Case) -> None:
    shown.disclose([2], reason="data pribadi")
    with pytest.raises(UsageError, match="keeps all"):
        shown.export(withhold=[2])


def test_custody_passes_as_a_whole(shown: Case, lab: Lab, tmp_path: Path) -> None:
    shown.disclose([2], reason="data pribadi")
    receiver = Party.from_certificate(lab.people["pengawas-b"].certificate, who="pengawas-b")
    shown.transfer(receiver, reason="klarifikasi")
    with pytest.raises(CustodyError, match="as a whole"):
        shown.export(tmp_path / "b.zip", withhold=[2])


def test_a_case_goes_on_from_a_bundle_that_withholds(
    shown: Case, person: Person, letter: Path, lab: Lab, tmp_path: Path
) -> None:
    shown.disclose([2], reason="data pribadi")
    shown.export(tmp_path / "b.zip", withhold=[2])
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        archive.extractall(tmp_path / "elsewhere")
    taken = Case.open(tmp_path / "elsewhere" / "kasus-07", person("penyidik-a"))
    assert taken.unfinished.is_empty
    assert [item.item for item in taken.items()] == [1]
    assert taken.add(letter, access=Access.FORWARDED).item == 3
    taken.export(tmp_path / "c.zip")
    verdict = ev.verify(tmp_path / "c.zip", anchors(lab))
    assert (verdict.status, verdict.faults) == (Status.PASSED, ())
    assert [item.item for item in verdict.items if item.withheld] == [2]


def test_an_interruption_between_the_two_exports_is_seen_and_finished(
    shown: Case, lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second append is made to fail, as where the process ends there."""
    shown.disclose([2], reason="data pribadi")
    append, calls = Ledger.append, []

    def once(self: Ledger, *args: object, **named: object) -> object:
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return append(self, *args, **named)  # type: ignore[arg-type]

    with monkeypatch.context() as broken:
        broken.setattr(Ledger, "append", once)
        with pytest.raises(KeyboardInterrupt):
            shown.export(tmp_path / "b.zip", withhold=[2])
    opened = Case.open(shown.folder, shown.custodian)
    assert opened.unfinished.unexported
    assert "WITHHELD_PRESENT" in {fault.code for fault in ev.verify(shown.folder, anchors(lab)).faults}
    assert opened.finish() == ()
    assert opened.unfinished.is_empty
    assert ev.verify(shown.folder, anchors(lab)).status is Status.PASSED
    assert opened.export(tmp_path / "b.zip", withhold=[2]).events == 5
    assert ev.verify(tmp_path / "b.zip", anchors(lab)).status is Status.PASSED


def test_what_may_tell_of_a_withheld_item_is_named(shown: Case) -> None:
    assert shown.telling_of([2]) == ()
    report = shown.report(language=ev.Language.ENGLISH)
    assert report.kind is ItemKind.REPORT
    assert shown.telling_of([2]) == (report.item,)
    assert shown.telling_of([2, report.item]) == ()
