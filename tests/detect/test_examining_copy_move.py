"""A region that stands twice in a photo is found; on screens and scans of text the test is not valid, and says so."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageFilter

from evidentia.detect.examining.copy_move import SAME_DETAIL, SAME_LUMA, examine_copy_move, matching_points
from evidentia.record.examination import ImageClass, Support
from tests.detect.drawn_pages import as_jpeg, as_png, examined, page, photo

PHOTO = ImageClass.CAMERA_PHOTO


def forged(seed: int, *, turned: bool = False) -> Image.Image:
    made = photo(seed=seed)
    piece = made.crop((100, 120, 300, 300))
    made.paste(piece.rotate(180) if turned else piece, (560, 400))
    return made


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("quality", [75, 90])
def test_a_region_that_stands_twice_is_found(quality: int, turned: bool) -> None:
    found = examine_copy_move(examined(as_jpeg(forged(3, turned=turned), quality), PHOTO))
    assert found.outcome is Support.ALTERATION
    assert found.strength is not None
    assert found.strength < 0
    first, second = (region.box for region in found.regions)
    assert first is not None
    assert second is not None
    assert first[0] >= 90
    assert first[0] + first[2] <= 310
    assert second[0] >= 550
    assert second[0] + second[2] <= 770


@pytest.mark.parametrize("seed", range(1, 7))
def test_photos_without_copies_are_no_alarm(seed: int) -> None:
    assert examine_copy_move(examined(as_jpeg(photo(seed=seed), 85), PHOTO)).outcome is Support.NONE_FOUND


@pytest.mark.parametrize("seed", [5, 7, 9])
def test_things_that_only_look_alike_differ_in_fine_detail(seed: int) -> None:
    """The same sign hangs twice: each is seen with noise of its own."""
    taken = photo(seed=seed)
    sign = taken.crop((100, 120, 300, 300)).filter(ImageFilter.GaussianBlur(2))
    random = np.random.default_rng(seed)
    for corner in ((100, 120), (560, 400)):
        seen = np.asarray(sign, dtype=np.float64) + random.normal(0, 3, (180, 200, 3))
        taken.paste(Image.fromarray(seen.clip(0, 255).astype(np.uint8)), corner)
    found = examine_copy_move(examined(as_jpeg(taken, 90), PHOTO))
    assert found.outcome is Support.NONE_FOUND
    assert found.measures["correlation of fine detail"] < SAME_DETAIL


@pytest.mark.parametrize("quality", [75, 92])
def test_a_sign_that_hangs_twice_in_another_light_is_no_copy(quality: int) -> None:
    """Strong edges alone bring the fine detail near to that of a copy: the light tells them apart."""
    taken = photo(seed=3)
    sign = np.asarray(taken.crop((100, 120, 300, 300)), dtype=np.float64)
    taken.paste(Image.fromarray((sign * 0.9).clip(0, 255).astype(np.uint8)), (560, 400))
    found = examine_copy_move(examined(as_jpeg(taken, quality), PHOTO))
    assert found.outcome is Support.NONE_FOUND
    assert found.measures["correlation of fine detail"] >= SAME_DETAIL
    assert found.measures["median difference in luma"] > SAME_LUMA


@pytest.mark.parametrize(
    "image_class",
    [ImageClass.SCREENSHOT, ImageClass.MESSENGER_COPY, ImageClass.SCAN, ImageClass.UNDETERMINED],
)
def test_equal_letters_are_natural_so_that_the_test_is_not_valid_for_text(image_class: ImageClass) -> None:
    shot = examined(as_png(page()[0]), image_class)
    found = examine_copy_move(shot)
    assert found.outcome is Support.NOT_APPLICABLE
    assert "equal letters" in found.reason
    assert not found.regions


def test_a_flat_picture_has_no_points() -> None:
    first, second = matching_points(examined(as_png(Image.new("RGB", (300, 200), "#808080")), PHOTO))
    assert len(first) == len(second) == 0
