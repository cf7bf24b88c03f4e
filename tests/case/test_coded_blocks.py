"""What was hidden leaves no trace: two JPEGs that differ only there give the same redacted copy, byte for byte."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from evidentia.case.coded_blocks import grown
from evidentia.case.redacting import redact_picture
from evidentia.record.item import Role, StoredFile
from evidentia.record.redaction import Region

WIDTH, HEIGHT = 83, 61  # no multiple of a block, so that it matters from which edge blocks are counted
TIGHT = Region(29, 18, 24, 13)
STORED_FROM_SHOWN = {  # the inverse of the turn that EXIF's orientation asks for
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}

Pixels = NDArray[np.uint8]


def shown(seed: int) -> Pixels:
    """Smooth surroundings, and inside of the region noise that depends on the seed."""
    across, down = np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT))
    pixels = np.stack([across * 3, down * 4, 255 - across], axis=2).astype(np.uint8)
    noise = np.random.default_rng(seed).integers(0, 256, (TIGHT.height, TIGHT.width, 3))
    pixels[TIGHT.y : TIGHT.y + TIGHT.height, TIGHT.x : TIGHT.x + TIGHT.width] = noise
    return pixels


def jpeg(path: Path, pixels: Pixels, orientation: int, subsampling: int, progressive: bool) -> Path:
    image = Image.fromarray(pixels)
    turn = STORED_FROM_SHOWN[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    made = io.BytesIO()
    (image if turn is None else image.transpose(turn)).save(
        made, "JPEG", quality=60, subsampling=subsampling, progressive=progressive, exif=exif
    )
    path.write_bytes(made.getvalue())
    return path


def redacted(path: Path) -> tuple[bytes, tuple[Region, ...]]:
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    stored = StoredFile(
        name=path.name, role=Role.ORIGINAL, media_type="image/jpeg", size=len(data), sha256=digest
    )
    return redact_picture(path, stored, [TIGHT])


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize(("subsampling", "block"), [(0, 8), (2, 16)])
@pytest.mark.parametrize("orientation", [1, 3, 6])
def test_the_copy_does_not_depend_on_what_was_hidden(
    tmp_path: Path, orientation: int, subsampling: int, block: int, progressive: bool
) -> None:
    copies = [
        redacted(jpeg(tmp_path / f"{seed}.jpg", shown(seed), orientation, subsampling, progressive))
        for seed in (1, 2)
    ]
    assert copies[0] == copies[1]
    (painted,) = copies[0][1]
    assert painted.width * painted.height < (TIGHT.width + 2 * block) * (TIGHT.height + 2 * block)
    assert painted.x <= TIGHT.x
    assert painted.y <= TIGHT.y


def test_a_region_that_is_not_grown_would_leave_traces(tmp_path: Path) -> None:
    """So that the test above can fail: around the tight region the two pictures do differ."""
    first, second = (
        np.array(Image.open(jpeg(tmp_path / f"{seed}.jpg", shown(seed), 1, 2, False)).convert("RGB"))
        for seed in (1, 2)
    )
    for pixels in (first, second):
        pixels[TIGHT.y : TIGHT.y + TIGHT.height, TIGHT.x : TIGHT.x + TIGHT.width] = 0
    assert (first != second).sum() > 100


@given(
    x=st.integers(0, 80),
    y=st.integers(0, 60),
    size=st.tuples(st.integers(81, 200), st.integers(61, 200)),
    block=st.sampled_from([(1, 1), (8, 8), (16, 8), (8, 16), (16, 16), (32, 8)]),
    orientation=st.integers(1, 8),
)
def test_a_grown_region_holds_the_region_and_stays_in_the_picture(
    x: int, y: int, size: tuple[int, int], block: tuple[int, int], orientation: int
) -> None:
    region = Region(x, y, 1, 1)
    found = grown(region, size, block, orientation)
    assert 0 <= found.x <= x < found.x + found.width <= size[0]
    assert 0 <= found.y <= y < found.y + found.height <= size[1]
    if block == (1, 1):
        assert found == region
