"""How flat the ground of a picture is: screens draw grounds exactly, and light gives none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .picture import Examined

BLOCK = 16
"""Pixels of the side of the squares in which flatness and noise are measured."""

FLAT = 0.35
"""Luma, standard deviation: a square below it is flat. Screens draw grounds exactly, and a JPEG keeps them to
within rounding."""

SCREEN_FLAT = 0.35
"""Share of flat squares from which a picture with words is a screen's, and its words are taken to stand on flat ground.
Screenshots that show photos had 0.43 and more (16)."""


def squares(picture: Examined) -> NDArray[np.float32]:
    """Luma in whole squares: rows of squares, rows in each, columns of squares, columns in each."""
    height, width = (side // BLOCK for side in picture.luma.shape)
    whole = picture.luma[: height * BLOCK, : width * BLOCK]
    return whole.reshape(height, BLOCK, width, BLOCK)


def flat_share(picture: Examined) -> float:
    """Share of the squares that are flat."""
    return float((squares(picture).std(axis=(1, 3)) < FLAT).mean())
