"""Tables as files: CSV that no spreadsheet runs, and Parquet.

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula, and what strangers post can be
one that sends data away (OWASP, "CSV Injection"; CWE-1236). So such a text gets one apostrophe in front, and one that
has apostrophes before such a beginning gets one more: taking one off again, where a text begins so, gives every text
back.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from evidentia.custody.store import disk_error
from evidentia.formats.head import printed_head
from evidentia.record.errors import MissingPart, UsageError
from evidentia.report.inert import well_formed
from evidentia.report.recorded import Recorded

from .record_tables import tables_of
from .tables import Table

_FORMULA = (
    r"(?:[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])"  # and their full-width forms, which Excel takes too
)
_DANGEROUS = re.compile(f"'*{_FORMULA}")
_GUARDED = re.compile(f"'+{_FORMULA}")

NUMBERS = frozenset(
    {"item", "look", "version", "change", "standing", "contradiction", "looks", "event"}
    | {"files", "size_bytes", "kept_in"}
)
FLAGS = frozenset({"edit_mark", "here"})
MOMENTS = frozenset({"not_before", "not_after", "created_at", "edited_at", "stated_at", "claimed_at"}) | {
    f"{name}_at" for name in ("occurred", "known", "captured", "received")
}
"""What columns hold, by name, so that an empty table has the same types as a full one; all others hold text."""

NUMBERS_IN = {"observations": frozenset({"media"})}
"""Columns that hold numbers in one table and text in another."""


class WrittenTable(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a table: its name, rows, and digest."""

    table: str
    file: str
    rows: int
    sha256: str


class WrittenTables(msgspec.Struct, frozen=True, kw_only=True):
    """``tables.json``: of which case, in which state, these tables are. ``head`` is in its printed form.

    ``problems``: what was left out of them, because it is not as it was sealed or could not be read.
    """

    format: int = 1
    case: str
    head: str | None
    withheld: tuple[int, ...]
    tables: tuple[WrittenTable, ...]
    problems: tuple[str, ...]


def write_tables(told: Recorded, folder: Path, *, parquet: bool = False) -> WrittenTables:
    """Write all tables into a new folder, each as CSV (RFC 4180, UTF-8), and as Parquet too where that is wanted.

    Raises:
        UsageError: the folder is there already.
        MissingPart: Parquet is wanted, and the extra ``[parquet]`` is not installed.
    """
    if parquet and find_spec("pyarrow") is None:
        raise MissingPart(
            "Parquet is written by pyarrow, which is not installed.",
            next_step="Install it: pip install 'evidentia-forensics[parquet]'; or leave --parquet out.",
        )
    made = tables_of(told)
    try:
        folder.mkdir()
    except FileExistsError as error:
        raise UsageError(
            f"{folder} is already there.", next_step="Name a folder that is not there yet."
        ) from error
    except OSError as error:
        raise disk_error(folder, error) from error
    written = [_written(folder, one, f"{one.name}.csv", csv_bytes(one)) for one in made]
    if parquet:
        written += [_written(folder, one, f"{one.name}.parquet", parquet_bytes(one)) for one in made]
    about = WrittenTables(
        case=told.case,
        head=None if told.head is None else printed_head(told.head),
        withheld=told.withheld,
        tables=tuple(written),
        problems=tuple(map(well_formed, told.problems)),
    )
    create(folder / "tables.json", msgspec.json.format(msgspec.json.encode(about), indent=1) + b"\n")
    return about


def csv_bytes(table: Table) -> bytes:
    """A table as CSV: every cell in quotes, lines end with CR LF, ``None`` and "" are both empty."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows([cell(row[name]) for name in table.columns] for row in table)
    return stream.getvalue().encode()


def cell(value: object) -> Any:
    """A value as a cell of a CSV, which no spreadsheet takes for a formula: "" for ``None``, times in UTC."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return guarded(well_formed(value)) if isinstance(value, str) else value


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def unguarded(text: str) -> str:
    """The text that ``guarded`` made a cell of."""
    return text[1:] if _GUARDED.match(text) else text


def parquet_bytes(table: Table) -> bytes:
    """A table as Parquet: texts as they are, moments in UTC (microseconds); of the same types where it is empty."""
    import pyarrow
    import pyarrow.parquet

    kinds = {"text": pyarrow.string(), "number": pyarrow.int64(), "flag": pyarrow.bool_()}
    kinds["moment"] = pyarrow.timestamp("us", tz="UTC")
    schema = pyarrow.schema([(name, kinds[kind_of(table.name, name)]) for name in table.columns])
    columns = [
        [well_formed(value) if isinstance(value, str) else value for value in table.column(name)]
        for name in table.columns
    ]
    arrays = [pyarrow.array(values, kind) for values, kind in zip(columns, schema.types, strict=True)]
    sink = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_arrays(arrays, schema=schema), sink)
    return sink.getvalue()


def kind_of(table: str, column: str) -> str:
    """What a column holds: ``text``, ``number``, ``flag`` or ``moment``."""
    if column in NUMBERS or column in NUMBERS_IN.get(table, ()):
        return "number"
    if column in MOMENTS:
        return "moment"
    return "flag" if column in FLAGS else "text"


def create(path: Path, data: bytes) -> None:
    """Write a new file.

    Raises:
        UsageError: it is there already.
        EvidentiaError: the disk does not take it.
    """
    try:
        with new_file(path) as stream:
            stream.write(data)
    except OSError as error:
        raise disk_error(path, error) from error


def new_file(path: Path) -> BinaryIO:
    """Open a new file, to write it bit by bit.

    Raises:
        UsageError: it is there already.
        EvidentiaError: the disk does not take it.
    """
    try:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "wb")
    except FileExistsError as error:
        raise UsageError(f"{path} is already there.", next_step="Name another file.") from error
    except OSError as error:
        raise disk_error(path, error) from error


def _written(folder: Path, table: Table, name: str, data: bytes) -> WrittenTable:
    create(folder / name, data)
    digest = hashlib.sha256(data).hexdigest()
    return WrittenTable(table=table.name, file=name, rows=len(table), sha256=digest)
