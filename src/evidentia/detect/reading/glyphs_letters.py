"""The letters of a picture, cut out of its own words, and words composed of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from statistics import median
from typing import Any

import msgspec

from .glyphs_fonts import Face, place
from .glyphs_ink import ASCENT, DESCENT, EM, Patch

ROWS = ASCENT + DESCENT
MARGIN = 2
"""Columns around a letter that may still hold its edge."""

MOST_CUTS = 9
"""Of one letter: more change its median no longer."""

LEAST_LIKENESS = 0.55
"""Correlation of a word with the same word in the fitted face, below which it is not cut up: read wrongly, or bold."""


class Letter(msgspec.Struct, frozen=True):
    """One letter cut out of word number ``word``. Its ink begins ``MARGIN`` columns before its place."""

    ink: Any
    advance: float
    word: int


class Glyph(msgspec.Struct, frozen=True):
    """A letter to compose with; ``cuts`` of the picture it was made of, none where it is the face's."""

    ink: Any
    advance: float
    cuts: int


class Composed(msgspec.Struct, frozen=True):
    """A word of glyphs, where each begins (and the last one ends), and the letters that the picture did not give."""

    glyphs: tuple[Glyph, ...]
    starts: tuple[float, ...]
    drawn: str


class Laid(msgspec.Struct, frozen=True):
    """A composed word laid over the ink: what it would look like there, its first row, and where each letter stands.

    ``places`` has one more than there are letters: where the last one ends.
    """

    ink: Any
    top: int
    places: tuple[int, ...]


class Alphabet:
    """Letters of one size, from words of one picture, with a face of this machine for those that are missing."""

    def __init__(self, words: Sequence[tuple[str, Patch]], face: Face) -> None:
        self._face = face
        self._letters: dict[str, list[Letter]] = {}
        self.used: list[int] = []
        for number, (text, patch) in enumerate(words):
            cuts = _cut_up(text, patch, face, number)
            if cuts:
                self.used.append(number)
            for letter, one in zip(text, cuts, strict=bool(cuts)):
                self._letters.setdefault(letter, []).append(one)
        self._glyphs: dict[tuple[str, int, bool], Glyph] = {}

    def glyph(self, letter: str, without: int = -1, *, drawn: bool = False) -> Glyph:
        """The letter's median, or the face's where there is none, or where it is asked for."""
        in_word = any(one.word == without for one in self._letters.get(letter, ()))
        key = letter, without if in_word else -1, drawn
        if key not in self._glyphs:
            cuts = [] if drawn else [one for one in self._letters.get(letter, ()) if one.word != without]
            self._glyphs[key] = _median(cuts[:MOST_CUTS]) if cuts else self._drawn(letter)
        return self._glyphs[key]

    def lacks(self, letters: str) -> bool:
        """Whether one of the letters was cut out nowhere."""
        return any(letter not in self._letters for letter in letters if letter != " ")

    def compose(self, text: str, without: int = -1, *, drawn: range = range(0)) -> Composed:
        """The word out of letters that do not come from word number ``without``; those at ``drawn`` are the face's."""
        glyphs = tuple(self.glyph(letter, without, drawn=n in drawn) for n, letter in enumerate(text))
        starts = tuple(accumulate((glyph.advance for glyph in glyphs), initial=0.0))
        missing = "".join(
            letter for letter, glyph in zip(text, glyphs, strict=True) if not glyph.cuts and letter != " "
        )
        return Composed(glyphs, starts, missing)

    def _drawn(self, letter: str) -> Glyph:
        advance = self._face.starts(letter)[-1]
        ink = self._face.draw(letter, MARGIN)
        return Glyph(ink, advance, 0)


def _cut_up(text: str, patch: Patch, face: Face, number: int) -> list[Letter]:
    """The letters of a word, parted where its ink is thinnest near the places that the face gives; none if unlike."""
    import numpy as np

    ink_left, ink_right = face.extent(text)
    if ink_right - ink_left < 2 or not face.spells(text, patch):
        return []
    stretch = (patch.right - patch.left) / (ink_right - ink_left)
    if not 0.8 < stretch < 1.25:
        return []
    drawn = face.draw(text, 0, stretch=stretch)
    likeness, _, top = place(patch.ink, drawn)
    if likeness < LEAST_LIKENESS:
        return []
    frame = _rows(patch.ink, top)
    weight = frame.sum(axis=0)
    bounds = [patch.left + (start - ink_left) * stretch for start in face.starts(text)]
    reach = round(0.09 * EM)
    for n in range(1, len(text)):
        at = round(bounds[n])
        columns = np.arange(max(0, at - reach), min(frame.shape[1], at + reach + 1))
        if columns.size:
            cost = weight[columns] + 0.12 * np.abs(columns - bounds[n])
            bounds[n] = float(columns[int(cost.argmin())])
    if any(after - before < 2 for before, after in pairwise(bounds)):
        return []
    return [
        Letter(_columns(frame, bounds[n], bounds[n + 1]), bounds[n + 1] - bounds[n], number)
        for n in range(len(text))
    ]


def _rows(ink: Any, top: int) -> Any:
    """``ROWS`` rows from ``top``, with ground where the patch has none."""
    import numpy as np

    frame = np.zeros((ROWS, ink.shape[1]), dtype=np.float32)
    first, last = max(0, top), min(ink.shape[0], top + ROWS)
    if last > first:
        frame[first - top : last - top] = ink[first:last]
    return frame


def _columns(frame: Any, start: float, end: float) -> Any:
    """The columns of one letter, and ``MARGIN`` columns of ground on both sides."""
    import numpy as np

    first, last = round(start), round(end)
    ink = np.zeros((ROWS, last - first + 2 * MARGIN), dtype=np.float32)
    inner = slice(max(0, first), min(frame.shape[1], last))
    if inner.stop > inner.start:
        at = inner.start - first + MARGIN
        ink[:, at : at + inner.stop - inner.start] = frame[:, inner]
    return ink


def _median(cuts: Sequence[Letter]) -> Glyph:
    """The median of the cuts, each shifted to where it correlates best with the one of median width."""
    import numpy as np

    ordered = sorted(cuts, key=lambda one: one.advance)
    model = ordered[len(ordered) // 2]
    if len(cuts) == 1:
        return Glyph(model.ink, model.advance, 1)
    wide = model.ink.shape[1]
    room = np.pad(model.ink, ((3, 3), (4, 4)))
    shifted = []
    for one in cuts:
        ink = (
            one.ink[:, :wide]
            if one.ink.shape[1] >= wide
            else np.pad(one.ink, ((0, 0), (0, wide - one.ink.shape[1])))
        )
        _, x, y = place(room, ink)
        moved = np.zeros_like(room)
        x, y = min(max(x, 0), 8), min(max(y, 0), 6)
        moved[y : y + ROWS, x : x + wide] = ink
        shifted.append(moved[3:-3, 4:-4])
    return Glyph(
        np.median(np.stack(shifted), axis=0).astype(np.float32),
        median(one.advance for one in cuts),
        len(cuts),
    )


REACH = 8
"""Pixels that a letter may stand from its place in an even composition: kerning, rounding, a slanting photograph."""

STEP = 2
"""Pixels by which that may change from one letter to the next."""


def lay(room: Any, word: Composed) -> Laid:
    """Lay a composed word where it fits the ink best: as a whole first, then each letter beside the one before.

    ``room`` is ink with ground around it, so that the word may stand out over its edges.
    """
    import numpy as np

    even = np.zeros(
        (ROWS, round(word.starts[-1]) + max(g.ink.shape[1] for g in word.glyphs)), dtype=np.float32
    )
    for glyph, start in zip(word.glyphs, word.starts, strict=False):
        _paste(even, glyph.ink, round(start), 0)
    _, left, top = place(room, even)
    plan = [left + round(start) for start in word.starts]
    offsets, rise = _elastic(room, word.glyphs, plan, top)
    made = np.zeros_like(room)
    for glyph, at, off in zip(word.glyphs, plan, offsets, strict=False):
        _paste(made, glyph.ink, at + off, top + rise)
    places = [at + off + MARGIN for at, off in zip(plan, [*offsets, offsets[-1]], strict=True)]
    return Laid(made, top + rise, tuple(places))


def _elastic(room: Any, glyphs: Sequence[Glyph], plan: Sequence[int], top: int) -> tuple[list[int], int]:
    """How far each letter is off its plan, and all of them off their row: the least squared difference (a chain)."""
    import numpy as np

    maps = np.stack([_differences(room, glyph, at, top) for glyph, at in zip(glyphs, plan, strict=False)])
    wide = 2 * REACH + 1
    drift = np.abs(np.arange(wide)[:, None] - np.arange(wide)[None, :])
    fee = np.where(drift <= STEP, 0.5 * drift, np.inf)
    best: tuple[float, list[int], int] = (np.inf, [0] * len(glyphs), 0)
    for row in range(maps.shape[1]):
        total, steps = maps[0, row], []
        for one in maps[1:, row]:
            ways = total[None, :] + fee
            steps.append(ways.argmin(axis=1))
            total = ways.min(axis=1) + one
        at = int(total.argmin())
        if total[at] < best[0]:
            path = [at]
            for step in reversed(steps):
                path.append(int(step[path[-1]]))
            best = float(total[at]), [n - REACH for n in reversed(path)], row - 1
    return best[1], best[2]


def _differences(room: Any, glyph: Glyph, at: int, top: int) -> Any:
    """The squared difference of a letter from the ink, for three rows and the columns around its place."""
    import cv2
    import numpy as np

    own = np.ascontiguousarray(glyph.ink[:, MARGIN:-MARGIN])
    window = np.zeros((ROWS + 2, own.shape[1] + 2 * REACH), dtype=np.float32)
    _paste(window, room, -(at + MARGIN - REACH), -(top - 1))
    return cv2.matchTemplate(window, own, cv2.TM_SQDIFF)


def _paste(canvas: Any, ink: Any, x: int, y: int) -> None:
    """Lay ink over ink, its corner at column ``x`` and row ``y``: whatever is darker stays."""
    import numpy as np

    left, top = max(0, x), max(0, y)
    right, bottom = min(canvas.shape[1], x + ink.shape[1]), min(canvas.shape[0], y + ink.shape[0])
    if right > left and bottom > top:
        part = canvas[top:bottom, left:right]
        np.maximum(part, ink[top - y : bottom - y, left - x : right - x], out=part)
