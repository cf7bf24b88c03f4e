"""The hashes against imagehash and pdqhash themselves, on pictures of every kind that evidence is made of."""

from __future__ import annotations

import subprocess
import sys

import imagehash
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from evidentia.fingerprint.perceptual import perceptual_of_pixels

ORACLES = {
    "ahash": imagehash.average_hash,
    "dhash": imagehash.dhash,
    "dhash_vertical": imagehash.dhash_vertical,
    "phash": imagehash.phash,
    "whash": imagehash.whash,
    "colorhash": imagehash.colorhash,
    "crop_resistant": imagehash.crop_resistant_hash,
}


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


def photo(width: int, height: int, seed: int) -> Image.Image:
    """Smooth colours, as a lens draws them."""
    return noise(6, 7, seed).resize((width, height))


def mirrored(width: int, height: int, seed: int) -> Image.Image:
    """Symmetrical, so that half of the cosine coefficients are zero but for rounding."""
    half = np.asarray(noise((width + 1) // 2, height, seed).convert("1").convert("RGB"))
    return Image.fromarray(np.concatenate((half, half[:, ::-1]), axis=1))


def words(width: int, height: int, seed: int) -> Image.Image:
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    for line, top in enumerate(range(8, height, 26)):
        draw.text((10, top), f"Rapat {seed + line} di Kelurahan Melati pukul {line} pagi " * 2, fill="black")
    return image


KINDS = {"noise": noise, "photo": photo, "mirrored": mirrored, "words": words}


def assert_as_imagehash(image: Image.Image) -> None:
    found, problems = perceptual_of_pixels(image)

    assert {name: getattr(found, name) for name in ORACLES} == {
        name: str(oracle(image)) for name, oracle in ORACLES.items()
    }
    assert problems == ()


@settings(max_examples=40, deadline=None)
@given(
    width=st.integers(1, 500),
    height=st.integers(1, 500),
    boxes=st.integers(0, 12),
    seed=st.integers(0, 10**6),
)
def test_bit_identical_to_imagehash_on_flat_pages(width: int, height: int, boxes: int, seed: int) -> None:
    assert_as_imagehash(page(width, height, boxes, seed))


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(sorted(KINDS)),
    width=st.integers(1, 400),
    height=st.integers(1, 900),
    seed=st.integers(0, 10**6),
)
def test_bit_identical_to_imagehash_on_every_kind_of_picture(
    kind: str, width: int, height: int, seed: int
) -> None:
    assert_as_imagehash(KINDS[kind](width, height, seed))


@pytest.mark.parametrize(
    "size", [(1, 1), (1, 700), (700, 1), (3000, 7), (7, 3000), (64, 64), (300, 517), (1100, 1300)]
)
def test_bit_identical_to_imagehash_at_odd_sizes(size: tuple[int, int]) -> None:
    assert_as_imagehash(noise(*size, seed=size[0]))


def test_bit_identical_where_most_blocks_are_tied_at_the_median() -> None:
    image = page(1280, 1800, 0, 1)
    image.paste((10, 20, 30), (40, 50, 400, 90))

    assert_as_imagehash(image)


@pytest.mark.parametrize("colour", ["black", "white", "gray"])
def test_bit_identical_where_nothing_is_to_be_seen(colour: str) -> None:
    assert_as_imagehash(Image.new("RGB", (1080, 900), colour))


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "I", "F", "I;16"]
)
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_bit_identical_in_every_mode(mode: str, kind: str) -> None:
    plain = KINDS[kind](210, 330, 4)
    between = {"PA": "P", "I;16": "L"}.get(mode)

    assert_as_imagehash((plain.convert(between) if between else plain).convert(mode))


@settings(max_examples=80, deadline=None)
@given(
    mode=st.sampled_from(["L", "P", "RGB", "RGBA", "YCbCr"]),
    kind=st.sampled_from(sorted(KINDS)),
    width=st.integers(1, 70),
    height=st.integers(1, 90),
    seed=st.integers(0, 10**6),
)
def test_bit_identical_in_small_and_odd_sizes_of_the_modes_that_are_common(
    mode: str, kind: str, width: int, height: int, seed: int
) -> None:
    assert_as_imagehash(KINDS[kind](width, height, seed).convert(mode))


@settings(max_examples=40, deadline=None)
@given(
    width=st.integers(150, 900),
    height=st.integers(150, 900),
    cuts=st.lists(st.floats(0.05, 0.95), min_size=1, max_size=6),
    upright=st.booleans(),
    seed=st.integers(0, 10**6),
)
def test_bit_identical_where_regions_share_their_columns(
    width: int, height: int, cuts: list[float], upright: bool, seed: int
) -> None:
    """Bright and dark bars from side to side, each a region of its own, with something in them."""
    pixels = np.random.default_rng(seed).integers(0, 50, (height, width, 3), dtype=np.uint8)
    for cut in cuts:
        pixels[int(cut * height) :] += np.uint8(128)
    image = Image.fromarray(pixels)

    assert_as_imagehash(image if upright else image.transpose(Image.Transpose.ROTATE_90))


def test_bit_identical_with_a_transparent_palette() -> None:
    image = page(300, 200, 6, 4).convert("P")
    image.info["transparency"] = 0

    assert_as_imagehash(image)


@pytest.mark.parametrize("low", [0, 127, 254])
@pytest.mark.parametrize("cell", [1, 3, 8, 40])
def test_bit_identical_where_every_value_is_at_a_limit(low: int, cell: int) -> None:
    """Two neighbouring shades in cells: sums that are tied, and that lie on halves in both directions."""
    board = np.add.outer(np.arange(640) // cell, np.arange(480) // cell) % 2 + low

    assert_as_imagehash(Image.fromarray(np.repeat(board.astype(np.uint8)[:, :, None], 3, axis=2)))


@pytest.mark.parametrize("side", [0.5, 0.9])
def test_bit_identical_where_a_region_reaches_from_edge_to_edge(side: float) -> None:
    image = Image.new("RGB", (360, 800), "white")
    image.paste((30, 40, 90), (40, 60, int(360 * side), int(800 * side)))

    assert_as_imagehash(image)


@settings(max_examples=30, deadline=None)
@given(
    width=st.integers(1, 90),
    height=st.integers(1, 200),
    across=st.integers(1, 9),
    down=st.integers(1, 9),
    seed=st.integers(0, 10**6),
    shades=st.sampled_from([(0, 255), (0, 84, 85, 86, 170, 171, 255), (127, 128)]),
)
def test_bit_identical_where_rows_repeat(
    width: int, height: int, across: int, down: int, seed: int, shades: tuple[int, ...]
) -> None:
    """Saturated colours, and such as lie where hue or saturation passes from one bin into the next."""
    few = np.random.default_rng(seed).choice(np.array(shades, dtype=np.uint8), (height, width, 3))

    assert_as_imagehash(Image.fromarray(np.repeat(np.repeat(few, down, axis=0), across, axis=1)))


@pytest.mark.parametrize("mode", ["RGB", "YCbCr"])
def test_bit_identical_where_rows_differ_in_colour_or_in_brightness_alone(mode: str) -> None:
    """In YCbCr, different brightness can have the same red, green and blue, which stop at 255."""
    rows = [(255, 255, 255), (252, 255, 255)] if mode == "YCbCr" else [(90, 30, 30), (59, 45, 35)]
    pixels = np.zeros((300, 40, 3), dtype=np.uint8)
    pixels[0::2], pixels[1::2] = rows

    assert_as_imagehash(Image.frombytes(mode, (40, 300), pixels.tobytes()))


def test_bit_identical_across_the_bands_in_which_a_wide_picture_is_read() -> None:
    image = page(2000, 700, 30, 5)
    image.paste(photo(900, 300, 2), (50, 200))

    assert_as_imagehash(image)


def test_bit_identical_in_a_picture_so_large_that_its_memory_is_parted() -> None:
    image = page(2300, 2100, 12, 8)
    image.paste(photo(700, 900, 3), (100, 300))

    assert_as_imagehash(image)


def test_threads_change_nothing() -> None:
    image = page(640, 480, 8, 9)

    assert perceptual_of_pixels(image, threads=3) == perceptual_of_pixels(image)


def test_leading_zeros_are_kept() -> None:
    hashes, _ = perceptual_of_pixels(Image.new("RGB", (80, 80), "black"))

    assert hashes.ahash == hashes.dhash == hashes.dhash_vertical == "0" * 16
    assert len(hashes.pdq or "") == 64


def test_neither_scipy_nor_another_hash_library_is_loaded() -> None:
    code = (
        "import sys; from evidentia.fingerprint import prepare; prepare(); "
        "print(sorted({'scipy', 'pywt', 'imagehash', 'pdqhash', 'cv2'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert said.strip() == "[]"
