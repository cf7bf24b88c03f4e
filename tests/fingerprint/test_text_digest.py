"""The normalised text: what it forgives, what it does not, and that it says which."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evidentia.fingerprint import normalise
from evidentia.fingerprint.text import resemblance, shingles


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


POST = "Rapat warga Kelurahan Melati digelar besok pukul delapan pagi di balai desa"


def test_shingles_forgive_case_punctuation_and_spacing() -> None:
    assert shingles(POST) == shingles(f"  {POST.upper()}!!  ")
    assert resemblance(shingles(POST), shingles(POST + ".")) == 1.0


def test_a_copy_with_one_word_changed_resembles_and_another_post_does_not() -> None:
    changed = shingles(POST.replace("delapan", "sembilan"))
    other = shingles("Jadwal pengambilan kartu di Kota Contoh diundur sampai pekan depan")

    assert 0.3 < resemblance(shingles(POST), changed) < 1.0
    assert resemblance(shingles(POST), other) == 0.0


def test_a_text_without_a_word_has_no_shingle() -> None:
    assert shingles("... !!") == frozenset()
    assert resemblance(frozenset(), frozenset()) == 1.0
    assert shingles("dua kata") == {"dua kata"}
