"""The process that decodes videos: files of foreign origin are opened here, under limits, and nowhere else.

It reads one JSON line for each job and answers with one JSON line, after which pixels and samples follow. It is
started by ``video_decoding.VideoDecoder`` and gets no case, no key and no case folder: only the path of one video at
a time.
"""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from ..verify.limited_process import allow, limited
from .digests import digest_stream, open_regular
from .video_types import FrameHead, Survey

MEMORY = 3 << 30
"""Bytes of address space: 16 reference pictures in 4K (0.23 GB), the small pictures (0.13 GB), five hours of sound
(0.29 GB, held twice while it is put together), and room for libraries and decoders."""

SECONDS = 1800
"""Processor seconds for one video: a bound on waiting. ``benchmarks/video.py`` prints what videos need."""

MAX_FILE = 8 << 30
"""Bytes of a video that are read: messengers take files of up to 2 GB (WhatsApp) and 4 GB (Telegram)."""

SIDE = 1920
"""Pixels: frames that are handed out are scaled to this at most; writing on a screen stays readable."""


class Asked(StrEnum):
    """What the parent wants to know of a video."""

    SURVEY = "survey"
    """Facts, coding, hashes, small pictures and sound."""
    FRAMES = "frames"
    """Pictures as RGB, one after the other."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One question about the video at ``path``. Frames: one in ``every`` seconds from ``start``, ``most`` of them; or
    the first at each of the seconds ``at``, which are in order. The path is in the system's own bytes."""

    path: bytes
    asked: Asked = Asked.SURVEY
    every: float = 1.0
    start: float = 0.0
    end: float | None = None
    at: tuple[float, ...] = ()
    most: int = 0
    side: int = SIDE
    seconds: int = SECONDS


def serve() -> None:
    """Answer jobs until the parent closes the pipe. A job that breaks a limit ends the process: the parent says so."""
    out = limited(MEMORY)
    decoder = msgspec.json.Decoder(Job)
    for line in sys.stdin.buffer:
        job = decoder.decode(line)
        allow(job.seconds)
        with open_regular(Path(os.fsdecode(job.path))) as source:
            (_frames if job.asked is Asked.FRAMES else _survey)(source, job, out)
        out.flush()


def _digest(source: BinaryIO) -> str:
    """The SHA-256 of the file; empty where it is too large to be read."""
    if os.fstat(source.fileno()).st_size > MAX_FILE:
        return ""
    digest = digest_stream(source).sha256
    source.seek(0)
    return digest


def _survey(source: BinaryIO, _: Job, out: BinaryIO) -> None:
    from .video_opening import NotOpened, facts, open_video
    from .video_survey import survey

    problems: list[str] = []
    digest = _digest(source)
    small: list[tuple[float, bytes]] = []
    samples = b""
    answer = Survey(sha256=digest)
    try:
        if not digest:
            raise NotOpened(f"the file has more than {MAX_FILE >> 30} GiB")
        with open_video(source) as container:
            pictures, sound = survey(container, problems)
            small, samples = pictures.small, sound.samples
            answer = Survey(
                sha256=digest,
                container=facts(container),
                coding=pictures.coding(),
                hashes=tuple(pictures.hashes),
                small=(len(small), *(pictures.shape or (0, 0))),
                small_times=tuple(at for at, _ in small),
                samples=len(samples) // 2,
                sound_gaps=tuple(sound.gaps),
            )
    except (NotOpened, MemoryError) as why:
        problems.append(f"the video was not decoded: {why or 'it needs more memory than it may have'}")
        small, samples = [], b""
        answer = Survey(sha256=digest)
    out.write(msgspec.json.encode(msgspec.structs.replace(answer, problems=tuple(problems))) + b"\n")
    for _at, pixels in small:
        out.write(pixels)
    out.write(samples)


def _frames(source: BinaryIO, job: Job, out: BinaryIO) -> None:
    from .video_opening import NotOpened, open_video

    problems: list[str] = []
    digest = _digest(source)
    try:
        if not digest:
            raise NotOpened(f"the file has more than {MAX_FILE >> 30} GiB")
        with open_video(source) as container:
            _each(container, job, digest, problems, out)
    except (NotOpened, MemoryError) as why:
        problems.append(f"the video was not decoded: {why or 'it needs more memory than it may have'}")
    out.write(msgspec.json.encode(FrameHead(end=True, sha256=digest, problem="; ".join(problems))) + b"\n")


def _each(container: Any, job: Job, digest: str, problems: list[str], out: BinaryIO) -> None:
    from .video_survey import decoded

    due, given = (job.at[0] if job.at else job.start), 0
    for _, frame, at in decoded(container, problems, sound=False):
        if (job.end is not None and at > job.end) or (job.most and given >= job.most):
            return
        if at + 1e-3 < due:
            continue
        width, height, pixels = _upright(frame, job.side)
        out.write(
            msgspec.json.encode(FrameHead(at=round(at, 4), width=width, height=height, sha256=digest)) + b"\n"
        )
        out.write(pixels)
        given += 1
        if job.at:
            if given == len(job.at):
                return
            due = job.at[given]
            continue
        # Due times stay multiples of ``every``: a late picture does not shift those after it.
        due = (
            job.start + (int((at + 1e-3 - job.start) / job.every) + 1) * job.every if job.every else at + 1e-3
        )


def _upright(frame: Any, side: int) -> tuple[int, int, bytes]:
    """Width, height and RGB bytes of a picture as a player shows it, at most ``side`` pixels long."""
    import numpy as np

    aspect = frame.width / frame.height
    scale = min(1.0, side / max(frame.width, frame.height))
    width = max(1, round(frame.width * scale))
    pixels = frame.reformat(
        width=width, height=max(1, round(width / aspect)), format="rgb24", interpolation="BICUBIC", threads=1
    ).to_ndarray()
    turned = np.ascontiguousarray(np.rot90(pixels, frame.rotation // 90 % 4))
    return turned.shape[1], turned.shape[0], turned.tobytes()
