"""Drawing what was found on a copy of the picture: an illustration, which says so itself."""

from __future__ import annotations

from pathlib import Path

from ...record.errors import UsageError
from ...record.finding import Reading
from ...record.item import Role, StoredFile

NOTE = "Illustration by evidentia: boxes drawn on a copy. Not evidence; the original is kept unchanged."
_RED = (200, 0, 0)
_PAPER = (225, 225, 225)  # under the caption, so that nobody takes it for a part of the picture


def draw(picture: object, reading: Reading, out: Path) -> StoredFile:
    """Draw the differences of ``reading`` on ``picture`` (PIL, RGB) and write a new PNG, create-only.

    Every box carries the number of its difference. The note that this is an illustration stands in a caption under
    the picture and in a tEXt chunk.

    Raises:
        UsageError: ``out`` is there already.
    """
    import hashlib
    import io

    from PIL import Image, ImageDraw, ImageFont
    from PIL.PngImagePlugin import PngInfo

    assert isinstance(picture, Image.Image)
    size = max(12, picture.width // 60)
    font = ImageFont.load_default(size)
    lines = _captions(reading, max(20, picture.width // max(1, round(size * 0.55))))
    height = round(size * 1.4)
    sheet = Image.new("RGB", (picture.width, picture.height + height * (len(lines) + 1)), _PAPER)
    sheet.paste(picture, (0, 0))
    pen = ImageDraw.Draw(sheet)
    for number, difference in enumerate(reading.differences, start=1):
        if difference.box is not None:
            x, y, width, tall = difference.box
            pen.rectangle((x - 3, y - 3, x + width + 3, y + tall + 3), outline=_RED, width=3)
            pen.text((x - 3, max(0, y - 4 - size)), str(number), fill=_RED, font=font)
    for row, line in enumerate(lines):
        pen.text((size // 2, picture.height + height // 2 + row * height), line, fill="black", font=font)
    info = PngInfo()
    info.add_text("Description", NOTE)
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


def _captions(reading: Reading, width: int) -> list[str]:
    import textwrap

    texts = [NOTE, f"{reading.outcome.value}: {reading.reason}"]
    texts += [
        f"{number}. shown: {difference.shown or '(nothing)'} | recorded: {difference.recorded or '(nothing)'}"
        for number, difference in enumerate(reading.differences, start=1)
    ]
    return [line for text in texts for line in textwrap.wrap(text, width)]
