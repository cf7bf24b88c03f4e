"""An earlier compression is told as a fact, never as an alteration."""

from __future__ import annotations

import pytest

from evidentia.detect.examining.double_compression import examine_double_compression
from evidentia.record.examination import Support
from tests.detect.drawn_pages import as_jpeg, as_png, examined, page, photo, through_jpeg


@pytest.mark.parametrize(("before", "after"), [(60, 90), (75, 95), (70, 0)])
def test_an_earlier_compression_is_told_with_its_quality(before: int, after: int) -> None:
    handled = through_jpeg(page()[0], before)
    found = examine_double_compression(examined(as_jpeg(handled, after) if after else as_png(handled)))
    assert found.outcome is Support.NONE_FOUND
    assert abs(found.measures["quality of the earlier compression (IJG)"] - before) <= 1
    assert "no sign of an alteration" in found.reason


@pytest.mark.parametrize("quality", [40, 60, 75, 85, 92])
@pytest.mark.parametrize("dark", [False, True])
def test_a_picture_compressed_once_shows_no_earlier_compression(quality: int, dark: bool) -> None:
    found = examine_double_compression(examined(as_jpeg(page(dark=dark)[0], quality)))
    assert found.outcome is Support.NONE_FOUND
    assert not found.measures
    assert "cannot be excluded" in found.reason


def test_a_photo_compressed_once_shows_no_earlier_compression() -> None:
    assert not examine_double_compression(examined(as_jpeg(photo(), 90))).measures


def test_a_picture_that_never_was_a_jpeg_has_nothing_to_tell() -> None:
    assert examine_double_compression(examined(as_png(page()[0]))).outcome is Support.NOT_APPLICABLE
