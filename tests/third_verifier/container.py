"""Container and names, from docs/format/container.md."""

from __future__ import annotations

import re
import struct
import unicodedata
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

MOST_ENTRIES = 2_000_000
LARGEST_ENTRY = 1 << 40
LARGEST_CUSTODY_FILE = 64 << 20
DERIVED = ("index.html", "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt")

_NUMBER = r"(?!000000)[0-9]{6}"
_WHO = r"[a-z0-9-]{1,32}"
_TRUST = re.compile(r"trust/[0-9a-f]{64}\.(?:cer|crl|ocsp)")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)
_SEGMENT = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}")
_CUSTODY = re.compile(
    rf"(?P<file>custody/(?:items/(?P<record>{_NUMBER})\.sha256|(?P<event>{_NUMBER})\.json"
    rf"|(?P<seal>{_NUMBER})\.sha256(?:\.(?P<who>{_WHO})\.(?P<form>p7s|pdf))?))"
    r"(?:(?:\.(?P<authority>[2-9]|[1-9][0-9]))?(?P<token>\.tsr))?"
)

Say = Callable[[str, str], None]


class Name(NamedTuple):
    """What a path says: its kind, its item's or event's number, who signed, what a token is over, whose it is."""

    kind: str
    number: int
    who: str = ""
    over: str = ""
    authority: int = 0


def name_of(path: str) -> Name | None:
    """Read a path by the grammar; None where no rule of it fits."""
    if path in DERIVED:
        return Name("derived", 0)
    if _TRUST.fullmatch(path):
        return Name("trust", 0)
    if path.startswith("data/"):
        _, number, *rest = path.split("/")
        fits = re.fullmatch(_NUMBER, number) and rest and all(map(is_segment, rest))
        return Name("evidence", int(number)) if fits else None
    found = _CUSTODY.fullmatch(path)
    if found is None:
        return None
    kind = "record" if found["record"] else "event" if found["event"] else found["form"] or "seal"
    number, who = int(found["record"] or found["event"] or found["seal"]), found["who"] or ""
    if not found["token"]:
        return Name(kind, number, who)
    if kind in ("event", "seal"):
        return None
    return Name("token", number, who, found["file"], int(found["authority"] or 1))


def is_segment(text: str) -> bool:
    """Whether a text is a segment and no device's name."""
    return bool(_SEGMENT.fullmatch(text)) and not _DEVICE.fullmatch(text.partition(".")[0])


def is_path_text(text: str) -> bool:
    """The grammar of paths in checksum lines."""
    return all(map(is_segment, text.split("/")))


def read(where: Path, say: Say) -> dict[str, bytes]:
    """The files that are taken, by path. Bundles of tests are small: they are read whole."""
    files = _read_folder(where, say) if where.is_dir() else _read_zip(where.read_bytes(), say)
    seen: dict[str, str] = {}
    taken = {}
    for path, data in files.items():
        folded = unicodedata.normalize("NFC", path).casefold()
        if seen.setdefault(folded, path) != path:
            say("NAMES_COLLIDE", path)
        if name_of(path) is None:
            say("NAME_REFUSED" if path.startswith("data/") else "UNKNOWN_FILE", path)
        elif path.startswith(("custody/", "trust/")) and len(data) > LARGEST_CUSTODY_FILE:
            say("ARCHIVE_LIMIT", path)
        else:
            taken[path] = data
    return taken


def _read_folder(where: Path, say: Say) -> dict[str, bytes]:
    files = {}
    for found in sorted(where.rglob("*")):
        path = found.relative_to(where).as_posix()
        if path.split("/")[0] == ".evidentia" and (where / ".evidentia").is_dir():
            continue
        if found.is_symlink() or not (found.is_file() or found.is_dir()):
            say("LINK_OR_DEVICE", path)
        elif found.is_file():
            files[path] = found.read_bytes()
    return files


class Entry(NamedTuple):
    """An entry as the central directory has it."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    mode: int
    offset: int


def _read_zip(data: bytes, say: Say) -> dict[str, bytes]:
    try:
        start, entries = _directory(data)
    except (ValueError, struct.error) as error:
        say("ARCHIVE_UNREADABLE", str(error))
        return {}
    if len(entries) > MOST_ENTRIES:
        say("ARCHIVE_LIMIT", "")
        return {}
    at, shift = 0, start.shift
    contents: dict[int, bytes] = {}
    for entry in sorted(entries, key=lambda e: e.offset):
        begin = entry.offset + shift
        if begin != at:
            say("ARCHIVE_ENTRY_REFUSED", entry.name)
        try:
            contents[entry.offset], at = _local(data, begin, entry, say)
        except struct.error:
            say("ARCHIVE_ENTRY_REFUSED", entry.name)
    if at != start.at:
        say("ARCHIVE_ENTRY_REFUSED", "before the central directory")
    if start.end != len(data):
        say("ARCHIVE_ENTRY_REFUSED", "behind the end record")
    return _unpacked(entries, contents, say)


class Start(NamedTuple):
    """Where the central directory is, where the archive ends, and by how much offsets are off."""

    at: int
    end: int
    shift: int


def _directory(data: bytes) -> tuple[Start, list[Entry]]:
    end = data.rfind(b"PK\x05\x06")
    if end < 0:
        raise ValueError("no end record")
    count, length, offset = struct.unpack_from("<HII", data, end + 10)
    directory_end = end
    if data[end - 20 : end - 16] == b"PK\x06\x07":  # Zip64's locator, and before it Zip64's end record
        directory_end = data.rfind(b"PK\x06\x06", 0, end - 20)
        count, length, offset = struct.unpack_from("<QQQ", data, directory_end + 32)
    at = directory_end - length
    if at < 0:
        raise ValueError("no central directory")
    entries, here = [], at
    for _ in range(count):
        entry, here = _central(data, here)
        entries.append(entry)
    if here != directory_end:
        raise ValueError("the central directory is not as long as stated")
    return Start(at, end + 22, at - offset), entries


def _central(data: bytes, at: int) -> tuple[Entry, int]:
    fields = struct.unpack_from("<IHHHHHHIIIHHHHHII", data, at)
    if fields[0] != 0x02014B50:
        raise ValueError("no entry of a central directory")
    _, _, _, flags, method, _, _, crc, packed, size, name, extra, comment, _, _, attributes, offset = fields
    text = data[at + 46 : at + 46 + name].decode("utf-8" if flags & 0x800 else "cp437")
    entry = Entry(text, flags, method, crc, packed, size, attributes >> 16, offset)
    return entry, at + 46 + name + extra + comment


def _local(data: bytes, at: int, entry: Entry, say: Say) -> tuple[bytes, int]:
    """An entry's packed bytes and where it ends."""
    fields = struct.unpack_from("<IHHHHHIIIHH", data, at)
    magic, _, flags, method, _, _, crc, packed, size, name, extra = fields
    text = data[at + 30 : at + 30 + name].decode("utf-8" if flags & 0x800 else "cp437", "replace")
    same = (magic, text, method, flags) == (0x04034B50, entry.name, entry.method, entry.flags)
    streamed, zip64 = bool(flags & 8), 0xFFFFFFFF in (packed, size)
    sizes = (crc, packed, size) == (entry.crc, entry.packed, entry.size)
    if not same or not (sizes or streamed or (zip64 and crc == entry.crc)):
        say("ARCHIVE_ENTRY_REFUSED", entry.name)
    begin = at + 30 + name + extra
    end = begin + entry.packed
    if streamed:
        for form in ("<4sIII", "<4sIQQ"):
            whole = struct.pack(form, b"PK\x07\x08", entry.crc, entry.packed, entry.size)
            for descriptor in (whole, whole[4:]):
                if data.startswith(descriptor, end):
                    return data[begin:end], end + len(descriptor)
    return data[begin:end], end


def _unpacked(entries: list[Entry], contents: dict[int, bytes], say: Say) -> dict[str, bytes]:
    tops = {entry.name.partition("/")[0] + "/" for entry in entries}
    top = tops.pop() if len(tops) == 1 else ""
    if top == "data/" or any(not entry.name.startswith(top) for entry in entries):
        top = ""
    files: dict[str, bytes] = {}
    for entry in entries:
        path = entry.name.removeprefix(top)
        if _is_refused(entry) or path in files:
            say("ARCHIVE_ENTRY_REFUSED", entry.name)
        elif not entry.name.endswith("/"):
            try:
                packed = contents.get(entry.offset, b"")
                data = zlib.decompress(packed, -15) if entry.method == 8 else packed
            except zlib.error:
                data = b""
            if len(data) != entry.size or zlib.crc32(data) != entry.crc:
                say("ARCHIVE_UNREADABLE", path)
            else:
                files[path] = data
    return files


def _is_refused(entry: Entry) -> bool:
    name, folder = entry.name, entry.name.endswith("/")
    parts = name.removesuffix("/").split("/")
    return (
        bool(entry.flags & 1)
        or entry.method not in (0, 8)
        or any(c in name for c in "\0\\:")
        or any(part in ("", ".", "..") for part in parts)
        or name.startswith("~")
        or (entry.mode >> 12) not in (0, 0o10, 0o04)
        or (folder and entry.size > 0)
        or entry.size > LARGEST_ENTRY
        or entry.size > 200 * max(entry.packed, 4096)
    )
