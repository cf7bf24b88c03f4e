"""How rare a count is by chance, and the rectangles in which it is rarest: the a-contrario method.

A rectangle of a map is told of where the number of false alarms, the tests that were made times the probability of
as many hits by chance, is below a bound (A. Desolneux, L. Moisan and J.-M. Morel, From Gestalt Theory to Image
Analysis, Springer 2008).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]

Cells = tuple[int, int, int, int]
"""Column, row, width, height of a rectangle of a map."""

SIDES = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48)
"""Widths and heights of the rectangles that are tried, in cells. Letters are 2 to 8 blocks high, words up to 60 wide;
what is one block high or wide is a line that an application draws, or the edge of a picture."""

FEWEST_HITS = 4
"""In a rectangle, before it is looked at: fewer show nothing whatever the probability says."""


@dataclass(frozen=True)
class Found:
    """A rectangle, its hits of its trials, and log10 of its number of false alarms."""

    cells: Cells
    hits: int
    trials: int
    log10_nfa: float


def log_tail(trials: int, hits: int, chance: float) -> float:
    """Natural logarithm of an upper bound of the probability of ``hits`` or more of ``trials``.

    The bound is Chernoff's, with the Kullback-Leibler divergence: the number of false alarms is never understated.
    """
    import numpy as np

    return float(_log_tails(np.array([float(trials)]), np.array([float(hits)]), chance)[0])


def rarest(
    hits: Mask, trials: Mask, chance: float, *, maps: int = 1, most: int = 8, bound: float = 0.0
) -> list[Found]:
    """Rectangles of the map in which there are more hits among the trials than ``chance`` brings, the rarest first.

    Those that are found leave the map before the next is looked for. ``maps``: how many maps are searched in all, for
    the number of tests. ``bound``: log10 of the number of false alarms up to which rectangles are told of.
    """
    import numpy as np

    left_hits, left = hits & trials, trials.copy()
    tests = maps * number_of_tests(hits.shape)
    found: list[Found] = []
    while len(found) < most:
        best = _best(left_hits, left, chance)
        if best is None:
            break
        (x, y, width, height), k, n, log = best
        log10_nfa = float(np.log10(tests) + log / np.log(10))
        if log10_nfa > bound:
            break
        cells = _tight(left_hits, (x, y, width, height))
        found.append(Found(cells, k, n, log10_nfa))
        left_hits[y : y + height, x : x + width] = False
        left[y : y + height, x : x + width] = False
    return found


def in_rectangles(mask: Mask, width: int, height: int) -> NDArray[np.int32]:
    """How many cells of each rectangle of that size are set, by its first column and row; empty where none fits."""
    import numpy as np

    if height > mask.shape[0] or width > mask.shape[1]:
        return np.zeros((0, 0), dtype=np.int32)
    return _sums(_summed(mask), width, height)


def number_of_tests(shape: tuple[int, ...]) -> int:
    """How many rectangles of the sides that are tried a map has."""
    rows, columns = shape
    across = sum(columns - side + 1 for side in SIDES if side <= columns)
    down = sum(rows - side + 1 for side in SIDES if side <= rows)
    return max(1, across * down)


def _best(hits: Mask, trials: Mask, chance: float) -> tuple[Cells, int, int, float] | None:
    """The rectangle whose hits are the rarest."""
    import numpy as np

    if hits.sum() < FEWEST_HITS:
        return None
    of_hits, of_trials = _summed(hits), _summed(trials)
    rows, columns = hits.shape
    best: tuple[Cells, int, int, float] | None = None
    for height in (side for side in SIDES if side <= rows):
        for width in (side for side in SIDES if side <= columns):
            k = _sums(of_hits, width, height)
            at = np.flatnonzero(k >= FEWEST_HITS)
            if not len(at):
                continue
            some, all_of = k.ravel()[at], _sums(of_trials, width, height).ravel()[at]
            logs = _log_tails(all_of.astype(np.float64), some.astype(np.float64), chance)
            one = int(logs.argmin())
            if best is None or logs[one] < best[3]:
                y, x = divmod(int(at[one]), k.shape[1])
                best = (x, y, width, height), int(some[one]), int(all_of[one]), float(logs[one])
    return best


def _log_tails(trials: NDArray[np.float64], hits: NDArray[np.float64], chance: float) -> NDArray[np.float64]:
    import numpy as np

    share = np.clip(hits / np.maximum(trials, 1), 1e-12, 1 - 1e-12)
    divergence = share * np.log(share / chance) + (1 - share) * np.log((1 - share) / (1 - chance))
    return np.asarray(np.where(share > chance, -trials * divergence, 0.0), dtype=np.float64)


def _summed(mask: Mask) -> NDArray[np.int32]:
    """The integral image, with a row and a column of zeros before it."""
    import numpy as np

    whole = np.zeros((mask.shape[0] + 1, mask.shape[1] + 1), dtype=np.int32)
    np.cumsum(mask, axis=0, dtype=np.int32, out=whole[1:, 1:])
    np.cumsum(whole[1:, 1:], axis=1, out=whole[1:, 1:])
    return whole


def _sums(whole: NDArray[np.int32], width: int, height: int) -> NDArray[np.int32]:
    below, above = whole[height:], whole[:-height]
    return below[:, width:] - below[:, :-width] - above[:, width:] + above[:, :-width]


def _tight(hits: Mask, cells: Cells) -> Cells:
    """The rectangle without the outer rows and columns in which nothing was hit."""
    import numpy as np

    x, y, width, height = cells
    rows, columns = np.nonzero(hits[y : y + height, x : x + width])
    return (
        x + int(columns.min()), y + int(rows.min()),
        int(columns.max() - columns.min()) + 1, int(rows.max() - rows.min()) + 1,
    )  # fmt: skip
