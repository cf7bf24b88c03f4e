"""How often the states that are read of posts are wrong: measured on a labelled corpus, and kept with the method.

The corpus is ``fixtures/absence`` of the project; ``python -m lab.absences.matrix --write`` measures anew, and a test
compares. It is no sample of what servers send: what the rates say holds for answers like those in it.
"""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import msgspec

from evidentia.record.item import Program
from evidentia.record.post import State

METHOD = Program(name="evidentia.detect.state", version="2")
"""Reading a state: a platform's reader, then ``observe``. The version moves when a reader says something else."""

PATH = Path(__file__).with_name("state_rates.json")

_HALVINGS = 60  # of the interval from 0 to 1: beyond the 53 bits of a float


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """How many answers with this label were read as this state."""

    label: State
    said: State
    count: int


class StateRates(msgspec.Struct, frozen=True, kw_only=True):
    """The confusion matrix, and how often what was no deletion was called one.

    ``no_deletions`` are the answers whose label is no deletion (deleted by its author, removed by the platform, account
    gone); ``not_absent`` those where something stood in between or the post was there. The bounds are those of
    ``upper_95``.
    """

    method: Program
    answers: int
    constructed: int
    recorded: int
    from_mocks: int
    cells: tuple[Cell, ...]
    false_deletions: int
    no_deletions: int
    false_deletions_upper_95: float
    false_absences: int
    not_absent: int
    false_absences_upper_95: float


@cache
def measured() -> StateRates:
    """What was measured for this version of the method."""
    return msgspec.json.decode(PATH.read_bytes(), type=StateRates)


def upper_95(errors: int, trials: int) -> float:
    """The one-sided upper 95 % bound of an error rate (C. J. Clopper and E. S. Pearson, Biometrika 26, 1934): the rate
    with which as few errors would be seen in 5 % of all such series. 1.0 where nothing was tried.

    >>> round(upper_95(0, 100), 4)
    0.0295
    """
    if trials <= errors:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        rate = (low + high) / 2
        as_few = sum(math.comb(trials, n) * rate**n * (1 - rate) ** (trials - n) for n in range(errors + 1))
        low, high = (rate, high) if as_few > 0.05 else (low, rate)
    return high
