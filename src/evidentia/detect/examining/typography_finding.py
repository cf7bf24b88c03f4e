"""What a test of letters says: the words that stand out more than genuine ones do, and what speaks against them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...record.examination import Opposing, Support, TestFinding
from ...record.said import Said
from ...record.sentences import Term, said
from .method import Method, opposes
from .typography_words import Odd, log_nfa, regions

SOURCE = (
    "Own measures after van Beusekom, Shafait, Breuel (IJDAR 16, 2013) "
    "and Desolneux, Moisan, Morel (Springer 2008)"
)

LOG_ALARM = -3.2
"""An alarm is what is expected in less than one of 1,600 genuine pictures: with seven other tests beside it, an
examination stays below one in 200."""

Against = Callable[[int, Sequence[Odd]], Opposing]
How = Callable[[float], Said]
"""What is odd of a word, by how much."""

TOO_LITTLE_TEXT = "examining.too_little_text"


def finding(
    test: Term,
    measure: str,
    version: str,
    tested: int,
    words: Sequence[Odd],
    how: How,
    against: tuple[Against, ...],
    alarm: float = LOG_ALARM,
    why_none: str = TOO_LITTLE_TEXT,
) -> TestFinding:
    """The finding of a test of ``tested`` places; ``how`` says what is odd, and ``why_none`` why nothing was tested
    (a sentence's code)."""
    found = sorted((o for o in words if log_nfa(o, tested) < alarm), key=lambda o: o.log_chance)
    rarest = min((log_nfa(o, tested) for o in words), default=None)
    if not tested:
        outcome, says = Support.NOT_APPLICABLE, said(why_none)
    elif not found:
        outcome = Support.NONE_FOUND
        says = said("examining.no_word_stands_out", tested=tested)
    else:
        outcome = Support.ALTERATION
        says = _odd(found, how, tested)
    method = Method(
        test=test, name=f"evidentia.detect.examining.typography.{measure}", version=version, source=SOURCE
    )
    return method.finds(
        outcome,
        says,
        regions=regions(found),
        strength=None if rarest is None else round(rarest, 2),
        measures={"words": float(tested)} | ({f"{measure}_rarest": round(found[0].by, 3)} if found else {}),
        opposing=tuple(one(tested, found) for one in against) if found else (),
    )


def _odd(found: Sequence[Odd], how: How, tested: int) -> Said:
    x, y, _, _ = found[0].word.box
    first = how(found[0].by)
    if len(found) == 1:
        return said("examining.word_stands_out", x=x, y=y, how=first, tested=tested)
    if len(found) == 2:
        return said("examining.two_words_stand_out", x=x, y=y, how=first, tested=tested)
    return said("examining.words_stand_out", x=x, y=y, how=first, more=len(found) - 1, tested=tested)


def same_treatment(tested: int, odd: Sequence[Odd]) -> Opposing:
    """What treats the whole picture alike makes no word stand out."""
    return opposes(
        Term("honest resizing or recompression of the whole picture"),
        False,
        said("examining.treats_words_alike", others=tested - len(odd)),
    )
