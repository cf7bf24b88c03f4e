"""What has to be found between the looks at a life, told from the truth alone; nothing of ``detect`` is used here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from evidentia.record.life import ChangeKind
from evidentia.record.post import Observation, State

from .life import GOES_OR_COMES, Done, Life, Shown

_THERE = frozenset({State.LIVE, State.EDITED})
_SAY_NOTHING = frozenset({State.LOGIN_WALL, State.CHALLENGE, State.UNREACHABLE, State.UNDETERMINED})
_ONCE_THERE = frozenset({State.DELETED_BY_AUTHOR, State.REMOVED_BY_PLATFORM})


@dataclass(frozen=True)
class Seen:
    """A look, and which of the life's deeds it came after: the last of them made what was shown."""

    start: datetime
    end: datetime
    after: int
    shown: Shown


@dataclass(frozen=True)
class Expected:
    """A change that two looks show, and the deeds between them that can have brought it about."""

    kind: ChangeKind
    before: str
    after: str
    earlier: Seen
    later: Seen
    deeds: tuple[Done, ...]


def looks_of(life: Life) -> tuple[Seen, ...]:
    """The looks in their places between the deeds. No look of a scripted life is made while something is done to it."""
    return tuple(_placed(life, look) for look in life.looks)


def changes_of(life: Life, looks: tuple[Seen, ...]) -> Iterator[Expected]:
    """The changes that follow from what the looks were shown; from one that showed nothing of the post none does."""
    was_there = False
    last: Seen | None = None
    with_words: Seen | None = None
    for look in looks:
        if look.shown.state in _SAY_NOTHING:
            continue
        if last is not None:
            yield from _of_state(life, last, look, was_there=was_there)
        last = look
        if look.shown.text is not None:
            if with_words is not None:
                yield from _of_content(life, with_words, look)
            with_words = look
        was_there = was_there or look.shown.state in _THERE


def wordings_of(looks: Sequence[Seen]) -> list[str]:
    """The wordings that the looks were shown, each as long as it was shown without another between."""
    found: list[str] = []
    for look in looks:
        if look.shown.text is not None and look.shown.text not in found[-1:]:
            found.append(look.shown.text)
    return found


def between(life: Life, earlier: Seen, later: Seen) -> tuple[Done, ...]:
    """What was done to the post between two looks."""
    return tuple(life.done[earlier.after + 1 : later.after + 1])


def _placed(life: Life, look: Observation) -> Seen:
    start, end = look.during.not_before, look.during.not_after
    if start is None or end is None:
        raise ValueError("a look without bounds")
    after = max(n for n, one in enumerate(life.done) if one.answered <= start)
    if any(one.started < end for one in life.done[after + 1 :]):
        raise ValueError("something was done to the post while it was looked at")
    return Seen(start, end, after, life.done[after].shown)


def _of_state(life: Life, earlier: Seen, later: Seen, *, was_there: bool) -> Iterator[Expected]:
    old, new = earlier.shown.state, later.shown.state
    if old == new or (old in _THERE and new in _THERE):
        return
    is_back = new in _THERE and (was_there or old in _ONCE_THERE)
    kind = ChangeKind.RESTORED if is_back else ChangeKind.STATE_CHANGED
    moves = tuple(one for one in between(life, earlier, later) if one.deed in GOES_OR_COMES)
    yield Expected(kind, old.value, new.value, earlier, later, moves)


def _of_content(life: Life, earlier: Seen, later: Seen) -> Iterator[Expected]:
    old, new = earlier.shown, later.shown
    is_marked = (new.mark or 0) > (old.mark or 0)
    is_silent = new.mark is not None and not is_marked
    kind = ChangeKind.SILENTLY_EDITED if is_silent else ChangeKind.EDITED
    edits = [
        Expected(kind, a, b, earlier, later, _moved(life, earlier, later, what))
        for what, a, b in (("text", old.text, new.text), ("title", old.title, new.title))
        if a is not None and b is not None and a != b
    ]
    if not edits and is_marked and new.state is State.EDITED:  # changed and changed back, and the mark tells
        text, deeds = old.text or "", _moved(life, earlier, later, "mark")
        edits = [Expected(ChangeKind.EDITED, text, text, earlier, later, deeds)]
    if not edits and old.revision != new.revision:  # the same words, put there anew
        text, deeds = old.text or "", _moved(life, earlier, later, "revision")
        edits = [Expected(kind, text, text, earlier, later, deeds)]
    yield from edits
    if old.author != new.author:
        kind, deeds = ChangeKind.AUTHOR_CHANGED, _moved(life, earlier, later, "author")
        yield Expected(kind, old.author or "", new.author or "", earlier, later, deeds)


def _moved(life: Life, earlier: Seen, later: Seen, what: str) -> tuple[Done, ...]:
    """The deeds between two looks after which something of what the post shows was another than before."""
    made = []
    before = next(one for one in reversed(life.done[: earlier.after + 1]) if one.shown.text is not None)
    for one in between(life, earlier, later):
        if one.shown.text is None:
            continue
        if getattr(one.shown, what) != getattr(before.shown, what):
            made.append(one)
        before = one
    return tuple(made)
