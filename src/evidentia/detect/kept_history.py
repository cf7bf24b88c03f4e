"""What platforms keep of a post's earlier wordings, over all looks at that history, and what of it does not fit.

A history is the platform's word: the wordings in it were seen by nobody here when they stood, and the times are those
that it states.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from evidentia.record.moment import Moment
from evidentia.record.post import KeptVersion

from .looks import Look
from .wording import wording

PLATFORM_HISTORY = "platform history"
"""The source of a version that the platform itself keeps."""

KEEPS_NONE = frozenset({"nostr"})
"""Platforms whose servers may drop what was replaced (NIP-01): what is missing there says nothing."""


@dataclass(slots=True)
class Kept:
    """A wording that histories state: under which names, when it is said to have been made, in which looks it stood."""

    text: str
    wording: str
    at: Moment | None
    first: Look
    last: Look
    revisions: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Misfit:
    """An entry of an earlier history that a later one lacks, or states in other words."""

    entry: KeptVersion
    changed_to: KeptVersion | None
    earlier: Look
    later: Look


@dataclass(frozen=True)
class Histories:
    """All wordings that histories state, oldest first, with what does not fit between them.

    ``dates`` are those that the platform states for a revision, also where it hides the words; ``last`` is the latest
    look at a history with words in it.
    """

    kept: list[Kept]
    dates: dict[str, Moment]
    misfits: list[Misfit]
    last: Look | None

    @property
    def is_empty(self) -> bool:
        """Whether no history states anything."""
        return not self.kept and not self.dates


def histories(looks: Iterable[Look]) -> Histories:
    """Put the histories that looks show together."""
    runs = list(_runs(looks))
    entries: dict[Hashable, Kept] = {}
    dates: dict[str, Moment] = {}
    for first, last in runs:
        names = _names(first.seen.history)
        for name, one in zip(names, first.seen.history, strict=True):
            if one.revision is not None and one.at is not None:
                dates.setdefault(one.revision, one.at)
            if one.text is None:
                continue
            kept = entries.get(name)
            if kept is None:
                revisions = set() if one.revision is None else {one.revision}
                entries[name] = Kept(one.text, wording(one.text), one.at, first, last, revisions)
            else:
                kept.last = last
    misfits = [misfit for (_, earlier), (later, _) in pairwise(runs) for misfit in _misfits(earlier, later)]
    with_words = [last for _, last in runs if any(one.text is not None for one in last.seen.history)]
    return Histories(
        _collapsed(_in_their_order(list(entries.values()))),
        dates,
        misfits,
        with_words[-1] if with_words else None,
    )


def _runs(looks: Iterable[Look]) -> Iterator[tuple[Look, Look]]:
    """The first and the last of looks in a row that show one and the same history."""
    first: Look | None = None
    last: Look | None = None
    for look in looks:
        if not look.seen.history:
            continue
        if first is not None and last is not None and look.seen.history != first.seen.history:
            yield first, last
            first = None
        first, last = first or look, look
    if first is not None and last is not None:
        yield first, last


def _names(history: tuple[KeptVersion, ...]) -> list[Hashable]:
    """What an entry is known by in other looks: its revision; else its time, where no other entry has the same."""
    count = Counter(one.at for one in history if one.revision is None)
    return [
        one.revision
        if one.revision is not None
        else one.at
        if one.at is not None and count[one.at] == 1
        else (one.at, one.text)
        for one in history
    ]


def _in_their_order(kept: list[Kept]) -> list[Kept]:
    """As the platform dates them; as they were met where it does not date them all."""
    dated = [(one.at, n, one) for n, one in enumerate(kept) if one.at is not None]
    return [one for _, _, one in sorted(dated, key=lambda d: d[:2])] if len(dated) == len(kept) else kept


def _collapsed(kept: list[Kept]) -> list[Kept]:
    """Entries in a row with one wording as one: something else was edited between them."""
    found: list[Kept] = []
    for one in kept:
        if found and found[-1].wording == one.wording:
            found[-1].revisions |= one.revisions
            found[-1].last = max(found[-1].last, one.last, key=lambda look: look.place)
        else:
            found.append(one)
    return found


def _misfits(earlier: Look, later: Look) -> Iterator[Misfit]:
    """What the later history lacks, as far as it reaches back, or words otherwise. Words that it hides it does not
    lack: the entry is there, and says that it is hidden."""
    if _platform(later) in KEEPS_NONE:
        return
    now = dict(zip(_names(later.seen.history), later.seen.history, strict=True))
    reaches_back = False
    for name, one in zip(_names(earlier.seen.history), earlier.seen.history, strict=True):
        same = now.get(name)
        if same is None:
            if reaches_back and one.text is not None:
                yield Misfit(one, None, earlier, later)
            continue
        reaches_back = True
        if one.text is not None and same.text is not None and wording(one.text) != wording(same.text):
            yield Misfit(one, same, earlier, later)


def _platform(look: Look) -> str:
    return look.seen.key.partition(":")[0]
