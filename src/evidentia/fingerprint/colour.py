"""The colour hash, bit for bit as imagehash gives it, from comparisons of whole numbers.

imagehash.colorhash turns the picture into hue, saturation and value, and counts pixels by them: black and grey ones,
and among the coloured ones six bins of hue for the faint and six for the bright. Pillow cuts hue and saturation to
bytes, so each count is of the colours on one side of a plane through the colour cube. Which side, red, green and blue
tell as they are: that is equal for each of the 16,777,216 colours, which a test goes through.
"""

from __future__ import annotations

from typing import Any

from .bits import as_hex
from .rows import gaps

_BITS = 3
_TOP = 2**_BITS
_BLACK_BELOW = 256 // 8
_FEW = 4  # less than a quarter of the pixels is taken out, and only that is looked at further

_AT_ONCE = 1 << 17
"""Pixels counted at a time: a score of arrays of bytes are made of them, which the cache shall hold."""


def counted_in_rows(words: Any, grey: Any, times: Any) -> Any:
    """What ``counted`` finds in rows of words (red, green, blue, the least byte first) and of grey bytes.

    Row ``number`` stands for ``times[number]`` rows, and in it, of neighbours that are the same, the first for all:
    screens are made of areas of one colour, which leaves a tenth of a page of text. Where more than a quarter is left,
    as of a photograph, taking it out would last longer than counting all.
    """
    import numpy as np

    width, values = words.shape[1], words.reshape(-1)
    new = np.empty(values.shape, dtype=bool)
    np.not_equal(values[1:], values[:-1], out=new[1:])
    new[::width] = True
    if np.count_nonzero(new) * _FEW >= new.size:
        each = np.repeat(times.astype(np.float64), width) if times.max() > 1 else None
        parts = (slice(start, start + _AT_ONCE) for start in range(0, new.size, _AT_ONCE))
        return sum(
            counted(_planes(values[at]), grey.reshape(-1)[at], None if each is None else each[at])
            for at in parts
        )
    at = np.flatnonzero(new)
    lengths = gaps(at, new.size)
    if times.max() > 1:
        ends = np.searchsorted(at, np.arange(1, len(times) + 1) * width)
        lengths *= np.repeat(times, np.diff(ends, prepend=0))
    return counted(_planes(values[at]), grey.reshape(-1)[at], lengths.astype(np.float64))


def _planes(words: Any) -> tuple[Any, Any, Any]:
    """Red, green and blue, each in an array of bytes of its own."""
    import numpy as np

    red, green, blue = ((words >> np.uint32(bits)).astype(np.uint8) for bits in (0, 8, 16))
    return red, green, blue


def counted(colours: tuple[Any, Any, Any], grey: Any, times: Any = None) -> Any:
    """Of red, green, blue and grey bytes: how many are black, how many have colour, and these by bin.

    The bins are the faint ones by hue, then the bright ones. ``grey`` is by Pillow's conversion to ``L``. ``times``
    says how many pixels each stands for, in doubles; if nothing does, each stands for itself.
    """
    import numpy as np

    counts = np.zeros(2 + 2 * 6, dtype=np.int64)
    dark = grey < _BLACK_BELOW
    counts[0] = _sum(dark, times)
    red, green, blue = colours
    most, least = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
    coloured = most - least > (most - 1) // 3  # saturation, 255 * (most - least) / most, is at least 85
    coloured &= ~dark
    many = int(np.count_nonzero(coloured))
    if not many:
        return counts
    planes = (red, green, blue, most, least, coloured)
    if many < coloured.size // _FEW:
        at = np.flatnonzero(coloured)
        planes = tuple(plane.reshape(-1)[at] for plane in planes)
        times = None if times is None else times.reshape(-1)[at]
    counts[1:] = _by_hue(*planes, times)
    return counts


def _by_hue(red: Any, green: Any, blue: Any, most: Any, least: Any, coloured: Any, times: Any) -> list[int]:
    """How many pixels have colour, and how many of them are faint or bright in each bin of hue.

    All in bytes, since processors take most of them at a time: 3 a < b of whole numbers is a < ceil(b / 3).
    """
    import numpy as np

    below = most - 1
    faint = coloured & (least > most // 3)  # saturation below 170
    bright = coloured & (
        least <= (below - below // 85) // 3
    )  # above 170, 171 at least: 85 * least <= 28 * most
    # Each third of the circle of hues begins at one of the three and leads to the next; the last is the least there.
    # The later bin begins at hue 43 of 255, 128 and 213, just after half of the third: there 84 of the second one's
    # excess over the last are 85 of the first one's.
    middle = np.maximum(np.minimum(red, green), np.minimum(np.maximum(red, green), blue))
    beyond = most - middle > (middle - least - 1) // 84
    rises = (blue < red, red < green, green < blue)
    bins: tuple[list[int], list[int]] = ([], [])
    for third in range(3):
        here = rises[third] > rises[third - 1]
        later = here & rises[third - 2] & beyond
        for kind, pixels in zip(bins, (faint, bright), strict=True):
            behind = _sum(later & pixels, times)
            kind += [_sum(here & pixels, times) - behind, behind]
    return [_sum(coloured, times), *bins[0], *bins[1]]


def _sum(pixels: Any, times: Any) -> int:
    """How many are true, each as many times as is said."""
    import numpy as np

    return int(np.count_nonzero(pixels) if times is None else pixels.reshape(-1) @ times.reshape(-1))


def colorhash(counts: Any, pixels: int) -> str:
    """The 42-bit colour hash (14 bins of 3 bits) of a picture of so many pixels, as imagehash's 11 hex digits.

    ``counts``: by ``counted``, of all its parts together.
    """
    black, coloured, *bins = (int(count) for count in counts)
    shares = [min(_TOP - 1, int(part / pixels * _TOP)) for part in (black, pixels - black - coloured)]
    shares.extend(min(_TOP - 1, int(count * _TOP * 1.0 / max(1, coloured))) for count in bins)
    # imagehash's own way of writing a share in bits: the middle one is set from 2 on, not for 2, 3, 6 and 7 alone.
    return as_hex(
        [share // 2 ** (_BITS - bit - 1) % 2 ** (_BITS - bit) > 0 for share in shares for bit in range(_BITS)]
    )
