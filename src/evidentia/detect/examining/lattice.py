"""The lattice on which an earlier JPEG compression left a picture's coefficients, and how far its blocks lie off.

Quantisation makes each coefficient a multiple of its frequency's step. Saved as PNG, the multiples stay, but for the
rounding of pixels; saved as a JPEG with smaller steps, each is moved by half a step of the later table at most
(Z. Fan and R. L. de Queiroz, IEEE Transactions on Image Processing 12, 2003; J. Lukáš and J. Fridrich, DFRWS 2003;
H. Farid, IEEE Transactions on Information Forensics and Security 4, 2009). What chance would do is not assumed: it is
taken from the same picture, on a grid four pixels off, where no lattice can be.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from .binomial import log_tail
from .blocks import LEVEL_SHIFT, ROUNDING, SIDE, cosine, decoded, unrepeated
from .cut_off import projected

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .blocks import Blocks, Floats, Mask

QUALITIES = range(30, 99)
"""Of the IJG's encoder, whose tables are tried. Messengers and platforms use 40 to 92; from 99 on steps are 1 or 2."""

FEWEST_BLOCKS = 40
"""Unlike blocks by which a lattice is told, on the grid and off it."""

_SEARCHED = 200
_WEIGHED = 600
"""Blocks by which tables are searched and the best one is weighed: shares are then known to 4 %."""

_RARER = 0.6
"""On the grid, off the lattice must be less than this share of what is off it four pixels away. Files compressed
once come to 0.85 and more, whatever the table; those compressed twice to 0.5 and less."""

_LEAST_LOG10 = -12.0
"""log10 of the expected number of false lattices in a picture, at most."""

_CLEARER = 1.6
"""How many times as many coefficients must lie off the lattice by chance, over all frequencies. Pages compressed once,
at qualities of 40 and 60, came to 1.4; those compressed twice to 2 and more."""

_SOFTENED = 0.02
"""Rates of coefficients off the lattice are kept this far from 0 and 1: they are known from some hundred blocks."""


@dataclass(frozen=True, eq=False)
class Lattice:
    """Steps of an earlier compression, and how telling each frequency is.

    Attributes:
        origin: column and row of its grid's first whole block.
        quality: of the IJG's encoder that has these steps.
        steps: 64, in rows and columns.
        off: share of coefficients that lie off the lattice by frequency, in blocks that were compressed so.
        chance: the same in blocks that were not.
        log10_nfa: how many such lattices are expected in a picture without any.
    """

    origin: tuple[int, int]
    quality: int
    steps: Floats
    off: Floats
    chance: Floats
    log10_nfa: float

    @property
    def shares(self) -> tuple[float, float]:
        """The mean of ``off`` and that of ``chance``."""
        return float(self.off.mean()), float(self.chance.mean())


def find_lattice(here: Blocks, elsewhere: Blocks, own: Floats | None) -> Lattice | None:
    """The lattice of a compression before the file's ``own`` table (None: a file without one), or None.

    ``here`` are blocks on the grid in question and ``elsewhere`` those of the same picture four pixels off.
    """
    seen, chance = witnesses(here), saved_again(witnesses(elsewhere), own)
    if min(len(seen), len(chance)) < FEWEST_BLOCKS:
        return None
    searched = max(QUALITIES, key=lambda quality: _margin(seen, chance, quality, own))
    return _weighed(seen, chance, searched, own, here.origin)


def witnesses(blocks: Blocks) -> Floats:
    """Unlike readable blocks, at most as many as are weighed, spread over the picture."""
    import numpy as np

    readable = blocks.samples[~blocks.unreadable]
    unlike = readable[unrepeated(readable)]
    chosen = np.random.default_rng(len(unlike)).permutation(len(unlike))[:_WEIGHED]
    return np.asarray(unlike[chosen], dtype=np.float32)


def saved_again(samples: Floats, own: Floats | None) -> Floats:
    """Blocks as they come out of a file with the table ``own``, or out of one without a table: cut off, rounded."""
    import numpy as np

    if own is not None:
        samples = decoded(samples @ cosine(), own)
    noise = np.random.default_rng(len(samples)).normal(0, ROUNDING / 5, samples.shape)
    return np.asarray(np.clip(samples, -LEVEL_SHIFT, 255 - LEVEL_SHIFT) + noise, dtype=np.float32)


def off_lattice(samples: Floats, steps: Floats, own: Floats | None) -> tuple[Mask, Mask]:
    """Which coefficients can tell anything, and which of them lie off the lattice. Both are blocks x 64.

    A coefficient may lie off by half a step of the later table and by the rounding; one that is no larger than that
    may be a zero, which lies on every lattice.
    """
    import numpy as np

    reach = np.full(64, ROUNDING, dtype=np.float32) if own is None else own / 2 + np.float32(ROUNDING)
    tells = np.abs(samples @ cosine()) > reach
    tells[:, 0] = False  # the mean of a flat ground is a whole number, whatever was done
    return tells, tells & (np.abs(_distances(samples, steps)) > reach)


def evidence(samples: Floats, lattice: Lattice, own: Floats | None) -> tuple[Floats, NDArray[np.intp]]:
    """For each block how much likelier it is uncompressed than compressed (natural log), and of how many coefficients.

    As if its coefficients were independent: a score to count blocks by, not a likelihood. Of the coefficients only
    those that change along rows and columns are numbered: a line across the screen has the others alone.
    """
    import numpy as np

    tells, off = off_lattice(samples, lattice.steps, own)
    of_off = np.log(lattice.chance / lattice.off)
    of_on = np.log((1 - lattice.chance) / (1 - lattice.off))
    useful = lattice.chance > lattice.off
    scores = off @ np.where(useful, of_off, 0) + (tells & ~off) @ np.where(useful, of_on, 0)
    both_ways = (np.arange(64) >= SIDE) & (np.arange(64) % SIDE > 0)
    return np.asarray(scores, dtype=np.float32), (tells & useful & both_ways).sum(axis=1)


@cache
def ijg_luminance(quality: int) -> Floats:
    """The luminance table of the Independent JPEG Group's encoder, 64 in rows and columns."""
    import numpy as np

    from ...fingerprint.quantisation import luminance_table

    return np.array(luminance_table(quality), dtype=np.float32)


def _distances(samples: Floats, steps: Floats) -> Floats:
    """How far each coefficient lies from a block on the lattice."""
    import numpy as np

    nearest, cut = projected(samples, samples, steps)
    return np.asarray((samples + cut) @ cosine() - nearest, dtype=np.float32)


def _rates(samples: Floats, steps: Floats, own: Floats | None) -> tuple[Floats, Floats]:
    """By frequency: how many coefficients tell anything, and the softened share of them that lies off."""
    import numpy as np

    tells, off = off_lattice(samples, steps, own)
    count = tells.sum(axis=0).astype(np.float32)
    share = (off.sum(axis=0) + 1) / (count + 2)
    return count, np.clip(share, _SOFTENED, 1 - _SOFTENED).astype(np.float32)


def _margin(seen: Floats, chance: Floats, quality: int, own: Floats | None) -> float:
    """By how much less the blocks on the grid lie off the lattice than those beside it, in units of its deviation."""
    steps = ijg_luminance(quality)
    counts, off = _rates(seen[:_SEARCHED], steps, own)
    _, by_chance = _rates(chance[:_SEARCHED], steps, own)
    useful = by_chance >= _TELLING
    count = float(counts[useful].sum())
    expected = float((counts * by_chance)[useful].sum())
    if count < _SEARCHED or not expected:
        return 0.0
    return float((1 - float((counts * off)[useful].sum()) / expected) * count**0.5)


_TELLING = 0.3
"""Share off the lattice by chance below which a frequency is left out of the search."""


def _weighed(
    seen: Floats, chance: Floats, quality: int, own: Floats | None, origin: tuple[int, int]
) -> Lattice | None:
    """The lattice, where it is rare enough and clear enough."""
    import numpy as np

    steps = ijg_luminance(quality)
    counts, off = _rates(seen, steps, own)
    _, by_chance = _rates(chance, steps, own)
    useful = by_chance >= _TELLING
    expected = float((counts * by_chance)[useful].sum())
    if useful.sum() < 5 or not expected or float((counts * off)[useful].sum()) > _RARER * expected:
        return None
    if by_chance.mean() < _CLEARER * off.mean():
        return None
    found = Lattice(origin, quality, steps, off, by_chance, 0.0)
    mine, theirs = evidence(seen, found, own)[0], evidence(chance, found, own)[0]
    bound = float(np.quantile(theirs, 0.1))
    below = int((mine < bound).sum())
    log10_nfa = float(np.log10(len(QUALITIES)) + log_tail(len(mine), below, 0.1) / np.log(10))
    if log10_nfa > _LEAST_LOG10:
        return None
    return Lattice(origin, quality, steps, off, by_chance, log10_nfa)
