"""What stands around the text of a post, laid beside what the captures record: its author, its time, its counts. Pure.

What is not in the picture proves nothing, nor does what is read with doubt. A name can be changed by its owner and a
count moves by itself, so neither shows an alteration.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from ...record.finding import Beside, Outcome, Part
from ...record.life import Timeline, Version
from .around import Box, around
from .beside_counts import counts_beside
from .beside_times import time_beside
from .names import LEAST_SCORE, Likeness, Seen, handle_seen, handles, name_seen, names
from .ocr import Line
from .placing_times import time_seen
from .times import INDONESIAN_ZONES

HANDLE, NAME = "handle", "name"

OTHER_ACCOUNT = "another account stands in the author's place"


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
    about = around(lines, body, version.text)
    recorded_handles, recorded_names = handles(timeline), names(timeline)
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


def _author(part: Part, field: str, seen: Seen | None, recorded: tuple[str, ...]) -> Beside:
    if seen is None:
        why = f"no {field} stands where the author's does" if recorded else f"the captures record no {field}"
        return Beside(part=part, name=field, shown="", recorded=recorded, outcome=None, reason=why)
    outcome, reason = _likeness_said(part, seen)
    return Beside(
        part=part,
        name=field,
        shown=seen.shown,
        recorded=recorded,
        outcome=outcome,
        reason=reason,
        box=seen.box,
    )


def _likeness_said(part: Part, seen: Seen) -> tuple[Outcome, str]:
    if seen.likeness is Likeness.SAME:
        return Outcome.CONSISTENT, "as recorded"
    if seen.likeness is Likeness.DOUBTFUL:
        return Outcome.INCONCLUSIVE, f"it may be “{seen.recorded}”: {seen.why}"
    if seen.piece.score < LEAST_SCORE:
        return Outcome.INCONCLUSIVE, f"read with a confidence of {seen.piece.score:.2f} only"
    if seen.likeness is Likeness.OTHER:
        what = OTHER_ACCOUNT if part is Part.HANDLE else "another name stands beside the handle"
        return Outcome.DIFFERS, f"{what}: “{seen.recorded}” is recorded"
    changed = " (names can be changed by their owners)" if part is Part.NAME else ""
    return Outcome.DIFFERS, f"by a letter or two from the recorded “{seen.recorded}”{changed}"
