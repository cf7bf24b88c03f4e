"""A server of the lab: a process in an environment of its own that listens on loopback and ends with us."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path
from time import monotonic
from typing import Any

import requests

ROOT = Path(__file__).resolve().parent.parent
START_LIMIT_S = 90.0  # a cold start on a loaded two-core machine stays well under this
ANSWER_LIMIT_S = 30.0
_PAUSE_S = 0.05


class ServerError(RuntimeError):
    """The server is not installed, did not start, or answered something unexpected."""


def environment(name: str) -> Path:
    """The virtual environment of a part of the lab, which ``scripts/install`` makes."""
    return ROOT / ".lab" / f"{name}-venv"


def free_port() -> int:
    """A port of 127.0.0.1 that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def session() -> requests.Session:
    """An HTTP client without the environment's proxies: they have no business on loopback."""
    made = requests.Session()
    made.trust_env = False
    return made


def end(process: subprocess.Popen[Any]) -> None:
    """End a process, close its pipes, and wait until it has gone."""
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Server:
    """One process. ``start`` it, and ``stop`` it."""

    def __init__(self, name: str, folder: Path) -> None:
        """``name`` is the lab's environment, ``folder`` where the server lives and logs."""
        self.folder = folder
        self._name = name
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, module: str, *arguments: str, ready: str) -> None:
        """Run a module of the environment and wait until the address ``ready`` answers 200.

        Raises:
            ServerError: it is not installed, it ended, or it did not answer within START_LIMIT_S.
        """
        python = environment(self._name) / "bin" / "python"
        if not python.exists():
            raise ServerError(f"there is no {python}: run scripts/install first")
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                # -P: this folder's modules are not the server's
                [python, "-P", Path(__file__).with_name("end_with_parent.py"), module, *arguments],
                cwd=self.folder,
                env={
                    "PATH": os.environ.get("PATH", ""),
                    "HOME": str(self.folder),
                    "LANG": "C.UTF-8",
                    "GIT_CEILING_DIRECTORIES": str(ROOT / ".lab"),  # servers name the checkout they find
                },
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        try:
            self._wait(ready)
        except ServerError:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server and wait until it has gone. Calling it twice does no harm."""
        process, self._process = self._process, None
        if process is None:
            return
        end(process)

    def _wait(self, ready: str) -> None:
        """Ask until it answers; the pause between two tries is a wait for the process to end."""
        assert self._process is not None
        until = monotonic() + START_LIMIT_S
        with session() as client:
            while monotonic() < until:
                try:
                    if client.get(ready, timeout=ANSWER_LIMIT_S).status_code == 200:
                        return
                except requests.ConnectionError:
                    pass  # not listening yet
                try:
                    self._process.wait(timeout=_PAUSE_S)
                except subprocess.TimeoutExpired:
                    continue
                break
        log = (self.folder / "server.log").read_text("utf-8", "replace")[-2000:]
        raise ServerError(f"{self._name} did not start; its log ends:\n{log}")
