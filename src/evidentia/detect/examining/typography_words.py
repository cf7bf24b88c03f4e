"""Words of a screenshot with what is measured of each, and how rare it is among words of the same style.

The model is a-contrario: in a picture without alteration, a word differs from the others of its style only as far as
letters differ. How far that is was measured on genuine screenshots; the number of words that are expected to stand out
as much by chance (NFA) is the number of words times the probability of one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...record.examination import Region
from .history import own_table
from .typography_lines import Box, Line, Word, find_text

if TYPE_CHECKING:
    from .picture import Examined

LEAST_MATES = 8
"""Words of the same style that the median is taken over: with fewer, it moves with each of them."""

SAME_GROUND, SAME_HEIGHT, SAME_INK = 4.0, 0.20, 0.15
"""Of one style are words on ground of the same luma, of letters as tall and of ink as strong, within these: in luma,
and in shares. Names in bold and small print are styles of their own."""

SAME_COLOUR = 30.0
"""Of red over green, and of blue over green, of the ink: an emoji among words is no word, and a link is a style of its
own. Wide, because JPEG's halved chroma smears colours."""

NEAR_HEIGHTS = 4.0
LEAST_NEAR, MOST_ODD = 3, 0.34
"""Heights of letters up and down within which words of one style are neighbours; how many there must be, and the share
of them that may stand out as well: a picture of a text that is shown inside of a screenshot, or an icon beside a text,
has an origin of its own, and so has all of it."""

COARSEST = 50.0
"""Mean step of the file's luminance table, that of IJG quality 57: what is coarser moves edges and lower ends of single
words by as much as painted ones differ. All 4 of 872 genuine screenshots in which a word's edges stood out were of
quality 40 or 50, and so were the two of 824 in which its baseline did."""

MARGIN = 5
"""Pixels around a word in which the ground beside its letters is looked at."""


@dataclass(frozen=True)
class Style:
    """What words of one style share: luma of the ground, height of the line's letters, strength of the ink in luma.

    ``colour``: by how much red, and blue, of the ink is more than its green.
    """

    ground: float
    height: float
    ink: float
    colour: tuple[float, float] = (0.0, 0.0)

    def like(self, other: Style) -> bool:
        """Whether both are one style, within what JPEG and a line's choice of letters change."""
        return (
            self.on_ground_of(other)
            and abs(self.height / other.height - 1) <= SAME_HEIGHT
            and abs(self.ink / other.ink - 1) <= SAME_INK
            and max(abs(a - b) for a, b in zip(self.colour, other.colour, strict=True)) <= SAME_COLOUR
        )

    def on_ground_of(self, other: Style) -> bool:
        """Whether both stand on one ground, whatever their size and ink."""
        return abs(self.ground - other.ground) <= SAME_GROUND


@dataclass(frozen=True)
class Measured:
    """A word with its line and style."""

    word: Word
    line: Line
    style: Style


@dataclass(frozen=True)
class Odd:
    """A word that stands out: by how much, and the base-10 logarithm of the probability that a genuine one does."""

    word: Word
    by: float
    log_chance: float


def is_coarse(picture: Examined) -> bool:
    """Whether the file's own compression is coarser than ``COARSEST``."""
    own = own_table(picture)
    return own is not None and float(own.mean()) > COARSEST


def measured_words(picture: Examined) -> list[Measured]:
    """Every word with its style."""
    import numpy as np

    text = find_text(picture)
    found = []
    for line in text.lines:
        for word in line.words:
            x, y, width, height = word.box
            here = np.s_[y : y + height, x : x + width]
            ground = text.ground[here]
            level = float(np.median(ground))
            strong = np.abs(picture.luma[here] - level)[text.ink[here] > 0]
            red, green, blue = np.median(picture.pixels[here][text.ink[here] > 0].astype(np.float32), axis=0)
            colour = float(red - green), float(blue - green)
            style = Style(level, line.height, float(np.percentile(strong, 80)), colour)
            found.append(Measured(word, line, style))
    return found


def mates(words: Sequence[Measured], of: Measured) -> list[int]:
    """Places in ``words`` of those in the style of ``of``, without itself."""
    return [n for n, other in enumerate(words) if other is not of and other.style.like(of.style)]


def among_others(
    n: int,
    words: Sequence[Measured],
    suspect: Collection[int],
    alike: Callable[[Style, Style], bool] = Style.like,
) -> bool:
    """Whether words like word ``n`` stand nearby, most of which are not ``suspect`` themselves."""
    own = words[n]
    reach = NEAR_HEIGHTS * own.line.height
    near = [
        m
        for m, other in enumerate(words)
        if m != n and abs(other.word.box[1] - own.word.box[1]) <= reach and alike(other.style, own.style)
    ]
    return len(near) >= LEAST_NEAR and sum(m in suspect for m in near) <= MOST_ODD * len(near)


def median(values: Sequence[float]) -> float:
    """The middle value; the mean of both where there are two."""
    ordered = sorted(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def log_nfa(odd: Odd, tested: int) -> float:
    """The base-10 logarithm of how many of ``tested`` genuine words are expected to stand out as much."""
    return math.log10(max(1, tested)) + odd.log_chance


def regions(odd: Iterable[Odd]) -> tuple[Region, ...]:
    """Where the words stand, with the ground around them."""
    return tuple(Region(box=_grown(one.word.box)) for one in odd)


def _grown(box: Box) -> Box:
    x, y, width, height = box
    left, top = max(0, x - MARGIN), max(0, y - MARGIN)
    return left, top, x + width + MARGIN - left, y + height + MARGIN - top
