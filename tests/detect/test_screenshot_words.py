"""Laying recorded words against read ones, without an engine: the lines here are written down, not read.

The second look is a double where it appears: it stands for an engine that reads the same, or something else.
"""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from evidentia.detect.reading.align import align
from evidentia.detect.reading.compare import Laid, Shown, disputes, lay_in_column, says_more, shown, tokens
from evidentia.detect.reading.judge import Box, Judged, fits, judge
from evidentia.detect.reading.letters import core, readable, shape
from evidentia.detect.reading.ocr import Line, Word

POST = (
    "Mari kita dukung Paslon A pada hari Rabu, 17 April 2024. "
    "Jangan lupa datang ke TPS 12 sebelum pukul 13.00 dan ajak 25 tetangga!"
)
ROWS = [
    "Pejabat 07 @pejabat07 · 2 jam",
    "Mari kita dukung Paslon A pada hari Rabu,",
    "17 April 2024. Jangan lupa datang ke",
    "TPS 12 sebelum pukul 13.00 dan ajak 25 tetangga!",
    "Suka Balas Bagikan 128",
]


def line(text: str, row: int, left: int = 40) -> Line:
    words, x = [], left
    for word in text.split():
        words.append(Word(text=word, box=(x, 100 + 40 * row, 10 * len(word), 30)))
        x += 10 * (len(word) + 1)
    return Line(words=tuple(words), box=(left, 100 + 40 * row, x - left - 10, 30), score=1.0)


def lines(rows: list[str]) -> list[Line]:
    return [line(text, row) for row, text in enumerate(rows)]


class SameAgain:
    """Double: a second look that reads the part of the picture exactly as the first did."""

    def __init__(self, rows: list[Line], instead: tuple[str, str] = ("", "")) -> None:
        self.rows, self.instead = rows, instead

    def __call__(self, box: Box) -> Shown:
        top, bottom = box[1], box[1] + box[3]
        inside = [row for row in self.rows if row.box[1] < bottom and row.box[1] + row.box[3] > top]
        old, new = self.instead
        again = [
            " ".join(new if old and word.text == old else word.text for word in row.words) for row in inside
        ]
        return shown([line(text, number) for number, text in enumerate(again)])

    def at_edge(self, box: Box) -> bool:
        return False


def laid(rows: list[str], text: str = POST) -> Laid:
    return lay_in_column(tokens(text), lines(rows))


def judged(rows: list[str], instead: tuple[str, str] = ("", "")) -> Judged:
    return judge(laid(rows), SameAgain(lines(rows), instead))


def changed(old: str, new: str) -> list[str]:
    assert any(old in row for row in ROWS)
    return [row.replace(old, new) for row in ROWS]


def test_the_text_as_recorded_has_no_dispute() -> None:
    assert judged(ROWS).whole


def test_lost_spaces_typographic_marks_and_emoji_are_no_difference() -> None:
    rows = ROWS.copy()
    rows[1] = "Marikita dukung “Paslon A” 🎉 pada hari Rabu"
    assert judged(rows).whole


def test_one_changed_word_is_one_difference_with_its_box() -> None:
    (difference,) = judged(changed("Paslon A", "Paslon B")).differences

    assert (difference.shown, difference.recorded) == ("B", "A")
    assert difference.box == (280, 140, 10, 30)


def test_one_changed_digit_at_the_start_of_a_line() -> None:
    (difference,) = judged(changed("17 April", "19 April")).differences

    assert (difference.shown, difference.recorded, difference.box) == ("19", "17", (40, 180, 20, 30))


def test_a_missing_word_is_a_difference_with_nothing_shown() -> None:
    (difference,) = judged(changed("Jangan lupa datang", "Jangan datang")).differences

    assert (difference.shown, difference.recorded) == ("", "lupa")


def test_an_added_word_is_a_difference_with_nothing_recorded() -> None:
    (difference,) = judged(changed("lupa datang", "lupa tidak datang")).differences

    assert (difference.shown, difference.recorded) == ("tidak", "")


def test_an_added_line_is_a_difference() -> None:
    rows = [*ROWS[:2], "JANGAN PILIH PASLON B", *ROWS[2:]]

    (difference,) = judged(rows).differences

    assert difference.shown == "JANGAN PILIH PASLON B"


def test_letters_added_to_a_word_show_the_whole_word() -> None:
    (difference,) = judged(changed("dukung", "didukung")).differences

    assert (difference.shown, difference.recorded) == ("didukung", "dukung")


def test_a_changed_last_word_is_a_difference() -> None:
    (difference,) = judged(changed("25 tetangga!", "25 pemilih!")).differences

    assert (difference.shown, difference.recorded) == ("pemilih", "tetangga")


def test_what_the_second_look_reads_as_recorded_is_no_difference() -> None:
    assert judged(changed("dukung", "dukvng"), instead=("dukvng", "dukung")).whole


def test_two_looks_that_disagree_leave_a_doubt() -> None:
    found = judged(changed("17 April", "11 April"), instead=("11", "19"))

    assert found.differences == ()
    assert "one look read “11” and the other “19”" in found.doubts[0]


def test_letters_that_look_alike_leave_a_doubt_and_never_a_difference() -> None:
    found = judged(changed("TPS 12", "TPS l2"))

    assert found.differences == ()
    assert "look alike" in found.doubts[0]


def test_a_picture_that_ends_early_is_clean_in_what_it_shows() -> None:
    found = judged(ROWS[:3])

    assert found.clean
    assert found.cut_end == 9


def test_selengkapnya_explains_why_the_text_ends() -> None:
    rows = [*ROWS[:3], "TPS 12 sebelum puk… selengkapnya", ROWS[4]]

    assert says_more(laid(rows))
    assert judged(rows).clean


def test_a_text_that_ends_early_above_something_else_stays_in_doubt() -> None:
    found = judged([*ROWS[:3], ROWS[4]])

    assert found.differences == ()
    assert "the recorded text goes on" in found.doubts[0]


def test_a_side_bar_between_the_lines_is_left_out() -> None:
    text = lines(ROWS)
    bar = [line("anggota sejak 2019", row, left=900) for row in range(len(ROWS))]
    both = [part for pair in zip(text, bar, strict=True) for part in pair]

    found = lay_in_column(tokens(POST), both)

    assert disputes(found) == []
    assert found.count == len(found.found)


def test_another_text_does_not_fit() -> None:
    rows = [
        "Toko Buku @toko",
        "Diskon besar untuk semua buku pelajaran pada hari",
        "Rabu ini, datang sebelum pukul 13.00.",
    ]

    assert not fits(laid(rows))


def test_digits_are_never_alike() -> None:
    assert len({shape(digit) for digit in "0123456789"}) == 10
    assert shape("Il1") == shape("1lI")
    assert shape("Kampung") == shape("kampvng".replace("v", "u"))


def test_hashtags_and_handles_keep_their_mark() -> None:
    assert core("(#PilihA),") == "#PilihA"
    assert readable("a\u200b b\ufe0f🎉") == "ab"


@given(st.text(alphabet="abcd", max_size=30), st.text(alphabet="abcd", max_size=30))
def test_an_alignment_pairs_equal_letters_in_order(recorded: str, seen: str) -> None:
    pairs = align(recorded, seen)

    assert all(recorded[i] == seen[j] for i, j in pairs)
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))
    if set(recorded) & set(seen):
        assert pairs


@given(
    st.lists(st.sampled_from(["pilih", "Paslon", "A", "B", "17", "tidak", "hari"]), min_size=5, max_size=20)
)
def test_a_text_laid_against_itself_is_whole(words: list[str]) -> None:
    text = " ".join(words)
    rows = [" ".join(words[at : at + 4]) for at in range(0, len(words), 4)]

    found = laid(rows, text)

    assert disputes(found) == []
    assert found.count == len(words)
