"""Pages of text as a screen draws them, without a browser: Pillow's own font, and what is done to them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from evidentia.detect.examining.picture import Examined, load_data
from evidentia.record.examination import ImageClass

_TEXT = """
Hadir bersama Paslon A di Kota Contoh hari ini dengan warga desa umpama serta para pegawai kantor kecamatan misal untuk
acara bersih pantai tahun 2024 yang dihadiri 150 orang dari semua rukun warga Terima kasih kepada Pejabat 07 dan semua
panitia atas kerja keras mereka sampai malam hari Sabtu
"""
WORDS = _TEXT.split()
NUMBER = WORDS.index("150")
Box = tuple[int, int, int, int]


def page(
    *,
    words: list[str] | None = None,
    lowered: Mapping[int, int] | None = None,
    bold: int = 3,
    dark: bool = False,
    size: int = 34,
    width: int = 900,
    colours: tuple[str, str] | None = None,
) -> tuple[Image.Image, list[Box]]:
    """A page and the box of each word. ``lowered``: words that stand so many pixels below their line. ``colours``: of
    letters and ground, where they are neither the dark nor the light ones."""
    ink, ground = colours or (("#e7e9ea", "#15202b") if dark else ("#0f1419", "#ffffff"))
    sheet = Image.new("RGB", (width, 1200), ground)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(size)
    pen.text((40, 80), "Pejabat 07", fill=ink, font=font, stroke_width=1, stroke_fill=ink, anchor="ls")
    pen.text(
        (260, 80), "@pejabat07 · 2 jam", fill="#8b98a5", font=ImageFont.load_default(size - 6), anchor="ls"
    )
    x, y, boxes = 40, 160, []
    for n, word in enumerate(words if words is not None else WORDS):
        wide = round(pen.textlength(word, font))
        if x + wide > width - 40:
            x, y = 40, y + round(size * 1.5)
        at = (x, y + (lowered or {}).get(n, 0))
        stroke = 1 if n == bold else 0
        pen.text(at, word, fill=ink, font=font, anchor="ls", stroke_width=stroke, stroke_fill=ink)
        left, top, right, bottom = (round(v) for v in pen.textbbox(at, word, font=font, anchor="ls"))
        boxes.append((left, top, right - left, bottom - top))
        x += wide + round(size * 0.3)
    return sheet, boxes


def repainted(picture: Image.Image, box: Box, word: str, *, size: int = 34) -> Image.Image:
    """The word in the box painted over with the ground's colour, and another, as tall, written there."""
    made = picture.copy()
    x, y, width, height = box
    pixels = np.asarray(made.crop((x - 4, y - 4, x + width + 4, y + height + 4))).reshape(-1, 3)
    ground = tuple(int(v) for v in np.median(pixels, axis=0))
    pen = ImageDraw.Draw(made)
    pen.rectangle((x - 9, y - 9, x + width + 9, y + height + 9), fill=ground)
    ink = "#0f1419" if sum(ground) > 3 * 128 else "#e7e9ea"
    pen.text((x, y), word, fill=ink, font=ImageFont.load_default(size), anchor="lt")
    return made


def with_another_digit(picture: Image.Image, box: Box) -> tuple[Image.Image, Box]:
    """The first digit of the number in the box painted over, and where that is."""
    digit = (box[0], box[1], 19, box[3])
    made = picture.copy()
    pen = ImageDraw.Draw(made)
    pen.rectangle((digit[0] - 2, digit[1] - 9, digit[0] + digit[2], digit[1] + digit[3] + 9), fill="#ffffff")
    pen.text((digit[0], digit[1]), "9", fill="#0f1419", font=ImageFont.load_default(34), anchor="lt")
    return made, digit


def as_jpeg(picture: Image.Image, quality: int) -> bytes:
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=quality, subsampling=2)
    return made.getvalue()


def as_png(picture: Image.Image) -> bytes:
    made = io.BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()


def through_jpeg(picture: Image.Image, quality: int) -> Image.Image:
    return Image.open(io.BytesIO(as_jpeg(picture, quality))).convert("RGB")


def examined(data: bytes, image_class: ImageClass = ImageClass.SCREENSHOT) -> Examined:
    return load_data(data, image_class)


def saved(data: bytes, folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def photo(*, width: int = 960, height: int = 720, seed: int = 1) -> Image.Image:
    """Texture at all scales and a sensor's noise: what a camera sees of nothing in particular."""
    random = np.random.default_rng(seed)
    seen = np.full((height, width, 3), 120.0)
    for step in (240, 120, 60, 24, 8):
        rough = random.normal(0, 22, (height // step + 2, width // step + 2, 3)).clip(-120, 120) + 128
        smooth = Image.fromarray(rough.astype(np.uint8)).resize((width, height), Image.Resampling.BICUBIC)
        seen += np.asarray(smooth, dtype=np.float64) - 128
    noisy = seen + random.normal(0, 1.0, seen.shape) * np.sqrt(seen.clip(10, 255) / 12)
    return Image.fromarray(noisy.clip(0, 255).astype(np.uint8))


def scan(*, seed: int = 1) -> Image.Image:
    """A printed page under a scanner: paper's grain, a soft lens."""
    sheet = page()[0].filter(ImageFilter.GaussianBlur(1.1))
    paper = np.asarray(sheet, dtype=np.float64) * 0.93 + np.random.default_rng(seed).normal(
        0, 2.5, (1200, 900, 1)
    )
    return Image.fromarray(paper.clip(0, 255).astype(np.uint8))
