"""The command about the Wayback Machine: what it keeps of an address, taken in or added to."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import evidentia as ev
from evidentia.record import reasons
from evidentia.record.errors import UsageError
from evidentia.record.memento import Memento

from .capturing import capture_json, grade, say_capture
from .identities import custodian
from .open_ends import left_open
from .options import AsJson, Authorities, IdentityFile, PrivateNetwork, Reason, Who
from .speaking import Exit, print_table, progress, say, say_json, shown, table, worst

if TYPE_CHECKING:
    from evidentia.capture.wayback import Archive
    from evidentia.case import Case
    from evidentia.custody.identity import Acts

KEYS = "EVIDENTIA_WAYBACK_KEYS"


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command(
        "wayback",
        epilog="Example: evidentia wayback https://social.example/p/123 --take newest --case makassar-15",
    )(wayback)


def wayback(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where the post is, or was.")],
    take: Annotated[
        list[str] | None,
        typer.Option(
            "--take",
            metavar="WHICH",
            help="Take versions into the case: all, oldest, newest, or a time of 14 digits; repeatable.",
        ),
    ] = None,
    save: Annotated[
        bool,
        typer.Option(
            "--save",
            help="Have the Wayback Machine keep what stands there now: it learns of the address. "
            f"Needs your keys, as ACCESS:SECRET in {KEYS}.",
        ),
    ] = False,
    since: Annotated[
        str, typer.Option("--since", metavar="DATE", help="From this day on (2026-07-01).")
    ] = "",
    until: Annotated[str, typer.Option("--until", metavar="DATE", help="Until this day.")] = "",
    near: Annotated[
        str, typer.Option("--near", metavar="DATE", help="Only the version nearest to this day or moment.")
    ] = "",
    case: Annotated[
        Path | None,
        typer.Option(
            "--case", metavar="DIR", envvar="EVIDENTIA_CASE", help="The case, where versions are taken."
        ),
    ] = None,
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    private: PrivateNetwork = False,
    archive: Annotated[
        str, typer.Option("--archive", metavar="URL", help="Another archive that speaks as this one does.")
    ] = "https://web.archive.org",
    reason: Reason = reasons.OUTSIDE_ARCHIVE,
    as_json: AsJson = False,
) -> int:
    """List the versions that the Wayback Machine has of an address; take them in; have it keep one more."""
    from evidentia.capture.options import PageOptions
    from evidentia.capture.wayback import Archive
    from evidentia.capture.wayback_index import mementos, nearest

    opened = _opened(case, custodian(identity, who, tsa)) if take else None
    where, options = Archive.at(archive), PageOptions(allow_private_network=private)
    if save:
        _save(url, where, options, as_json)
    with progress("Asking the archive"):
        if near:
            one = nearest(url, _moment(near), options, archive=where)
            found = tuple(filter(None, (one,)))
        else:
            found = mementos(url, options, since=_day(since), until=_day(until), archive=where)
    chosen = _chosen(found, take or [])
    if opened is None or not chosen:
        _say_found(found, as_json)
        return Exit.PASSED if found else Exit.INDETERMINATE
    grades = []
    for memento in chosen:
        with progress(f"Taking {memento.stamp}") as tell:
            taken = opened.take_past(memento, options=options, archive=where, reason=reason, progress=tell)
        if as_json:
            say_json(capture_json(taken) | {"memento": memento})
        else:
            say_capture(taken, opened)
        grades.append(grade(taken.observation))
    return worst(left_open(opened, quiet=as_json), *grades)


def _opened(case: Path | None, acting: Acts) -> Case:
    """The case into which versions are taken, before anybody outside is asked.

    Raises:
        UsageError: none was named.
    """
    if case is None:
        raise UsageError("No case was named to take them into.", next_step="Name one with --case.")
    return ev.Case.open(case, acting)


def _save(url: str, archive: Archive, options: Any, as_json: bool) -> None:
    from evidentia.capture.wayback_saving import Keys, save

    keys = os.environ.get(KEYS)
    if keys is None:
        raise UsageError(
            "Keeping a page needs keys of the archive.",
            next_step=f"Set {KEYS} to ACCESS:SECRET (archive.org/account/s3.php).",
        )
    with progress("Waiting until the archive has kept it"):
        kept = save(url, Keys.parse(keys), options, archive=archive)
    if as_json:
        say_json({"saved": kept})
    else:
        say(f"Kept at {kept.at:%Y-%m-%dT%H:%M:%SZ}: {shown(kept.archive_url)}")


def _chosen(found: tuple[Memento, ...], wanted: list[str]) -> tuple[Memento, ...]:
    """The versions that are meant, oldest first, each once.

    Raises:
        UsageError: a version that the archive does not have.
    """
    named = {"all": found, "oldest": found[:1], "newest": found[-1:]}
    chosen: list[Memento] = []
    for word in wanted:
        those = named.get(word) or tuple(one for one in found if one.stamp == word)
        if not those:
            raise UsageError(
                f"The archive has no version {word!r}.", next_step="List them: leave --take out."
            )
        chosen += those
    return tuple(sorted(dict.fromkeys(chosen), key=lambda one: one.at))


def _say_found(found: tuple[Memento, ...], as_json: bool) -> None:
    if as_json:
        say_json({"versions": [{"stamp": one.stamp, "memento": one} for one in found]})
        return
    if not found:
        say(
            "The archive lists no version. That proves nothing: it may not have been asked, or not have been let in."
        )
        return
    made = table("time", "status", "type", "SHA-1", "address")
    for one in found:
        made.add_row(
            one.stamp, str(one.status or "-"), shown(one.media_type), shown(one.digest), shown(one.url)
        )
    print_table(made)


def _day(text: str) -> datetime | None:
    """A day, from its beginning in UTC.

    Raises:
        UsageError: it is none.
    """
    return _moment(text) if text else None


def _moment(text: str) -> datetime:
    """A moment; where no zone is stated, in UTC, as archives count.

    Raises:
        UsageError: it is none.
    """
    try:
        stated = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"{text!r} is no date.", next_step="Write it as 2026-07-01, or as 2026-07-01T10:00+07:00."
        ) from error
    return stated if stated.tzinfo else stated.replace(tzinfo=UTC)
