"""Commands that show the life of a post: timeline; and how its changes are told."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import typer

import evidentia as ev
from evidentia.record.life import Change, Timeline, WordMove

from .options import (
    AsJson,
    CaseFolder,
)
from .speaking import Exit, say, say_json, shown

_MARKS = {WordMove.SAME: "{}", WordMove.REMOVED: r"[red]\[-{}-][/]", WordMove.ADDED: "[green]{{+{}+}}[/]"}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("timeline", epilog="Example: evidentia timeline --case makassar-15 --json")(timeline)


def timeline(
    case: CaseFolder,
    post: Annotated[str | None, typer.Argument(metavar="[POST]", help="A URL or key; all if none.")] = None,
    as_json: AsJson = False,
) -> int:
    """Show the life of each post: versions, changes, and the moments that bound them."""
    opened = ev.Case.open(case)
    for life in [opened.timeline(post)] if post else opened.timelines():
        if as_json:
            say_json(timeline_json(life))
        else:
            say_timeline(life)
    return Exit.PASSED


def timeline_json(life: Timeline) -> dict[str, Any]:
    """What ``timeline --json`` prints for one post."""
    kept = msgspec.structs.asdict(life)
    del kept["observations"]
    return kept


def say_timeline(life: Timeline) -> None:
    """A post's life for the terminal."""
    say(f"[bold]{shown(life.post)}[/]  {life.state.value}")
    for version in life.versions:
        items = ", ".join(f"item {evidence.item}" for evidence in version.evidence)
        say(
            f"version {version.n}, seen from {_time(version.not_before)} until {_time(version.not_after)} ({items})"
        )
        say(f"  {shown(version.text)}")
    for change in life.changes:
        say_change(change)


def say_change(change: Change) -> None:
    """One change for the terminal: its kind, its bounds, the words that came and went, the signals."""
    say(
        f"[bold]{change.kind.value}[/] between {_time(change.not_before)} and {_time(change.not_after)}"
        + (f": {shown(change.before)} -> {shown(change.after)}" if not change.words else "")
    )
    if change.words:
        say("  " + "".join(_MARKS[run.move].format(shown(run.text)) for run in change.words))
    for signal in change.signals:
        say(f"  signal {shown(signal.name)}: {shown(signal.seen)} ({shown(signal.where)})")


def _time(moment: Any) -> str:
    return "unknown" if moment is None else moment.astimezone().isoformat(timespec="seconds")
