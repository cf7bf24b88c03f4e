"""The store: evidence is written once, by one process at a time, and whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from evidentia.custody.store import Store
from evidentia.record.errors import CustodyError, EvidentiaError, UsageError


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "kasus")


def test_evidence_is_never_overwritten(store: Store) -> None:
    store.create_file("custody/000001.json", b"first")
    with pytest.raises(CustodyError, match="never overwritten"):
        store.create_file("custody/000001.json", b"second")
    assert store.read("custody/000001.json") == b"first"


def test_of_many_writers_of_one_name_exactly_one_wins(store: Store) -> None:
    wrote: list[int] = []
    refused: list[int] = []
    start = threading.Barrier(8)

    def write(n: int) -> None:
        start.wait()
        try:
            store.create_file("custody/000001.json", str(n).encode())
            wrote.append(n)
        except CustodyError:
            refused.append(n)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(wrote), len(refused)) == (1, 7)
    assert store.read("custody/000001.json") == str(wrote[0]).encode()


def test_a_case_is_not_created_over_something(store: Store) -> None:
    with pytest.raises(UsageError, match="exists already"):
        Store.create(store.folder)


def test_a_folder_takes_its_name_only_when_all_is_in_it(tmp_path: Path) -> None:
    with Store.opening(tmp_path / "kasus") as made:
        made.create_file("custody/000001.json", b"{}")
        assert not (tmp_path / "kasus").exists()
    assert made.folder == tmp_path / "kasus"
    assert made.read("custody/000001.json") == b"{}"
    assert [path.name for path in tmp_path.iterdir()] == ["kasus"]


def test_a_folder_that_could_not_be_filled_is_not_there(tmp_path: Path) -> None:
    def open_and_fail() -> None:
        with Store.opening(tmp_path / "kasus") as made:
            made.create_file("custody/000001.json", b"{}")
            made.create_file("custody/000001.json", b"{}")

    with pytest.raises(CustodyError):
        open_and_fail()
    assert list(tmp_path.iterdir()) == []


def test_of_two_who_open_one_folder_the_second_is_refused(tmp_path: Path) -> None:
    def open_both() -> None:
        with Store.opening(tmp_path / "kasus") as late:
            with Store.opening(tmp_path / "kasus") as first:
                first.create_file("custody/000001.json", b"first")
            late.create_file("custody/000001.json", b"late")

    with pytest.raises(UsageError, match="exists already"):
        open_both()
    assert [path.name for path in tmp_path.iterdir()] == ["kasus"]
    assert Store(tmp_path / "kasus").read("custody/000001.json") == b"first"


def test_what_a_dead_process_was_writing_aside_is_removed(store: Store) -> None:
    left = store.folder / ".evidentia" / "writing-abc"
    left.write_bytes(b"half")
    with store.locked():
        assert not left.exists()


def test_a_file_that_is_missing_is_damage_in_words(store: Store) -> None:
    with pytest.raises(CustodyError, match=r"damaged: custody/000001\.json") as told:
        store.read("custody/000001.json")
    assert "verify" in told.value.next_step


def test_an_item_takes_a_number_that_is_free_and_no_other(store: Store) -> None:
    for content in (b"one", b"two"):
        staged = store.stage()
        (staged / "file").write_bytes(content)
        if content == b"one":
            store.admit(staged, 1)
        else:
            with pytest.raises(CustodyError, match="never overwritten"):
                store.admit(staged, 1)
            assert (staged / "file").read_bytes() == b"two", "what was gathered is kept"
    assert store.read("data/000001/file") == b"one"


def test_derived_files_are_replaced(store: Store) -> None:
    store.replace_file("bagit.txt", b"old")
    store.replace_file("bagit.txt", b"new")
    assert store.read("bagit.txt") == b"new"
    assert [path.name for path in (store.folder / ".evidentia").iterdir() if path.is_file()] == []


def test_links_are_not_taken_for_evidence(store: Store) -> None:
    (store.folder / "data" / "000001").mkdir(parents=True)
    (store.folder / "data" / "000001" / "link").symlink_to("/etc/hostname")
    assert store.paths("data") == []


_HOLD = """
import sys
from pathlib import Path
from evidentia.custody.store import Store
with Store(Path(sys.argv[1])).locked():
    print("held", flush=True)
    sys.stdin.read()
"""


def _holder(store: Store) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(store.folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def test_a_second_process_is_kept_out_until_the_first_has_ended(store: Store) -> None:
    with _holder(store) as process:
        with pytest.raises(CustodyError, match="another process"), store.locked():
            pytest.fail("both hold the case")
        process.communicate(b"")
    with store.locked():
        pass


def test_who_is_patient_gets_the_case_when_the_first_has_ended(store: Store) -> None:
    with _holder(store) as process:
        assert process.stdin is not None
        threading.Timer(0.1, process.stdin.close).start()
        with store.locked(patience=60):
            assert process.wait() == 0


def test_a_killed_process_leaves_no_lock_behind(store: Store) -> None:
    with _holder(store) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
    with store.locked():
        pass


def test_a_disk_that_refuses_is_told_in_words(store: Store) -> None:
    """A name that is too long for the file system: a disk error that root meets as well."""
    with pytest.raises(EvidentiaError) as told:
        store.create_file("custody/" + "a" * 300, b"x")
    assert told.value.safe == "Everything sealed before is untouched."
    assert told.value.next_step


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_write_permission_is_told_in_words(store: Store) -> None:
    (store.folder / "custody").mkdir(mode=0o500)
    with pytest.raises(EvidentiaError, match="denied"):
        store.create_file("custody/000001.json", b"x")
