"""The life of a post, as observations bound it: what changed, its versions, how it stood, and what contradicts what."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from .moment import Moment
from .post import Evidence, Media, Observation, Signal, State
from .said import Said, Says


class ChangeKind(StrEnum):
    """What moved between two observations."""

    EDITED = "edited"
    SILENTLY_EDITED = "silently_edited"
    MEDIA_CHANGED = "media_changed"
    AUTHOR_CHANGED = "author_changed"
    VISIBILITY_CHANGED = "visibility_changed"
    REPLY_SETTING_CHANGED = "reply_setting_changed"
    THREAD_CHANGED = "thread_changed"  # what it answers, quotes or passes on
    ACT_APPEARED = "act_appeared"  # a comment, a like, a share that a whole list did not hold before
    ACT_GONE = "act_gone"  # one that a whole list does not hold any more
    ACT_EDITED = "act_edited"  # a comment whose words differ
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


class MediaFate(StrEnum):
    """What became of a picture, video or sound of a post."""

    UNCHANGED = "unchanged"  # the same bytes
    REENCODED = "reencoded"  # other bytes that show the same, by a perceptual hash
    REPLACED = "replaced"
    REMOVED = "removed"
    ADDED = "added"
    UNDETERMINED = "undetermined"  # the bytes of one of them were not captured, or cannot be compared


class MediaMove(msgspec.Struct, frozen=True, kw_only=True):
    """One medium before and after. ``distance`` is the number of PDQ bits (of 256) that differ, where it was measured.

    ``reason`` says why a fate is undetermined, or by what it was decided; ``says`` are its sentences by their codes.
    """

    fate: MediaFate
    before: Media | None
    after: Media | None
    distance: int | None = None
    reason: str = ""
    says: tuple[Said, ...] = ()


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
    media: tuple[MediaMove, ...] = ()


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A wording of the post, with the first and last moments at which it was seen.

    ``sources`` are those on whose word it rests; ``stated_at`` when the platform says that it was made, which is its
    claim and bounds nothing. A version that only the platform's own history shows was seen by nobody at a known moment:
    its bounds are those of the looks at that history, or None.
    """

    n: int
    text: str
    not_before: Moment | None
    not_after: Moment | None
    evidence: tuple[Evidence, ...]
    sources: tuple[str, ...] = ()
    stated_at: Moment | None = None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A state that looks in a row showed. It was so at some moment of the first look and of the last one.

    ``not_before`` is the start of the first of them, ``not_after`` the end of the last; between the end of one standing
    and the start of the next nothing was seen. ``version`` is the wording that it showed, where it showed any.
    """

    state: State
    not_before: Moment | None
    not_after: Moment | None
    looks: int
    evidence: tuple[Evidence, ...]
    version: int | None = None


class ContradictionKind(StrEnum):
    """How sources say what cannot all be true as it stands."""

    UNMARKED_EDIT = "unmarked_edit"  # the platform says that it was never edited, and two looks differ
    STALE_COPY = (
        "stale_copy"  # an archive's copy shows what others had seen replaced before its stated moment
    )
    UNKNOWN_VERSION = "unknown_version"  # a screenshot or an export shows a wording that no capture shows
    HISTORY_DIFFERS = (
        "history_differs"  # the platform's own history lacks, or changed, a wording that was seen
    )
    STATES_DIFFER = "states_differ"  # looks at one time saw different states
    TEXTS_DIFFER = "texts_differ"  # looks at one time saw different wordings
    PROOF_DIFFERS = "proof_differs"  # what a key signed is not what was shown


class Contradiction(msgspec.Struct, frozen=True, kw_only=True):
    """A finding: sources that contradict each other. None of them is preferred; ``explanations`` are what could be so.

    ``statement`` says it in English, and ``says`` are its sentences by their codes; ``explanations_say`` has one
    sentence for each of ``explanations``. ``signals`` carry what each side showed.
    """

    kind: ContradictionKind
    statement: str
    not_before: Moment | None
    not_after: Moment | None
    signals: tuple[Signal, ...]
    evidence: tuple[Evidence, ...]
    explanations: tuple[str, ...] = ()
    says: Says = ()
    explanations_say: Says = ()


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """The life of one post, as far as it was observed."""

    post: str
    url: str
    state: State
    observations: tuple[Observation, ...]
    versions: tuple[Version, ...]
    changes: tuple[Change, ...]
    standings: tuple[Standing, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
