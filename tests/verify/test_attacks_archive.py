"""Attacks on the container: a ZIP with more, less or other than it shows; a folder with links and devices."""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from bundles import CASE, Files, Said, handed, judge_in_python, judge_in_shell, plain, write

from evidentia.verify import Trust, verify
from evidentia.verify.codes import Code, NoteCode
from lab.pki import Lab

EPOCH = (1980, 1, 1, 0, 0, 0)


@pytest.fixture(scope="module")
def files(lab: Lab) -> Files:
    return plain(lab).build()


def packed(
    files: Files,
    top: str = f"{CASE}/",
    method: int = zipfile.ZIP_STORED,
    more: Callable[[zipfile.ZipFile], None] | None = None,
) -> bytes:
    """A ZIP as the writer packs it, or with something more in it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for path in sorted(files):
            archive.writestr(entry(top + path), files[path], method)
        if more is not None:
            more(archive)
    return target.getvalue()


def entry(name: str, mode: int = 0o100644) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, EPOCH)
    info.external_attr = mode << 16
    info.create_system = 3
    return info


def said(data: bytes, lab: Lab, tmp_path: Path) -> Said:
    (tmp_path / "b.zip").write_bytes(data)
    return judge_in_python(tmp_path / "b.zip", lab)


def notes(data: bytes, lab: Lab, tmp_path: Path) -> set[str]:
    (tmp_path / "n.zip").write_bytes(data)
    verdict = verify(tmp_path / "n.zip", Trust.from_pem(str(lab.roots), str(lab.tsa_roots)))
    assert verdict.status == "PASSED"
    return {note.code for note in verdict.notes}


def test_the_writers_zip_passes_and_a_repacked_one_is_noted(files: Files, lab: Lab, tmp_path: Path) -> None:
    assert NoteCode.ARCHIVE_REPACKED not in notes(packed(files), lab, tmp_path)
    assert NoteCode.ARCHIVE_REPACKED in notes(packed(files, "", zipfile.ZIP_DEFLATED), lab, tmp_path)
    folders: Callable[[zipfile.ZipFile], None] = lambda z: z.writestr(entry(f"{CASE}/data/", 0o40755), b"")  # noqa: E731
    assert NoteCode.ARCHIVE_REPACKED in notes(packed(files, more=folders), lab, tmp_path)


NAMES = {
    "climbing": "../x",
    "climbing inside": f"{CASE}/data/000001/../../x",
    "absolute": "/etc/x",
    "a drive": "C:/x",
    "a UNC path": "\\\\host\\x",
    "a backslash": f"{CASE}\\x",
    "a tilde": "~/x",
    "an empty part": f"{CASE}//x",
    "a NUL": f"{CASE}/data/000001/x\0.txt",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_a_name_that_leads_elsewhere(name: str, files: Files, lab: Lab, tmp_path: Path) -> None:
    data = packed(files, more=lambda z: z.writestr(_raw(name), b"x"))
    assert Code.ARCHIVE_ENTRY_REFUSED in said(data, lab, tmp_path).codes
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.zip"], "nothing was unpacked"


def _raw(name: str) -> zipfile.ZipInfo:
    info = entry("x")
    info.filename = name  # past the tidying that ZipInfo does to names
    return info


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_one_name_twice(files: Files, lab: Lab, tmp_path: Path) -> None:
    data = packed(files, more=lambda z: z.writestr(entry(f"{CASE}/data/000001/post.txt"), b"other"))
    assert said(data, lab, tmp_path).codes == {Code.ARCHIVE_ENTRY_REFUSED}


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK])
def test_a_link_or_a_device(kind: int, files: Files, lab: Lab, tmp_path: Path) -> None:
    data = packed(
        files, more=lambda z: z.writestr(entry(f"{CASE}/data/000001/x", kind | 0o777), b"/etc/passwd")
    )
    assert Code.ARCHIVE_ENTRY_REFUSED in said(data, lab, tmp_path).codes


def test_names_that_are_one_elsewhere(files: Files, lab: Lab, tmp_path: Path) -> None:
    data = packed(files, more=lambda z: z.writestr(entry(f"{CASE}/data/000001/POST.txt"), b"x"))
    assert Code.NAMES_COLLIDE in said(data, lab, tmp_path).codes
    composed = packed(files | {"\u00e9": b"", "e\u0301": b""})
    assert Code.NAMES_COLLIDE in said(composed, lab, tmp_path).codes


def test_bytes_that_belong_to_no_entry(files: Files, lab: Lab, tmp_path: Path) -> None:
    good = packed(files)
    commented = io.BytesIO(good)
    with zipfile.ZipFile(commented, "a") as archive:
        archive.comment = b"hello"
    start = struct.unpack("<I", good[-6:-2])[0]
    between = good[:start] + b"hidden" + good[start:-6] + struct.pack("<I", start + 6) + good[-2:]
    for data in (b"MZ" + good, good + b"\0", commented.getvalue(), between):
        assert said(data, lab, tmp_path).codes == {Code.ARCHIVE_ENTRY_REFUSED}


def test_headers_that_disagree(files: Files, lab: Lab, tmp_path: Path) -> None:
    good = packed(files)
    name = f"{CASE}/data/000001/post.txt".encode()
    at = good.index(name)  # the local header's copy of the name comes first
    other = good[:at] + name.replace(b"post", b"past") + good[at + len(name) :]
    assert Code.ARCHIVE_ENTRY_REFUSED in said(other, lab, tmp_path).codes
    crc = good[: at - 16] + b"\0\0\0\0" + good[at - 12 :]
    assert Code.ARCHIVE_ENTRY_REFUSED in said(crc, lab, tmp_path).codes


def test_an_encrypted_entry(files: Files, lab: Lab, tmp_path: Path) -> None:
    good = bytearray(packed(files))
    name = f"{CASE}/data/000001/post.txt".encode()
    good[good.index(name) - 24] |= 1  # flag bits of the local header
    good[good.rindex(name) - 38] |= 1  # and of the central directory
    assert Code.ARCHIVE_ENTRY_REFUSED in said(bytes(good), lab, tmp_path).codes


def test_a_bomb_is_refused_before_it_is_unpacked(files: Files, lab: Lab, tmp_path: Path) -> None:
    zeros = b"\0" * (64 * 1024 * 1024)
    data = packed(
        files, more=lambda z: z.writestr(entry(f"{CASE}/data/000001/zeros"), zeros, zipfile.ZIP_DEFLATED)
    )
    assert len(data) < 200_000
    assert Code.ARCHIVE_ENTRY_REFUSED in said(data, lab, tmp_path).codes


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x05\x06" + b"\0" * 18, b"not a zip", b"PK\x03\x04" * 100],
    ids=["empty", "no entries", "text", "headers alone"],
)
def test_what_is_no_bundle(data: bytes, lab: Lab, tmp_path: Path) -> None:
    assert said(data, lab, tmp_path).status == "FAILED"


def test_every_truncation_fails_in_words(files: Files, lab: Lab, tmp_path: Path) -> None:
    good = packed(files)
    for length in range(0, len(good), 997):
        assert said(good[:length], lab, tmp_path).status == "FAILED"


def test_a_working_folder_belongs_to_live_cases_only(files: Files, lab: Lab, tmp_path: Path) -> None:
    data = packed(files | {".evidentia/lock": b""})
    assert said(data, lab, tmp_path).codes == {Code.UNKNOWN_FILE}
    folder = write(files | {".evidentia/lock": b""}, tmp_path / "live")
    assert judge_in_python(folder, lab).status == judge_in_shell(folder, lab).status == "PASSED"


# Folders.


def _link(folder: Path) -> None:
    (folder / "data" / "000001" / "link").symlink_to("/etc/passwd")


def _link_in_place(folder: Path) -> None:
    (folder / "index.html").rename(folder.parent / "index.html")
    (folder / "index.html").symlink_to(folder.parent / "index.html")


def _linked_folder(folder: Path) -> None:
    (folder / "trust").rename(folder.parent / "trust")
    (folder / "trust").symlink_to(folder.parent / "trust")


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "data" / "000001" / "pipe")


def _working_link(folder: Path) -> None:
    (folder / ".evidentia").symlink_to("/tmp")


@pytest.mark.parametrize("change", [_link, _link_in_place, _linked_folder, _pipe, _working_link])
def test_links_and_pipes_are_refused_and_never_opened(
    change: Callable[[Path], None], files: Files, lab: Lab, tmp_path: Path
) -> None:
    folder = write(files, tmp_path / "b")
    change(folder)
    for told in (judge_in_python(folder, lab), judge_in_shell(folder, lab)):
        assert told.status == "FAILED"
        assert Code.LINK_OR_DEVICE in told.codes, told.text


HOSTILE = [
    "-rf",
    "$(touch pwned)",
    "`touch pwned`",
    "a\nPASSED",
    "*",
    "\x1b[2J",
    "; touch pwned",
    "a b",
    "%s%n",
    "|x",
    "-",
    "--help",
]


@pytest.mark.parametrize("where", ["", "data/000001/", "custody/", "trust/"])
def test_hostile_names_do_nothing_and_show_nothing(
    where: str, files: Files, lab: Lab, tmp_path: Path
) -> None:
    """A dash may begin a name of evidence; everything else of these is refused. Only a shell could be hurt."""
    folder = write(files | {where + name: b"x" for name in HOSTILE}, tmp_path / "b")
    told = judge_in_shell(folder, lab)
    assert told.codes & {Code.NAME_REFUSED, Code.UNKNOWN_FILE}, told.text
    assert told.text.isascii()
    assert all(line.isprintable() for line in told.text.splitlines())
    assert told.text.splitlines()[-1] == told.status == "FAILED"
    assert not list(tmp_path.rglob("pwned"))
    assert not Path("pwned").exists()


def test_a_bundle_of_two_custodians_passes_from_a_folder_whose_name_is_hostile(
    lab: Lab, tmp_path: Path
) -> None:
    folder = write(handed(lab).build(), tmp_path / "-n $(x) 'y'")
    assert judge_in_shell(folder, lab).status == judge_in_python(folder, lab).status == "PASSED"
