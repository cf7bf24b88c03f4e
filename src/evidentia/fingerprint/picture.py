"""Opening a picture that may be hostile: its header is judged before a single pixel is decoded."""

from __future__ import annotations

import io
import warnings
from importlib import import_module
from typing import TYPE_CHECKING

from .types import Picture

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 50_000_000
"""A 109 KB PNG of 30000 x 30000 pixels makes a decoder take gigabytes; phones' largest photos have 200 MP but
hashing needs none of it. 50 MP is four bytes each in memory: 200 MB."""

MAX_SIDE = 30_000
"""A full-page capture of a long thread is narrow and tall: 1080 x 30000 is let in."""

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
"""The decoders that are let near evidence; Pillow has forty, and the rest are surface for attacks."""

_PLUGINS = ("Bmp", "Gif", "Jpeg", "Mpo", "Png", "Tiff", "WebP")
"""Pillow loads some of its decoders late; asked for one that is not loaded, it raises KeyError."""

_EXIF_ORIENTATION = 0x0112


class NotDecoded(Exception):
    """The picture was not decoded; the message says why, in words for the record."""


def check_dimensions(width: int, height: int) -> None:
    """Refuse dimensions beyond the limits.

    Raises:
        NotDecoded: more than ``MAX_PIXELS`` in all or ``MAX_SIDE`` on a side, or nothing at all.
    """
    if width < 1 or height < 1:
        raise NotDecoded(f"its header states {width} x {height} pixels")
    if width > MAX_SIDE or height > MAX_SIDE or width * height > MAX_PIXELS:
        raise NotDecoded(
            f"its header states {width} x {height} pixels; the limits are {MAX_SIDE} a side and "
            f"{MAX_PIXELS // 1_000_000} million in all"
        )


def decode(data: bytes) -> tuple[Image, Picture]:
    """Decode the first frame as it is stored, and say what the header states.

    Raises:
        NotDecoded: not one of ``FORMATS``, too large, cut short, or damaged.
    """
    from PIL import Image, UnidentifiedImageError

    for plugin in _PLUGINS:
        import_module(f"PIL.{plugin}ImagePlugin")
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            image: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
            check_dimensions(*image.size)
            orientation = image.getexif().get(_EXIF_ORIENTATION)
            animated = bool(getattr(image, "is_animated", False)) and image.format != "MPO"
            image.seek(0)
            image.load()
        except UnidentifiedImageError as error:
            raise NotDecoded("no decoder that is let in recognises it") from error
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise NotDecoded(f"its dimensions are those of a decompression bomb ({error})") from error
        except NotDecoded:
            raise
        except Exception as error:  # decoders raise what they like on hostile bytes: said, never let through
            raise NotDecoded(f"it is damaged or cut short ({type(error).__name__}: {error})") from error
    valid = orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else None
    return image, Picture(
        format=image.format or "",
        mode=image.mode,
        width=image.width,
        height=image.height,
        orientation=valid,
        turned=valid is not None and valid != 1,
        animated=animated,
    )


def coded_block(image: Image) -> tuple[int, int]:
    """Width and height of the blocks of a JPEG that are coded as one: its MCU (ITU-T T.81, A.2.3), 8 to 32 pixels.

    (1, 1) for other formats.
    """
    components = getattr(image, "layer", ())  # Pillow: (identifier, horizontal, vertical sampling, table)
    if image.format not in ("JPEG", "MPO") or not components:
        return 1, 1
    return 8 * max(c[1] for c in components), 8 * max(c[2] for c in components)


def upright(image: Image, orientation: int | None) -> Image:
    """The picture as a viewer shows it, turned and mirrored as EXIF orientation 1 to 8 says (Exif 2.32, 4.6.4)."""
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return image.transpose(turns[orientation]) if orientation in turns else image
