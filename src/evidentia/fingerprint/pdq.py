"""PDQ, Meta's 256-bit hash of a picture, with its quality and the hashes of the picture turned and mirrored.

"The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm" (Facebook, 2019). Computed with NumPy in
single precision, operation by operation in the order of the reference implementation, so that every bit is its.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from .bits import as_hex

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE = 512
"""The authors scale to 512 x 512 at most before hashing, and the time grows with the pixels."""

SMALLEST = 5
"""Pixels a side: below, the reference gives a hash of zeros and quality 0."""

_GRID = 64  # the picture is blurred and sampled at 64 x 64 points
_WAVES = 16  # of whose cosine transform 16 x 16 coefficients make the bits
_PASSES = 2  # of a box filter along rows and columns, which make a tent


class Pdq(msgspec.Struct, frozen=True, kw_only=True):
    """The hash as 64 hex digits, and its quality from 0 to 100: how much of a picture there was to hash.

    ``turned`` has the hashes of the seven other ways to lay the picture: turned counterclockwise by so many degrees,
    or mirrored across the horizontal axis (``flip_x``), the vertical (``flip_y``) and the two diagonals. They come
    from the same transform, and are close to those of the picture when it is turned indeed, not equal to them.
    """

    value: str
    quality: int
    turned: dict[str, str]


def pdq(image: Image) -> Pdq:
    """The PDQ hash of a picture as it stands, after Pillow's ``thumbnail((512, 512))``."""
    import numpy as np

    small = image.convert("RGB")
    small.thumbnail((SIDE, SIDE))
    return pdq_of_rgb(np.asarray(small))


def pdq_of_rgb(pixels: Any) -> Pdq:
    """The PDQ hash of rows of RGB bytes, at whatever size they have."""
    import numpy as np

    red, green, blue = (pixels[:, :, channel] for channel in range(3))
    luma = (red * 0.299 + green * 0.587 + blue * 0.114).astype(np.float32)
    if min(luma.shape) < SMALLEST:
        nothing = "0" * 64
        return Pdq(value=nothing, quality=0, turned=dict.fromkeys(_TURNS, nothing))
    grid = luma if luma.shape == (_GRID, _GRID) else _sampled(luma)
    waves = _cosines(grid)
    return Pdq(
        value=_hash(waves),
        quality=_quality(grid),
        turned={name: _hash(turn(waves)) for name, turn in _TURNS.items()},
    )


def _sampled(luma: Any) -> Any:
    """Blurred by a tent as wide as a cell of the grid, then taken at the cells' centres."""
    import numpy as np

    for _ in range(_PASSES):
        luma = _boxed(_boxed(luma.T).T)
    rows, columns = (((np.arange(_GRID) + 0.5) * side / _GRID).astype(np.int64) for side in luma.shape)
    return luma[np.ix_(rows, columns)]


def _boxed(lines: Any) -> Any:
    """Each column's running mean, over a window of one in 128 of its length; narrower at the ends."""
    import numpy as np

    length = lines.shape[0]
    window = (length + 2 * _GRID - 1) // (2 * _GRID)
    ahead = (window + 2) // 2 - 1
    behind = window - ahead
    # A running sum adds the sample that comes in, then takes off the one that goes out, one after the other: so does
    # this one, over samples and their negatives in turn, with zeros where none comes or goes.
    steps = np.zeros((2 * (length + ahead), lines.shape[1]), dtype=np.float32)
    steps[0 : 2 * length : 2] = lines
    steps[2 * window + 1 :: 2] = -lines[: length + ahead - window]
    sums = np.add.accumulate(steps, axis=0, dtype=np.float32)[2 * ahead + 1 :: 2]
    at = np.arange(length)
    counts = np.minimum(at + ahead + 1, length) - np.maximum(at + 1 - behind, 0)
    return sums / counts[:, None].astype(np.float32)


def _quality(grid: Any) -> int:
    """Steps of at least a hundredth of the scale between neighbours, summed and scaled as the authors found good."""
    import numpy as np

    steps = sum(
        int(np.abs((np.diff(grid, axis=axis) * np.float32(100) / np.float32(255)).astype(np.int32)).sum())
        for axis in (0, 1)
    )
    return min(100, steps // 90)


@cache
def _matrix() -> Any:
    import numpy as np

    wave, at = np.arange(1, _WAVES + 1)[:, None], np.arange(_GRID)[None, :]
    scale = np.float64(np.float32(np.sqrt(2.0 / _GRID)))
    return (scale * np.cos(np.pi / 2.0 / _GRID * wave * (2 * at + 1))).astype(np.float32)


def _cosines(grid: Any) -> Any:
    import numpy as np

    matrix = _matrix()
    down = np.add.accumulate(matrix.T[:, :, None] * grid[:, None, :], axis=0)[-1]
    return np.add.accumulate(down.T[:, :, None] * matrix.T[:, None, :], axis=0)[-1]


def _hash(waves: Any) -> str:
    """A bit for each coefficient above the lower median, the last coefficient first."""
    import numpy as np

    flat = waves.reshape(-1)
    median = np.partition(flat, flat.size // 2 - 1)[flat.size // 2 - 1]
    return as_hex((flat > median)[::-1])


def _signs(rows: int, columns: int) -> Any:
    """-1 in every second row, counted from the first, where ``rows`` is 1; in every second column likewise."""
    import numpy as np

    at = np.arange(_WAVES)
    return np.where((at[:, None] * rows + at[None, :] * columns) % 2, 1, -1).astype(np.float32)


_TURNS: dict[str, Callable[[Any], Any]] = {
    "rotated_90": lambda waves: (waves * _signs(0, 1)).T,
    "rotated_180": lambda waves: waves * -_signs(1, 1),
    "rotated_270": lambda waves: (waves * _signs(1, 0)).T,
    "flip_x": lambda waves: waves * _signs(1, 0),
    "flip_y": lambda waves: waves * _signs(0, 1),
    "flip_diagonal": lambda waves: waves.T,
    "flip_antidiagonal": lambda waves: (waves * -_signs(1, 1)).T,
}
"""What turning or mirroring a picture does to its cosine transform; named and ordered as in the reference."""
