"""The bundle as the verifier sees it: names and bytes, from a folder or from a ZIP, without unpacking to disk."""

from __future__ import annotations

import os
import stat
import struct
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol

from evidentia.formats.bag import DERIVED
from evidentia.formats.names import custody_file, is_evidence_path, is_trust_path
from evidentia.record.verdict import Fault, Note

from .codes import Code, NoteCode, fault

MOST_ENTRIES = 2_000_000  # a case of 10,000 items with 100 files each, doubled
LARGEST_RATIO = 200  # deflate's own limit is 1032; text and HTML compress 5-20 fold, a bomb far more
LARGEST_ENTRY = 1 << 40  # 1 TiB: a phone's whole storage as one file
WORKING_FOLDER = ".evidentia"


class Bundle(Protocol):
    """Names and bytes of a bundle. ``sizes`` maps every acceptable path to its size in bytes."""

    sizes: dict[str, int]
    faults: list[Fault]
    notes: list[Note]

    def open(self, path: str) -> IO[bytes]:
        """The bytes of one file, as a stream."""
        ...

    def close(self) -> None:
        """Let go of the bundle."""
        ...


def open_bundle(where: Path) -> Bundle:
    """Open a folder or a ZIP. What cannot be accepted is among ``faults``, never an exception."""
    return FolderBundle(where) if where.is_dir() else ZipBundle(where)


def _accept(path: str, size: int, bundle: Bundle) -> None:
    """Take a path in, or say why not. Only the format's own names are taken."""
    known = path in DERIVED or is_trust_path(path) or custody_file(path) is not None
    if known or (path.startswith("data/") and path.count("/") >= 2 and is_evidence_path(path)):
        bundle.sizes[path] = size
    elif path.startswith("data/"):
        bundle.faults.append(fault(Code.NAME_REFUSED, path, "data/NNNNNN/ and plain ASCII names", path))
    else:
        bundle.faults.append(fault(Code.UNKNOWN_FILE, path, "only the files of the format", path))


def _check_collision(path: str, folded: dict[str, str], bundle: Bundle) -> None:
    """Names must differ after case folding and NFC too: some file systems hold only one of the two."""
    key = unicodedata.normalize("NFC", path.rstrip("/")).casefold()
    if folded.setdefault(key, path) != path:
        bundle.faults.append(fault(Code.NAMES_COLLIDE, path, "names that differ everywhere", folded[key]))


class FolderBundle:
    """A bundle in a folder. Links are not followed; a live case's working folder is passed over with a note."""

    def __init__(self, where: Path) -> None:
        self._where = where
        self.sizes: dict[str, int] = {}
        self.faults: list[Fault] = []
        self.notes: list[Note] = []
        folded: dict[str, str] = {}
        try:
            for path, entry in self._walk(where, ""):
                _check_collision(path, folded, self)
                _accept(path, entry.stat(follow_symlinks=False).st_size, self)
        except OSError as error:
            self.faults.append(fault(Code.ARCHIVE_UNREADABLE, str(where), "a readable folder", str(error)))

    def _walk(self, folder: Path, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda e: e.name):
                path = prefix + entry.name
                mode = entry.stat(follow_symlinks=False).st_mode
                if path == WORKING_FOLDER and stat.S_ISDIR(mode):
                    note = Note(
                        code=NoteCode.LIVE_CASE, path=path, text="a case at work, not an exported bundle"
                    )
                    self.notes.append(note)
                elif stat.S_ISDIR(mode):
                    yield from self._walk(Path(entry.path), path + "/")
                elif stat.S_ISREG(mode):
                    yield path, entry
                else:
                    self.faults.append(
                        fault(Code.LINK_OR_DEVICE, path, "a file or a folder", stat.filemode(mode))
                    )

    def open(self, path: str) -> IO[bytes]:
        """The bytes of one file, as a stream."""
        return (self._where / path).open("rb")

    def close(self) -> None:
        """Nothing is held."""


class ZipBundle:
    """A bundle in a ZIP. The archive's own structure is checked entry by entry before any content is believed."""

    def __init__(self, where: Path) -> None:
        self.sizes: dict[str, int] = {}
        self.faults: list[Fault] = []
        self.notes: list[Note] = []
        self._entries: dict[str, zipfile.ZipInfo] = {}
        self._archive: zipfile.ZipFile | None = None
        try:
            self._archive = zipfile.ZipFile(where)
            with where.open("rb") as raw:
                self._read_entries(raw, self._archive, where.stat().st_size)
        except (OSError, zipfile.BadZipFile, struct.error, NotImplementedError, ValueError) as error:
            self.faults.append(fault(Code.ARCHIVE_UNREADABLE, where.name, "a ZIP or a folder", str(error)))

    def open(self, path: str) -> IO[bytes]:
        """The bytes of one entry, as a stream; decompression stops with an error at a wrong CRC or size."""
        assert self._archive is not None
        try:
            return self._archive.open(self._entries[path])
        except (ValueError, NotImplementedError, RuntimeError, struct.error) as error:
            # zipfile reads the local header again, and says in many ways that it cannot: a name that is not UTF-8, say
            raise zipfile.BadZipFile(f"the local header of {path} cannot be read: {error}") from error

    def close(self) -> None:
        """Let go of the file."""
        if self._archive is not None:
            self._archive.close()

    def _read_entries(self, raw: IO[bytes], archive: zipfile.ZipFile, size: int) -> None:
        infos = archive.infolist()
        if len(infos) > MOST_ENTRIES:
            self.faults.append(
                fault(Code.ARCHIVE_LIMIT, "", f"at most {MOST_ENTRIES} entries", str(len(infos)))
            )
            return
        self._check_gaps(raw, archive, size)
        top = _top_folder([info.filename for info in infos])
        folded: dict[str, str] = {}
        for info in infos:
            if problem := _entry_problem(info):
                self.faults.append(
                    fault(Code.ARCHIVE_ENTRY_REFUSED, info.filename, "an ordinary entry", problem)
                )
                continue
            path = info.filename.removeprefix(top)
            if path in self._entries:
                self.faults.append(fault(Code.ARCHIVE_ENTRY_REFUSED, path, "each name once", "two entries"))
                continue
            _check_collision(path, folded, self)
            if not info.is_dir():
                self._entries[path] = info
                _accept(path, info.file_size, self)
        if not _is_canonical(infos):
            note = Note(
                code=NoteCode.ARCHIVE_REPACKED,
                path="",
                text="a well-formed ZIP, but not as the writer packs it",
            )
            self.notes.append(note)

    def _check_gaps(self, raw: IO[bytes], archive: zipfile.ZipFile, size: int) -> None:
        """Local headers must agree with the central directory, and nothing may stand before, between or after."""
        at = 0
        for info in sorted(archive.infolist(), key=lambda i: i.header_offset):
            if info.header_offset != at:
                self._refuse(info.filename, f"{info.header_offset - at} bytes that belong to no entry")
            at = self._check_local_header(raw, info)
        if archive.start_dir != at:
            self._refuse("", f"{archive.start_dir - at} bytes before the central directory")
        if archive.comment:
            self._refuse("", "a comment after the archive")
        end = _end_of_archive(raw, archive.start_dir)
        if end != size:
            self._refuse("", f"{size - end} bytes after the archive")

    def _check_local_header(self, raw: IO[bytes], info: zipfile.ZipInfo) -> int:
        raw.seek(info.header_offset)
        header = raw.read(30)
        if len(header) < 30 or header[:4] != b"PK\x03\x04":
            self._refuse(info.filename, "no local header where the central directory says")
            return info.header_offset
        flags, method, _, _, crc, packed, unpacked, name_length, extra_length = struct.unpack(
            "<HHHHIIIHH", header[6:30]
        )
        name = raw.read(name_length).decode("utf-8" if flags & 0x800 else "cp437", "replace")
        streamed = bool(flags & 0x08)
        agree = name == info.orig_filename and method == info.compress_type and flags == info.flag_bits
        sizes = (crc, packed, unpacked) == (info.CRC, info.compress_size, info.file_size)
        zip64 = 0xFFFFFFFF in (packed, unpacked)
        if not agree or not (sizes or streamed or (zip64 and crc == info.CRC)):
            self._refuse(info.filename, "local header and central directory disagree")
        end: int = info.header_offset + 30 + name_length + extra_length + info.compress_size
        return end + (_descriptor_length(raw, end, info) if streamed else 0)

    def _refuse(self, path: str, found: str) -> None:
        self.faults.append(
            fault(Code.ARCHIVE_ENTRY_REFUSED, path, "a well-formed ZIP without hidden bytes", found)
        )


def _descriptor_length(raw: IO[bytes], at: int, info: zipfile.ZipInfo) -> int:
    """The length of the data descriptor after a streamed entry (APPNOTE 4.3.9), with or without its signature."""
    raw.seek(at)
    data = raw.read(24)
    for prefix in (b"PK\x07\x08", b""):
        for form in ("<III", "<IQQ"):
            expected = prefix + struct.pack(form, info.CRC, info.compress_size, info.file_size)
            if data.startswith(expected):
                return len(expected)
    return 0


def _end_of_archive(raw: IO[bytes], start: int) -> int:
    """Where the archive ends by its own structure: central directory, optional Zip64 records, end record."""
    raw.seek(start)
    at = start
    while True:
        signature = raw.read(4)
        if signature == b"PK\x01\x02":
            head = raw.read(42)
            at += 46 + sum(struct.unpack("<HHH", head[24:30]))
        elif signature == b"PK\x06\x06":
            at += 12 + int.from_bytes(raw.read(8), "little")
        elif signature == b"PK\x06\x07":
            at += 20
        elif signature == b"PK\x05\x06":
            head = raw.read(18)
            return at + 22 + int.from_bytes(head[16:18], "little")
        else:
            return at
        raw.seek(at)


def _top_folder(names: list[str]) -> str:
    """``case/`` where every entry is inside one folder; empty for a flat ZIP."""
    first = names[0].split("/", 1)[0] + "/" if names else ""
    return first if first != "data/" and all(name.startswith(first) for name in names) else ""


def _entry_problem(info: zipfile.ZipInfo) -> str:
    name = info.orig_filename
    mode = info.external_attr >> 16
    segments = name.removesuffix("/").split("/")
    problems = {
        "encrypted": bool(info.flag_bits & 0x1),
        "neither stored nor deflated": info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED),
        "a name with a NUL, a backslash or a colon": any(c in name for c in "\0\\:"),
        "an absolute name, or one with an empty, '.' or '..' part": any(
            s in ("", ".", "..") for s in segments
        ),
        "a name that begins with a tilde": name.startswith("~"),
        "a link or a device": bool(mode)
        and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_IFMT(mode) == 0),
        "a folder with content": name.endswith("/") and info.file_size > 0,
        f"larger than {LARGEST_ENTRY} bytes": info.file_size > LARGEST_ENTRY,
        f"packed more than {LARGEST_RATIO}-fold": info.file_size
        > LARGEST_RATIO * max(info.compress_size, 4096),
    }
    return next((text for text, found in problems.items() if found), "")


def _is_canonical(infos: list[zipfile.ZipInfo]) -> bool:
    names = [info.filename for info in infos]
    plain = all(
        info.compress_type == zipfile.ZIP_STORED
        and info.date_time == (1980, 1, 1, 0, 0, 0)
        and not info.is_dir()
        and not (info.flag_bits & 0x08)
        for info in infos
    )
    return plain and names == sorted(names)
