"""What is left of a picture when the reference's picture is taken away: much, where something was put in.

The brightness is fitted, and the difference averaged over cells, in which the grain of compression cancels out. What
remains grows with texture and motion: it is told in proportion to them, and then to what is usual in this pair of
videos.
"""

from __future__ import annotations

from typing import Any, NamedTuple

BLOCK = 8
"""Pixels a side of a block of the small picture; a cell, of which a block has four, has half of that."""

_TRIED = 2  # small pictures before and after that are tried: what moves has to be laid on itself
_LEAST = 9  # pictures, below which nothing is said
_FLOOR = 0.6  # grey levels: what 8 bits and their rounding leave
_BY_TEXTURE, _BY_MOTION = 0.10, 0.25  # share of gradient and of change in time that stays as a difference
_NORMAL = 1.4826  # makes a median deviation of normal values a standard deviation
_TRIM = 3.0  # times the median difference: pixels beyond do not take part in the fit of the brightness
_WHITE = 255.0


class Residual(NamedTuple):
    """For each sampled picture that has a counterpart: its seconds, and for each block how unusual its difference is.

    ``unusual``: (count, rows, columns), in robust standard deviations of the logarithm; NaN outside of both pictures.
    ``grey``: the difference itself, in grey levels. ``change``: by how many grey levels the block changes within a
    second in this video. ``shape``: height and width of the small pictures.
    """

    times: Any
    unusual: Any
    grey: Any
    change: Any
    shape: tuple[int, int]


def residual(
    small: Any, times: Any, laid: Any, valid: Any, pairs: list[tuple[int, int]], second: int
) -> Residual | None:
    """Compare pictures with the reference's as they lie in them (``laid``, where ``valid``); None if too few.

    ``pairs``: indices here and there. ``second``: so many small pictures here are a second.
    """
    import numpy as np

    if len(pairs) < _LEAST:
        return None
    cells = _cells(small, valid), _cells(laid, valid)
    rows = [_one(small[here], laid, _nearest(cells, here, there), valid) for here, there in pairs]
    grey = np.array([row[0] for row in rows])
    scaled = np.log((grey + _FLOOR) / np.array([row[1] for row in rows]))
    middle = np.nanmedian(scaled)
    spread = _NORMAL * np.nanmedian(np.abs(scaled - middle))
    unusual = (scaled - middle) / max(float(spread), 0.05)
    change = np.array(
        [
            _means(np.abs(small[here].astype(np.int16) - small[max(0, here - second)]), BLOCK)
            for here, _ in pairs
        ]
    )
    return Residual(times[[here for here, _ in pairs]], unusual, grey, change, small.shape[1:])


def _cells(pictures: Any, valid: Any) -> Any:
    """Means over cells, without the mean of the picture: enough to tell which picture is nearest."""
    import cv2
    import numpy as np

    height, width = valid.shape
    size = width * 2 // BLOCK, height * 2 // BLOCK
    some = cv2.resize(valid.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST).astype(bool).reshape(-1)
    reduced = np.array(
        [cv2.resize(one, size, interpolation=cv2.INTER_AREA).reshape(-1)[some] for one in pictures],
        dtype=np.int16,
    )
    return reduced - np.round(reduced.mean(axis=1, keepdims=True)).astype(np.int16)


def _nearest(cells: tuple[Any, Any], here: int, there: int) -> int:
    """Which of the pictures around the one there is nearest to the one here."""
    import numpy as np

    first = max(0, there - _TRIED)
    tried = cells[1][first : there + _TRIED + 1]
    return first + int(np.argmin(np.abs(tried - cells[0][here]).mean(axis=1)))


def _one(picture: Any, laid: Any, there: int, valid: Any) -> tuple[Any, Any]:
    """Grey levels of difference of each block, and what texture and motion make likely there."""
    import numpy as np

    other = laid[there].astype(np.float32)
    before, after = laid[max(there - 1, 0)], laid[min(there + 1, len(laid) - 1)]
    moved = np.abs(after.astype(np.float32) - before)
    texture = np.zeros_like(other)
    texture[:, 1:] += np.abs(np.diff(other, axis=1))
    texture[1:] += np.abs(np.diff(other, axis=0))
    difference = np.where(valid, _difference(picture.astype(np.float32), other, valid), 0.0)
    grey = _means(np.abs(_means(difference, BLOCK // 2)), 2)
    grey[_means(valid.astype(np.float32), BLOCK) < 1.0] = np.nan
    return grey, 1.0 + _BY_TEXTURE * _means(texture, BLOCK) + _BY_MOTION * _means(moved, BLOCK)


def _difference(picture: Any, other: Any, valid: Any) -> Any:
    """This picture without the other one, whose brightness and contrast are fitted, twice, without what stands out."""
    import numpy as np

    keep = valid
    gain, offset = 1.0, 0.0
    for _ in range(2):
        x, y = other[keep], picture[keep]
        if x.size < BLOCK * BLOCK or float(x.std()) < 1.0:
            break
        gain = float(np.clip(np.mean((x - x.mean()) * (y - y.mean())) / x.var(), 0.5, 2.0))
        offset = float(y.mean() - gain * x.mean())
        left = np.abs(picture - gain * other - offset)
        keep = valid & (left <= _TRIM * max(float(np.median(left[valid])), 1.0))
    # What was brightened beyond white is white.
    return picture - np.clip(gain * other + offset, 0.0, _WHITE)


def _means(plane: Any, side: int) -> Any:
    """Means over squares of so many pixels."""
    height, width = plane.shape
    return plane.reshape(height // side, side, width // side, side).mean(axis=(1, 3))
