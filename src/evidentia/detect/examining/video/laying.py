"""How one video's picture lies in another's: cut out of it, between bars, stretched.

An affine map, found by ECC (Evangelidis and Psarakis, "Parametric Image Alignment Using Enhanced Correlation
Coefficient Maximization", PAMI 2008) from pairs of pictures that resemble each other most.
"""

from __future__ import annotations

from typing import Any

_SAMPLES = 9
"""Pairs by which the map is found."""

_FITS = 0.85
"""Correlation from which a pair counts for the map."""

_WITHIN = 0.99
"""Share of a pixel that has to lie within the other picture."""

_BAR = 26
"""Luma up to which rows and columns at the edge, in nearly every picture, are bars (16 is black; some ringing)."""


def content(small: Any) -> tuple[int, int, int, int]:
    """Top, bottom, left, right of what is no black bar."""
    import numpy as np

    some = small[:: max(1, len(small) // 64)]
    rows = np.flatnonzero(np.percentile(some.max(axis=2), 90, axis=0) > _BAR)
    columns = np.flatnonzero(np.percentile(some.max(axis=1), 90, axis=0) > _BAR)
    if len(rows) < small.shape[1] // 3 or len(columns) < small.shape[2] // 3:
        return 0, small.shape[1], 0, small.shape[2]
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def affine(small: Any, small_there: Any, pairs: list[tuple[int, int]]) -> Any:
    """The map from points here to points there: from bars to bars, and as much further as ECC finds.

    ``pairs``: indices of pictures here and there that show the same.
    """
    import cv2
    import numpy as np

    inside = content(small)
    first = _between(inside, content(small_there))
    mask = np.zeros(small.shape[1:], dtype=np.uint8)
    mask[inside[0] : inside[1], inside[2] : inside[3]] = 255
    found = []
    for here, there in pairs[:: max(1, len(pairs) // _SAMPLES)]:
        try:
            fits, matrix = cv2.findTransformECC(
                small[here].astype(np.float32),
                small_there[there].astype(np.float32),
                first.copy(),
                cv2.MOTION_AFFINE,
                (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 60, 1e-5),
                mask,
                5,
            )
        except cv2.error:
            continue  # it does not converge on this pair: others do, or the first map stands
        if fits > _FITS:
            found.append(matrix)
    return np.median(found, axis=0).astype(np.float32) if len(found) > 2 else first


def _between(here: tuple[int, int, int, int], there: tuple[int, int, int, int]) -> Any:
    import numpy as np

    down = (there[1] - there[0]) / (here[1] - here[0])
    across = (there[3] - there[2]) / (here[3] - here[2])
    return np.array(
        [[across, 0, there[2] - across * here[2]], [0, down, there[0] - down * here[0]]], dtype=np.float32
    )


def laid(pictures: Any, matrix: Any, like: Any) -> tuple[Any, Any]:
    """The reference's pictures as they lie in those of ``like``, and where both have pixels."""
    import cv2
    import numpy as np

    size = like.shape[2], like.shape[1]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    moved = np.array(
        [cv2.warpAffine(one, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE) for one in pictures]
    )
    there = cv2.warpAffine(np.ones(pictures.shape[1:], dtype=np.float32), matrix, size, flags=flags) > _WITHIN
    valid = np.zeros_like(there)
    top, bottom, left, right = content(like)
    # A pixel at the edge of bars is a mixture of both.
    valid[top + (top > 0) : bottom - (bottom < size[1]), left + (left > 0) : right - (right < size[0])] = True
    return moved, valid & there
