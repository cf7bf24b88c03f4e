"""A ZIP's own structure, read strictly (PKWARE APPNOTE 6.3.10): every byte of it belongs to something that is known.

Programs differ in what they make of a ZIP that contradicts itself, and in what they pass over. So each place where two
of them could see two bundles, and each place where bytes could hide, is a problem of its entry here. What can be read
is read all the same: a verdict lists all that is wrong.
"""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Iterator
from typing import IO, NamedTuple

from .open_file import read_into

STORED, DEFLATED = 0, 8
STREAMED, UTF8 = 0x0008, 0x0800  # general purpose flags: sizes follow the data; the name is UTF-8
KNOWN_FLAGS = STREAMED | UTF8 | 0x0006  # and deflate's compression levels
EPOCH = (0, 0x21)  # 1980-01-01 00:00:00, the first moment that MS-DOS knows
ZIP64 = 0x0001
KNOWN_EXTRAS = {ZIP64, 0x000A, 0x5455, 0x5855, 0x7855, 0x7875}  # Zip64; times and owners: NTFS and Info-ZIP
LONGEST_EXTRA = 128  # bytes; those above need under 80 together
LONGEST_COMMENT = 0xFFFF
NEWEST = 45  # version 4.5: Zip64. Stored and deflated entries need no later one (APPNOTE 4.4.3.2)
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_END64 = struct.Struct("<4sQHHIIQQQQ")
_LOCATOR64 = struct.Struct("<4sIQI")
_CHUNK = 64 * 1024


class DamagedZip(OSError):
    """A ZIP, or an entry of it, that cannot be read.

    Attributes:
        problems: what else was found wrong with the archive until then, as ``Directory`` has it.
    """

    problems: tuple[tuple[str, str], ...] = ()


class TooManyEntries(DamagedZip):
    """A ZIP of more entries than the caller reads."""


class Entry(NamedTuple):
    """One entry as the central directory has it.

    Attributes:
        mode: Unix mode, 0 where none is stated.
        moment: MS-DOS time and date.
        extra: the extra fields' bytes.
        header: where its local header is.
        data: where its data begin; 0 where there is no local header.
        problems: why a strict reader leaves it out.
    """

    name: str
    flags: int
    method: int
    moment: tuple[int, int]
    crc: int
    packed: int
    size: int
    mode: int
    extra: bytes
    header: int
    data: int
    problems: tuple[str, ...]

    @property
    def is_folder(self) -> bool:
        """Whether its name says that it is a folder."""
        return self.name.endswith("/")


class Directory(NamedTuple):
    """All entries in the directory's order; and what is wrong with the archive, as a name (or "") and words."""

    entries: tuple[Entry, ...]
    problems: tuple[tuple[str, str], ...]


class _End(NamedTuple):
    """What the end of a ZIP says: how many entries, where their directory is, how far all is shifted."""

    entries: int
    start: int
    size: int
    shift: int


def read_directory(raw: IO[bytes], most: int) -> Directory:
    """Read the directory of a ZIP and compare every local header with it.

    Args:
        raw: the archive, seekable.
        most: how many entries there may be.

    Raises:
        DamagedZip: it is no ZIP, or its directory cannot be read.
        TooManyEntries: there are more than ``most``.
    """
    problems: list[tuple[str, str]] = []
    try:
        return _read_directory(raw, most, problems)
    except DamagedZip as error:
        error.problems = tuple(problems)
        raise


def _read_directory(raw: IO[bytes], most: int, problems: list[tuple[str, str]]) -> Directory:
    end = _read_end(raw, problems)
    if end.entries > most:
        raise TooManyEntries(f"{end.entries} entries")
    central = list(_read_central(raw, end, most))
    if len(central) != end.entries:
        problems.append(("", f"the end says {end.entries} entries, the directory has {len(central)}"))
    entries, at = {}, 0
    for position in sorted(range(len(central)), key=lambda n: central[n].header - end.shift):
        entry = central[position]
        if entry.header - end.shift != at:
            problems.append((entry.name, f"{entry.header - end.shift - at} bytes that belong to no entry"))
        entries[position], length = _read_local(raw, entry, problems)
        at = entry.header - end.shift + length
    if at + end.shift != end.start:
        problems.append(("", f"{end.start - end.shift - at} bytes before the central directory"))
    return Directory(tuple(entries[n] for n in range(len(central))), tuple(problems))


def open_entry(raw: IO[bytes], entry: Entry) -> io.BufferedReader:
    """The bytes of an entry as a stream, which ends with DamagedZip where size, checksum or packing are not as stated.

    Streams of one archive may be read by several threads at once.
    """
    if not entry.data:
        raise DamagedZip(f"{entry.name}: no local header")
    reader = _Stored if entry.method == STORED else _Inflated
    return io.BufferedReader(reader(raw.fileno(), entry), _CHUNK)


# The end


def _read_end(raw: IO[bytes], problems: list[tuple[str, str]]) -> _End:
    size = raw.seek(0, os.SEEK_END)
    first = max(0, size - _END.size - LONGEST_COMMENT)
    raw.seek(first)
    tail = raw.read()
    found = tail.rfind(b"PK\x05\x06")
    if found < 0 or len(tail) - found < _END.size:
        raise DamagedZip("not a ZIP: no end of central directory")
    at = first + found
    _, disk, start_disk, here, count, length, offset, comment = _END.unpack_from(tail, found)
    if comment:
        problems.append(("", "a comment after the archive"))
    if at + _END.size + comment != size:
        problems.append(("", f"{size - at - _END.size - comment} bytes after the archive"))
    stated: tuple[int, ...] = (disk, start_disk, here, count, length, offset)
    if (wide := _read_zip64(raw, at, problems)) is not None:
        at, meant = wide
        if any(a not in (b, full) for a, b, full in zip(stated, meant, _FULL_END, strict=True)):
            problems.append(("", "the end and its Zip64 form disagree"))
        stated = meant
    disk, start_disk, here, count, length, offset = stated
    if (disk, start_disk, here) != (0, 0, count):
        problems.append(("", "an archive of several parts"))
    start = at - length
    if start < offset:
        raise DamagedZip("the central directory is not where the end says")
    if start > offset:
        problems.append(("", f"{start - offset} bytes before the archive"))
    return _End(count, start, length, start - offset)


_FULL_END = (_FULL16, _FULL16, _FULL16, _FULL16, _FULL32, _FULL32)


def _read_zip64(
    raw: IO[bytes], end: int, problems: list[tuple[str, str]]
) -> tuple[int, tuple[int, ...]] | None:
    """Where the Zip64 end begins, and what it says; None where there is none."""
    at = end - _LOCATOR64.size - _END64.size
    raw.seek(max(0, end - _LOCATOR64.size))
    if at < 0 or (locator := raw.read(_LOCATOR64.size))[:4] != b"PK\x06\x07":
        return None
    raw.seek(at)
    record = raw.read(_END64.size)
    if record[:4] != b"PK\x06\x06":
        raise DamagedZip("a Zip64 end that is not where it must be, or that holds more than it must")
    _, length, _, _, *stated = _END64.unpack(record)
    _, disk, offset, disks = _LOCATOR64.unpack(locator)
    shift = at - stated[4] - stated[5]
    if length != _END64.size - 12 or (disk, disks, offset) != (0, 1, at - shift):
        problems.append(("", "a Zip64 end that contradicts itself"))
    return at, tuple(stated)


# The central directory


def _read_central(raw: IO[bytes], end: _End, most: int) -> Iterator[Entry]:
    raw.seek(end.start)
    left = end.size
    while left:
        fixed = raw.read(_CENTRAL.size)
        if len(fixed) < _CENTRAL.size or fixed[:4] != b"PK\x01\x02":
            raise DamagedZip("the central directory cannot be read")
        fields = _CENTRAL.unpack(fixed)
        lengths = fields[10:13]
        left -= _CENTRAL.size + sum(lengths)
        most -= 1
        if left < 0 or most < 0:
            raise DamagedZip("the central directory is longer than the end says")
        name, extra, comment = (raw.read(length) for length in lengths)
        yield _central_entry(fields, name, extra, comment, end.shift)


def _central_entry(fields: tuple[int, ...], name: bytes, extra: bytes, comment: bytes, shift: int) -> Entry:
    _, _, needed, flags, method, time, date, crc, packed, size, *_, disk, _, attributes, offset = fields
    problems = list(_extra_problems(extra))
    wide = _zip64_values(extra)
    wanted = [value for value in (size, packed, offset) if value == _FULL32]
    if len(wide) != len(wanted):
        problems.append("Zip64 sizes that are not asked for, or are missing")
        wide = (*wide, *wanted)
    values = iter(wide)
    size, packed, offset = (next(values) if value == _FULL32 else value for value in (size, packed, offset))
    text = _decoded(name, flags, problems)
    mode = attributes >> 16
    checks = {
        "a comment on an entry": bool(comment),
        "an archive of several parts": disk != 0,
        "asks for a later ZIP than it needs, so that some programs pass over it": needed > NEWEST,
        "encrypted": bool(flags & 0x2041),
        "a flag that no plain entry has": bool(flags & ~(KNOWN_FLAGS | 0x2041)),
        "neither stored nor deflated": method not in (STORED, DEFLATED),
        "stored, and its two sizes differ": method == STORED and packed != size,
        "a folder called a file": bool(attributes & 0x10 or mode & 0o170000 == 0o040000)
        and not text.endswith("/"),
    }
    problems += [said for said, wrong in checks.items() if wrong]
    moment = (time, date)
    return Entry(
        text, flags, method, moment, crc, packed, size, mode, extra, offset + shift, 0, tuple(problems)
    )


def _decoded(name: bytes, flags: int, problems: list[str]) -> str:
    if not flags & UTF8:
        return name.decode("cp437")
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        problems.append("a name that is not the UTF-8 that it says")
        return name.decode("utf-8", "backslashreplace")


def _extras(extra: bytes) -> Iterator[tuple[int, bytes]]:
    """The extra fields; one of an impossible length ends them as field 0."""
    while extra:
        kind, length = struct.unpack_from("<HH", extra) if len(extra) >= 4 else (0, len(extra))
        yield (kind, extra[4 : 4 + length]) if 4 + length <= len(extra) else (0, extra)
        extra = extra[4 + length :]


def _extra_problems(extra: bytes) -> Iterator[str]:
    kinds = [kind for kind, _ in _extras(extra)]
    if unknown := set(kinds) - KNOWN_EXTRAS:
        yield f"an extra field of a kind that hides things or that nobody needs: 0x{min(unknown):04x}"
    if len(set(kinds)) != len(kinds) or len(extra) > LONGEST_EXTRA:
        yield "extra fields that stand twice, or are longer than they need be"


def has_no_extras_but_zip64(entry: Entry) -> bool:
    """Whether an entry has no extra field in the directory, or Zip64's alone."""
    return all(kind == ZIP64 for kind, _ in _extras(entry.extra))


def _zip64_values(extra: bytes) -> tuple[int, ...]:
    found = next((value for kind, value in _extras(extra) if kind == ZIP64), b"")
    return struct.unpack(f"<{len(found) // 8}Q", found[: len(found) // 8 * 8])


# Local headers


def _read_local(raw: IO[bytes], entry: Entry, problems: list[tuple[str, str]]) -> tuple[Entry, int]:
    """The entry with the place of its data, and how much room it takes; adds what is wrong there to the problems."""
    raw.seek(entry.header)
    fixed = raw.read(_LOCAL.size)
    if len(fixed) < _LOCAL.size or fixed[:4] != b"PK\x03\x04":
        problems.append((entry.name, "no local header where the central directory says"))
        return entry, 0
    _, needed, flags, method, time, date, crc, packed, size, name_length, extra_length = _LOCAL.unpack(fixed)
    name, extra = raw.read(name_length), raw.read(extra_length)
    found = list(_extra_problems(extra))
    if needed > NEWEST:
        found.append("a local header that asks for a later ZIP than its entry needs")
    if (_decoded(name, flags, found), flags, method, (time, date)) != (
        entry.name,
        entry.flags,
        entry.method,
        entry.moment,
    ):
        found.append("local header and central directory disagree")
    found += _size_problems(entry, crc, (size, packed), _zip64_values(extra))
    data = entry.header + _LOCAL.size + name_length + extra_length
    end = data + entry.packed
    if entry.flags & STREAMED:
        length = _descriptor_length(raw, end, entry)
        end += length
        if not length:
            found.append("no sizes behind data that say that their sizes follow them")
    problems += ((entry.name, one) for one in found)
    return entry._replace(data=data), end - entry.header


def _size_problems(entry: Entry, crc: int, sizes: tuple[int, int], wide: tuple[int, ...]) -> Iterator[str]:
    """Checksum and sizes are the directory's; in a streamed entry they may be zero; Zip64 states both, or none."""
    if _FULL32 in sizes:
        sizes = (wide[0], wide[1]) if len(wide) == 2 else (-1, -1)
    elif wide and not entry.flags & STREAMED and wide != (entry.size, entry.packed):
        yield "Zip64 sizes that nobody asked for, and that are others"
    stated = (crc, *sizes)
    unknown = bool(entry.flags & STREAMED) and stated == (0, 0, 0)
    if not unknown and stated != (entry.crc, entry.size, entry.packed):
        yield "local header and central directory disagree about sizes or checksum"


def _descriptor_length(raw: IO[bytes], at: int, entry: Entry) -> int:
    """The length of the data descriptor after a streamed entry (APPNOTE 4.3.9), with or without its signature."""
    raw.seek(at)
    found = raw.read(24)
    for prefix in (b"PK\x07\x08", b""):
        for form in ("<III", "<IQQ"):
            if max(entry.packed, entry.size) <= _FULL32 or form == "<IQQ":
                expected = prefix + struct.pack(form, entry.crc, entry.packed, entry.size)
                if found.startswith(expected):
                    return len(expected)
    return 0


# Data


class _Stored(io.RawIOBase):
    """The data of a stored entry."""

    def __init__(self, descriptor: int, entry: Entry) -> None:
        self._descriptor, self._entry = descriptor, entry
        self._at, self._left, self._crc = entry.data, entry.packed, 0

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read on; the checksum is compared with the last byte."""
        wanted = memoryview(buffer)[: min(len(buffer), self._left)]
        count = read_into(self._descriptor, wanted, self._at) if self._left else 0
        if self._left and not count:
            raise DamagedZip(f"{self._entry.name}: the data end early")
        self._at, self._left = self._at + count, self._left - count
        self._crc = zlib.crc32(wanted[:count], self._crc)
        if not self._left and self._crc != self._entry.crc:
            raise DamagedZip(f"{self._entry.name}: the checksum of the ZIP is another")
        return count


class _Inflated(io.RawIOBase):
    """The data of a deflated entry: one deflate stream that fills its place, of the size and checksum stated."""

    def __init__(self, descriptor: int, entry: Entry) -> None:
        self._descriptor, self._entry = descriptor, entry
        self._at, self._left, self._crc, self._size = entry.data, entry.packed, 0, 0
        self._stream = zlib.decompressobj(-zlib.MAX_WBITS)

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read on; sizes and checksum are compared at the end of the stream."""
        made = self._next(len(buffer))
        memoryview(buffer)[: len(made)] = made
        self._crc, self._size = zlib.crc32(made, self._crc), self._size + len(made)
        if self._size > self._entry.size or (not made and not self._fits()):
            raise DamagedZip(f"{self._entry.name}: packed data that are not what the ZIP says")
        return len(made)

    def _next(self, most: int) -> bytes:
        while not self._stream.eof:
            packed = self._stream.unconsumed_tail
            if not packed:
                piece = memoryview(bytearray(min(_CHUNK, self._left)))
                packed = bytes(piece[: read_into(self._descriptor, piece, self._at)])
                self._at, self._left = self._at + len(packed), self._left - len(packed)
            try:
                made = self._stream.decompress(packed, most)
            except zlib.error as error:
                raise DamagedZip(f"{self._entry.name}: {error}") from error
            if made or not packed:
                return made
        return b""

    def _fits(self) -> bool:
        done = self._stream.eof and not self._stream.unused_data and not self._left
        return done and (self._crc, self._size) == (self._entry.crc, self._entry.size)
