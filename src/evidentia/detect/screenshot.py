"""Reading a screenshot against the archived versions of the posts that it may show.

The picture is read once. The archived wordings that share most with what was read are laid against it; where a
wording and the reading part, the lines of that place are recognised again under other views, and the recogniser is
asked how likely either wording is there. A difference counts only where the looks agree; where they do not, or where
the letters look too much alike, the answer is inconclusive. Which post it is follows from the words, and where those
of several posts fit nearly alike, from the author above them. What this cannot see: whether the page was altered in
the browser before the screenshot was taken, and anything that is not text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ..fingerprint.decoding import Decoder, DecodingFailed
from ..record.errors import UsageError
from ..record.finding import Outcome, Part, Reading
from ..record.item import Program, StoredFile
from ..record.life import Timeline, Version
from ..record.moment import Interval
from ..record.said import Said
from ..record.sentences import english, restated, said
from .reading import annotate as drawing
from .reading import telling
from .reading.beside import is_other_account
from .reading.choose import (
    Judgement,
    by_post,
    candidates,
    in_doubt,
    is_continued,
    is_shown,
    judged,
    not_outdone,
    places,
    shown_at,
    shown_in,
    shows_more,
    version_shown,
)
from .reading.compare import Laid
from .reading.covered import Extent, extent
from .reading.deciding import Placed, with_surroundings
from .reading.glyphs import Weighed, Weigher
from .reading.looks import Box, undisputed
from .reading.ocr import pixels_of
from .reading.rates import class_of, error_rates
from .reading.recogniser import TIGHT, View, likelihood

if TYPE_CHECKING:
    from PIL.Image import Image

    from .reading.ocr import Line, Reader
    from .reading.pictures import PixelsOf

METHOD = Program(name="evidentia.detect.screenshot", version="13")
"""The version moves when a reading may come out otherwise; the error rates are of one version."""

EDGE = 3
"""Pixels from the edge of the picture within which text may have been cut by a crop."""

INK = 40
"""Grey levels by which letters that can be read stand off from their ground; the noise of a camera is less."""

MOST_INK = 0.02
"""Of the pixels of a blank: specks that are left where a word was painted over. Letters cover a tenth and more."""

MAX_SHOWN_TEXT = 20_000
"""Characters of the read text that are kept with the reading."""


def match_screenshot(
    image: Path,
    timelines: Sequence[Timeline],
    *,
    reader: Reader | None = None,
    decoder: Decoder | None = None,
    captured: PixelsOf | None = None,
    existed_by: datetime | None = None,
) -> Reading:
    """Say which archived version of which post a screenshot shows, where it differs, or why neither can be said.

    ``reader`` and ``decoder`` can be handed over when many pictures are read. A picture that cannot be decoded, or
    in which no archived post is found, is a reading that ends inconclusive. ``captured`` and ``existed_by`` are those
    of ``match_picture``.

    Raises:
        UsageError: there is no such file.
        MissingPart: the part that reads text in pictures is not installed.
    """
    from .reading.ocr import Reader

    reader = reader or Reader()
    try:
        picture = load(image, decoder)
    except DecodingFailed as why:
        return inconclusive(said("reading.none.undecoded", why=str(why)))
    reading = match_picture(picture, timelines, reader=reader, captured=captured, existed_by=existed_by)
    return msgspec.structs.replace(reading, error_rates=error_rates(METHOD, class_of(image, picture.size)))


def match_picture(
    picture: Image,
    timelines: Sequence[Timeline],
    *,
    reader: Reader | None = None,
    captured: PixelsOf | None = None,
    existed_by: datetime | None = None,
) -> Reading:
    """``match_screenshot`` of a picture that is decoded already (RGB, upright).

    Args:
        picture: a screenshot, or a frame of a video.
        timelines: the posts that it may show.
        reader: the engine, where it is loaded already.
        captured: hands over captured media, against which the pictures within are held.
        existed_by: a moment at which the picture is known to have existed, against which "2 weeks ago" is held.

    Raises:
        MissingPart: the part that reads text in pictures is not installed.
    """
    from .reading.ocr import Reader

    reader = reader or Reader()
    reading = _read(picture, reader, timelines, captured, existed_by)
    by = said("reading.read_with", program=reader.program.name, version=reader.program.version)
    return restated(reading, *reading.says, by)


def _read(
    picture: Image,
    reader: Reader,
    timelines: Sequence[Timeline],
    captured: PixelsOf | None,
    existed_by: datetime | None,
) -> Reading:
    # A crop may cut through the first and the last line of text, and half a line reads as nonsense.
    lines = [
        line
        for line in reader.read(picture)
        if line.box[1] > EDGE and line.box[1] + line.box[3] < picture.height - EDGE
    ]
    text = "\n".join(line.text for line in lines)[:MAX_SHOWN_TEXT]
    if not text:
        return inconclusive(said("reading.none.no_text"))

    looks = _Picture(reader, picture)
    posts = by_post(judged(candidates(lines, timelines), looks))
    spots = shown_in(places([post for post in posts if is_shown(post)]))
    if not spots:
        return inconclusive(said("reading.none.no_post"), text)
    reading = with_surroundings(
        _of_spots(spots, text),
        picture,
        lines,
        [Placed(one.fit.timeline, one.fit.version, one.judged.laid) for post in posts for one in post],
        lambda line: looks.again([line], TIGHT)[0].text,
        captured=captured,
        existed_by=existed_by,
    )
    return with_doubtful_accounts(unless_anothers(reading))


def with_doubtful_accounts(reading: Reading) -> Reading:
    """Another account above the words does not differ from the author's: it may be another's post, or be mentioned."""
    told = tuple(
        msgspec.structs.replace(field, outcome=Outcome.INCONCLUSIVE)
        if field.outcome is Outcome.DIFFERS and is_other_account(field)
        else field
        for field in reading.beside
    )
    return msgspec.structs.replace(reading, beside=told)


def unless_anothers(reading: Reading) -> Reading:
    """Other words below another account's name may be that account's own post, which nobody archived: no difference."""
    authors = [field for field in reading.beside if field.part in (Part.HANDLE, Part.NAME)]
    others = [field for field in authors if field.outcome is Outcome.DIFFERS]
    same = any(field.outcome is Outcome.CONSISTENT for field in authors)
    in_words = all(difference.part is Part.WORDS for difference in reading.differences)
    if reading.outcome is not Outcome.DIFFERS or not in_words or same or not others:
        return reading
    names = ", ".join(f"“{field.shown}”" for field in others)
    undecided = msgspec.structs.replace(
        reading,
        outcome=Outcome.INCONCLUSIVE,
        version=None,
        differences=(),
        in_force=None,
    )
    return restated(
        undecided,
        said("reading.below_another_name", post=reading.post or "None", names=names, words=reading.says),
    )


def annotate(image: Path, reading: Reading, out: Path, *, decoder: Decoder | None = None) -> StoredFile:
    """Draw the differences of a reading on a copy of the picture: an illustration, and it says so.

    Raises:
        UsageError: the picture cannot be decoded, or ``out`` is there already.
    """
    try:
        return drawing.draw(load(image, decoder), reading, out)
    except DecodingFailed as why:
        raise UsageError(f"{image.name} cannot be drawn on: {why}.") from why


def load(image: Path, decoder: Decoder | None = None) -> Image:
    """The picture upright in RGB, decoded in a limited process.

    Raises:
        DecodingFailed: it cannot be decoded within the limits.
        UsageError: there is no such regular file.
    """
    from PIL import Image as pillow

    from ..fingerprint.digests import open_regular

    open_regular(image).close()
    if decoder is None:
        with Decoder() as own:
            return load(image, own)
    pixels = decoder.pixels(image)
    return pillow.frombytes("RGB", (pixels.width, pixels.height), pixels.data)


class _Picture:
    """The picture for further looks: each line is recognised once under each view."""

    def __init__(self, reader: Reader, picture: Image) -> None:
        self._reader, self._picture, self._pixels = reader, picture, pixels_of(picture)
        self._seen: dict[tuple[Box, str], Line] = {}
        self._extents: dict[tuple[Box, tuple[Box, ...]], Extent | None] = {}
        self._weighers: dict[tuple[tuple[str, Box], ...], Weigher] = {}

    def again(self, lines: Sequence[Line], view: View) -> list[Line]:
        missing = [line for line in lines if (line.box, view.name) not in self._seen]
        for line, other in zip(missing, self._reader.again(self._pixels, missing, view), strict=True):
            self._seen[line.box, view.name] = other
        return [self._seen[line.box, view.name] for line in lines]

    def chance(self, line: Line, text: str) -> float | None:
        return likelihood(line.spelt, text, self._reader.alphabet) if line.spelt is not None else None

    def weigh(self, laid: Laid, box: Box, recorded: str, shown: str) -> Weighed | None:
        known = tuple(undisputed(laid))
        if known not in self._weighers:
            self._weighers[known] = Weigher(self._picture, known)
        return self._weighers[known].weigh(box, recorded, shown)

    def at_edge(self, box: Box) -> bool:
        return box[0] <= EDGE or box[0] + box[2] >= self._picture.width - EDGE

    def extent(self, line: Line) -> Extent | None:
        words = line.box, tuple(word.box for word in line.words)
        if words not in self._extents:
            self._extents[words] = extent(self._pixels, line)
        return self._extents[words]

    def is_blank(self, box: Box) -> bool:
        import numpy as np

        x, y, width, height = box
        luma = np.asarray(
            self._picture.crop((max(0, x), y, x + width, y + height)).convert("L"), dtype=np.int16
        )
        return bool(luma.size) and bool((np.abs(luma - np.median(luma)) > INK).mean() < MOST_INK)


def _of_spots(spots: Sequence[Sequence[list[Judgement]]], text: str) -> Reading:
    """One reading of all places in which posts are shown. A thread or a quoted post: the worst one counts."""
    shown = [shown_at(spot) for spot in spots]
    readings = [_of_posts(posts, text) for posts in shown]
    if len(readings) == 1:
        return readings[0]
    # Of equal outcomes that of the post whose author stands there, and of which most is shown: not of what it quotes.
    worst, _ = min(
        zip(readings, shown, strict=True),
        key=lambda one: (
            _WEIGHT[one[0].outcome],
            -one[1][0][0].fit.byline.author,
            -one[1][0][0].judged.found,
        ),
    )
    names = ", ".join(reading.post or "?" for reading in readings)
    return restated(worst, *worst.says, said("reading.several_posts", names=names))


_WEIGHT = {Outcome.DIFFERS: 0, Outcome.INCONCLUSIVE: 1, Outcome.CONSISTENT: 2}


def _of_posts(posts: Sequence[list[Judgement]], text: str) -> Reading:
    """One reading of the posts that nothing tells apart in one place of the picture: mostly a single one."""
    if len(posts) == 1:
        return _of_post(posts[0], text)
    names = ", ".join(post[0].fit.timeline.post for post in posts)
    if posts[0][0].judged.clean:
        return inconclusive(said("reading.none.of_several", names=names), text)
    return inconclusive(said("reading.none.near_several", names=names), text)


def _of_post(versions: Sequence[Judgement], text: str) -> Reading:
    best = version_shown(versions)
    more = shows_more(versions, best[0]) if len(best) == 1 else None
    if more is not None and is_continued(best[0], more):
        return _reading(Outcome.DIFFERS, more, telling.differs(more), text)
    if more is not None:
        return _reading(Outcome.INCONCLUSIVE, best[0], telling.more(best[0], more), text, version=False)
    if len(best) == 1:
        return _reading(Outcome.CONSISTENT, best[0], telling.consistent(best[0]), text)
    if best:
        return _reading(Outcome.INCONCLUSIVE, best[0], telling.several(best), text, version=False)
    versions = not_outdone(versions)
    doubtful = in_doubt(versions)
    if doubtful is not None:
        return _reading(Outcome.INCONCLUSIVE, doubtful, telling.doubtful(doubtful), text, version=False)
    nearest = versions[0]
    if nearest.judged.places > 1 and not nearest.fit.byline.directly:
        return _reading(Outcome.INCONCLUSIVE, nearest, telling.maybe_anothers(nearest), text, version=False)
    return _reading(Outcome.DIFFERS, nearest, telling.differs(nearest), text)


def _reading(
    outcome: Outcome, found: Judgement, says: tuple[Said, ...], text: str, *, version: bool = True
) -> Reading:
    laid = found.judged.laid
    return Reading(
        outcome=outcome,
        post=found.fit.timeline.post,
        version=found.fit.version.n if version else None,
        differences=found.judged.differences if outcome is Outcome.DIFFERS else (),
        reason=english(*says),
        method=METHOD,
        error_rates=error_rates(METHOD),
        evidence=found.fit.version.evidence,
        in_force=_in_force(found.fit.version) if version else None,
        shown_text=text,
        similarity=round(laid.count / len(laid.found), 4),
        says=says,
    )


def _in_force(version: Version) -> Interval:
    return Interval(not_before=version.not_before, not_after=version.not_after)


def inconclusive(why: Said, text: str = "") -> Reading:
    """The reading of a picture in which no post can be named, and why."""
    return Reading(
        outcome=Outcome.INCONCLUSIVE,
        post=None,
        version=None,
        differences=(),
        reason=english(why),
        method=METHOD,
        error_rates=error_rates(METHOD),
        shown_text=text,
        says=(why,),
    )
