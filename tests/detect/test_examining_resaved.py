"""A file that was saved twice tells the first table, and which places were not saved with it, at near qualities too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evidentia.detect.examining.blocks import cosine
from evidentia.detect.examining.history import earlier_compression, evidence_against
from evidentia.detect.examining.lattice import Lattice
from evidentia.detect.examining.picture import load_examined
from evidentia.detect.examining.quantisation import UNLIKELY, _log10_chance, examine_quantisation
from evidentia.detect.examining.resaved import Resaved, _fit, fit_evidence
from evidentia.record.examination import ImageClass, Support
from tests.detect.drawn_pages import as_jpeg, as_png, examined, page, repainted, saved, through_jpeg
from tests.detect.places_found import points_at

INNER = 10
NEAR = [(60, 70), (65, 75), (70, 80), (75, 85)]
"""Qualities ten apart: of no coefficient is the second table half as coarse as the first."""


@pytest.mark.parametrize(("before", "after"), NEAR)
def test_the_first_table_is_told_where_the_second_is_near(before: int, after: int) -> None:
    found = earlier_compression(examined(as_jpeg(through_jpeg(page(dark=True)[0], before), after))).lattice
    assert isinstance(found, Resaved)
    assert found.quality == before
    assert found.shares[0] < found.shares[1]


@pytest.mark.parametrize(("before", "after"), NEAR)
def test_a_word_painted_between_two_near_savings_is_found_where_it_stands(before: int, after: int) -> None:
    sheet, boxes = page(dark=True)
    made = repainted(through_jpeg(sheet, before), boxes[INNER], "Umpama")
    found = examine_quantisation(examined(as_jpeg(made, after)))
    assert found.outcome is Support.ALTERATION, found.reason
    assert points_at(found, boxes[INNER])


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("before", "after"), [*NEAR, (60, 90), (80, 70), (90, 60)])
def test_two_honest_savings_are_no_alarm(before: int, after: int, dark: bool) -> None:
    found = examine_quantisation(examined(as_jpeg(through_jpeg(page(dark=dark)[0], before), after)))
    assert found.outcome in (Support.NONE_FOUND, Support.NOT_APPLICABLE), found.reason


@pytest.mark.parametrize("quality", [40, 60, 75, 92])
def test_a_file_that_was_saved_once_shows_no_other_table(quality: int) -> None:
    assert earlier_compression(examined(as_jpeg(page()[0], quality))).lattice is None


def test_a_first_saving_on_another_grid_is_not_taken_for_one() -> None:
    cut = through_jpeg(page(dark=True)[0], 60).crop((3, 5, 900, 1200))
    assert earlier_compression(examined(as_jpeg(cut, 80))).lattice is None


def test_values_that_no_first_saving_gives_are_unlikely() -> None:
    """With steps of 9 and then of 8, multiples of the second but four of nine lie beside one of the first."""
    own, steps = np.full(64, 8, dtype=np.float32), np.full(64, 9, dtype=np.float32)
    coefficients = np.zeros((2, 64), dtype=np.float32)
    coefficients[0, 9], coefficients[1, 9] = 16, 40  # beside 18; 36 lies on the edge between 32 and 40
    fit, tells = _fit(coefficients @ cosine().T, steps, own)
    assert tells[:, 9].all()
    assert fit[0, 9] > 1 > fit[1, 9] > 0.3


def test_what_was_cut_off_at_white_is_restored_before_it_is_judged() -> None:
    """Black letters on white ring beyond white. Cut off, they would lie off the table that they were saved by."""
    picture = examined(as_jpeg(through_jpeg(page()[0], 60), 90))
    earlier = earlier_compression(picture)
    scores, coefficients = evidence_against(earlier)
    assert isinstance(earlier.lattice, Resaved)
    assert earlier.lattice.quality == 60
    assert (scores[coefficients >= 3] < 0).mean() > 0.9
    assert (np.asarray(picture.luma) >= 254.5).mean() > 0.5


def test_a_word_painted_where_colours_were_cut_off_is_found() -> None:
    """Bluish black letters on white: of most of their blocks tints are cut off at white."""
    sheet, boxes = page()
    made = repainted(through_jpeg(sheet, 60), boxes[INNER], "Umpama")
    found = examine_quantisation(examined(as_jpeg(made, 90)))
    assert found.outcome is Support.ALTERATION, found.reason
    assert points_at(found, boxes[INNER])


def test_a_word_painted_on_a_ground_with_a_colour_at_its_end_is_found() -> None:
    """On a pale orange card on a white page."""
    sheet, boxes = page()
    pale, _ = page(colours=("#0f1419", "#ffe9d6"))
    _, y, _, height = boxes[INNER]
    card = (0, y - 60, sheet.width, y + height + 60)
    sheet.paste(pale.crop(card), card[:2])
    made = repainted(through_jpeg(sheet, 60), boxes[INNER], "Umpama")
    found = examine_quantisation(examined(as_jpeg(made, 85)))
    assert found.outcome is Support.ALTERATION, found.reason
    assert points_at(found, boxes[INNER])


def test_what_was_cut_off_of_one_colour_is_restored_by_what_the_file_codes_of_the_others() -> None:
    """On a pale orange ground red alone is cut off beside the letters."""
    earlier = earlier_compression(
        examined(as_jpeg(through_jpeg(page(colours=("#0f1419", "#ffe9d6"))[0], 60), 90))
    )
    assert isinstance(earlier.lattice, Resaved)
    assert earlier.own is not None
    cut = earlier.here.tinted >= 10
    as_grey, _ = fit_evidence(earlier.here, earlier.lattice, earlier.own)
    restored, _ = fit_evidence(earlier.here, earlier.lattice, earlier.own, earlier.coded)
    assert cut.sum() > 100
    assert (restored[~cut & (earlier.here.tinted == 0)] == as_grey[~cut & (earlier.here.tinted == 0)]).all()
    assert (restored[cut] > 3).mean() < 0.5 * (as_grey[cut] > 3).mean()


def test_a_jpeg_that_codes_no_differences_of_colour_is_examined_without_them(tmp_path: Path) -> None:
    sheet, _ = page()
    for name, picture, keep_rgb in (("grey.jpg", sheet.convert("L"), False), ("rgb.jpg", sheet, True)):
        path = tmp_path / name
        picture.save(path, quality=90, keep_rgb=keep_rgb)
        assert load_examined(path).coded is None
        assert examined(path.read_bytes()).coded is None


def test_a_file_is_read_as_coded_as_the_same_bytes_are(tmp_path: Path) -> None:
    data = as_jpeg(page()[0], 90)
    from_file, from_bytes = load_examined(saved(data, tmp_path, "a.jpg")).coded, examined(data).coded
    assert from_file is not None
    assert from_bytes is not None
    assert (from_file == from_bytes).all()
    assert (load_examined(saved(as_png(page()[0]), tmp_path, "a.png")).coded) is None


@pytest.mark.parametrize(("before", "after"), [*NEAR, (80, 95)])
@pytest.mark.parametrize("ground", ["#d32f2f", "#1565c0", "#00897b", "#fdd835"])
def test_letters_on_a_coloured_ground_are_no_alarm(ground: str, before: int, after: int) -> None:
    sheet, _ = page(colours=("#000000" if ground == "#fdd835" else "#ffffff", ground))
    found = examine_quantisation(examined(as_jpeg(through_jpeg(sheet, before), after)))
    assert found.outcome is not Support.ALTERATION, found.reason


def test_the_more_was_cut_off_of_a_blocks_colours_the_less_it_tells() -> None:
    earlier = earlier_compression(examined(as_jpeg(through_jpeg(page(dark=True)[0], 60), 90)))
    assert isinstance(earlier.lattice, Resaved)
    assert earlier.own is not None
    here, none = earlier.here, np.zeros(len(earlier.here.at), dtype=np.intp)
    means = []
    for cut in (0, 10, 30, 64):
        blocks = replace(here, tinted=none + cut, coloured=none)
        means.append(float(np.abs(fit_evidence(blocks, earlier.lattice, earlier.own)[0]).mean()))
    assert means == sorted(means, reverse=True)
    assert means[0] > 1.2 * means[3] > 0


def test_photographs_are_read_by_distance_from_the_lattice() -> None:
    made = as_jpeg(through_jpeg(page()[0], 60), 90)
    assert isinstance(earlier_compression(examined(made, ImageClass.PHOTO_COPY)).lattice, Lattice)


def test_evidence_is_not_asked_for_where_nothing_was_found() -> None:
    with pytest.raises(ValueError, match="no earlier compression"):
        evidence_against(earlier_compression(examined(as_png(page()[0]))))


def test_a_run_of_few_blocks_must_be_farther_off_than_one_of_many() -> None:
    chances = [_log10_chance(blocks, 4.0, UNLIKELY) for blocks in (3, 5, 9, 19, 40)]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] == 0.0
    assert chances[-1] < -6
