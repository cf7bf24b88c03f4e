"""PDQ, Meta's 256-bit hash of a picture, with its quality and the hashes of the picture turned and mirrored.

"The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm" (Facebook, 2019). Computed with NumPy in
single precision, operation by operation in the order of the reference implementation, so that every bit is its.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, reduce
from itertools import chain, islice, repeat
from math import ceil, floor
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

    return pdq_of_rgb(np.asarray(_thumbnail(image)))


def pdq_turned_indeed(image: Image) -> dict[str, str]:
    """The PDQ hashes of the picture turned and mirrored in each of the seven ways, with the names of ``Pdq.turned``.

    Those there are had from one transform, and were measured to lie up to 54 bits from these, beyond what PDQ's
    authors call a match: who looks for a turned copy turns the picture.
    """
    import numpy as np
    from PIL.Image import Transpose

    small = _thumbnail(image)
    ways = {
        "rotated_90": Transpose.ROTATE_90,
        "rotated_180": Transpose.ROTATE_180,
        "rotated_270": Transpose.ROTATE_270,
        "flip_x": Transpose.FLIP_TOP_BOTTOM,
        "flip_y": Transpose.FLIP_LEFT_RIGHT,
        "flip_diagonal": Transpose.TRANSPOSE,
        "flip_antidiagonal": Transpose.TRANSVERSE,
    }
    return {name: pdq_of_rgb(np.asarray(small.transpose(way))).value for name, way in ways.items()}


def _thumbnail(image: Image) -> Image:
    """As Pillow's ``thumbnail`` has it, which would need a copy of the whole picture to work in."""
    from PIL.Image import Resampling

    plain = image if image.mode == "RGB" else image.convert("RGB")
    if max(plain.size) <= SIDE:
        return plain
    return plain.resize(_within(*plain.size), Resampling.BICUBIC, reducing_gap=2.0)


def _within(width: int, height: int) -> tuple[int, int]:
    """The longer side at 512; the shorter one at the whole number that keeps the proportions best, as Pillow has it."""
    aspect = width / height
    if aspect <= 1:
        exact = SIDE * aspect
        return max(1, min(floor(exact), ceil(exact), key=lambda short: abs(aspect - short / SIDE))), SIDE
    exact = SIDE / aspect
    near = min(floor(exact), ceil(exact), key=lambda short: abs(aspect - SIDE / short) if short else 0)
    return SIDE, max(1, near)


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
    """Blurred by a tent as wide as a cell of the grid, then taken at the cells' centres.

    That is two passes along rows and columns in turn; the last, along columns, is done for those that are taken.
    """
    import numpy as np

    rows, columns = (((np.arange(_GRID) + 0.5) * side / _GRID).astype(np.int64) for side in luma.shape)
    once = _boxed(_boxed(luma.T.copy()).T.copy())
    return _boxed(_boxed(once.T.copy())[columns].T.copy())[rows]


def _boxed(lines: Any) -> Any:
    """Each column's running mean, over a window of one in 128 of its length; narrower at the ends."""
    import numpy as np

    length = len(lines)
    window = (length + 2 * _GRID - 1) // (2 * _GRID)
    ahead = (window + 2) // 2 - 1
    behind = window - ahead
    # A running sum adds the sample that comes in, then takes off the one that goes out, and keeps what single precision
    # rounds: so does this one, for all columns at a time.
    sums = np.zeros((length + ahead, lines.shape[1]), dtype=np.float32)
    nothing = repeat(sums[0].copy())
    coming, going = chain(lines, nothing), chain(islice(nothing, window), lines)
    before = next(nothing)
    for now, comes, goes in zip(sums, coming, going, strict=False):  # as many as there are sums
        np.add(before, comes, now)
        np.subtract(now, goes, now)
        before = now
    at = np.arange(length)
    counts = np.minimum(at + ahead + 1, length) - np.maximum(at + 1 - behind, 0)
    return sums[ahead:] / counts.astype(np.float32)[:, None]


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
    down = reduce(np.add, matrix.T[:, :, None] * grid[:, None, :])  # one after the other, as a loop adds
    return reduce(np.add, down.T[:, :, None] * matrix.T[:, None, :])


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
