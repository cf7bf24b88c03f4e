"""Resampling against Pillow's own, byte by byte."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from evidentia.fingerprint.resampling import resample, resample_parts
from evidentia.fingerprint.rows import rows_of

SIZES = ((8, 8), (9, 8), (8, 9), (32, 32), (64, 64), (300, 300))


def assert_as_pillow(pixels: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> None:
    found = resample(rows_of(pixels), SIZES)
    for size in SIZES:
        by_pillow = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))
        assert np.array_equal(found[size], by_pillow), size


@settings(max_examples=60, deadline=None)
@given(
    width=st.integers(1, 700),
    height=st.integers(1, 1200),
    seed=st.integers(0, 10**6),
    black_and_white=st.booleans(),
)
def test_every_byte_is_pillows(width: int, height: int, seed: int, black_and_white: bool) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8)

    assert_as_pillow((pixels > 127).astype(np.uint8) * 255 if black_and_white else pixels)


@pytest.mark.parametrize("height", [499, 500, 501, 502, 736, 737, 768, 769, 786, 794, 795])
def test_the_order_of_rows_and_columns_is_pillows_on_both_sides_of_its_limit(height: int) -> None:
    assert_as_pillow(np.random.default_rng(height).integers(0, 256, (height, 400), dtype=np.uint8))


def test_a_side_that_keeps_its_length_is_left_alone() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (300, 9), dtype=np.uint8)

    assert np.array_equal(resample(rows_of(pixels), ((9, 300),))[9, 300], pixels)
    assert_as_pillow(pixels)


@settings(max_examples=60, deadline=None)
@given(
    width=st.integers(1, 500),
    repeats=st.lists(st.integers(1, 90), min_size=1, max_size=40),
    seed=st.integers(0, 10**6),
)
def test_rows_that_repeat_are_weighed_as_pillow_weighs_them(
    width: int, repeats: list[int], seed: int
) -> None:
    rows = np.random.default_rng(seed).integers(0, 256, (len(repeats), width), dtype=np.uint8)

    assert_as_pillow(np.repeat(rows, repeats, axis=0))


@pytest.mark.parametrize("height", [63, 64, 65, 128, 129, 1, 2])
def test_results_that_bands_of_rows_share_are_pillows(height: int) -> None:
    assert_as_pillow(np.random.default_rng(height).integers(0, 2, (height, 5), dtype=np.uint8) * 255)


@settings(max_examples=60, deadline=None)
@given(
    width=st.integers(1, 300),
    ends=st.lists(
        st.tuples(*[st.integers(0, 399)] * 2, st.sampled_from([(0, 1), (0, 0.5), (0.2, 0.9)])), max_size=6
    ),
    repeats=st.integers(1, 9),
    seed=st.integers(0, 10**6),
)
def test_parts_are_as_pillow_has_them_each_for_itself(
    width: int, ends: list[tuple[int, int, tuple[float, float]]], repeats: int, seed: int
) -> None:
    rows = np.random.default_rng(seed).integers(0, 256, (400 // repeats + 1, width), dtype=np.uint8)
    pixels = np.repeat(rows, repeats, axis=0)[:400]
    boxes = [
        (min(one, other), int(left * width), max(one, other) + 1, min(int(right * width) + 1, width))
        for one, other, (left, right) in ends
    ]

    found = resample_parts(rows_of(pixels), boxes, (9, 8))

    for (top, left, bottom, right), small in zip(boxes, found, strict=True):
        part = Image.fromarray(pixels).crop((left, top, right, bottom))
        assert np.array_equal(small, np.asarray(part.resize((9, 8), Image.Resampling.LANCZOS)))
