"""The colour hash's counts against Pillow's own hue and saturation, for every colour that there is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

from evidentia.fingerprint.colour import counted

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

        _, found, *bins = counted(
            red_green_blue, np.asarray(image.convert("L")), np.ones(256, dtype=np.int64)
        )

        expected, by_hue = by_pillow(image)
        assert found == expected, red
        assert np.array_equal(bins, by_hue.reshape(-1)), red


@pytest.mark.parametrize("coloured", [0.0, 0.02, 0.2, 0.3, 1.0])
@pytest.mark.parametrize("most_times", [1, 2, 300])
def test_rows_that_repeat_count_as_often_as_they_are_there(coloured: float, most_times: int) -> None:
    """Pages with no colour, with few and with many coloured pixels, which are counted in different ways."""
    rng = np.random.default_rng(most_times)
    pixels = np.repeat(rng.integers(0, 256, (40, 70, 1), dtype=np.uint8), 3, axis=2)
    with_colour = rng.random((40, 70)) < coloured
    pixels[with_colour] = rng.choice([0, 85, 86, 170, 171, 254, 255], (int(with_colour.sum()), 3))
    times = rng.integers(1, most_times + 1, 40)
    grey = np.asarray(Image.fromarray(pixels).convert("L"))

    black, found, *bins = counted((pixels[..., 0], pixels[..., 1], pixels[..., 2]), grey, times)

    whole = Image.fromarray(np.repeat(pixels, times, axis=0))
    expected, by_hue = by_pillow(whole)
    assert found == expected
    assert np.array_equal(bins, by_hue.reshape(-1))
    assert black == np.count_nonzero(np.asarray(whole.convert("L")) < 256 // 8)
