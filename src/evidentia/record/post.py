"""A post, its author, its states, and what was observed of it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from .item import Program
from .moment import Interval, Moment


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Who published: the platform's stable id, the handle and the display name, kept apart."""

    id: str | None = None
    handle: str | None = None
    name: str | None = None
    url: str | None = None


class Media(msgspec.Struct, frozen=True, kw_only=True):
    """A picture, video or sound in a post, with the digest of the bytes that were captured, if they were."""

    url: str
    media_type: str | None = None
    sha256: str | None = None
    description: str | None = None


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """A post as its platform states it. ``activity`` holds counters: they move by themselves, no edits."""

    platform: str
    native_id: str
    url: str
    author: Account
    text: str
    title: str | None = None
    created_at: Moment | None = None
    edited_at: Moment | None = None
    edit_mark: bool | None = None
    in_reply_to: str | None = None
    media: tuple[Media, ...] = ()
    links: tuple[str, ...] = ()
    visibility: str | None = None
    activity: dict[str, int] = {}


class State(StrEnum):
    """What can be said of a post, and never more than the signal says."""

    LIVE = "live"
    EDITED = "edited"
    DELETED_BY_AUTHOR = "deleted_by_author"
    REMOVED_BY_PLATFORM = "removed_by_platform"
    ACCOUNT_GONE = "account_gone"
    ACCESS_RESTRICTED = "access_restricted"
    LOGIN_WALL = "login_wall"
    CHALLENGE = "challenge"
    UNAVAILABLE = "unavailable"
    UNREACHABLE = "unreachable"
    UNDETERMINED = "undetermined"


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen that shows a state: its name, what it said, and where in the capture it stands."""

    name: str
    seen: str
    where: str


class PageReading(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader of a platform makes of a capture: a state, the signals, the post if it is there.

    ``selector`` is a CSS selector of the post's own element, where the reader knows one.
    """

    state: State
    signals: tuple[Signal, ...]
    reader: Program
    post: Post | None = None
    reason: str = ""
    selector: str | None = None


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Where a statement can be checked: an item of the case and a path in it."""

    item: int
    path: str


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """A post's state at a time, from one source. ``during``: the moments between which it was looked at."""

    key: str
    url: str
    state: State
    during: Interval
    source: str
    evidence: tuple[Evidence, ...]
    signals: tuple[Signal, ...] = ()
    post: Post | None = None
    reason: str = ""


class ChangeKind(StrEnum):
    """What moved between two observations."""

    EDITED = "edited"
    SILENTLY_EDITED = "silently_edited"
    MEDIA_CHANGED = "media_changed"
    AUTHOR_CHANGED = "author_changed"
    VISIBILITY_CHANGED = "visibility_changed"
    STATE_CHANGED = "state_changed"
    RESTORED = "restored"


class WordMove(StrEnum):
    """What became of a run of words."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """A run of words that stayed, went or came."""

    move: WordMove
    text: str


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What moved between two observations, bounded by them. ``not_before`` is the start of the last look that
    still showed the old, ``not_after`` the end of the first one that showed the new: a page may have been
    served at any moment of the look at it, so nothing narrower is certain."""

    kind: ChangeKind
    before: str
    after: str
    not_before: Moment | None
    not_after: Moment | None
    signals: tuple[Signal, ...]
    evidence: tuple[Evidence, ...]
    words: tuple[Words, ...] = ()


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A wording of the post, with the first and last moments at which it was seen."""

    n: int
    text: str
    not_before: Moment | None
    not_after: Moment | None
    evidence: tuple[Evidence, ...]


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """The life of one post, as far as it was observed."""

    post: str
    url: str
    state: State
    observations: tuple[Observation, ...]
    versions: tuple[Version, ...]
    changes: tuple[Change, ...]
