"""The expert's Markdown becomes data: what is not of the small whitelist stands there as letters."""

from __future__ import annotations

import time

import msgspec
import pytest

from evidentia.record.errors import FormatError
from evidentia.report.markdown import (
    DEEPEST,
    LARGEST_TEXT,
    Code,
    Heading,
    Listing,
    Par,
    Piece,
    Quote,
    Style,
    read_markdown,
)


def plain(text: str) -> Par:
    return Par(pieces=(Piece(style=Style.PLAIN, text=text),))


def test_paragraphs_emphasis_lists_quotations_and_code_are_read() -> None:
    found = read_markdown(
        "# Judul\n\nSatu *dua* **tiga** ***empat*** `lima`\nbaris\\\nbaru\n\n"
        "3. a\n   - b\n\n> kutip\n\n```\nsha256sum\n```\n"
    )
    assert found == (
        Heading(pieces=(Piece(style=Style.PLAIN, text="Judul"),)),
        Par(
            pieces=(
                Piece(style=Style.PLAIN, text="Satu "),
                Piece(style=Style.EMPHASIS, text="dua"),
                Piece(style=Style.PLAIN, text=" "),
                Piece(style=Style.STRONG, text="tiga"),
                Piece(style=Style.PLAIN, text=" "),
                Piece(style=Style.BOTH, text="empat"),
                Piece(style=Style.PLAIN, text=" "),
                Piece(style=Style.CODE, text="lima"),
                Piece(style=Style.PLAIN, text=" baris\nbaru"),
            )
        ),
        Listing(
            ordered=True,
            start=3,
            items=((plain("a"), Listing(ordered=False, start=1, items=((plain("b"),),))),),
        ),
        Quote(nodes=(plain("kutip"),)),
        Code(text="sha256sum"),
    )


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "![gambar](/etc/passwd)",
        "[klik](javascript:alert(1))",
        "<http://lain.example>",
        '#panic("ran") #read("/etc/passwd") $x$ @label #include',
        "| a | b |",
        "~~hapus~~",
        "{{ template }} {0} %s",
    ],
)
def test_what_is_not_on_the_whitelist_stays_as_it_was_typed(typed: str) -> None:
    assert read_markdown(typed) == (plain(typed),)


def test_an_html_block_is_a_paragraph_of_letters() -> None:
    assert read_markdown("<div>\n<b>x</b>\n</div>") == (plain("<div> <b>x</b> </div>"),)


def test_a_definition_of_a_link_is_kept_as_text_and_hides_nothing() -> None:
    assert read_markdown("[a]: http://lain.example 'x'") == (plain("[a]: http://lain.example 'x'"),)


@pytest.mark.parametrize("opening", ["> ", "- ", "1. ", "> - "])
def test_what_is_nested_too_deeply_is_refused_and_never_dropped(opening: str) -> None:
    assert "dalam" in msgspec.json.encode(read_markdown(opening + "dalam")).decode()
    for depth in (DEEPEST, 50, 99, 101, 5000):
        with pytest.raises(FormatError, match="nested too deeply"):
            read_markdown(opening * depth + "dalam", "uraian.md")


def test_what_could_not_be_printed_whole_is_refused_with_its_line() -> None:
    with pytest.raises(FormatError, match=r"uraian\.md: line 3: a paragraph is longer"):
        read_markdown("a\n\n" + "b" * 10_001, "uraian.md")
    with pytest.raises(FormatError, match="longer than"):
        read_markdown("```\n" + "x\n" * 300 + "```", "uraian.md")
    with pytest.raises(FormatError, match="larger than"):
        read_markdown("a\n\n" * LARGEST_TEXT, "uraian.md")


@pytest.mark.parametrize("unit", ["[", "![", "*a **", "`a``", "_a__", "a**b", "&a", "*", "\\`", "<a"])
def test_no_text_keeps_the_parser_busy(unit: str) -> None:
    paragraph = unit * (9_900 // len(unit))
    start = time.process_time()
    read_markdown("\n\n".join([paragraph] * 6))
    assert (
        time.process_time() - start < 20
    )  # measured: under 2 s; squared time over the whole text took 27 s and more


def test_no_text_is_lost_however_odd_it_is() -> None:
    odd = "\x00 \u202e \ufeff \x1b[31m \ud800".encode("utf-8", "replace").decode()
    (found,) = read_markdown(f"awal {odd} akhir")
    assert isinstance(found, Par)
    assert found.pieces[0].text.startswith("awal")
    assert found.pieces[0].text.endswith("akhir")
