"""What is known of a scripted life: what was done to the post, between which moments, and what it showed from then on.

The server runs on the machine of the observer, so that one clock times both: an act took effect between the moment at
which it was asked for and the one at which the server had answered.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from evidentia.record.post import Observation, State

if TYPE_CHECKING:
    from evidentia.capture.wayback import Archive
    from evidentia.record.memento import Memento

MAX_EDITS = 5
"""Of one post, as the plan has it."""


class Deed(StrEnum):
    """What a script does to a post."""

    PUBLISH = "publish"
    EDIT = "edit"
    EDIT_BACK = "edit back"  # to a wording that it had before
    EDIT_BY_ANOTHER = "edit by another"
    TAKE_BACK = "take an edit back"  # the edit itself is removed
    HIDE = "hide"
    SHOW = "show"
    MOVE = "move"  # to another title
    MOVE_BACK = "move back"
    DELETE = "delete"
    REMOVE = "remove"  # by a moderator, where authors can delete too
    RESTORE = "restore"
    HIDE_EARLIER = "hide an earlier wording"  # in the history that the platform shows
    ASIDE = "aside"  # something around the post that changes nothing in it


EDITS = frozenset({Deed.EDIT, Deed.EDIT_BACK, Deed.EDIT_BY_ANOTHER, Deed.TAKE_BACK})
GOES_OR_COMES = frozenset({Deed.HIDE, Deed.SHOW, Deed.DELETE, Deed.REMOVE, Deed.RESTORE})
REWORDS = frozenset({Deed.EDIT, Deed.EDIT_BACK, Deed.EDIT_BY_ANOTHER})


@dataclass(frozen=True)
class Shown:
    """What a visitor is shown of the post, by what the server is documented to do.

    Attributes:
        text: the wording; None where none is shown.
        author: the id or handle of whoever wrote it; None where none is shown.
        title: its heading; None where it has none of its own, or one that nobody changes.
        mark: grows whenever the platform's own mark of an edit moves. None where the platform does not say whether the
            post was edited, so that no mark could be expected.
        revision: the platform's own name for what stands there, where it can be another one for the same words.
        kept: the wordings in the platform's own history, oldest first; None for those that it hides. None where it
            shows no history.
    """

    state: State
    text: str | None = None
    author: str | None = None
    title: str | None = None
    mark: int | None = None
    kept: tuple[str | None, ...] | None = None
    revision: str | None = None


@dataclass(frozen=True)
class Done:
    """A deed: it took effect between ``started`` and ``answered``, and ``shown`` holds from then on."""

    deed: Deed
    started: datetime
    answered: datetime
    shown: Shown


@dataclass
class Life:
    """A post, what was really done to it, and the looks at it. ``chance`` decides what is done next."""

    n: int
    chance: random.Random
    url: str = ""
    done: list[Done] = field(default_factory=list)
    looks: list[Observation] = field(default_factory=list)
    wordings: list[str] = field(default_factory=list)

    @property
    def shown(self) -> Shown:
        """What it shows now."""
        return self.done[-1].shown

    @property
    def next_mark(self) -> int:
        """The platform's mark of an edit once it has moved again."""
        return (self.last_shown.mark or 0) + 1

    @property
    def last_deed(self) -> Deed:
        """What was done to it last, but for what changed nothing."""
        return next(one.deed for one in reversed(self.done) if one.deed is not Deed.ASIDE)

    @property
    def last_shown(self) -> Shown:
        """What it showed when it last showed its words."""
        return next(one.shown for one in reversed(self.done) if one.shown.text is not None)

    @property
    def can_be_edited(self) -> bool:
        """Whether the plan has an edit left for it."""
        return sum(one.deed in EDITS for one in self.done) < MAX_EDITS


class Eyes(Protocol):
    """How posts are looked at."""

    def look(self, lives: Sequence[Life]) -> list[Observation]:
        """Look at what stands at the addresses of posts now; the observations, in their order."""

    def look_back(self, life: Life, memento: Memento, archive: Archive) -> Observation:
        """Look at a version that an archive keeps."""


class Ground(Protocol):
    """A server on which posts live.

    Attributes:
        name: what it is called in tables.
        deeds: what can be done to a post there, after it was published.
    """

    name: str
    deeds: frozenset[Deed]

    def now(self) -> datetime:
        """The clock of the acts and the looks."""

    def publish(self, life: Life, text: str) -> Shown:
        """Publish the post, and set the life's address."""

    def possible(self, life: Life) -> tuple[Deed, ...]:
        """What can be done to the post now."""

    def do(self, life: Life, deed: Deed, text: str) -> Shown:
        """Do it; ``text`` is the new wording where the deed needs one. Returns what the post shows from then on."""

    def look(self, lives: Sequence[Life]) -> Sequence[Observation]:
        """Look at posts as evidentia does, and return what it observed, in their order."""
