"""Whether a line of text is shown to its foot and to its head, or a bar of the app may cover a part of its letters.

Half a letter reads as another one, and just as well in every look: a y without its tail is a v. How high a line was
found to be says little, since it is found at a reduced size. So the rows of its ink are measured in the picture, and
held against those of the text's other lines: how far the tall letters reach above the base line, and the tails below.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median_low
from typing import TYPE_CHECKING, Any

import msgspec

from .align import align
from .glyphs_ink import standing_out
from .ocr import Line
from .recogniser import upright

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BEYOND = 0.45
"""Of a line's height as it was found, above and below: room for tails that were left out, not for another line."""

_BODY = (0.3, 0.6)
"""Of a line's height, from above: rows that every letter has ink in."""

_INKED = 0.5
"""Of the contrast between ground and letters."""

_LEAST_COLUMNS = 2
"""Columns with ink that make a row one of the line's: a thin tail has as many."""

_OF_BODY = 0.35
"""Of the columns that have ink in the rows of the body: what a row of the line has down to the base line, and up to the
tops of the small letters; tails and tall letters are fewer."""

_STROKE = 1.5
"""Heights of a line: a longer run of ink is no letter's, but an underline's, or the edge of a bar."""

_THIN = 0.12
"""Of the height of a line: rows of an underline at most. A bar has more."""

_TAIL = 0.2
"""Of the height of tall letters: what a tail has below the base line at least. Measured were 0.22 to 0.36
in the benchmark's fonts and channels, and up to 0.19 where a comma alone reaches below."""

_LONGEST_TAIL = 0.5
"""Of the height of tall letters: longer is no tail, but something else that touches the line."""

_AS_TALL = 0.93
"""Of the height of the other lines' tall letters: the rest is the measuring, and letters that round off."""

_ROWS = 2
"""Rows by which two lines may be measured unequally tall, however small they are: one at the top, one at the base."""

_TALLER = 1.25
"""Of the same: more is not the line's own ink alone, but a bar's that touches it."""

_ON_BASE_LINE = frozenset("ABCDEFGHIKLMNOPRSTUVWXYZabcdefhiklmnorstuvwxz0123456789.:!?'\"%&#*+=-–—<>^~°")
"""Letters and signs that end at the base line. Of others it is not known: J, Q and f have tails in some fonts."""


class Extent(msgspec.Struct, frozen=True):
    """Rows of a line's ink, from above: where the tall letters begin, the base line, and where the tails end."""

    top: float
    base: float
    foot: float

    @property
    def tall(self) -> float:
        """The height of the tall letters."""
        return self.base - self.top

    @property
    def tails(self) -> float:
        """How far ink reaches below the base line."""
        return self.foot - self.base


def extent(pixels: Any, line: Line) -> Extent | None:
    """The rows of ink of a line's words; None where nothing stands out from their ground.

    ``pixels``: the picture, height x width x 3 bytes. What stands between the words, such as emoji, is left out.
    """
    import numpy as np

    cut = upright(pixels, line.quad, _BEYOND, 0.0).mean(axis=2)
    height = len(cut) / (1 + 2 * _BEYOND)
    body = slice(*(round((_BEYOND + share) * height) for share in _BODY))
    within = _of_words(line, cut.shape[1])
    if body.stop - body.start < 1 or not within.any():
        return None
    ink = standing_out(cut[:, within], body)
    if ink is None:
        return None
    inked = ink > _INKED
    return _extent(np.count_nonzero(inked, axis=1), _strokes(inked, round(_STROKE * height)), body, height)


def _of_words(line: Line, width: int) -> NDArray[Any]:
    """Of the columns of a line that was cut out, those in which words stand."""
    import numpy as np

    left, across = line.box[0], max(1, line.box[2])
    columns = np.zeros(width, dtype=bool)
    for word in line.words:
        start, end = ((edge - left) / across * width for edge in (word.box[0], word.box[0] + word.box[2]))
        columns[max(0, round(start)) : max(0, round(end))] = True
    return columns


def _strokes(inked: NDArray[Any], least: int) -> NDArray[Any]:
    """Whether a row has ink in so many columns on end."""
    import numpy as np

    before = np.pad(np.cumsum(inked, axis=1), ((0, 0), (1, 0)))
    runs: NDArray[Any] = (before[:, least:] - before[:, :-least] == least).any(axis=1)
    return runs


def _extent(columns: NDArray[Any], strokes: NDArray[Any], body: slice, height: float) -> Extent | None:
    """``columns``: how many have ink, row by row. ``strokes``: the rows of underlines, or of a bar."""
    import numpy as np

    dense = _OF_BODY * float(np.median(columns[body]))
    middle = (body.start + body.stop) // 2
    own = (columns >= _LEAST_COLUMNS) & ~(strokes & _in_long_runs(strokes, _THIN * height))
    full = np.flatnonzero((columns >= dense) & ~strokes)
    if dense < _LEAST_COLUMNS or not own[middle]:
        return None
    below, above = np.flatnonzero(~own[middle:]), np.flatnonzero(~own[middle::-1])
    foot = middle + (int(below[0]) if below.size else len(columns) - middle)
    top = middle - (int(above[0]) if above.size else middle + 1) + 1
    full = full[(full >= middle) & (full < foot)]
    return Extent(top, int(full[-1]) + 1, foot) if full.size else None


def _in_long_runs(rows: NDArray[Any], most: float) -> NDArray[Any]:
    """Of rows that are marked, those that more than so many on end are."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate(([False], rows, [False])).astype(np.int8)))
    found = np.zeros(len(rows), dtype=bool)
    for start, end in edges.reshape(-1, 2):
        found[start:end] = end - start > most
    return found


def is_shown_down(line: Extent | None, others: Sequence[Extent | None], shown: str, recorded: str) -> bool:
    """Whether what differs in a line is shown down to where it ends: no bar covers a part of it from below.

    Args:
        line: the rows of its ink.
        others: those of the text's other lines. Without any, a line is as tall as it is: only tails tell.
        shown: the letters that were read in the place that is asked for.
        recorded: those that are recorded there.
    """
    tall = _usual(others) or (line.tall if line else 0.0)
    if line is None or line.tails > _LONGEST_TAIL * tall:
        return False
    if line.tails >= _TAIL * tall:
        return True  # a tail is shown, whichever letter it belongs to
    differs_above = _ON_BASE_LINE.issuperset(shown + recorded) or _differ_above(shown, recorded)
    return differs_above and _is_as_tall(line, tall)


def _differ_above(shown: str, recorded: str) -> bool:
    """Whether a recorded letter is not shown that ends at the base line, and that stands beside none with a tail.

    A tail that is covered changes what its own letter is read as, and its neighbours with it: "ny" becomes "rw".
    """
    common = {place for place, _ in align(recorded, shown)}
    tails = {place for place, letter in enumerate(recorded) if letter not in _ON_BASE_LINE}
    return any(
        place not in common and letter.isalnum() and tails.isdisjoint((place - 1, place, place + 1))
        for place, letter in enumerate(recorded)
    )


def is_shown_up(line: Extent | None, others: Sequence[Extent | None]) -> bool:
    """Whether a line is shown up to the tops of its tall letters, as far as those of the other lines reach.

    Of a text of one line nothing says how far that is: it is taken for whole.
    """
    tall = _usual(others)
    return line is not None and (tall is None or _is_as_tall(line, tall))


def _is_as_tall(line: Extent, tall: float) -> bool:
    return min(_AS_TALL * tall, tall - _ROWS) <= line.tall <= _TALLER * tall


def _usual(lines: Sequence[Extent | None]) -> float | None:
    return median_low(known) if (known := [one.tall for one in lines if one]) else None
