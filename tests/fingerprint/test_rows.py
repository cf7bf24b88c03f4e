"""Rows held once, against the rows that they stand for."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from evidentia.fingerprint.rows import differing, numbered, rows_of, times

REPEATS = st.lists(st.integers(1, 5), min_size=1, max_size=40)


def striped(repeats: list[int], width: int, shades: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """Rows of few shades, some of them again and again."""
    rows = np.random.default_rng(len(repeats)).integers(0, shades, (len(repeats), width), dtype=np.uint8)
    return np.repeat(rows, repeats, axis=0)


@settings(max_examples=60, deadline=None)
@given(repeats=REPEATS, width=st.integers(1, 20), shades=st.integers(1, 3))
def test_every_row_is_found_in_its_place(repeats: list[int], width: int, shades: int) -> None:
    pixels = striped(repeats, width, shades)

    rows = rows_of(pixels)

    assert np.array_equal(rows.whole(), pixels)
    assert rows.shape == pixels.shape
    assert (rows.pixels[1:] != rows.pixels[:-1]).any(axis=1).all()


@settings(max_examples=60, deadline=None)
@given(repeats=REPEATS, width=st.integers(1, 20), ends=st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_a_part_is_that_part_of_the_picture(
    repeats: list[int], width: int, ends: tuple[float, float]
) -> None:
    pixels = striped(repeats, width, 2)
    top, left = int(ends[0] * (len(pixels) - 1)), int(ends[1] * (width - 1))

    part = rows_of(pixels).part(slice(top, len(pixels)), slice(left, width))

    assert np.array_equal(part.whole(), pixels[top:, left:])


@given(new=st.lists(st.booleans(), max_size=30))
def test_each_new_row_stands_for_itself_and_those_up_to_the_next(new: list[bool]) -> None:
    starts = np.array([True, *new])

    assert np.array_equal(np.repeat(np.arange(starts.sum()), times(starts)), numbered(starts))


def test_the_first_row_is_new_and_one_pixel_makes_a_difference() -> None:
    pixels = np.zeros((4, 9), dtype=np.uint8)
    pixels[2, 8] = 1

    assert differing(pixels).tolist() == [True, False, True, True]
