"""How often the tests of an examination are wrong: measured on generated pictures, and kept with the version.

``python -m benchmarks.examinations --write`` measures anew. What the rates say holds for pictures like those: they are
synthetic. A test of another version than was measured, or on a kind that was not, is told as not measured.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from ...record.examination import ImageClass, Support, TestFinding
from ...record.finding import ErrorRate
from ...record.sentences import said
from .method import left_open, told

PATH = Path(__file__).with_name("rates.json")

FALSE_ALARM = "alarm on a picture without alteration"
MISSED = "alteration not found"

WHOLE = "whole examination"
WHOLE_VERSION = "10"
"""Of all tests together, their profiles and the weighing of honest explanations: moves when any of them does."""


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """Errors of one test and version on one kind of picture, on the material named."""

    test: str
    version: str
    image_class: ImageClass
    name: str
    errors: int
    trials: int
    upper_95: float
    material: str


@cache
def measured() -> tuple[Measured, ...]:
    """All that was measured."""
    return msgspec.json.decode(PATH.read_bytes(), type=tuple[Measured, ...])


def rates_of(test: str, version: str, image_class: ImageClass) -> tuple[ErrorRate, ...]:
    """The error rates of a test on a kind, each "not measured" where nothing fits."""
    return tuple(_rate(name, test, version, image_class) for name in (FALSE_ALARM, MISSED))


def _rate(name: str, test: str, version: str, image_class: ImageClass) -> ErrorRate:
    for one in measured():
        if (one.name, one.test, one.version, one.image_class) == (name, test, version, image_class):
            return ErrorRate(
                name=name,
                measured=True,
                errors=one.errors,
                trials=one.trials,
                upper_95=one.upper_95,
                material=one.material,
            )
    return ErrorRate(name=name, measured=False)


def with_rates(finding: TestFinding, image_class: ImageClass) -> TestFinding:
    """The finding with the rates that were measured for its test, version and kind of picture."""
    rates = rates_of(finding.test, finding.version, image_class)
    return msgspec.structs.replace(finding, error_rates=rates)


def only_measured(finding: TestFinding) -> TestFinding:
    """The finding; an alarm of a test that may alarm on any number of unaltered pictures, for all that was measured,
    is inconclusive."""
    known = any(rate.name == FALSE_ALARM and rate.measured for rate in finding.error_rates)
    if finding.outcome is not Support.ALTERATION or known:
        return finding
    return left_open(finding, said("examining.rate_not_measured", finding=told(finding)))
