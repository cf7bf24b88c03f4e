"""A picture whose truth is known, and how pictures of all materials are shrunk and saved."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from PIL import Image

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Sample:
    """What a picture is. ``way`` is empty and ``places`` are none where it is genuine. Qualities are IJG's; 0 is PNG.

    ``truth``: the kind of picture, in the words of ``ImageClass`` where it has one that is certain.
    ``places``: boxes x, y, width, height of what was altered; one that hits any of them has located it.
    ``told``: what else the material says of it.
    """

    n: int
    truth: str
    channel: str
    way: str = ""
    before: int = 0
    after: int = 0
    places: tuple[Box, ...] = ()
    told: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Made:
    """A sample, its file, and the file that it came from."""

    sample: Sample
    data: bytes
    original: bytes


def jpeg(picture: Image.Image, quality: int, **how: object) -> bytes:
    """A JPEG with halved chroma, as phones, messengers and platforms write it."""
    made = io.BytesIO()
    picture.convert("RGB").save(made, "JPEG", **({"quality": quality, "subsampling": 2} | how))
    return made.getvalue()


def png(picture: Image.Image) -> bytes:
    made = io.BytesIO()
    picture.convert("RGB").save(made, "PNG", compress_level=1)
    return made.getvalue()


def reopened(data: bytes) -> Image.Image:
    """The picture as its file shows it."""
    return Image.open(io.BytesIO(data)).convert("RGB")


def shrunk(picture: Image.Image, side: int, how: Image.Resampling = Image.Resampling.BILINEAR) -> Image.Image:
    """The picture with its longer side at most so long."""
    ratio = min(1.0, side / max(picture.size))
    if ratio == 1.0:
        return picture
    return picture.resize((round(picture.width * ratio), round(picture.height * ratio)), how)
