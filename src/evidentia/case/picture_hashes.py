"""By what a picture is found again: its hash, those that it would have turned and mirrored, and those of the pictures
that are located within it, as in a screenshot of a post.

Whole screenshots of one phone are alike whatever they show; what is cut out of them is compared on its own. A picture
within is located by the flat ground around it, without reading the text: a card or a banner can be taken for one.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from evidentia.detect.reading.around import Box
from evidentia.fingerprint.types import Metadata, Picture

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
    """

    width: int
    height: int
    quality: int
    pdq: str | None
    turned: dict[str, str] = {}
    within: tuple[Within, ...] = ()

    def looks_like_a_screenshot(self, name: str) -> bool:
        """Whether the name or the size suggests one: anyone can bring about both."""
        from evidentia.fingerprint.indications import indications

        size = Picture(format="", mode="", width=self.width, height=self.height)
        return any(one.suggests.startswith("a screenshot") for one in indications(name, size, Metadata()))


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
        turned=pdq_turned_indeed(image) if told else {},
        within=_within(image),
    )


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
