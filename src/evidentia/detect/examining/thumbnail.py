"""Test: the small picture inside of EXIF against the large one, and what EXIF states of sizes, times and software.

Only a thumbnail of the same shape that shows something else supports an alteration: some editors change the picture and
leave it (E. Kee and H. Farid, Digital Image Authentication from Thumbnails, SPIE 7541, 2010). All else is told as a
fact.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ...record.examination import Opposing, Support, TestFinding
from .method import Method

if TYPE_CHECKING:
    from ...fingerprint.types import Thumbnail
    from .picture import Examined

METHOD = Method(
    test="thumbnail and metadata",
    name="evidentia.detect.examining.thumbnail",
    version="1",
    source="E. Kee and H. Farid, Digital image authentication from thumbnails, SPIE 7541 (2010); Exif 2.32, 4.6",
)

SOMETHING_ELSE = 16
"""Bits of 64 of the perceptual hash. 40 generated photos and their own thumbnails (160 x 120, qualities 30 to 79) were
2 apart at most, two different photos 24 and more. A change of a small part stays below: that a hash does not tell."""

SAME_SHAPE = 0.03
"""Relative difference of aspect ratios: a thumbnail of 160 x 120 is rounded by less than 1 %."""

_TIME = "%Y:%m:%d %H:%M:%S"


def examine_thumbnail(picture: Examined) -> TestFinding:
    """Compare the thumbnail with the picture, and the statements of EXIF with each other."""
    said = "; ".join(oddities(picture))
    small = picture.file.metadata.thumbnail
    if small is None:
        odd = f". Stated besides: {said}" if said else ""
        return METHOD.finds(Support.NOT_APPLICABLE, f"there is no thumbnail in EXIF to compare{odd}")
    measures = {
        "bits apart of 64": float(small.bits_apart),
        "relative difference of aspect ratios": _shapes_apart(small, picture),
    }
    outcome, reason = _judged(small, measures["relative difference of aspect ratios"])
    opposing: tuple[Opposing, ...] = ()
    if outcome is Support.ALTERATION:
        opposing = (
            Opposing(
                hypothesis="turned by a half, or mirrored, by software that left the thumbnail",
                explains=None,
                reason="a hash that differs does not tell a turned picture from another one: look at both",
            ),
        )
    return METHOD.finds(
        outcome, f"{reason}. Stated besides: {said}" if said else reason, measures, opposing=opposing
    )


def oddities(picture: Examined) -> tuple[str, ...]:
    """What EXIF states that does not fit the file or itself. Anyone can write EXIF, and editors do so honestly."""
    exif, head = picture.file.metadata.exif, picture.file.picture
    found = []
    if software := exif.get("Image Software", ""):
        found.append(f"written by {software!r}")
    stated = exif.get("EXIF ExifImageWidth", ""), exif.get("EXIF ExifImageLength", "")
    if head is not None and all(stated) and {head.width, head.height} != {_number(side) for side in stated}:
        found.append(
            f"EXIF states {stated[0]} x {stated[1]} pixels, the file has {head.width} x {head.height}"
        )
    taken, changed = (_time(exif.get(tag, "")) for tag in ("EXIF DateTimeOriginal", "Image DateTime"))
    if taken is not None and changed is not None and changed != taken:
        order = "before it was taken" if changed < taken else "after it was taken"
        found.append(f"EXIF's date of change ({changed}) is {order} ({taken})")
    return tuple(found)


def _judged(small: Thumbnail, shapes_apart: float) -> tuple[Support, str]:
    size = f"{small.width} x {small.height} pixels"
    if shapes_apart > SAME_SHAPE:
        return Support.INCONCLUSIVE, (
            f"the thumbnail ({size}) has another shape than the picture: one of them was cropped, turned, or set "
            "between bars, which cameras and editors do"
        )
    if small.bits_apart >= SOMETHING_ELSE:
        return Support.ALTERATION, (
            f"the thumbnail ({size}) shows something else: {small.bits_apart} of 64 bits apart. The picture was "
            "changed after the thumbnail was made, or the thumbnail was put there"
        )
    return Support.NONE_FOUND, (
        f"the thumbnail ({size}) is {small.bits_apart} of 64 bits apart: that of the picture, as far as a hash tells. "
        "What is smaller than a few of its pixels it does not show"
    )


def _shapes_apart(small: Thumbnail, picture: Examined) -> float:
    """Relative difference of aspect ratios, of the picture as stored."""
    head = picture.file.picture
    if head is None or not small.height or not head.height:
        return 1.0
    own, other = head.width / head.height, small.width / small.height
    return abs(own - other) / own


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _time(text: str) -> datetime | None:
    """A time as EXIF writes it: without a zone, so that two of them can be compared with each other alone."""
    try:
        return datetime.strptime(text.strip(), _TIME)  # noqa: DTZ007 - EXIF has none
    except ValueError:
        return None
