"""Commands that close what was left open: finish, timestamp; and how every command says what is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

import evidentia as ev

from .identities import custodian
from .options import AsJson, Authorities, CaseFolder, IdentityFile, Who
from .speaking import Exit, progress, say, say_json, shown, warn

if TYPE_CHECKING:
    from evidentia.case import Case


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("finish", epilog="Example: evidentia finish --case makassar-15")(finish)
    app.command(
        "timestamp", epilog="Example: evidentia timestamp --case makassar-15 --tsa http://tsa.example"
    )(timestamp)


def finish(
    case: CaseFolder,
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    as_json: AsJson = False,
) -> int:
    """Bring in what an interruption left: nothing that was captured is lost."""
    opened = ev.Case.open(case, custodian(identity, who, tsa))
    with progress("Finishing"):
        items = opened.finish()
    if as_json:
        say_json({"items": [item.item for item in items], "head": opened.head})
    else:
        say(
            f"{len(items)} interrupted items brought in."
            if items
            else "Nothing was left open by an interruption."
        )
    return left_open(opened, quiet=as_json)


def timestamp(
    case: CaseFolder,
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    as_json: AsJson = False,
) -> int:
    """Complete timestamps that an authority could not give in time."""
    opened = ev.Case.open(case, custodian(identity, who, tsa))
    with progress("Asking the timestamp authorities"):
        pending = opened.timestamp()
    if as_json:
        say_json({"pending": pending, "silent": opened.silent, "head": opened.head})
    elif not pending:
        say("No timestamp is pending.")
    return left_open(opened, quiet=as_json)


def left_open(case: Case, *, quiet: bool = False) -> Exit:
    """Say what is open in a case; the exit code says it too."""
    open_ = case.unfinished
    if not quiet:
        for reason in case.silent:
            warn(f"[yellow]{shown(reason)}[/]")
    if open_.is_empty:
        return Exit.PASSED
    if not quiet:
        if open_.awaited:
            warn(
                f"[yellow]Prepared, and waiting for signatures made elsewhere: {', '.join(open_.awaited)}. "
                "Take them in with `evidentia seal-take`.[/]"
            )
        if open_.pending:
            warn(f"[yellow]Timestamps pending: {len(open_.pending)}. Run `evidentia timestamp --tsa URL`.[/]")
        if open_.interrupted:
            warn(f"[yellow]Interrupted steps: {open_.interrupted}. Run `evidentia finish`.[/]")
    return Exit.INDETERMINATE
