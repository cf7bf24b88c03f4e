"""What several tests ask of a picture's pixels: the votes for its grid, and the lattice of an earlier compression.

Both take a large part of a second, so that the last picture's are kept until another one is asked about.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from ...record.examination import ImageClass
from .binomial import rarest
from .blocks import tables_in_rows, textured
from .lattice import evidence, find_lattice
from .resaved import TINTED, Resaved, find_resaved, fit_evidence
from .turning import as_stored
from .votes import count_votes, main_grid

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .binomial import Cells
    from .blocks import Blocks, Floats
    from .lattice import Lattice
    from .picture import Examined
    from .votes import Grid, Votes

_SCREENS = (ImageClass.SCREENSHOT, ImageClass.MESSENGER_COPY)
"""Of which a file saved twice is looked at by how likely its coefficients are: on others that is not measured."""

GRID_BOUND = -12.0
"""log10 of the number of false alarms of a picture's grid, at most. Of 11 generated screenshots that never were a JPEG,
those with a pattern of few pixels reached -51, with 7 % of the votes at most; the others stayed above -5."""

STRUCTURE = 1 / 8
"""Share of the votes that structure may give to an origin. Of generated screenshots that never were a JPEG, those with
a pattern of few pixels gave one origin up to 14 % of a wide area's votes; evenly spread it would be 1 of 64."""

FEWEST_OUTSIDE = 50
"""Voters outside of all places on a grid, by which it is told whether the grid is that of a piece alone."""

GRID_SHARE = 0.25
"""Share of the votes that a picture's grid has at least. Text compressed to quality 90 gave it 25 to 92 %."""


@dataclass(frozen=True, eq=False)
class Earlier:
    """The compression before the last: blocks on its grid, those four pixels off, and its lattice, where there is one.

    ``own`` is the table of the file itself, 64 in rows and columns; None where the file is no JPEG. ``coded`` is what
    the file codes, as it is stored, by which colours that were cut off are restored.
    """

    own: Floats | None
    here: Blocks
    elsewhere: Blocks
    lattice: Lattice | Resaved | None
    coded: NDArray[np.uint8] | None = None


@lru_cache(maxsize=1)
def votes_of(picture: Examined) -> Votes:
    """The votes for the origin of the grid, of the picture as it is stored."""
    return count_votes(as_stored(picture.luma, picture.orientation))


@lru_cache(maxsize=1)
def earlier_compression(picture: Examined) -> Earlier:
    """What is to be seen of a compression before the file was written, on the file's grid or on that of the pixels."""
    own = own_table(picture)
    here = blocks_of(picture)
    luma = as_stored(picture.luma, picture.orientation)
    pixels = as_stored(picture.pixels, picture.orientation)
    origin = here.origin
    elsewhere = textured(luma, pixels, ((origin[0] + 4) % 8, (origin[1] + 4) % 8))
    if own is not None and picture.image_class in _SCREENS:
        here, elsewhere = here.stricter(TINTED), elsewhere.stricter(TINTED)
        coded = None if picture.coded is None else as_stored(picture.coded, picture.orientation)
        return Earlier(own, here, elsewhere, find_resaved(here, elsewhere, own), coded)
    return Earlier(own, here, elsewhere, find_lattice(here, elsewhere, own))


def evidence_against(earlier: Earlier) -> tuple[Floats, NDArray[np.intp]]:
    """For each textured block how much likelier it is without the earlier compression, and of how many coefficients.

    Raises:
        ValueError: there was no earlier compression.
    """
    if earlier.lattice is None:
        raise ValueError("no earlier compression is to be seen")
    if isinstance(earlier.lattice, Resaved):
        assert earlier.own is not None  # what was saved again has a table
        return fit_evidence(earlier.here, earlier.lattice, earlier.own, earlier.coded)
    return evidence(earlier.here.samples, earlier.lattice, earlier.own)


@lru_cache(maxsize=1)
def blocks_of(picture: Examined) -> Blocks:
    """The textured blocks of the picture as it is stored, on the file's own grid or on that which its pixels show."""
    origin = (0, 0)
    if own_table(picture) is None:
        main = main_grid(votes_of(picture))
        origin = main.origin if has_grid(votes_of(picture), main) else (0, 0)
    luma = as_stored(picture.luma, picture.orientation)
    return textured(luma, as_stored(picture.pixels, picture.orientation), origin)


def own_table(picture: Examined) -> Floats | None:
    """The table by which the file's luma is quantised (destination 0, as JFIF's writers have it), or None."""
    tables = [table.values for table in picture.quantisation if table.destination == 0]
    return tables_in_rows(tables[0]) if tables and picture.is_jpeg else None


def whole_grid(picture: Examined) -> tuple[int, int] | None:
    """The origin of the grid on which the picture as a whole lies, of the picture as it is stored; None for none.

    Where pictures fill a screen, fine compression leaves few zeros to vote with: then the lattice of an earlier
    compression shows the grid.
    """
    main = main_grid(votes_of(picture))
    if has_grid(votes_of(picture), main):
        return main.origin
    lattice = earlier_compression(picture).lattice if own_table(picture) is None else None
    return None if lattice is None else lattice.origin


def has_grid(votes: Votes, main: Grid) -> bool:
    """Whether the picture as a whole lies on the grid that has the most votes, and not a piece of it alone."""
    if main.log10_nfa > GRID_BOUND or main.votes < GRID_SHARE * main.voters:
        return False
    hits, voters = votes.of(main.origin), votes.voters
    left, top, right, bottom = _around([one.cells for one in rarest(hits, voters, STRUCTURE, most=16)])
    voters[top:bottom, left:right] = False
    outside = int(voters.sum())
    return outside < FEWEST_OUTSIDE or int((hits & voters).sum()) > STRUCTURE * outside


def _around(cells: list[Cells]) -> Cells:
    """Left, top, right and bottom of the rectangle around rectangles."""
    if not cells:
        return 0, 0, 0, 0
    return (
        min(x for x, _, _, _ in cells), min(y for _, y, _, _ in cells),
        max(x + width for x, _, width, _ in cells), max(y + height for _, y, _, height in cells),
    )  # fmt: skip
