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
from evidentia.report.sections.results import marked

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


LONG = st.lists(st.sampled_from(["satu", "kota", "suara"]), max_size=9)
"""Words of four letters and more: shorter ones amid sentences that were written anew are not said to have stayed."""


@given(LONG, LONG)
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


def told(before: str, after: str) -> str:
    """The edit as a report prints it, what went in ``[-…-]`` and what came in ``{+…+}``."""
    marks = {WordMove.SAME: "{}", WordMove.REMOVED: "[-{}-]", WordMove.ADDED: "{{+{}+}}"}
    return "".join(marks[move].format(text) for move, text in marked(compare_words(before, after)))


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        # a negation that was dropped
        ("Saya tidak mendukung Paslon A", "Saya mendukung Paslon A", "Saya [-tidak-] mendukung Paslon A"),
        ("Ini bukan perintah atasan", "Ini perintah atasan", "Ini [-bukan-] perintah atasan"),
        ("Warga tak akan datang", "Warga akan datang", "Warga [-tak-] akan datang"),
        ("Saya. Tidak. Takut.", "Saya. Takut.", "Saya. [-Tidak.-] Takut."),
        ("I don't support them", "I do support them", "I [-don't-] {+do+} support them"),
        ("They won’t vote", "They will vote", "They [-won’t-] {+will+} vote"),
        ('"Saya tidak bilang begitu"', '"Saya bilang begitu"', '"Saya [-tidak-] bilang begitu"'),
        # numbers, dates, times, shares: one digit is never an island
        ("Anggaran Rp1.000 juta", "Anggaran Rp1,000 juta", "Anggaran [-Rp1.000-] {+Rp1,000+} juta"),
        ("Rp. 50.000,-", "Rp. 500.000,-", "Rp. [-50.000-] {+500.000+},-"),
        ("Dukung Paslon 01", "Dukung Paslon 02", "Dukung Paslon [-01-] {+02+}"),
        ("Pilih no.1, ya", "Pilih no.2, ya", "Pilih no.[-1-]{+2+}, ya"),
        ("pada 20/02/2019", "pada 21/02/2019", "pada [-20/02/2019-] {+21/02/2019+}"),
        ("pukul 19:30 WIB", "pukul 20:30 WIB", "pukul [-19:30-] {+20:30+} WIB"),
        ("pukul 10.00 WITA", "pukul 13.30 WITA", "pukul [-10.00-] {+13.30+} WITA"),
        ("meraih 50% suara", "meraih 55% suara", "meraih [-50%-] {+55%+} suara"),
        ("suara 50,5%", "suara 50,6%", "suara [-50,5%-] {+50,6%+}"),
        (
            "NIP 197001011990031001",
            "NIP 197001011990031002",
            "NIP [-197001011990031001-] {+197001011990031002+}",
        ),
        # names, clitics, reduplication, prefixes
        ("Bapak Andi hadir", "Bapak Budi hadir", "Bapak [-Andi-] {+Budi+} hadir"),
        ("Ini rumahnya Pak Camat", "Ini rumahku Pak Camat", "Ini [-rumahnya-] {+rumahku+} Pak Camat"),
        ("keputusannya benar", "keputusan benar", "[-keputusannya-]{+keputusan+} benar"),
        ("Teman-teman ASN hadir", "Teman ASN hadir", "[-Teman-teman-]{+Teman+} ASN hadir"),
        ("para anak2 sekolah", "para anak-anak sekolah", "para [-anak2-] {+anak-anak+} sekolah"),
        ("hal itu di larang", "hal itu dilarang", "hal itu [-di larang-] {+dilarang+}"),
        ("ASN/PNS wajib netral", "ASN wajib netral", "ASN[-/PNS-] wajib netral"),
        # hashtags, mentions, links, mail: whole or not at all
        ("#PilihPaslonA ya", "#PilihPaslonB ya", "[-#PilihPaslonA-]{+#PilihPaslonB+} ya"),
        ("#Menang💪 #A", "#Kalah💪 #A", "[-#Menang-]{+#Kalah+}💪 #A"),
        ("Oleh @pejabat.07 tadi", "Oleh @pejabat.08 tadi", "Oleh [-@pejabat.07-] {+@pejabat.08+} tadi"),
        ("cc @a@kota.example.", "cc @a@desa.example.", "cc [-@a@kota.example-] {+@a@desa.example+}."),
        ("di a.b@kota.example.", "di a.c@kota.example.", "di [-a.b@kota.example-] {+a.c@kota.example+}."),
        (
            "Baca https://kabar.example/a?id=1, ya",
            "Baca https://kabar.example/a?id=2, ya",
            "Baca [-https://kabar.example/a?id=1-] {+https://kabar.example/a?id=2+}, ya",
        ),
        # emoji, as many code points as they take
        ("Mantap 👍🏽", "Mantap 👍🏿", "Mantap [-👍🏽-] {+👍🏿+}"),
        ("Keluarga 👨‍👩‍👧‍👦", "Keluarga 👨‍👩‍👧", "Keluarga [-👨‍👩‍👧‍👦-] {+👨‍👩‍👧+}"),
        ("Merdeka 🇮🇩🇮🇩", "Merdeka 🇮🇩🇲🇾", "Merdeka 🇮🇩[-🇮🇩-]{+🇲🇾+}"),
        ("Nomor 1️⃣!", "Nomor 2️⃣!", "Nomor [-1️⃣-] {+2️⃣+}!"),
        ("dukung😂😂😂", "dukung😂", "dukung😂[-😂😂-]"),
        # other scripts
        ("السلام عليكم ورحمة الله", "السلام عليكم وبركاته", "السلام عليكم [-ورحمة الله-] {+وبركاته+}"),
        ("ᨅᨔ ᨕᨘᨁᨗ", "ᨅᨔ ᨕᨘᨁ", "ᨅᨔ [-ᨕᨘᨁᨗ-] {+ᨕᨘᨁ+}"),
        # tricks, shown
        ("Pas\u200blon A", "Paslon A", "[-Pas⟦U+200B⟧lon-]{+Paslon+} A"),
        ("P\u0430slon A", "Paslon A", "[-P\u0430⟦U+0430⟧slon-]{+Paslon+} A"),
        ("PasIon A", "Paslon A", "[-PasI⟦U+0049⟧on-]{+Pasl⟦U+006C⟧on+} A"),
        ("Pasl0n A", "PaslOn A", "[-Pasl⟦U+006C⟧0⟦U+0030⟧n-]{+Pasl⟦U+006C⟧O⟦U+004F⟧n+} A"),
        ("abc \u202edef", "abc def", "abc [-⟦U+202E⟧def-] {+def+}"),
        # punctuation, layout, whole sentences
        ("Saya netral", "Saya netral.", "Saya netral{+.+}"),
        ("Apa???", "Apa?", "Apa?[-??-]"),
        ("satu\ndua", "satu dua", "satu[-↵-]{+·+}dua"),
        ("Saya PNS, netral", "Saya ASN, tidak netral", "Saya [-PNS,-] {+ASN, tidak+} netral"),
        (
            "Tidak salah. Kami hanya berfoto.",
            "Kami hanya berfoto. Tidak salah.",
            "[-Tidak salah.-] Kami hanya berfoto. {+Tidak salah.+}",
        ),
        (
            "Mari kita dukung dan menangkan pasangan kita",
            "Hari ini kami rapat dan evaluasi kerja saja",
            "[-Mari kita dukung dan menangkan pasangan kita-]{+Hari ini kami rapat dan evaluasi kerja saja+}",
        ),
    ],
)
def test_edits_from_life_read_as_a_person_would_tell_them(before: str, after: str, shown: str) -> None:
    assert told(before, after) == shown


def test_a_short_word_stays_where_little_else_moved() -> None:
    assert told("Kami di kota", "Mereka di desa") == "[-Kami-]{+Mereka+} di [-kota-] {+desa+}"
    assert "nomor 1" in told(
        "Ayo semua pilih nomor 1 saja hari ini", "Jangan kalian coblos nomor 1 di sana besok"
    )


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
        ("@warga.satu@kota.example, ya.", ["@warga.satu@kota.example", ",", " ", "ya", "."]),
        ("(a.b+c@kota.example)", ["(", "a.b+c@kota.example", ")"]),
        ("5% 20/2/19 dan/atau", ["5%", " ", "20/2/19", " ", "dan", "/", "atau"]),
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
        ("1️⃣ #️⃣ ‼️ ↔️ ❤️‍🔥 🏳️‍🌈", "1️⃣ #️⃣ ‼️ ↔️ ❤️‍🔥 🏳️‍🌈"),
        ("\U0001f3f4\U000e0069\U000e0064\U000e007f", "\U0001f3f4\U000e0069\U000e0064\U000e007f"),
        ("😀\U000e0069\U000e0064", "😀⟦U+E0069⟧⟦U+E0064⟧"),
        ("😀\U000e0100\U000e0141", "😀⟦U+E0100⟧⟦U+E0141⟧"),
        ("❤\ufe0f\ufe0f", "❤\ufe0f⟦U+FE0F⟧"),
        ("👩\u200d\u200d👧", "👩\u200d⟦U+200D⟧👧"),
        ("a\ufe0fb\u180b\ue000", "a⟦U+FE0F⟧b⟦U+180B⟧⟦U+E000⟧"),
        (
            "kata \u0441\u043e\u0441\u043e ini",
            "kata \u0441⟦U+0441⟧\u043e⟦U+043E⟧\u0441⟦U+0441⟧\u043e⟦U+043E⟧ ini",
        ),
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
