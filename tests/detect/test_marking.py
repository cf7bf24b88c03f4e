from __future__ import annotations

import io
from random import Random

import pytest
from PIL import Image, ImageDraw, ImageFont

from evidentia.capture.facts import Word
from evidentia.capture.limits import TILE_HEIGHT
from evidentia.detect.marking import NOTE, TALLEST, Drawn, Sheet, Unplaced, mark, plain
from evidentia.detect.placing import Box, PageWords, sides
from evidentia.detect.words import compare_words
from evidentia.record.life import WordMove

BEFORE, AFTER = "Mari dukung Paslon A hari Rabu", "Mari bawa payung hari Rabu"
WIDTH = 600
RED, GREEN = (200, 16, 32), (0, 122, 51)


class Page:
    """A drawn page with the boxes of its words, as a browser would give both."""

    def __init__(self, height: int = 400) -> None:
        self.picture = Image.new("RGB", (WIDTH, height), "white")
        self._pen = ImageDraw.Draw(self.picture)
        self._font = ImageFont.load_default(18)
        self._words: list[Word] = []

    def write(self, text: str, x: int, y: int) -> None:
        for word in text.split():
            width = self._pen.textlength(word, font=self._font)
            self._pen.text((x, y), word, font=self._font, fill="black")
            self._words.append(Word(word, x, y, width, 22))
            x += round(width) + 8

    @property
    def words(self) -> PageWords:
        return PageWords(width=WIDTH, height=self.picture.height, words=tuple(self._words))

    @property
    def sheet(self) -> Sheet:
        height = self.picture.height
        pieces = -(-height // TILE_HEIGHT)
        return Sheet(
            pieces,
            lambda n: self.picture.crop((0, n * TILE_HEIGHT, WIDTH, min(height, (n + 1) * TILE_HEIGHT))),
        )

    def box_of(self, text: str) -> Word:
        return next(word for word in self._words if word.text == text)


def opened(drawn: Drawn) -> Image.Image:
    return Image.open(io.BytesIO(drawn.png)).convert("RGB")


def tinted(drawn: Drawn, word: Word) -> tuple[int, int, int]:
    """The colour of the paper within a word's box, beside its letters: the lightest one that is there."""
    left, top = round(word.x - drawn.box.x) + 1, round(word.y - drawn.box.y) + 1
    part = opened(drawn).crop((left, top, left + round(word.w) - 2, top + 6))
    colours = part.getcolors()
    assert colours is not None
    return max((colour for _, colour in colours), key=sum)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("move", "text", "colour"), [(WordMove.REMOVED, BEFORE, RED), (WordMove.ADDED, AFTER, GREEN)]
)
def test_what_moved_is_tinted_in_its_colour_and_what_stayed_is_not(
    move: WordMove, text: str, colour: tuple[int, int, int]
) -> None:
    page = Page()
    page.write("Forum warga Beranda", 20, 20)
    page.write(text, 60, 200)
    gone, come = sides(compare_words(BEFORE, AFTER))
    drawn = mark(page.words, page.sheet, None, gone if move is WordMove.REMOVED else come, move)
    assert isinstance(drawn, Drawn)
    moved = {"dukung", "Paslon", "A"} if move is WordMove.REMOVED else {"bawa", "payung"}
    for word in text.split():
        paper = tinted(drawn, page.box_of(word))
        if word in moved:
            assert paper == pytest.approx([255 - (255 - c) * 64 / 255 for c in colour], abs=2)
        else:
            assert paper == (255, 255, 255)
    assert drawn.left_out == ()
    assert Image.open(io.BytesIO(drawn.png)).text["Description"] == NOTE


def test_of_two_places_the_one_in_the_posts_own_picture_is_marked() -> None:
    page = Page()
    page.write("Pejabat 07", 20, 40)
    page.write(BEFORE, 60, 80)
    page.write("Warga 12 mengutip:", 20, 240)
    page.write(BEFORE, 60, 280)
    gone, _ = sides(compare_words(BEFORE, AFTER))
    assert mark(page.words, page.sheet, None, gone, WordMove.REMOVED) is Unplaced.SEVERAL
    own = page.picture.crop((10, 30, 500, 130))
    drawn = mark(page.words, page.sheet, own, gone, WordMove.REMOVED)
    assert isinstance(drawn, Drawn)
    assert drawn.confirmed
    assert drawn.box == Box(10, 30, 490, 100)
    assert all(one.y == 80 for one in drawn.marks)
    quote = page.picture.crop((10, 230, 500, 330))
    drawn = mark(page.words, page.sheet, quote, gone, WordMove.REMOVED)
    assert isinstance(drawn, Drawn)
    assert all(one.y == 280 for one in drawn.marks)


def test_a_picture_of_the_post_that_is_another_is_said_to_confirm_nothing() -> None:
    page = Page()
    page.write(BEFORE, 60, 80)
    gone, _ = sides(compare_words(BEFORE, AFTER))
    other = Image.frombytes("L", (500, 200), Random(7).randbytes(500 * 200)).convert("RGB")
    drawn = mark(page.words, page.sheet, other, gone, WordMove.REMOVED)
    assert isinstance(drawn, Drawn)
    assert drawn.confirmed is False


def test_words_that_are_not_there_are_not_marked() -> None:
    page = Page()
    page.write("Halaman tidak ditemukan", 60, 80)
    gone, _ = sides(compare_words(BEFORE, AFTER))
    assert mark(page.words, page.sheet, None, gone, WordMove.REMOVED) is Unplaced.NOT_FOUND


def test_what_cannot_be_seen_is_said_to_be_left_out() -> None:
    page = Page()
    page.write("Mari dukung Paslon A", 60, 80)
    _, come = sides(compare_words("Mari dukung Paslon A", "Mari dukung Paslon A 🙏"))
    drawn = mark(page.words, page.sheet, None, come, WordMove.ADDED)
    assert isinstance(drawn, Drawn)
    assert drawn.marks == ()
    assert drawn.left_out == (" 🙏",)


def test_a_post_across_two_pieces_of_a_tall_page_is_shown_whole() -> None:
    page = Page(TILE_HEIGHT + 600)
    page.write("Mari dukung Paslon A", 60, TILE_HEIGHT - 30)
    page.write("hari Rabu", 60, TILE_HEIGHT + 10)
    gone, _ = sides(compare_words(BEFORE, "Mari hari Kamis"))
    drawn = mark(page.words, page.sheet, None, gone, WordMove.REMOVED)
    assert isinstance(drawn, Drawn)
    assert tinted(drawn, page.box_of("Paslon")) != (255, 255, 255)
    assert tinted(drawn, page.box_of("Rabu")) != (255, 255, 255)
    assert tinted(drawn, page.box_of("hari")) == (255, 255, 255)


def test_of_a_very_long_post_the_part_with_the_mark_is_shown() -> None:
    page = Page(6_000)
    long = [f"baris{n}" for n in range(180)]
    for n, line in enumerate(long):
        page.write(line, 60, 40 + 30 * n)
    gone, _ = sides(compare_words(" ".join(long), " ".join([*long[:150], "lain", *long[151:]])))
    drawn = mark(page.words, page.sheet, None, gone, WordMove.REMOVED)
    assert isinstance(drawn, Drawn)
    assert drawn.box.h <= TALLEST
    assert tinted(drawn, page.box_of("baris150")) != (255, 255, 255)


def test_a_page_without_marks_is_cut_at_its_upper_part() -> None:
    page = Page(6_000)
    drawn = plain(page.sheet, WIDTH, 6_000)
    assert opened(drawn).size == (WIDTH, TALLEST)
