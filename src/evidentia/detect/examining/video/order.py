"""Whether the pictures follow each other as in the reference: passages put in, taken out, exchanged, joined on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from ....record.said import Said
from ....record.sentences import Term, said
from .align import Aligned, Stretch

LEAST = 0.8
"""Seconds without a counterpart, from which a passage is told as one: five pictures of the alignment."""

LOST = 0.5
"""Seconds that may be missing or repeated at a joint: what transmission, other rates and rounding lose."""

HONEST_SPEEDS = {
    Term("film at 24 pictures a second played at 25 (PAL)"): 25 / 24,
    Term("film at 23.976 pictures a second played at 25 (PAL)"): 25 / 23.976,
    Term("25 pictures a second played at 24"): 24 / 25,
}
_SPEED_WITHIN = 0.004

_MOTION_OVER = 4  # small pictures over which motion is measured: 0.32 s
_STANDS, _MOVES = (
    0.25,
    1.0,
)  # share of the reference's motion that is left; grey levels that the reference moves
_FREEZE_LEAST = 1.0  # seconds
_OVERLAP = 0.5


class Event(NamedTuple):
    """What departs from the reference's order, from when to when; ``honest`` is what else could bring it about."""

    kind: str
    start: float
    end: float
    says: Said
    honest: Term | None = None


def events(aligned: Aligned, seconds: float, seconds_there: float) -> tuple[Event, ...]:
    """Everything that departs, in the order of time. ``seconds``: how long the pictures last, here and there."""
    runs = _joined(aligned.stretches)
    if not runs:
        return ()
    found = [*_beginning(runs[0]), *_end(runs[-1], seconds, seconds_there)]
    for one, after in pairwise(runs):
        found.extend(_between(one, after))
    found.extend(event for run in runs for event in _speed(run))
    return tuple(sorted(found, key=lambda event: event.start))


def _joined(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Stretches with one and the same offset put together where little lies between."""
    runs: list[Stretch] = []
    for stretch in stretches:
        if stretch.end - stretch.start < LEAST / 2:
            continue
        last = runs[-1] if runs else None
        same = last is not None and last.speed == stretch.speed == 1.0
        if (
            last is not None
            and same
            and stretch.start - last.end < LEAST
            and _shift(last, stretch) < LOST / 2
        ):
            runs[-1] = last._replace(end=stretch.end, end_there=stretch.end_there)
        else:
            runs.append(stretch)
    return runs


def _shift(one: Stretch, other: Stretch) -> float:
    return abs((other.start_there - other.start) - (one.start_there - one.start))


def _beginning(first: Stretch) -> list[Event]:
    if first.start < LEAST:
        return []
    if first.start_there >= LEAST:
        says = said("video.begins_otherwise", seconds=first.start)
        return [Event("another beginning", 0.0, first.start, says)]
    says, honest = (
        said("video.begins_earlier", seconds=first.start),
        Term("the reference was trimmed at its beginning"),
    )
    return [Event("begins earlier", 0.0, first.start, says, honest)]


def _end(last: Stretch, seconds: float, seconds_there: float) -> list[Event]:
    if seconds - last.end < LEAST:
        return []
    if seconds_there - last.end_there >= LEAST:
        says = said("video.goes_on_otherwise", at=last.end)
        return [Event("another continuation", last.end, seconds, says)]
    says, honest = said("video.goes_on_longer", at=last.end), Term("the reference was trimmed at its end")
    return [Event("goes on longer", last.end, seconds, says, honest)]


def _between(one: Stretch, after: Stretch) -> list[Event]:
    gap, jump = after.start - one.end, after.start_there - one.end_there
    if gap >= LEAST:
        if abs(jump) < LOST:
            says = said("video.put_in", seconds=gap)
            return [Event("inserted", one.end, after.start, says)]
        if abs(jump - gap) < LOST:
            says = said("video.something_else", seconds=gap)
            return [Event("replaced", one.end, after.start, says)]
        says = said("video.not_the_references", seconds=gap, on=jump)
        return [Event("replaced", one.end, after.start, says)]
    if jump >= LOST:
        return [Event("removed", one.end, after.start, said("video.left_out", seconds=jump))]
    if jump <= -LOST:
        says = said("video.goes_back", seconds=-jump)
        return [Event("out of order", one.end, after.start, says)]
    return []


def _speed(run: Stretch) -> list[Event]:
    if run.speed == 1.0:
        return []
    says = said("video.other_speed", times=run.speed)
    for honest, speed in HONEST_SPEEDS.items():
        if abs(run.speed - speed) < _SPEED_WITHIN:
            return [Event("speed", run.start, run.end, says, honest)]
    return [Event("speed", run.start, run.end, says)]


def standing(
    small: Any, times: Any, laid: Any, pairs: list[tuple[int, int]]
) -> tuple[tuple[float, float], ...]:
    """From when to when the picture stands here while the reference moves."""
    import numpy as np

    if not pairs:
        return ()
    index = np.array(pairs)
    here, there = _motion(small), _motion(laid)
    moves = there[index[:, 1]]
    stands = (here[index[:, 0]] < _STANDS * moves) & (moves > _MOVES)
    at = times[index[:, 0]]
    found = []
    edges = np.flatnonzero(np.diff(np.concatenate(([0], stands.astype(int), [0]))))
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        # Motion looks back: the first picture that stands is as much earlier.
        began, ended = float(times[max(0, index[start, 0] - _MOTION_OVER)]), float(at[end - 1])
        if ended - began >= _FREEZE_LEAST:
            found.append((began, ended))
    return tuple(found)


def _motion(small: Any) -> Any:
    """By how many grey levels each picture differs from the one ``_MOTION_OVER`` before it."""
    import numpy as np

    moved = np.zeros(len(small))
    for at in range(_MOTION_OVER, len(small)):
        moved[at] = np.abs(small[at].astype(np.int16) - small[at - _MOTION_OVER]).mean()
    return moved


def with_standing(found: Sequence[Event], still: Sequence[tuple[float, float]]) -> tuple[Event, ...]:
    """The events, and where the picture stands; which is then no passage of another origin."""
    frozen = [
        Event("frozen", start, end, said("video.stands_while_reference_moves", seconds=end - start))
        for start, end in still
    ]
    kept = [one for one in found if not any(_within(one, other) for other in frozen)]
    return tuple(sorted((*kept, *frozen), key=lambda event: event.start))


def _within(one: Event, other: Event) -> bool:
    if one.kind in ("speed", "another continuation", "another beginning"):
        return False
    return other.start - LOST <= one.start and one.end <= other.end + LOST
