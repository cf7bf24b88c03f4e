"""What counts as an error, and of which trials: by class, from the lines that trials leave."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from benchmarks.screenshots.alterations import WORDS, Kind
from benchmarks.screenshots.bounds import Rate
from benchmarks.screenshots.trials import SHOWS, Told
from evidentia.record.finding import Part

CONSISTENT, DIFFERS, INCONCLUSIVE = "consistent", "differs", "inconclusive"

FALSE_ALARM = "genuine screenshot said to differ"
MISSED = "altered word not found"
WRONG_POST = "wrong post or version named"
GENUINE_OPEN = "genuine screenshot left inconclusive"
NAME_ALARM = "name beside a genuine screenshot said to differ"
NAME_OPEN = "name beside a genuine screenshot left inconclusive"
ALTERED_OPEN = "altered word left inconclusive"
AROUND_MISSED = "altered {} not found"
AROUND_OPEN = "altered {} left inconclusive"

AROUND = (Kind.TIME, Kind.HANDLE, Kind.COUNT, Kind.PICTURE)
"""Kinds of alteration beside the words."""

SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("genuine", (FALSE_ALARM, GENUINE_OPEN, WRONG_POST)),
    ("genuine names", (NAME_ALARM, NAME_OPEN)),
    ("altered words", (MISSED, ALTERED_OPEN)),
    *((f"altered {kind}", (AROUND_MISSED.format(kind), AROUND_OPEN.format(kind))) for kind in AROUND),
)
"""What is printed together: a title, the name of the error, that of what was left open, and further errors."""

_ALARMING = ("handle", "time")
"""Parts around the text that do not change by themselves. Counts move, and names can be changed by their owners: what
is said of these says nothing of the whole. Names have a rate of their own."""


def is_genuine(one: Told) -> bool:
    return not one.trial.kind


def is_word(one: Told) -> bool:
    """Whether a token of the text is altered."""
    return one.trial.kind in {kind.value for kind in WORDS}


def said(one: Told) -> str:
    """What was said of that which was altered, or of the whole where nothing was: the worst that could be shown.

    Consistent is what a reader would take for "not altered"; a part that is not told of is left open.
    """
    if one.outcome == DIFFERS:
        return DIFFERS
    if is_genuine(one):
        parts = [part.outcome for part in one.beside if part.part in _ALARMING]
        alarm = DIFFERS in (*parts, *(picture.outcome for picture in one.pictures))
        return DIFFERS if alarm else one.outcome
    if is_word(one):
        return one.outcome
    return _of_part(one)


def _of_part(one: Told) -> str:
    """Of several (counts, pictures) the one that differs, else one that is called consistent."""
    kind = Kind(one.trial.kind)
    if kind is Kind.PICTURE:
        outcomes = {picture.outcome for picture in one.pictures}
    else:
        outcomes = {part.outcome or INCONCLUSIVE for part in one.beside if part.part == SHOWS[kind].value}
    return next(
        (outcome for outcome in (DIFFERS, INCONCLUSIVE, CONSISTENT) if outcome in outcomes), INCONCLUSIVE
    )


def _of_name(one: Told) -> str | None:
    """What was said of the author's name; None where nothing was."""
    return next((part.outcome for part in one.beside if part.part == Part.NAME.value), None)


def names_wrong(one: Told) -> bool:
    """Whether a reading that says "consistent" names another post or version than the one shown."""
    return (one.post, one.version) != (str(one.trial.post), one.trial.version)


def rate(told: Iterable[Told], event: Callable[[Told], bool]) -> Rate:
    """How often ``event`` is true."""
    happened = [event(one) for one in told]
    return Rate(sum(happened), len(happened))


def classes(told: Sequence[Told], by: tuple[str, ...]) -> Iterator[tuple[str, list[Told]]]:
    """All of them, then those of each value of each of these fields of the trial, in the order of their names."""
    yield "all", list(told)
    for name in by:
        for value in sorted({_value(one, name) for one in told}):
            yield f"{name} {value}", [one for one in told if _value(one, name) == value]


def _value(one: Told, name: str) -> str:
    value = getattr(one.trial, name)
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


GENUINE_BY = ("channel", "layout", "theme", "font", "more", "quoted", "ago", "moved", "picture")
ALTERED_BY = ("kind", "way", "channel", "layout")


def rates(told: Sequence[Told]) -> Iterator[tuple[str, str, Rate]]:
    """Every rate: its name, the class of trials that it is of, and itself. In a fixed order."""
    genuine = [one for one in told if is_genuine(one)]
    words = [one for one in told if is_word(one)]
    for title, some in classes(genuine, GENUINE_BY):
        yield FALSE_ALARM, title, rate(some, lambda one: said(one) == DIFFERS)
        yield GENUINE_OPEN, title, rate(some, lambda one: said(one) == INCONCLUSIVE)
        consistent = [one for one in some if one.outcome == CONSISTENT]
        yield WRONG_POST, title, rate(consistent, names_wrong)
    named = [one for one in genuine if _of_name(one)]
    for title, some in classes(named, GENUINE_BY):
        yield NAME_ALARM, title, rate(some, lambda one: _of_name(one) == DIFFERS)
        yield NAME_OPEN, title, rate(some, lambda one: _of_name(one) == INCONCLUSIVE)
    for title, some in classes(words, ALTERED_BY):
        yield MISSED, title, rate(some, lambda one: said(one) == CONSISTENT)
        yield ALTERED_OPEN, title, rate(some, lambda one: said(one) == INCONCLUSIVE)
    for kind in AROUND:
        around = [one for one in told if one.trial.kind == kind.value]
        for title, some in classes(around, ("layout", "channel")):
            yield AROUND_MISSED.format(kind), title, rate(some, lambda one: said(one) == CONSISTENT)
            yield AROUND_OPEN.format(kind), title, rate(some, lambda one: said(one) == INCONCLUSIVE)
