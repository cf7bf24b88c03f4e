"""PNG, chunk by chunk (W3C PNG specification, third edition, section 5): where each part is and what it says."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator

import msgspec

from .types import Chunk, PngText, Trailing

SIGNATURE = b"\x89PNG\r\n\x1a\n"

MAX_CHUNKS = 4096
"""More entries than any honest encoder writes besides IDAT, which is counted as one run."""

MAX_TEXT = 64 * 1024
"""Characters kept of one text: XMP packets are a few kilobytes; a zTXt can unpack to a thousand times its size."""

_HEAD_AND_CRC = 12


class PngParts(msgspec.Struct, frozen=True, kw_only=True):
    """What the walk found. ``problems`` says where the file departs from the specification."""

    chunks: tuple[Chunk, ...]
    texts: tuple[PngText, ...]
    trailing: Trailing | None
    problems: tuple[str, ...]


def dimensions(data: bytes) -> tuple[int, int] | None:
    """Width and height from IHDR, read without a decoder; None where the bytes do not begin as a PNG must."""
    if len(data) < 24 or not data.startswith(SIGNATURE) or data[12:16] != b"IHDR":
        return None
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def walk(data: bytes) -> PngParts:
    """List the chunks of a PNG, check their CRCs, read their texts, and find what follows IEND."""
    chunks: list[Chunk] = []
    texts: list[PngText] = []
    problems: list[str] = []
    end, stopped = len(SIGNATURE), False
    for kind, offset, body, crc_ok in _chunks(data, problems):
        end = offset + len(body) + _HEAD_AND_CRC
        if not crc_ok:
            problems.append(f"PNG chunk {kind} at byte {offset}: its CRC does not match")
        chunk = Chunk(type=kind, offset=offset, length=end - offset, crc_ok=crc_ok)
        if chunks and kind == "IDAT" == chunks[-1].type:
            chunks[-1] = _joined(chunks[-1], chunk)
        elif len(chunks) < MAX_CHUNKS:
            chunks.append(chunk)
        else:
            problems.append(f"the PNG has more than {MAX_CHUNKS} chunks; the walk stopped at byte {offset}")
            stopped = True
            break
        if kind in _TEXTS:
            text = _text(kind, body, offset)
            if isinstance(text, str):
                problems.append(text)
            else:
                texts.append(text)
    ended = bool(chunks) and chunks[-1].type == "IEND"
    if not ended and not stopped:
        problems.append("the PNG has no IEND: it is cut short")
    rest = memoryview(data)[end:] if ended else b""
    trailing = (
        Trailing(offset=end, length=len(rest), sha256=hashlib.sha256(rest).hexdigest()) if rest else None
    )
    digested = tuple(msgspec.structs.replace(chunk, sha256=_digest(data, chunk)) for chunk in chunks)
    return PngParts(chunks=digested, texts=tuple(texts), trailing=trailing, problems=tuple(problems))


def _digest(data: bytes, chunk: Chunk) -> str:
    return hashlib.sha256(memoryview(data)[chunk.offset : chunk.offset + chunk.length]).hexdigest()


def is_crowded(data: bytes) -> bool:
    """Whether it has more chunks than ``MAX_CHUNKS``, a run of IDAT counted as one: a decoder looks at each of them
    for some 5 microseconds, and a file of 256 MiB has room for twenty million."""
    view, offset, found, before = memoryview(data), len(SIGNATURE), 0, b""
    while offset + _HEAD_AND_CRC <= len(data):
        kind = bytes(view[offset + 4 : offset + 8])
        found += not (kind == b"IDAT" == before)
        if found > MAX_CHUNKS or kind == b"IEND":
            break
        offset, before = offset + _HEAD_AND_CRC + int.from_bytes(view[offset : offset + 4], "big"), kind
    return found > MAX_CHUNKS


def missing_pixels(data: bytes) -> str | None:
    """Say so where the packed pixels end before the picture does; decoders then fill the rest in silence.

    Dimensions must have been found within the limits before: the pixels are unpacked once, and dropped.
    """
    expected = _pixel_bytes(data)
    if expected is None:
        return None
    unpacker, found, ignored = zlib.decompressobj(), 0, list[str]()
    try:
        for kind, _, body, _ in _chunks(data, ignored):
            packed: bytes | memoryview = body if kind == "IDAT" else b""
            while packed and found < expected:
                found += len(unpacker.decompress(packed, _AT_ONCE))
                packed = unpacker.unconsumed_tail
    except zlib.error as error:
        return f"the pixels of the PNG cannot be unpacked beyond byte {found} of {expected}: {error}"
    if found < expected:
        return f"the PNG holds {found} of {expected} bytes of pixels; what a decoder shows of the rest is made up"
    return None


_AT_ONCE = 1 << 20
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Left, top and steps of the seven passes of an interlaced picture (section 8.1)."""


def _pixel_bytes(data: bytes) -> int | None:
    """How many bytes the filtered pixels take by the header (section 7.2), or None where it is not valid."""
    size = dimensions(data)
    if size is None or len(data) < 29 or data[25] not in _CHANNELS:
        return None
    bits, passes = data[24] * _CHANNELS[data[25]], _ADAM7 if data[28] else ((0, 0, 1, 1),)
    total = 0
    for left, top, across, down in passes:
        columns, rows = -(-(size[0] - left) // across), -(-(size[1] - top) // down)
        if columns > 0 and rows > 0:
            total += rows * (1 + (columns * bits + 7) // 8)
    return total


def _joined(run: Chunk, chunk: Chunk) -> Chunk:
    return Chunk(
        type=run.type,
        offset=run.offset,
        length=run.length + chunk.length,
        crc_ok=run.crc_ok and chunk.crc_ok,
        count=run.count + 1,
    )


def _chunks(data: bytes, problems: list[str]) -> Iterator[tuple[str, int, memoryview, bool]]:
    """Type, offset, body and CRC verdict of each chunk up to IEND."""
    view, offset = memoryview(data), len(SIGNATURE)
    while offset + _HEAD_AND_CRC <= len(data):
        length = int.from_bytes(view[offset : offset + 4], "big")
        stop = offset + _HEAD_AND_CRC + length
        name = bytes(view[offset + 4 : offset + 8])
        kind = name.decode("latin-1").encode("ascii", "backslashreplace").decode("ascii")
        if stop > len(data):
            problems.append(
                f"PNG chunk {kind!r} at byte {offset} states {length} bytes, and the file ends before"
            )
            return
        stated = int.from_bytes(view[stop - 4 : stop], "big")
        yield kind, offset, view[offset + 8 : stop - 4], zlib.crc32(view[offset + 4 : stop - 4]) == stated
        if kind == "IEND":
            return
        offset = stop


_TEXTS = ("tEXt", "zTXt", "iTXt")


def _text(kind: str, body: memoryview, offset: int) -> PngText | str:
    """The text of a tEXt, zTXt or iTXt chunk (sections 11.3.3.2 to 11.3.3.4), or what is wrong with it."""
    keyword, found, rest = bytes(body).partition(b"\0")
    if not found:
        return f"PNG chunk {kind} at byte {offset} has no keyword"
    compressed, encoding = False, "latin-1"
    if kind == "zTXt":
        compressed, rest = True, rest[1:]
    elif kind == "iTXt":
        compressed, encoding = rest[:1] == b"\1", "utf-8"
        # Two flag bytes, then the language tag and the translated keyword, each ended by a zero byte.
        parts = rest[2:].split(b"\0", 2)
        if len(parts) < 3:
            return f"PNG chunk {kind} at byte {offset} is incomplete"
        rest = parts[2]
    if compressed:
        try:
            # A character has at most four bytes of UTF-8; one byte more shows that the text went on.
            rest = zlib.decompressobj().decompress(rest, 4 * MAX_TEXT + 1)
        except zlib.error as error:
            return f"PNG chunk {kind} at byte {offset} cannot be unpacked: {error}"
    text = rest.decode(encoding, "replace")
    return PngText(
        chunk=kind,
        keyword=keyword.decode("latin-1")[:79],
        text=text[:MAX_TEXT],
        offset=offset,
        cut=len(text) > MAX_TEXT,
    )
