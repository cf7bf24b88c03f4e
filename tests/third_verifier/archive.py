"""A ZIP, from docs/format/container.md ("A ZIP")."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

MOST_ENTRIES = 2_000_000
LARGEST_ENTRY = 1 << 40
EXTRAS = {0x0001, 0x000A, 0x5455, 0x5855, 0x7855, 0x7875}
FULL = 0xFFFFFFFF

Say = Callable[[str, str], None]


class Unreadable(Exception):
    """What leaves nothing to be read."""


class Entry(NamedTuple):
    """An entry as the central directory has it; ``refused`` says whether it is left out."""

    name: str
    flags: int
    method: int
    moment: tuple[int, int]
    crc: int
    packed: int
    size: int
    mode: int
    offset: int
    refused: bool


class End(NamedTuple):
    """Where the central directory is, how many entries it has, and by how much offsets are off."""

    start: int
    stop: int
    count: int
    shift: int


def read_zip(data: bytes, say: Say) -> dict[str, bytes | None]:
    """The entries that are not refused, without the top folder; None for a folder's."""
    try:
        end = _read_end(data, say)
        if end.count > MOST_ENTRIES:
            say("ARCHIVE_LIMIT", "")
            return {}
        entries = _read_central(data, end)
    except (Unreadable, struct.error) as error:
        say("ARCHIVE_UNREADABLE", str(error))
        return {}
    if len(entries) != end.count:
        say("ARCHIVE_ENTRY_REFUSED", "the number of entries")
    at, begins = 0, {}
    for entry in sorted(entries, key=lambda one: one.offset):
        if entry.offset != at:
            say("ARCHIVE_ENTRY_REFUSED", entry.name)
        begins[entry.offset], at = _read_local(data, entry, end.shift, say)
    if at + end.shift != end.start:
        say("ARCHIVE_ENTRY_REFUSED", "before the central directory")
    return _unpacked(data, entries, begins, say)


def _read_end(data: bytes, say: Say) -> End:
    first = max(0, len(data) - 65557)
    at = data.rfind(b"PK\x05\x06", first)
    if at < 0 or len(data) - at < 22:
        raise Unreadable("no end record")
    *stated, comment = struct.unpack_from("<HHHHIIH", data, at + 4)
    if comment or at + 22 != len(data):
        say("ARCHIVE_ENTRY_REFUSED", "a comment, or bytes behind the end")
    stop = at
    if data[max(0, at - 20) : at][:4] == b"PK\x06\x07":
        stop = at - 76
        if stop < 0 or data[stop : stop + 4] != b"PK\x06\x06":
            raise Unreadable("no Zip64 end where it must be")
        size, _, _, *wide = struct.unpack_from("<QHHIIQQQQ", data, stop + 4)
        disk, offset, disks = struct.unpack_from("<IQI", data, at - 16)
        full = (0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, FULL, FULL)
        agree = all(a in (b, c) for a, b, c in zip(stated, wide, full, strict=True))
        if not agree or (size, disk, disks, offset) != (44, 0, 1, wide[4] + wide[5]):
            say("ARCHIVE_ENTRY_REFUSED", "a Zip64 end that disagrees")
        stated = wide
    disk, start_disk, here, count, length, offset = stated
    if (disk, start_disk, here) != (0, 0, count):
        say("ARCHIVE_ENTRY_REFUSED", "more than one disk")
    start = stop - length
    if start < offset:
        raise Unreadable("no central directory where the end says")
    if start > offset:
        say("ARCHIVE_ENTRY_REFUSED", "bytes before the archive")
    return End(start, stop, count, start - offset)


def _read_central(data: bytes, end: End) -> list[Entry]:
    entries, at = [], end.start
    while at < end.stop:
        fields = struct.unpack_from("<4sHHHHHHIIIHHHHHII", data, at)
        name, extra, comment = fields[10:13]
        begin, at = at + 46, at + 46 + name + extra + comment
        if fields[0] != b"PK\x01\x02" or at > end.stop:
            raise Unreadable("the central directory")
        entries.append(_entry(fields, data[begin : begin + name], data[begin + name : begin + name + extra]))
    return entries


def _entry(fields: tuple[int, ...], name: bytes, extra: bytes) -> Entry:
    _, _, needed, flags, method, time, date, crc, packed, size, _, _, comment, disk, _, attributes, offset = (
        fields
    )
    wide = zip64(extra)
    wanted = [value for value in (size, packed, offset) if value == FULL]
    fits = len(wide) == len(wanted)
    values = iter(wide if fits else wanted)
    size, packed, offset = (next(values) if value == FULL else value for value in (size, packed, offset))
    text, mode = decoded(name, flags), attributes >> 16
    is_folder = bool(attributes & 0x10) or mode >> 12 == 0o04
    refused = (
        not fits
        or bool(flags & ~0x080E)
        or method not in (0, 8)
        or (method == 0 and packed != size)
        or bool(comment or disk)
        or needed > 45
        or not are_known(extra)
        or (is_folder and not (text or "").endswith("/"))
        or mode >> 12 not in (0, 0o10, 0o04)
        or size > LARGEST_ENTRY
        or size > 200 * max(packed, 4096)
        or text is None
        or not _is_ordinary(text, size)
    )
    return Entry(text or "", flags, method, (time, date), crc, packed, size, mode, offset, refused)


def _is_ordinary(name: str, size: int) -> bool:
    parts = name.removesuffix("/").split("/")
    hostile = any(c in name for c in "\0\\:") or not name.isprintable() or name.startswith("~")
    return not hostile and not {"", ".", ".."} & set(parts) and not (name.endswith("/") and size)


def decoded(name: bytes, flags: int) -> str | None:
    """A name as its flags say; None where it is not so."""
    try:
        return name.decode("utf-8" if flags & 0x0800 else "cp437")
    except UnicodeDecodeError:
        return None


def _fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    while extra:
        kind, length = struct.unpack_from("<HH", extra) if len(extra) >= 4 else (0, len(extra))
        yield (kind, extra[4 : 4 + length]) if 4 + length <= len(extra) else (0, extra)
        extra = extra[4 + length :]


def are_known(extra: bytes) -> bool:
    """Whether extra fields are those that are let pass."""
    kinds = [kind for kind, _ in _fields(extra)]
    return set(kinds) <= EXTRAS and len(set(kinds)) == len(kinds) and len(extra) <= 128


def zip64(extra: bytes) -> tuple[int, ...]:
    """The values of a Zip64 field."""
    found = next((value for kind, value in _fields(extra) if kind == 1), b"")
    return struct.unpack(f"<{len(found) // 8}Q", found[: len(found) // 8 * 8])


def _read_local(data: bytes, entry: Entry, shift: int, say: Say) -> tuple[int, int]:
    """Where an entry's data begin, or 0; and where the entry ends, by offsets."""
    at = entry.offset + shift
    if data[at : at + 4] != b"PK\x03\x04" or len(data) < at + 30:
        say("ARCHIVE_ENTRY_REFUSED", entry.name)
        return 0, entry.offset
    needed, flags, method, time, date, crc, packed, size, name, extra = struct.unpack_from(
        "<HHHHHIIIHH", data, at + 4
    )
    begin = at + 30 + name + extra
    fields = data[begin - extra : begin]
    same = (decoded(data[at + 30 : at + 30 + name], flags) or "", flags, method, (time, date)) == entry[:4]
    if (
        not same
        or needed > 45
        or not are_known(fields)
        or not _sizes_fit(entry, crc, (size, packed), zip64(fields))
    ):
        say("ARCHIVE_ENTRY_REFUSED", entry.name)
    end = begin + entry.packed
    if entry.flags & 8:
        end = _behind_descriptor(data, end, entry)
        if end == begin + entry.packed:
            say("ARCHIVE_ENTRY_REFUSED", entry.name)
    return begin, end - shift


def _sizes_fit(entry: Entry, crc: int, sizes: tuple[int, int], wide: tuple[int, ...]) -> bool:
    meant = (entry.size, entry.packed)
    if FULL in sizes:
        return len(wide) == 2 and (crc, *wide) == (entry.crc, *meant)
    streamed = bool(entry.flags & 8)
    if wide and not streamed and wide != meant:
        return False
    return (crc, *sizes) == (entry.crc, *meant) or (streamed and (crc, *sizes) == (0, 0, 0))


def _behind_descriptor(data: bytes, at: int, entry: Entry) -> int:
    values = (entry.crc, entry.packed, entry.size)
    for magic in (b"PK\x07\x08", b""):
        for form in ("<III", "<IQQ"):
            if max(values) <= FULL or form == "<IQQ":
                descriptor = magic + struct.pack(form, *values)
                if data.startswith(descriptor, at):
                    return at + len(descriptor)
    return at


def _unpacked(data: bytes, entries: list[Entry], begins: dict[int, int], say: Say) -> dict[str, bytes | None]:
    tops = {entry.name.partition("/")[0] + "/" for entry in entries}
    top = tops.pop() if len(tops) == 1 else ""
    top = "" if top == "data/" or not all(entry.name.startswith(top) for entry in entries) else top
    files: dict[str, bytes | None] = {}
    for entry in entries:
        path = entry.name.removeprefix(top)
        if entry.refused or path in files:
            say("ARCHIVE_ENTRY_REFUSED", entry.name)
        elif path.endswith("/") or not path:
            files[path] = None
        elif (content := _content(data, begins[entry.offset], entry)) is None:
            say("ARCHIVE_UNREADABLE", path)
        else:
            files[path] = content
    return files


def _content(data: bytes, begin: int, entry: Entry) -> bytes | None:
    packed = data[begin : begin + entry.packed]
    try:
        stream = zlib.decompressobj(-15)
        content = packed if entry.method == 0 else stream.decompress(packed)
    except zlib.error:
        return None
    whole = entry.method == 0 or (stream.eof and not stream.unused_data)
    fits = (len(packed), len(content), zlib.crc32(content)) == (entry.packed, entry.size, entry.crc)
    return content if begin and whole and fits else None
