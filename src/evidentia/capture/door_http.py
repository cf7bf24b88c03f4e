"""The door's second language, for other people's clients: an HTTP proxy (RFC 9110, RFC 9112), as little as will do.

``CONNECT`` opens a tunnel whose bytes are passed on unread. A plain request in absolute form is sent on in origin
form, one to a connection. What the door itself answers bears ``Proxy-Status`` (RFC 9209) in its own name, and says in
its body that no site said it. The door adds no ``Via``: a site is not told who reads it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

HEAD_BYTES = 64 << 10
"""The longest request head that is taken. Servers commonly take 8 to 16 KiB; session cookies can be long."""

FIELDS = 200
"""Header fields of one request: browsers and clients send some twenty."""

Send = Callable[[bytes], Awaitable[None]]
"""Passes bytes on to the far end."""

CONNECTED = b"HTTP/1.1 200 Connection established\r\n\r\n"

_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2
_VALUE = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")  # RFC 9110, 5.5
_TARGET = re.compile(rb"[\x21-\x7e]+")
_LENGTH = re.compile(rb"[0-9]{1,15}")
_INTERIM = re.compile(rb"HTTP/1\.[01] 1[0-9][0-9][ \r]")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[\t ]*(?:;[\t\x20-\x7e]*)?\r\n")
_AUTHORITY = re.compile(r"(?P<host>[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]):(?P<port>[0-9]{1,5})")
_FOR_THE_DOOR = frozenset(
    {b"connection", b"proxy-connection", b"proxy-authorization", b"keep-alive", b"te", b"upgrade", b"host"}
)
_LINE_BYTES = 4096  # a chunk's length with its extensions, or one trailer field


class Malformed(Exception):
    """A request that is not what RFC 9112 says, or that the door does not take."""


@dataclass(frozen=True)
class Request:
    """What a client wants. ``head`` is what is sent on before the body; empty where it is a tunnel.

    ``length`` is the body's, in bytes; None where it comes in chunks.
    """

    host: str
    port: int
    head: bytes = b""
    length: int | None = 0


async def read(first: bytes, reader: asyncio.StreamReader) -> Request:
    """Read a request whose first byte was read already.

    Raises:
        Malformed: it is no request that the door takes.
    """
    try:
        head = first + await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError as error:
        raise Malformed(f"a head of more than {HEAD_BYTES} bytes") from error
    if len(head) > HEAD_BYTES:
        raise Malformed(f"a head of more than {HEAD_BYTES} bytes")
    return parse(head)


def parse(head: bytes) -> Request:
    r"""A request out of its head, strictly: what two readers could read in two ways is refused.

    Raises:
        Malformed: it is no request that the door takes.

    >>> parse(b"CONNECT situs.example:443 HTTP/1.1\r\n\r\n")
    Request(host='situs.example', port=443, head=b'', length=0)
    >>> parse(b"GET http://situs.example/p HTTP/1.1\r\nHost: lain.example\r\n\r\n").head
    b'GET /p HTTP/1.1\r\nHost: situs.example\r\nConnection: close\r\n\r\n'
    """
    first, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    words = first.split(b" ")
    if len(words) != 3 or words[2] not in (b"HTTP/1.1", b"HTTP/1.0"):
        raise Malformed("not a request line of HTTP/1.1")
    method, target, _ = words
    if not _TOKEN.fullmatch(method) or not _TARGET.fullmatch(target):
        raise Malformed("not a request line of HTTP/1.1")
    fields = _fields(lines)
    if method == b"CONNECT":
        return Request(*_authority(target.decode("ascii")))
    host, port, named, origin_form = _absolute(target.decode("ascii"))
    dropped = _FOR_THE_DOOR | {
        option.strip().lower()
        for name, value in fields
        if name.lower() == b"connection"
        for option in value.split(b",")
    }
    if dropped & {b"content-length", b"transfer-encoding"}:
        raise Malformed("a Connection field that takes the body's length away")
    kept = [(name, value) for name, value in fields if name.lower() not in dropped]
    sent = [(b"Host", named), *kept, (b"Connection", b"close")]
    out = [b"%s %s HTTP/1.1" % (method, origin_form), *(b"%s: %s" % field for field in sent), b"", b""]
    return Request(host, port, b"\r\n".join(out), _length(fields))


async def pass_body(request: Request, reader: asyncio.StreamReader, send: Send) -> None:
    """Pass on the body of a request, and nothing after it.

    Raises:
        Malformed: its chunks are none.
        ConnectionError: more came than one request.
    """
    if request.length is None:
        await _pass_chunks(reader, send)
    else:
        await _pass_exactly(request.length, reader, send)
    if await reader.read(1):
        raise ConnectionError("a second request on one connection, which might be for another host")


async def response_head(reader: asyncio.StreamReader) -> bytes:
    """The head of one response as it comes; where it has no end, what there is of it."""
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        return error.partial
    except asyncio.LimitOverrunError as error:
        return await reader.readexactly(error.consumed)


def is_interim(head: bytes) -> bool:
    """Whether the real response is yet to come (RFC 9110, 15.2)."""
    return _INTERIM.match(head) is not None


def said_to_close(head: bytes) -> bytes:
    r"""A response's head that also tells the client that this connection carries no second request.

    The field is the proxy's to write (RFC 9110, 7.6.1); not every server writes it, and some close all the same.

    >>> said_to_close(b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n")
    b'HTTP/1.1 200 OK\r\nConnection: close\r\nA: b\r\n\r\n'
    """
    first, end, rest = head.partition(b"\r\n")
    return first + end + (b"Connection: close\r\n" if end and first.startswith(b"HTTP/1.") else b"") + rest


def refusal(host: str, why: str, error: str, status: str) -> bytes:
    """The door's own answer. ``error`` is one of the types of RFC 9209, 2.3."""
    whose = f"an answer of {host}" if host else "an answer of any site"
    body = f"This is evidentia's own door and not {whose}.\n{why}\n".encode()
    details = re.sub(r'[^\x20-\x7e]|["\\]', "'", why)
    lines = [
        f"HTTP/1.1 {status}",
        f'Proxy-Status: evidentia; error={error}; details="{details}"',
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        "Connection: close",
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _fields(lines: list[bytes]) -> list[tuple[bytes, bytes]]:
    if len(lines) > FIELDS:
        raise Malformed(f"more than {FIELDS} header fields")
    fields = []
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or not _TOKEN.fullmatch(name) or not _VALUE.fullmatch(value):
            raise Malformed("a header field that is none")
        fields.append((name, value.strip(b" \t")))
    return fields


def _authority(target: str) -> tuple[str, int]:
    found = _AUTHORITY.fullmatch(target)
    if found is None or not 0 < int(found["port"]) < 65536:
        raise Malformed("CONNECT without a host and a port")
    return found["host"].strip("[]").lower(), int(found["port"])


def _absolute(target: str) -> tuple[str, int, bytes, bytes]:
    """Host and port, the field Host, and the target in origin form."""
    try:
        parts = urlsplit(target)
        port = 80 if parts.port is None else parts.port
    except ValueError as error:
        raise Malformed("an address that cannot be read") from error
    if parts.scheme != "http" or not parts.netloc or parts.username is not None or parts.fragment:
        raise Malformed("not a plain http:// address; what is encrypted goes by CONNECT")
    host, port = _authority(f"{parts.netloc.rpartition(':')[0] if parts.port else parts.netloc}:{port}")
    path = (parts.path or "/") + (f"?{parts.query}" if "?" in target else "")
    return host, port, parts.netloc.encode("ascii"), path.encode("ascii")


def _length(fields: list[tuple[bytes, bytes]]) -> int | None:
    """RFC 9112, 6: one length, or chunks; never both, never two."""
    lengths = [value for name, value in fields if name.lower() == b"content-length"]
    codings = [value.lower() for name, value in fields if name.lower() == b"transfer-encoding"]
    if len(lengths) + len(codings) > 1:
        raise Malformed("a body whose length is told twice")
    if codings and codings != [b"chunked"]:
        raise Malformed("a transfer coding other than chunked")
    if lengths and not _LENGTH.fullmatch(lengths[0]):
        raise Malformed("a length that is no number")
    return None if codings else int(lengths[0]) if lengths else 0


async def _pass_chunks(reader: asyncio.StreamReader, send: Send) -> None:
    while True:
        line = await _line(reader)
        found = _CHUNK.fullmatch(line)
        if found is None:
            raise Malformed("a chunk without a length")
        await send(line)
        size = int(found[1], 16)
        if size == 0:
            break
        await _pass_exactly(size, reader, send)
        if await reader.readexactly(2) != b"\r\n":
            raise Malformed("a chunk of another length than it says")
        await send(b"\r\n")
    for _ in range(FIELDS):
        line = await _line(reader)
        await send(line)
        if line == b"\r\n":
            return
    raise Malformed(f"more than {FIELDS} trailer fields")


async def _line(reader: asyncio.StreamReader) -> bytes:
    try:
        line = await reader.readuntil(b"\r\n")
    except asyncio.LimitOverrunError as error:
        raise Malformed("a line without an end") from error
    if len(line) > _LINE_BYTES:
        raise Malformed("a line without an end")
    return line


async def _pass_exactly(size: int, reader: asyncio.StreamReader, send: Send) -> None:
    while size:
        chunk = await reader.read(min(size, HEAD_BYTES))
        if not chunk:
            raise ConnectionError("the request broke off")
        size -= len(chunk)
        await send(chunk)
