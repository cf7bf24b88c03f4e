"""Rows of grey pixels, those that repeat the row above held once.

Screens are made of blank lines, bars and frames: of the rows of a page two in five or more are the row above again.
What is computed row by row is computed once for all of them, and what weighs rows adds up their weights first.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Rows(NamedTuple):
    """Row ``number`` of a picture is ``pixels[of[number]]``; ``of`` begins with 0 and rises by 0 or 1."""

    pixels: Any
    """Rows of bytes."""
    of: Any
    """For each row of the picture, which of ``pixels`` it is."""

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the picture."""
        return len(self.of), self.pixels.shape[1]

    def part(self, rows: slice, columns: slice) -> Rows:
        """A box of the picture; ``rows`` and ``columns`` count from 0 and are not empty."""
        of = self.of[rows]
        return Rows(self.pixels[of[0] : of[-1] + 1, columns], of - of[0])

    def whole(self) -> Any:
        """Every row in its place, as bytes."""
        return self.pixels if len(self.pixels) == len(self.of) else self.pixels[self.of]


def rows_of(pixels: Any) -> Rows:
    """Rows of bytes, without those that repeat the row above."""
    new = differing(pixels)
    return Rows(pixels if new.all() else pixels[new], numbered(new))


def differing(pixels: Any) -> Any:
    """For each row, whether it differs from the one above; the first does."""
    import numpy as np

    new = np.ones(len(pixels), dtype=bool)
    np.any(pixels[1:] != pixels[:-1], axis=1, out=new[1:])
    return new


def times(new: Any) -> Any:
    """For each new row, how many rows it stands for, with itself."""
    import numpy as np

    return gaps(np.flatnonzero(new), len(new))


def gaps(at: Any, end: int) -> Any:
    """From each place to the next, and from the last to the end. (``np.diff`` takes five times as long for few.)"""
    import numpy as np

    found = np.empty_like(at)
    np.subtract(at[1:], at[:-1], out=found[:-1])
    found[-1] = end - at[-1]
    return found


def numbered(new: Any) -> Any:
    """For each row, how many new ones there were before it and with it, counted from 0."""
    import numpy as np

    return np.cumsum(new) - 1
