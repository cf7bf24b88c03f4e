"""The kind of a file is told by its pixels; what it says of itself decides nothing; a caller's word is the caller's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from evidentia.detect.examining.classes import classify, stated
from evidentia.detect.examining.picture import load_examined
from evidentia.detect.examining.profiles import TESTS, profile
from evidentia.record.examination import ImageClass, Support
from tests.detect.drawn_pages import as_jpeg, as_png, examined, page, photo, saved, scan, through_jpeg


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (as_png(page()[0]), ImageClass.SCREENSHOT),
        (as_png(page(dark=True)[0]), ImageClass.SCREENSHOT),
        (as_jpeg(page()[0], 75), ImageClass.MESSENGER_COPY),
        (as_png(through_jpeg(page()[0], 75)), ImageClass.MESSENGER_COPY),
        (as_jpeg(photo(width=2400, height=1800), 95), ImageClass.CAMERA_PHOTO),
        (as_jpeg(photo(), 80), ImageClass.PHOTO_COPY),
        (as_jpeg(scan(), 92), ImageClass.SCAN),
    ],
    ids=["screenshot", "dark", "copy", "copy as png", "camera", "photo copy", "scan"],
)
def test_each_kind_is_told_and_says_by_what(data: bytes, expected: ImageClass) -> None:
    found = classify(examined(data, ImageClass.UNDETERMINED))
    assert found.image_class is expected, found.because
    assert len(found.because) >= 2


def _whitened(*, degrees: float, height: int = 1200) -> Image.Image:
    """A page that lay so much askew under the scanner, whose software made the paper white."""
    turned = page()[0].rotate(degrees, Image.Resampling.BICUBIC, fillcolor="#ffffff")
    soft = turned.filter(ImageFilter.GaussianBlur(0.8)).point(lambda value: min(255, round(value * 1.25)))
    sheet = Image.new("RGB", (900, height), "#ffffff")
    sheet.paste(soft)
    return sheet


@pytest.mark.parametrize("degrees", [-0.8, -0.3, 0.3, 0.8])
@pytest.mark.parametrize("save", [lambda made: as_jpeg(made, 80), as_png], ids=["jpeg", "png"])
def test_a_scan_that_was_whitened_is_told_by_lines_that_run_askew(
    degrees: float, save: Callable[[Image.Image], bytes]
) -> None:
    found = classify(examined(save(_whitened(degrees=degrees)), ImageClass.UNDETERMINED))
    assert found.image_class is ImageClass.SCAN, found.because
    assert any("run askew" in reason for reason in found.because)


def test_a_whitened_picture_in_no_shape_of_paper_is_undetermined() -> None:
    found = classify(examined(as_jpeg(_whitened(degrees=0.6, height=1900), 80), ImageClass.UNDETERMINED))
    assert found.image_class is ImageClass.UNDETERMINED
    assert any("run askew" in reason for reason in found.because)


def test_a_picture_between_the_kinds_is_undetermined() -> None:
    ramp = np.tile(np.linspace(0, 255, 640).astype(np.uint8), (480, 1))
    found = classify(examined(as_png(Image.fromarray(ramp).convert("RGB")), ImageClass.UNDETERMINED))
    assert found.image_class is ImageClass.UNDETERMINED


def test_a_name_that_lies_decides_nothing(tmp_path: Path) -> None:
    picture = load_examined(saved(as_jpeg(photo(), 80), tmp_path, "Screenshot_20240101.jpg"))
    found = classify(picture)
    assert found.image_class is ImageClass.PHOTO_COPY
    assert any("decided nothing" in reason and "Screenshot_" in reason for reason in found.because)


def test_a_stated_class_says_who_stated_it() -> None:
    found = stated(ImageClass.SCAN)
    assert found.image_class is ImageClass.SCAN
    assert "stated by the caller" in found.because[0]


def test_letters_are_compared_on_screens_alone() -> None:
    for kind in (ImageClass.CAMERA_PHOTO, ImageClass.SCAN, ImageClass.UNDETERMINED):
        assert not {test.name for test in profile(kind)} & {"baselines of words", "edges of letters"}


def test_a_test_outside_of_its_profile_says_why_it_was_not_run() -> None:
    finding = TESTS[-1].not_for(ImageClass.SCAN)
    assert finding.outcome is Support.NOT_APPLICABLE
    assert ImageClass.SCAN.value in finding.reason


def _filled(*, bar: bool = False) -> Image.Image:
    """A screen that a photo fills, with lines of letters over it, and perhaps a bar of one colour with words."""
    filled = photo(width=1080, height=1920)
    pen, font = ImageDraw.Draw(filled), ImageFont.load_default(36)
    for row in range(6):
        pen.text((60, 1200 + 60 * row), f"Warga Kelurahan Melati hadir pukul {row}", fill="white", font=font)
    if bar:
        pen.rectangle((0, 1760, 1080, 1920), fill="#202428")
        pen.text((60, 1800), "Beri komentar yang sopan untuk Pejabat 07", fill="white", font=font)
    return filled


@pytest.mark.parametrize(
    ("data", "expected", "why"),
    [
        (as_jpeg(_filled(), 80), ImageClass.MESSENGER_COPY, "the file is a JPEG"),
        (as_png(through_jpeg(_filled(), 80)), ImageClass.MESSENGER_COPY, "the grid of a JPEG"),
        (as_png(_filled(bar=True)), ImageClass.SCREENSHOT, "exact"),
        (as_png(_filled()), ImageClass.UNDETERMINED, "is not told"),
    ],
    ids=["jpeg", "png of a jpeg", "png with a bar", "png of letters over the photo alone"],
)
def test_a_screen_that_a_photo_fills_is_told_by_letters_along_rows_of_pixels(
    data: bytes, expected: ImageClass, why: str
) -> None:
    found = classify(examined(data, ImageClass.UNDETERMINED))
    assert found.image_class is expected, found.because
    assert "along rows of pixels" in found.because[1]
    assert why in found.because[2]


@pytest.mark.parametrize("degrees", [-1.0, 0.5])
def test_a_photo_of_lines_of_letters_that_do_not_lie_straight_is_undetermined(degrees: float) -> None:
    turned = _filled().rotate(degrees, Image.Resampling.BICUBIC).crop((40, 40, 1040, 1880))
    found = classify(examined(as_jpeg(turned, 85), ImageClass.UNDETERMINED))
    assert found.image_class is ImageClass.UNDETERMINED, found.because
    assert "a screen that a photo fills" in found.because[2]
