"""A change between two looks, bounded by them.

A look lasts from ``during.not_before`` to ``during.not_after``, and the page may have been served at any moment of it.
So the old was certainly still there only at the *start* of the earlier look, and the new was certainly there only at
the *end* of the later one: the change lies between these two. A time that the platform states does not narrow them,
because it is the platform's word and not an observation; it is listed among the signals.
"""

from __future__ import annotations

from evidentia.record.life import Change, ChangeKind, MediaMove, Words
from evidentia.record.post import Observation, Signal
from evidentia.record.sentences import Term


def change_between(
    before: Observation,
    after: Observation,
    kind: ChangeKind,
    old: str,
    new: str,
    *signals: Signal,
    words: tuple[Words, ...] = (),
    media: tuple[MediaMove, ...] = (),
) -> Change:
    """The change from ``old`` to ``new``, with what shows it and the evidence of both looks."""
    return Change(
        kind=kind,
        before=old,
        after=new,
        not_before=before.during.not_before,
        not_after=after.during.not_after,
        signals=(*signals, *_overlap(before, after)),
        evidence=(*before.evidence, *after.evidence),
        words=words,
        media=media,
    )


def _overlap(before: Observation, after: Observation) -> tuple[Signal, ...]:
    end, start = before.during.not_after, after.during.not_before
    if end is None or start is None or end <= start:
        return ()
    seen = f"{end.isoformat()} > {start.isoformat()}"
    return (Signal(name="looks-overlap", seen=seen, where=Term("which came first is not certain")),)
