"""A real Nostr relay (nostr-relay on SQLite) that runs on loopback, and people who sign events.

The relay lives in a virtual environment of its own, ``.lab/relay-venv``, which ``scripts/install`` makes from
``requirements/relay.lock``.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from coincurve import PrivateKey
from websockets.sync.client import connect

from lab.server import end

ROOT = Path(__file__).resolve().parent.parent
SITE = Path(__file__).resolve().parent / "relay_site"
RELAY_VENV = ROOT / ".lab" / "relay-venv"
ANSWER_LIMIT_S = 60.0  # the first answer waits for the relay to start

_CONFIG = """\
relay_name: lab
storage:
  sqlalchemy.url: sqlite+aiosqlite:///{folder}/relay.sqlite3
  validators: [nostr_relay.validators.is_not_too_large, nostr_relay.validators.is_signed]
gunicorn: {{fd: {fd}, loglevel: info}}
authentication: {{enabled: false}}
"""

Event = dict[str, Any]
"""An event as NIP-01 writes it in JSON."""


class RelayError(RuntimeError):
    """The relay is not installed, ended, or refused an event."""


@dataclass(frozen=True)
class Person:
    """Somebody with a key, which is made of the name and opens nothing but the lab."""

    name: str

    @property
    def key(self) -> PrivateKey:
        """The private key."""
        return PrivateKey(hashlib.sha256(f"lab of evidentia: {self.name}".encode()).digest())

    @property
    def pubkey(self) -> str:
        """The public key, in hexadecimal: the account's id."""
        return self.key.public_key_xonly.format().hex()

    def sign(self, kind: int, content: str, tags: list[list[str]] | None = None, *, at: int) -> Event:
        """An event of this person, made at ``at`` (Unix time)."""
        made: list[Any] = [0, self.pubkey, at, kind, tags or [], content]
        written = json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()
        digest = hashlib.sha256(written).digest()
        return {
            "id": digest.hex(),
            "pubkey": self.pubkey,
            "created_at": at,
            "kind": kind,
            "tags": tags or [],
            "content": content,
            "sig": self.key.sign_schnorr(digest, b"\0" * 32).hex(),
        }


OFFICIAL = Person("Pejabat 07")
CITIZEN = Person("Warga 12")
STRANGER = Person("Orang Lain")


class Relay:
    """One relay in one folder. Use it as a context manager."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = ""
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> str:
        """Serve an empty relay; returns its address. Connections are taken at once, and answered when it is up.

        Raises:
            RelayError: it has not been installed.
        """
        python = RELAY_VENV / "bin" / "python"
        if not python.exists():
            raise RelayError(f"no relay is installed in {RELAY_VENV}: run scripts/install first")
        with (
            socket.create_server(("127.0.0.1", 0)) as listening,
            (self.folder / "server.log").open("wb") as log,
        ):
            fd = listening.fileno()
            config = self.folder / "config.yaml"
            config.write_text(_CONFIG.format(folder=self.folder, fd=fd), "utf-8")
            self._process = subprocess.Popen(
                [python, "-P", SITE / "serve.py", config],
                cwd=self.folder,
                env={"PATH": os.environ.get("PATH", ""), "HOME": str(self.folder), "LANG": "C.UTF-8"},
                pass_fds=(fd,),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
            self.url = f"ws://127.0.0.1:{listening.getsockname()[1]}/"
        return self.url

    def stop(self) -> None:
        """End the relay and wait until it has gone. Calling it twice does no harm."""
        process, self._process = self._process, None
        if process is None:
            return
        end(process)

    def publish(self, *events: Event) -> None:
        """Hand events to the relay, and insist that it takes them.

        Raises:
            RelayError: it refused one.
        """
        with connect(self.url, open_timeout=ANSWER_LIMIT_S, proxy=None) as talk:
            for event in events:
                talk.send(json.dumps(["EVENT", event]))
                said = json.loads(talk.recv(timeout=ANSWER_LIMIT_S))
                if said[:3] != ["OK", event["id"], True]:
                    raise RelayError(f"the relay did not take an event: {said}")
