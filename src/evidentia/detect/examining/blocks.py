"""The blocks of 8 x 8 pixels in which JPEG codes a picture, and their discrete cosine transform.

Both are those of ITU-T T.81 (annex A.3.3): the transform is orthonormal, so that noise of one grey level a pixel is
noise of one in each coefficient.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Mask = NDArray[np.bool_]

SIDE = 8
LEVEL_SHIFT = 128.0
"""What is taken off each sample before the transform (T.81, A.3.1)."""

ROUNDING = 1.25
"""How far a coefficient of a decoded picture may lie from its lattice, in grey levels. Decoding rounds red, green and
blue each to a whole number: that is 0.19 levels of luma, and of each coefficient (standard deviation); the decoder's
rounding of luma itself adds 0.29. This is more than three times both together."""

FLAT = 1.5
"""Grey levels between the darkest and the brightest pixel of a block that shows nothing."""

_ZIGZAG = sorted(range(64), key=lambda at: (at // 8 + at % 8, at // 8 if (at // 8 + at % 8) % 2 else at % 8))
"""The order in which a file holds a table (T.81, figure A.6), as positions in rows and columns."""


@dataclass(frozen=True, eq=False)
class Blocks:
    """The textured blocks of a picture on one grid.

    Attributes:
        origin: column and row of the grid's first whole block.
        shape: rows and columns of blocks.
        at: for each textured block its number, counted along the rows.
        samples: blocks x 64, level-shifted luma.
        unreadable: blocks in which colours were cut off at black or white, so that their luma is not what was coded.
        tinted: how many pixels of each had a colour cut off, if it is hardly one.
        coloured: how many of them clearly had one.
    """

    origin: tuple[int, int]
    shape: tuple[int, int]
    at: NDArray[np.intp]
    samples: Floats
    unreadable: Mask
    tinted: NDArray[np.intp]
    coloured: NDArray[np.intp]

    def stricter(self, tinted: int) -> Blocks:
        """The same blocks; unreadable are also those with so many pixels of which a tint was cut off."""
        return replace(self, unreadable=self.unreadable | (self.tinted >= tinted))

    def only(self, which: NDArray[np.intp]) -> Blocks:
        """Some of the blocks, by their numbers among the textured ones."""
        return replace(
            self,
            at=self.at[which],
            samples=self.samples[which],
            unreadable=self.unreadable[which],
            tinted=self.tinted[which],
            coloured=self.coloured[which],
        )

    def mapped(self, values: Mask) -> Mask:
        """Values of the textured blocks as a map of all blocks."""
        import numpy as np

        whole = np.zeros(self.shape[0] * self.shape[1], dtype=bool)
        whole[self.at] = values
        return whole.reshape(self.shape)

    def of(self, plane: NDArray[Any]) -> Floats:
        """Another plane of the same picture in these blocks: blocks x 64."""
        columns = self.shape[1]
        picked = _tiles(plane, self.origin)[self.at // columns, :, self.at % columns, :]
        return picked.reshape(-1, SIDE * SIDE).astype("float32")

    def box(self, cells: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
        """x, y, width, height in pixels of a rectangle of blocks."""
        x, y, width, height = cells
        return self.origin[0] + SIDE * x, self.origin[1] + SIDE * y, SIDE * width, SIDE * height


@cache
def cosine() -> Floats:
    """64 x 64: ``samples @ cosine()`` are the coefficients, in rows and columns; its transpose goes back."""
    import numpy as np

    at = np.arange(SIDE)
    one = np.cos((2 * at[None, :] + 1) * at[:, None] * np.pi / (2 * SIDE)) * np.sqrt(2 / SIDE)
    one[0] /= np.sqrt(2)
    return np.ascontiguousarray(np.kron(one, one).T.astype(np.float32))


def textured(luma: Floats, pixels: NDArray[np.uint8] | None, origin: tuple[int, int] = (0, 0)) -> Blocks:
    """The blocks in which something is to be seen. ``pixels`` tell where colours were cut off."""
    import numpy as np

    tiles = _tiles(luma, origin)
    shape = tiles.shape[0], tiles.shape[2]
    seen = _by_block(tiles, np.maximum) - _by_block(tiles, np.minimum) > FLAT
    rows, columns = np.nonzero(seen)
    samples = tiles[rows, :, columns, :].reshape(-1, 64) - np.float32(LEVEL_SHIFT)
    tinted = coloured = np.zeros(len(samples), dtype=np.intp)
    if pixels is not None:
        clearly, hardly = _cut_off(pixels)
        coloured, tinted = (_counted(one, origin)[seen] for one in (clearly, hardly))
    unreadable = (coloured > 0) | (tinted >= _MANY)
    return Blocks(origin, shape, np.flatnonzero(seen), samples, unreadable, tinted, coloured)


def decoded(coefficients: Floats, steps: Floats) -> Floats:
    """Samples as they come of coefficients that are quantised by these steps: neither cut off nor rounded."""
    import numpy as np

    return np.asarray((np.rint(coefficients / steps) * steps) @ cosine().T, dtype=np.float32)


def unrepeated(samples: Floats) -> NDArray[np.intp]:
    """One of each kind of block. A letter that stands ten times at the same place of the grid is one witness."""
    import numpy as np

    _, first = np.unique(_digests(samples), return_index=True)
    return np.sort(first)


def tables_in_rows(values: tuple[int, ...]) -> Floats:
    """A quantisation table out of the file's zigzag order, as 64 in rows and columns."""
    import numpy as np

    table = np.ones(64, dtype=np.float32)
    table[_ZIGZAG] = values
    return table


def _tiles(plane: NDArray[Any], origin: tuple[int, int]) -> NDArray[Any]:
    x, y = origin
    rows, columns = (plane.shape[0] - y) // SIDE, (plane.shape[1] - x) // SIDE
    whole = plane[y : y + rows * SIDE, x : x + columns * SIDE]
    return whole.reshape(rows, SIDE, columns, SIDE)


def _counted(pixels: Mask, origin: tuple[int, int]) -> NDArray[np.intp]:
    """How many pixels of each block are such ones."""
    import numpy as np

    return _by_block(_tiles(pixels.astype(np.uint8), origin), np.add).astype(np.intp)


def _by_block(tiles: NDArray[Any], what: np.ufunc) -> NDArray[Any]:
    """One value for each block. Down the rows first: that is three times as fast as both at once."""
    rows, _, columns, _ = tiles.shape
    down: NDArray[Any] = what.reduce(tiles.reshape(rows, SIDE, -1), axis=1)
    across: NDArray[Any] = what.reduce(down.reshape(rows, columns, SIDE), axis=2)
    return across


def _cut_off(pixels: NDArray[np.uint8]) -> tuple[Mask, Mask]:
    """Pixels of which a channel is at its end: clearly coloured ones, and those that are hardly so.

    The luma of such a pixel is another than was coded. A grey pixel at its end is simply black or white, and what was
    coded lies beyond it.
    """
    import numpy as np

    red, green, blue = (pixels[..., channel] for channel in range(3))
    low, high = np.minimum(np.minimum(red, green), blue), np.maximum(np.maximum(red, green), blue)
    at_end, apart = (low == 0) | (high == 255), high - low
    return np.asarray(at_end & (apart > _COLOURED)), np.asarray(at_end & (apart > _TINTED))


_COLOURED, _TINTED, _MANY = 12, 3, 10
"""Levels between a pixel's channels from which it counts as coloured: one such pixel makes a block unreadable. And from
which it counts as tinted: of grey words with a tint on white, a third of the pixels are, and each lies a little off;
so many in a block make it unreadable, too. Of black words hardly any is."""


def _digests(samples: Floats) -> NDArray[np.uint64]:
    """A 64-bit digest of each block, in whole grey levels."""
    import numpy as np

    weights = np.random.default_rng(64).integers(
        1, 2**63, size=samples.shape[1], dtype=np.uint64
    ) | np.uint64(1)
    whole = np.rint(samples).astype(np.int64).astype(np.uint64)
    return np.asarray((whole * weights).sum(axis=1, dtype=np.uint64))
