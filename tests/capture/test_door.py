"""The door, over real sockets: SOCKS 5 on one side, servers on loopback on the other."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from evidentia.capture import door as door_module
from evidentia.capture.door import Door

End = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    writer.close()


async def ask(door: Door, host: str, port: int) -> tuple[int, End]:
    """A SOCKS 5 client as RFC 1928 has it: the reply's code, and the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(b"\5\1\0")
    assert await reader.readexactly(2) == b"\5\0"
    name = host.encode()
    writer.write(b"\5\1\0\3" + bytes([len(name)]) + name + struct.pack("!H", port))
    reply = await reader.readexactly(10)
    return reply[1], (reader, writer)


def through(work: Callable[[Door, int], Awaitable[None]], *, allowed: bool = True) -> Door:
    """Run ``work`` with an open door and an echo server's port."""

    async def run() -> Door:
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        door = Door(allow_private_network=allowed)
        await door.open()
        try:
            async with asyncio.timeout(20):
                await work(door, server.sockets[0].getsockname()[1])
        finally:
            await door.close()
            server.close()
        return door

    return asyncio.run(run())


def test_bytes_pass_unchanged_in_both_directions_and_the_end_too() -> None:
    async def work(door: Door, port: int) -> None:
        code, (reader, writer) = await ask(door, "localhost", port)
        assert code == 0
        sent = bytes(range(256)) * 4096
        writer.write(sent)
        writer.write_eof()
        assert await reader.read(-1) == sent

    door = through(work)
    (peer,) = door.peers
    assert peer.host == "localhost"
    assert peer.address.startswith("127.0.0.1:")
    assert peer.local_address.startswith("127.0.0.1:")
    assert door.turned_away == []


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "127.1", "0x7f000001", "017700000001", "2130706433"]
)
def test_a_private_address_is_refused_however_it_is_spelt(host: str) -> None:
    async def work(door: Door, port: int) -> None:
        code, _ = await ask(door, host, port)
        assert code == 2

    door = through(work, allowed=False)
    assert door.peers == []
    assert "loopback" in door.turned_away[0]


def test_a_name_is_resolved_once_and_its_address_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    """The resolver is a stand-in (mock) that changes its mind, as a rebinding name server does."""

    async def work(door: Door, port: int) -> None:
        answers = iter(["127.0.0.1", "10.9.9.9"])

        async def resolve(*args: object, **kwargs: object) -> list[tuple[object, ...]]:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), 0))]

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
        first, second = await asyncio.gather(ask(door, "dua.test", port), ask(door, "dua.test", port))
        assert (first[0], second[0]) == (0, 0)
        assert (await ask(door, "dua.test", port))[0] == 0

    door = through(work)
    assert [(answer.name, answer.addresses) for answer in door.answers] == [("dua.test", ("127.0.0.1",))]
    assert {peer.address.split(":")[0] for peer in door.peers} == {"127.0.0.1"}


def test_a_port_where_nobody_listens_is_said_to_refuse() -> None:
    async def work(door: Door, port: int) -> None:
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            number = closed.getsockname()[1]
            assert (await ask(door, "127.0.0.1", number))[0] == 5
            assert door.failures["127.0.0.1", number].startswith("net::ERR_CONNECTION_REFUSED")

    through(work)


def test_more_bytes_than_a_capture_may_receive_close_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door_module, "DOOR_BYTES", 100_000)

    async def work(door: Door, port: int) -> None:
        _, (reader, writer) = await ask(door, "127.0.0.1", port)
        writer.write(bytes(10_000_000))
        received = 0
        with contextlib.suppress(ConnectionError):  # the door hangs up on what it has not read yet
            while chunk := await reader.read(65536):
                received += len(chunk)
        assert received < 1_000_000
        assert (await ask(door, "127.0.0.1", port))[0] == 2

    door = through(work)
    assert any("the limit of one capture" in text for text in door.turned_away)


def test_what_is_no_socks_is_hung_up_on() -> None:
    async def work(door: Door, port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        writer.write(b"GET http://127.0.0.1/ HTTP/1.1\r\n\r\n" + bytes(100))
        assert (await reader.read(-1)) in (b"", b"\5\0")

    assert through(work).peers == []


def test_another_users_connection_is_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other user is a stand-in (mock): we say that we are somebody else."""

    async def work(door: Door, port: int) -> None:
        monkeypatch.setattr(door_module.os, "getuid", lambda: 4_000_000)
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await ask(door, "127.0.0.1", port)

    door = through(work)
    assert door.peers == []
    assert any("another user" in text for text in door.turned_away)
