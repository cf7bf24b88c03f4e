"""Perceptual hashes: one decode, all of them.

The average, difference, perceptual, wavelet, colour and crop-resistant hashes carry the values that imagehash gives
for the same pixels, and PDQ those of its reference implementation. All are computed here with NumPy and Pillow alone:
what computes them is loaded in milliseconds, and the grey pixels are read once for all.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from .types import Perceptual

if TYPE_CHECKING:
    from PIL.Image import Image

_AVERAGE = (8, 8)
_VERTICAL = (8, 9)


def perceptual_of_pixels(image: Image, *, threads: int = 1) -> tuple[Perceptual, tuple[str, ...]]:
    """All perceptual hashes of a decoded picture, and what could not be computed, with the reason.

    The picture is hashed as it stands: the caller turns it upright first. Pillow and NumPy let other threads run
    while they work on pixels, so ``threads`` shortens the wait where there are cores.
    """
    methods: tuple[tuple[str, Callable[[Image], dict[str, object]]], ...] = (
        ("grey", _of_grey_pixels),
        ("colorhash", _of_colours),
        ("pdq", _pdq),
    )
    values: dict[str, object] = {}
    problems: list[str] = []
    with ThreadPoolExecutor(max_workers=threads) as pool:
        for name, work in [(name, pool.submit(method, image)) for name, method in methods]:
            try:
                found = work.result()
            except (ValueError, TypeError, ArithmeticError, MemoryError, OSError) as error:
                problems.append(f"{_SAID[name]} could not be computed: {error}")
            else:
                values |= found
    return Perceptual(**values), tuple(problems)  # type: ignore[arg-type]  # names and types as in methods


_SAID = {"grey": "the hashes of brightness", "colorhash": "colorhash", "pdq": "pdq"}


def _of_grey_pixels(image: Image) -> dict[str, object]:
    import numpy as np
    from PIL import Image as pillow

    from . import cosine, segments, wavelet
    from .bits import as_hex
    from .resampling import resample

    pixels = np.asarray(image.convert("L"))
    scale = wavelet.natural_scale(*image.size)
    parted = (segments.SIDE, segments.SIDE)
    sizes = (_AVERAGE, _VERTICAL, segments.GRADIENT, (cosine.SIDE, cosine.SIDE), parted, (scale, scale))
    small: dict[tuple[int, int], Any] = resample(pixels, sizes)
    average, vertical = small[_AVERAGE], small[_VERTICAL]
    return {
        "ahash": as_hex(average > average.mean()),
        "dhash": segments.gradient_hash(small[segments.GRADIENT]),
        "dhash_vertical": as_hex(vertical[1:] > vertical[:-1]),
        "phash": cosine.phash(small[cosine.SIDE, cosine.SIDE]),
        "whash": wavelet.whash(small[scale, scale]),
        "crop_resistant": segments.crop_resistant_hash(pixels, pillow.fromarray(small[parted])),
    }


def _of_colours(image: Image) -> dict[str, object]:
    from .colour import colorhash

    return {"colorhash": colorhash(image)}


def _pdq(image: Image) -> dict[str, object]:
    from .pdq import pdq

    found = pdq(image)
    return {"pdq": found.value, "pdq_quality": found.quality, "pdq_turned": found.turned}
