"""Whether lines of letters run askew. A screen draws each along one row of pixels; paper seldom lies so straight.

Only letters of one line are compared with each other: labels that stand beside each other, each a little lower, are
no line that falls.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .typography_lines import Line, Text

LEAST_LETTERS = 8
"""Letters of a line that is counted: fewer do not show how it runs."""

LEAST_COUNTED = 100
"""Letters of all such lines, below which nothing is said: each of 200 pages that a browser drew had 132 and more."""

MOST_COMPARED = 200
"""Letters of a line that are compared with each other: of a longer one, every second, third and so on. Each is
compared with half of them, which is 10,000 pairs."""


@dataclass(frozen=True)
class Lean:
    """Which share of the letters stands in lines whose right half is lower, or higher, than their left half.

    ``letters`` is how many were counted; ``degrees`` is the median slope of their lines, positive where they fall.
    """

    lower: float
    higher: float
    letters: int
    degrees: float

    @property
    def one_way(self) -> float:
        """How far the lines agree that they run askew: 0 on a screen's picture, 1 where each runs the same way."""
        return abs(self.lower - self.higher) if self.letters >= LEAST_COUNTED else 0.0

    @property
    def level(self) -> float:
        """Share of the letters in lines that run along one row of pixels: 0 where there are too few to say."""
        return 1.0 - self.lower - self.higher if self.letters >= LEAST_COUNTED else 0.0


def lean(text: Text) -> Lean:
    """How the lines of a picture run."""
    from math import atan, degrees

    slopes = sorted((_slope(line), n) for line in text.lines if (n := _letters(line)) >= LEAST_LETTERS)
    letters = sum(n for _, n in slopes)
    if not letters:
        return Lean(0.0, 0.0, 0, 0.0)
    each = [slope for slope, n in slopes for _ in range(n)]
    return Lean(
        lower=sum(n for slope, n in slopes if slope > 0) / letters,
        higher=sum(n for slope, n in slopes if slope < 0) / letters,
        letters=letters,
        degrees=degrees(atan(median(each))),
    )


def _letters(line: Line) -> int:
    return sum(len(word.letters) for word in line.words)


def _slope(line: Line) -> float:
    """Pixels that the line falls for each pixel to the right: the median over pairs of letters, one of each half.

    Feet of round letters stand a pixel lower than those of others, and those of a few far lower: in most pairs both
    feet are of one kind, or as many are lower as are higher.
    """
    import numpy as np

    feet = np.array(sorted((x + w / 2, y + h) for word in line.words for x, y, w, h in word.letters))
    feet = feet[:: -(-len(feet) // MOST_COMPARED)]
    middle = len(feet) // 2
    left, right = feet[:middle], feet[-middle:]
    apart = float(np.median(right[:, 0]) - np.median(left[:, 0]))
    falls = float(np.median(right[None, :, 1] - left[:, None, 1]))
    return falls / apart if apart > 0 else 0.0
