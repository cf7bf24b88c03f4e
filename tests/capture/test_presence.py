"""Whether a post's text is in what was taken, asked of whatever a page can hold."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidentia.capture.presence import check, markup_text, response_texts
from evidentia.platforms.page import CapturedResponse

TAGS = re.compile(r"<!--.*?-->|<[a-zA-Z/!?][^>]*>", re.DOTALL)
"""What is taken out, as one expression: easy to read, and by the square on a page of openings without an end."""

PIECES = st.sampled_from(
    ["<", "<a", "<!--", "-->", "--", ">", "!", "teks", "&amp;", "</b>", "<?x", " ", "\n"]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_tags_and_comments_are_taken_out_and_nothing_else(markup: str) -> None:
    assert markup_text(markup) == html.unescape(TAGS.sub("", markup))


@pytest.mark.parametrize("opening", ["<a", "<!--", "<!-- <a", "</"])
def test_openings_without_an_end_are_read_in_one_pass(opening: str) -> None:
    """The expression above takes minutes for a tenth of this."""
    markup = opening * 500_000
    assert markup_text(markup) == markup


def answer(body: bytes, charset: str) -> CapturedResponse:
    fields = (("Content-Type", f"text/html; charset={charset}"),)
    return CapturedResponse(url="http://situs.example/", status=200, headers=fields, body=body)


@pytest.mark.parametrize(
    "charset", ["undefined", "idna", "punycode", "base64", "unicode_escape", "tak-ada", ""]
)
def test_an_encoding_that_browsers_do_not_know_breaks_nothing(charset: str) -> None:
    texts = tuple(response_texts([answer(b"<p>Pejabat 07 \xff", charset)]))
    assert check("Pejabat 07", {"capture.wacz": texts}).present


def test_an_encoding_is_read_as_browsers_do() -> None:
    texts = tuple(response_texts([answer("<p>“Pejabat”".encode("cp1252"), "iso-8859-1")]))
    assert check("“Pejabat”", {"capture.wacz": texts}).present
