"""Runs of letters and their blocks: what is larger than letters is none, and one digit is one."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from evidentia.detect.examining.blocks import textured
from evidentia.detect.examining.runs import apart, runs_alone, runs_reaching
from tests.detect.drawn_pages import NUMBER, as_png, examined, page

Box = tuple[int, int, int, int]


def _runs(sheet: Image.Image) -> tuple[list[Box], list[Box]]:
    """The boxes of all runs: those with blocks alone, and those by what they reach into."""
    picture = examined(as_png(sheet))
    blocks = textured(picture.luma, None)
    every = np.ones(len(blocks.at), dtype=bool)
    return tuple([run.box for run in runs(picture, blocks, every)] for runs in (runs_alone, runs_reaching))  # type: ignore[return-value]


def _within(run: Box, box: Box) -> bool:
    x, y, width, height = run
    return box[0] <= x and x + width <= box[0] + box[2] and box[1] <= y and y + height <= box[1] + box[3]


def test_one_digit_of_a_number_is_a_run_by_the_blocks_that_it_reaches_into() -> None:
    sheet, boxes = page()
    x, y, width, height = boxes[NUMBER]
    _, reaching = _runs(sheet)
    digits = [
        run for run in reaching if _within(run, (x - 2, y - 2, width + 4, height + 4)) and run[2] < width / 2
    ]
    assert len(digits) >= 3


def test_a_portrait_beside_a_line_is_no_run_of_letters() -> None:
    sheet, boxes = page()
    portrait = (4, boxes[0][1] - 30, 34, 84)
    ImageDraw.Draw(sheet).ellipse((4, portrait[1], 38, portrait[1] + 84), outline="#7896a8", width=6)
    for runs in _runs(sheet):
        assert runs
        assert not any(run[3] > 60 for run in runs)


def test_of_boxes_that_share_pixels_the_first_is_kept() -> None:
    assert apart([(0, 0, 10, 10), (5, 5, 10, 10), (10, 0, 4, 4), (11, 1, 1, 1)]) == [0, 2]
