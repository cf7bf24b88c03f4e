"""The wavelet hash, bit for bit as imagehash gives it, without PyWavelets and at a tenth of the time.

imagehash.whash takes the Haar transform of the picture at its full natural scale, zeroes the coarsest
coefficient, transforms back and forth again, and compares the 8 x 8 coefficients with their median. Without
rounding, these coefficients are the sums of 8 x 8 blocks of pixels, less a constant. Sums of bytes are whole
numbers: two that differ, differ by at least 1, which is 1 / (255 * 512) or more in the coefficients of the largest
picture that is let in, a thousand million times the rounding error. So the sums decide every bit, but for
blocks whose sum is the median itself. Screenshots have many of those (blank paper), and there the bit hangs on
rounding alone; so for these blocks the very same floating-point operations are done, block by block.
"""

from __future__ import annotations

from typing import Any

from .bits import as_hex

SIDE = 8
_SMALLEST = 64  # below this scale the whole transform takes less than a millisecond
_TAP = 0.7071067811865476  # both taps of the Haar filter, but for signs


def natural_scale(width: int, height: int) -> int:
    """The side, in pixels, of the square at which a picture is hashed: the power of two that fits into it, or 8."""
    return max(1 << (min(width, height).bit_length() - 1), SIDE)


def whash(pixels: Any) -> str:
    """The 64-bit wavelet hash (Haar, coarsest level removed) of grey bytes at their natural scale, as 16 hex digits."""
    import numpy as np

    if len(pixels) < _SMALLEST:
        levels, coarsest = _forward(pixels / 255.0, 1)
        _, values = _forward(_back(coarsest * 0, levels), SIDE)
        return as_hex(values > np.median(values))
    step = len(pixels) // SIDE
    blocks = pixels.reshape(SIDE, step, SIDE, step).swapaxes(1, 2)
    sums = blocks.sum(axis=(2, 3), dtype=np.int64)
    lower, upper = np.sort(sums, axis=None)[SIDE * SIDE // 2 - 1 : SIDE * SIDE // 2 + 1]
    if lower < upper:
        return as_hex(sums * 2 > lower + upper)
    # No more than the order of the untied blocks matters: infinities keep them on their side of the median.
    values = np.where(sums > upper, np.inf, -np.inf)
    for at, value in _tied_coefficients(blocks, sums == upper).items():
        values[at] = value
    return as_hex(values > np.median(values))


def _tied_coefficients(blocks: Any, tied: Any) -> dict[tuple[int, int], float]:
    """The coefficients of the tied blocks, with the roundings that the transform of the whole picture makes.

    Haar filters have two taps and the sides are powers of two, so no operation inside a block touches another
    block until the 8 x 8 grid is reached. Equal blocks are transformed once.
    """
    import numpy as np

    forward: dict[bytes, Any] = {}
    grid = np.empty((SIDE, SIDE))
    for at in np.ndindex(SIDE, SIDE):
        content = blocks[at].tobytes()
        if content not in forward:
            forward[content] = _forward(blocks[at] / 255.0, 1)
        grid[at] = forward[content][1][0, 0]
    levels, coarsest = _forward(grid, 1)
    shifted = _back(coarsest * 0, levels)

    again: dict[tuple[bytes, float], float] = {}
    found: dict[tuple[int, int], float] = {}
    for row, column in np.argwhere(tied):
        content, start = blocks[row, column].tobytes(), float(shifted[row, column])
        if (content, start) not in again:
            back = _back(np.array([[start]]), forward[content][0])
            again[content, start] = float(_forward(back, 1)[1][0, 0])
        found[int(row), int(column)] = again[content, start]
    return found


def _forward(values: Any, side: int) -> tuple[list[Any], Any]:
    """The Haar transform down to ``side``: the details of each level, the coarsest last, and what remains."""
    levels = []
    while len(values) > side:
        down_low = _TAP * values[1::2] + _TAP * values[0::2]
        down_high = _TAP * values[0::2] - _TAP * values[1::2]
        (values, *details), more = (
            (_TAP * part[:, 1::2] + _TAP * part[:, 0::2], _TAP * part[:, 0::2] - _TAP * part[:, 1::2])
            for part in (down_low, down_high)
        )
        levels.append((*details, *more))
    return levels, values


def _back(values: Any, levels: list[Any]) -> Any:
    """The transform undone, from what remained and the details of each level."""
    import numpy as np

    for low_high, high_low, high_high in reversed(levels):
        side = len(values)
        parts = np.empty((2, side, 2 * side))
        for part, (low, high) in zip(parts, ((values, low_high), (high_low, high_high)), strict=True):
            part[:, 0::2], part[:, 1::2] = _TAP * low + _TAP * high, _TAP * low - _TAP * high
        values = np.empty((2 * side, 2 * side))
        values[0::2], values[1::2] = _TAP * parts[0] + _TAP * parts[1], _TAP * parts[0] - _TAP * parts[1]
    return values
