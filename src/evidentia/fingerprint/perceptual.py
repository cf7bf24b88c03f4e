"""Perceptual hashes: one decode, all of them.

The average, difference, perceptual, wavelet and colour hashes carry the values that imagehash gives for the same
pixels; PDQ is Meta's (the reference implementation through pdqhash, which has to be compiled: extra ``[pdq]``).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from .types import Perceptual

if TYPE_CHECKING:
    from PIL.Image import Image

PDQ_SIDE = 512
"""PDQ's authors scale to 512 x 512 at most before hashing ("The TMK+PDQF Video-Hashing Algorithm", 2019)."""


def pdq(image: Image) -> tuple[str, int]:
    """The PDQ hash as 64 hex digits, leading zeros kept, and its quality from 0 to 100."""
    import numpy as np
    import pdqhash

    small = image.convert("RGB")
    small.thumbnail((PDQ_SIDE, PDQ_SIDE))
    bits, quality = pdqhash.compute(np.asarray(small))
    return np.packbits(np.asarray(bits, dtype=np.uint8)).tobytes().hex(), int(quality)


def perceptual_of_pixels(image: Image, *, threads: int = 1) -> tuple[Perceptual, tuple[str, ...]]:
    """All perceptual hashes of a decoded picture, and what could not be computed, with the reason.

    The picture is hashed as it stands: the caller turns it upright first. Pillow and numpy let other threads run
    while they work on pixels, so ``threads`` shortens the wait where there are cores.
    """
    import imagehash

    from .colour import colorhash
    from .wavelet import whash

    # Every one of the first four starts with this conversion; on a picture in mode L it is the identity.
    grey = image.convert("L")
    methods: dict[str, Callable[[], object]] = {
        "pdq": lambda: pdq(image),
        "whash": lambda: whash(grey),
        "colorhash": lambda: colorhash(image),
        "phash": lambda: str(imagehash.phash(grey)),
        "dhash": lambda: str(imagehash.dhash(grey)),
        "ahash": lambda: str(imagehash.average_hash(grey)),
    }
    values: dict[str, object] = {}
    problems: list[str] = []
    with ThreadPoolExecutor(max_workers=threads) as pool:
        for name, work in [(name, pool.submit(method)) for name, method in methods.items()]:
            try:
                values[name] = work.result()
            except (ImportError, ValueError, TypeError, ArithmeticError, MemoryError, OSError) as error:
                problems.append(f"{name} could not be computed: {error}")
    if isinstance(both := values.pop("pdq", None), tuple):
        values["pdq"], values["pdq_quality"] = both
    return Perceptual(**values), tuple(problems)  # type: ignore[arg-type]  # names and types as in methods
