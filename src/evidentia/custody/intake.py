"""Taking an item in: its files are gathered aside, described, and given their place in one step.

Beside the folder in which an item is gathered stands a note of what was being done, so that an interruption loses
neither the bytes nor their circumstances.
"""

from __future__ import annotations

import hashlib
import mimetypes
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from evidentia.record.errors import FormatError
from evidentia.record.item import Access, Item, ItemKind, Role, StoredFile
from evidentia.record.moment import Moment

from .store import Store, disk_error

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
    """An item that is being gathered in ``folder``."""

    store: Store
    folder: Path
    intent: Intent

    @classmethod
    def begin(cls, store: Store, intent: Intent) -> Intake:
        """Make room for an item, and note what it is going to be."""
        folder = store.stage()
        _create(_note_of(folder), msgspec.json.format(msgspec.json.encode(intent), indent=1))
        return cls(store, folder, intent)

    @classmethod
    def left_behind(cls, store: Store) -> list[Intake]:
        """What an interruption left: every folder with at least one file in it and a note that can be read."""
        found = []
        for folder in store.staged():
            if any(path.is_file() for path in folder.rglob("*")):
                found.append(cls(store, folder, _read_note(folder)))
        return found

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
        except msgspec.DecodeError:
            item = None
        if item is None or item.item != number:
            os.rename(path, self.folder / "item.interrupted.json")
            return None
        return item

    def admit(self, item: int) -> None:
        """Give the item its place in the case. After this it is whole, and waits only for its event."""
        self.store.admit(self.folder, item)
        _note_of(self.folder).unlink()

    def abandon(self) -> None:
        """Nothing was captured: remove the empty folder and its note."""
        self.store.discard(self.folder)
        _note_of(self.folder).unlink(missing_ok=True)


def _media_type(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _note_of(folder: Path) -> Path:
    return folder.with_name(folder.name + _NOTE_SUFFIX)


def _read_note(folder: Path) -> Intent:
    note = _note_of(folder)
    try:
        return msgspec.json.decode(note.read_bytes(), type=Intent)
    except FileNotFoundError as error:
        raise FormatError(note.name, "the note of an interrupted step is missing") from error
    except msgspec.DecodeError as error:
        raise FormatError(note.name, f"the note of an interrupted step cannot be read: {error}") from error


def _create(path: Path, data: bytes) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise disk_error(path, error) from error
