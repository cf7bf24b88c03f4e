"""The hashes against imagehash and pdqhash themselves, on pictures of every kind that screenshots are made of."""

from __future__ import annotations

import sys
from collections.abc import Callable

import imagehash
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from evidentia.fingerprint.perceptual import PDQ_SIDE, pdq, perceptual_of_pixels
from evidentia.fingerprint.types import Perceptual


def page(width: int, height: int, boxes: int, seed: int) -> Image.Image:
    """Blank paper with boxes of flat colour: long runs and equal blocks, as on a screen."""
    rng = np.random.default_rng(seed)
    pixels = np.full((height, width, 3), 255 if seed % 2 else rng.integers(0, 256, 3), dtype=np.uint8)
    for _ in range(boxes):
        x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
        pixels[y : y + int(rng.integers(1, 200)), x : x + int(rng.integers(1, 300))] = rng.integers(0, 256, 3)
    return Image.fromarray(pixels)


def noise(width: int, height: int, seed: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8))


def by_imagehash(image: Image.Image) -> tuple[str, ...]:
    methods = (imagehash.average_hash, imagehash.dhash, imagehash.phash, imagehash.whash, imagehash.colorhash)
    return tuple(str(method(image)) for method in methods)


def ours(hashes: Perceptual) -> tuple[str | None, ...]:
    return hashes.ahash, hashes.dhash, hashes.phash, hashes.whash, hashes.colorhash


@settings(max_examples=60, deadline=None)
@given(
    width=st.integers(8, 700),
    height=st.integers(8, 700),
    boxes=st.integers(0, 12),
    seed=st.integers(0, 10**6),
)
def test_bit_identical_to_imagehash_on_flat_pages(width: int, height: int, boxes: int, seed: int) -> None:
    image = page(width, height, boxes, seed)

    hashes, problems = perceptual_of_pixels(image)

    assert ours(hashes) == by_imagehash(image)
    assert problems == ()


@pytest.mark.parametrize("size", [(64, 64), (300, 517), (1100, 1300)])
def test_bit_identical_to_imagehash_on_noise(size: tuple[int, int]) -> None:
    image = noise(*size, seed=size[0])

    assert ours(perceptual_of_pixels(image)[0]) == by_imagehash(image)


def test_bit_identical_where_most_blocks_are_tied_at_the_median() -> None:
    image = page(1280, 1800, 0, 1)
    image.paste((10, 20, 30), (40, 50, 400, 90))

    assert ours(perceptual_of_pixels(image)[0]) == by_imagehash(image)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "CMYK", "1"])
def test_bit_identical_in_other_modes(mode: str) -> None:
    image = page(200, 300, 6, 4).convert(mode)

    assert ours(perceptual_of_pixels(image)[0]) == by_imagehash(image)


def test_threads_change_nothing() -> None:
    image = page(640, 480, 8, 9)

    assert perceptual_of_pixels(image, threads=3) == perceptual_of_pixels(image)


@pytest.mark.parametrize("seed", range(8))
def test_pdq_keeps_all_256_bits_and_its_quality(seed: int, absent: Callable[[str], None]) -> None:
    try:
        import pdqhash
    except ImportError:
        absent("pdqhash is not installed: it needs a C++ compiler")
    image = page(900, 700, seed, seed)
    small = image.copy()
    small.thumbnail((PDQ_SIDE, PDQ_SIDE))
    bits, quality = pdqhash.compute(np.asarray(small))

    value, stated = pdq(image)

    assert len(value) == 64
    assert f"{int(value, 16):0256b}" == "".join(str(bit) for bit in bits)
    assert stated == quality


def test_leading_zeros_are_kept() -> None:
    hashes, _ = perceptual_of_pixels(Image.new("RGB", (80, 80), "black"))

    assert hashes.ahash == "0" * 16
    assert hashes.dhash == "0" * 16
    assert len(hashes.pdq or "") == 64


def test_a_hash_whose_library_is_not_installed_is_said_to_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pdqhash", None)  # what the import system does where there is none
    found, problems = perceptual_of_pixels(page(300, 200, 4, 1))
    assert found.pdq is None
    assert found.phash is not None
    assert any("pdq could not be computed" in problem for problem in problems)
