"""Record answers about posts from real servers on loopback: ``python -m lab.absences.recorded``.

Apache HTTP Server with rules that administrators write, PHP's and Python's own servers, django-spirit, Synapse, pywb,
and sockets that fail. Each is asked by evidentia's own client, or by the lab's for what needs an account. Ports and
times differ from run to run.
"""

# ruff: noqa: E501  (tables: one answer to a row)

from __future__ import annotations

import contextlib
import platform
import socket
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

from msgspec.structs import replace

from evidentia.platforms import CapturedPage, Places
from evidentia.platforms.matrix_address import permalink
from evidentia.record.post import State
from lab import asking
from lab.forum import CITIZEN, OFFICIAL, Forum
from lab.record_wiki import capture
from lab.server import ServerError, end, free_port
from lab.synapse import CITIZEN as READER
from lab.synapse import MODERATOR, Synapse

from .apache import Apache
from .labelled import FOLDER, Kind, Labelled, Made, packed, write

PAUSE_S = 0.05  # between two tries to reach a server that is starting
_HEADERS_LEFT_OUT = frozenset({"set-cookie", "date"})


def main() -> None:
    """Record everything anew."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        made = [
            *_apache(scratch),
            *_small_servers(scratch),
            *_faults(scratch),
            *_forum(scratch),
            *_matrix(scratch),
        ]
    print(f"{write(made, FOLDER / 'recorded.jsonl')} recorded")


def _labelled(
    name: str,
    kind: Kind,
    label: State,
    server: str,
    page: CapturedPage,
    language: str = "en",
    where: str = "web",
) -> Labelled:
    kept = tuple(
        replace(one, headers=tuple(pair for pair in one.headers if pair[0].lower() not in _HEADERS_LEFT_OUT))
        for one in page.responses
    )
    return Labelled(
        name=name, kind=kind, platform=where, language=language, made=Made.RECORDED, after=server, label=label,
        page=packed(replace(page, responses=kept)),
    )  # fmt: skip


def _apache(scratch: Path) -> Iterator[Labelled]:
    gone, outage, led = Kind.NOT_THERE, Kind.OUTAGE, Kind.LED_AWAY
    with Apache(scratch / "apache") as server:
        for path, kind, label, language in (
            ("ada", Kind.LIVE, State.LIVE, "id"), ("ada-tentang-hapus", Kind.LIVE, State.LIVE, "id"), ("tiada", gone, State.UNAVAILABLE, "id"),
            ("tiada.json", gone, State.UNAVAILABLE, "id"), ("hilang", gone, State.UNAVAILABLE, "en"), ("anggota", Kind.LOGIN, State.LOGIN_WALL, "en"),
            ("dilarang", Kind.RESTRICTED, State.UNDETERMINED, "en"), ("hukum", Kind.GEO, State.UNAVAILABLE, "en"), ("banyak", Kind.RATE_LIMIT, State.CHALLENGE, "en"),
            ("rusak", outage, State.UNREACHABLE, "en"), ("perawatan", outage, State.UNREACHABLE, "id"), ("belakang", outage, State.UNREACHABLE, "en"),
            ("depan", led, State.UNDETERMINED, "id"), ("masuk-dulu", Kind.LOGIN, State.LOGIN_WALL, "id"), ("lunak", Kind.SOFT_404, State.UNAVAILABLE, "id"),
            ("pemeliharaan-dulu", outage, State.UNREACHABLE, "id"), ("pindah", Kind.LIVE, State.LIVE, "id"), ("berputar", Kind.NETWORK, State.UNDETERMINED, "none"),
            ("kosong", Kind.PARTIAL, State.UNDETERMINED, "none"), ("kata-saja", Kind.SOFT_404, State.UNAVAILABLE, "id"),
        ):  # fmt: skip
            yield _labelled(
                f"apache-{path}", kind, label, server.version, capture(f"{server.url}p/{path}"), language
            )


def _small_servers(scratch: Path) -> Iterator[Labelled]:
    site = scratch / "site"
    site.mkdir()
    (site / "ada.html").write_text("<article><p>Halo Kota Contoh</p></article>", "utf-8")
    (site / "galat.php").write_text("<?php http_response_code(500); tidak_ada();", "utf-8")
    php = subprocess.run(["php", "-v"], capture_output=True, text=True, check=True).stdout.split(" (")[0]
    python = f"Python {platform.python_version()} http.server"
    port = str(free_port())
    for name, version, command in (
        ("php", f"{php} (php -S)", ["php", "-S", f"127.0.0.1:{port}", "-t", str(site)]),
        (
            "python",
            python,
            [sys.executable, "-m", "http.server", port, "--bind", "127.0.0.1", "-d", str(site)],
        ),
    ):
        with _serving(command, int(port)):
            url = f"http://127.0.0.1:{port}/"
            yield _labelled(f"{name}-there", Kind.LIVE, State.LIVE, version, capture(f"{url}ada.html"), "id")
            yield _labelled(
                f"{name}-404", Kind.NOT_THERE, State.UNAVAILABLE, version, capture(f"{url}tiada.html")
            )
            if name == "php":
                yield _labelled(
                    "php-500", Kind.OUTAGE, State.UNREACHABLE, version, capture(f"{url}galat.php")
                )
        yield _labelled(
            f"{name}-ended", Kind.NETWORK, State.UNREACHABLE, version, capture(f"{url}ada.html"), "none"
        )


@contextlib.contextmanager
def _serving(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield
    finally:
        end(process)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=PAUSE_S)
    raise ServerError(f"{process.args!r} ended")


def _faults(scratch: Path) -> Iterator[Labelled]:
    """Sockets that fail in the ways in which networks do."""
    client = "evidentia's own client, and a socket that fails so"
    for name, behave, kind, label in (
        ("closed-at-once", _close, Kind.NETWORK, State.UNREACHABLE), ("reset", _reset, Kind.NETWORK, State.UNREACHABLE),
        ("no-http", _say(b"220 surat.example ESMTP\r\n"), Kind.NETWORK, State.UNREACHABLE),
        ("cut-off-in-head", _say(b"HTTP/1.1 200 OK\r\nContent-Ty"), Kind.NETWORK, State.UNREACHABLE),
        ("cut-off-in-body", _say(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9000\r\n\r\n<!DOCTYPE html><html><head>"),
         Kind.PARTIAL, State.UNDETERMINED),
        (
            "cut-off-in-post",
            _say(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9000\r\n\r\n<article><p>Saya mendukung Pas"),
            Kind.PARTIAL,
            State.UNDETERMINED,
        ),
        ("cut-off-404", _say(b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 9000\r\n\r\n<h1>404"), Kind.NOT_THERE, State.UNAVAILABLE),
        ("broken-chunks", _say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), Kind.PARTIAL, State.UNDETERMINED),
    ):  # fmt: skip
        with _failing(behave) as port:
            yield _labelled(
                f"socket-{name}", kind, label, client, capture(f"http://127.0.0.1:{port}/p/123"), "none"
            )
    with _failing(_close) as port:
        page = capture(f"https://127.0.0.1:{port}/p/123")
        yield _labelled("socket-closed-in-handshake", Kind.NETWORK, State.UNREACHABLE, client, page, "none")
    page = capture("http://tiada.invalid/p/123")  # RFC 6761: never resolved
    yield _labelled("name-not-resolved", Kind.NETWORK, State.UNREACHABLE, client, page, "none")
    page = capture(f"http://127.0.0.1:{free_port()}/p/123")
    yield _labelled("connection-refused", Kind.NETWORK, State.UNREACHABLE, client, page, "none")
    yield from _untrusted(scratch, client)


def _untrusted(scratch: Path, client: str) -> Iterator[Labelled]:
    """A certificate that nobody vouches for."""
    key, certificate = scratch / "key.pem", scratch / "cert.pem"
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=kabar.example",
        "-days",
        "1",
    ]
    subprocess.run([*made, "-keyout", key, "-out", certificate], capture_output=True, check=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def shake(connection: socket.socket) -> None:
        with (
            contextlib.suppress(ssl.SSLError, OSError),
            context.wrap_socket(connection, server_side=True) as secure,
        ):
            secure.recv(1)  # the client ends what it does not trust

    with _failing(shake) as port:
        page = capture(f"https://127.0.0.1:{port}/p/123")
    yield _labelled("tls-self-signed", Kind.NETWORK, State.UNREACHABLE, client, page, "none")


def _close(connection: socket.socket) -> None:
    connection.close()


def _reset(connection: socket.socket) -> None:
    connection.recv(1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()


def _say(words: bytes) -> Callable[[socket.socket], None]:
    def behave(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(words)
        connection.shutdown(socket.SHUT_RDWR)
        connection.close()

    return behave


@contextlib.contextmanager
def _failing(behave: Callable[[socket.socket], None]) -> Iterator[int]:
    """A port at which every connection is treated so."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with contextlib.suppress(OSError):  # the socket is closed: that is the end
                while True:
                    behave(listening.accept()[0])

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]


def _forum(scratch: Path) -> Iterator[Labelled]:
    with Forum(scratch / "forum") as forum:
        version = "django-spirit 0.14.3"
        private = forum.publish_privately("Rahasia", "Hanya untuk Warga 12", OFFICIAL, CITIZEN)
        yield _labelled(
            "forum-private-topic", Kind.LOGIN, State.LOGIN_WALL, version, capture(private), where="spirit"
        )
        topic = forum.publish("Dukungan", "Unggahan ini telah dihapus, kata orang. Access denied? Tidak.")
        yield _labelled(
            "forum-speaks-of-deletion", Kind.LIVE, State.LIVE, version, capture(topic.url), "id", "spirit"
        )
        forum.delete_topic(topic.id)
        yield _labelled(
            "forum-topic-removed",
            Kind.NOT_THERE,
            State.UNAVAILABLE,
            version,
            capture(topic.url),
            where="spirit",
        )
        forum.restore_topic(topic.id)
        yield _labelled(
            "forum-topic-restored", Kind.LIVE, State.LIVE, version, capture(topic.url), "id", "spirit"
        )
    page = capture(topic.url)
    yield _labelled("forum-ended", Kind.NETWORK, State.UNREACHABLE, version, page, "none", "spirit")


def _matrix(scratch: Path) -> Iterator[Labelled]:
    version = "Synapse 1.163"
    with Synapse(scratch / "synapse") as server:
        room = server.create_room()
        event = server.say(MODERATOR, room, "Unggahan ini telah dihapus? Belum.")
        places = Places(matrix_homeserver=server.url)
        url = permalink(room, event)
        own = server.headers(MODERATOR)
        wrong = {server.url: {"Authorization": "Bearer salah"}}
        for name, held, kind, label in (
            ("speaks-of-deletion", own, Kind.LIVE, State.LIVE),
            ("wrong-token", wrong, Kind.LOGIN, State.LOGIN_WALL),
            ("no-member", server.headers(READER), Kind.RESTRICTED, State.ACCESS_RESTRICTED),
        ):
            page = asking.capture(url, places, held)
            yield _labelled(
                f"matrix-{name}", kind, label, version, page, "id" if label is State.LIVE else "en", "matrix"
            )
        server.redact(MODERATOR, room, event, "keliru")
        page = asking.capture(url, places, own)
        yield _labelled(
            "matrix-redacted", Kind.STATED_REMOVAL, State.DELETED_BY_AUTHOR, version, page, where="matrix"
        )


if __name__ == "__main__":
    main()
