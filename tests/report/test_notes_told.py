"""What programs noted of captures, controls and rates is told in the report's language; the values stay."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from report_sample import START, reading, sample, texts, timeline

from evidentia.detect.reading.rates import error_rates
from evidentia.detect.screenshot import METHOD
from evidentia.record.item import Circumstances, DnsAnswer, Item
from evidentia.record.life import Timeline
from evidentia.record.moment import Interval
from evidentia.record.post import OWN_CAPTURE, Control, ControlKind, State
from evidentia.report.material import Language, Material
from evidentia.report.sections.evidence import circumstances_section, evidence_section
from evidentia.report.sections.procedure import procedure_section
from evidentia.report.sections.results import timeline_sections

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
