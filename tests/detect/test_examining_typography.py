"""Words that keep to none of what a screen does to all of them are found; natural variety is not called alteration."""

from __future__ import annotations

import pytest

from evidentia.detect.examining.typography import examine_baselines
from evidentia.detect.examining.typography_edges import examine_edges
from evidentia.detect.examining.typography_finding import LOG_ALARM
from evidentia.detect.examining.typography_ground import examine_ground
from evidentia.detect.examining.typography_lines import find_text
from evidentia.record.examination import Support
from tests.detect.drawn_pages import (
    WORDS,
    as_jpeg,
    as_png,
    examined,
    page,
)
from tests.detect.places_found import points_at

TESTS = (examine_baselines, examine_edges, examine_ground)
INNER = 10  # a word with others of its line on both sides


def test_words_and_lines_are_found_by_their_shapes_alone() -> None:
    sheet, boxes = page()
    text = find_text(examined(as_png(sheet)))
    assert len(boxes) == len(WORDS)
    found = {word.box for line in text.lines for word in line.words}
    exact = sum(any(abs(x - b[0]) <= 3 and abs(w - b[2]) <= 6 for x, _, w, _ in found) for b in boxes)
    assert exact >= 0.8 * len(boxes)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("quality", [None, 90, 75, 60])
@pytest.mark.parametrize("test", TESTS)
def test_bold_words_other_sizes_and_dark_mode_are_natural(
    test: object, quality: int | None, dark: bool
) -> None:
    sheet, _ = page(dark=dark)
    data = as_png(sheet) if quality is None else as_jpeg(sheet, quality)
    finding = test(examined(data))  # type: ignore[operator]
    assert finding.outcome is Support.NONE_FOUND, finding.reason
    assert finding.strength is not None
    assert finding.strength > LOG_ALARM


@pytest.mark.parametrize("by", [-3, 2, 3])
def test_a_word_off_its_baseline_is_found(by: int) -> None:
    sheet, boxes = page(lowered={INNER: by})
    finding = examine_baselines(examined(as_jpeg(sheet, 85)))
    assert finding.outcome is Support.ALTERATION, finding.reason
    assert points_at(finding, boxes[INNER])
    assert len(finding.regions) == 1
    assert finding.measures["baseline_rarest"] == pytest.approx(by, abs=0.8)


def test_what_begins_a_line_may_be_an_element_of_its_own() -> None:
    finding = examine_baselines(examined(as_png(page(lowered={0: 3})[0])))
    assert finding.outcome is Support.NONE_FOUND


@pytest.mark.parametrize("test", TESTS)
def test_too_little_text_is_not_applicable(test: object) -> None:
    finding = test(examined(as_png(page(words=["Hadir", "di", "sini"])[0])))  # type: ignore[operator]
    assert finding.outcome is Support.NOT_APPLICABLE
    assert finding.regions == ()
