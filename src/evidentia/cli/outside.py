"""Commands for signatures that are made outside: a seal goes out as a PDF and comes back signed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from evidentia.custody.ledger import Ledger
from evidentia.custody.pdf_seal import seal_pdf as seal_as_pdf
from evidentia.custody.store import Store, disk_error
from evidentia.formats import names
from evidentia.record.custody import Event
from evidentia.record.errors import CustodyError, UsageError

from .options import AsJson, Authorities, CaseFolder
from .speaking import Exit, say, say_json, shown, warn


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("seal-pdf", epilog="Example: evidentia seal-pdf 7 seal-7.pdf --case makassar-15")(seal_pdf)
    example = "Example: evidentia seal-take seal-7-signed.pdf --event 7 --case makassar-15"
    app.command("seal-take", epilog=example)(seal_take)


def seal_pdf(
    event: Annotated[int, typer.Argument(metavar="EVENT", help="The event's number.", show_default=False)],
    target: Annotated[Path, typer.Argument(metavar="PDF", help="The new file.", show_default=False)],
    case: CaseFolder,
    as_json: AsJson = False,
) -> int:
    """Write an event's seal as a PDF, for somebody who signs in a PDF application of their own."""
    ledger = Ledger.load(Store(case))
    sealed, seal = _sealed(ledger, event)
    try:
        with target.open("xb") as stream:
            stream.write(seal_as_pdf(sealed, seal))
    except FileExistsError as error:
        raise UsageError(f"{target} exists already.", next_step="Name another file.") from error
    except OSError as error:
        raise disk_error(target, error) from error
    if as_json:
        say_json({"path": str(target), "event": event, "seal": hashlib.sha256(seal).hexdigest()})
    else:
        say(f"{shown(target)}: to be signed with PAdES, and taken back with `evidentia seal-take`.")
    return Exit.PASSED


def seal_take(
    signed: Annotated[Path, typer.Argument(metavar="PDF", help="The signed file.", show_default=False)],
    event: Annotated[int, typer.Option("--event", help="The event's number.", show_default=False)],
    case: CaseFolder,
    tsa: Authorities = None,
    as_json: AsJson = False,
) -> int:
    """Take a signed seal back: check it, file it as its signer's signature, and take a timestamp over it."""
    from evidentia.custody.pdf_seal_check import check_signed_pdf

    try:
        data = signed.read_bytes()
    except OSError as error:
        raise UsageError(f"{signed}: {error.strerror}.", next_step="Check the path.") from error
    ledger = Ledger.load(Store(case))
    with ledger.store.locked():
        ledger.refresh()
        sealed, seal = _sealed(ledger, event)
        actor = check_signed_pdf(data, sealed, seal)
        path = names.pdf_signature_path(event, actor.who)
        _file(ledger.store, event, actor.who, data)
        stamped = ledger.stamp(path, tsa or ())
    if as_json:
        say_json({"event": event, "who": actor.who, "path": path, "pending": [] if stamped else [path]})
    else:
        say(f"{shown(actor.name)}'s signature is filed as {path}.")
        if not stamped:
            warn("[yellow]It has no timestamp yet: take it again with --tsa.[/]")
    return Exit.PASSED if stamped else Exit.INDETERMINATE


def _sealed(ledger: Ledger, number: int) -> tuple[Event, bytes]:
    if not 1 <= number <= len(ledger.events):
        raise UsageError(
            f"The case has no event {number}.", next_step="See its events with `evidentia show`."
        )
    return ledger.events[number - 1], ledger.store.read(names.seal_path(number))


def _file(store: Store, event: int, who: str, data: bytes) -> None:
    """File the signature; the very same file again is no error, so that its timestamp can be asked for later."""
    path = names.pdf_signature_path(event, who)
    if store.exists(names.signature_path(event, who)):
        raise CustodyError(f"{who} has signed event {event} already.", next_step="Nothing is left to do.")
    if not (store.exists(path) and store.read(path) == data):
        store.create_file(path, data)
