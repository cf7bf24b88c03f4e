"""What programs noted of captures, controls and rates is told in the report's language; the values stay."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from report_sample import BAWASLU, START, reading, sample, texts, timeline, verdict

from evidentia.custody.party import CUSTODIAN
from evidentia.detect.proofs import SIGNED_AFTER_PRESENCE
from evidentia.detect.reading.rates import error_rates
from evidentia.detect.screenshot import METHOD
from evidentia.record.item import Circumstances, DnsAnswer, Item, ItemKind
from evidentia.record.life import Timeline
from evidentia.record.moment import Interval
from evidentia.record.post import OWN_CAPTURE, Control, ControlKind, Signal, State
from evidentia.report.life_words import signals_text
from evidentia.report.material import Language, Material
from evidentia.report.outline import annex_sections, report_sections
from evidentia.report.sections.chain import office_of
from evidentia.report.sections.evidence import circumstances_section, evidence_section
from evidentia.report.sections.procedure import procedure_section
from evidentia.report.sections.results import timeline_sections
from evidentia.verify.codes import NoteCode, note

NAMESERVER = "system (getaddrinfo, which tells neither aliases nor times to live), nameserver 192.0.2.53"
LEFT_OUT = (
    "how the page looks, and what its scripts would have brought",
    "https://situs.example/a.js: the browser had it in its cache",
    "and 7 more of the like",
)
PROBLEMS = (
    "the page could not be printed: Printing failed",
    "perceptual hashes of the post's media: OSError: disk",
)


def noting(item: Item) -> Item:
    held = item.circumstances
    assert isinstance(held, Circumstances)
    answer = DnsAnswer(name="situs.example", addresses=("192.0.2.1",), resolver=NAMESERVER, at=START)
    told = replace(held, dns=(answer,), not_captured=LEFT_OUT)
    return replace(item, circumstances=told, problems=PROBLEMS)


@pytest.fixture
def material(tmp_path: Path) -> Material:
    m = sample(tmp_path)
    return replace(m, items=(noting(m.items[0]), *m.items[1:]))


def told(material: Material, language: Language) -> str:
    sections = (circumstances_section(material, language), evidence_section(material, language))
    return "\n".join(texts(sections))


def test_what_a_capture_lacks_and_its_problems_are_told_with_their_values(material: Material) -> None:
    indonesian, english = (told(material, language) for language in Language)
    for noted in (NAMESERVER, *LEFT_OUT, *PROBLEMS):
        assert noted in english
        assert noted not in indonesian
    for part in (
        "tampilan halaman, dan apa yang akan dimuat oleh skripnya",
        "https://situs.example/a.js: peramban sudah memilikinya di tembolok",
        "dan 7 lagi yang serupa",
        "halaman tidak dapat dicetak: Printing failed",
        "sidik perseptual media unggahan: OSError: disk",
        "peladen nama 192.0.2.53",
    ):
        assert part in indonesian


def absent(kind: ControlKind, seen: str, state: State | None) -> Timeline:
    line = timeline()
    during = Interval(not_before=START + timedelta(days=4), not_after=START + timedelta(days=4, minutes=1))
    control = Control(
        kind=kind,
        url="https://situs.example/",
        answered=True,
        seen=seen,
        during=during,
        where="x",
        state=state,
    )
    last = replace(
        line.observations[-1],
        state=State.UNAVAILABLE,
        source=OWN_CAPTURE,
        during=during,
        controls=(control,),
    )
    return replace(line, state=State.UNAVAILABLE, observations=(*line.observations[:-1], last))


@pytest.mark.parametrize(
    ("kind", "seen", "state", "indonesian"),
    [
        (ControlKind.SAME_HOST, "nothing stood in between (200)", None, "tidak ada yang menghalangi (200)"),
        (
            ControlKind.SECOND_VANTAGE,
            "unavailable in a browser (404)",
            State.UNAVAILABLE,
            "dengan peramban: tidak tersedia; penyebabnya tidak dinyatakan (404)",
        ),
    ],
)
def test_what_a_control_saw_is_told_with_its_status(
    material: Material, kind: ControlKind, seen: str, state: State | None, indonesian: str
) -> None:
    m = replace(material, timelines=(absent(kind, seen, state),))
    shown = {language: "\n".join(texts(timeline_sections(m, language))) for language in Language}
    assert f"https://situs.example/: {seen}" in shown[Language.ENGLISH]
    assert f"https://situs.example/: {indonesian}" in shown[Language.INDONESIAN]
    assert seen not in shown[Language.INDONESIAN]


def test_what_rates_were_measured_on_is_told(material: Material) -> None:
    rates = error_rates(METHOD)
    read = replace(material.readings[0], reading=replace(reading().reading, error_rates=rates))
    shown = {
        language: "\n".join(texts(procedure_section(replace(material, readings=(read,)), language)))
        for language in Language
    }
    assert f"[1] {rates[0].material}" in shown[Language.ENGLISH]
    assert "synthetic" not in shown[Language.INDONESIAN]
    assert f"[1] sintetis: {rates[0].material.split()[1]} tangkapan layar (" in shown[Language.INDONESIAN]


@pytest.mark.parametrize(
    ("kind", "title", "indonesian"),
    [
        (ItemKind.READING, "Reading of item 6", "Pembacaan butir 6"),
        (ItemKind.EXAMINATION, "Examination of item 6", "Pemeriksaan butir 6"),
        (ItemKind.DERIVED, "Redacted copy of item 3", "Salinan butir 3 dengan bagian yang ditutup"),
        (
            ItemKind.REPORT,
            "Report on case makassar-15, signed by Ani",
            "Laporan perkara makassar-15, ditandatangani oleh Ani",
        ),
        (
            ItemKind.CAPTURE,
            "https://situs.example/a as archived at 20261120070305",
            "https://situs.example/a sebagaimana diarsipkan pada 20261120070305",
        ),
        (ItemKind.FILE, "Reading of item 6", "Reading of item 6"),
    ],
)
def test_titles_that_the_program_gave_are_told_and_those_of_files_stand(
    material: Material, kind: ItemKind, title: str, indonesian: str
) -> None:
    m = replace(material, items=(replace(material.items[0], kind=kind, title=title, circumstances=None),))
    shown = {language: texts(evidence_section(m, language)) for language in Language}
    assert any(text.startswith(f"{title}\n") for text in shown[Language.ENGLISH])
    assert any(text.startswith(f"{indonesian}\n") for text in shown[Language.INDONESIAN])


def test_a_role_that_nobody_stated_is_told_in_words(material: Material) -> None:
    assert office_of(replace(BAWASLU, role=CUSTODIAN), Language.ENGLISH).startswith("custodian, ")
    assert office_of(replace(BAWASLU, role=CUSTODIAN), Language.INDONESIAN).startswith(
        "pemegang barang bukti, "
    )
    assert office_of(replace(BAWASLU, role="Analyst"), Language.INDONESIAN).startswith("Analyst, ")


@pytest.mark.parametrize(
    ("name", "seen", "where", "indonesian"),
    [
        ("part", "text", "post.text", "teks (post.text)"),
        (
            "looks-overlap",
            "b > a",
            "which came first is not certain",
            "b > a (mana yang lebih dahulu tidak diketahui)",
        ),
        (
            "no-edit-mark",
            "this look could show none: the platform does not say here whether a post was edited",
            "post.edit_mark",
            "pengamatan ini tidak dapat memperlihatkannya: platform tidak menyatakan di sini apakah unggahan disunting",
        ),
        (
            SIGNED_AFTER_PRESENCE,
            "the key did:key:zQ3 signed (by its own date, 2026-11-20T07:03:05Z) that nothing stands at at://did/x; "
            "the same key had signed that it stood there",
            "capture.wacz",
            "kunci did:key:zQ3 menandatangani (menurut tanggalnya sendiri, 2026-11-20T07:03:05Z) bahwa tidak ada apa "
            "pun di at://did/x; kunci yang sama sebelumnya menandatangani bahwa unggahan itu ada di sana",
        ),
        ("second-vantage", "live: live (200)", "capture.wacz", "tampil: tampil (200)"),
        ("removed-mark", "the platform shows none", "page", "the platform shows none (page)"),
    ],
)
def test_signals_of_the_programs_own_are_told_and_what_a_platform_showed_stands(
    name: str, seen: str, where: str, indonesian: str
) -> None:
    signals = (Signal(name=name, seen=seen, where=where),)
    assert f": {seen} ({where})" in signals_text(Language.ENGLISH, signals)
    assert f": {indonesian}" in signals_text(Language.INDONESIAN, signals)


ENGLISH_ONCE = (
    "capture of a post",
    "recheck of a post",
    "file handed over",
    "screenshot read against the captures",
    "a case at work",
    "no revocation data",
    "without a head from elsewhere",
    "how the page looks",
    "getaddrinfo, which tells",
    "nothing stood in between",
    "synthetic",
    "Reading of item",
    "custodian,",
)
"""What the Indonesian report used to tell in English."""


def test_a_whole_report_tells_none_of_the_programs_notes_in_english(material: Material) -> None:
    stated = (
        "capture of a post",
        "recheck of a post",
        "file handed over",
        "screenshot read against the captures",
    )
    by = tuple(replace(one, role=CUSTODIAN) for one in material.events[0].actors)
    events = tuple(replace(one, reason=reason) for one, reason in zip(material.events, stated, strict=False))
    notes = (
        note(NoteCode.LIVE_CASE, ".evidentia"),
        note(NoteCode.REVOCATION_UNKNOWN, "trust/ab.cer", subject="CN=Ani"),
        note(NoteCode.NO_HEAD_GIVEN, ""),
    )
    read = replace(material.readings[0], reading=replace(reading().reading, error_rates=error_rates(METHOD)))
    made = replace(material.items[0], kind=ItemKind.READING, title="Reading of item 6", circumstances=None)
    m = replace(
        material,
        items=(*material.items, made),
        events=(replace(events[0], actors=by), *events[1:]),
        verdict=replace(verdict(), notes=notes),
        readings=(read,),
        timelines=(absent(ControlKind.SAME_HOST, "nothing stood in between (200)", None),),
    )
    whole = {
        language: "\n".join(texts((report_sections(m, language), annex_sections(m, language))))
        for language in Language
    }
    for english in ENGLISH_ONCE:
        assert english in whole[Language.ENGLISH]
        assert english not in whole[Language.INDONESIAN]
