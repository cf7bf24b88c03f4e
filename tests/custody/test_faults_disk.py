"""Disks as they are: full, read-only, without hard links; two processes at once; a clock that went back."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import evidentia as ev
from evidentia.case import Case
from evidentia.custody import ledger as ledger_module
from evidentia.custody.identity import Custodian
from evidentia.custody.intake import Intake, Intent
from evidentia.record.errors import CustodyError, EvidentiaError
from evidentia.record.item import ItemKind, Role
from evidentia.record.moment import now
from evidentia.record.verdict import Status
from lab.pki import Lab

LETTER = b"Kepada Pejabat 07: pilih Paslon A!\n" * 40


@pytest.fixture
def custodian(lab: Lab) -> Custodian:
    who = lab.people["penyidik-a"]
    return Custodian.from_pkcs12(who.p12, who.passphrase, tsa=lab.tsa_url, who="penyidik-a")


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "surat.txt"
    path.write_bytes(LETTER)
    return path


def verdict(bundle: Path, lab: Lab) -> ev.Verdict:
    return ev.verify(bundle, ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots)))


def evidence(folder: Path) -> dict[Path, bytes]:
    tops = ("data", "custody", "trust")
    return {path: path.read_bytes() for top in tops for path in (folder / top).rglob("*") if path.is_file()}


def mounted(absent: Callable[[str], None], *arguments: str | Path) -> None:
    """Mount something, or skip: only root may, and not in every container."""
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True)
    if done.returncode:
        absent(f"nothing can be mounted here: {done.stderr.strip()}")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 512 KiB."""
    if os.geteuid() != 0:
        pytest.skip("only root can make a small disk; the errors of a full one are injected elsewhere")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted(pytest.skip, "-t", "tmpfs", "-o", "size=512k", "tmpfs", folder)
    yield folder
    subprocess.run(["umount", folder], check=True)


def fill(disk: Path, free: int) -> Path:
    """Leave so many bytes of a disk."""
    filler = disk / "filler"
    found = os.statvfs(disk)
    with filler.open("wb") as stream:
        stream.write(bytes(max(0, found.f_bavail * found.f_frsize - free)))
    return filler


@pytest.mark.parametrize("pages", [0, 1, 2, 4, 6, 8])  # adding takes nine
def test_a_full_disk_is_told_of_and_what_came_is_finished_when_there_is_room(
    small_disk: Path, letter: Path, custodian: Custodian, lab: Lab, pages: int
) -> None:
    case = Case.create(small_disk / "kasus-07", title="Uji", custodian=custodian)
    case.add(letter, access=ev.Access.FORWARDED)
    sealed = evidence(case.folder)
    filler = fill(small_disk, pages * os.sysconf("SC_PAGE_SIZE"))
    with pytest.raises(EvidentiaError) as told:
        case.add(letter, access=ev.Access.FORWARDED)
    assert "No space left" in told.value.happened
    assert "Free space" in told.value.next_step or "Make room" in told.value.next_step
    del told

    assert Case.open(case.folder).events[:2] == case.events[:2]
    filler.unlink()
    again = Case.open(case.folder, custodian)
    again.finish()
    again.timestamp()
    assert again.unfinished.is_empty
    assert sealed.items() <= evidence(case.folder).items()
    again.export()
    assert verdict(case.folder, lab).status is Status.PASSED


def test_a_read_only_disk_can_be_read_and_verified_and_refuses_in_words(
    tmp_path: Path, letter: Path, custodian: Custodian, lab: Lab
) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can mount a folder read-only")
    case = Case.create(tmp_path / "kasus-07", title="Uji", custodian=custodian)
    case.add(letter, access=ev.Access.FORWARDED)
    case.export()
    there = tmp_path / "cd" / "kasus-07"
    there.mkdir(parents=True)
    mounted(pytest.skip, "--bind", case.folder, there)
    mounted(pytest.skip, "-o", "remount,ro,bind", there)
    try:
        opened = Case.open(there, custodian)
        assert (len(opened.items()), opened.unfinished.is_empty) == (1, True)
        assert verdict(there, lab).status is Status.PASSED
        for step in (
            lambda: opened.note("Catatan."),
            lambda: opened.add(letter, access=ev.Access.FORWARDED),
            opened.timestamp,
            opened.finish,
            opened.export,
        ):
            with pytest.raises(EvidentiaError, match="Read-only") as told:
                step()
            assert "writable" in told.value.next_step
    finally:
        subprocess.run(["umount", there], check=True)


def test_without_hard_links_a_file_still_comes_whole_and_is_never_replaced(
    tmp_path: Path, letter: Path, custodian: Custodian, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A mock of the one call that FAT and exFAT refuse; such a disk cannot be made on every machine.
    def refuses(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuses)
    case = Case.create(tmp_path / "kasus-07", title="Uji", custodian=custodian)
    case.add(letter, access=ev.Access.FORWARDED)
    case.export(tmp_path / "a.zip")
    assert verdict(tmp_path / "a.zip", lab).status is Status.PASSED
    case.note("Catatan.")
    with pytest.raises(EvidentiaError, match="another bundle"):
        case.export(tmp_path / "a.zip")
    with pytest.raises(CustodyError, match="never overwritten"):
        case._store.create_file("custody/000001.json", b"{}")
    assert [path.name for path in tmp_path.glob(".*")] == [], "nothing is left beside the bundle"


_ADDING = """
import sys
from pathlib import Path
from evidentia.case import Case
from evidentia.custody.identity import Custodian
p12, passphrase, tsa, folder, letter = sys.argv[1:]
case = Case.open(folder, Custodian.from_pkcs12(Path(p12), passphrase, tsa=tsa, who="penyidik-a"))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(3):
    case.add(letter, access="forwarded")
"""


def test_two_processes_that_add_at_once_both_get_their_items_in(
    tmp_path: Path, letter: Path, custodian: Custodian, lab: Lab
) -> None:
    case = Case.create(tmp_path / "kasus-07", title="Uji", custodian=custodian)
    who = lab.people["penyidik-a"]
    command = [sys.executable, "-c", _ADDING, who.p12, who.passphrase, lab.tsa_url, case.folder, letter]
    adding = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    for process in adding:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in adding:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.wait() for process in adding] == [0, 0]
    for process in adding:
        process.communicate()
    opened = Case.open(case.folder, custodian)
    assert [item.item for item in opened.items()] == [1, 2, 3, 4, 5, 6]
    assert opened.unfinished.is_empty
    opened.export()
    assert verdict(case.folder, lab).status is Status.PASSED


_GATHERING = textwrap.dedent("""
    import sys
    from pathlib import Path
    from evidentia.custody.intake import Intake, Intent
    from evidentia.custody.store import Store
    from evidentia.record.item import Access, ItemKind, Role
    from evidentia.record.moment import now
    intent = Intent(kind=ItemKind.CAPTURE, title="halaman", source="halaman", access=Access.PUBLIC,
                    collector="penyidik-a", started_at=now())
    with Intake.begin(Store(Path(sys.argv[1])), intent) as intake:
        intake.lay("page.txt", Role.TEXT, b"Pilih Paslon A!")
        print("gathering", flush=True)
        sys.stdin.read()
""")


def test_what_another_process_is_gathering_is_not_finished_from_under_it(
    tmp_path: Path, custodian: Custodian
) -> None:
    case = Case.create(tmp_path / "kasus-07", title="Uji", custodian=custodian)
    command = [sys.executable, "-c", _GATHERING, str(case.folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as gathering:
        assert gathering.stdout is not None
        assert gathering.stdout.readline() == b"gathering\n"
        assert case.unfinished.is_empty
        assert case.finish() == ()
        with pytest.raises(CustodyError, match="not been brought in"):
            case.close(reason="selesai")
        gathering.kill()
    assert len(case.unfinished.gathered) == 1
    (item,) = case.finish()
    assert (case.folder / "data" / "000001" / "page.txt").read_bytes() == b"Pilih Paslon A!"
    assert any("interrupted" in problem for problem in item.problems)


def test_a_note_that_was_lost_does_not_lose_what_was_gathered(tmp_path: Path, custodian: Custodian) -> None:
    case = Case.create(tmp_path / "kasus-07", title="Uji", custodian=custodian)
    intent = Intent(
        kind=ItemKind.CAPTURE,
        title="halaman",
        source="halaman",
        access=ev.Access.PUBLIC,
        collector="penyidik-a",
        started_at=now(),
    )
    with Intake.begin(case._store, intent) as intake:
        intake.lay("page.txt", Role.TEXT, b"Pilih Paslon A!")
    intake.folder.with_name(intake.folder.name + ".intent.json").unlink()
    (item,) = case.finish()
    assert any("note of what was being done is lost" in problem for problem in item.problems)
    assert item.access is ev.Access.UNKNOWN


def test_a_clock_that_went_back_loses_nothing(
    tmp_path: Path, letter: Path, custodian: Custodian, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = Case.create(tmp_path / "kasus-07", title="Uji", custodian=custodian)
    with monkeypatch.context() as set_back:
        # A mock: the machine's own clock is not a test's to set.
        set_back.setattr(ledger_module, "now", lambda: datetime.now(UTC) - timedelta(hours=2))
        with pytest.raises(CustodyError, match="clock") as told:
            case.add(letter, access=ev.Access.FORWARDED)
        assert "finish" in told.value.next_step
    del told
    assert case.unfinished.unsealed == (1,)
    (item,) = case.finish()
    assert item.original_name == letter.name
    case.export()
    assert verdict(case.folder, lab).status is Status.PASSED
