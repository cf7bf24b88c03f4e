"""A bundle as a canonical ZIP (FORMAT, "Container"), packed on all processors and checked as it is read.

Nothing is compressed, so the place of every entry is known before the first byte is copied, and threads can fill them
in any order. A file's SHA-256 and the ZIP's CRC-32 are computed over the very bytes that are written.
"""

from __future__ import annotations

import hashlib
import io
import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import NamedTuple

from evidentia.verify.digests import share_out
from evidentia.verify.open_file import write_at

from .store import damaged

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sBBHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_END64 = struct.Struct("<4sQHHIIQQQQ")
_LOCATOR64 = struct.Struct("<4sIQI")
_ZIP64 = 0x0001
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_VERSION, _VERSION64 = 20, 45  # to unpack: PKZIP 2.0, and 4.5 where Zip64 is used
_UNIX = 3
_DATE = 0x21  # 1980-01-01, the earliest that a ZIP can hold: the same bytes whenever it is packed
_MODE = 0o100644 << 16

_BUFFER = 256 * 1024  # bytes, as hashlib.file_digest has it: what a processor keeps at hand
_FLUSH_EVERY = 64 * 1024 * 1024  # bytes; the disk writes while the next ones are hashed


class Piece(NamedTuple):
    """One file of a bundle: its path there, the file on this machine or its bytes, how many, their SHA-256 in hex."""

    path: str
    source: str | bytes
    size: int
    sha256: str


class _Place(NamedTuple):
    """Where a piece stands in the ZIP: its local header, and its data."""

    number: int
    piece: Piece
    name: bytes
    header: int
    data: int


def write_zip(descriptor: int, folder: str, pieces: Sequence[Piece]) -> None:
    """Write a ZIP with one top folder, and see it on the disk.

    Args:
        pieces: sorted by path.

    Raises:
        CustodyError: a file is not what it was when it was sealed.
        OSError: a file cannot be read, or the disk does not take what is written.
    """
    places, start = _lay_out(folder, pieces)
    checksums = [0] * len(places)
    with _Disk(descriptor) as disk:

        def fill(shared: Iterator[_Place]) -> None:
            buffer = bytearray(_BUFFER)
            for place in shared:
                checksums[place.number] = _fill(disk, place, buffer)

        share_out(places, lambda place: place.piece.size, fill)
        disk.write(_directory(places, checksums, start), start)


def _lay_out(folder: str, pieces: Sequence[Piece]) -> tuple[list[_Place], int]:
    """The place of every piece, and where the central directory begins."""
    places, at = [], 0
    for number, piece in enumerate(pieces):
        name = f"{folder}/{piece.path}".encode("ascii")
        data = at + _LOCAL.size + len(name) + len(_extra(*_sizes(piece)))
        places.append(_Place(number, piece, name, at, data))
        at = data + piece.size
    return places, at


def _fill(disk: _Disk, place: _Place, buffer: bytearray) -> int:
    """Copy a piece to its place, with its header before it; returns the CRC-32."""
    piece = place.piece
    digest, checksum, done, held = hashlib.sha256(), 0, 0, b""
    with _stream(piece.source) as stream:
        while count := stream.readinto(buffer):
            chunk = memoryview(buffer)[:count]
            digest.update(chunk)
            checksum = zlib.crc32(chunk, checksum)
            done += count
            if done > piece.size:
                break
            if done == count == piece.size:
                held = bytes(chunk)  # whole: it goes out with its header
            else:
                disk.write(chunk, place.data + done - count)
    if done != piece.size or digest.hexdigest() != piece.sha256:
        raise damaged(piece.path, f"its SHA-256 should be {piece.sha256}; it was read while it was packed")
    disk.write(_local_header(place, checksum) + held, place.header)
    return checksum


def _stream(source: str | bytes) -> io.RawIOBase | io.BytesIO:
    return io.BytesIO(source) if isinstance(source, bytes) else io.FileIO(source)


# Headers


def _sizes(piece: Piece) -> tuple[int, ...]:
    """What Zip64 has to state of a piece's size, packed and unpacked: nothing where 32 bits hold it."""
    return (piece.size, piece.size) if piece.size >= _FULL32 else ()


def _extra(*values: int) -> bytes:
    return struct.pack(f"<HH{len(values)}Q", _ZIP64, 8 * len(values), *values) if values else b""


def _local_header(place: _Place, checksum: int) -> bytes:
    size = min(place.piece.size, _FULL32)
    extra = _extra(*_sizes(place.piece))
    version = _VERSION64 if extra else _VERSION
    fixed = _LOCAL.pack(
        b"PK\x03\x04", version, 0, 0, 0, _DATE, checksum, size, size, len(place.name), len(extra)
    )
    return fixed + place.name + extra


def _central_header(place: _Place, checksum: int) -> bytes:
    size, offset = min(place.piece.size, _FULL32), min(place.header, _FULL32)
    extra = _extra(*_sizes(place.piece), *([place.header] if place.header >= _FULL32 else []))
    version = _VERSION64 if extra else _VERSION
    made = (b"PK\x01\x02", version, _UNIX, version, 0, 0, 0, _DATE, checksum, size, size)
    fixed = _CENTRAL.pack(*made, len(place.name), len(extra), 0, 0, 0, _MODE, offset)
    return fixed + place.name + extra


def _directory(places: Sequence[_Place], checksums: Sequence[int], start: int) -> bytes:
    """The central directory and the end of the ZIP."""
    central = b"".join(map(_central_header, places, checksums))
    count, size, end = len(places), len(central), b""
    if count >= _FULL16 or max(size, start) >= _FULL32:
        versions, stated = (_VERSION64, _VERSION64), (count, count, size, start)
        end = _END64.pack(b"PK\x06\x06", _END64.size - 12, *versions, 0, 0, *stated)
        end += _LOCATOR64.pack(b"PK\x06\x07", 0, start + size, 1)
    few = min(count, _FULL16)
    short = (few, few, min(size, _FULL32), min(start, _FULL32))
    return central + end + _END.pack(b"PK\x05\x06", 0, 0, *short, 0)


# The disk

_flush = getattr(os, "fdatasync", os.fsync)  # macOS and Windows know the whole one only


class _Disk:
    """Writes at given places from several threads; the disk begins early, and is done when the block ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock, self._unflushed = Lock(), 0
        self._flusher = ThreadPoolExecutor(max_workers=1)
        self._flushes: list[Future[None]] = []

    def __enter__(self) -> _Disk:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._flusher.shutdown(wait=True)
        if kind is None:
            for flush in self._flushes:
                flush.result()
            os.fsync(self._descriptor)

    def write(self, data: bytes | memoryview, at: int) -> None:
        """Write all of it, however many calls that takes."""
        rest = memoryview(data)
        while rest:
            written = write_at(self._descriptor, rest, at)
            rest, at = rest[written:], at + written
        with self._lock:
            self._unflushed += len(data)
            if self._unflushed >= _FLUSH_EVERY:
                self._unflushed = 0
                self._flushes.append(self._flusher.submit(_flush, self._descriptor))
