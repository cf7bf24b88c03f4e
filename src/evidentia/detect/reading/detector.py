"""Where lines of text stand: differentiable binarization (M. Liao et al., AAAI 2020), at a reduced size."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Pixels = NDArray[np.uint8]

SIDE = 480
"""Pixels to which the shorter side is reduced at first: a phone's text then comes at about 18 pixels."""

SMALL, WANTED = 13, 22
"""Where lines come lower than the first, in pixels, detection is done again so that they come to the second: a
desktop's page, a photograph in which the screen is small."""

BAND, OVERLAP = 2048, 64
"""Rows at a time, and rows that neighbours share: what a tall picture takes in memory stays within bounds."""

MAX_PIXELS = 6_000_000
"""Of the picture that is detected in."""

STEP = 32  # the network halves five times

# The network's threshold, the mean that a box must reach, and by how much of area over girth a box is grown back:
# the values with which the models are published (PaddleOCR, PP-OCRv6 detection).
_THRESHOLD, _LEAST_MEAN, _GROWTH = 0.3, 0.5, 1.6

_LEAST_SIDE = 3

Quad = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
"""Corners of a line in pixels of the picture: upper left, upper right, lower right, lower left."""


def find_lines(picture: Pixels, text_map: Callable[[Floats], Floats]) -> list[Quad]:
    """The lines of text in a picture (height x width x 3, BGR), in no order. ``text_map`` is the network."""
    height, width = picture.shape[:2]
    most = min(1.0, (MAX_PIXELS / (height * width)) ** 0.5)
    scale = min(most, SIDE / min(height, width))
    found = _at(picture, scale, text_map)
    low = median(_height(quad) for quad in found) * scale if found else 0.0
    if low < SMALL and scale < most:
        wider = min(most, scale * (WANTED / low if low else 2.0))
        found = _at(picture, wider, text_map)
    return found


def _at(picture: Pixels, scale: float, text_map: Callable[[Floats], Floats]) -> list[Quad]:
    import cv2
    import numpy as np

    height = max(STEP, round(picture.shape[0] * scale / STEP) * STEP)
    width = max(STEP, round(picture.shape[1] * scale / STEP) * STEP)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(picture, (width, height), interpolation=how).astype(np.float32) / 127.5 - 1
    across, down = picture.shape[1] / width, picture.shape[0] / height
    found: list[Quad] = []
    for top in range(0, height, BAND):
        upper, lower = max(0, top - OVERLAP), min(height, top + BAND + OVERLAP)
        band = np.ascontiguousarray(small[upper:lower].transpose(2, 0, 1)[None])
        for corners in _boxes(text_map(band)):
            middle = float(corners[:, 1].mean()) + upper
            # A line in the shared rows belongs to the band in which its middle lies.
            if top <= middle < top + BAND:
                one, two, three, four = ((float(x) * across, (float(y) + upper) * down) for x, y in corners)
                found.append((one, two, three, four))
    return found


def _boxes(sure: Floats) -> Iterator[Floats]:
    """The grown rectangle around each connected spot of text: four corners in order."""
    import cv2
    import numpy as np

    mask = cv2.dilate((sure > _THRESHOLD).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    for contour in contours:
        middle, (one, two), angle = cv2.minAreaRect(contour)
        if min(one, two) < _LEAST_SIDE:
            continue
        x, y, wide, tall = cv2.boundingRect(contour)
        inside = np.zeros((tall, wide), np.uint8)
        cv2.drawContours(inside, [contour], 0, 1, -1, offset=(-x, -y))
        if cv2.mean(sure[y : y + tall, x : x + wide], inside)[0] < _LEAST_MEAN:
            continue
        grown = one * two * _GROWTH / (2 * (one + two))
        yield _ordered(cv2.boxPoints((middle, (one + 2 * grown, two + 2 * grown), angle)))


def _ordered(corners: Any) -> Floats:
    """Upper left, upper right, lower right, lower left: of the two on the left the higher one first."""
    import numpy as np

    by_x = corners[np.argsort(corners[:, 0], kind="stable")]
    left, right = by_x[:2], by_x[2:]
    left, right = left[np.argsort(left[:, 1])], right[np.argsort(right[:, 1])]
    return np.array([left[0], right[0], right[1], left[1]], np.float32)


def _height(quad: Quad) -> float:
    return math.dist(quad[0], quad[3])
