"""The server by itself: who may ask for what. Spoken to in raw requests, as no browser would send them."""

from __future__ import annotations

import errno
import http.client
import socket
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from show_parts import Made

from evidentia.record.errors import EvidentiaError, UsageError
from evidentia.show import loopback
from evidentia.show.loopback import Answer, Loopback
from evidentia.show.opened import Opened
from evidentia.show.site import Showing

TEXT = b"isi halaman"
LONG = bytes(range(256)) * 10


@pytest.fixture
def server() -> Loopback:
    long = Answer(
        media_type="application/octet-stream", size=len(LONG), part=lambda at, count: LONG[at : at + count]
    )
    return Loopback({"halaman": lambda query: Answer(body=TEXT), "panjang": lambda query: long})


def ask(
    server: Loopback, path: str = "halaman", method: str = "GET", **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    """One request, with the right token and Host where ``path`` and ``headers`` say nothing else."""
    place = urlsplit(server.origin)
    connection = http.client.HTTPConnection("127.0.0.1", place.port, timeout=20)
    target = path if path.startswith(("/", "http", "*")) else f"/{server.token}/{path}"
    sent = {"Host": place.netloc} | {name.replace("_", "-"): value for name, value in headers.items()}
    connection.putrequest(method, target, skip_host=True)
    for name, value in sent.items():
        if value:
            connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def test_a_page_is_given_to_who_knows_its_address(server: Loopback) -> None:
    with server:
        answer, body = ask(server)
    assert (answer.status, body) == (200, TEXT)
    assert answer.getheader("X-Content-Type-Options") == "nosniff"
    assert answer.getheader("Referrer-Policy") == "no-referrer"
    assert answer.getheader("Cache-Control") == "no-store"
    assert "default-src 'none'" in str(answer.getheader("Content-Security-Policy"))
    assert not answer.getheader("Access-Control-Allow-Origin")


def test_it_listens_on_loopback_alone(server: Loopback) -> None:
    with server:
        assert server._server.server_address[0] == "127.0.0.1"
        assert server._server.address_family == socket.AF_INET
        for other in ("127.0.0.2", "::1"):
            with pytest.raises(OSError):
                socket.create_connection((other, server._server.server_port), timeout=2)


def test_another_name_for_this_machine_is_refused(server: Loopback) -> None:
    with server:
        port = urlsplit(server.origin).port
        for host in ("evil.example", f"evil.example:{port}", "127.0.0.1", f"127.0.0.1:{port + 1}"):  # type: ignore[operator]
            assert ask(server, Host=host)[0].status == 421, host
        assert ask(server, Host=f"localhost:{port}")[0].status == 421
        assert ask(server, Host="")[0].status == 421
        with socket.create_connection(("127.0.0.1", int(port or 0)), timeout=20) as raw:
            host = f"Host: 127.0.0.1:{port}\r\n"
            raw.sendall(f"GET /{server.token}/halaman HTTP/1.1\r\n{host}{host}\r\n".encode())
            assert raw.recv(100).startswith(b"HTTP/1.1 421")


def test_the_token_is_asked_and_two_servers_have_two(server: Loopback) -> None:
    other = Loopback({})
    try:
        assert len(server.token) >= 43  # 256 bits in base64url
        assert server.token != other.token
        with server:
            right = server.token
            for path in ("/halaman", "/", "//", f"/{right[:-1]}/halaman", f"/{right}x/halaman"):
                answer, body = ask(server, path)
                assert answer.status == 404, path
                assert right not in body.decode()
    finally:
        other._server.server_close()


@pytest.mark.parametrize(
    "path",
    [
        "../halaman", "halaman/../halaman", "./halaman", "%68alaman", "halaman%00", "halaman/", "HALAMAN",
        "..%2f..%2fetc",
        "../../../../etc/passwd", "..\\..\\etc\\passwd", "data/../../secret", "halaman;x", "/etc/passwd",
    ],
)  # fmt: skip
def test_no_path_leads_anywhere_else(server: Loopback, path: str) -> None:
    with server:
        assert ask(server, path)[0].status == 404


def test_an_absolute_address_is_no_way_around_the_host(server: Loopback) -> None:
    with server:
        assert ask(server, f"http://evil.example/{server.token}/halaman")[0].status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "EVIL"])
def test_other_methods_are_refused(server: Loopback, method: str) -> None:
    with server:
        answer, _ = ask(server, method=method, Content_Length="0")
    assert answer.status == 405
    assert answer.getheader("Allow") == "GET, HEAD"
    assert not answer.getheader("Access-Control-Allow-Origin")


@pytest.mark.parametrize(
    ("site", "status"), [("same-origin", 200), ("none", 200), ("same-site", 403), ("cross-site", 403)]
)
def test_what_a_browser_says_another_site_sent_is_refused(server: Loopback, site: str, status: int) -> None:
    with server:
        assert ask(server, Sec_Fetch_Site=site, Sec_Fetch_Dest="document")[0].status == status


def test_only_a_server_that_is_meant_to_be_framed_answers_a_frame() -> None:
    for framed_by, status in (("", 403), ("http://127.0.0.1:1", 200)):
        with Loopback({"halaman": lambda query: Answer(body=TEXT)}, framed_by=framed_by) as server:
            framed = ask(server, Sec_Fetch_Site="same-site", Sec_Fetch_Dest="iframe")[0]
            assert framed.status == status
            assert ask(server, Sec_Fetch_Site="same-site", Sec_Fetch_Dest="script")[0].status == 403


@pytest.mark.parametrize(
    ("wanted", "status", "body"),
    [
        ("", 200, LONG),
        ("bytes=0-9", 206, LONG[:10]),
        ("bytes=2550-", 206, LONG[2550:]),
        ("bytes=-10", 206, LONG[-10:]),
        ("bytes=0-99999999", 206, LONG),
        ("bytes=2560-", 416, None),
        ("bytes=9-0", 416, None),
        ("bytes=-0", 416, None),
        ("bytes=0-1,5-6", 416, None),
        ("bytes=١-٢", 416, None),
        ("lines=0-1", 416, None),
        (f"bytes={'9' * 5000}-", 416, None),
    ],
)
def test_a_long_file_is_sent_whole_or_in_a_range(
    server: Loopback, wanted: str, status: int, body: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loopback, "PIECE", 100)
    with server:
        answer, got = ask(server, "panjang", Range=wanted.encode().decode("latin-1"))
        assert answer.status == status
        assert body is None or got == body
        head, nothing = ask(server, "panjang", "HEAD", Range=wanted.encode().decode("latin-1"))
    assert (head.status, nothing) == (status, b"")
    assert head.getheader("Content-Length") == answer.getheader("Content-Length")


def _send_and_drain(raw: socket.socket, data: bytes) -> None:
    """Send, and read what comes until the end. The server may hang up at any moment of it; that it hangs fails."""
    try:
        raw.sendall(data)
        raw.shutdown(socket.SHUT_WR)
        while raw.recv(65536):
            pass
    except OSError as error:
        if error.errno not in (errno.ENOTCONN, errno.ECONNRESET, errno.EPIPE):
            raise


def test_what_is_too_long_or_no_request_ends_alone(server: Loopback) -> None:
    port = urlsplit(server.origin).port
    with server:
        for sent in (b"GET /" + b"a" * 100_000, b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", b"X: " * 50_000):
            with socket.create_connection(("127.0.0.1", int(port or 0)), timeout=20) as raw:
                _send_and_drain(raw, sent + b"\r\n\r\n")
        assert ask(server)[0].status == 200


# A bundle that is shown


@pytest.mark.lab
def test_only_what_is_in_the_table_is_served(plain: Made, show: Callable[..., Showing]) -> None:
    server = show(plain.bundle).server
    assert set(server.pages) == {"", "exhibit", "find", "lives", "show.js", "data/000001/original.png"}
    for path in ("data/000002/original.txt", "data/000001/item.json", "custody/000001.json", "index.html"):
        assert ask(server, path)[0].status == 404, path
    answer, body = ask(server, "data/000001/original.png")
    assert answer.getheader("Content-Type") == "image/png"
    assert body == (plain.folder / "data" / "000001" / "original.png").read_bytes()


@pytest.mark.lab
def test_a_picture_that_was_changed_is_not_shown(
    plain: Made, show: Callable[..., Showing], tmp_path: Path
) -> None:
    import shutil

    folder = tmp_path / "kasus-07"
    shutil.copytree(plain.folder, folder)
    picture = folder / "data" / "000001" / "original.png"
    server = show(folder).server
    assert ask(server, "data/000001/original.png")[0].status == 200
    picture.chmod(0o644)
    picture.write_bytes(picture.read_bytes() + b"x")
    assert ask(server, "data/000001/original.png")[0].status == 409
    picture.unlink()
    picture.symlink_to("/etc/passwd")
    answer, body = ask(server, "data/000001/original.png")
    assert answer.status == 409
    assert b"root" not in body


@pytest.mark.lab
def test_nothing_is_left_of_a_laid_out_bundle(
    plain: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = plain.bundle.read_bytes()
    with Opened(plain.bundle) as opened:
        (room,) = tmp_path.iterdir()
        assert room.stat().st_mode & 0o077 == 0  # nobody else's to read
        assert opened.case is not None
    assert list(tmp_path.iterdir()) == []
    assert plain.bundle.read_bytes() == before


@pytest.mark.lab
def test_a_bundle_for_which_there_is_no_room_is_refused(plain: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(NamedTuple):
        free: int

    monkeypatch.setattr("shutil.disk_usage", lambda path: Full(100))
    with pytest.raises(EvidentiaError, match="100 are free"):
        Opened(plain.bundle)


def test_what_is_no_bundle_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not there"):
        Opened(tmp_path / "tidak-ada.zip")
    (tmp_path / "rusak.zip").write_bytes(b"PK\x03\x04 and no more")
    (tmp_path / "kosong").mkdir()
    for name in ("rusak.zip", "kosong"):
        with pytest.raises(EvidentiaError, match="is no bundle that can be shown"):
            Opened(tmp_path / name)


@pytest.mark.lab
def test_a_port_that_is_taken_is_said_to_be(plain: Made, show: Callable[..., Showing]) -> None:
    first = show(plain.bundle)
    with Opened(plain.bundle) as opened, pytest.raises(EvidentiaError, match="cannot be had") as refused:
        Showing(opened, port=int(urlsplit(first.server.origin).port or 0))
    assert "--port" in refused.value.next_step
