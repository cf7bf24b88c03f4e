"""The colour hash, bit for bit as imagehash gives it, from runs of equal pixels.

imagehash.colorhash only counts pixels by brightness, saturation and hue. Screenshots are long runs of one colour,
so each run is converted once and counted by its length: the same whole numbers, and so the same bits.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from .bits import as_hex

if TYPE_CHECKING:
    from PIL.Image import Image

_BITS = 3
_TOP = 2**_BITS
_HUES = 6
_BLACK_BELOW = 256 // 8
_GREY_BELOW = 256 // 3
_FAINT_BELOW = 256 * 2 // 3

_PIXELS_AT_ONCE = 1 << 20
"""Large pictures are counted band by band, so that the counting takes some megabytes and not a gigabyte."""


class _Kind(IntEnum):
    BLACK = 0
    GREY = 1
    FAINT = 2
    BETWEEN = 3
    """In colour, and at imagehash's exact limit between faint and bright: in neither."""
    BRIGHT = 4


@cache
def _kind_by_saturation() -> Any:
    import numpy as np

    kinds = np.full(256, _Kind.BETWEEN, dtype=np.uint16)
    kinds[:_FAINT_BELOW], kinds[_FAINT_BELOW + 1 :] = _Kind.FAINT, _Kind.BRIGHT
    kinds[:_GREY_BELOW] = _Kind.GREY
    return kinds


def colorhash(image: Image) -> str:
    """The 42-bit colour hash (14 bins of 3 bits) of a picture, as 11 hex digits, which is imagehash's own form."""
    import numpy as np

    counts = np.zeros((len(_Kind), 256))  # pixels by kind and hue
    for intensity, hue, saturation, length in _counted(image):
        kind = np.where(intensity < _BLACK_BELOW, np.uint16(_Kind.BLACK), _kind_by_saturation()[saturation])
        code = kind << 8 | hue
        counts += np.bincount(code, weights=length, minlength=counts.size).reshape(counts.shape)

    pixels = image.width * image.height
    black, grey = counts[_Kind.BLACK].sum(), counts[_Kind.GREY].sum()
    coloured = pixels - black - grey
    shares = [min(_TOP - 1, int(part / pixels * _TOP)) for part in (black, grey)]
    edges = np.linspace(0, 255, _HUES + 1)
    for coloured_kind in (_Kind.FAINT, _Kind.BRIGHT):
        by_hue, _ = np.histogram(np.arange(256), bins=edges, weights=counts[coloured_kind])
        shares.extend(min(_TOP - 1, int(count * _TOP * 1.0 / max(1, coloured))) for count in by_hue)
    # imagehash's own way of writing a share in bits: the middle one is set from 2 on, not for 2, 3, 6 and 7 alone.
    return as_hex(
        [share // 2 ** (_BITS - bit - 1) % 2 ** (_BITS - bit) > 0 for share in shares for bit in range(_BITS)]
    )


def _counted(image: Image) -> Iterator[tuple[Any, Any, Any, Any]]:
    """Band by band: intensity, hue and saturation of every run of equal pixels, and the run's length."""
    import numpy as np

    rows = max(1, _PIXELS_AT_ONCE // image.width)
    for top in range(0, image.height, rows):
        band = image.crop((0, top, image.width, min(top + rows, image.height)))
        length = None
        if image.mode in ("RGB", "RGBA"):
            band, length = _runs(band)
        hue, saturation, _ = (np.asarray(part).reshape(-1) for part in band.convert("HSV").split())
        intensity = np.asarray(band.convert("L")).reshape(-1)
        yield intensity, hue, saturation, np.ones(intensity.size) if length is None else length


def _runs(band: Image) -> tuple[Image, Any]:
    """A strip with one pixel for each run of equal pixels, and the runs' lengths. Alpha counts for no hash."""
    import numpy as np
    from PIL import Image as pillow

    plain = band if band.mode == "RGB" else band.convert("RGB")
    pixels = np.frombuffer(plain.tobytes("raw", "RGBX"), dtype=np.uint32)
    starts = np.concatenate(([0], np.flatnonzero(pixels[1:] != pixels[:-1]) + 1))
    lengths = np.diff(np.concatenate((starts, [pixels.size])))
    return pillow.frombytes("RGB", (len(starts), 1), pixels[starts].tobytes(), "raw", "RGBX"), lengths
