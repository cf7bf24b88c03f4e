"""The small picture inside of EXIF, against the large one."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from .types import Thumbnail

if TYPE_CHECKING:
    from PIL.Image import Image


def compare_thumbnail(data: bytes, image: Image) -> tuple[Thumbnail | None, str]:
    """The thumbnail, and by how much it differs from ``image``, the picture as stored; or why it cannot be told."""
    from .picture import NotDecoded, decode

    try:
        small, head = decode(data)
    except NotDecoded as why:
        return None, f"the thumbnail in EXIF was not decoded: {why}"
    return (
        Thumbnail(
            size=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            width=head.width,
            height=head.height,
            bits_apart=(int(_phash(small), 16) ^ int(_phash(image), 16)).bit_count(),
        ),
        "",
    )


def _phash(image: Image) -> str:
    import numpy as np

    from .cosine import SIDE, phash
    from .resampling import resample
    from .rows import rows_of

    return phash(resample(rows_of(np.asarray(image.convert("L"))), ((SIDE, SIDE),))[SIDE, SIDE])
