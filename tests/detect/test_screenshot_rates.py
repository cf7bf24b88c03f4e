"""The error rates of a reading: those of its own version, or none."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PIL import Image

from evidentia.detect.reading.rates import ALL, NAMES, class_of, error_rates
from evidentia.record.item import Program

METHOD = Program(name="evidentia.detect.screenshot", version="9")


@pytest.fixture
def written(tmp_path: Path) -> Path:
    def rate(among: str, errors: int) -> dict[str, object]:
        return {"name": NAMES[0], "among": among, "errors": errors, "trials": 500, "upper_95": 0.01}

    path = tmp_path / "rates.json"
    rates = [rate(ALL, 1), rate("channel messenger", 2), rate("font Other", 3)]
    path.write_bytes(
        msgspec.json.encode({"method": METHOD, "material": "synthetic", "rates": rates, "seconds": None})
    )
    return path


def test_rates_of_the_same_version_are_given_with_their_material(written: Path) -> None:
    (rate,) = error_rates(METHOD, path=written)

    assert (rate.measured, rate.errors, rate.trials, rate.upper_95) == (True, 1, 500, 0.01)
    assert rate.material == "synthetic"


def test_a_class_that_is_told_adds_its_own_rates(written: Path) -> None:
    names = [rate.name for rate in error_rates(METHOD, "channel messenger", path=written)]

    assert names == [NAMES[0], f"{NAMES[0]}, channel messenger"]


def test_another_version_of_the_method_was_not_measured(written: Path) -> None:
    newer = msgspec.structs.replace(METHOD, version="10")

    assert [(rate.name, rate.measured) for rate in error_rates(newer, path=written)] == [
        (name, False) for name in NAMES
    ]


def test_without_a_file_nothing_was_measured(tmp_path: Path) -> None:
    assert not any(rate.measured for rate in error_rates(METHOD, path=tmp_path / "none.json"))


def test_a_messengers_copy_is_told_by_format_and_size(tmp_path: Path) -> None:
    picture = Image.new("RGB", (720, 1600))
    jpeg, png = tmp_path / "copy.jpg", tmp_path / "own.png"
    picture.save(jpeg)
    picture.save(png)

    assert class_of(jpeg, picture.size) == "channel messenger"
    assert class_of(png, picture.size) == ALL
    assert class_of(jpeg, (1080, 2400)) == ALL
