"""A real forum (django-spirit on SQLite) that runs on loopback, and the hands of its members.

The forum lives in a virtual environment of its own, ``.lab/forum-venv``, which ``scripts/install`` makes from
``requirements/forum.lock``. An empty forum is made once and copied for every start.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import select
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import requests

from lab.server import end

ROOT = Path(__file__).resolve().parent.parent
SITE = Path(__file__).resolve().parent / "forum_site"
FORUM_VENV = ROOT / ".lab" / "forum-venv"
TEMPLATES = ROOT / ".lab" / "forum-templates"

PROJECT = "forum"  # the name of the generated Django project
CATEGORY = "Kabar Daerah"
START_LIMIT_S = 60.0  # a cold start of Django on a loaded two-core machine stays well under this
ANSWER_LIMIT_S = 30.0


class ForumError(RuntimeError):
    """The forum is not installed, did not start, or answered something unexpected."""


@dataclass(frozen=True)
class Person:
    """A member of the forum. ``password`` opens nothing but the lab."""

    username: str
    name: str
    moderator: bool = False

    @property
    def password(self) -> str:
        """The lab password of this member."""
        return f"lab-{self.username}"


OFFICIAL = Person("pejabat07", "Pejabat 07")
CITIZEN = Person("warga12", "Warga 12")
MODERATOR = Person("moderator", "Moderator Forum", moderator=True)
PEOPLE = (OFFICIAL, CITIZEN, MODERATOR)


@dataclass(frozen=True)
class Comment:
    """A comment under a topic. ``at`` is the server's own clock (HTTP Date, whole seconds) when it took it."""

    id: int
    url: str
    at: datetime


@dataclass(frozen=True)
class Topic:
    """A published topic and its first comment, which is the post.

    ``comment_url`` is the forum's permanent address of that comment: it redirects to the page and anchor
    where the comment stands.
    """

    id: int
    url: str
    comment_id: int
    comment_url: str
    at: datetime


class Forum:
    """One forum in one folder. Use it as a context manager, or call ``start`` and ``stop``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.base_url = ""
        self._process: subprocess.Popen[str] | None = None
        self._sessions: dict[str, requests.Session] = {}

    def start(self) -> str:
        """Lay a fresh forum into the folder and serve it; returns the address of its front page.

        Raises:
            ForumError: the forum is not installed, or ended before it listened.
        """
        shutil.copytree(empty_forum(), self.folder, dirs_exist_ok=True)
        with (self.folder / "server.log").open("wb") as log:
            self._process = subprocess.Popen(
                [forum_python(), SITE / "serve.py"],
                cwd=self.folder,
                env=_environment(self.folder),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        try:
            self.base_url = f"http://127.0.0.1:{self._announced_port()}/"
        except ForumError:
            self.stop()
            raise
        return self.base_url

    def stop(self) -> None:
        """End the server and wait until it has gone. Calling it twice does no harm."""
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()
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

    def publish(self, title: str, text: str, author: Person = OFFICIAL) -> Topic:
        """Publish a topic whose first comment is ``text`` (Markdown)."""
        answer = self._submit(
            author, "topic/publish/", {"title": title, "comment": text, "category": self._category(author)}
        )
        url = self._address(answer)
        topic = _number(r"/topic/(\d+)/", url)
        comment = _number(r'data-pk="(\d+)"', self.read(url).text)
        return Topic(topic, url, comment, f"{self.base_url}comment/{comment}/find/", _server_time(answer))

    def publish_privately(self, title: str, text: str, author: Person, to: Person) -> str:
        """Publish a topic that only its author and ``to`` can see; returns its address."""
        form = {"title": title, "comment": text, "users": to.username}
        return self._address(self._submit(author, "topic/private/publish/", form))

    def cookies(self, person: Person) -> dict[str, str]:
        """What the browser of somebody who is logged in holds for the forum."""
        return {cookie.name: cookie.value or "" for cookie in self._session(person).cookies}

    def reply(self, topic: Topic, text: str, author: Person = CITIZEN) -> Comment:
        """Add a comment under a topic."""
        answer = self._submit(author, f"comment/{topic.id}/publish/", {"comment": text})
        comment = _number(r"/comment/(\d+)/find/", self._address(answer))
        return Comment(comment, f"{self.base_url}comment/{comment}/find/", _server_time(answer))

    def edit(self, comment_id: int, text: str, author: Person = OFFICIAL) -> datetime:
        """Replace a comment's text; returns the server's time."""
        return _server_time(self._submit(author, f"comment/{comment_id}/update/", {"comment": text}))

    def delete(self, comment_id: int) -> datetime:
        """Remove a comment (in this forum only moderators can); returns the server's time."""
        return _server_time(self._submit(MODERATOR, f"comment/{comment_id}/delete/", {}))

    def delete_topic(self, topic_id: int) -> datetime:
        """Remove a whole topic, as a moderator; returns the server's time."""
        return _server_time(self._submit(MODERATOR, f"topic/moderate/delete/{topic_id}/", {}))

    def restore(self, comment_id: int) -> datetime:
        """Bring a removed comment back, as a moderator; returns the server's time."""
        return _server_time(self._submit(MODERATOR, f"comment/{comment_id}/undelete/", {}))

    def restore_topic(self, topic_id: int) -> datetime:
        """Bring a removed topic back, as a moderator; returns the server's time."""
        return _server_time(self._submit(MODERATOR, f"topic/moderate/undelete/{topic_id}/", {}))

    def read(self, url: str, reader: Person | None = None) -> requests.Response:
        """What a visitor (anonymous by default) is shown at ``url``; redirects are followed."""
        if reader is not None:
            return self._session(reader).get(url, timeout=ANSWER_LIMIT_S)
        with _new_session() as anonymous:
            return anonymous.get(url, timeout=ANSWER_LIMIT_S)

    def _announced_port(self) -> int:
        process = self._process
        assert process is not None
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], START_LIMIT_S)
        line = process.stdout.readline() if ready else ""
        if not line.startswith("port "):
            log = (self.folder / "server.log").read_text("utf-8", "replace")[-2000:]
            raise ForumError(f"the forum did not start; its log ends:\n{log}")
        return int(line.removeprefix("port "))

    def _session(self, person: Person) -> requests.Session:
        if person.username not in self._sessions:
            session = self._sessions[person.username] = _new_session()
            form = {"username": person.username, "password": person.password}
            self._post(session, "user/login/", form)
        return self._sessions[person.username]

    def _submit(self, person: Person, path: str, form: dict[str, str]) -> requests.Response:
        return self._post(self._session(person), path, form)

    def _post(self, session: requests.Session, path: str, form: dict[str, str]) -> requests.Response:
        """Load the page of a form, send it with its CSRF token, and insist that the forum took it."""
        url = self.base_url + path
        page = session.get(url, timeout=ANSWER_LIMIT_S)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        if page.status_code != 200 or token is None:
            raise ForumError(f"{url} shows no form (status {page.status_code})")
        answer = session.post(
            url,
            data={**form, "csrfmiddlewaretoken": token.group(1)},
            timeout=ANSWER_LIMIT_S,
            allow_redirects=False,
        )
        if answer.status_code != 302:  # Spirit shows the form again, with 200, when it refuses
            raise ForumError(f"the forum refused what was sent to {url} (status {answer.status_code})")
        return answer

    def _category(self, person: Person) -> str:
        page = self._session(person).get(self.base_url + "topic/publish/", timeout=ANSWER_LIMIT_S).text
        found = re.search(rf'<option value="(\d+)"[^>]*>[^<]*{re.escape(CATEGORY)}', page)
        if found is None:
            raise ForumError(f"the forum has no category {CATEGORY!r}")
        return found.group(1)

    def _address(self, answer: requests.Response) -> str:
        return urljoin(self.base_url, answer.headers["Location"])


def forum_python() -> Path:
    """The Python of the forum's own virtual environment.

    Raises:
        ForumError: it has not been installed.
    """
    python = FORUM_VENV / "bin" / "python"
    if not python.exists():
        raise ForumError(f"no forum is installed in {FORUM_VENV}: run scripts/install first")
    return python


def empty_forum() -> Path:
    """The folder of an empty forum, made at the first call and kept; to be copied, never served."""
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    folder = TEMPLATES / _template_name()
    with _alone(TEMPLATES / "lock"):
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=TEMPLATES, prefix="making-") as making:
                _make_empty_forum(Path(making) / "site")
                (Path(making) / "site").rename(folder)
    return folder


def populate_order() -> dict[str, object]:
    """Whom and what an empty forum starts with."""
    people = [
        {"username": p.username, "name": p.name, "password": p.password, "moderator": p.moderator}
        for p in PEOPLE
    ]
    return {"people": people, "category": CATEGORY}


def _template_name() -> str:
    """A name that changes with whatever the empty forum is made from."""
    digest = hashlib.sha256(json.dumps(populate_order()).encode())
    for path in sorted(SITE.glob("*.py")):
        digest.update(path.read_bytes())
    for distribution in sorted(FORUM_VENV.glob("lib/python3*/site-packages/*.dist-info")):
        digest.update(distribution.name.encode())
    return digest.hexdigest()[:16]


def _make_empty_forum(folder: Path) -> None:
    """Let Spirit generate its own project, add the lab's settings, and fill the database."""
    folder.mkdir()
    _run(["spirit", "startproject", PROJECT, "--path", str(folder)], folder.parent)
    shutil.copy(SITE / "settings.py", folder / PROJECT / "settings" / "lab.py")
    _run(["python", str(SITE / "populate.py")], folder, stdin=json.dumps(populate_order()))


def _run(command: list[str], folder: Path, stdin: str = "") -> None:
    program = forum_python().parent / command[0]
    done = subprocess.run(
        [program, *command[1:]],
        check=False,
        cwd=folder,
        env=_environment(folder),
        input=stdin,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise ForumError(f"{command[0]} failed with {done.returncode}:\n{done.stdout}{done.stderr}")


def _environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": f"{FORUM_VENV / 'bin'}:{os.environ.get('PATH', '')}",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "DJANGO_SETTINGS_MODULE": f"{PROJECT}.settings.lab",
    }


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold an exclusive file lock: two test runs may want the first forum at once."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _new_session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # a proxy named in the environment has no business on loopback
    return session


def _number(pattern: str, text: str) -> int:
    found = re.search(pattern, text)
    if found is None:
        raise ForumError(f"nothing in the forum's answer matches {pattern}")
    return int(found.group(1))


def _server_time(answer: requests.Response) -> datetime:
    return parsedate_to_datetime(answer.headers["Date"])
