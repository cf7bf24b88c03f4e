"""What a timeline says beside its changes, against the truth: versions, how the post stood, and contradictions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evidentia.record.life import ChangeKind, Contradiction, ContradictionKind, Timeline, Version
from evidentia.record.post import OWN_CAPTURE, State

from .expecting import Expected, Seen, wordings_of
from .life import Deed, Life


def faults_of_versions(life: Life, looks: Sequence[Seen], timeline: Timeline) -> Iterator[str]:
    """Each wording that was shown is a version, in order; another is one only where the platform's history has it."""
    told = [version.text for version in timeline.versions]
    shown = wordings_of(looks)
    kept = {text for look in looks for text in look.shown.kept or () if text is not None}
    others = iter(told)
    if (
        not all(text in others for text in shown)
        or set(told) != set(shown) | kept
        or (not kept and told != shown)
    ):
        yield f"versions {told}, shown were {shown}, kept are {sorted(kept)}"
    for version in timeline.versions:
        if not _was_looked_at(version, looks):
            yield f"version {version.n} was not seen from {version.not_before} to {version.not_after}"
        if version.stated_at is not None and not _was_made(version, life):
            yield f"version {version.n} was not made at {version.stated_at}"


def faults_of_standings(
    looks: Sequence[Seen], timeline: Timeline, expected: Sequence[Expected]
) -> Iterator[str]:
    """One state for each look, in their order; at the end the last of them, or "edited" where edits were found."""
    told = [one.state for one in timeline.standings for _ in range(one.looks)]
    true = [look.shown.state for look in looks]
    if told != true:
        yield f"stood {told}, true is {true}"
    ends = {true[-1]}
    if true[-1] is State.LIVE and any(one.kind in _EDITED for one in expected):
        ends = {State.EDITED}
    if timeline.state not in ends:
        yield f"stands {timeline.state}, true is {true[-1]}"


def faults_of_contradictions(life: Life, timeline: Timeline, expected: Sequence[Expected]) -> Iterator[str]:
    """Sources contradict each other only where something was really done that makes them.

    That an edit was not marked is found where our own looks show it; between an archive's copies it is a change alone.
    """
    is_own = all(look.source == OWN_CAPTURE for look in life.looks)
    silent = sum(
        is_own and one.kind is ChangeKind.SILENTLY_EDITED and one.before != one.after for one in expected
    )
    unmarked = sum(one.kind is ContradictionKind.UNMARKED_EDIT for one in timeline.contradictions)
    if unmarked != silent:
        yield f"{unmarked} edits are called unmarked, {silent} are"
    for one in timeline.contradictions:
        if not _is_true(life, one):
            yield f"invented: {one.kind}: {one.statement} {one.not_before} – {one.not_after}"


_EDITED = frozenset({ChangeKind.EDITED, ChangeKind.SILENTLY_EDITED})


def _is_true(life: Life, found: Contradiction) -> bool:
    match found.kind:
        case ContradictionKind.UNMARKED_EDIT:
            return True  # they are counted
        case ContradictionKind.HISTORY_DIFFERS:  # an edit that was taken back is in the history no more
            return any(one.deed is Deed.TAKE_BACK for one in life.done)
        case ContradictionKind.PROOF_DIFFERS:  # withheld by the host, and still in the signed repository
            return any(one.deed is Deed.HIDE and one.shown.text is not None for one in life.done)
        case _:
            return False


def _was_looked_at(version: Version, looks: Sequence[Seen]) -> bool:
    """Whether its bounds are looks that showed it, or its place in the platform's history, with no other between."""
    showing = [look for look in looks if version.text in (look.shown.text, *(look.shown.kept or ()))]
    return version.not_before in {look.start for look in showing} and version.not_after in {
        look.end for look in showing
    }


def _was_made(version: Version, life: Life) -> bool:
    """Whether the platform states a moment at which the post did get the wording; its clock may count in seconds."""
    at = version.stated_at
    return at is not None and any(
        one.shown.text == version.text and one.started.replace(microsecond=0) <= at <= one.answered
        for one in life.done
    )
