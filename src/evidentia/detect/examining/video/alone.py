"""What a video says without a reference: where it departs from itself. None of it can support an alteration.

A cut, a gap, a picture that stands, another room behind the voice: honest cameras, coders and editors make all of
them. They say where to look, and what to ask for: an earlier copy.
"""

from __future__ import annotations

from typing import Any

from ....fingerprint.audio_print import STEP, levels_of
from ....fingerprint.video_decoding import Surveyed
from ....record.examination import Region, Support, TestFinding
from ....record.said import Said
from ....record.sentences import Term, said
from ..method import Method, opposes

VERSION = "1"

STAMPS = Method(
    test=Term("time stamps"),
    name="distances of time stamps against the usual one",
    version=VERSION,
    source="ISO/IEC 14496-12, 8.6",
)
STANDING = Method(
    test=Term("pictures that stand"),
    name="motion of pictures against the usual motion",
    version=VERSION,
    source="own",
)
FLOOR = Method(
    test=Term("floor of the sound"),
    name="tenth percentile of levels, 4 s before and after",
    version=VERSION,
    source="own",
)

_GAP_TIMES, _GAP_LEAST = 3.0, 0.25  # times the usual distance of pictures, and seconds
_STANDS, _MOVES, _STANDS_LEAST = 0.05, 1.0, 1.0  # share of the usual motion; grey levels; seconds
_FLOOR_SPAN, _FLOOR_STEP = 4.0, 8.0  # seconds before and after a moment; decibels between their floors
_QUIET = 10  # percentile of levels that is the floor
_LEAST_SECONDS = 3.0


def alone(video: Surveyed) -> tuple[TestFinding, ...]:
    """The findings; inconclusive where something is found, which is all that they can say."""
    return _stamps(video), _standing(video), _floor(video.sound)


def _stamps(video: Surveyed) -> TestFinding:
    import numpy as np

    times = np.array(video.facts.coding.times)
    if len(times) < 2:
        return STAMPS.finds(Support.NOT_APPLICABLE, said("video.fewer_than_two_pictures"))
    distances = np.diff(times)
    usual = float(np.median(distances))
    wide = np.flatnonzero(distances > max(_GAP_TIMES * usual, _GAP_LEAST))
    gaps = [(float(times[at]), float(times[at + 1])) for at in wide] + list(video.facts.sound_gaps)
    says = said("video.one_gap") if len(gaps) == 1 else said("video.gaps", gaps=len(gaps))
    honest = Term("a camera that changes its rate, pictures lost in transmission, an honest cut")
    return _told(STAMPS, gaps, says, said("video.no_gap"), honest)


def _standing(video: Surveyed) -> TestFinding:
    import numpy as np

    small, times = video.small, video.facts.small_times
    if len(small) < 2 or times[-1] < _LEAST_SECONDS:
        return STANDING.finds(Support.NOT_APPLICABLE, said("video.too_short"))
    moved = np.array(
        [np.abs(small[at].astype(np.int16) - small[at - 1]).mean() for at in range(1, len(small))]
    )
    usual = float(np.median(moved))
    if usual < _MOVES:
        return STANDING.finds(Support.NOT_APPLICABLE, said("video.hardly_moves"))
    runs = [(times[start], times[end]) for start, end in _runs(moved < _STANDS * usual)]
    still = [(start, end) for start, end in runs if end - start >= _STANDS_LEAST]
    says = said("video.stands_once") if len(still) == 1 else said("video.stands", times=len(still))
    honest = Term("a camera or a transmission that stalled, a still that was shown")
    return _told(STANDING, still, says, said("video.stands_nowhere"), honest)


def _floor(sound: Any) -> TestFinding:
    import numpy as np

    levels = levels_of(sound)
    span = round(_FLOOR_SPAN / STEP)
    if len(levels) < 2 * span:
        return FLOOR.finds(Support.NOT_APPLICABLE, said("video.too_little_sound"))
    at = np.arange(span, len(levels) - span + 1, round(0.1 / STEP))
    before = np.array([np.percentile(levels[one - span : one], _QUIET) for one in at])
    after = np.array([np.percentile(levels[one : one + span], _QUIET) for one in at])
    apart = np.abs(after - before)
    places = []
    for start, end in _runs(apart > _FLOOR_STEP):
        moment = float(at[start + int(np.argmax(apart[start:end]))] * STEP)
        places.append((max(0.0, moment - 0.5), moment + 0.5))
    says = (
        said("video.floor_changes_once", decibels=_FLOOR_STEP)
        if len(places) == 1
        else said("video.floor_changes", decibels=_FLOOR_STEP, moments=len(places))
    )
    honest = Term("a cut to another place, a device's own gain, somebody who begins to speak without a pause")
    return _told(FLOOR, places, says, said("video.floor_does_not_change"), honest)


def _runs(chosen: Any) -> list[tuple[int, int]]:
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate(([0], chosen.astype(int), [0]))))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _told(
    test: Method, places: list[tuple[float, float]], says: Said, otherwise: Said, honest: Term
) -> TestFinding:
    if not places:
        return test.finds(Support.NONE_FOUND, otherwise)
    regions = tuple(Region(during=(round(start, 2), round(end, 2))) for start, end in places)
    opposing = (opposes(honest, True, said("video.same_trace")),)
    return test.finds(Support.INCONCLUSIVE, says, regions=regions, opposing=opposing)
