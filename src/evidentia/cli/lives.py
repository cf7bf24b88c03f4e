"""Commands that show the life of a post: timeline; and how a change is told after a look."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

import evidentia as ev
from evidentia.record.errors import UsageError
from evidentia.record.life import Change, Timeline

from .life_lines import language_of, life_lines, moment_lines, words_line
from .options import (
    AsJson,
    CaseFolder,
)
from .speaking import Exit, progress, say, say_json, shown

if TYPE_CHECKING:
    from evidentia.report.material import Language

InLanguage = Annotated[
    str | None,
    typer.Option("--language", metavar="id|en", help="Indonesian or English; if none, the terminal's."),
]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("timeline", epilog="Example: evidentia timeline --case makassar-15 --html riwayat.html")(
        timeline
    )


def timeline(
    case: CaseFolder,
    post: Annotated[str | None, typer.Argument(metavar="[POST]", help="A URL or key; all if none.")] = None,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html",
            metavar="FILE",
            help="Write a page with before and after side by side, and the changed words marked in the pictures.",
        ),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            "--at",
            metavar="MOMENT",
            help="Say only what is known of this moment, as 2026-11-20T14:00:00+07:00.",
        ),
    ] = None,
    language: InLanguage = None,
    as_json: AsJson = False,
) -> int:
    """Show the life of each post: versions, changes, and the moments that bound them."""
    from evidentia.detect.moments import state_at

    told_in = language_of(language)
    moment = None if at is None else _moment(at)
    opened = ev.Case.open(case)
    lives = (opened.timeline(post),) if post else opened.timelines()
    if html is not None:
        _write_page(opened, lives, html, told_in)
    for n, life in enumerate(lives):
        known = None if moment is None else state_at(life, moment)
        if as_json:
            say_json(
                timeline_json(life) if known is None else {"post": life.post, "url": life.url, "at": known}
            )
            continue
        if n:
            say()
        for line in life_lines(life, told_in) if known is None else moment_lines(life, known, told_in):
            say(line)
    if html is not None and not as_json:
        say(f"Page: {shown(html)}")
    return Exit.PASSED


def timeline_json(life: Timeline) -> dict[str, Any]:
    """What ``timeline --json`` prints for one post."""
    kept = msgspec.structs.asdict(life)
    del kept["observations"]
    return kept


def say_change(change: Change) -> None:
    """One change for the terminal: its kind, its bounds, the words that came and went, the signals."""
    say(
        f"[bold]{change.kind.value}[/] between {_time(change.not_before)} and {_time(change.not_after)}"
        + (f": {shown(change.before)} -> {shown(change.after)}" if not change.words else "")
    )
    if change.words:
        say("  " + words_line(change))
    for signal in change.signals:
        say(f"  signal {shown(signal.name)}: {shown(signal.seen)} ({shown(signal.where)})")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"{text!r} is no moment.", next_step="Write it as 2026-11-20T14:00:00+07:00 (ISO 8601)."
        ) from error
    if moment.tzinfo is None:
        raise UsageError(
            f"{text!r} has no offset, and cannot be placed in time.",
            next_step="Add the zone's: +07:00 for WIB, +08:00 for WITA, +09:00 for WIT, Z for UTC.",
        )
    return moment


def _write_page(opened: ev.Case, lives: tuple[Timeline, ...], target: Path, language: Language) -> None:
    from evidentia.case.telling_lives import tell_lives
    from evidentia.report.life_page import life_page

    if target.exists():
        raise _taken(target)
    with progress("Drawing") as tell:
        tell("pictures")
        page = life_page(tell_lives(opened, lives, language))
    try:
        with target.open("x", encoding="utf-8") as stream:
            stream.write(page)
    except FileExistsError as error:
        raise _taken(target) from error


def _taken(target: Path) -> UsageError:
    return UsageError(f"{target} is already there.", next_step="Name another file; nothing is overwritten.")


def _time(moment: Any) -> str:
    return "unknown" if moment is None else moment.astimezone().isoformat(timespec="seconds")
