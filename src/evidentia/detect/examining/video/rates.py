"""How often the tests of a video are wrong, as measured on generated videos: ``python -m benchmarks.video --write``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from ....record.examination import TestFinding
from ....record.finding import ErrorRate

PATH = Path(__file__).with_name("rates.json")

FALSE_ALARM = "alarm on an honest copy"
MISSED = "alteration not found"
DENIED = "alteration said to leave no support"
"""Part of what was not found; the rest was left inconclusive."""
MISPLACED = "alteration found, place wrong"
"""By more than half a second, or in another part of the picture."""


NAMES = (FALSE_ALARM, MISSED, DENIED, MISPLACED)


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """Errors of one test and version, on the material named."""

    test: str
    version: str
    rate: ErrorRate


@cache
def measured() -> tuple[Measured, ...]:
    """All that was measured."""
    return msgspec.json.decode(PATH.read_bytes(), type=tuple[Measured, ...])


def rates_of(test: str, version: str) -> tuple[ErrorRate, ...]:
    """The error rates of a test, each "not measured" where nothing fits."""
    found = {one.rate.name: one.rate for one in measured() if (one.test, one.version) == (test, version)}
    return tuple(found.get(name, ErrorRate(name=name, measured=False)) for name in NAMES)


def with_rates(finding: TestFinding) -> TestFinding:
    """The finding with the rates that were measured for its test and version."""
    return msgspec.structs.replace(finding, error_rates=rates_of(finding.test, finding.version))
