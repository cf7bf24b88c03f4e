"""Reading the text of a picture: lines are found at a reduced size, and each is recognised from the full one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import TYPE_CHECKING, Any

import msgspec

from .detector import Quad, find_lines
from .engine import THREADS, Models
from .recogniser import FIRST, Alphabet, Spelt, View, spell, words_of

if TYPE_CHECKING:
    from PIL.Image import Image

LEAST_SCORE = 0.5
"""Lines of which the engine is less sure, on the mean of their letters, are taken for no text: icons, patterns."""


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """A word as it was read, and its box: x, y, width, height in pixels of the whole picture."""

    text: str
    box: tuple[int, int, int, int]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line as it was read, with the engine's own confidence between 0 and 1.

    ``corners`` and ``spelt`` are what it can be read again by; None for lines that no engine read.
    """

    words: tuple[Word, ...]
    box: tuple[int, int, int, int]
    score: float
    corners: Quad | None = None
    spelt: Spelt | None = None

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def quad(self) -> Quad:
        """The corners of the line; of its box, where it has none of its own."""
        return self.corners or _quad(self.box)

    @property
    def height(self) -> float:
        """Pixels across the line, however it is tilted."""
        one, _, _, four = self.quad
        return math.dist(one, four)


def union(boxes: list[tuple[int, int, int, int]]) -> tuple[int, int, int, int]:
    """The smallest box around all ``boxes`` (at least one)."""
    left = min(box[0] for box in boxes)
    top = min(box[1] for box in boxes)
    right = max(box[0] + box[2] for box in boxes)
    bottom = max(box[1] + box[3] for box in boxes)
    return left, top, right - left, bottom - top


def stands_as(
    box: tuple[int, int, int, int],
    others: Sequence[tuple[int, int, int, int]],
    most: float,
    before: float = 0.0,
) -> bool:
    """Whether a line stands as the others do, flush left or centred, but for so many pixels.

    ``before``: pixels that are counted in before it.
    """
    left = box[0] - before - median(one[0] for one in others)
    middle = box[0] + (box[2] - before) / 2 - median(one[0] + one[2] / 2 for one in others)
    return min(abs(left), abs(middle)) <= most


class Reader:
    """A loaded engine. Loading takes about a second, so one reader serves many pictures."""

    def __init__(self) -> None:
        """Load the models.

        Raises:
            MissingPart: rapidocr, its engine or its models are not installed. Nothing is ever downloaded.
        """
        self._models = Models()
        self.program = self._models.program
        self.alphabet = Alphabet(self._models.characters)

    def read(self, picture: Image) -> tuple[Line, ...]:
        """Read a PIL picture in mode RGB, and give its lines from top to bottom."""
        pixels = pixels_of(picture)
        quads = find_lines(pixels, self._models.text_map)
        read = self._lines(pixels, quads, FIRST)
        return in_reading_order([line for line in read if line.words and line.score >= LEAST_SCORE])

    def again(self, pixels: Any, lines: Sequence[Line], view: View) -> list[Line]:
        """Read lines of the same picture (``pixels_of``) again under another view, in the order given."""
        return self._lines(pixels, [line.quad for line in lines], view)

    def _lines(self, pixels: Any, quads: Sequence[Quad], view: View) -> list[Line]:
        def one(quad: Quad) -> Line:
            return _line(spell(pixels, quad, view, self._models.recognise, self.alphabet), quad)

        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(one, quads))


def pixels_of(picture: Image) -> Any:
    """The picture (PIL, RGB) as the models take it: height x width x 3, in OpenCV's order, BGR."""
    import numpy as np

    return np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])


def _line(spelt: Spelt, corners: Quad) -> Line:
    words = words_of(spelt.letters, len(spelt.chances) / spelt.view.stretch)
    return Line(
        words=tuple(Word(text=text, box=_part(corners, start, end)) for text, start, end in words),
        box=_around(corners),
        score=spelt.score,
        corners=corners,
        spelt=spelt,
    )


def _part(corners: Quad, start: float, end: float) -> tuple[int, int, int, int]:
    """The box around the part of a line from ``start`` to ``end``, shares of its width."""

    def at(one: int, other: int, share: float) -> tuple[float, float]:
        (x, y), (right, lower) = corners[one], corners[other]
        return x + (right - x) * share, y + (lower - y) * share

    return _around((at(0, 1, start), at(0, 1, end), at(3, 2, end), at(3, 2, start)))


def _around(corners: Quad) -> tuple[int, int, int, int]:
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    left, top = max(0, int(min(xs))), max(0, int(min(ys)))
    return left, top, int(max(xs)) - left, int(max(ys)) - top


def _quad(box: tuple[int, int, int, int]) -> Quad:
    x, y, width, height = box
    return (x, y), (x + width, y), (x + width, y + height), (x, y + height)


def in_reading_order(lines: list[Line]) -> tuple[Line, ...]:
    """Lines from top to bottom, and those that stand in one row from left to right; of a tilted picture as if level."""
    slope = _slope(lines)
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: _level(line, slope)):
        last = rows[-1][-1] if rows else None
        if last is not None and abs(_level(line, slope) - _level(last, slope)) < _SAME_ROW * min(
            line.height, last.height
        ):
            rows[-1].append(line)
        else:
            rows.append([line])
    return tuple(line for row in rows for line in sorted(row, key=lambda line: line.box[0]))


_SAME_ROW = 0.4
"""Of the lower line's height: how far apart the middles of two lines of one row may be."""

_LONG = 5
"""Heights that a line must be long, for its corners to tell how the picture is tilted."""


def levels_of(lines: Sequence[Line]) -> list[float]:
    """The row of pixels of the middle of each line, of a tilted picture as if level."""
    slope = _slope(lines)
    return [_level(line, slope) for line in lines]


def _slope(lines: Sequence[Line]) -> float:
    """Rows of pixels that the text sinks for each column to the right: the median of the long lines."""
    slopes = []
    for line in lines:
        (left, upper), (right, lower), _, _ = line.quad
        if right - left > _LONG * line.height:
            slopes.append((lower - upper) / (right - left))
    return median(slopes) if slopes else 0.0


def _level(line: Line, slope: float) -> float:
    x, y, width, height = line.box
    return y + height / 2 - slope * (x + width / 2)
