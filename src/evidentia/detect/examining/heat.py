"""Pictures beside an examination: where tests point, and an error level picture. Illustrations, and they say so.

Error level analysis lights up text and edges of genuine pictures as well: it is a picture to look at, and no test reads
it (measured on genuine and altered pictures, heat-maps told them apart little better than the picture's own edges do).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ...fingerprint.decoding import Decoder
from ...record.errors import UsageError
from ...record.examination import ERROR_LEVELS, REGIONS, Examination, ImageClass, Support, TestFinding
from ...record.item import StoredFile
from ...record.sentences import stated, term
from ..illustration import write_captioned
from .picture import Examined, NotExamined, load_examined

if TYPE_CHECKING:
    from PIL.Image import Image

NOTE = (
    "Illustration by evidentia, not a finding. Drawn on a copy; the original is kept unchanged. / Ilustrasi oleh "
    "evidentia, bukan temuan. Digambar di atas salinan; berkas asli disimpan tanpa perubahan."
)
ELA_NOTE = (
    "Error level analysis (JPEG, quality 90): text and edges are bright in genuine pictures too. A picture to look at; "
    "no finding rests on it. / Analisis tingkat galat (JPEG, mutu 90): teks dan tepi terang juga pada gambar yang "
    "tidak diubah. Hanya untuk dilihat; tidak ada temuan yang bersandar padanya."
)
ELA_QUALITY, ELA_GAIN = 90, 12

OUTCOMES = {
    Support.ALTERATION: "supports alteration here / mendukung perubahan di sini",
    Support.INCONCLUSIVE: "inconclusive / tidak dapat disimpulkan",
}
"""In both languages, as the names of tests and the reasons are."""

OTHER = "id"
"""The language beside English on what is drawn."""

COLOURS = {Support.ALTERATION: (200, 0, 0), Support.INCONCLUSIVE: (200, 120, 0)}


def illustrate(
    path: Path,
    examination: Examination,
    folder: Path,
    *,
    references: Sequence[Path] = (),
    decoder: Decoder | None = None,
) -> tuple[StoredFile, ...]:
    """Draw where the findings point, as new PNG files in ``folder``: of a picture with an error level picture, of a
    video its pictures there, beside those of the earlier one of the ``references``.

    Returns:
        The files; none where the picture cannot be decoded or nothing was examined.

    Raises:
        UsageError: one of the files is there already, and nothing is overwritten.
    """
    if not examination.findings:
        return ()
    if examination.image_class is ImageClass.VIDEO:
        from .video.places import draw_places

        return draw_places(path, examination, references, folder)
    try:
        picture = load_examined(path, decoder=decoder)
    except NotExamined:
        return ()  # the examination itself says why it was not decoded
    if picture.file.sha256 != examination.sha256:
        raise UsageError(f"{path.name} is not the file that was examined.")
    files = [write_captioned(error_levels(picture), (NOTE, ELA_NOTE), NOTE, folder / ERROR_LEVELS)]
    pointing = [f for f in examination.findings if f.regions and f.outcome in COLOURS]
    if pointing:
        captions = [
            f"{n}. {both_names(f)}: {OUTCOMES[f.outcome]}. {_both(f)}"
            for n, f in enumerate(pointing, start=1)
        ]
        sheet = marked(picture, pointing)
        files.append(write_captioned(sheet, (NOTE, *captions), NOTE, folder / REGIONS))
    return tuple(files)


def both_names(finding: TestFinding) -> str:
    """The name of a finding's test in both languages."""
    return " / ".join(dict.fromkeys((finding.test, term(finding.test, OTHER))))


def _both(finding: TestFinding) -> str:
    """What a finding says in both languages."""
    return " / ".join(dict.fromkeys((finding.reason, stated(finding.says, finding.reason, OTHER))))


def marked(picture: Examined, findings: Sequence[TestFinding]) -> Image:
    """A copy with a box around each region, numbered by finding: red supports alteration, orange is inconclusive."""
    from PIL import Image, ImageDraw, ImageFont

    sheet = Image.fromarray(picture.pixels)
    pen, size = ImageDraw.Draw(sheet), max(12, picture.width // 50)
    font = ImageFont.load_default(size)
    for number, finding in enumerate(findings, start=1):
        colour = COLOURS[finding.outcome]
        for region in finding.regions:
            if region.box is not None:
                x, y, width, height = region.box
                pen.rectangle((x - 2, y - 2, x + width + 1, y + height + 1), outline=colour, width=3)
                label, above = str(number), max(0, y - size - 6)
                pen.rectangle(
                    (x - 2, above, x + pen.textlength(label, font) + 4, above + size + 3), fill=colour
                )
                pen.text((x + 1, above), label, fill="white", font=font)
    return sheet


def error_levels(picture: Examined) -> Image:
    """How far each pixel moves when the picture is compressed once more, brightened."""
    import numpy as np
    from PIL import Image

    plain, made = Image.fromarray(picture.pixels), io.BytesIO()
    plain.save(made, "JPEG", quality=ELA_QUALITY)
    again = np.asarray(Image.open(made, formats=("JPEG",)), dtype=np.int16)
    moved = np.abs(again - picture.pixels.astype(np.int16)) * ELA_GAIN
    return Image.fromarray(np.clip(moved, 0, 255).astype(np.uint8))
