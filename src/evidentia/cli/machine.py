"""Commands about the machine and the person at it: identity, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .identities import load_identity, passphrase_for
from .options import AsJson
from .speaking import Exit, print_table, progress, say, say_json, shown, table


def register(app: typer.Typer) -> None:
    """Add these commands."""
    identity_app = typer.Typer(help="Identities that sign.", no_args_is_help=True)
    identity_app.command("new", epilog='Example: evidentia identity new me.p12 --name "Penyidik A"')(new)
    identity_app.command("show", epilog="Example: evidentia identity show me.p12")(show)
    app.add_typer(identity_app, name="identity")
    app.command("doctor", epilog="Example: evidentia doctor --json")(doctor)


def new(
    target: Annotated[Path, typer.Argument(metavar="P12", help="The new file.")],
    name: Annotated[str, typer.Option("--name", help="Your name.", show_default=False)],
    organisation: Annotated[str, typer.Option("--organisation", help="Your organisation.")] = "",
    as_json: AsJson = False,
) -> int:
    """Make a self-issued identity for trying out. Nobody certifies it, and everything that shows it says so."""
    from evidentia.custody.identity import new_identity

    new_identity(target, passphrase_for(target), name=name, organisation=organisation)
    if as_json:
        say_json({"path": str(target), "certified": False})
    else:
        say(
            f"{shown(target)}: self-issued, [yellow]not certified (tidak tersertifikasi)[/]; good for trying out."
        )
    return Exit.PASSED


def show(source: Annotated[str, typer.Argument(metavar="P12|URI")], as_json: AsJson = False) -> int:
    """Show who an identity is."""
    found = load_identity(source)
    if as_json:
        say_json({"actor": found.actor, "self_issued": found.is_self_issued})
        return Exit.PASSED
    issuer = (
        "self-issued, not certified (tidak tersertifikasi)" if found.is_self_issued else "issued by others"
    )
    say(f"[bold]{shown(found.who)}[/]  {shown(found.name)}, {shown(found.organisation)}: {issuer}")
    say(
        f"certificate {found.actor.certificate}, valid until {found.certificate.not_valid_after_utc:%Y-%m-%d}"
    )
    return Exit.PASSED


def doctor(
    mend: Annotated[
        bool,
        typer.Option("--mend", help="Install a Chromium where none works; nothing else asks the network."),
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Say what is on this machine, what is missing, and how to mend it."""
    from evidentia.case.machine import examine_machine

    parts = examine_machine()
    if mend and any(part.needed and not part.found for part in parts):
        from evidentia.case.mending import install_chromium

        with progress("Installing") as tell:
            install_chromium(tell)
        parts = examine_machine()
    if as_json:
        say_json({"parts": parts})
    else:
        made = table("part", "state", "what it is for")
        for part in parts:
            state = (
                f"[green]{shown(part.found)}[/]" if part.found else f"[yellow]missing[/]: {shown(part.mend)}"
            )
            made.add_row(part.name, state, part.purpose)
        print_table(made)
    return Exit.PASSED if all(part.found or not part.needed for part in parts) else Exit.FAILED
