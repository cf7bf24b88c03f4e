"""Commands that exchange cases with other agencies and other programs: exchange …."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evidentia.record.errors import UsageError

from .options import AsJson
from .speaking import Exit, progress, say, say_json, shown, warn

if TYPE_CHECKING:
    from evidentia.report.recorded import Recorded

_WHERE = "A case folder, or a bundle."


def register(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(help="Exchange with other agencies and other programs.", no_args_is_help=True)
    group.command(
        "case-uco",
        epilog="Example: evidentia exchange case-uco makassar-15 --out makassar-15.jsonld",
    )(case_uco)
    group.command(
        "tables",
        epilog="Example: evidentia exchange tables makassar-15 --out makassar-15-tables --parquet",
    )(tables)
    app.add_typer(group, name="exchange")


def case_uco(
    where: Annotated[Path, typer.Argument(metavar="CASE|BUNDLE", help=_WHERE)],
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="The new file (JSON-LD).", show_default=False)
    ],
    as_json: AsJson = False,
) -> int:
    """Tell a case in CASE/UCO (JSON-LD), for the tools of other laboratories. It judges no signature."""
    from evidentia.case.table_files import create
    from evidentia.report.case_uco import case_uco as told_in_case_uco

    _must_be_free(out)
    told = _read(where)
    with progress("Telling"):
        data, nodes = told_in_case_uco(told)
    create(out, data)
    if as_json:
        say_json({"path": str(out), "nodes": nodes, "head": told.head, "problems": told.problems})
    else:
        say(f"{shown(out)}: {nodes} things in CASE/UCO. It is no evidence; the bundle is.")
    return _ended(told, as_json)


def tables(
    where: Annotated[Path, typer.Argument(metavar="CASE|BUNDLE", help=_WHERE)],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The new folder.", show_default=False)],
    parquet: Annotated[
        bool, typer.Option("--parquet", help="Write each table as Parquet too; needs the extra [parquet].")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Write items, files, events, findings and the lives of posts as tables (CSV), safe for spreadsheets."""
    from evidentia.case.table_files import write_tables

    _must_be_free(out)
    told = _read(where)
    with progress("Writing tables"):
        written = write_tables(told, out, parquet=parquet)
    if as_json:
        say_json(written)
    else:
        for one in written.tables:
            say(f"{one.rows:>7} rows  {shown(out / one.file)}")
    return _ended(told, as_json)


def _read(where: Path) -> Recorded:
    from evidentia.case.recorded import recorded

    with progress("Reading"):
        return recorded(where)


def _must_be_free(out: Path) -> None:
    """Said before anything is read: what is there is never replaced."""
    if out.exists() or out.is_symlink():
        raise UsageError(f"{out} is already there.", next_step="Name something that is not there yet.")


def _ended(told: Recorded, as_json: bool) -> Exit:
    """Exit code 3 where something was left out because it is not as it was sealed."""
    if told.problems and not as_json:
        for problem in told.problems:
            warn(f"  [yellow]left out: {shown(problem)}[/]")
    return Exit.INDETERMINATE if told.problems else Exit.PASSED
