"""An event costs the same in a large case, and nothing that comes by hand or from elsewhere is overlooked for that."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evidentia.custody import export
from evidentia.custody.identity import Custodian
from evidentia.custody.ledger import Ledger, Occasion
from evidentia.custody.store import WORKING, Store
from evidentia.formats import names
from evidentia.formats.seal import parse_seal
from evidentia.record.custody import EventType
from evidentia.record.errors import CustodyError
from evidentia.verify import Trust, verify
from lab.pki import Lab

INDEX = b"<!doctype html><title>kasus</title>"


@pytest.fixture
def who(lab: Lab) -> Custodian:
    """A custodian who asks no timestamp authority: what is counted here is the ledger's own work."""
    person = lab.people["penyidik-a"]
    return Custodian.from_pkcs12(person.p12, person.passphrase, tsa=(), who=person.id)


@pytest.fixture
def ledger(tmp_path: Path, who: Custodian) -> Ledger:
    return opened(tmp_path / "kasus", who)


def opened(folder: Path, who: Custodian) -> Ledger:
    made = Ledger(Store.create(folder), "kasus-07")
    made.append(EventType.OPEN, who, Occasion("laporan"), details={"title": "Uji"})
    return made


def note(ledger: Ledger, who: Custodian, text: str = "x") -> None:
    ledger.append(EventType.NOTE, who, Occasion("catatan"), details={"text": text})


def place(ledger: Ledger) -> int:
    """An item in its place, with no record and no event yet."""
    staged = ledger.store.stage()
    (staged / "post.txt").write_bytes(b"Pilih Paslon A!")
    number = ledger.next_item()
    ledger.store.admit(staged, number)
    return number


def acquire(ledger: Ledger, who: Custodian, count: int = 1) -> None:
    refs = [ledger.record_item(place(ledger), ()) for _ in range(count)]
    ledger.append(EventType.ACQUIRE, who, Occasion("bukti"), items=refs)


def by_hand(ledger: Ledger, content: bytes) -> str:
    """A file under trust/ that somebody puts there past the ledger: what it says does not matter to it."""
    path = names.trust_path(hashlib.sha256(content).hexdigest(), "crl")
    (ledger.store.folder / path).write_bytes(content)
    return path


def sealed(ledger: Ledger, event: int) -> set[str]:
    data = ledger.store.read(names.seal_path(event))
    return {line.path for line in parse_seal(event, data).lines}


def asked_of_the_system(work: Callable[[], object]) -> Counter[str]:
    """How often Python's own functions that ask the operating system for something were called, by name."""
    counted: Counter[str] = Counter()

    def watch(_: object, what: str, called: Any) -> None:
        if what == "c_call" and getattr(called, "__module__", "") in ("posix", "_io", "nt"):
            counted[called.__name__] += 1

    sys.setprofile(watch)
    try:
        work()
    finally:
        sys.setprofile(None)
    return counted


def test_an_event_costs_as_many_calls_of_the_system_in_a_large_case_as_in_a_small_one(
    tmp_path: Path, who: Custodian
) -> None:
    counts = []
    for size in (2, 60):
        ledger = opened(tmp_path / f"kasus-{size}", who)
        acquire(ledger, who, count=size)
        for _ in range(size // 4):
            note(ledger, who)
        again = Ledger.load(ledger.store)
        note(again, who)  # the first after opening lists the folders once more, and marks them
        counts.append(asked_of_the_system(lambda again=again: note(again, who)))  # type: ignore[misc]
        calls = asked_of_the_system(again.next_item)
        assert calls["scandir"] + calls["listdir"] == 0
        assert sum(calls.values()) <= 4
    small, large = counts
    assert small == large
    assert small["scandir"] + small["listdir"] == 0, "no folder is listed for an event"
    assert small["link"] >= 3, "the event, its seal and the signature were counted"


def test_what_comes_by_hand_is_bound_by_the_next_event_even_within_one_tick_of_the_clock(
    ledger: Ledger, who: Custodian
) -> None:
    for number in range(12):
        note(ledger, who)
        path = by_hand(ledger, b"%d" % number)
        note(ledger, who)
        assert path in sealed(ledger, len(ledger.events)), number


def test_what_another_process_adds_is_read_and_bound(ledger: Ledger, who: Custodian) -> None:
    other = Ledger.load(ledger.store)
    acquire(other, who)
    note(ledger, who)
    assert [event.event for event in ledger.events] == [1, 2, 3]
    assert ledger.item_events() == {1: 2}
    assert "custody/000002.sha256.penyidik-a.p7s" in sealed(ledger, 3)
    acquire(other, who)
    assert other.item_events() == {1: 2, 2: 4}


def test_a_folder_that_says_that_nothing_came_is_believed_until_the_case_is_opened_or_exported(
    ledger: Ledger, who: Custodian
) -> None:
    """Whoever sets a folder's time back hides a file from the next event, and no longer than that."""
    note(ledger, who)
    note(ledger, who)
    trust = ledger.store.folder / "trust"
    before = trust.stat()
    path = by_hand(ledger, b"tersembunyi")
    os.utime(trust, ns=(before.st_atime_ns, before.st_mtime_ns))
    note(ledger, who)
    assert path not in sealed(ledger, 4)
    again = Ledger.load(ledger.store)
    assert again.needs_seal()
    assert ledger.needs_seal()
    note(again, who)
    assert path in sealed(again, 5)


def test_nothing_in_the_working_folder_changes_what_is_sealed(ledger: Ledger, who: Custodian) -> None:
    """There is no index: what lies in the working folder is never read for it."""
    for name in ("index.sqlite", "index.json", "sealed"):
        (ledger.store.folder / WORKING / name).write_bytes(b'{"sealed": ["custody/000001.sha256"]}')
    again = Ledger.load(ledger.store)
    note(again, who)
    assert sealed(again, 2) == {
        "custody/000001.sha256",
        "custody/000001.sha256.penyidik-a.p7s",
        "custody/000002.json",
    }


STRANGE = (
    "custody/.DS_Store",
    "custody/catatan.txt",
    "custody/000009.json",
    "custody/000001.sha256.orang-lain.p7s",
    "custody/000007.sha256.penyidik-a.p7s",
    "trust/akar.pem",
)


@pytest.mark.parametrize("path", STRANGE)
def test_what_is_no_file_of_the_case_is_refused_before_anything_is_written(
    path: str, ledger: Ledger, who: Custodian
) -> None:
    """Sealed, it would be bound for good, and every bundle of the case would fail."""
    stray = ledger.store.folder / path
    stray.write_bytes(b"x")
    before = ledger.paths()
    with pytest.raises(CustodyError, match=rf"no file of a case|and {re.escape(path)} is there"):
        note(ledger, who)
    assert ledger.paths() == before
    stray.unlink()
    note(ledger, who)
    assert len(ledger.events) == 2


def test_a_record_that_an_interruption_left_waits_for_the_event_of_its_item(
    ledger: Ledger, lab: Lab, who: Custodian
) -> None:
    """A seal may list the records of its own event's items alone: one more would fail for good."""
    ref = ledger.record_item(place(ledger), (lab.tsa_url,))
    note(ledger, who)
    assert not {path for path in sealed(ledger, 2) if path.startswith("custody/items/")}
    ledger.append(EventType.ACQUIRE, who, Occasion("bukti"), items=[ref])
    assert {"custody/items/000001.sha256", "custody/items/000001.sha256.tsr"} <= sealed(ledger, 3)
    details = {"index": hashlib.sha256(INDEX).hexdigest(), "withheld": []}
    ledger.append(EventType.EXPORT, who, Occasion("ekspor"), details=details)
    export.write_derived(ledger, INDEX)
    told = verify(ledger.store.folder, Trust.from_pem(str(lab.roots), str(lab.tsa_roots)))
    assert {fault.code for fault in told.faults} == {"TIMESTAMP_PENDING"}, "of the signatures"
