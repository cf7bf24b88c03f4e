"""Drawn scenes that stand for photographs: smooth light, shapes, grain. Of the same seed always the same."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SHAPES = ((1200, 800), (800, 1200), (1000, 1000), (1280, 720))


def scene(seed: int, *, white_sky: bool = False) -> Image.Image:
    """A scene: a sky and a ground of changing light, some dozens of blurred and sharp shapes, grain."""
    random = np.random.default_rng(seed)
    width, height = SHAPES[seed % len(SHAPES)]
    corners = random.integers(30, 220, (2, 2, 3)).astype(np.uint8)
    made = Image.fromarray(corners).resize((width, height), Image.Resampling.BICUBIC)
    for blur in (18, 5, 0):
        pen = ImageDraw.Draw(made)
        for _ in range(14):
            x, y = int(random.integers(0, width)), int(random.integers(0, height))
            w, h = (int(side) for side in random.integers(width // 20, width // 4, 2))
            colour = tuple(int(level) for level in random.integers(0, 256, 3))
            draw = pen.ellipse if random.random() < 0.6 else pen.rectangle
            draw((x - w // 2, y - h // 2, x + w // 2, y + h // 2), fill=colour)
        if blur:
            made = made.filter(ImageFilter.GaussianBlur(blur))
    pixels = np.asarray(made).astype(np.int16) + random.normal(0, 4, (height, width, 3)).astype(np.int16)
    pixels = np.clip(pixels, 0, 255).astype(np.uint8)
    if white_sky:
        pixels[: height // 3] = np.where(
            random.random((height // 3, width, 1)) < 0.99, 255, pixels[: height // 3]
        )
    return Image.fromarray(pixels)
