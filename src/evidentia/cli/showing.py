"""Commands that show a case: show; and how what was added to one is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import evidentia as ev
from evidentia.formats.head import printed_head
from evidentia.record.custody import Event
from evidentia.record.errors import UsageError

from .judging import AuthorityRoots
from .lives import InLanguage
from .open_ends import left_open
from .options import AsJson
from .serving import serve
from .speaking import print_table, say, say_json, shown, table

if TYPE_CHECKING:
    from evidentia.case import Case


CaseToShow = Annotated[
    Path | None,
    typer.Option("--case", metavar="DIR", envvar="EVIDENTIA_CASE", help="The case folder."),
]
Bundle = Annotated[
    Path | None,
    typer.Argument(
        metavar="[BUNDLE]", help="A ZIP or a folder, to be shown in a browser; if none, --case is listed."
    ),
]
PersonsTrusted = Annotated[
    Path | None,
    typer.Option(
        "--trust", metavar="PEM", help="Your anchors for persons: BUNDLE is judged with them first."
    ),
]
Replayer = Annotated[
    Path | None,
    typer.Option(
        "--replayer",
        metavar="DIR",
        envvar="EVIDENTIA_REPLAYER",
        help="The folder with ReplayWeb.page's ui.js and sw.js, which replay captured pages.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("show", epilog="Example: evidentia show makassar-15.zip --trust roots.pem")(show)


def show(
    bundle: Bundle = None,
    case: CaseToShow = None,
    trust: PersonsTrusted = None,
    tsa_trust: AuthorityRoots = None,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="The port on 127.0.0.1; 0 takes a free one.")
    ] = 0,
    open_browser: Annotated[
        bool, typer.Option("--open", help="Open the page in this machine's browser.")
    ] = False,
    replayer: Replayer = None,
    language: InLanguage = None,
    qr: Annotated[
        bool, typer.Option("--qr", help="The head as a QR code too, to be taken with a telephone.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Show a bundle or a case in a browser, from this machine alone; without BUNDLE, list what is in a case.

    The list has items, events, holders, head, and what is open. BUNDLE is served on 127.0.0.1 until Ctrl+C.
    """
    if bundle is not None:
        return serve(bundle, trust, tsa_trust, port, open_browser, replayer, language, as_json)
    if case is None:
        raise UsageError(
            "Neither a bundle nor a case is named.",
            next_step="Name a bundle: evidentia show makassar-15.zip; or a case: evidentia show --case makassar-15.",
        )
    return _list(case, qr, as_json)


def _list(case: Path, qr: bool, as_json: bool) -> int:
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
