"""A mock: error rates as if every test had been measured on every kind of picture.

What an examination concludes depends on what was measured of its tests' present versions. What is tested here is what
follows once that is known, whatever the benchmark last wrote.
"""

from __future__ import annotations

import pytest

from evidentia.detect.examining import rates
from evidentia.record.examination import ImageClass
from evidentia.record.finding import ErrorRate

KNOWN = tuple(
    ErrorRate(name=name, measured=True, errors=0, trials=1000, upper_95=0.003, material="a mock's")
    for name in (rates.FALSE_ALARM, rates.MISSED)
)


def _known(test: str, version: str, image_class: ImageClass) -> tuple[ErrorRate, ...]:
    return KNOWN


def put(patch: pytest.MonkeyPatch) -> None:
    """Have all rates known, until the patch is undone."""
    patch.setattr(rates, "rates_of", _known)
