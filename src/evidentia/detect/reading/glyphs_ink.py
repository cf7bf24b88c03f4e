"""Ink: how strongly the pixels of a word stand out from their ground, at one size of letters for a whole picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ink = NDArray[np.float32]
    """Rows and columns of values from 0, the ground, to about 1, the letters."""

Box = tuple[int, int, int, int]
"""x, y, width, height in pixels of the picture, from its upper left corner."""

EM = 40
"""Pixels to the em at which letters are compared. Body text on phones has 28 to 50, half of it in messengers' copies:
finer than this says nothing more, and coarser loses the bar of an e."""

ASCENT, DESCENT = 44, 16
"""Rows above and below the base line that are compared: room for accents, brackets and tails."""

LEAST_CONTRAST = 32
"""Levels of grey between ground and letters. Less is the noise of a photographed screen, or JPEG's."""

GAP = 0.21
"""Of an em: empty columns wider than this part words. Spaces, with the sides of letters, have 0.27 and more in common
fonts, gaps of letters 0.15 or less, but for a 1 or a point beside a digit in some."""

LEAST_INK = 0.28
"""What a column needs to count as part of a letter: hair lines of small serif letters have a third."""

SIDE = 0.45
"""Of an em, on both sides of a box: what is looked at beyond it, because engines place words roughly."""


class Patch(msgspec.Struct, frozen=True):
    """A word cut out of the picture, without what stands around it; ``left`` to ``right`` are the columns of its ink.

    ``words`` are the parts that wide gaps part it in: a space that the engine did not see is one.
    """

    ink: Any
    left: int
    right: int
    words: int


def grey(picture: Any) -> Any:
    """The picture's lightness, 0 to 255."""
    import numpy as np

    return np.asarray(picture.convert("L"))


def cut(lightness: Any, box: Box, scale: float) -> Patch | None:
    """The word in ``box``, enlarged by ``scale``; None where nothing stands out from the ground there."""
    import cv2
    import numpy as np

    x, y, width, height = box
    side, above = round(SIDE * EM / scale), round(0.5 * EM / scale)
    tall, wide = lightness.shape
    left, top = max(0, x - side), max(0, y - above)
    right, bottom = min(wide, x + width + side), min(tall, y + height + above)
    if right - left < 3 or bottom - top < 3 or x >= wide or y >= tall:
        return None
    piece = lightness[top:bottom, left:right].astype(np.float32)
    size = (max(3, round(piece.shape[1] * scale)), max(3, round(piece.shape[0] * scale)))
    piece = cv2.resize(piece, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    rows = slice(max(0, round((y - top) * scale)), max(1, min(size[1], round((y + height - top) * scale))))
    ink = standing_out(piece, rows)
    if ink is None:
        return None
    inside = round((x - left) * scale), round((x + width - left) * scale)
    extent = _extent(ink[rows], *inside)
    if extent is None:
        return None
    ink[:, : max(0, extent[0] - 1)] = 0
    ink[:, extent[1] + 1 :] = 0
    beyond = round(0.2 * EM)
    ink[: max(0, rows.start - beyond)] = 0
    ink[rows.stop + beyond :] = 0
    return Patch(ink, *extent)


def standing_out(piece: Any, rows: slice) -> Any:
    """The ink of a piece of lightness, by the ground and the letters of its ``rows``; None where nothing stands out."""
    import numpy as np

    own = piece[rows]
    off = piece - np.median(own)
    inked = off[rows]
    darker, lighter = -np.percentile(inked, 2), np.percentile(inked, 98)
    contrast = max(darker, lighter)
    if contrast < LEAST_CONTRAST:
        return None
    ink = (off if lighter > darker else -off) / contrast
    return np.clip(ink, 0.0, 1.2).astype(np.float32)


def parts(ink: Any) -> list[Any]:
    """The columns with ink, parted at wide gaps."""
    import numpy as np

    columns = np.flatnonzero((ink > LEAST_INK).any(axis=0))
    return np.split(columns, np.flatnonzero(np.diff(columns) > GAP * EM) + 1) if columns.size else []


def _extent(ink: Any, left: int, right: int) -> tuple[int, int, int] | None:
    """The columns of the words that stand mostly between ``left`` and ``right``, and how many there are."""
    own = [part for part in parts(ink) if ((part >= left) & (part < right)).sum() * 2 > part.size]
    return (int(own[0][0]), int(own[-1][-1]) + 1, len(own)) if own else None
