"""A picture that evidentia drew: written as a new PNG that says of itself that it is an illustration."""

from __future__ import annotations

import hashlib
import io
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..record.errors import UsageError
from ..record.item import Role, StoredFile

if TYPE_CHECKING:
    from PIL.Image import Image

PAPER = (225, 225, 225)
"""Under captions, so that nobody takes them for a part of the picture."""


def write_illustration(sheet: Image, note: str, out: Path) -> StoredFile:
    """Write ``sheet`` create-only, with ``note`` in a tEXt chunk.

    Raises:
        UsageError: ``out`` is there already.
    """
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Description", note)
    made = io.BytesIO()
    sheet.save(made, "PNG", pnginfo=info)
    data = made.getvalue()
    try:
        with out.open("xb") as sink:
            sink.write(data)
    except FileExistsError as error:
        raise UsageError(f"{out.name} is there already, and nothing is overwritten.") from error
    return StoredFile(
        name=out.name,
        role=Role.ANNOTATED,
        media_type="image/png",
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def write_captioned(picture: Image, captions: Sequence[str], note: str, out: Path) -> StoredFile:
    """Write a picture with captions under it, each on lines of its own, and ``note`` in a tEXt chunk.

    Raises: as ``write_illustration``.
    """
    from PIL import Image, ImageDraw, ImageFont

    size = max(12, picture.width // 60)
    font = ImageFont.load_default(size)
    wide = max(20, round(picture.width / (size * 0.55)))
    lines = [line for caption in captions for line in textwrap.wrap(caption, wide)]
    height = round(size * 1.4)
    sheet = Image.new("RGB", (picture.width, picture.height + height * (len(lines) + 1)), PAPER)
    sheet.paste(picture, (0, 0))
    pen = ImageDraw.Draw(sheet)
    for row, line in enumerate(lines):
        pen.text((size // 2, picture.height + height // 2 + row * height), line, fill="black", font=font)
    return write_illustration(sheet, note, out)
