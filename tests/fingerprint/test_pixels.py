"""Pixels where Pillow holds them, against the copies that it gives."""

from __future__ import annotations

import gc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from evidentia.fingerprint.pixels import words_held, words_of


def picture(width: int, height: int, seed: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8))


@settings(max_examples=60, deadline=None)
@given(width=st.integers(1, 300), height=st.integers(1, 300), seed=st.integers(0, 10**6))
def test_they_are_the_pixels_of_the_copy(width: int, height: int, seed: int) -> None:
    image = picture(width, height, seed)
    red_green_blue = words_of(image).view(np.uint8).reshape(height, width, 4)[:, :, :3]

    assert np.array_equal(red_green_blue, np.asarray(image))
    assert np.array_equal(words_held(image), words_of(image))


def test_they_outlive_the_picture_and_are_not_written() -> None:
    image = picture(700, 900, 1)
    copy, held = words_of(image), words_held(image)
    del image
    gc.collect()
    others = [picture(700, 900, seed) for seed in range(2, 6)]

    assert np.array_equal(held, copy)
    assert not held.flags.writeable
    assert len(others) == 4


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "YCbCr", "I", "F"])
def test_other_modes_are_not_had(mode: str) -> None:
    assert words_held(picture(20, 30, 1).convert(mode)) is None


def test_a_picture_whose_memory_is_parted_is_not_had() -> None:
    assert words_held(Image.new("RGB", (3000, 3000))) is None
