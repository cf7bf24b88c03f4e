"""Lines of letters that fall or rise are told from lines that a screen drew, by what stands in one line alone."""

from __future__ import annotations

import numpy as np
import pytest

from evidentia.detect.examining.askew import LEAST_COUNTED, lean
from evidentia.detect.examining.typography_lines import Line, Text, Word

_NONE = np.zeros((1, 1), dtype=np.uint8)


def _text(*lines: list[tuple[int, int]]) -> Text:
    """Lines of letters of 10 x 20 pixels, by the places of their feet."""
    made = []
    for feet in lines:
        letters = tuple((x, y - 20, 10, 20) for x, y in feet)
        made.append(Line((Word((0, 0, 1, 1), letters),), 20.0))
    return Text(tuple(made), _NONE, _NONE, _NONE.astype(np.float32))


def _row(slope: float, *, letters: int = 60, y: int = 100) -> list[tuple[int, int]]:
    """Feet of a line; every third letter is round and stands a pixel lower, every seventh has a descender."""
    return [(14 * n, round(y + slope * 14 * n) + (n % 3 == 0) + 6 * (n % 7 == 0)) for n in range(letters)]


@pytest.mark.parametrize("slope", [-0.02, -0.005, 0.005, 0.02])
def test_lines_that_run_one_way_are_askew_by_their_slope(slope: float) -> None:
    found = lean(_text(_row(slope), _row(slope, y=140)))
    assert found.one_way == 1.0
    assert np.tan(np.radians(found.degrees)) == pytest.approx(slope, abs=0.001)


def test_lines_along_rows_of_pixels_are_not_askew() -> None:
    found = lean(_text(_row(0.0), _row(0.0, y=140)))
    assert (found.one_way, found.degrees) == (0.0, 0.0)


def test_lines_that_run_against_each_other_agree_on_nothing() -> None:
    found = lean(_text(_row(0.02), _row(-0.02, y=140)))
    assert (found.one_way, found.level) == (0.0, 0.0)


def test_the_share_of_letters_in_lines_along_a_row_of_pixels_is_told() -> None:
    assert lean(_text(_row(0.0), _row(0.0, y=140), _row(0.01, y=180))).level == pytest.approx(2 / 3)
    assert lean(_text(_row(0.0, letters=LEAST_COUNTED - 1))).level == 0.0


def test_labels_beside_each_other_each_lower_are_no_line_that_falls() -> None:
    labels = [[(x + 300 * n, y + 2 * n) for x, y in _row(0.0, letters=20)] for n in range(6)]
    assert lean(_text(*labels)).one_way == 0.0


def test_of_too_few_letters_nothing_is_said() -> None:
    assert lean(_text()).one_way == 0.0
    assert lean(_text(_row(0.02, letters=LEAST_COUNTED - 1))).one_way == 0.0
    assert lean(_text(_row(0.02, letters=7))).letters == 0


def test_letters_that_all_stand_at_one_place_have_no_slope() -> None:
    assert lean(_text([(5, y) for y in range(120)])).degrees == 0.0


def test_a_line_of_very_many_letters_is_compared_within_bounds() -> None:
    assert lean(_text(_row(0.001, letters=40_000))).one_way == 1.0
