"""The parts of a video's container: where each is, how long, and its digest. Nothing is decoded.

MP4, QuickTime and 3GP are ISO base media files (ISO/IEC 14496-12, 4.2), Matroska and WebM are EBML (RFC 8794, RFC
9559), AVI is RIFF (Microsoft, "AVI RIFF File Reference"). MPEG-TS has packets of one size and no parts.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, NamedTuple

from .digests import BLOCK, open_regular
from .video_container import reader_of
from .video_types import Part

MAX_PARTS = 4096
"""A telephone's MP4 has some sixty boxes; a fragmented one two for each second or so."""

MAX_DEPTH = 8
"""moov/trak/mdia/minf/stbl/stsd is six."""

_HOLD_OTHERS = {
    b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"udta", b"dinf", b"mvex", b"moof", b"traf", b"mfra",
}  # fmt: skip

_EBML = {
    0x1A45DFA3: "EBML",
    0x18538067: "Segment",
    0x114D9B74: "SeekHead",
    0x1549A966: "Info",
    0x1654AE6B: "Tracks",
    0x1F43B675: "Cluster",
    0x1C53BB6B: "Cues",
    0x1254C367: "Tags",
    0x1941A469: "Attachments",
    0x1043A770: "Chapters",
    0xEC: "Void",
    0xBF: "CRC-32",
}


class _Head(NamedTuple):
    """A part's name, where its content starts and ends, and whether it holds other parts."""

    name: str
    content: int
    end: int
    holds: bool


class _Damaged(Exception):
    """The walk cannot go on; the message says where and why."""


def walk(path: Path) -> tuple[tuple[Part, ...], tuple[str, ...]]:
    """The parts in the order of the file, outer ones before those inside, and where it departs from its format.

    Raises:
        UsageError: there is no such file, or it is not a regular file.
    """
    with open_regular(path) as source:
        read = _READERS.get(reader_of(source) or "")
        if read is None:
            return (), ()
        parts: list[Part] = []
        problems: list[str] = []
        try:
            _walk(source, read, (0, os.fstat(source.fileno()).st_size), "", parts)
        except _Damaged as why:
            problems.append(str(why))
        return tuple(parts), tuple(problems)


def _walk(source: BinaryIO, read: _Reader, within: tuple[int, int], outer: str, parts: list[Part]) -> None:
    at, end = within
    while at < end:
        if len(parts) >= MAX_PARTS:
            raise _Damaged(f"the container has more than {MAX_PARTS} parts; the walk stopped at byte {at}")
        head = read(source, at, end)
        if head.end > end or head.content > head.end or head.end <= at:
            raise _Damaged(f"the part at byte {at} does not fit into the file: it is cut short or damaged")
        path = f"{outer}/{head.name}" if outer else head.name
        parts.append(Part(path=path, offset=at, length=head.end - at, sha256=_digest(source, at, head.end)))
        if head.holds and path.count("/") + 1 < MAX_DEPTH:
            _walk(source, read, (head.content, head.end), path, parts)
        at = head.end


def _digest(source: BinaryIO, start: int, end: int) -> str:
    digest = hashlib.sha256()
    source.seek(start)
    left = end - start
    while left and (block := source.read(min(left, BLOCK))):
        digest.update(block)
        left -= len(block)
    return digest.hexdigest()


def _iso(source: BinaryIO, at: int, end: int) -> _Head:
    source.seek(at)
    head = source.read(16)
    if len(head) < 8:
        raise _Damaged(f"{end - at} bytes at byte {at} are no box")
    length, name, content = int.from_bytes(head[:4], "big"), head[4:8], at + 8
    if length == 1:
        length, content = int.from_bytes(head[8:16], "big"), at + 16
    stop = end if length == 0 else at + length
    return _Head(_named(name), content, stop, name in _HOLD_OTHERS)


def _riff(source: BinaryIO, at: int, end: int) -> _Head:
    source.seek(at)
    head = source.read(12)
    if len(head) < 8:
        raise _Damaged(f"{end - at} bytes at byte {at} are no chunk")
    name, length = head[:4], int.from_bytes(head[4:8], "little")
    holds = name in (b"RIFF", b"LIST")
    shown = f"{_named(name)} {_named(head[8:12])}" if holds else _named(name)
    # The pictures and sounds of "movi" are no structure: there are thousands of them.
    inside = holds and head[8:12] != b"movi"
    stop = at + 8 + length + length % 2
    return _Head(shown, at + (12 if holds else 8), min(stop, end) if at + 8 + length <= end else stop, inside)


def _ebml(source: BinaryIO, at: int, end: int) -> _Head:
    source.seek(at)
    head = source.read(12)
    wide = _width(head, 0, 4, at)
    name = int.from_bytes(head[:wide], "big")
    long = _width(head, wide, 8, at)
    size = int.from_bytes(head[wide : wide + long], "big") & ((1 << 7 * long) - 1)
    content = at + wide + long
    unknown = size == (1 << 7 * long) - 1  # of a live stream: to the end of what holds it
    return _Head(_EBML.get(name, f"{name:X}"), content, end if unknown else content + size, name == _SEGMENT)


_SEGMENT = 0x18538067


def _width(head: bytes, at: int, most: int, where: int) -> int:
    """Bytes of a number of variable length: its leading zero bits tell (RFC 8794, 4)."""
    if at >= len(head) or not head[at]:
        raise _Damaged(f"at byte {where} is no element")
    width = 9 - head[at].bit_length()
    if width > most or at + width > len(head):
        raise _Damaged(f"at byte {where} is no element")
    return width


def _named(name: bytes) -> str:
    return name.decode("latin-1").encode("ascii", "backslashreplace").decode("ascii")


_Reader = Callable[[BinaryIO, int, int], _Head]

_READERS: dict[str, _Reader] = {"mov": _iso, "matroska": _ebml, "avi": _riff}
