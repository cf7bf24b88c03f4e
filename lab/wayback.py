"""An archive of past versions: pywb, the software of web archives, behind the addresses that the Wayback Machine has.

The front is ours and stands in for the names of the Internet Archive's services only: the index in its seven columns,
raw replay, keeping a page through Save Page Now 2. What it answers with comes from pywb; original header fields are
handed over under ``X-Archive-Orig-``, as the Wayback Machine does.
"""

from __future__ import annotations

import io
import json
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from lab.server import Server, environment, free_port, session

COLLECTION = "web"
KEYS = "kunci:rahasia"
_COLUMNS = ("urlkey", "timestamp", "url", "mime", "status", "digest", "length")
_ITS_OWN = frozenset(
    {"memento-datetime", "link", "content-location", "preference-applied", "transfer-encoding"}
)


def is_installed() -> bool:
    """Whether ``scripts/install`` has put pywb where this looks for it."""
    return environment("wayback").exists()


@dataclass(frozen=True)
class Kept:
    """A version of a page, as a crawler got it at a moment."""

    url: str
    at: datetime
    body: bytes
    status: str = "200 OK"
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def stamp(self) -> str:
        """The moment as archives of the web write it."""
        return self.at.astimezone(UTC).strftime("%Y%m%d%H%M%S")

    def record(self, writer: WARCWriter) -> Any:
        """The version as a WARC record."""
        length = ("Content-Length", str(len(self.body)))
        headers = [("Content-Type", "text/html; charset=utf-8"), length, *self.fields]
        return writer.create_warc_record(
            self.url,
            "response",
            payload=io.BytesIO(self.body),
            http_headers=StatusAndHeaders(self.status, headers, protocol="HTTP/1.1"),
            warc_headers_dict={"WARC-Date": self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")},
        )


class Wayback:
    """The archive, running, with its front at ``base``; a context manager.

    Attributes:
        log: the requests that the front was asked, method and path.
    """

    def __init__(self, folder: Path) -> None:
        self.base = ""
        self.log: list[tuple[str, str]] = []
        self.jobs: dict[str, dict[str, str]] = {}
        self._folder = folder
        self._warcs = folder / "collections" / COLLECTION / "archive"
        self._server = Server("wayback", folder)
        self._pywb = ""

    def __enter__(self) -> Self:
        for name in ("archive", "indexes"):
            (self._folder / "collections" / COLLECTION / name).mkdir(parents=True, exist_ok=True)
        port = free_port()
        self._pywb = f"http://127.0.0.1:{port}"
        self._server.start(
            "pywb.apps.cli", "-p", str(port), "-b", "127.0.0.1", "-d", str(self._folder), "-a",
            "--auto-interval", "1", ready=f"{self._pywb}/",
        )  # fmt: skip
        self._front = _FrontServer(self)
        self.base = f"http://127.0.0.1:{self._front.server_address[1]}"
        threading.Thread(target=self._front.serve_forever, daemon=True).start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._front.shutdown()
        self._front.server_close()
        self._server.stop()

    def keep(
        self,
        url: str,
        at: datetime,
        body: bytes,
        *,
        status: str = "200 OK",
        fields: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Put a version into the archive, and wait until its index has it."""
        self.keep_all([Kept(url, at, body, status, fields)])

    def keep_all(self, versions: Sequence[Kept]) -> None:
        """Put versions into the archive in one file, and wait until its index has them."""
        name = f"{uuid.uuid4().hex}.warc.gz"
        part = self._folder / name
        with part.open("wb") as stream:
            writer = WARCWriter(stream, gzip=True)
            for version in versions:
                writer.write_record(version.record(writer))
        part.rename(self._warcs / name)
        last = versions[-1]
        with session() as client:
            while not any(row["timestamp"] == last.stamp for row in self.index(client, last.url)):
                threading.Event().wait(0.1)  # pywb looks for new files once a second and tells nobody

    def index(self, client: Any, url: str, more: dict[str, str] | None = None) -> list[dict[str, str]]:
        """What pywb's own index says of an address."""
        asked = {"url": url, "output": "json"} | (more or {})
        text = client.get(f"{self._pywb}/{COLLECTION}/cdx", params=asked, timeout=30).text
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    def replay(self, client: Any, path: str) -> Any:
        """pywb's answer to what stands behind ``/web/`` in an address of the archive."""
        return client.get(f"{self._pywb}/{COLLECTION}/{path}", timeout=30, allow_redirects=False)

    def order(self, url: str) -> str:
        """Fetch a page and keep it, as an order of Save Page Now does; the name of the job."""
        job = f"spn2-{uuid.uuid4().hex}"
        self.jobs[job] = {"status": "pending"}
        threading.Thread(target=self._work, args=(job, url), daemon=True).start()
        return job

    def _work(self, job: str, url: str) -> None:
        at = datetime.now(UTC).replace(microsecond=0)
        with session() as client:
            got = client.get(url, timeout=30)
        self.keep(url, at, got.content, status=f"{got.status_code} {got.reason}")
        self.jobs[job] = {"status": "success", "timestamp": f"{at:%Y%m%d%H%M%S}", "original_url": url}


class _FrontServer(ThreadingHTTPServer):
    """The front of one archive."""

    def __init__(self, archive: Wayback) -> None:
        self.archive = archive
        super().__init__(("127.0.0.1", 0), _Front)


class _Front(BaseHTTPRequestHandler):
    """Speaks as the Wayback Machine does, and answers with what the archive has."""

    server: _FrontServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.archive.log.append(("GET", self.path))
        with session() as client:
            if self.path.startswith("/cdx/search/cdx?"):
                self._say(
                    200,
                    [("Content-Type", "text/plain")],
                    _columns(self.server.archive, client, self.path).encode(),
                )
            elif self.path.startswith("/wayback/available?"):
                self._json(_available(self.server.archive, client, self.path))
            elif self.path.startswith("/save/status/"):
                self._json(self.server.archive.jobs.get(self.path.rpartition("/")[2], {"status": "error"}))
            elif self.path.startswith("/web/"):
                self._replay(self.server.archive.replay(client, self.path.removeprefix("/web/")))
            else:
                self._say(404, [], b"")

    def do_POST(self) -> None:
        self.server.archive.log.append(("POST", self.path))
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if self.headers.get("Authorization") != f"LOW {KEYS}":
            self._say(401, [("Content-Type", "application/json")], b'{"message":"You need to be logged in"}')
            return
        self._json({"url": form["url"][0], "job_id": self.server.archive.order(form["url"][0])})

    def _replay(self, got: Any) -> None:
        is_memento = "Memento-Datetime" in got.headers
        fields = [
            (name if not is_memento or name.lower() in _ITS_OWN else f"X-Archive-Orig-{name}", value)
            for name, value in got.headers.items()
            if name.lower() not in ("transfer-encoding", "content-length", "connection", "date")
        ]
        kind = got.headers.get("Content-Type", "application/octet-stream")
        self._say(got.status_code, [*fields, ("Content-Type", kind)], got.content)

    def _json(self, value: dict[str, Any]) -> None:
        self._say(200, [("Content-Type", "application/json")], json.dumps(value).encode())

    def _say(self, status: int, fields: list[tuple[str, str]], body: bytes) -> None:
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: ``Wayback.log`` keeps what is asked."""


def _available(archive: Wayback, client: Any, path: str) -> dict[str, Any]:
    """pywb's nearest version, as the availability service tells it."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    rows = archive.index(client, asked["url"], {"closest": asked["timestamp"], "limit": "1"})
    told = [
        {
            "status": row["status"],
            "available": True,
            "url": f"http://web.archive.org/web/{row['timestamp']}/{row['url']}",
            "timestamp": row["timestamp"],
        }
        for row in rows[:1]
    ]
    found: dict[str, Any] = {"closest": told[0]} if told else {}
    return {"url": asked["url"], "archived_snapshots": found, "timestamp": asked["timestamp"]}


def _columns(archive: Wayback, client: Any, path: str) -> str:
    """pywb's index in the Wayback Machine's columns, a part at a time with the key to resume by."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    more: dict[str, str] = {name: asked[name] for name in ("from", "to", "closest", "sort") if name in asked}
    rows = archive.index(client, asked["url"], more)
    start, limit = int(asked.get("resumeKey", "0")), int(asked.get("limit", "1000"))
    page = rows[start : start + limit]
    lines = [" ".join(row.get(column) or "-" for column in _COLUMNS) for row in page]
    if asked.get("showResumeKey") == "true" and start + limit < len(rows):
        lines += ["", str(start + limit)]
    return "".join(f"{line}\n" for line in lines)
