"""The normalised text: what it forgives, what it does not, and that it says which."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evidentia.fingerprint import normalise


def test_encoding_and_spacing_are_forgiven_and_said() -> None:
    composed, decomposed = "Kafé  Melati\n", "Kafe\u0301 Melati"

    assert normalise(composed).sha256 == normalise(decomposed).sha256
    assert normalise(composed).changed_by == ("white space folded",)
    assert normalise(decomposed).changed_by == ("NFC",)


def test_case_and_punctuation_are_not_forgiven() -> None:
    assert len({normalise(text).sha256 for text in ("Pilih A.", "pilih A.", "Pilih A", "Pilih A!")}) == 4


@given(st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)
    assert normalise(once.text).text == once.text
    assert normalise(once.text).sha256 == once.sha256
