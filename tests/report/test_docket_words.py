"""What the docket's commands say in a terminal: all of it in the language that was asked for, codes beside words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from docket_sample import DATA, docket, entry
from msgspec.structs import replace

from evidentia.cli.docket_words import DocketWords
from evidentia.docket.statistics import Question, docket_statistics
from evidentia.docket.summary import docket_summary
from evidentia.record.docket import DatedBy, NotCounted, Standing, Unit
from evidentia.record.verdict import Status
from evidentia.report.material import Language
from evidentia.report.texts import word

ENGLISH_ALONE = (
    "persons",
    "cases",
    "region",
    "undetermined",
    "recommended",
    "follow-up",
    "due",
    "not verified",
    "by ",
)


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    return lambda: " ".join("".join(capsys.readouterr()).split())


def test_a_docket_is_told_in_english_with_codes_beside_words(said: Callable[[], str]) -> None:
    DocketWords("en", DATA).say_docket(docket())
    told = said()
    for part in (
        "makassar-15: current; not verified",
        "region Sulawesi Selatan (73)",
        "Pejabat 07: High leadership (JPT)",
        "Liked/reacted (LIKE), persons: 1: listed; D6 (discipline)",
        "undetermined: the time may lie before or after the determination of candidates",
        "clarification (klarifikasi) (event 7)",
        "met; due 2024-10-03 or 2024-10-07, done 2024-09-27",
        "were not compared with the rules' own text",
    ):
        assert part in told


def test_a_docket_is_told_in_indonesian_and_nothing_of_it_in_english(said: Callable[[], str]) -> None:
    DocketWords("id", DATA).say_docket(docket(withheld=(6,), withheld_entries=(6,)))
    told = said()
    for part in (
        "daerah Sulawesi Selatan (73)",
        "Jabatan Pimpinan Tinggi (JPT)",
        "belum dapat ditentukan",
        "D6 (disiplin)",
    ):
        assert part in told
    assert not [one for one in ENGLISH_ALONE if one in told.replace("platform", "")]


def test_a_case_without_an_entry_says_so(said: Callable[[], str]) -> None:
    DocketWords("id", DATA).say_docket(
        docket(entry=None, forms=(), history=(), deadlines=(), standing=Standing.NONE)
    )
    assert "tanpa entri" in said()


@pytest.mark.parametrize("language", Language)
def test_numbers_name_unit_whole_and_definition_in_the_language(
    language: Language, said: Callable[[], str]
) -> None:
    made = docket_summary(docket(entry()), DATA, entry().filed_at)
    question = Question(date(2026, 12, 31), dated_by=DatedBy.KNOWN)
    counted = docket_statistics(
        [made, replace(made, case="b", status=Status.FAILED)], DATA, question, zones="KASN-2020-08-PROVINCE"
    )
    DocketWords(language.value, DATA).say_statistics(counted)
    told = said()
    for count in counted.tables:
        assert (count.definition_id if language is Language.INDONESIAN else count.definition_en) in told
        assert f"({word(language, count.unit)}, {count.of})" in told
    assert word(language, DatedBy.KNOWN) in told
    assert word(language, NotCounted.FAILED) in told
    other = Language.ENGLISH if language is Language.INDONESIAN else Language.INDONESIAN
    assert not [unit for unit in Unit if f"({word(other, unit)}," in told]
