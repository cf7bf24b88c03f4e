from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evidentia.capture.facts import Word
from evidentia.detect.placing import Box, place, sides
from evidentia.detect.words import compare_words
from evidentia.record.life import WordMove

WIDTH, LINE = 10.0, 20.0
PER_LINE = 60


def page(text: str, top: float = 0.0) -> tuple[Word, ...]:
    """Words as a browser would set them: ten pixels a letter, sixty letters a line."""
    words: list[Word] = []
    column, row = 0, 0
    for word in text.split():
        if column + len(word) > PER_LINE:
            column, row = 0, row + 1
        words.append(Word(word, column * WIDTH, top + row * LINE, len(word) * WIDTH, LINE - 4))
        column += len(word) + 1
    return tuple(words)


def shown(words: tuple[Word, ...], numbers: set[int]) -> list[str]:
    return [words[n].text for n in sorted(numbers)]


def test_a_text_is_found_amid_the_page_and_its_words_have_their_boxes() -> None:
    words = (*page("Forum warga Beranda Masuk"), *page("Mari dukung Paslon A hari Rabu", top=100))
    (run,) = place("Mari dukung\nPaslon A hari Rabu", words)
    assert run.whole
    assert run.boxes(12, 20) == (Box(120.0, 100.0, 80.0, 16.0),)
    assert run.box == Box(0.0, 100.0, 300.0, 16.0)


def test_white_space_emoji_and_markup_do_not_hide_a_text() -> None:
    words = (Word("Mari", 0, 0, 40, 16), Word("du", 50, 0, 20, 16), Word("kung!", 70, 0, 50, 16))
    (run,) = place(
        "Mari dukung 🙏!", words
    )  # an emoji that is a picture has no word; a word set in two parts has two
    assert run.boxes(5, 11) == (Box(50, 0, 70, 16),)


def test_words_on_two_lines_get_two_boxes() -> None:
    words = page("a" * 50 + " Paslon Satu")
    (run,) = place("a" * 50 + " Paslon Satu", words)
    assert run.boxes(51, 62) == (Box(510.0, 0.0, 60.0, 16.0), Box(0.0, 20.0, 40.0, 16.0))


def test_a_repeated_text_is_found_at_each_of_its_places() -> None:
    words = (*page("Mari dukung Paslon A"), *page("Warga 12 menulis Mari dukung Paslon A", top=50))
    first, second = place("Mari dukung Paslon A", words)
    assert (first.box.y, second.box.y) == (0.0, 50.0)


def test_a_short_text_is_not_found_within_longer_words() -> None:
    assert place("Ya", page("Yang lain Raya")) == ()
    assert len(place("Ya", page("Yang lain Ya"))) == 1


def test_a_shortened_link_is_left_unplaced_and_the_rest_is_found() -> None:
    text = "Mari dukung Paslon A pada hari Rabu nanti https://contoh.example/kampanye bersama semua warga"
    words = page(text.replace("https://contoh.example/kampanye", "contoh.example/…"))
    (run,) = place(text, words)
    assert not run.whole
    link = text.index("https")
    assert run.boxes(link, text.index(" bersama")) is None
    assert run.boxes(12, 20) == (Box(120.0, 0.0, 80.0, 16.0),)


def test_markup_that_the_page_shows_otherwise_does_not_hide_a_text() -> None:
    text = "Saya mendukung '''Paslon A''' karena programnya jelas.\n* [https://contoh.example/air Air bersih]\nSalam."
    words = page("Saya mendukung Paslon A karena programnya jelas. Air bersih Salam.")
    (run,) = place(text, words)
    start, end = text.index("mendukung"), text.index(" jelas")
    assert run.boxes(start, end) == (Box(50.0, 0.0, 360.0, 16.0),)


def test_a_word_whose_letters_stand_scattered_is_not_placed() -> None:
    text = "Mari dukung Paslon A pada hari Rabu nanti bersama semua warga desa kita di lapangan besar"
    words = page(text.replace("desa", "dekat masa"))
    (run,) = place(text, words)
    start = text.index("desa")
    assert run.boxes(start, start + 4) is None
    assert run.boxes(start + 5, start + 9) is not None


def test_a_text_that_is_not_there_is_found_nowhere() -> None:
    assert place("Mari dukung Paslon A pada hari Rabu", page("Halaman tidak ditemukan " * 40)) == ()
    assert place("🙏", page("Halaman")) == ()


def test_the_two_sides_of_a_comparison_are_its_two_texts() -> None:
    before, after = sides(compare_words("Mari dukung Paslon A!", "Mari dukung acara warga!"))
    assert (before.text, after.text) == ("Mari dukung Paslon A!", "Mari dukung acara warga!")
    assert [before.text[s.start : s.end].strip() for s in before.spans] == ["Paslon A"]
    assert [after.text[s.start : s.end].strip() for s in after.spans] == ["acara warga"]


TEXTS = st.lists(st.text(alphabet="abcdeé ", min_size=1, max_size=8).map(str.strip).filter(bool), min_size=1)


@given(TEXTS, TEXTS, TEXTS)
def test_every_word_of_a_text_on_a_page_is_placed_on_itself(
    head: list[str], text: list[str], tail: list[str]
) -> None:
    whole = " ".join(text)
    words = page(" ".join([*head, whole, *tail]))
    assert any(shown(words, set(run.shown_by.values())) == whole.split() for run in place(whole, words))


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_sides_hold_what_moved_and_nothing_else(before: str, after: str) -> None:
    runs = compare_words(before, after)
    for side, move, text in zip(
        sides(runs), (WordMove.REMOVED, WordMove.ADDED), (before, after), strict=True
    ):
        assert side.text == text
        moved = [run.text for run in runs if run.move is move]
        assert [text[s.start : s.end] for s in side.spans] == moved
