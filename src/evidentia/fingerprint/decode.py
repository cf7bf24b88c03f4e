"""The decoding process: pictures of foreign origin are opened here, under limits, and nowhere else.

It reads one JSON line for each job and answers with one JSON line, after which the pixels follow where they were
asked for. It is started by ``decoding.Decoder`` and trusted with nothing: it gets no case, no key and no case
folder, only the path or the bytes of one picture at a time.
"""

from __future__ import annotations

import hashlib
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from ..verify.limited_process import allow, limited
from .types import Metadata, PictureHash, PictureReading, Provenance

if TYPE_CHECKING:
    from PIL.Image import Image

MEMORY = 2 << 30
"""Bytes of address space: a JPEG of 50 megapixels of noise, the worst case, was measured to peak at 0.89 GB."""

SECONDS = 30
"""Processor seconds for one picture; 50 megapixels of noise, the worst case, were measured to take 6.7."""

MAX_FILE = 256 << 20
"""Bytes of a picture file that are read: 50 megapixels of four bytes, uncompressed, and some metadata."""


class Asked(StrEnum):
    """What the parent wants to know of a picture."""

    READING = "reading"
    """All its facts: header, perceptual hashes, metadata."""
    HASH = "hash"
    """Its PDQ hash alone."""
    PIXELS = "pixels"
    """Its upright pixels as RGB."""
    CODED = "coded"
    """Its upright pixels as a JPEG codes them: luma and two differences of colour."""

    @property
    def has_pixels(self) -> bool:
        """Whether pixels follow the line of the answer."""
        return self in (Asked.PIXELS, Asked.CODED)


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One question about the file at ``path``, or about the ``size`` bytes that follow the line of the job.

    ``anchors``: certificates in PEM, to whose holders a C2PA signature may lead to be called trusted. The
    path is in the system's own bytes, which need not be text.
    """

    name: str
    path: bytes = b""
    size: int = 0
    asked: Asked = Asked.READING
    anchors: str = ""
    threads: int = 1


class PixelsHead(msgspec.Struct, frozen=True, kw_only=True):
    """Announces ``width * height * 3`` bytes, or says why there are none."""

    sha256: str
    width: int = 0
    height: int = 0
    turned: bool = False
    orientation: int = 1
    block: tuple[int, int] = (1, 1)
    problem: str = ""


def read_picture(data: bytes, name: str, anchors: str = "", *, threads: int = 1) -> PictureReading:
    """Everything about a picture file: metadata first, then its pixels, if they can be had within the limits."""
    from .exif import without_failed_readings
    from .indications import indications
    from .picture import NotDecoded, decode, upright

    metadata, small, problems = _metadata(data, anchors)
    picture = perceptual = as_stored = None
    try:
        image, picture = decode(data)
    except NotDecoded as why:
        problems.append(f"the picture was not decoded: {why}")
    else:
        from .perceptual import perceptual_of_pixels

        perceptual, failed = perceptual_of_pixels(upright(image, picture.orientation), threads=threads)
        problems.extend(failed)
        had_exif = bool(metadata.exif)
        metadata, small, more = _from_decoder(data, image, metadata, small)
        if metadata.exif and not had_exif:
            problems = without_failed_readings(problems)
        problems.extend(more)
        if short := _missing_pixels(data, image):
            problems.append(short)
        if picture.turned:
            as_stored, _ = perceptual_of_pixels(image)
        if small:
            from .thumbnail import compare_thumbnail

            thumbnail, odd = compare_thumbnail(small, image)
            metadata = msgspec.structs.replace(metadata, thumbnail=thumbnail)
            problems.extend([odd] if odd else [])
    return PictureReading(
        sha256=hashlib.sha256(data).hexdigest(),
        picture=picture,
        perceptual=perceptual,
        perceptual_as_stored=as_stored,
        metadata=msgspec.structs.replace(metadata, indications=indications(name, picture, metadata)),
        problems=tuple(problems),
    )


def _from_decoder(
    data: bytes, image: Image, metadata: Metadata, small: bytes
) -> tuple[Metadata, bytes, tuple[str, ...]]:
    """What the decoder took out of its container, where the readers above did not find it there."""
    from .embedded import from_decoder
    from .exif import read_exif_block

    xmp, iptc, problems = from_decoder(data, image, metadata)
    metadata = msgspec.structs.replace(metadata, xmp=metadata.xmp or xmp, iptc=metadata.iptc or iptc)
    block = image.info.get("exif")
    if metadata.exif or not isinstance(block, bytes) or not block:
        return metadata, small, tuple(problems)
    exif, inside, more = read_exif_block(block)
    return msgspec.structs.replace(metadata, exif=exif), inside or small, (*problems, *more)


def hash_picture(data: bytes) -> PictureHash:
    """The PDQ hash of a picture and its quality, upright and as stored, or why there is none."""
    from .pdq import pdq
    from .picture import NotDecoded, decode, upright

    digest = hashlib.sha256(data).hexdigest()
    try:
        image, picture = decode(data)
        found = pdq(upright(image, picture.orientation))
        stored = pdq(image).value if picture.turned else None
    except (NotDecoded, ValueError, MemoryError, OSError) as why:
        return PictureHash(sha256=digest, problem=f"the picture was not hashed: {why}")
    return PictureHash(
        sha256=digest,
        pdq=found.value,
        quality=found.quality,
        pdq_as_stored=stored,
        width=picture.width,
        height=picture.height,
    )


def _missing_pixels(data: bytes, image: Image) -> str | None:
    from . import png
    from .picture import has_last_row

    return png.missing_pixels(data) if image.format == "PNG" and not has_last_row(image) else None


def _metadata(data: bytes, anchors: str) -> tuple[Metadata, bytes, list[str]]:
    """What the file says about itself, the thumbnail in its EXIF, and everything that went wrong on the way."""
    from .embedded import embedded
    from .exif import read_exif
    from .magic import media_type_of

    media_type = media_type_of(data)
    exif, small, problems = read_exif(data)
    walked, odd = _walked(data, media_type)
    carried = embedded(data, walked)
    claim = None
    if carried.provenance is not Provenance.NONE:
        from .provenance import validate

        claim, missing = validate(data, media_type, anchors)
        problems = (*problems, *missing)
    found = msgspec.structs.replace(
        walked,
        exif=exif,
        xmp=carried.xmp,
        iptc=carried.iptc,
        profile=carried.profile,
        provenance=carried.provenance if claim is None else claim.state,
        claim=claim,
    )
    return found, small, [*problems, *odd, *carried.problems]


def _walked(data: bytes, media_type: str) -> tuple[Metadata, tuple[str, ...]]:
    """The parts of the file, one after the other."""
    from . import boxes, jpeg, png

    if media_type == "image/png":
        chunks = png.walk(data)
        return Metadata(chunks=chunks.chunks, texts=chunks.texts, trailing=chunks.trailing), chunks.problems
    if media_type == "image/jpeg":
        segments = jpeg.walk(data)
        return Metadata(
            segments=segments.segments, quantisation=segments.quantisation, trailing=segments.trailing
        ), segments.problems
    if media_type in ("image/webp", "image/heic", "image/heif", "image/avif"):
        walk = boxes.walk_webp if media_type == "image/webp" else boxes.walk_iso
        parts = walk(data)
        return Metadata(boxes=parts.boxes, trailing=parts.trailing), parts.problems
    return Metadata(), ()


def _pixels(data: bytes, mode: str) -> tuple[PixelsHead, bytes]:
    from .picture import NotDecoded, coded_block, decode, upright

    digest = hashlib.sha256(data).hexdigest()
    try:
        image, picture = decode(data, coded=mode == "YCbCr")
        if mode == "YCbCr" and image.mode != mode:
            raise NotDecoded("it does not code luma and differences of colour")
        shown = upright(image, picture.orientation).convert(mode)
    except (NotDecoded, ValueError) as why:
        return PixelsHead(sha256=digest, problem=f"the picture was not decoded: {why}"), b""
    head = PixelsHead(
        sha256=digest,
        width=shown.width,
        height=shown.height,
        turned=picture.turned,
        orientation=picture.orientation or 1,
        block=coded_block(image),
    )
    return head, shown.tobytes()


def _answer(job: Job, out: BinaryIO) -> None:
    data = sys.stdin.buffer.read(job.size) if job.size else _read(Path(os.fsdecode(job.path)))
    encode = msgspec.json.encode
    if len(data) > MAX_FILE:
        out.write(encode(_too_large(job.asked)) + b"\n")
    elif job.asked.has_pixels:
        head, pixels = _pixels(data, "RGB" if job.asked is Asked.PIXELS else "YCbCr")
        out.write(encode(head) + b"\n")
        out.write(pixels)
    elif job.asked is Asked.HASH:
        out.write(encode(hash_picture(data)) + b"\n")
    else:
        out.write(encode(read_picture(data, job.name, job.anchors, threads=job.threads)) + b"\n")
    out.flush()


def _read(path: Path) -> bytes:
    from .digests import open_regular

    with open_regular(path) as source:
        return source.read(MAX_FILE + 1)


def _too_large(asked: Asked) -> PixelsHead | PictureHash | PictureReading:
    problem = f"the picture was not decoded: the file has more than {MAX_FILE >> 20} MiB"
    if asked.has_pixels:
        return PixelsHead(sha256="", problem=problem)
    if asked is Asked.HASH:
        return PictureHash(sha256="", problem=problem)
    return PictureReading(sha256="", problems=(problem,))


def serve() -> None:
    """Answer jobs until the parent closes the pipe. A job that breaks a limit ends the process: the parent says so."""
    out = limited(MEMORY)
    decoder = msgspec.json.Decoder(Job)
    for line in sys.stdin.buffer:
        allow(SECONDS)
        _answer(decoder.decode(line), out)
