"""The changes along the looks at one post: first those that our own looks bound, then what other sources add.

What our own looks bound nobody else's word moves, narrows or takes away. An archive's copy, or one that was handed
over, states its time itself: where it shows what our looks do not, the change is told on its word; where it would
place a change of ours more closely, that is a signal; and where it shows what had been seen replaced before its stated
time, it is no change but a contradiction (``ContradictionKind.STALE_COPY``): copies are served out of caches.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import accumulate

from msgspec.structs import replace as changed

from evidentia.record.life import Change, ChangeKind
from evidentia.record.moment import Moment
from evidentia.record.post import OWN_CAPTURE, Observation, Signal

from .edits import compare_content, compare_media, compare_state
from .looks import Look, Source, in_order, presence_of
from .proofs import Signed, remember, with_signatures
from .wording import same_wording, wording

ON_THE_WORD_OF = "on-the-word-of"
"""The signal of a change that somebody else's observation bounds: nothing here shows that it is true."""

CLAIMED_BETWEEN = "claimed-between"
"""The signal that another source would place a change of ours within closer bounds, if its times are right."""

EDITS = frozenset({ChangeKind.EDITED, ChangeKind.SILENTLY_EDITED})
_STATES = frozenset({ChangeKind.STATE_CHANGED, ChangeKind.RESTORED})
_ACTS = frozenset({ChangeKind.ACT_APPEARED, ChangeKind.ACT_EDITED, ChangeKind.ACT_GONE})


@dataclass(frozen=True, slots=True)
class Step:
    """A change with the looks that bound it, and their places among our own looks."""

    change: Change
    before: Look
    after: Look
    since: int = 0
    until: int = 0


@dataclass(frozen=True, slots=True)
class Stale:
    """A copy of what had been seen replaced: who showed it first, what replaced it, and the copy."""

    first: Look
    replaced_by: Look
    copy: Look


@dataclass(frozen=True)
class Walked:
    """Our own looks in order, those of others by the gap in which they stand, and what comes of both.

    Gap ``n`` is before the own look ``n``; the last one is after all of them.
    """

    own: list[Look]
    others: dict[int, list[Look]]
    steps: list[Step]
    stale: list[Stale]


@dataclass(slots=True)
class _Walk:
    """How far one has come along looks: what was shown last, and what was ever shown."""

    last: Look | None = None
    at: int = -1
    seen_present: bool = False
    shown: dict[Source, tuple[int, Look]] = field(default_factory=dict)
    pictured: dict[Source, tuple[int, Look]] = field(default_factory=dict)
    first: dict[tuple[Source, str], Look] = field(default_factory=dict)
    signed: Signed = field(default_factory=dict)

    def aside(self) -> _Walk:
        """A walk that goes on from here, and leaves this one where it is."""
        return replace(
            self,
            shown=dict(self.shown),
            pictured=dict(self.pictured),
            first={},
            signed=dict(self.signed),
        )

    def to(self, look: Look) -> Iterator[Step]:
        """The changes from what was seen last to this look."""
        last, n = self.last, self.at + 1
        if last is not None and last.seen.state is not look.seen.state:
            found = compare_state(last.seen, look.seen, seen_earlier=self.seen_present)
            yield from self._steps(found, self.at, last, look)
        if look.source is not None:
            at, earlier = self.shown.get(look.source, (0, None))
            if earlier is not None and not _says_the_same(earlier.seen, look.seen):
                found = compare_content(earlier.seen, look.seen)
                yield from self._steps(found, at, earlier, look)
                if not any(change.kind is ChangeKind.MEDIA_CHANGED for change in found):
                    yield from self._media(look.source, earlier, look)
            self.shown[look.source] = n, look
            if _holds_media(look.seen):
                self.pictured[look.source] = n, look
            if look.wording is not None:
                self.first.setdefault((look.source, look.wording), look)
        if look.seen.proofs:
            remember(self.signed, look)
        self.last, self.at = look, n
        self.seen_present = self.seen_present or look.is_present

    def _media(self, source: Source, earlier: Look, look: Look) -> Iterator[Step]:
        """Media against the last look that held their bytes, where looks without pictures stand between."""
        at, held = self.pictured.get(source, (0, None))
        if held is not None and held is not earlier and _holds_media(look.seen):
            yield from self._steps(compare_media(held.seen, look.seen), at, held, look)

    def _steps(self, found: Iterable[Change], since: int, before: Look, after: Look) -> Iterator[Step]:
        for change in found:
            told = with_signatures(_widened(change, before, after), before, after, self.signed)
            yield Step(told, before, after, since, self.at + 1)


def _holds_media(seen: Observation) -> bool:
    """Whether the bytes of all media came with the look."""
    return seen.post is not None and bool(seen.post.media) and all(one.sha256 for one in seen.post.media)


def _says_the_same(one: Observation, other: Observation) -> bool:
    """Whether nothing but counters can have moved: most looks at a post find it so, and comparing costs more."""
    if one.post is None or other.post is None or one.signals != other.signals or one.acts != other.acts:
        return False
    return changed(other.post, activity=one.post.activity) == one.post


def walk(telling: list[Look]) -> Walked:
    """Walk along looks that tell something of one post, sorted by their place."""
    own = in_order([look for look in telling if look.is_own])
    gaps = _gaps(own, [look for look in telling if not look.is_own])
    steps: list[Step] = []
    hops: list[Step] = []
    stale: list[Stale] = []
    others: dict[int, list[Look]] = {}
    way = _Walk()
    for n, following in enumerate((*own, None)):
        if n in gaps:
            old = [one for look in gaps[n] if (one := _stale(look, way, following)) is not None]
            copies = {id(one.copy) for one in old}
            others[n] = in_order([look for look in gaps[n] if id(look) not in copies])
            hops += _hops(way, others[n], following, n)
            stale += old
        if following is not None:
            steps += way.to(following)
    return Walked(own, others, _joined(steps, hops), stale)


def _gaps(own: list[Look], others: list[Look]) -> dict[int, list[Look]]:
    """Which of the others' looks stand before which of ours, by the times that they state."""
    gaps: dict[int, list[Look]] = defaultdict(list)
    places = list(accumulate((look.place for look in own), max)) if others else []
    for look in others:
        gaps[bisect_right(places, look.place)].append(look)
    return gaps


def _stale(look: Look, way: _Walk, following: Look | None) -> Stale | None:
    """Whether a copy shows what we had seen replaced before its stated time, and do not see again after it."""
    last = way.last
    if last is None or look.source is None or look.wording is None or last.end >= look.start:
        return None
    first = way.first.get((look.source, look.wording))
    _, shown = way.shown.get(look.source, (0, None))
    if first is None or shown is None:
        return None
    replaced_by = last if not last.is_present else shown
    if replaced_by.face == look.face or (last.is_present and shown.wording == look.wording):
        return None
    if following is not None and following.is_present and following.wording in (look.wording, None):
        return None
    return Stale(first, replaced_by, look)


def _hops(way: _Walk, others: list[Look], following: Look | None, gap: int) -> Iterator[Step]:
    """The changes from our look before, along those of others, to ours after."""
    aside = way.aside()
    for look in (*others, *(() if following is None else (following,))):
        for step in aside.to(look):
            if not (step.before.is_own and step.after.is_own) and not _is_only_a_mark(step.change):
                told = _on_whose_word(step.change, step.before, step.after)
                yield Step(told, step.before, step.after, gap, gap)


def _is_only_a_mark(change: Change) -> bool:
    """A mark of editing that one source shows and the other does not: they may be read in two ways."""
    return change.kind in EDITS and same_wording(change.before, change.after)


def _on_whose_word(change: Change, *looks: Look) -> Change:
    """The change, saying whose word it rests on: an archive's, a handed-over file's."""
    others = dict.fromkeys(
        (look.seen.source, look.seen.url) for look in looks if look.seen.source != OWN_CAPTURE
    )
    signals = tuple(Signal(name=ON_THE_WORD_OF, seen=source, where=url) for source, url in others)
    return changed(change, signals=(*change.signals, *signals))


def _joined(steps: list[Step], hops: list[Step]) -> list[Step]:
    """Our own changes and those of others, in order; another's telling of one of ours becomes its signal."""
    if not hops:
        return steps
    known: dict[Hashable, list[int]] = defaultdict(list)
    for n, step in enumerate(steps):
        known[_what(step.change)].append(n)
    told = list(steps)
    added: list[Step] = []
    for hop in hops:
        same = known.get(_what(hop.change), [])
        at = bisect_left(same, hop.until, key=lambda n: steps[n].until)
        if at < len(same) and steps[same[at]].since < hop.until:
            told[same[at]] = replace(told[same[at]], change=_claimed(told[same[at]].change, hop))
        else:
            added.append(hop)
    return sorted((*added, *told), key=lambda step: step.until)


def _what(change: Change) -> Hashable:
    """What moved: equal for two tellings of one change."""
    if change.kind in EDITS:
        return "edited", wording(change.before), wording(change.after)
    if change.kind in _STATES:
        return "state", presence_of(change.before), presence_of(change.after)
    if change.kind in _ACTS:
        return change.kind, change.before, change.after
    return change.kind


def _claimed(change: Change, hop: Step) -> Change:
    looks = [look for look in (hop.before, hop.after) if not look.is_own]
    signals = tuple(
        Signal(
            name=CLAIMED_BETWEEN,
            seen=f"{look.seen.source}: {_bound(hop.change.not_before)} – {_bound(hop.change.not_after)}",
            where=look.seen.url,
        )
        for look in looks
    )
    known = set(change.evidence)
    evidence = tuple(one for look in looks for one in look.seen.evidence if one not in known)
    return changed(change, signals=(*change.signals, *signals), evidence=(*change.evidence, *evidence))


def _bound(moment: Moment | None) -> str:
    return "?" if moment is None else moment.isoformat()


def _widened(change: Change, before: Look, after: Look) -> Change:
    """Where it is not known which of two looks came first, the change lies anywhere within both."""
    if not before.overlaps(after):
        return change
    one, other = before.seen.during, after.seen.during
    starts = (one.not_before, other.not_before)
    ends = (one.not_after, other.not_after)
    return changed(
        change,
        not_before=None if None in starts else min(moment for moment in starts if moment is not None),
        not_after=None if None in ends else max(moment for moment in ends if moment is not None),
    )
