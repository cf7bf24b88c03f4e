"""Test: letters beside which the waves of the picture's earlier compression are missing.

A word that was put into the picture between two compressions has the waves of the last one alone beside it, while all
other words have those of both. Every run of letters of a word is looked at, so that one digit of a number is found.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...record.examination import Region, Support, TestFinding
from ...record.sentences import Term, said
from .method import Method, opposes
from .runs import apart, runs_alone
from .waves import LEAST_ENERGY, find_waves, lettered_blocks

if TYPE_CHECKING:
    from .picture import Examined
    from .typography_lines import Box
    from .waves import Lettered, Waves

METHOD = Method(
    test=Term("ringing beside letters"),
    name="evidentia.detect.examining.ringing",
    version="2",
    source=(
        "own measure, an analysis by synthesis of the quantisation of ITU-T T.81; that a place keeps the traces of its "
        "own last compression alone: H. Farid, IEEE Trans. Information Forensics and Security 4 (2009) 154-160; number "
        "of false alarms: A. Desolneux, L. Moisan and J.-M. Morel, From Gestalt Theory to Image Analysis (2008)"
    ),
)

LOG10_BOUND = -3.3
"""log10 of the expected number of false alarms in a picture: the eight tests of a screenshot share one in 200."""

FEWEST_WORDS = 12
"""That tell anything: by them it is known how much of the waves letters of this picture have."""

USUAL = (0.8, 1.35)
"""What the middle word has left of the waves, where the earlier table is the right one: 0.90 to 1.17 on 49 generated
screenshots that were compressed twice. Where a wrong one was taken, it was 1.58 and more (5)."""

ABSENT = 0.45
"""Natural logarithm of how much less of the waves a whole word may have and still counts as one that has them."""

_CONTENT = 0.02
"""Share of the words with waves that may lie above, or below, what was compressed twice."""


@dataclass(frozen=True)
class Beside:
    """Waves beside a run of letters. ``rest`` is what one compression leaves unexplained, as a share of what a second
    one would: near 1 where there were two, near 0 where there was one."""

    box: Box
    blocks: int
    rest: float
    whole: bool


def examine_ringing(picture: Examined) -> TestFinding:
    """Look for letters beside which the waves of the earlier compression are missing."""
    if picture.turned:
        return METHOD.finds(Support.NOT_APPLICABLE, said("examining.shown_turned"))
    some = lettered_blocks(picture)
    waves = find_waves(some)
    if waves is None:
        return METHOD.finds(Support.NOT_APPLICABLE, said("examining.waves_of_one"))
    runs = list(_runs(picture, some, waves))
    words = sorted(run.rest for run in runs if run.whole)
    if len(words) < FEWEST_WORDS:
        return METHOD.finds(
            Support.NOT_APPLICABLE, said("examining.too_few_words_with_waves", words=len(words))
        )
    usual = words[len(words) // 2]
    if not USUAL[0] <= usual <= USUAL[1]:
        return METHOD.finds(Support.NOT_APPLICABLE, said("examining.waves_fit_none"))
    measures = {
        "quality of the earlier compression (IJG)": float(waves.quality),
        "share that the earlier compression explains": round(waves.explained, 3),
        "words that tell anything": float(len(words)),
        "runs of letters looked at": float(len(runs)),
        "rest beside the middle word": round(usual, 3),
    }
    return _finding(runs, usual, waves.quality, measures)


def _runs(picture: Examined, some: Lettered, waves: Waves) -> Iterator[Beside]:
    """Every run of letters that has enough blocks of its own."""
    import numpy as np

    telling = np.zeros(len(some.blocks.at), dtype=bool)
    telling[some.at] = waves.expected > LEAST_ENERGY
    lettered = {int(block): n for n, block in enumerate(some.at)}
    for run in runs_alone(picture, some.blocks, telling):
        blocks = [lettered[block] for block in run.blocks]
        rest = float(waves.unlike_once[blocks].sum()) / float(waves.expected[blocks].sum())
        yield Beside(run.box, len(blocks), rest, run.whole)


def _finding(runs: list[Beside], usual: float, quality: int, measures: dict[str, float]) -> TestFinding:
    """The places where the rarest run of each word is rare enough."""
    odd = [(run, _log10_nfa(run, usual, len(runs))) for run in runs]
    rare = sorted((one for one in odd if one[1] <= LOG10_BOUND), key=lambda one: one[1])
    found = [rare[n] for n in apart([run.box for run, _ in rare])]
    words = [run for run in runs if run.whole]
    before = said("examining.compressed_before", quality=quality)
    if not found:
        says = said("examining.no_waves_missing", before=before, words=len(words))
        rarest = min(log for _, log in odd)
        return METHOD.finds(Support.NONE_FOUND, says, measures, strength=round(rarest, 2))
    first, log10_nfa = found[0]
    share = first.rest / usual
    says = said("examining.waves_missing", before=before, x=first.box[0], y=first.box[1], share=share)
    inside = _inside([run for run, _ in found], words, usual)
    opposing = opposes(
        Term("a JPEG that is shown at its own size among controls that were never compressed"),
        not inside,
        said("examining.within_words_with_waves") if inside else said("examining.beyond_words_with_waves"),
    )
    return METHOD.finds(
        Support.ALTERATION,
        says,
        measures,
        strength=round(log10_nfa, 2),
        regions=tuple(Region(box=run.box) for run, _ in found),
        opposing=(opposing,),
    )


def _log10_nfa(run: Beside, usual: float, tested: int) -> float:
    """How many of that many genuine runs are expected to have as little of the waves.

    Of 41,900 genuine runs in 49 generated screenshots one in 1,000 had less by 0.86 (natural logarithm) with 3 or 4
    blocks, 0.63 with 5 to 8, 0.47 with 9 to 19 and 0.44 with more, and one in ten times as many by a further 0.31,
    0.17, 0.14 and 0.12: the line lies at these or beyond.
    """
    less = -math.log(max(run.rest, 1e-6) / usual)
    starts, decade = 0.30 + 1.1 / math.sqrt(run.blocks), 0.10 + 0.4 / math.sqrt(run.blocks)
    return math.log10(tested) + min(0.0, -3.0 - (less - starts) / decade)


def _inside(found: list[Beside], words: list[Beside], usual: float) -> bool:
    """Whether words with all waves stand above and below one of the places."""
    rows = sorted(word.box[1] for word in words if word.rest > usual * math.exp(-ABSENT))
    first, last = rows[int(len(rows) * _CONTENT)], rows[-1 - int(len(rows) * _CONTENT)]
    return any(first < run.box[1] < last for run in found)
