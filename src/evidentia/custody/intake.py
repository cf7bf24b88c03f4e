"""Taking an item in: its files are gathered aside, described, and given their place in one step.

Beside the folder in which an item is gathered stands a note of what was being done, so that an interruption loses
neither the bytes nor their circumstances. Whoever is at work on the folder holds a lock on the note, which ends with
the process: what nobody holds was left behind.
"""

from __future__ import annotations

import hashlib
import mimetypes
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

import msgspec

from evidentia.record.item import Access, Item, ItemKind, Role, StoredFile
from evidentia.record.moment import Moment, now

from .store import Store, disk_error, sync_folder, try_lock

ITEM_FILE = "item.json"
_NOTE_SUFFIX = ".intent.json"


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """What is being taken in, by whom and on what basis; written down before the first byte comes."""

    kind: ItemKind
    title: str
    source: str
    access: Access
    collector: str
    started_at: Moment
    original_name: str | None = None


@dataclass(frozen=True)
class Intake:
    """An item that is being gathered in ``folder``. Use it as a context: it is held until the context ends.

    ``problems`` are what is not known of it any more, after an interruption.
    """

    store: Store
    folder: Path
    intent: Intent
    problems: tuple[str, ...] = ()
    hold: IO[bytes] | None = None

    @classmethod
    def begin(cls, store: Store, intent: Intent) -> Intake:
        """Make room for an item, and note what it is going to be."""
        folder = store.stage()
        note = _note_of(folder)
        try:
            hold = note.open("xb")
            if not try_lock(hold.fileno()) or not os.fstat(hold.fileno()).st_nlink:
                hold.close()  # somebody who forgets empty notes was quicker than the lock
                return cls.begin(store, intent)
            hold.write(msgspec.json.format(msgspec.json.encode(intent), indent=1))
            hold.flush()
            os.fsync(hold.fileno())
            sync_folder(note.parent)
        except OSError as error:
            raise disk_error(note, error) from error
        return cls(store, folder, intent, hold=hold)

    @classmethod
    def left_behind(cls, store: Store) -> Iterator[Intake]:
        """What an interruption left: every folder with a file in it that nobody is at work on. Each is held in turn."""
        for folder in gathered(store):
            with _Note(_note_of(folder)) as note:
                if note.is_ours:
                    intent, problems = note.read()
                    yield cls(store, folder, intent, problems, note.stream)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.hold is not None:
            self.hold.close()

    def write(self, name: str, role: Role, value: Any) -> StoredFile:
        """Add a record as JSON (readable: one field to a line, the reader's own order)."""
        return self.lay(name, role, msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")

    def lay(self, name: str, role: Role, data: bytes) -> StoredFile:
        """Add a file from its bytes."""
        _create(self.folder / name, data)
        media_type = _media_type(name)
        digest = hashlib.sha256(data).hexdigest()
        return StoredFile(name=name, role=role, media_type=media_type, size=len(data), sha256=digest)

    def describe(self, name: str, role: Role) -> StoredFile:
        """Describe a file that stands in the folder already."""
        path = self.folder / name
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        size = path.stat().st_size
        return StoredFile(name=name, role=role, media_type=_media_type(name), size=size, sha256=digest)

    def described_as(self, number: int) -> Item | None:
        """The description that was already written for this number; one for another number is put beside it."""
        path = self.folder / ITEM_FILE
        try:
            item = msgspec.json.decode(path.read_bytes(), type=Item)
        except FileNotFoundError:
            return None
        except (msgspec.DecodeError, UnicodeDecodeError):
            item = None
        except OSError as error:
            raise disk_error(path, error) from error
        if item is None or item.item != number:
            try:
                os.rename(path, _free(self.folder, "item.interrupted", ".json"))
            except OSError as error:
                raise disk_error(path, error) from error
            return None
        return item

    def admit(self, item: int) -> None:
        """Give the item its place in the case. After this it is whole, and waits only for its event."""
        self.store.admit(self.folder, item)
        self._forget()

    def abandon(self) -> None:
        """Nothing was captured: remove the folder and its note."""
        self.store.discard(self.folder)
        self._forget()

    def _forget(self) -> None:
        note = _note_of(self.folder)
        try:
            note.unlink(missing_ok=True)
        except OSError as error:
            raise disk_error(note, error) from error


def gathered(store: Store) -> list[Path]:
    """Folders with files that are no items yet, whether somebody is still at work on them or not."""
    return [folder for folder in store.staged() if any(path.is_file() for path in folder.rglob("*"))]


def forget_notes(store: Store) -> None:
    """Remove the notes that an interruption left of what has its place in the case, or of what never came."""
    for path in store.notes(_NOTE_SUFFIX):
        folder = path.with_name(path.name.removesuffix(_NOTE_SUFFIX))
        with _Note(path) as note:
            try:
                if note.is_ours and not (folder.is_dir() and any(folder.iterdir())):
                    path.unlink(missing_ok=True)
                    folder.rmdir()
            except FileNotFoundError:
                continue
            except OSError as error:
                raise disk_error(path, error) from error


class _Note:
    """A note, held for as long as the context lasts if nobody else holds it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.stream: IO[bytes] | None = None
        self.is_ours = True

    def __enter__(self) -> Self:
        try:
            self.stream = self._path.open("rb")
            self.is_ours = try_lock(self.stream.fileno())
        except FileNotFoundError:  # a power failure can take it and leave the files
            pass
        except OSError as error:
            raise disk_error(self._path, error) from error
        return self

    def __exit__(self, *_: object) -> None:
        if self.stream is not None:
            self.stream.close()

    def read(self) -> tuple[Intent, tuple[str, ...]]:
        """What was being done; where the note is lost, so much as can be said without it."""
        try:
            return msgspec.json.decode(self.stream.read() if self.stream else b"", type=Intent), ()
        except (msgspec.DecodeError, UnicodeDecodeError):
            unknown = Intent(
                kind=ItemKind.FILE,
                title="left by an interruption",
                source="",
                access=Access.UNKNOWN,
                collector="",
                started_at=now(),
            )
            return unknown, (
                "the note of what was being done is lost: source, access and collector are unknown",
            )


def _media_type(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _note_of(folder: Path) -> Path:
    return folder.with_name(folder.name + _NOTE_SUFFIX)


def _free(folder: Path, stem: str, suffix: str) -> Path:
    """A name that is free: what an earlier interruption left stays too."""
    count, path = 1, folder / f"{stem}{suffix}"
    while path.exists():
        count += 1
        path = folder / f"{stem}.{count}{suffix}"
    return path


def _create(path: Path, data: bytes) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise disk_error(path, error) from error
