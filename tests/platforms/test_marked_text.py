"""Marked parts of a text stand where the text says, and the text stays what it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evidentia.platforms.fediverse_text import Named, shown
from evidentia.platforms.marked_text import Mark, marked
from evidentia.platforms.markup import Element, UnreadableMarkup, attribute, parse, text_of
from evidentia.record.post import EntityKind

_PIECES = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<br>",
        " ",
        "\n",
        "a",
        "é👍",
        "&#xFDD0;",
        "<a href='x'>",
        "</a>",
        "<b>",
        "</b>",
        "&nbsp;",
        "<a href='y'> z ",
    ]
)


def linked(element: Element) -> Mark | None:
    return Mark(EntityKind.LINK, attribute(element, "href")) if element.tag == "a" else None


def test_places_are_counted_in_code_points() -> None:
    text, (first, second) = marked(
        parse("<p>👍 <a href='1'>satu</a></p><p>dan\n <a href='2'> du&#97; </a>!</p>"), linked
    )
    assert text == "👍 satu\n\ndan dua !"
    assert [(text[one.start : one.end], one.target) for one in (first, second)] == [
        ("satu", "1"),
        ("dua", "2"),
    ]


def test_equal_words_before_a_link_do_not_move_it() -> None:
    text, (link,) = marked(parse("<p>sini sini <a href='1'>sini</a></p>"), linked)
    assert (link.start, link.end) == (10, 14)
    assert text == "sini sini sini"


def test_what_stands_for_an_element_can_be_marked() -> None:
    def meaning(element: Element) -> Mark | None:
        return Mark(EntityKind.EMOJI, "e", ":e:") if element.tag == "img" else None

    text, (emoji,) = marked(parse("<p>a <img src='x'> b</p>"), meaning)
    assert (text, text[emoji.start : emoji.end]) == ("a :e: b", ":e:")


def test_a_text_that_holds_every_possible_mark_is_still_read() -> None:
    hostile = "".join(chr(code) for code in range(0xFDD0, 0xFDF0))
    text, entities = marked(parse(f"<p>{hostile} <a href='1'>x</a></p>"), linked)
    assert (text.endswith(" x"), entities) == (True, ())


@given(st.lists(_PIECES, max_size=30).map("".join))
def test_the_text_is_what_it_is_without_marks(markup: str) -> None:
    try:
        root = parse(markup)
    except UnreadableMarkup:
        return
    text, entities = marked(root, linked)
    assert text == text_of(root)
    for one in entities:
        assert 0 <= one.start < one.end <= len(text)
        assert not text[one.start].isspace() or text[one.start] == "\xa0"


def test_what_a_link_means_is_what_its_address_says() -> None:
    named = Named(mentions={"https://a.example/@x": "7"}, tags={"https://a.example/t": "Kota"})
    said = shown(
        '<p><a href="https://a.example/@x">teman</a> <a href="https://a.example/t">tanda</a> '
        '<a href="https://b.example/" class="mention">@y</a> <a href="https://c.example/">@x</a></p>',
        "https://a.example/",
        named,
    )
    assert [(one.kind, one.target) for one in said.entities] == [
        (EntityKind.MENTION, "7"),
        (EntityKind.HASHTAG, "Kota"),
        (EntityKind.MENTION, "https://b.example/"),
        (EntityKind.LINK, "https://c.example/"),
    ]
    assert said.links == ("https://c.example/",)
