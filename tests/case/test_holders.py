"""Who holds a case: one who joins, a key that is replaced, and a case that is closed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import evidentia as ev
from evidentia.case import Case
from evidentia.custody.identity import Custodian
from evidentia.custody.intake import Intake, Intent
from evidentia.record.custody import EventType
from evidentia.record.errors import CustodyError, FormatError
from evidentia.record.item import Access, ItemKind, Role
from evidentia.record.moment import now
from evidentia.record.verdict import Status
from lab.pki import Lab

Person = Callable[..., Custodian]


def passes(case: Case, lab: Lab) -> bool:
    case.export()
    return (
        ev.verify(case.folder, ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots))).status is Status.PASSED
    )


def test_one_who_is_admitted_acts_beside_the_holder(
    case: Case, person: Person, letter: Path, lab: Lab
) -> None:
    event = case.admit(person("pengawas-b"), reason="surat tugas")
    assert [actor.who for actor in event.actors] == ["penyidik-a", "pengawas-b"]
    assert all(case.has_signed(event, actor) for actor in event.actors)
    assert case.holders == ("pengawas-b", "penyidik-a")
    Case.open(case.folder, person("pengawas-b")).add(letter, access=Access.FORWARDED)
    case.note("masih bersama")
    assert passes(case, lab)


def test_a_holder_is_not_admitted_twice(case: Case, person: Person) -> None:
    case.admit(person("pengawas-b"), reason="surat tugas")
    with pytest.raises(CustodyError, match="ACTORS_WRONG"):
        case.admit(person("pengawas-b"), reason="sekali lagi")


def test_nobody_admits_himself(case: Case, person: Person) -> None:
    stranger = Case.open(case.folder, person("pengawas-b"))
    with pytest.raises(CustodyError, match="NOT_CUSTODIAN"):
        stranger.admit(person("penyidik-a"), reason="masuk sendiri")
    assert len(Case.open(case.folder).events) == 1


def test_a_replaced_key_no_longer_acts_and_the_new_one_does(case: Case, person: Person, lab: Lab) -> None:
    old, new = person("penyidik-a"), person("pengawas-b")
    case.rekey("penyidik-a", new, reason="kartu akan habis masa berlakunya")
    assert case.holders == ("pengawas-b",)
    assert case.custodian is new
    case.note("dengan kunci baru")
    with pytest.raises(CustodyError, match="NOT_CUSTODIAN"):
        Case.open(case.folder, old).note("dengan kunci lama")
    assert passes(case, lab)


def test_another_holder_replaces_a_key_that_is_lost(case: Case, person: Person, lab: Lab) -> None:
    case.admit(person("pengawas-b"), reason="surat tugas")
    case.rekey("pengawas-b", person("ahli"), reason="kartu hilang")
    assert case.holders == ("ahli", "penyidik-a")
    assert case.custodian is not None
    assert case.custodian.who == "penyidik-a"
    assert passes(case, lab)


def test_a_key_of_nobody_is_not_replaced(case: Case, person: Person) -> None:
    with pytest.raises(CustodyError, match="ACTORS_WRONG"):
        case.rekey("ahli", person("pengawas-b"), reason="salah nama")


def test_a_status_is_an_event_of_its_own(case: Case, lab: Lab) -> None:
    event = case.status("diregistrasi")
    assert (event.type, event.details) == (EventType.STATUS, {"status": "diregistrasi"})
    with pytest.raises(FormatError):
        case.status("x" * 201)
    assert passes(case, lab)


def test_a_closed_case_takes_no_evidence_and_can_be_handed_out(
    case: Case, person: Person, letter: Path, lab: Lab, tmp_path: Path
) -> None:
    case.add(letter, access=Access.FORWARDED)
    case.close(reason="putusan telah tetap")
    with pytest.raises(CustodyError, match="closed"):
        case.add(letter, access=Access.FORWARDED)
    with pytest.raises(CustodyError):
        case.note("sesudah ditutup")
    assert case.unfinished.is_empty
    case.disclose([1], reason="data pribadi")
    case.export(tmp_path / "b.zip", withhold=[1])
    case.transfer(person("pengawas-b"), reason="arsip")
    assert passes(case, lab)


def test_a_case_with_evidence_that_was_not_brought_in_is_not_closed(case: Case) -> None:
    intent = Intent(
        kind=ItemKind.FILE,
        title="tertinggal",
        source="pelapor",
        access=Access.FORWARDED,
        collector="penyidik-a",
        started_at=now(),
    )
    Intake.begin(case._store, intent).lay("surat.txt", Role.ORIGINAL, b"Kepada Pejabat 07")
    with pytest.raises(CustodyError, match="not been brought in"):
        case.close(reason="terburu-buru")
    case.finish()
    assert case.close(reason="selesai").type is EventType.CLOSE
