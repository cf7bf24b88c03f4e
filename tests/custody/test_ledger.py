"""The ledger: what it refuses it does not half write, and what is pending is visible until it is completed."""

from __future__ import annotations

import hashlib
import socket
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from evidentia.custody import export
from evidentia.custody.identity import Custodian
from evidentia.custody.ledger import Ledger, Occasion
from evidentia.custody.store import Store
from evidentia.formats.event import event_time
from evidentia.record.custody import EventType
from evidentia.record.errors import CustodyError, FormatError, UsageError
from evidentia.record.moment import now
from evidentia.verify import Trust, verify
from lab.pki import Lab

INDEX = b"<!doctype html><title>kasus</title>"


def custodian(lab: Lab, label: str = "penyidik-a", tsa: str | None = None) -> Custodian:
    person = lab.people[label]
    return Custodian.from_pkcs12(person.p12, person.passphrase, tsa=tsa or lab.tsa_url, who=label)


@pytest.fixture
def ledger(lab: Lab, tmp_path: Path) -> Ledger:
    """A case that one custodian has opened."""
    made = Ledger(Store.create(tmp_path / "kasus"), "kasus-07")
    made.append(EventType.OPEN, custodian(lab), Occasion("laporan"), details={"title": "Uji"})
    return made


def keep(ledger: Ledger, content: bytes = b"Pilih Paslon A!") -> int:
    """An item in its place, with no event yet."""
    staged = ledger.store.stage()
    (staged / "post.txt").write_bytes(content)
    number = ledger.next_item()
    ledger.store.admit(staged, number)
    return number


def acquire(ledger: Ledger, who: Custodian) -> None:
    ref = ledger.record_item(keep(ledger), who.tsa)
    ledger.append(EventType.ACQUIRE, who, Occasion("bukti"), items=[ref])


def export_case(ledger: Ledger, who: Custodian) -> None:
    details = {"index": hashlib.sha256(INDEX).hexdigest(), "withheld": []}
    ledger.append(EventType.EXPORT, who, Occasion("ekspor"), details=details)
    export.write_derived(ledger, INDEX)


def contents(ledger: Ledger) -> dict[str, bytes]:
    return {
        path: ledger.store.read(path)
        for top in ("custody", "trust", "data")
        for path in ledger.store.paths(top)
    }


def silent_port() -> str:
    """An address at which nobody answers: the port was free a moment ago and is closed again."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"


def verdict(ledger: Ledger, lab: Lab):  # type: ignore[no-untyped-def]
    return verify(ledger.store.folder, Trust.from_pem(str(lab.roots), str(lab.tsa_roots)))


def test_a_case_that_is_read_again_is_the_same(ledger: Ledger, lab: Lab) -> None:
    acquire(ledger, custodian(lab))
    again = Ledger.load(ledger.store)
    assert (again.case, again.events, again.custody) == (ledger.case, ledger.events, ledger.custody)
    assert again.head() == ledger.head()


def test_who_does_not_hold_custody_adds_nothing(ledger: Ledger, lab: Lab) -> None:
    before = contents(ledger)
    with pytest.raises(CustodyError, match="NOT_CUSTODIAN"):
        ledger.append(EventType.NOTE, custodian(lab, "pengawas-b"), Occasion("x"), details={"text": "x"})
    assert contents(ledger) == before


def test_an_event_of_the_wrong_form_adds_nothing(ledger: Ledger, lab: Lab) -> None:
    before = contents(ledger)
    with pytest.raises(FormatError):
        ledger.append(EventType.NOTE, custodian(lab), Occasion("\x1b[2J"), details={"text": "x"})
    assert contents(ledger) == before


def test_a_clock_that_is_behind_adds_nothing(ledger: Ledger, lab: Lab) -> None:
    before = contents(ledger)
    earlier = event_time(ledger.events[-1]) - timedelta(minutes=1)
    with pytest.raises(CustodyError, match="clock"):
        ledger.append(EventType.NOTE, custodian(lab), Occasion("x"), details={"text": "x"}, at=earlier)
    assert contents(ledger) == before


def test_a_time_without_an_offset_is_not_taken(ledger: Ledger, lab: Lab) -> None:
    naive = now().replace(tzinfo=None)
    with pytest.raises(ValueError, match="offset"):
        ledger.append(EventType.NOTE, custodian(lab), Occasion("x"), details={"text": "x"}, at=naive)


def test_an_authority_that_is_down_leaves_a_pending_token_that_stamp_completes(
    ledger: Ledger, lab: Lab
) -> None:
    offline = custodian(lab, tsa=silent_port())
    acquire(ledger, offline)
    waiting = ["custody/000002.sha256.penyidik-a.p7s", "custody/items/000001.sha256"]
    assert ledger.pending() == waiting
    told = verdict(ledger, lab)
    assert {f.path for f in told.faults if f.code == "TIMESTAMP_PENDING"} == set(waiting)
    assert told.status == "INDETERMINATE"
    for path in waiting:
        assert ledger.stamp(path, [silent_port()]) is False
        assert ledger.stamp(path, [lab.tsa_url]) is True
    assert ledger.pending() == []
    assert {f.code for f in verdict(ledger, lab).faults} == {"NOT_EXPORTED", "UNSEALED_FILE"}, (
        "late: bound by the next"
    )
    export_case(ledger, custodian(lab))
    assert verdict(ledger, lab).status == "PASSED"


def test_an_authority_that_answers_garbage_is_not_believed(ledger: Ledger, lab: Lab) -> None:
    path = "custody/000001.sha256"
    assert ledger.stamp(path, [lab.base_url]) is False
    assert not ledger.store.exists(f"{path}.tsr")


def test_each_authority_gives_its_own_token_once(ledger: Ledger, lab: Lab) -> None:
    path = "custody/000001.sha256.penyidik-a.p7s"
    first = ledger.store.read(f"{path}.tsr")
    assert ledger.stamp(path, [lab.tsa_url, lab.tsa2_url]) is True
    assert ledger.store.read(f"{path}.tsr") == first
    assert ledger.store.exists(f"{path}.2.tsr")


def test_an_item_without_event_is_found_again_and_recorded(ledger: Ledger, lab: Lab) -> None:
    """What an interruption between the two steps leaves."""
    number = keep(ledger)
    again = Ledger.load(ledger.store)
    assert again.unrecorded() == [number]
    assert again.next_item() == number + 1, "its number is taken"
    who = custodian(lab)
    again.append(EventType.ACQUIRE, who, Occasion("bukti"), items=[again.record_item(number, who.tsa)])
    assert again.unrecorded() == []


def test_a_transfer_to_a_party_without_key_waits_for_its_signature(ledger: Ledger, lab: Lab) -> None:
    from evidentia.custody.identity import Party

    receiver = Party.from_certificate(lab.people["pengawas-b"].certificate, who="pengawas-b")
    ledger.append(
        EventType.TRANSFER,
        custodian(lab),
        Occasion("serah"),
        others=[receiver],
        details={"to": ["pengawas-b"]},
    )
    assert "COUNTERSIGNATURE_PENDING" in {f.code for f in verdict(ledger, lab).faults}
    with pytest.raises(CustodyError, match="EVENT_OUT_OF_PLACE"):
        ledger.append(EventType.NOTE, custodian(lab), Occasion("x"), details={"text": "x"})
    other = custodian(lab, "pengawas-b")
    ledger.sign(2, other)
    ledger.append(
        EventType.RECEIVE, other, Occasion("terima"), details={"transfer": 2, "outcome": "accepted"}
    )
    assert ledger.holds(other)
    assert not ledger.holds(custodian(lab))
    export_case(ledger, other)
    assert verdict(ledger, lab).status == "PASSED"


def test_exporting_twice_gives_the_same_bytes_and_replaces_nothing(
    ledger: Ledger, lab: Lab, tmp_path: Path
) -> None:
    acquire(ledger, custodian(lab))
    export_case(ledger, custodian(lab))
    one, two = tmp_path / "one.zip", tmp_path / "two.zip"
    export.pack(ledger, one)
    export.pack(ledger, two)
    assert one.read_bytes() == two.read_bytes()
    export.pack(ledger, one)  # the same bundle: nothing to do
    two.write_bytes(b"another bundle")
    with pytest.raises(UsageError, match="exists already"):
        export.pack(ledger, two)
    assert two.read_bytes() == b"another bundle"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kasus", "one.zip", "two.zip"], (
        "nothing half-made left"
    )


def test_a_packed_bundle_passes_and_a_folder_that_is_no_case_is_told(
    ledger: Ledger, lab: Lab, tmp_path: Path
) -> None:
    acquire(ledger, custodian(lab))
    export_case(ledger, custodian(lab))
    export.pack(ledger, tmp_path / "b.zip")
    told = verify(tmp_path / "b.zip", Trust.from_pem(str(lab.roots), str(lab.tsa_roots)))
    assert (told.status, told.faults) == ("PASSED", ())
    assert told.items[0].files == 1
    with pytest.raises(CustodyError, match="not a case"):
        Ledger.load(Store(tmp_path))


def test_claimed_times_are_whole_seconds_of_now(ledger: Ledger) -> None:
    claimed = event_time(ledger.events[0])
    assert isinstance(claimed, datetime)
    assert timedelta(0) <= now() - claimed < timedelta(minutes=5)
