"""How far lines of text are shown: drawn pages, some of which a bar covers, and rows of ink that are written down."""

from __future__ import annotations

import msgspec
import pytest

from evidentia.detect.reading.covered import Extent, extent, is_shown_down, is_shown_up

pytest.importorskip("cv2")

import numpy as np
from PIL import Image, ImageDraw
from PIL.ImageFont import load_default

from evidentia.detect.reading.ocr import Line, Word

SIZE = 40
TOP, BOTTOM = 60, 120
LINE = Line(
    words=(Word(text="as drawn", box=(20, TOP, 880, BOTTOM - TOP)),),
    box=(20, TOP, 880, BOTTOM - TOP),
    score=1.0,
)
FULL = Extent(top=0, base=30, foot=39)


def drawn(
    text: str, *, cut: int | None = None, bar: str = "white", ink: str = "black", ground: str = "white"
) -> np.ndarray:
    """One line with its base line at row 105, and a bar that covers all from row ``cut`` on."""
    picture = Image.new("RGB", (920, 200), ground)
    draw = ImageDraw.Draw(picture)
    draw.text((30, 105), text, fill=ink, font=load_default(SIZE), anchor="ls")
    if cut is not None:
        draw.rectangle((0, cut, 920, 200), fill=bar)
    return np.array(picture)


def measured(text: str, **how: object) -> Extent:
    found = extent(drawn(text, **how), LINE)  # type: ignore[arg-type]  # as drawn takes them
    assert found is not None
    return found


@pytest.mark.parametrize(("ink", "ground"), [("black", "white"), ("#e0e0e0", "#101820")])
def test_tall_letters_and_tails_are_measured_from_the_base_line(ink: str, ground: str) -> None:
    whole, without = (
        measured("Hadir pagi 17", ink=ink, ground=ground),
        measured("Hadir 17", ink=ink, ground=ground),
    )

    assert whole.tall == pytest.approx(without.tall, abs=1)
    assert whole.tall == pytest.approx(0.74 * SIZE, abs=3)
    assert whole.tails > 0.2 * whole.tall
    assert without.tails <= 1


@pytest.mark.parametrize("bar", ["white", "black", "#c03030"])
@pytest.mark.parametrize("cut", range(84, 110, 3))
def test_words_with_tails_are_not_shown_down_where_a_bar_cuts_through_them(bar: str, cut: int) -> None:
    whole = measured("Hadir pagi 17")
    cut_through = extent(drawn("Hadir pagi 17", cut=cut, bar=bar), LINE)

    assert is_shown_down(whole, [whole], "pagi", "pagl")
    assert not is_shown_down(cut_through, [whole, whole], "paoi", "pagi")


@pytest.mark.parametrize("cut", [90, 96, 102])
def test_digits_are_shown_down_to_the_base_line_or_not(cut: int) -> None:
    others = [measured("Hadir pagi 17")]

    assert is_shown_down(measured("Hadir 17"), others, "17", "12")
    assert not is_shown_down(extent(drawn("Hadir 17", cut=cut), LINE), others, "17", "12")


def test_an_underline_is_no_foot_of_the_letters_and_no_bar() -> None:
    picture = drawn("Hadir pagi 17")
    plain = extent(picture, LINE)
    picture[109:112, 30:300] = 0

    underlined = extent(picture, LINE)

    assert plain is not None
    assert underlined is not None
    assert (underlined.tall, underlined.tails) == (plain.tall, plain.tails)


def test_what_stands_between_the_words_is_not_measured() -> None:
    picture = drawn("Hadir pagi 17")
    plain = extent(picture, LINE)
    picture[50:125, 400:460] = 0  # as an emoji, taller than letters

    words = Word(text="Hadir", box=(25, TOP, 300, 60)), Word(text="lagi", box=(500, TOP, 300, 60))

    assert extent(picture, msgspec.structs.replace(LINE, words=words)) == plain


def test_a_line_without_tails_says_nothing_of_letters_that_may_have_one() -> None:
    assert not is_shown_down(Extent(top=0, base=30, foot=30), [FULL], "baruv", "baruy")
    assert is_shown_down(Extent(top=0, base=30, foot=30), [FULL], "baru6", "baru8")


@pytest.mark.parametrize(
    ("shown", "recorded", "told"),
    [
        (
            "menerima",
            "semuanya",
            True,
        ),  # its first letter is another one, and has nothing below the base line
        ("semuarwa", "semuanya", False),
        ("datano", "datang", False),
        ("", "tidak", True),
    ],
)
def test_without_tails_words_are_told_apart_by_letters_that_stand_beside_none(
    shown: str, recorded: str, told: bool
) -> None:
    assert is_shown_down(Extent(top=0, base=30, foot=30), [FULL], shown, recorded) == told


def test_what_reaches_farther_down_than_tails_do_says_nothing() -> None:
    assert not is_shown_down(Extent(top=0, base=30, foot=50), [FULL], "6", "8")


def test_a_line_in_which_nothing_stands_out_says_nothing() -> None:
    assert extent(np.full((200, 920, 3), 200, dtype=np.uint8), LINE) is None
    assert not is_shown_down(None, [FULL], "6", "8")
    assert not is_shown_up(None, [FULL])


def test_a_line_is_shown_up_where_its_tall_letters_are_as_tall_as_those_of_the_others() -> None:
    assert is_shown_up(FULL, [FULL])
    assert is_shown_up(FULL, [])
    assert not is_shown_up(Extent(top=6, base=30, foot=39), [FULL])
    assert not is_shown_up(Extent(top=-20, base=30, foot=39), [FULL])  # what touches it is not its own


def test_of_small_letters_a_row_at_either_end_is_within_the_measuring() -> None:
    others = [
        Extent(top=0, base=22, foot=28),
        None,
        Extent(top=0, base=30, foot=36),
        Extent(top=0, base=22, foot=27),
    ]

    assert is_shown_up(Extent(top=2, base=22, foot=28), others)
    assert not is_shown_up(Extent(top=3, base=22, foot=28), others)
