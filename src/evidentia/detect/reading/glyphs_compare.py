"""Two wordings composed of letters, laid over the same ink, and compared where they differ."""

from __future__ import annotations

from itertools import takewhile
from typing import Any

import msgspec

from .glyphs_fonts import correlation
from .glyphs_ink import EM, Patch
from .glyphs_letters import ROWS, Alphabet, Laid, lay

ROOM = 24
"""Pixels of ground laid around a word, over which a wording that is too long may stand out."""

APART = 0.1
"""Of an em: letters that stand farther than this from their place in the other wording are compared too."""

NEIGHBOURS = {
    "0": "8", "1": "7", "2": "7", "3": "8", "4": "9", "5": "6", "6": "8", "7": "1", "8": "3", "9": "0",
    "a": "e", "b": "h", "c": "e", "d": "b", "e": "c", "g": "q", "h": "b", "i": "l", "k": "h", "l": "i", "m": "n",
    "n": "u", "o": "e", "p": "q", "r": "n", "s": "a", "t": "l", "u": "n", "w": "v", "y": "v",
    "A": "B", "B": "P", "C": "G", "K": "R", "P": "B", "R": "K", "S": "B",
}  # fmt: skip
"""For each letter one that comes near it: what a word is tried with to see how much letters vary."""


class Wording(msgspec.Struct, frozen=True):
    """A text, and whether the letters in which it differs from the other one are to be the face's."""

    text: str
    drawn: bool = False


class Margin(msgspec.Struct, frozen=True):
    """The correlations of two wordings with the ink in the decisive columns, and how far the wordings are ``apart``.

    ``apart`` is 1 less their own correlation there; ``drawn`` are letters that the picture did not give.
    """

    first: float
    second: float
    apart: float
    drawn: str = ""

    @property
    def value(self) -> float:
        """-1 where the ink is the first wording's, 1 where it is the second's."""
        return (self.second - self.first) / self.apart if self.apart > 0 else 0.0


def compare(
    alphabet: Alphabet, patch: Patch, first: Wording, second: Wording, *, without: int = -1
) -> Margin:
    """Compose both wordings, lay them over the patch, and correlate where they differ.

    ``without`` is the number of the word of which no letter is to be used: the one in the patch itself.
    """
    import numpy as np

    room = np.pad(patch.ink, ROOM)
    same, rest = shared(first.text, second.text)
    composed = [
        alphabet.compose(
            one.text, without, drawn=range(same, len(one.text) - rest) if one.drawn else range(0)
        )
        for one in (first, second)
    ]
    a, b = (lay(room, one) for one in composed)
    columns = _decisive(a, b, same, rest, room.shape[1])
    inked = slice(max(0, patch.left + ROOM - 5), patch.right + ROOM + 5)
    columns[: inked.start] = columns[inked.stop :] = False
    drawn = "".join(sorted({*composed[0].drawn, *composed[1].drawn}))
    if columns.sum() < 3:
        return Margin(0.0, 0.0, 0.0, drawn)
    rows = slice(max(0, min(a.top, b.top)), max(a.top, b.top) + ROWS)
    return Margin(
        _best(room, a.ink, rows, columns),
        _best(room, b.ink, rows, columns),
        1 - _best(a.ink, b.ink, rows, columns),
        drawn,
    )


def shared(one: str, other: str) -> tuple[int, int]:
    """How many letters both begin with, and how many of the rest both end with."""
    same = _agreeing(one, other)
    return same, _agreeing(one[same:][::-1], other[same:][::-1])


def _agreeing(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def exchanged(text: str, recorded: str, shown: str, turn: int) -> str:
    """The text with one other letter: as the two wordings differ, if it can, else a neighbour; empty if there is none.

    ``turn`` says which letter, where several could be exchanged.
    """
    same, rest = shared(recorded, shown)
    gone, come = recorded[same : len(recorded) - rest], shown[same : len(shown) - rest]
    ways = {gone: come, come: gone} if len(gone) == len(come) == 1 else {}
    ways = {letter: other for letter, other in ways.items() if letter in text} or NEIGHBOURS
    places = [n for n, letter in enumerate(text) if letter in ways]
    if not places:
        return ""
    at = places[turn % len(places)]
    return text[:at] + ways[text[at]] + text[at + 1 :]


def _decisive(a: Laid, b: Laid, same: int, rest: int, wide: int) -> Any:
    """The columns of the letters that differ, and of the others where they had to stand elsewhere."""
    import numpy as np

    columns = np.zeros(wide, dtype=bool)
    for laid in (a, b):
        columns[max(0, laid.places[same] - 1) : max(0, laid.places[len(laid.places) - 1 - rest] + 1)] = True
    after = a.places[len(a.places) - 1 - rest], b.places[len(b.places) - 1 - rest]
    if rest and abs(after[0] - after[1]) > APART * EM:
        columns[max(0, min(after)) : max(0, a.places[-1], b.places[-1])] = True
    before = (a.places[same - 1], b.places[same - 1]) if same else (0, 0)
    if abs(before[0] - before[1]) > APART * EM:
        columns[max(0, min(a.places[0], b.places[0])) : max(0, a.places[same], b.places[same])] = True
    return columns


def _best(seen: Any, made: Any, rows: slice, columns: Any) -> float:
    """The correlation in these columns, at the best of small shifts."""
    import numpy as np

    at = np.flatnonzero(columns)
    target = seen[rows][:, at]
    around = np.pad(made, ((1, 1), (0, 0)))[rows.start : rows.start + target.shape[0] + 2]
    best = -1.0
    for right in (-2, -1, 0, 1, 2):
        moved = around[:, np.clip(at - right, 0, made.shape[1] - 1)]
        best = max(best, *(correlation(target, moved[down : down + target.shape[0]]) for down in (0, 1, 2)))
    return best
