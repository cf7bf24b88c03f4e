"""Regions grown to the blocks in which a JPEG is coded.

A JPEG codes blocks of pixels as one, so a letter leaves traces (ringing, and colour that is shared) in every pixel of
its block, also in those that a tight region leaves standing. Decoders smooth colours across the border of a block by
one pixel more (libjpeg's "fancy upsampling").
"""

from __future__ import annotations

from evidentia.record.redaction import Region

SMOOTHED = 1
"""Pixels beyond a block that a decoder mixes its colour into."""

_MIRRORED_ACROSS = frozenset({2, 3, 6, 7})  # Exif 2.32, tag 0x0112: where the stored left is the shown right,
_MIRRORED_DOWN = frozenset({3, 4, 7, 8})  # or a stored edge the shown bottom
_TRANSPOSED = frozenset({5, 6, 7, 8})


def grown(region: Region, size: tuple[int, int], block: tuple[int, int], orientation: int) -> Region:
    """The region with every pixel that is coded together with one of its own, within the picture.

    Args:
        size: width and height of the picture as it is shown.
        block: width and height of a coded block as it is stored; (1, 1) leaves the region as it is.
        orientation: how EXIF turns what is stored into what is shown, 1 to 8.
    """
    if block == (1, 1):
        return region
    across, down = block[::-1] if orientation in _TRANSPOSED else block
    left, right = _grown(region.x, region.width, size[0], across, orientation in _MIRRORED_ACROSS)
    top, bottom = _grown(region.y, region.height, size[1], down, orientation in _MIRRORED_DOWN)
    return Region(left, top, right - left, bottom - top)


def _grown(start: int, length: int, whole: int, block: int, mirrored: bool) -> tuple[int, int]:
    """Blocks begin at the stored edge, which is the far one where the axis is mirrored."""
    first, last = (whole - start - length, whole - start) if mirrored else (start, start + length)
    first = max(0, first // block * block - SMOOTHED)
    last = min(whole, -(-last // block) * block + SMOOTHED)
    return (whole - last, whole - first) if mirrored else (first, last)
