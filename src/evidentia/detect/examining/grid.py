"""Test: places whose pixels lie on another JPEG grid than the rest: a piece of another JPEG, put there.

The votes are those of ``votes``. Two things make ZERO's published form alarm on genuine screenshots, and are left out
here. Compressed text whose ringing was cut off at black or white gives part of its votes to the neighbours of the
grid's true origin: those never count. And structure gives any origin some of the votes of a wide area: by chance an
origin may have one vote in eight, and a place is told of only where it has more than half. What has its votes in one
row or column of blocks alone is the step of a drawn gradient, or the edge of something drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...record.examination import Region, Support, TestFinding
from ...record.sentences import Term, said
from .binomial import Found, in_rectangles, rarest
from .history import STRUCTURE, votes_of, whole_grid
from .method import Method
from .surroundings import embedded
from .turning import as_stored, upright_box
from .votes import main_grid

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .binomial import Cells
    from .picture import Examined
    from .votes import Votes

    Mask = NDArray[np.bool_]

_SOURCE = (
    "votes for the grid's origin by zeros among DCT coefficients, after T. Nikoukhah et al., ZERO, Image Processing On "
    "Line 11 (2021) 396-433, doi:10.5201/ipol.2021.390; guarded against flat ground, repeated letters, cut-off ringing"
)
METHOD = Method(
    test=Term("JPEG grid"),
    name="evidentia.detect.examining.grid",
    version="5",
    source=_SOURCE,
)

DOMINANT = 0.5
"""Share of the votes that a pasted piece must have for its origin."""

LINE = 0.75
"""Share of a place's votes in one row or one column of blocks from which it is a line. Steps of gradients behind a
film's text had 27 of 28 votes and more in one row; a pasted word that is two blocks high has half."""

FEWEST_VOTERS = 100
"""In the whole picture, before anything is said of its grid."""

LOG10_BOUND = -4.0
"""log10 of the expected number of false alarms in a picture."""

_LOOKED = ((8, 2), (8, 4), (16, 8))
"""Cells, width and height: a place with another grid has half of the votes of one of these."""

_FEWEST_THERE = 6


def examine_grid(picture: Examined) -> TestFinding:
    """Look for places on another grid than the picture's own, or on a grid where the picture has none."""
    votes = votes_of(picture)
    main = main_grid(votes)
    measures = {"voters": float(main.voters), "votes for the main origin": float(main.votes)}
    if main.voters < FEWEST_VOTERS:
        return METHOD.finds(
            Support.NOT_APPLICABLE, said("examining.too_few_voters", voters=main.voters), measures
        )
    whole = whole_grid(picture)
    measures["log10 NFA of the main grid"] = main.log10_nfa
    natural = ([] if whole is None else [whole]) + ([(0, 0)] if picture.is_jpeg else [])
    found = other_grids(votes, natural)
    own = (
        said("examining.on_no_grid")
        if whole is None
        else said("examining.grid_starts_at", x=whole[0], y=whole[1])
    )
    if not found:
        return METHOD.finds(Support.NONE_FOUND, said("examining.no_other_grid", own=own), measures)
    height, width = as_stored(picture.luma, picture.orientation).shape
    boxes = [upright_box(_pixels(one), picture.orientation, (width, height)) for _, one in found]
    origin, rarest_one = found[0]
    says = said(
        "examining.another_grid",
        own=own,
        hits=rarest_one.hits,
        voters=rarest_one.trials,
        x=origin[0],
        y=origin[1],
    )
    finding = METHOD.finds(Support.ALTERATION, says, measures, strength=rarest_one.log10_nfa)
    return embedded(picture, finding, tuple(Region(box=box) for box in boxes))


def other_grids(votes: Votes, natural: Sequence[tuple[int, int]]) -> list[tuple[tuple[int, int], Found]]:
    """Places on other origins than the ``natural`` ones, the rarest first, each with its origin.

    Natural is the grid of the whole picture, and in a JPEG that on which the file itself was coded.
    """
    voters = votes.voters
    found = []
    for row in range(8):
        for column in range(8):
            origin = column, row
            hits = votes.of(origin)
            if any(_near(origin, one) for one in natural) or not _dense(hits, voters):
                continue
            places = rarest(hits, voters, STRUCTURE, maps=64, most=3, bound=LOG10_BOUND)
            found += [
                (origin, one)
                for one in places
                if one.hits >= DOMINANT * one.trials and not _a_line(hits, one.cells)
            ]
    return sorted(found, key=lambda one: one[1].log10_nfa)


def _near(origin: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether an origin is another one or beside it, across the edge of a block too."""
    return all((a - b + 1) % 8 <= 2 for a, b in zip(origin, other, strict=True))


def _dense(hits: Mask, voters: Mask) -> bool:
    """Whether an origin has half of the votes anywhere: most have not, and are not searched."""
    if hits.sum() < _FEWEST_THERE:
        return False
    for width, height in _LOOKED:
        k, n = in_rectangles(hits, width, height), in_rectangles(voters, width, height)
        if k.size and ((k >= _FEWEST_THERE) & (k >= DOMINANT * n)).any():
            return True
    return False


def _a_line(hits: Mask, cells: Cells) -> bool:
    """Whether one row or one column of a place has nearly all of its votes."""
    x, y, width, height = cells
    there = hits[y : y + height, x : x + width]
    longest = max(int(there.sum(axis=0).max()), int(there.sum(axis=1).max()))
    return longest >= LINE * int(there.sum())


def _pixels(found: Found) -> tuple[int, int, int, int]:
    x, y, width, height = found.cells
    return 8 * x + 4, 8 * y + 4, 8 * width, 8 * height
