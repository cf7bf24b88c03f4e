"""The fingerprint of a file: digests of its bytes first, and only then what an interpreter makes of them."""

from __future__ import annotations

import contextlib
import io
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

import msgspec

from . import png
from .decoding import Decoder
from .digests import Digests, digest_bytes, digest_file
from .indications import indications
from .magic import media_type_of
from .picture import NotDecoded, check_dimensions
from .types import Fingerprint, Metadata, Picture, PictureReading


def prepare() -> None:
    """Load what hashing needs, so that the first picture does not wait for it. Good to call while a page loads."""
    import numpy as np
    from PIL import Image, PngImagePlugin  # noqa: F401

    from .perceptual import perceptual_of_pixels

    perceptual_of_pixels(Image.fromarray(np.zeros((64, 64), dtype=np.uint8)))


def fingerprint_file(
    path: str | Path, *, name: str | None = None, decoder: Decoder | None = None, anchors: str = ""
) -> Fingerprint:
    """Fingerprint one file of any origin. Pictures are decoded in a limited process: ``decoder``, or one of its own.

    ``name`` is what the file was called where it came from, if it is called otherwise here. ``anchors`` are
    certificates in PEM of those whom the caller trusts to say whose key signed a C2PA manifest.

    Raises:
        UsageError: there is no such file, it cannot be read, or it is not a regular file.
    """
    if decoder is None:
        with Decoder(threads=min(_THREADS, os.cpu_count() or 1)) as own:
            return fingerprint_file(path, name=name, decoder=own, anchors=anchors)
    path = Path(path)
    shown = name or path.name
    digests = digest_file(path)
    if not _is_picture(digests):
        return _fingerprint(shown, digests, _no_picture(digests, shown))
    return _fingerprint(shown, digests, decoder.read(path, name=shown, anchors=anchors))


def fingerprint_bytes(
    data: bytes, *, name: str = "", decoder: Decoder | None = None, anchors: str = ""
) -> Fingerprint:
    """Fingerprint bytes of any origin that are in memory, as ``fingerprint_file`` does a file; nothing is raised.

    ``name`` is what they were called where they came from.
    """
    if decoder is None:
        with Decoder(threads=min(_THREADS, os.cpu_count() or 1)) as own:
            return fingerprint_bytes(data, name=name, decoder=own, anchors=anchors)
    digests = digest_bytes(data)
    if not _is_picture(digests):
        return _fingerprint(name, digests, _no_picture(digests, name))
    return _fingerprint(name, digests, decoder.read_bytes(data, name=name, anchors=anchors))


def _is_picture(digests: Digests) -> bool:
    return media_type_of(digests.head).startswith("image/")


def _no_picture(digests: Digests, name: str) -> PictureReading:
    return PictureReading(
        sha256=digests.sha256,
        metadata=Metadata(indications=indications(name, None, Metadata())),
        problems=("not an image, by its first bytes: digests only",),
    )


def _fingerprint(name: str, digests: Digests, reading: PictureReading) -> Fingerprint:
    """What was read of exactly the bytes that were digested."""
    if reading.sha256 not in ("", digests.sha256):
        changed = "the file changed while it was being read: what was decoded is not what was digested"
        reading = PictureReading(sha256="", problems=(changed,))
    return Fingerprint(
        path=name,
        size=digests.size,
        sha256=digests.sha256,
        sha512=digests.sha512,
        media_type=media_type_of(digests.head),
        picture=reading.picture,
        perceptual=reading.perceptual,
        perceptual_as_stored=reading.perceptual_as_stored,
        metadata=reading.metadata,
        problems=reading.problems,
    )


def fingerprint_files(
    files: Iterable[str | Path | tuple[Path, str]], *, processes: int = 1, anchors: str = ""
) -> Iterator[Fingerprint]:
    """Fingerprint files in their order, with so many limited decoding processes at once.

    ``files``: paths, or each with the name that the file is to be called by. ``anchors``: as for ``fingerprint_file``.

    Raises:
        UsageError: as ``fingerprint_file``, at the file that it concerns.
    """
    idle: SimpleQueue[Decoder] = SimpleQueue()

    def one(file: str | Path | tuple[Path, str]) -> Fingerprint:
        path, name = file if isinstance(file, tuple) else (Path(file), None)
        decoder = idle.get()
        try:
            return fingerprint_file(path, name=name, decoder=decoder, anchors=anchors)
        finally:
            idle.put(decoder)

    with contextlib.ExitStack() as running:
        for _ in range(processes):
            idle.put(running.enter_context(Decoder()))
        pool = running.enter_context(ThreadPoolExecutor(max_workers=processes))
        ahead: deque[Future[Fingerprint]] = deque()
        try:
            for file in files:
                ahead.append(pool.submit(one, file))
                if len(ahead) > _AHEAD * processes:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for work in ahead:
                work.cancel()


_THREADS = 2
"""Threads that hash a lone picture: one has PDQ, the other all the rest."""

_AHEAD = 4
"""Files for each process that are read before their turn: enough that none waits, few enough to keep little."""


def fingerprint_own_png(data: bytes, name: str, *, threads: int = 2) -> Fingerprint:
    """Fingerprint a PNG that our own browser has just made, in this process and without delay.

    Its header is still judged first, and what does not look like our own picture is not decoded. Pictures from
    anywhere else belong to ``fingerprint_file``.
    """
    digests = digest_bytes(data)
    media_type = media_type_of(digests.head)
    if media_type != "image/png":
        problem = "not a PNG, by its first bytes: digests only"
        return Fingerprint(
            path=name,
            size=digests.size,
            sha256=digests.sha256,
            sha512=digests.sha512,
            media_type=media_type,
            problems=(problem,),
        )
    parts = png.walk(data)
    plain = Fingerprint(
        path=name,
        size=digests.size,
        sha256=digests.sha256,
        sha512=digests.sha512,
        media_type=media_type,
        metadata=Metadata(chunks=parts.chunks, texts=parts.texts, trailing=parts.trailing),
        problems=parts.problems,
    )
    return _with_hashes(plain, data, threads)


def _with_hashes(plain: Fingerprint, data: bytes, threads: int) -> Fingerprint:
    from PIL import Image

    from .perceptual import perceptual_of_pixels

    try:
        check_dimensions(*(png.dimensions(data) or (0, 0)))
        image = Image.open(io.BytesIO(data), formats=("PNG",))
        image.load()
    except (NotDecoded, OSError, SyntaxError, ValueError) as why:
        problem = f"the picture was not decoded: {why}"
        return msgspec.structs.replace(plain, problems=(*plain.problems, problem))
    perceptual, failed = perceptual_of_pixels(image, threads=threads)
    return msgspec.structs.replace(
        plain,
        picture=Picture(format="PNG", mode=image.mode, width=image.width, height=image.height),
        perceptual=perceptual,
        problems=(*plain.problems, *failed),
    )
