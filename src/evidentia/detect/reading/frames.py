"""The pictures of a video that are worth reading: one a second and the first after each cut, each of a kind once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ...fingerprint.video_types import FrameHash

if TYPE_CHECKING:
    from PIL.Image import Image

ALIKE = 10
"""PDQ bits up to which two pictures of one video are one: its authors expect as much from encoding alone (README of
github.com/facebook/ThreatExchange, pdq). A page that was scrolled moves more."""

MAX_FRAMES = 40
"""Pictures of one video that are read: at seconds each, some minutes in all. What is left out is said."""


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """The seconds of the pictures to read, of how many were looked at; ``left_out`` differ as well and are too many."""

    at: tuple[float, ...]
    looked_at: int
    left_out: int = 0


def choose(hashes: Sequence[FrameHash], most: int = MAX_FRAMES) -> Chosen:
    """Of all hashed pictures those that resemble none chosen before; spread over the video where they are too many."""
    kept: list[tuple[float, int]] = []
    for one in sorted(hashes, key=lambda one: one.at):
        bits = int(one.pdq, 16)
        if all((bits ^ other).bit_count() > ALIKE for _, other in kept):
            kept.append((one.at, bits))
    times = [at for at, _ in kept]
    if len(times) > most:
        times = [times[n * (len(times) - 1) // max(1, most - 1)] for n in range(most)]
    return Chosen(at=tuple(times), looked_at=len(hashes), left_out=len(kept) - len(times))


def chosen_frames(video: Path) -> tuple[Chosen, tuple[str, ...]]:
    """The seconds to read of a video of any origin, and what went wrong on the way.

    Raises:
        MissingPart: PyAV is not installed.
        UsageError: there is no such file.
    """
    from ...fingerprint.video_decoding import survey

    facts = survey(video).facts
    return choose(facts.hashes), facts.problems


def pictures_at(video: Path, seconds: Sequence[float]) -> Iterator[tuple[float, Image]]:
    """The pictures shown at those seconds (RGB, upright), each with its own, decoded in a limited process.

    Raises:
        DecodingFailed: the video ends in damage before the last of them.
        MissingPart: PyAV is not installed.
        UsageError: there is no such file.
    """
    from PIL import Image as pillow

    from ...fingerprint.video_decoding import frames

    if seconds:
        for frame in frames(video, at=tuple(seconds)):
            yield frame.at, pillow.frombytes("RGB", (frame.width, frame.height), frame.data)
