"""Where pictures stand within a screenshot: what is not the flat ground of the app, and no text.

An app's ground is drawn in few exact colours over large areas; a photograph has none that fills so much. Letters and
thin signs are taken off by a morphological opening (J. Serra, "Image Analysis and Mathematical Morphology", 1982):
their strokes are thin, a picture is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from .around import Box
from .ocr import Line

_WIDTH = 540
"""Pixels to which a screenshot is scaled down to find its regions: a phone's letters have strokes of 2 to 4 then."""

_STROKE = 9
"""Pixels at that width: what is thinner in either direction is a letter, a line or a small sign."""

_GROUND_SHARE = 0.015
"""Of the picture: an exact colour that fills so much is a ground of the app."""

_GROUND_REACH = 10
"""Levels of a channel around a ground's colour that are still the ground: what JPEG at messengers' quality moves."""

_LEAST_SHARE = 0.18
"""Of the screenshot's width: a region narrower or lower is a sign or an account's picture, too small to compare."""

_MOST_TEXT = 0.5
"""Of a region's area under lines of text: one with more is a card or a banner."""

_LEAST_GROUND = 0.15
"""Of the screenshot: with less ground than that, as in a photograph of a screen, no region can be told."""

_FILLED = 0.85
"""Of the pixels along an edge that are not ground, for the edge to be the picture's own; rounded corners allowed."""

_UPPER_BARS, _LOWER_BARS = 0.25, 0.16
"""Of the screenshot's width: how high the bars of phones and apps are together, at its upper and its lower end. What
begins or ends so near to an end may go on below a bar."""

_BEYOND = 3
"""Pixels from an edge at which the ground must be seen: JPEG softens what is nearer."""


class PictureRegion(msgspec.Struct, frozen=True, kw_only=True):
    """A picture's place. ``edges_told``: its edges are straight against the ground, or it is as wide as the screen.

    ``grounds``: the colours around it (red, green, blue), of which its own edges may be as well.
    """

    box: Box
    edges_told: bool
    grounds: tuple[tuple[int, int, int], ...]


def picture_regions(pixels: Any, lines: Sequence[Line], body: Box | None = None) -> tuple[PictureRegion, ...]:
    """The places of pictures in a screenshot, from top to bottom.

    Args:
        pixels: rows of RGB bytes (NumPy, height x width x 3).
        lines: what was read in it.
        body: the box of the post's text, which no picture holds.
    """
    import cv2
    import numpy as np

    height, width = pixels.shape[:2]
    scale = min(1.0, _WIDTH / width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    # The nearest pixel: a mean would mix colours that the app never drew.
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_NEAREST)
    grounds = _grounds(small)
    content = ~_is_ground(small, grounds)
    if content.mean() > 1 - _LEAST_GROUND:
        return ()
    stroke = np.ones((_STROKE, _STROKE), np.uint8)
    thick = cv2.morphologyEx(content.astype(np.uint8), cv2.MORPH_OPEN, stroke)
    _, _, found, _ = cv2.connectedComponentsWithStats(thick, connectivity=4)
    boxes = _joined([(int(x), int(y), int(w), int(h)) for x, y, w, h, _ in found[1:]])
    least, colours = _LEAST_SHARE * size[0], tuple((int(r), int(g), int(b)) for r, g, b in grounds)
    regions = []
    for box in boxes:
        if min(box[2], box[3]) < least:
            continue
        full = _refined(pixels, grounds, tuple(round(side / scale) for side in box), round(2 / scale))
        if _text_share(full, lines) > _MOST_TEXT or (body is not None and _holds(full, body)):
            continue
        told = _edges_told(pixels, grounds, full)
        regions.append(PictureRegion(box=full, edges_told=told, grounds=colours))
    return tuple(sorted(regions, key=lambda region: (region.box[1], region.box[0])))


def fades_into(pixels: Any, grounds: Sequence[tuple[int, int, int]]) -> bool:
    """Whether so much of an edge of a picture has the ground's colours that it seems to end earlier on that ground."""
    import numpy as np

    ground = _is_ground(pixels, np.array(grounds, dtype=np.int16).reshape(-1, 3))
    deep = max(1, min(ground.shape) // 20)
    strips = (ground[:deep], ground[-deep:], ground[:, :deep], ground[:, -deep:])
    return any(float(strip.mean()) > 1 - _FILLED for strip in strips)


def _grounds(small: Any) -> Any:
    """The exact colours that fill the most of the picture, each with its close neighbours counted in."""
    import numpy as np

    packed = small.reshape(-1, 3).astype(np.int32) @ np.array([65536, 256, 1], np.int32)
    colours, counts = np.unique(packed, return_counts=True)
    most = np.argsort(counts)[::-1][:64]
    rgb = np.stack([colours >> 16, (colours >> 8) & 255, colours & 255], axis=1)
    grounds: list[Any] = []
    for at in most[counts[most] >= _GROUND_SHARE / 3 * packed.size]:
        filled = counts[(np.abs(rgb - rgb[at]) <= 2).all(axis=1)].sum() >= _GROUND_SHARE * packed.size
        if filled and all(np.abs(rgb[at] - other).max() > 2 for other in grounds):
            grounds.append(rgb[at])
    return np.array(grounds, dtype=np.int16).reshape(-1, 3)


def _is_ground(pixels: Any, grounds: Any) -> Any:
    import cv2
    import numpy as np

    found = np.zeros(pixels.shape[:2], bool)
    for colour in grounds:
        low = np.clip(colour - _GROUND_REACH, 0, 255).tolist()
        high = np.clip(colour + _GROUND_REACH, 0, 255).tolist()
        found |= cv2.inRange(pixels, tuple(low), tuple(high)) > 0
    return found


def _joined(boxes: list[Box]) -> list[Box]:
    """Boxes that overlap as one: a picture that holds the ground's colour falls into parts."""
    joined: list[Box] = []
    for box in sorted(boxes, key=lambda box: -box[2] * box[3]):
        at = next((n for n, other in enumerate(joined) if _overlap(box, other)), None)
        if at is None:
            joined.append(box)
        else:
            joined[at] = _union(box, joined[at])
    return joined if len(joined) == len(boxes) else _joined(joined)


def _refined(pixels: Any, grounds: Any, box: tuple[int, ...], slack: int) -> Box:
    """The box to the pixel: each edge moved, within ``slack``, to the last row or column that is mostly not ground."""
    height, width = pixels.shape[:2]
    x, y, w, h = box
    left, top = max(0, x - slack), max(0, y - slack)
    right, bottom = min(width, x + w + slack), min(height, y + h + slack)
    content = ~_is_ground(pixels[top:bottom, left:right], grounds)
    inner = slice(2 * slack, -2 * slack or None)
    rows, columns = content[:, inner].mean(axis=1), content[inner].mean(axis=0)
    first_row, last_row = _ends(rows, 2 * slack + 1)
    first_column, last_column = _ends(columns, 2 * slack + 1)
    return left + first_column, top + first_row, last_column - first_column + 1, last_row - first_row + 1


def _ends(shares: Any, reach: int) -> tuple[int, int]:
    """The first and the last place that is half content, sought within ``reach`` of either end."""
    import numpy as np

    filled = np.flatnonzero(shares >= 0.5)
    first = next((int(at) for at in filled if at <= reach), min(reach // 2, len(shares) - 1))
    last = next(
        (int(at) for at in filled[::-1] if at >= len(shares) - 1 - reach), len(shares) - 1 - reach // 2
    )
    return (first, last) if last > first else (0, len(shares) - 1)


def _edges_told(pixels: Any, grounds: Any, box: Box) -> bool:
    """Whether every edge has content along it within and ground along it without.

    A picture may be as wide as the screen. One that begins or ends with the screen, or where bars are, may go on
    beyond.
    """
    height, width = pixels.shape[:2]
    x, y, w, h = box
    if y < _UPPER_BARS * width or y + h > height - _LOWER_BARS * width:
        return False
    left, top = max(0, x - _BEYOND), max(0, y - _BEYOND)
    right, bottom = min(width, x + w + _BEYOND), min(height, y + h + _BEYOND)
    as_wide = left == 0 and right == width
    if bottom - top < h + 2 * _BEYOND or (right - left < w + 2 * _BEYOND and not as_wide):
        return False
    content = ~_is_ground(pixels[top:bottom, left:right], grounds)
    x, y = x - left, y - top
    rows, columns = slice(y, y + h), slice(x, x + w)
    inside = [content[y + 1, columns], content[y + h - 2, columns]]
    outside = [content[0, columns], content[-1, columns]]
    if not as_wide:
        inside += [content[rows, x + 1], content[rows, x + w - 2]]
        outside += [content[rows, 0], content[rows, -1]]
    filled = all(float(edge.mean()) >= _FILLED for edge in inside)
    return filled and all(float(edge.mean()) <= 1 - _FILLED for edge in outside)


def _text_share(box: Box, lines: Sequence[Line]) -> float:
    covered = sum(_common(box, line.box) for line in lines)
    return covered / max(1, box[2] * box[3])


def _holds(box: Box, body: Box) -> bool:
    return _common(box, body) > 0.5 * body[2] * body[3]


def _common(one: Box, other: Box) -> int:
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return max(0, across) * max(0, down)


def _overlap(one: Box, other: Box) -> bool:
    return _common(one, other) > 0


def _union(one: Box, other: Box) -> Box:
    left, top = min(one[0], other[0]), min(one[1], other[1])
    right = max(one[0] + one[2], other[0] + other[2])
    return left, top, right - left, max(one[1] + one[3], other[1] + other[3]) - top
