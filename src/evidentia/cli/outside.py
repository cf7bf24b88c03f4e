"""Commands for signatures that are made outside: a seal goes out and comes back signed, or its event is dropped."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer

import evidentia as ev
from evidentia.custody.store import disk_error
from evidentia.record.custody import EventType
from evidentia.record.errors import UsageError

from .identities import custodian, with_key
from .open_ends import left_open
from .options import AsJson, Authorities, CaseFolder, IdentityFile, Who
from .speaking import Exit, progress, say, say_json, shown, warn

EventNumber = Annotated[int, typer.Argument(metavar="EVENT", help="The event's number.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for name, command, example in (
        ("seal-pdf", seal_pdf, "seal-pdf 7 seal-7.pdf --case makassar-15"),
        ("seal-copy", seal_copy, "seal-copy 7 seal-7.sha256 --case makassar-15"),
        ("seal-sign", seal_sign, "seal-sign seal-7.sha256 seal-7.p7s --identity penyidik-c.p12"),
        ("seal-take", seal_take, "seal-take seal-7-signed.pdf --case makassar-15"),
        ("withdraw", withdraw, "withdraw --case makassar-15"),
    ):
        app.command(name, epilog=f"Example: evidentia {example}")(command)


def seal_pdf(
    event: EventNumber,
    target: Annotated[Path, typer.Argument(metavar="PDF", help="The new file.", show_default=False)],
    case: CaseFolder,
    as_json: AsJson = False,
) -> int:
    """Write an event's seal as a PDF, for somebody who signs in a PDF application of their own."""
    from evidentia.custody.pdf_seal import seal_pdf as seal_as_pdf

    sealed, seal = ev.Case.open(case).seal_of(event)
    return _give_out(event, seal, target, seal_as_pdf(sealed, seal), "with PAdES", as_json)


def seal_copy(
    event: EventNumber,
    target: Annotated[Path, typer.Argument(metavar="FILE", help="The new file.", show_default=False)],
    case: CaseFolder,
    as_json: AsJson = False,
) -> int:
    """Write an event's seal as it is, for somebody who signs with `seal-sign` on another machine."""
    _, seal = ev.Case.open(case).seal_of(event)
    return _give_out(event, seal, target, seal, "with `evidentia seal-sign`", as_json)


def seal_sign(
    seal: Annotated[Path, typer.Argument(metavar="SEAL", help="The seal that was given out.")],
    target: Annotated[Path, typer.Argument(metavar="P7S", help="The new file, for whoever keeps the case.")],
    identity: IdentityFile = None,
    who: Who = "",
    as_json: AsJson = False,
) -> int:
    """Sign a seal away from its case; whoever keeps the case takes the signature in."""
    from evidentia.custody.signature import sign_seal

    read, signature = sign_seal(_read(seal), with_key(custodian(identity, who, None)))
    _write(target, signature)
    if as_json:
        say_json({"path": str(target), "event": read.event, "seal": list(read.header)})
        return Exit.PASSED
    say("You have signed:")
    for line in read.header:
        say(f"  {shown(line)}")
    say(f"{shown(target)}: to be taken in with `evidentia seal-take`.")
    return Exit.PASSED


def seal_take(
    signed: Annotated[
        Path, typer.Argument(metavar="FILE", help="The signed PDF, or the .p7s of `seal-sign`.")
    ],
    case: CaseFolder,
    event: Annotated[
        int,
        typer.Option("--event", help="The event's number; else of the one that waits.", show_default=False),
    ] = 0,
    tsa: Authorities = None,
    as_json: AsJson = False,
) -> int:
    """Take a signed seal back: check it, file it, take a timestamp over it; the last signature completes the event."""
    opened = ev.Case.open(case)
    with progress("Checking"):
        taken = opened.take_signature(_read(signed), event=event, tsa=tsa or ())
    if as_json:
        say_json({
            "event": taken.event.event,
            "who": taken.who,
            "path": taken.path,
            "pending": [] if taken.stamped else [taken.path],
            "awaited": list(taken.awaited),
        })  # fmt: skip
        return left_open(opened, quiet=True)
    say(f"{taken.who}'s signature is filed as {taken.path}.")
    if not taken.awaited and taken.event.type is EventType.EXPORT:
        say("Run the same export again: it writes the bundle now.")
    if not taken.stamped:
        warn("[yellow]It has no timestamp yet: run `evidentia timestamp`, or take it again with --tsa.[/]")
    return left_open(opened)


def withdraw(case: CaseFolder, as_json: AsJson = False) -> int:
    """Drop an event that was prepared and waits for a signature. Nothing of the case changes; it is set aside."""
    aside = ev.Case.open(case).withdraw()
    if as_json:
        say_json({"path": aside})
    else:
        say(f"Withdrawn, and set aside in {shown(aside)}.")
        say(
            "A copy of its seal that was given out can still be signed: destroy it, or say that it no longer counts."
        )
    return Exit.PASSED


def _give_out(event: int, seal: bytes, target: Path, data: bytes, how: str, as_json: bool) -> int:
    _write(target, data)
    if as_json:
        say_json({"path": str(target), "event": event, "seal": hashlib.sha256(seal).hexdigest()})
    else:
        say(f"{shown(target)}: to be signed {how}, and taken back with `evidentia seal-take`.")
    return Exit.PASSED


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}.", next_step="Check the path.") from error


def _write(target: Path, data: bytes) -> None:
    try:
        with target.open("xb") as stream:
            stream.write(data)
    except FileExistsError as error:
        raise UsageError(f"{target} exists already.", next_step="Name another file.") from error
    except OSError as error:
        raise disk_error(target, error) from error
