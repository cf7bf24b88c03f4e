"""Wire evidence: every byte that passes the door, in both directions, as a file that Wireshark opens and decrypts.

Packets are written to a file of their own as they pass, before they are passed on. At the end they are put behind the
TLS session secrets of exactly these connections: a browser that several captures share writes one key log for all.
"""

from __future__ import annotations

import asyncio
import ipaddress
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from evidentia._version import VERSION
from evidentia.capture import pcapng
from evidentia.capture.circumstances import operating_system
from evidentia.capture.pcapng import ACK, FIN, PSH, RST, SYN, End
from evidentia.record.item import Peer, Role
from evidentia.record.sentences import Term

if TYPE_CHECKING:
    from evidentia.capture.staging import Staging

NAME = "wire.pcapng"
MEDIA_TYPE = "application/x-pcapng"

SECRETS_SECONDS = 2.0
"""How long to wait for secrets of connections that stand: Chromium writes them from a thread of its own."""

_PACKETS = "wire.packets"  # what is left where a capture is killed: packets without secrets
_POLL_SECONDS = 0.02
_COPY_BYTES = 1 << 20
_KEY_LOG_BYTES = 16 << 20  # one connection's secrets are under 1 kB, and the door opens 2000 at most
_HELLO_BYTES = 43  # record header 5, handshake header 4, version 2, random 32 (RFC 8446, 4.1.2)
_RANDOM = slice(11, 43)
_HANDSHAKE, _CLIENT_HELLO, _APPLICATION_DATA = 22, 1, 23
_RECORD_HEADER = 5  # RFC 8446, 5.1
_COMMENT = (
    "Written by evidentia's door, a proxy: it sees streams, and raw sockets need an administrator. Exact are: every "
    "byte of each connection in each direction, their order, the addresses and ports of both ends, and the time at "
    "which the door took each piece, by this machine's clock. Made up to fit are: the IP and TCP headers, among them "
    "segment borders, sequence numbers (from zero), acknowledgements, windows and checksums. TLS session secrets are "
    "those that the browser or client logged, of these connections only."
)


class _Records:
    """Follows the borders of TLS records. ``protected``: one came whose content is encrypted application data.

    A handshake that broke off before has no secrets, and needs none.
    """

    def __init__(self) -> None:
        self.protected = False
        self._header = b""
        self._rest = 0

    def take(self, data: bytes) -> None:
        """More of the stream. Once it is known to be protected, nothing more is looked at."""
        while data and not self.protected:
            if self._rest:
                skipped = min(self._rest, len(data))
                self._rest -= skipped
                data = data[skipped:]
                continue
            wanted = _RECORD_HEADER - len(self._header)
            self._header, data = self._header + data[:wanted], data[wanted:]
            if len(self._header) == _RECORD_HEADER:
                self.protected = self._header[0] == _APPLICATION_DATA
                self._rest = int.from_bytes(self._header[3:], "big")
                self._header = b""


@dataclass
class Stream:
    """One connection, as packets. It takes what passes before it is passed on."""

    wire: Wire
    near: End
    far: End
    hello: bytes = b""
    _sent: int = 1
    _received: int = 1
    _over: bool = False
    _records: _Records = field(default_factory=_Records)

    def begin(self, named: str) -> None:
        """The handshake. ``named`` is the host as it was asked for."""
        self.wire.keep(pcapng.segment(self.near, self.far, 0, 0, SYN), f"asked for as {named}")
        self.wire.keep(pcapng.segment(self.far, self.near, 0, 1, SYN | ACK))
        self.wire.keep(pcapng.segment(self.near, self.far, 1, 1, ACK))

    def sent(self, data: bytes) -> None:
        """Bytes to the far end; none when our side has ended."""
        if len(self.hello) < _HELLO_BYTES:
            self.hello += data[: _HELLO_BYTES - len(self.hello)]
        for piece in pcapng.pieces(data, pcapng.segment_size(self.near)):
            self._out(PSH | ACK, piece)
        if not data:
            self._out(FIN | ACK)

    def received(self, data: bytes) -> None:
        """Bytes from the far end; none when it has ended."""
        self._records.take(data)
        for piece in pcapng.pieces(data, pcapng.segment_size(self.far)):
            self._in(PSH | ACK, piece)
        if not data:
            self._in(FIN | ACK)

    def broken(self) -> None:
        """The connection broke off, or was cut off."""
        if not self._over:
            self._over = True
            self.wire.keep(pcapng.segment(self.near, self.far, self._sent, self._received, RST | ACK))

    @property
    def random(self) -> str:
        """The client's random, by which a key log names the session; empty where nothing came encrypted."""
        hello = self.hello
        is_hello = len(hello) == _HELLO_BYTES and (hello[0], hello[5]) == (_HANDSHAKE, _CLIENT_HELLO)
        return hello[_RANDOM].hex() if is_hello and self._records.protected else ""

    def _out(self, flags: int, data: bytes = b"") -> None:
        self.wire.keep(pcapng.segment(self.near, self.far, self._sent, self._received, flags, data))
        self._sent += len(data) + bool(flags & FIN)

    def _in(self, flags: int, data: bytes = b"") -> None:
        self.wire.keep(pcapng.segment(self.far, self.near, self._received, self._sent, flags, data))
        self._received += len(data) + bool(flags & FIN)


@dataclass
class Wire:
    """What passed one door. ``key_logs`` are the files in which TLS ends write their secrets; the first is our own.

    ``problems`` say what is not in the file, and why.
    """

    folder: Path
    key_logs: list[Path] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin the file of packets.

        Raises:
            OSError: the folder does not take it.
        """
        self._streams: list[Stream] = []
        self._packets: IO[bytes] | None = (self.folder / _PACKETS).open("xb")
        self._packets.write(_head() + pcapng.interface("evidentia door"))
        self._packets.flush()
        self._private = Path(tempfile.mkdtemp(prefix="evidentia-keys-"))
        self.key_logs.insert(0, self._private / "keys.log")

    @property
    def key_log(self) -> Path:
        """Where the browser and our own client are to write their session secrets."""
        return self.key_logs[0]

    def opened(self, peer: Peer) -> Stream:
        """A connection was made."""
        stream = Stream(self, _end(peer.local_address), _end(peer.address))
        self._streams.append(stream)
        stream.begin(f"{peer.host}:{peer.port}")
        return stream

    def keep(self, packet: bytes, comment: str = "") -> None:
        """Write a packet down. Where the disk no longer takes it the capture goes on, and says so."""
        if self._packets is None:
            return
        try:
            self._packets.write(pcapng.packet(time.time_ns(), packet, comment))
            self._packets.flush()
        except OSError as error:
            self.problems.append(
                f"{Term('{what} ends before the capture did').format(what=NAME)}: {error.strerror}"
            )
            self._packets = None

    async def finish(self, staging: Staging) -> None:
        """Put the packets behind the secrets, as a file of the item. What passes from now on is not kept.

        Raises:
            CaptureError: the folder does not take the file.
        """
        wanted = await self._secrets_came()
        if self._packets is not None:
            self._packets.close()
            self._packets = None
        found = self._secrets(wanted)
        missing = wanted - {line.split()[1].decode() for line in found}
        if missing:
            self.problems.append(
                f"{NAME}: " + Term("the secrets of {n} TLS connections are not in it").format(n=len(missing))
            )
        packets = self.folder / _PACKETS
        staging.add_pieces(NAME, Role.WIRE, MEDIA_TYPE, _whole(packets, b"".join(found)))
        packets.unlink()

    def close(self) -> None:
        """Remove the key log. A file of packets that was not finished stays."""
        if self._packets is not None:
            self._packets.close()
            self._packets = None
        shutil.rmtree(self._private, ignore_errors=True)

    async def _secrets_came(self) -> set[str]:
        """The sessions whose secrets are wanted, once all have come or the time for it is over."""
        wanted = {stream.random for stream in self._streams} - {""}
        until = time.monotonic() + SECRETS_SECONDS
        while time.monotonic() < until:
            if wanted <= {line.split()[1].decode() for line in self._secrets(wanted)}:
                break
            await asyncio.sleep(_POLL_SECONDS)
        return wanted

    def _secrets(self, wanted: set[str]) -> list[bytes]:
        """The lines of the key logs that belong to these sessions."""
        return [
            line
            for path in self.key_logs
            for line in _lines(path)
            if len(words := line.split()) == 3 and words[1].decode("ascii", "replace") in wanted
        ]


@contextmanager
def keeping(folder: Path, wanted: bool) -> Iterator[Wire | None]:
    """Keep what passes a door for as long as the context lasts, where it is ``wanted``."""
    wire = Wire(folder) if wanted else None
    try:
        yield wire
    finally:
        if wire is not None:
            wire.close()


def _head() -> bytes:
    return pcapng.section_header(_COMMENT, operating_system(), f"evidentia {VERSION}")


def _whole(packets: Path, key_log: bytes) -> Iterator[bytes]:
    """The finished file: secrets stand before the packets that they open."""
    head = _head() + pcapng.interface("evidentia door")
    yield head
    if key_log:
        yield pcapng.secrets(key_log)
    with packets.open("rb") as stream:
        stream.seek(len(head))
        while piece := stream.read(_COPY_BYTES):
            yield piece


def _lines(path: Path) -> Iterable[bytes]:
    try:
        with path.open("rb") as stream:
            return stream.read(_KEY_LOG_BYTES).splitlines(keepends=True)
    except FileNotFoundError:
        return ()


def _end(text: str) -> End:
    host, _, port = text.rpartition(":")
    return End(ipaddress.ip_address(host.strip("[]").partition("%")[0]), int(port))
