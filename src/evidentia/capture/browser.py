"""A browser of our own: a new profile, a pipe, and an end that leaves nothing behind."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from evidentia.capture import launching
from evidentia.capture.cdp import Connection, Listener
from evidentia.capture.launching import Spawned

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
        await asyncio.shield(asyncio.to_thread(launching.end, self.pid, self.folder))


def talk_to(spawned: Spawned, listener: Listener) -> Browser:
    """Take a browser that was started. Call ``end`` of what is returned, whatever happens."""
    spawned.taken = True
    connection = Connection(spawned.read_fd, spawned.write_fd, listener)
    return Browser(connection, spawned.pid, spawned.folder, spawned.sandboxed)
