"""A thumbnail that shows something else supports an alteration; shapes, dates and software are told as facts."""

from __future__ import annotations

import msgspec
import pytest
from PIL import Image

from evidentia.detect.examining.picture import Examined
from evidentia.detect.examining.thumbnail import SOMETHING_ELSE, examine_thumbnail, oddities
from evidentia.fingerprint.thumbnail import compare_thumbnail
from evidentia.record.examination import Support
from evidentia.record.sentences import english
from tests.detect.drawn_pages import as_jpeg, examined, photo


def with_thumbnail(picture: Image.Image, small: Image.Image, **exif: str) -> Examined:
    """The picture as if its EXIF had this thumbnail and these statements; the comparison is the real one."""
    plain = examined(as_jpeg(picture, 90))
    thumbnail, odd = compare_thumbnail(as_jpeg(small, 60), picture)
    assert thumbnail is not None, odd
    metadata = msgspec.structs.replace(plain.file.metadata, thumbnail=thumbnail, exif=exif)
    return Examined(
        pixels=plain.pixels, luma=plain.luma, file=msgspec.structs.replace(plain.file, metadata=metadata)
    )


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_the_pictures_own_thumbnail_is_no_alarm(seed: int) -> None:
    taken = photo(seed=seed)
    found = examine_thumbnail(with_thumbnail(taken, taken.resize((160, 120))))
    assert found.outcome is Support.NONE_FOUND
    assert found.measures["bits apart of 64"] < SOMETHING_ELSE / 2


def test_a_thumbnail_of_another_picture_supports_an_alteration() -> None:
    found = examine_thumbnail(with_thumbnail(photo(seed=1), photo(seed=2).resize((160, 120))))
    assert found.outcome is Support.ALTERATION
    assert [one.explains for one in found.opposing] == [None]


def test_a_thumbnail_of_another_shape_leaves_it_open() -> None:
    taken = photo(width=960, height=540)
    barred = Image.new("RGB", (160, 120))
    barred.paste(taken.resize((160, 90)), (0, 15))
    found = examine_thumbnail(with_thumbnail(taken, barred))
    assert found.outcome is Support.INCONCLUSIVE
    assert "another shape" in found.reason


def test_without_a_thumbnail_the_test_does_not_apply() -> None:
    assert examine_thumbnail(examined(as_jpeg(photo(), 90))).outcome is Support.NOT_APPLICABLE


def test_what_exif_states_is_told_and_never_believed() -> None:
    exif = {
        "Image Software": "Pengolah Foto 2",
        "EXIF ExifImageWidth": "4000",
        "EXIF ExifImageLength": "3000",
        "EXIF DateTimeOriginal": "2024:02:10 10:00:00",
        "Image DateTime": "2024:02:09 09:00:00",
    }
    told = oddities(with_thumbnail(photo(), photo().resize((160, 120)), **exif))
    assert len(told) == 3
    assert "before it was taken" in english(told[-1])
    finding = examine_thumbnail(with_thumbnail(photo(), photo().resize((160, 120)), **exif))
    assert finding.outcome is Support.NONE_FOUND
    assert "Pengolah Foto 2" in finding.reason


@pytest.mark.parametrize("odd", ["", "kemarin", "2024:13:45 99:99:99", "٢٠٢٤:٠٢:١٠ 10:00:00"])
def test_dates_that_are_none_are_passed_over(odd: str) -> None:
    exif = {"EXIF DateTimeOriginal": odd, "Image DateTime": "2024:02:09 09:00:00"}
    assert isinstance(oddities(with_thumbnail(photo(), photo().resize((160, 120)), **exif)), tuple)
