"""Whether the sound fits the pictures: where pictures are the reference's, the sound has to be the reference's too.

The bits of both sounds (see ``fingerprint.audio_print``) are compared along the alignment of the pictures, in windows
of a second and a half. Where nothing is said, bits are of noise and tell nothing: there the levels are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ....fingerprint.audio_print import STEP, best_offset, bits_of, differing, levels_of
from ....record.said import Said
from ....record.sentences import said
from .align import Stretch

WINDOW = 1.5
"""Seconds whose bits are judged together: 75 words of 32 bits, of which neighbours resemble each other."""

UNLIKE = 0.42
"""Share of differing bits from which a window does not fit: 0.5 is chance. The worst window of honest
copies had 0.17 of speech, 0.30 of white noise (AMR of 12 kbit/s, the most lossy codec that telephones write)."""

LEAST = 0.8
"""Seconds of windows that do not fit, without a break, from which something is said."""

SHIFT = 0.3  # seconds by which sound may lie beside the pictures: the delays of encoders and containers
_VOICE = 12.0  # decibels above the quietest tenth: there is something to compare
_LOUD = (
    -40.0
)  # decibels below full scale, above which sound without pauses (a crowd, music) is something as well
_STEP_OFF = 12.0  # decibels of level beyond the usual difference from the reference: muted, or added
_JOIN = 0.6  # seconds between two places that are told as one
_ELSEWHERE = 0.34  # share of differing bits below which sound is told to be from elsewhere in the reference
_LEAST_ELSEWHERE = 75  # words


class Unfit(NamedTuple):
    """From when to when the sound is not that of the reference, its worst share of differing bits, and how it is."""

    start: float
    end: float
    share: float
    how: Said


class Heard(NamedTuple):
    """What comparing found: seconds of sound that could be compared, and fitted; the places that do not fit."""

    compared: float
    fitted: float
    worst: float
    unfit: tuple[Unfit, ...]


class _Sounds(NamedTuple):
    """Words and levels of each step, here and there."""

    here: Any
    there: Any
    level: Any
    level_there: Any


def hear(sound: Any, sound_there: Any, stretches: Sequence[Stretch]) -> Heard:
    """Compare two sounds (int16, mono) along stretches of pictures that run at the same speed."""
    both = _Sounds(bits_of(sound), bits_of(sound_there), levels_of(sound), levels_of(sound_there))
    found = [
        _along(both, stretch)
        for stretch in stretches
        if stretch.speed == 1.0 and stretch.end - stretch.start >= 2 * WINDOW
    ]
    return Heard(
        sum(one.compared for one in found),
        sum(one.fitted for one in found),
        max((one.worst for one in found), default=0.0),
        tuple(place for one in found for place in one.unfit),
    )


def _along(both: _Sounds, stretch: Stretch) -> Heard:
    import numpy as np

    first, last = _index(stretch.start), min(_index(stretch.end), len(both.here), len(both.level))
    offset = _lag(both.here, both.there, first, last, _index(stretch.start_there) - first)
    last = min(last, len(both.there) - offset, len(both.level_there) - offset)
    first = max(first, -offset)
    if last - first < 2 * _index(WINDOW):
        return Heard(0.0, 0.0, 0.0, ())
    here, there = slice(first, last), slice(first + offset, last + offset)
    shares = _smoothed(differing(both.here[here], both.there[there]))
    voiced, voiced_there = _voiced(both.level[here]), _voiced(both.level_there[there])
    apart = both.level[here] - both.level_there[there]
    spoken = voiced & voiced_there
    apart = apart - (float(np.median(apart[spoken])) if spoken.any() else 0.0)
    silent = _mostly(voiced_there & (apart < -_STEP_OFF))
    added = _mostly(voiced & ~voiced_there & (apart > _STEP_OFF))
    told = _mostly(voiced | voiced_there)
    wrong = ((shares > UNLIKE) & told) | silent | added
    fine = shares[told & ~wrong]
    unfit = []
    for start, end in _runs(wrong):
        muted = bool(silent[start:end].mean() > _HALF)
        edges = (
            (start, end)
            if muted
            else _to_the_edges(shares, start, end, float(np.median(fine)) if len(fine) else 0.0)
        )
        unfit.append(_unfit(both, shares, first, edges, muted))
    return Heard(
        float(told.sum()) * STEP, len(fine) * STEP, float(fine.max()) if len(fine) else 0.0, tuple(unfit)
    )


_HALF = 0.5


def _to_the_edges(shares: Any, start: int, end: int, usually: float) -> tuple[int, int]:
    """From where to where a window holds more of what does not fit than of what does."""
    half = (usually + float(shares[start:end].max())) / 2
    while start > 0 and shares[start - 1] > half:
        start -= 1
    while end < len(shares) and shares[end] > half:
        end += 1
    return start, end


def _unfit(both: _Sounds, shares: Any, first: int, edges: tuple[int, int], muted: bool) -> Unfit:
    """The place, with where its sound comes from where it is the reference's own."""
    start, end = edges
    begin, stop, share = (first + start) * STEP, (first + end) * STEP, float(shares[start:end].max())
    if muted:
        return Unfit(begin, stop, share, said("video.sound_missing"))
    inner = both.here[first + start : first + end]
    least = min(len(inner), max(_LEAST_ELSEWHERE, len(inner) * 3 // 4))
    offset, apart, _ = best_offset(inner, both.there, least=least)
    if len(inner) >= _LEAST_ELSEWHERE and apart < _ELSEWHERE:
        return Unfit(begin, stop, share, said("video.sound_from_elsewhere", at=offset * STEP))
    return Unfit(begin, stop, share, said("video.sound_not_the_references"))


def _lag(here: Any, there: Any, first: int, last: int, expected: int) -> int:
    """The offset in steps near the expected one at which most of the bits agree."""
    import numpy as np

    reach = _index(SHIFT)
    best, lag = 1.0, expected
    for offset in range(expected - reach, expected + reach + 1):
        start, stop = max(first, -offset), min(last, len(there) - offset)
        if stop - start < _index(WINDOW):
            continue
        # The best half: a stretch may hold much sound that is another one.
        share = float(
            np.sort(differing(here[start:stop], there[start + offset : stop + offset]))[
                : (stop - start) // 2
            ].mean()
        )
        if share < best:
            best, lag = share, offset
    return lag


def _smoothed(values: Any) -> Any:
    """The running mean over a window, narrower at the ends."""
    import numpy as np

    reach = _index(WINDOW) // 2
    sums = np.concatenate(([0.0], np.cumsum(values)))
    at = np.arange(len(values))
    first, last = np.maximum(at - reach, 0), np.minimum(at + reach + 1, len(values))
    return (sums[last] - sums[first]) / (last - first)


def _mostly(chosen: Any) -> Any:
    """Where more than half of the window is."""
    return _smoothed(chosen.astype(float)) > _HALF


def _voiced(levels: Any) -> Any:
    """Where something is heard: above the pauses; or, where there are none, near the loudest if that is loud."""
    import numpy as np

    quiet, loud = np.percentile(levels, (10, 95))
    return levels > max(min(float(quiet) + _VOICE, max(float(loud) - _VOICE, _LOUD)), _FAINT)


_FAINT = -60.0
"""Decibels below full scale, under which codecs keep nothing that could be compared."""


def _runs(wrong: Any) -> list[tuple[int, int]]:
    """From where to where it is wrong, short breaks bridged, short runs left out."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate(([0], wrong.astype(int), [0]))))
    runs: list[tuple[int, int]] = []
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if runs and (start - runs[-1][1]) * STEP < _JOIN:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return [(start, end) for start, end in runs if (end - start) * STEP >= LEAST]


def _index(seconds: float) -> int:
    return round(seconds / STEP)
