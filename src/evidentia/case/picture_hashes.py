"""By what a picture is found again: its hash, those that it would have turned and mirrored, and those of the pictures
that are located within it, as in a screenshot of a post.

Whole screenshots of one phone are alike whatever they show; what is cut out of them is compared on its own. A picture
within is located by the flat ground around it, without reading the text: a card or a banner can be taken for one.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from evidentia.detect.reading.around import Box
from evidentia.fingerprint.types import Indication, Metadata, Picture, PictureReading

if TYPE_CHECKING:
    from PIL.Image import Image

    from evidentia.fingerprint import Decoder


class Within(msgspec.Struct, frozen=True, kw_only=True):
    """A picture within a picture: its place (x, y, width, height in pixels, upright), and its PDQ hash."""

    box: Box
    pdq: str


class PictureHashes(msgspec.Struct, frozen=True, kw_only=True):
    """The PDQ hash of a picture upright; None where PDQ calls too little in it to tell it from others.

    ``turned`` has the hashes of the picture turned and mirrored indeed, by the way it is turned.
    ``screen``: words in lines on flat ground, as on a screen. Photographs and pictures of videos have the sizes of
    screens as well.
    """

    width: int
    height: int
    quality: int
    pdq: str | None
    screen: bool = False
    turned: dict[str, str] = {}
    within: tuple[Within, ...] = ()

    def looks_like_a_screenshot(self, name: str) -> bool:
        """Whether the name suggests one, or the size, borne out by what is seen: anyone can bring about all of them."""
        from evidentia.fingerprint.indications import indications

        size = Picture(format="", mode="", width=self.width, height=self.height)
        return self.bears_out(indications(name, size, Metadata()))

    def bears_out(self, hints: Iterable[Indication]) -> bool:
        """Whether one of these hints tells of a screenshot, and, if it is the size alone, the picture shows one."""
        told = [one.name for one in hints if one.suggests.startswith("a screenshot")]
        return bool(told) and (self.screen or told != ["size"])


def hashes_of(path: Path, decoder: Decoder) -> PictureHashes:
    """The hashes of a picture of any origin, decoded in a limited process.

    Raises:
        DecodingFailed: it cannot be decoded within the limits.
    """
    from PIL import Image

    from evidentia.fingerprint.index import LEAST_QUALITY
    from evidentia.fingerprint.pdq import pdq, pdq_turned_indeed

    pixels = decoder.pixels(path)
    image = Image.frombytes("RGB", (pixels.width, pixels.height), pixels.data)
    made = pdq(image)
    told = made.quality >= LEAST_QUALITY
    return PictureHashes(
        width=image.width,
        height=image.height,
        quality=made.quality,
        pdq=made.value if told else None,
        screen=_shows_a_screen(image),
        turned=pdq_turned_indeed(image) if told else {},
        within=_within(image),
    )


def _shows_a_screen(image: Image) -> bool:
    """By the bounds from which an examination takes a picture for a screen's. Of 280 copies of 70 photographs in a
    screen's size, saved at qualities down to 12, two were taken for one."""
    import numpy as np

    from evidentia.detect.examining.classes import LEAST_WORDS
    from evidentia.detect.examining.flatness import SCREEN_FLAT, flat_share
    from evidentia.detect.examining.picture import of_pixels
    from evidentia.detect.examining.typography_lines import find_text

    seen = of_pixels(np.asarray(image), PictureReading(sha256=""))
    return flat_share(seen) >= SCREEN_FLAT and find_text(seen).words >= LEAST_WORDS


def _within(image: Image) -> tuple[Within, ...]:
    import numpy as np

    from evidentia.detect.reading.pictures import MAX_PICTURES
    from evidentia.detect.reading.regions import picture_regions
    from evidentia.fingerprint.index import LEAST_QUALITY
    from evidentia.fingerprint.pdq import pdq

    found = []
    for region in picture_regions(np.asarray(image), ())[:MAX_PICTURES]:
        x, y, width, height = region.box
        made = pdq(image.crop((x, y, x + width, y + height)))
        if made.quality >= LEAST_QUALITY:
            found.append(Within(box=region.box, pdq=made.value))
    return tuple(found)
