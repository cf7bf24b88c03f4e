"""Whether a place with another history may be a picture shown inside of a screenshot, which is honest."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from ...record.examination import ImageClass, Region, TestFinding
from ...record.sentences import Term, said
from ..reading.regions import picture_regions
from .method import opposes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .picture import Examined

CONTINUED = 0.6
"""Share of the points around a place at which its ground goes on into its surroundings: a picture shown inside of a
screenshot differs from what is around it along its edges, a word pasted over another one does not."""

ALIKE = 10.0
"""Levels of luma between two pixels of one ground; ringing of a JPEG is within."""

_MARGIN = 12
"""Pixels inside and outside of a place's box that are compared: its edge is known to about a block."""

HYPOTHESIS = Term("a picture that is shown inside of the screenshot, at its own size")

_BLOCK = 8
"""Pixels by which a place of whole blocks may reach beyond the edge of the picture in which it lies."""


def embedded(picture: Examined, finding: TestFinding, regions: tuple[Region, ...]) -> TestFinding:
    """The finding with its regions, and with what speaks for a picture that is honestly shown there.

    Of several places those are kept for which nothing speaks; where there are none, all of them.
    """
    boxes = [region.box for region in regions if region.box is not None]
    in_pictures = [within_picture(picture, box) for box in boxes]
    pasted = [
        not inside and continued(picture.luma, box) >= CONTINUED
        for inside, box in zip(in_pictures, boxes, strict=True)
    ]
    if any(pasted):
        says = said("examining.ground_goes_on", around=sum(pasted), places=len(pasted))
        opposing = opposes(HYPOTHESIS, False, says)
        regions = tuple(region for region, one in zip(regions, pasted, strict=True) if one)
    else:
        opposing = opposes(
            HYPOTHESIS,
            True,
            said("examining.within_shown_pictures") if all(in_pictures) else said("examining.edges_of_shown"),
        )
    return msgspec.structs.replace(finding, regions=regions, opposing=(*finding.opposing, opposing))


def within_picture(picture: Examined, box: tuple[int, int, int, int]) -> bool:
    """Whether a place lies within a picture that the screenshot shows, to a block."""
    x, y, width, height = box
    return any(
        left - _BLOCK <= x
        and top - _BLOCK <= y
        and x + width <= left + w + _BLOCK
        and y + height <= top + h + _BLOCK
        for left, top, w, h in _shown(picture)
    )


@lru_cache(maxsize=1)
def _shown(picture: Examined) -> tuple[tuple[int, int, int, int], ...]:
    """The pictures that a screenshot shows. A messenger's copy may be of a photograph with a sky of one colour: there,
    only those with straight edges all around count."""
    if picture.image_class not in (ImageClass.SCREENSHOT, ImageClass.MESSENGER_COPY):
        return ()
    found = picture_regions(picture.pixels, ())
    surely = picture.image_class is ImageClass.SCREENSHOT
    return tuple(region.box for region in found if surely or region.edges_told)


def continued(luma: NDArray[np.float32], box: tuple[int, int, int, int]) -> float:
    """Share of the points along a box's edge where a pixel inside and one outside show the same ground."""
    import numpy as np

    height, width = luma.shape
    x, y, w, h = box
    across = np.clip(np.arange(x, x + w, 2), 0, width - 1)
    down = np.clip(np.arange(y, y + h, 2), 0, height - 1)

    def column(at: int) -> NDArray[np.float32]:
        return np.asarray(luma[down, min(max(at, 0), width - 1)])

    def row(at: int) -> NDArray[np.float32]:
        return np.asarray(luma[min(max(at, 0), height - 1), across])

    pairs = (
        (row(y - _MARGIN), row(y + 1)),
        (row(y + h + _MARGIN), row(y + h - 2)),
        (column(x - _MARGIN), column(x + 1)),
        (column(x + w + _MARGIN), column(x + w - 2)),
    )
    outside, inside = (np.concatenate(some) for some in zip(*pairs, strict=True))
    return float((np.abs(outside - inside) <= ALIKE).mean())
