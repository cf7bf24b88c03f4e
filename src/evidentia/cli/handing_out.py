"""Commands that prepare and hand out what is in a case: derive, compare-copy, disclose, export."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

import evidentia as ev
from evidentia.formats.head import printed_head
from evidentia.record import reasons
from evidentia.record.errors import UsageError
from evidentia.record.item import Role
from evidentia.record.redaction import Region

from .docket_sources import DataFolder, data_sets
from .identities import custodian
from .open_ends import left_open
from .options import (
    AsJson,
    Authorities,
    Authority,
    CaseFolder,
    IdentityFile,
    Place,
    PrivateNetwork,
    Reason,
    Who,
)
from .renewing import (
    FetchRevocation,
    Revocation,
    covered,
    evidence_json,
    say_evidence,
    take_revocation,
)
from .showing import say_event
from .speaking import Exit, progress, say, say_json, shown, warn, worst
from .targets import must_have_folder

_REGION = re.compile(r"[0-9]{1,6}(,[0-9]{1,6}){3}")  # pictures have at most 30,000 pixels a side


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(
        "derive",
        epilog="Example: evidentia derive 3 --case makassar-15 --region 40,120,300,60 --reason 'wajah anak'",
    )(derive)
    app.command("compare-copy", epilog="Example: evidentia compare-copy 4 --case makassar-15")(compare_copy)
    app.command(
        "disclose",
        epilog='Example: evidentia disclose 2 3 --case makassar-15 --reason "identitas pelapor dilindungi"',
    )(disclose)
    app.command(
        "export",
        epilog="Example: evidentia export makassar-15.zip --case makassar-15      (--withhold 2 leaves item 2 out)",
    )(export)


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
    opened = ev.Case.open(case, custodian(identity, who, tsa))
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
    if not _REGION.fullmatch(text):
        raise UsageError(
            f"{text!r} is not a region.",
            next_step="Give x,y,width,height in pixels, for example 10,20,300,40.",
        )
    return Region(*map(int, text.split(",")))


def compare_copy(
    item: Annotated[int, typer.Argument(metavar="ITEM", help="A redacted copy.")],
    case: CaseFolder,
    as_json: AsJson = False,
) -> int:
    """Compare a redacted copy with its original: nothing of what was hidden is left, and the rest is as it was."""
    opened = ev.Case.open(case)
    with progress("Comparing"):
        found = opened.compare_copy(item)
    word, code = _AGREES[found.agrees]
    if as_json:
        say_json(found)
    else:
        say(f"[bold]{word}[/]  item {found.item}, a copy of item {found.original}: {shown(found.reason)}")
    return code


_AGREES = {
    True: ("agrees", Exit.PASSED),
    False: ("differs", Exit.FAILED),
    None: ("cannot be told", Exit.INDETERMINATE),
}


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
    opened = ev.Case.open(case, custodian(identity, who, tsa))
    with progress("Signing"):
        event = opened.disclose(items, reason=reason, place=place, authority=authority)
    say_event(opened, event, as_json, f"May be withheld from now on: {_listed(items)}.")
    return left_open(opened, quiet=as_json)


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
    data: DataFolder = None,
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    reason: Reason = reasons.EXPORT,
    revocation: Revocation = None,
    fetch_revocation: FetchRevocation = False,
    private_network: PrivateNetwork = False,
    as_json: AsJson = False,
) -> int:
    """Write the bundle, and say its head: keep that elsewhere."""
    must_have_folder(target)
    opened = ev.Case.open(case, custodian(identity, who, tsa))
    withheld, sets = withhold or [], None if data is None else data_sets(data)
    with progress("Exporting") as tell:
        evidence = take_revocation(opened, revocation, fetch_revocation, private_network)
        head = opened.export(target, withhold=withheld, data=sets, reason=reason, progress=tell)
    event = opened.events[head.events - 1]
    if as_json:
        said = {"event": event, "head": head, "pending": opened.pending, "silent": opened.silent}
        say_json(said | {"revocation": evidence_json(evidence)})
        return worst(left_open(opened, quiet=True), covered(evidence))
    where = f" to {shown(target)}" if target else ""
    without = f" without item {_listed(withheld)}" if withheld else ""
    say(f"Exported{where}{without}.")
    if telling := opened.telling_of(withheld) if withheld else ():
        warn(f"[yellow]In the bundle, and may tell of what is withheld: item {_listed(telling)}.[/]")
    say_evidence(evidence)
    say(f"head {printed_head(head)}")
    return worst(left_open(opened), covered(evidence))


def _listed(items: Sequence[int]) -> str:
    return ", ".join(map(str, sorted(set(items))))
