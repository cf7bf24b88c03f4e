"""A post, its author, its states, and what was observed of it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from .item import Program
from .moment import Interval, Moment
from .said import Says


class Media(msgspec.Struct, frozen=True, kw_only=True):
    """A picture, video or sound in a post, with the digest of the bytes that were captured, if they were.

    ``pdq`` is the captured picture's PDQ hash (64 hexadecimal digits) and ``pdq_quality`` what PDQ says of it (0 to
    100): with them a picture that was encoded anew is told from another picture. None where they were not computed.
    """

    url: str
    media_type: str | None = None
    sha256: str | None = None
    description: str | None = None
    pdq: str | None = None
    pdq_quality: int | None = None


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Who published: the platform's stable id, the handle and the display name, kept apart.

    ``picture`` is the account's own, where the platform shows it with the post.
    """

    id: str | None = None
    handle: str | None = None
    name: str | None = None
    url: str | None = None
    picture: Media | None = None


class EntityKind(StrEnum):
    """What a part of a text means to its platform."""

    MENTION = "mention"
    HASHTAG = "hashtag"
    LINK = "link"
    EMOJI = "emoji"  # the platform's own, which the text holds under a name


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a text that the platform marks: code points ``start`` to ``end`` (exclusive) of ``Post.text``.

    ``target`` is what it points to: the account's stable id (its handle where none is stated), the tag without its
    sign, the address of a link or of an emoji's picture.
    """

    kind: EntityKind
    start: int
    end: int
    target: str | None = None


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """A post as its platform states it.

    ``stated_time`` is the time of publication as it is shown, where no zone is stated with it (``created_at`` is None
    then). ``revision`` is the platform's own name for this very wording: a CID, a revision's number, an event's id.
    ``in_reply_to``, ``quotes`` and ``shares`` are the addresses (or else the ids) of the post that is answered,
    quoted, passed on. ``visibility`` and ``reply_setting`` (who may answer) are in the platform's own words.
    ``edit_mark``: whether the platform says that it was edited; None where it never says.
    ``activity`` holds counters: they move by themselves, no edits.
    """

    platform: str
    native_id: str
    url: str
    author: Account
    text: str
    title: str | None = None
    created_at: Moment | None = None
    edited_at: Moment | None = None
    edit_mark: bool | None = None
    stated_time: str | None = None
    revision: str | None = None
    in_reply_to: str | None = None
    quotes: str | None = None
    shares: str | None = None
    entities: tuple[Entity, ...] = ()
    media: tuple[Media, ...] = ()
    links: tuple[str, ...] = ()
    visibility: str | None = None
    reply_setting: str | None = None
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


class KeptVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A wording that the platform itself keeps in its history, and when it says that it was made.

    ``text`` is None where the platform names the version and hides its words. ``author`` is who made it, where others
    than the post's own author can (a wiki); None where the platform does not say. ``where`` in the capture it stands.
    """

    text: str | None
    at: Moment | None
    where: str
    revision: str | None = None
    author: Account | None = None
    title: str | None = None
    media: tuple[Media, ...] = ()


class ActKind(StrEnum):
    """What an account did with a post or an account, besides publishing."""

    LIKE = "like"  # any reaction; ``Act.what`` says which
    SHARE = "share"
    FOLLOW = "follow"
    COMMENT = "comment"
    STICKER = "sticker"


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One account's act, as the platform lists it with the account's name. A counter is no act.

    ``object`` is the address or id of what was acted upon; ``what`` the reaction, the comment's words, the sticker's
    name; ``at`` None where the platform does not say when; ``where`` in the capture it stands.
    """

    kind: ActKind
    actor: Account
    object: str
    where: str
    what: str | None = None
    native_id: str | None = None
    url: str | None = None
    at: Moment | None = None
    stated_time: str | None = None
    media: tuple[Media, ...] = ()


class ProofKind(StrEnum):
    """What a platform's own cryptography can show, beyond what its server says."""

    REPOSITORY = (
        "repository"  # atproto: a commit signed by the account's key, and the record's place under it
    )
    EVENT = "event"  # Nostr: id and Schnorr signature of an event
    HTTP_SIGNATURE = "http-signature"  # RFC 9421, or the draft that ActivityPub servers use
    OBJECT_SIGNATURE = "object-signature"  # a signature inside an ActivityPub object


class ProofOutcome(StrEnum):
    """What came of checking a proof again from the captured bytes."""

    PRESENT = "present"  # it holds: the key signed that this content stands there
    ABSENT = "absent"  # it holds: the key signed that nothing stands there
    BROKEN = "broken"  # the bytes do not fit together
    UNDETERMINED = "undetermined"  # something needed is not in the capture


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """A cryptographic statement about a post, checked from the captured bytes alone.

    ``key`` is the public key that signed, in the platform's own spelling; whoever holds it (often the host) is said
    in ``reason``. ``at`` is the time that was signed, a claim of the signer. ``steps`` are what was checked, in order.
    """

    kind: ProofKind
    outcome: ProofOutcome
    subject: str
    key: str | None = None
    at: Moment | None = None
    steps: tuple[str, ...] = ()
    reason: str = ""
    where: tuple[str, ...] = ()


class PageReading(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader of a platform makes of a capture: a state, the signals, the post if it is there.

    ``selector`` is a CSS selector of the post's own element, where the reader knows one. ``says`` are the sentences of
    ``reason`` by their codes, for other languages.
    """

    state: State
    signals: tuple[Signal, ...]
    reader: Program
    post: Post | None = None
    reason: str = ""
    selector: str | None = None
    history: tuple[KeptVersion, ...] = ()
    acts: tuple[Act, ...] = ()
    proofs: tuple[Proof, ...] = ()
    says: Says = ()


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Where a statement can be checked: an item of the case and a path in it."""

    item: int
    path: str


class ControlKind(StrEnum):
    """What was asked beside the post itself, so that its absence can be told from a host that shows nothing."""

    SAME_HOST = "same_host"  # another address of the same host, which answered before
    SECOND_VANTAGE = "second_vantage"  # the same post by another way: the interface, or without the login


class Control(msgspec.Struct, frozen=True, kw_only=True):
    """What a control showed. ``answered``: whether the host gave there what it gives where nothing is missing.

    ``where`` is the exchange in the capture; ``state`` what was read of the post itself at a second vantage.
    """

    kind: ControlKind
    url: str
    answered: bool
    seen: str
    during: Interval
    where: str
    state: State | None = None


OWN_CAPTURE = "own capture"
"""The source of an observation that was made here; any other names on whose word it rests."""


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """A post's state at a time, from one source. ``during``: the moments between which it was looked at.

    ``says`` are the sentences of ``reason`` by their codes, for other languages.
    """

    key: str
    url: str
    state: State
    during: Interval
    source: str
    evidence: tuple[Evidence, ...]
    signals: tuple[Signal, ...] = ()
    post: Post | None = None
    reason: str = ""
    history: tuple[KeptVersion, ...] = ()
    acts: tuple[Act, ...] = ()
    proofs: tuple[Proof, ...] = ()
    controls: tuple[Control, ...] = ()
    says: Says = ()
