"""Findings: what an examination says, by which method, with which error rate, on which evidence."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from .item import Program
from .moment import Interval
from .post import Evidence
from .said import Said


class ErrorRate(msgspec.Struct, frozen=True, kw_only=True):
    """How often a method is wrong. ``measured`` False is the honest "not measured"; then the rest is empty.

    ``errors`` of ``trials``, on the material named in ``material``.
    """

    name: str
    measured: bool
    errors: int | None = None
    trials: int | None = None
    upper_95: float | None = None
    material: str = ""


class Outcome(StrEnum):
    """What reading a screenshot against the captures can end in."""

    CONSISTENT = "consistent"
    DIFFERS = "differs"
    INCONCLUSIVE = "inconclusive"


class Part(StrEnum):
    """A part of what a screenshot of a post shows."""

    WORDS = "words"
    NAME = "name"
    HANDLE = "handle"
    TIME = "time"
    COUNT = "count"
    PICTURE = "picture"


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A place where the screenshot shows something else than the capture records.

    ``box`` is x, y, width, height in pixels of the screenshot, from its upper left corner. ``shown`` or
    ``recorded`` is empty where one of them has nothing there. ``opinions`` say, one a line, what each look at the
    place said: engine and scale, comparison of the letters' shapes.
    """

    shown: str
    recorded: str
    box: tuple[int, int, int, int] | None
    part: Part = Part.WORDS
    opinions: tuple[str, ...] = ()


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """Something around the text of the post, such as its author's handle, its time, a count, laid beside the captures.

    ``recorded`` is every form that the captures allow. A count that no capture bounds differs without being an
    alteration: counts move with time, and ``reason`` says so. ``outcome`` is None where it is not in the picture.
    ``says`` are the sentences of ``reason`` by their codes, from which other languages have their words.
    """

    part: Part
    name: str
    shown: str
    recorded: tuple[str, ...]
    outcome: Outcome | None
    reason: str
    box: tuple[int, int, int, int] | None = None
    says: tuple[Said, ...] = ()


class PictureShown(msgspec.Struct, frozen=True, kw_only=True):
    """A picture inside of the screenshot, cut out and compared on its own with the media that the post is known by.

    ``medium`` is the address of the nearest captured medium and ``sha256`` that of its file; ``distance`` the bits
    (of 256) between the PDQ hashes. None, or empty, where there is nothing to compare with. ``says`` are the sentences
    of ``reason`` by their codes.
    """

    box: tuple[int, int, int, int]
    outcome: Outcome
    reason: str
    medium: str = ""
    sha256: str = ""
    distance: int | None = None
    says: tuple[Said, ...] = ()


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A screenshot, or a frame of a video, read against every archived version of every post of the case.

    ``in_force`` is what is known of when the version stood. ``beside`` and ``pictures``: what stands around the
    text, and the pictures within. ``frame_at``: in a video, the seconds from its start of the frame that was read.
    ``says``: the sentences of ``reason`` by their codes.
    """

    outcome: Outcome
    post: str | None
    version: int | None
    differences: tuple[Difference, ...]
    reason: str
    method: Program
    error_rates: tuple[ErrorRate, ...]
    evidence: tuple[Evidence, ...] = ()
    shown_text: str = ""
    similarity: float | None = None
    in_force: Interval | None = None
    beside: tuple[Beside, ...] = ()
    pictures: tuple[PictureShown, ...] = ()
    frame_at: float | None = None
    says: tuple[Said, ...] = ()
