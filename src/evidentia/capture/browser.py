"""A browser of our own: a new profile, a pipe, and an end that leaves nothing behind."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from evidentia.capture.cdp import Connection, Listener
from evidentia.capture.chromium import Chromium, Launch
from evidentia.record.errors import MissingPart

_PIPE_BYTES = 1 << 20  # pictures are megabytes; a pipe of 64 KiB would be filled hundreds of times
_FIRST_FREE_FD = 10  # clear of 0-4, which the browser's own ends become
_REMOVALS = 5  # helpers that are being ended may still create a file or two
_LAST_WORDS = 2_000  # characters of the browser's own complaints that are kept in an error


@dataclass(frozen=True)
class Browser:
    """A running browser. ``sandboxed`` tells whether its own sandbox is on."""

    connection: Connection
    pid: int
    folder: Path
    sandboxed: bool

    def last_words(self) -> str:
        """The end of what the browser wrote to its standard error."""
        try:
            return (
                (self.folder / "stderr").read_text(encoding="utf-8", errors="replace")[-_LAST_WORDS:].strip()
            )
        except OSError:
            return ""

    async def end(self) -> None:
        """End its whole process group, and remove its profile."""
        self.connection.close()
        await asyncio.shield(asyncio.to_thread(_end_group, self.pid))
        _remove(self.folder)


def start(chromium: Chromium, launch: Callable[[Path], Launch], listener: Listener) -> Browser:
    """Start a browser with a new, empty profile. Call ``end`` of what is returned, whatever happens.

    Raises:
        MissingPart: the program cannot be started.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"evidentia-{os.getpid()}-"))
    try:
        told = launch(folder / "profile")
        pid, read_fd, write_fd = _spawn(chromium, told.arguments(), folder)
    except BaseException:
        _remove(folder)
        raise
    return Browser(Connection(read_fd, write_fd, listener), pid, folder, told.sandbox)


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
