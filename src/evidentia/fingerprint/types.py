"""What a fingerprint consists of. Frozen, and cheap to import: nothing here decodes anything."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec


class Perceptual(msgspec.Struct, frozen=True, kw_only=True):
    """Perceptual hashes of one picture, lower-case hex with leading zeros kept; None where one was not possible.

    ``ahash``, ``dhash``, ``dhash_vertical``, ``phash``, ``whash`` (64 bits), ``colorhash`` (42 bits) and
    ``crop_resistant`` (64 bits for each large region, joined by commas) equal what imagehash gives for the same
    pixels. ``pdq`` is the 256-bit PDQ hash after Pillow's ``thumbnail((512, 512))``; ``pdq_quality`` runs from 0 to
    100, and its authors advise to discard hashes of a quality of 49 or less. ``pdq_turned`` has the hashes that the
    picture would have turned or mirrored, by the way it is turned. All find re-encoded copies; on screenshots
    they can say neither "same post" nor "edited".
    """

    ahash: str | None = None
    dhash: str | None = None
    dhash_vertical: str | None = None
    phash: str | None = None
    whash: str | None = None
    colorhash: str | None = None
    crop_resistant: str | None = None
    pdq: str | None = None
    pdq_quality: int | None = None
    pdq_turned: dict[str, str] | None = None


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """The picture as its header describes it. ``width`` and ``height`` are pixels as stored.

    ``orientation`` is EXIF's tag 0x0112 (1 to 8), None where the file states none. ``turned`` says whether the
    picture had to be turned or mirrored to stand as a viewer shows it. Of an ``animated`` one the first frame counts.
    """

    format: str
    mode: str
    width: int
    height: int
    orientation: int | None = None
    turned: bool = False
    animated: bool = False


class Chunk(msgspec.Struct, frozen=True, kw_only=True):
    """A PNG chunk, or ``count`` neighbouring IDAT chunks: where it starts, its bytes with head and CRC."""

    type: str
    offset: int
    length: int
    crc_ok: bool
    count: int = 1
    sha256: str = ""


class PngText(msgspec.Struct, frozen=True, kw_only=True):
    """A text that a PNG carries (tEXt, zTXt, iTXt). ``cut`` says that it went on beyond our limit."""

    chunk: str
    keyword: str
    text: str
    offset: int
    cut: bool = False


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A JPEG segment: its marker, where it starts, its bytes with the marker; for SOS also the coded data after."""

    marker: str
    offset: int
    length: int
    says: str = ""
    sha256: str = ""


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """A chunk of a WebP, or an outermost box of a HEIF or AVIF: where it starts, its bytes with head, their digest."""

    type: str
    offset: int
    length: int
    sha256: str


class NearestQuality(msgspec.Struct, frozen=True, kw_only=True):
    """The table of the Independent JPEG Group's encoder that is nearest: its quality (1 to 100), ``table`` (luminance
    or chrominance), and the sum of the differences of all 64 values: 0 where it is that very table."""

    quality: int
    table: str
    distance: int


class ColourProfile(msgspec.Struct, frozen=True, kw_only=True):
    """An ICC profile: its bytes, their SHA-256, and the name that it gives itself."""

    size: int
    sha256: str
    name: str


class Thumbnail(msgspec.Struct, frozen=True, kw_only=True):
    """The small picture inside of EXIF, which some editors leave as it was before they changed the large one.

    ``bits_apart``: how many of the 64 bits of the perceptual hash differ between it and the picture as stored.
    """

    size: int
    sha256: str
    width: int
    height: int
    bits_apart: int


class Provenance(StrEnum):
    """What is known of a C2PA manifest in the file. None of it says that the picture shows what happened."""

    NONE = "none"
    NOT_VALIDATED = "present, not validated"  # what validates it is not installed
    UNKNOWN_ISSUER = "valid signature by an unknown issuer"
    TRUSTED = "valid signature by a trusted issuer"  # one of those whom the caller named
    INVALID = "invalid"


class ProvenanceClaim(msgspec.Struct, frozen=True, kw_only=True):
    """A C2PA manifest as it was judged: ``codes`` are C2PA's own of what failed.

    ``signer`` and ``organisation`` are names in the certificate, which anybody can write into one of their own, and
    ``signed_at`` and ``generator`` claims; revocation is not asked for. Empty where nothing is stated.
    """

    state: Provenance
    codes: tuple[str, ...] = ()
    signer: str = ""
    organisation: str = ""
    signed_at: str = ""
    generator: str = ""


class QuantisationTable(msgspec.Struct, frozen=True, kw_only=True):
    """A quantisation table, in the zigzag order in which the file has it (ITU-T T.81, B.2.4.1)."""

    destination: int
    precision: int
    values: tuple[int, ...]
    nearest: NearestQuality | None = None


class Trailing(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes after the end of the picture: where they start, how many, and their SHA-256."""

    offset: int
    length: int
    sha256: str


class Indication(msgspec.Struct, frozen=True, kw_only=True):
    """Something that often goes with an origin. Anyone can bring it about: a hint where to look, never a finding."""

    name: str
    seen: str
    suggests: str


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """What the file says about itself. Nothing of it is believed; all of it can be written by anyone."""

    exif: dict[str, str] = {}
    xmp: dict[str, str] = {}
    iptc: dict[str, str] = {}
    profile: ColourProfile | None = None
    provenance: Provenance = Provenance.NONE
    claim: ProvenanceClaim | None = None
    thumbnail: Thumbnail | None = None
    texts: tuple[PngText, ...] = ()
    chunks: tuple[Chunk, ...] = ()
    segments: tuple[Segment, ...] = ()
    boxes: tuple[Box, ...] = ()
    quantisation: tuple[QuantisationTable, ...] = ()
    trailing: Trailing | None = None
    indications: tuple[Indication, ...] = ()


class PictureReading(msgspec.Struct, frozen=True, kw_only=True):
    """What the decoding process found in the bytes whose SHA-256 is ``sha256``."""

    sha256: str
    picture: Picture | None = None
    perceptual: Perceptual | None = None
    perceptual_as_stored: Perceptual | None = None
    metadata: Metadata = Metadata()
    problems: tuple[str, ...] = ()


class PictureHash(msgspec.Struct, frozen=True, kw_only=True):
    """The PDQ hash of the picture in the bytes whose SHA-256 is ``sha256``: what comparing copies needs, no more.

    ``pdq`` is 64 hex digits of the picture upright, as a viewer shows it, and ``pdq_as_stored`` that of the pixels
    before the turn that EXIF asks for, where it asks for one. ``quality`` runs from 0 to 100; PDQ's authors discard
    hashes of 49 or less. ``width`` and ``height`` are pixels as stored. Where there is no hash, ``problem`` says why.
    """

    sha256: str
    pdq: str | None = None
    quality: int | None = None
    pdq_as_stored: str | None = None
    width: int = 0
    height: int = 0
    problem: str = ""


class Fingerprint(msgspec.Struct, frozen=True, kw_only=True):
    """Everything by which a file can be found again and compared.

    ``path`` is the name alone, ``size`` in bytes, ``media_type`` from the first bytes and never from the name.
    ``perceptual`` is of the picture upright, as a viewer shows it; ``perceptual_as_stored`` is there only where EXIF
    asks for a turn, and is of the pixels before it. ``problems`` says what could not be read, and why.
    """

    path: str
    size: int
    sha256: str
    sha512: str
    media_type: str
    picture: Picture | None = None
    perceptual: Perceptual | None = None
    perceptual_as_stored: Perceptual | None = None
    metadata: Metadata = Metadata()
    problems: tuple[str, ...] = ()


def to_json_row(fingerprint: Fingerprint) -> dict[str, Any]:
    """One object for one line of JSON: the digests, the hashes by name, and the metadata."""
    built: dict[str, Any] = msgspec.to_builtins(fingerprint)
    hashes = built.pop("perceptual") or msgspec.to_builtins(Perceptual())
    turned = built.pop("perceptual_as_stored")
    metadata = built.pop("metadata")
    row: dict[str, Any] = built | hashes | {"metadata": metadata}
    return row if turned is None else row | {"as_stored": turned}
