"""ReplayWeb.page on loopback with one WACZ in it: what the viewer of the format's makers shows of a capture."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from lab.browser import launched
from lab.server import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Page

VIEWER = ROOT / ".lab" / "replaywebpage"
SHOW_MS = 60_000  # the viewer starts a service worker and reads the index: seconds on a loaded machine

# The viewer's inner page comes out of its service worker. The viewer does not wait until that is installed: it asks
# for the page four times within half a second, and then stays empty for good. So the worker is installed first, under
# the address and scope that the viewer gives it, and the viewer is put into the page when the worker is active.
_VIEW = """<!doctype html><meta charset=utf-8><script src=/ui.js></script>
<body><template><replay-web-page source=/capture.wacz url="{url}" embed=replayonly replayBase=/replay/>
</replay-web-page></template>
<script type=module>
const registered = await navigator.serviceWorker.register('/replay/sw.js?serveIndex=1', {{scope: '/replay/'}})
const worker = registered.active ?? registered.waiting ?? registered.installing
await new Promise((active, failed) => {{
  const look = () => {{
    if (worker.state === 'activated') active()
    if (worker.state === 'redundant') failed(new Error('the service worker of the viewer was not installed'))
  }}
  worker.addEventListener('statechange', look)
  look()
}})
document.body.append(document.querySelector('template').content)
</script>"""


@contextmanager
def shown(wacz: bytes, url: str, text: str, profile: Path, viewer: Path = VIEWER) -> Iterator[Frame]:
    """The frame in which the viewer replays ``url`` out of a WACZ, once it shows ``text``.

    ``viewer`` is the folder with its ``ui.js`` and ``sw.js``.

    Raises:
        TimeoutError: it does not show that text within SHOW_MS; says what it showed and logged instead.
    """
    from playwright.sync_api import TimeoutError as TooLate

    with _serving(wacz, url, viewer) as address, launched(profile) as browser:
        page = browser.new_page()
        log = _logged(page)
        page.goto(address)
        replayed = page.frame_locator("replay-web-page iframe").frame_locator("iframe")
        try:
            replayed.get_by_text(text).first.wait_for(timeout=SHOW_MS)
        except TooLate as late:
            raise TimeoutError(_instead(page, text, log)) from late
        yield next(frame for frame in page.frames if "/replay/w/" in frame.url)


def _logged(page: Page) -> list[str]:
    """A list that fills with what the page logs, raises, and does not get."""
    log: list[str] = []
    page.on("console", lambda said: log.append(f"{said.type}: {said.text}"))
    page.on("pageerror", lambda error: log.append(f"error: {error}"))
    page.on("requestfailed", lambda asked: log.append(f"{asked.failure}: {asked.url}"))
    page.context.on("serviceworker", lambda worker: log.append(f"service worker: {worker.url}"))
    return log


def _instead(page: Page, text: str, log: Sequence[str]) -> str:
    """What every frame shows, and the log."""
    frames = [f"{frame.url} shows {frame.locator('body').all_inner_texts()}" for frame in page.frames]
    return "\n".join((f"the viewer shows no {text!r} within {SHOW_MS} ms", *frames, "logged:", *log))


@contextmanager
def _serving(wacz: bytes, url: str, viewer: Path) -> Iterator[str]:
    script = "text/javascript"
    files = {
        "/": (_VIEW.format(url=escape(url)).encode(), "text/html"),
        "/ui.js": ((viewer / "ui.js").read_bytes(), script),
        "/replay/ui.js": ((viewer / "ui.js").read_bytes(), script),
        "/replay/sw.js": ((viewer / "sw.js").read_bytes(), script),
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

    def handle(self) -> None:
        # A browser that leaves a page or closes cuts off what it asked for: that is no error of the server's.
        with suppress(ConnectionError):
            super().handle()

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
