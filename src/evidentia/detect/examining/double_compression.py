"""Test: whether the picture was compressed before. A fact of its history: forwarding does it, and so does editing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...record.examination import Support, TestFinding
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
    test="double compression",
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
    origin = f"on the grid that starts at {lattice.origin}"
    if earlier.own is None:
        reason = f"the pixels were a JPEG of a quality near {lattice.quality}, {origin}, before this file was written"
    else:
        reason = f"compressed at least twice: at a quality near {lattice.quality} before the file's own"
    off, chance = lattice.shares
    return METHOD.finds(
        Support.NONE_FOUND,
        f"{reason}. Messengers, platforms and editors all do that: it is a fact, and no sign of an alteration",
        {
            "quality of the earlier compression (IJG)": float(lattice.quality),
            "log10 NFA of the lattice": lattice.log10_nfa,
            "share of coefficients off the lattice": off,
            "the same where there is no lattice": chance,
        },
    )


def _none(is_jpeg: bool) -> TestFinding:
    if is_jpeg:
        reason = (
            "no earlier compression is to be seen. One with the same or smaller steps, on another grid or at another "
            "size, cannot be excluded"
        )
        return METHOD.finds(Support.NONE_FOUND, reason)
    return METHOD.finds(
        Support.NOT_APPLICABLE,
        "the file is no JPEG, and its pixels lie on no lattice of one: never a JPEG, or scaled since",
    )
