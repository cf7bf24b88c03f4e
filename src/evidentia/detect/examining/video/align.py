"""Lays one video beside another: which second here shows what which second there shows.

Both are sampled at an even step. Every picture is compared with every picture of the other, and the best way through
the table of resemblances is found by dynamic programming (Viterbi 1967): along the diagonal it goes free, a jump
costs, and a picture that resembles nothing there may stand for itself. The first time that is done with what a crop
or bars leave alike; then the reference is laid into the picture as it was cropped, and it is done again, strictly.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .laying import affine, content, laid

STEP = 0.16
"""Seconds between the pictures that are laid beside each other: two of the small pictures that were kept."""

MOST = 3000
"""Pictures of each that are compared at most; of longer videos they lie further apart."""

_SIZE = (32, 20)  # pixels to which pictures are reduced: what is left survives every size and bit rate
_AROUND = 1.0  # seconds to each side whose mean is taken off, which leaves what moves
_UNLIKE_CROPPED, _UNLIKE = (
    0.55,
    0.72,
)  # resemblance (0 to 1) below which two pictures are not taken for the same
_DRIFT = 0.15  # cost of standing still or running ahead by one picture, as other rates and speeds need
_JUMP = 3.0  # cost of a jump: some five pictures (0.8 s) that resemble each other well
_SAME = 0.95  # resemblance of the pictures as such from which a stretch is carried on
_LEAST_PAIRS = 12  # pictures that have to resemble each other before a crop is looked for: two seconds


_Box = tuple[int, int, int, int]


class Stretch(NamedTuple):
    """Seconds here and there that show the same, and the speed there against here (1: as fast)."""

    start: float
    end: float
    start_there: float
    end_there: float
    speed: float

    def there(self, at: float) -> float:
        """The second there of a second here."""
        return self.start_there + (at - self.start) * self.speed


class Aligned(NamedTuple):
    """Where each sampled picture lies: seconds here, the index of the sample there (-1: nowhere), and the samples.

    ``laid`` are the reference's small pictures as they lie in those here, and ``valid`` says where both have pixels.
    """

    times: Any
    match: Any
    times_there: Any
    stretches: tuple[Stretch, ...]
    laid: Any
    valid: Any
    step: float

    @property
    def share(self) -> float:
        """The share of the pictures here that lie somewhere there."""
        return float((self.match >= 0).mean()) if len(self.match) else 0.0


def align(small: Any, times: Any, small_there: Any, times_there: Any) -> Aligned:
    """Lay the small pictures of one video (count, height, width) with their seconds beside those of another."""
    import numpy as np

    step = max(STEP, max(float(times[-1]), float(times_there[-1])) / MOST)
    here, there = sampled(times, step), sampled(times_there, step)
    rough = _likeness(small[here], content(small), small_there[there], content(small_there), step)
    match = _path((rough - _UNLIKE_CROPPED) / (1 - _UNLIKE_CROPPED))
    pairs = [(int(here[at]), int(there[match[at]])) for at in np.flatnonzero(match >= 0)]
    if len(pairs) < _LEAST_PAIRS:
        nowhere = np.full(len(here), -1)
        return Aligned(times[here], nowhere, times_there[there], (), small_there, None, step)
    moved, valid = laid(small_there, affine(small, small_there, pairs), small)
    box = _box(valid, content(small))
    one, other = features(small[here], box, step), features(moved[there], box, step)
    still = one[0] @ other[0].T
    table = (still + one[1] @ other[1].T) * 0.5
    match = _extended(_path((table - _UNLIKE) / (1 - _UNLIKE)), still)
    found = stretches(times[here], match, times_there[there], step)
    return Aligned(times[here], match, times_there[there], found, moved, valid, step)


def _extended(match: Any, still: Any) -> Any:
    """The match, carried on at both sides of each gap for as long as the pictures as such are the same.

    What moves is told from a second to each side: next to a joint it is a mixture of both.
    """
    import numpy as np

    found = match.copy()
    columns = still.shape[1]
    for at in np.flatnonzero(match < 0).tolist():
        if at and found[at - 1] >= 0 and found[at - 1] + 1 < columns and still[at, found[at - 1] + 1] > _SAME:
            found[at] = found[at - 1] + 1
    for at in np.flatnonzero(match < 0)[::-1].tolist():
        ahead = found[at + 1] if at + 1 < len(found) else -1
        if found[at] < 0 and ahead > 0 and still[at, ahead - 1] > _SAME:
            found[at] = ahead - 1
    return found


def _likeness(one: Any, box: _Box, other: Any, box_there: _Box, step: float) -> Any:
    """How each picture here resembles each there: half by the picture, half by what moves in it."""
    here, there = features(one, box, step), features(other, box_there, step)
    return (here[0] @ there[0].T) * 0.5 + (here[1] @ there[1].T) * 0.5


def _box(valid: Any, otherwise: _Box) -> _Box:
    """The rows and columns of which most pixels are valid."""
    import numpy as np

    rows, columns = np.flatnonzero(valid.mean(axis=1) > 0.5), np.flatnonzero(valid.mean(axis=0) > 0.5)
    if not len(rows) or not len(columns):
        return otherwise
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def sampled(times: Any, step: float) -> Any:
    """The index of the picture that is shown at each step."""
    import numpy as np

    wanted = np.arange(float(times[0]), float(times[-1]) + 1e-6, step)
    return np.maximum(np.searchsorted(times, wanted + 1e-3, side="right") - 1, 0)


def features(small: Any, box: _Box, step: float) -> tuple[Any, Any]:
    """Each picture within the box, and what moves in it, as a row of unit length without its mean."""
    import cv2
    import numpy as np

    top, bottom, left, right = box
    size = _SIZE if small.shape[2] >= small.shape[1] else _SIZE[::-1]
    reduced = np.array(
        [cv2.resize(one[top:bottom, left:right], size, interpolation=cv2.INTER_AREA) for one in small],
        dtype=np.float32,
    ).reshape(len(small), -1)
    reach = max(1, round(_AROUND / step))
    sums = np.concatenate((np.zeros((1, reduced.shape[1])), np.cumsum(reduced, axis=0, dtype=np.float64)))
    at = np.arange(len(reduced))
    first, last = np.maximum(at - reach, 0), np.minimum(at + reach + 1, len(reduced))
    moving = reduced - (sums[last] - sums[first]) / (last - first)[:, None]
    return _unit(reduced), _unit(moving)


def _unit(rows: Any) -> Any:
    import numpy as np

    plain = rows - rows.mean(axis=1, keepdims=True)
    return (plain / np.maximum(np.linalg.norm(plain, axis=1, keepdims=True), 1.0)).astype(np.float32)


def _path(score: Any) -> Any:
    """The best way through the table: for each row a column, or -1."""
    import numpy as np

    rows, columns = score.shape
    best = np.maximum(score[0], -1.0)
    alone = 0.0
    came = np.empty((rows, columns), dtype=np.int32)
    came_alone = np.full(rows, -1, dtype=np.int32)
    at = np.arange(columns)
    for row in range(1, rows):
        top = int(np.argmax(best))
        from_top, from_alone = float(best[top]) - _JUMP, alone - _JUMP / 2
        value, source = np.full(columns, from_top), np.full(columns, top, dtype=np.int32)
        if from_alone > from_top:
            value[:], source[:] = from_alone, -1
        for ahead, cost in ((1, 0.0), (0, _DRIFT), (2, _DRIFT)):
            moved = np.full(columns, -np.inf)
            moved[ahead:] = best[: columns - ahead] - cost
            better = moved > value
            value[better], source[better] = moved[better], (at - ahead)[better]
        came[row] = source
        came_alone[row] = top if best[top] - _JUMP / 2 > alone else -1
        alone = max(alone, float(best[top]) - _JUMP / 2)
        best = value + np.maximum(score[row], -1.0)
    way = np.full(rows, -1, dtype=np.int64)
    now = int(np.argmax(best)) if best.max() > alone else -1
    for row in range(rows - 1, -1, -1):
        way[row] = now
        now = int(came[row, now]) if now >= 0 else int(came_alone[row])
    return way


def stretches(times: Any, match: Any, times_there: Any, step: float) -> tuple[Stretch, ...]:
    """Runs of pictures that follow each other here and there."""
    import numpy as np

    found: list[Stretch] = []
    start = 0
    for at in range(1, len(match) + 1):
        if at < len(match) and match[at] >= 0 and match[at - 1] >= 0 and 0 <= match[at] - match[at - 1] <= 2:
            continue
        if match[start] >= 0:
            here, there = times[start:at], times_there[match[start:at]]
            found.append(_stretch(np.asarray(here), np.asarray(there), step))
        start = at
    return tuple(found)


_LEAST_FOR_SPEED = 5.0
"""Seconds of a stretch from which its speed is told: below, rounding to a picture weighs too much."""

_SAME_SPEED = 0.006
"""Part by which a measured speed may differ from 1 and be 1."""

_SHIFTED = 4.0
"""Steps by which another speed has to have shifted the end against the beginning: where little moves, the way through
the table wanders by one or two."""


def _stretch(here: Any, there: Any, step: float) -> Stretch:
    import numpy as np

    speed = 1.0
    if here[-1] - here[0] >= _LEAST_FOR_SPEED:
        fitted = float(np.polyfit(here, there, 1)[0])
        least = max(_SAME_SPEED, _SHIFTED * step / float(here[-1] - here[0]))
        speed = fitted if abs(fitted - 1) > least else 1.0
    middle_here, middle_there = float(here.mean()), float(there.mean())
    start, end = float(here[0]), float(here[-1]) + step
    return Stretch(
        start,
        end,
        middle_there - (middle_here - start) * speed,
        middle_there + (end - middle_here) * speed,
        speed,
    )
