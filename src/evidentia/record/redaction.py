"""A redaction: what was hidden in a copy of a sealed file, by whom and why. What stood there is not told."""

from __future__ import annotations

import msgspec

from .custody import Actor
from .moment import Moment


class Region(msgspec.Struct, frozen=True):
    """A rectangle in pixels of the picture as it is shown (upright), from its top left corner."""

    x: int
    y: int
    width: int
    height: int


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a sealed item; ``record`` is the SHA-256 of the item's record, which states the file's own."""

    item: int
    path: str
    record: str


class Redaction(msgspec.Struct, frozen=True, kw_only=True):
    """``redaction.json``: what was hidden in which original, by whom, when and why. What stood there is not told.

    ``regions`` are those of a picture, as they were painted; ``marks`` the places of the mark in the redacted text,
    in characters.
    """

    format: int = 1
    original: Sealed
    by: Actor
    at: Moment
    reason: str
    regions: tuple[Region, ...] = ()
    marks: tuple[int, ...] = ()
