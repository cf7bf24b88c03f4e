"""Reading the pictures of a video in which posts are shown: each as a screenshot, and one answer of them all.

The most telling picture is the answer. Where one shows a post as recorded and another shows the same post otherwise,
the video contradicts itself: then nothing can be said but that, and where.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from ..fingerprint.decoding import DecodingFailed
from ..record.finding import Outcome, Reading
from ..record.life import Timeline
from ..record.said import Said
from ..record.sentences import restated, said
from .reading.frames import Chosen, chosen_frames, pictures_at
from .reading.rates import not_measured
from .screenshot import inconclusive, match_picture

if TYPE_CHECKING:
    from PIL.Image import Image

    from .reading.pictures import PixelsOf

_TELLING = (Outcome.DIFFERS, Outcome.CONSISTENT, Outcome.INCONCLUSIVE)
_MOST_LISTED = 20
"""Pictures that the reason lists; more would hide it."""

ReadPicture = Callable[["Image"], Reading]


class VideoReading(msgspec.Struct, frozen=True, kw_only=True):
    """The answer for a video, and that of each picture that was read, in their order."""

    answer: Reading
    frames: tuple[Reading, ...]


def match_video(
    video: Path,
    timelines: Sequence[Timeline],
    *,
    captured: PixelsOf | None = None,
    existed_by: datetime | None = None,
) -> VideoReading:
    """Read the distinct pictures of a video as screenshots: see ``screenshot.match_picture``.

    Raises:
        MissingPart: PyAV, or the part that reads text in pictures, is not installed.
        UsageError: there is no such file.
    """
    from .reading.ocr import Reader

    reader = Reader()
    return read_video(
        video,
        lambda picture: match_picture(
            picture, timelines, reader=reader, captured=captured, existed_by=existed_by
        ),
    )


def read_video(video: Path, read: ReadPicture) -> VideoReading:
    """Read the distinct pictures of a video with ``read``.

    Raises:
        MissingPart: PyAV is not installed.
        UsageError: there is no such file.
    """
    chosen, problems = chosen_frames(video)
    readings: list[Reading] = []
    try:
        readings += [
            replace(read(picture), frame_at=at, error_rates=not_measured())
            for at, picture in pictures_at(video, chosen.at)
        ]
    except DecodingFailed as why:
        problems = (*problems, str(why))
    return concluded(readings, chosen, problems)


def picture_at(video: Path, seconds: float) -> Image:
    """The picture that a video shows at so many seconds.

    Raises:
        DecodingFailed: there is none.
        MissingPart: PyAV is not installed.
        UsageError: there is no such file.
    """
    for _, picture in pictures_at(video, (seconds,)):
        return picture
    raise DecodingFailed(f"the video has no picture at {seconds:g} s")


def concluded(readings: Sequence[Reading], chosen: Chosen, problems: Iterable[str] = ()) -> VideoReading:
    """One answer of the readings of pictures."""
    if not readings:
        why = "; ".join(dict.fromkeys(problems))
        told = said("reading.video.unread", why=why) if why else said("reading.video.no_picture")
        none = inconclusive(told)
        return VideoReading(answer=replace(none, error_rates=not_measured()), frames=())
    best = min(readings, key=_rank)
    parts = [said("reading.video.at", at=_second(best), words=best.says)]
    against = _against(best, readings)
    if against is not None:
        parts = [
            said("reading.video.contradicts", recorded=_second(against), otherwise=_second(best)),
            *parts,
        ]
        best = replace(best, outcome=Outcome.INCONCLUSIVE, version=None, differences=())
    parts += [
        *_read(readings, chosen),
        *(said("reading.video.problem", problem=problem) for problem in dict.fromkeys(problems)),
    ]
    return VideoReading(answer=restated(best, *parts), frames=tuple(readings))


def _rank(reading: Reading) -> tuple[bool, int, float]:
    return reading.post is None, _TELLING.index(reading.outcome), -(reading.similarity or 0.0)


def _against(best: Reading, readings: Sequence[Reading]) -> Reading | None:
    if best.outcome is not Outcome.DIFFERS:
        return None
    return next((r for r in readings if r.post == best.post and r.outcome is Outcome.CONSISTENT), None)


def _read(readings: Sequence[Reading], chosen: Chosen) -> tuple[Said, ...]:
    found = [reading for reading in readings if reading.post is not None]
    read, looked_at, listed = len(readings), chosen.looked_at, tuple(map(_listed, found[:_MOST_LISTED]))
    if listed:
        told = said("reading.video.read", read=read, looked_at=looked_at, found=len(found), listed=listed)
    else:
        told = said("reading.video.read_none", read=read, looked_at=looked_at, found=0)
    if not chosen.left_out:
        return (told,)
    return told, said("reading.video.left_out", left_out=chosen.left_out)


def _listed(reading: Reading) -> Said:
    at, post = _second(reading), reading.post or ""
    if reading.outcome is Outcome.CONSISTENT:
        return said("reading.video.frame_consistent", at=at, post=post)
    if reading.outcome is Outcome.DIFFERS:
        return said("reading.video.frame_differs", at=at, post=post)
    return said("reading.video.frame_inconclusive", at=at, post=post)


def _second(reading: Reading) -> float:
    return 0.0 if reading.frame_at is None else reading.frame_at
