"""Test: whether the picture was compressed before. A fact of its history: forwarding does it, and so does editing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...record.examination import Support, TestFinding
from ...record.sentences import Term, said
from .history import earlier_compression
from .method import Method

if TYPE_CHECKING:
    from .picture import Examined

_SOURCE = (
    "gaps in the histograms of DCT coefficients: J. Lukáš and J. Fridrich, Estimation of primary quantization matrix "
    "in double compressed JPEG images, DFRWS 2003; the lattice of the first steps: Z. Fan and R. L. de Queiroz, IEEE "
    "Trans. Image Processing 12 (2003) 230-235"
)
METHOD = Method(
    test=Term("double compression"),
    name="evidentia.detect.examining.double_compression",
    version="2",
    source=_SOURCE,
)


def examine_double_compression(picture: Examined) -> TestFinding:
    """Tell whether the coefficients show an earlier compression, and of which quality. Never an alteration."""
    earlier = earlier_compression(picture)
    lattice = earlier.lattice
    if lattice is None:
        return _none(picture.is_jpeg)
    if earlier.own is None:
        x, y = lattice.origin
        says = said("examining.was_a_jpeg", quality=lattice.quality, x=x, y=y)
    else:
        says = said("examining.compressed_twice", quality=lattice.quality)
    off, chance = lattice.shares
    return METHOD.finds(
        Support.NONE_FOUND,
        says,
        {
            "quality of the earlier compression (IJG)": float(lattice.quality),
            "log10 NFA of the lattice": lattice.log10_nfa,
            "share of coefficients off the lattice": off,
            "the same where there is no lattice": chance,
        },
    )


def _none(is_jpeg: bool) -> TestFinding:
    if is_jpeg:
        return METHOD.finds(Support.NONE_FOUND, said("examining.no_earlier_compression"))
    return METHOD.finds(Support.NOT_APPLICABLE, said("examining.never_a_jpeg"))
