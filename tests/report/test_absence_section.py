"""A report says how strong an absence is, and how often states are read wrongly, in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace
from report_sample import sample

from evidentia.detect.absence import Ground, Strength
from evidentia.detect.state_rates import measured
from evidentia.record.life import Timeline
from evidentia.record.post import OWN_CAPTURE, Control, ControlKind, Observation, State
from evidentia.report.document import Facts, Paragraph, Table
from evidentia.report.findings import findings_json
from evidentia.report.material import Language, Material
from evidentia.report.outline import annex_sections
from evidentia.report.sections.absence import absence_blocks, state_rates_section
from evidentia.report.texts import say, word

LANGUAGES = tuple(Language)


@pytest.fixture
def material(tmp_path: Path) -> Material:
    return sample(tmp_path)


def with_control(timeline: Timeline, answered: bool) -> Timeline:
    last: Observation = timeline.observations[-1]
    control = Control(
        kind=ControlKind.SAME_HOST,
        url="https://forum.example/topik/9/",
        answered=answered,
        seen="live, status 200",
        during=last.during,
        where="controls.wacz",
    )
    asked = replace(last, source=OWN_CAPTURE, controls=(control,))
    return replace(timeline, observations=(*timeline.observations[:-1], asked))


def written(material: Material, timeline: Timeline, language: Language) -> str:
    found: list[str] = []
    for block in absence_blocks(material, timeline, language):
        if isinstance(block, Facts):
            found += [f"{name}: {cell.text}" for name, cell in block.rows]
        elif isinstance(block, Table):
            found += [" | ".join(cell.text for cell in row) for row in block.rows]
        elif isinstance(block, Paragraph):
            found.append(block.text)
    return "\n".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_strength_stands_beside_the_state_with_its_grounds(
    material: Material, language: Language
) -> None:
    (timeline,) = material.timelines
    bare = written(material, timeline, language)
    assert f"{word(language, State.UNAVAILABLE)}: {word(language, Strength.BARE)}" in bare
    assert word(language, Ground.SEEN_BEFORE) in bare
    assert say(language, "absence.note") in bare
    supported = written(material, with_control(timeline, True), language)
    assert word(language, Strength.SUPPORTED) in supported
    assert "https://forum.example/topik/9/: live, status 200" in supported
    silent = written(material, with_control(timeline, False), language)
    assert word(language, Strength.BARE) in silent
    assert word(language, Ground.SAME_HOST_SILENT) in silent


def test_a_post_that_is_there_has_no_such_part(material: Material) -> None:
    (timeline,) = material.timelines
    there = replace(timeline, observations=timeline.observations[:2])
    assert absence_blocks(material, there, Language.ENGLISH) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_strength_and_ground_has_its_words(language: Language) -> None:
    words = [word(language, one) for kinds in (Strength, Ground) for one in kinds]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_confusion_matrix_is_printed_with_what_it_was_measured_on(language: Language) -> None:
    rates = measured()
    section = state_rates_section(language)
    texts = [block.text for block in section.blocks if isinstance(block, Paragraph)]
    for number in (rates.answers, rates.recorded, rates.constructed):
        assert str(number) in texts[0]
    upper = f"{rates.false_deletions_upper_95:.4f}"
    assert (upper.replace(".", ",") if language is Language.INDONESIAN else upper) in texts[1]
    (matrix,) = (block for block in section.blocks if isinstance(block, Table))
    printed = [int(cell.text) for row in matrix.rows for cell in row[1:] if cell.text.isdigit()]
    assert sum(printed) == rates.answers
    assert len(matrix.rows) == len(State)


def test_the_report_holds_the_matrix_where_states_were_read(material: Material) -> None:
    def keys(one: Material) -> set[str]:
        return {section.key for section in annex_sections(one)}

    assert "state-rates" in keys(material)
    assert "state-rates" not in keys(replace(material, timelines=()))


def test_the_findings_for_programs_hold_both(material: Material) -> None:
    data = json.loads(findings_json(material))
    (timeline,) = material.timelines
    assert data["absences"][timeline.post]["strength"] == "bare"
    assert data["state_rates"]["false_deletions"] == measured().false_deletions
