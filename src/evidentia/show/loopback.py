"""A server on loopback for one person's browser, which any page on the internet may try to reach through that browser.

What it asks of a request, each for a reason:

- it comes to 127.0.0.1, where nobody else's machine can connect;
- its Host is exactly this server's address: another name that was made to resolve here (DNS rebinding) is refused;
- its path begins with a random token of 256 bits, which other people on this machine do not know;
- the browser does not say that another site or port sent it (Fetch Metadata), but for a frame where that is meant;
- it is GET or HEAD, and names an address that is in a table: no path of a request ever becomes a path of the disk.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import msgspec

HOST = "127.0.0.1"
MOST_AT_ONCE = 32
"""Requests that are answered at a time: a browser opens six connections to a host, and this is one person's."""

WAIT_S = 20.0
"""Seconds that a connection may say nothing."""

SAME = frozenset({"same-origin", "none"})
"""From where a browser may say that a request comes: this server's pages, or the person. Other programs say nothing."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-DNS-Prefetch-Control": "off",
    "Cache-Control": "no-store",
}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent. ``policy`` is the Content-Security-Policy; ``headers`` go over the usual ones.

    ``size`` and ``part``: a long file, of which so many bytes are read as they are asked for, whole or in a range
    (RFC 9110, 14): from which byte, and how many.
    """

    body: bytes = b""
    media_type: str = "text/html; charset=utf-8"
    policy: str = "default-src 'none'; frame-ancestors 'none'; sandbox"
    status: int = 200
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    size: int = 0
    part: Callable[[int, int], bytes] | None = None


Page = Callable[[Mapping[str, str]], Answer]
"""Answers a request, given what stands in its query."""

PIECE = 1 << 20  # bytes of a long file that are in memory at a time


class Loopback:
    """A running server. ``pages`` maps the part of the address after the token to what answers; it may grow.

    Args:
        port: 0 takes one that is free.
        framed_by: the one origin that may show this server's pages in a frame.

    Raises:
        OSError: the port is taken.
    """

    def __init__(self, pages: dict[str, Page], *, port: int = 0, framed_by: str = "") -> None:
        self.token = secrets.token_urlsafe(32)
        self.pages = pages
        self.framed_by = framed_by
        self.slots = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._server = _Server(self, port)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://{HOST}:{self._server.server_port}"

    @property
    def address(self) -> str:
        """Where its pages begin."""
        return f"{self.origin}/{self.token}/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, target: str, fetched: str, destination: str) -> Answer:
        """What a request gets: ``target`` is its path and query; ``fetched`` what the browser says of its origin."""
        if not (fetched in SAME or not fetched or (self.framed_by and destination == "iframe")):
            return refusal(403)
        parts = urlsplit(target) if target.startswith("/") and not target.startswith("//") else None
        token, _, name = ("", "", "") if parts is None else parts.path[1:].partition("/")
        if parts is None or not hmac.compare_digest(token.encode(), self.token.encode()):
            return refusal(404)
        page = self.pages.get(name)
        return refusal(404) if page is None else page(_query(parts.query))


def refusal(status: int) -> Answer:
    """An answer that tells nothing but its number."""
    return Answer(body=f"{status}\n".encode(), media_type="text/plain; charset=utf-8", status=status)


def _query(text: str) -> dict[str, str]:
    """The first value of each name."""
    try:
        return {name: values[0] for name, values in parse_qs(text, max_num_fields=8).items()}
    except ValueError:  # too many fields
        return {}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, loopback: Loopback, port: int) -> None:
        self.loopback = loopback
        super().__init__((HOST, port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A request that breaks off, or that a defect ends, ends alone; the person sees it in the browser."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "evidentia"
    sys_version = ""
    timeout = WAIT_S
    server: _Server

    def handle(self) -> None:
        # A browser that leaves a page or closes cuts off what it asked for: that is no error of the server's.
        with suppress(ConnectionError, TimeoutError), self.server.loopback.slots:
            super().handle()

    def do_GET(self) -> None:
        loopback = self.server.loopback
        if self.headers.get_all("Host") != [loopback.origin.removeprefix("http://")]:
            self._send(refusal(421))
            return
        said = self.headers.get
        self._send(loopback.answer(self.path, said("Sec-Fetch-Site", ""), said("Sec-Fetch-Dest", "")))

    do_HEAD = do_GET

    def _send(self, answer: Answer) -> None:
        extra, status = dict(answer.headers), answer.status
        first, length = 0, len(answer.body)
        if answer.part is not None:
            wanted = self.headers.get("Range", "")
            span = _span(wanted, answer.size) if wanted else (0, answer.size - 1)
            if span is None:
                self._send(refusal(416))
                return
            first, length = span[0], span[1] - span[0] + 1
            extra["Accept-Ranges"] = "bytes"
            if wanted:
                status = 206
                extra["Content-Range"] = f"bytes {span[0]}-{span[1]}/{answer.size}"
        self.send_response(status)
        for name, value in (HEADERS | extra).items():
            self.send_header(name, value)
        self.send_header("Content-Security-Policy", answer.policy)
        self.send_header("Content-Type", answer.media_type)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        if self.command == "HEAD":
            return
        if answer.part is None:
            self.wfile.write(answer.body)
        else:
            self._stream(answer.part, first, length)

    def _stream(self, part: Callable[[int, int], bytes], first: int, left: int) -> None:
        while left:
            piece = part(first, min(left, PIECE))
            if not piece:  # the file has become shorter: the browser sees that it did not get all
                self.close_connection = True
                return
            self.wfile.write(piece)
            first, left = first + len(piece), left - len(piece)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the library refuses before it comes to a page: told by its number alone, and the connection ended."""
        self.close_connection = True
        known = code if code != 501 else 405  # a method that is not GET or HEAD
        self._send_bare(known)

    def _send_bare(self, status: int) -> None:
        answer = refusal(status)
        self.send_response(status)
        more = {"Allow": "GET, HEAD"} if status == 405 else {}
        for name, value in (HEADERS | more | {"Content-Security-Policy": answer.policy}).items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.send_header("Content-Type", answer.media_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if getattr(self, "command", "") != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: what is looked at is the person's own."""


def _span(wanted: str, size: int) -> tuple[int, int] | None:
    """The first and last byte that a range names (``bytes=0-9``, ``5-``, ``-10``); None where it names none."""
    unit, _, text = wanted.partition("=")
    first, dash, last = text.partition("-")
    numbers = first + last
    if unit != "bytes" or not dash or not (numbers.isascii() and numbers.isdigit()) or len(numbers) > 40:
        return None
    if not first:
        return (max(0, size - int(last)), size - 1) if size and int(last) else None
    start, end = int(first), min(int(last), size - 1) if last else size - 1
    return (start, end) if start <= end else None
