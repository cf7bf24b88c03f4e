"""A piece of another JPEG is found by its grid; text, flat ground and repeated letters make no grid of their own."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from evidentia.detect.examining import history
from evidentia.detect.examining.binomial import log_tail, number_of_tests, rarest
from evidentia.detect.examining.grid import LOG10_BOUND, examine_grid, other_grids
from evidentia.detect.examining.history import has_grid, whole_grid
from evidentia.detect.examining.surroundings import HYPOTHESIS
from evidentia.detect.examining.votes import NONE, Votes, count_votes, main_grid
from evidentia.record.examination import Support
from tests.detect.drawn_pages import as_jpeg, as_png, examined, page, photo, through_jpeg


def test_lines_from_another_jpeg_within_a_picture_that_never_was_one_are_found() -> None:
    sheet, boxes = page(dark=True)
    other = through_jpeg(page(dark=True)[0], 70)
    x, y, _, height = boxes[5]
    piece = other.crop((x - 16, y - 16, x + 400, y + height + 60))
    sheet.paste(piece, (x - 13, y - 11))  # as a forger's hand puts it, on no multiple of 8
    found = examine_grid(examined(as_png(sheet)))
    assert found.outcome is Support.ALTERATION
    assert found.strength is not None
    assert found.strength <= LOG10_BOUND
    boxes_found = [region.box for region in found.regions if region.box is not None]
    assert any(
        abs(b[0] + b[2] / 2 - x - 190) < 200 and abs(b[1] + b[3] / 2 - y - 30) < 80 for b in boxes_found
    )


def test_a_place_on_the_grid_of_the_file_itself_is_nothing_odd() -> None:
    sheet, _ = page(dark=True)
    sheet.paste(through_jpeg(page(dark=True)[0], 70).crop((0, 176, 480, 320)), (0, 176))
    assert examine_grid(examined(as_png(sheet))).outcome is Support.ALTERATION
    assert examine_grid(examined(as_jpeg(sheet, 98))).outcome is Support.NONE_FOUND


def test_a_photo_shown_at_its_own_size_has_an_honest_explanation() -> None:
    sheet, _ = page()
    sheet.paste(through_jpeg(photo(width=640, height=320), 80), (133, 721))
    found = examine_grid(examined(as_png(sheet)))
    assert found.outcome is Support.ALTERATION
    assert [one.explains for one in found.opposing if one.hypothesis == HYPOTHESIS] == [True]


def test_a_part_of_a_shown_photo_that_is_on_a_grid_has_an_honest_explanation() -> None:
    whole = Image.blend(photo(width=640, height=320), Image.new("RGB", (640, 320), "#808080"), 0.7)
    whole.paste(through_jpeg(whole, 70).crop((204, 84, 404, 234)), (204, 84))
    sheet, _ = page()
    sheet.paste(whole, (133, 721))
    found = examine_grid(examined(as_png(sheet)))
    assert found.outcome is Support.ALTERATION
    assert [one.explains for one in found.opposing if one.hypothesis == HYPOTHESIS] == [True]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("quality", [0, 50, 75, 90])
def test_genuine_pages_are_no_alarm(quality: int, dark: bool) -> None:
    sheet, _ = page(dark=dark)
    found = examine_grid(examined(as_jpeg(sheet, quality) if quality else as_png(sheet)))
    assert found.outcome is Support.NONE_FOUND


def test_where_votes_show_no_grid_the_lattice_of_a_compression_does(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = page()[0]
    monkeypatch.setattr(history, "has_grid", lambda votes, main: False)  # as on fine copies full of pictures
    assert whole_grid(examined(as_png(through_jpeg(sheet, 75)))) == (0, 0)
    assert whole_grid(examined(as_png(sheet))) is None


@pytest.mark.parametrize(("rows", "places"), [(1, 0), (2, 1), (3, 1)])
def test_one_row_of_blocks_is_the_step_of_a_gradient_and_no_piece(rows: int, places: int) -> None:
    cells = np.full((120, 120), NONE, dtype=np.int8)
    cells[::2, ::3] = 9  # what votes elsewhere votes for the picture's own origin, (1, 1)
    cells[40 : 40 + rows, 30:60] = 8 * 5 + 4
    found = other_grids(Votes(cells), [(1, 1)])
    assert [origin for origin, _ in found] == [(4, 5)] * places


def test_a_page_of_one_letter_in_steps_of_eight_makes_no_grid() -> None:
    letter = np.asarray(page()[0].convert("L"))[130:170, 40:64]
    wall = np.tile(letter, (20, 20)).astype(np.float32)
    votes = count_votes(wall)
    assert not has_grid(votes, main_grid(votes))


def test_the_origin_of_a_cut_copy_is_told() -> None:
    cut = through_jpeg(page()[0], 70).crop((3, 5, 900, 1200))
    votes = count_votes(examined(as_png(cut)).luma)
    main = main_grid(votes)
    assert has_grid(votes, main)
    assert main.origin == (5, 3)


def test_too_little_to_vote_is_said() -> None:
    sheet, _ = page(words=["Hadir"])
    assert examine_grid(examined(as_png(sheet))).outcome is Support.NOT_APPLICABLE


def test_the_tail_is_never_understated() -> None:
    from math import comb, log

    for trials, hits, chance in ((20, 9, 0.1), (200, 40, 0.125), (50, 50, 0.3)):
        exact = sum(
            comb(trials, k) * chance**k * (1 - chance) ** (trials - k) for k in range(hits, trials + 1)
        )
        assert log_tail(trials, hits, chance) >= log(exact)
    assert log_tail(100, 5, 0.1) == 0.0  # no more than chance brings


def test_the_rarest_rectangle_is_the_one_that_was_planted() -> None:
    random = np.random.default_rng(2)
    hits = random.random((60, 80)) < 0.03
    hits[20:26, 30:42] |= random.random((6, 12)) < 0.9
    everywhere = np.ones_like(hits)
    found = rarest(hits, everywhere, 0.03, bound=-4)
    assert len(found) == 1
    x, y, width, height = found[0].cells
    assert abs(x - 30) <= 1
    assert abs(y - 20) <= 1
    assert abs(width - 12) <= 2
    assert abs(height - 6) <= 2
    assert number_of_tests((60, 80)) > 10_000


def test_maps_of_chance_alone_bring_no_rectangle() -> None:
    random = np.random.default_rng(3)
    for _ in range(20):
        hits = random.random((60, 80)) < 0.05
        assert rarest(hits, np.ones_like(hits), 0.05, bound=-2) == []
