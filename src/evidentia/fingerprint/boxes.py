"""WebP and HEIF/AVIF, part by part: where each chunk or box is, how long, and its digest.

WebP is RIFF (Google, "WebP Container Specification"); HEIF and AVIF are ISO base media files (ISO/IEC 14496-12, 4.2).
"""

from __future__ import annotations

import hashlib

import msgspec

from .types import Box, Trailing

MAX_BOXES = 4096
"""A still picture has a dozen parts; an animated one, one for each frame."""


class BoxParts(msgspec.Struct, frozen=True, kw_only=True):
    """What the walk found. ``problems`` says where the file departs from its format."""

    boxes: tuple[Box, ...]
    trailing: Trailing | None = None
    problems: tuple[str, ...] = ()


def walk_webp(data: bytes) -> BoxParts:
    """List the chunks of a WebP, and find what follows the RIFF that holds them."""
    boxes: list[Box] = []
    problems: list[str] = []
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        problems.append(f"the WebP states {end} bytes and has {len(data)}: it is cut short")
        end = len(data)
    offset = 12
    while offset + 8 <= end and len(boxes) < MAX_BOXES:
        length = int.from_bytes(data[offset + 4 : offset + 8], "little")
        stop = offset + 8 + length + length % 2
        if offset + 8 + length > end:
            problems.append(f"the WebP chunk at byte {offset} runs past the end of its file")
            break
        boxes.append(box_at(data, data[offset : offset + 4], offset, min(stop, end)))
        offset = stop
    if len(boxes) == MAX_BOXES:
        problems.append(f"the WebP has {MAX_BOXES} chunks or more; the walk stopped at byte {offset}")
    rest = data[end:]
    trailing = (
        Trailing(offset=end, length=len(rest), sha256=hashlib.sha256(rest).hexdigest()) if rest else None
    )
    return BoxParts(boxes=tuple(boxes), trailing=trailing, problems=tuple(problems))


def walk_iso(data: bytes) -> BoxParts:
    """List the outermost boxes of an ISO base media file."""
    boxes: list[Box] = []
    problems: list[str] = []
    offset = 0
    while offset < len(data) and len(boxes) < MAX_BOXES:
        length, head = int.from_bytes(data[offset : offset + 4], "big"), 8
        if length == 1:
            length, head = int.from_bytes(data[offset + 8 : offset + 16], "big"), 16
        elif length == 0:
            length = len(data) - offset  # to the end of the file
        if length < head or offset + length > len(data):
            problems.append(
                f"the box at byte {offset} does not fit into the file: it is cut short or damaged"
            )
            break
        boxes.append(box_at(data, data[offset + 4 : offset + 8], offset, offset + length))
        offset += length
    if len(boxes) == MAX_BOXES:
        problems.append(f"the file has {MAX_BOXES} boxes or more; the walk stopped at byte {offset}")
    return BoxParts(boxes=tuple(boxes), problems=tuple(problems))


def box_at(data: bytes, name: bytes, start: int, stop: int) -> Box:
    """The part from ``start`` to ``stop``, with its digest."""
    return Box(
        type=name.decode("latin-1").encode("ascii", "backslashreplace").decode("ascii"),
        offset=start,
        length=stop - start,
        sha256=hashlib.sha256(memoryview(data)[start:stop]).hexdigest(),
    )
