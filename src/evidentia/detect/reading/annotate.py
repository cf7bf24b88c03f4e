"""Drawing what was found on a copy of the picture: an illustration, which says so itself, in Indonesian and English."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ...record.finding import Outcome, Part, Reading
from ...record.item import StoredFile
from ...record.sentences import stated
from ..illustration import PAPER, write_illustration

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

    Font = FreeTypeFont | ImageFont

NOTE = (
    "Illustration by evidentia: boxes drawn on a copy. Not evidence; the original is kept unchanged. / Ilustrasi oleh "
    "evidentia: kotak digambar pada salinan. Bukan bukti; aslinya disimpan tanpa perubahan."
)

OUTCOMES = {
    Outcome.CONSISTENT: "SESUAI / CONSISTENT",
    Outcome.DIFFERS: "BERBEDA / DIFFERS",
    Outcome.INCONCLUSIVE: "TIDAK DAPAT DISIMPULKAN / INCONCLUSIVE",
}

PARTS = {
    Part.WORDS: "kata / words",
    Part.NAME: "nama / name",
    Part.HANDLE: "akun / handle",
    Part.TIME: "waktu / time",
    Part.COUNT: "jumlah / count",
    Part.PICTURE: "gambar / picture",
}

_INDONESIAN = "id"

_RED, _AMBER = (200, 0, 0), (190, 120, 0)

Box = tuple[int, int, int, int]


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A box on the picture, its label, and what is said of it below."""

    label: str
    box: Box | None
    said: str
    certain: bool


def draw(picture: object, reading: Reading, out: Path) -> StoredFile:
    """Draw what a reading says on ``picture`` (PIL, RGB) and write a new PNG, create-only.

    Differences are numbered, in red; what stays open beside the text is lettered, in amber. The note that this is an
    illustration stands in a caption under the picture and in a tEXt chunk.

    Raises:
        UsageError: ``out`` is there already.
    """
    from PIL import Image

    assert isinstance(picture, Image.Image)
    return write_illustration(drawn(picture, reading), NOTE, out)


def drawn(picture: Image, reading: Reading) -> Image:
    """The picture with its marks, over a sheet that explains them."""
    from PIL import Image, ImageDraw, ImageFont

    size = max(14, picture.width // 45)
    font = ImageFont.load_default(size)
    found = marks(reading)
    lines = _captions(reading, found, max(24, round(picture.width / (size * 0.52))))
    height = round(size * 1.4)
    sheet = Image.new("RGB", (picture.width, picture.height + height * (len(lines) + 1)), PAPER)
    sheet.paste(picture, (0, 0))
    pen = ImageDraw.Draw(sheet)
    for mark in found:
        if mark.box is not None:
            _outline(pen, mark, mark.box, font, size)
    for row, (line, colour) in enumerate(lines):
        place = size // 2, picture.height + height // 2 + row * height
        pen.text(place, line, fill=colour, font=font)
    return sheet


def marks(reading: Reading) -> list[Mark]:
    """What is marked: every difference, then what of the fields and the pictures around is not as recorded."""
    found = [
        Mark(
            label=str(number),
            box=one.box,
            said=f"{PARTS[one.part]}: tampak / shown “{one.shown or '–'}”, tercatat / recorded “{one.recorded or '–'}”",
            certain=True,
        )
        for number, one in enumerate(reading.differences, start=1)
    ]
    marked = {one.box for one in reading.differences}
    fields = [
        (one.box, f"{PARTS[one.part]} “{one.shown}”")
        for one in reading.beside
        if one.outcome not in (None, Outcome.CONSISTENT) and one.box not in marked
    ]
    pictures = [
        (one.box, PARTS[Part.PICTURE]) for one in reading.pictures if one.outcome is not Outcome.CONSISTENT
    ]
    for number, (box, what) in enumerate((*fields, *pictures)):
        said = f"{what}: tidak dipastikan / left open"
        found.append(Mark(label=_letter(number), box=box, said=said, certain=False))
    return found


def _letter(number: int) -> str:
    return chr(ord("a") + number) if number < 26 else f"z{number - 25}"


def _outline(pen: ImageDraw, mark: Mark, box: Box, font: Font, size: int) -> None:
    """The box and its label: above it where there is room, else below."""
    colour = _RED if mark.certain else _AMBER
    x, y, width, tall = box
    pen.rectangle((x - 3, y - 3, x + width + 3, y + tall + 3), outline=colour, width=3)
    wide, high = round(pen.textlength(mark.label, font=font)) + size // 2, round(size * 1.2)
    top = y - 3 - high if y - 3 >= high else y + tall + 3
    left = max(0, x - 3)
    pen.rectangle((left, top, left + wide, top + high), fill=colour)
    pen.text((left + size // 4, top), mark.label, fill="white", font=font)


_Line = tuple[str, tuple[int, int, int]]


def _captions(reading: Reading, found: Sequence[Mark], width: int) -> list[_Line]:
    black = (0, 0, 0)
    version = "" if reading.version is None else f", versi / version {reading.version}"
    texts: list[_Line] = [(NOTE, black), (f"{OUTCOMES[reading.outcome]}{version}", black)]
    texts += [(f"{mark.label}  {mark.said}", _RED if mark.certain else _AMBER) for mark in found]
    told = stated(reading.says, reading.reason, _INDONESIAN)
    texts += [(one, black) for one in dict.fromkeys((told, reading.reason))]
    return [(line, colour) for text, colour in texts for line in textwrap.wrap(text, width)]
