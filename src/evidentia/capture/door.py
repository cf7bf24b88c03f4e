"""The one door to the network: every connection of a capture goes through it, and is written down.

The browser reaches it as a SOCKS 5 proxy (RFC 1928) on loopback. It passes bytes on and never reads them, so that
plain HTTP and TLS alike arrive as the two ends wrote them, and nothing the door says can be taken for an answer of
the site. Names are resolved here, once, and pinned: what was judged is what is connected to.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import os
import socket
import struct
from collections.abc import Callable
from pathlib import Path

from evidentia.capture.addresses import Address, refusal
from evidentia.capture.limits import (
    CONNECT_SECONDS,
    DOOR_BYTES,
    DOOR_CONNECTIONS,
    HANDSHAKE_SECONDS,
)
from evidentia.record.item import DnsAnswer, Peer
from evidentia.record.moment import now

_RELAY_BYTES = 256 << 10
_VERSION = 5
_CONNECT = 1
_IPV4, _NAME, _IPV6 = 1, 3, 4
_GRANTED, _FAILED, _NOT_ALLOWED, _UNREACHABLE, _REFUSED = 0, 1, 2, 4, 5


class Closed(Exception):
    """The door does not let a connection through. ``error`` is Chromium's name for the like."""

    def __init__(self, error: str, why: str, reply: int) -> None:
        super().__init__(f"{error}: {why}")
        self.error = error
        self.reply = reply


class Door:
    """One capture's door. Attributes are its record, in the order in which things happened.

    Attributes:
        answers: names as they were resolved.
        peers: connections that were made.
        turned_away: what was asked for and refused, or could not be reached, in words.
        asked: every host and port that was asked for, with how often.
    """

    def __init__(self, *, allow_private_network: bool) -> None:
        self.answers: list[DnsAnswer] = []
        self.peers: list[Peer] = []
        self.turned_away: list[str] = []
        self.asked: dict[tuple[str, int], int] = {}
        self.failures: dict[tuple[str, int], str] = {}
        self.received = 0
        self._allow_private = allow_private_network
        self._resolved: dict[str, asyncio.Future[tuple[Address, ...]]] = {}
        self._pinned: dict[tuple[str, int], Address] = {}
        self._relays: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def open(self) -> None:
        """Listen on a free port of 127.0.0.1, which is then ``port``."""
        self._server = await asyncio.start_server(self._admit, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Close every connection and stop listening."""
        if self._server is not None:
            self._server.close()
        for relay in self._relays:
            relay.cancel()
        await asyncio.gather(*self._relays, return_exceptions=True)

    def address_of(self, host: str, port: int) -> str | None:
        """The address that answered for ``host`` and ``port``, where there was one."""
        pinned = self._pinned.get((host, port))
        return None if pinned is None else pinned.compressed

    def _admit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        relay = asyncio.ensure_future(self._accept(reader, writer))
        self._relays.add(relay)
        relay.add_done_callback(self._relays.discard)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            self.turned_away.append(f"a connection broke off: {type(error).__name__}")
        finally:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not _is_ours(writer):
            self.turned_away.append("a connection from another user of this machine: refused")
            return
        async with asyncio.timeout(HANDSHAKE_SECONDS):
            host, port = await _read_request(reader, writer)
        self.asked[host, port] = self.asked.get((host, port), 0) + 1
        try:
            far_reader, far_writer = await self._connect(host, port)
        except Closed as closed:
            if (host, port) not in self.failures:
                self.failures[host, port] = str(closed)
                self.turned_away.append(f"{host}:{port}: {closed}")
            writer.write(_reply(closed.reply))
            await writer.drain()
            return
        try:
            writer.write(_reply(_GRANTED))
            await asyncio.gather(_pump(reader, far_writer, _ignore), _pump(far_reader, writer, self._count))
        finally:
            far_writer.close()

    def _count(self, size: int) -> None:
        self.received += size
        if self.received > DOOR_BYTES:
            self.turned_away.append(f"the rest, after {DOOR_BYTES} bytes: the limit of one capture")
            for relay in self._relays:
                relay.cancel()

    async def _connect(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if sum(self.asked.values()) > DOOR_CONNECTIONS or self.received > DOOR_BYTES:
            raise Closed("net::ERR_BLOCKED_BY_CLIENT", "the limit of one capture", _NOT_ALLOWED)
        pinned = self._pinned.get((host, port))
        addresses = (pinned,) if pinned else self._allowed(await self._resolve(host))
        last: OSError | TimeoutError = TimeoutError()
        for address in addresses:
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    reader, writer = await asyncio.open_connection(str(address), port, limit=_RELAY_BYTES)
            except (OSError, TimeoutError) as error:
                last = error
                continue
            self._pinned[host, port] = address
            self.peers.append(_peer(host, port, writer))
            return reader, writer
        raise _as_closed(last)

    async def _resolve(self, host: str) -> tuple[Address, ...]:
        """Resolve once; whoever asks for the same name meanwhile waits for the same answer."""
        with contextlib.suppress(ValueError):
            return (ipaddress.ip_address(host),)
        if host not in self._resolved:
            self._resolved[host] = asyncio.ensure_future(self._ask(host))
        return await asyncio.shield(self._resolved[host])

    async def _ask(self, host: str) -> tuple[Address, ...]:
        loop = asyncio.get_running_loop()
        addresses: tuple[Address, ...] = ()
        try:
            found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            # A scope id ("fe80::1%eth0") belongs to the machine, not to the address.
            addresses = tuple(
                dict.fromkeys(ipaddress.ip_address(str(info[4][0]).split("%")[0]) for info in found)
            )
        except (OSError, UnicodeError) as error:
            raise Closed("net::ERR_NAME_NOT_RESOLVED", str(error), _UNREACHABLE) from error
        finally:
            self.answers.append(
                DnsAnswer(
                    name=host,
                    addresses=tuple(address.compressed for address in addresses),
                    resolver=resolver_name(),
                    at=now(),
                )
            )
        return addresses

    def _allowed(self, addresses: tuple[Address, ...]) -> tuple[Address, ...]:
        """The addresses that may be reached. A name that mixes public and private ones loses the private ones."""
        if self._allow_private:
            return addresses
        refused = {address: refusal(address) or _own(address) for address in addresses}
        allowed = tuple(address for address in addresses if refused[address] is None)
        if not allowed:
            reasons = ", ".join(f"{address.compressed} is {why}" for address, why in refused.items())
            raise Closed("net::ERR_ADDRESS_REFUSED", reasons, _NOT_ALLOWED)
        return allowed


def resolver_name() -> str:
    """What resolves names here, and the servers that it is set up with."""
    try:
        lines = Path("/etc/resolv.conf").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    servers = [words[1] for line in lines if len(words := line.split()) > 1 and words[0] == "nameserver"]
    return "system (getaddrinfo)" + (f", nameserver {' '.join(servers)}" if servers else "")


async def _read_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int]:
    """RFC 1928, 3 and 4: the greeting, then the request; host as named (lower case) and port."""
    version, methods = await reader.readexactly(2)
    await reader.readexactly(methods)
    writer.write(bytes((_VERSION, 0)))
    version, command, _, kind = await reader.readexactly(4)
    if version != _VERSION or command != _CONNECT:
        raise ConnectionError("not a SOCKS 5 CONNECT")
    if kind == _NAME:
        (length,) = await reader.readexactly(1)
        host = (await reader.readexactly(length)).decode("ascii").lower()
    elif kind in (_IPV4, _IPV6):
        host = ipaddress.ip_address(await reader.readexactly(4 if kind == _IPV4 else 16)).compressed
    else:
        raise ConnectionError("an address of an unknown kind")
    (port,) = struct.unpack("!H", await reader.readexactly(2))
    return host, port


def _reply(code: int) -> bytes:
    return bytes((_VERSION, code, 0, _IPV4)) + bytes(6)


def _as_closed(error: OSError | TimeoutError) -> Closed:
    """The system's error in Chromium's words."""
    number = getattr(error, "errno", None)
    if number == errno.ECONNREFUSED:
        return Closed("net::ERR_CONNECTION_REFUSED", os.strerror(number), _REFUSED)
    if number is None or number == errno.ETIMEDOUT:
        return Closed(
            "net::ERR_CONNECTION_TIMED_OUT", f"no answer within {CONNECT_SECONDS:g} s", _UNREACHABLE
        )
    return Closed("net::ERR_ADDRESS_UNREACHABLE", os.strerror(number), _UNREACHABLE)


def _peer(host: str, port: int, writer: asyncio.StreamWriter) -> Peer:
    return Peer(
        host=host,
        port=port,
        address=_end_text(writer.get_extra_info("peername")),
        local_address=_end_text(writer.get_extra_info("sockname")),
        at=now(),
    )


def _end_text(end: tuple[str, int]) -> str:
    host, port = end[0], end[1]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _own(address: Address) -> str | None:
    """This machine's own public address leads to services that trust it: only our own can be bound."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((str(address), 0))
        except OSError:
            return None
    return "this machine's own"


def _is_ours(writer: asyncio.StreamWriter) -> bool:
    """Whether the process at the other end runs as our own user (Linux; elsewhere nothing can be said)."""
    host, port = writer.get_extra_info("peername")[:2]
    wanted = f"{struct.unpack('=I', socket.inet_aton(host))[0]:08X}:{port:04X}"
    try:
        table = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    except OSError:
        return True
    return any((fields := line.split())[1] == wanted and fields[7] == str(os.getuid()) for line in table)


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, count: Callable[[int], None]
) -> None:
    """Pass bytes on until the end, then pass on the end."""
    try:
        while chunk := await reader.read(_RELAY_BYTES):
            count(len(chunk))
            writer.write(chunk)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
    except ConnectionError:
        writer.close()


def _ignore(size: int) -> None:
    """What is sent is small, and the browser's to limit."""
