"""A real Matrix homeserver (Synapse on SQLite) on loopback, and the hands of its members.

It lives in ``.lab/synapse-venv``, which ``scripts/install`` makes from ``requirements/synapse.lock``. It federates with
nobody: there is no federation listener, and no key server is trusted.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from base64 import b64encode
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from lab.server import ANSWER_LIMIT_S, Server, ServerError, free_port, session

DOMAIN = "kota.example"
OFFICIAL, CITIZEN, MODERATOR = "pejabat07", "warga12", "moderator"
NAMES = {OFFICIAL: "Pejabat 07", CITIZEN: "Warga 12", MODERATOR: "Moderator Ruang"}

_UNLIMITED = {"per_second": 10_000, "burst_count": 10_000}


class Synapse:
    """One homeserver in one folder. Use it as a context manager."""

    def __init__(self, folder: Path) -> None:
        self.url = ""
        self._server = Server("synapse", folder)
        self._secret = secrets.token_hex(16)
        self._tokens: dict[str, str] = {}
        self._numbers = count(1)
        self._client = session()

    def __enter__(self) -> Self:
        folder, port = self._server.folder, free_port()
        folder.mkdir(parents=True, exist_ok=True)
        self.url = f"http://127.0.0.1:{port}"
        (folder / "homeserver.yaml").write_text(json.dumps(self._settings(port)), "utf-8")  # JSON is YAML
        (folder / "log.yaml").write_text(json.dumps(_LOGGING), "utf-8")
        (folder / "signing.key").write_text(f"ed25519 a_lab {_seed()}\n", "ascii")
        config = ("--config-path", "homeserver.yaml")
        self._server.start("synapse.app.homeserver", *config, ready=f"{self.url}/health")
        for username, name in NAMES.items():
            self._register(username, name)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()
        self._server.stop()

    def headers(self, username: str) -> dict[str, dict[str, str]]:
        """What a member's client sends with every request, by origin."""
        return {self.url: {"Authorization": f"Bearer {self._tokens[username]}"}}

    def create_room(self, *, public: bool = True, owner: str = MODERATOR, alias: str | None = None) -> str:
        """A new room of ``owner``'s; its id. Anybody may join a public one, the other is by invitation."""
        preset = "public_chat" if public else "private_chat"
        body = {"preset": preset, "name": "Ruang Kota Contoh"} | ({"room_alias_name": alias} if alias else {})
        return str(self.do(owner, "POST", "/createRoom", body)["room_id"])

    def join(self, username: str, room: str) -> None:
        """Let a member come in."""
        self.do(username, "POST", f"/join/{_path(room)}", {})

    def send(self, username: str, room: str, content: dict[str, Any], kind: str = "m.room.message") -> str:
        """Send an event; its id."""
        path = f"/rooms/{_path(room)}/send/{kind}/{next(self._numbers)}"
        return str(self.do(username, "PUT", path, content)["event_id"])

    def say(self, username: str, room: str, text: str, **more: Any) -> str:
        """Send a plain message; its event id."""
        return self.send(username, room, {"msgtype": "m.text", "body": text, **more})

    def edit(self, username: str, room: str, event: str, text: str, **more: Any) -> str:
        """Send a replacement; its event id. Whether it counts is for readers to judge."""
        content = {"msgtype": "m.text", "body": text, **more}
        relation = {"rel_type": "m.replace", "event_id": event}
        return self.send(
            username,
            room,
            {"msgtype": "m.text", "body": f"* {text}", "m.new_content": content, "m.relates_to": relation},
        )

    def react(self, username: str, room: str, event: str, key: str) -> str:
        """Send a reaction; its event id."""
        relation = {"rel_type": "m.annotation", "event_id": event, "key": key}
        return self.send(username, room, {"m.relates_to": relation}, "m.reaction")

    def redact(self, username: str, room: str, event: str, reason: str = "") -> str:
        """Remove an event's content; the redaction's id."""
        path = f"/rooms/{_path(room)}/redact/{_path(event)}/{next(self._numbers)}"
        return str(self.do(username, "PUT", path, {"reason": reason} if reason else {})["event_id"])

    def upload(self, username: str, data: bytes, media_type: str) -> str:
        """Put a file into the media repository; its ``mxc://`` address."""
        came = self._client.post(
            f"{self.url}/_matrix/media/v3/upload",
            data=data,
            headers={"Content-Type": media_type, **self.headers(username)[self.url]},
            timeout=ANSWER_LIMIT_S,
        )
        return str(_answered(came.status_code, came.content)["content_uri"])

    def do(self, username: str, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """A request of the client-server API as a member.

        Raises:
            ServerError: it was refused.
        """
        came = self._client.request(
            method,
            f"{self.url}/_matrix/client/v3{path}",
            json=body,
            headers=self.headers(username)[self.url],
            timeout=ANSWER_LIMIT_S,
        )
        return _answered(came.status_code, came.content)

    def _register(self, username: str, name: str) -> None:
        """Through Synapse's admin API, with a MAC under the shared secret of its configuration."""
        url = f"{self.url}/_synapse/admin/v1/register"
        nonce = self._client.get(url, timeout=ANSWER_LIMIT_S).json()["nonce"]
        password = f"lab-{username}"  # opens nothing but the lab
        mac = hmac.new(self._secret.encode(), digestmod=hashlib.sha1)
        mac.update("\0".join((nonce, username, password, "notadmin")).encode())
        body = {
            "nonce": nonce, "username": username, "displayname": name, "password": password, "admin": False,
            "mac": mac.hexdigest(),
        }  # fmt: skip
        came = self._client.post(url, json=body, timeout=ANSWER_LIMIT_S)
        self._tokens[username] = _answered(came.status_code, came.content)["access_token"]

    def _settings(self, port: int) -> dict[str, Any]:
        resources = [{"names": ["client"]}]
        listener = {"port": port, "bind_addresses": ["127.0.0.1"], "type": "http", "resources": resources}
        return {
            "server_name": DOMAIN,
            "public_baseurl": f"{self.url}/",
            "serve_server_wellknown": False,
            "report_stats": False,
            "pid_file": "homeserver.pid",
            "listeners": [listener],
            "database": {"name": "sqlite3", "args": {"database": "homeserver.db"}},
            "media_store_path": "media",
            "log_config": "log.yaml",
            "signing_key_path": "signing.key",
            "registration_shared_secret": self._secret,
            "macaroon_secret_key": secrets.token_hex(16),
            "form_secret": secrets.token_hex(16),
            "trusted_key_servers": [],
            "federation_domain_whitelist": [],
            "rc_message": _UNLIMITED,
            "rc_registration": _UNLIMITED,
            "rc_joins": {"local": _UNLIMITED, "remote": _UNLIMITED},
        }


_LOGGING = {
    "version": 1,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"level": "WARNING", "handlers": ["console"]},
    "disable_existing_loggers": False,
}


def _answered(status: int, body: bytes) -> dict[str, Any]:
    if status != 200:
        raise ServerError(f"Synapse answered {status}: {body[:300]!r}")
    answer: dict[str, Any] = json.loads(body)
    return answer


def _path(text: str) -> str:
    return quote(text, safe="")


def _seed() -> str:
    """The seed of a new Ed25519 key, as Synapse keeps it: Base64 without padding."""
    return b64encode(secrets.token_bytes(32)).decode("ascii").rstrip("=")
