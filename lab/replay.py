"""ReplayWeb.page on loopback with one WACZ in it: what the viewer of the format's makers shows of a capture."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from lab.browser import launched
from lab.server import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Frame

VIEWER = ROOT / ".lab" / "replaywebpage"
SHOW_MS = 60_000  # the viewer starts a service worker and reads the index: seconds on a loaded machine
_VIEW = (
    "<!doctype html><script src=/ui.js></script>"
    "<replay-web-page source=/capture.wacz url='{url}' embed=replayonly replayBase=/replay/></replay-web-page>"
)


@contextmanager
def shown(wacz: bytes, url: str, text: str, profile: Path) -> Iterator[Frame]:
    """The frame in which the viewer replays ``url`` out of a WACZ, once it shows ``text``.

    Raises:
        TimeoutError: it does not show that text within SHOW_MS.
    """
    with _serving(wacz, url) as address, launched(profile) as browser:
        page = browser.new_page()
        page.goto(address)
        viewer = page.frame_locator("replay-web-page iframe")
        viewer.frame_locator("iframe").get_by_text(text).first.wait_for(timeout=SHOW_MS)
        yield next(frame for frame in page.frames if "/replay/w/" in frame.url)


@contextmanager
def _serving(wacz: bytes, url: str) -> Iterator[str]:
    script = "text/javascript"
    files = {
        "/": (_VIEW.format(url=escape(url)).encode(), "text/html"),
        "/ui.js": ((VIEWER / "ui.js").read_bytes(), script),
        "/replay/ui.js": ((VIEWER / "ui.js").read_bytes(), script),
        "/replay/sw.js": ((VIEWER / "sw.js").read_bytes(), script),
        "/capture.wacz": (wacz, "application/wacz"),
    }

    class Handler(_Files):
        served = files

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


class _Files(BaseHTTPRequestHandler):
    """Serves a few files, whole or in ranges (RFC 9110, 14): the viewer reads the WARC where the index points."""

    protocol_version = "HTTP/1.1"
    served: ClassVar[dict[str, tuple[bytes, str]]] = {}

    def do_GET(self) -> None:
        found = self.served.get(self.path.partition("?")[0])
        if found is None:
            self.send_error(404)
            return
        body, media_type = found
        wanted = self.headers.get("Range", "")
        status, extra = 200, ""
        if wanted.startswith("bytes="):
            first, last = _range(wanted.removeprefix("bytes="), len(body))
            status, extra = 206, f"bytes {first}-{last}/{len(body)}"
            body = body[first : last + 1]
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(len(body)))
        if extra:
            self.send_header("Content-Range", extra)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _range(text: str, size: int) -> tuple[int, int]:
    """The first and last byte that a range names: ``0-9``, ``5-``, ``-10``."""
    first, _, last = text.partition("-")
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1
