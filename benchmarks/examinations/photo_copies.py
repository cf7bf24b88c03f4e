"""Photographs with what honest handling does to them, and forged ones, whose truth is known.

A sample follows from the seed and its number alone. The photographs are real; what is done to them is our code's: no
phone, messenger or platform was used.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from benchmarks.examinations.photographs import PACKAGES, Photograph, photographs
from benchmarks.examinations.samples import Box, Made, Sample, jpeg, png, reopened, shrunk
from evidentia.record.examination import ImageClass
from evidentia.record.sentences import Term

if TYPE_CHECKING:
    from benchmarks.screenshots.forging import Studio

FAILURES: tuple[type[Exception], ...] = ()
MESSENGER_SIDE, PLATFORM_SIDE = 1600, 2048
CAMERA_SIDE = 2400
"""Pixels of the longer side to which the largest photographs are shrunk before they pass as a camera's file."""

THUMBNAIL = 160, 120
LEAST_PIECE = 48
"""Pixels of a side: smaller pieces are not moved, pasted or painted over."""


def material() -> str:
    """What the pictures are, in the words that stand beside the rates."""
    names = ", ".join(PACKAGES)
    told = Term("{n} real photographs from Debian packages ({what}), handled by our code")
    return told.format(n=len(photographs()), what=names)


def genuine(opened: Studio | None, layouts: tuple[str, ...], n: int, seed: int) -> Made:
    """Genuine picture ``n``: one photograph after the other, in each round by another honest channel."""
    pool = photographs()
    taken = pool[n % len(pool)]
    channel = _in_turn(tuple(HONEST), n, len(pool))
    data = HONEST[channel](taken, Random(f"{seed}/photo/{n}"))
    return Made(Sample(n, TRUTH[channel], channel, told=_told(taken)), data, data)


def forged(opened: Studio | None, layouts: tuple[str, ...], n: int, seed: int) -> Made:
    """Altered picture ``n``: a camera's file, or a messenger's copy, changed in one place and saved otherwise."""
    random, pool = Random(f"{seed}/photo altered/{n}"), photographs()
    taken, other = pool[n % len(pool)], random.choice(pool)
    way = _in_turn(tuple(WAYS), n, len(pool))
    small = random.random() < 0.5
    before = random.choice((70, 75, 80)) if small else random.choice((90, 93, 95))
    after = random.choice([q for q in (0, 70, 75, 80, 85, 90, 95, 97) if abs(q - before) >= 7])
    clean = _clean(taken, random)
    start = reopened(jpeg(shrunk(clean, MESSENGER_SIDE) if small else clean, before))
    donor = reopened(jpeg(shrunk(_clean(other, random), max(start.size)), random.choice((75, 85, 92, 95))))
    made, places = WAYS[way](start, donor, random)
    data = jpeg(made, after) if after else png(made)
    channel = "messenger copy" if small else "camera"
    truth = ImageClass.PHOTO_COPY if small else ImageClass.CAMERA_PHOTO
    sample = Sample(n, truth, channel, way, before, after, places, _told(taken))
    return Made(sample, data, jpeg(start, 95))


def _in_turn(of: tuple[str, ...], n: int, photographs: int) -> str:
    return of[(n // photographs + n % photographs) % len(of)]


def _told(taken: Photograph) -> dict[str, str]:
    return {"package": taken.package, "name": taken.name}


def _whole(taken: Photograph) -> Image.Image:
    """The pixels, on white where some are transparent."""
    with Image.open(taken.path) as opened:
        if "A" not in opened.getbands():
            return opened.convert("RGB")
        ground = Image.new("RGBA", opened.size, "#ffffff")
        return Image.alpha_composite(ground, opened.convert("RGBA")).convert("RGB")


def _clean(taken: Photograph, random: Random) -> Image.Image:
    """As a camera would have it: shrunk by a twentieth or more, so that the grid of an earlier JPEG is gone."""
    whole = _whole(taken)
    side = min(CAMERA_SIDE, max(whole.size) * random.uniform(0.82, 0.95))
    return shrunk(whole, round(side), Image.Resampling.LANCZOS)


def _camera(taken: Photograph, random: Random) -> bytes:
    """A JPEG as phones write it: fine tables, EXIF with size, maker and time, and a thumbnail of the same picture."""
    picture = _clean(taken, random)
    return with_exif(jpeg(picture, random.randrange(90, 98)), picture)


def _messenger(taken: Photograph, random: Random) -> bytes:
    picture = reopened(_camera(taken, random))
    return jpeg(shrunk(picture, MESSENGER_SIDE), random.choice((70, 75, 80)))


def _platform(taken: Photograph, random: Random) -> bytes:
    return jpeg(shrunk(reopened(_camera(taken, random)), PLATFORM_SIDE), 85, progressive=True)


def _twice(taken: Photograph, random: Random) -> bytes:
    """Sent on, cut by hand in between."""
    first = reopened(_messenger(taken, random))
    left, top = random.randrange(9), random.randrange(first.height // 12)
    cut = first.crop((left, top, first.width - random.randrange(20), first.height))
    return jpeg(shrunk(cut, MESSENGER_SIDE), random.choice((70, 75, 80)))


def _cropped(taken: Photograph, random: Random) -> bytes:
    first = reopened(_camera(taken, random))
    left, top = (round(side * random.uniform(0, 0.12)) for side in first.size)
    right, bottom = (round(side * random.uniform(0.85, 1)) for side in first.size)
    return jpeg(first.crop((left, top, right, bottom)), random.choice((85, 90, 95)))


def _toned(taken: Photograph, random: Random) -> bytes:
    """Brightness, contrast and colour moved a little, as every gallery's "improve" does, and saved."""
    picture = reopened(_camera(taken, random))
    for enhance in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        picture = enhance(picture).enhance(random.uniform(0.85, 1.15))
    return jpeg(picture, random.choice((85, 90, 95)))


def _from_copy(taken: Photograph, random: Random) -> bytes:
    return png(reopened(_messenger(taken, random)))


HONEST: dict[str, Callable[[Photograph, Random], bytes]] = {
    "as found": lambda taken, random: taken.path.read_bytes(),
    "camera": _camera,
    "messenger": _messenger,
    "platform": _platform,
    "messenger twice": _twice,
    "cropped": _cropped,
    "toned": _toned,
    "png of a messenger copy": _from_copy,
}
"""What honest people and platforms do to a photo."""

TRUTH = dict.fromkeys(HONEST, ImageClass.PHOTO_COPY) | {
    "as found": "photo as found",  # a camera's file, or a copy of one: nobody says
    "camera": ImageClass.CAMERA_PHOTO,
    "cropped": ImageClass.CAMERA_PHOTO,
    "toned": ImageClass.CAMERA_PHOTO,
}


def with_exif(data: bytes, picture: Image.Image) -> bytes:
    """The JPEG with EXIF of a camera that does not exist, and a thumbnail (TIFF 6.0; Exif 2.32, 4.5.8 and 4.6)."""
    small = picture.copy()
    small.thumbnail(THUMBNAIL)
    inner = jpeg(small, 60)
    maker, time = b"Kamera Contoh\0", b"2024:02:10 10:00:00\0"
    entries = 4
    after_first = 8 + 2 + 12 * entries + 4
    after_second = after_first + 2 + 12 * 3 + 4
    words = after_second
    thumbnail = words + len(maker) + len(time)
    first = (
        (0x0100, 4, 1, picture.width),
        (0x0101, 4, 1, picture.height),
        (0x0110, 2, len(maker), words),
        (0x0132, 2, len(time), words + len(maker)),
    )
    second = ((0x0103, 4, 1, 6), (0x0201, 4, 1, thumbnail), (0x0202, 4, 1, len(inner)))
    tiff = b"II*\0" + struct.pack("<I", 8) + _directory(first, after_first) + _directory(second, 0)
    body = b"Exif\0\0" + tiff + maker + time + inner
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + data[2:]


def _directory(entries: tuple[tuple[int, int, int, int], ...], following: int) -> bytes:
    packed = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return struct.pack("<H", len(entries)) + packed + struct.pack("<I", following)


Way = Callable[[Image.Image, Image.Image, Random], tuple[Image.Image, tuple[Box, ...]]]


def _piece(picture: Image.Image, random: Random, share: tuple[float, float] = (0.12, 0.25)) -> Box:
    """A place with something in it: the most contrast of twelve drawn by chance."""
    boxes = []
    for _ in range(12):
        width, height = (max(LEAST_PIECE, round(side * random.uniform(*share))) for side in picture.size)
        x, y = random.randrange(picture.width - width), random.randrange(picture.height - height)
        boxes.append((x, y, width, height))
    grey = picture.convert("L")
    return max(boxes, key=lambda box: _contrast(grey, box))


def _contrast(grey: Image.Image, box: Box) -> float:
    import numpy as np

    x, y, width, height = box
    return float(np.asarray(grey.crop((x, y, x + width, y + height))).std())


def _away(picture: Image.Image, box: Box, size: tuple[int, int], random: Random) -> tuple[int, int]:
    """A corner from which a piece of that size does not cover the box; the last one tried where none is found."""
    x = y = 0
    for _ in range(60):
        x = random.randrange(max(1, picture.width - size[0]))
        y = random.randrange(max(1, picture.height - size[1]))
        if x + size[0] <= box[0] or box[0] + box[2] <= x or y + size[1] <= box[1] or box[1] + box[3] <= y:
            break
    return x, y


def _feathered(size: tuple[int, int], feather: float) -> Image.Image:
    """An oval that fades out towards its edge."""
    mask = Image.new("L", size, 0)
    edge = round(2 * feather) + 1
    ImageDraw.Draw(mask).ellipse((edge, edge, size[0] - edge, size[1] - edge), fill=255)
    return mask.filter(ImageFilter.GaussianBlur(feather)) if feather else mask


def _put(
    picture: Image.Image, piece: Image.Image, at: tuple[int, int], feather: float
) -> tuple[Image.Image, Box]:
    made = picture.copy()
    made.paste(piece, at, _feathered(piece.size, feather))
    return made, (*at, *piece.size)


def _copied(picture: Image.Image, donor: Image.Image, random: Random) -> tuple[Image.Image, tuple[Box, ...]]:
    box = _piece(picture, random)
    piece = picture.crop((box[0], box[1], box[0] + box[2], box[1] + box[3]))
    made, there = _put(picture, piece, _away(picture, box, piece.size, random), 2.0)
    return made, (box, there)


def _turned(picture: Image.Image, donor: Image.Image, random: Random) -> tuple[Image.Image, tuple[Box, ...]]:
    """Copied, made larger or smaller and turned by up to 20 degrees."""
    box = _piece(picture, random)
    piece = picture.crop((box[0], box[1], box[0] + box[2], box[1] + box[3]))
    ratio = random.choice((0.8, 0.9, 1.1, 1.2))
    piece = piece.resize((round(box[2] * ratio), round(box[3] * ratio)), Image.Resampling.BICUBIC)
    piece = piece.rotate(random.choice((-20, -10, -5, 5, 10, 20)), Image.Resampling.BICUBIC)
    made, there = _put(picture, piece, _away(picture, box, piece.size, random), 3.0)
    return made, (box, there)


def _spliced(picture: Image.Image, donor: Image.Image, random: Random) -> tuple[Image.Image, tuple[Box, ...]]:
    """A piece of another photograph, from a JPEG of its own."""
    box = _piece(donor, random)
    piece = donor.crop((box[0], box[1], box[0] + box[2], box[1] + box[3]))
    piece.thumbnail((picture.width // 2, picture.height // 2))
    at = _away(picture, (0, 0, 0, 0), piece.size, random)
    made, there = _put(picture, piece, at, 2.0)
    return made, (there,)


def _painted(picture: Image.Image, donor: Image.Image, random: Random) -> tuple[Image.Image, tuple[Box, ...]]:
    """Something painted out: what is around it drawn over it, with a little noise, as a retouching brush does."""
    import cv2
    import numpy as np

    x, y, width, height = box = _piece(picture, random, (0.08, 0.15))
    left, top = max(0, x - width), max(0, y - height)
    around = np.asarray(picture.crop((left, top, x + 2 * width, y + 2 * height)).convert("RGB"))
    mask = np.zeros(around.shape[:2], dtype=np.uint8)
    mask[y - top : y - top + height, x - left : x - left + width] = 255
    filled = np.asarray(cv2.inpaint(around, mask, 5, cv2.INPAINT_TELEA), dtype=np.float64)
    noise = np.random.default_rng(random.randrange(1 << 32)).normal(0, 2, (*mask.shape, 1))
    piece = Image.fromarray((filled + noise).clip(0, 255).astype(np.uint8))
    made = picture.copy()
    made.paste(piece, (left, top), Image.fromarray(mask).filter(ImageFilter.GaussianBlur(2)))
    return made, (box,)


WAYS: dict[str, Way] = {
    "copied within": _copied,
    "copied, scaled and turned": _turned,
    "spliced": _spliced,
    "painted out": _painted,
}
