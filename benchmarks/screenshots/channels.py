"""What becomes of a picture on its way: messengers, crops, a photograph of the screen."""

from __future__ import annotations

import io
from collections.abc import Callable
from random import Random

import numpy as np
from PIL import Image


def straight(picture: Image.Image, random: Random) -> bytes:
    """As the phone keeps it: PNG."""
    return _saved(picture, "PNG")


def messenger(picture: Image.Image, random: Random) -> bytes:
    """A messenger's copy: the longer side at most 1,600 pixels, JPEG of middling quality, chroma halved."""
    small = picture.copy()
    small.thumbnail((1600, 1600), Image.Resampling.BILINEAR)
    return _saved(small, "JPEG", quality=random.choice((70, 75, 80)), subsampling=2)


def forwarded(picture: Image.Image, random: Random) -> bytes:
    """A copy of a copy: 800 pixels wide, JPEG at 40."""
    small = picture.resize((800, round(picture.height * 800 / picture.width)), Image.Resampling.BILINEAR)
    return _saved(small, "JPEG", quality=40, subsampling=2)


def cropped(picture: Image.Image, random: Random) -> bytes:
    """Cut by hand: the bars go, and sometimes a piece of what is below."""
    top = random.randrange(20, max(21, picture.height // 12))
    bottom = picture.height - random.randrange(0, picture.height // 10)
    return messenger(
        picture.crop((random.randrange(3), top, picture.width - random.randrange(3), bottom)), random
    )


def photographed(picture: Image.Image, random: Random) -> bytes:
    """The screen photographed by another phone: turned a little, in perspective, uneven light, soft, noise, JPEG."""
    wide, tall = picture.size
    corner = [random.uniform(0.0, 0.035) for _ in range(8)]
    quad = [
        -corner[0] * wide, -corner[1] * tall, -corner[2] * wide, tall * (1 + corner[3]),
        wide * (1 + corner[4]), tall * (1 + corner[5]), wide * (1 + corner[6]), -corner[7] * tall,
    ]  # fmt: skip
    turned = picture.transform(
        (wide, tall), Image.Transform.QUAD, quad, Image.Resampling.BICUBIC, fillcolor=(40, 38, 36)
    )
    turned = turned.resize((round(wide * 0.8), round(tall * 0.8)), Image.Resampling.BILINEAR)
    pixels = np.asarray(turned, dtype=np.float32)
    rows = np.linspace(random.uniform(0.75, 1.0), random.uniform(0.75, 1.0), pixels.shape[0])[:, None, None]
    noise = np.random.default_rng(random.randrange(2**32)).normal(0, 5, pixels.shape)
    seen = np.clip(pixels * rows + noise, 0, 255).astype(np.uint8)
    return _saved(Image.fromarray(seen), "JPEG", quality=85, subsampling=2)


CHANNELS: dict[str, Callable[[Image.Image, Random], bytes]] = {
    "png": straight,
    "messenger": messenger,
    "forwarded": forwarded,
    "cropped": cropped,
    "photographed": photographed,
}


def _saved(picture: Image.Image, form: str, **how: object) -> bytes:
    made = io.BytesIO()
    picture.convert("RGB").save(made, form, **how)
    return made.getvalue()
