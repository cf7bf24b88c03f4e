from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from evidentia.report import inert
from evidentia.report.inert import RunKind, is_drawn, shown_lines, visible, well_formed


def kinds(text: str, *, fonts_only: bool = False) -> list[tuple[str, str]]:
    (line,) = shown_lines(text, fonts_only=fonts_only)
    return [(run.kind.value, run.text) for run in line]


def test_a_bidi_override_is_named_and_not_kept() -> None:
    assert kinds("a\u202eb") == [("t", "a"), ("c", "U+202E RIGHT-TO-LEFT OVERRIDE"), ("t", "b")]


def test_zero_width_and_escape_characters_are_named() -> None:
    shown = visible("pas\u200blon \x1b[31m")
    assert "U+200B ZERO WIDTH SPACE" in shown
    assert "U+001B" in shown


def test_written_code_points_are_not_taken_for_named_ones() -> None:
    assert kinds("[U+202E]") == [("t", "[U+202E]")]


def test_a_bare_carriage_return_overwrites_nothing() -> None:
    assert [len(line) for line in shown_lines("a\r\nb")] == [1, 1]
    assert ("c", "U+000D") in kinds("a\rb")


def test_an_emoji_keeps_its_shape_on_the_page_and_gets_a_name_in_print() -> None:
    assert kinds("\u2764\ufe0f") == [("t", "\u2764\ufe0f")]
    assert [kind for kind, _ in kinds("👍", fonts_only=True)] == ["c"]


def test_a_joiner_outside_of_emoji_is_named() -> None:
    assert ("c", "U+200D ZERO WIDTH JOINER") in kinds("pas\u200dlon")
    assert ("c", "U+FE0F VARIATION SELECTOR-16") in kinds("a\ufe0f")


def test_piled_up_marks_are_named_after_the_third() -> None:
    signs = [text for kind, text in kinds("a" + "\u0301" * 10) if kind == "c"]
    assert signs == [f"U+0301 COMBINING ACUTE ACCENT ×{10 - inert.MAX_MARKS}"]


def test_long_texts_are_cut_and_say_by_how_much() -> None:
    assert shown_lines("x" * (inert.MAX_SHOWN + 7))[-1][0].text == "… +7"
    many_lines = "\n" * 100_000
    assert len(shown_lines(many_lines)) <= inert.MAX_LINES + 1
    assert shown_lines(many_lines)[-1][0].kind is RunKind.SIGN


def test_a_lone_surrogate_becomes_text_that_utf_8_can_hold() -> None:
    assert well_formed("a\ud800b").encode() == b"a\\ud800b"


@given(st.text())
def test_no_control_or_format_character_is_ever_printed_in_the_fonts_only_form(text: str) -> None:
    for line in shown_lines(text, fonts_only=True):
        for run in line:
            if run.kind is not RunKind.SIGN:
                assert all(is_drawn(c) for c in run.text)
                assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in run.text)


@given(
    st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=0x24F, exclude_categories=["Cc", "Cf"]))
)
def test_ordinary_text_is_kept_to_the_character(text: str) -> None:
    assert "".join(run.text for line in shown_lines(text) for run in line) == text
