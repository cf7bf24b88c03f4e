"""Pictures for print: small, plain copies of what may be a hostile file. The evidence is never changed."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

MAX_FILE = 64 * 1024 * 1024
"""Bytes of a picture file that are read: a full-page PNG of 40 megapixels was 20 MB."""

MAX_PIXELS = 80_000_000
"""Pixels of a picture that are decoded: 240 MB as RGB. Below Pillow's own alarm (89 million)."""

PRINT_WIDTH = 1_400
"""Pixels across: 170 mm, the width of the page's text, at 200 dots per inch."""

TALLEST = 2.4
"""Height over width up to which a picture is shown whole: a phone's screen is at most 2.2."""

CUT_TO = 2.0
"""Height over width that is shown of anything taller, such as a whole page: its upper part."""

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


class Illustration(msgspec.Struct, frozen=True, kw_only=True):
    """A copy for print, PNG, with its size in pixels; ``cut`` where it is only the upper part."""

    png: bytes
    width: int
    height: int
    cut: bool


class Unshown(msgspec.Struct, frozen=True, kw_only=True):
    """Why a picture cannot be shown: ``absent``, ``too_large`` or ``unreadable``."""

    reason: str


def illustrate(folder: Path, path: str) -> Illustration | Unshown:
    """A copy of a picture of the case, decoded within limits, without metadata, first frame only."""
    from PIL import Image

    whole = folder / path
    if not whole.resolve().is_relative_to(folder.resolve()) or not whole.is_file():
        return Unshown(reason="absent")
    if whole.stat().st_size > MAX_FILE:
        return Unshown(reason="too_large")
    try:
        with Image.open(io.BytesIO(whole.read_bytes()), formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return Unshown(reason="too_large")
            return _reduced(picture.convert("RGBA"))
    except Image.DecompressionBombError:
        return Unshown(reason="too_large")
    except (OSError, ValueError, SyntaxError, EOFError, struct.error):
        # What Pillow raises for broken files differs by format; each of them means just this.
        return Unshown(reason="unreadable")


def _reduced(picture: PillowImage) -> Illustration:
    from PIL import Image

    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    cut = ground.height > TALLEST * ground.width
    if cut:
        ground = ground.crop((0, 0, ground.width, max(1, round(CUT_TO * ground.width))))
    if ground.width > PRINT_WIDTH:
        height = max(1, round(ground.height * PRINT_WIDTH / ground.width))
        ground = ground.resize((PRINT_WIDTH, height), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    ground.save(out, "PNG", compress_level=1)
    return Illustration(png=out.getvalue(), width=ground.width, height=ground.height, cut=cut)
