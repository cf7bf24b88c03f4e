"""What a receipt says of a bundle: its bytes, its chain, a verdict on it; and whom it names, and whom it does not."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

import evidentia as ev
from evidentia.case import Case
from evidentia.case import hand_over as module
from evidentia.case.hand_over import Stated, hand_over, zone_of_events
from evidentia.custody.identity import Custodian, Party
from evidentia.record.errors import CustodyError, UsageError
from evidentia.record.hand_over import HandOver, Origin
from evidentia.record.item import Access, ItemKind
from evidentia.record.verdict import Status

if TYPE_CHECKING:
    from lab.pki import Lab

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schemas"
AT = datetime(2026, 11, 20, 3, tzinfo=UTC)


@pytest.fixture
def trust(lab: Lab) -> ev.Trust:
    return ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots))


@pytest.fixture
def bundle(case: Case, letter: Path, tmp_path: Path) -> Path:
    case.add(letter, access=Access.FORWARDED)
    case.export(tmp_path / "kasus-07.zip")
    return tmp_path / "kasus-07.zip"


@pytest.fixture
def receiver(lab: Lab) -> Party:
    return Party.from_certificate(lab.people["pengawas-b"].certificate, who="pengawas-b")


def problems(value: Any) -> list[str]:
    schema = json.loads((SCHEMAS / "receipt.json").read_text("utf-8"))
    plain = json.loads(msgspec.json.encode(value))
    return [error.message for error in Draft202012Validator(schema).iter_errors(plain)]


def names(told: HandOver) -> tuple[list[str], list[str]]:
    return [one.name for one in told.givers], [one.name for one in told.receivers]


def test_it_names_the_bundle_its_head_and_every_item_and_judges_it_now(
    case: Case, bundle: Path, trust: ev.Trust
) -> None:
    told = hand_over(bundle, trust=trust, head=case.head, written_at=AT)
    data = bundle.read_bytes()
    assert (told.bundle.name, told.bundle.size) == ("kasus-07.zip", len(data))
    assert told.bundle.sha256 == hashlib.sha256(data).hexdigest()
    assert told.head == case.head
    (item,) = told.items
    assert item.kind is ItemKind.FILE
    record = (case.folder / "custody/items/000001.sha256").read_bytes()
    assert item.record == hashlib.sha256(record).hexdigest()
    assert item.files[0].sha256 == hashlib.sha256(b"Kepada Pejabat 07").hexdigest()
    assert told.seals is not None
    assert told.seals.status is Status.PASSED
    assert told.seals.judged_at == AT
    assert told.seals.compared_with is not None
    assert told.problems == ()
    assert problems(told) == []


def test_without_anchors_nobody_judged(bundle: Path) -> None:
    told = hand_over(bundle)
    assert told.seals is None
    assert problems(told) == []


def test_the_same_bundle_and_time_give_the_same_receipt(bundle: Path, trust: ev.Trust) -> None:
    assert hand_over(bundle, trust=trust, written_at=AT) == hand_over(bundle, trust=trust, written_at=AT)


def test_a_folder_has_no_digest_of_its_own(case: Case, bundle: Path, trust: ev.Trust) -> None:
    told = hand_over(case.folder, trust=trust)
    assert (told.bundle.name, told.bundle.size, told.bundle.sha256) == ("kasus-07", None, None)
    assert told.seals is not None
    assert told.seals.status is Status.PASSED


def test_who_holds_the_case_hands_it_over_and_the_receiver_is_left_open(bundle: Path) -> None:
    told = hand_over(bundle)
    assert names(told) == (["Penyidik A"], [])
    assert (told.givers[0].origin, told.givers[0].event) == (Origin.CHAIN, 1)
    assert "Lembaga Pengawas A" in told.givers[0].office
    assert told.transfer is None


def test_what_is_stated_takes_the_place_of_the_chain(bundle: Path) -> None:
    told = hand_over(bundle, Stated(giver="Kurir 03", receiver="Pengawas 02", receiver_office="Bawaslu A"))
    assert names(told) == (["Kurir 03"], ["Pengawas 02"])
    assert told.givers[0].origin is Origin.GIVEN


def test_a_transfer_that_waits_names_both_sides(case: Case, bundle: Path, receiver: Party) -> None:
    case.transfer(receiver, reason="klarifikasi")
    told = hand_over(case.folder)
    assert names(told) == (["Penyidik A"], ["Pengawas B"])
    assert told.transfer is not None
    assert (told.transfer.event, told.transfer.accepted) == (len(case.events), None)
    assert told.receivers[0].event == told.transfer.event


def test_an_accepted_transfer_names_both_sides_until_work_goes_on(
    case: Case, bundle: Path, receiver: Party, person: Callable[..., Custodian]
) -> None:
    case.transfer(receiver, reason="klarifikasi")
    theirs = Case.open(case.folder, person("pengawas-b"))
    theirs.receive()
    theirs.export()
    told = hand_over(case.folder)
    assert names(told) == (["Penyidik A"], ["Pengawas B"])
    assert told.transfer is not None
    assert told.transfer.accepted is True
    theirs.note("diperiksa")
    assert names(hand_over(case.folder)) == (["Pengawas B"], [])


def test_after_a_refused_transfer_nobody_receives(case: Case, bundle: Path, receiver: Party) -> None:
    case.transfer(receiver, reason="klarifikasi")
    case.receive(accept=False)
    told = hand_over(case.folder)
    assert names(told) == (["Penyidik A"], [])
    assert told.transfer is not None
    assert told.transfer.accepted is False


def test_of_a_withheld_item_only_its_number_and_record_are_told(
    case: Case, bundle: Path, tmp_path: Path
) -> None:
    case.disclose([1], reason="lindung")
    case.export(tmp_path / "tanpa.zip", withhold=[1])
    (item,) = hand_over(tmp_path / "tanpa.zip").items
    assert item.withheld
    assert (item.kind, item.title, item.files) == (None, "", ())
    assert len(item.record) == 64


def test_a_bundle_that_was_taken_in_has_a_receipt_in_the_receivers_own_case(
    bundle: Path, trust: ev.Trust, tmp_path: Path, person: Callable[..., Custodian]
) -> None:
    own = Case.create(tmp_path / "milik-kami", title="Kami", custodian=person("pengawas-b"))
    item, _ = own.take_bundle(bundle, trust, source="Lembaga A, berita acara 3/2026")
    told = hand_over(own.folder, item=item.item, trust=trust)
    assert told.case == "kasus-07"
    assert (told.bundle.held_by, told.bundle.item) == ("milik-kami", item.item)
    assert told.bundle.name == "kasus-07.zip"
    assert told.bundle.sha256 == hashlib.sha256(bundle.read_bytes()).hexdigest()
    assert told.bundle.source == "Lembaga A, berita acara 3/2026"
    assert names(told) == (["Penyidik A"], ["Pengawas B"])
    assert told.seals is not None
    assert told.seals.status is Status.PASSED
    assert problems(told) == []


def test_a_changed_file_makes_a_receipt_that_says_so(
    case: Case, bundle: Path, trust: ev.Trust, tmp_path: Path
) -> None:
    changed = tmp_path / "diubah.zip"
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(changed, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info, data.replace(b"Pejabat 07", b"Pejabat 08"))
    told = hand_over(changed, trust=trust)
    assert told.seals is not None
    assert told.seals.status is Status.FAILED
    assert "ITEM_FILE_CHANGED" in {fault.code for fault in told.seals.faults}


def test_names_that_are_no_utf_8_are_spelled(case: Case, bundle: Path, trust: ev.Trust) -> None:
    (case.folder / "data" / "000001" / os.fsdecode(b"\xff.txt")).write_text("x")
    told = hand_over(case.folder, trust=trust)
    assert told.seals is not None
    assert told.seals.status is Status.FAILED
    assert "\\udcff.txt" in msgspec.json.encode(told).decode().replace("\\\\", "\\")


def test_another_head_is_found_out(case: Case, bundle: Path, trust: ev.Trust) -> None:
    case.note("satu hal lagi")
    told = hand_over(bundle, trust=trust, head=case.head)
    assert told.seals is not None
    assert told.seals.status is Status.FAILED


def test_a_bundle_that_changes_while_it_is_read_is_refused(
    bundle: Path, trust: ev.Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    def judge(path: Path, *arguments: Any, **more: Any) -> Any:
        found = ev.verify(path, *arguments, **more)
        path.write_bytes(path.read_bytes() + b"x")
        return found

    monkeypatch.setattr(module, "verify", judge)
    with pytest.raises(CustodyError, match="changed while it was read"):
        hand_over(bundle, trust=trust)


def test_a_case_that_goes_on_while_it_is_read_is_refused(
    case: Case, bundle: Path, trust: ev.Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    def judge(path: Path, *arguments: Any, **more: Any) -> Any:
        case.note("sementara itu")
        return ev.verify(path, *arguments, **more)

    monkeypatch.setattr(module, "verify", judge)
    with pytest.raises(CustodyError, match="kasus-07 changed while it was read"):
        hand_over(case.folder, trust=trust)


def test_misuse_is_refused(case: Case, bundle: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="A head alone"):
        hand_over(bundle, head=case.head)
    with pytest.raises(UsageError, match="is no case folder"):
        hand_over(bundle, item=1)
    with pytest.raises(UsageError, match="is no bundle"):
        hand_over(case.folder, item=1)
    with pytest.raises(UsageError, match="not in this case"):
        hand_over(case.folder, item=9)
    with pytest.raises(UsageError, match="is not there"):
        hand_over(tmp_path / "tidak-ada.zip")
    (tmp_path / "rusak.zip").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(CustodyError, match="cannot be read as a case"):
        hand_over(tmp_path / "rusak.zip")


def test_times_are_in_the_zone_of_the_last_event_and_in_utc_where_that_is_no_offset(case: Case) -> None:
    (event,) = case.events
    zones = {"+08:00": "+08:00", "Asia/Makassar": "+00:00", "+14:59": "+00:00", "Z": "+00:00"}
    for zone, told in zones.items():
        assert zone_of_events([event, msgspec.structs.replace(event, zone=zone)]) == told
    assert zone_of_events([]) == "+00:00"
