"""A word drawn after the picture was shrunk is harder and stronger than the others; icons and variety are natural."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from evidentia.detect.examining.typography_edges import examine_edges
from evidentia.record.examination import Support
from tests.detect.drawn_pages import as_jpeg, as_png, examined, page, repainted, through_jpeg
from tests.detect.places_found import points_at

INNER = 10
RATIO = 0.7


def shrunk(sheet: Image.Image) -> Image.Image:
    size = round(sheet.width * RATIO), round(sheet.height * RATIO)
    return sheet.resize(size, Image.Resampling.BILINEAR)


@pytest.mark.parametrize(("first", "last"), [(75, 90), (85, 70), (70, None)])
def test_a_word_painted_into_a_shrunk_copy_is_harder(first: int, last: int | None) -> None:
    sheet, boxes = page()
    x, y, width, height = (round(value * RATIO) for value in boxes[INNER])
    made = repainted(through_jpeg(shrunk(sheet), first), (x, y, width, height), "warga", size=24)
    finding = examine_edges(examined(as_png(made) if last is None else as_jpeg(made, last)))
    assert finding.outcome is Support.ALTERATION, finding.reason
    assert points_at(finding, (x, y, width, height))
    assert len(finding.regions) == 1


@pytest.mark.parametrize(("quality", "outcome"), [(60, Support.NONE_FOUND), (50, Support.NOT_APPLICABLE)])
def test_nothing_is_told_of_edges_after_coarse_compression(quality: int, outcome: Support) -> None:
    assert examine_edges(examined(as_jpeg(page()[0], quality))).outcome is outcome


@pytest.mark.parametrize("quality", [None, 90, 70, 60])
def test_a_shrunk_copy_is_soft_everywhere(quality: int | None) -> None:
    copy = shrunk(page()[0])
    finding = examine_edges(examined(as_png(copy) if quality is None else as_jpeg(copy, quality)))
    assert finding.outcome is Support.NONE_FOUND, finding.reason


def test_nothing_is_told_of_words_of_three_letters_whatever_dots_they_have() -> None:
    finding = examine_edges(examined(as_png(page(words=["ini"] * 60)[0])))
    assert finding.outcome is Support.NOT_APPLICABLE, finding.reason


def test_bars_of_an_icon_are_no_letters() -> None:
    sheet, boxes = page()
    copy = through_jpeg(shrunk(sheet), 75)
    x, y, width, height = (round(value * RATIO) for value in boxes[INNER])
    pen = ImageDraw.Draw(copy)
    pen.rectangle((x - 4, y - 4, x + width + 4, y + height + 4), fill="#ffffff")
    for n in range(4):
        pen.rectangle((x + 7 * n, y + 3, x + 7 * n + 3, y + height), fill="#000000")
    finding = examine_edges(examined(as_png(copy)))
    assert finding.outcome is Support.NONE_FOUND, finding.reason
