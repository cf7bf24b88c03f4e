"""Commands about files that were handed over: add, match."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

import evidentia as ev
from evidentia.record import reasons
from evidentia.record.errors import UsageError
from evidentia.record.item import Item, Role

from .fingerprinting import say_row
from .handed_over import say_told, told
from .identities import custodian
from .open_ends import left_open
from .options import AccessBasis, AsJson, Authorities, Authority, CaseFolder, IdentityFile, Place, Reason, Who
from .speaking import Exit, progress, rate_in_words, say, say_json, shown, worst

if TYPE_CHECKING:
    from evidentia.case import Case
    from evidentia.record.finding import ErrorRate, Reading


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(
        "add",
        epilog='Example: evidentia add IMG-0001.jpg --case makassar-15 --access forwarded --source "pelapor"',
    )(add)
    app.command(
        "match",
        epilog="Example: evidentia match 3 --case makassar-15      (item 3, a screenshot that was added)",
    )(match)


def add(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Files as they were handed over; a folder is one item."),
    ],
    case: CaseFolder,
    access: AccessBasis,
    source: Annotated[str, typer.Option("--source", help="Who handed it over, or where it was found.")] = "",
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    reason: Reason = reasons.HANDED_OVER,
    place: Place = "",
    authority: Authority = "",
    as_json: AsJson = False,
) -> int:
    """Take files in as they are: pictures, videos, documents, mail, saved pages, exported chats."""
    from evidentia.capture.files import FOLLOWED_LINK

    opened = ev.Case.open(case, custodian(identity, who, tsa))
    unread = False
    for path in files:
        with progress(f"Adding {path.name}") as tell:
            item = opened.add(
                path,
                access=access,
                source=source,
                reason=reason,
                place=place,
                authority=authority,
                progress=tell,
            )
        row, read = _fingerprints(opened, item), told(opened, item)
        unread = unread or any(not problem.startswith(FOLLOWED_LINK) for problem in item.problems)
        if as_json:
            say_json({"item": item.item, "read": read, **row})
        else:
            say(f"Item [bold]{item.item}[/]: {shown(item.original_name)}")
            say_row({**row, "problems": ()})  # the item has them, each under its file's name
            say_told(read)
    return worst(left_open(opened, quiet=as_json), Exit.INDETERMINATE if unread else Exit.PASSED)


def match(
    image: Annotated[
        str, typer.Argument(metavar="IMAGE", help="An item's number, or a file that was added.")
    ],
    case: CaseFolder,
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    as_json: AsJson = False,
) -> int:
    """Read a screenshot, or a video of one, against every archived version of every post of the case."""
    from evidentia.record.finding import Outcome

    opened = ev.Case.open(case, custodian(identity, who, tsa))
    with progress("Matching") as tell:
        reading = opened.match(item_number(opened, image), progress=tell)
    kept = opened.events[-1].items[0].item
    if as_json:
        say_json({"item": kept, **msgspec.structs.asdict(reading)})
    else:
        say(f"[bold]{reading.outcome.value}[/]  {shown(reading.reason)}")
        say_reading(reading)
        say_kept(opened, kept, Role.READING, Role.ANNOTATED)
    code = {
        Outcome.CONSISTENT: Exit.PASSED,
        Outcome.DIFFERS: Exit.FAILED,
        Outcome.INCONCLUSIVE: Exit.INDETERMINATE,
    }
    return worst(left_open(opened, quiet=as_json), code[reading.outcome])


def say_reading(reading: Reading) -> None:
    """A reading for a person: of which post it is said, what differs, what stands around the text, the pictures within,
    how often it is wrong."""
    from evidentia.record.finding import Part

    if reading.post is not None:
        version = "" if reading.version is None else f", version {reading.version}"
        say(f"  post {shown(reading.post)}{version}")
    for difference in reading.differences:
        part = "" if difference.part is Part.WORDS else f"{difference.part.value} "
        say(
            f"  {part}shown [red]{shown(difference.shown)!s}[/], recorded [green]{shown(difference.recorded)}[/]"
        )
    for field in reading.beside:
        outcome = "nothing is said of it" if field.outcome is None else field.outcome.value
        seen = f" “{shown(field.shown)}”" if field.shown else ""
        say(f"  {shown(field.name)}{seen}: {outcome}: {shown(field.reason)}")
    for picture in reading.pictures:
        place = ", ".join(map(str, picture.box))
        say(f"  picture at {place}: {picture.outcome.value}: {shown(picture.reason)}")
    say_error_rates(reading.error_rates)
    say(f"  method: {shown(reading.method.name)}, version {shown(reading.method.version)}")


def say_kept(case: Case, item: int, *roles: Role) -> None:
    """Where in the case the result is, and the files of these roles."""
    paths = [str(path) for role in roles if (path := case.path_of(case.item(item), role)) is not None]
    say(f"  kept as item {item}: {shown(', '.join(paths))}")


def say_error_rates(rates: Sequence[ErrorRate]) -> None:
    """How often a method was wrong, with the upper 95 % bound, and on what that was measured."""
    for rate in rates:
        say(f"  error rate, {rate_in_words(rate)}")
    for material in dict.fromkeys(rate.material for rate in rates if rate.measured and rate.material):
        say(f"  error rates measured on: {shown(material)}")


def _fingerprints(case: Case, item: Item) -> dict[str, Any]:
    """The fingerprints of a file; those of a folder's files stand in the item alone."""
    path = case.path_of(item, Role.FINGERPRINTS)
    rows: list[dict[str, Any]] = msgspec.json.decode(path.read_bytes()) if path is not None else []
    return rows[0] if sum(file.role is Role.ORIGINAL for file in item.files) == 1 and rows else {}


def item_number(case: Case, image: str) -> int:
    """The item that is named by its number, or by a file that was added to the case.

    Raises:
        UsageError: no file of the case has the bytes of that file.
    """
    from evidentia.fingerprint.digests import digest_file

    if image.isascii() and image.isdigit():
        return int(image)
    digest = digest_file(Path(image)).sha256
    for item in case.items():
        if any(file.sha256 == digest for file in item.files):
            return item.item
    raise UsageError(
        f"{image} is not in this case.", next_step="Take it in with `evidentia add`, then match its item."
    )
