"""JPEG, segment by segment (ITU-T T.81, annex B): markers, offsets, quantisation tables, what follows the end."""

from __future__ import annotations

import hashlib
import re
from itertools import count

import msgspec

from .quantisation import nearest_quality
from .types import QuantisationTable, Segment, Trailing

MAX_SEGMENTS = 4096
"""A progressive picture has a dozen scans; Exif and ICC in many parts may take hundreds of segments."""

MAX_FILL = 4096
"""Fill bytes (B.1.1.2) before the first scan: encoders write none, or a few. Decoders look at each by itself."""

MAX_TABLES = 64
"""A picture has up to four tables, and may bring each anew before a scan."""

_NAMES = {
    0xC4: "DHT",
    0xC8: "JPG",
    0xCC: "DAC",
    0xD8: "SOI",
    0xD9: "EOI",
    0xDA: "SOS",
    0xDB: "DQT",
    0xDC: "DNL",
    0xDD: "DRI",
    0xDE: "DHP",
    0xDF: "EXP",
    0xFE: "COM",
}
_SOI, _EOI, _SOS, _DQT, _COM = 0xD8, 0xD9, 0xDA, 0xDB, 0xFE
_ALONE = {0x01, *range(0xD0, 0xD8), _SOI, _EOI}
_END_OF_SCAN = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]", re.DOTALL)
"""In entropy-coded data an FF is followed by 00 (stuffing) or a restart marker; anything else is the next marker."""


_FILL = re.compile(rb"\xff*")


class JpegParts(msgspec.Struct, frozen=True, kw_only=True):
    """What the walk found. ``problems`` says where the file departs from the standard."""

    segments: tuple[Segment, ...]
    quantisation: tuple[QuantisationTable, ...]
    trailing: Trailing | None
    problems: tuple[str, ...]


def walk(data: bytes) -> JpegParts:
    """List the segments of a JPEG, read its quantisation tables, and find what follows EOI."""
    segments: list[Segment] = []
    tables: list[QuantisationTable] = []
    problems: list[str] = []
    offset = 0
    for number in count():
        if number == MAX_SEGMENTS:
            problems.append(
                f"the JPEG has more than {MAX_SEGMENTS} segments; the walk stopped at byte {offset}"
            )
            break
        marker, body, stop, problem = _segment(data, offset)
        if problem:
            problems.append(problem)
            break
        if marker == _DQT and len(tables) < MAX_TABLES:
            tables.extend(_tables(body, offset, problems)[: MAX_TABLES - len(tables)])
        segments.append(
            Segment(
                marker=_name(marker),
                offset=offset,
                length=stop - offset,
                says=_says(marker, body),
                sha256=hashlib.sha256(memoryview(data)[offset:stop]).hexdigest(),
            )
        )
        offset = stop
        if marker == _EOI:
            break
    ended = bool(segments) and segments[-1].marker == "EOI"
    rest = memoryview(data)[offset:] if ended else b""
    trailing = (
        Trailing(offset=offset, length=len(rest), sha256=hashlib.sha256(rest).hexdigest()) if rest else None
    )
    return JpegParts(
        segments=tuple(segments), quantisation=tuple(tables), trailing=trailing, problems=tuple(problems)
    )


def _past_fill(data: bytes, offset: int) -> int:
    """Where the marker at ``offset`` begins, after fill bytes (B.1.1.2): its FF is the last in a row."""
    run = _FILL.match(data, offset)
    return max(offset, (run.end() if run else offset) - 1)


def is_crowded(data: bytes) -> bool:
    """Whether more segments or fill bytes stand before the first scan than any encoder writes: a decoder takes more
    than a second for some megabytes of them."""
    offset, fill = 0, 0
    for _ in range(MAX_SEGMENTS):
        start = _past_fill(data, offset)
        fill += start - offset
        if fill > MAX_FILL:
            return True
        marker = data[start + 1] if start + 1 < len(data) and data[start] == 0xFF else _EOI
        if marker in (_SOS, _EOI):
            return False
        offset = (
            start + 2 if marker in _ALONE else start + 2 + int.from_bytes(data[start + 2 : start + 4], "big")
        )
    return True


def _segment(data: bytes, offset: int) -> tuple[int, bytes, int, str]:
    """Marker, body and end of the segment at ``offset``, or the problem that ends the walk."""
    start = _past_fill(data, offset)
    if start + 1 >= len(data):
        return 0, b"", offset, f"the JPEG ends at byte {len(data)} without EOI: it is cut short"
    if data[start] != 0xFF or data[start + 1] == 0:
        return 0, b"", offset, f"there is no JPEG marker at byte {offset}"
    marker = data[start + 1]
    if marker in _ALONE:
        return marker, b"", start + 2, ""
    length = int.from_bytes(data[start + 2 : start + 4], "big")
    stop = start + 2 + length
    if length < 2 or stop > len(data):
        return 0, b"", offset, f"JPEG segment {_name(marker)} at byte {offset} runs past the end of the file"
    body = data[start + 4 : stop]
    if marker == _SOS:
        found = _END_OF_SCAN.search(data, stop)
        stop = found.start() if found else len(data)
    return marker, body, stop, ""


def _name(marker: int) -> str:
    if 0xE0 <= marker <= 0xEF:
        return f"APP{marker - 0xE0}"
    if 0xC0 <= marker <= 0xCF and marker not in _NAMES:
        return f"SOF{marker - 0xC0}"
    return _NAMES.get(marker, f"0x{marker:02X}")


def _says(marker: int, body: bytes) -> str:
    """The name that an application segment gives itself, or the beginning of a comment."""
    if 0xE0 <= marker <= 0xEF:
        return body.split(b"\0", 1)[0][:40].decode("ascii", "backslashreplace")
    return body[:200].decode("utf-8", "backslashreplace") if marker == _COM else ""


def _tables(body: bytes, offset: int, problems: list[str]) -> list[QuantisationTable]:
    tables = []
    while body:
        precision, destination = body[0] >> 4, body[0] & 15
        width = 1 if precision == 0 else 2
        values = body[1 : 1 + 64 * width]
        if precision > 1 or len(values) < 64 * width:
            problems.append(f"the JPEG quantisation tables at byte {offset} are damaged")
            break
        read = tuple(int.from_bytes(values[at : at + width], "big") for at in range(0, 64 * width, width))
        tables.append(
            QuantisationTable(
                destination=destination, precision=8 * width, values=read, nearest=nearest_quality(read)
            )
        )
        body = body[1 + 64 * width :]
    return tables
