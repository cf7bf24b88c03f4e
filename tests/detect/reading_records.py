"""Readings as records, to be judged and drawn: a plain one with what a test changes in it."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from evidentia.detect.reading.beside import OTHER_ACCOUNT
from evidentia.record.finding import Beside, Outcome, Part, Reading
from evidentia.record.item import Program
from evidentia.record.sentences import english, said

_WORDS = said("reading.author.same")
_PLAIN = Reading(
    outcome=Outcome.CONSISTENT,
    post="1",
    version=1,
    differences=(),
    reason=english(_WORDS),
    says=(_WORDS,),
    method=Program(name="test", version="1"),
    error_rates=(),
)


def reading(**changes: Any) -> Reading:
    """A reading in which every word is as in version 1, but for the changes."""
    return replace(_PLAIN, **changes)


def field(part: Part, outcome: Outcome, **changes: Any) -> Beside:
    """What stands around a text: another account than the recorded one, but for the changes."""
    other = said(OTHER_ACCOUNT, recorded="pejabat07")
    plain = Beside(
        part=part,
        name=part.value,
        shown="pejabat20",
        recorded=("pejabat07",),
        outcome=outcome,
        reason=english(other),
        says=(other,),
        box=(0, 0, 10, 10),
    )
    return replace(plain, **changes)
