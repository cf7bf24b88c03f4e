"""Our own HTTP client: what it asks goes through the door, and what is recorded is what was on the wire."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest
from capture_site import Answer, Site, identity

from evidentia.capture import limits
from evidentia.capture.asking import Asked, ask_all
from evidentia.capture.client import WITHHELD, Client
from evidentia.capture.client_tls import Belief
from evidentia.capture.door import Door
from evidentia.capture.exchange import Exchange
from evidentia.platforms.questions import Ask, Questions

_Made = TypeVar("_Made")


def run(work: Coroutine[Any, Any, _Made]) -> _Made:
    return asyncio.run(work)


async def through_a_door(
    *questions: Ask, belief: Belief | None = None, private: bool = True, **chosen: Any
) -> tuple[list[Exchange], Door, Client]:
    """Every hop of every question, asked one after the other by one client."""
    door = Door(allow_private_network=private)
    await door.open()
    hops: list[Exchange] = []
    try:
        async with Client(door, belief, **chosen) as client:
            for question in questions:
                hops += await client.ask(question)
            return hops, door, client
    finally:
        await door.close()


def ask(url: str, **more: Any) -> Ask:
    return Ask(url=url, why="a test", **more)


def test_what_is_recorded_is_what_was_sent_and_received() -> None:
    body = b'{"teks": "Pilih Paslon A"}'
    answer = Answer(
        body, "application/json", headers=(("X-MiXeD", "a: b"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))
    )
    with Site({"/api/1": answer}) as site:
        (hop,), door, _ = run(
            through_a_door(ask(site.url("/api/1"), headers=(("Accept", "application/json"),)))
        )
    sent = site.asked("/api/1")[0]
    assert hop.body == body
    assert hop.status_line == "HTTP/1.1 200 OK"
    wire = [tuple(line.split(": ", 1)) for line in sent.head.decode().split("\r\n")[1:] if line]
    assert list(hop.response_headers) == wire
    asked = [tuple(line.split(": ", 1)) for line in sent.request_head.decode().split("\r\n")[1:] if line]
    assert list(hop.request_headers) == asked
    assert ("Accept-Encoding", "identity") in hop.request_headers
    assert [peer.port for peer in door.peers] == [site.port]


def test_one_connection_serves_many_questions() -> None:
    with Site({f"/{n}": Answer(b"x") for n in range(5)}) as site:
        hops, door, _ = run(through_a_door(*(ask(site.url(f"/{n}")) for n in range(5))))
    assert [hop.status for hop in hops] == [200] * 5
    assert len(door.peers) == 1


def test_chunked_bodies_are_whole_and_gzip_that_nobody_asked_for_stays_as_it_came() -> None:
    body = b"teks " * 5000
    routes = {"/chunked": Answer(body, coding=("chunked",)), "/gzip": Answer(body, coding=("gzip",))}
    with Site(routes) as site:
        hops, _, _ = run(through_a_door(ask(site.url("/chunked")), ask(site.url("/gzip"))))
    assert hops[0].body == body
    assert hops[1].coding == "gzip"
    assert hops[1].body == routes["/gzip"].wire()[1]

    async def read() -> bytes:
        from evidentia.capture.asking import answer

        return answer(hops[1]).body

    assert run(read()) == body


def test_every_hop_of_a_redirect_is_kept_and_a_circle_ends() -> None:
    routes: dict[str, Any] = {
        "/a": Answer(status="302 Found", headers=(("Location", "/b"),)),
        "/b": Answer(b"there"),
        "/round": Answer(status="302 Found", headers=(("Location", "/round"),)),
    }
    with Site(routes) as site:
        hops, _, _ = run(through_a_door(ask(site.url("/a"))))
        circle, _, _ = run(through_a_door(ask(site.url("/round"))))
    assert [(hop.status, hop.redirected_to) for hop in hops] == [(302, site.url("/b")), (200, None)]
    assert len(circle) == limits.REDIRECTS + 1


def test_a_redirect_cannot_lead_to_a_private_address() -> None:
    with Site({"/": Answer(b"secret")}) as site:
        (hop,), door, _ = run(through_a_door(ask(site.url("/")), private=False))
    assert hop.status is None
    assert hop.failure is not None
    assert "ERR_ADDRESS_REFUSED" in hop.failure
    assert site.exchanged == []
    assert door.peers == []


def test_credentials_are_sent_to_their_origin_only_and_never_recorded() -> None:
    with Site({"/": Answer(b"other")}) as other:
        away = Answer(
            status="307 Temporary Redirect", headers=(("Location", other.url("/", host="localhost")),)
        )
        with Site({"/": Answer(b"own"), "/away": away}) as site:
            secret = "Bearer rahasia-07"
            own = {site.url("").rstrip("/"): (("Authorization", secret),)}
            hops, _, _ = run(through_a_door(ask(site.url("/")), ask(site.url("/away")), credentials=own))
    assert [one.request_header("Authorization") for one in site.exchanged] == [secret, secret]
    assert [one.request_header("Authorization") for one in other.exchanged] == [None]
    assert ("Authorization", WITHHELD) in hops[0].request_headers
    assert not any(secret in value for hop in hops for _, value in hop.request_headers)


def test_an_untrusted_server_is_not_asked_unless_its_key_is_accepted(tmp_path: Path) -> None:
    server = identity(tmp_path)
    key = server.key_digest
    with Site({"/": Answer(b"x")}, tls=server.context) as site:
        (refused,), _, _ = run(through_a_door(ask(site.url("/", "localhost"))))
        (accepted,), _, _ = run(through_a_door(ask(site.url("/", "localhost")), belief=Belief((key,))))
        wrong = base64.b64encode(hashlib.sha256(b"another").digest()).decode()
        (other,), _, _ = run(through_a_door(ask(site.url("/", "localhost")), belief=Belief((wrong,))))
    assert refused.status is None
    assert "ERR_CERT" in (refused.failure or "")
    assert accepted.body == b"x"
    assert accepted.tls["protocol"].startswith("TLSv1.")
    assert accepted.chain == server.chain
    assert other.status is None


def test_an_answer_that_breaks_off_keeps_what_came_and_says_so() -> None:
    with Site({"/": Answer(b"0123456789" * 1000, endless=True)}) as site:
        (hop,), _, _ = run(through_a_door(ask(site.url("/")), seconds=1.0))
    assert hop.status == 200
    assert hop.body == b"0123456789" * 500
    assert "no whole answer" in hop.lacks


def test_addresses_that_cannot_be_asked_are_failures_and_no_exceptions() -> None:
    for url in (
        "ftp://host.example/",
        "https://name:pass@host.example/",
        "https://",
        "https://a b/",
        "nostr:note1",
    ):
        (hop,), door, _ = run(through_a_door(ask(url)))
        assert hop.status is None
        assert (hop.failure or "").startswith("net::ERR_INVALID_URL")
        assert door.asked == {}


def test_bytes_that_are_no_http_are_a_failure() -> None:
    async def garbage() -> list[Exchange]:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"\x00\x01 nonsense\r\n\r\n")
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        hops, _, _ = await through_a_door(ask(f"http://127.0.0.1:{port}/"))
        server.close()
        return hops

    (hop,) = run(garbage())
    assert "ERR_INVALID_HTTP_RESPONSE" in (hop.failure or "")


def test_a_body_beyond_the_limit_is_cut_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evidentia.capture.client.BODY_BYTES", 1000)  # the real limit would take minutes
    with Site({"/": Answer(b"x" * 50_000)}) as site:
        (hop,), _, _ = run(through_a_door(ask(site.url("/"))))
    assert hop.body is not None
    assert len(hop.body) <= 1000
    assert "limit of one capture" in hop.lacks


def test_a_reader_is_sent_each_answer_and_decides_what_comes_next() -> None:
    seen: list[tuple[int, bytes]] = []

    def questions(base: str) -> Questions:
        first = yield ask(f"{base}/first")
        seen.append((first.status, first.body))
        second = yield ask(f"{base}/" + first.body.decode())
        seen.append((second.status, second.body))
        third = yield ask("http://127.0.0.1:1/closed")
        seen.append((third.status, third.body))

    async def talk(base: str) -> Asked:
        door = Door(allow_private_network=True)
        await door.open()
        asked = Asked()
        async with Client(door) as client:
            await ask_all(questions(base), client, asked)
        await door.close()
        return asked

    with Site({"/first": Answer(b"second"), "/second": Answer(b"end")}) as site:
        asked = run(talk(site.url("").rstrip("/")))
    assert seen == [(200, b"second"), (200, b"end"), (0, b"")]
    assert len(asked.exchanges) == 3
    assert asked.exchanges[-1].failure is not None
    assert "ERR_CONNECTION_REFUSED" in asked.exchanges[-1].failure


def test_a_reader_that_never_stops_asking_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evidentia.capture.asking.QUESTIONS", 3)

    def endless(base: str) -> Questions:
        while True:
            yield ask(base)

    async def talk(base: str) -> Asked:
        door = Door(allow_private_network=True)
        await door.open()
        asked = Asked()
        async with Client(door) as client:
            await ask_all(endless(base), client, asked)
        await door.close()
        return asked

    with Site({"/": Answer(b"x")}) as site:
        asked = run(talk(site.url("/")))
    assert len(asked.exchanges) == 3
    assert asked.left_out


def test_questions_of_a_post_can_be_sent_with_a_body() -> None:
    with Site({"/api": Answer(b"ok")}) as site:
        (hop,), _, _ = run(through_a_door(ask(site.url("/api"), method="POST", body=b'{"a":1}')))
    assert site.asked("/api")[0].request_body == b'{"a":1}'
    assert hop.request_body == b'{"a":1}'


async def relay(
    says: Sequence[str | bytes], heard: list[str], *questions: Ask, seconds: float = 20.0
) -> list[Exchange]:
    """A real WebSocket server (the ``websockets`` package) that answers its first message with all it has to say."""
    from websockets.asyncio.server import ServerConnection, serve

    async def talk(line: ServerConnection) -> None:
        heard.append(str(await line.recv()))
        for text in says:
            await line.send(text)
        await line.wait_closed()

    async with serve(talk, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        placed = [
            Ask(url=f"ws://127.0.0.1:{port}/", why=q.why, messages=q.messages, last=q.last) for q in questions
        ]
        hops, _, _ = await through_a_door(*placed, seconds=seconds)
        return hops


def test_a_conversation_ends_with_the_message_that_was_waited_for() -> None:
    says = [
        '["EVENT","q",{"id":"1"}]',
        '["EVENT","q",{"id":"2"}]',
        '["EOSE","q"]',
        '["EVENT","q",{"id":"3"}]',
    ]
    heard: list[str] = []
    (hop,) = run(relay(says, heard, ask("", messages=('["REQ","q",{}]',), last='["EOSE"')))
    assert heard == ['["REQ","q",{}]']
    assert hop.status == 101
    assert (hop.body or b"").decode().split("\n")[:3] == says[:3]
    assert hop.request_body == b'["REQ","q",{}]'
    assert hop.lacks == ""


def test_line_separators_inside_of_a_message_are_its_own() -> None:
    says = ['["EVENT","q",{"content":"a\u2028b\x85c"}]', '[\r\n"EVENT",\n"q"]', '["EOSE","q"]']
    (hop,) = run(relay(says, [], ask("", messages=("a",), last='["EOSE"')))
    assert hop.body is not None
    assert hop.body.decode().split("\n") == [says[0], '[ "EVENT", "q"]', says[2]]


def test_a_conversation_without_its_end_says_so() -> None:
    (hop,) = run(relay(['["NOTICE","x"]'], [], ask("", messages=("a",), last='["EOSE"'), seconds=1.0))
    assert hop.body == b'["NOTICE","x"]'
    assert "before the message that was waited for" in hop.lacks
    assert "no whole answer" in (hop.failure or "")


def test_binary_messages_of_a_conversation_are_counted_and_said_to_be_missing() -> None:
    says = ['["EVENT","q"]', b"\x00\xff", b"\x01", '["EOSE","q"]']
    (hop,) = run(relay(says, [], ask("", messages=("a",), last='["EOSE"')))
    assert hop.body == b'["EVENT","q"]\n["EOSE","q"]'
    assert hop.lacks.startswith("2 binary messages")


def test_a_connection_whose_tls_never_comes_about_is_closed_when_the_time_is_over() -> None:
    async def work() -> str | None:
        ended = asyncio.Event()

        async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(ConnectionError):
                while await reader.read(1024):
                    pass
            writer.close()
            ended.set()

        server = await asyncio.start_server(silent, "127.0.0.1", 0)
        door = Door(allow_private_network=True)
        await door.open()
        port = server.sockets[0].getsockname()[1]
        try:
            async with Client(door, seconds=3) as client:  # enough to reach the server on a busy machine
                (hop,) = await client.ask(ask(f"https://127.0.0.1:{port}/"))
                async with asyncio.timeout(10):
                    await ended.wait()  # while client and door are open still
            return hop.failure
        finally:
            server.close()
            await door.close()

    assert "no whole answer" in (run(work()) or "")


def test_a_server_that_speaks_no_websocket_is_no_conversation() -> None:
    with Site({"/": Answer(b"page")}) as site:
        (hop,), _, _ = run(
            through_a_door(ask(site.url("/").replace("http:", "ws:"), messages=("a",), last="b"))
        )
    assert hop.status == 200
    assert hop.failure is None
