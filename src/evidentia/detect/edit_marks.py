"""Whether the platform says that a post was edited since the earlier look, and whether it would say so."""

from __future__ import annotations

from evidentia.platforms.signals import EDIT_COUNT
from evidentia.record.post import Observation, Signal
from evidentia.record.sentences import Term


def marks_edits(after: Observation) -> bool:
    """Whether the look would have shown a mark, had the platform made one."""
    post = after.post
    stated = post is not None and (post.edit_mark is not None or post.edited_at is not None)
    return stated or _edit_count(after) is not None


def mark_of(before: Observation, after: Observation, reworded: bool) -> Signal | None:
    """The signal with which the platform says that the post was edited since the earlier look, if it does."""
    old, new = before.post, after.post
    if old is None or new is None:
        return None
    count = _edit_count(after)
    if count is not None:
        earlier = _edit_count(before) or "0"
        moved = _number(count) > _number(earlier)
        return Signal(name=EDIT_COUNT, seen=f"{earlier} → {count}", where="post") if moved else None
    if new.edited_at is not None:
        if old.edited_at is not None and new.edited_at <= old.edited_at:
            return None
        return Signal(name="edited-at", seen=new.edited_at.isoformat(), where="post.edited_at")
    if new.edit_mark and (reworded or not old.edit_mark):
        return Signal(name="edit-mark", seen=Term("yes"), where="post.edit_mark")
    return None


def no_mark(after: Observation) -> Signal:
    """The signal that the look shows no mark of the edit, and whether it could have shown one."""
    post = after.post
    if not marks_edits(after):
        seen = f"{Term('this look could show none')}: " + Term(
            "the platform does not say here whether a post was edited"
        )
    elif post is not None and post.edit_mark is False:
        seen = Term("the platform shows none")
    else:
        seen = Term("the page shows none that moved")
    return Signal(name="no-edit-mark", seen=seen, where="post.edit_mark")


def _edit_count(observation: Observation) -> str | None:
    return next((signal.seen for signal in observation.signals if signal.name == EDIT_COUNT), None)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
