"""Commands that show a case: show; and how what was added to one is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

import evidentia as ev
from evidentia.formats.head import printed_head
from evidentia.record.custody import Event

from .open_ends import left_open
from .options import (
    AsJson,
    CaseFolder,
)
from .speaking import print_table, say, say_json, shown, table

if TYPE_CHECKING:
    from evidentia.case import Case


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("show", epilog="Example: evidentia show --case makassar-15")(show)


def show(
    case: CaseFolder,
    qr: Annotated[
        bool, typer.Option("--qr", help="The head as a QR code too, to be taken with a telephone.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Show what is in a case: items, events, holders, head, and what is open."""
    from evidentia.case.telling import self_issued

    opened = ev.Case.open(case)
    items, events = opened.items(), opened.events
    vouched_by_none = set(self_issued(opened.folder, events))
    if as_json:
        say_json({
            "case": opened.id,
            "title": opened.title,
            "holders": opened.holders,
            "items": items,
            "events": events,
            "head": opened.head,
            "pending": opened.pending,
            "self_issued": sorted(vouched_by_none),
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
            actor.name
            + ("" if opened.has_signed(event, actor) else " (not signed)")
            + (" (not certified; tidak tersertifikasi)" if actor.certificate in vouched_by_none else "")
            for actor in event.actors
        )
        made.add_row(str(event.event), event.type.value, event.time, shown(names), shown(event.reason))
    print_table(made)
    say(f"held by {', '.join(opened.holders)}")
    say(f"head {printed_head(opened.head)}")
    if qr:
        from evidentia.report.headmark import qr_text

        say(f"[bright_white on black]{qr_text(printed_head(opened.head).encode())}[/]")
    return left_open(opened)


def say_event(case: Case, event: Event, as_json: bool, words: str) -> None:
    """What a command that added an event says: the event and the head as JSON, or some words and the head."""
    if as_json:
        said = {"event": event, "head": case.head, "pending": case.pending, "silent": case.silent}
        say_json(said)
        return
    say(words)
    say(f"head {printed_head(case.head)}")
