"""Test: the small picture inside of EXIF against the large one, and what EXIF states of sizes, times and software.

Only a thumbnail of the same shape that shows something else supports an alteration: some editors change the picture and
leave it (E. Kee and H. Farid, Digital Image Authentication from Thumbnails, SPIE 7541, 2010). All else is told as a
fact.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ...record.examination import Opposing, Support, TestFinding
from ...record.said import Said
from ...record.sentences import Term, said
from .method import Method, opposes

if TYPE_CHECKING:
    from ...fingerprint.types import Thumbnail
    from .picture import Examined

METHOD = Method(
    test=Term("thumbnail and metadata"),
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
    odd = oddities(picture)
    small = picture.file.metadata.thumbnail
    if small is None:
        return METHOD.finds(Support.NOT_APPLICABLE, _besides(said("examining.no_thumbnail"), odd))
    measures = {
        "bits apart of 64": float(small.bits_apart),
        "relative difference of aspect ratios": _shapes_apart(small, picture),
    }
    outcome, says = _judged(small, measures["relative difference of aspect ratios"])
    opposing: tuple[Opposing, ...] = ()
    if outcome is Support.ALTERATION:
        opposing = (
            opposes(
                Term("turned by a half, or mirrored, by software that left the thumbnail"),
                None,
                said("examining.look_at_both"),
            ),
        )
    return METHOD.finds(outcome, _besides(says, odd), measures, opposing=opposing)


def _besides(says: Said, odd: tuple[Said, ...]) -> Said:
    return said("examining.stated_besides", says=says, odd=odd) if odd else says


def oddities(picture: Examined) -> tuple[Said, ...]:
    """What EXIF states that does not fit the file or itself. Anyone can write EXIF, and editors do so honestly."""
    exif, head = picture.file.metadata.exif, picture.file.picture
    found = []
    if software := exif.get("Image Software", ""):
        found.append(said("examining.exif_software", software=repr(software)))
    stated = exif.get("EXIF ExifImageWidth", ""), exif.get("EXIF ExifImageLength", "")
    if head is not None and all(stated) and {head.width, head.height} != {_number(side) for side in stated}:
        found.append(
            said(
                "examining.exif_size",
                stated_width=stated[0],
                stated_height=stated[1],
                width=head.width,
                height=head.height,
            )
        )
    taken, changed = (_time(exif.get(tag, "")) for tag in ("EXIF DateTimeOriginal", "Image DateTime"))
    if taken is not None and changed is not None and changed != taken:
        times = {"changed": str(changed), "taken": str(taken)}
        found.append(
            said("examining.exif_changed_before", **times)
            if changed < taken
            else said("examining.exif_changed_after", **times)
        )
    return tuple(found)


def _judged(small: Thumbnail, shapes_apart: float) -> tuple[Support, Said]:
    size = {"width": small.width, "height": small.height}
    if shapes_apart > SAME_SHAPE:
        return Support.INCONCLUSIVE, said("examining.thumbnail_shape", **size)
    if small.bits_apart >= SOMETHING_ELSE:
        return Support.ALTERATION, said("examining.thumbnail_differs", bits=small.bits_apart, **size)
    return Support.NONE_FOUND, said("examining.thumbnail_same", bits=small.bits_apart, **size)


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
