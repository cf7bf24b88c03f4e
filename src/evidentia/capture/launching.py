"""Starting the browser's program before anything that talks to it is loaded: it takes as long to start as Python."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from evidentia.capture.chromium import Chromium, Launch
from evidentia.capture.options import PageOptions
from evidentia.record.errors import MissingPart

_PIPE_BYTES = 1 << 20  # pictures are megabytes; a pipe of 64 KiB would be filled hundreds of times
_FIRST_FREE_FD = 10  # clear of 0-4, which the browser's own ends become
_REMOVALS = 5  # helpers that are being ended may still create a file or two


@dataclass
class Spawned:
    """A browser that was started and that nobody has talked to yet: its process, our ends of its pipes, its folder.

    Attributes:
        sandboxed: whether its own sandbox is on.
        key_log: where it writes its TLS session secrets, where it does.
        taken: whether somebody else ends it by now.
    """

    pid: int
    read_fd: int
    write_fd: int
    folder: Path
    sandboxed: bool
    key_log: Path | None
    taken: bool = False


@contextmanager
def spawned(found: Chromium, options: PageOptions) -> Iterator[Spawned]:
    """A browser that ends with the context, unless somebody has taken it.

    Raises:
        MissingPart: the program cannot be started.
    """
    started = spawn(found, options)
    try:
        yield started
    finally:
        if not started.taken:
            os.close(started.read_fd)
            os.close(started.write_fd)
            end(started.pid, started.folder)


def spawn(found: Chromium, options: PageOptions) -> Spawned:
    """Start a browser with a new, empty profile.

    Raises:
        MissingPart: the program cannot be started, or this system hands no pipes to it.
    """
    if not hasattr(os, "posix_spawn"):
        raise MissingPart(
            "Pages cannot be captured by browser on this system: it hands no pipes over to a program (POSIX).",
            next_step="Capture on Linux or macOS, or look without a browser (--light).",
        )
    folder = Path(tempfile.mkdtemp(prefix=f"evidentia-{os.getpid()}-"))
    key_log = folder / "keys.log" if options.wire else None
    told = Launch(
        folder / "profile", options.viewport, options.locale, options.accepted_keys, key_log=key_log
    )
    try:
        pid, read_fd, write_fd = _spawn(found, told.arguments(), folder)
    except BaseException:
        _remove(folder)
        raise
    return Spawned(pid, read_fd, write_fd, folder, told.sandbox, key_log)


def end(pid: int, folder: Path) -> None:
    """End a browser's whole process group, and remove its profile."""
    _end_group(pid)
    _remove(folder)


def _spawn(chromium: Chromium, arguments: list[str], folder: Path) -> tuple[int, int, int]:
    """Start the program as leader of a new process group; its pid, and our ends of its two pipes."""
    commands_out, commands_in = _pipe()
    answers_out, answers_in = _pipe()
    try:
        pid = os.posix_spawn(
            chromium.program,
            [str(chromium.program), *arguments],
            chromium.environment(os.environ, folder),
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                (os.POSIX_SPAWN_OPEN, 2, str(folder / "stderr"), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600),
                (os.POSIX_SPAWN_DUP2, commands_out, 3),
                (os.POSIX_SPAWN_DUP2, answers_in, 4),
            ],
            setpgroup=0,
        )
    except OSError as error:
        os.close(commands_in)
        os.close(answers_out)
        raise MissingPart(
            f"{chromium.program} cannot be started: {error.strerror}.", next_step="Name another Chromium."
        ) from error
    finally:
        os.close(commands_out)
        os.close(answers_in)
    return pid, answers_out, commands_in


def _pipe() -> tuple[int, int]:
    """A wide pipe whose ends lie above the numbers that the browser's ends are moved to."""
    import fcntl  # not on every system, and what does not start browsers is imported there too

    ends = []
    for low in os.pipe():
        ends.append(fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, _FIRST_FREE_FD))
        os.close(low)
    widen = getattr(fcntl, "F_SETPIPE_SZ", None)
    if widen is not None:
        # Where the user's share of pipe memory is used up, a narrow pipe is slower and no worse.
        with suppress(PermissionError):
            fcntl.fcntl(ends[1], widen, _PIPE_BYTES)
    return ends[0], ends[1]


def _end_group(pid: int) -> None:
    """End the browser with all its helpers. The profile is thrown away, so it need not tidy up itself."""
    with suppress(ProcessLookupError):  # it ended by itself
        os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def _remove(folder: Path) -> None:
    """Remove the profile. Nothing in it is evidence."""
    for _ in range(_REMOVALS):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
