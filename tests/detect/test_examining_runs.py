"""Runs of letters and their blocks: what is larger than letters is none, and one digit is one."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from evidentia.detect.examining import runs
from evidentia.detect.examining.blocks import textured
from evidentia.detect.examining.runs import apart, runs_alone, runs_reaching
from evidentia.detect.examining.typography_lines import Line, Text, Word
from tests.detect.drawn_pages import NUMBER, as_png, examined, page, photo

Box = tuple[int, int, int, int]


def _runs(sheet: Image.Image) -> tuple[list[Box], list[Box]]:
    """The boxes of all runs: those with blocks alone, and those by what they reach into."""
    picture = examined(as_png(sheet))
    blocks = textured(picture.luma, None)
    every = np.ones(len(blocks.at), dtype=bool)
    return tuple([run.box for run in found(picture, blocks, every)] for found in (runs_alone, runs_reaching))  # type: ignore[return-value]


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


def test_a_portrait_in_a_line_of_letters_is_no_run_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    letters = tuple((40 + 14 * n, 100, 12, 20) for n in range(9))
    portrait = (8, 70, 24, 75)
    words = (Word(portrait, (portrait,)), Word((40, 100, 124, 20), letters))
    none = np.zeros((1, 1), dtype=np.uint8)
    text = Text((Line(words, 20.0),), none, none, none.astype(np.float32))
    monkeypatch.setattr(runs, "find_text", lambda picture: text)
    for boxes in _runs(photo()):
        assert boxes
        assert not any(box[3] == portrait[3] for box in boxes)


def test_of_boxes_that_share_pixels_the_first_is_kept() -> None:
    assert apart([(0, 0, 10, 10), (5, 5, 10, 10), (10, 0, 4, 4), (11, 1, 1, 1)]) == [0, 2]
