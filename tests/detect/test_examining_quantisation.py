"""What was put into a picture after its JPEG compression is found where it stands; honest recompression is no alarm."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from evidentia.detect.examining.blocks import textured
from evidentia.detect.examining.history import earlier_compression
from evidentia.detect.examining.quantisation import LOG10_BOUND, _honest, examine_quantisation
from evidentia.detect.examining.surroundings import within_picture
from evidentia.detect.examining.turning import as_stored, upright_box
from evidentia.fingerprint.picture import upright
from evidentia.record.examination import ImageClass, Support
from tests.detect.drawn_pages import (
    NUMBER,
    WORDS,
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

INNER = 10


@pytest.mark.parametrize(("before", "after"), [(60, 0), (75, 0), (85, 0), (60, 90), (75, 95)])
def test_a_word_painted_into_a_compressed_screenshot_is_found_where_it_stands(
    before: int, after: int
) -> None:
    sheet, boxes = page()
    made = repainted(through_jpeg(sheet, before), boxes[INNER], "Umpama")
    found = examine_quantisation(examined(as_jpeg(made, after) if after else as_png(made)))
    assert found.outcome is Support.ALTERATION
    assert found.strength is not None
    assert found.strength <= LOG10_BOUND
    assert points_at(found, boxes[INNER])
    assert not any(one.explains for one in found.opposing)


@pytest.mark.parametrize(("before", "after"), [(70, 0), (85, 0), (60, 90)])
def test_one_digit_painted_into_a_number_is_found_by_the_few_blocks_that_it_reaches_into(
    before: int, after: int
) -> None:
    sheet, boxes = page()
    made, digit = with_another_digit(through_jpeg(sheet, before), boxes[NUMBER])
    found = examine_quantisation(examined(as_jpeg(made, after) if after else as_png(made)))
    assert found.outcome is Support.ALTERATION, found.reason
    assert points_at(found, digit)


def test_letters_are_looked_at_on_screens_alone() -> None:
    """A digit as large as those of a phone's clock has four blocks: no rare place on the map of all."""
    made = through_jpeg(page(size=16)[0], 70)
    digit = (41, 148, 8, 12)
    pen = ImageDraw.Draw(made)
    pen.rectangle((digit[0] - 1, digit[1] - 1, digit[0] + digit[2], digit[1] + digit[3]), fill="#ffffff")
    pen.text(digit[:2], "9", fill="#0f1419", font=ImageFont.load_default(16), anchor="lt")
    found = examine_quantisation(examined(as_png(made)))
    assert found.outcome is Support.ALTERATION, found.reason
    assert points_at(found, digit)
    assert examine_quantisation(examined(as_png(made), ImageClass.UNDETERMINED)).outcome is Support.NONE_FOUND


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("before", "after"), [(60, 0), (75, 0), (75, 95), (60, 90), (90, 60)])
def test_honest_recompression_is_no_alarm(before: int, after: int, dark: bool) -> None:
    handled = through_jpeg(page(dark=dark)[0], before)
    found = examine_quantisation(examined(as_jpeg(handled, after) if after else as_png(handled)))
    assert found.outcome in (Support.NONE_FOUND, Support.NOT_APPLICABLE)
    assert not found.regions


def sky(width: int, height: int, *, grain: float = 3) -> Image.Image:
    """Colours that change slowly, and a sensor's grain."""
    random = np.random.default_rng(1)
    corners = Image.fromarray(random.integers(30, 220, (2, 2, 3)).astype(np.uint8))
    smooth = np.asarray(corners.resize((width, height), Image.Resampling.BICUBIC), dtype=np.float64)
    return Image.fromarray((smooth + random.normal(0, grain, smooth.shape)).clip(0, 255).astype(np.uint8))


def overexposed() -> Image.Image:
    """White but for two pixels in a hundred, shown at half its size."""
    pixels = np.asarray(sky(800, 608, grain=4))
    white = np.random.default_rng(1).random((608, 800, 1)) < 0.98
    whole = Image.fromarray(np.where(white, 255, pixels).astype(np.uint8))
    return whole.resize((400, 304), Image.Resampling.BILINEAR)


@pytest.mark.parametrize("dark", [False, True])
def test_a_smooth_picture_amid_the_words_of_a_messengers_copy_kept_as_png_is_no_alarm(dark: bool) -> None:
    sheet, _ = page(words=WORDS + WORDS[::-1], dark=dark)
    sheet.paste(sky(400, 304), (240, 300))
    found = examine_quantisation(examined(as_png(through_jpeg(sheet, 75))))
    assert found.outcome is Support.NONE_FOUND, found.reason


@pytest.mark.parametrize("quality", [70, 80])
def test_an_overexposed_picture_amid_the_words_of_a_messengers_copy_kept_as_png_is_no_alarm(
    quality: int,
) -> None:
    sheet, _ = page(words=WORDS + WORDS[::-1])
    sheet.paste(overexposed(), (240, 300))
    found = examine_quantisation(examined(as_png(through_jpeg(sheet, quality))))
    assert found.outcome is Support.NONE_FOUND, found.reason


def test_a_place_within_a_shown_picture_is_told_from_one_on_the_page() -> None:
    sheet, boxes = page()
    sheet.paste(photo(width=640, height=320), (133, 721))
    picture = examined(as_png(sheet))
    assert within_picture(picture, (128, 720, 64, 8))
    assert within_picture(picture, (400, 800, 64, 64))
    assert not within_picture(picture, boxes[INNER])
    assert not within_picture(picture, (100, 800, 64, 64))


@pytest.mark.parametrize(("around", "shown", "explained"), [(0, 3, True), (1, 2, True), (0, 2, False)])
def test_all_places_must_have_an_honest_explanation(around: int, shown: int, explained: bool) -> None:
    assert any(one.explains for one in _honest(3, around, shown)) is explained


@pytest.mark.parametrize(
    ("colour", "pixels", "readable"),
    [
        ((255, 255, 255), 40, True),
        ((255, 252, 250), 9, True),
        ((255, 252, 250), 10, False),
        ((255, 240, 235), 1, False),
    ],
)
def test_a_block_is_unreadable_where_colours_were_cut_off(
    colour: tuple[int, int, int], pixels: int, readable: bool
) -> None:
    block = np.full((64, 3), 90, dtype=np.uint8)
    block[:pixels] = colour
    block = block.reshape(8, 8, 3)
    assert textured(block.mean(axis=2).astype(np.float32), block).unreadable.tolist() == [not readable]


def test_the_same_quality_again_hides_a_painted_word_and_the_test_says_so() -> None:
    sheet, boxes = page()
    made = repainted(through_jpeg(sheet, 75), boxes[INNER], "Umpama")
    found = examine_quantisation(examined(as_jpeg(made, 75)))
    assert found.outcome is Support.NOT_APPLICABLE
    assert "leaves nothing that this test reads" in found.reason


def test_a_picture_that_was_never_a_jpeg_has_no_lattice() -> None:
    found = examine_quantisation(examined(as_png(page()[0])))
    assert found.outcome is Support.NOT_APPLICABLE
    assert "no lattice" in found.reason


def test_a_picture_scaled_after_its_compression_has_no_lattice() -> None:
    handled = through_jpeg(page()[0], 70)
    scaled = handled.resize((720, 960))
    assert examine_quantisation(examined(as_png(scaled))).outcome is Support.NOT_APPLICABLE


@pytest.mark.parametrize("quality", [55, 70, 83])
def test_the_quality_of_the_earlier_compression_is_told(quality: int) -> None:
    lattice = earlier_compression(examined(as_png(through_jpeg(page()[0], quality)))).lattice
    assert lattice is not None
    assert lattice.quality == quality


def test_the_grid_of_a_cut_copy_is_found_where_it_lies() -> None:
    cut = through_jpeg(page()[0], 70).crop((3, 5, 900, 1200))
    lattice = earlier_compression(examined(as_png(cut))).lattice
    assert lattice is not None
    assert lattice.origin == (5, 3)


def test_bars_around_a_jpeg_that_is_shown_have_an_honest_explanation() -> None:
    shown, (bar, _) = through_jpeg(page()[0], 70), page()
    bar.paste(shown.crop((0, 192, 900, 1200)), (0, 192))  # what is above was never compressed
    found = examine_quantisation(examined(as_png(bar)))
    assert found.regions == () or any(one.explains for one in found.opposing)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_places_in_a_turned_picture_are_told_upright(orientation: int) -> None:
    stored = np.arange(48 * 32, dtype=np.uint16).reshape(48, 32)
    x, y, width, height = 3, 8, 5, 16
    shown = np.asarray(upright(Image.fromarray(stored), orientation))
    assert (as_stored(shown, orientation) == stored).all()
    left, top, wide, tall = upright_box((x, y, width, height), orientation, (32, 48))
    seen = shown[top : top + tall, left : left + wide]
    assert set(seen.ravel().tolist()) == set(stored[y : y + height, x : x + width].ravel().tolist())
