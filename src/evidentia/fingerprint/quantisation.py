"""Which quality of the Independent JPEG Group's encoder a quantisation table comes nearest to.

The IJG's encoder, and most that descend from it, scale the example tables of ITU-T T.81, annex K.1, by a quality from
1 to 100. A table that equals one of them was very probably written so; one that does not was written by an encoder with
tables of its own, as cameras and Photoshop have them. Either can be copied by anyone.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from .types import NearestQuality

_LUMINANCE = (
    "16 11 10 16 24 40 51 61 12 12 14 19 26 58 60 55 14 13 16 24 40 57 69 56 14 17 22 29 51 87 80 62 "
    "18 22 37 56 68 109 103 77 24 35 55 64 81 104 113 92 49 64 78 87 103 121 120 101 72 92 95 98 112 100 103 99"
)
_CHROMINANCE = (
    "17 18 24 47 99 99 99 99 18 21 26 66 99 99 99 99 24 26 56 99 99 99 99 99 47 66 99 99 99 99 99 99 "
    + "99 " * 32
)
_ZIGZAG = sorted(range(64), key=lambda at: (at // 8 + at % 8, at // 8 if (at // 8 + at % 8) % 2 else at % 8))
"""The order in which a file holds a table (T.81, figure A.6), as positions in rows and columns."""


@cache
def _tables() -> tuple[tuple[tuple[int, str], ...], Any]:
    """Quality and kind of every table, the highest quality first, and the tables as rows."""
    import numpy as np

    named, rows = [], []
    for quality in range(100, 0, -1):
        for kind, text in (("luminance", _LUMINANCE), ("chrominance", _CHROMINANCE)):
            named.append((quality, kind))
            table = _scaled(text, quality)
            rows.append([table[at] for at in _ZIGZAG])
    return tuple(named), np.array(rows)


def luminance_table(quality: int) -> tuple[int, ...]:
    """The luminance table of the IJG's encoder for a ``quality`` of 1 to 100: 64 steps, row by row, not in zigzag."""
    return _scaled(_LUMINANCE, quality)


def _scaled(example: str, quality: int) -> tuple[int, ...]:
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    return tuple(min(255, max(1, (int(value) * scale + 50) // 100)) for value in example.split())


def nearest_quality(values: tuple[int, ...]) -> NearestQuality:
    """The quality and kind whose table differs least from ``values`` (64, in zigzag order), and by how much in sum.

    Of several that differ as little, the highest quality, and luminance.
    """
    import numpy as np

    named, rows = _tables()
    distances = np.abs(rows - np.array(values)).sum(axis=1)
    nearest = int(distances.argmin())
    quality, kind = named[nearest]
    return NearestQuality(quality=quality, table=kind, distance=int(distances[nearest]))
