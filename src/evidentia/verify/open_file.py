"""Files that a stranger had the making of, opened and read in the same way on every operating system."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from threading import Lock

_ONE_AT_A_TIME = Lock()


class NotRegular(OSError):
    """A folder, a pipe, a device or a socket."""


def open_regular(path: str | Path, *, follow_links: bool) -> int:
    """A descriptor of a regular file, open for reading; a pipe or a device is refused without waiting for it.

    Raises:
        NotRegular: it is no regular file.
        OSError: it cannot be opened, or it is a link and links are not followed.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    flags |= (
        0 if follow_links else getattr(os, "O_NOFOLLOW", 0)
    )  # Windows has neither of the two, nor pipes by name
    descriptor = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NotRegular(f"{path} is not a regular file")
    return descriptor


def read_into(descriptor: int, buffer: memoryview, at: int) -> int:
    """Fill a buffer from a place in a file, as far as it goes; returns how many bytes. Threads may share a file."""
    if hasattr(os, "preadv"):
        return os.preadv(descriptor, [buffer], at)
    with _ONE_AT_A_TIME:  # Windows can only read on from where it stands
        os.lseek(descriptor, at, os.SEEK_SET)
        data = os.read(descriptor, len(buffer))
    buffer[: len(data)] = data
    return len(data)


def write_at(descriptor: int, data: memoryview, at: int) -> int:
    """Write at a place in a file; returns how many bytes the system took. Threads may share a file."""
    if hasattr(os, "pwrite"):
        return os.pwrite(descriptor, data, at)
    with _ONE_AT_A_TIME:
        os.lseek(descriptor, at, os.SEEK_SET)
        return os.write(descriptor, data)
