"""The wordings of one post: those that were seen, those that only its platform's history states, and what shows them.

An earlier wording that comes back is a version of its own. The bounds of a version are those of our own looks at it,
where there are any: another source's times are its claims, and are to be found among the observations.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from evidentia.record.life import Version
from evidentia.record.moment import Moment
from evidentia.record.post import Evidence

from .kept_history import PLATFORM_HISTORY, Histories, Kept
from .looks import Look, Source
from .steps import Walked


@dataclass(eq=False, slots=True)
class Draft:
    """A version while what shows it is being gathered. ``looks`` were made at their stated times; ``copies`` not."""

    text: str
    wording: str
    looks: list[Look] = field(default_factory=list)
    copies: list[Look] = field(default_factory=list)
    kept: Kept | None = None
    stated_at: Moment | None = None
    shown_in: list[Evidence] = field(default_factory=list)

    @property
    def bounding(self) -> list[Look]:
        """The looks that bound it: our own where there are any."""
        return [look for look in self.looks if look.is_own] or self.looks

    @property
    def revisions(self) -> Iterator[str]:
        """The platform's names for what was seen."""
        for look in self.looks:
            if look.seen.post is not None and look.seen.post.revision is not None:
                yield look.seen.post.revision

    def version(self, n: int) -> Version:
        """The version that it has become."""
        starts, ends = self._bounds()
        seen = [look.seen for look in (*self.looks, *self.copies)]
        stated = [] if self.kept is None else [self.kept.first.seen, self.kept.last.seen]
        if self.looks:
            del stated[1:]
        evidence = (one for look in (*seen, *stated) for one in look.evidence)
        sources = [look.source for look in seen]
        if self.kept is not None or self.stated_at is not None:
            sources.append(PLATFORM_HISTORY)
        return Version(
            n=n,
            text=self.text,
            not_before=starts,
            not_after=ends,
            evidence=tuple(dict.fromkeys((*evidence, *self.shown_in))),
            sources=tuple(dict.fromkeys(sources)),
            stated_at=self.stated_at,
        )

    def _bounds(self) -> tuple[Moment | None, Moment | None]:
        looks = self.bounding
        if not looks and self.kept is not None:
            looks = [self.kept.first, self.kept.last]
        if not looks:
            looks = self.copies
        starts = min((look for look in looks), key=lambda look: look.start)
        ends = max((look for look in looks), key=lambda look: look.end)
        return starts.seen.during.not_before, ends.seen.during.not_after


def drafts_of(walked: Walked) -> list[Draft]:
    """The wordings that looks showed, in the order in which they were seen."""
    ours = list(_own_drafts(walked.own))
    found: list[Draft] = []
    placed: set[int] = set()
    before: dict[Source | None, Draft] = {}
    for n in range(len(walked.own) + 1):
        following = ours[n] if n < len(ours) else None
        if n in walked.others:
            found += _others_drafts(walked.others[n], before, following)
        if following is not None:
            before[walked.own[n].source] = following
            if id(following) not in placed:
                placed.add(id(following))
                found.append(following)
    if walked.stale:
        showing = {id(look): draft for draft in found for look in draft.looks}
        for stale in walked.stale:
            showing[id(stale.first)].copies.append(stale.copy)
    return found


def _own_drafts(own: list[Look]) -> Iterator[Draft | None]:
    """For each of our looks, the wording that it showed."""
    current: dict[Source | None, Draft] = {}
    for look in own:
        if look.wording is None or look.seen.post is None:
            yield None
            continue
        candidates = (current[look.source],) if look.source in current else tuple(current.values())
        draft = next((draft for draft in candidates if draft.wording == look.wording), None)
        if draft is None:
            draft = Draft(look.seen.post.text, look.wording)
        draft.looks.append(look)
        current[look.source] = draft
        yield draft


def _others_drafts(
    others: list[Look], before: dict[Source | None, Draft], following: Draft | None
) -> Iterator[Draft]:
    """The wordings that only others showed between two of our looks; those that ours showed too gain looks."""
    last: Draft | None = None
    for look in others:
        if look.wording is None or look.seen.post is None:
            continue
        ours = (before.get(look.source), *(() if look.source in before else before.values()))
        known = (last, *ours, following)
        draft = next((one for one in known if one is not None and one.wording == look.wording), None)
        if draft is None:
            draft = Draft(look.seen.post.text, look.wording)
            yield draft
        draft.looks.append(look)
        last = draft


def with_history(drafts: list[Draft], histories: Histories) -> list[Draft]:
    """The drafts with what the platform states of them, and between them those that only it states.

    From the newest backwards: an entry belongs to the latest draft of its revision or wording that is not later than
    those already found, unless the platform dates it after that draft was last seen and dates another one before.
    """
    if histories.is_empty:
        return drafts
    for draft in drafts:
        draft.stated_at = next(
            (d for r in draft.revisions if (d := histories.dates.get(r)) is not None), None
        )
    by_name: dict[str, list[int]] = defaultdict(list)
    for n, draft in enumerate(drafts):
        for name in dict.fromkeys((f"w {draft.wording}", *(f"r {one}" for one in draft.revisions))):
            by_name[name].append(n)
    earliest: dict[str, Moment] = {}
    for kept in histories.kept:
        if kept.at is not None:
            earliest.setdefault(kept.wording, kept.at)
    limit = len(drafts) - 1
    between: dict[int, list[Draft]] = defaultdict(list)
    for kept in reversed(histories.kept):
        match = _latest(kept, by_name, limit)
        if match is not None and _fits(kept, drafts[match], earliest):
            drafts[match].kept = kept
            drafts[match].stated_at = drafts[match].stated_at or kept.at
            limit = match - 1
        else:
            between[limit + 1].append(Draft(kept.text, kept.wording, kept=kept, stated_at=kept.at))
    return list(_merged(drafts, between))


def _latest(kept: Kept, by_name: dict[str, list[int]], limit: int) -> int | None:
    found = [
        places[at - 1]
        for name in (f"w {kept.wording}", *(f"r {one}" for one in kept.revisions))
        if (places := by_name.get(name)) and (at := bisect_right(places, limit))
    ]
    return max(found, default=None)


def _fits(kept: Kept, draft: Draft, earliest: dict[str, Moment]) -> bool:
    """Whether the entry can be the draft: not dated after it was last seen, unless all of its wording are."""
    if kept.at is None:
        return True
    end = max((look.end for look in draft.bounding), default=kept.at)
    return kept.at <= end or earliest[kept.wording] > end


def _merged(drafts: list[Draft], between: dict[int, list[Draft]]) -> Iterator[Draft]:
    last: Draft | None = None
    for n in range(len(drafts) + 1):
        here = [*reversed(between.get(n, [])), *drafts[n : n + 1]]
        for draft in here:
            if last is not None and last.wording == draft.wording and not (last.looks and draft.looks):
                _join(last, draft)
                continue
            last = draft
            yield draft


def _join(one: Draft, other: Draft) -> None:
    """Two drafts in a row of one wording, of which one was not seen, are one version."""
    one.text = other.text if other.looks else one.text
    one.looks += other.looks
    one.copies += other.copies
    one.kept = one.kept or other.kept
    stated = [at for at in (one.stated_at, other.stated_at) if at is not None]
    one.stated_at = min(stated, default=None)


def versions(drafts: Sequence[Draft]) -> tuple[Version, ...]:
    """The versions, numbered in their order."""
    return tuple(draft.version(n) for n, draft in enumerate(drafts, start=1))


def by_look(drafts: Iterable[Draft]) -> dict[int, int]:
    """For each look at a wording (by ``id``), the number of its version."""
    return {id(look): n for n, draft in enumerate(drafts, start=1) for look in (*draft.looks, *draft.copies)}
