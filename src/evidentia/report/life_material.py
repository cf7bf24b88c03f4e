"""What the page of the lives of posts is made from: timelines, and pictures that were cut out and marked before."""

from __future__ import annotations

import msgspec

from evidentia.detect.marking import Drawn, Unplaced
from evidentia.record.custody import Tool
from evidentia.record.life import Change, Timeline
from evidentia.record.post import Observation

from .material import Language


class SidePicture(msgspec.Struct, frozen=True, kw_only=True):
    """What shows one side of a change. ``why``: what keeps its words from being marked, or it from being shown.

    ``path`` and ``sha256`` are those of the sealed picture that ``drawn`` was cut out of. ``other_look``: the look that
    it is of, where that is not the one that bounds the change, which was taken without a picture.
    """

    drawn: Drawn | None = None
    why: Unplaced | None = None
    item: int | None = None
    path: str = ""
    sha256: str = ""
    other_look: Observation | None = None


class ShownChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change with the looks that bound it, as far as they are known, and what they show."""

    change: Change
    before: Observation | None
    after: Observation | None
    picture_before: SidePicture
    picture_after: SidePicture


class ShownLife(msgspec.Struct, frozen=True, kw_only=True):
    """The life of a post with its changes made ready to be shown."""

    timeline: Timeline
    changes: tuple[ShownChange, ...]


class LifePage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the page says. ``zone``: the offset in which times are stated, as ``+07:00``."""

    case: str
    title: str
    zone: str
    tool: Tool
    language: Language
    lives: tuple[ShownLife, ...]
