"""Ground that went through other compressions than its neighbours is found; what stands there explains nothing."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from evidentia.detect.examining import typography_ground
from evidentia.detect.examining.typography_ground import examine_ground
from evidentia.detect.examining.typography_noise import measure, ratio
from evidentia.record.examination import Support
from tests.detect.drawn_pages import (
    NUMBER,
    as_jpeg,
    as_png,
    examined,
    page,
    photo,
    repainted,
    through_jpeg,
    with_another_digit,
)
from tests.detect.places_found import points_at

INNER = 10  # a word with others of its line on both sides


@pytest.mark.parametrize(("first", "last"), [(70, 90), (60, 95), (80, 95)])
def test_the_quality_of_an_earlier_compression_is_known_by_what_it_left(first: int, last: int) -> None:
    noise = measure(examined(as_jpeg(through_jpeg(page()[0], first), last)))
    assert noise.grid == (0, 0)
    assert abs(noise.quality - first) <= 10
    words = [cells for _, _, cells in noise.words if sum(cell.pixels for cell in cells) >= 200]
    assert abs(np.median([ratio(cells) for cells in words])) < 0.1
    assert np.median([ratio(cells, "last") for cells in words]) > 0.4


@pytest.mark.parametrize("quality", [None, 50, 75, 90])
def test_one_compression_or_none_has_no_earlier_one(quality: int | None) -> None:
    sheet, _ = page()
    noise = measure(examined(as_png(sheet) if quality is None else as_jpeg(sheet, quality)))
    assert noise.quality == 0


@pytest.mark.parametrize("last", [None, 90, 95])
def test_a_word_painted_into_a_compressed_picture_lacks_its_noise(last: int | None) -> None:
    sheet, boxes = page()
    made = repainted(through_jpeg(sheet, 60), boxes[INNER], "warga")
    finding = examine_ground(examined(as_png(made) if last is None else as_jpeg(made, last)))
    assert finding.outcome is Support.ALTERATION, finding.reason
    assert points_at(finding, boxes[INNER])
    assert len(finding.regions) == 1


@pytest.mark.parametrize("last", [None, 90, 95])
def test_one_digit_painted_into_a_number_lacks_its_noise(last: int | None) -> None:
    sheet, boxes = page()
    made, digit = with_another_digit(through_jpeg(sheet, 70), boxes[NUMBER])
    finding = examine_ground(examined(as_png(made) if last is None else as_jpeg(made, last)))
    assert finding.outcome is Support.ALTERATION, finding.reason
    assert points_at(finding, digit)


def test_a_word_pasted_from_a_compressed_picture_brings_noise() -> None:
    sheet, (*_, last) = page()
    made, box = sheet.copy(), page()[1][INNER]
    x, y, width, height = box
    part = (x - 6, y - 6, x + width + 6, y + height + 6)
    made.paste(through_jpeg(sheet, 50).crop(part), part[:2])
    finding = examine_ground(examined(as_png(made)))
    assert finding.outcome is Support.ALTERATION, finding.reason
    assert points_at(finding, box)
    assert not points_at(finding, last)


def test_over_pictures_noise_beside_a_word_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet, boxes = page()
    x, y, width, height = boxes[INNER]
    part = (x - 6, y - 6, x + width + 6, y + height + 6)
    sheet.paste(through_jpeg(page()[0], 50).crop(part), part[:2])
    monkeypatch.setattr(typography_ground, "flat_share", lambda picture: 0.2)
    assert examine_ground(examined(as_png(sheet))).outcome is Support.NONE_FOUND


@pytest.mark.parametrize("quality", [None, 90, 75])
def test_an_emoji_or_a_picture_beside_a_word_is_no_noise(quality: int | None) -> None:
    sheet, boxes = page()
    x, y, width, height = boxes[INNER]
    small = photo(width=height + 10, height=height + 10).resize((height, height))
    round_mask = Image.new("L", small.size)
    ImageDraw.Draw(round_mask).ellipse((0, 0, height - 1, height - 1), fill=255)
    sheet.paste(small, (x + width + 2, y), round_mask)
    x, y, width, height = boxes[-1]
    sheet.paste(photo(width=400, height=200), (x, y + height + 4))
    finding = examine_ground(examined(as_png(sheet) if quality is None else as_jpeg(sheet, quality)))
    assert finding.outcome is Support.NONE_FOUND, finding.reason


@pytest.mark.parametrize("quality", [85, 90, 92])
@pytest.mark.parametrize("shift", range(0, 8, 3))
def test_letters_that_share_their_blocks_with_nothing_are_naturally_quiet(quality: int, shift: int) -> None:
    sheet, _ = page()
    moved = sheet.crop((shift, shift // 2, sheet.width, sheet.height))
    finding = examine_ground(examined(as_jpeg(moved, quality)))
    assert finding.outcome is Support.NONE_FOUND, finding.reason


@pytest.mark.parametrize("last", [75, 90, None])
def test_a_copy_that_was_cut_and_sent_on_is_natural(last: int | None) -> None:
    copy = through_jpeg(page()[0], 75)
    cut = copy.crop((3, 5, copy.width, copy.height - 7))
    finding = examine_ground(examined(as_png(cut) if last is None else as_jpeg(cut, last)))
    assert finding.outcome is Support.NONE_FOUND, finding.reason


@pytest.mark.parametrize("dark", [False, True])
def test_a_badge_below_a_word_is_no_noise(dark: bool) -> None:
    sheet, boxes = page(dark=dark)
    x, y, width, height = boxes[INNER]
    badge = (x - 30, y + height + 3, x + width + 30, y + height + 43)
    ImageDraw.Draw(sheet).rounded_rectangle(badge, 8, fill="#2a3640" if dark else "#e5e5e5")
    assert examine_ground(examined(as_png(sheet))).outcome is Support.NONE_FOUND


def test_a_compressed_picture_of_a_text_shown_inside_is_another_picture() -> None:
    sheet, _ = page()
    inside = through_jpeg(sheet.crop((0, 100, 900, 420)), 50)
    sheet.paste(inside, (0, 800))
    finding = examine_ground(examined(as_png(sheet)))
    assert finding.outcome is Support.NONE_FOUND, finding.reason


def test_the_grid_of_a_copy_that_was_cut_is_found() -> None:
    copy = through_jpeg(page()[0], 75)
    noise = measure(examined(as_png(copy.crop((3, 5, copy.width, copy.height - 7)))))
    assert noise.grid == (5, 3)
    assert abs(noise.quality - 75) <= 5
