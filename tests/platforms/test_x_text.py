"""Where X's marks stand: in code points of a text in which three characters are escaped.

X documents neither; both were measured in recorded answers (github.com/vladkens/twscrape, tests/mocked-data).
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evidentia.platforms.x_text import Mark, read
from evidentia.record.post import EntityKind

LINK, TAG, NAME = EntityKind.LINK, EntityKind.HASHTAG, EntityKind.MENTION


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def marked(text: str, words: str, kind: EntityKind, *, units: bool = False) -> Mark:
    start = text.index(words)
    if units:
        start = len(text[:start].encode("utf-16-le")) // 2
    return Mark(kind, start, start + len(words), words.lstrip("@#"), "sasaran")


def test_places_in_the_escaped_text_are_moved_to_the_text_that_is_read() -> None:
    stated = escaped("A & B <c> 🎉 #tag")
    text, entities = read(stated, [marked(stated, "#tag", TAG)], escaped=True)
    assert text == "A & B <c> 🎉 #tag"
    assert [text[e.start : e.end] for e in entities] == ["#tag"]


def test_a_text_that_is_not_escaped_is_left_as_it_is() -> None:
    text, _ = read("harga &amp; mutu", [], escaped=False)
    assert text == "harga &amp; mutu"


def test_escapes_are_undone_once_and_only_those_that_x_makes() -> None:
    assert read("&amp;lt; &copy; &#65;", [], escaped=True)[0] == "&lt; &copy; &#65;"


def test_places_that_were_counted_in_utf16_units_are_found_by_the_words_that_stand_there() -> None:
    text = "🎉🎉 @warga12 https://t.co/a"
    marks = [marked(text, "@warga12", NAME, units=True), marked(text, "https://t.co/a", LINK, units=True)]
    assert [text[e.start : e.end] for e in read(text, marks, escaped=True)[1]] == [
        "@warga12",
        "https://t.co/a",
    ]


def test_a_mark_whose_words_stand_nowhere_near_is_left_out() -> None:
    assert (
        read("singkat…", [Mark(TAG, 100, 104, "tag", "tag"), Mark(LINK, 0, 4, "https", "x")], escaped=True)[1]
        == ()
    )


def test_a_name_is_found_in_another_case_and_with_a_wide_sign() -> None:
    text = "＠Warga12 ＃Kota"
    marks = [Mark(NAME, 0, 8, "warga12", "1"), Mark(TAG, 9, 14, "kota", "kota")]
    assert len(read(text, marks, escaped=True)[1]) == 2


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.text("abcXYZ09_", min_size=1, max_size=12),
)
def test_every_hashtag_is_found_whatever_stands_around_it(before: str, after: str, tag: str) -> None:
    stated = f"{escaped(before)}#{tag}{escaped(after)}"
    start = len(escaped(before))
    text, entities = read(stated, [Mark(TAG, start, start + 1 + len(tag), tag, tag)], escaped=True)
    assert text == f"{before}#{tag}{after}"
    assert [(e.start, text[e.start : e.end]) for e in entities] == [(len(before), f"#{tag}")]


@given(st.text(max_size=30), st.integers(-(10**20), 10**20), st.integers(-(10**20), 10**20))
def test_places_that_mean_nothing_place_nothing_outside(stated: str, start: int, end: int) -> None:
    text, entities = read(stated, [Mark(TAG, start, end, "a", "a")], escaped=True)
    assert all(0 <= e.start < e.end <= len(text) for e in entities)
