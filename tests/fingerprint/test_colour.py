"""The colour hash's counts against Pillow's own hue and saturation, for every colour that there is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from evidentia.fingerprint.colour import counted, counted_in_rows

EDGES = np.linspace(0, 255, 7)  # imagehash's six bins of hue


def by_pillow(image: Image.Image) -> tuple[int, Any]:
    """As imagehash.colorhash counts, from the picture turned into hue and saturation."""
    hue, saturation, _ = (np.asarray(part) for part in image.convert("HSV").split())
    coloured = (np.asarray(image.convert("L")) >= 256 // 8) & (saturation >= 256 // 3)
    kinds = (coloured & (saturation < 256 * 2 // 3), coloured & (saturation > 256 * 2 // 3))
    return int(coloured.sum()), np.array([np.histogram(hue[kind], EDGES)[0] for kind in kinds])


@pytest.mark.parametrize("start", range(0, 256, 32))
def test_every_colour_is_counted_where_imagehash_counts_it(start: int) -> None:
    pixels = np.empty((256, 256, 3), dtype=np.uint8)
    pixels[..., 1], pixels[..., 2] = np.arange(256)[:, None], np.arange(256)[None, :]
    for red in range(start, start + 32):
        pixels[..., 0] = red
        image = Image.fromarray(pixels)
        red_green_blue = (pixels[..., 0], pixels[..., 1], pixels[..., 2])

        _, found, *bins = counted(red_green_blue, np.asarray(image.convert("L")))

        expected, by_hue = by_pillow(image)
        assert found == expected, red
        assert np.array_equal(bins, by_hue.reshape(-1)), red


@settings(max_examples=150, deadline=None)
@given(
    coloured=st.sampled_from([0.0, 0.02, 0.2, 0.3, 1.0]),
    most_times=st.sampled_from([1, 2, 300]),
    width=st.integers(1, 90),
    across=st.integers(1, 20),
    seed=st.integers(0, 10**6),
)
def test_rows_and_neighbours_that_repeat_count_as_often_as_they_are_there(
    coloured: float, most_times: int, width: int, across: int, seed: int
) -> None:
    """With no colour, with few and with many coloured pixels, with short and long runs: each is counted otherwise."""
    rng = np.random.default_rng(seed)
    pixels = np.repeat(rng.integers(0, 256, (20, width, 1), dtype=np.uint8), 3, axis=2)
    with_colour = rng.random((20, width)) < coloured
    pixels[with_colour] = rng.choice([0, 85, 86, 170, 171, 254, 255], (int(with_colour.sum()), 3))
    pixels = np.repeat(pixels, across, axis=1)
    times = rng.integers(1, most_times + 1, 20)
    image = Image.fromarray(pixels)
    words = np.frombuffer(image.tobytes("raw", "RGBX"), dtype="<u4").reshape(image.height, image.width)

    black, found, *bins = counted_in_rows(words, np.asarray(image.convert("L")), times)

    whole = Image.fromarray(np.repeat(pixels, times, axis=0))
    expected, by_hue = by_pillow(whole)
    assert found == expected
    assert np.array_equal(bins, by_hue.reshape(-1))
    assert black == np.count_nonzero(np.asarray(whole.convert("L")) < 256 // 8)
