"""Taking in what was handed over: the bytes first, as they are; then what the readers make of them, beside them.

What a file says of itself is a claim of whoever made it. Pages inside of somebody else's archive become observations
with that file as their source and the time that it claims; nobody here saw them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from evidentia.custody.intake import Intake
from evidentia.custody.ledger import Occasion
from evidentia.formats import names
from evidentia.record.custody import EventType
from evidentia.record.errors import UsageError
from evidentia.record.handed_over import Problem
from evidentia.record.item import Access, Item, ItemKind, Role, StoredFile, Times
from evidentia.record.moment import Interval, to_utc_text
from evidentia.record.post import Evidence, Observation, Signal
from evidentia.record.sentences import Term, english, sentence

from .acting import Acting
from .contents import Contents, addresses
from .gathering import Describe, Progress, attempt, describe_item

if TYPE_CHECKING:
    from evidentia.capture.handed_over import HandedOver, ReadPage
    from evidentia.fingerprint import Fingerprint

MOST_SAID = 20
"""Problems that the description of an item repeats; all of them stand in the records beside the original."""

CLAIMED = sentence("looks.claimed.file")


def add(
    acting: Acting,
    path: Path,
    access: Access,
    source: str,
    title: str,
    known_at: datetime | None,
    occasion: Occasion,
    progress: Progress,
) -> Item:
    """Take in a file or a folder as it is: see ``Case.add``."""
    from evidentia.capture.files import name_as_text

    acting.require_adding()
    name = name_as_text(path.name or path.resolve().name)
    with acting.begin(ItemKind.FILE, title or name, source, access, original_name=name) as intake:
        try:
            take = _take_folder if path.is_dir() else _take_file
            taken = take(intake, path, name, progress)
        except UsageError:
            intake.abandon()
            raise
        progress("sealing")
        pages = taken.read.pages if taken.read is not None else []
        known = addresses(Contents(acting.ledger).observations()) if pages else {}
        describe = _laid(intake, taken, name, known_at, known)
        return acting.admit(intake, describe, EventType.ACQUIRE, occasion)


@dataclass(frozen=True)
class _Taken:
    """What is in the item's folder, and what the readers made of it."""

    files: tuple[StoredFile, ...]
    read: HandedOver | None
    problems: tuple[str, ...]


def _take_file(intake: Intake, source: Path, name: str, progress: Progress) -> _Taken:
    from evidentia.capture.files import take_file
    from evidentia.capture.handed_over import read_file
    from evidentia.fingerprint import fingerprint_file

    progress("copying")
    taken = take_file(source, intake.folder)
    progress("fingerprinting")
    stored = intake.folder / taken.file.name
    row, failed = attempt(Term("fingerprints"), lambda: fingerprint_file(stored, name=taken.original_name))
    files = [taken.file]
    if row is not None:
        rows, unseen = _rows([row], [stored], progress)
        files.append(intake.write("fingerprints.json", Role.FINGERPRINTS, rows))
        failed = (*failed, *unseen)
    progress("reading")
    read, unread = attempt(Term("reading"), lambda: read_file(stored, name))
    return _Taken(tuple(files), read, (*taken.problems, *failed, *unread))


def _take_folder(intake: Intake, source: Path, name: str, progress: Progress) -> _Taken:
    from evidentia.capture.folder_members import take_folder
    from evidentia.capture.handed_over import read_members
    from evidentia.fingerprint import fingerprint_files

    progress("copying")
    taken = take_folder(source, intake.folder)
    progress("fingerprinting")
    paths = [intake.folder / file.name for file in taken.files]
    prints, failed = attempt(Term("fingerprints"), lambda: list(fingerprint_files(paths)))
    files = list(taken.files)
    if prints is not None:
        rows, unseen = _rows(prints, paths, progress)
        files.append(intake.write("fingerprints.json", Role.FINGERPRINTS, rows))
        failed = (*failed, *unseen)
    stored = {member.name: member.stored_as or "" for member in taken.members.members}

    def read(member: str, most: int) -> bytes:
        path = intake.folder / stored[member]
        if path.stat().st_size > most:
            raise ValueError(f"{path.stat().st_size} bytes; the limit is {most}")
        return path.read_bytes()

    progress("reading")
    found, unread = attempt(Term("reading"), lambda: read_members(taken.members, read, name))
    return _Taken(tuple(files), found, (*failed, *unread))


def _rows(
    prints: Sequence[Fingerprint], paths: Sequence[Path], progress: Progress
) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """The fingerprints as rows, those of texts and videos with what a look into them adds; and what could not be seen
    of pictures and videos: the item's problems name the file."""
    from evidentia.fingerprint import to_json_row
    from evidentia.fingerprint.text import with_text

    rows: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for made, path in zip(prints, paths, strict=True):
        row = with_text(to_json_row(made), path)
        if made.media_type.startswith("video/"):
            progress(f"looking into {path.name}")
            row = _looked_into(row, path)
        if made.media_type.startswith(("image/", "video/")):
            problems += [Problem(where=path.name, what=problem) for problem in row["problems"]]
        rows.append(row)
    return rows, tuple(_said(problems))


def _looked_into(row: dict[str, Any], path: Path) -> dict[str, Any]:
    """The row of a video with its own fingerprint, and what could not be seen."""
    from evidentia.fingerprint.video import with_video

    looked, failed = attempt(Term("the look into the video"), lambda: with_video(row, path)[0])
    return row | {"problems": list(failed)} if looked is None else looked


def _laid(
    intake: Intake, taken: _Taken, name: str, known_at: datetime | None, known: Mapping[str, str]
) -> Describe:
    """Lay the records beside the original, and say how the item is described once its number is known."""
    records = () if taken.read is None else tuple(taken.read.named())
    files = [*taken.files, *(intake.write(*each) for each in records)]
    problems = (*taken.problems, *_said(taken.read.problems if taken.read is not None else ()))
    times = Times(received_at=intake.intent.started_at, known_at=known_at)

    def describe(number: int) -> Item:
        observed = _observations(taken, name, known, number)
        laid = [
            intake.write(f"observation-{n:04d}.json", Role.OBSERVATION, one)
            for n, one in enumerate(observed, start=1)
        ]
        return describe_item(intake.intent, number, files=(*files, *laid), times=times, problems=problems)

    return describe


def _said(problems: list[Problem] | tuple[Problem, ...]) -> Iterator[str]:
    for problem in problems[:MOST_SAID]:
        yield f"{problem.where}: {problem.what}"
    if len(problems) > MOST_SAID:
        yield Term("and {n} more, in the records beside the original").format(n=len(problems) - MOST_SAID)


def _observations(taken: _Taken, name: str, known: Mapping[str, str], number: int) -> Iterator[Observation]:
    """Each page as an observation. A page without a post belongs to the post that another one has at its address."""
    from evidentia.detect.state import key_of, observe

    source = f"handed over: {name}"
    evidence = (Evidence(item=number, path=f"{names.item_folder(number)}/{taken.files[0].name}"),)
    pages = taken.read.pages if taken.read is not None else []

    def observation(page: ReadPage, known: Mapping[str, str]) -> Observation:
        during = Interval(not_before=page.claimed_at, not_after=page.claimed_at)
        key = key_of(page.reading, page.url, known)
        return observe(page.reading, page.url, during, evidence, key, source=source)

    here = addresses(observation(page, known) for page in pages if page.reading.post is not None)
    for page in pages:
        found = observation(page, here | dict(known))
        yield msgspec.structs.replace(
            found,
            signals=(_claim(page), *found.signals),
            reason=f"{english(*CLAIMED)} {found.reason}".strip(),
            says=CLAIMED + found.says,
        )


def _claim(page: ReadPage) -> Signal:
    stated = "no time that can be read" if page.claimed_at is None else to_utc_text(page.claimed_at)
    return Signal(name="claimed-time", seen=stated, where=page.where)
