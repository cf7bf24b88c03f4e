"""The numbers over many cases as a PDF: both languages, every number, the same bytes, and nothing of it is markup."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from evidentia.docket.data_sets import DataSets, docket_data
from evidentia.docket.statistics import Question, docket_statistics
from evidentia.record.docket import (
    CountedAct,
    DocketStatistics,
    DocketSummary,
    FormOutcome,
    NotCounted,
    Reporter,
    Standing,
)
from evidentia.record.verdict import Status
from evidentia.report.docket_sheet import MOST_ROWS, docket_pdf

pytest.importorskip("typst", reason="the extra [report] is not installed")

DATA = docket_data()
Program = Callable[[str], Path]
ACT = CountedAct(
    act="LIKE", persons=2, platform="facebook", outcome=FormOutcome.UNDETERMINED, forms=("E4", "D6"), kind=None,
    contest="PILKADA-2024", first_day=date(2024, 9, 20), last_day=date(2024, 9, 25),
)  # fmt: skip


def case(name: str, **changed: object) -> DocketSummary:
    made = DocketSummary(
        case=name,
        events=3,
        seal="0" * 64,
        standing=Standing.CURRENT,
        status=Status.PASSED,
        made_at=datetime(2024, 12, 1, tzinfo=UTC),
        region="73",
        reporters=(Reporter(kind="PUBLIC"),),
        offices=("JPT", "PEL"),
        acts=(ACT,),
        known_on=None,
        received_on=date(2024, 10, 5),
        history=(),
        recommendations=(),
        follow_ups=(),
        data={},
    )
    return replace(made, **changed)


def counted(*more: DocketSummary, data: DataSets = DATA) -> DocketStatistics:
    cases = [case("a"), case("b", status=None), case("c", standing=Standing.NEWER_WITHHELD), *more]
    return docket_statistics(cases, data, Question(date(2024, 12, 31)), zones="KASN-2020-08-PROVINCE")


def text_of(pdf: bytes, folder: Path, program: Program) -> str:
    (folder / "a.pdf").write_bytes(pdf)
    done = subprocess.run(
        [program("pdftotext"), "-layout", folder / "a.pdf", "-"], capture_output=True, check=True
    )
    return " ".join(done.stdout.decode().split())


def test_both_languages_say_every_number_with_its_unit_and_what_was_left_out(
    tmp_path: Path, program: Program
) -> None:
    text = text_of(docket_pdf(counted(), DATA), tmp_path, program)
    indonesian, _, english = text.partition("Docket summary This document")
    for said in ("Ringkasan register perkara", "Satuan: perkara", "100,0 %", "kuning",
                 "entri register yang lebih baru ditahan", "belum dapat ditentukan",
                 "1 perkara dihitung tanpa"):  # fmt: skip
        assert said in indonesian, said
    for said in ("Unit: cases, 2 in all", "100.0 %", "green", "a newer docket entry is withheld", "undetermined",
                 "1 cases are counted whose bundle was not verified", "2024-12-31"):  # fmt: skip
        assert said in english, said


def test_it_is_tagged_archival_and_the_same_bytes_for_the_same_numbers(
    tmp_path: Path, program: Program
) -> None:
    pdf = docket_pdf(counted(), DATA)
    assert pdf == docket_pdf(counted(), DATA)
    (tmp_path / "a.pdf").write_bytes(pdf)
    said = subprocess.run([program("pdfinfo"), tmp_path / "a.pdf"], capture_output=True, check=True)
    assert b"Tagged:          yes" in said.stdout
    assert b"pdfaid" in pdf


def test_the_numbers_are_attached_as_json(tmp_path: Path, program: Program) -> None:
    numbers = counted()
    (tmp_path / "a.pdf").write_bytes(docket_pdf(numbers, DATA))
    subprocess.run(
        [program("pdfdetach"), "-saveall", "-o", tmp_path, tmp_path / "a.pdf"],
        capture_output=True,
        check=True,
    )
    attached = msgspec.json.decode((tmp_path / "statistics.json").read_bytes(), type=DocketStatistics)
    assert attached == numbers


def test_words_of_a_user_s_data_are_no_markup(tmp_path: Path, program: Program) -> None:
    words = '#panic(\\"x\\") $ *tebal* \\u202e \\u0007 \\U0001F600 中'
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "offices.toml").write_text(
        'format = 1\nedition = "uji"\nsource = "invented"\n[[entry]]\ncode = "JPT"\n'
        f'id = "{words}"\nen = "{words}"\nsource = "invented"\nverified = true\n'
    )
    data = docket_data(tmp_path / "d")
    text = text_of(docket_pdf(counted(data=data), data), tmp_path, program)
    assert '#panic("x") $ *tebal*' in text
    assert "202E" in text


def test_of_a_table_without_end_the_first_lines_are_printed_and_the_rest_is_told(
    tmp_path: Path, program: Program
) -> None:
    many = [case(f"x{n}", region=f"R{n:04d}") for n in range(500)]
    text = text_of(docket_pdf(counted(*many), DATA), tmp_path, program)
    assert f"and {501 - MOST_ROWS} more, in the attached data" in text


def test_no_case_at_all_is_a_document_too(tmp_path: Path, program: Program) -> None:
    nothing = docket_statistics([], DATA, Question(date(2024, 12, 31)))
    assert "Docket summary" in text_of(docket_pdf(nothing, DATA), tmp_path, program)


def test_every_reason_for_not_counting_has_its_words(tmp_path: Path, program: Program) -> None:
    numbers = replace(counted(), not_counted={why: n for n, why in enumerate(NotCounted, 1)})
    text = text_of(docket_pdf(numbers, DATA), tmp_path, program)
    assert all(why.value in text for why in NotCounted)
