"""Votes for the origin of a JPEG's grid: of the 64 that are possible, the one with the most zeros among coefficients.

The principle is that of ZERO (T. Nikoukhah, J. Anger, M. Colom, J.-M. Morel and R. Grompone von Gioi, Image Processing
On Line 11, 2021). As published, each pixel votes, and flat ground beside letters makes zeros of its own: votes then
follow the letters. Here one pixel votes for each 8 x 8, and only where

- the block with the most zeros shows as much as the others around the same pixel (``FULL``),
- more than a single stroke along the rows or columns is to be seen (``FEWEST_COEFFICIENTS``),
- the same 15 x 15 pixels have not voted already: a letter that stands ten times at one place of the grid is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .binomial import log_tail
from .blocks import SIDE, cosine, unrepeated

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .blocks import Floats, Mask

AROUND = 2 * SIDE - 1
"""Pixels of the side of the square in which all 64 blocks around one pixel lie."""

ZERO = 0.5
"""A coefficient below half a grey level is a zero."""

FULL = 0.6
"""Share of the median contrast of the 64 blocks that the block with the most zeros must have."""

FEWEST_COEFFICIENTS = 4
"""That are not zero, in the block with the most zeros."""

NONE = -1
_ORIGINS = SIDE * SIDE


@dataclass(frozen=True, eq=False)
class Votes:
    """A map of votes: ``8 * row + column`` of an origin, or NONE. The cell at 0, 0 is the pixels from 4, 4 on."""

    cells: NDArray[np.int8]

    @property
    def voters(self) -> Mask:
        """Cells that voted."""
        voted: Mask = self.cells != NONE
        return voted

    def of(self, origin: tuple[int, int]) -> Mask:
        """Cells that voted for an origin (column, row)."""
        found: Mask = self.cells == origin[1] * SIDE + origin[0]
        return found

    def counts(self) -> NDArray[np.intp]:
        """Votes for each of the 64 origins."""
        import numpy as np

        return np.bincount(self.cells[self.voters].astype(np.intp), minlength=_ORIGINS)


@dataclass(frozen=True)
class Grid:
    """The origin (column, row) that has the most votes, and log10 of the number of false alarms of so many."""

    origin: tuple[int, int]
    votes: int
    voters: int
    log10_nfa: float


def count_votes(luma: Floats, *, guarded: bool = True) -> Votes:
    """Let one pixel of each 8 x 8 vote. Without guards, as published, but for the number of pixels that vote."""
    import numpy as np

    windows = _windows(luma)
    rows, columns = windows.shape[:2]
    seen = _contrast(windows) > 0
    at, squares = np.flatnonzero(seen), np.asarray(windows[seen], dtype=np.float32)
    if guarded:
        unlike = unrepeated(squares.reshape(len(at), AROUND * AROUND))
        at, squares = at[unlike], squares[unlike]
    cells = np.full(rows * columns, NONE, dtype=np.int8)
    cells[at] = _votes(squares, guarded)
    return Votes(cells.reshape(rows, columns))


def main_grid(votes: Votes) -> Grid:
    """The origin with the most votes. By chance each of the 64 gets one of 64."""
    import math

    counts = votes.counts()
    best, voters = int(counts.argmax()), int(counts.sum())
    tail = log_tail(voters, int(counts[best]), 1 / _ORIGINS) if voters else 0.0
    log10_nfa = math.log10(_ORIGINS) + tail / math.log(10)
    return Grid((best % SIDE, best // SIDE), int(counts[best]), voters, log10_nfa)


def _windows(luma: Floats) -> NDArray[np.float32]:
    """A square around one pixel of each 8 x 8: rows x columns x 15 x 15, as a view."""
    import numpy as np

    whole = np.lib.stride_tricks.sliding_window_view(luma, (AROUND, AROUND))
    return whole[::SIDE, ::SIDE]


def _contrast(windows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Whether anything is seen in a square at all, by every second pixel of it."""
    some = windows[:, :, ::2, ::2]
    found: NDArray[np.float32] = some.max(axis=(2, 3)) - some.min(axis=(2, 3))
    return found


def _votes(squares: Floats, guarded: bool) -> NDArray[np.int8]:
    import numpy as np

    energies = np.empty((_ORIGINS, len(squares)), dtype=np.float32)
    zeros = np.empty((_ORIGINS, len(squares)), dtype=np.int16)
    for down in range(SIDE):
        for right in range(SIDE):
            block = squares[:, down : down + SIDE, right : right + SIDE].reshape(len(squares), 64)
            coefficients = np.abs(block @ cosine())[:, 1:]
            number = down * SIDE + right
            zeros[number] = np.count_nonzero(coefficients < ZERO, axis=1)
            energies[number] = coefficients.sum(axis=1)
    most, best = zeros.max(axis=0), zeros.argmax(axis=0).astype(np.int8)
    valid = (zeros == most).sum(axis=0) == 1
    if guarded:
        of_best = energies[best, np.arange(len(squares))]
        valid &= of_best >= FULL * np.median(energies, axis=0)
        valid &= most <= 63 - FEWEST_COEFFICIENTS
    return np.where(valid, best, NONE).astype(np.int8)
