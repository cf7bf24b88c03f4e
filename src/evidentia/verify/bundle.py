"""The bundle as the verifier sees it: names and bytes, from a folder or from a ZIP, without unpacking to disk."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterator
from io import BufferedReader, FileIO
from pathlib import Path
from typing import IO, Protocol

from evidentia.formats.bag import DERIVED
from evidentia.formats.names import custody_file, is_evidence_path, is_trust_path
from evidentia.record.verdict import Fault, Note

from .codes import Code, NoteCode, fault, note
from .open_file import open_regular
from .zip_directory import (
    EPOCH,
    STORED,
    DamagedZip,
    Directory,
    Entry,
    TooManyEntries,
    has_no_extras_but_zip64,
    open_entry,
    read_directory,
)

MOST_ENTRIES = 2_000_000  # a case of 10,000 items with 100 files each, doubled
LARGEST_RATIO = 200  # deflate's own limit is 1032; text and HTML compress 5-20 fold, a bomb far more
LARGEST_ENTRY = 1 << 40  # 1 TiB: a phone's whole storage as one file
_BUFFER = 64 * 1024  # bytes; who reads in larger pieces reads past it
WORKING_FOLDER = ".evidentia"
PREPARED = "prepared"  # in the working folder, where an event waits for signatures that are made elsewhere


class Bundle(Protocol):
    """Names and bytes of a bundle. ``sizes`` maps every acceptable path to its size in bytes."""

    sizes: dict[str, int]
    faults: list[Fault]
    notes: list[Note]

    def open(self, path: str) -> BufferedReader:
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


class _Names:
    """The names so far, as the file systems that know least hold them: those after NFC and case folding are one.

    A folder's name, too, is one of them: two folders become one, and a file that is a folder besides is lost.
    """

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._folded: dict[str, str] = {}
        self._folders: set[str] = set()

    def add_file(self, path: str) -> None:
        """A file, with the folders on its way."""
        self._add(path, path)
        self._add_folders(path.rpartition("/")[0])

    def add_folder(self, path: str) -> None:
        """A folder as an entry of its own; nothing is in it, so its name alone could say something."""
        if path and not is_evidence_path(path):  # the top folder itself has none
            code = Code.NAME_REFUSED if path.startswith("data/") else Code.UNKNOWN_FILE
            self._bundle.faults.append(fault(code, path, "plain ASCII names", path))
        self._add_folders(path)

    def _add_folders(self, path: str) -> None:
        while path and path not in self._folders:
            self._folders.add(path)
            self._add(path, path + "/")
            path = path.rpartition("/")[0]

    def _add(self, path: str, shown: str) -> None:
        known = self._folded.setdefault(_folded(path), shown)
        if known != shown:
            self._bundle.faults.append(fault(Code.NAMES_COLLIDE, path, "names that differ everywhere", known))


def _folded(path: str) -> str:
    return path.lower() if path.isascii() else unicodedata.normalize("NFC", path).casefold()


class FolderBundle:
    """A bundle in a folder. Links are not followed; a live case's working folder is passed over with a note."""

    def __init__(self, where: Path) -> None:
        self._where = where
        self.sizes: dict[str, int] = {}
        self.faults: list[Fault] = []
        self.notes: list[Note] = []
        names_so_far = _Names(self)
        try:
            for path, entry in self._walk(names_so_far):
                names_so_far.add_file(path)
                _accept(path, entry.stat(follow_symlinks=False).st_size, self)
        except OSError as error:
            self.faults.append(fault(Code.ARCHIVE_UNREADABLE, str(where), "a readable folder", str(error)))

    def _walk(self, names_so_far: _Names) -> Iterator[tuple[str, os.DirEntry[str]]]:
        """Every file, by name; without recursion, because a stranger chose how deep it goes."""
        waiting = [("", _sorted_entries(self._where))]
        while waiting:
            prefix, entries = waiting[-1]
            entry = next(entries, None)
            if entry is None:
                waiting.pop()
                continue
            path = prefix + entry.name
            mode = entry.stat(follow_symlinks=False).st_mode
            if path == WORKING_FOLDER and stat.S_ISDIR(mode):
                self.notes.append(note(NoteCode.LIVE_CASE, path))
                if os.path.lexists(os.path.join(entry.path, PREPARED)):
                    found = "one that waits for a signature"
                    self.faults.append(fault(Code.EVENT_PREPARED, f"{path}/{PREPARED}", "no event", found))
            elif stat.S_ISDIR(mode):
                names_so_far.add_folder(path)
                waiting.append((path + "/", _sorted_entries(Path(entry.path))))
            elif stat.S_ISREG(mode):
                yield path, entry
            else:
                found = stat.filemode(mode)
                self.faults.append(fault(Code.LINK_OR_DEVICE, path, "a file or a folder", found))

    def open(self, path: str) -> BufferedReader:
        """The bytes of one file, as a stream.

        Raises:
            OSError: it cannot be read; or it is a link, a pipe or a device by now, put there after it was looked at.
        """
        descriptor = open_regular(f"{self._where}/{path}", follow_links=False)
        return BufferedReader(FileIO(descriptor), _BUFFER)

    def close(self) -> None:
        """Nothing is held."""


def _sorted_entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return iter(sorted(entries, key=lambda entry: entry.name))


class ZipBundle:
    """A bundle in a ZIP. The archive's own structure is checked entry by entry before any content is believed."""

    def __init__(self, where: Path) -> None:
        self.sizes: dict[str, int] = {}
        self.faults: list[Fault] = []
        self.notes: list[Note] = []
        self._entries: dict[str, Entry] = {}
        self._raw: IO[bytes] | None = None
        try:
            self._raw = where.open("rb")
            self._take(read_directory(self._raw, MOST_ENTRIES))
        except TooManyEntries as error:
            self._refuse_all(error.problems)
            self.faults.append(fault(Code.ARCHIVE_LIMIT, "", f"at most {MOST_ENTRIES} entries", str(error)))
        except OSError as error:
            self._refuse_all(error.problems if isinstance(error, DamagedZip) else ())
            self.faults.append(fault(Code.ARCHIVE_UNREADABLE, where.name, "a ZIP or a folder", str(error)))

    def open(self, path: str) -> BufferedReader:
        """The bytes of one entry, as a stream, which ends with an error at a wrong checksum or size."""
        assert self._raw is not None
        return open_entry(self._raw, self._entries[path])

    def close(self) -> None:
        """Let go of the file."""
        if self._raw is not None:
            self._raw.close()

    def _take(self, directory: Directory) -> None:
        self._refuse_all(directory.problems)
        top = _top_folder([entry.name for entry in directory.entries])
        names_so_far = _Names(self)
        for entry in directory.entries:
            for problem in _entry_problems(entry)[:1]:
                self._refuse(entry.name, problem)
                break
            else:
                self._take_entry(entry, entry.name.removeprefix(top), names_so_far)
        if not _is_canonical(directory.entries):
            self.notes.append(note(NoteCode.ARCHIVE_REPACKED, ""))

    def _take_entry(self, entry: Entry, path: str, names_so_far: _Names) -> None:
        if path in self._entries:
            self._refuse(path, "two entries of one name")
        elif entry.is_folder:
            names_so_far.add_folder(path.rstrip("/"))
        else:
            names_so_far.add_file(path)
            self._entries[path] = entry
            _accept(path, entry.size, self)

    def _refuse_all(self, problems: tuple[tuple[str, str], ...]) -> None:
        for name, problem in problems:
            self._refuse(name, problem)

    def _refuse(self, path: str, found: str) -> None:
        expected = "a well-formed ZIP without hidden bytes"
        self.faults.append(fault(Code.ARCHIVE_ENTRY_REFUSED, path, expected, found))


def _top_folder(names: list[str]) -> str:
    """``case/`` where every entry is inside one folder; empty for a flat ZIP."""
    first = names[0].split("/", 1)[0] + "/" if names else ""
    return first if first != "data/" and all(name.startswith(first) for name in names) else ""


def _entry_problems(entry: Entry) -> tuple[str, ...]:
    """Why an entry is left out: what is wrong with it as a ZIP's, or as a bundle's."""
    name, kind = entry.name, stat.S_IFMT(entry.mode)
    checks = {
        "a name with a NUL, a backslash or a colon": any(c in name for c in "\0\\:"),
        "a name with control or formatting characters": not name.isprintable(),
        "an absolute name, or one with an empty, '.' or '..' part": any(
            part in ("", ".", "..") for part in name.removesuffix("/").split("/")
        ),
        "a name that begins with a tilde": name.startswith("~"),
        "a link or a device": kind not in (0, stat.S_IFREG, stat.S_IFDIR),
        "a folder with content": entry.is_folder and entry.size > 0,
        f"larger than {LARGEST_ENTRY} bytes": entry.size > LARGEST_ENTRY,
        f"packed more than {LARGEST_RATIO}-fold": entry.size > LARGEST_RATIO * max(entry.packed, 4096),
    }
    return (*entry.problems, *(text for text, found in checks.items() if found))


def _is_canonical(entries: tuple[Entry, ...]) -> bool:
    names = [entry.name for entry in entries]
    plain = all(
        (entry.method, entry.moment, entry.flags, entry.mode) == (STORED, EPOCH, 0, stat.S_IFREG | 0o644)
        and not entry.is_folder
        and has_no_extras_but_zip64(entry)
        for entry in entries
    )
    return plain and names == sorted(names)
