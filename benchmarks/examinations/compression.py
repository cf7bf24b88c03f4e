"""How often the tests of compression are wrong, by what was done before and after: drawn pages, no browser needed.

Genuine pages go through honest channels; forged ones have one word repainted, or pasted from another page, between two
compressions. Every trial follows from its number. All is synthetic, and smaller than a phone's screen.

    nice -n 5 python -m benchmarks.examinations.compression [--genuine 200] [--forged 60]
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from random import Random

from PIL import Image, ImageDraw, ImageFont

from benchmarks.screenshots.bounds import Rate
from benchmarks.screenshots.pages import THEMES
from evidentia.detect.examining.grid import examine_grid
from evidentia.detect.examining.opposing import weigh
from evidentia.detect.examining.picture import Examined, load_data
from evidentia.detect.examining.profiles import TESTS
from evidentia.detect.examining.quantisation import examine_quantisation
from evidentia.record.examination import ImageClass, Support, TestFinding

FACES = (
    "LiberationSans-Regular.ttf",
    "LiberationSerif-Regular.ttf",
    "LiberationSansNarrow-Regular.ttf",
    "DejaVuSans.ttf",
    "DejaVuSerif.ttf",
)
PROSE = (
    "hadir bersama Paslon A di Kota Contoh warga desa umpama pegawai kantor kecamatan acara bersih pantai "
    "tahun 2024 dihadiri 150 orang rukun Pejabat 07 panitia kerja keras malam hari Sabtu terima kasih semua"
)
WORDS = PROSE.split()
SIZE = 540, 720
Box = tuple[int, int, int, int]
Tests = tuple[Callable[[Examined], TestFinding], ...]
COMPRESSION: Tests = (examine_quantisation, examine_grid)


def page(random: Random) -> tuple[Image.Image, list[Box], ImageFont.FreeTypeFont, str, str]:
    """A page of words, the box of each, and the font, the ink and the ground that it is drawn with."""
    theme = random.choice(THEMES)
    font = ImageFont.truetype(random.choice(FACES), random.randrange(22, 34))
    sheet = Image.new("RGB", SIZE, theme.ground)
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((0, 0, SIZE[0], 40), fill=theme.accent)
    x, y, boxes = 24, 60, []
    while y < SIZE[1] - 60:
        word = random.choice(WORDS)
        left, top, right, bottom = (round(v) for v in pen.textbbox((x, y), word, font=font))
        if right > SIZE[0] - 24:
            x, y = 24, y + round(font.size * 1.45)
            continue
        pen.text((x, y), word, fill=theme.ink, font=font)
        boxes.append((left, top, right - left, bottom - top))
        x = right + round(font.size * 0.3)
    return sheet, boxes, font, theme.ink, theme.ground


def coded(picture: Image.Image, quality: int) -> bytes:
    """A JPEG of that quality; PNG where it is 0."""
    made = io.BytesIO()
    if quality:
        picture.save(made, "JPEG", quality=quality, subsampling=2)
    else:
        picture.save(made, "PNG", compress_level=1)
    return made.getvalue()


def through(picture: Image.Image, quality: int) -> Image.Image:
    """The picture as a JPEG of that quality shows it."""
    return Image.open(io.BytesIO(coded(picture, quality))).convert("RGB")


def genuine(random: Random, channel: int) -> tuple[str, bytes]:
    """A page by one of the honest channels."""
    sheet = page(random)[0]
    low, high = random.choice((55, 60, 65, 70, 75, 80)), random.choice((85, 90, 92, 95))
    cut = (random.randrange(9), random.randrange(20), *SIZE)
    return (
        ("never a JPEG", coded(sheet, 0)),
        ("JPEG once", coded(sheet, random.choice((low, high)))),
        ("PNG of a JPEG", coded(through(sheet, low), 0)),
        ("JPEG, saved again finer", coded(through(sheet, low), high)),
        ("JPEG, saved again coarser", coded(through(sheet, high), low)),
        ("PNG of a JPEG, cut", coded(through(sheet, low).crop(cut), 0)),
        ("JPEG, cut, saved again", coded(through(sheet, low).crop(cut), high)),
    )[channel % 7]


def forged(random: Random, after: int) -> tuple[str, bytes, Box]:
    """A word of a compressed page painted over, or pasted from another page, and the page saved again."""
    sheet, boxes, font, ink, ground = page(random)
    made, (x, y, width, height) = through(sheet, random.choice((60, 65, 70, 75, 80))), random.choice(boxes)
    pen = ImageDraw.Draw(made)
    pen.rectangle((x - 2, y - 2, x + width + 2, y + height + 2), fill=ground)
    way = random.choice(("painted", "pasted"))
    piece = Image.new("RGB", (width + 4, height + 4), ground)
    ImageDraw.Draw(piece).text((2, 2), random.choice(WORDS), fill=ink, font=font, anchor="lt")
    made.paste(piece if way == "painted" else through(piece, 95), (x - 2, y - 2))
    return f"{way}, then " + (f"JPEG {after}" if after else "PNG"), coded(made, after), (x, y, width, height)


def judged(picture: Examined, examine: Callable[[Examined], TestFinding]) -> TestFinding:
    """What a test says after honest explanations were weighed, as in an examination."""
    finding = examine(picture)
    test = next(one for one in TESTS if one.function == examine.__name__)
    return weigh(picture, test, finding)


def located(finding: TestFinding, box: Box) -> bool:
    """Whether a region covers the middle of the box."""
    x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
    boxes = [region.box for region in finding.regions if region.box is not None]
    alarm = finding.outcome is Support.ALTERATION
    return alarm and any(b[0] <= x <= b[0] + b[2] and b[1] <= y <= b[1] + b[3] for b in boxes)


def main() -> None:
    """Make the trials and print the rates by class, with their one-sided upper 95 % bounds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--genuine", type=int, default=200)
    parser.add_argument("--forged", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    alarms: dict[str, list[bool]] = defaultdict(list)
    found: dict[str, list[bool]] = defaultdict(list)
    seconds = []
    for n in range(chosen.genuine):
        channel, data = genuine(Random(f"{chosen.seed}/genuine/{n}"), n)
        picture = load_data(data, ImageClass.MESSENGER_COPY)
        for examine in COMPRESSION:
            started = time.perf_counter()
            finding = judged(picture, examine)
            seconds.append(time.perf_counter() - started)
            for of in (channel, "all"):
                alarms[f"{finding.test}: {of}"].append(finding.outcome is Support.ALTERATION)
    for n in range(chosen.forged):
        way, data, box = forged(Random(f"{chosen.seed}/forged/{n}"), (0, 90, 95)[n % 3])
        picture = load_data(data, ImageClass.MESSENGER_COPY)
        hit = any(located(judged(picture, examine), box) for examine in COMPRESSION)
        for of in (way, "all"):
            found[of].append(hit)
    print(f"{os.cpu_count()} processors; seconds a test: median {statistics.median(seconds):.2f}")
    for title, told in (("alarms on genuine pages", alarms), ("found and located", found)):
        print(f"\n{title}")
        for of, one in sorted(told.items()):
            print(f"  {of:55} {Rate(sum(one), len(one))}")


if __name__ == "__main__":
    main()
