"""The pictures at which tests of a video point, beside the earlier copy's: an illustration, of the right moments."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PIL import Image

from evidentia.detect.examining.heat import NOTE, illustrate
from evidentia.detect.examining.video import places
from evidentia.detect.examining.video.places import MOST_PLACES, WIDE, places_of
from evidentia.record.errors import UsageError
from evidentia.record.examination import Copy, Examination, ImageClass, Region, Support, TestFinding
from evidentia.record.item import StoredFile
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
    assert len(places_of(replace(told, findings=(many,)))) == 30


def test_a_sheet_of_some_places_says_of_how_many(
    videos: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    written = places.write_captioned

    def seen(picture: Image.Image, captions: Sequence[str], *rest: Any) -> StoredFile:
        said.extend(captions)
        return written(picture, captions, *rest)

    monkeypatch.setattr(places, "write_captioned", seen)
    told = examined(*videos, finding(*((n / 10, n / 10) for n in range(30))))
    illustrate(videos[0], told, tmp_path, references=[videos[1]])
    assert any(f"first {MOST_PLACES} of 30 places" in line for line in said)


def test_an_earlier_copy_that_is_not_at_hand_is_not_said_to_have_no_such_picture(
    videos: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    labelled = places._labelled

    def seen(picture: Image.Image, label: str) -> Image.Image:
        said.append(label)
        return labelled(picture, label)

    monkeypatch.setattr(places, "_labelled", seen)
    illustrate(videos[0], examined(*videos, finding((1.0, 2.0))), tmp_path, references=[])
    assert any("could not be read here" in label for label in said)
    assert not any("no aligned picture" in label for label in said)


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
