"""What was cut off at black and white when a picture was decoded and saved again, restored.

Between black and white alone can be seen; a wave beside a letter that goes beyond is lost, and its block leaves the
lattice of what was saved. It is restored by projecting to and fro between the lattice and what is seen (D. C. Youla and
H. Webb, IEEE Trans. Medical Imaging 1, 1982). Red, green and blue are cut off each by itself: on a pale red ground
red alone is, and luma loses a third of the wave. What luma lost follows from the differences of colour, which the file
codes beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .blocks import LEVEL_SHIFT, SIDE, cosine

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .blocks import Blocks, Floats, Mask

NEAR_END = 107.0
"""Level-shifted: a pixel within 20 levels of black or white may have been cut off before it was saved again."""

_ROUNDS = 8
"""Projections until what was cut off is restored; more change nothing. Going beyond each projection brings more genuine
blocks back to the lattice, and still more of what was painted in pure black or white: measured with 1.25 to 1.9."""

_WEIGHTS = (0.299, 0.587, 0.114)
"""Of red, green and blue in luma (ITU-T T.871)."""

_SHARED = 2
"""Pixels across and down that share their differences of colour, in most files."""


def colours_of(here: Blocks, coded: NDArray[np.uint8]) -> Floats:
    """By how much red, green and blue differ from luma: blocks x 64 x 3. ``coded``: rows of columns of Y, Cb, Cr."""
    import numpy as np

    blue, red = (here.of(coded[..., channel]) - np.float32(LEVEL_SHIFT) for channel in (1, 2))
    return np.stack((1.402 * red, -0.344136 * blue - 0.714136 * red, 1.772 * blue), axis=-1)


def projected(
    start: Floats, seen: Floats, steps: Floats, colours: Floats | None = None
) -> tuple[Floats, Floats]:
    """The multiples of ``steps`` next to each block, and what of its luma was cut off.

    ``seen``: where a pixel is near black or white. Without ``colours`` all is taken for grey.
    """
    import numpy as np

    there, back = cosine(), cosine().T
    near_end = _near_end(seen, colours)
    nearest = cut = np.zeros_like(start)
    for _ in range(_ROUNDS):
        nearest = np.rint((start + cut) @ there / steps) * steps
        cut = _cut_off(nearest @ back, colours) * near_end
        if not cut.any():
            break
    return nearest, cut


def _near_end(seen: Floats, colours: Floats | None) -> Mask:
    import numpy as np

    if colours is None:
        return np.asarray(np.abs(seen) >= NEAR_END)
    return np.asarray((np.abs(seen[..., None] + colours) >= NEAR_END).any(axis=-1))


def _cut_off(luma: Floats, colours: Floats | None) -> Floats:
    """What blocks lose of their luma when they are shown: level-shifted, and not cut off yet."""
    import numpy as np

    if colours is None:
        return np.asarray(_beyond(luma), dtype=np.float32)
    weights = np.array(_WEIGHTS, dtype=np.float32)
    shown = luma[..., None] + colours
    first = _beyond(shown)
    # The differences of colour are those of what was cut off: what they lack is put back, and it is cut off anew.
    lacking = _shared(first - (first @ weights)[..., None])
    return np.asarray(_beyond(shown + lacking) @ weights, dtype=np.float32)


def _beyond(levels: Floats) -> Floats:
    import numpy as np

    return np.asarray(levels - np.clip(levels, -LEVEL_SHIFT, 255 - LEVEL_SHIFT), dtype=np.float32)


def _shared(levels: Floats) -> Floats:
    """The mean of the pixels that share their differences of colour: blocks x 64 x 3."""
    import numpy as np

    half = SIDE // _SHARED
    tiles = levels.reshape(-1, half, _SHARED, half, _SHARED, levels.shape[-1])
    mean = tiles.mean(axis=(2, 4), keepdims=True)
    return np.asarray(np.broadcast_to(mean, tiles.shape).reshape(levels.shape), dtype=np.float32)
