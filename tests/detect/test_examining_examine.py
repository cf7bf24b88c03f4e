"""What all tests say together, where nothing can be said, and a picture beside the one that it was made from."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from PIL import Image

from evidentia.detect.examining import rates, typography_edges
from evidentia.detect.examining.classes import stated
from evidentia.detect.examining.examine import conclude, examine, run_tests
from evidentia.detect.examining.opposing import rare_enough
from evidentia.detect.examining.picture import Examined
from evidentia.detect.examining.profiles import TESTS
from evidentia.detect.examining.reference import compare
from evidentia.record.errors import UsageError
from evidentia.record.examination import ImageClass, Support, TestFinding
from evidentia.record.finding import ErrorRate
from tests.detect.drawn_pages import (
    as_jpeg,
    as_png,
    examined,
    page,
    photo,
    repainted,
    saved,
    through_jpeg,
)
from tests.detect.known_rates import KNOWN
from tests.detect.places_found import points_at

LETTERS = tuple(test for test in TESTS if test.module.startswith("typography"))


def finding(
    outcome: Support, *, test: str = "a", strength: float | None = None, known: tuple[ErrorRate, ...] = KNOWN
) -> TestFinding:
    return TestFinding(
        test=test,
        outcome=outcome,
        reason="r",
        method="m",
        version="1",
        source="s",
        error_rates=known,
        strength=strength,
    )


def together(*outcomes: Support) -> Support:
    picture = examined(as_png(page()[0]))
    found = [finding(outcome, test=str(n)) for n, outcome in enumerate(outcomes)]
    return conclude(picture, stated(ImageClass.SCREENSHOT), found).outcome


def test_one_alarm_that_nothing_explains_is_the_outcome() -> None:
    assert together(Support.ALTERATION, Support.NONE_FOUND, Support.INCONCLUSIVE) is Support.ALTERATION


def test_an_alarm_counts_only_where_its_false_alarms_were_measured() -> None:
    picture = examined(as_png(page()[0]))
    found = [finding(outcome, known=()) for outcome in (Support.ALTERATION, Support.NONE_FOUND)]
    told = conclude(picture, stated(ImageClass.SCREENSHOT), found)
    assert told.outcome is Support.INCONCLUSIVE
    assert told.findings[0].outcome is Support.INCONCLUSIVE
    assert "is not measured" in told.findings[0].reason


def test_one_test_left_open_leaves_all_open() -> None:
    assert together(Support.INCONCLUSIVE, Support.NONE_FOUND, Support.NONE_FOUND) is Support.INCONCLUSIVE


def test_too_few_tests_are_inconclusive() -> None:
    assert together(Support.NONE_FOUND, Support.NOT_APPLICABLE) is Support.INCONCLUSIVE
    assert together(Support.NONE_FOUND, Support.NONE_FOUND) is Support.NONE_FOUND


def test_alarms_share_the_bound_of_the_examination() -> None:
    found = [finding(Support.ALTERATION, strength=s) for s in (-2.5, -4.0)]
    weak, strong = rare_enough([*found], tests=5, expected=1 / 200)
    assert weak.outcome is Support.INCONCLUSIVE
    assert "not rare enough" in weak.reason
    assert strong.outcome is Support.ALTERATION


def test_every_finding_names_method_version_source_and_rates() -> None:
    for one in run_tests(examined(as_png(page()[0])), tests=LETTERS):
        assert one.method
        assert one.version
        assert one.source
        assert [rate.name for rate in one.error_rates] == [rates.FALSE_ALARM, rates.MISSED]


def test_rates_are_of_the_version_that_was_measured() -> None:
    for rate in rates.rates_of("edges of letters", "no such version", ImageClass.SCREENSHOT):
        assert not rate.measured
        assert rate.errors is None


@pytest.mark.parametrize("failure", [ValueError, OSError])
def test_a_test_that_fails_is_said_and_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, failure: type[Exception]
) -> None:
    def fails(picture: Examined) -> TestFinding:  # a mock: no picture is known on which a test fails
        raise failure("odd pixels")

    monkeypatch.setattr(typography_edges, "examine_edges", fails)
    found = {one.test: one for one in run_tests(examined(as_png(page()[0])), tests=LETTERS)}
    assert found["edges of letters"].outcome is Support.INCONCLUSIVE
    assert "odd pixels" in found["edges of letters"].reason
    assert found["baselines of words"].outcome is Support.NONE_FOUND


def test_a_class_that_cannot_be_is_refused(tmp_path: Path) -> None:
    path = saved(as_png(page()[0]), tmp_path, "layar.png")
    with pytest.raises(UsageError, match="no video"):
        examine(path, stated_class=ImageClass.VIDEO)


# Beside a reference


@pytest.mark.parametrize("quality", [40, 75, 92])
@pytest.mark.parametrize("scale", [1.0, 0.7])
def test_honest_copies_do_not_differ_from_their_original(quality: int, scale: float) -> None:
    sheet, _ = page()
    size = round(sheet.width * scale), round(sheet.height * scale)
    copy = sheet.resize(size, Image.Resampling.BILINEAR).crop((0, 20, size[0], size[1]))
    found = compare(examined(as_jpeg(copy, quality)), examined(as_png(sheet)), "asli.png")
    assert found.outcome is Support.NONE_FOUND, (found.reason, found.regions)


def test_an_honest_copy_of_a_photo_does_not_differ() -> None:
    whole = photo()
    copy = whole.resize((672, 504), Image.Resampling.BILINEAR)
    found = compare(
        examined(as_jpeg(copy, 60), ImageClass.PHOTO_COPY),
        examined(as_jpeg(whole, 95), ImageClass.PHOTO_COPY),
        "asli",
    )
    assert found.outcome is Support.NONE_FOUND, (found.reason, found.regions)


@pytest.mark.parametrize("quality", [60, 90])
def test_a_word_that_differs_is_localised(quality: int) -> None:
    sheet, boxes = page()
    made = repainted(through_jpeg(sheet, 85), boxes[10], "bukan")
    found = compare(examined(as_jpeg(made, quality)), examined(as_png(sheet)), "asli.png")
    assert found.outcome is Support.ALTERATION, found.reason
    assert points_at(found, boxes[10], within=8)
    assert not points_at(found, boxes[-1], within=8)
    assert "cannot be told" in found.reason


def test_another_picture_is_inconclusive() -> None:
    here, there = examined(as_png(page()[0])), examined(as_jpeg(photo(), 90), ImageClass.PHOTO_COPY)
    assert compare(here, there, "lain").outcome is Support.INCONCLUSIVE


def test_the_same_file_is_said_to_be_the_same() -> None:
    here = examined(as_png(page()[0]))
    found = compare(here, here, "sama.png")
    assert found.outcome is Support.NONE_FOUND
    assert "very same file" in found.reason


def test_facts_of_a_finding_are_kept_when_it_is_weighed() -> None:
    strong = replace(finding(Support.ALTERATION, strength=-9.0), measures={"words": 3.0})
    assert rare_enough([strong], 3, 1 / 200) == (strong,)
