"""What others did with a post between two looks: comments, reactions and shares that came, went or were reworded.

A list that a platform shows is often a part of what there is. So an act is gone only where the *later* look holds the
whole list, and new only where the *earlier* one does: readers say so with the signal ``WHOLE_LIST``. A comment that
both looks hold under one id, in other words, was reworded, whole lists or not.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from evidentia.platforms.signals import WHOLE_LIST
from evidentia.record.life import Change, ChangeKind
from evidentia.record.post import Account, Act, ActKind, Observation, Signal

from .bounded import change_between
from .wording import same_wording
from .words import compare_words


def compare_acts(before: Observation, after: Observation) -> tuple[Change, ...]:
    """The acts that appeared, went or were reworded between two looks at one post, as far as their lists can show it.

    Both looks show the post itself: where it is gone, what stood below it says nothing of its own.
    """
    if before.acts == after.acts:
        return ()
    earlier = {_identity(act): act for act in before.acts}
    later = {_identity(act): act for act in after.acts}
    return (
        *_missing(before, after, earlier, later),
        *_reworded(before, after, earlier, later),
        *_new(before, after, earlier, later),
    )


_Acts = dict[Hashable, Act]


def _missing(before: Observation, after: Observation, earlier: _Acts, later: _Acts) -> Iterator[Change]:
    whole = whole_lists(after)
    for identity, act in earlier.items():
        if identity not in later and act.kind in whole:
            signals = (_of(act), whole[act.kind])
            yield change_between(before, after, ChangeKind.ACT_GONE, described(act), "", *signals)


def _new(before: Observation, after: Observation, earlier: _Acts, later: _Acts) -> Iterator[Change]:
    whole = whole_lists(before)
    for identity, act in later.items():
        if identity not in earlier and act.kind in whole:
            signals = (_of(act), whole[act.kind])
            yield change_between(before, after, ChangeKind.ACT_APPEARED, "", described(act), *signals)


def _reworded(before: Observation, after: Observation, earlier: _Acts, later: _Acts) -> Iterator[Change]:
    for identity, old in earlier.items():
        new = later.get(identity)
        if new is None or old.what is None or new.what is None or same_wording(old.what, new.what):
            continue
        yield change_between(
            before,
            after,
            ChangeKind.ACT_EDITED,
            described(old),
            described(new),
            _of(new),
            words=compare_words(old.what, new.what),
        )


def whole_lists(observation: Observation) -> dict[str, Signal]:
    """The kinds of acts of which the look holds the whole list, each with the signal that says so."""
    return {signal.seen: signal for signal in observation.signals if signal.name == WHOLE_LIST}


def described(act: Act) -> str:
    """An act in a line: who, and what was said or meant."""
    return f"{named(act.actor)}: {act.what}" if act.what else named(act.actor)


def named(account: Account) -> str:
    """An account as name, handle and id, as far as they are known."""
    parts = (account.name, account.handle and f"@{account.handle}", account.id and f"id {account.id}")
    return " · ".join(part for part in parts if part)


def _identity(act: Act) -> Hashable:
    """What makes two entries one act: the platform's id; else who did what to what. Words that can be edited are no
    part of a comment's id; a reaction is another one when its sign is."""
    reaction = None if act.kind is ActKind.COMMENT else act.what
    if act.native_id is not None:
        return act.kind, act.native_id, reaction
    actor = act.actor.id or act.actor.handle or act.actor.url or act.actor.name
    return act.kind, actor, act.object, act.what, act.at


def _of(act: Act) -> Signal:
    return Signal(name=f"act-{act.kind.value}", seen=act.url or act.native_id or act.object, where=act.where)
