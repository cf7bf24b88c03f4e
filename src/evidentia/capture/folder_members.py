"""A folder that somebody hands over, such as an unpacked export: each file taken as it is, under its own number.

Links are not followed: they can lead to anything on the machine of whoever takes the folder in.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from evidentia.fingerprint.magic import UNKNOWN
from evidentia.record.errors import UsageError
from evidentia.record.handed_over import Member, Members, Problem
from evidentia.record.item import Program, StoredFile
from evidentia.record.moment import to_utc_text
from evidentia.record.sentences import Term

from .files import MAX_SIZE, name_as_text, take_file

READER = Program(name="evidentia.capture.folder_members", version="1")

MAX_FILES = 10_000
"""Files of one item: its record has a line for each. More belong into a ZIP, which is one file."""


class TakenFolder(NamedTuple):
    """The copies, and under which name each stood in the folder."""

    files: tuple[StoredFile, ...]
    members: Members


def take_folder(source: Path, into: Path) -> TakenFolder:
    """Copy every regular file under ``source`` into ``into`` as ``original-00001.<extension>`` and so on, create-only.

    What cannot be taken (links, pipes, files that may not be read) is a problem of the members.

    Raises:
        UsageError: there is no such folder, it cannot be listed, or it has no file or more than MAX_FILES.
        CaptureError: a copy could not be written.
    """
    paths = sorted(_files(source))
    if not paths or len(paths) > MAX_FILES:
        raise UsageError(
            f"{name_as_text(source.name)} has {len(paths)} files; a folder is taken in with 1 to {MAX_FILES}.",
            next_step="Pack it as a ZIP and add that.",
        )
    files, members, problems, left = [], [], [], MAX_SIZE
    for number, path in enumerate(paths, start=1):
        name = name_as_text(path.relative_to(source).as_posix())
        if path.is_symlink():
            problems.append(
                Problem(what=f"{Term('a symbolic link')}: {Term('it was not followed')}", where=name)
            )
            continue
        try:
            taken = take_file(path, into, max_size=left, stem=f"original-{number:05d}")
        except UsageError as error:
            problems.append(Problem(what=f"{Term('it was not taken')}: {error.happened}", where=name))
            continue
        left -= taken.file.size
        files.append(taken.file)
        problems += (Problem(what=what, where=name) for what in taken.problems)
        members.append(
            Member(
                name=name,
                size=taken.file.size,
                sha256=taken.file.sha256,
                media_type=None if taken.file.media_type == UNKNOWN else taken.file.media_type,
                modified=to_utc_text(taken.modified_at),
                stored_as=taken.file.name,
            )
        )
    return TakenFolder(tuple(files), Members(reader=READER, members=tuple(members), problems=tuple(problems)))


def _files(folder: Path) -> Iterator[Path]:
    """Everything under the folder but folders; linked folders are not entered."""

    def refuse(error: OSError) -> None:
        raise UsageError(
            f"{name_as_text(Path(error.filename or folder).name)} cannot be listed: {error.strerror}.",
            next_step="Check that you may read the folder and all that is in it.",
        ) from error

    for where, folders, names in os.walk(folder, onerror=refuse):
        linked = [name for name in folders if (Path(where) / name).is_symlink()]
        for name in (*names, *linked):
            yield Path(where) / name
