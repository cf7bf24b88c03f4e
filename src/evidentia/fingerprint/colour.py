"""The colour hash, bit for bit as imagehash gives it, from runs of equal pixels.

imagehash.colorhash only counts pixels by brightness, saturation and hue. Screenshots are long runs of one colour,
so each run is converted once and counted by its length: the same whole numbers, and so the same bits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

_BITS = 3
_TOP = 2**_BITS
_HUES = 6
_BLACK_BELOW = 256 // 8
_GREY_BELOW = 256 // 3
_FAINT_BELOW = 256 * 2 // 3

_PIXELS_AT_ONCE = 4_000_000
"""Large pictures are counted band by band, so that the counting takes tens of megabytes and not a gigabyte."""


def colorhash(image: Image) -> str:
    """The 42-bit colour hash (14 bins of 3 bits) of a picture, as 11 hex digits, which is imagehash's own form."""
    import imagehash
    import numpy as np

    if image.mode != "RGB":
        return str(imagehash.colorhash(image))
    black = grey = coloured = 0
    faint, bright = np.zeros(256), np.zeros(256)
    for intensity, hue, saturation, length in _runs(image):
        is_black = intensity < _BLACK_BELOW
        is_grey = ~is_black & (saturation < _GREY_BELOW)
        in_colour = ~is_black & ~is_grey
        black += int(length[is_black].sum())
        grey += int(length[is_grey].sum())
        coloured += int(length[in_colour].sum())
        for by_hue, mask in ((faint, saturation < _FAINT_BELOW), (bright, saturation > _FAINT_BELOW)):
            chosen = in_colour & mask
            by_hue[:] += np.bincount(hue[chosen], weights=length[chosen], minlength=256)

    pixels = image.width * image.height
    shares = [min(_TOP - 1, int(part / pixels * _TOP)) for part in (black, grey)]
    edges = np.linspace(0, 255, _HUES + 1)
    for by_hue in (faint, bright):
        counts, _ = np.histogram(np.arange(256), bins=edges, weights=by_hue)
        shares.extend(min(_TOP - 1, int(count * _TOP * 1.0 / max(1, coloured))) for count in counts)
    # imagehash's own way of writing a share in bits: the middle one is set from 2 on, not for 2, 3, 6 and 7 alone.
    bits = [
        share // 2 ** (_BITS - bit - 1) % 2 ** (_BITS - bit) > 0 for share in shares for bit in range(_BITS)
    ]
    return str(imagehash.ImageHash(np.asarray(bits).reshape((-1, _BITS))))


def _runs(image: Image) -> Any:
    """Band by band: intensity, hue and saturation of every run of equal pixels, and the run's length."""
    import numpy as np
    from PIL import Image as pillow

    rows = max(1, _PIXELS_AT_ONCE // image.width)
    for top in range(0, image.height, rows):
        band = image.crop((0, top, image.width, min(top + rows, image.height)))
        pixels = np.frombuffer(band.tobytes("raw", "RGBX"), dtype=np.uint32)
        starts = np.concatenate(([0], np.flatnonzero(pixels[1:] != pixels[:-1]) + 1))
        lengths = np.diff(np.concatenate((starts, [pixels.size])))
        strip = pillow.frombytes("RGB", (len(starts), 1), pixels[starts].tobytes(), "raw", "RGBX")
        hue, saturation, _ = (np.asarray(part).reshape(-1) for part in strip.convert("HSV").split())
        yield np.asarray(strip.convert("L")).reshape(-1), hue, saturation, lengths
