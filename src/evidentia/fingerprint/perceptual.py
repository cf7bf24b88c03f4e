"""Perceptual hashes: one decode, all of them.

The average, difference, perceptual, wavelet, colour and crop-resistant hashes carry the values that imagehash gives
for the same pixels, and PDQ those of its reference implementation. All are computed here with NumPy and Pillow alone:
what computes them is loaded in milliseconds, and the pixels are read once for all but PDQ.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

from . import colour
from .rows import Rows, differing, numbered, times
from .types import Perceptual

if TYPE_CHECKING:
    from PIL.Image import Image

_AVERAGE = (8, 8)
_VERTICAL = (8, 9)

_PIXELS_AT_ONCE = 1 << 18
"""Pictures are read band by band, so that what is read stays in the processor's cache: 1 MiB as words. Fewer at a time
mean more calls, which are most of what a flat page takes."""

_FREED = 8 << 20
"""Bytes: more than any one array that the hashes of a page need."""


def perceptual_of_pixels(image: Image, *, threads: int = 1) -> tuple[Perceptual, tuple[str, ...]]:
    """All perceptual hashes of a decoded picture, and what could not be computed, with the reason.

    The picture is hashed as it stands: the caller turns it upright first. Pillow and NumPy let other threads run
    while they work on pixels: with two ``threads``, PDQ is had beside the others.
    """
    _have_memory_kept()
    values: dict[str, object] = {}
    problems: list[str] = []
    with ThreadPoolExecutor(max_workers=1) as pool:
        # The other thread gets the part that needs the least memory: it has every large array anew from the system.
        beside = pool.submit(_pdq, image) if threads > 1 else None
        methods: tuple[tuple[str, Callable[[], dict[str, object]]], ...] = (
            ("no perceptual hash but pdq", partial(_of_all_pixels, image)),
            ("no pdq", beside.result if beside else partial(_pdq, image)),
        )
        for name, method in methods:
            try:
                values |= method()
            except (ValueError, TypeError, ArithmeticError, MemoryError, OSError) as error:
                problems.append(f"{name} could be computed: {error}")
    return Perceptual(**values), tuple(problems)  # type: ignore[arg-type]  # names and types as in methods


def _of_all_pixels(image: Image) -> dict[str, object]:
    grey, colours = _read(image)
    return _of_grey_pixels(grey) | {"colorhash": colour.colorhash(colours, image.width * image.height)}


def _have_memory_kept() -> None:
    """Have the C library keep the memory that was freed, for what comes next.

    glibc gives blocks of 128 KiB and more back to the system when they are freed, and new ones come page by page, until
    it has seen a larger one freed (mallopt(3), M_MMAP_THRESHOLD). This one is never touched, so that it takes none.
    """
    import numpy as np

    np.empty(_FREED, dtype=np.uint8)


def _read(image: Image) -> tuple[Rows, Any]:
    """The grey pixels, by Pillow's conversion to ``L``, and the counts of the colours. Alpha counts for no hash."""
    import numpy as np

    at_once = max(1, _PIXELS_AT_ONCE // image.width)
    bands, starts, counts = [], [], []
    for top in range(0, image.height, at_once):
        rows = slice(top, min(top + at_once, image.height))
        new, words, grey = _distinct(image, rows)
        counts.append(colour.counted_in_rows(words, grey, times(new)))
        bands.append(grey)
        starts.append(new)
    return Rows(np.concatenate(bands), numbered(np.concatenate(starts))), sum(counts)


def _distinct(image: Image, rows: slice) -> tuple[Any, Any, Any]:
    """Which rows are not the row above again; of these red, green and blue in one word, and the grey bytes."""
    import numpy as np
    from PIL import Image as pillow

    band = image.crop((0, rows.start, image.width, rows.stop))
    words = _words(band if band.mode == "RGB" else band.convert("RGB"))
    if image.mode != "RGB":  # grey is not had from red, green and blue in every mode: it joins them
        words = words & np.uint32(0xFFFFFF) | np.asarray(band.convert("L"), dtype=np.uint32) << np.uint32(24)
    new = differing(words)
    words = words if new.all() else words[new]
    if image.mode != "RGB":
        return new, words, (words >> np.uint32(24)).astype(np.uint8)
    few = pillow.frombuffer("RGBX", (image.width, len(words)), words, "raw", "RGBX", 0, 1)
    return new, words, np.asarray(few.convert("L"))


def _words(image: Image) -> Any:
    """Red, green and blue of a picture in RGB as rows of words, least byte first."""
    import numpy as np

    return np.frombuffer(image.tobytes("raw", "RGBX"), dtype="<u4").reshape(image.height, image.width)


def _of_grey_pixels(grey: Rows) -> dict[str, object]:
    from PIL import Image as pillow

    from . import cosine, segments, wavelet
    from .bits import as_hex
    from .resampling import resample

    height, width = grey.shape
    scale = wavelet.natural_scale(width, height)
    parted = (segments.SIDE, segments.SIDE)
    sizes = (_AVERAGE, _VERTICAL, segments.GRADIENT, (cosine.SIDE, cosine.SIDE), parted, (scale, scale))
    small: dict[tuple[int, int], Any] = resample(grey, sizes)
    average, vertical = small[_AVERAGE], small[_VERTICAL]
    across = segments.gradient_hash(small[segments.GRADIENT])
    return {
        "ahash": as_hex(average > average.mean()),
        "dhash": across,
        "dhash_vertical": as_hex(vertical[1:] > vertical[:-1]),
        "phash": cosine.phash(small[cosine.SIDE, cosine.SIDE]),
        "whash": wavelet.whash(small[scale, scale]),
        "crop_resistant": segments.crop_resistant_hash(grey, pillow.fromarray(small[parted]), across),
    }


def _pdq(image: Image) -> dict[str, object]:
    from .pdq import pdq

    found = pdq(image)
    return {"pdq": found.value, "pdq_quality": found.quality, "pdq_turned": found.turned}
