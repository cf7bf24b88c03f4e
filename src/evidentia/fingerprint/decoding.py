"""The parent's side of the decoding process: starts it, asks it, and says so when it is stopped or dies."""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from ..verify.limited_process import start_process
from .decode import MAX_FILE, SECONDS, Asked, Job, PixelsHead
from .types import PictureHash, PictureReading

_WALL = 4.0 * SECONDS
"""Seconds after which a job is stopped from outside, on every system: room for a machine that is busy otherwise."""


class Pixels(msgspec.Struct, frozen=True, kw_only=True):
    """A picture upright, as rows of three bytes a pixel, and the SHA-256 of the file that they came from.

    ``block``: width and height of the blocks that the file codes as one, before the turn that its EXIF
    ``orientation`` asks for; (1, 1) where each pixel stands for itself, or it is not known.
    """

    sha256: str
    width: int
    height: int
    data: bytes
    turned: bool
    orientation: int = 1
    block: tuple[int, int] = (1, 1)


class DecodingFailed(Exception):
    """There are no pixels; the message says why, in words for the record."""


class Decoder:
    """Decodes pictures in a limited child process, one after the other. The process starts with the first one."""

    def __init__(self, *, seconds: float = _WALL, threads: int = 1) -> None:
        """``seconds``: how long one picture may take before the process is stopped. ``threads``: how many hash it."""
        self._seconds, self._threads = seconds, threads
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, if one was started."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def read(self, path: Path, *, name: str | None = None, anchors: str = "") -> PictureReading:
        """The facts of a picture file. Whatever goes wrong is among its ``problems``; nothing is raised.

        ``anchors``: certificates in PEM of those whom the caller trusts to say whose key signed a C2PA manifest.
        """
        return self._read(
            Job(
                path=os.fsencode(path.absolute()),
                name=_called(name or path.name),
                anchors=anchors,
                threads=self._threads,
            )
        )

    def read_bytes(self, data: bytes, *, name: str = "", anchors: str = "") -> PictureReading:
        """The facts of a picture's bytes, as ``read`` has those of a file."""
        if not data or len(data) > MAX_FILE:
            said = f"the file has more than {MAX_FILE >> 20} MiB" if data else "there are no bytes"
            return PictureReading(sha256="", problems=(f"the picture was not decoded: {said}",))
        job = Job(name=_called(name), size=len(data), anchors=anchors, threads=self._threads)
        return self._read(job, data)

    def _read(self, job: Job, content: bytes = b"") -> PictureReading:
        with self._lock:
            try:
                line, _ = self._ask(job, content)
                return msgspec.json.decode(line, type=PictureReading)
            except (DecodingFailed, msgspec.MsgspecError) as why:
                self.close()
                return PictureReading(sha256="", problems=(f"the picture was not decoded: {why}",))

    def hash(self, data: bytes) -> PictureHash:
        """The PDQ hash of a picture's bytes. Whatever goes wrong is its ``problem``; nothing is raised."""
        if not data or len(data) > MAX_FILE:
            said = f"the file has more than {MAX_FILE >> 20} MiB" if data else "there are no bytes"
            return PictureHash(sha256="", problem=f"the picture was not hashed: {said}")
        job = Job(name="", size=len(data), asked=Asked.HASH)
        with self._lock:
            try:
                line, _ = self._ask(job, data)
                return msgspec.json.decode(line, type=PictureHash)
            except (DecodingFailed, msgspec.MsgspecError) as why:
                self.close()
                return PictureHash(sha256="", problem=f"the picture was not hashed: {why}")

    def pixels(self, path: Path) -> Pixels:
        """The picture upright, as RGB.

        Raises:
            DecodingFailed: it cannot be decoded within the limits.
        """
        return self._pixels(path, Asked.PIXELS)

    def coded(self, path: Path) -> Pixels:
        """The JPEG upright, as it codes its pixels: luma and two differences of colour (Y, Cb, Cr of ITU-T T.871).

        Raises:
            DecodingFailed: it cannot be decoded within the limits, or codes something else.
        """
        return self._pixels(path, Asked.CODED)

    def _pixels(self, path: Path, asked: Asked) -> Pixels:
        job = Job(path=os.fsencode(path.absolute()), name="", asked=asked)
        with self._lock:
            try:
                line, data = self._ask(job)
                head = msgspec.json.decode(line, type=PixelsHead)
            except (DecodingFailed, msgspec.MsgspecError) as why:
                self.close()
                raise DecodingFailed(str(why)) from why
        if head.problem:
            raise DecodingFailed(head.problem)
        return Pixels(
            sha256=head.sha256,
            width=head.width,
            height=head.height,
            data=data,
            turned=head.turned,
            orientation=head.orientation,
            block=head.block,
        )

    def _ask(self, job: Job, content: bytes = b"") -> tuple[bytes, bytes]:
        """Send one job with the picture's bytes, if it has any; return the answer's line and the pixels after it."""
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self._seconds, stop)
        timer.start()
        try:
            process.stdin.write(msgspec.json.encode(job) + b"\n")
            process.stdin.write(content)
            process.stdin.flush()
            line = process.stdout.readline()
            size = _announced(line) if job.asked.has_pixels else 0
            data = process.stdout.read(size) if size else b""
        except BrokenPipeError:
            line, data, size = b"", b"", 0
        finally:
            timer.cancel()
        if not line.endswith(b"\n") or len(data) != size:
            raise DecodingFailed(ending(process, "picture", self._seconds, late=late.is_set()))
        return line, data

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._process = start_process("evidentia.fingerprint.decode")
        return self._process


def _called(name: str) -> str:
    """A name as it is told to the process: what is no UTF-8 of it as escapes."""
    return name.encode("utf-8", "backslashreplace").decode()


def ending(process: subprocess.Popen[bytes], what: str, seconds: float, *, late: bool) -> str:
    """Why a process gave no answer: it was stopped ``late``, after so many seconds, or it ended by itself."""
    if late:
        return f"decoding was stopped after {seconds:g} seconds"
    code = process.wait(timeout=seconds)
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    return f"the decoding process ended ({how}): the {what} breaks its limits or its decoder"


def picture_hash(data: bytes, *, decoder: Decoder | None = None) -> PictureHash:
    """The PDQ hash and quality of the bytes of a picture of any origin, decoded in a limited process.

    Never raises for what the bytes are: ``pdq`` is None then, and ``problem`` says why. ``decoder``: a process to
    share among many pictures; without one, a process is started for this picture alone (some 0.2 s).
    """
    if decoder is not None:
        return decoder.hash(data)
    with Decoder() as own:
        return own.hash(data)


def _announced(line: bytes) -> int:
    head = msgspec.json.decode(line, type=PixelsHead) if line else PixelsHead(sha256="")
    return head.width * head.height * 3
