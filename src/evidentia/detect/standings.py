"""How a post stood: runs of looks that showed the same. What was between two looks, no run says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evidentia.record.life import Standing
from evidentia.record.post import State

from .looks import Look


def standings(looks: Sequence[Look], version_of: Mapping[int, int]) -> tuple[Standing, ...]:
    """Runs of looks in a row that showed one state and one version.

    A look of another source is of a run of ours where both our looks around it show the same as it does; else it stands
    alone, or with others of its source, because its time is that source's word.

    Args:
        looks: in their order, without copies that are out of time.
        version_of: the number of the version that a look showed, by the look's ``id``.
    """
    faces = [(look.seen.state, version_of.get(id(look))) for look in looks]
    runs: list[list[int]] = []
    own_after = _next_own(looks)
    for n in range(len(looks)):
        run = runs[-1] if runs else None
        if run is not None and faces[run[-1]] == faces[n] and _goes_on(looks, faces, run[0], n, own_after[n]):
            run.append(n)
        else:
            runs.append([n])
    return tuple(_standing([looks[n] for n in run], faces[run[0]][1]) for run in runs)


def _next_own(looks: Sequence[Look]) -> list[int | None]:
    """For each look, where the next own one stands."""
    after: list[int | None] = []
    following: int | None = None
    for n in range(len(looks) - 1, -1, -1):
        after.append(following)
        if looks[n].is_own:
            following = n
    return after[::-1]


def _goes_on(
    looks: Sequence[Look],
    faces: Sequence[tuple[State, int | None]],
    first: int,
    n: int,
    own_after: int | None,
) -> bool:
    if looks[n].seen.source == looks[first].seen.source:
        return True
    return looks[first].is_own and own_after is not None and faces[own_after] == faces[n]


def _standing(looks: list[Look], version: int | None) -> Standing:
    starts = min(looks, key=lambda look: look.start)
    ends = max(looks, key=lambda look: look.end)
    return Standing(
        state=looks[0].seen.state,
        not_before=starts.seen.during.not_before,
        not_after=ends.seen.during.not_after,
        looks=len(looks),
        evidence=tuple(dict.fromkeys(one for look in looks for one in look.seen.evidence)),
        version=version,
    )
