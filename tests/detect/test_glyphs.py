"""Glyph comparison on words drawn with Pillow's own font, which every machine has: dark on light and the other way."""

from __future__ import annotations

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from evidentia.detect.reading.glyphs import Supported, Weigher, weigh
from evidentia.detect.reading.glyphs_ink import Box

LINES = (
    "Rapat kerja dimulai pukul 08.30 di aula",
    "kantor Camat, mohon hadir tepat waktu",
    "dan membawa laporan 17 April 2024 untuk",
    "Paslon A dan Paslon B di Desa Umpama",
    "sebelum tanggal 19 Juni, total 356 orang",
)
Known = list[tuple[str, Box]]


def drawn(lines: tuple[str, ...] = LINES, *, size: int = 36, dark: bool = False) -> tuple[Image.Image, Known]:
    """A picture of the lines, and its words with their boxes: as tall as a line's, as detectors give them."""
    ground, ink = ((21, 32, 43), (231, 233, 234)) if dark else ((255, 255, 255), (15, 20, 25))
    font = ImageFont.load_default(size)
    step = round(size * 1.5)
    picture = Image.new("RGB", (size * 24, step * (len(lines) + 1)), ground)
    pen, words = ImageDraw.Draw(picture), []
    for row, line in enumerate(lines):
        x, base = 20.0, step * (row + 1)
        for word in line.split():
            pen.text((x, base), word, fill=ink, font=font, anchor="ls")
            wide = font.getlength(word)
            words.append((word, (round(x), base - round(size * 0.98), round(wide), round(size * 1.3))))
            x += wide + size * 0.28
    return picture, words


def apart(words: Known, word: str) -> tuple[Known, Box]:
    """The other words, and this one's box."""
    return [one for one in words if one[0] != word], dict(words)[word]


def as_jpeg(picture: Image.Image, quality: int) -> Image.Image:
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=quality, subsampling=2)
    return Image.open(made).convert("RGB")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(
    ("word", "other"),
    [("356", "366"), ("356", "3560"), ("2024", "2014"), ("laporan", "laporen"), ("hadir", "menghadiri")],
)
def test_the_wording_that_stands_there_is_supported_whichever_of_the_two_it_is(
    dark: bool, word: str, other: str
) -> None:
    picture, words = drawn(dark=dark)
    known, box = apart(words, word)
    weigher = Weigher(picture, known)
    assert weigher.weigh(box, recorded=other, shown=word).supported is Supported.SHOWN
    found = weigher.weigh(box, recorded=word, shown=other)
    assert found.supported is Supported.RECORDED
    assert found.recorded is not None
    assert found.shown is not None
    assert found.recorded > found.shown
    assert word in found.reason


def test_a_strongly_compressed_copy_still_tells_a_letter_that_it_has_elsewhere() -> None:
    picture, words = drawn(size=34)
    known, box = apart(words, "laporan")
    weigher = Weigher(as_jpeg(picture, 40), known)
    assert weigher.weigh(box, recorded="laporan", shown="laporen").supported is Supported.RECORDED
    assert weigher.weigh(box, recorded="laporen", shown="laporan").supported is Supported.SHOWN


def test_a_letter_that_stands_nowhere_else_is_drawn_in_a_font_that_is_named() -> None:
    picture, words = drawn()
    known, box = apart(words, "19")
    found = weigh(picture, known, box, recorded="79", shown="19")
    assert "“7” of" not in found.reason  # there is a 7, in 17
    assert "“9” of" in found.reason
    assert found.supported is not Supported.RECORDED


def test_letters_that_look_alike_are_not_told_apart() -> None:
    """In Pillow's font a capital I and a small l are nearly the same stroke."""
    picture, words = drawn()
    known, box = apart(words, "laporan")
    assert weigh(picture, known, box, "Iaporan", "laporan").supported is not Supported.RECORDED
    known, box = apart(words, "total")
    assert weigh(picture, known, box, "total", "totaI").supported is not Supported.SHOWN


def test_a_third_word_supports_neither() -> None:
    picture, words = drawn()
    known, box = apart(words, "membawa")
    found = weigh(picture, known, box, recorded="menjual", shown="memakai")
    assert found.supported is Supported.UNDECIDED


def test_few_words_are_no_measure() -> None:
    picture, words = drawn()
    known, box = apart(words, "356")
    assert weigh(picture, known[:4], box, "356", "366").supported is Supported.UNDECIDED


def test_several_places_of_one_picture_are_weighed_as_each_alone() -> None:
    picture, words = drawn()
    known = [word for word in words if word[0] not in ("356", "2024")]
    boxes = dict(words)
    weigher = Weigher(picture, known)
    for word, other in (("356", "358"), ("2024", "2021")):
        assert weigher.weigh(boxes[word], other, word) == weigh(picture, known, boxes[word], other, word)


ODD_BOXES = [
    (0, 0, 0, 0), (-50, -50, 20, 30), (10_000, 10, 50, 47), (10, 10_000, 50, 47), (5, 5, 1, 47), (5, 5, 90_000, 47),
    (5, 5, 50, -47), (-20, 30, 100, 47), (800, 200, 4000, 47),
]  # fmt: skip


@pytest.mark.parametrize("box", ODD_BOXES)
def test_an_odd_box_is_undecided(box: Box) -> None:
    picture, words = drawn()
    assert weigh(picture, words, box, "356", "366").supported is Supported.UNDECIDED


@pytest.mark.parametrize(
    ("recorded", "shown"), [("", "356"), ("356", ""), ("356", "356"), ("👍", "356"), ("三", "356")]
)
def test_what_cannot_be_composed_is_undecided(recorded: str, shown: str) -> None:
    picture, words = drawn()
    known, box = apart(words, "356")
    found = weigh(picture, known, box, recorded, shown)
    assert found.supported is Supported.UNDECIDED
    assert found.margin is None


numbers = st.integers(-2000, 2000)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    box=st.tuples(numbers, numbers, numbers, numbers),
    texts=st.tuples(st.text(max_size=8), st.text(max_size=8)),
    odd=st.lists(st.tuples(st.text(max_size=6), st.tuples(numbers, numbers, numbers, numbers)), max_size=4),
)
def test_nothing_that_is_asked_raises(box: Box, texts: tuple[str, str], odd: Known) -> None:
    picture, words = drawn(LINES[:2], size=20)
    assert weigh(picture, [*words, *odd], box, *texts).supported in Supported
