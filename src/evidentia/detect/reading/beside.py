"""What stands around the text of a post, laid beside what the captures record: its author, its time, its counts. Pure.

What is not in the picture proves nothing, nor does what is read with doubt. A name can be changed by its owner and a
count moves by itself, so neither shows an alteration.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from msgspec.structs import replace

from ...record.finding import Beside, Outcome, Part
from ...record.life import Timeline, Version
from ...record.said import Said
from ...record.sentences import english, said
from .around import Box, around
from .beside_counts import counts_beside
from .beside_times import time_beside
from .names import LEAST_SCORE, Likeness, Seen, handle_seen, handles, name_seen, names, unjoined
from .ocr import Line
from .placing_times import time_seen
from .times import INDONESIAN_ZONES

HANDLE, NAME = "handle", "name"

OTHER_ACCOUNT = "reading.author.other_account"
"""The sentence that another account stands in the author's place."""


def beside(
    lines: Sequence[Line],
    body: Box,
    timeline: Timeline,
    version: Version,
    *,
    zones: Sequence[tzinfo] = INDONESIAN_ZONES,
    existed_by: datetime | None = None,
) -> tuple[Beside, ...]:
    """The author's handle and name, the time and the counts around the ``body``, where the text of ``version`` stands.

    Args:
        lines: the picture as it was read.
        body: x, y, width, height of the post's text, in pixels of the picture.
        zones: those in which the phone may have been.
        existed_by: a moment at which the picture is known to have existed, against which "2 weeks ago" is held.
    """
    recorded_handles, recorded_names = handles(timeline), names(timeline)
    lines = [replace(line, words=unjoined(line.words, recorded_handles, recorded_names)) for line in lines]
    about = around(lines, body, version.text)
    handle = handle_seen(about, recorded_handles, recorded_names) if recorded_handles else None
    name = name_seen(about, recorded_names, handle)
    author = [seen for seen in (handle, name) if seen is not None]
    times = time_seen(about, version.text, author, (*recorded_handles, *recorded_names))
    return (
        _author(Part.HANDLE, HANDLE, handle, recorded_handles),
        _author(Part.NAME, NAME, name, recorded_names),
        time_beside(times, timeline, version, zones, existed_by),
        *counts_beside(about, timeline),
    )


def is_other_account(field: Beside) -> bool:
    """Whether a field says that another account stands in the author's place."""
    return any(one.code == OTHER_ACCOUNT for one in field.says)


def _author(part: Part, field: str, seen: Seen | None, recorded: tuple[str, ...]) -> Beside:
    if seen is None:
        why = _absent(part, is_recorded=bool(recorded))
        return Beside(
            part=part,
            name=field,
            shown="",
            recorded=recorded,
            outcome=None,
            reason=english(why),
            says=(why,),
        )
    outcome, why = _likeness_said(part, seen)
    return Beside(
        part=part,
        name=field,
        shown=seen.shown,
        recorded=recorded,
        outcome=outcome,
        reason=english(why),
        box=seen.box,
        says=(why,),
    )


def _absent(part: Part, *, is_recorded: bool) -> Said:
    if part is Part.HANDLE:
        return said("reading.author.no_handle") if is_recorded else said("reading.author.handle_unrecorded")
    return said("reading.author.no_name") if is_recorded else said("reading.author.name_unrecorded")


def _likeness_said(part: Part, seen: Seen) -> tuple[Outcome, Said]:
    if seen.likeness is Likeness.SAME:
        return Outcome.CONSISTENT, said("reading.author.same")
    if seen.likeness is Likeness.DOUBTFUL:
        return Outcome.INCONCLUSIVE, said("reading.author.may_be", recorded=seen.recorded, why=seen.why)
    if seen.piece.score < LEAST_SCORE:
        return Outcome.INCONCLUSIVE, said("reading.author.low_confidence", confidence=seen.piece.score)
    if seen.likeness is Likeness.OTHER and part is Part.HANDLE:
        return Outcome.DIFFERS, said(OTHER_ACCOUNT, recorded=seen.recorded)
    if seen.likeness is Likeness.OTHER:
        return Outcome.DIFFERS, said("reading.author.other_name", recorded=seen.recorded)
    if part is Part.NAME:
        return Outcome.DIFFERS, said("reading.author.near_name", recorded=seen.recorded)
    return Outcome.DIFFERS, said("reading.author.near_handle", recorded=seen.recorded)
