"""A mark of editing that comes with a later look than the edited words: then the edit was not silent.

Some servers save the words first and their mark after them (a forum its count of edits): a look can fall between
the two, and the next one then shows the mark alone. Nobody can tell whether it is the mark of that edit; that the
platform made none can be said no more.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from msgspec.structs import replace as changed

from evidentia.platforms.signals import EDIT_COUNT
from evidentia.record.life import ChangeKind
from evidentia.record.post import Signal

from .contradictions import MOST_SKEW
from .steps import Step
from .wording import same_wording

MARKED_LATER = "marked-at-a-later-look"
"""The signal of an edit whose mark came with the next look: until then the platform showed none."""


def with_late_marks(steps: list[Step]) -> list[Step]:
    """The changes along our own looks; a mark that came with the look after a silent edit is that edit's."""
    told: list[Step] = []
    for step in steps:
        silent = _silent_before(told, step)
        mark = None if silent is None else _mark(step, told[silent])
        if silent is None or mark is None:
            told.append(step)
        else:
            told[silent] = _marked(told[silent], step, mark)
    return told


def _silent_before(told: list[Step], step: Step) -> int | None:
    """Where the silent edit stands that ended with the look with which this mark begins."""
    change = step.change
    if change.kind is not ChangeKind.EDITED or not same_wording(change.before, change.after):
        return None
    for n in range(len(told) - 1, -1, -1):
        earlier = told[n]
        if earlier.change.kind is ChangeKind.SILENTLY_EDITED and earlier.after is step.before:
            return n
    return None


def _mark(step: Step, edit: Step) -> Signal | None:
    """The mark, where it can be that of the edit: one more in the count, or a time that is not after its words."""
    for signal in step.change.signals:
        if signal.name == EDIT_COUNT:
            before, _, after = signal.seen.partition(" → ")
            return signal if _number(after) - _number(before) == 1 else None
        if signal.name == "edited-at":
            end = edit.after.seen.during.not_after
            return signal if end is None or datetime.fromisoformat(signal.seen) <= end + MOST_SKEW else None
        if signal.name == "edit-mark":
            return signal
    return None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _marked(edit: Step, later: Step, mark: Signal) -> Step:
    signals = tuple(one for one in edit.change.signals if one.name != "no-edit-mark")
    late = Signal(name=MARKED_LATER, seen=f"{mark.name}: {mark.seen}", where=mark.where)
    known = set(edit.change.evidence)
    evidence = tuple(one for one in later.change.evidence if one not in known)
    change = changed(
        edit.change,
        kind=ChangeKind.EDITED,
        signals=(*signals, late),
        evidence=(*edit.change.evidence, *evidence),
    )
    return replace(edit, change=change)
