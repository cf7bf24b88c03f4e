"""Findings: what an examination says, by which method, with which error rate, on which evidence."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from .item import Program
from .post import Evidence


class ErrorRate(msgspec.Struct, frozen=True, kw_only=True):
    """How often a method is wrong. ``measured`` False is the honest "not measured"; then the rest is empty.

    ``errors`` of ``trials``, on the material named in ``material``.
    """

    name: str
    measured: bool
    errors: int | None = None
    trials: int | None = None
    upper_95: float | None = None
    material: str = ""


class Outcome(StrEnum):
    """What reading a screenshot against the captures can end in."""

    CONSISTENT = "consistent"
    DIFFERS = "differs"
    INCONCLUSIVE = "inconclusive"


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A place where the screenshot shows something else than the capture records.

    ``box`` is x, y, width, height in pixels of the screenshot, from its upper left corner. ``shown`` or
    ``recorded`` is empty where one of them has nothing there.
    """

    shown: str
    recorded: str
    box: tuple[int, int, int, int] | None


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A screenshot read against every archived version of every post of the case."""

    outcome: Outcome
    post: str | None
    version: int | None
    differences: tuple[Difference, ...]
    reason: str
    method: Program
    error_rates: tuple[ErrorRate, ...]
    evidence: tuple[Evidence, ...] = ()
    shown_text: str = ""
    similarity: float | None = None
