"""Scanned letters whose truth is known: drawn, printed and scanned by arithmetic, and forged ones. All is synthetic.

Printing and scanning is simulated: the ink spreads, the paper has grain, it lies a little askew, the light falls
unevenly, the sensor has noise. A sample follows from the seed and its number alone.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from benchmarks.examinations.compression import FACES, WORDS
from benchmarks.examinations.samples import Box, Made, Sample, jpeg, png, reopened, shrunk
from evidentia.record.examination import ImageClass
from evidentia.record.sentences import Term

if TYPE_CHECKING:
    from benchmarks.screenshots.forging import Studio

FAILURES: tuple[type[Exception], ...] = ()
A4 = 1240, 1754
"""Pixels at 150 dpi."""

MESSENGER_SIDE = 1600
INK, PAPER = "#1a1a1a", "#f6f4ee"


def material() -> str:
    """What the pictures are, in the words that stand beside the rates."""
    return f"{Term('synthetic')}: {Term('drawn letters, printing and scanning simulated by our code')}"


def genuine(opened: Studio | None, layouts: tuple[str, ...], n: int, seed: int) -> Made:
    """Genuine scan ``n``, by one of the honest channels."""
    random = Random(f"{seed}/scan/{n}")
    channel = tuple(HONEST)[n % len(HONEST)]
    data = HONEST[channel](letter(random)[0], random)
    return Made(Sample(n, ImageClass.SCAN, channel), data, data)


def forged(opened: Studio | None, layouts: tuple[str, ...], n: int, seed: int) -> Made:
    """Altered scan ``n``: a word painted over and written anew, or pasted from another scan, and saved otherwise."""
    random = Random(f"{seed}/scan altered/{n}")
    sheet, boxes, font = letter(random)
    before = random.choice((75, 80, 85, 92))
    after = random.choice([q for q in (0, 70, 75, 80, 85, 90, 95, 97) if abs(q - before) >= 7])
    start = reopened(jpeg(scanned(sheet, random, askew=0.0), before))
    x, y, width, height = box = random.choice(boxes)
    piece = Image.new("RGB", (width + 12, height + 12), _paper(start, box))
    ImageDraw.Draw(piece).text((6, 6), random.choice(WORDS), fill=INK, font=font, anchor="lt")
    way = ("written anew", "pasted from another scan")[n % 2]
    if n % 2:
        piece = reopened(jpeg(scanned(piece, random, askew=0.0), 92))
    made = start.copy()
    made.paste(piece, (x - 6, y - 6))
    data = jpeg(made, after) if after else png(made)
    return Made(Sample(n, ImageClass.SCAN, "scanner", way, before, after, (box,)), data, jpeg(start, 95))


def letter(random: Random) -> tuple[Image.Image, list[Box], ImageFont.FreeTypeFont]:
    """A letter, the box of each of its words, and the font that it is set in."""
    sheet, font = (
        Image.new("RGB", A4, PAPER),
        ImageFont.truetype(random.choice(FACES), random.randrange(22, 30)),
    )
    pen, left, right = ImageDraw.Draw(sheet), random.randrange(90, 150), A4[0] - random.randrange(90, 150)
    head = ImageFont.truetype(FACES[1], round(font.size * 1.5))
    pen.text((A4[0] // 2, 110), "PEMERINTAH KOTA CONTOH", fill=INK, font=head, anchor="mm")
    pen.line((left, 160, right, 160), fill=INK, width=3)
    x, y, boxes = left, 220, []
    end = A4[1] - random.randrange(250, 700)
    while y < end:
        word = random.choice(WORDS)
        box = tuple(round(v) for v in pen.textbbox((x, y), word, font=font))
        if box[2] > right:
            x, y = left, y + round(font.size * random.choice((1.4, 1.4, 1.4, 2.2)))
            continue
        pen.text((x, y), word, fill=INK, font=font)
        boxes.append((box[0], box[1], box[2] - box[0], box[3] - box[1]))
        x = box[2] + round(font.size * 0.3)
    pen.text((right - 320, y + 60), "Pejabat 07", fill="#20306a", font=head)
    return sheet, boxes, font


def scanned(sheet: Image.Image, random: Random, *, askew: float | None = None) -> Image.Image:
    """The sheet printed and scanned. ``askew``: degrees; by chance up to one where None."""
    import numpy as np

    angle = random.uniform(-1, 1) if askew is None else askew
    laid = sheet.rotate(angle, Image.Resampling.BICUBIC, fillcolor=PAPER) if angle else sheet
    seen = np.asarray(laid.filter(ImageFilter.GaussianBlur(random.uniform(0.6, 1.2))), dtype=np.float64)
    height, width = seen.shape[:2]
    chance = np.random.default_rng(random.randrange(1 << 32))
    rough = Image.fromarray(
        chance.normal(128, 20, (height // 3 + 1, width // 3 + 1)).clip(0, 255).astype(np.uint8)
    )
    grain = np.asarray(rough.resize((width, height), Image.Resampling.BICUBIC), dtype=np.float64) - 128
    light = 1 - random.uniform(0.0, 0.06) * np.linspace(0, 1, width)[None, :, None]
    seen = seen * light + grain[..., None] * random.uniform(0.05, 0.12)
    seen += chance.normal(0, random.uniform(0.8, 2.5), seen.shape[:2])[..., None]
    return Image.fromarray(seen.clip(0, 255).astype(np.uint8))


def _paper(picture: Image.Image, box: Box) -> tuple[int, int, int]:
    import numpy as np

    x, y, width, height = box
    pixels = np.asarray(picture.crop((x - 6, y - 6, x + width + 6, y + height + 6))).reshape(-1, 3)
    red, green, blue = (round(float(v)) for v in np.percentile(pixels, 70, axis=0))
    return red, green, blue


def _scanner(sheet: Image.Image, random: Random) -> bytes:
    return jpeg(scanned(sheet, random), random.choice((75, 80, 85, 92)))


def _grey(sheet: Image.Image, random: Random) -> bytes:
    return jpeg(scanned(sheet, random).convert("L"), random.choice((75, 85)))


def _messenger(sheet: Image.Image, random: Random) -> bytes:
    return jpeg(shrunk(reopened(_scanner(sheet, random)), MESSENGER_SIDE), random.choice((70, 75, 80)))


def _whitened(sheet: Image.Image, random: Random) -> bytes:
    """As apps for scanning do it: everything nearly white becomes white."""
    brighter = scanned(sheet, random).point(lambda value: min(255, round(value * 1.25)))
    return jpeg(brighter, random.choice((75, 85)))


def _cut(sheet: Image.Image, random: Random) -> bytes:
    first = reopened(_scanner(sheet, random))
    left, top = random.randrange(9, 60), random.randrange(9, 90)
    return jpeg(
        first.crop((left, top, first.width, first.height - random.randrange(90))), random.choice((80, 90))
    )


def _finer(sheet: Image.Image, random: Random) -> bytes:
    """As an office's program writes what it opened: on the same grid, finer than the scanner did."""
    return jpeg(reopened(_scanner(sheet, random)), random.choice((95, 97)))


HONEST: dict[str, Callable[[Image.Image, Random], bytes]] = {
    "scanner": _scanner,
    "png": lambda sheet, random: png(scanned(sheet, random)),
    "grey": _grey,
    "messenger": _messenger,
    "whitened by an app": _whitened,
    "cut, saved again": _cut,
    "saved again, finer": _finer,
}
"""What honest people and their machines do to a letter."""
