"""The commands of the expert's report: write it, sign it with another key, take it back signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

import evidentia as ev
from evidentia.record import reasons
from evidentia.record.errors import UsageError
from evidentia.record.item import Item, Role

from .docket_sources import DataFolder, data_sets
from .identities import custodian, with_key
from .judging import AuthorityRoots, anchors_from
from .open_ends import left_open
from .options import AsJson, Authorities, CaseFolder, IdentityFile, PrivateNetwork, Reason, Who
from .renewing import FetchRevocation, take_revocation
from .speaking import Exit, progress, say, say_json, shown, worst
from .targets import must_be_free

if TYPE_CHECKING:
    from evidentia.report.material import Language

_BOTH = "both"


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for name, command, example in (
        ("report", report, "report --case makassar-15 --lang id --out laporan.pdf"),
        ("report-sign", report_sign, "report-sign laporan.pdf laporan-ttd.pdf --identity ahli-2.p12"),
        ("report-take", report_take, "report-take laporan-ttd.pdf --case makassar-15"),
    ):
        app.command(name, epilog=f"Example: evidentia {example}")(command)


def report(
    case: CaseFolder,
    language: Annotated[
        str, typer.Option("--lang", metavar="id|en|both", help="Indonesian, English, or all of it in both.")
    ] = "id",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="PDF", help="Also copy the report here.")
    ] = None,
    purpose: Annotated[
        str, typer.Option("--purpose", help="What the examination was asked to find out.")
    ] = "",
    number: Annotated[str, typer.Option("--number", help="The report's number.")] = "",
    requested_by: Annotated[str, typer.Option("--requested-by", help="Who asked for it.")] = "",
    qualification: Annotated[
        list[str] | None, typer.Option("--qualification", help="A qualification of the examiner; repeatable.")
    ] = None,
    expert: Annotated[
        Path | None,
        typer.Option("--expert", metavar="TOML", help="The examiners, their independence, their own text."),
    ] = None,
    questions: Annotated[
        Path | None,
        typer.Option("--questions", metavar="TOML", help="The questions, propositions and answers."),
    ] = None,
    trust: Annotated[
        Path | None, typer.Option("--trust", metavar="PEM", help="Anchors: states the verdict too.")
    ] = None,
    tsa_trust: AuthorityRoots = None,
    data: DataFolder = None,
    unsigned: Annotated[
        bool, typer.Option("--unsigned", help="Write it to be signed elsewhere; needs no identity.")
    ] = False,
    written_at: Annotated[
        str,
        typer.Option("--written-at", metavar="TIME", help="With --unsigned: the time it states (RFC 3339)."),
    ] = "",
    long_term: Annotated[
        bool, typer.Option("--long-term", help="Make the signature last (PAdES-B-LTA); needs --trust.")
    ] = False,
    fetch_revocation: FetchRevocation = False,
    private_network: PrivateNetwork = False,
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    as_json: AsJson = False,
) -> int:
    """Write the expert's report, sign it with a timestamp (PAdES), and file it in the case; or leave it unsigned."""
    must_be_free(out)
    asked: dict[str, Any] = {
        "language": languages_from(language),
        "purpose": purpose,
        "number": number,
        "requested_by": requested_by,
        "expert": expert,
        "questions": questions,
        "trust": None if trust is None else anchors_from(trust, tsa_trust),
        "data": None if data is None else data_sets(data),
    }
    if unsigned:
        return _unsigned(case, asked, time_from(written_at), out, as_json)
    if written_at:
        raise UsageError(
            "A report that is signed here states the time of now.", next_step="Leave out --written-at."
        )
    from evidentia.case.reporting import examiner_from

    acting = custodian(identity, who, tsa)
    opened = ev.Case.open(case, acting)
    asked["examiner"] = msgspec.structs.replace(
        examiner_from(acting), qualifications=tuple(qualification or ())
    )
    with progress("Reporting") as tell:
        if fetch_revocation:
            take_revocation(opened, None, True, private_network)
        item = opened.report(**asked, long_term=long_term, progress=tell)
    path = opened.path_of(item, Role.REPORT)
    assert path is not None
    _copy_out(path, out)
    _tell(_Written(item, path, out), {}, as_json)
    return worst(left_open(opened, quiet=as_json), Exit.INDETERMINATE if item.problems else Exit.PASSED)


def report_sign(
    source: Annotated[Path, typer.Argument(metavar="PDF", help="The report as it was given out.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="The new file.")],
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    as_json: AsJson = False,
) -> int:
    """Add one more signature (PAdES, with a timestamp) to a report, away from its case; `report-take` files it."""
    from evidentia.custody.signature import pyhanko_signer
    from evidentia.report.pdf_signature import Statement, http_timestampers, sign_report

    must_be_free(target)
    acting = with_key(custodian(identity, who, tsa))
    if not source.is_file():
        raise UsageError(f"{source} is not a file.", next_step="Name the PDF that was given out.")
    with progress("Signing"):
        signed = sign_report(
            source,
            target,
            signer=pyhanko_signer(acting),
            timestampers=http_timestampers(acting.tsa),
            statement=Statement(name=acting.name, reason=source.stem),
        )
    if as_json:
        say_json({"path": str(target), "level": signed.level.value, "signer": acting.name})
    else:
        say(
            f"{shown(target)}: signed by {shown(acting.name)} ({signed.level.value}); take it in with `report-take`."
        )
    return Exit.PASSED


def report_take(
    signed: Annotated[Path, typer.Argument(metavar="PDF", help="The report as it came back signed.")],
    case: CaseFolder,
    reason: Reason = reasons.REPORT_SIGNED_ELSEWHERE,
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    as_json: AsJson = False,
) -> int:
    """File a report that was signed elsewhere, once it is shown to be the one that was written here."""
    try:
        data = signed.read_bytes()
    except OSError as error:
        raise UsageError(f"{signed}: {error.strerror}.", next_step="Check the path.") from error
    opened = ev.Case.open(case, custodian(identity, who, tsa))
    with progress("Checking"):
        taken = opened.take_report(data, reason=reason)
    path = opened.path_of(taken.item, Role.REPORT)
    assert path is not None
    _tell(_Written(taken.item, path, None), {"signatures": taken.signatures}, as_json)
    if not as_json:
        for one in taken.signatures:
            office = f" ({one.organisation})" if one.organisation else ""
            say(f"  signed by {shown(one.name + office)}, certificate {one.certificate}")
    return worst(left_open(opened, quiet=as_json), Exit.INDETERMINATE if taken.item.problems else Exit.PASSED)


@dataclass(frozen=True)
class _Written:
    """A report as it was filed, and where it was copied to."""

    item: Item
    path: Path
    copy: Path | None


def _unsigned(case: Path, asked: dict[str, Any], at: datetime | None, out: Path | None, as_json: bool) -> int:
    if out is None:
        raise UsageError("An unsigned report is written to be given out.", next_step="Say where: --out PDF.")
    opened = ev.Case.open(case)
    with progress("Reporting") as tell:
        kept = opened.unsigned_report(**asked, written_at=at, progress=tell)
    _copy_out(kept, out)
    if as_json:
        say_json({"path": str(out), "sha256": kept.parent.name})
    else:
        say(f"{shown(out)}: to be signed with PAdES, and taken back with `evidentia report-take`.")
        say(f"SHA-256 {kept.parent.name}")
    return Exit.PASSED


def _tell(written: _Written, more: dict[str, Any], as_json: bool) -> None:
    item = written.item
    if as_json:
        say_json(
            {
                "item": item.item,
                "path": str(written.path),
                "copy": str(written.copy) if written.copy else None,
                "problems": item.problems,
                **more,
            }
        )
        return
    say(f"Item [bold]{item.item}[/]: {shown(written.copy or written.path)}")
    for problem in item.problems:
        say(f"  [yellow]{shown(problem)}[/]")


def _copy_out(path: Path, out: Path | None) -> None:
    from evidentia.case.reporting import copy_out

    if out is not None:
        copy_out(path, out)


def time_from(text: str) -> datetime | None:
    """A time with its offset; None for an empty text.

    Raises:
        UsageError: it is none.
    """
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise UsageError(
            f"{text!r} is no time with its zone.", next_step="State it as 2026-11-20T14:05:00+07:00."
        )
    return found


def languages_from(text: str) -> tuple[Language, ...]:
    """The languages that ``--lang`` names.

    Raises:
        UsageError: it names none.
    """
    from evidentia.report.material import Language

    if text == _BOTH:
        return tuple(Language)
    try:
        return (Language(text),)
    except ValueError as error:
        raise UsageError(
            f"{text!r} is not a language of reports.", next_step="Use id, en or both."
        ) from error
