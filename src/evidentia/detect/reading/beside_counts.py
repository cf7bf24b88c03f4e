"""The counts beside a post, held against what the captures bound. They move by themselves: none shows an alteration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ...record.finding import Beside, Outcome, Part
from ...record.life import Timeline
from ...record.said import Said
from ...record.sentences import english, said
from .around import Around, Box, Piece
from .counts import COUNTERS, Count, bare_counts_in, counts_in

UNLABELLED = "count {} of a row"
"""The name of one that has no word beside it: which it is in its row, from the left, and from 1 on."""

FEWEST_BARE, MOST_BARE = 2, 5
"""Counts in a row of icons: one number alone may be anything, and no platform shows more of them."""

_Placed = tuple[Count, Box]


def counts_beside(about: Around, timeline: Timeline) -> Iterator[Beside]:
    """Each count that is shown with a word of what it counts, then those that the captures alone hold."""
    shown: dict[str, list[_Placed]] = {}
    for piece in (*about.below, *about.author_side):
        for count in counts_in(piece.text):
            shown.setdefault(count.counter, []).append((count, piece.box_of(count.start, count.stop)))
    for counter, placed in shown.items():
        yield _count(counter, placed, _recorded(timeline, counter))
    known = {counter: _recorded(timeline, counter) for counter in _known_counters(timeline)}
    bare = () if shown else tuple(_bare(about, known))
    yield from bare
    answered = {key for counter in (*shown, *(one.name for one in bare)) for key in COUNTERS.get(counter, ())}
    unread = said("reading.count.unread")
    for counter, recorded in known.items():
        if not answered & {*COUNTERS[counter]}:
            yield Beside(
                part=Part.COUNT,
                name=counter,
                shown="",
                recorded=tuple(map(str, recorded)),
                outcome=None,
                reason=english(unread),
                says=(unread,),
            )


def _count(counter: str, shown: Sequence[_Placed], values: Sequence[int]) -> Beside:
    (count, box), outcome, why = _judged(shown, values)
    return Beside(
        part=Part.COUNT,
        name=counter,
        shown=count.text,
        recorded=tuple(map(str, values)),
        outcome=outcome,
        reason=english(why),
        box=box,
        says=(why,),
    )


def _bare(about: Around, known: Mapping[str, Sequence[int]]) -> Iterator[Beside]:
    """The first row of counts beside icons: each is given to the counter that allows it, if one is left that does."""
    placed = next((row for row in _rows(about.below) if len(row) >= FEWEST_BARE), [])
    if not known or len(placed) > MOST_BARE:
        return
    allowed = [
        [counter for counter, values in known.items() if count.may_be(values[0], values[-1])]
        for count, _ in placed
    ]
    given = _given(allowed)
    values = sorted({value for recorded in known.values() for value in recorded})
    of_none = said("reading.count.of_no_capture")
    for n, (count, box) in enumerate(placed):
        if n in given:
            yield _count(given[n], [(count, box)], known[given[n]])
        else:
            yield Beside(
                part=Part.COUNT,
                name=UNLABELLED.format(n + 1),
                shown=count.text,
                recorded=tuple(map(str, values)),
                outcome=Outcome.DIFFERS,
                reason=english(of_none),
                box=box,
                says=(of_none,),
            )


def _given(allowed: Sequence[Sequence[str]]) -> dict[int, str]:
    """Each count a counter of its own among those that it may be, for as many as possible (H. W. Kuhn, 1955)."""
    holder: dict[str, int] = {}

    def place(n: int, tried: set[str]) -> bool:
        for counter in allowed[n]:
            if counter not in tried:
                tried.add(counter)
                if counter not in holder or place(holder[counter], tried):
                    holder[counter] = n
                    return True
        return False

    for n in range(len(allowed)):
        place(n, set())
    return {n: counter for counter, n in holder.items()}


def _rows(pieces: Sequence[Piece]) -> Iterator[list[_Placed]]:
    """The bare counts of each row, from above."""
    rest = list(pieces)
    while rest:
        row = sorted((piece for piece in rest if piece.same_row(rest[0])), key=lambda piece: piece.box[0])
        rest = [piece for piece in rest if piece not in row]
        if not bare_counts_in(" ".join(piece.text for piece in row)):
            continue
        found = [bare_counts_in(piece.text) for piece in row]
        yield [
            (count, piece.box_of(count.start, count.stop))
            for piece, counts in zip(row, found, strict=True)
            for count in counts
        ]


def _judged(shown: Sequence[_Placed], values: Sequence[int]) -> tuple[_Placed, Outcome | None, Said]:
    """Of several, as a comment's own beside the post's, the one that is within what the captures bound."""
    first = shown[0]
    if not values:
        return first, None, said("reading.count.unrecorded")
    low, high = values[0], values[-1]
    for placed in shown:
        if placed[0].may_be(low, high):
            return placed, Outcome.CONSISTENT, said("reading.count.within", low=low, high=high)
    if first[0].ranges[0][0] > high:
        return first, Outcome.DIFFERS, said("reading.count.more", high=high)
    return first, Outcome.DIFFERS, said("reading.count.fewer", low=low)


def _known_counters(timeline: Timeline) -> tuple[str, ...]:
    held = {key for seen in timeline.observations if seen.post for key in seen.post.activity}
    return tuple(counter for counter, keys in COUNTERS.items() if keys[0] in held or counter in held)


def _recorded(timeline: Timeline, counter: str) -> tuple[int, ...]:
    """What the captures say under any of the counter's names, the smallest first."""
    posts = [seen.post for seen in timeline.observations if seen.post is not None]
    found = {post.activity[key] for post in posts for key in COUNTERS[counter] if key in post.activity}
    return tuple(sorted(found))
