"""Between a picture as stored, on whose pixels a JPEG's grid lies, and as a viewer shows it (Exif 2.32, 4.6.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

Box = tuple[int, int, int, int]


def as_stored(plane: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Rows of an upright picture turned back to how the file has them."""
    import numpy as np

    across = plane.swapaxes(0, 1)
    return {
        2: plane[:, ::-1],
        3: plane[::-1, ::-1],
        4: plane[::-1],
        5: across,
        6: np.rot90(plane, 1),
        7: across[::-1, ::-1],
        8: np.rot90(plane, -1),
    }.get(orientation, plane)


def upright_box(box: Box, orientation: int, stored: tuple[int, int]) -> Box:
    """A box in the ``stored`` picture (width, height) as it lies in the upright one."""
    x, y, width, height = box
    right, below = stored[0] - x - width, stored[1] - y - height
    return {
        2: (right, y, width, height),
        3: (right, below, width, height),
        4: (x, below, width, height),
        5: (y, x, height, width),
        6: (below, x, height, width),
        7: (below, right, height, width),
        8: (y, right, height, width),
    }.get(orientation, box)
