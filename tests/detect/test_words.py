"""Words that went and came, true to the character."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidentia.detect import words as module
from evidentia.detect.tokens import tokens, visible
from evidentia.detect.words import compare_words, visible_words
from evidentia.record.life import WordMove, Words

MIXED = st.text(st.sampled_from("ab cA.,\n\t #@👍🏽\u200d\u200b\u202e\ufe0f🇮🇩é\u0301аo-'1"), max_size=30)
SENTENCES = st.lists(
    st.sampled_from(["saya", "netral", "Paslon", "A", "dan", ",", "#pilih"]), max_size=14
).map(" ".join)


def joined(runs: tuple[Words, ...], move: WordMove) -> str:
    return "".join(run.text for run in runs if run.move in (WordMove.SAME, move))


def short(runs: tuple[Words, ...]) -> list[tuple[str, str]]:
    return [(run.move.value, run.text) for run in runs]


@given(st.one_of(MIXED, SENTENCES, st.text()), st.one_of(MIXED, SENTENCES, st.text()))
def test_both_texts_can_be_put_together_again(before: str, after: str) -> None:
    runs = compare_words(before, after)
    assert joined(runs, WordMove.REMOVED) == before
    assert joined(runs, WordMove.ADDED) == after
    assert all(run.text for run in runs)
    assert all(one.move != other.move for one, other in pairwise(runs))


@given(MIXED)
def test_the_same_text_has_nothing_removed_or_added(text: str) -> None:
    assert all(run.move is WordMove.SAME for run in compare_words(text, text))


@given(st.one_of(MIXED, st.text()))
def test_tokens_joined_are_the_text(text: str) -> None:
    assert "".join(tokens(text)) == text


@given(st.lists(st.sampled_from("abc"), max_size=9), st.lists(st.sampled_from("abc"), max_size=9))
def test_as_many_words_stay_as_can(before: list[str], after: list[str]) -> None:
    runs = compare_words(" ".join(before), " ".join(after))
    stayed = sum(len(run.text.split()) for run in runs if run.move is WordMove.SAME)
    assert stayed == longest_common(before, after)


def longest_common(a: list[str], b: list[str]) -> int:
    """The textbook table: slow, and plainly right."""
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            table[i + 1][j + 1] = table[i][j] + 1 if x == y else max(table[i][j + 1], table[i + 1][j])
    return table[-1][-1]


def test_an_edited_post_reads_as_a_person_would_say_it() -> None:
    runs = compare_words("Saya mendukung Paslon A #menang", "Saya netral, dukung Paslon A")
    assert short(runs) == [
        ("same", "Saya"),
        ("removed", " mendukung"),
        ("added", " netral, dukung"),
        ("same", " Paslon A"),
        ("removed", " #menang"),
    ]


def test_a_comma_between_changed_words_does_not_split_them() -> None:
    assert short(compare_words("a, b, c", "x, y, z")) == [("removed", "a, b, c"), ("added", "x, y, z")]


def test_a_sign_before_or_after_everything_that_changed_stays() -> None:
    assert short(compare_words("(a!", "(b!")) == [
        ("same", "("),
        ("removed", "a"),
        ("added", "b"),
        ("same", "!"),
    ]


@pytest.mark.parametrize(
    ("before", "after"), [("makan", "bukan"), ("dukung", "dukungan"), ("setuju", "tuju")]
)
def test_words_with_letters_in_common_are_different_words(before: str, after: str) -> None:
    runs = compare_words(f"saya {before} di sini", f"saya {after} di sini")
    assert [(move, text.strip()) for move, text in short(runs)] == [
        ("same", "saya"),
        ("removed", before),
        ("added", after),
        ("same", "di sini"),
    ]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("#Paslon_A @pejabat07.", ["#Paslon_A", " ", "@pejabat07", "."]),
        ("https://kabar.example/a?b=1, ya", ["https://kabar.example/a?b=1", ",", " ", "ya"]),
        ("👨‍👩‍👧👍🏽🇮🇩🇲🇾", ["👨‍👩‍👧", "👍🏽", "🇮🇩", "🇲🇾"]),
        (
            "bersama-sama jum'at 1.000,50 16.29 1️⃣",
            ["bersama-sama", " ", "jum'at", " ", "1.000,50", " ", "16.29", " ", "1️⃣"],
        ),
        ("selesai.Mulai", ["selesai", ".", "Mulai"]),
        ("Pas\u200blon", ["Pas\u200blon"]),
    ],
)
def test_tokens_are_what_a_reader_counts_as_one(text: str, parts: list[str]) -> None:
    assert tokens(text) == parts


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Pas\u200blon", "Pas⟦U+200B⟧lon"),
        ("harga \u202enaik", "harga ⟦U+202E⟧naik"),
        ("P\u0430slon", "P\u0430⟦U+0430⟧slon"),
        ("\uff21", "\uff21⟦U+FF21⟧"),
        ("a\u00a0b\u00adc", "a⟦U+00A0⟧b⟦U+00AD⟧c"),
        ("👍\u200b", "👍⟦U+200B⟧"),
        ("👍\u200d", "👍⟦U+200D⟧"),
        ("👨‍👩‍👧 ❤️ 👍🏽", "👨‍👩‍👧 ❤️ 👍🏽"),
        ("Привет é ñ\n日本", "Привет é ñ\n日本"),
        ("⟦U+200B⟧", "⟦U+27E6⟧U+200B⟧"),
        ("x\x00\x1b", "x⟦U+0000⟧⟦U+001B⟧"),
    ],
)
def test_what_does_not_show_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_two_words_that_look_the_same_are_told_apart() -> None:
    whole = visible_words(compare_words("сосо rasa", "coco rasa"))
    assert short(whole)[0] == ("removed", "с⟦U+0441⟧о⟦U+043E⟧с⟦U+0441⟧о⟦U+043E⟧")
    assert short(whole)[1] == ("added", "coco")
    assert short(visible_words(compare_words("\u00e9", "e\u0301"))) == [
        ("removed", "\u00e9⟦U+00E9⟧"),
        ("added", "e\u0301⟦U+0301⟧"),
    ]


def test_words_that_differ_openly_are_left_as_they_are() -> None:
    runs = compare_words("kopi é", "kopi è")
    assert visible_words(runs) == runs


@pytest.mark.parametrize("vocabulary", [2, 30, 5_000])
def test_long_texts_without_likeness_stay_within_the_bound(vocabulary: int) -> None:
    chance = random.Random(7)
    before, after = (" ".join(f"w{chance.randrange(vocabulary)}" for _ in range(20_000)) for _ in range(2))
    runs = compare_words(before, after)
    assert joined(runs, WordMove.REMOVED) == before
    assert joined(runs, WordMove.ADDED) == after


def test_beyond_the_bound_words_that_occur_once_still_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_STEPS", 12)  # the real bound needs texts too long to read here
    before, after = "a b a b Makassar a a b", "b b b a Makassar b b a"
    runs = compare_words(before, after)
    assert ("same", " Makassar") in short(runs)
    assert joined(runs, WordMove.REMOVED) == before
    assert joined(runs, WordMove.ADDED) == after
