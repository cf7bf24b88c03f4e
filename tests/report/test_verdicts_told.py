"""What verification found, told by its codes: each has its sentence, and a verdict's own English stays a detail."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from report_sample import sample, texts, verdict

from evidentia.record.verdict import Note
from evidentia.report.material import Language
from evidentia.report.sections.results import integrity_section
from evidentia.report.texts import phrases
from evidentia.verify.codes import MEANINGS, NOTES, Code, NoteCode, fault, note

VALUES = {
    "subject": "CN=Penyidik A",
    "at": "2026-11-20T07:03:05Z",
    "span": "3:00:00",
    "added": 3,
    "known": 12,
}


def told(folder: Path, language: Language, *, notes: tuple[Note, ...] = (), code: Code | None = None) -> str:
    faults = () if code is None else (fault(code, "custody/000002.json", "no earlier than 12", "11"),)
    m = replace(sample(folder), verdict=replace(verdict(), notes=notes, faults=faults))
    return "\n".join(texts(integrity_section(m, language)))


def test_every_code_is_told_in_indonesian_and_its_english_is_what_the_verifier_says() -> None:
    for key, english in (
        *((f"fault.{code}", MEANINGS[code].text) for code in Code),
        *((f"note.{code}", NOTES[code]) for code in NoteCode),
    ):
        assert phrases()[key][Language.ENGLISH] == english
        assert phrases()[key][Language.INDONESIAN] != english


@pytest.mark.parametrize("code", NoteCode)
def test_a_note_is_told_with_its_values_and_without_its_english(tmp_path: Path, code: NoteCode) -> None:
    one = note(code, "trust/ab.cer", **VALUES)
    indonesian, english = (told(tmp_path, language, notes=(one,)) for language in Language)
    assert f"{code} trust/ab.cer: {one.text}" in english
    assert one.text not in indonesian
    assert (
        f"{code} trust/ab.cer: {phrases()[f'note.{code}'][Language.INDONESIAN]}".format(**VALUES)
        in indonesian
    )


def test_a_note_about_no_file_has_no_gap_where_the_file_would_stand(tmp_path: Path) -> None:
    assert "NO_HEAD_GIVEN: tanpa ujung" in told(
        tmp_path, Language.INDONESIAN, notes=(note(NoteCode.NO_HEAD_GIVEN, ""),)
    )


def test_a_note_in_words_of_another_program_stands_as_it_was_stated(tmp_path: Path) -> None:
    foreign = Note(code=NoteCode.LIVE_CASE, path="", text="somebody is still working here")
    assert "LIVE_CASE: somebody is still" in told(tmp_path, Language.INDONESIAN, notes=(foreign,))


def test_a_fault_is_told_by_its_code_and_keeps_its_values_as_an_english_detail(tmp_path: Path) -> None:
    meaning = phrases()["fault.CLOCK_BEHIND"][Language.INDONESIAN]
    detail = "rincian dalam bahasa Inggris:\nseharusnya: no earlier than 12\nditemukan: 11"
    assert f"{meaning}\n{detail}" in told(tmp_path, Language.INDONESIAN, code=Code.CLOCK_BEHIND)
    assert "\nexpected: no earlier than 12\nfound: 11" in told(
        tmp_path, Language.ENGLISH, code=Code.CLOCK_BEHIND
    )
