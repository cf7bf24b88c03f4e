"""Opening a picture that may be hostile: its header is judged before a single pixel is decoded."""

from __future__ import annotations

import io
import warnings
from importlib import import_module
from typing import TYPE_CHECKING

from . import jpeg, png
from .magic import HEAD, media_type_of
from .types import Picture
from .wavelet import natural_scale

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 50_000_000
"""A 109 KB PNG of 30000 x 30000 pixels makes a decoder take gigabytes; phones' largest photos have 200 MP but
hashing needs none of it. 50 MP is four bytes each in memory: 200 MB."""

MAX_SIDE = 30_000
"""A full-page capture of a long thread is narrow and tall: 1080 x 30000 is let in."""

LIGHT = {"WEBP": 14_000_000, "AVIF": 14_000_000, "HEIF": 14_000_000}
LIGHT_ELSE = 23_000_000
"""Pixels that are gone through however few bytes they come in: those of the picture, and of the square of a power of
two at which it is hashed by wavelets. Up to these, 200 MB were measured to be enough for pictures in RGB: decoders take
4 bytes a pixel, those of WebP, AVIF and HEIF some 15. An empty long screenshot of 1080 x 20,000 is let in."""

PIXELS_A_BYTE = {"JPEG": 60, "MPO": 60, "WEBP": 300, "AVIF": 300, "HEIF": 300}
PIXELS_A_BYTE_ELSE = 150
"""Beyond them, how many pixels a byte of the file may stand for. Measured were: long screenshots with one line of text
on each 1,000 rows, 122 as PNG and 49 as JPEG; one colour alone, 204 to 1,300 as PNG and GIF, 64 as JPEG, 560 to 25,000
as WebP, 20,000 as AVIF."""

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "AVIF")
"""The decoders that are let near evidence; Pillow has forty, and the rest are surface for attacks."""

_HEIF = ("image/heic", "image/heif")

_PLUGINS = ("Avif", "Bmp", "Gif", "Jpeg", "Mpo", "Png", "Tiff", "WebP")
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


def check_substance(kind: str, width: int, height: int, size: int) -> None:
    """Refuse a large picture that next to nothing was packed into: a decompression bomb.

    ``kind``: Pillow's name of the format. ``size``: bytes of the file.

    Raises:
        NotDecoded: more work than ``LIGHT``, and more than ``PIXELS_A_BYTE`` pixels for each byte of the file.
    """
    light, most = LIGHT.get(kind, LIGHT_ELSE), PIXELS_A_BYTE.get(kind, PIXELS_A_BYTE_ELSE)
    pixels = width * height
    if pixels + natural_scale(width, height) ** 2 > light and pixels > most * size:
        raise NotDecoded(
            f"its header states {width} x {height} pixels for a file of {size} bytes, as decompression bombs do: large "
            f"{kind} pictures with something on them were measured to have a byte for {most} pixels or fewer"
        )


def _check_parts(data: bytes) -> None:
    """Refuse what holds a decoder up before it comes to the picture.

    Raises:
        NotDecoded: more parts than any encoder writes.
    """
    if data.startswith(png.SIGNATURE) and png.is_crowded(data):
        raise NotDecoded(f"the PNG has more than {png.MAX_CHUNKS} chunks, as no honest encoder writes")
    if data.startswith(b"\xff\xd8") and jpeg.is_crowded(data):
        raise NotDecoded(
            f"more than {jpeg.MAX_SEGMENTS} segments, or {jpeg.MAX_FILL} fill bytes, stand before the pixels of the "
            "JPEG, as no honest encoder writes"
        )


def decode(data: bytes, *, coded: bool = False) -> tuple[Image, Picture]:
    """Decode the first frame as it is stored, and say what the header states.

    ``coded``: of a JPEG that codes luma and differences of colour, those (mode YCbCr, ITU-T T.871), and not the red,
    green and blue that are made of them and cut off at black and white.

    Raises:
        NotDecoded: not one of ``FORMATS`` or HEIF, too large, a bomb, cut short, or damaged; or its part is missing.
    """
    from PIL import Image, UnidentifiedImageError

    _check_parts(data)
    formats = _with_heif() if media_type_of(data[:HEAD]) in _HEIF else FORMATS
    for plugin in _PLUGINS:
        import_module(f"PIL.{plugin}ImagePlugin")
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            image: Image.Image = Image.open(io.BytesIO(data), formats=formats)
            check_dimensions(*image.size)
            check_substance(image.format or "", *image.size, len(data))
            orientation = image.getexif().get(_EXIF_ORIENTATION)
            animated = bool(getattr(image, "is_animated", False)) and image.format != "MPO"
            image.seek(0)
            if coded:
                image.draft("YCbCr", image.size)
            image.load()
        except UnidentifiedImageError as error:
            raise NotDecoded("no decoder that is let in recognises it") from error
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise NotDecoded(
                f"its dimensions are those of a decompression bomb ({str(error).partition(', could be')[0]})"
            ) from error
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


def _with_heif() -> tuple[str, ...]:
    """The formats with HEIF, whose decoder comes with an extra; it turns pictures upright by itself (``irot``)."""
    try:
        import pillow_heif
    except ImportError as error:
        raise NotDecoded("HEIF needs a part that is not installed here: evidentia-forensics[heif]") from error
    pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)
    return (*FORMATS, "HEIF")


def has_last_row(image: Image) -> bool:
    """Whether Pillow got as far as the last row of a PNG: that spares unpacking it a second time.

    Rows come one after the other, whole, over noughts; in RGB, even black has a fourth byte of 255. False where it
    cannot be told: the last row is all noughts, or the picture is interlaced or animated.
    """
    if image.info.get("interlace") or getattr(image, "is_animated", False):
        return False
    last = image.crop((0, image.height - 1, image.width, image.height))
    return any(last.tobytes("raw", "RGBX") if image.mode == "RGB" else last.tobytes())


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
