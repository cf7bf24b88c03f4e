"""Videos beside an earlier copy: honest copies raise no alarm, and every altered twin is found where it was altered."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

import pytest

from evidentia.detect.examining.video import examine_video
from evidentia.detect.examining.video.examine import examine_surveyed
from evidentia.detect.examining.video.rates import NAMES
from evidentia.fingerprint.video_decoding import Surveyed, survey
from evidentia.record.examination import Examination, ImageClass, Support, TestFinding
from lab.videos.coding import Film, coded
from lab.videos.copies import AGAIN, MARKED, ORIGINAL, honest
from lab.videos.events import event, varied
from lab.videos.twins import TWINS, Twin, overlap

pytestmark = pytest.mark.skipif(importlib.util.find_spec("av") is None, reason="PyAV is not installed")

SECONDS = 16.0
WITHIN = 0.5
"""Seconds by which a place may be told too early or too late."""

COVERED = 0.4
"""Intersection over union of the box that is told with the true one: blocks of 16 x 15 pixels cannot do much better."""

HONEST = (
    "quality 20",
    "quality 24",
    "quality 28",
    "quality 32",
    "quality 36",
    "quality 40",
    "webm",
    "mkv",
    "mov",
    "3gp",
    "10 fps",
    "trimmed by 1 s",
    "bars",
    "cropped",
    "brighter",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("videos")


@cache
def film() -> Film:
    return event(1, SECONDS)


def surveyed(folder: Path, name: str, data: bytes) -> Surveyed:
    path = folder / name
    path.write_bytes(data)
    return survey(path)


@pytest.fixture(scope="module")
def earliest(folder: Path) -> Surveyed:
    return surveyed(folder, "earliest.mp4", coded(film(), ORIGINAL))


@pytest.fixture(scope="module")
def upright(folder: Path) -> tuple[Film, Film, Surveyed]:
    """An event filmed upright, in hand, with music; another one of its kind; and the earliest video of the first."""
    one, other = varied(5006, 12.0)
    return one, other, surveyed(folder, "upright.mp4", coded(one, ORIGINAL))


def finding(found: Examination, test: str) -> TestFinding:
    (one,) = (one for one in found.findings if one.test == test)
    return one


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_copy_raises_no_alarm(folder: Path, earliest: Surveyed, name: str) -> None:
    copy = surveyed(folder, name, honest(film(), (name,))[name])

    found = examine_surveyed(copy, [("earliest.mp4", earliest)])

    assert found.problems == ()
    assert [one.outcome for one in found.findings] == [Support.NONE_FOUND] * 3
    assert found.outcome is Support.NONE_FOUND
    assert found.copies[0].share > 0.97


@pytest.mark.parametrize("name", TWINS)
def test_an_altered_twin_is_found_where_it_was_altered(folder: Path, earliest: Surveyed, name: str) -> None:
    twin = TWINS[name](film(), event(2, SECONDS))
    found = examine_surveyed(surveyed(folder, name, coded(twin.film, AGAIN)), [("earliest.mp4", earliest)])

    told = finding(found, twin.test)

    assert found.outcome is Support.ALTERATION
    assert told.outcome is Support.ALTERATION
    assert any(one.explains is False for one in told.opposing)
    assert located(told, twin)
    for other in found.findings:
        assert other is told or other.outcome is not Support.ALTERATION


def located(told: TestFinding, twin: Twin) -> bool:
    starts = [region.during[0] for region in told.regions if region.during]
    ends = [region.during[1] for region in told.regions if region.during]
    near = all(
        min(abs(place - at) for place in places) <= WITHIN
        for places, at in ((starts, twin.during[0]), (ends, twin.during[1]))
    )
    if twin.box is None:
        return near
    return near and max(overlap(region.box, twin.box) for region in told.regions if region.box) >= COVERED


@pytest.mark.parametrize("name", ["quality 40", "3gp", "trimmed by 1 s"])
def test_an_honest_copy_of_a_video_in_hand_raises_no_alarm(
    folder: Path, upright: tuple[Film, Film, Surveyed], name: str
) -> None:
    film, _, earliest = upright
    copy = surveyed(folder, f"upright {name}", honest(film, (name,))[name])

    found = examine_surveyed(copy, [("earliest.mp4", earliest)])

    assert [one.outcome for one in found.findings] == [Support.NONE_FOUND] * 3


@pytest.mark.parametrize("name", ["figure inserted", "sound replaced", "continued otherwise"])
def test_an_altered_twin_of_a_video_in_hand_is_found(
    folder: Path, upright: tuple[Film, Film, Surveyed], name: str
) -> None:
    film, other, earliest = upright
    twin = TWINS[name](film, other)
    copy = surveyed(folder, f"upright {name}", coded(twin.film, AGAIN))

    told = finding(examine_surveyed(copy, [("earliest.mp4", earliest)]), twin.test)

    assert told.outcome is Support.ALTERATION
    assert located(told, twin)


def test_a_platforms_mark_is_said_and_explained(folder: Path, earliest: Surveyed) -> None:
    marked = surveyed(folder, "marked.mp4", coded(MARKED["platform's mark"](film()), AGAIN))

    found = examine_surveyed(marked, [("earliest.mp4", earliest)])
    told = finding(found, "pictures against the reference")

    assert told.outcome is Support.INCONCLUSIVE
    assert found.outcome is Support.INCONCLUSIVE
    assert any(one.explains and "mark" in one.hypothesis for one in told.opposing)


def test_what_goes_on_after_a_trimmed_reference_is_left_open(folder: Path, earliest: Surveyed) -> None:
    short = surveyed(folder, "short.mp4", coded(film().between(0, 10), AGAIN))

    found = examine_surveyed(earliest, [("short.mp4", short)])

    assert found.outcome is Support.INCONCLUSIVE
    assert any(
        one.explains and "trimmed" in one.hypothesis
        for one in finding(found, "order against the reference").opposing
    )


def test_another_event_in_the_same_room_is_no_reference(folder: Path, earliest: Surveyed) -> None:
    other = surveyed(folder, "other.mp4", coded(event(2, SECONDS), AGAIN))

    found = examine_surveyed(other, [("earliest.mp4", earliest)])

    assert found.copies == ()
    assert found.outcome is Support.INCONCLUSIVE
    assert "shows nothing of this video" in found.problems[0]


def test_without_a_reference_nothing_is_ever_supported(folder: Path, earliest: Surveyed) -> None:
    frozen = TWINS["picture frozen"](film(), film())
    found = examine_surveyed(surveyed(folder, "alone.mp4", coded(frozen.film, AGAIN)))

    assert found.outcome is Support.INCONCLUSIVE
    assert finding(found, "pictures that stand").outcome is Support.INCONCLUSIVE
    assert finding(found, "time stamps").outcome is Support.NONE_FOUND
    assert {one.outcome for one in examine_surveyed(earliest).findings} == {Support.NONE_FOUND}
    assert examine_surveyed(earliest).outcome is Support.INCONCLUSIVE


def test_every_finding_names_its_error_rates_and_whether_they_are_measured(earliest: Surveyed) -> None:
    beside = examine_surveyed(earliest, [("earliest.mp4", earliest)]).findings
    without = examine_surveyed(earliest).findings

    assert all(tuple(rate.name for rate in one.error_rates) == NAMES for one in (*beside, *without))
    assert all(any(rate.measured for rate in one.error_rates) for one in beside)
    assert not any(rate.measured for one in without for rate in one.error_rates)


def test_a_file_is_examined_beside_a_file(tmp_path: Path) -> None:
    short = event(1, 5.0)
    (tmp_path / "earliest.mp4").write_bytes(coded(short, ORIGINAL))
    (tmp_path / "copy.mp4").write_bytes(coded(short, AGAIN))

    found = examine_video(tmp_path / "copy.mp4", [tmp_path / "earliest.mp4"])

    assert found.image_class is ImageClass.VIDEO
    assert found.outcome is Support.NONE_FOUND
    assert found.copies[0].reference == "earliest.mp4"
    assert {fact.name for fact in found.facts} >= {"container", "stream 0", "stream 1", "pictures by type"}


def test_what_cannot_be_decoded_ends_inconclusive_and_says_why(tmp_path: Path) -> None:
    path = tmp_path / "broken.mp4"
    path.write_bytes(coded(event(1, 1.0), AGAIN)[:900])

    found = examine_video(path)

    assert found.outcome is Support.INCONCLUSIVE
    assert found.problems
    assert found.reason == f"Nothing was examined: {'; '.join(found.problems)}."
