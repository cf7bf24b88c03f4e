"""The wavelet hash, bit for bit as imagehash gives it, at a tenth of the time.

imagehash.whash takes the Haar transform of the picture at its full natural scale, zeroes the coarsest
coefficient, transforms back and forth again, and compares the 8 x 8 coefficients with their median. Without
rounding, these coefficients are the sums of 8 x 8 blocks of pixels, less a constant. Sums of bytes are whole
numbers: two that differ, differ by at least 1, which is 1 / (255 * 512) or more in the coefficients of the largest
picture that is let in, a thousand million times the rounding error. So the sums decide every bit, but for
blocks whose sum is the median itself. Screenshots have many of those (blank paper), and there the bit hangs on
rounding alone; so for these blocks the very same floating-point operations are done, block by block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE = 8
_SMALLEST = 64  # below this scale the whole transform takes less than a millisecond


def whash(grey: Image) -> str:
    """The 64-bit wavelet hash (Haar, coarsest level removed) of a picture in mode ``L``, as 16 hex digits."""
    import imagehash
    import numpy as np
    from PIL.Image import Resampling

    scale = 2 ** int(np.log2(min(grey.size)))
    if scale < _SMALLEST:
        return str(imagehash.whash(grey))
    pixels = np.asarray(grey.resize((scale, scale), Resampling.LANCZOS))
    step = scale // SIDE
    blocks = pixels.reshape(SIDE, step, SIDE, step).swapaxes(1, 2)
    sums = blocks.sum(axis=(2, 3), dtype=np.int64)
    lower, upper = np.sort(sums, axis=None)[SIDE * SIDE // 2 - 1 : SIDE * SIDE // 2 + 1]
    if lower < upper:
        return str(imagehash.ImageHash(sums * 2 > lower + upper))
    # No more than the order of the untied blocks matters: infinities keep them on their side of the median.
    values = np.where(sums > upper, np.inf, -np.inf)
    for at, value in _tied_coefficients(blocks, sums == upper).items():
        values[at] = value
    return str(imagehash.ImageHash(values > np.median(values)))


def _tied_coefficients(blocks: Any, tied: Any) -> dict[tuple[int, int], float]:
    """The coefficients of the tied blocks, with the roundings that the transform of the whole picture makes.

    Haar filters have two taps and the sides are powers of two, so no operation inside a block touches another
    block until the 8 x 8 grid is reached. Equal blocks are transformed once.
    """
    import numpy as np
    import pywt  # type: ignore[import-untyped]

    levels = int(np.log2(blocks.shape[2]))
    forward: dict[bytes, Any] = {}
    grid = np.empty((SIDE, SIDE))
    for at in np.ndindex(SIDE, SIDE):
        content = blocks[at].tobytes()
        if content not in forward:
            forward[content] = pywt.wavedec2(blocks[at] / 255.0, "haar", level=levels)
        grid[at] = forward[content][0][0, 0]
    coarse = list(pywt.wavedec2(grid, "haar", level=int(np.log2(SIDE))))
    coarse[0] = coarse[0] * 0
    shifted = pywt.waverec2(coarse, "haar")

    again: dict[tuple[bytes, float], float] = {}
    found: dict[tuple[int, int], float] = {}
    for row, column in np.argwhere(tied):
        content, start = blocks[row, column].tobytes(), float(shifted[row, column])
        if (content, start) not in again:
            back = pywt.waverec2([np.array([[start]]), *forward[content][1:]], "haar")
            again[content, start] = float(pywt.wavedec2(back, "haar", level=levels)[0][0, 0])
        found[int(row), int(column)] = again[content, start]
    return found
