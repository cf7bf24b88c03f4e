"""A file that somebody hands over: copied once, hashed while it is copied, and never opened for its meaning."""

from __future__ import annotations

import contextlib
import os
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from evidentia.record.sentences import Term

from ..fingerprint.digests import BLOCK, Digests, digest_stream, open_regular
from ..fingerprint.magic import extension_of, media_type_of
from ..record.errors import CaptureError, UsageError
from ..record.item import Role, StoredFile
from ..record.moment import Moment
from .staging import NEW_FILE

MAX_SIZE = 8 << 30
"""Bytes: an hour of a phone's video takes about 6 GB. Disk images belong into tools made for them."""

FOLLOWED_LINK = "the path that was given is a symbolic link to"
"""How the note begins that says so. Nothing is amiss then: the file that it points to was taken."""

_LONGEST_NAME = 1024
"""Characters kept of a name; file systems allow 255 bytes, but a name can also come out of an archive or a chat."""


class TakenFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it was handed over: the copy, what the source was called, and its times as its file system says.

    ``original_name`` holds every character of the name; bytes that are no UTF-8 stand as ``\\xNN``. ``changed_at``
    is POSIX ctime, on Windows the time of creation. ``link`` is what the given path pointed to, where it was a
    symbolic link. ``sha512`` is of the same bytes as the stored file's SHA-256.
    """

    file: StoredFile
    original_name: str
    sha512: str
    modified_at: Moment
    changed_at: Moment
    link: str | None = None
    problems: tuple[str, ...] = ()


def take_file(source: Path, into: Path, *, max_size: int = MAX_SIZE, stem: str = "original") -> TakenFile:
    """Copy ``source`` into the folder ``into`` as ``original.<extension by its first bytes>``, create-only.

    The bytes are digested as they are written, in one pass, and flushed to the disk before this returns. The copy is
    read-only. The source is not changed.

    Raises:
        UsageError: no such file, not readable, not a regular file, larger than ``max_size`` bytes, or something
            of that name is in ``into`` already.
        CaptureError: the copy could not be written; the part that was written is removed.
    """
    link = _link_target(source)
    with open_regular(source) as stream:
        before = os.fstat(stream.fileno())
        if before.st_size > max_size:
            raise UsageError(
                f"{source.name} has {before.st_size} bytes; the limit is {max_size}.",
                next_step="Take it in parts, or refer it to a laboratory that images storage.",
            )
        head = stream.read(BLOCK)
        stream.seek(0)
        media_type = media_type_of(head)
        name = f"{stem}.{extension_of(media_type)}"
        digests = _copy(stream, into / name, max_size)
        after = os.fstat(stream.fileno())
    problems = []
    if link is not None:
        problems.append(
            Term(
                "the path that was given is a symbolic link to {what}; the file it points to was taken"
            ).format(what=link)
        )
    if (before.st_size, before.st_mtime_ns) != (
        after.st_size,
        after.st_mtime_ns,
    ) or digests.size != after.st_size:
        problems.append(Term("the source was being written to while it was copied"))
    return TakenFile(
        file=StoredFile(
            name=name, role=Role.ORIGINAL, media_type=media_type, size=digests.size, sha256=digests.sha256
        ),
        original_name=name_as_text(source.name),
        sha512=digests.sha512,
        modified_at=_moment(before.st_mtime_ns),
        changed_at=_moment(before.st_ctime_ns),
        link=link,
        problems=tuple(problems),
    )


def _link_target(source: Path) -> str | None:
    try:
        return name_as_text(os.readlink(source)) if source.is_symlink() else None
    except OSError as error:
        raise UsageError(
            f"{source.name} cannot be looked at: {error.strerror}.",
            next_step="Check that the path names a file that you may read.",
        ) from error


def _copy(stream: BinaryIO, target: Path, max_size: int) -> Digests:
    """Write what ``stream`` holds into a new file, digest it on the way, and see it on the disk."""
    try:
        descriptor = os.open(target, NEW_FILE, 0o444)
    except FileExistsError as error:
        raise UsageError(
            f"{target.name} is there already, and evidence is never overwritten.",
            next_step="Take the file into a new item.",
        ) from error
    except OSError as error:
        raise CaptureError(
            f"{target.name} cannot be created: {error.strerror}.",
            safe="The source is untouched and nothing was added.",
            next_step="Make room on the disk, or check it, and add the file again.",
        ) from error
    written = 0
    try:
        with os.fdopen(descriptor, "wb") as sink:

            def write(block: bytes | memoryview) -> None:
                nonlocal written
                written += len(block)
                if written > max_size:
                    raise UsageError(f"The file grew past the limit of {max_size} bytes while it was copied.")
                sink.write(block)

            digests = digest_stream(stream, write)
            sink.flush()
            os.fsync(sink.fileno())
        _sync_folder(target.parent)
    except OSError as error:
        with contextlib.suppress(
            OSError
        ):  # a disk that fails may not even do this; what is raised tells of it
            target.unlink(missing_ok=True)
        raise CaptureError(
            f"The copy could not be written: {error.strerror}.",
            safe="The source is untouched and nothing was added.",
            next_step="Make room on the disk, or check the medium that the file comes from, and add it again.",
        ) from error
    except UsageError:
        target.unlink(missing_ok=True)
        raise
    return digests


def _sync_folder(folder: Path) -> None:
    """Make the new name durable too. Windows has no such call for folders."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def name_as_text(name: str) -> str:
    """The name with undecodable bytes and control characters spelled out, so that JSON and terminals can hold it."""
    spelled = "".join(
        f"\\x{ord(c) - 0xDC00:02x}" if 0xDC80 <= ord(c) <= 0xDCFF
        else f"\\u{ord(c):04x}" if unicodedata.category(c) in ("Cc", "Cf", "Cs")
        else c
        for c in name
    )  # fmt: skip
    return spelled[:_LONGEST_NAME]


def _moment(nanoseconds: int) -> datetime:
    return datetime.fromtimestamp(nanoseconds // 1_000_000_000, UTC)
