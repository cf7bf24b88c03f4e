"""Reading a screenshot against the archived versions of the posts that it may show.

The picture is read once. Every archived wording is laid against what was read; where the wording and the reading
part, that place is cut out, enlarged and read again. A difference counts only where both looks agree; where they do
not, or where the letters look too much alike, the answer is inconclusive. What this cannot see: whether the page was
altered in the browser before the screenshot was taken, and anything that is not text.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import msgspec

from ..fingerprint.decoding import Decoder, DecodingFailed
from ..record.errors import UsageError
from ..record.finding import ErrorRate, Outcome, Reading
from ..record.item import Program, StoredFile
from ..record.life import Timeline, Version
from ..record.moment import to_utc_text
from ..record.post import Account
from .kept_history import PLATFORM_HISTORY
from .reading import annotate as drawing
from .reading.compare import Laid, Shown, disputes, lay_in_column, shown, tokens
from .reading.judge import Box, Judged, fits, judge
from .reading.letters import readable

if TYPE_CHECKING:
    from PIL.Image import Image

    from .reading.ocr import Line, Reader

METHOD = Program(name="evidentia.detect.screenshot", version="1")

ERROR_RATES = (
    ErrorRate(name="genuine screenshot said to differ", measured=False),
    ErrorRate(name="altered word not found", measured=False),
    ErrorRate(name="wrong post or version named", measured=False),
)
"""Not measured yet, and said so in every reading."""

SECOND_SCALES = (1.25, 2.0)
SECOND_LINE_HEIGHT = 64
"""A second look enlarges so that lines come to this height in pixels, within these scales: the recogniser works at
48 pixels, so that more only costs time, and less than a quarter more would be the first look again."""

EDGE = 3
"""Pixels from the edge of the picture within which text may have been cut by a crop."""

MAX_SHOWN_TEXT = 20_000
"""Characters of the read text that are kept with the reading."""


class _Fit(msgspec.Struct, frozen=True):
    """A version that the picture may show."""

    timeline: Timeline
    version: Version
    laid: Laid


class _Judgement(msgspec.Struct, frozen=True):
    fit: _Fit
    judged: Judged


def match_screenshot(
    image: Path,
    timelines: Sequence[Timeline],
    *,
    reader: Reader | None = None,
    decoder: Decoder | None = None,
) -> Reading:
    """Say which archived version of which post a screenshot shows, where it differs, or why neither can be said.

    ``reader`` and ``decoder`` can be handed over when many pictures are read. A picture that cannot be decoded, or
    in which no archived post is found, is a reading that ends inconclusive.

    Raises:
        UsageError: there is no such file.
        MissingPart: the part that reads text in pictures is not installed.
    """
    from .reading.ocr import Reader

    reader = reader or Reader()
    try:
        picture = load(image, decoder)
    except DecodingFailed as why:
        return _inconclusive(f"The picture cannot be read: {why}.")
    reading = _read(picture, reader, timelines)
    by = f"Read with {reader.program.name} {reader.program.version}, the second looks too."
    return msgspec.structs.replace(reading, reason=f"{reading.reason} {by}")


def _read(picture: Image, reader: Reader, timelines: Sequence[Timeline]) -> Reading:
    # A crop may cut through the first and the last line of text, and half a line reads as nonsense.
    lines = [
        line
        for line in reader.read(picture)
        if line.box[1] > EDGE and line.box[1] + line.box[3] < picture.height - EDGE
    ]
    seen = shown(lines)
    text = "\n".join(line.text for line in lines)[:MAX_SHOWN_TEXT]
    if not seen.letters:
        return _inconclusive("No text was read in the picture.")

    candidates = _candidates(lines, seen, timelines)
    if not candidates:
        return _inconclusive("None of the archived posts was found in the picture.", text)
    second = _SecondLook(reader, picture, median(line.box[3] for line in lines))
    judgements = [_Judgement(fit, judge(fit.laid, second)) for fit in _worth_judging(candidates)]
    return _conclude(judgements, seen, text)


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


class _SecondLook:
    """Reads parts of one picture again, enlarged, and each part once."""

    def __init__(self, reader: Reader, picture: Image, line_height: float) -> None:
        self._reader, self._picture = reader, picture
        least, most = SECOND_SCALES
        self._scale = min(most, max(least, SECOND_LINE_HEIGHT / max(1.0, line_height)))
        self._looks: dict[Box, Shown] = {}

    def __call__(self, box: Box) -> Shown:
        if box not in self._looks:
            x, y, width, height = box
            margin = max(12, min(height, 40))  # engines read text badly that touches the edge
            left, top = max(0, x - margin), max(0, y - margin)
            right = min(self._picture.width, x + width + margin)
            bottom = min(self._picture.height, y + height + margin)
            part = self._picture.crop((left, top, right, bottom))
            self._looks[box] = shown(self._reader.read(part, scale=self._scale, at=(left, top)))
        return self._looks[box]

    def at_edge(self, box: Box) -> bool:
        return box[0] <= EDGE or box[0] + box[2] >= self._picture.width - EDGE


def _candidates(lines: Sequence[Line], seen: Shown, timelines: Sequence[Timeline]) -> list[_Fit]:
    found = []
    for timeline in timelines:
        for version in timeline.versions:
            recorded = tokens(version.text)
            if not recorded.words:
                continue
            laid = lay_in_column(recorded, lines)
            # A text of a few words stands in many places: only its author beside it makes it this post.
            if fits(laid) and (len(recorded.words) >= 5 or author_shown(timeline, seen)):
                found.append(_Fit(timeline, version, laid))
    return found


def _worth_judging(candidates: Sequence[_Fit]) -> list[_Fit]:
    """Of each post, the versions that a second look could still make the right one.

    Where one version is read letter for letter to its end, those that are disputed are not it; and where none is,
    those with clearly more disputes than the nearest are not.
    """
    kept: list[_Fit] = []
    for post in dict.fromkeys(fit.timeline.post for fit in candidates):
        counted = [(len(disputes(fit.laid)), fit) for fit in candidates if fit.timeline.post == post]
        fewest = min(count for count, _ in counted)
        whole = any(count == 0 and fit.laid.count == len(fit.laid.found) for count, fit in counted)
        limit = 0 if whole else fewest + 2
        kept += [fit for count, fit in counted if count <= limit]
    return kept


def author_shown(timeline: Timeline, seen: Shown) -> str | None:
    """The handle or the name of the post's author as it stands in the picture, if it does."""
    letters = seen.letters.casefold()
    for name in _names(timeline):
        if (plain := readable(name).casefold()) and len(plain) > 2 and plain in letters:
            return name
    return None


def _names(timeline: Timeline) -> list[str]:
    authors: list[Account] = [o.post.author for o in timeline.observations if o.post is not None]
    names = [name for author in authors for name in (author.name, author.handle) if name]
    return list(dict.fromkeys(names))


def _conclude(judgements: Sequence[_Judgement], seen: Shown, text: str) -> Reading:
    """One reading from all versions that fit: first the best version of each post, then the post."""
    by_post: dict[str, list[_Judgement]] = {}
    for judgement in judgements:
        by_post.setdefault(judgement.fit.timeline.post, []).append(judgement)
    readings = [_of_post(versions, seen, text) for versions in by_post.values()]
    if len(readings) == 1:
        return readings[0]
    return _of_several(readings, judgements, text)


def _of_several(readings: Sequence[Reading], judgements: Sequence[_Judgement], text: str) -> Reading:
    """Several posts fit. Where they stand apart in the picture it shows a thread; else they are near copies."""
    names = ", ".join(reading.post or "" for reading in readings)
    spans = {j.fit.timeline.post: _span(j.fit.laid) for j in judgements}
    ordered = sorted(spans.values())
    apart = all(before[1] < after[0] for before, after in pairwise(ordered))
    if apart:
        weight = {Outcome.DIFFERS: 0, Outcome.INCONCLUSIVE: 1, Outcome.CONSISTENT: 2}
        worst = min(readings, key=lambda reading: weight[reading.outcome])
        return msgspec.structs.replace(
            worst,
            reason=f"{worst.reason} The picture shows several archived posts ({names}); this is said of one.",
        )
    consistent = [reading for reading in readings if reading.outcome is Outcome.CONSISTENT]
    if len(consistent) == 1:
        return consistent[0]
    if consistent:
        return _inconclusive(f"The text shown is that of several archived posts: {names}.", text)
    return max(readings, key=lambda reading: (reading.similarity or 0.0, -len(reading.differences)))


def _span(laid: Laid) -> tuple[int, int]:
    """The first and the last row of pixels of what was found."""
    _, top, _, height = laid.shown.box(laid.place(laid.first)[0], laid.place(laid.last)[1] + 1)
    return top, top + height


def _of_post(versions: Sequence[_Judgement], seen: Shown, text: str) -> Reading:
    clean = [v for v in versions if v.judged.clean]
    # Where one version is shown to its very end, another one that fits only because words are missing does not compete.
    whole = [v for v in clean if v.judged.whole]
    best = whole or clean
    if len(best) == 1:
        return _reading(Outcome.CONSISTENT, best[0], _consistent(best[0], seen), text)
    if best:
        numbers = " and ".join(str(v.fit.version.n) for v in best)
        reason = f"Versions {numbers} both fit: the words in which they differ are not in the picture."
        return _reading(Outcome.INCONCLUSIVE, best[0], reason, text, version=False)
    nearest = min(
        versions, key=lambda v: (len(v.judged.differences) + len(v.judged.doubts), -v.fit.laid.count)
    )
    doubtful = [v for v in versions if not v.judged.differences]
    if doubtful:
        least = min(doubtful, key=lambda v: len(v.judged.doubts))
        reason = f"Version {least.fit.version.n} cannot be ruled out: {'; '.join(least.judged.doubts)}."
        return _reading(Outcome.INCONCLUSIVE, least, reason, text, version=False)
    return _reading(Outcome.DIFFERS, nearest, _differs(nearest, seen), text)


def _consistent(found: _Judgement, seen: Shown) -> str:
    version, judged = found.fit.version, found.judged
    parts = [f"Every recorded word that can be judged is shown as in version {version.n}, {_when(version)}."]
    missing = judged.cut_start + judged.cut_end
    if missing:
        total = len(found.fit.laid.found)
        parts = [
            f"What is shown is as in version {version.n}, {_when(version)}; "
            f"{missing} of its {total} words are not in the picture, which ends before them or says that there is more."
        ]
    return " ".join([*parts, _author(found, seen), _LIMITS])


def _differs(found: _Judgement, seen: Shown) -> str:
    version, judged = found.fit.version, found.judged
    count = len(judged.differences)
    reason = (
        f"{count} place{'s' if count > 1 else ''} shown otherwise than in version {version.n}, the nearest, "
        f"{_when(version)}; two looks at different scales agree."
    )
    doubts = f" In doubt besides: {'; '.join(judged.doubts)}." if judged.doubts else ""
    return f"{reason}{doubts} {_author(found, seen)} {_LIMITS}"


_LIMITS = (
    "Not judged: emoji, punctuation around words, and what stands before and after the text of the post."
)


def _when(version: Version) -> str:
    if version.not_before is None and version.not_after is None:
        return "for which no time is recorded"
    first = to_utc_text(version.not_before) if version.not_before else "an unknown time"
    last = to_utc_text(version.not_after) if version.not_after else "an unknown time"
    if version.sources == (PLATFORM_HISTORY,):
        return f"which only the platform's own history shows, looked at from {first} to {last}"
    return f"which was seen from {first} to {last}"


def _author(found: _Judgement, seen: Shown) -> str:
    name = author_shown(found.fit.timeline, seen)
    if name is not None:
        return f"The recorded author's name, {name}, is in the picture."
    return "The recorded author's name was not read in the picture: only the text was compared."


def _reading(outcome: Outcome, found: _Judgement, reason: str, text: str, *, version: bool = True) -> Reading:
    laid = found.fit.laid
    return Reading(
        outcome=outcome,
        post=found.fit.timeline.post,
        version=found.fit.version.n if version else None,
        differences=found.judged.differences if outcome is Outcome.DIFFERS else (),
        reason=reason,
        method=METHOD,
        error_rates=ERROR_RATES,
        evidence=found.fit.version.evidence,
        shown_text=text,
        similarity=round(laid.count / len(laid.found), 4),
    )


def _inconclusive(reason: str, text: str = "") -> Reading:
    return Reading(
        outcome=Outcome.INCONCLUSIVE,
        post=None,
        version=None,
        differences=(),
        reason=reason,
        method=METHOD,
        error_rates=ERROR_RATES,
        shown_text=text,
    )
