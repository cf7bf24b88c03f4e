"""What a caller can rely on: nothing is lost, nothing is added by who may not, and what is open is visible."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

import evidentia as ev
from evidentia.case import Case
from evidentia.custody import ledger as ledger_module
from evidentia.custody.identity import Custodian, Party
from evidentia.record.custody import EventType
from evidentia.record.errors import CustodyError, SigningError, UsageError
from evidentia.record.item import Access, ItemKind, Role
from evidentia.record.verdict import Status
from lab.pki import Lab

DEAD_AUTHORITY = "http://127.0.0.1:9/"  # the discard port: nothing listens there

Person = Callable[..., Custodian]


def judge(case: Case, lab: Lab) -> ev.Verdict:
    return ev.verify(case.folder, ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots)))


def codes(verdict: ev.Verdict) -> set[str]:
    return {fault.code for fault in verdict.faults}


def test_a_new_case_has_one_event_and_its_custodian_holds_it(case: Case, lab: Lab) -> None:
    assert [event.type for event in case.events] == [EventType.OPEN]
    assert case.holders == ("penyidik-a",)
    assert case.unfinished.is_empty
    assert codes(judge(case, lab)) == {"NOT_EXPORTED"}


def test_a_folder_that_exists_is_never_taken_over(case: Case, person: Person) -> None:
    with pytest.raises(UsageError, match="exists already"):
        Case.create(case.folder, title="Lagi", custodian=person("penyidik-a"))


@pytest.mark.parametrize("name", ["Kasus", "kasus 7", "-kasus", "k" * 65])
def test_a_name_that_cannot_be_an_id_makes_no_folder(tmp_path: Path, person: Person, name: str) -> None:
    with pytest.raises(UsageError, match="case id"):
        Case.create(tmp_path / name, title="Uji", custodian=person("penyidik-a"))
    assert not (tmp_path / name).exists()


def test_a_file_is_kept_byte_for_byte_with_its_name_and_digests(case: Case, letter: Path) -> None:
    item = case.add(letter, access=Access.FORWARDED, source="pelapor")
    stored = case.path_of(item, Role.ORIGINAL)
    assert stored is not None
    assert stored.read_bytes() == letter.read_bytes()
    assert item.original_name == "surat tugas.txt"
    assert (item.source, item.access, item.collector) == ("pelapor", Access.FORWARDED, "penyidik-a")
    assert case.items() == (item,)


def test_a_file_that_is_not_there_leaves_nothing_behind(case: Case, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        case.add(tmp_path / "tidak-ada.jpg", access=Access.UNKNOWN)
    assert case.unfinished.is_empty
    assert case.items() == ()


def test_an_authority_that_is_down_is_visible_and_can_be_made_good(
    tmp_path: Path, person: Person, letter: Path, lab: Lab
) -> None:
    case = Case.create(tmp_path / "kasus-08", title="Uji", custodian=person("penyidik-a", tsa=DEAD_AUTHORITY))
    case.add(letter, access=Access.FORWARDED)
    assert len(case.unfinished.pending) == 3  # two signatures and the item's record
    case.export()
    verdict = judge(case, lab)
    assert verdict.status is Status.INDETERMINATE
    assert codes(verdict) == {"TIMESTAMP_PENDING"}

    again = Case.open(case.folder, person("penyidik-a"))
    assert again.timestamp() == ()
    assert again.events[-1].type is EventType.TIMESTAMP
    again.export()
    assert judge(again, lab).status is Status.PASSED


def test_a_key_that_fails_after_the_evidence_came_loses_nothing(
    case: Case, letter: Path, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A mock, because a real token cannot be made to fail between two of its operations.
    def fails(*_: object) -> bytes:
        raise SigningError("the token was pulled out")

    with monkeypatch.context() as broken:
        broken.setattr(ledger_module, "sign_detached", fails)
        with pytest.raises(SigningError):
            case.add(letter, access=Access.FORWARDED)
    opened = Case.open(case.folder, case.custodian)
    assert opened.unfinished.unsigned == ("custody/000002.sha256.penyidik-a.p7s",)
    assert [item.original_name for item in opened.items()] == [letter.name]
    assert codes(judge(opened, lab)) >= {"SIGNATURE_MISSING"}

    opened.finish()
    opened.export()
    assert judge(opened, lab).status is Status.PASSED


@pytest.mark.parametrize(
    ("moment", "left"),
    [
        ("evidentia.custody.intake.Intake.admit", "gathered"),
        ("evidentia.custody.ledger.Ledger.record_item", "unsealed"),
        ("evidentia.custody.ledger.Ledger.append", "unsealed"),
        ("evidentia.custody.ledger.Ledger.sign", "unsigned"),
        ("evidentia.custody.ledger.Ledger.stamp", "pending"),
    ],
)
def test_a_process_that_dies_at_any_step_leaves_what_it_had_and_the_case_can_be_finished(
    case: Case, letter: Path, lab: Lab, moment: str, left: str
) -> None:
    who = lab.people["penyidik-a"]
    program = textwrap.dedent(f"""
        import os
        from importlib import import_module
        module, owner, name = {moment!r}.rsplit(".", 2)
        from evidentia.case import Case
        from evidentia.custody.identity import Custodian
        setattr(getattr(import_module(module), owner), name, lambda *a, **k: os._exit(9))
        who = Custodian.from_pkcs12({str(who.p12)!r}, {who.passphrase!r}, tsa={lab.tsa_url!r}, who="penyidik-a")
        Case.open({str(case.folder)!r}, who).add({str(letter)!r}, access="forwarded")
    """)
    assert subprocess.run([sys.executable, "-c", program]).returncode == 9
    opened = Case.open(case.folder, case.custodian)
    assert getattr(opened.unfinished, left)
    opened.finish()
    opened.timestamp()
    assert opened.unfinished.is_empty
    kept = [case.folder / f"data/{i.item:06d}" / f.name for i in opened.items() for f in i.files]
    assert letter.read_bytes() in [path.read_bytes() for path in kept]
    opened.export()
    assert judge(opened, lab).status is Status.PASSED


def test_who_does_not_hold_the_case_cannot_add_to_it(case: Case, letter: Path, person: Person) -> None:
    stranger = Case.open(case.folder, person("pengawas-b"))
    with pytest.raises(CustodyError, match="does not hold"):
        stranger.add(letter, access=Access.FORWARDED)
    with pytest.raises(CustodyError):
        stranger.note("Saya juga ada")
    assert len(Case.open(case.folder).events) == 1
    assert stranger.unfinished.is_empty


def test_a_case_opened_without_an_identity_can_be_read_only(case: Case, letter: Path) -> None:
    with pytest.raises(CustodyError, match="reading"):
        Case.open(case.folder).add(letter, access=Access.FORWARDED)


def test_a_transfer_to_a_custodian_with_a_key_is_received_at_once(
    case: Case, person: Person, lab: Lab
) -> None:
    case.transfer(person("pengawas-b"), reason="klarifikasi")
    assert [event.type for event in case.events[1:]] == [EventType.TRANSFER, EventType.RECEIVE]
    assert case.holders == ("pengawas-b",)
    case.export()
    assert judge(case, lab).status is Status.PASSED


def test_a_transfer_that_waits_freezes_the_senders_case(
    case: Case, letter: Path, person: Person, lab: Lab
) -> None:
    receiver = person("pengawas-b")
    case.transfer(
        Party.from_certificate(lab.people["pengawas-b"].certificate, who="pengawas-b"), reason="klarifikasi"
    )
    with pytest.raises(CustodyError, match="frozen"):
        case.add(letter, access=Access.FORWARDED)
    case.export()  # the sender may still write the bundle that travels
    assert codes(judge(case, lab)) == {"COUNTERSIGNATURE_PENDING"}

    taken = Case.open(case.folder, receiver)
    taken.receive()
    assert taken.holders == ("pengawas-b",)
    taken.add(letter, access=Access.FORWARDED)
    with pytest.raises(CustodyError):
        Case.open(case.folder, person("penyidik-a")).note("masih saya")


def test_a_refused_transfer_leaves_custody_with_the_sender(case: Case, letter: Path, lab: Lab) -> None:
    case.transfer(
        Party.from_certificate(lab.people["pengawas-b"].certificate, who="pengawas-b"), reason="klarifikasi"
    )
    case.receive(accept=False, reason="ditolak")
    case.add(letter, access=Access.FORWARDED)
    case.export()
    assert judge(case, lab).status is Status.PASSED


def test_a_receiver_does_not_countersign_what_was_touched(
    case: Case, letter: Path, person: Person, lab: Lab
) -> None:
    item = case.add(letter, access=Access.FORWARDED)
    case.transfer(
        Party.from_certificate(lab.people["pengawas-b"].certificate, who="pengawas-b"), reason="klarifikasi"
    )
    stored = case.path_of(item, Role.ORIGINAL)
    assert stored is not None
    stored.chmod(0o644)
    stored.write_text("Kepada Pejabat 08")
    with pytest.raises(CustodyError, match="ITEM_FILE_CHANGED"):
        Case.open(case.folder, person("pengawas-b")).receive()
    assert not list((case.folder / "custody").glob("*.pengawas-b.p7s"))


def test_exporting_twice_with_nothing_new_gives_the_same_bytes(
    case: Case, letter: Path, tmp_path: Path
) -> None:
    case.add(letter, access=Access.FORWARDED)
    first, second = tmp_path / "a.zip", tmp_path / "b.zip"
    head = case.export(first)
    assert case.export(second) == head
    assert first.read_bytes() == second.read_bytes()
    assert case.events[-1].type is EventType.EXPORT
    assert case.events[-2].type is EventType.ACQUIRE


def test_a_bundle_continues_the_head_of_an_earlier_export(
    case: Case, letter: Path, tmp_path: Path, lab: Lab
) -> None:
    first = case.export(tmp_path / "a.zip")
    case.add(letter, access=Access.FORWARDED)
    case.export(tmp_path / "b.zip")
    trust = ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots))
    assert ev.verify(tmp_path / "b.zip", trust, head=first).status is Status.PASSED
    assert codes(ev.verify(tmp_path / "a.zip", trust, head=case.head)) == {"HEAD_DIFFERS"}


def test_a_report_is_an_item_signed_and_sealed(case: Case, letter: Path, lab: Lab) -> None:
    case.add(letter, access=Access.FORWARDED)
    item = case.report(language=ev.Language.ENGLISH, purpose="Is the letter intact?")
    assert item.kind is ItemKind.REPORT
    assert item.problems == ()
    assert case.events[-1].type is EventType.REPORT
    data = case.path_of(item, Role.REPORT_DATA)
    assert data is not None
    assert json.loads(data.read_bytes())["case"] == "kasus-07"


def test_a_report_without_a_timestamp_says_so(tmp_path: Path, person: Person) -> None:
    case = Case.create(tmp_path / "kasus-09", title="Uji", custodian=person("penyidik-a", tsa=DEAD_AUTHORITY))
    item = case.report(language=ev.Language.INDONESIAN)
    assert any("no timestamp" in problem for problem in item.problems)


def test_two_processes_do_not_write_to_one_case_at_once(case: Case, letter: Path) -> None:
    holding = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys\nfrom pathlib import Path\nfrom evidentia.custody.store import Store\n"
            f"with Store(Path({str(case.folder)!r})).locked():\n    print('held', flush=True)\n    sys.stdin.read()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holding.stdout is not None
    assert holding.stdout.readline() == b"held\n"
    with pytest.raises(CustodyError, match="another process"):
        case.note("bersamaan")
    holding.communicate()
    case.note("sesudahnya")
    assert len(case.events) == 2
