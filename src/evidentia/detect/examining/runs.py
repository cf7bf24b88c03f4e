"""Runs of letters of one word, and the blocks of 8 x 8 in which they stand: one digit of a number is a run.

What is measured beside letters is measured in the blocks that are theirs alone: one that a letter beside the run
shares has waves of both. What is measured of all that a block shows is measured in each block that they reach into: a
block in which anything was painted is no longer what it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from .blocks import SIDE
from .typography_lines import around, find_text

if TYPE_CHECKING:
    from .blocks import Blocks, Mask
    from .picture import Examined
    from .typography_lines import Box, Line, Word

FEWEST_BLOCKS = 3
"""Of a run: with fewer, one odd block decides."""

LONGEST = 12
"""Letters of a run that is looked at on its own; longer ones are parts of whole words."""

FEWEST_LETTERS, TALLEST = 8, 2.5
"""A word with a letter so many times as tall as the middle one of its line, or of the picture where the line has fewer
letters, is no word: it is a portrait, an icon, or the ground between two bars, whose waves are not those of letters."""

REACHES = 3
"""Pixels, across and down, by which a run reaches into a block: fewer may be nothing but a letter's smoothed edge."""

Span = tuple[tuple[int, int], tuple[int, int]]
"""The first and the last letter that reach into a block, each as the number of the word and of the letter in it."""


@dataclass(frozen=True)
class Run:
    """Letters beside each other, and their blocks by their numbers among all textured ones."""

    box: Box
    blocks: tuple[int, ...]
    whole: bool


def runs_alone(picture: Examined, blocks: Blocks, telling: Mask) -> Iterator[Run]:
    """Every run with enough blocks, of those that are ``telling``, that no other letter reaches into."""
    place = {divmod(int(number), blocks.shape[1]): n for n, number in enumerate(blocks.at) if telling[n]}
    for words, tallest in _lines(picture):
        spans = _spans(words, blocks.origin, place)
        for number, word in enumerate(words):
            if not _of_letters(word, tallest):
                continue
            own = [
                (first[1], last[1], block)
                for block, (first, last) in spans.items()
                if first[0] == last[0] == number
            ]
            for first, last in _parts(word):
                those = tuple(block for low, high, block in own if first <= low and high <= last)
                yield from _run(word, first, last, those)


def runs_reaching(picture: Examined, blocks: Blocks, telling: Mask) -> Iterator[Run]:
    """Every run that reaches into enough blocks that are ``telling``; of runs in the same ones the shortest."""
    import numpy as np

    at = np.full(blocks.shape, -1)
    at.reshape(-1)[blocks.at] = np.where(telling, np.arange(len(blocks.at)), -1)
    for words, tallest in _lines(picture):
        for word in (word for word in words if _of_letters(word, tallest)):
            seen: set[tuple[int, ...]] = set()
            for first, last in _parts(word):
                x, y, width, height = around(list(word.letters[first : last + 1]))
                left, top = x - blocks.origin[0], y - blocks.origin[1]
                there = at[_reached(top, height), _reached(left, width)]
                those = tuple(there[there >= 0].tolist())
                if those not in seen:
                    yield from _run(word, first, last, those)
                seen.add(those)


def _lines(picture: Examined) -> Iterator[tuple[tuple[Word, ...], float]]:
    """The words of each line, and how tall a letter may be there."""
    lines = find_text(picture).lines
    of_all = median(_heights(lines) or [0])
    for line in lines:
        own = _heights([line])
        yield line.words, TALLEST * (median(own) if len(own) >= FEWEST_LETTERS else of_all)


def _of_letters(word: Word, tallest: float) -> bool:
    return max(height for _, _, _, height in word.letters) <= tallest


def _heights(lines: Sequence[Line]) -> list[int]:
    return [height for line in lines for word in line.words for _, _, _, height in word.letters]


def _reached(start: int, length: int) -> slice:
    """The rows, or columns, of blocks into which so many pixels reach by ``REACHES``."""
    first = (start + REACHES - 1) // SIDE
    return slice(max(0, first), max(0, (start + length - REACHES) // SIDE + 1))


def _parts(word: Word) -> Iterator[tuple[int, int]]:
    """The first and the last letter of each run of a word, the shortest runs first."""
    count = len(word.letters)
    for length in range(1, min(LONGEST, count) + 1):
        for first in range(count - length + 1):
            yield first, first + length - 1
    if count > LONGEST:
        yield 0, count - 1


def _run(word: Word, first: int, last: int, blocks: tuple[int, ...]) -> Iterator[Run]:
    if len(blocks) >= FEWEST_BLOCKS:
        whole = (first, last) == (0, len(word.letters) - 1)
        yield Run(around(list(word.letters[first : last + 1])), blocks, whole)


def _spans(
    words: tuple[Word, ...], origin: tuple[int, int], place: dict[tuple[int, int], int]
) -> dict[int, Span]:
    """For each block that a line's letters reach into the first and the last letter."""
    spans: dict[int, Span] = {}
    for number, word in enumerate(words):
        for n, (x, y, width, height) in enumerate(word.letters):
            left, top = x - origin[0], y - origin[1]
            for row in range(max(0, top - 1) // SIDE, (top + height) // SIDE + 1):
                for column in range(max(0, left - 1) // SIDE, (left + width) // SIDE + 1):
                    block = place.get((row, column))
                    if block is not None:
                        first, last = spans.get(block, ((number, n), (number, n)))
                        spans[block] = min(first, (number, n)), max(last, (number, n))
    return spans


def apart(boxes: Sequence[Box]) -> list[int]:
    """Which boxes share nothing with one before them that is kept: those of the rarest come first."""
    kept: list[int] = []
    for n, box in enumerate(boxes):
        if not any(_share(box, boxes[other]) for other in kept):
            kept.append(n)
    return kept


def _share(a: Box, b: Box) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]
