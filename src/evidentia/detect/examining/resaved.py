"""How well the coefficients of a file fit an earlier compression on the same grid, whose steps were larger.

Each coefficient of a file that was saved twice is the second table's multiple that lies next to some multiple of the
first: some values cannot be, and what was painted after the first saving has them all the same (J. Lukáš and
J. Fridrich, DFRWS 2003; T. Bianchi and A. Piva, IEEE Trans. Information Forensics and Security 7, 2012). How likely a
value is after both savings is computed from both tables, and not by distance alone as in ``lattice``: where the steps
are near each other hardly a value lies far off, and yet every third one cannot be.

The first table is the one under which the picture's own blocks are likeliest. By chance, the same is done with the
picture four pixels off the grid, compressed by the file's table, where no first saving can be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .binomial import log_tail
from .blocks import LEVEL_SHIFT, SIDE, cosine
from .cut_off import colours_of, projected
from .lattice import FEWEST_BLOCKS, QUALITIES, ijg_luminance, saved_again, witnesses

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .blocks import Blocks, Floats, Mask

NOISE = 0.5
"""Grey levels, standard deviation: what rounding did to a coefficient between both savings. Luma is rounded by the
decoder and again by the encoder, 0.29 each, and red, green and blue are, 0.19."""

STRAYS = (0.03, 0.1, 0.25)
"""Shares of coefficients that may take any value: those of blocks whose ringing was cut off at black or white between
both savings. The likeliest one is taken: on dark grounds it is the first, on pure white often the last."""

TINTED = 2
"""Pixels of a block of which a tint was cut off, from which it tells no table and is on no map: in a picture with white
letters on a coloured ground 99 of 498 such blocks came out as if they had not been saved before, and 3 of 3,276
others. What was cut off is restored for runs of letters; of 32,614 such blocks 2.9 % lie off then, and 1.7 % of others,
but they lie together."""

PER_PIXEL, MOST_STRAYS = 0.006, 0.4
"""By each pixel of which a colour was cut off, and restored by the others, more of a block's coefficients may take any
value, a clearly coloured one counted twice; and the largest share. Of 38,643 such genuine blocks the likeliest shares
were 0.01 up to 6 pixels, 0.1 from 15, 0.17 from 20, 0.3 from 40, and 0.4 in files of which the strays are as many."""

_AT_ONCE = 8192
"""Blocks whose colours are restored at a time: 6 MiB for each array of theirs."""

_SEARCHED = 200
"""Blocks by which tables are compared."""

_PLAIN = 1.0
"""Grey levels beyond half a step from which a coefficient is no zero: zero lies on every lattice."""

_LEAST_LOG10 = -12.0
"""log10 of the expected number of false tables in a picture, at most."""

_CLEARER = 0.05
"""Natural logarithm by which a coefficient is likelier on the grid than off it, on the mean, at least."""

_RARER = 0.7
"""On the grid, as many coefficients may lie off as this share of those four pixels away, at most. Of 85 files saved
twice at near qualities none came to more than 0.6; one saved once, and taken for one saved twice, came to 0.87."""

_UNLIKELY = 0.3
"""Times as likely as without an earlier saving, below which a coefficient is said to lie off."""


@dataclass(frozen=True, eq=False)
class Resaved:
    """The table of an earlier saving.

    Attributes:
        origin: column and row of the grid's first whole block.
        quality: of the IJG's encoder that has these steps.
        steps: 64, in rows and columns.
        strays: share of coefficients that may take any value.
        shares: of the coefficients that tell anything, how many lie off, on the grid and by chance.
        log10_nfa: how many such tables are expected in a picture that was saved once.
    """

    origin: tuple[int, int]
    quality: int
    steps: Floats
    strays: float
    shares: tuple[float, float]
    log10_nfa: float


def find_resaved(here: Blocks, elsewhere: Blocks, own: Floats) -> Resaved | None:
    """The table of a compression before that of the file, whose table is ``own``; None where none is to be seen.

    ``here`` are blocks on the file's grid and ``elsewhere`` those of the same picture four pixels off.
    """
    import numpy as np

    seen, chance = witnesses(here), saved_again(witnesses(elsewhere), own)
    if min(len(seen), len(chance)) < FEWEST_BLOCKS:
        return None
    quality, strays = _likeliest(seen[:_SEARCHED], own)
    steps = ijg_luminance(quality)
    fit, tells = _fit(seen, steps, own)
    by_chance, tells_there = _fit(chance, steps, own)
    mine, theirs = _logs(fit, tells, strays), _logs(by_chance, tells_there, strays)
    if mine.sum() / max(1, tells.sum()) < theirs.sum() / max(1, tells_there.sum()) + _CLEARER:
        return None
    bound = float(np.quantile(theirs.sum(axis=1), 0.9))
    above = int((mine.sum(axis=1) > bound).sum())
    tables = len(QUALITIES) * len(STRAYS)
    log10_nfa = float(np.log10(tables) + log_tail(len(mine), above, 0.1) / np.log(10))
    if log10_nfa > _LEAST_LOG10:
        return None
    off, off_by_chance = _share_off(fit, tells), _share_off(by_chance, tells_there)
    if off > _RARER * off_by_chance:
        return None
    return Resaved(here.origin, quality, steps, strays, (off, off_by_chance), log10_nfa)


def fit_evidence(
    here: Blocks, resaved: Resaved, own: Floats, coded: NDArray[np.uint8] | None = None
) -> tuple[Floats, NDArray[np.intp]]:
    """For each block how much likelier it is without the earlier saving than with it (natural log), and of how many
    coefficients. The more was cut off of a block's colours, the less it tells.

    ``coded``: rows of columns of luma and differences of colour as the file codes them. Without it, what was cut off of
    colours is not restored.

    As if its coefficients were independent: a score to count blocks by, not a likelihood. Of the coefficients only
    those that change along rows and columns are numbered: a line across the screen has the others alone.
    """
    import numpy as np

    fit, tells = _fit(here.samples, resaved.steps, own)
    if coded is not None:
        tinted = np.flatnonzero(here.tinted > 0)
        for start in range(0, len(tinted), _AT_ONCE):
            some = tinted[start : start + _AT_ONCE]
            fit[some], tells[some] = _fit_in_colours(here.only(some), resaved.steps, own, coded)
    cut_off = (here.tinted + here.coloured).astype(np.float32)[:, None]
    strays = np.minimum(MOST_STRAYS, resaved.strays + PER_PIXEL * cut_off)
    both_ways = (np.arange(SIDE * SIDE) >= SIDE) & (np.arange(SIDE * SIDE) % SIDE > 0)
    return -_logs(fit, tells, strays).sum(axis=1), (tells & both_ways).sum(axis=1)


def _likeliest(samples: Floats, own: Floats) -> tuple[int, float]:
    """The quality under which these blocks are likeliest, and the share of strays."""
    best, found = float("-inf"), (QUALITIES[0], STRAYS[0])
    for quality in QUALITIES:
        fit, tells = _fit(samples, ijg_luminance(quality), own)
        for strays in STRAYS:
            mean = float(_logs(fit, tells, strays).sum() / max(1, tells.sum()))
            if mean > best:
                best, found = mean, (quality, strays)
    return found


def _fit(samples: Floats, steps: Floats, own: Floats, colours: Floats | None = None) -> tuple[Floats, Mask]:
    """How many times as likely each coefficient is with the earlier saving as without, and which can tell anything.

    A second saving gives the same value to all that lies within half a step of it. Without an earlier one as much of
    the first table's lattice lies there as anywhere; with it there are one, several or none of its multiples.
    """
    import numpy as np

    # As the file codes them: not cut off at black and white, not rounded.
    saved, half = projected(samples, samples, own)[0] @ cosine().T, np.asarray(own / 2, dtype=np.float32)
    tells = np.abs(saved @ cosine()) > half + _PLAIN
    tells[:, 0] = False  # the mean of a flat ground is a whole number, whatever was done
    at = np.nonzero(tells)[1]
    nearest, cut = projected(saved, samples, steps, colours)
    apart = ((saved + cut) @ cosine() - nearest)[tells]
    within = np.zeros_like(apart)
    for multiple in (-2, -1, 0, 1, 2):
        away = apart - np.float32(multiple) * steps[at]
        within += _below(away + half[at]) - _below(away - half[at])
    fit = np.ones(tells.shape, dtype=np.float32)
    fit[tells] = within * steps[at] / own[at]
    return fit, tells


def _fit_in_colours(
    here: Blocks, steps: Floats, own: Floats, coded: NDArray[np.uint8]
) -> tuple[Floats, Mask]:
    """The same for blocks of which colours were cut off, from what the file codes of them."""
    import numpy as np

    luma = here.of(coded[..., 0]) - np.float32(LEVEL_SHIFT)
    return _fit(luma, steps, own, colours_of(here, coded))


def _logs(fit: Floats, tells: Mask, strays: float | Floats) -> Floats:
    """Natural logarithms of the likelihood ratios, 0 where nothing is told."""
    import numpy as np

    return np.where(tells, np.log(strays + (1 - strays) * fit), np.float32(0))


def _share_off(fit: Floats, tells: Mask) -> float:
    return float((tells & (fit < _UNLIKELY)).sum() / max(1, tells.sum()))


def _below(levels: Floats) -> Floats:
    """How often rounding moves a coefficient by less than so much: by the logistic distribution, which is nowhere 0.01
    from the normal one."""
    import numpy as np

    return np.asarray(1 / (1 + np.exp(-1.702 * np.clip(levels / NOISE, -20, 20))), dtype=np.float32)
