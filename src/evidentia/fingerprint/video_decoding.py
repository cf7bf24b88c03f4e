"""The parent's side of the process that decodes videos: starts it, asks it, and says so when it is stopped or dies."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, TypeVar

import msgspec

from ..record.errors import MissingPart
from ..verify.limited_process import start_process
from .decoding import DecodingFailed, ending
from .digests import open_regular
from .video_decode import SECONDS, SIDE, Asked, Job
from .video_types import FrameHead, Survey

_T = TypeVar("_T")

_WALL = 4.0
"""How many times the allowed processor time may pass on the clock: room for a machine that is busy otherwise."""


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """A picture of a video upright, as rows of RGB bytes, at so many seconds from its start.

    ``sha256`` is that of the file from which it was decoded.
    """

    at: float
    width: int
    height: int
    data: bytes
    sha256: str


class Surveyed(msgspec.Struct, frozen=True, kw_only=True):
    """What one pass through a video found: ``facts``, its small pictures of luma, and its sound.

    ``small``: (count, height, width) of uint8, at the seconds ``facts.small_times``. ``sound``: int16, mono,
    ``video_types.RATE`` a second, from the video's start. Both are NumPy arrays.
    """

    facts: Survey
    small: Any
    sound: Any


def require_av() -> None:
    """Make sure that videos can be decoded.

    Raises:
        MissingPart: PyAV is not installed.
    """
    if find_spec("av") is None:
        raise MissingPart(
            "Looking into videos needs PyAV, which is not installed.",
            next_step="Install evidentia-forensics[video].",
        )


def frames(
    path: Path,
    *,
    every: float = 1.0,
    start: float = 0.0,
    end: float | None = None,
    at: tuple[float, ...] = (),
    most: int = 0,
    side: int = SIDE,
    seconds: int = SECONDS,
) -> Iterator[Frame]:
    """The pictures of a video of any origin, one in ``every`` seconds (0: all) from ``start`` to ``end``.

    Or, where seconds are given in order with ``at``, the picture shown then or the first one after it. At most ``most``
    where it is not 0, each at most ``side`` pixels long. They are decoded in a limited process, of ``seconds`` of
    processor time at most, which ends with the iteration. Pictures before damage are given.

    Raises:
        DecodingFailed: it is no video that is opened, or it ends in damage; the message says which.
        MissingPart: PyAV is not installed.
        UsageError: there is no such file, or it is not a regular file.
    """
    job = Job(
        path=os.fsencode(path.absolute()),
        asked=Asked.FRAMES,
        every=every,
        start=start,
        end=end,
        at=at,
        most=most,
        side=side,
        seconds=seconds,
    )
    with _process(path, job) as child:
        while not (head := child.line(FrameHead)).end:
            data = child.bytes(head.width * head.height * 3)
            yield Frame(at=head.at, width=head.width, height=head.height, data=data, sha256=head.sha256)
    if head.problem:
        raise DecodingFailed(head.problem)


def survey(path: Path, *, seconds: int = SECONDS) -> Surveyed:
    """One pass through a video of any origin, in a limited process. What went wrong is in ``facts.problems``.

    Raises:
        MissingPart: PyAV is not installed.
        UsageError: there is no such file, or it is not a regular file.
    """
    import numpy as np

    try:
        with _process(path, Job(path=os.fsencode(path.absolute()), seconds=seconds)) as child:
            facts = child.line(Survey)
            count, width, height = facts.small
            small = np.frombuffer(child.bytes(count * width * height), dtype=np.uint8)
            sound = np.frombuffer(child.bytes(2 * facts.samples), dtype=np.int16)
    except DecodingFailed as why:
        facts = Survey(sha256="", problems=(f"the video was not decoded: {why}",))
        return Surveyed(facts=facts, small=np.zeros((0, 0, 0), np.uint8), sound=np.zeros(0, np.int16))
    return Surveyed(facts=facts, small=small.reshape(count, height, width), sound=sound)


class _Child:
    """A running process and its one answer."""

    def __init__(self, job: Job) -> None:
        self._late = threading.Event()
        self._wall = _WALL * job.seconds
        self._process = start_process("evidentia.fingerprint.video_decode")
        self._timer = threading.Timer(self._wall, self._stop)
        self._timer.start()
        with contextlib.suppress(BrokenPipeError):  # it died at once: reading its answer tells how
            self._in.write(msgspec.json.encode(job) + b"\n")
            self._in.flush()

    @property
    def _in(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    @property
    def _out(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    def _stop(self) -> None:
        self._late.set()
        self._process.kill()

    def line(self, kind: type[_T]) -> _T:
        """The next line of the answer."""
        line = self._out.readline()
        if not line.endswith(b"\n"):
            raise DecodingFailed(self._ending())
        try:
            return msgspec.json.decode(line, type=kind)
        except msgspec.MsgspecError as why:
            raise DecodingFailed(f"the decoding process gave no answer that can be read: {why}") from why

    def bytes(self, size: int) -> bytes:
        """So many bytes after it."""
        data = self._out.read(size) if size else b""
        if len(data) != size:
            raise DecodingFailed(self._ending())
        return data

    def _ending(self) -> str:
        return ending(self._process, "video", self._wall, late=self._late.is_set())

    def close(self) -> None:
        """End the process."""
        self._timer.cancel()
        self._process.kill()
        self._process.communicate()


@contextlib.contextmanager
def _process(path: Path, job: Job) -> Iterator[_Child]:
    require_av()
    with open_regular(path):  # what is wrong with the name is told before a process is started
        child = _Child(job)
    try:
        yield child
    finally:
        child.close()
