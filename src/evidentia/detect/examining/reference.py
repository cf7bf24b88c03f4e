"""A picture beside one that is said to be its original or an earlier copy: where it differs beyond honest re-encoding.

Both are laid over each other (features: E. Rublee et al., ORB, ICCV 2011, with RANSAC; then ECC: G. D. Evangelidis and
E. Z. Psarakis, IEEE TPAMI 30, 2008). The reference is then encoded as honest people and platforms do, and each square
of the picture is measured by how far the reference moves under that. Which of the two was altered, no test can say.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...fingerprint.decoding import Decoder
from ...record.errors import EvidentiaError
from ...record.examination import Region, Support, TestFinding
from ...record.said import Said
from ...record.sentences import Term, said
from . import rates
from .method import Method, Name, verbatim
from .picture import Examined, NotExamined, load_examined

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Grey = NDArray[np.float32]
    Flags = NDArray[np.bool_]

METHOD = Method(
    test=Term("comparison with the reference"),
    name="evidentia.detect.examining.reference",
    version="1",
    source="Own measure; alignment by Rublee et al. (ICCV 2011) and Evangelidis, Psarakis (IEEE TPAMI 30, 2008)",
)

SQUARE = 8
"""Pixels of the side of what is compared: smaller than a letter, large enough for noise to average out."""

FEATURES = 4000
LEAST_INLIERS = 40
"""Features that must agree on one scale and place. Pictures of different posts on one phone share the bars around
them: that most of the picture is alike is asked for besides."""

LEAST_SHARE = 0.5
"""Of the squares with something in them, that must be alike before one speaks of places that differ."""

HONEST_TIMES, HONEST_MORE = 1.6, 10.0
"""A square differs where it is farther away than this many times what honest encoding does, and as much luma more."""

ECC_SIDE = 1200
"""Pixels of the longer side at which the alignment is refined; honest encoding allows for half a pixel."""

_WHOLE = 0.98
"""Share of the picture that the reference covers, above which nothing is said of the rest."""

_QUALITIES = (40, 60, 75)
_SCALES = (0.5, 0.7)
_SHIFTS = ((0.5, 0.0), (0.0, 0.5), (-0.5, 0.0), (0.0, -0.5))


def compare_with_reference(picture: Examined, reference: Path, name: Name, decoder: Decoder) -> TestFinding:
    """Where the picture differs from ``reference``, which is called ``name``, by more than honest re-encoding does."""
    try:
        other = load_examined(reference, decoder=decoder)
    except (NotExamined, EvidentiaError) as error:
        why = error.says if isinstance(error, NotExamined) else verbatim(str(error))
        says = said("examining.reference_not_compared", name=name, why=why)
        return _finding(Support.INCONCLUSIVE, says, picture)
    return compare(picture, other, name)


def compare(picture: Examined, reference: Examined, name: Name) -> TestFinding:
    """Where ``picture`` differs from ``reference``, which is called ``name``, by more than honest re-encoding does."""
    if picture.file.sha256 == reference.file.sha256:
        return _finding(Support.NONE_FOUND, said("examining.very_same_file", name=name), picture)
    laid = _laid_over(picture, reference)
    if laid is None:
        return _finding(Support.INCONCLUSIVE, said("examining.cannot_be_laid_over", name=name), picture)
    warped, inside = laid
    own, theirs = _matched(picture.luma, warped, inside)
    apart, honest = _squares(own - theirs), _honest(theirs)
    covered = _least(inside.astype("float32")) > 0
    different = (apart > HONEST_TIMES * honest + HONEST_MORE) & covered
    shown = (_spread(own) > 4) | (_spread(theirs) > 4)
    alike = float((~different & shown & covered).sum()) / max(1, int((shown & covered).sum()))
    measures = {"share_covered": round(float(covered.mean()), 3), "share_alike": round(alike, 3)}
    if alike < LEAST_SHARE:
        says = said("examining.most_of_it_differs", name=name)
        return _finding(Support.INCONCLUSIVE, says, picture, measures=measures)
    regions = _regions(different, picture)
    says = said("examining.nowhere_farther", name=name)
    if len(regions) == 1:
        says = said("examining.one_place_farther", name=name)
    elif regions:
        says = said("examining.places_farther", name=name, places=len(regions))
    if covered.mean() <= _WHOLE:
        says = said("examining.not_all_in_reference", says=says, share=1 - float(covered.mean()))
    if not regions:
        return _finding(Support.NONE_FOUND, says, picture, measures=measures)
    return _finding(
        Support.ALTERATION, said("examining.which_was_altered", says=says), picture, regions, measures
    )


def _laid_over(picture: Examined, reference: Examined) -> tuple[Grey, Flags] | None:
    """The reference's luma on the picture's pixels, and where it has any; None where they do not fit."""
    import cv2
    import numpy as np

    placed = _placed(picture, reference)
    if placed is None:
        return None
    size = (picture.width, picture.height)
    scale = float(np.hypot(placed[0, 0], placed[1, 0]))
    source: Any = reference.luma
    if scale < 0.8:  # shrinking by a half without smoothing leaves moiré
        source = cv2.GaussianBlur(source, (0, 0), 0.35 / scale)
    warped = cv2.warpAffine(source, placed, size, flags=cv2.INTER_CUBIC, borderValue=(0,))
    inside = cv2.warpAffine(
        np.ones_like(reference.luma), placed, size, flags=cv2.INTER_NEAREST, borderValue=(0,)
    )
    return warped.astype(np.float32), inside > 0.5


def _placed(picture: Examined, reference: Examined) -> NDArray[np.float64] | None:
    """Scale, turn and place (2 x 3) that bring the reference's pixels onto the picture's."""
    import cv2
    import numpy as np

    finder = cv2.ORB.create(nfeatures=FEATURES, fastThreshold=10)
    here, there = _bytes(picture), _bytes(reference)
    own_points, own = finder.detectAndCompute(here, None)
    points, found = finder.detectAndCompute(there, None)
    if own is None or found is None or min(len(own), len(found)) < LEAST_INLIERS:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(found, own)
    if len(pairs) < LEAST_INLIERS:
        return None
    source = np.array([points[p.queryIdx].pt for p in pairs], dtype=np.float32)
    target = np.array([own_points[p.trainIdx].pt for p in pairs], dtype=np.float32)
    cv2.setRNGSeed(1)  # the same files give the same finding
    placed, kept = cv2.estimateAffinePartial2D(source, target, ransacReprojThreshold=3.0, maxIters=5000)
    if placed is None or int(kept.sum()) < LEAST_INLIERS:
        return None
    return _refined(np.asarray(placed, dtype=np.float64), here, there)


def _refined(
    placed: NDArray[np.float64], here: NDArray[np.uint8], there: NDArray[np.uint8]
) -> NDArray[np.float64]:
    """The same, to a fraction of a pixel; as it was where the refinement does not converge."""
    import cv2
    import numpy as np

    ratio = min(1.0, ECC_SIDE / max(here.shape))
    small = cv2.resize(here, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA)
    moved = cv2.warpAffine(there, placed, (here.shape[1], here.shape[0]), flags=cv2.INTER_LINEAR)
    moved = cv2.resize(moved, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA)
    start = np.eye(2, 3, dtype=np.float32)
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 40, 1e-5)
    try:
        _, step = cv2.findTransformECC(small, moved, start, cv2.MOTION_AFFINE, stop)
    except cv2.error:
        return placed
    back = np.vstack([step, [0, 0, 1]]).astype(np.float64)
    grown = np.diag([1 / ratio, 1 / ratio, 1.0])
    whole = np.linalg.inv(grown @ back @ np.linalg.inv(grown)) @ np.vstack([placed, [0, 0, 1]])
    return np.asarray(whole[:2], dtype=np.float64)


def _bytes(picture: Examined) -> NDArray[np.uint8]:
    import numpy as np

    return np.asarray(np.clip(picture.luma + 0.5, 0, 255), dtype=np.uint8)


def _matched(luma: Grey, warped: Grey, inside: Flags) -> tuple[Grey, Grey]:
    """Both, the reference brought to the picture's brightness and contrast, and equal where it has no pixels."""
    import numpy as np

    own, theirs = luma[inside], warped[inside]
    slope, level = np.polyfit(theirs[::7], own[::7], 1) if theirs.std() > 1 else (1.0, 0.0)
    if not 0.5 < slope < 2:
        slope, level = 1.0, 0.0
    fitted = np.where(inside, warped * slope + level, luma).astype(np.float32)
    return luma, np.clip(fitted, 0, 255)


def _honest(luma: Grey) -> Grey:
    """How far each square moves when the picture is compressed, shrunk and grown, or lies half a pixel aside."""
    import cv2
    import numpy as np
    from PIL import Image

    height, width = luma.shape
    plain = Image.fromarray(np.clip(luma + 0.5, 0, 255).astype(np.uint8))
    farthest = np.zeros((height // SQUARE, width // SQUARE), dtype=np.float32)
    for quality in _QUALITIES:
        made = io.BytesIO()
        plain.save(made, "JPEG", quality=quality)
        again: Any = np.asarray(Image.open(made, formats=("JPEG",)), dtype=np.float32)
        farthest = np.maximum(farthest, _squares(again - luma))
    for scale in _SCALES:
        small = cv2.resize(luma, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
        again = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
        farthest = np.maximum(farthest, _squares(again - luma))
    for x, y in _SHIFTS:
        move = np.array([[1, 0, x], [0, 1, y]], dtype=np.float64)
        again = cv2.warpAffine(
            luma, move, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        farthest = np.maximum(farthest, _squares(again - luma))
    wider: Grey = cv2.dilate(farthest, np.ones((3, 3), np.uint8)).astype(np.float32)
    return wider


def _squares(difference: Grey) -> Grey:
    """Root mean square of each square."""
    import numpy as np

    return np.asarray(np.sqrt(_cut(difference**2).mean(axis=(1, 3))), dtype=np.float32)


def _spread(luma: Grey) -> Grey:
    spread: Grey = _cut(luma).std(axis=(1, 3))
    return spread


def _least(values: Grey) -> Grey:
    least: Grey = _cut(values).min(axis=(1, 3))
    return least


def _cut(values: Grey) -> Any:
    rows, columns = (side // SQUARE for side in values.shape)
    whole = values[: rows * SQUARE, : columns * SQUARE]
    return whole.reshape(rows, SQUARE, columns, SQUARE)


def _regions(different: Flags, picture: Examined) -> tuple[Region, ...]:
    """Neighbouring squares together, the largest places first."""
    import cv2
    import numpy as np

    joined = cv2.morphologyEx(different.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 5), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = sorted(stats[1:count].tolist(), key=lambda s: -s[4])[:20]
    return tuple(Region(box=(x * SQUARE, y * SQUARE, w * SQUARE, h * SQUARE)) for x, y, w, h, _ in found)


def _finding(
    outcome: Support,
    says: Said,
    picture: Examined,
    regions: tuple[Region, ...] = (),
    measures: dict[str, float] | None = None,
) -> TestFinding:
    found = METHOD.finds(outcome, says, measures, regions=regions)
    return rates.with_rates(found, picture.image_class)
