"""Lanczos resampling of grey pictures, bit for bit as Pillow 13 does it, many sizes from one reading of the pixels.

Pillow resamples one way first and the other then, in whole numbers: weights are multiples of 2**-22, and each pass
rounds to a byte. Sums of bytes times such weights fit into a double exactly, so a matrix product gives the very same
numbers in whatever order it adds: all sizes come from one product for each band of rows, and rows that are equal are
multiplied once, by the sum of their weights. That takes a fraction of the time of one ``resize`` after the other, and
the hashes stay what they are when Pillow changes: its release 13 began to resample tall pictures by columns first,
which moved values by one and hashes by a bit.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from .rows import Rows, rows_of

_PRECISION = 22
"""Bits of a weight behind the point: Pillow's, 32 less 8 for the byte and 2 for sums beyond it."""

_SUPPORT = 3.0  # the Lanczos kernel reaches three samples to each side
_TOGETHER = 32
"""Neighbouring columns computed by one product: they share most of the pixels that they weigh."""

_TALL = 64
"""Rows weighed by one product: fewer mean more results that two bands share, more mean more weights of nought."""

_LOW = 32
"""Heights up to which the sums of all results are kept: most bands add to most of them and finish few or none."""

_BAND = 1 << 17
"""Pixels turned into doubles at a time: 1 MiB, which the caches of processors hold."""

_ONE_THREAD = 1 << 18
"""Multiplications of a product up to which OpenBLAS takes one thread (its interface/gemm.c, 65536 times 4)."""


Box = tuple[int, int, int, int]
"""Top, left, bottom and right of a part of a picture: its first row and column, and those after its last."""


class _Group(NamedTuple):
    """Results ``start`` to ``stop`` weigh samples ``low`` to ``high``; ``weights`` has a column for each result."""

    start: int
    stop: int
    low: int
    high: int
    weights: Any


class _Share(NamedTuple):
    """What a band of rows gives to results ``first`` and following of one height; before ``done`` it is their last.

    Their weights are ``rows`` of those of the band.
    """

    height: int
    rows: slice
    first: int
    done: int


class _Band(NamedTuple):
    """Rows ``top`` to ``bottom``; ``weights`` has a row for each result that any of them belongs to."""

    top: int
    bottom: int
    weights: Any
    shares: tuple[_Share, ...]


def resample(picture: Rows, sizes: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Any]:
    """Grey pixels at each of ``sizes`` (width, height), as Pillow's ``resize(size, LANCZOS)`` has them."""
    wanted = list(dict.fromkeys(sizes))
    tall = [size for size in wanted if _columns_first(picture.shape, size)]
    low = _columns_resampled(picture, {height for _, height in tall})
    narrow = _rows_resampled(picture, {size[0] for size in wanted if size not in tall})
    found = {}
    for width, height in wanted:
        if (width, height) in tall:
            found[width, height] = _rows_resampled(low[height], {width})[width].whole()
        else:
            found[width, height] = _columns_resampled(narrow[width], {height})[height].whole()
    return found


def resample_parts(picture: Rows, boxes: Sequence[Box], size: tuple[int, int]) -> list[Any]:
    """Each of these parts of a picture at ``size``.

    Where rows come first, parts of the same columns share them: regions of a page often reach from side to side.
    """
    width, height = size
    by_columns: dict[tuple[int, int], list[Box]] = {}
    for box in boxes:
        top, left, bottom, right = box
        if not _columns_first((bottom - top, right - left), size):
            by_columns.setdefault((left, right), []).append(box)
    found: dict[Box, Any] = {}
    for (left, right), those in by_columns.items():
        first, last = min(box[0] for box in those), max(box[2] for box in those)
        if sum(bottom - top for top, _, bottom, _ in those) < last - first:
            continue  # what lies between them would be resampled for nothing
        narrow = _rows_resampled(picture.part(slice(first, last), slice(left, right)), {width})[width]
        for box in those:
            rows = narrow.part(slice(box[0] - first, box[2] - first), slice(0, width))
            found[box] = _columns_resampled(rows, {height})[height].whole()
    for box in boxes:
        if box not in found:
            part = picture.part(slice(box[0], box[2]), slice(box[1], box[3]))
            found[box] = resample(part, (size,))[size]
    return [found[box] for box in boxes]


def _columns_first(shape: tuple[int, int], size: tuple[int, int]) -> bool:
    """Pillow 13 takes the columns first where the height shrinks by more than twice what the width does."""
    shrinks = shape[0] - size[1]
    return shrinks > 0 and shrinks > 2 * (shape[1] - size[0])


def _rows_resampled(picture: Rows, widths: set[int]) -> dict[int, Rows]:
    """Each row at each of ``widths``."""
    import numpy as np

    pixels = picture.pixels
    height, own = pixels.shape
    found = {w: pixels if w == own else np.empty((height, w), dtype=np.uint8) for w in widths}
    rows = min(height, max(1, _BAND // own))
    sums = {w: np.empty((rows, w)) for w in widths - {own}}
    doubles = np.empty((rows, own))
    for top in range(0, height, rows) if sums else ():
        band = doubles[: height - top]
        np.copyto(band, pixels[top : top + rows])
        for width, all_sums in sums.items():
            these = all_sums[: len(band)]
            for group in _groups(own, width):
                _product(band[:, group.low : group.high], group.weights, these[:, group.start : group.stop])
            found[width][top : top + rows] = _bytes(these)
    return {width: Rows(resampled, picture.of) for width, resampled in found.items()}


def _columns_resampled(picture: Rows, heights: set[int]) -> dict[int, Rows]:
    """Each column at each of ``heights``."""
    import numpy as np

    own, width = picture.shape
    found = {h: np.empty((h, width), dtype=np.uint8) for h in sorted(heights - {own})}
    totals = {h: np.zeros((h, width)) for h in found if h <= _LOW}
    unfinished: dict[int, Any] = {}  # what the last results of each height have gathered so far
    for shares, sums in _weighed(picture, tuple(found)) if found else ():
        for height, rows, first, done in shares:
            part = sums[rows]
            if height in totals:
                totals[height][first : first + len(part)] += part
                continue
            if height in unfinished:
                gathered = unfinished.pop(height)
                part[: len(gathered)] += gathered
            if done > first:
                found[height][first:done] = _bytes(part[: done - first])
            if done - first < len(part):
                unfinished[height] = part[done - first :].copy()
    found |= {height: _bytes(gathered) for height, gathered in totals.items()}
    resampled = {height: rows_of(pixels) for height, pixels in found.items()}
    return resampled | ({own: picture} if own in heights else {})


def _weighed(picture: Rows, heights: tuple[int, ...]) -> Iterator[tuple[Sequence[_Share], Any]]:
    """Band by band, the sums of its rows times the weights of each of its results; the memory is used again."""
    import numpy as np

    own, width = picture.shape
    bands = _bands(own, heights)
    doubles = np.empty((min(own, _TALL), width))
    sums = np.empty((max(len(band.weights) for band in bands), width))
    for band in bands:
        of = picture.of[band.top : band.bottom]
        count = int(of[-1] - of[0]) + 1
        np.copyto(doubles[:count], picture.pixels[of[0] : of[0] + count])
        weights = band.weights
        if count < len(of):
            weights = np.add.reduceat(weights, np.searchsorted(of, np.arange(of[0], of[-1] + 1)), axis=1)
        yield band.shares, _product(weights, doubles[:count], sums[: len(weights)])


def _product(one: Any, other: Any, out: Any) -> Any:
    """``one @ other`` into ``out``, by so few columns at a time that OpenBLAS stays in this thread.

    Its own threads wait in loops, which was measured to double the processor time of a capture. The decoding process
    has it hold but one.
    """
    import numpy as np

    (rows, inner), columns = one.shape, other.shape[1]
    step = max(1, _ONE_THREAD // (rows * inner))
    if step >= columns or os.environ.get("OPENBLAS_NUM_THREADS") == "1":
        return np.matmul(one, other, out=out)
    for start in range(0, columns, step):
        np.matmul(one, other[:, start : start + step], out=out[:, start : start + step])
    return out


def _bytes(sums: Any) -> Any:
    """Rounded to whole numbers, halves up, within a byte."""
    import numpy as np

    sums += 0.5
    whole = sums.astype(np.int16)  # cuts towards zero: what lies below is no less than zero in the end
    return np.clip(whole, 0, 255, out=whole).astype(np.uint8)


@lru_cache(maxsize=64)
def _groups(own: int, length: int) -> Sequence[_Group]:
    """The weights of rows of ``own`` samples at ``length``."""
    import numpy as np

    lows, highs, _ = _filter(own, length)
    groups = []
    for start in range(0, length, _TOGETHER):
        stop = min(start + _TOGETHER, length)
        low, high = int(lows[start]), int(highs[stop - 1])
        matrix = _matrix(own, length, np.arange(start, stop), low, high - low)
        groups.append(_Group(start, stop, low, high, matrix.T.copy()))
    return tuple(groups)


@lru_cache(maxsize=64)
def _bands(own: int, heights: tuple[int, ...]) -> Sequence[_Band]:
    """The weights of columns of ``own`` samples at each of ``heights``."""
    import numpy as np

    tops = range(0, own, _TALL)
    by_height = [_shares(own, height) for height in heights]
    bands = []
    for number, top in enumerate(tops):
        bottom = min(top + _TALL, own)
        shares: list[_Share] = []
        weights: list[Any] = []
        at = 0
        for height, (firsts, dones, matrices) in zip(heights, by_height, strict=True):
            matrix = matrices[number][:, : bottom - top]
            shares.append(_Share(height, slice(at, at + len(matrix)), firsts[number], dones[number]))
            weights.append(matrix)
            at += len(matrix)
        bands.append(_Band(top, bottom, np.concatenate(weights), tuple(shares)))
    return tuple(bands)


def _shares(own: int, height: int) -> tuple[list[int], list[int], list[Any]]:
    """Of each band ``first`` and ``done`` at this height, and its weights; those of all bands are had at a time."""
    import numpy as np

    lows, highs, _ = _filter(own, height)
    tops = np.arange(0, own, _TALL)
    bottoms = np.minimum(tops + _TALL, own)
    firsts, dones = (np.searchsorted(highs, rows, side="right") for rows in (tops, bottoms))
    counts = np.searchsorted(lows, bottoms, side="left") - firsts
    ends = np.cumsum(counts)
    results = np.arange(ends[-1]) + np.repeat(firsts - ends + counts, counts)
    matrix = _matrix(own, height, results, np.repeat(tops, counts), _TALL)
    return firsts.tolist(), dones.tolist(), np.split(matrix, ends[:-1])


def _matrix(own: int, length: int, results: Any, firsts: Any, count: int) -> Any:
    """A row of weights for each of those results, of ``count`` samples from the one in ``firsts`` on."""
    import numpy as np

    lows, _, weights = _filter(own, length)
    taps = (firsts - lows[results] + 1)[:, None] + np.arange(count)
    return weights[results[:, None], np.clip(taps, 0, weights.shape[1] - 1)]


@lru_cache(maxsize=64)
def _filter(own: int, length: int) -> tuple[Any, Any, Any]:
    """By Pillow's filter, the first sample of each result, the one after the last, and the weights from the first on.

    A weight of nought stands before them and behind them.
    """
    import numpy as np

    scale = own / length
    widened = max(scale, 1.0)
    support = _SUPPORT * widened
    centres = (np.arange(length) + 0.5) * scale
    lows = np.maximum((centres - support + 0.5).astype(np.int64), 0)
    highs = np.minimum((centres + support + 0.5).astype(np.int64), own)
    samples = lows[:, None] + np.arange((highs - lows).max())
    values = np.where(samples < highs[:, None], _lanczos((samples - centres[:, None] + 0.5) / widened), 0.0)
    return lows, highs, np.pad(_whole(values) * 2.0**-_PRECISION, ((0, 0), (1, 1)))


def _lanczos(x: Any) -> Any:
    import numpy as np

    inside = (x >= -_SUPPORT) & (x < _SUPPORT)
    return np.where(inside, _sinc(x) * _sinc(x / _SUPPORT), 0.0)


def _sinc(x: Any) -> Any:
    import numpy as np

    angle = np.where(x == 0, 1e-99, x * np.pi)  # so little a number is its own sine
    return np.sin(angle) / angle


def _whole(weights: Any) -> Any:
    """Rows of weights, each brought to a sum of one, as whole multiples of 2**-22, halves away from zero."""
    import numpy as np

    totals = np.add.accumulate(weights, axis=1)[:, -1:]  # one after the other, as a loop adds
    scaled = weights / np.where(totals == 0, 1.0, totals) * float(1 << _PRECISION)
    return np.trunc(scaled + np.copysign(0.5, scaled))
