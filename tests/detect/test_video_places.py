"""The pictures at which tests of a video point, beside the earlier copy's: an illustration, of the right moments."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

import pytest
from msgspec.structs import replace
from PIL import Image

from evidentia.detect.examining.heat import NOTE, illustrate
from evidentia.detect.examining.video.places import MOST_PLACES, WIDE, places_of
from evidentia.record.errors import UsageError
from evidentia.record.examination import Copy, Examination, ImageClass, Region, Support, TestFinding
from lab.videos.coding import coded
from lab.videos.copies import AGAIN, ORIGINAL
from lab.videos.events import event

pytestmark = pytest.mark.skipif(importlib.util.find_spec("av") is None, reason="PyAV is not installed")


def finding(*during: tuple[float, float], outcome: Support = Support.ALTERATION) -> TestFinding:
    regions = tuple(Region(box=(10, 20, 60, 40), during=one) for one in during)
    return TestFinding(
        test="order against the reference", outcome=outcome, reason="r", method="m", version="1", source="s",
        error_rates=(), regions=regions,
    )  # fmt: skip


def examined(path: Path, earlier: Path, *findings: TestFinding) -> Examination:
    """The video goes on otherwise from 3 s on; its first second is the earlier copy's second one."""
    copy = Copy(
        reference="item 2 (pertama.mp4)",
        reference_sha256=hashlib.sha256(earlier.read_bytes()).hexdigest(),
        stretches=((0.0, 3.0, 1.0, 4.0),),
        share=0.6,
    )
    return Examination(
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(), image_class=ImageClass.VIDEO, because=("x",),
        outcome=Support.ALTERATION, reason="r", findings=findings, copies=(copy,),
    )  # fmt: skip


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("videos")
    short = event(1, 5.0)
    (folder / "copy.mp4").write_bytes(coded(short, AGAIN))
    (folder / "earliest.mp4").write_bytes(coded(short, ORIGINAL))
    return folder / "copy.mp4", folder / "earliest.mp4"


def test_a_place_is_the_middle_of_a_region_and_its_moment_in_the_earlier_copy(
    videos: tuple[Path, Path],
) -> None:
    told = examined(*videos, finding((3.0, 5.0), (1.0, 2.0)), finding((0.0, 1.0), outcome=Support.NONE_FOUND))
    assert [(one.here, one.there) for one in places_of(told)] == [(1.5, 2.5), (4.0, None)]
    many = finding(*((n / 10, n / 10) for n in range(30)))
    assert len(places_of(replace(told, findings=(many,)))) == MOST_PLACES


def test_the_sheet_shows_each_place_and_says_what_it_is(videos: tuple[Path, Path], tmp_path: Path) -> None:
    told = examined(*videos, finding((1.0, 2.0), (3.0, 5.0)))
    (drawn,) = illustrate(videos[0], told, tmp_path, references=[videos[1]])
    assert drawn.name == "frames.png"
    with Image.open(tmp_path / drawn.name) as sheet:
        assert sheet.text["Description"] == NOTE
        assert sheet.width == 2 * WIDE + 8
        row = round(WIDE * 180 / 320)
        left = sheet.crop((0, 30, WIDE, row)).convert("RGB")
        right = sheet.crop((WIDE + 8, 30, 2 * WIDE + 8, row)).convert("RGB")
        assert len(set(left.tobytes())) > 100, "a picture of the video"
        assert len(set(right.tobytes())) > 100, "and the earlier copy's"
        nothing = sheet.crop((WIDE + 8, row + 40, 2 * WIDE + 8, 2 * row)).convert("RGB")
        assert len(set(nothing.tobytes())) == 1, "where nothing is aligned, no picture is put"
    with pytest.raises(UsageError, match="nothing is overwritten"):
        illustrate(videos[0], told, tmp_path, references=[videos[1]])


def test_another_file_than_the_one_examined_is_not_drawn(videos: tuple[Path, Path], tmp_path: Path) -> None:
    told = replace(examined(*videos, finding((1.0, 2.0))), sha256="0" * 64)
    assert illustrate(videos[0], told, tmp_path, references=[videos[1]]) == ()


def test_no_place_no_picture(videos: tuple[Path, Path], tmp_path: Path) -> None:
    assert illustrate(videos[0], examined(*videos, finding()), tmp_path) == ()
