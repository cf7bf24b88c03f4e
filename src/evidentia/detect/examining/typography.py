"""Whether each word of a screenshot stands on the baseline of its line.

A program that draws text sets all words of a line on one row of pixels. A word that was painted or pasted later often
does not keep to it. Letters are not read: their shapes are compared as parts of ink.

The idea of telling pasted text by its alignment is that of J. van Beusekom, F. Shafait and T. M. Breuel, "Text-line
examination for document forgery detection", IJDAR 16 (2013); that of counting expected false alarms, A. Desolneux,
L. Moisan and J.-M. Morel, "From Gestalt Theory to Image Analysis" (Springer 2008). Measures and limits are our own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...record.examination import Opposing, TestFinding
from ...record.sentences import Term, said
from .method import opposes
from .typography_finding import TOO_LITTLE_TEXT, finding, same_treatment
from .typography_lines import Line, Word, find_text
from .typography_words import Odd, is_coarse, measured_words

if TYPE_CHECKING:
    from .picture import Examined

VERSION = "2"

LEAST_WORDS = 4
LEAST_LETTERS = 10
"""Words of a line, and letters of its other words, from which its baseline is known."""

BASELINE_DECADE = 0.27
"""Pixels by which a genuine word's baseline is ten times rarer: of 6,857 generated words, 22 % stood 0.25 or more
away from their line's, 10 stood 0.75 or more, and none of those in running text 1.2."""

ON_LINE = 0.75
"""Pixels within which a word stands on its line: farther off, by the same figures, is one in 700."""

DESCENDER = 0.18
"""Share of the letters' height beyond which a low word is one of letters that hang below the line (p, g, y): they were
measured at 0.24 and more."""


def examine_baselines(picture: Examined) -> TestFinding:
    """Whether each word stands on the row of pixels of its line, as the words before and after it do."""
    if is_coarse(picture):
        return _finding([], "examining.coarse_for_baselines")
    styles = {id(one.word): one.style for one in measured_words(picture)}
    odd = []
    for line in find_text(picture).lines:
        if len(line.words) < LEAST_WORDS:
            continue
        off = []
        for word in line.words:
            own = styles[id(word)]
            others = [other for other in line.words if other is not word and styles[id(other)].like(own)]
            off.append(_off_baseline(word, others, line))
        on = [n for n, by in enumerate(off) if by is not None and abs(by) <= ON_LINE]
        # What begins or ends a line may be an element of its own beside the text; within it, it is not.
        inner = range(min(on, default=0) + 1, max(on, default=0))
        odd += [
            Odd(line.words[n], by, -abs(by) / BASELINE_DECADE) for n in inner if (by := off[n]) is not None
        ]
    return _finding(odd, TOO_LITTLE_TEXT)


def _finding(odd: Sequence[Odd], why_none: str) -> TestFinding:
    return finding(
        Term("baselines of words"),
        "baseline",
        VERSION,
        len(odd),
        odd,
        lambda by: said("examining.off_baseline", pixels=by),
        (_other_element, same_treatment),
        why_none=why_none,
    )


def _off_baseline(word: Word, others: Sequence[Word], line: Line) -> float | None:
    """Pixels by which the word stands lower than others of its line; None where that is not told."""
    theirs = [box[1] + box[3] for other in others for box in other.letters]
    own = [box[1] + box[3] for box in word.letters]
    if len(theirs) < LEAST_LETTERS or len(own) < 2:
        return None
    at, share = _commonest(theirs)
    here, own_share = _commonest(own)
    if share < 0.5 or own_share < 0.5 or abs(here - at) > DESCENDER * line.height:
        return None
    return here - at


def _commonest(bottoms: list[int]) -> tuple[float, float]:
    """The mean of most bottoms that lie within one pixel of each other, and their share."""
    best = max(set(bottoms), key=lambda at: (sum(at <= b <= at + 1 for b in bottoms), -at))
    close = [b for b in bottoms if best <= b <= best + 1]
    return sum(close) / len(close), len(close) / len(bottoms)


def _other_element(tested: int, odd: Sequence[Odd]) -> Opposing:
    return opposes(
        Term("another element beside the text, such as a badge or a count"),
        False,
        said("examining.words_before_and_after"),
    )
