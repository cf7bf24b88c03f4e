"""Local alignment of two runs of characters (T. F. Smith, M. S. Waterman, J. Mol. Biol. 147, 1981)."""

from __future__ import annotations

MATCH, MISMATCH, GAP = 2, -2, 1
"""A gap costs less than a mismatch: a changed word is left out whole rather than forced onto strange letters."""

MAX_CHARACTERS = 6000
"""On a side. The table then takes 72 MB; the longest posts of the large platforms have a few thousand."""


def align(recorded: str, shown: str) -> list[tuple[int, int]]:
    """The pairs of positions (in ``recorded``, in ``shown``) of equal characters in the best local alignment.

    Both are cut at ``MAX_CHARACTERS``. An empty list says that nothing is common.
    """
    import numpy as np

    recorded, shown = recorded[:MAX_CHARACTERS], shown[:MAX_CHARACTERS]
    if not recorded or not shown:
        return []
    rows = np.array([ord(c) for c in recorded], dtype=np.int32)
    columns = np.array([ord(c) for c in shown], dtype=np.int32)
    table = np.zeros((len(rows) + 1, len(columns) + 1), dtype=np.int16)
    slope = GAP * np.arange(len(columns) + 1, dtype=np.int32)
    for i, letter in enumerate(rows, start=1):
        above = table[i - 1].astype(np.int32)
        best = np.maximum(above - GAP, 0)
        best[1:] = np.maximum(best[1:], above[:-1] + np.where(columns == letter, MATCH, MISMATCH))
        # A gap along the row carries the best score so far, less the distance: a running maximum on a slope.
        table[i] = np.maximum.accumulate(best + slope) - slope
    return _trace(table, recorded, shown)


def _trace(table: object, recorded: str, shown: str) -> list[tuple[int, int]]:
    import numpy as np

    scores = np.asarray(table)
    i, j = (int(at) for at in np.unravel_index(int(scores.argmax()), scores.shape))
    pairs: list[tuple[int, int]] = []
    while i > 0 and j > 0 and scores[i, j] > 0:
        equal = recorded[i - 1] == shown[j - 1]
        if scores[i, j] == scores[i - 1, j - 1] + (MATCH if equal else MISMATCH):
            i, j = i - 1, j - 1
            if equal:
                pairs.append((i, j))
        elif scores[i, j] == scores[i - 1, j] - GAP:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]
