"""What programs note: terms with values in their places, told in another language and never guessed at."""

from __future__ import annotations

from string import Formatter

import pytest

from evidentia.record.sentences import phrase, term, terms

VALUES = {
    "n": 12,
    "n2": 4000,
    "n3": 3.5,
    "n4": 7,
    "url": "https://situs.example/a?b=c",
    "what": "page.png",
    "what2": "lapak, mading",
    "what3": "8",
    "what4": "3",
}
PLACED = sorted(template for template in terms() if "{" in template)


def places(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def noted(template: str) -> str:
    return template.format(**VALUES)


@pytest.mark.parametrize("template", PLACED)
def test_a_term_with_values_in_its_places_is_told_with_the_same_values(template: str) -> None:
    words = term(template, "id")
    assert places(words) == places(template) <= VALUES.keys()
    assert phrase(noted(template), "id") == words.format(**VALUES)
    assert phrase(noted(template), "en") == noted(template)


@pytest.mark.parametrize(
    ("recorded", "told"),
    [
        ("nothing stood in between (200)", "tidak ada yang menghalangi (200)"),
        ("unavailable in a browser (200)", f"dengan peramban: {term('unavailable', 'id')} (200)"),
        ("login_wall (403)", f"{term('login_wall', 'id')} (403)"),
        ("picture not loaded: https://a.example/x.png", "gambar tidak termuat: https://a.example/x.png"),
        ("https://a.example/: the limit of one capture", "https://a.example/: batas satu perekaman"),
        (
            "the text of 3 embedded frames: they are not shown, or beyond the first 40",
            "teks 3 bingkai tersemat: tidak ditampilkan, atau di luar 40 yang pertama",
        ),
        (
            "the rest, after 900 bytes: the limit of one capture",
            "selebihnya, sesudah 900 bita: batas satu perekaman",
        ),
        (
            "no full capture could be made (the last full capture is old): the browser ended (signal 9)",
            "perekaman lengkap tidak dapat dilakukan (perekaman lengkap terakhir sudah lama): "
            "peramban berhenti (signal 9)",
        ),
        (
            "withheld: a credential in the exchange with https://a.example/?q=1 (request body), 2 places: "
            "filled with X to the same length",
            "tidak disertakan: kredensial di pertukaran data dengan https://a.example/?q=1 (isi permintaan), "
            "2 tempat: diisi dengan X sepanjang aslinya",
        ),
        (
            "the page could not be printed: Some words of a browser",
            "halaman tidak dapat dicetak: Some words of a browser",
        ),
    ],
)
def test_what_is_noted_is_told_part_by_part(recorded: str, told: str) -> None:
    assert phrase(recorded, "id") == told
    assert phrase(recorded, "en") == recorded


@pytest.mark.parametrize(
    "foreign",
    [
        "",
        "somebody else's words (and more of them): without end",
        "and many more of the like",
        "picture not loaded, https://a.example/x.png",
        "{n} more {what}",
    ],
)
def test_other_words_stand_as_they_were_noted(foreign: str) -> None:
    assert phrase(foreign, "id") == foreign


def test_words_nested_without_end_are_told_as_far_as_ours_ever_nest() -> None:
    endless = "live" + " in a browser" * 200
    assert 0 < phrase(endless, "id").count("dengan peramban") < 10
    assert phrase("a (" * 500 + ")" * 500, "id").count("(") == 500


def test_words_that_are_longer_than_any_of_ours_stand_and_cost_no_time() -> None:
    long = "a key signed (by its own date, " * 100_000
    assert phrase(long, "id") == long
