"""Whether the letters of each word were drawn as sharply as those of the others of its style.

What shrinks or compresses a picture softens all of its letters. A word that is painted into it afterwards has edges
that are harder across and down, and fewer pixels between ink and ground. A letter's shape moves one of these or two;
all three together it hardly does. Measures and limits are our own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from ...record.examination import Opposing, TestFinding
from ...record.said import Said
from ...record.sentences import Term, said
from .method import opposes
from .typography_finding import finding, same_treatment
from .typography_lines import Text, find_text
from .typography_words import (
    LEAST_MATES,
    Measured,
    Odd,
    among_others,
    is_coarse,
    mates,
    measured_words,
    median,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .picture import Examined

VERSION = "3"

LEAST_LETTERS = 4
LEAST_STEPS = 40
"""Of a word's letters, and of its steep places across and down, at least so many: fewer are moved by one letter. The
word "ini" stood out in 3 of 760 genuine screenshots: two strokes and an arch have no edges down."""

TALL = 0.5
"""Of the highest part of a word: what is lower is a dot or a mark, and no letter."""

SOLID = 0.85
"""Share of its box that a part fills which is a bar of an icon rather than a letter; a word of such parts is none."""

_TEST = Term("edges of letters")

EDGE = 0.2
"""Share of the ink's strength: smaller steps are no edges, and what is so far from both is between ink and ground."""

STARTS, DECADE = 2.5, 0.8
"""Spreads by which a word stands out in all three, from where on it is one in 1,000 genuine words, and a tenth of that
for each further step: of 8,455 words of 197 generated screenshots and honest copies, 1 % came to 1.4, one in 1,000 to
2.5, one in 10,000 to 3.2, and one to 3.5."""


@dataclass(frozen=True)
class Drawn:
    """How a word's letters are drawn: how steep the steepest places are across and down, as shares of the ink's
    strength; and pixels between ink and ground for each pixel of outline."""

    across: float
    down: float
    between: float


SPREADS = Drawn(across=0.04, down=0.046, between=0.065)
"""Of the logarithms among genuine words of one style: medians of the absolute deviations, times 1.48; of 986 words of
23 generated pictures."""


def examine_edges(picture: Examined) -> TestFinding:
    """Whether each word is drawn as the others of its style are."""
    if is_coarse(picture):
        return finding(_TEST, "edges", VERSION, 0, (), _harder, (), why_none="examining.coarse_for_edges")
    text = find_text(picture)
    words = measured_words(picture)
    known = [(one, drawn) for one in words if (drawn := _drawn(picture, text, one)) is not None]
    styled = [one for one, _ in known]
    odd: dict[int, Odd] = {}
    for n, (one, drawn) in enumerate(known):
        beside = [known[m][1] for m in mates(styled, one)]
        if len(beside) >= LEAST_MATES:
            by = _stands_out(drawn, beside)
            odd[n] = Odd(one.word, by, -3.0 - (by - STARTS) / DECADE if by > 0 else 0.0)
    suspect = {n for n, one in odd.items() if one.by > STARTS}
    return finding(
        _TEST,
        "edges",
        VERSION,
        len(odd),
        [one for n, one in odd.items() if among_others(n, styled, suspect)],
        _harder,
        (_bold, same_treatment),
    )


def _harder(by: float) -> Said:
    return said("examining.harder_letters", spreads=by)


def _stands_out(drawn: Drawn, beside: Sequence[Drawn]) -> float:
    """The least of the three measures by which a word is harder than those beside it, in their spreads."""
    found = []
    for of in fields(Drawn):
        usual = median([getattr(other, of.name) for other in beside])
        harder = math.log(getattr(drawn, of.name) / usual) / getattr(SPREADS, of.name)
        found.append(-harder if of.name == "between" else harder)
    return float(min(found))


def _drawn(picture: Examined, text: Text, one: Measured) -> Drawn | None:
    import numpy as np

    x, y, width, height = one.word.box
    part = np.s_[max(0, y - 2) : y + height + 2, max(0, x - 2) : x + width + 2]
    ink = text.ink[part] > 0
    solid = all(text.ink[b : b + h, a : a + w].mean() > SOLID for a, b, w, h in one.word.letters)
    highest = max(h for _, _, _, h in one.word.letters)
    if sum(h >= TALL * highest for _, _, _, h in one.word.letters) < LEAST_LETTERS or solid:
        return None
    above = picture.luma[part] - text.ground[part].astype(np.float32)
    above = above if float(np.median(above[ink])) > 0 else -above
    strength = float(np.percentile(above[ink], 85))
    across, down = _steps(above, strength), _steps(above.T, strength)
    if strength <= 0 or min(len(across), len(down)) < LEAST_STEPS:
        return None
    cover = np.clip(above / strength, 0, 1)
    outline = float(np.hypot(np.diff(cover, axis=1)[:-1], np.diff(cover, axis=0)[:, :-1]).sum())
    between = float(((cover > EDGE) & (cover < 1 - EDGE)).sum()) / max(1.0, outline)
    return Drawn(
        across=float(np.percentile(across, 80)) / strength,
        down=float(np.percentile(down, 80)) / strength,
        between=between + 0.02,  # a lossless page may have none
    )


def _steps(above: NDArray[np.float32], strength: float) -> NDArray[np.float32]:
    """The steepest places along each row."""
    import numpy as np

    steps = np.abs(np.diff(above, axis=1))
    middle = steps[:, 1:-1]
    found: NDArray[np.float32] = middle[
        (middle >= steps[:, :-2]) & (middle > steps[:, 2:]) & (middle > EDGE * strength)
    ]
    return found


def _bold(tested: int, odd: Sequence[Odd]) -> Opposing:
    return opposes(Term("another weight or size of letters"), False, said("examining.same_size_and_ink"))
