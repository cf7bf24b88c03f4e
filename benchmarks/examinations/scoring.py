"""What trials say together: alarms on genuine pictures, alterations that were not located, kinds that were told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from benchmarks.examinations.trials import MATERIALS
from benchmarks.screenshots.bounds import Rate
from evidentia.detect.examining import rates, reference
from evidentia.record.examination import ImageClass, Support

REFERENCE = reference.METHOD.test
Told = dict[str, Any]

KINDS = {
    "screenshots": (ImageClass.SCREENSHOT, ImageClass.MESSENGER_COPY),
    "photographs": (ImageClass.CAMERA_PHOTO, ImageClass.PHOTO_COPY),
    "scans": (ImageClass.SCAN,),
}
"""The kinds whose rates a material gives: of pictures that were told as one of them."""


def alarms(told: Iterable[Told], test: str) -> Rate:
    """How often a test, or the whole examination, supports an alteration where it applies."""
    said = [outcome for one in told if (outcome := _said(one, test)) not in (None, Support.NOT_APPLICABLE)]
    return Rate(sum(outcome == Support.ALTERATION for outcome in said), len(said))


def missed(told: Iterable[Told], test: str) -> Rate:
    """How often an alteration is not located by a test, or by none, of all altered pictures."""
    told = [one for one in told if test != REFERENCE or _of(one, test)]
    found = [any(f["located"] for f in _of(one, test)) for one in told]
    return Rate(sum(not one for one in found), len(found))


def tests_of(told: Iterable[Told]) -> dict[str, str]:
    """The tests that were run, with their versions; the whole examination first."""
    return {rates.WHOLE: rates.WHOLE_VERSION} | {
        f["test"]: f["version"]
        for one in told
        for f in one["findings"]
        if f["outcome"] != Support.NOT_APPLICABLE
    }


def kinds_told(genuine: Iterable[Told]) -> dict[str, Counter[str]]:
    """The confusion matrix: for each true kind, how often each kind was told."""
    found: dict[str, Counter[str]] = {}
    for one in genuine:
        found.setdefault(one["sample"]["truth"], Counter())[one["class"]] += 1
    return found


def measured(told: list[Told], of: str) -> Iterator[rates.Measured]:
    """The rates of one material by test and kind of picture, as they are kept beside the method."""
    for kind in KINDS[of]:
        genuine = [one for one in told if not one["forged"] and one["class"] == kind]
        altered = [one for one in told if one["forged"] and one["class"] == kind]
        for test, version in tests_of(told).items():
            for name, rate in (
                (rates.FALSE_ALARM, alarms(genuine, test)),
                (rates.MISSED, missed(altered, test)),
            ):
                if rate.trials:
                    yield rates.Measured(
                        test=test,
                        version=version,
                        image_class=kind,
                        name=name,
                        errors=rate.events,
                        trials=rate.trials,
                        upper_95=round(rate.upper_95, 4),
                        material=f"{MATERIALS[of].material()}; benchmarks.examinations",
                    )


def _said(one: Told, test: str) -> str | None:
    if test == rates.WHOLE:
        return str(one["outcome"])
    return next((str(f["outcome"]) for f in one["findings"] if f["test"] == test), None)


def _of(one: Told, test: str) -> list[Told]:
    if test != rates.WHOLE:
        return [f for f in one["findings"] if f["test"] == test]
    return [f for f in one["findings"] if f["test"] != REFERENCE]
