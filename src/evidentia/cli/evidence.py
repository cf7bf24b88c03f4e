"""Commands that take evidence in and read it: open, capture, recheck, timeline, add, fingerprint, match, finish."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from evidentia.case import Capture, Case
from evidentia.record.item import Item
from evidentia.record.post import Observation, Timeline, WordMove

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
    Who,
    custodian,
)
from .speaking import Exit, progress, say, say_json, shown, warn, worst


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (open_case, capture, recheck, timeline, add, fingerprint, match, finish):
        name = "open" if command is open_case else command.__name__
        app.command(name, epilog=_EXAMPLES[name])(command)


_EXAMPLES = {
    "open": 'Example: evidentia open makassar-15 --title "Dukungan di media sosial" --identity penyidik-a.p12',
    "capture": "Example: evidentia capture https://social.example/p/123 --case makassar-15 --access public",
    "recheck": "Example: evidentia recheck --case makassar-15      (all posts)",
    "timeline": "Example: evidentia timeline --case makassar-15 --json",
    "add": 'Example: evidentia add IMG-0001.jpg --case makassar-15 --access forwarded --source "pelapor"',
    "fingerprint": "Example: evidentia fingerprint *.jpg --json",
    "match": "Example: evidentia match 3 --case makassar-15      (item 3, a screenshot that was added)",
    "finish": "Example: evidentia finish --case makassar-15",
}


def open_case(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new folder; its name becomes the case's id.")
    ],
    title: Annotated[str, typer.Option("--title", help="What the case is called.", show_default=False)],
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    reason: Reason = "case opened",
    place: Place = "",
    authority: Authority = "",
    as_json: AsJson = False,
) -> int:
    """Open a new case."""
    acting = custodian(identity, who, tsa)
    with progress("Opening the case"):
        case = Case.create(
            folder, title=title, custodian=acting, reason=reason, place=place, authority=authority
        )
    if as_json:
        say_json(
            {
                "case": case.id,
                "folder": str(case.folder),
                "head": case.head,
                "pending": case.unfinished.pending,
            }
        )
    else:
        say(f"Case [bold]{shown(case.id)}[/] opened in {shown(case.folder)}.")
    return left_open(case, quiet=as_json)


def capture(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where the post is.")],
    case: CaseFolder,
    access: AccessBasis,
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    private: PrivateNetwork = False,
    reason: Reason = "capture of a post",
    place: Place = "",
    authority: Authority = "",
    as_json: AsJson = False,
) -> int:
    """Archive what stands at a URL now, and read the post in it."""
    from evidentia.capture.options import PageOptions

    opened = Case.open(case, custodian(identity, who, tsa))
    with progress("Capturing") as tell:
        captured = opened.capture(
            url,
            access=access,
            options=PageOptions(allow_private_network=private),
            reason=reason,
            place=place,
            authority=authority,
            progress=tell,
        )
    if as_json:
        say_json(capture_json(captured))
    else:
        _say_capture(captured, opened)
    return worst(left_open(opened, quiet=as_json), _grade(captured.observation))


def recheck(
    case: CaseFolder,
    posts: Annotated[
        list[str] | None, typer.Argument(metavar="[POST]...", help="URLs or keys; all if none.")
    ] = None,
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    reason: Reason = "recheck of a post",
    as_json: AsJson = False,
) -> int:
    """Look at posts again, and say what changed between which moments."""
    opened = Case.open(case, custodian(identity, who, tsa))
    grades = []
    for post in posts or [life.post for life in opened.timelines()]:
        with progress("Rechecking") as tell:
            seen = opened.recheck(post, reason=reason, progress=tell)
        life = opened.timeline(seen.key)
        if as_json:
            say_json(timeline_json(life) | {"item": _item_of(seen), "seen": seen})
        else:
            _say_recheck(life, seen)
        grades.append(_grade(seen))
    return worst(left_open(opened, quiet=as_json), *grades)


def timeline(
    case: CaseFolder,
    post: Annotated[str | None, typer.Argument(metavar="[POST]", help="A URL or key; all if none.")] = None,
    as_json: AsJson = False,
) -> int:
    """Show the life of each post: versions, changes, and the moments that bound them."""
    opened = Case.open(case)
    for life in [opened.timeline(post)] if post else opened.timelines():
        if as_json:
            say_json(timeline_json(life))
        else:
            say_timeline(life)
    return Exit.PASSED


def add(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files as they were handed over.")],
    case: CaseFolder,
    access: AccessBasis,
    source: Annotated[str, typer.Option("--source", help="Who handed it over, or where it was found.")] = "",
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    reason: Reason = "file handed over",
    place: Place = "",
    authority: Authority = "",
    as_json: AsJson = False,
) -> int:
    """Take files in as they are: screenshots, photographs, videos, documents."""
    opened = Case.open(case, custodian(identity, who, tsa))
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
        row = _fingerprints(opened, item)
        if as_json:
            say_json({"item": item.item, **row})
        else:
            say(f"Item [bold]{item.item}[/]: {shown(item.original_name)}")
            _say_row(row)
            for problem in item.problems:
                warn(f"  [yellow]{shown(problem)}[/]")
    return left_open(opened, quiet=as_json)


def fingerprint(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Files to fingerprint; nothing is kept.")
    ],
    as_json: AsJson = False,
) -> int:
    """Digests, perceptual hashes and metadata of files, without a case."""
    from evidentia.fingerprint import fingerprint_file, to_json_row

    problems = False
    for path in files:
        with progress(f"Fingerprinting {path.name}"):
            found = fingerprint_file(path)
        problems = problems or (found.media_type.startswith("image/") and bool(found.problems))
        if as_json:
            say_json(to_json_row(found))
        else:
            say(f"[bold]{shown(path)}[/]")
            _say_row(to_json_row(found))
    return Exit.INDETERMINATE if problems else Exit.PASSED


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
    """Read a screenshot against every archived version of every post of the case."""
    from evidentia.record.finding import Outcome

    opened = Case.open(case, custodian(identity, who, tsa))
    with progress("Matching") as tell:
        reading = opened.match(_item_number(opened, image), progress=tell)
    kept = opened.events[-1].items[0].item
    if as_json:
        say_json({"item": kept, **_fields(reading)})
    else:
        say(f"[bold]{reading.outcome.value}[/]  {shown(reading.reason)}")
        for difference in reading.differences:
            say(
                f"  shown [red]{shown(difference.shown)!s}[/], recorded [green]{shown(difference.recorded)}[/]"
            )
        for rate in reading.error_rates:
            state = f"{rate.errors} of {rate.trials}" if rate.measured else "not measured"
            say(f"  error rate, {shown(rate.name)}: {state}")
    code = {
        Outcome.CONSISTENT: Exit.PASSED,
        Outcome.DIFFERS: Exit.FAILED,
        Outcome.INCONCLUSIVE: Exit.INDETERMINATE,
    }
    return worst(left_open(opened, quiet=as_json), code[reading.outcome])


def finish(
    case: CaseFolder,
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    as_json: AsJson = False,
) -> int:
    """Bring in what an interruption left: nothing that was captured is lost."""
    opened = Case.open(case, custodian(identity, who, tsa))
    with progress("Finishing"):
        items = opened.finish()
    if as_json:
        say_json({"items": [item.item for item in items], "head": opened.head})
    else:
        say(
            f"{len(items)} interrupted items brought in."
            if items
            else "Nothing was left open by an interruption."
        )
    return left_open(opened, quiet=as_json)


def left_open(case: Case, *, quiet: bool = False) -> Exit:
    """Say what is open in a case; the exit code says it too."""
    open_ = case.unfinished
    if open_.is_empty:
        return Exit.PASSED
    if not quiet:
        if open_.pending:
            warn(f"[yellow]Timestamps pending: {len(open_.pending)}. Run `evidentia timestamp --tsa URL`.[/]")
        count = len(open_.gathered) + len(open_.unsealed) + len(open_.unsigned) + open_.unexported
        if count:
            warn(f"[yellow]Interrupted steps: {count}. Run `evidentia finish`.[/]")
    return Exit.INDETERMINATE


def capture_json(captured: Capture) -> dict[str, Any]:
    """What ``capture --json`` prints."""
    item = captured.item
    return {
        "item": item.item,
        "state": captured.state,
        "post": captured.post,
        "files": _files_by_role(item),
        "content_present": item.content_present.present if item.content_present else None,
        "signals": captured.observation.signals,
        "reason": captured.observation.reason,
        "not_captured": item.circumstances.not_captured if item.circumstances else (),
        "problems": item.problems,
    }


def timeline_json(life: Timeline) -> dict[str, Any]:
    """What ``timeline --json`` prints for one post."""
    kept = _fields(life)
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
        _say_change(life, change)


def _say_change(life: Timeline, change: Any) -> None:
    say(
        f"[bold]{change.kind.value}[/] between {_time(change.not_before)} and {_time(change.not_after)}"
        + (f": {shown(change.before)} -> {shown(change.after)}" if not change.words else "")
    )
    if change.words:
        say("  " + "".join(_MARKS[run.move].format(shown(run.text)) for run in change.words))
    for signal in change.signals:
        say(f"  signal {shown(signal.name)}: {shown(signal.seen)} ({shown(signal.where)})")


_MARKS = {WordMove.SAME: "{}", WordMove.REMOVED: "[red][-{}-][/]", WordMove.ADDED: "[green]{{+{}+}}[/]"}
_MARKS[WordMove.REMOVED] = r"[red]\[-{}-][/]"


def _say_capture(captured: Capture, case: Case) -> None:
    say(f"Item [bold]{captured.item.item}[/]: {captured.state.value}")
    if captured.post is not None:
        author = captured.post.author
        say(f"  {shown(author.name or author.handle or 'unknown author')}: {shown(captured.post.text)}")
    _say_signals(captured.observation)
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


def _say_signals(observation: Observation) -> None:
    if observation.reason:
        say(f"  {shown(observation.reason)}")
    for signal in observation.signals:
        say(f"  signal {shown(signal.name)}: {shown(signal.seen)} ({shown(signal.where)})")


def _say_recheck(life: Timeline, seen: Observation) -> None:
    item = _item_of(seen)
    say(f"Item [bold]{item}[/]: {shown(life.post)}: {seen.state.value}")
    _say_signals(seen)
    fresh = [change for change in life.changes if any(evidence.item == item for evidence in change.evidence)]
    for change in fresh:
        _say_change(life, change)
    if not fresh:
        say("  no change since the last look that said something")


def _item_of(seen: Observation) -> int:
    return seen.evidence[0].item


def _files_by_role(item: Item) -> dict[str, str]:
    return {file.role.value: f"data/{item.item:06d}/{file.name}" for file in item.files}


def _fingerprints(case: Case, item: Item) -> dict[str, Any]:
    import msgspec

    from evidentia.record.item import Role

    path = case.path_of(item, Role.FINGERPRINTS)
    rows: list[dict[str, Any]] = msgspec.json.decode(path.read_bytes()) if path is not None else [{}]
    return rows[0]


def _say_row(row: dict[str, Any]) -> None:
    for name in (
        "media_type",
        "size",
        "sha256",
        "ahash",
        "dhash",
        "phash",
        "whash",
        "colorhash",
        "pdq",
        "pdq_quality",
    ):
        if row.get(name) is not None:
            say(f"  {name:12} {shown(row[name])}")
    metadata = row.get("metadata") or {}
    for name, value in (metadata.get("exif") or {}).items():
        say(f"  {shown(name)}: {shown(value)}")
    for indication in metadata.get("indications") or ():
        say(f"  indication (no finding): {shown(indication['seen'])}: {shown(indication['suggests'])}")
    for problem in row.get("problems") or ():
        warn(f"  [yellow]{shown(problem)}[/]")


def _item_number(case: Case, image: str) -> int:
    from evidentia.fingerprint.digests import digest_file
    from evidentia.record.errors import UsageError

    if image.isascii() and image.isdigit():
        return int(image)
    digest = digest_file(Path(image)).sha256
    for item in case.items():
        if any(file.sha256 == digest for file in item.files):
            return item.item
    raise UsageError(
        f"{image} is not in this case.", next_step="Take it in with `evidentia add`, then match its item."
    )


def _grade(observation: Observation) -> Exit:
    """A look that could say nothing about the post ends as indeterminate."""
    from evidentia.detect.state import INFORMATIVE

    return Exit.PASSED if observation.state in INFORMATIVE else Exit.INDETERMINATE


def _fields(record: Any) -> dict[str, Any]:
    import msgspec

    return msgspec.structs.asdict(record)


def _time(moment: Any) -> str:
    return "unknown" if moment is None else moment.astimezone().isoformat(timespec="seconds")
