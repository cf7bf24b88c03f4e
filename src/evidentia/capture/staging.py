"""Where a capture puts its files: each is created once, hashed as it is written, and never opened to write again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from evidentia.record.errors import CaptureError
from evidentia.record.item import Role, StoredFile

NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
"""How evidence is written: nothing is replaced, followed or, on Windows, given other line ends."""


class Staging:
    """A folder that files are added to. ``files`` are those that are there, in the order in which they came.

    ``stored`` is told of each as soon as it is written and hashed.
    """

    def __init__(self, folder: Path, stored: Callable[[StoredFile], None] | None = None) -> None:
        self.folder = folder
        self._stored = stored
        self.files: list[StoredFile] = []

    def add(self, name: str, role: Role, media_type: str, data: bytes) -> StoredFile:
        """Write a new file and take its digest.

        Raises:
            CaptureError: it is there already, or the disk does not take it.
        """
        return self.add_pieces(name, role, media_type, (data,))

    def add_pieces(self, name: str, role: Role, media_type: str, pieces: Iterable[bytes]) -> StoredFile:
        """The same for a file that need not stand in memory as a whole."""
        digest, size = hashlib.sha256(), 0
        try:
            number = os.open(self.folder / name, NEW_FILE, 0o644)
            with os.fdopen(number, "wb") as file:
                for piece in pieces:
                    file.write(piece)
                    digest.update(piece)
                    size += len(piece)
        except OSError as error:
            raise CaptureError(
                f"{name} cannot be written: {error.strerror}.",
                safe="What was written before stays where it is.",
                next_step="Make room on the disk, or choose an empty folder, and capture again.",
            ) from error
        stored = StoredFile(name=name, role=role, media_type=media_type, size=size, sha256=digest.hexdigest())
        self.files.append(stored)
        if self._stored is not None:
            self._stored(stored)
        return stored
