"""Commands that keep custody: transfer, receive, admit, rekey, note, status, close, disclose, and so on."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from evidentia.case import Case, Region
from evidentia.custody.identity import Custodian
from evidentia.formats.head import printed_head
from evidentia.record.custody import Event
from evidentia.record.errors import UsageError
from evidentia.record.item import Role

from .evidence import left_open
from .options import (
    AsJson,
    Authorities,
    Authority,
    CaseFolder,
    IdentityFile,
    Place,
    Reason,
    Who,
    custodian,
    receiver,
)
from .speaking import print_table, progress, say, say_json, shown, table, warn

NEWCOMER_PASSPHRASE = "EVIDENTIA_NEWCOMER_PASSPHRASE"

NewcomerWho = Annotated[
    str,
    typer.Option(
        "--newcomer-who", metavar="NAME", help="The newcomer's short name; else from the certificate."
    ),
]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in _COMMANDS:
        app.command(command.__name__, epilog=_EXAMPLES[command.__name__])(command)


_EXAMPLES = {
    "admit": "Example: evidentia admit penyidik-c.p12 --case makassar-15 --reason 'surat tugas 14'",
    "rekey": "Example: evidentia rekey penyidik-a --by penyidik-a-2027.p12 --case makassar-15 --reason 'kartu hilang'",
    "status": 'Example: evidentia status "diregistrasi" --case makassar-15',
    "close": 'Example: evidentia close --case makassar-15 --reason "putusan telah tetap"',
    "transfer": 'Example: evidentia transfer --case makassar-15 --to pengawas-b.pem --reason "klarifikasi"',
    "receive": "Example: evidentia receive --case makassar-15 --identity pengawas-b.p12",
    "note": 'Example: evidentia note "Perangkat dikembalikan." --case makassar-15',
    "timestamp": "Example: evidentia timestamp --case makassar-15 --tsa http://tsa.example",
    "derive": "Example: evidentia derive 3 --case makassar-15 --region 40,120,300,60 --reason 'wajah anak'",
    "disclose": 'Example: evidentia disclose 2 3 --case makassar-15 --reason "identitas pelapor dilindungi"',
    "export": "Example: evidentia export makassar-15.zip --case makassar-15      (--withhold 2 leaves item 2 out)",
    "show": "Example: evidentia show --case makassar-15",
}


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
    opened = Case.open(case, custodian(identity, who, tsa))
    party = receiver(to, to_who)
    with progress("Transferring"):
        event = opened.transfer(party, reason=reason, place=place, authority=authority)
    _say_event(opened, event, as_json, f"Handed to {shown(party.name)}, who must now `evidentia receive` it.")
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
    opened = Case.open(case, custodian(identity, who, tsa))
    with progress("Checking and countersigning"):
        why = reason or ("refused" if refuse else "received")
        event = opened.receive(accept=not refuse, reason=why, place=place, authority=authority)
    _say_event(
        opened,
        event,
        as_json,
        "Refused; the sender keeps custody." if refuse else "Received and countersigned.",
    )
    return left_open(opened, quiet=as_json)


def admit(
    newcomer: Annotated[
        Path, typer.Argument(metavar="P12", help="The newcomer's identity: whoever joins signs as well.")
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
    """Let somebody else hold custody as well; both sign."""
    opened = Case.open(case, custodian(identity, who, tsa))
    joins = _newcomer(newcomer, newcomer_who, tsa)
    event = opened.admit(joins, reason=reason, place=place, authority=authority)
    _say_event(opened, event, as_json, f"{shown(joins.name)} holds the case too, as {joins.who}.")
    return left_open(opened, quiet=as_json)


def rekey(
    replaced: Annotated[
        str, typer.Argument(metavar="NAME", help="Short name of the holder whose key no longer counts.")
    ],
    by: Annotated[
        Path, typer.Option("--by", metavar="P12", help="The identity with the new key.", show_default=False)
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
    opened = Case.open(case, custodian(identity, who, tsa))
    new = _newcomer(by, newcomer_who, tsa)
    event = opened.rekey(replaced, new, reason=reason, place=place, authority=authority)
    _say_event(opened, event, as_json, f"{shown(replaced)} no longer holds the case; {new.who} does.")
    return left_open(opened, quiet=as_json)


def _newcomer(identity: Path, who: str, tsa: list[str] | None) -> Custodian:
    """A second person at this keyboard, with a passphrase of their own."""
    found = os.environ.get(NEWCOMER_PASSPHRASE)
    if found is None:
        found = str(typer.prompt(f"Passphrase of {identity.name}", hide_input=True, err=True))
    return Custodian.from_pkcs12(identity, found, tsa=tsa or (), who=who)


def status(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="How far the matter has come; never withheld.")],
    case: CaseFolder,
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    reason: Reason = "status",
    as_json: AsJson = False,
) -> int:
    """State how far the matter has come."""
    opened = Case.open(case, custodian(identity, who, tsa))
    event = opened.status(text, reason=reason)
    _say_event(opened, event, as_json, "Stated.")
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
    opened = Case.open(case, custodian(identity, who, tsa))
    event = opened.close(reason=reason, place=place, authority=authority)
    _say_event(opened, event, as_json, "Closed.")
    return left_open(opened, quiet=as_json)


def note(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A remark; it can never be withheld.")],
    case: CaseFolder,
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    reason: Reason = "note",
    as_json: AsJson = False,
) -> int:
    """Write a remark into the chain of custody."""
    opened = Case.open(case, custodian(identity, who, tsa))
    event = opened.note(text, reason=reason)
    _say_event(opened, event, as_json, "Noted.")
    return left_open(opened, quiet=as_json)


def timestamp(
    case: CaseFolder,
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    as_json: AsJson = False,
) -> int:
    """Complete timestamps that an authority could not give in time."""
    opened = Case.open(case, custodian(identity, who, tsa))
    with progress("Asking the timestamp authorities"):
        pending = opened.timestamp()
    if as_json:
        say_json({"pending": pending, "head": opened.head})
    elif not pending:
        say("No timestamp is pending.")
    return left_open(opened, quiet=as_json)


def disclose(
    items: Annotated[list[int], typer.Argument(metavar="ITEM...", help="Items that may be withheld.")],
    case: CaseFolder,
    reason: Annotated[
        str, typer.Option("--reason", help="Why; it can never be withheld.", show_default=False)
    ],
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    place: Place = "",
    authority: Authority = "",
    as_json: AsJson = False,
) -> int:
    """Name items that may be withheld from bundles; `export --withhold` then leaves them out."""
    opened = Case.open(case, custodian(identity, who, tsa))
    event = opened.disclose(items, reason=reason, place=place, authority=authority)
    _say_event(opened, event, as_json, f"May be withheld from now on: {_listed(items)}.")
    return left_open(opened, quiet=as_json)


def derive(
    item: Annotated[int, typer.Argument(metavar="ITEM", help="The item to make a redacted copy of.")],
    case: CaseFolder,
    reason: Annotated[
        str, typer.Option("--reason", help="Why; it can never be withheld.", show_default=False)
    ],
    region: Annotated[
        list[str] | None,
        typer.Option("--region", metavar="X,Y,W,H", help="Paint over these pixels of a picture; repeatable."),
    ] = None,
    word: Annotated[
        list[str] | None,
        typer.Option(
            "--word", metavar="TEXT", help="Hide this word of a text, wherever it stands; repeatable."
        ),
    ] = None,
    file: Annotated[str, typer.Option("--file", metavar="NAME", help="Which file of the item.")] = "",
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    place: Place = "",
    authority: Authority = "",
    as_json: AsJson = False,
) -> int:
    """Make a redacted copy as an item of its own; the original stays sealed. Look at it before it leaves."""
    opened = Case.open(case, custodian(identity, who, tsa))
    with progress("Redacting") as tell:
        made = opened.derive(
            item,
            regions=[_region(text) for text in region or ()],
            words=word or (),
            reason=reason,
            file=file,
            place=place,
            authority=authority,
            progress=tell,
        )
    path = opened.path_of(made, Role.REDACTED)
    if as_json:
        say_json({"item": made.item, "original": item, "path": str(path), "head": opened.head})
    else:
        say(f"Item {made.item} is a redacted copy of item {item}: {shown(path)}")
    return left_open(opened, quiet=as_json)


def _region(text: str) -> Region:
    try:
        return Region(*(int(part) for part in text.split(",")))
    except (ValueError, TypeError) as error:
        raise UsageError(
            f"{text!r} is not a region.",
            next_step="Give x,y,width,height in pixels, for example 10,20,300,40.",
        ) from error


def export(
    case: CaseFolder,
    target: Annotated[
        Path | None, typer.Argument(metavar="[ZIP]", help="The bundle; only the folder if none.")
    ] = None,
    withhold: Annotated[
        list[int] | None,
        typer.Option(
            "--withhold",
            metavar="ITEM",
            help="Leave this item out of the ZIP; repeatable. Disclose it first.",
        ),
    ] = None,
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    reason: Reason = "export",
    as_json: AsJson = False,
) -> int:
    """Write the bundle, and say its head: keep that elsewhere."""
    opened = Case.open(case, custodian(identity, who, tsa))
    withheld = withhold or []
    with progress("Exporting") as tell:
        head = opened.export(target, withhold=withheld, reason=reason, progress=tell)
    event = opened.events[head.events - 1]
    if as_json:
        say_json({"event": event, "head": head, "pending": opened.unfinished.pending})
        return left_open(opened, quiet=True)
    where = f" to {shown(target)}" if target else ""
    without = f" without item {_listed(withheld)}" if withheld else ""
    say(f"Exported{where}{without}.")
    if telling := opened.telling_of(withheld) if withheld else ():
        warn(f"[yellow]In the bundle, and may tell of what is withheld: item {_listed(telling)}.[/]")
    say(f"head {printed_head(head)}")
    return left_open(opened)


def show(case: CaseFolder, as_json: AsJson = False) -> int:
    """Show what is in a case: items, events, holders, head, and what is open."""
    opened = Case.open(case)
    items, events = opened.items(), opened.events
    if as_json:
        say_json({
            "case": opened.id,
            "title": opened.title,
            "holders": opened.holders,
            "items": items,
            "events": events,
            "head": opened.head,
            "pending": opened.unfinished.pending,
        })  # fmt: skip
        return left_open(opened, quiet=True)
    say(f"[bold]{shown(opened.id)}[/]  {shown(opened.title)}")
    made = table("item", "kind", "what", "access", "files")
    for item in items:
        made.add_row(
            str(item.item), item.kind.value, shown(item.title), item.access.value, str(len(item.files))
        )
    print_table(made)
    made = table("event", "type", "time", "signed by", "why")
    for event in events:
        names = ", ".join(
            actor.name if opened.has_signed(event, actor) else f"{actor.name} (not signed)"
            for actor in event.actors
        )
        made.add_row(str(event.event), event.type.value, event.time, shown(names), shown(event.reason))
    print_table(made)
    say(f"held by {', '.join(opened.holders)}")
    say(f"head {printed_head(opened.head)}")
    return left_open(opened)


def _say_event(case: Case, event: Event, as_json: bool, words: str) -> None:
    if as_json:
        said: dict[str, Any] = {"event": event, "head": case.head, "pending": case.unfinished.pending}
        say_json(said)
        return
    say(words)
    say(f"head {printed_head(case.head)}")


def _listed(items: Sequence[int]) -> str:
    return ", ".join(map(str, sorted(set(items))))


_COMMANDS = (transfer, receive, admit, rekey, note, status, timestamp, derive, disclose, export, close, show)
