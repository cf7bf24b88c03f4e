"""The command that reads captures again: reread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

import evidentia as ev
from evidentia.record.item import ItemKind

from .options import AsJson, CaseFolder
from .speaking import Exit, progress, say, say_json, shown, worst

if TYPE_CHECKING:
    from evidentia.case.rereading import Reread


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("reread", epilog="Example: evidentia reread --case makassar-15      (all captures)")(reread)


def reread(
    case: CaseFolder,
    items: Annotated[
        list[int] | None, typer.Argument(metavar="[ITEM]...", help="Numbers of captures; all if none.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Read captures again from their sealed files: the same bytes must give the same post and the same proofs."""
    opened = ev.Case.open(case)
    wanted = items or [one.item for one in opened.items() if one.kind is ItemKind.CAPTURE]
    grades = []
    for number in wanted:
        with progress(f"Reading item {number}"):
            found = opened.reread(number)
        if as_json:
            say_json(
                {
                    "item": number,
                    "same": not found.differences,
                    "differences": found.differences,
                    "reading": found.reading,
                }
            )
        else:
            _say(found)
        grades.append(Exit.INDETERMINATE if found.differences else Exit.PASSED)
    return worst(*grades)


def _say(found: Reread) -> None:
    reading = found.reading
    say(f"Item [bold]{found.item.item}[/]: {reading.state.value}, read by {shown(reading.reader.name)}")
    if reading.post is not None:
        say(f"  {shown(reading.post.author.name or reading.post.author.handle)}: {shown(reading.post.text)}")
    for proof in reading.proofs:
        say(f"  proof of {shown(proof.subject)}: [bold]{proof.outcome.value}[/] {shown(proof.reason)}")
        for step in proof.steps:
            say(f"    {shown(step)}")
    if found.differences:
        say(f"  [yellow]not as it was read when it was sealed: {', '.join(found.differences)}[/]")
    else:
        say("  the same as when it was sealed")
