"""What a test of letters says: the words that stand out more than genuine ones do, and what speaks against them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from ...record.examination import Opposing, Support, TestFinding
from .method import Method
from .typography_words import Odd, log_nfa, regions

SOURCE = (
    "Own measures after van Beusekom, Shafait, Breuel (IJDAR 16, 2013) "
    "and Desolneux, Moisan, Morel (Springer 2008)"
)

LOG_ALARM = -3.2
"""An alarm is what is expected in less than one of 1,600 genuine pictures: with seven other tests beside it, an
examination stays below one in 200."""

Against = Callable[[int, Sequence[Odd]], Opposing]


def finding(
    test: str,
    measure: str,
    version: str,
    tested: int,
    words: Sequence[Odd],
    how: str,
    against: tuple[Against, ...],
    alarm: float = LOG_ALARM,
    why_none: str = "too little running text to compare words with each other",
) -> TestFinding:
    """The finding of a test of ``tested`` places; ``how`` says what is odd, of ``by`` and its exponential, and
    ``why_none`` why nothing was tested."""
    found = sorted((o for o in words if log_nfa(o, tested) < alarm), key=lambda o: o.log_chance)
    rarest = min((log_nfa(o, tested) for o in words), default=None)
    if not tested:
        outcome, reason = Support.NOT_APPLICABLE, why_none
    elif not found:
        outcome = Support.NONE_FOUND
        reason = f"none of {tested} words stands out from those that it was compared with"
    else:
        outcome = Support.ALTERATION
        first = how.format(found[0].by, math.exp(min(20.0, found[0].by)))
        more = f"; {len(found) - 1} more stand out" if len(found) > 1 else ""
        reason = (
            f"a word at x {found[0].word.box[0]}, y {found[0].word.box[1]}: {first}{more}; {tested} measured"
        )
    method = Method(
        test=test, name=f"evidentia.detect.examining.typography.{measure}", version=version, source=SOURCE
    )
    return method.finds(
        outcome,
        reason,
        regions=regions(found),
        strength=None if rarest is None else round(rarest, 2),
        measures={"words": float(tested)} | ({f"{measure}_rarest": round(found[0].by, 3)} if found else {}),
        opposing=tuple(one(tested, found) for one in against) if found else (),
    )


def same_treatment(tested: int, odd: Sequence[Odd]) -> Opposing:
    """What treats the whole picture alike makes no word stand out."""
    return Opposing(
        hypothesis="honest resizing or recompression of the whole picture",
        explains=False,
        reason=f"it treats all words alike, and the other {tested - len(odd)} that were measured do not stand out",
    )
