"""Whether the ground beside each word went through the same compressions as that of its neighbours.

A word that was painted or pasted into a compressed picture brings clean ground with it: it shows what the last
compression leaves, and nothing of an earlier one. A word from a compressed picture that was pasted into a clean one
brings noise. Measures and limits are our own; counting expected false alarms is after A. Desolneux, L. Moisan and
J.-M. Morel, "From Gestalt Theory to Image Analysis" (Springer 2008).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...record.examination import Opposing, TestFinding
from ...record.sentences import Term, said
from .flatness import SCREEN_FLAT, flat_share
from .method import opposes
from .typography_finding import finding, same_treatment
from .typography_lines import Word
from .typography_noise import Cell, Noise, measure, ratio
from .typography_words import Odd, Style, among_others, measured_words, median

if TYPE_CHECKING:
    from .picture import Examined

VERSION = "5"

LOG_ALARM = -4.5
"""log10 of the expected number of false alarms in a picture. Of 157 further generated screenshots one came to -4.0,
where one in 10,000 is expected: the tail is heavier than its model, and this leaves a margin."""

SCALE = 1.4826
"""From the median of absolute deviations to a standard deviation, of a normal distribution."""

SUSPECT = -4.5
"""Logarithm of the chance from which a word counts as one that stands out, when its neighbours are looked at."""

LEAST_PIXELS = 100
LEAST_PLACES = 12
"""Pixels of ground beside a letter or word from which it is measured, and words from which their spread is known."""

LEAST_SPREAD = 0.03
LETTER_VARIANCE = 0.4
"""Spread of words' logarithms at least; and what a place of few pixels spreads more, at least, as the variance of one
pixel. Both are measured on the page itself, which may have been cut between two compressions."""

LAST_SPREAD, LAST_VARIANCE = 0.06, 0.8
"""The same of places that were painted or pasted, about what the last compression leaves: of 293 such letters and
words, those with 100 to 200 pixels spread by 0.08, those with 400 and more by 0.06."""

LEAST_GAP = 0.15
"""Logarithm by which an earlier compression must have raised the noise of a place, for its absence to be seen."""

QUIET_STARTS, QUIET_DECADE = 1.5, 2.0
"""Spreads by which a place lacks noise, from where on it is one of 1,000 genuine places, and a tenth of that for each
further step: of some 37,000 letters and words of 125 generated screenshots and honest copies, 12 came to 2.4, three to
3.9, and one to 4.9, when it was not yet looked for whether the grid had moved."""

LEAST_CELLS, CELL_PIXELS = 3, 60
NOISY_STARTS, NOISY_DECADE = 0.15, 0.2
"""Letters that must all be noisier, with so many pixels of ground each: a picture or an emoji at one end of a word
stands beside one or two of them. And logarithms of the least of them, as above: in 92 generated pictures, eight came to
0.12, one to 0.26."""

MOST_FAR = 0.05
"""Share of the pixels beside these letters that may be too far from the ground for noise; of a word through quality 50,
3 % are. Pills, bars and emoji beside letters have 8 % and more: for these, 36 of 384 genuine screenshots of new layouts
were alarmed at."""


@dataclass(frozen=True)
class _Page:
    """What is usual beside letters of a page: the middle logarithm, its spread, and the variance of one pixel more.

    ``flat``: most of its ground is. Over pictures, words have the pictures' noise beside them: more says nothing there.
    """

    flat: bool
    middle: float
    spread: float
    variance: float

    def spread_of(self, pixels: int) -> float:
        return math.hypot(self.spread, math.sqrt(self.variance / pixels))


def examine_ground(picture: Examined) -> TestFinding:
    """Whether the ground beside each word has the noise that the page's compressions leave beside such letters."""
    noise = measure(picture)
    styles = {id(one.word): one for one in measured_words(picture)}
    words = [styles[id(word)] for word, _, _ in noise.words]
    page = _page(noise, flat_share(picture) >= SCREEN_FLAT)
    places = [] if page is None else [(n, odd) for n in range(len(words)) for odd in _places(noise, n, page)]
    rarest: dict[int, Odd] = {}
    for n, odd in places:
        if n not in rarest or odd.log_chance < rarest[n].log_chance:
            rarest[n] = odd
    suspect = {n for n, odd in rarest.items() if odd.log_chance <= SUSPECT}
    return finding(
        Term("ground beside letters"),
        "noise",
        VERSION,
        len(places),
        [
            odd
            for n, odd in rarest.items()
            if odd.log_chance == 0 or among_others(n, words, suspect, Style.on_ground_of)
        ],
        lambda by: said("examining.noise_beside", times=math.exp(min(20.0, by))),
        (_picture_inside, same_treatment),
        LOG_ALARM,
    )


def _page(noise: Noise, flat: bool) -> _Page | None:
    """What is usual on this page; None where it has too few words."""
    whole = [ratio(cells) for _, _, cells in noise.words if _pixels(cells) >= LEAST_PIXELS]
    if len(whole) < LEAST_PLACES:
        return None
    middle = median(whole)
    spread = max(LEAST_SPREAD, SCALE * median([abs(value - middle) for value in whole]))
    single = [c for _, _, cells in noise.words for c in cells if c.pixels >= LEAST_PIXELS]
    if not single:
        return _Page(flat, middle, spread, LETTER_VARIANCE)
    wider = (SCALE * median([abs(ratio([cell]) - middle) for cell in single])) ** 2 - spread**2
    return _Page(flat, middle, spread, max(LETTER_VARIANCE, wider * median([cell.pixels for cell in single])))


def _places(noise: Noise, n: int, page: _Page) -> Iterator[Odd]:
    """A word and each of its letters, as far as there is enough ground beside them."""
    word, _, cells = noise.words[n]
    singles = [(Word(box, (box,)), [cell]) for box, cell in zip(word.letters, cells, strict=True)]
    for part, own in [(word, list(cells)), *(singles if len(cells) > 1 else [])]:
        if _pixels(own) >= LEAST_PIXELS:
            by = ratio(own) - page.middle
            noisy = _noisy(own, page) if page.flat else 0.0
            yield Odd(part, by, min(_quiet(own, by, page), noisy))


def _quiet(cells: Sequence[Cell], by: float, page: _Page) -> float:
    """The logarithm of the chance that a genuine place lacks so much noise, and has just what the last compression
    leaves: how much worse the page explains it than that compression alone."""
    last, pixels = ratio(cells, "last"), _pixels(cells)
    if by >= 0 or last - by < LEAST_GAP:
        return 0.0
    clean = math.hypot(LAST_SPREAD, math.sqrt(LAST_VARIANCE / pixels))
    square = (by / page.spread_of(pixels)) ** 2 - (max(0.0, last) / clean) ** 2
    return _chance(math.sqrt(max(0.0, square)), QUIET_STARTS, QUIET_DECADE)


def _noisy(cells: Sequence[Cell], page: _Page) -> float:
    """The same for a word that has noise, and hardly anything else, beside all of its letters."""
    enough = [cell for cell in cells if cell.pixels >= CELL_PIXELS]
    if len(enough) < LEAST_CELLS or sum(cell.far for cell in cells) > MOST_FAR * _pixels(cells):
        return 0.0
    return _chance(min(ratio([cell]) - page.middle for cell in enough), NOISY_STARTS, NOISY_DECADE)


def _chance(by: float, starts: float, decade: float) -> float:
    return -3.0 - (by - starts) / decade if by > starts else 0.0


def _pixels(cells: Sequence[Cell]) -> int:
    return sum(cell.pixels for cell in cells)


def _picture_inside(tested: int, odd: Sequence[Odd]) -> Opposing:
    return opposes(
        Term("a picture that is shown inside of the screenshot"), False, said("examining.noise_of_the_page")
    )
