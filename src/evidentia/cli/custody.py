"""Commands of custody: open, transfer, receive, admit, rekey, note, status, close."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import evidentia as ev
from evidentia.custody.identity import Acts
from evidentia.record import reasons

from .identities import NEWCOMER_PASSPHRASE, custodian, load_identity, receiver
from .open_ends import left_open
from .options import AsJson, Authorities, Authority, CaseFolder, IdentityFile, Place, Reason, Who
from .showing import say_event
from .speaking import progress, say, say_json, shown

NewcomerWho = Annotated[
    str,
    typer.Option(
        "--newcomer-who", metavar="NAME", help="The newcomer's short name; else from the certificate."
    ),
]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(
        "open",
        epilog='Example: evidentia open makassar-15 --title "Dukungan di media sosial" --identity penyidik-a.p12',
    )(open_case)
    app.command(
        "transfer",
        epilog='Example: evidentia transfer --case makassar-15 --to pengawas-b.pem --reason "klarifikasi"',
    )(transfer)
    app.command("receive", epilog="Example: evidentia receive --case makassar-15 --identity pengawas-b.p12")(
        receive
    )
    app.command(
        "admit", epilog="Example: evidentia admit penyidik-c.p12 --case makassar-15 --reason 'surat tugas 14'"
    )(admit)
    app.command(
        "rekey",
        epilog="Example: evidentia rekey penyidik-a --by baru.p12 --case makassar-15 --reason 'kartu hilang'",
    )(rekey)
    app.command("note", epilog='Example: evidentia note "Perangkat dikembalikan." --case makassar-15')(note)
    app.command("status", epilog='Example: evidentia status "diregistrasi" --case makassar-15')(status)
    app.command("close", epilog='Example: evidentia close --case makassar-15 --reason "putusan telah tetap"')(
        close
    )


def open_case(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new folder; its name becomes the case's id.")
    ],
    title: Annotated[str, typer.Option("--title", help="What the case is called.", show_default=False)],
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    reason: Reason = reasons.CASE_OPENED,
    place: Place = "",
    authority: Authority = "",
    as_json: AsJson = False,
) -> int:
    """Open a new case."""
    acting = custodian(identity, who, tsa)
    with progress("Opening the case"):
        case = ev.Case.create(
            folder, title=title, custodian=acting, reason=reason, place=place, authority=authority
        )
    if as_json:
        say_json(
            {
                "case": case.id,
                "folder": str(case.folder),
                "head": case.head,
                "pending": case.pending,
                "silent": case.silent,
            }
        )
    else:
        say(f"Case [bold]{shown(case.id)}[/] opened in {shown(case.folder)}.")
    return left_open(case, quiet=as_json)


def transfer(
    case: CaseFolder,
    to: Annotated[
        Path, typer.Option("--to", metavar="CERT", help="The receiver's certificate.", show_default=False)
    ],
    reason: Annotated[str, typer.Option("--reason", help="Why.", show_default=False)],
    to_who: Annotated[str, typer.Option("--to-who", metavar="NAME", help="The receiver's short name.")] = "",
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    place: Place = "",
    authority: Authority = "",
    as_json: AsJson = False,
) -> int:
    """Hand the case to another custodian, who must then receive it."""
    opened = ev.Case.open(case, custodian(identity, who, tsa))
    party = receiver(to, to_who)
    with progress("Transferring"):
        event = opened.transfer(party, reason=reason, place=place, authority=authority)
    say_event(opened, event, as_json, f"Handed to {shown(party.name)}, who must now `evidentia receive` it.")
    return left_open(opened, quiet=as_json)


def receive(
    case: CaseFolder,
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    refuse: Annotated[
        bool, typer.Option("--refuse", help="As the sender: the transfer was refused.")
    ] = False,
    reason: Reason = "",
    place: Place = "",
    authority: Authority = "",
    as_json: AsJson = False,
) -> int:
    """Answer a transfer: check the case, countersign, and take custody; or take it back."""
    opened = ev.Case.open(case, custodian(identity, who, tsa))
    with progress("Checking and countersigning"):
        why = reason or (reasons.REFUSED if refuse else reasons.RECEIVED)
        event = opened.receive(accept=not refuse, reason=why, place=place, authority=authority)
    say_event(
        opened,
        event,
        as_json,
        "Refused; the sender keeps custody." if refuse else "Received and countersigned.",
    )
    return left_open(opened, quiet=as_json)


def admit(
    newcomer: Annotated[
        str,
        typer.Argument(
            metavar="FILE|URI",
            help="The newcomer's identity, as for --identity: a certificate, where they sign elsewhere.",
        ),
    ],
    case: CaseFolder,
    reason: Annotated[str, typer.Option("--reason", help="Why.", show_default=False)],
    newcomer_who: NewcomerWho = "",
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    place: Place = "",
    authority: Authority = "",
    as_json: AsJson = False,
) -> int:
    """Let somebody else hold custody as well; both sign, the newcomer here or elsewhere."""
    opened = ev.Case.open(case, custodian(identity, who, tsa))
    joins = _newcomer(newcomer, newcomer_who, tsa)
    with progress("Signing"):
        event = opened.admit(joins, reason=reason, place=place, authority=authority)
    say_event(opened, event, as_json, f"{shown(joins.name)} holds the case too, as {joins.who}.")
    return left_open(opened, quiet=as_json)


def rekey(
    replaced: Annotated[
        str, typer.Argument(metavar="NAME", help="Short name of the holder whose key no longer counts.")
    ],
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="FILE|URI",
            help="The identity with the new key, as for --identity.",
            show_default=False,
        ),
    ],
    case: CaseFolder,
    reason: Annotated[str, typer.Option("--reason", help="Why.", show_default=False)],
    newcomer_who: NewcomerWho = "",
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    place: Place = "",
    authority: Authority = "",
    as_json: AsJson = False,
) -> int:
    """Put a new key, under a new short name, in the place of a holder's."""
    opened = ev.Case.open(case, custodian(identity, who, tsa))
    new = _newcomer(by, newcomer_who, tsa)
    with progress("Signing"):
        event = opened.rekey(replaced, new, reason=reason, place=place, authority=authority)
    say_event(opened, event, as_json, f"{shown(replaced)} no longer holds the case; {new.who} does.")
    return left_open(opened, quiet=as_json)


def _newcomer(identity: str, who: str, tsa: list[str] | None) -> Acts:
    """A second person: at this keyboard, with a passphrase of their own, or elsewhere."""
    return load_identity(identity, who=who, tsa=tsa or (), variable=NEWCOMER_PASSPHRASE)


def note(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A remark; it can never be withheld.")],
    case: CaseFolder,
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    reason: Reason = reasons.NOTE,
    as_json: AsJson = False,
) -> int:
    """Write a remark into the chain of custody."""
    opened = ev.Case.open(case, custodian(identity, who, tsa))
    with progress("Signing"):
        event = opened.note(text, reason=reason)
    say_event(opened, event, as_json, "Noted.")
    return left_open(opened, quiet=as_json)


def status(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="How far the matter has come; never withheld.")],
    case: CaseFolder,
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    reason: Reason = reasons.STATUS,
    as_json: AsJson = False,
) -> int:
    """State how far the matter has come."""
    opened = ev.Case.open(case, custodian(identity, who, tsa))
    with progress("Signing"):
        event = opened.status(text, reason=reason)
    say_event(opened, event, as_json, "Stated.")
    return left_open(opened, quiet=as_json)


def close(
    case: CaseFolder,
    reason: Annotated[str, typer.Option("--reason", help="Why.", show_default=False)],
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    place: Place = "",
    authority: Authority = "",
    as_json: AsJson = False,
) -> int:
    """Close the case: no evidence can come after; exporting and transferring still work."""
    opened = ev.Case.open(case, custodian(identity, who, tsa))
    with progress("Signing"):
        event = opened.close(reason=reason, place=place, authority=authority)
    say_event(opened, event, as_json, "Closed.")
    return left_open(opened, quiet=as_json)
