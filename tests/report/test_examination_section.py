"""A report tells what each test of a file says, with its rates and what was tried against it, in both languages."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from report_sample import sample

from evidentia.detect.examining.examine import examine
from evidentia.detect.examining.heat import OUTCOMES
from evidentia.record.examination import (
    Examination,
    Fact,
    ImageClass,
    Opposing,
    Region,
    Support,
    TestFinding,
)
from evidentia.record.finding import ErrorRate
from evidentia.record.item import Role
from evidentia.record.sentences import phrase, said
from evidentia.report.disclosure import disclosed
from evidentia.report.document import Facts, Figure, Grade, Graded, Pair, Paragraph, Points, Section, Table
from evidentia.report.expert import render
from evidentia.report.findings import findings_json
from evidentia.report.material import ExaminedItem, Language, Material, Picture
from evidentia.report.outline import exhibit_sections, report_sections
from evidentia.report.sections.examinations import examination_sections, outcome_word
from evidentia.report.sections.weighed import why
from evidentia.report.texts import say
from evidentia.report.weighing import About, weigh
from tests.detect.drawn_pages import as_jpeg, as_png, page, saved

LANGUAGES = tuple(Language)


def finding(outcome: Support, **more: object) -> TestFinding:
    plain = TestFinding(
        test="baselines of words",
        outcome=outcome,
        reason="one word",
        method="evidentia.contoh",
        version="1",
        source="Penulis, Jurnal 1 (2001)",
        error_rates=(
            ErrorRate(
                name="alarm", measured=True, errors=1, trials=200, upper_95=0.0235, material="synthetic"
            ),
            ErrorRate(name="missed", measured=False),
        ),
    )
    return replace(plain, **more)


def examined(outcome: Support, *findings: TestFinding) -> ExaminedItem:
    return ExaminedItem(
        item=3,
        kept=4,
        examination=Examination(
            sha256="ab" * 32,
            image_class=ImageClass.MESSENGER_COPY,
            because=("flat ground",),
            outcome=outcome,
            reason="one test",
            findings=findings,
            facts=(Fact(name="format", value="JPEG"),),
            problems=("cut short",),
        ),
    )


@pytest.fixture
def material(tmp_path: Path) -> Material:
    alarm = finding(
        Support.ALTERATION,
        regions=(Region(box=(10, 20, 30, 40)),),
        opposing=(Opposing(hypothesis="a crop", explains=None, reason="could not be tried"),),
    )
    not_run = finding(Support.NOT_APPLICABLE, test="copy and move", reason="screens")
    return replace(sample(tmp_path), examinations=(examined(Support.ALTERATION, alarm, not_run),))


def texts(section: Section) -> str:
    found: list[str] = []
    for block in section.blocks:
        if isinstance(block, Table):
            found += [cell.text for row in block.rows for cell in row]
        elif isinstance(block, Facts):
            found += [cell.text for _, cell in block.rows]
        elif isinstance(block, Graded):
            found += [block.word, block.reason]
    return "\n".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_rates_were_measured_on_is_told_once_below_them(material: Material, language: Language) -> None:
    (one,) = material.examinations
    findings = (finding(Support.NONE_FOUND), finding(Support.NONE_FOUND, test="edges of letters"))
    told = replace(one, examination=replace(one.examination, findings=findings))
    (section,) = examination_sections(replace(material, examinations=(told,)), language)
    assert phrase("synthetic", language) not in texts(section)
    assert texts(section).count("[1]") == len(findings)
    points = [point for block in section.blocks if isinstance(block, Points) for point in block.points]
    assert points.count(f"[1] {phrase('synthetic', language)}") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_stands_there_with_place_method_source_and_rates(
    material: Material, language: Language
) -> None:
    (section,) = examination_sections(material, language)
    said = texts(section)
    assert "000003" in section.heading
    for part in (
        "10, 20, 30, 40",
        "evidentia.contoh 1",
        "Penulis, Jurnal 1 (2001)",
        "200",
        "0,0235" if language is Language.INDONESIAN else "0.0235",
        "a crop",
        "ab" * 32,
    ):
        assert part in said
    assert outcome_word(language, Support.ALTERATION) in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", tuple(Support))
def test_each_outcome_has_a_word_and_none_says_genuine(outcome: Support, language: Language) -> None:
    said = outcome_word(language, outcome).casefold()
    assert said
    assert not {"asli", "genuine", "authentic"} & set(said.split())


def test_the_file_and_every_illustration_stand_there_what_tests_point_at_first(material: Material) -> None:
    pictures = tuple(
        Picture(item=item, path=f"data/{item:06d}/{name}", role=role)
        for item, name, role in (
            (3, "original.png", Role.ORIGINAL),
            (4, "error-levels.png", Role.ANNOTATED),
            (4, "regions.png", Role.ANNOTATED),
        )
    )
    told = replace(material, pictures=pictures)
    for language in LANGUAGES:
        (section,) = examination_sections(told, language)
        pair, alone = section.blocks[-2:]
        assert isinstance(pair, Pair)
        assert isinstance(alone, Figure)
        shown = [one.path.rpartition("/")[2] for one in (pair.first, pair.second, alone)]
        assert shown == ["original.png", "regions.png", "error-levels.png"]
    withheld = replace(told, pictures=pictures[1:])  # the examined file is not in the bundle
    (section,) = examination_sections(withheld, Language.ENGLISH)
    pair = section.blocks[-1]
    assert isinstance(pair, Pair)
    assert pair.first.path.endswith("/regions.png")


def test_captions_of_illustrations_say_the_outcome_in_the_words_of_the_report() -> None:
    for outcome, both in OUTCOMES.items():
        english, indonesian = both.split(" / ")
        assert english.upper() == outcome_word(Language.ENGLISH, outcome)
        assert indonesian.upper() == outcome_word(Language.INDONESIAN, outcome)


def test_reports_and_exhibits_hold_the_section_and_the_data(material: Material) -> None:
    (results,) = (s for s in report_sections(material) if s.key == "results")
    assert "examination-000004" in [s.key for s in results.sections]
    assert "examination-000004" in [s.key for s in exhibit_sections(material, Language.ENGLISH)]
    data = json.loads(findings_json(material))
    assert data["examinations"][0]["examination"]["image_class"] == "messenger copy"


def test_an_examination_of_a_withheld_item_is_not_told(material: Material) -> None:
    assert disclosed(replace(material, withheld=(4,))).examinations == ()
    about = tuple(replace(item, about=(3,)) if item.item == 4 else item for item in material.items)
    assert disclosed(replace(material, items=about, withheld=(3,))).examinations == ()
    assert len(disclosed(replace(material, items=about, withheld=(2,))).examinations) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_support_found_bears_a_mark_that_is_no_pass(
    tmp_path: Path, language: Language, program: Callable[[str], Path]
) -> None:
    examinations = (examined(Support.NONE_FOUND, finding(Support.NONE_FOUND)),)
    material = replace(sample(tmp_path), examinations=examinations, language=language)
    (section,) = examination_sections(material, language)
    graded = next(block for block in section.blocks if isinstance(block, Graded))
    assert graded.grade is Grade.NEUTRAL
    out = tmp_path / "report.pdf"
    out.write_bytes(render(material).pdf)
    shown = subprocess.run([program("pdftotext"), "-raw", out, "-"], capture_output=True, check=True)
    said = " ".join(shown.stdout.decode().split())
    assert f"– {graded.word}" in said
    assert f"✓ {graded.word}" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_problem_that_the_statement_tells_is_not_told_again(tmp_path: Path, language: Language) -> None:
    one = examined(Support.INCONCLUSIVE)
    told = replace(
        one.examination, reason="Nothing was examined: cut short.", problems=("cut short", "no thumbnail")
    )
    material = replace(sample(tmp_path), examinations=(replace(one, examination=told),))
    (section,) = examination_sections(material, language)
    (points,) = (block for block in section.blocks if isinstance(block, Points))
    assert points.points == ("no thumbnail",)


def test_a_real_examination_is_told_in_indonesian_but_for_methods_sources_and_what_rates_rest_on(
    tmp_path: Path,
) -> None:
    path = saved(as_png(page(lowered={10: 3})[0]), tmp_path, "Screenshot_1.png")
    found = examine(path, references=[saved(as_jpeg(page()[0], 90), tmp_path, "asli.jpg")])
    assert found.outcome is not Support.NONE_FOUND
    material = replace(sample(tmp_path), examinations=(ExaminedItem(item=3, kept=4, examination=found),))
    (section,) = examination_sections(material, Language.INDONESIAN)
    for shown in shown_but_for_methods(section):
        assert not ENGLISH.search(shown), shown
    (english,) = examination_sections(material, Language.ENGLISH)
    everything = "\n".join(shown_but_for_methods(english))
    recorded = [found.reason, *found.because, *(one.reason for one in found.findings)]
    recorded += [one.reason for finding in found.findings for one in finding.opposing]
    assert all(one in everything for one in recorded)


ENGLISH = re.compile(
    r"\b(the|of|is|are|was|were|with|and|that|its|it|not|by|to|than|there|which)\b", re.IGNORECASE
)


def shown_but_for_methods(section: Section) -> Iterator[str]:
    """Every text of a section without the table of methods and the list of what rates were measured on."""
    methods = {say(language, "examination.methods") for language in LANGUAGES}
    for block in section.blocks:
        if isinstance(block, Table) and block.caption not in methods:
            yield from (cell.text for row in block.rows for cell in row)
        elif isinstance(block, Facts):
            yield from (text for name, cell in block.rows for text in (name, cell.text))
        elif isinstance(block, Graded):
            yield from (block.word, block.about, block.reason)
        elif isinstance(block, Points):
            yield from (point for point in block.points if not point.startswith("["))
        elif isinstance(block, Paragraph):
            yield block.text


def test_a_record_whose_codes_contradict_its_words_is_shown_by_its_words(tmp_path: Path) -> None:
    says = (said("examining.none_supports", applied=7),)
    tried = Opposing(hypothesis="dark mode", explains=False, reason="another word", says=says)
    one = finding(Support.ALTERATION, reason="letters differ", says=says, opposing=(tried,))
    told = examined(Support.ALTERATION, one)
    record = replace(
        told.examination,
        says=says,
        because_says=says,
        problems_say=(*says, *says),
        facts=(Fact(name="format", value="JPEG", name_says=says, says=says),),
    )
    material = replace(sample(tmp_path), examinations=(replace(told, examination=record),))
    (section,) = examination_sections(material, Language.INDONESIAN)
    shown = list(shown_but_for_methods(section))
    for recorded in ("one test", "flat ground", "cut short", "letters differ", "another word", "JPEG"):
        assert recorded in shown
    assert not any("Tidak satu pun" in text for text in shown)
    assert "mode gelap" in shown


def test_a_conclusion_names_the_tests_in_its_language(material: Material) -> None:
    (answer,) = (one for one in weigh(material) if one.about is About.EXAMINATION)
    assert "baselines of words" in why(answer, Language.ENGLISH)
    assert "garis dasar kata" in why(answer, Language.INDONESIAN)
    assert answer.values["tests"] == "baselines of words"
