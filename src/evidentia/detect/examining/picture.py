"""A picture as the tests of an examination are given it: its pixels upright, its luma, and the facts of its file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ...fingerprint.decoding import Decoder, DecodingFailed, Pixels
from ...fingerprint.types import Metadata, Picture, PictureReading, QuantisationTable
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
        coded: of a JPEG, rows of columns of luma and two differences of colour (Y, Cb, Cr of ITU-T T.871), upright, as
            they are before red, green and blue are made of them and cut off at black and white; None where the file
            codes something else.
    """

    pixels: NDArray[np.uint8]
    luma: NDArray[np.float32]
    file: PictureReading
    image_class: ImageClass = ImageClass.UNDETERMINED
    turned: bool = False
    orientation: int = 1
    block: tuple[int, int] = (1, 1)
    coded: NDArray[np.uint8] | None = None

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
    block, coded = coded_block(image), _coded_in(data, facts)
    return of_pixels(pixels, file, image_class=image_class, block=block, coded=coded)


def _coded_in(data: bytes, facts: Picture) -> NDArray[np.uint8] | None:
    """Luma and differences of colour of our own JPEG, where it codes them."""
    import numpy as np

    from ...fingerprint.picture import NotDecoded, decode

    if not _may_code_them(facts):
        return None
    try:
        image, _ = decode(data, coded=True)
    except NotDecoded:  # its RGB was decoded a moment ago: it is coded as RGB
        return None
    return np.array(image, dtype=np.uint8)


def load_examined(path: Path, *, decoder: Decoder | None = None) -> Examined:
    """Read the facts of a file and decode its pixels, both in the limited process.

    Raises:
        NotExamined: it cannot be decoded within the limits, or is too small or too large to be examined.
        UsageError: there is no such regular file.
    """
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
    return of_pixels(
        _rows(found),
        file,
        turned=found.turned,
        orientation=found.orientation,
        block=found.block,
        coded=_coded(path, file, decoder),
    )


def _coded(path: Path, file: PictureReading, decoder: Decoder) -> NDArray[np.uint8] | None:
    """Luma and differences of colour, where the file is a JPEG that codes them."""
    if file.picture is None or not _may_code_them(file.picture):
        return None
    try:
        found = decoder.coded(path)
    except DecodingFailed:  # its RGB was decoded a moment ago: it is coded as RGB
        return None
    return _rows(found) if found.sha256 == file.sha256 else None


def _may_code_them(facts: Picture) -> bool:
    """Whether it is a JPEG in colours; grey ones and those for print do not code luma and differences of colour."""
    return facts.format in ("JPEG", "MPO") and facts.mode == "RGB"


def _rows(found: Pixels) -> NDArray[np.uint8]:
    import numpy as np

    return np.frombuffer(found.data, dtype=np.uint8).reshape(found.height, found.width, 3)


def _check_size(width: int, height: int) -> None:
    if min(width, height) < LEAST_SIDE:
        raise NotExamined(said("examining.too_small", width=width, height=height, least=LEAST_SIDE))
    if width * height > MOST_PIXELS:
        most = MOST_PIXELS // 1_000_000
        raise NotExamined(said("examining.too_large", width=width, height=height, most=most))
