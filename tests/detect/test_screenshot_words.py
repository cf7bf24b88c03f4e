"""Laying recorded words against read ones, without an engine: the lines here are written down, not read.

The second look is a double where it appears: it stands for an engine that reads the same, or something else.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidentia.detect.reading.align import align
from evidentia.detect.reading.compare import Laid, disputes, lay_in_column, says_more, tokens
from evidentia.detect.reading.covered import Extent
from evidentia.detect.reading.glyphs import Supported, Weighed
from evidentia.detect.reading.judge import MOST_CUT, Judged, fits, judge
from evidentia.detect.reading.letters import core, readable, shape
from evidentia.detect.reading.looks import Box
from evidentia.detect.reading.ocr import Line, Word, in_reading_order
from evidentia.detect.reading.recogniser import View
from evidentia.record.sentences import english
from tests.detect.lines_read import line

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


def lines(rows: list[str]) -> list[Line]:
    return [line(text, row) for row, text in enumerate(rows)]


class SameAgain:
    """Double: further looks that read the lines exactly as the first did, or one word otherwise."""

    def __init__(
        self,
        instead: tuple[str, str] = ("", ""),
        chances: dict[str, float] | None = None,
        supported: Supported | None = None,
    ) -> None:
        self.instead, self.chances, self.supported = instead, chances or {}, supported

    def again(self, lines: Sequence[Line], view: View) -> list[Line]:
        old, new = self.instead
        return [
            line(" ".join(new if old and word.text == old else word.text for word in row.words), number)
            for number, row in enumerate(lines)
        ]

    def chance(self, line: Line, text: str) -> float | None:
        return next((chance for part, chance in self.chances.items() if part in text), None)

    def weigh(self, laid: Laid, box: Box, recorded: str, shown: str) -> Weighed | None:
        return None if self.supported is None else Weighed(supported=self.supported, reason="as told")

    def at_edge(self, box: Box) -> bool:
        return False

    def extent(self, line: Line) -> Extent | None:
        return Extent(top=0, base=30, foot=39)

    def is_blank(self, box: Box) -> bool:
        return False


def laid(rows: list[str], text: str = POST) -> Laid:
    return lay_in_column(tokens(text), lines(rows))


def judged(rows: list[str], instead: tuple[str, str] = ("", "")) -> Judged:
    return judge(laid(rows), SameAgain(instead))


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


def test_what_the_recogniser_clearly_favours_needs_no_second_reading() -> None:
    rows = changed("17 April", "11 April")

    sure = judge(laid(rows), SameAgain(("11", "19"), {"11 April": -1.0, "17 April": -16.0}))
    unsure = judge(laid(rows), SameAgain(("11", "19"), {"11 April": -1.0, "17 April": -4.0}))

    assert [(place.shown, place.recorded) for place in sure.differences] == [("11", "17")]
    assert sure.differences[0].opinions[0] == "as it is: “11”, by +15.0 over what is recorded"
    assert not unsure.differences
    assert unsure.doubts


def test_a_changed_link_alone_on_the_last_line_is_a_difference() -> None:
    text = f"{POST} Selengkapnya di https://contoh.example/berita/4024"
    rows = [*ROWS[:4], "Selengkapnya di", "https://contoh.example/berita/4824", ROWS[4]]

    (difference,) = judge(laid(rows, text), SameAgain()).differences

    assert difference.shown == "https://contoh.example/berita/4824"


def test_a_changed_word_alone_on_the_last_line_of_the_paragraph_is_a_difference() -> None:
    rows = [*ROWS[:3], "TPS 12 sebelum pukul 13.00 dan ajak 25", "pemilih!", "Suka 128 Balas 4 Bagikan"]

    (difference,) = judged(rows).differences

    assert (difference.shown, difference.recorded) == ("pemilih", "tetangga")


def test_a_changed_last_word_is_a_difference() -> None:
    (difference,) = judged(changed("25 tetangga!", "25 pemilih!")).differences

    assert (difference.shown, difference.recorded) == ("pemilih", "tetangga")


def test_a_changed_last_word_ends_with_its_line_though_letters_of_it_stand_below() -> None:
    text = "Malam ini Pejabat 96 berbicara untuk nomor urut 2 di depan 92 orang. Semoga lancar"
    rows = [
        "Malam ini Pejabat 96 berbicara untuk nomor",
        "urut 2 di depan 92 orang. Semoga besok",
        "Kadis 92 Langganan",
        "27 1 43",
    ]

    (difference,) = judge(laid(rows, text), SameAgain()).differences

    assert (difference.shown, difference.recorded) == ("besok", "lancar")


def test_a_first_word_is_gone_though_letters_of_it_stand_above() -> None:
    rows = [
        "Camat 57",
        "Pengajar",
        "Min, 2 Jun 2024",
        "lupa, Jumat 22 November 2023 kita berkumpul di",
        "Kabupaten Contoh untuk Paslon B! Salam sehat.",
    ]
    text = f"Jangan {' '.join(rows[3:])}"

    (difference,) = judge(laid(rows, text), SameAgain()).differences

    assert (difference.shown, difference.recorded) == ("", "Jangan")


def test_what_the_second_look_reads_as_recorded_is_no_difference() -> None:
    assert judged(changed("dukung", "dukvng"), instead=("dukvng", "dukung")).whole


def test_two_looks_that_disagree_leave_a_doubt() -> None:
    found = judged(changed("17 April", "11 April"), instead=("11", "19"))

    assert found.differences == ()
    assert "one look read “11” and another “19”" in english(found.doubts[0].why)


@pytest.mark.parametrize(
    ("first", "others", "differs"),
    [(14.0, 6.0, True), (11.0, 6.0, False), (30.0, 4.0, False), (8.5, 8.5, True)],
)
def test_looks_that_agree_on_nothing_but_that_it_is_another_word_tell_by_how_much_each_favours_that(
    first: float, others: float, differs: bool
) -> None:
    class Favours(SameAgain):
        """Double: by how much the first look and the others favour what was read over what is recorded."""

        def chance(self, line: Line, text: str) -> float:
            return 0.0 if "17 April" not in text else -(others if "11 April" in line.text else first)

    found = judge(laid(changed("17 April", "19 April")), Favours(("19", "11")))

    assert bool(found.differences) == differs


def test_letters_that_look_alike_are_no_difference_to_anybody() -> None:
    assert judged(changed("TPS 12", "TPS l2")).whole


def test_letters_that_look_alike_and_are_clearly_told_apart_leave_a_doubt() -> None:
    again = SameAgain(chances={"TPS l2": -1.0, "TPS 12": -20.0})

    found = judge(laid(changed("TPS 12", "TPS l2")), again)

    assert found.differences == ()
    assert "look alike" in english(found.doubts[0].why)


def test_letters_shaped_as_recorded_take_a_difference_back_to_a_doubt() -> None:
    found = judge(laid(changed("17 April", "19 April")), SameAgain(supported=Supported.RECORDED))

    assert found.differences == ()
    assert "shaped as recorded" in english(found.doubts[0].why)


def test_letters_shaped_as_recorded_settle_a_doubt() -> None:
    looks = SameAgain(("11", "18"), supported=Supported.RECORDED)

    assert judge(laid(changed("17 April", "11 April")), looks).whole


def test_letters_shaped_as_shown_settle_a_doubt_that_the_recogniser_shares() -> None:
    chances = {"11 April": -1.0, "17 April": -4.0}
    looks = SameAgain(("11", "18"), chances, Supported.SHOWN)

    (difference,) = judge(laid(changed("17 April", "11 April")), looks).differences

    assert difference.opinions[-1] == "shapes of the letters: as told"


def test_a_picture_that_ends_early_is_clean_in_what_it_shows() -> None:
    found = judged(ROWS[:3])

    assert found.clean
    assert found.cut_end == 9


def test_selengkapnya_explains_why_the_text_ends() -> None:
    rows = [*ROWS[:3], "TPS 12 sebelum puk… selengkapnya", ROWS[4]]

    assert says_more(laid(rows))
    assert judged(rows).clean


def test_a_word_within_another_one_does_not_stand_there() -> None:
    text = "Semua pegawai wajib netral dan hadir. Laporan lengkap menyusul 27 September 2023."
    rows = ["Semua pegawai wajib netral dan", "hadir. Laporan… selengkapnya", "Suka Balas 128"]

    assert says_more(laid(rows, text))
    assert judge(laid(rows, text), SameAgain()).clean


def test_a_text_that_ends_early_above_something_else_stays_in_doubt() -> None:
    found = judged([*ROWS[:3], ROWS[4]])

    assert found.differences == ()
    assert "the recorded text goes on" in english(found.doubts[0].why)


def test_a_first_word_for_which_no_hidden_line_can_be_is_gone() -> None:
    rows = [ROWS[0], "dukung Paslon A pada hari Rabu, 17", *ROWS[2:]]
    rows[2] = rows[2].removeprefix("17 ")

    (difference,) = judged(rows).differences

    assert (difference.shown, difference.recorded) == ("", "Mari kita")
    assert "stands nowhere" in difference.opinions[0]


@pytest.mark.parametrize(
    ("begin", "left"),
    [
        ("Mari kita dukung Paslon A pada hari", 40),
        ("@warga", 40),
        ("#pilih", 40),
        ("Mari\n", 40),
        ("Mari", 180),
    ],
)
def test_first_words_that_may_be_hidden_stay_in_doubt(begin: str, left: int) -> None:
    rest = "Rabu, 17 April 2024. Jangan lupa datang ke TPS 12 sebelum pukul 13.00 dan ajak 25 tetangga!"
    seen = [
        line("Pejabat 07 · 2 jam", 0),
        line("Rabu, 17 April 2024. Jangan lupa", 1, left=left),
        line("datang ke TPS 12 sebelum pukul 13.00", 2),
        line("dan ajak 25 tetangga!", 3),
        line("12 suka", 4),
    ]

    found = judge(lay_in_column(tokens(f"{begin} {rest}"), seen), SameAgain())

    assert found.differences == ()
    assert any("begins earlier" in english(doubt.why) for doubt in found.doubts)


def test_a_blank_is_looked_for_between_where_lines_begin_and_the_first_word_and_not_at_the_edges_of_a_line() -> (
    None
):
    asked: list[Box] = []

    class Asked(SameAgain):
        """Double: nothing is written anywhere, and it remembers where that was asked."""

        def is_blank(self, box: Box) -> bool:
            asked.append(box)
            return True

    seen = [
        line("Pejabat 07 · 2 jam", 0),
        line("dukung Paslon A pada hari Rabu,", 1, left=130),
        *lines(ROWS)[2:],
    ]

    (difference,) = judge(lay_in_column(tokens(POST), seen), Asked()).differences

    assert difference.recorded == "Mari kita"
    assert asked == [(46, 146, 78, 18)]


@pytest.mark.parametrize(("left", "gone"), [(100, True), (40, True), (250, False)])
def test_a_first_word_where_a_blank_stands_is_gone(left: int, gone: bool) -> None:
    class Blank(SameAgain):
        """Double: nothing is written before the first line."""

        def is_blank(self, box: Box) -> bool:
            return True

    seen = [
        line("Pejabat 07 · 2 jam", 0),
        line("kita dukung Paslon A pada hari Rabu,", 1, left=left),
        *lines(ROWS)[2:],
    ]

    found = judge(lay_in_column(tokens(POST), seen), Blank())

    assert [one.recorded for one in found.differences] == (["Mari"] if gone else [])


def test_words_that_a_bar_hides_count_little_however_many_they_are() -> None:
    (doubt,) = judged([*ROWS[:3], "Ketik pesan"]).doubts

    assert (doubt.cut, doubt.letters) == (True, MOST_CUT)


FULL, FOOTLESS, LOW = (Extent(top=0, base=base, foot=foot) for base, foot in ((30, 39), (30, 30), (24, 24)))
"""Rows of ink: with tails, to the base line alone, and less than that."""


class CutAt(SameAgain):
    """Double: one line, by how it begins, has these rows of ink; the others have full ones."""

    def __init__(self, begins: str, extent: Extent) -> None:
        super().__init__()
        self._begins, self._extent = begins, extent

    def extent(self, line: Line) -> Extent | None:
        return self._extent if line.text.startswith(self._begins) else super().extent(line)


@pytest.mark.parametrize(
    ("old", "new", "extent", "doubted"),
    [
        ("lupa", "luqa", FULL, False),
        ("lupa", "luna", FOOTLESS, True),  # a tail that is covered
        ("datang", "datano", FOOTLESS, True),
        ("April", "Aoril", FOOTLESS, True),
        ("2024", "2026", FOOTLESS, False),
        ("2024", "2026", LOW, True),
    ],
)
def test_a_word_on_the_last_line_that_is_shown_is_judged_where_its_letters_are_shown_to_their_foot(
    old: str, new: str, extent: Extent, doubted: bool
) -> None:
    above = [*ROWS[:2], ROWS[2].replace(old, new), "Ketik pesan"]

    found = judge(laid(above), CutAt("17", extent))

    assert [one.shown for one in found.differences] == ([] if doubted else [new])
    assert any("a bar of the app may cover" in english(doubt.why) for doubt in found.doubts) == doubted


@pytest.mark.parametrize(("extent", "doubted"), [(FULL, False), (LOW, True)])
def test_a_word_on_the_last_line_of_a_whole_text_stays_in_doubt_where_that_is_covered(
    extent: Extent, doubted: bool
) -> None:
    found = judge(laid([*ROWS[:3], ROWS[3].replace("25", "26"), "Ketik pesan"]), CutAt("TPS", extent))

    assert [one.shown for one in found.differences] == ([] if doubted else ["26"])
    assert found.cost == (0 if doubted else 2)  # what may be hidden counts for nothing


@pytest.mark.parametrize(("extent", "doubted"), [(FULL, False), (LOW, True)])
def test_a_word_on_the_first_line_stays_in_doubt_where_that_is_covered(extent: Extent, doubted: bool) -> None:
    found = judge(laid([ROWS[0], ROWS[1].replace("dukung", "dukunq"), *ROWS[2:]]), CutAt("Mari", extent))

    assert [one.shown for one in found.differences] == ([] if doubted else ["dukunq"])


def test_a_word_that_is_missing_on_a_last_line_that_is_covered_stays_in_doubt() -> None:
    rows = [*ROWS[:2], ROWS[2].replace("lupa ", ""), "Ketik pesan"]

    assert judge(laid(rows), CutAt("17", LOW)).differences == ()
    assert [one.recorded for one in judge(laid(rows), CutAt("17", FULL)).differences] == ["lupa"]


@pytest.mark.parametrize(("beside", "doubted"), [(FULL, False), (LOW, True)])
def test_what_is_shown_beside_a_place_on_its_row_tells_that_no_bar_covers_it(
    beside: Extent, doubted: bool
) -> None:
    class InTwo(CutAt):
        """Double: the last row was found as two lines, the first of them with these rows of ink, the second low."""

        def extent(self, line: Line) -> Extent | None:
            return beside if line.text.startswith("TPS") else super().extent(line)

    text = "Jangan lupa datang ke TPS 12 sebelum pukul 13.00 dan ajak 25 tetangga!"
    parted = [line("TPS 12 sebelum pukul 13.00", 2), line("ajak 25 tetangga!", 2, left=420)]
    seen = [line(ROWS[0], 0), line("Jangan lupa datang ke", 1), *parted]
    found = judge(lay_in_column(tokens(text), seen), InTwo("ajak", LOW))

    assert [one.recorded for one in found.differences] == ([] if doubted else ["dan"])


@pytest.mark.parametrize(("rest", "doubted"), [(FULL, False), (LOW, True)])
def test_a_patch_around_a_painted_word_is_no_bar(rest: Extent, doubted: bool) -> None:
    class Patched(SameAgain):
        """Double: a line with the painted word reaches far down; without it, it has these rows of ink."""

        def extent(self, line: Line) -> Extent | None:
            if not line.text.startswith("Mari"):
                return super().extent(line)
            return Extent(top=-9, base=45, foot=46) if "dukunq" in line.text else rest

    found = judge(laid(changed("dukung", "dukunq")), Patched())

    assert [one.shown for one in found.differences] == ([] if doubted else ["dukunq"])


@pytest.mark.parametrize(
    ("gap", "blank", "gone"), [(100, True, True), (100, False, False), (20, True, False)]
)
def test_first_words_are_gone_where_a_blank_parts_the_handle_on_their_row_from_the_rest(
    gap: int, blank: bool, gone: bool
) -> None:
    class Ground(SameAgain):
        """Double: whether nothing is written between the handle and the rest."""

        def is_blank(self, box: Box) -> bool:
            return blank and box[0] >= 40 + 90

    seen = [
        line("7 suka", 0),
        line("pejabat07", 1),
        line("dukung Paslon A pada hari Rabu,", 1, left=40 + 90 + gap),
        *lines(ROWS)[2:],
    ]

    found = judge(lay_in_column(tokens(POST), seen), Ground())

    assert [one.recorded for one in found.differences] == (["Mari kita"] if gone else [])


def test_what_a_bar_may_cover_is_no_second_place_in_which_a_text_differs() -> None:
    rows = [ROWS[0], ROWS[1].replace("Paslon A", "Paslon B"), ROWS[2].replace("lupa", "luna"), "Ketik pesan"]

    assert judge(laid(rows), CutAt("17", FOOTLESS)).places == 1
    assert judge(laid(rows), CutAt("17", FULL)).places == 2


@pytest.mark.parametrize(
    ("last", "below", "doubted"),
    [
        ("https://contoh.example/ber", line("Beranda", 4, left=400), True),
        ("https://contoh.example/bor", line("Beranda", 4, left=400), False),
        ("https://contoh.example/ber", line("lanjutan", 4), False),  # the text's next line, which is shown
    ],
)
def test_a_word_that_breaks_at_the_end_of_the_last_line_shown_may_go_on(
    last: str, below: Line, doubted: bool
) -> None:
    text = "Laporan lengkap ada di sini: https://contoh.example/berita/501.202"
    rows = lines(["Pejabat 07 @pejabat07", "Laporan lengkap", "ada di sini:", last])

    found = judge(lay_in_column(tokens(text), [*rows, below]), SameAgain())

    assert [one.shown for one in found.differences] == ([] if doubted else [last])


def test_words_of_the_screens_own_link_to_the_rest_are_none_of_the_text() -> None:
    text = "Rapat hari ini di aula. Laporan lengkap menyusul, salam sehat."
    cut = ["Pejabat 07 @pejabat07", "Rapat hari ini di aula.", "Baca jawaban lengkap"]

    found = laid(cut, text)

    assert says_more(found)
    assert judge(found, SameAgain()).clean


def test_a_word_above_the_last_line_of_a_text_that_goes_on_is_judged() -> None:
    above = [ROWS[0], "Mari kita dukung Paslon B pada hari Rabu,", *ROWS[2:3], "Ketik pesan"]

    assert [one.shown for one in judged(above).differences] == ["B"]


@pytest.mark.parametrize(("more", "beside"), [("2,7 rb", True), ("wajib", False)])
def test_a_count_right_of_all_lines_may_have_been_read_into_one(more: str, beside: bool) -> None:
    found = judged([ROWS[0], f"{ROWS[1]} 17 April 2024. {more}", "Jangan lupa datang ke", *ROWS[3:]])

    assert [one.shown for one in found.differences] == ([] if beside else ["wajib"])
    assert any("farther right" in english(doubt.why) for doubt in found.doubts) == beside


def test_a_count_within_the_lines_is_a_difference() -> None:
    (difference,) = judged(changed("April 2024. Jangan", "April 2024. 7 Jangan")).differences

    assert difference.shown == "7"


def test_counts_between_the_lines_are_left_out_where_one_was_read_into_a_line() -> None:
    rows = lines([*ROWS[:3], f"{ROWS[3]} 2,7 rb", ROWS[4]])
    between = line("850", 2, left=rows[3].words[-2].box[0])

    found = lay_in_column(tokens(POST), [*rows[:3], between, *rows[3:]])

    assert between not in found.shown.lines


def test_the_lowest_line_of_a_picture_is_not_taken_for_the_last_of_the_text() -> None:
    rows = [*ROWS[:3], "TPS 12 sebelum pukul 13.00 dan ajak 25", "Ketik pesan"]

    assert judged(rows).differences == ()
    assert [one.shown for one in judged([*rows[:4], "pemilih!", "Ketik pesan"]).differences] == ["pemilih"]


def test_a_side_bar_between_the_lines_is_left_out() -> None:
    text = lines(ROWS)
    bar = [line("anggota sejak 2019", row, left=900) for row in range(len(ROWS))]
    both = [part for pair in zip(text, bar, strict=True) for part in pair]

    found = lay_in_column(tokens(POST), both)

    assert disputes(found) == []
    assert found.count == len(found.found)


def test_a_digit_of_a_side_bar_is_not_taken_for_that_of_the_text() -> None:
    text = "Saya menyatakan bukan pendukung nomor urut 2 dan tetap netral sampai hari pemungutan suara."
    rows = [
        "Saya menyatakan bukan",
        "pendukung nomor urut 2",
        "dan tetap netral sampai",
        "hari pemungutan suara.",
    ]
    bar = [line(part, row, left=-400) for row, part in enumerate(("Pesan:", "1.204"), start=1)]
    first, second, third, fourth = lines(rows)

    found = lay_in_column(tokens(text), [first, bar[0], second, bar[1], third, fourth])

    assert disputes(found) == []
    assert judge(found, SameAgain()).whole


def test_a_platforms_words_between_the_lines_leave_a_doubt() -> None:
    text = lines(ROWS)

    found = lay_in_column(tokens(POST), [*text[:2], line("32 mnt", 1, left=400), *text[2:]])
    said = judge(found, SameAgain())

    assert said.differences == ()
    assert "not where these begin" in english(said.doubts[0].why)


def test_of_a_sentence_that_is_recorded_twice_and_shown_once_one_is_missing() -> None:
    again = "Jangan lupa datang"

    found = laid(ROWS, POST.replace(again, f"{again}. {again}"))

    assert [place.stop - place.first for place in disputes(found)] == [3]
    assert laid(ROWS).count == found.count == len(found.found) - 3


def test_rows_of_a_tilted_picture_are_read_as_if_they_were_level() -> None:
    def tilted(text: str, left: int, top: float) -> Line:
        wide, fall = 12 * len(text), 0.06
        upper, lower = top + fall * left, top + fall * (left + wide)
        corners = (left, upper), (left + wide, lower), (left + wide, lower + 40), (left, upper + 40)
        box = (left, int(upper), wide, int(lower + 40 - upper))
        return Line(words=(Word(text=text, box=box),), box=box, score=1.0, corners=corners)

    name, clock = tilted("staf39_d", 100, 150), tilted("32 mnt", 700, 150)
    first = tilted("Bantuan dari Kantor Camat dibagikan di Kabupaten Contoh", 100, 185)
    second = tilted("mulai pukul 07.45. Undangan ini belum tentu resmi, mohon", 100, 220)

    assert in_reading_order([second, clock, first, name]) == (name, clock, first, second)


def test_another_text_does_not_fit() -> None:
    rows = [
        "Toko Buku @toko",
        "Diskon besar untuk semua buku pelajaran pada hari",
        "Rabu ini, datang sebelum pukul 13.00.",
    ]

    assert not fits(laid(rows))


def test_a_word_divided_at_the_end_of_a_line_is_as_recorded() -> None:
    rows = ["Mari kita dukung Paslon A pada hari Rabu,", "17 April 2024. Ja-", "ngan lupa datang ke TPS 12"]

    assert judged([*rows, "sebelum pukul 13.00 dan ajak 25 tetangga!"]).whole


def test_a_link_that_was_broken_before_its_last_digit_is_as_recorded_though_that_was_read_as_a_letter() -> (
    None
):
    text = "Laporan lengkap ada di sini: https://contoh.example/berita/3410"

    def read(*rest: str) -> Judged:
        return judge(laid(["Laporan lengkap ada di sini:", *rest], text), SameAgain())

    assert read("https://contoh.example/berita/341", "O").whole
    assert read("https://contoh.example/berita/341", "7").differences


def test_a_link_that_the_platform_shortened_is_as_recorded_and_another_one_is_not() -> None:
    text = "Laporan lengkap ada di https://contoh.example/berita/551875 dan di kantor kelurahan kami."

    def read(link: str) -> Judged:
        return judge(
            laid(["Laporan lengkap ada di", f"{link} dan di", "kantor kelurahan kami."], text), SameAgain()
        )

    assert read("contoh.example/berita/551875").whole
    assert read("contoh.example/beri…").whole
    assert [one.shown for one in read("contoh.example/surat…").differences] == ["contoh.example/surat"]
    assert read("contoh.example/berita/551874").differences


def test_a_letter_read_into_an_emoji_is_no_added_word_and_a_short_word_leaves_a_doubt() -> None:
    text = "Terima kasih 🙏🏽 atas kehadiran Bapak dan Ibu semuanya 😊🙏"

    def read(first: str, last: str) -> Judged:
        return judge(
            laid([f"Terima kasih {first} atas kehadiran", f"Bapak dan Ibu semuanya {last}"], text),
            SameAgain(),
        )

    assert read("A", "OQ").whole
    assert read("", "").whole
    assert "emoji" in english(read("tak", "").doubts[0].why)
    assert read("sungguh", "").differences


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


def test_a_first_word_that_the_further_looks_read_as_recorded_is_no_difference() -> None:
    rows = lines([ROWS[0], ROWS[1].replace("Mari", "Nari"), *ROWS[2:]])

    assert judge(lay_in_column(tokens(POST), rows), SameAgain(instead=("Nari", "Mari"))).clean
