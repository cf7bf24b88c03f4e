"""A list of evidence: what the case states, what a person states, and nothing that nobody stated."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from evidentia.case import Case
from evidentia.case import evidence_list as module
from evidentia.case.evidence_list import MOST_LISTED, _marks, evidence_list
from evidentia.custody.identity import Custodian
from evidentia.docket.checking import read_docket
from evidentia.record.docket import DocketGiven, Person, Standing
from evidentia.record.errors import CustodyError, UsageError
from evidentia.record.hand_over import EvidenceForm, EvidenceList, Origin
from evidentia.record.item import Access, ItemKind

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "docs" / "evidence-list-example.toml"
ENTRY = ROOT / "docs" / "docket-example.toml"
AT = datetime(2026, 11, 20, 3, tzinfo=UTC)


@pytest.fixture
def filled(case: Case, letter: Path) -> Case:
    """A case with one letter."""
    case.add(letter, access=Access.FORWARDED, source="Warga 12")
    return case


def given(folder: Path, text: str) -> Path:
    (folder / "isian.toml").write_text(f"format = 1\n{text}", "utf-8")
    return folder / "isian.toml"


def problems(value: Any) -> list[str]:
    schema = json.loads((ROOT / "docs" / "schemas" / "evidence-list.json").read_text("utf-8"))
    plain = json.loads(msgspec.json.encode(value))
    return [error.message for error in Draft202012Validator(schema).iter_errors(plain)]


def listed(told: EvidenceList) -> list[tuple[str, int]]:
    return [(one.mark, one.item) for one in told.evidence]


def test_a_case_alone_gives_its_items_and_leaves_the_rest_empty(filled: Case) -> None:
    told = evidence_list(filled.folder, written_at=AT)
    (one,) = told.evidence
    assert (one.mark, one.item, one.kind) == ("a", 1, ItemKind.FILE)
    assert one.source == "Warga 12"
    assert (one.main, one.original_name) == ("original.bin", "surat tugas.txt")
    assert one.form is EvidenceForm.DIGITAL
    assert (one.description, one.shows) == ({}, {})
    report = told.report
    assert report.standing is Standing.NONE
    assert (report.entry, report.place, report.account, report.event) == (None, "", {}, {})
    assert (report.known_at, report.reported, report.witnesses, report.acts) == (None, (), (), ())
    assert told.head == filled.head
    assert problems(told) == []
    assert told == evidence_list(filled.folder, written_at=AT)


def test_what_the_docket_states_is_taken_from_it(filled: Case, tmp_path: Path) -> None:
    filled.file_docket(read_docket(ENTRY))
    told = evidence_list(filled.folder, EXAMPLE)
    report = told.report
    assert (report.entry, report.standing) == (2, Standing.CURRENT)
    assert report.registration == "07/REG/2024"
    assert [one.kind for one in report.reporters] == ["PUBLIC"]
    assert [(one.pseudonym, one.office, one.origin) for one in report.reported] == [
        ("Pejabat 07", "JPT", Origin.DOCKET),
        ("Pejabat 08", "ADM", Origin.DOCKET),
    ]
    assert report.reported[0].about["en"] == "an official of office A"
    assert [act.act for act in report.acts] == ["LIKE", "SHARE"]
    assert report.known_origin is Origin.DOCKET
    assert report.known_at == datetime(2024, 9, 26, 1, tzinfo=UTC)
    assert report.place == "Forum warga, daring"
    assert told.not_listed == (2,)
    assert problems(told) == []
    filled.export(tmp_path / "b.zip")
    assert evidence_list(tmp_path / "b.zip", EXAMPLE).report == report


def test_what_a_person_states_is_told_as_given(filled: Case) -> None:
    told = evidence_list(filled.folder, EXAMPLE)
    (one,) = told.evidence
    assert one.shows["en"] == "What the post said when it was captured"
    assert [(one.pseudonym, one.origin) for one in told.report.reported] == [("Pejabat 07", Origin.GIVEN)]
    assert told.report.witnesses[0].about == {"und": "membaca unggahan yang sama"}
    assert told.number == "07/DB/2026"


def test_names_stand_on_the_list_only_where_they_are_asked_for(filled: Case, tmp_path: Path) -> None:
    file = given(tmp_path, '[[reported]]\npseudonym = "Pejabat 07"\nname = "Tuan Contoh"\n')
    hidden = evidence_list(filled.folder, file)
    assert b"Tuan Contoh" not in msgspec.json.encode(hidden)
    assert evidence_list(filled.folder, file, names=True).report.reported[0].name == "Tuan Contoh"


def test_of_a_withheld_newer_entry_the_older_one_says_nothing(filled: Case, tmp_path: Path) -> None:
    filled.file_docket(read_docket(ENTRY))
    filled.file_docket(read_docket(ENTRY), reason="dilengkapi")
    filled.disclose([3], reason="lindung")
    filled.export(tmp_path / "tanpa.zip", withhold=[3])
    told = evidence_list(tmp_path / "tanpa.zip")
    assert told.report.standing is Standing.NEWER_WITHHELD
    assert (told.report.entry, told.report.acts, told.report.known_at) == (None, (), None)
    assert told.withheld == (3,)


def test_what_may_be_withheld_or_says_who_somebody_is_is_not_listed_unasked(
    filled: Case, tmp_path: Path
) -> None:
    for name in ("daftar nama.txt", "alamat.txt"):
        (tmp_path / name).write_text(name)
        filled.add(tmp_path / name, access=Access.FORWARDED)
    filled.file_docket(DocketGiven(persons=(Person(pseudonym="Pejabat 07", identified_by=2),)))
    filled.disclose([3], reason="lindung")
    told = evidence_list(filled.folder)
    assert listed(told) == [("a", 1)]
    assert told.not_listed == (2, 3, 4)
    asked = evidence_list(filled.folder, given(tmp_path, "[[evidence]]\nitem = 3\n"))
    assert listed(asked) == [("a", 3)]


def test_marks_are_counted_and_a_given_one_stands(filled: Case, tmp_path: Path, letter: Path) -> None:
    for text in ("dua", "tiga"):
        letter.write_text(text)
        filled.add(letter, access=Access.FORWARDED)
    assert listed(evidence_list(filled.folder)) == [("a", 1), ("b", 2), ("c", 3)]
    file = given(tmp_path, '[[evidence]]\nitem = 3\n[[evidence]]\nitem = 1\nmark = "T.1 (baru)"\n')
    assert listed(evidence_list(filled.folder, file, first_mark="P-1")) == [("P-1", 3), ("T.1 (baru)", 1)]
    twice = given(tmp_path, '[[evidence]]\nitem = 3\nmark = "b"\n[[evidence]]\nitem = 1\n')
    with pytest.raises(UsageError, match="the mark b twice"):
        evidence_list(filled.folder, twice)


@pytest.mark.parametrize(
    ("first", "marks"),
    [
        ("a", ["a", "b", "c"]),
        ("A", ["A", "B", "C"]),
        ("P-1", ["P-1", "P-2", "P-3"]),
        ("1", ["1", "2", "3"]),
        ("Bukti 1", ["Bukti 1", "Bukti 2", "Bukti 3"]),
    ],
)
def test_marks_are_counted_on_from_the_first(first: str, marks: list[str]) -> None:
    assert list(islice(_marks(first), 3)) == marks
    every = list(_marks(first))
    assert len(set(every)) == len(every) == MOST_LISTED


def test_after_z_comes_aa() -> None:
    assert list(islice(_marks("a"), 25, 28)) == ["z", "aa", "ab"]


@pytest.mark.parametrize("first", ["", "b", "P", "P-2", "\u202e1", "x" * 30 + "1", "#1", "１"])
def test_what_is_no_first_mark_is_refused(first: str, filled: Case) -> None:
    with pytest.raises(UsageError, match="is no first mark"):
        evidence_list(filled.folder, first_mark=first)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("format = 2", "cannot be read"),
        ("warna = 1", "unknown field `warna`"),
        ("[report]\nplase = 'x'", "unknown field `plase`"),
        ("[report]\nknown_at = 2024-09-26", "cannot be read"),
        ("[report]\nknown_at = 2024-09-26T09:00:00", "cannot be read"),
        ("[report]\naccount = ''", "cannot be read"),
        (f"[report]\naccount = '{'x' * 5001}'", "cannot be read"),
        ("[[reported]]\npseudonym = 'Tuan Contoh'", "is no pseudonym"),
        ("[[witness]]\npseudonym = 'Saksi 01'\n[[witness]]\npseudonym = 'Saksi 01'", "twice"),
        ("[[evidence]]\nitem = 1\n[[evidence]]\nitem = 1", "the item 1 twice"),
        ("[[evidence]]\nitem = 0", "cannot be read"),
        ("[[evidence]]\nitem = 9", "Item 9 is not in this case"),
        ("[[evidence]]\nitem = 1\nform = 'rumor'", "cannot be read"),
        ("[[evidence]]\nitem = 1\nmark = '#panic'", "cannot be read"),
        (
            "[report]\noccurred = { not_before = 2024-09-26T09:00:00Z, not_after = 2024-09-25T09:00:00Z }",
            "ends before it begins",
        ),
        ("#" * (1 << 20), "larger than"),
        ("[" * 5000, "cannot be read"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(text: str, said: str, filled: Case, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=said) as refused:
        evidence_list(filled.folder, given(tmp_path, text))
    assert refused.value.next_step


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[report]\nknown_at = 2024-09-27T09:00:00+08:00", "when it became known"),
        ("[report]\noccurred = { not_before = 2024-09-24T08:00:00+08:00 }", "when it happened"),
        ("[[reported]]\npseudonym = 'Pejabat 09'", "Pejabat 09 is not in it"),
    ],
)
def test_one_case_does_not_say_two_things(text: str, said: str, filled: Case, tmp_path: Path) -> None:
    filled.file_docket(read_docket(ENTRY))
    with pytest.raises(UsageError, match=said):
        evidence_list(filled.folder, given(tmp_path, text))


def test_the_same_moment_in_another_zone_is_no_contradiction(filled: Case, tmp_path: Path) -> None:
    filled.file_docket(read_docket(ENTRY))
    told = evidence_list(filled.folder, given(tmp_path, "[report]\nknown_at = 2024-09-26T01:00:00Z"))
    assert told.report.known_origin is Origin.DOCKET


def test_a_withheld_item_cannot_be_listed(filled: Case, tmp_path: Path) -> None:
    filled.disclose([1], reason="lindung")
    filled.export(tmp_path / "tanpa.zip", withhold=[1])
    with pytest.raises(UsageError, match="Item 1 is withheld"):
        evidence_list(tmp_path / "tanpa.zip", given(tmp_path, "[[evidence]]\nitem = 1\n"))
    assert evidence_list(tmp_path / "tanpa.zip").evidence == ()


@pytest.mark.parametrize("changed", ["the folder of the case", "a bundle"])
def test_a_case_that_changes_while_it_is_read_gives_no_list(
    changed: str, filled: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled.export(tmp_path / "b.zip")
    where = tmp_path / "b.zip" if changed == "a bundle" else filled.folder
    read = module.recorded

    def recorded_while_somebody_writes(path: Path, **more: Any) -> Any:
        found = read(path, **more)
        filled.file_docket(read_docket(ENTRY))
        (tmp_path / "b.zip").unlink()
        filled.export(tmp_path / "b.zip")
        return found

    monkeypatch.setattr(module, "recorded", recorded_while_somebody_writes)
    with pytest.raises(CustodyError, match="changed while it was read"):
        evidence_list(where)
    monkeypatch.undo()
    assert evidence_list(where).report.standing is Standing.CURRENT


def test_nothing_is_written_into_the_case(filled: Case, person: Callable[..., Custodian]) -> None:
    before = {path: path.stat().st_mtime_ns for path in filled.folder.rglob("*")}
    evidence_list(filled.folder, EXAMPLE)
    assert {path: path.stat().st_mtime_ns for path in filled.folder.rglob("*")} == before
