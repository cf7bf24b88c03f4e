"""Other people's archivers: warcprox keeps what a browser fetches through it, pywb replays an archive.

Neither shares code with the project's own recorder and writer, so what they say of the same page is a second opinion.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import requests

from lab.server import Server, ServerError, environment, free_port, session

COLLECTION = "lain"
WRITE_SECONDS = 60.0
"""How long warcprox may take to put away what it was given: a loaded two-core machine took it under a second."""

_PAUSE_S = 0.05
_TOOL_SECONDS = 120


def are_installed() -> bool:
    """Whether ``scripts/install`` has put warcprox, py-wacz and pywb where this looks for them."""
    return all(
        program.exists()
        for program in (_program("archivers", "warcprox"), _program("archivers", "wacz"), _wb_manager())
    )


class Warcprox:
    """warcprox, running; a context manager. It keeps every exchange whole: nothing is made a revisit of another.

    Attributes:
        proxy: the address that a browser is given as its proxy for HTTP.
    """

    def __init__(self, folder: Path) -> None:
        self.proxy = ""
        self._warcs = folder / "warcs"
        self._server = Server("archivers", folder)

    def __enter__(self) -> Warcprox:
        port = free_port()
        self.proxy = f"http://127.0.0.1:{port}"
        self._server.start(
            "warcprox.main", "--quiet", "--port", str(port), "--address", "127.0.0.1", "--dir", str(self._warcs),
            "--digest-algorithm", "sha256", "--base32", "--dedup-db-file", "", "--stats-db-file", "",
            ready=f"{self.proxy}/status",
        )  # fmt: skip
        return self

    def __exit__(self, *ended: object) -> None:
        self._server.stop()

    def warc(self, exchanges: int) -> bytes:
        """Its WARC, uncompressed, once it has put away so many exchanges.

        Raises:
            ServerError: it has not within WRITE_SECONDS.
        """
        until = monotonic() + WRITE_SECONDS
        with session() as client:
            while (done := self._put_away(client)) < exchanges:
                if monotonic() > until:
                    raise ServerError(f"warcprox has put away {done} of {exchanges} exchanges")
                threading.Event().wait(_PAUSE_S)  # it tells nobody when it has written something
        (file,) = self._warcs.iterdir()
        return file.read_bytes()

    def _put_away(self, client: requests.Session) -> int:
        return int(client.get(f"{self.proxy}/status", timeout=30).json()["urls_processed"])


@contextmanager
def replayed(archive: Path, folder: Path) -> Iterator[str]:
    """pywb with a WARC or WACZ that its own manager has taken in; the address of its collection.

    Raises:
        ServerError: pywb does not take it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    unpack = ["--unpack-wacz"] if archive.suffix == ".wacz" else []
    for words in (["init", COLLECTION], ["add", *unpack, COLLECTION, str(archive)]):
        done = run(_wb_manager(), *words, folder=folder)
        if done.returncode:
            raise ServerError(f"wb-manager {words[0]}: {done.stdout}")
    port = free_port()
    server = Server("wayback", folder)
    base = f"http://127.0.0.1:{port}"
    server.start(
        "pywb.apps.cli", "-p", str(port), "-b", "127.0.0.1", "-d", str(folder), ready=f"{base}/{COLLECTION}/"
    )
    try:
        yield f"{base}/{COLLECTION}"
    finally:
        server.stop()


def wacz_validate(wacz: Path) -> subprocess.CompletedProcess[str]:
    """``wacz validate`` of py-wacz."""
    return run(_program("archivers", "wacz"), "validate", "-f", str(wacz), folder=wacz.parent)


def cdxj(warc: Path) -> str:
    """The index that the makers of py-wacz and pywb write of a WARC (cdxj-indexer).

    Raises:
        ServerError: it does not read it.
    """
    done = run(_program("archivers", "cdxj-indexer"), "--sort", str(warc), folder=warc.parent)
    if done.returncode:
        raise ServerError(f"cdxj-indexer: {done.stdout}")
    return done.stdout


def run(program: Path, *words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run one of these programs to its end; what it says comes as ``stdout``."""
    return subprocess.run(
        [program, *words], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=_TOOL_SECONDS, check=False,
    )  # fmt: skip


def _program(part: str, name: str) -> Path:
    return environment(part) / "bin" / name


def _wb_manager() -> Path:
    return _program("wayback", "wb-manager")
