"""Groups of pictures: how a coder placed its intra pictures, and where it departed from that."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from .video_types import Coding, Gops

_REGULAR = 3
"""Groups of one length in a row, from which that length is taken for the coder's."""


def gops(coding: Coding) -> Gops:
    """How many pictures of each type, and how many lie from each intra picture to the next."""
    distances = _distances(coding)
    return Gops(kinds=dict(Counter(coding.kinds)), distances=distances, usual=_usual(distances))


def breaks(coding: Coding) -> tuple[float, ...]:
    """The seconds of intra pictures that come before their turn: a coder sets them at cuts, and so does a joint."""
    at = [place for place, kind in enumerate(coding.kinds) if kind == "I"]
    usual = _usual(_distances(coding))
    if usual is None:
        return ()
    return tuple(coding.times[place] for before, place in pairwise(at) if place - before != usual)


def _distances(coding: Coding) -> tuple[int, ...]:
    at = [place for place, kind in enumerate(coding.kinds) if kind == "I"]
    return tuple(after - before for before, after in pairwise(at))


def _usual(distances: tuple[int, ...]) -> int | None:
    """The commonest distance, where it is common enough to be the coder's."""
    if not distances:
        return None
    ((distance, count),) = Counter(distances).most_common(1)
    return distance if count >= _REGULAR else None
