"""The places that tests of a video point at, as pictures beside the earlier copy's. Illustrations, and they say so."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ....fingerprint.decoding import DecodingFailed
from ....fingerprint.digests import digest_file
from ....fingerprint.video_decoding import Frame, frames
from ....record.examination import FRAMES, Copy, Examination, Region, Support, TestFinding
from ....record.item import StoredFile
from ....record.sentences import stated
from ...illustration import PAPER, write_captioned
from ..heat import COLOURS, NOTE, OTHER, OUTCOMES, both_names

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PLACES = 6
"""A sheet of so many rows is still read on one page; the record has all places."""

WIDE = 480
"""Pixels of one picture's width on the sheet."""

_WHOLE = 8192
"""Pixels of the longer side up to which a picture is decoded as it is, so that boxes fit: more than 8K video has."""

_SIDES = "Left: the video. Right: {0}. / Kiri: video ini. Kanan: {1}."
_NOTHING = "no aligned picture here / tidak ada gambar yang sejajar di sini"
_NOT_HAD = "its picture could not be read here / gambarnya tidak dapat dibaca di sini"
_MORE = "The first {0} of {1} places; the record has all. / {0} tempat pertama dari {1}; semuanya ada dalam catatan."


class Place(NamedTuple):
    """A place to look at: ``here`` seconds into the video, ``there`` into the earlier copy, or None."""

    finding: TestFinding
    region: Region
    here: float
    there: float | None


def places_of(examination: Examination) -> tuple[Place, ...]:
    """The middle of each region in time that a finding points at, in order of time."""
    copy = examination.copies[0] if examination.copies else None  # the one that findings are against
    found = [
        Place(finding, region, round(sum(region.during) / 2, 2), _there(copy, sum(region.during) / 2))
        for finding in examination.findings
        if finding.outcome in (Support.ALTERATION, Support.INCONCLUSIVE)
        for region in finding.regions
        if region.during is not None
    ]
    return tuple(sorted(found, key=lambda place: place.here))


def draw_places(
    path: Path, examination: Examination, references: Sequence[Path], folder: Path
) -> tuple[StoredFile, ...]:
    """Draw the places of a video, each beside the aligned picture of the earlier copy, as one new PNG.

    Args:
        references: the files that it was laid beside; the earlier copy is found among them by its digest.

    Returns:
        The file; none where no finding points at a place in time, or nothing can be decoded there.

    Raises:
        UsageError: the file is there already, and nothing is overwritten.
    """
    every = places_of(examination)
    places = every[:MOST_PLACES]
    own = _frames_at(path, [place.here for place in places], examination.sha256)
    if not own:
        return ()
    earlier = _earlier(examination, references)
    there = [place.there for place in places if place.there is not None]
    theirs = _frames_at(earlier, there, examination.copies[0].reference_sha256) if earlier else {}
    shown = [place for place in places if place.here in own]
    rows = [(own[one.here], None if one.there is None else theirs.get(one.there), one) for one in shown]
    captions = [
        f"{n}. {one.here:.2f} s: {both_names(one.finding)}: {OUTCOMES[one.finding.outcome]}."
        for n, one in enumerate(shown, 1)
    ]
    notes = [NOTE]
    if examination.copies:
        copy = examination.copies[0]
        notes.append(_SIDES.format(copy.reference, stated(copy.says, copy.reference, OTHER)))
    if len(shown) < len(every):
        notes.append(_MORE.format(len(shown), len(every)))
    return (write_captioned(_sheet(rows), [*notes, *captions], NOTE, folder / FRAMES),)


def _there(copy: Copy | None, here: float) -> float | None:
    """The aligned moment in the earlier copy."""
    for start, end, start_there, end_there in copy.stretches if copy else ():
        if start <= here <= end:
            share = (here - start) / (end - start) if end > start else 0.0
            return round(start_there + share * (end_there - start_there), 2)
    return None


def _earlier(examination: Examination, references: Sequence[Path]) -> Path | None:
    wanted = {copy.reference_sha256 for copy in examination.copies[:1]}
    return next((one for one in references if digest_file(one).sha256 in wanted), None)


def _frames_at(path: Path, seconds: Sequence[float], sha256: str) -> dict[float, Frame]:
    """The pictures at some seconds, of the file that was examined and no other; those before damage."""
    wanted = tuple(sorted(set(seconds)))
    found: list[Frame] = []
    # Of damage the examination tells; what stands before it can be looked at.
    with contextlib.suppress(DecodingFailed):
        for frame in frames(path, at=wanted, side=_WHOLE) if wanted else ():
            found.append(frame)
    return {at: frame for at, frame in zip(wanted, found, strict=False) if frame.sha256 == sha256}


def _sheet(rows: Sequence[tuple[Frame, Frame | None, Place]]) -> Image:
    from PIL import Image

    pairs = [tuple(_panels(n, *row)) for n, row in enumerate(rows, 1)]
    heights = [max(panel.height for panel in pair) for pair in pairs]
    sheet = Image.new("RGB", (2 * WIDE + 8, sum(heights) + 8 * (len(pairs) - 1)), PAPER)
    top = 0
    for pair, height in zip(pairs, heights, strict=True):
        for column, panel in enumerate(pair):
            sheet.paste(panel, (column * (WIDE + 8), top))
        top += height + 8
    return sheet


def _panels(number: int, own: Frame, other: Frame | None, place: Place) -> Iterator[Image]:
    """One row: the video's picture with its box, and the earlier copy's or that there is none."""
    from PIL import Image

    colour = COLOURS[place.finding.outcome]
    yield _labelled(_picture(own, place.region.box, colour), f"{number}. {own.at:.2f} s")
    if other is not None:
        yield _labelled(_picture(other, None, colour), f"{number}. {other.at:.2f} s")
    else:
        said = _NOTHING if place.there is None else _NOT_HAD
        yield _labelled(Image.new("RGB", (WIDE, 60), PAPER), said)


def _picture(frame: Frame, box: tuple[int, int, int, int] | None, colour: tuple[int, int, int]) -> Image:
    from PIL import Image, ImageDraw

    picture = Image.frombytes("RGB", (frame.width, frame.height), frame.data)
    if box is not None:
        x, y, width, height = box
        thick = max(2, frame.width // 160)
        ImageDraw.Draw(picture).rectangle((x, y, x + width, y + height), outline=colour, width=thick)
    return picture.resize((WIDE, max(1, round(frame.height * WIDE / frame.width))))


def _labelled(picture: Image, label: str) -> Image:
    from PIL import ImageDraw, ImageFont

    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(15)
    pen.rectangle((0, 0, pen.textlength(label, font) + 10, 22), fill="black")
    pen.text((5, 2), label, fill="white", font=font)
    return picture
