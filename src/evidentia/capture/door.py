"""The one door to the network: every connection of a capture goes through it, and is written down.

The browser and our own client reach it as a SOCKS 5 proxy on loopback, other people's clients also as an HTTP proxy on
the same port: the first byte tells. Tunnels are passed on unread, so that plain HTTP and TLS alike arrive as the two
ends wrote them. Names are resolved here, once, and pinned: what was judged is what is connected to.
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from evidentia.capture import door_http, door_socks
from evidentia.capture.addresses import Address, refusal
from evidentia.capture.door_closed import Closed, as_closed
from evidentia.capture.door_http import Malformed, Request
from evidentia.capture.door_socks import Reply
from evidentia.capture.limits import (
    CONNECT_SECONDS,
    DOOR_BYTES,
    DOOR_CONNECTIONS,
    HANDSHAKE_SECONDS,
    LIMIT_OF_CAPTURE,
)
from evidentia.capture.own_machine import is_ours, own_address
from evidentia.capture.resolving import Lookup, Resolver, Unresolved
from evidentia.capture.wire import Stream, Wire
from evidentia.record.item import DnsAnswer, Peer
from evidentia.record.moment import now
from evidentia.record.sentences import Term

DOOR_SECONDS = 900.0
"""How long one capture's door stays open: the slowest honest page with its videos is done in minutes."""

_RELAY_BYTES = 256 << 10
_AT_ONCE = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)  # struct linger: on, for no time


@dataclass(frozen=True)
class _Wish:
    """A connection that was asked for, and how its asker is answered. ``request`` is a plain one, to be sent on."""

    host: str
    port: int
    granted: bytes
    refused: Callable[[Closed], bytes]
    request: Request | None = None


@dataclass(frozen=True)
class _Far:
    """The far end of a connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    stream: Stream | None


class Door:
    """One capture's door. Attributes are its record, in the order in which things happened.

    Attributes:
        peers: connections that were made.
        turned_away: what was asked for and refused, or could not be reached, in words.
        asked: every host and port that was asked for, with how often, DOOR_CONNECTIONS times in all.
        failures: for hosts and ports that were not reached, why; for as many of them.
        received, sent: bytes from and to the far ends.
        wire: what keeps them, where they are kept.
    """

    def __init__(
        self,
        *,
        allow_private_network: bool,
        lookup: Lookup | None = None,
        wire: Wire | None = None,
        seconds: float = DOOR_SECONDS,
    ) -> None:
        """``lookup`` resolves names, the system's where None; ``wire`` keeps the bytes; ``seconds`` is how long."""
        self.peers: list[Peer] = []
        self.turned_away: list[str] = []
        self.asked: dict[tuple[str, int], int] = {}
        self.failures: dict[tuple[str, int], str] = {}
        self.received = self.sent = 0
        self.port = 0
        self._allow_private = allow_private_network
        self._resolver = Resolver(lookup)
        self.wire = wire
        self._seconds = seconds
        self._pinned: dict[tuple[str, int], Address] = {}
        self._relays: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._clock: asyncio.TimerHandle | None = None
        self._shut = ""
        self._wishes = 0
        self._ended = False

    @property
    def key_log(self) -> Path | None:
        """Where clients are to write their TLS session secrets; None where the wire is not kept."""
        return self.wire.key_log if self.wire else None

    @property
    def answers(self) -> list[DnsAnswer]:
        """Names as they were resolved."""
        return self._resolver.answers

    async def open(self) -> None:
        """Listen on a free port of 127.0.0.1, which is then ``port``."""
        self._server = await asyncio.start_server(self._admit, "127.0.0.1", 0, limit=door_http.HEAD_BYTES)
        self.port = self._server.sockets[0].getsockname()[1]
        over = f"after {self._seconds:g} s: the time limit of one capture"
        self._clock = asyncio.get_running_loop().call_later(self._seconds, self._shut_for, over)

    async def close(self) -> None:
        """Close every connection and stop listening. Closing twice does no harm."""
        self._ended = True
        if self._clock is not None:
            self._clock.cancel()
        if self._server is not None:
            self._server.close()
        for relay in self._relays:
            relay.cancel()
        await asyncio.gather(*self._relays, return_exceptions=True)

    def address_of(self, host: str, port: int) -> str | None:
        """The address that answered for ``host`` and ``port``, where there was one."""
        pinned = self._pinned.get((host, port))
        return None if pinned is None else pinned.compressed

    def connections_to(self, url: str) -> int:
        """How many connections were made to the server of an address."""
        parts = urlsplit(url)
        end = parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
        return sum((peer.host, peer.port) == end for peer in self.peers)

    def _shut_for(self, why: str) -> None:
        """Let nothing through any more, and cut what is open."""
        if self._shut:
            return
        self._shut = why
        self.turned_away.append(Term("the rest, {what}").format(what=why))
        for relay in self._relays:
            relay.cancel()

    def _admit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        relay = asyncio.ensure_future(self._accept(reader, writer))
        self._relays.add(relay)
        relay.add_done_callback(self._relays.discard)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if not is_ours(writer):
                self.turned_away.append(
                    f"{Term('a connection from another user of this machine')}: {Term('refused')}"
                )
                return
            await self._serve(reader, writer)
        except Malformed as error:
            self.turned_away.append(f"{Term('a request that is none')}: {error}")
            writer.write(door_http.refusal("", str(error), "http_request_error", "400 Bad Request"))
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            self.turned_away.append(f"{Term('a connection broke off')}: {str(error) or type(error).__name__}")
        finally:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(HANDSHAKE_SECONDS):
            wish = await _read_wish(reader, writer)
        end = wish.host, wish.port
        self._wishes += 1
        if self._wishes <= DOOR_CONNECTIONS:
            self.asked[end] = self.asked.get(end, 0) + 1
        try:
            far = await self._connect(*end)
        except Closed as closed:
            self._note_failure(end, str(closed))
            writer.write(wish.refused(closed))
            await writer.drain()
            return
        try:
            writer.write(wish.granted)
            if wish.request is None:
                onward = self._pass_onward(reader, far, writer)
            else:
                onward = self._pass_request(wish.request, reader, far)
            await asyncio.gather(onward, self._pass_back(far, writer, wish.request))
        except BaseException:
            if not self._ended:
                _break(far, writer)
            elif far.stream is not None:
                far.stream.sent(b"")
            raise
        finally:
            far.writer.close()

    def _note_failure(self, end: tuple[str, int], why: str) -> None:
        """Remember the first failure of each; not of all that a page can think of after the limit."""
        if end in self.failures or len(self.failures) > DOOR_CONNECTIONS:
            return
        self.failures[end] = why
        self.turned_away.append(f"{end[0]}:{end[1]}: {why}")

    async def _pass_request(self, request: Request, reader: asyncio.StreamReader, far: _Far) -> None:
        async def send(data: bytes) -> None:
            await self._send(far, data)

        await send(request.head)
        try:
            await door_http.pass_body(request, reader, send)
        except Malformed as error:
            raise ConnectionError(
                str(error)
            ) from error  # too late for an answer of our own: the site's may be under way

    async def _pass_onward(
        self, reader: asyncio.StreamReader, far: _Far, writer: asyncio.StreamWriter
    ) -> None:
        """Pass bytes to the far end until ours ends, then pass on the end."""
        try:
            while chunk := await reader.read(_RELAY_BYTES):
                await self._send(far, chunk)
            if far.stream is not None:
                far.stream.sent(b"")
            far.writer.write_eof()
        except ConnectionError:
            _break(far, writer)

    async def _pass_back(self, far: _Far, writer: asyncio.StreamWriter, request: Request | None) -> None:
        """Pass bytes from the far end until it ends, then pass on the end; what breaks off breaks off here too."""
        try:
            while request is not None:
                head = await door_http.response_head(far.reader)
                self._took(far, head)
                if not door_http.is_interim(head):
                    writer.write(door_http.said_to_close(head))
                    break
                writer.write(head)
            while chunk := await far.reader.read(_RELAY_BYTES):
                self._took(far, chunk)
                writer.write(chunk)
                await writer.drain()
            if far.stream is not None:
                far.stream.received(b"")
            writer.write_eof()
        except ConnectionError:
            _break(far, writer)

    def _took(self, far: _Far, data: bytes) -> None:
        if far.stream is not None and data:
            far.stream.received(data)
        self.received += len(data)
        self._count()

    async def _send(self, far: _Far, data: bytes) -> None:
        if far.stream is not None:
            far.stream.sent(data)
        self.sent += len(data)
        self._count()
        far.writer.write(data)
        await far.writer.drain()

    def _count(self) -> None:
        if self.received + self.sent > DOOR_BYTES:
            self._shut_for(f"{Term('after {n} bytes').format(n=DOOR_BYTES)}: {LIMIT_OF_CAPTURE}")

    async def _connect(self, host: str, port: int) -> _Far:
        if self._shut or self._wishes > DOOR_CONNECTIONS:
            too_many = Term("after {n} connections").format(n=DOOR_CONNECTIONS)
            why = self._shut or f"{too_many}: {LIMIT_OF_CAPTURE}"
            raise Closed("net::ERR_BLOCKED_BY_CLIENT", why, Reply.NOT_ALLOWED, "connection_limit_reached")
        last: OSError | TimeoutError = TimeoutError()
        for address in await self._where(host, port):
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    reader, writer = await asyncio.open_connection(str(address), port, limit=_RELAY_BYTES)
            except (OSError, TimeoutError) as error:
                last = error
                continue
            self._pinned[host, port] = address
            peer = _peer(host, port, writer)
            self.peers.append(peer)
            return _Far(reader, writer, self.wire.opened(peer) if self.wire else None)
        raise as_closed(last)

    async def _where(self, host: str, port: int) -> tuple[Address, ...]:
        """Where to connect to: where it was before, else what the name resolves to and may be reached."""
        pinned = self._pinned.get((host, port))
        if pinned is not None:
            return (pinned,)
        try:
            return self._allowed(await self._resolver.addresses(host))
        except Unresolved as error:
            raise Closed("net::ERR_NAME_NOT_RESOLVED", str(error), Reply.UNREACHABLE, "dns_error") from error

    def _allowed(self, addresses: tuple[Address, ...]) -> tuple[Address, ...]:
        """The addresses that may be reached. A name that mixes public and private ones loses the private ones."""
        if self._allow_private:
            return addresses
        refused = {address: refusal(address) or own_address(address) for address in addresses}
        allowed = tuple(address for address in addresses if refused[address] is None)
        if not allowed:
            reasons = ", ".join(f"{address.compressed} is {why}" for address, why in refused.items())
            raise Closed("net::ERR_ADDRESS_REFUSED", reasons, Reply.NOT_ALLOWED, "destination_ip_prohibited")
        return allowed


async def _read_wish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> _Wish:
    """What is asked for: SOCKS begins with its version, an HTTP request with a letter."""
    first = await reader.readexactly(1)
    if first[0] == door_socks.VERSION:
        host, port = await door_socks.read(reader, writer)
        return _Wish(
            host, port, door_socks.reply(Reply.GRANTED), lambda closed: door_socks.reply(closed.reply)
        )
    if not first.isalpha():
        raise ConnectionError("neither SOCKS 5 nor HTTP")
    request = await door_http.read(first, reader)

    def refused(closed: Closed) -> bytes:
        return door_http.refusal(f"{request.host}:{request.port}", str(closed), closed.kind, closed.status)

    if request.head:
        return _Wish(request.host, request.port, b"", refused, request)
    return _Wish(request.host, request.port, door_http.CONNECTED, refused)


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


def _break(far: _Far, writer: asyncio.StreamWriter) -> None:
    """Break off both ends, so that what is cut short never looks whole: a reset, no orderly end."""
    if far.stream is not None:
        far.stream.broken()
    for end in (far.writer, writer):
        if not end.transport.is_closing():
            end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            end.transport.abort()
