"""The door, over real sockets: SOCKS 5 on one side, servers on loopback on the other."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import os
import socket
import struct
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from test_addresses import LOOPBACK_SPELLINGS

from evidentia.capture import addresses, own_machine
from evidentia.capture import door as door_module
from evidentia.capture.addresses import canonical
from evidentia.capture.door import Door
from evidentia.capture.resolving import Lookup

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


def through(
    work: Callable[[Door, int], Awaitable[None]],
    *,
    allowed: bool = True,
    lookup: Lookup | None = None,
    seconds: float = 60,
) -> Door:
    """Run ``work`` with an open door and an echo server's port."""

    async def run() -> Door:
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        door = Door(allow_private_network=allowed, lookup=lookup, seconds=seconds)
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


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", *LOOPBACK_SPELLINGS])
def test_a_private_address_is_refused_however_it_is_spelt(host: str) -> None:
    async def work(door: Door, port: int) -> None:
        code, _ = await ask(door, host, port)
        assert code == 2

    if not host.isascii():
        host = canonical(host)  # SOCKS names are ASCII: browsers fold such digits themselves
    door = through(work, allowed=False)
    assert door.peers == []
    assert "loopback" in door.turned_away[0]


@pytest.mark.parametrize(
    "host", ["%31%32%37.0.0.1", "", "a" * 64 + ".test", "127.0.0.1:80", "1.2.3.4.5", "a..b"]
)
def test_what_is_no_host_is_never_shown_to_a_resolver(host: str) -> None:
    async def nobody(name: str) -> list[str]:
        raise AssertionError(name)

    async def work(door: Door, port: int) -> None:
        assert (await ask(door, host, port))[0] == 4

    door = through(work, lookup=nobody)
    assert door.answers == []
    assert "ERR_NAME_NOT_RESOLVED" in door.turned_away[0]


class Rebinding:
    """A resolver (a mock: no real name server gives such answers here) that says something else each time."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = iter(answers)

    async def __call__(self, name: str) -> list[str]:
        return next(self.answers)


def test_a_name_is_resolved_once_and_its_address_pinned() -> None:
    async def work(door: Door, port: int) -> None:
        first, second = await asyncio.gather(ask(door, "dua.test", port), ask(door, "dua.test", port))
        assert (first[0], second[0]) == (0, 0)
        assert (await ask(door, "dua.test", port))[0] == 0

    door = through(work, lookup=Rebinding(["127.0.0.1"], ["10.9.9.9"]))
    assert [(answer.name, answer.addresses) for answer in door.answers] == [("dua.test", ("127.0.0.1",))]
    assert {peer.address.split(":")[0] for peer in door.peers} == {"127.0.0.1"}


def test_a_name_that_turns_private_is_not_asked_for_again() -> None:
    """The public address is one of those that are set apart for tests of devices and lead nowhere (RFC 2544)."""

    async def work(door: Door, port: int) -> None:
        assert await door._resolver.addresses("ikat.test") == (ipaddress.ip_address("8.8.8.8"),)
        assert await door._resolver.addresses("IKAT.test.") == (ipaddress.ip_address("8.8.8.8"),)

    door = through(work, allowed=False, lookup=Rebinding(["8.8.8.8"], ["127.0.0.1"]))
    assert len(door.answers) == 1


def test_of_a_mixture_only_the_public_addresses_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """127.0.0.1 stands for the public one (mock): no public address can be reached from a test."""

    def refusal(address: ipaddress.IPv4Address) -> str | None:
        return None if str(address) == "127.0.0.1" else addresses.refusal(address)

    monkeypatch.setattr(door_module, "refusal", refusal)
    monkeypatch.setattr(door_module, "own_address", lambda address: None)

    async def work(door: Door, port: int) -> None:
        assert (await ask(door, "campur.test", port))[0] == 0
        assert (await ask(door, "dalam.test", port))[0] == 2

    answers = {"campur.test": ["10.0.0.1", "127.0.0.1", "::1"], "dalam.test": ["10.0.0.1", "fe80::1%eth0"]}

    async def lookup(name: str) -> list[str]:
        return answers[name]

    door = through(work, allowed=False, lookup=lookup)
    assert [peer.address.split(":")[0] for peer in door.peers] == ["127.0.0.1"]
    assert "10.0.0.1 is private, fe80::1 is link-local" in door.turned_away[0]


def test_answers_say_what_is_not_known_of_them() -> None:
    async def work(door: Door, port: int) -> None:
        await ask(door, "localhost", port)

    (answer,) = through(work).answers
    assert "neither aliases nor times to live" in answer.resolver


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


@pytest.mark.parametrize("said", [b"\x16\x03\x01" + bytes(100), b"\4\1\0\x50\x7f\0\0\1\0", b"\0" * 50])
def test_what_is_neither_socks_nor_http_is_hung_up_on(said: bytes) -> None:
    async def work(door: Door, port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        writer.write(said)
        with contextlib.suppress(ConnectionError):  # it hangs up on what it has not read
            assert await reader.read(-1) == b""

    door = through(work)
    assert door.peers == []
    assert "neither SOCKS 5 nor HTTP" in door.turned_away[0]


def test_hosts_without_end_are_asked_for_up_to_a_limit_and_then_remembered_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(door_module, "DOOR_CONNECTIONS", 5)

    async def nowhere(name: str) -> list[str]:
        raise OSError("no such name")

    async def work(door: Door, _: int) -> None:
        for n in range(50):
            code, (_reader, writer) = await ask(door, f"situs-{n}.test", 80)
            writer.close()
            assert code == (4 if n < 5 else 2)

    door = through(work, lookup=nowhere)
    assert len(door.answers) == sum(door.asked.values()) == 5
    assert len(door.failures) == len(door.turned_away) == 6
    assert door.turned_away[-1].startswith("situs-5.test:80: ")
    assert door.turned_away[-1].endswith("after 5 connections: the limit of one capture")


@pytest.mark.parametrize(
    "said",
    [b"\5\1\2", b"\5\1\0\5\2\0\1\x7f\0\0\1\0\x50", b"\5\1\0\5\1\0\3\1\xff\0\x50", b"\5\1\0\5\1\0\x09\1"],
)
def test_what_the_door_does_not_do_in_socks_is_hung_up_on(said: bytes) -> None:
    async def work(door: Door, port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        writer.write(said)
        with contextlib.suppress(ConnectionError):
            assert (await reader.read(-1)) in (b"", b"\5\0", b"\5\xff")

    door = through(work)
    assert door.peers == []
    assert len(door.turned_away) == 1


def test_the_door_shuts_when_the_time_of_a_capture_is_over() -> None:
    async def work(door: Door, port: int) -> None:
        code, (reader, _) = await ask(door, "127.0.0.1", port)
        assert code == 0
        with contextlib.suppress(ConnectionError):
            assert await reader.read(-1) == b""  # nothing else would ever end this connection
        assert (await ask(door, "127.0.0.1", port))[0] == 2

    door = through(work, seconds=3)  # enough to come through it on a busy machine
    assert "the rest, after 3 s: the time limit of one capture" in door.turned_away


def test_what_breaks_off_at_the_far_end_breaks_off_here_and_does_not_end_well() -> None:
    async def work(door: Door, port: int) -> None:
        def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.transport.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
            writer.transport.abort()

        async with await asyncio.start_server(reset, "127.0.0.1", 0) as server:
            code, (reader, _writer) = await ask(door, "127.0.0.1", server.sockets[0].getsockname()[1])
            assert code == 0
            with pytest.raises(ConnectionError):
                await reader.read(-1)

    through(work)


_KNOCK = r"""exec 3<>/dev/tcp/127.0.0.1/$1; printf '\5\1\0' >&3; head -c 2 <&3 | od -An -tx1"""


def test_the_door_is_shut_to_another_user_and_open_to_ours() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")

    async def knock(door: Door, user: int) -> bytes:
        done = await asyncio.to_thread(
            subprocess.run,
            ["/bin/bash", "-c", _KNOCK, "knock", str(door.port)],
            user=user,
            capture_output=True,
            cwd="/",
        )
        return done.stdout

    async def work(door: Door, port: int) -> None:
        assert (await knock(door, 0)).split() == [b"05", b"00"]
        assert await knock(door, 65_534) == b""

    assert any("another user" in text for text in through(work).turned_away)


def test_an_ipv6_socket_with_a_mapped_address_is_ours_too() -> None:
    async def work(door: Door, port: int) -> None:
        with socket.socket(socket.AF_INET6) as mapped:
            mapped.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(mapped, ("::ffff:127.0.0.1", door.port))
            await loop.sock_sendall(mapped, b"\5\1\0")
            assert await loop.sock_recv(mapped, 2) == b"\5\0"

    through(work)


def test_another_users_connection_is_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other user is a stand-in (mock): we say that we are somebody else."""

    async def work(door: Door, port: int) -> None:
        monkeypatch.setattr(own_machine.os, "getuid", lambda: 4_000_000)
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await ask(door, "127.0.0.1", port)

    door = through(work)
    assert door.peers == []
    assert any("another user" in text for text in door.turned_away)
