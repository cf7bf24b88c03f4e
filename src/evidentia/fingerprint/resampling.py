"""Lanczos resampling of grey pictures, bit for bit as Pillow 13 does it, many sizes from one reading of the pixels.

Pillow resamples one way first and the other then, in whole numbers: weights are multiples of 2**-22, and each pass
rounds to a byte. Sums of bytes times such weights fit into a double exactly, so a matrix product gives the very same
numbers in whatever order it adds, and the pixels are read once for all the sizes that hashes ask for. That takes a
fraction of the time of one ``resize`` after the other, and the hashes stay what they are when Pillow changes: its
release 13 began to resample tall pictures by columns first, which moved values by one and hashes by a bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

_PRECISION = 22
"""Bits of a weight behind the point: Pillow's, 32 less 8 for the byte and 2 for sums beyond it."""

_SUPPORT = 3.0  # the Lanczos kernel reaches three samples to each side
_TOGETHER = 16
"""Neighbouring results computed by one product: they share most of the pixels that they weigh."""

_BAND = 1 << 18
"""Pixels turned into doubles at a time: 2 MiB, which the caches of processors hold."""


_ONE_THREAD = 1 << 18
"""Multiplications of a product up to which OpenBLAS takes one thread (its interface/gemm.c, 65536 times 4)."""


class _Group(NamedTuple):
    """Results ``start`` to ``stop`` weigh samples ``low`` to ``high``; ``weights`` has a column for each result."""

    start: int
    stop: int
    low: int
    high: int
    weights: Any


def resample(pixels: Any, sizes: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Any]:
    """``pixels`` (rows of bytes) at each of ``sizes`` (width, height), as Pillow's ``resize(size, LANCZOS)`` has it."""
    wanted = list(dict.fromkeys(sizes))
    tall = [size for size in wanted if _columns_first(pixels.shape, size)]
    low = _columns_resampled(pixels, {height for _, height in tall})
    narrow = _rows_resampled(pixels, {size[0] for size in wanted if size not in tall})
    found = {}
    for width, height in wanted:
        if (width, height) in tall:
            found[width, height] = _rows_resampled(low[height], {width})[width]
        else:
            found[width, height] = _columns_resampled(narrow[width], {height})[height]
    return found


def _columns_first(shape: tuple[int, int], size: tuple[int, int]) -> bool:
    """Pillow 13 takes the columns first where the height shrinks by more than twice what the width does."""
    shrinks = shape[0] - size[1]
    return shrinks > 0 and shrinks > 2 * (shape[1] - size[0])


def _rows_resampled(pixels: Any, widths: set[int]) -> dict[int, Any]:
    """Each row at each of ``widths``."""
    import numpy as np

    height, own = pixels.shape
    found = {w: pixels if w == own else np.empty((height, w), dtype=np.uint8) for w in widths}
    rows = max(1, _BAND // own)
    for top in range(0, height, rows) if widths - {own} else ():
        doubles = pixels[top : top + rows].astype(np.float64)
        for width in widths - {own}:
            for group in _groups(own, width):
                sums = _product(doubles[:, group.low : group.high], group.weights)
                found[width][top : top + rows, group.start : group.stop] = _bytes(sums)
    return found


def _columns_resampled(pixels: Any, heights: set[int]) -> dict[int, Any]:
    """Each column at each of ``heights``."""
    import numpy as np

    own, width = pixels.shape
    found = {h: pixels if h == own else np.empty((h, width), dtype=np.uint8) for h in heights}
    tasks = [(found[height], group) for height in heights - {own} for group in _groups(own, height)]
    rows = max(1, _BAND // width)
    sums: dict[int, Any] = {}  # what each group of results has gathered from the bands so far
    for top in range(0, own, rows) if tasks else ():
        doubles = pixels[top : top + rows].astype(np.float64)
        for number, (into, group) in enumerate(tasks):
            first, last = max(group.low, top), min(group.high, top + rows)
            if first >= last:
                continue
            weights = group.weights[first - group.low : last - group.low]
            part = _product(doubles[first - top : last - top].T, weights).T
            gathered = part if group.low == first else sums.pop(number) + part
            if last == group.high:
                into[group.start : group.stop] = _bytes(gathered)
            else:
                sums[number] = gathered
    return found


def _product(lines: Any, weights: Any) -> Any:
    """``lines @ weights``, so many lines at a time that OpenBLAS stays in this thread: its own threads wait in loops,
    which was measured to double the processor time of a capture."""
    import numpy as np

    found = np.empty((lines.shape[0], weights.shape[1]), dtype=np.float64)
    step = max(1, _ONE_THREAD // weights.size)
    for start in range(0, len(lines), step):
        np.matmul(lines[start : start + step], weights, out=found[start : start + step])
    return found


def _bytes(sums: Any) -> Any:
    """Rounded to whole numbers, halves up, within a byte."""
    import numpy as np

    sums += 0.5
    np.clip(sums, 0, 255, out=sums)
    return sums.astype(np.uint8)


@lru_cache(maxsize=64)
def _groups(own: int, length: int) -> Sequence[_Group]:
    """The weights of Pillow's Lanczos filter for lines of ``own`` samples at ``length``."""
    import numpy as np

    scale = own / length
    widened = max(scale, 1.0)
    support = _SUPPORT * widened
    centres = (np.arange(length) + 0.5) * scale
    lows = np.maximum((centres - support + 0.5).astype(np.int64), 0)
    highs = np.minimum((centres + support + 0.5).astype(np.int64), own)
    taps = np.arange((highs - lows).max())
    samples = lows[:, None] + taps
    inside = samples < highs[:, None]
    values = np.where(inside, _lanczos((samples - centres[:, None] + 0.5) / widened), 0.0)
    whole = _whole(values)
    groups = []
    for start in range(0, length, _TOGETHER):
        stop = min(start + _TOGETHER, length)
        low, high = int(lows[start]), int(highs[stop - 1])
        weights = np.zeros((high - low, stop - start))
        at, tap = np.nonzero(inside[start:stop])
        weights[samples[start + at, tap] - low, at] = whole[start + at, tap]
        groups.append(_Group(start, stop, low, high, weights * 2.0**-_PRECISION))
    return tuple(groups)


def _lanczos(x: Any) -> Any:
    import numpy as np

    inside = (x >= -_SUPPORT) & (x < _SUPPORT)
    return np.where(inside, _sinc(x) * _sinc(x / _SUPPORT), 0.0)


def _sinc(x: Any) -> Any:
    import numpy as np

    angle = np.where(x == 0, 1.0, x * np.pi)
    return np.where(x == 0, 1.0, np.sin(angle) / angle)


def _whole(weights: Any) -> Any:
    """Rows of weights, each brought to a sum of one, as whole multiples of 2**-22, halves away from zero."""
    import numpy as np

    totals = np.add.accumulate(weights, axis=1)[:, -1:]  # one after the other, as a loop adds
    scaled = np.divide(weights, totals, out=weights, where=totals != 0) * float(1 << _PRECISION)
    return np.trunc(scaled + np.copysign(0.5, scaled))
