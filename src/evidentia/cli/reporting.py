"""The command that tells: report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

import evidentia as ev
from evidentia.record.errors import UsageError
from evidentia.record.item import Role

from .identities import custodian
from .judging import AuthorityRoots, anchors_from
from .open_ends import left_open
from .options import AsJson, Authorities, CaseFolder, IdentityFile, Who
from .speaking import Exit, progress, say, say_json, shown, worst

if TYPE_CHECKING:
    from evidentia.report.material import Language


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("report", epilog="Example: evidentia report --case makassar-15 --lang id --out laporan.pdf")(
        report
    )


def report(
    case: CaseFolder,
    language: Annotated[str, typer.Option("--lang", metavar="id|en", help="Indonesian or English.")] = "id",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="PDF", help="Also copy the signed PDF here.")
    ] = None,
    purpose: Annotated[
        str, typer.Option("--purpose", help="What the examination was asked to find out.")
    ] = "",
    number: Annotated[str, typer.Option("--number", help="The report's number.")] = "",
    requested_by: Annotated[str, typer.Option("--requested-by", help="Who asked for it.")] = "",
    qualification: Annotated[
        list[str] | None, typer.Option("--qualification", help="A qualification of the examiner; repeatable.")
    ] = None,
    trust: Annotated[
        Path | None, typer.Option("--trust", metavar="PEM", help="Anchors: states the verdict too.")
    ] = None,
    tsa_trust: AuthorityRoots = None,
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    as_json: AsJson = False,
) -> int:
    """Write the expert's report, sign it with a timestamp (PAdES), and file it in the case."""
    from evidentia.case.reporting import copy_out, examiner_from

    acting = custodian(identity, who, tsa)
    opened = ev.Case.open(case, acting)
    anchors = None if trust is None else anchors_from(trust, tsa_trust)
    examiner = msgspec.structs.replace(examiner_from(acting), qualifications=tuple(qualification or ()))
    with progress("Reporting") as tell:
        item = opened.report(
            language=_language(language),
            examiner=examiner,
            purpose=purpose,
            number=number,
            requested_by=requested_by,
            trust=anchors,
            progress=tell,
        )
    path = opened.path_of(item, Role.REPORT)
    assert path is not None
    if out is not None:
        copy_out(path, out)
    if as_json:
        say_json(
            {
                "item": item.item,
                "path": str(path),
                "copy": str(out) if out else None,
                "problems": item.problems,
            }
        )
    else:
        say(f"Item [bold]{item.item}[/]: {shown(out or path)}")
        for problem in item.problems:
            say(f"  [yellow]{shown(problem)}[/]")
    return worst(left_open(opened, quiet=as_json), Exit.INDETERMINATE if item.problems else Exit.PASSED)


def _language(text: str) -> Language:
    from evidentia.report.material import Language

    try:
        return Language(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is not a language of reports.", next_step="Use id or en.") from error
