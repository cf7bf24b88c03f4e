"""What the tests of shown bundles share: their case, and a spy that says who came to it."""

from __future__ import annotations

import socketserver
import threading
from pathlib import Path
from typing import NamedTuple, Self

TEXT = "Mari dukung Paslon A hari ini"
TITLE = "Uji <script>alert(1)</script> \u202e"


class Spy:
    """A listener on loopback that remembers the first line of whatever connects to it."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        seen = self.seen

        class Handler(socketserver.StreamRequestHandler):
            timeout = 5

            def handle(self) -> None:
                try:
                    seen.append(self.rfile.readline(2000).decode("latin-1").strip() or "a connection")
                    self.wfile.write(
                        b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\n"
                        b"Content-Length: 0\r\nConnection: close\r\n\r\n"
                    )
                except OSError:
                    seen.append("a connection that broke off")

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class Made(NamedTuple):
    """A case in its folder, and its bundle."""

    folder: Path
    bundle: Path
