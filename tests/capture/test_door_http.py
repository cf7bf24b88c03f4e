"""The door as an HTTP proxy, as other people's clients use it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
import requests
from capture_site import Answer, Site, identity
from hypothesis import example, given
from hypothesis import strategies as st

from evidentia.capture import door as door_module
from evidentia.capture import door_http
from evidentia.capture.door import Door
from evidentia.capture.door_http import Malformed, Request, parse


@contextmanager
def open_door(*, allowed: bool = True) -> Iterator[Door]:
    """A door in a thread of its own, for clients that block."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    door = Door(allow_private_network=allowed)
    asyncio.run_coroutine_threadsafe(door.open(), loop).result()
    try:
        yield door
    finally:
        asyncio.run_coroutine_threadsafe(door.close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def client(door: Door) -> requests.Session:
    """requests, unmodified, told of the door as its users tell it of proxies."""
    session = requests.Session()
    session.trust_env = False
    session.proxies = dict.fromkeys(("http", "https"), f"http://127.0.0.1:{door.port}")
    return session


def exchange(door: Door, said: bytes) -> bytes:
    """Say some bytes to the door, and take all that comes."""
    with socket.create_connection(("127.0.0.1", door.port), timeout=20) as connection:
        connection.sendall(said)
        received = b""
        with contextlib.suppress(ConnectionError):
            while chunk := connection.recv(65536):
                received += chunk
    return received


def test_a_plain_request_reaches_the_site_in_origin_form_and_says_nothing_of_the_door() -> None:
    with Site({"/p?id=7": Answer(b"halo")}) as site, open_door() as door, client(door) as asking:
        answer = asking.get(site.url("/p?id=7"), headers={"Proxy-Authorization": "Basic cmFoYXNpYQ=="})
        assert (answer.status_code, answer.content) == (200, b"halo")
        (asked,) = site.exchanged
    head = asked.request_head.decode()
    assert head.startswith("GET /p?id=7 HTTP/1.1\r\n")
    assert asked.request_header("host") == f"127.0.0.1:{site.port}"
    assert not any(word in head.lower() for word in ("proxy", "via", "evidentia"))
    assert [peer.address for peer in door.peers] == [f"127.0.0.1:{site.port}"]


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_reaches_the_site_whole(chunked: bool) -> None:
    sent = bytes(range(256)) * 2000

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(sent), 10_000):
            yield sent[start : start + 10_000]

    received = bytearray()

    async def run() -> None:
        async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = await reader.readuntil(b"\r\n\r\n")
            if b"chunked" in head.lower():
                while size := int((await reader.readuntil(b"\r\n")).strip(), 16):
                    received.extend(await reader.readexactly(size))
                    await reader.readexactly(2)
            else:
                received.extend(await reader.readexactly(len(sent)))
            writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
            writer.close()

        async with await asyncio.start_server(take, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            with open_door() as door, client(door) as asking:
                body = pieces() if chunked else sent
                answer = await asyncio.to_thread(asking.post, f"http://127.0.0.1:{port}/", data=body)
            assert answer.status_code == 204

    asyncio.run(run())
    assert bytes(received) == sent


def test_tls_passes_through_a_tunnel_unread(tmp_path: Path) -> None:
    own = identity(tmp_path)
    with Site({"/": Answer(b"halo")}, own.context) as site, open_door() as door, client(door) as asking:
        answer = asking.get(site.url("/", "localhost"), verify=str(tmp_path / "chain.pem"))
        assert answer.content == b"halo"
    assert door.asked == {("localhost", site.port): 1}


def test_a_refusal_is_the_doors_own_and_no_sites(monkeypatch: pytest.MonkeyPatch) -> None:
    with Site({"/": Answer(b"dalam")}) as site, open_door(allowed=False) as door, client(door) as asking:
        answer = asking.get(site.url())
        assert answer.status_code == 403
        status = answer.headers["Proxy-Status"]
        assert status.startswith("evidentia; error=destination_ip_prohibited; details=")
        assert "loopback" in status
        assert f"not an answer of 127.0.0.1:{site.port}" in answer.text
        with pytest.raises(requests.exceptions.ProxyError, match="403"):
            asking.get(f"https://127.0.0.1:{site.port}/")
        assert site.exchanged == []
    (said,) = door.turned_away
    assert "ERR_ADDRESS_REFUSED" in said


def test_what_cannot_be_reached_is_said_by_the_door_too() -> None:
    with socket.socket() as closed, open_door() as door, client(door) as asking:
        closed.bind(("127.0.0.1", 0))
        answer = asking.get(f"http://127.0.0.1:{closed.getsockname()[1]}/")
        assert answer.status_code == 502
        assert answer.headers["Proxy-Status"].startswith("evidentia; error=connection_refused")
        nowhere = asking.get("http://tidak-ada.invalid/")
        assert nowhere.headers["Proxy-Status"].startswith("evidentia; error=dns_error")
    assert len(door.turned_away) == 2


@pytest.mark.parametrize(
    "inside",
    [
        "127.0.0.2",
        "127.0.0.1.",
        "2130706434",
        "0x7f000002",
        "0177.0.0.2",
        "[::ffff:7f00:2]",
        "169.254.169.254",
    ],
)
def test_a_redirect_into_the_private_network_is_refused(inside: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """127.0.0.1 as it is written in the first address stands for a public host (mock): none can be reached here."""

    async def lookup(name: str) -> list[str]:
        return ["127.0.0.1"]

    allowed = door_module.Door._allowed

    def public_by_name(door: Door, addresses: tuple[object, ...]) -> object:
        return addresses if door.asked.keys() == {("publik.test", site.port)} else allowed(door, addresses)  # type: ignore[arg-type]

    monkeypatch.setattr(door_module.Door, "_allowed", public_by_name)
    with Site({}) as site, open_door(allowed=False) as door, client(door) as asking:
        door._resolver._lookup = lookup
        moved = Answer(status="302 Found", headers=(("Location", f"http://{inside}:{site.port}/rahasia"),))
        site.routes = {"/": moved, "/rahasia": Answer(b"rahasia")}
        answer = asking.get(f"http://publik.test:{site.port}/")
        assert [hop.status_code for hop in answer.history] == [302]
        assert answer.status_code == 403
        assert "evidentia" in answer.headers["Proxy-Status"]
        assert [one.path for one in site.exchanged] == ["/"]


def test_a_second_request_on_a_connection_goes_to_nobody() -> None:
    with Site({"/": Answer(b"satu", coding=("chunked",))}) as site, open_door() as door:
        named = f"127.0.0.1:{site.port}".encode()
        twice = b"GET http://%s/ HTTP/1.1\r\n\r\nGET http://lain.test/rahasia HTTP/1.1\r\n\r\n" % named
        exchange(door, twice)
        assert len(site.exchanged) <= 1
        assert all(one.path == "/" for one in site.exchanged)
    assert any("a second request" in said for said in door.turned_away)
    assert list(door.asked) == [("127.0.0.1", site.port)]


HOSTILE = [
    b"GET / HTTP/1.1\r\nHost: situs.test\r\n\r\n",
    b"GET https://situs.test/ HTTP/1.1\r\n\r\n",
    b"GET ftp://situs.test/ HTTP/1.1\r\n\r\n",
    b"GET http://nama:sandi@situs.test/ HTTP/1.1\r\n\r\n",
    b"GET http://situs.test:0/ HTTP/1.1\r\n\r\n",
    b"GET http://situs.test:99999/ HTTP/1.1\r\n\r\n",
    b"GET http:///p HTTP/1.1\r\n\r\n",
    b"GET http://[::1/ HTTP/1.1\r\n\r\n",
    b"GET http://situs.test/ HTTP/2.0\r\n\r\n",
    b"GET  http://situs.test/ HTTP/1.1\r\n\r\n",
    b"GET http://situs.test/ a HTTP/1.1\r\n\r\n",
    b"GET http://situs.test/\tp HTTP/1.1\r\n\r\n",
    b"G\x00T http://situs.test/ HTTP/1.1\r\n\r\n",
    b"GET http://situs.test/ HTTP/1.1\r\nContent-Length : 3\r\n\r\n",
    b"GET http://situs.test/ HTTP/1.1\r\nA: b\r\n c\r\n\r\n",
    b"GET http://situs.test/ HTTP/1.1\r\nA: b\nX: c\r\n\r\n",
    b"GET http://situs.test/ HTTP/1.1\r\nA: b\x00\r\n\r\n",
    b"POST http://situs.test/ HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
    b"POST http://situs.test/ HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"POST http://situs.test/ HTTP/1.1\r\nContent-Length: +3\r\n\r\n",
    b"POST http://situs.test/ HTTP/1.1\r\nContent-Length: 1_0\r\n\r\n",
    b"POST http://situs.test/ HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    b"POST http://situs.test/ HTTP/1.1\r\nConnection: content-length\r\nContent-Length: 3\r\n\r\n",
    b"GET http://situs.test/ HTTP/1.1\r\n" + b"A: b\r\n" * 300 + b"\r\n",
    b"CONNECT situs.test HTTP/1.1\r\n\r\n",
    b"CONNECT situs.test:443/p HTTP/1.1\r\n\r\n",
    b"CONNECT http://situs.test:443 HTTP/1.1\r\n\r\n",
    b"CONNECT [::1%25lo]:443 HTTP/1.1\r\n\r\n",
    b"CONNECT situs.test:4_3 HTTP/1.1\r\n\r\n",
]


@pytest.mark.parametrize("said", HOSTILE)
def test_what_could_be_read_in_two_ways_is_refused(said: bytes) -> None:
    with pytest.raises(Malformed):
        parse(said)


def test_a_refused_request_is_answered_by_the_door_and_reaches_nobody() -> None:
    with open_door() as door:
        for said in HOSTILE:
            answer = exchange(door, said)
            assert answer.startswith(b"HTTP/1.1 400 ")
            assert b"\r\nProxy-Status: evidentia; error=http_request_error;" in answer
    assert door.asked == {}
    assert len(door.turned_away) == len(HOSTILE)


def test_a_head_without_an_end_is_cut_off() -> None:
    with open_door() as door:
        answer = exchange(door, b"GET http://situs.test/" + b"a" * (door_http.HEAD_BYTES + 100))
        assert answer.startswith((b"HTTP/1.1 400 ", b""))
    assert any("more than 65536 bytes" in said for said in door.turned_away)


@pytest.mark.parametrize(
    "body", [b"zz\r\n", b"-1\r\n", b"3\r\nabcd\r\n0\r\n\r\n", b"0\r\n" + b"A: b\r\n" * 300, b"5" * 70_000]
)
def test_chunks_that_are_none_break_the_connection_off(body: bytes) -> None:
    with Site({}) as site, open_door() as door:
        head = f"POST http://127.0.0.1:{site.port}/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        assert b"HTTP/1.1 400" not in exchange(door, head.encode() + body)
    assert len(door.turned_away) == 1


@given(st.binary(max_size=300))
@example(b"CONNECT a:1 HTTP/1.1\r\n\r\n")
def test_any_bytes_are_a_request_or_malformed(said: bytes) -> None:
    try:
        request = parse(said)
    except Malformed:
        return
    assert isinstance(request, Request)
    assert 0 < request.port < 65536


_token = st.text("abcXYZ-", min_size=1, max_size=8)


@given(st.lists(st.tuples(_token, st.text("abc ,:;\t", max_size=10)), max_size=8))
def test_what_is_sent_on_is_read_the_same_way_again(fields: list[tuple[str, str]]) -> None:
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields)
    once = parse(f"GET http://situs.test:81/p HTTP/1.1\r\n{lines}\r\n".encode())
    again = parse(once.head.replace(b"GET /p", b"GET http://situs.test:81/p"))
    assert again == once
