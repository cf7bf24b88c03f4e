"""Where, and from when to when, a picture differs from the reference's by more than chance explains.

A contrario (Desolneux, Moisan and Morel, "From Gestalt Theory to Image Analysis", 2008): a group of blocks that stand
out together is meaningful when less than one like it is expected in a whole video that was only recompressed.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from .residual import BLOCK, Residual

STANDS_OUT = 3.0
"""Robust standard deviations from which a block stands out."""

CHANCE = 0.01
"""Share of blocks that stand out without an alteration. On honest copies it was measured: 0 to 0.0082, of a crop."""

MEANINGFUL = -2.0
"""Base-10 logarithm of the false alarms expected in a video, from which a group is told."""

_TOGETHER = (
    4.0  # block-seconds that count as one independent trial: neighbours, and pictures in a row, go together
)
_LEAST_GREY = 6.0  # grey levels, mean over the group: below, nobody sees it
_PRESENT = 0.35  # share of the group's time for which a block belongs to its box
_SOLID = 2  # neighbours (of 8) that stand out with a block, without which it is a grain


class Group(NamedTuple):
    """Blocks that stand out together: first and last second, box in parts of the picture's width and height.

    ``change``: by how many grey levels it changes within a second: little, where something stands still.
    """

    start: float
    end: float
    box: tuple[float, float, float, float]
    strength: float
    grey: float
    blocks: float
    change: float


def groups(found: Residual, step: float) -> tuple[Group, ...]:
    """The meaningful groups, the strongest first."""
    import numpy as np

    with np.errstate(invalid="ignore"):
        out = _solid(found.unusual > STANDS_OUT)
    told = (_group(found, cells, step) for cells in _components(out))
    return tuple(
        sorted(
            (one for one in told if one.strength < MEANINGFUL and one.grey >= _LEAST_GREY),
            key=lambda one: one.strength,
        )
    )


def _group(found: Residual, cells: Any, step: float) -> Group:
    import numpy as np

    at, rows, columns = cells
    trials = len(at) * step / _TOGETHER
    tests = found.unusual.size * step  # places times seconds where a group may begin
    strength = math.log10(tests) + trials * math.log10(CHANCE)
    samples = np.unique(at)
    seen = np.zeros(found.unusual.shape[1:])
    np.add.at(seen, (rows, columns), 1.0)
    present = seen >= _PRESENT * len(samples)
    if not present.any():
        present = seen == seen.max()
    down, across = np.nonzero(present)
    height, width = found.shape
    box = (
        float(across.min() * BLOCK / width),
        float(down.min() * BLOCK / height),
        float((across.max() + 1 - across.min()) * BLOCK / width),
        float((down.max() + 1 - down.min()) * BLOCK / height),
    )
    grey = float(np.mean(found.grey[at, rows, columns]))
    return Group(
        float(found.times[samples[0]]),
        float(found.times[samples[-1]]) + step,
        box,
        strength,
        grey,
        len(at) / len(samples),
        float(np.median(found.change[at, rows, columns])),
    )


def _solid(out: Any) -> Any:
    """Without blocks that stand alone in their picture."""
    import numpy as np

    padded = np.pad(out.astype(np.int8), ((0, 0), (1, 1), (1, 1)))
    rows, columns = out.shape[1:]
    around = sum(
        padded[:, down : down + rows, across : across + columns] for down in range(3) for across in range(3)
    )
    return out & (around - out >= _SOLID)


def _components(out: Any) -> list[tuple[Any, Any, Any]]:
    """Groups of cells that touch in the picture, or lie at the same place at most two samples apart."""
    import numpy as np

    left = set(map(tuple, np.argwhere(out).tolist()))
    found = []
    steps = [(0, down, across) for down in (-1, 0, 1) for across in (-1, 0, 1) if down or across]
    steps += [
        (ahead, down, across) for ahead in (-2, -1, 1, 2) for down in (-1, 0, 1) for across in (-1, 0, 1)
    ]
    while left:
        waiting = [left.pop()]
        group = []
        while waiting:
            at = waiting.pop()
            group.append(at)
            for step in steps:
                near = (at[0] + step[0], at[1] + step[1], at[2] + step[2])
                if near in left:
                    left.remove(near)
                    waiting.append(near)
        found.append(tuple(np.array(group).T))
    return found
