"""Letters put into a picture between two compressions lack the waves of the first; honest handling is no alarm."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from evidentia.detect.examining.ringing import LOG10_BOUND, examine_ringing
from evidentia.detect.examining.waves import find_waves, lettered_blocks
from evidentia.record.examination import Support
from tests.detect.drawn_pages import WORDS, Box, as_jpeg, as_png, examined, page, repainted, through_jpeg
from tests.detect.places_found import points_at

INNER = 10
WIPED = 24  # pixels beside a word within which painting over it touches the next ones


def beside(place: Box, box: Box) -> bool:
    left, right = box[0] - WIPED, box[0] + box[2] + WIPED
    return left <= place[0] <= place[0] + place[2] <= right and abs(place[1] - box[1]) <= WIPED


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("before", "after"), [(60, 0), (80, 0), (65, 85), (75, 90), (85, 95)])
def test_a_word_painted_between_two_compressions_is_found_where_it_stands(
    before: int, after: int, dark: bool
) -> None:
    sheet, boxes = page(dark=dark)
    made = repainted(through_jpeg(sheet, before), boxes[INNER], "Anda")
    found = examine_ringing(examined(as_jpeg(made, after) if after else as_png(made)))
    assert found.outcome is Support.ALTERATION, found.reason
    assert found.strength is not None
    assert found.strength <= LOG10_BOUND
    assert points_at(found, boxes[INNER])
    assert all(beside(region.box, boxes[INNER]) for region in found.regions if region.box)
    assert not any(one.explains for one in found.opposing)


def test_one_digit_of_a_number_is_found() -> None:
    sheet, boxes = page(size=44)
    other, _ = page(words=["2034" if word == "2024" else word for word in WORDS], size=44)
    x, y, width, height = boxes[WORDS.index("2024")]
    digit = (x + width // 2 - 1, y - 4, x + 3 * width // 4 + 2, y + height + 4)
    made = through_jpeg(sheet, 70)
    made.paste(other.crop(digit), digit[:2])
    found = examine_ringing(examined(as_png(made)))
    assert found.outcome is Support.ALTERATION, found.reason
    assert points_at(found, (digit[0], digit[1], digit[2] - digit[0], digit[3] - digit[1]))


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(
    ("before", "after"), [(60, 0), (75, 0), (75, 95), (60, 90), (75, 85), (90, 60), (75, 75)]
)
def test_honest_recompression_is_no_alarm(before: int, after: int, dark: bool) -> None:
    handled = through_jpeg(page(dark=dark)[0], before)
    found = examine_ringing(examined(as_jpeg(handled, after) if after else as_png(handled)))
    assert found.outcome in (Support.NONE_FOUND, Support.NOT_APPLICABLE), found.reason
    assert not found.regions


def test_one_compression_or_none_has_no_earlier_waves() -> None:
    for data in (as_png(page()[0]), as_jpeg(page()[0], 75)):
        found = examine_ringing(examined(data))
        assert found.outcome is Support.NOT_APPLICABLE
        assert "those of one compression" in found.reason


def test_the_earlier_quality_is_told() -> None:
    some = lettered_blocks(examined(as_jpeg(through_jpeg(page()[0], 70), 90)))
    waves = find_waves(some)
    assert waves is not None
    assert abs(waves.quality - 70) <= 2
    assert len(waves.expected) == len(some.at)


def by_even_steps(picture: Image.Image, step: int) -> Image.Image:
    """Through a JPEG that quantises all coefficients alike, as no quality of IJG's encoder does."""
    data = io.BytesIO()
    picture.save(data, "JPEG", qtables=[[step] * 64] * 2, subsampling=0)
    return Image.open(data).convert("RGB")


def half_smoothed(picture: Image.Image) -> Image.Image:
    """Compressed, and its waves weakened alike everywhere by what it was before."""
    return Image.blend(picture, through_jpeg(picture, 60), 0.7)


@pytest.mark.parametrize(
    "handled",
    [lambda sheet: by_even_steps(sheet, 30), lambda sheet: by_even_steps(sheet, 60), half_smoothed],
    ids=["more waves, steps of 30", "more waves, steps of 60", "fewer waves"],
)
@pytest.mark.parametrize("painted", [False, True])
def test_where_the_middle_word_has_more_or_less_of_the_waves_than_usual_nothing_is_told(
    handled: Callable[[Image.Image], Image.Image], painted: bool
) -> None:
    sheet, boxes = page()
    made = handled(sheet)
    picture = examined(as_png(repainted(made, boxes[INNER], "Anda") if painted else made))
    assert find_waves(lettered_blocks(picture)) is not None  # a table was found, and it is not the right one
    found = examine_ringing(picture)
    assert found.outcome is Support.NOT_APPLICABLE, found.reason
    assert "fit no earlier compression well enough" in found.reason
    assert not found.regions


def test_a_phones_own_bar_above_a_shown_jpeg_is_an_honest_explanation() -> None:
    shown = through_jpeg(page()[0], 60)
    bar = page(words=["13.47", "Kota", "Contoh", "87", "persen"], size=30)[0].crop((0, 100, 900, 180))
    whole = Image.new("RGB", (900, 1280), "#ffffff")
    whole.paste(bar, (0, 0))
    whole.paste(shown, (0, 80))
    found = examine_ringing(examined(as_png(whole)))
    assert found.outcome is Support.ALTERATION, found.reason
    assert any(one.explains for one in found.opposing)


def test_too_few_words_are_too_few_to_compare() -> None:
    sheet, _ = page(words=["Hadir", "bersama"])
    found = examine_ringing(examined(as_png(through_jpeg(sheet, 60))))
    assert found.outcome is Support.NOT_APPLICABLE


def test_noise_is_no_text() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (400, 400, 3), dtype=np.uint8)
    found = examine_ringing(examined(as_jpeg(Image.fromarray(noise), 60)))
    assert found.outcome is Support.NOT_APPLICABLE
