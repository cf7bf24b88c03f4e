"""What the recogniser's probabilities spell, without the network: the probabilities here are made up."""

from __future__ import annotations

import math
from itertools import groupby, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidentia.detect.reading.recogniser import (
    FIRST,
    WIDE,
    Alphabet,
    Letter,
    Spelt,
    likelihood,
    prepared,
    words_of,
)

ALPHABET = Alphabet(("", "a", "b", "字"))
"""A blank, two Latin letters, and one that nobody asks for."""


def spelt(rows: list[list[float]]) -> Spelt:
    chances = np.array(rows, np.float64)
    return Spelt(letters=(), score=1.0, view=FIRST, chances=chances / chances.sum(axis=1, keepdims=True))


def by_hand(line: Spelt, text: str) -> float:
    """The sum over every way of filling the columns: repeats are merged, then blanks are dropped."""
    total = 0.0
    for way in product(range(3), repeat=len(line.chances)):
        if "".join(("", "a", "b")[place] for place, _ in groupby(way)) == text:
            total += math.prod(float(line.chances[at, place]) for at, place in enumerate(way))
    return total


@given(
    st.lists(st.lists(st.floats(0.01, 1.0), min_size=3, max_size=3), min_size=2, max_size=5),
    st.text(alphabet="ab", min_size=1, max_size=3),
)
def test_the_chance_of_a_text_is_that_of_all_its_alignments(rows: list[list[float]], text: str) -> None:
    line = spelt(rows)
    expected = by_hand(line, text)

    told = likelihood(line, text, ALPHABET)

    assert told is not None
    if expected > 0:
        assert told == pytest.approx(math.log(expected))
    else:
        assert told <= -600


def test_of_letters_that_the_recogniser_does_not_know_nothing_is_said() -> None:
    line = spelt([[1, 1, 1], [1, 1, 1]])

    assert likelihood(line, "a字", ALPHABET) is None
    assert likelihood(line, "", ALPHABET) is None


def test_a_space_or_a_wide_gap_parts_words_and_boxes_do_not_overlap() -> None:
    letters = [
        Letter(text=c, at=at) for c, at in (("T", 0.05), ("P", 0.1), (" ", 0.15), ("1", 0.2), ("2", 0.6))
    ]

    words = words_of(letters, columns=40)

    assert [text for text, _, _ in words] == ["TP", "1", "2"]
    assert all(start < end for _, start, end in words)
    assert words[0][2] <= words[1][1] <= words[1][2] <= words[2][1]


def test_a_line_in_perspective_is_set_upright_at_48_pixels() -> None:
    picture = np.zeros((200, 400, 3), np.uint8)
    picture[80:120, 100:300] = 255

    made = prepared(picture, ((100, 80), (300, 80), (300, 120), (100, 120)), FIRST)
    wider = prepared(picture, ((100, 80), (300, 80), (300, 120), (100, 120)), WIDE)

    assert made.shape == (1, 3, 48, 240)
    assert float(made.min()) > 0.9
    assert wider.shape[3] > 240
    assert float(wider.min()) == -1.0  # with a margin
