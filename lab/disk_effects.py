"""Every change that a process makes on the disk, seen just before it happens: where faults are injected.

The seam is Python's own audit hook, which tells of every file that is opened and of every name that is made, moved or
removed, whoever does it; ``os.fsync`` has no such event and is wrapped. So the library needs no seam of its own, and
none of its writers can be forgotten. What is not seen: the single ``write`` between two of these moments (a torn file
stands for it), and what programs of other people write (a browser writes nothing into a case).

A hook cannot be taken away again: arm it in a process of its own.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_NAMES = {
    "os.mkdir": ("mkdir", 0, None, 2),
    "os.rmdir": ("rmdir", 0, None, 1),
    "os.remove": ("unlink", 0, None, 1),
    "os.rename": ("rename", 0, 1, 2),
    "os.link": ("link", 0, 1, 2),
    "os.symlink": ("symlink", 1, None, 2),
    "os.truncate": ("truncate", 0, None, None),
    "os.chmod": ("chmod", 0, None, 2),
}  # audit event: what it is called here, and at which argument path, second path and folder descriptor stand


class Effect(NamedTuple):
    """A change that is about to happen: ``create``, ``sync``, ``link``, ``rename``, ``unlink``, ``mkdir`` and so on."""

    kind: str
    path: str
    to: str = ""


def watch(root: Path, before: Callable[[Effect], None]) -> None:
    """Call ``before`` ahead of every change of ``root`` and below, from whichever thread makes it, for good."""
    top = os.path.realpath(root)
    busy = threading.local()

    def tell(effect: Effect | None) -> None:
        if effect is None or getattr(busy, "now", False):
            return
        if effect.path == top or effect.path.startswith(top + os.sep) or effect.to.startswith(top + os.sep):
            busy.now = True
            try:
                before(effect)
            finally:
                busy.now = False

    fsync = os.fsync

    def synced(descriptor: int) -> None:
        tell(Effect("sync", os.readlink(f"/proc/self/fd/{descriptor}")))
        fsync(descriptor)

    os.fsync = synced  # type: ignore[assignment]
    sys.addaudithook(lambda event, arguments: tell(_effect(event, arguments)))


def _effect(event: str, arguments: tuple[Any, ...]) -> Effect | None:
    if event == "open":
        path, _, flags = arguments
        writes = isinstance(flags, int) and flags & _WRITES
        return Effect("create", _absolute(path)) if writes and not isinstance(path, int) else None
    if event not in _NAMES:
        return None
    kind, path, to, below = _NAMES[event]
    folder = -1 if below is None else arguments[below]
    return Effect(kind, _absolute(arguments[path], folder), "" if to is None else _absolute(arguments[to]))


def _absolute(path: Any, folder: int = -1) -> str:
    if isinstance(path, int):
        return os.readlink(f"/proc/self/fd/{path}")
    above = os.readlink(f"/proc/self/fd/{folder}") if folder >= 0 else os.getcwd()
    return os.path.normpath(os.path.join(above, os.fsdecode(path)))


def die_at(root: Path, number: int, *, torn: bool = False) -> None:
    """End this process with SIGKILL ahead of its ``number``-th change below ``root``, counted from 1.

    Args:
        torn: of the file that was being written then, and is not synced yet, only half has reached the disk.
    """
    lock, count, open_file = threading.Lock(), 0, ""

    def before(effect: Effect) -> None:
        nonlocal count, open_file
        with lock:
            count += 1
            if count == number:
                if torn and os.path.isfile(open_file):
                    os.truncate(open_file, os.path.getsize(open_file) // 2)
                os.kill(os.getpid(), signal.SIGKILL)
            if effect.kind == "create":
                open_file = effect.path
            elif effect.kind == "sync" and effect.path == open_file:
                open_file = ""

    watch(root, before)


def fail_from(root: Path, number: int, code: int) -> None:
    """From the ``number``-th change below ``root`` on, let every change fail with an error of the system's.

    Args:
        code: ``errno.ENOSPC``, a full disk, on which names can still be removed; any other, on which nothing can.
    """
    lock, count = threading.Lock(), 0
    spared = ("unlink", "rmdir", "chmod") if code == errno.ENOSPC else ()

    def before(effect: Effect) -> None:
        nonlocal count
        with lock:
            count += 1
            if count >= number and effect.kind not in spared:
                raise OSError(code, os.strerror(code), effect.path)

    watch(root, before)
