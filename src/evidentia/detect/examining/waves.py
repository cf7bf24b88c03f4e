"""What is left of the waves that an earlier JPEG compression put beside the letters of a screenshot.

JPEG leaves waves on flat ground beside letters. What they look like follows from the letters and the tables. So the
picture's own letters are put on clean ground and compressed anew, as the whole picture was: by the earlier table
and the last one, or by the last one alone. The ground beside the letters is then compared with both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .blocks import LEVEL_SHIFT, cosine, decoded, unrepeated
from .history import blocks_of, own_table
from .lattice import QUALITIES, ijg_luminance
from .typography_lines import find_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .blocks import Blocks, Floats, Mask
    from .picture import Examined

HEIGHT = 28.0
"""Levels of luma from the ground within which a pixel is ground with waves on it: ink that is text stands out by 40."""

BESIDE = 1.5
"""Pixels from the ink within which its own smoothed edge may lie."""

FLAT = 3.0
"""Levels between the brightest and the darkest ground of a block: on shades and pictures waves are not told."""

FEWEST_GROUND, FEWEST_INK = 12, 3
"""Pixels of a block that are ground, and that are not: where there is no letter there are no waves."""

LEAST_ENERGY = 50.0
"""Summed squares, in levels of luma, by which two compressions differ from one on the ground of a block. Rounding to
whole levels, done twice, comes to 11 in a whole block."""

EXPLAINED = 0.1
"""Share of what one compression leaves unexplained that an earlier one must explain. Of 15 generated screenshots that
were compressed once or never, or on another grid before, the highest share was 0.05; of 50 that were compressed twice,
the finer one last or PNG, 49 have more than this."""

_SEARCHED = 300
_STEP = 3
"""Blocks by which the earlier table is searched, and qualities from one that is tried first to the next."""


@dataclass(frozen=True, eq=False)
class Lettered:
    """Blocks in which letters stand on flat ground.

    Attributes:
        blocks: all textured blocks of the picture, and their grid.
        at: which of them these are.
        samples: level-shifted luma, as it is.
        clean: the same without waves on the ground.
        ground: where waves are looked at.
        own: the file's table, None where it has none.
    """

    blocks: Blocks
    at: NDArray[np.intp]
    samples: Floats
    clean: Floats
    ground: Mask
    own: Floats | None


@dataclass(frozen=True, eq=False)
class Waves:
    """Waves beside the letters of each block, in summed squares of luma.

    Attributes:
        quality: of IJG's encoder for the earlier table.
        explained: share of ``unlike_once`` that the earlier compression explains, over all searched blocks.
        expected: by how much a block compressed twice differs from the same compressed once.
        unlike_once: by how much the block as it is differs from the same compressed once.
    """

    quality: int
    explained: float
    expected: Floats
    unlike_once: Floats


def lettered_blocks(picture: Examined) -> Lettered:
    """The blocks in which letters stand on flat ground, of a picture that is stored as it is shown."""
    import numpy as np

    text = find_text(picture)
    blocks = blocks_of(picture)
    level = blocks.of(text.ground) - np.float32(LEVEL_SHIFT)
    near = np.abs(blocks.samples - level) <= HEIGHT
    ground = near & (blocks.of(text.apart) >= BESIDE)
    flat = level.max(axis=1) - level.min(axis=1) <= FLAT
    lettered = (ground.sum(axis=1) >= FEWEST_GROUND) & ((~near).sum(axis=1) >= FEWEST_INK)
    at = np.flatnonzero(lettered & flat & ~blocks.unreadable)
    samples = blocks.samples[at]
    clean = np.where(near[at], level[at], samples).astype(np.float32)
    return Lettered(blocks, at, samples, clean, ground[at], own_table(picture))


def find_waves(some: Lettered) -> Waves | None:
    """The waves of the earlier compression that explains most of what the last one does not; None where none does."""
    import numpy as np

    unlike = unrepeated(some.samples)
    searched = np.random.default_rng(len(unlike)).permutation(unlike)[:_SEARCHED]
    if not len(searched):
        return None
    seen = _Seen(some, searched)
    coarse = max(QUALITIES[::_STEP], key=seen.explained_by)
    quality = max(range(coarse - _STEP + 1, coarse + _STEP), key=seen.explained_by)
    explained = seen.explained_by(quality)
    if explained < EXPLAINED:
        return None
    whole = _Seen(some, np.arange(len(some.at)))
    return Waves(quality, explained, (whole.expected(quality) ** 2).sum(axis=1), whole.unlike_once)


class _Seen:
    """Some of the blocks, their letters compressed once, and what that leaves unexplained."""

    def __init__(self, some: Lettered, which: NDArray[np.intp]) -> None:
        self._own, self._ground = some.own, some.ground[which]
        self._transformed = some.clean[which] @ cosine()
        self._once = _compressed(self._transformed, some.own)
        self._unlike = (some.samples[which] - self._once) * self._ground
        self.unlike_once = (self._unlike**2).sum(axis=1)

    def expected(self, quality: int) -> Floats:
        """By how much two compressions differ from one, on the ground: none where both tables are the same."""
        first = _compressed(self._transformed, ijg_luminance(quality))
        return (_compressed(first @ cosine(), self._own) - self._once) * self._ground

    def explained_by(self, quality: int) -> float:
        """Share of what one compression leaves unexplained that an earlier one of that quality explains."""
        left = float(((self._unlike - self.expected(quality)) ** 2).sum())
        return 1 - left / max(1.0, float(self.unlike_once.sum()))


def _compressed(coefficients: Floats, steps: Floats | None) -> Floats:
    """Blocks as they come out of a file with that table, or of one without: cut off at black and white, and rounded."""
    import numpy as np

    samples = coefficients @ cosine().T if steps is None else decoded(coefficients, steps)
    return np.asarray(np.rint(np.clip(samples, -LEVEL_SHIFT, 255 - LEVEL_SHIFT)), dtype=np.float32)
