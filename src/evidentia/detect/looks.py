"""Looks at one post, each with what it shows, and the order in which they can have been made.

A look lasts, and the page may have been served at any moment of it. So of two looks that overlap nobody knows which
showed the earlier page. They are put into an order that needs few changes: what one edit explains is not told as two.
"""

from __future__ import annotations

import heapq
from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from evidentia.platforms.signals import TRANSLATED
from evidentia.record.post import OWN_CAPTURE, Observation, State

from .edits import text_source
from .state import INFORMATIVE, PRESENT
from .wording import wording

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

MOST_BEGINNINGS = 8
"""Orders of overlapping looks that are tried: each takes time in proportion to their number, and more than a few
different wordings within one another's looks are not met."""

Source = tuple[str, str | None]
"""The platform, and where in its page a text was read: texts from different places do not compare."""

Place = tuple[datetime, datetime, int, str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """An observation whose time is known at least on one side.

    ``start`` and ``end`` bound the moment at which the page was served. ``wording`` is None where no text of the post
    was shown: it was not there, or a translation stood in its place.
    """

    seen: Observation
    start: datetime
    end: datetime
    presence: str
    source: Source | None
    wording: str | None

    @property
    def is_own(self) -> bool:
        """Whether it was made here; every other is somebody else's word, its time too."""
        return self.seen.source == OWN_CAPTURE

    @property
    def tells(self) -> bool:
        """Whether the host said something about the post."""
        return self.seen.state in INFORMATIVE

    @property
    def is_present(self) -> bool:
        """Whether the post was there."""
        return self.seen.state in PRESENT

    @property
    def face(self) -> Hashable:
        """What it shows: equal for looks between which nothing needs to have changed."""
        return self.presence, self.source, self.wording

    def overlaps(self, other: Look) -> bool:
        """Whether it cannot be known which of the two was made first."""
        return self.start < other.end and other.start < self.end

    @property
    def place(self) -> Place:
        """By the start of the look, then its end; the rest only makes the order the same every time."""
        during = self.seen.during
        start = during.not_before or during.not_after or _FIRST
        first = self.seen.evidence[0] if self.seen.evidence else None
        number, path = (0, "") if first is None else (first.item, first.path)
        return start, during.not_after or start, number, path, f"{self.seen.source} {self.seen.url}"


def is_placed(observation: Observation) -> bool:
    """Whether anything is known of when it was made."""
    return observation.during.not_before is not None or observation.during.not_after is not None


def looks_at(observations: Iterable[Observation]) -> list[Look]:
    """The looks in the order of their times. Each wording is brought into its one spelling once."""
    spelled: dict[str, str] = {}
    found = [_look(one, spelled) for one in observations if is_placed(one)]
    return sorted(found, key=_place)


def _place(look: Look) -> Place:
    return look.place


def _look(seen: Observation, spelled: dict[str, str]) -> Look:
    text, source = None, None
    if seen.post is not None and seen.state in INFORMATIVE:
        source = (seen.post.platform, text_source(seen))
        if not any(signal.name == TRANSLATED for signal in seen.signals):
            text = spelled.get(seen.post.text)
            if text is None:
                text = spelled[seen.post.text] = wording(seen.post.text)
    return Look(
        seen=seen,
        start=seen.during.not_before or _FIRST,
        end=seen.during.not_after or _LAST,
        presence="present" if seen.state in PRESENT else seen.state.value,
        source=source,
        wording=text,
    )


def presence_of(text: str) -> str:
    """What a state's name says of whether the post was there."""
    return "present" if text in (State.LIVE.value, State.EDITED.value) else text


def in_order(looks: list[Look]) -> list[Look]:
    """Looks that are sorted by their place, with those that overlap in an order that needs few changes."""
    ordered: list[Look] = []
    found = list(clusters(looks))
    for n, cluster in enumerate(found):
        if len(cluster) == 1 or len({look.face for look in cluster}) == 1:
            ordered += cluster
        else:
            before = [ordered[-1].face] if ordered else []
            after = [found[n + 1][0].face] if n + 1 < len(found) else []
            ordered += _few_changes(cluster, before, after)
    return ordered


def clusters(looks: list[Look]) -> Iterator[list[Look]]:
    """Looks that overlap, directly or through others; most stand alone."""
    cluster: list[Look] = []
    until = _FIRST
    for look in looks:
        if cluster and look.start >= until:
            yield cluster
            cluster, until = [], _FIRST
        cluster.append(look)
        until = max(until, look.end)
    if cluster:
        yield cluster


def _few_changes(cluster: list[Look], before: list[Hashable], after: list[Hashable]) -> list[Look]:
    """Of the orders that begin with what was shown before, or with what can have been shown first, the one with the
    fewest changes, what was shown before and after counted in."""
    limit = min(look.end for look in cluster)
    first = [look.face for look in cluster if look.start < limit or look.end == limit]
    tried = [
        list(_staying(cluster, face)) for face in list(dict.fromkeys((*before, *first)))[:MOST_BEGINNINGS]
    ]

    def changes(order: list[Look]) -> int:
        return sum(one != other for one, other in pairwise((*before, *(look.face for look in order), *after)))

    return min(tried, key=changes)


def _staying(cluster: list[Look], face: Hashable) -> Iterator[Look]:
    """Stay with what is shown, at first ``face``, for as long as no other look must have been served before; then go
    over to that one's. No look comes before one that had certainly ended when it began."""
    waiting: dict[Hashable, deque[Look]] = defaultdict(deque)
    for look in sorted(cluster, key=lambda look: (look.start, look.end, look.place)):
        waiting[look.face].append(look)
    due = [(look.end, look.start, n, look) for n, look in enumerate(cluster)]
    heapq.heapify(due)
    given: set[int] = set()
    while due:
        limit, _, _, first = due[0]
        if id(first) in given:
            heapq.heappop(due)
            continue
        same = waiting[face]
        if not same or not (same[0].start < limit or same[0] is first):
            face = first.face
            same = waiting[face]
        look = same.popleft()
        given.add(id(look))
        yield look
