"""Lines, words and letters of a screenshot by their shapes alone: connected parts that stand out from a flat ground.

No letter is recognised. What is found depends on the picture only, so that it works in any script that is written in
lines, and without the part that reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .picture import Examined

Box = tuple[int, int, int, int]

GROUND_WINDOW = 61
"""Pixels of the median that gives the ground: text covers less than half of such a window up to letters of 50."""

CONTRAST = 40.0
"""Luma by which ink stands out from its ground: a sixth of the whole range, so that JPEG's ringing is no ink, and grey
small print is."""

LETTER_HEIGHTS = (7, 90)
"""Pixels: smaller parts are dots and noise, larger ones pictures and icons."""

WORD_GAP = 0.30
"""Gap between words, as a share of the height of the line's letters: fonts make spaces a quarter of their size,
which is a third of such a height; the gaps between letters are less."""

LINE_GAP = 0.9
"""Gap, in heights of letters, beyond which what stands beside is no running text: an icon's count, a button, a column.
A space is a third to a half of such a height."""

LEAST_LETTERS = 3
MOST_PARTS = 40_000
"""Connected parts that are looked at: more than letters find room for, as in a pattern, is no text."""


@dataclass(frozen=True)
class Word:
    """Letters without a gap. ``letters`` are boxes x, y, width, height, from left to right."""

    box: Box
    letters: tuple[Box, ...]


@dataclass(frozen=True)
class Line:
    """Words beside each other; ``height`` is the median of those letters that are no dots, in pixels."""

    words: tuple[Word, ...]
    height: float


@dataclass(frozen=True, eq=False)
class Text:
    """All lines of a picture; ``ground`` is the luma that each pixel would have without ink, ``ink`` where it is.

    ``apart`` is how many pixels each pixel is away from the nearest ink.
    """

    lines: tuple[Line, ...]
    ground: NDArray[np.uint8]
    ink: NDArray[np.uint8]
    apart: NDArray[np.float32]

    @property
    def words(self) -> int:
        return sum(len(line.words) for line in self.lines)


_FOUND: WeakKeyDictionary[Examined, Text] = WeakKeyDictionary()
"""Several tests ask for the text of one picture: it is looked for once, and forgotten with the picture."""


def find_text(picture: Examined) -> Text:
    """The lines of text on flat ground, from the top; none where there is no such text."""
    found = _FOUND.get(picture)
    if found is None:
        found = _FOUND[picture] = _find(picture)
    return found


def _find(picture: Examined) -> Text:
    import cv2
    import numpy as np

    luma = np.clip(picture.luma + 0.5, 0, 255).astype(np.uint8)
    ground = cv2.medianBlur(luma, GROUND_WINDOW)
    ink = (cv2.absdiff(luma, ground) > CONTRAST).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    apart = cv2.distanceTransform(1 - ink, cv2.DIST_L2, 3)
    if count > MOST_PARTS:
        return Text((), ground, ink, apart)
    least, most = LETTER_HEIGHTS
    parts = [
        (int(x), int(y), int(w), int(h))
        for x, y, w, h, area in stats[1:].tolist()
        if least <= h <= most and w <= 2.5 * h and area >= 0.12 * w * h
    ]
    return Text(tuple(_lines(parts)), ground, ink, apart)


def _lines(parts: list[Box]) -> list[Line]:
    """Parts in a row, then cut where they stand too far apart, then into words."""
    rows: list[list[Box]] = []
    for part in sorted(parts, key=lambda box: box[1] + box[3] / 2):
        row = next((row for row in reversed(rows[-8:]) if _beside(row, part)), None)
        if row is None:
            rows.append([part])
        else:
            row.append(part)
    found = []
    for row in rows:
        for stretch in _stretches(sorted(row)):
            height = sorted(box[3] for box in stretch)[len(stretch) * 3 // 4]
            words = _words(stretch, height)
            if sum(len(word.letters) for word in words) >= LEAST_LETTERS:
                found.append(Line(tuple(words), float(height)))
    return found


def _beside(row: list[Box], part: Box) -> bool:
    """Whether the part stands at the height of the row's last parts, and is about as tall."""
    last = row[-6:]
    top = sorted(box[1] for box in last)[len(last) // 2]
    bottom = sorted(box[1] + box[3] for box in last)[len(last) // 2]
    tall = max(box[3] for box in last)
    shared = min(bottom, part[1] + part[3]) - max(top, part[1])
    return shared > 0.5 * min(part[3], bottom - top) and 0.35 * tall <= part[3] <= 2.6 * tall


def _stretches(row: list[Box]) -> list[list[Box]]:
    stretches = [[row[0]]]
    for part in row[1:]:
        before = stretches[-1]
        height = max(box[3] for box in before)
        end = max(box[0] + box[2] for box in before)
        if part[0] - end > LINE_GAP * height:
            stretches.append([part])
        else:
            before.append(part)
    return stretches


def _words(stretch: list[Box], height: float) -> list[Word]:
    groups = [[stretch[0]]]
    end = stretch[0][0] + stretch[0][2]
    for part in stretch[1:]:
        if part[0] - end > WORD_GAP * height:
            groups.append([part])
        else:
            groups[-1].append(part)
        end = max(end, part[0] + part[2])
    return [Word(around(group), tuple(group)) for group in groups]


def around(boxes: list[Box]) -> Box:
    left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    right, bottom = max(b[0] + b[2] for b in boxes), max(b[1] + b[3] for b in boxes)
    return left, top, right - left, bottom - top
