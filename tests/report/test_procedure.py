"""The procedure says how often each method is wrong: every rate of it, and once what it was measured on."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from report_sample import reading, sample
from test_examination_section import examined, finding

from evidentia.record.examination import Support
from evidentia.record.finding import ErrorRate
from evidentia.report.document import Paragraph, Points, Section, Table
from evidentia.report.material import Language, Material
from evidentia.report.sections.evidence import evidence_section, hash_section
from evidentia.report.sections.procedure import procedure_section
from evidentia.report.texts import say


def rate(errors: int, material: str, name: str = "alarm") -> ErrorRate:
    return ErrorRate(name=name, measured=True, errors=errors, trials=200, upper_95=0.02, material=material)


def with_rates(material: Material, *of_files: tuple[ErrorRate, ...]) -> Material:
    """The same test on several files, each with the rates of its kind of file."""
    return replace(
        material,
        readings=(),
        examinations=tuple(
            examined(Support.NONE_FOUND, finding(Support.NONE_FOUND, error_rates=rates)) for rates in of_files
        ),
    )


def rates_of(section: Section) -> list[tuple[str, ...]]:
    tables = [block for block in section.blocks if isinstance(block, Table)]
    return [tuple(cell.text for cell in row) for row in tables[-1].rows]


@pytest.fixture
def material(tmp_path: Path) -> Material:
    return sample(tmp_path)


@pytest.mark.parametrize("language", Language)
def test_a_method_has_one_row_and_its_material_is_told_once(material: Material, language: Language) -> None:
    both = (rate(1, "screenshots"), rate(2, "screenshots", "missed"))
    section = procedure_section(with_rates(material, both, both), language)
    ((method, said),) = rates_of(section)
    assert method == "evidentia.contoh 1"
    assert [line.partition(":")[0] for line in said.splitlines()] == ["alarm", "missed"]
    assert all(line.endswith("[1]") for line in said.splitlines())
    assert Paragraph(text=say(language, "procedure.rate.material")) in section.blocks
    assert section.blocks[-1] == Points(points=("[1] screenshots",))


def test_one_test_on_two_kinds_of_files_keeps_the_rates_of_both(material: Material) -> None:
    told = with_rates(material, (rate(1, "screenshots"),), (rate(7, "photographs"),))
    ((_, said),) = rates_of(procedure_section(told, Language.ENGLISH))
    assert "1 of 200" in said
    assert "7 of 200" in said
    assert procedure_section(told, Language.ENGLISH).blocks[-1] == Points(
        points=("[1] screenshots", "[2] photographs")
    )


def test_a_rate_that_nobody_measured_has_no_number(material: Material) -> None:
    unmeasured = replace(material, readings=(reading(),), examinations=())
    section = procedure_section(unmeasured, Language.ENGLISH)
    ((_, said),) = rates_of(section)
    assert said == "false match: not measured"
    assert isinstance(section.blocks[-1], Table)


@pytest.mark.parametrize("language", Language)
def test_a_case_without_items_has_no_table_of_nothing(material: Material, language: Language) -> None:
    empty = replace(material, items=(), pictures=())
    for section in (evidence_section(empty, language), hash_section(empty, language)):
        assert not [block for block in section.blocks if isinstance(block, Table)]
        assert section.blocks
