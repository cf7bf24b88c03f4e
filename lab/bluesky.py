"""A real Bluesky host (PDS) with its directory of identities (PLC) on loopback, and the hands of its accounts.

The servers live in ``.lab/bluesky``, which ``scripts/install`` makes from ``lab/bluesky_site/package-lock.json``.
There is no AppView: it needs a database server and the network's whole stream. What it would serve is not served.
"""

from __future__ import annotations

import os
import select
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests

from evidentia.platforms import CapturedPage, Places
from lab.asking import capture
from lab.server import ANSWER_LIMIT_S, end, free_port, session

ROOT = Path(__file__).resolve().parent.parent
SITE = Path(__file__).resolve().parent / "bluesky_site"
PACKAGES = ROOT / ".lab" / "bluesky"

POSTS = "app.bsky.feed.post"
WRITTEN_AT = "2026-11-21T10:00:00.000Z"  # what the author's program claims; the server does not check it
START_LIMIT_S = 60.0  # a cold start of Node.js on a loaded two-core machine stays well under this
ADMIN_PASSWORD = "lab-moderator"  # opens nothing but the lab


class BlueskyError(RuntimeError):
    """The servers are not installed, did not start, or answered something unexpected."""


@dataclass(frozen=True)
class Member:
    """An account of the host: its stable id, its handle, and the token that the host gave to it."""

    did: str
    handle: str
    token: str


@dataclass(frozen=True)
class Published:
    """A record that stands in its author's repository: its address, and the CID of this wording."""

    uri: str
    cid: str

    @property
    def rkey(self) -> str:
        """The last part of the address."""
        return self.uri.rpartition("/")[2]

    @property
    def reference(self) -> dict[str, str]:
        """As other records point to it (``com.atproto.repo.strongRef``)."""
        return {"uri": self.uri, "cid": self.cid}


class Bluesky:
    """One host and one directory in one folder. Use it as a context manager, or call ``start`` and ``stop``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.host = ""
        self.directory = ""
        self._process: subprocess.Popen[str] | None = None
        self._session = session()

    @property
    def places(self) -> Places:
        """Where the public services are: the host itself answers what it can of the public interface."""
        return Places(plc_directory=self.directory, bluesky_api=self.host)

    def start(self) -> None:
        """Serve an empty host and an empty directory.

        Raises:
            BlueskyError: they are not installed, or ended before they listened.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        # The host has to know its own address before it can listen.
        directory, host = free_port(), free_port()
        with (self.folder / "server.log").open("wb") as log:
            self._process = subprocess.Popen(
                [node(), SITE / "server.cjs", str(directory), str(host), self.folder],
                env=_environment(self.folder),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        try:
            self._wait_until_up()
        except BlueskyError:
            self.stop()
            raise
        self.directory, self.host = f"http://localhost:{directory}", f"http://localhost:{host}"

    def stop(self) -> None:
        """End the servers and wait until they have gone. Calling it twice does no harm."""
        self._session.close()
        process, self._process = self._process, None
        if process is None:
            return
        end(process)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def join(self, name: str, shown: str = "") -> Member:
        """Open an account ``NAME.test``, with ``shown`` as its display name."""
        handle = f"{name}.test"
        order = {"handle": handle, "email": f"{name}@contoh.test", "password": f"lab-{name}"}
        made = self._call("com.atproto.server.createAccount", order)
        member = Member(made["did"], handle, made["accessJwt"])
        if shown:
            self.put(member, "app.bsky.actor.profile", "self", {"displayName": shown})
        return member

    def publish(self, member: Member, text: str, **more: object) -> Published:
        """Publish a post; ``more`` are further fields of the record (``facets``, ``embed``, ``reply``, ``langs``)."""
        order = {"repo": member.did, "collection": POSTS, "record": _post(text, more)}
        made = self._call("com.atproto.repo.createRecord", order, member)
        return Published(made["uri"], made["cid"])

    def edit(self, member: Member, post: Published, text: str, **more: object) -> Published:
        """Put another wording in a post's place."""
        return self.put(member, POSTS, post.rkey, _post(text, more))

    def put(self, member: Member, collection: str, rkey: str, record: dict[str, Any]) -> Published:
        """Put a record at its place, whatever stood there."""
        order = {"repo": member.did, "collection": collection, "rkey": rkey}
        made = self._call(
            "com.atproto.repo.putRecord", order | {"record": {"$type": collection, **record}}, member
        )
        return Published(made["uri"], made["cid"])

    def delete(self, member: Member, post: Published) -> None:
        """Remove a post from its author's repository."""
        order = {"repo": member.did, "collection": POSTS, "rkey": post.rkey}
        self._call("com.atproto.repo.deleteRecord", order, member)

    def upload(self, member: Member, picture: bytes, media_type: str = "image/png") -> dict[str, Any]:
        """Hand the host a picture; returns what a record says to hold it."""
        answer = self._session.post(
            f"{self.host}/xrpc/com.atproto.repo.uploadBlob",
            data=picture,
            headers={"Authorization": f"Bearer {member.token}", "Content-Type": media_type},
            timeout=ANSWER_LIMIT_S,
        )
        return dict(_checked(answer)["blob"])

    def rename(self, member: Member, name: str) -> Member:
        """Change the handle, which the directory's log keeps."""
        handle = f"{name}.test"
        self._call("com.atproto.identity.updateHandle", {"handle": handle}, member)
        return Member(member.did, handle, member.token)

    def deactivate(self, member: Member) -> None:
        """The author switches the own account off."""
        self._call("com.atproto.server.deactivateAccount", {}, member)

    def reactivate(self, member: Member) -> None:
        """The author switches the own account on again."""
        self._call("com.atproto.server.activateAccount", None, member)

    def take_down(self, subject: Member | Published, *, applied: bool = True) -> None:
        """The host's moderators hide an account, or a single record of one; or they let it be seen again."""
        named: dict[str, str] = (
            {"$type": "com.atproto.admin.defs#repoRef", "did": subject.did}
            if isinstance(subject, Member)
            else {"$type": "com.atproto.repo.strongRef", **subject.reference}
        )
        answer = self._session.post(
            f"{self.host}/xrpc/com.atproto.admin.updateSubjectStatus",
            json={"subject": named, "takedown": {"applied": applied, "ref": "lab"}},
            auth=("admin", ADMIN_PASSWORD),
            timeout=ANSWER_LIMIT_S,
        )
        _checked(answer)

    def look(self, url: str) -> CapturedPage:
        """Everything that the host and the directory answer about ``url``."""
        return capture(url, self.places)

    def _call(
        self, method: str, order: dict[str, Any] | None, member: Member | None = None
    ) -> dict[str, Any]:
        headers = {} if member is None else {"Authorization": f"Bearer {member.token}"}
        answer = self._session.post(
            f"{self.host}/xrpc/{method}", json=order, headers=headers, timeout=ANSWER_LIMIT_S
        )
        return _checked(answer)

    def _wait_until_up(self) -> None:
        process = self._process
        assert process is not None
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], START_LIMIT_S)
        if not ready or process.stdout.readline() != "up\n":
            log = (self.folder / "server.log").read_text("utf-8", "replace")[-2000:]
            raise BlueskyError(f"the servers did not start; their log ends:\n{log}")


def node() -> Path:
    """The Node.js that runs the servers.

    Raises:
        BlueskyError: there is none, or the servers' packages have not been installed.
    """
    if not is_installed():
        raise BlueskyError(f"no Bluesky host is installed in {PACKAGES}: run scripts/install first")
    own = PACKAGES / "bin" / "node"  # where the machine has none of its own
    found = str(own) if own.exists() else shutil.which("node")
    if found is None:
        raise BlueskyError("there is no Node.js: run scripts/install first")
    return Path(found)


def is_installed() -> bool:
    """Whether ``scripts/install`` has put the servers' packages in their place."""
    return (PACKAGES / ".made-from").exists()


def _post(text: str, more: dict[str, object]) -> dict[str, Any]:
    return {"$type": POSTS, "text": text, "createdAt": WRITTEN_AT, **more}


def _checked(answer: requests.Response) -> dict[str, Any]:
    if answer.status_code != 200:
        raise BlueskyError(f"{answer.url} answered {answer.status_code}: {answer.text[:500]}")
    return dict(answer.json()) if answer.content else {}


def _environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "LOG_ENABLED": "false",
        "EVIDENTIA_BLUESKY_PACKAGES": str(PACKAGES),
        "EVIDENTIA_BLUESKY_ADMIN": ADMIN_PASSWORD,
    }
