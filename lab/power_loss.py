"""A model of what a disk holds after the power failed: what was not synced is gone.

It is fed with the changes that ``disk_effects.watch`` tells of, in order. Modelled, as POSIX allows it: the bytes of a
file are on the disk only after an fsync of the file, else it is empty; a name is there, gone or moved only after an
fsync of its folder, or, in the other extreme, at once. A name moved between two folders is in one of them at any time:
journals see to that. Not modelled: sectors half written, a journal that reorders names of one folder, a disk that says
that it has synced and has not.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from lab.disk_effects import Effect


class Names(StrEnum):
    """Which names a failure leaves: only those whose folder was synced, or all that were made."""

    SYNCED = "synced"
    ALL = "all"


@dataclass
class _File:
    durable: bytes = b""


@dataclass
class _Folder:
    names: dict[str, _File | _Folder] = field(default_factory=dict)
    durable: dict[str, _File | _Folder] = field(default_factory=dict)


class _Move(NamedTuple):
    moved: _File | _Folder
    source: _Folder
    name: str
    target: _Folder
    new: str


class Disk:
    """Everything below a folder, as it was at first (all of it on the disk) and after the changes since."""

    def __init__(self, root: Path) -> None:
        self._root = PurePosixPath(os.path.realpath(root))
        self._top = _read(Path(self._root))
        self._moves: list[_Move] = []

    def seen(self, effect: Effect) -> None:
        """Take in a change that is about to happen. Call it in the process that makes it: contents are read here."""
        if effect.kind == "sync":
            self._sync(effect.path)
        elif effect.kind == "create":
            folder, name = self._place(effect.path)
            folder.names.setdefault(name, _File())
        elif effect.kind == "mkdir":
            folder, name = self._place(effect.path)
            folder.names.setdefault(name, _Folder())
        elif effect.kind in ("unlink", "rmdir"):
            folder, name = self._place(effect.path)
            folder.names.pop(name, None)
        elif effect.kind == "link":
            self._link(effect)
        elif effect.kind == "rename":
            self._rename(effect)

    def after_power_loss(self, into: Path, names: Names) -> None:
        """Write what is left of it into a new folder."""
        _write(self._top, into, names)

    def _sync(self, path: str) -> None:
        if PurePosixPath(path) == self._root:
            self._sync_folder(self._top)
            return
        folder, name = self._place(path)
        node = folder.names.get(name)
        if isinstance(node, _Folder):
            self._sync_folder(node)
        elif node is not None:
            node.durable = Path(path).read_bytes()

    def _sync_folder(self, folder: _Folder) -> None:
        folder.durable = dict(folder.names)
        for move in [move for move in self._moves if folder is move.source or folder is move.target]:
            self._moves.remove(move)
            if move.source.durable.get(move.name) is move.moved:
                del move.source.durable[move.name]
            move.target.durable[move.new] = move.moved

    def _link(self, effect: Effect) -> None:
        (source, name), (target, new) = self._place(effect.path), self._place(effect.to)
        if new not in target.names:
            target.names[new] = source.names[name]

    def _rename(self, effect: Effect) -> None:
        (source, name), (target, new) = self._place(effect.path), self._place(effect.to)
        target.names[new] = moved = source.names.pop(name)
        if source is not target:
            self._moves.append(_Move(moved, source, name, target, new))

    def _place(self, path: str) -> tuple[_Folder, str]:
        *above, name = PurePosixPath(path).relative_to(self._root).parts
        folder = self._top
        for part in above:
            node = folder.names[part]
            assert isinstance(node, _Folder), path
            folder = node
        return folder, name


def _read(folder: Path) -> _Folder:
    found: dict[str, _File | _Folder] = {
        path.name: _read(path) if path.is_dir() else _File(path.read_bytes()) for path in folder.iterdir()
    }
    return _Folder(found, dict(found))


def _write(folder: _Folder, into: Path, names: Names) -> None:
    into.mkdir()
    for name, node in (folder.durable if names is Names.SYNCED else folder.names).items():
        if isinstance(node, _Folder):
            _write(node, into / name, names)
        else:
            (into / name).write_bytes(node.durable)
