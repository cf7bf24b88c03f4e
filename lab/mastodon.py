"""A **mock** of Mastodon's API (mastodon_mock from PyPI) on loopback, and the hands of its people.

No real Mastodon can be had from a package registry: what this answers has the shape of Mastodon 4.6 as far as its
authors and Mastodon.py know it, and is no evidence of what a real server does. It lives in ``.lab/mastodon-venv``, with
Mastodon.py beside it.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests

from lab.server import ANSWER_LIMIT_S, Server, ServerError, environment, free_port, session

OFFICIAL, CITIZEN, MODERATOR = "pejabat07", "warga12", "moderator"
NAMES = {OFFICIAL: "Pejabat 07", CITIZEN: "Warga 12", MODERATOR: "Moderator"}


class MastodonMock:
    """One server with an empty database in memory. Use it as a context manager."""

    def __init__(self, folder: Path) -> None:
        self.url = ""
        self._server = Server("mastodon", folder)
        self._client = session()

    def __enter__(self) -> Self:
        folder, port = self._server.folder, free_port()
        folder.mkdir(parents=True, exist_ok=True)
        self.url = f"http://127.0.0.1:{port}"
        (folder / "mock.toml").write_text(_settings(port), "utf-8")
        arguments = (
            "serve",
            "--config",
            "mock.toml",
            "--in-memory",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
        )
        self._server.start("mastodon_mock", *arguments, ready=f"{self.url}/api/v1/instance")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()
        self._server.stop()

    def post(self, username: str, text: str, **more: Any) -> dict[str, Any]:
        """Publish a status; it as the server states it."""
        return self.do(username, "POST", "/api/v1/statuses", {"status": text, **more})

    def edit(self, username: str, status: str, text: str, **more: Any) -> None:
        """Replace a status's text."""
        self.do(username, "PUT", f"/api/v1/statuses/{status}", {"status": text, **more})

    def delete(self, username: str, status: str) -> None:
        """Remove a status."""
        self.do(username, "DELETE", f"/api/v1/statuses/{status}")

    def upload(self, username: str, data: bytes, media_type: str, description: str) -> str:
        """Put a file into the media store; its id."""
        came = self._client.post(
            f"{self.url}/api/v2/media",
            files={"file": ("gambar", data, media_type)},
            data={"description": description},
            headers=_token(username),
            timeout=ANSWER_LIMIT_S,
        )
        return str(_answered(came)["id"])

    def fault(self, path: str, status: int, body: dict[str, Any]) -> str:
        """Let a path answer with a status of our choice; the id of the rule, for ``mend``."""
        rule = {"match": {"path": path}, "effect": {"type": "status", "status": status, "body": body}}
        return str(self.do(MODERATOR, "POST", "/api/v1/_mock/faults", rule)["id"])

    def mend(self) -> None:
        """Take all faults away."""
        self.do(MODERATOR, "DELETE", "/api/v1/_mock/faults")

    def do(self, username: str, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """A request of the API as one of its people.

        Raises:
            ServerError: it was refused.
        """
        came = self._client.request(
            method, self.url + path, json=body, headers=_token(username), timeout=ANSWER_LIMIT_S
        )
        return _answered(came)


def with_mastodon_py(script: str, *arguments: str) -> str:
    """Run Python with Mastodon.py, in the environment of the mock; what it printed.

    Raises:
        ServerError: it ended with an error.
    """
    python = environment("mastodon") / "bin" / "python"
    done = subprocess.run(
        [python, "-c", script, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=ANSWER_LIMIT_S,
    )
    if done.returncode != 0:
        raise ServerError(done.stderr[-2000:])
    return done.stdout


def token(username: str) -> str:
    """The access token of one of the people. It opens nothing but the lab."""
    return f"lab-{username}"


def _token(username: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(username)}"}


def _settings(port: int) -> str:
    lines = [f'domain = "127.0.0.1:{port}"', 'url_scheme = "http"', 'title = "Kota Contoh"']
    for username, name in NAMES.items():
        stated = {"username": username, "display_name": name, "access_token": token(username)}
        stated["role"] = "admin" if username == MODERATOR else "user"
        lines += ["[[seed.accounts]]", *(f"{key} = {json.dumps(value)}" for key, value in stated.items())]
    return "\n".join(lines) + "\n"


def _answered(came: requests.Response) -> dict[str, Any]:
    if came.status_code != 200:
        raise ServerError(f"the mock answered {came.status_code}: {came.content[:300]!r}")
    answer: dict[str, Any] = came.json()
    return answer
