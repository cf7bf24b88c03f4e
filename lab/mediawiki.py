"""A real wiki (MediaWiki on SQLite, Debian's package) that runs on loopback, and the hands of its members.

MediaWiki is taken from where Debian's package puts it, else from ``.lab/mediawiki``, where ``scripts/install-wiki``
unpacks the same package without installing a web server. PHP's own server serves it.
"""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

import requests

from lab.server import end

ROOT = Path(__file__).resolve().parent.parent
SITE = Path(__file__).resolve().parent / "mediawiki_site"
UNPACKED = ROOT / ".lab" / "mediawiki" / "usr" / "share" / "mediawiki"
INSTALLED = Path("/usr/share/mediawiki")

NAME = "Kabar Kota Contoh"
START_LIMIT_S = 60.0  # PHP itself listens in a fraction of a second
ANSWER_LIMIT_S = 60.0  # the first answers of a fresh wiki build its messages' cache


class WikiError(RuntimeError):
    """The wiki is not installed, did not start, or refused what was asked of it."""


@dataclass(frozen=True)
class Member:
    """A member of the wiki. ``password`` opens nothing but the lab."""

    name: str
    is_administrator: bool = False

    @property
    def password(self) -> str:
        """The lab password of this member."""
        return f"rahasia-lab-{self.name}"


OFFICIAL = Member("Pejabat 07")
CITIZEN = Member("Warga 12")
ADMINISTRATOR = Member("Pengurus", is_administrator=True)


def program_folder() -> Path | None:
    """Where MediaWiki lies on this machine; None where it, or the PHP that runs it, is missing."""
    if shutil.which("php") is None:
        return None
    return next((folder for folder in (INSTALLED, UNPACKED) if (folder / "api.php").is_file()), None)


class Wiki:
    """One wiki in one folder. Use it as a context manager, or call ``start`` and ``stop``."""

    def __init__(self, folder: Path, *, private: bool = False) -> None:
        self.folder = folder
        self.base_url = ""
        self._private = private
        self._process: subprocess.Popen[str] | None = None
        self._sessions: dict[str, requests.Session] = {}
        self._tokens: dict[str, str] = {}

    def start(self) -> str:
        """Install a fresh wiki into the folder and serve it; returns the address of its root, with a slash.

        Raises:
            WikiError: it is not installed on this machine, or ended before it listened.
        """
        self._install()
        (self.folder / "files").mkdir()
        with (self.folder / "server.log").open("wb") as log:
            self._process = subprocess.Popen(
                ["php", "-S", "127.0.0.1:0", str(SITE / "router.php")],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.PIPE,
                text=True,
            )
        try:
            self.base_url = f"http://127.0.0.1:{self._announced_port()}/"
        except WikiError:
            self.stop()
            raise
        return self.base_url

    def stop(self) -> None:
        """End the server and wait until it has gone. Calling it twice does no harm."""
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()
        self._tokens.clear()
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

    def page_url(self, title: str) -> str:
        """The address of a page as readers share it."""
        return f"{self.base_url}wiki/{title.replace(' ', '_')}"

    def write(self, title: str, text: str, author: Member = OFFICIAL, comment: str = "") -> int:
        """Create a page or replace its text; returns the number of the new revision."""
        made = self._act(author, action="edit", title=title, text=text, summary=comment)
        return int(made["edit"]["newrevid"])

    def upload(self, name: str, picture: bytes, author: Member = OFFICIAL) -> None:
        """Upload a picture under a name that ends as its format says."""
        self._act(author, action="upload", filename=name, ignorewarnings="1", upload=picture)

    def hide(self, revision: int, what: str = "content", *, also_from_administrators: bool = False) -> None:
        """Hide parts of a revision (``content``, ``user``, ``comment``, joined by ``|``), as an administrator."""
        suppress = "yes" if also_from_administrators else "no"
        order: dict[str, Any] = {"type": "revision", "ids": str(revision), "hide": what, "suppress": suppress}
        self._act(ADMINISTRATOR, action="revisiondelete", **order)

    def delete(self, title: str, reason: str) -> None:
        """Delete a page, as an administrator."""
        self._act(ADMINISTRATOR, action="delete", title=title, reason=reason)

    def restore(self, title: str, reason: str) -> None:
        """Bring a deleted page back, as an administrator."""
        self._act(ADMINISTRATOR, action="undelete", title=title, reason=reason)

    def move(self, title: str, to: str, *, redirect: bool = True) -> None:
        """Move a page, leaving a redirect or nothing behind, as an administrator."""
        order: dict[str, Any] = {"from": title, "to": to} | ({} if redirect else {"noredirect": "1"})
        self._act(ADMINISTRATOR, action="move", **order)

    def protect(self, title: str, what: str = "edit", level: str = "sysop") -> None:
        """Let nobody but administrators edit a page, or do ``what``; the level ``all`` undoes it."""
        self._act(ADMINISTRATOR, action="protect", title=title, protections=f"{what}={level}")

    def _install(self) -> None:
        password = ADMINISTRATOR.password
        self._run("install", "--confpath", str(self.folder), "--dbtype", "sqlite", "--dbpath", str(self.folder),
                  "--dbname", "wiki", "--server", "http://127.0.0.1", "--scriptpath", "", "--lang", "id",
                  "--pass", password, NAME, ADMINISTRATOR.name, configured=False)  # fmt: skip
        settings = self.folder / "LocalSettings.php"
        with settings.open("a", encoding="utf-8") as file:
            file.write(f"\nrequire '{SITE / 'LabSettings.php'}';\n")
        for member in (OFFICIAL, CITIZEN):
            self._run("createAndPromote", member.name, member.password)

    def _run(self, script: str, *arguments: str, configured: bool = True) -> None:
        folder = _folder()
        done = subprocess.run(
            ["php", str(folder / "maintenance" / f"{script}.php"), *arguments],
            check=False,
            env=self._environment(configured),
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise WikiError(f"{script}.php failed with {done.returncode}:\n{done.stdout}{done.stderr}")

    def _environment(self, configured: bool = True) -> dict[str, str]:
        made = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "EVIDENTIA_LAB_WIKI": str(_folder()),
            "EVIDENTIA_LAB_WIKI_FILES": str(self.folder / "files"),
        }
        if configured:
            made["MW_CONFIG_FILE"] = str(self.folder / "LocalSettings.php")
        if self._private:
            made["EVIDENTIA_LAB_WIKI_PRIVATE"] = "1"
        return made

    def _announced_port(self) -> int:
        process = self._process
        assert process is not None
        assert process.stderr is not None
        ready, _, _ = select.select([process.stderr], [], [], START_LIMIT_S)
        line = process.stderr.readline() if ready else ""
        found = re.search(r"\(http://127\.0\.0\.1:(\d+)\) started", line)
        if found is None:
            raise WikiError(f"PHP's server did not start: {line.strip()}")
        # It writes a line for each request: nobody reading them, the pipe would be full after some hundreds.
        told, process.stderr = process.stderr, None
        threading.Thread(target=_written_down, args=(told, self.folder / "requests.log"), daemon=True).start()
        return int(found[1])

    def _act(self, member: Member, upload: bytes | None = None, **order: Any) -> dict[str, Any]:
        session = self._session(member)
        if member.name not in self._tokens:
            asked = self._ask(session, action="query", meta="tokens")
            self._tokens[member.name] = asked["query"]["tokens"]["csrftoken"]
        return self._tell(session, upload, **order, token=self._tokens[member.name])

    def _session(self, member: Member) -> requests.Session:
        if member.name not in self._sessions:
            session = self._sessions[member.name] = requests.Session()
            session.trust_env = False  # a proxy named in the environment has no business on loopback
            token = self._ask(session, action="query", meta="tokens", type="login")
            sent: dict[str, Any] = {"lgname": member.name, "lgpassword": member.password}
            said = self._tell(session, action="login", **sent, lgtoken=token["query"]["tokens"]["logintoken"])
            if said["login"]["result"] != "Success":
                raise WikiError(f"{member.name} may not log in: {said['login']}")
        return self._sessions[member.name]

    def _ask(self, session: requests.Session, **asked: str) -> dict[str, Any]:
        parameters = {**asked, "format": "json"}
        answer = session.get(self.base_url + "api.php", params=parameters, timeout=ANSWER_LIMIT_S)
        return _taken(answer)

    def _tell(self, session: requests.Session, upload: bytes | None = None, **order: str) -> dict[str, Any]:
        parameters = {**order, "format": "json"}
        files = None if upload is None else {"file": (order["filename"], upload)}
        url = self.base_url + "api.php"
        return _taken(session.post(url, data=parameters, files=files, timeout=ANSWER_LIMIT_S))


def _folder() -> Path:
    folder = program_folder()
    if folder is None:
        raise WikiError("no MediaWiki, or no PHP, is installed: run scripts/install first")
    return folder


def _written_down(told: TextIO, log: Path) -> None:
    """Copy what a process tells to a file, until it ends."""
    with told, log.open("w", encoding="utf-8") as sink:
        shutil.copyfileobj(told, sink)


def _taken(answer: requests.Response) -> dict[str, Any]:
    said: dict[str, Any] = answer.json()
    if answer.status_code != 200 or "error" in said:
        raise WikiError(f"the wiki refused (status {answer.status_code}): {said.get('error')}")
    return said
