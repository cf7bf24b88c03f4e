"""The command that looks at posts again: recheck; and what it says is due."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import evidentia as ev
from evidentia.record import reasons
from evidentia.record.errors import UsageError
from evidentia.record.life import Timeline
from evidentia.record.post import Observation

from .capturing import grade, say_signals, storage_state_of
from .identities import custodian
from .lives import say_change, timeline_json
from .open_ends import left_open
from .options import AsJson, Authorities, CaseFolder, IdentityFile, Reason, StorageStateFile, Via, Who
from .speaking import Exit, explain, progress_of_each, say, say_json, shown, worst

if TYPE_CHECKING:
    from evidentia.case import Case, Rechecked
    from evidentia.case.schedule import Due

LONGEST_LIST = 16 << 20
"""Bytes of a list of posts: a hundred thousand addresses of an ordinary length."""


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("recheck", epilog="Example: evidentia recheck --case makassar-15      (all posts)")(recheck)


def recheck(
    case: CaseFolder,
    posts: Annotated[
        list[str] | None, typer.Argument(metavar="[POST]...", help="URLs or keys; all if none.")
    ] = None,
    listed: Annotated[
        str,
        typer.Option(
            "--from", metavar="FILE", help="Posts from a file, a URL or key a line; - is standard input."
        ),
    ] = "",
    due: Annotated[
        bool, typer.Option("--due", help="Only posts whose next look is due, by what is on record.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say when each post is to be looked at next; look at none.")
    ] = False,
    every: Annotated[
        str,
        typer.Option(
            "--every", metavar="SPAN", help="An interval for all instead of the steps: 15m, 6h, 2d."
        ),
    ] = "",
    full_after: Annotated[
        str,
        typer.Option(
            "--full-after",
            metavar="SPAN",
            help="Look in a browser too where it last did so that long ago; 0m each time.",
        ),
    ] = "7d",
    light: Annotated[bool, typer.Option("--light", help="No browser in any case.")] = False,
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    storage_state: StorageStateFile = None,
    via: Via = None,
    at_once: Annotated[
        int | None,
        typer.Option(
            "--at-once", metavar="N", min=1, help="How many posts are looked at at a time; else eight."
        ),
    ] = None,
    reason: Reason = reasons.RECHECK,
    as_json: AsJson = False,
) -> int:
    """Look at posts again, and say what changed between which moments."""
    from evidentia.capture import places
    from evidentia.case.schedule import duration

    _check(due or dry_run, every)
    interval = duration(every) if every else None
    full = duration(full_after)
    wanted = [*(posts or ()), *(_listed(listed) if listed else ())]
    named = wanted if posts or listed else None
    if dry_run:
        return _tell_schedule(_chosen(ev.Case.open(case), named, interval), due, as_json)
    opened = ev.Case.open(case, custodian(identity, who, tsa))
    if due:
        named = [one.post for one in _chosen(opened, named, interval) if one.is_due]
    done: list[Rechecked] = []

    def told(one: Rechecked) -> None:
        end(one.post)
        done.append(one)

    with progress_of_each() as (tell, end):
        opened.recheck_many(
            named,
            storage_state=storage_state_of(storage_state),
            places=places.named(via or ()),
            full_after=full,
            light=light,
            at_once=at_once,
            reason=reason,
            told=told,
            progress=tell,
        )
    return worst(left_open(opened, quiet=as_json), *_tell(opened, done, as_json))


def _check(scheduled: bool, every: str) -> None:
    if every and not scheduled:
        raise UsageError(
            "--every says when a look is due: it goes with --due or --dry-run.",
            next_step="Leave it out to look at the posts now.",
        )


def _listed(name: str) -> list[str]:
    """The posts that a file names: one a line; empty lines and those that begin with # are passed over."""
    try:
        if name == "-":
            data = sys.stdin.buffer.read(LONGEST_LIST + 1)
        else:
            with Path(name).open("rb") as source:
                data = source.read(LONGEST_LIST + 1)
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
        raise UsageError(f"The list {name} cannot be read: {why}.", next_step="Name a text file.") from error
    if len(data) > LONGEST_LIST:
        raise UsageError(f"The list {name} is longer than {LONGEST_LIST} bytes.", next_step="Split it.")
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _chosen(opened: Case, named: list[str] | None, every: timedelta | None) -> list[Due]:
    """When each of the posts is due, the longest due first.

    Raises:
        UsageError: the case knows one of them not.
    """
    from evidentia.case.contents import key_of

    found = opened.schedule(every=every)
    if named is None:
        return list(found)
    known = opened.observations()
    keys = {key_of(name, known) for name in named}
    return [one for one in found if one.post in keys]


def _tell_schedule(found: list[Due], only_due: bool, as_json: bool) -> Exit:
    from evidentia.case.schedule import spelled

    for one in found:
        if only_due and not one.is_due:
            continue
        if as_json:
            say_json(
                {
                    "post": one.post,
                    "url": one.url,
                    "due": one.is_due,
                    "last": one.last,
                    "next": one.next,
                    "every": spelled(one.every),
                    "why": one.why,
                }
            )
        else:
            at = one.next.astimezone().isoformat(timespec="seconds")
            say(f"{'[bold]due[/]' if one.is_due else 'next'} {at}  {shown(one.post)}  ({shown(one.why)})")
    return Exit.PASSED


def _tell(opened: Case, done: list[Rechecked], as_json: bool) -> list[Exit]:
    """Each result in the order in which the posts were done; the lives are put together once for all of them."""
    lives = {life.post: life for life in opened.timelines()} if any(one.seen for one in done) else {}
    grades: list[Exit] = []
    for one in done:
        if one.seen is not None:
            life = lives[one.seen.key]
            if as_json:
                say_json(recheck_json(life, one, one.seen))
            else:
                _say(life, one, one.seen)
            grades.append(grade(one.seen))
        if one.error is not None:
            grades.append(explain(one.error, as_json=as_json, about=one.post))
    return grades


def recheck_json(life: Timeline, done: Rechecked, seen: Observation) -> dict[str, Any]:
    """What ``recheck --json`` prints for one post."""
    return timeline_json(life) | {
        "item": item_of(seen),
        "looks": [item_of(capture.observation) for capture in done.captures],
        "why": done.why,
        "seen": seen,
    }


def item_of(seen: Observation) -> int:
    """The item in which a look is kept."""
    return seen.evidence[0].item


def _say(life: Timeline, done: Rechecked, seen: Observation) -> None:
    looks = {item_of(capture.observation) for capture in done.captures}
    items = ", ".join(map(str, sorted(looks)))
    say(f"Item [bold]{items}[/]: {shown(life.post)}: {seen.state.value}")
    say_signals(seen)
    for capture in done.captures:
        for control in capture.observation.controls:
            answered = "answered" if control.answered else "did not answer"
            say(f"  control {shown(control.url)} {answered}: {shown(control.seen)}")
    fresh = [change for change in life.changes if any(one.item in looks for one in change.evidence)]
    for change in fresh:
        say_change(change)
    if not fresh:
        say("  no change since the last look that said something")
    if done.why and len(done.captures) > 1:
        say(f"  looked at in a browser too: {shown(done.why)}")
