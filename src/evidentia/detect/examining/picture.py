"""A picture as the tests of an examination are given it: its pixels upright, its luma, and the facts of its file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ...fingerprint.decoding import Decoder, DecodingFailed
from ...fingerprint.types import Metadata, PictureReading, QuantisationTable
from ...record.examination import ImageClass
from ...record.said import Said
from ...record.sentences import english, said
from .method import verbatim, verbatims

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAST_SIDE = 64
"""Pixels: on less, no test has the few hundred blocks of 8 x 8 or the line of letters that it counts."""

MOST_PIXELS = 25_000_000
"""A phone photo of 24 megapixels, or a full-page screenshot of 1080 x 23000. The tests hold several copies of the
luma as four-byte numbers: this keeps each to 100 MB."""


class NotExamined(Exception):
    """The picture was not examined; the message says why, in words for the record, and ``says`` the same by codes."""

    def __init__(self, says: Said) -> None:
        super().__init__(english(says))
        self.says = says


@dataclass(frozen=True, eq=False)
class Examined:
    """A picture under examination. The arrays are read-only: a test that changes one would change it for all.

    Attributes:
        pixels: rows of columns of red, green, blue, upright as a viewer shows the picture.
        luma: 0 to 255, from ``pixels`` as JFIF has it (ITU-R BT.601, full range), not rounded.
        file: what the decoding process found in the file: format, metadata, quantisation tables, problems.
        image_class: what kind of file it is taken for.
        turned: whether ``pixels`` stand otherwise than they are stored; then the grid of a JPEG does too.
        orientation: EXIF's tag 0x0112 by which they were turned, 1 to 8.
        block: width and height in pixels of what the file codes as one, before the turn; (1, 1) where each pixel is.
    """

    pixels: NDArray[np.uint8]
    luma: NDArray[np.float32]
    file: PictureReading
    image_class: ImageClass = ImageClass.UNDETERMINED
    turned: bool = False
    orientation: int = 1
    block: tuple[int, int] = (1, 1)

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def is_jpeg(self) -> bool:
        """Whether the file itself is a JPEG, by what its decoder says."""
        return self.file.picture is not None and self.file.picture.format in ("JPEG", "MPO")

    @property
    def quantisation(self) -> tuple[QuantisationTable, ...]:
        """The quantisation tables that the file states, in zigzag order; empty where it is no JPEG."""
        return self.file.metadata.quantisation

    def taken_for(self, image_class: ImageClass) -> Examined:
        """The same picture, as one of another class."""
        return replace(self, image_class=image_class)


def of_pixels(pixels: NDArray[np.uint8], file: PictureReading, **known: object) -> Examined:
    """Examine pixels that are already decoded; ``known`` are further attributes of ``Examined``."""
    import numpy as np

    own = np.ascontiguousarray(pixels)
    own.setflags(write=False)
    luma = own @ np.array((0.299, 0.587, 0.114), dtype=np.float32)
    luma.setflags(write=False)
    return Examined(pixels=own, luma=luma, file=file, **known)  # type: ignore[arg-type]


def load_data(data: bytes, image_class: ImageClass) -> Examined:
    """Decode a picture that we have made ourselves a moment ago: in this process, without its perceptual hashes.

    Raises:
        NotExamined: it cannot be decoded, or is too small to be examined.
    """
    import hashlib

    import numpy as np

    from ...fingerprint import jpeg
    from ...fingerprint.picture import NotDecoded, coded_block, decode

    try:
        image, facts = decode(data)
    except NotDecoded as why:
        raise NotExamined(verbatim(str(why))) from why
    _check_size(image.width, image.height)
    quantisation = jpeg.walk(data).quantisation if facts.format == "JPEG" else ()
    file = PictureReading(
        sha256=hashlib.sha256(data).hexdigest(), picture=facts, metadata=Metadata(quantisation=quantisation)
    )
    pixels = np.array(image.convert("RGB"), dtype=np.uint8)
    return of_pixels(pixels, file, image_class=image_class, block=coded_block(image))


def load_examined(path: Path, *, decoder: Decoder | None = None) -> Examined:
    """Read the facts of a file and decode its pixels, both in the limited process.

    Raises:
        NotExamined: it cannot be decoded within the limits, or is too small or too large to be examined.
        UsageError: there is no such regular file.
    """
    import numpy as np

    from ...fingerprint.digests import open_regular

    if decoder is None:
        with Decoder() as own:
            return load_examined(path, decoder=own)
    open_regular(path).close()
    file = decoder.read(path)
    if file.picture is None:
        raise NotExamined(verbatims(file.problems) if file.problems else said("examining.not_decoded"))
    _check_size(file.picture.width, file.picture.height)
    try:
        found = decoder.pixels(path)
    except DecodingFailed as why:
        raise NotExamined(verbatim(str(why))) from why
    if found.sha256 != file.sha256:
        raise NotExamined(said("examining.file_changed"))
    pixels = np.frombuffer(found.data, dtype=np.uint8).reshape(found.height, found.width, 3)
    return of_pixels(pixels, file, turned=found.turned, orientation=found.orientation, block=found.block)


def _check_size(width: int, height: int) -> None:
    if min(width, height) < LEAST_SIDE:
        raise NotExamined(said("examining.too_small", width=width, height=height, least=LEAST_SIDE))
    if width * height > MOST_PIXELS:
        most = MOST_PIXELS // 1_000_000
        raise NotExamined(said("examining.too_large", width=width, height=height, most=most))
