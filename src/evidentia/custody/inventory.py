"""What stands under ``custody/`` and ``trust/`` of a case folder, and which seal lists it.

A folder is listed once, and again only where names have come or gone that the ledger did not write itself. So an event
costs the same whether a case has ten items or ten thousand. Nothing of this is kept on the disk: it cannot be stale
when a case is opened, and nobody can poison it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable

from evidentia.formats.names import is_trust_path

from .store import Store, damaged

FOLDERS = ("custody", "custody/items", "trust")
"""The folders whose files are bound by seals. The format knows none below them."""

_Mark = tuple[int, int] | None
"""Which folder it is, and its modification time in ns; None where no listing can be relied on."""


class Inventory:
    """The names of a case's custody files. Paths are from the case folder's top, with ``/``.

    Attributes:
        sealed_by: the number of the event whose seal lists a path.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._names: dict[str, set[str]] = {below: set() for below in FOLDERS}
        self._marks: dict[str, _Mark] = dict.fromkeys(FOLDERS)
        self._unsealed: set[str] = set()
        self._missing: list[str] | None = None
        self.sealed_by: dict[str, int] = {}

    def look(self) -> None:
        """List the folders in which somebody else has put or removed something since they were last listed.

        For writers: a folder is given a modification time of its own before it is listed. Those that the system
        gives are as coarse as its clock's ticks, so that two changes in one tick would look like one.
        """
        for below in FOLDERS:
            if self._marks[below] is None or self._mark(below) != self._marks[below]:
                self._marks[below] = self._stamp(below)
                self._list(below)

    def look_again(self) -> None:
        """List every folder, whatever it says of itself, and write nothing."""
        for below in FOLDERS:
            if self._mark(below) != self._marks[below]:
                self._marks[below] = None
            self._list(below)

    def create(self, path: str, data: bytes) -> None:
        """Write a new file, and note its name.

        What comes by hand between this write and the stamp after it, some microseconds, is seen at the next opening
        of the case, or when ``look_again`` is called.

        Raises:
            EvidentiaError: as ``Store.create_file`` has it.
            CustodyError: a seal lists another file of this name, which is not there any more.
        """
        if path in self.sealed_by and not is_trust_path(path):  # those are named by their digest
            raise damaged(path, "a seal lists it, and it is not there")
        below = path.rpartition("/")[0]
        alone = self._marks[below] is not None and self._mark(below) == self._marks[below]
        self._store.create_file(path, data)
        self._names[below].add(path)
        self._unsealed.add(path)
        self._marks[below] = self._stamp(below) if alone else None

    def paths(self) -> list[str]:
        """All paths that are known, sorted."""
        return sorted(path for names in self._names.values() for path in names)

    def __contains__(self, path: str) -> bool:
        return path in self._names.get(path.rpartition("/")[0], ())

    def unsealed(self) -> list[str]:
        """The paths that no seal lists, sorted."""
        return sorted(self._unsealed)

    def missing(self) -> list[str]:
        """What seals list and the folders do not hold, sorted. It is looked for once after each listing."""
        if self._missing is None:
            there = set().union(*self._names.values())
            self._missing = sorted(self.sealed_by.keys() - there)
        return self._missing

    def seal(self, event: int, paths: Iterable[str]) -> None:
        """Note what an event's seal lists. The first seal that lists a path is the one that counts."""
        listed = {path: event for path in paths if path not in self.sealed_by}
        if not all(path in self for path in listed):
            self._missing = None
        self.sealed_by.update(listed)
        self._unsealed.difference_update(listed)

    def _mark(self, below: str) -> _Mark:
        try:
            found = os.stat(self._store.folder / below)
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns

    def _stamp(self, below: str) -> _Mark:
        """Give a folder the present moment as its modification time, to the nanosecond."""
        moment = time.time_ns()
        try:
            os.utime(self._store.folder / below, ns=(moment, moment))
        except OSError:
            return None  # no folder yet, or one that is not ours to stamp: it is listed every time
        mark = self._mark(below)
        return (
            mark if mark is not None and mark[1] == moment else None
        )  # FAT keeps two seconds, not nanoseconds

    def _list(self, below: str) -> None:
        names: set[str] = set()
        try:
            with os.scandir(self._store.folder / below) as entries:
                names = {f"{below}/{one.name}" for one in entries if one.is_file(follow_symlinks=False)}
        except FileNotFoundError:
            pass  # a case without items has no folder for their records
        self._missing = None
        self._unsealed -= self._names[below]
        self._unsealed |= names - self.sealed_by.keys()
        self._names[below] = names
