"""Test for photos: a region that stands twice in the picture, copied from one place to another.

Key points of both places match (D. Lowe, SIFT, IJCV 60, 2004; I. Amerini et al., IEEE Trans. Information Forensics and
Security 6, 2011), one similarity maps them onto each other beyond what chance brings (L. Moisan and B. Stival, IJCV 57,
2004), and both the fine detail, noise included, and the brightness are the same: things which only look alike, as a
word that stands twice on a sign or rows of contacts on a circuit board, do not share that.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lgamma, log, log10, pi
from typing import TYPE_CHECKING

from ...record.examination import ImageClass, Region, Support, TestFinding
from ...record.sentences import Term, said
from .method import Method

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .picture import Examined

    Points = NDArray[np.float32]

_SOURCE = (
    "I. Amerini et al., A SIFT-based forensic method for copy-move attack detection and transformation recovery, IEEE "
    "Trans. Information Forensics and Security 6 (2011) 1099-1110; number of false alarms: L. Moisan and B. Stival, "
    "IJCV 57 (2004) 201-218"
)
METHOD = Method(
    test=Term("copy and move"),
    name="evidentia.detect.examining.copy_move",
    version="2",
    source=_SOURCE,
)

VALID = (ImageClass.CAMERA_PHOTO, ImageClass.PHOTO_COPY)
"""Equal letters and icons are copies of each other by nature: on screens and scans of text this would always alarm."""

MOST_POINTS = 4000
"""Key points with the most contrast: comparing each with each then takes 16 million distances."""

LONGEST_SIDE = 1600
"""Pixels: larger pictures are halved before their key points are sought."""

RATIO = 0.6
"""Of the distance to the nearest other descriptor and to the next one (Amerini et al. have 0.5 to 0.6)."""

APART = 32.0
"""Pixels between both places, at least: nearer ones are the same texture."""

REACH = 3.0
"""Pixels by which a mapped point may miss."""

FEWEST = 8
"""Pairs that one similarity maps onto each other."""

LOG10_BOUND = -6.0
"""log10 of the expected number of false alarms in a picture."""

SAME_DETAIL = 0.6
"""Correlation of the fine detail of both places. In generated photos, saved at qualities 75 and 90, regions that were
copied, turned ones too, had 0.63 and more (20); things that look alike, each with its own noise, 0.55 at most (10)."""

SAME_LUMA = 4.5
"""Luma by which both places differ, the median of all pixels. In real photographs things that look alike (windows,
contacts, a word that stands twice on a sign; 4 pictures) were 6.7 to 18.5 apart; regions that were copied, half of them
scaled and turned, 4.0 at most in 22 of 24. A copy that was made brighter or darker is missed."""

_RANSAC_ROUNDS = 2000

_STRONGEST = 3.0
"""Of the median of the fine detail: what is stronger counts as this much."""


@dataclass(frozen=True, eq=False)
class Copied:
    """Two places, the similarity that maps the first onto the second (2 x 3), and how many pairs of points agree."""

    first: tuple[int, int, int, int]
    second: tuple[int, int, int, int]
    similarity: NDArray[np.float64]
    pairs: int
    log10_nfa: float


def examine_copy_move(picture: Examined) -> TestFinding:
    """Look for a region that stands twice in a photo."""
    if picture.image_class not in VALID:
        why = said("examining.equal_letters")
        says = said("examining.not_valid", kind=picture.image_class.value, why=why)
        return METHOD.finds(Support.NOT_APPLICABLE, says)
    first, second = matching_points(picture)
    measures = {"pairs of points that look alike": float(len(first))}
    found = copied(first, second, picture.luma.shape)
    if found is None:
        return METHOD.finds(Support.NONE_FOUND, said("examining.no_region_twice"), measures)
    detail, apart = same_detail(picture.luma, found), luma_apart(picture.luma, found)
    measures |= {
        "pairs that one similarity maps": float(found.pairs),
        "correlation of fine detail": detail,
        "median difference in luma": apart,
    }
    regions = (Region(box=found.first), Region(box=found.second))
    if detail < SAME_DETAIL or apart > SAME_LUMA:
        says = said("examining.places_look_alike", points=found.pairs, detail=detail, apart=apart)
        return METHOD.finds(Support.NONE_FOUND, says, measures)
    says = said("examining.places_are_the_same", points=found.pairs, detail=detail, apart=apart)
    return METHOD.finds(Support.ALTERATION, says, measures, regions=regions, strength=found.log10_nfa)


def matching_points(picture: Examined) -> tuple[Points, Points]:
    """Pairs of places, x and y in pixels, whose key points look alike and lie apart; the upper one first."""
    import cv2
    import numpy as np

    half = 2.0 if max(picture.luma.shape) > LONGEST_SIDE else 1.0
    luma = np.clip(picture.luma, 0, 255).astype(np.uint8)
    if half > 1:
        luma = np.asarray(
            cv2.resize(luma, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), dtype=np.uint8
        )
    points, descriptors = cv2.SIFT.create(nfeatures=MOST_POINTS).detectAndCompute(luma, None)
    nothing = np.zeros((0, 2), dtype=np.float32)
    if descriptors is None or len(points) < FEWEST:
        return nothing, nothing
    at = np.array([point.pt for point in points], dtype=np.float32) * half
    near = _nearest(np.asarray(descriptors, dtype=np.float32), at)
    pairs = np.sort(np.array(sorted(near), dtype=np.intp).reshape(-1, 2), axis=1)
    pairs = np.unique(pairs, axis=0)
    first, second = at[pairs[:, 0]], at[pairs[:, 1]]
    swap = (second[:, 1] < first[:, 1])[:, None]
    return np.where(swap, second, first), np.where(swap, first, second)


def copied(first: Points, second: Points, shape: tuple[int, ...]) -> Copied | None:
    """The similarity that maps the most pairs onto each other, where so many are rarer than the bound."""
    import cv2
    import numpy as np

    if len(first) < FEWEST:
        return None
    cv2.setRNGSeed(1)  # the same picture gives the same finding
    similarity, kept = cv2.estimateAffinePartial2D(
        first, second, method=cv2.RANSAC, ransacReprojThreshold=REACH, maxIters=_RANSAC_ROUNDS
    )
    if similarity is None or kept is None:
        return None
    inliers = kept.ravel().astype(bool)
    pairs = int(inliers.sum())
    chance = min(0.5, pi * REACH**2 / (shape[0] * shape[1]))
    log10_nfa = _log10_nfa(len(first), pairs, chance)
    if pairs < FEWEST or log10_nfa > LOG10_BOUND:
        return None
    here, there = _box(first[inliers]), _box(second[inliers])
    if min(*here[2:], *there[2:]) < REACH * 4:
        return None
    return Copied(here, there, np.asarray(similarity, dtype=np.float64), pairs, log10_nfa)


def same_detail(luma: NDArray[np.float32], found: Copied) -> float:
    """Correlation of what is finer than three pixels in both places, the first one mapped onto the second.

    Strong edges are cut down: they are alike in all things of one kind, and would outweigh the noise.
    """
    import cv2
    import numpy as np

    fine = luma - cv2.GaussianBlur(luma, (0, 0), 1.5)
    most = np.float32(_STRONGEST * np.median(np.abs(fine)))
    fine = np.clip(fine, -most, most)
    mapped = cv2.warpAffine(fine, found.similarity, (luma.shape[1], luma.shape[0]), flags=cv2.INTER_CUBIC)
    x, y, width, height = found.second
    one, other = (part[y : y + height, x : x + width].ravel() for part in (fine, mapped))
    if not one.std() or not other.std():
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def luma_apart(luma: NDArray[np.float32], found: Copied) -> float:
    """By how much both places differ in brightness, the first one mapped onto the second: the median of all pixels."""
    import cv2
    import numpy as np

    mapped = cv2.warpAffine(luma, found.similarity, (luma.shape[1], luma.shape[0]), flags=cv2.INTER_CUBIC)
    x, y, width, height = found.second
    one, other = (part[y : y + height, x : x + width] for part in (mapped, luma))
    return float(np.median(np.abs(one - other)))


def _nearest(descriptors: NDArray[np.float32], at: Points) -> set[tuple[int, int]]:
    """Pairs of key points nearest to each other by their descriptors, and clearly nearer than the next."""
    import cv2
    import numpy as np

    root = np.sqrt(descriptors / np.maximum(descriptors.sum(axis=1, keepdims=True), 1e-6))
    pairs = set()
    for found in cv2.BFMatcher(cv2.NORM_L2).knnMatch(root, root, k=4):
        others = [
            m for m in found if m.trainIdx != m.queryIdx and np.hypot(*(at[m.trainIdx] - at[m.queryIdx])) > 1
        ]
        if len(others) < 2 or others[0].distance >= RATIO * others[1].distance:
            continue
        one, other = others[0].queryIdx, others[0].trainIdx
        if np.hypot(*(at[one] - at[other])) >= APART:
            pairs.add((min(one, other), max(one, other)))
    return pairs


def _log10_nfa(pairs: int, agree: int, chance: float) -> float:
    """Of ``agree`` of the pairs under one similarity, which two of them define (Moisan and Stival)."""
    if agree <= 2:
        return 0.0
    return (
        log10(max(1, pairs - 2))
        + _log10_choose(pairs, agree)
        + _log10_choose(agree, 2)
        + (agree - 2) * log10(chance)
    )


def _log10_choose(of: int, some: int) -> float:
    return (lgamma(of + 1) - lgamma(some + 1) - lgamma(of - some + 1)) / log(10)


def _box(points: Points) -> tuple[int, int, int, int]:
    low, high = points.min(axis=0), points.max(axis=0)
    return int(low[0]), int(low[1]), int(high[0] - low[0]) + 1, int(high[1] - low[1]) + 1
