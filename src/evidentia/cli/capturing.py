"""The command that takes posts in: capture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import evidentia as ev
from evidentia.record import reasons
from evidentia.record.item import Item
from evidentia.record.post import Observation

from .identities import custodian
from .open_ends import left_open
from .options import (
    AccessBasis,
    AsJson,
    Authorities,
    Authority,
    CaseFolder,
    IdentityFile,
    Place,
    PrivateNetwork,
    Reason,
    StorageStateFile,
    Via,
    Who,
)
from .speaking import Exit, explain, progress, progress_of_each, say, say_json, shown, warn, worst

if TYPE_CHECKING:
    from evidentia.capture.options import PageOptions
    from evidentia.capture.storage_state import StorageState
    from evidentia.case import Capture, Case, Taken
    from evidentia.record.item import Access


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command(
        "capture",
        epilog="Example: evidentia capture https://social.example/p/123 --case makassar-15 --access public",
    )(capture)


def capture(
    urls: Annotated[list[str], typer.Argument(metavar="URL...", help="Where the posts are.")],
    case: CaseFolder,
    access: AccessBasis,
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    private: PrivateNetwork = False,
    light: Annotated[
        bool,
        typer.Option(
            "--light", help="No browser: what the platform's interface, or the bare document, says."
        ),
    ] = False,
    page_only: Annotated[
        bool, typer.Option("--page-only", help="Ask the platform's interface nothing beside its page.")
    ] = False,
    no_behaviours: Annotated[
        bool,
        typer.Option(
            "--no-behaviours", help="Only load the page: no scrolling, no consent banners, nothing unfolded."
        ),
    ] = False,
    wire: Annotated[
        bool,
        typer.Option(
            "--wire", help="Keep every byte of the connections too, with the TLS session secrets (pcapng)."
        ),
    ] = False,
    storage_state: StorageStateFile = None,
    via: Via = None,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Print the page to a PDF as well, as it is laid out for paper.")
    ] = False,
    at_once: Annotated[
        int | None,
        typer.Option(
            "--at-once",
            metavar="N",
            min=1,
            help="How many pages are captured at a time; else one for each core.",
        ),
    ] = None,
    reason: Reason = reasons.CAPTURE,
    place: Place = "",
    authority: Authority = "",
    as_json: AsJson = False,
) -> int:
    """Archive what stands at one URL or several now, and read the post in each."""
    from evidentia.capture import places
    from evidentia.capture.options import PageOptions

    opened = ev.Case.open(case, custodian(identity, who, tsa))
    options = PageOptions(
        allow_private_network=private,
        light=light,
        ask=not page_only,
        wire=wire,
        storage_state=storage_state_of(storage_state),
        places=places.named(via or ()),
    )
    if no_behaviours:
        options = replace(options, behaviours=())
    if pdf:
        options = replace(options, pdf=True)
    if len(urls) > 1:
        occasion = {"reason": reason, "place": place, "authority": authority}
        grades = _capture_many(opened, urls, access, options, at_once, occasion, as_json)
        return worst(left_open(opened, quiet=as_json), *grades)
    with progress("Capturing") as tell:
        captured = opened.capture(
            urls[0],
            access=access,
            options=options,
            reason=reason,
            place=place,
            authority=authority,
            progress=tell,
        )
    _tell_capture(captured, opened, as_json)
    return worst(left_open(opened, quiet=as_json), grade(captured.observation))


def _capture_many(
    opened: Case,
    urls: list[str],
    access: Access,
    options: PageOptions,
    at_once: int | None,
    occasion: dict[str, str],
    as_json: bool,
) -> list[Exit]:
    """Capture each URL as an item of its own; told as they are done, each failure with its own words."""
    grades: list[Exit] = []

    def told(taken: Taken) -> None:
        end(taken.url)
        if taken.capture is not None:
            _tell_capture(taken.capture, opened, as_json)
            grades.append(grade(taken.capture.observation))
        elif taken.error is not None:
            grades.append(explain(taken.error, as_json=as_json, about=taken.url))

    with progress_of_each() as (tell, end):
        opened.capture_many(
            urls, access=access, options=options, at_once=at_once, told=told, progress=tell, **occasion
        )
    return grades


def _tell_capture(captured: Capture, opened: Case, as_json: bool) -> None:
    if as_json:
        say_json(capture_json(captured))
    else:
        say_capture(captured, opened)


def storage_state_of(file: Path | None) -> StorageState | None:
    """What the collector is logged in with, where a file is named."""
    if file is None:
        return None
    from evidentia.capture.storage_state import load

    return load(file)


def capture_json(captured: Capture) -> dict[str, Any]:
    """What ``capture --json`` prints."""
    item = captured.item
    return {
        "item": item.item,
        "url": item.source,
        "state": captured.state,
        "post": captured.post,
        "files": _files_by_role(item),
        "content_present": item.content_present.present if item.content_present else None,
        "signals": captured.observation.signals,
        "reason": captured.observation.reason,
        "not_captured": item.circumstances.not_captured if item.circumstances else (),
        "problems": item.problems,
    }


def say_capture(captured: Capture, case: Case) -> None:
    """A capture for the terminal."""
    say(f"Item [bold]{captured.item.item}[/]: {captured.state.value}")
    say(f"  {shown(captured.item.source)}")
    if captured.post is not None:
        author = captured.post.author
        say(f"  {shown(author.name or author.handle or 'unknown author')}: {shown(captured.post.text)}")
    say_signals(captured.observation)
    present = captured.content_present
    if present is not None and present.present is not None:
        say(f"  self-check: the post is {'in' if present.present else 'NOT in'} what was captured")
    for role, path in _files_by_role(captured.item).items():
        say(f"  {role}: {shown(case.folder / path)}")
    for missing in captured.item.circumstances.not_captured if captured.item.circumstances else ():
        warn(f"  [yellow]not captured: {shown(missing)}[/]")
    for problem in captured.item.problems:
        warn(f"  [yellow]{shown(problem)}[/]")
    failure = captured.item.circumstances.failure if captured.item.circumstances else None
    if failure and "ADDRESS_REFUSED" in failure:
        warn("  Next: if this address is meant, allow it with --allow-private-network.")


def say_signals(observation: Observation) -> None:
    """What was seen that shows the state, for the terminal."""
    if observation.reason:
        say(f"  {shown(observation.reason)}")
    for signal in observation.signals:
        say(f"  signal {shown(signal.name)}: {shown(signal.seen)} ({shown(signal.where)})")


def _files_by_role(item: Item) -> dict[str, str]:
    return {file.role.value: f"data/{item.item:06d}/{file.name}" for file in item.files}


def grade(observation: Observation) -> Exit:
    """A look that could say nothing about the post ends as indeterminate."""
    from evidentia.detect.state import INFORMATIVE

    return Exit.PASSED if observation.state in INFORMATIVE else Exit.INDETERMINATE
