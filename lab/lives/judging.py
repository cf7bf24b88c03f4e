"""What evidentia says of lives, against what was really done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from evidentia.record.life import Change, ChangeKind, Timeline
from evidentia.record.post import Account

from .expecting import Expected, Seen, between, changes_of, looks_of
from .life import Deed, Done, Life
from .timelines import faults_of_contradictions, faults_of_standings, faults_of_versions

_ACTS = frozenset({ChangeKind.ACT_APPEARED, ChangeKind.ACT_EDITED, ChangeKind.ACT_GONE})
_EDITED = frozenset({ChangeKind.EDITED, ChangeKind.SILENTLY_EDITED})


@dataclass
class Score:
    """What was right, what was not, and of how many.

    Attributes:
        unseen: edits that were undone before anybody looked, of which no trace is left anywhere.
        further: changes that are true and that no two looks show: others' acts, wordings that only a history tells.
        longest: the longest interval of a change.
        faults: each thing that was wrong, in words.
    """

    ground: str
    posts: int = 0
    deeds: Counter[Deed] = field(default_factory=Counter)
    looks: int = 0
    states_right: int = 0
    changes: int = 0
    found: int = 0
    further: int = 0
    invented: int = 0
    intervals: int = 0
    intervals_true: int = 0
    versions_right: int = 0
    contradictions: int = 0
    unseen: int = 0
    longest: timedelta = timedelta()
    faults: list[str] = field(default_factory=list)


def judge(ground: str, lives: Iterable[Life], timelines: Sequence[Timeline]) -> Score:
    """Compare each life with the timeline of its post."""
    score = Score(ground)
    by_key = {timeline.post: timeline for timeline in timelines}
    for life in lives:
        score.posts += 1
        score.deeds.update(one.deed for one in life.done)
        keys = {look.key for look in life.looks}
        if len(keys) != 1:
            score.faults.append(f"{life.url}: one post has the keys {sorted(keys)}")
            continue
        _judge(score, life, by_key[keys.pop()])
    return score


def _judge(score: Score, life: Life, timeline: Timeline) -> None:
    looks = looks_of(life)
    _states(score, life, looks)
    left = list(timeline.changes)
    wanted = tuple(changes_of(life, looks))
    for expected in wanted:
        score.changes += 1
        change = next((one for one in left if _is(one, expected)), None)
        if change is None:
            score.faults.append(f"{life.url}: not found: {_told(expected)}")
            continue
        left.remove(change)
        score.found += 1
        _interval(score, life, change, expected.deeds)
    for change in left:
        deeds = _told_otherwise(life, looks, change)
        if deeds:
            score.further += 1
            _interval(score, life, change, deeds)
        else:
            score.invented += 1
            score.faults.append(
                f"{life.url}: invented: {change.kind} {change.before!r} → {change.after!r} "
                f"{change.not_before} – {change.not_after}, {[one.seen for one in change.signals]}"
            )
    wrong = list(faults_of_versions(life, looks, timeline))
    score.versions_right += not wrong
    wrong += faults_of_standings(looks, timeline, wanted)
    wrong += faults_of_contradictions(life, timeline, wanted)
    score.faults += [f"{life.url}: {fault}" for fault in wrong]
    score.contradictions += len(timeline.contradictions)
    score.unseen += _unseen(life, looks)


def _states(score: Score, life: Life, looks: tuple[Seen, ...]) -> None:
    for look, observation in zip(looks, life.looks, strict=True):
        score.looks += 1
        text = None if observation.post is None else observation.post.text
        author = Account() if observation.post is None else observation.post.author
        kept = tuple(one.text for one in observation.history)
        if (
            (observation.state, text) == (look.shown.state, look.shown.text)
            and look.shown.author in (None, author.id, author.handle)
            and look.shown.kept in (None, kept)
        ):
            score.states_right += 1
        else:
            score.faults.append(
                f"{life.url}: seen {(observation.state, text, author, kept)}, true is {look.shown} "
                f"({observation.reason})"
            )


def _is(change: Change, expected: Expected) -> bool:
    if change.kind is not expected.kind or not _lies_in(change, expected.earlier.start, expected.later.end):
        return False
    if change.kind is ChangeKind.AUTHOR_CHANGED:
        return expected.before in change.before and expected.after in change.after
    return (change.before, change.after) == (expected.before, expected.after)


def _lies_in(change: Change, start: datetime, end: datetime) -> bool:
    if change.not_before is None or change.not_after is None:
        return False
    return start <= change.not_before and change.not_after <= end


def _told_otherwise(life: Life, looks: tuple[Seen, ...], change: Change) -> tuple[Done, ...]:
    """The deeds of which a further change tells: others' acts, and edits that the platform keeps in its history."""
    for earlier, later in pairwise(looks):
        if not _lies_in(change, earlier.start, later.end):
            continue
        deeds = between(life, earlier, later)
        if change.kind in _ACTS:
            return tuple(one for one in deeds if one.deed is Deed.ASIDE)
        kept = later.shown.kept or ()
        if change.kind is ChangeKind.EDITED and change.before in kept and change.after in kept:
            return tuple(one for one in deeds if one.shown.text == change.after)
    return ()


def _interval(score: Score, life: Life, change: Change, deeds: tuple[Done, ...]) -> None:
    """True is an interval that holds, from being asked for to being answered, an act that can have made the change."""
    score.intervals += 1
    if change.not_before is None or change.not_after is None or not deeds:
        score.faults.append(f"{life.url}: nothing bounds {change.kind} {change.after!r}")
        return
    score.longest = max(score.longest, change.not_after - change.not_before)
    whole = [one for one in deeds if change.not_before <= one.started and one.answered <= change.not_after]
    if len(whole) == len(deeds) or (change.kind in _EDITED | _ACTS and whole):
        score.intervals_true += 1
    else:
        score.faults.append(
            f"{life.url}: {change.kind} was not between {change.not_before} and {change.not_after}"
        )


def _unseen(life: Life, looks: tuple[Seen, ...]) -> int:
    """Wordings between two looks that neither saw, and that no history of the later one tells."""
    return sum(
        one.shown.text not in (earlier.shown.text, later.shown.text, None)
        and one.shown.text not in (later.shown.kept or ())
        for earlier, later in pairwise(looks)
        for one in between(life, earlier, later)
    )


def _told(expected: Expected) -> str:
    return (
        f"{expected.kind} {expected.before!r} → {expected.after!r} between {expected.earlier.start} and "
        f"{expected.later.end}"
    )
