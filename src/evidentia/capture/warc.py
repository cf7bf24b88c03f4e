"""Exchanges as WARC 1.1 records (ISO 28500:2017), one gzip member each.

The writer is our own, so that header bytes stay as they were and digests are SHA-256; other people's readers are
what judges it. Bodies are stored content-decoded, as the browser hands them over: the fields that described the
encoded body are kept under ``X-Archive-Orig-``, and ``Content-Length`` says what is stored.
"""

from __future__ import annotations

import base64
import hashlib
import uuid
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from evidentia.capture.exchange import Exchange, Headers, LeftOut

Fields = list[tuple[str, str]]

_ENCODED = frozenset({"content-encoding", "transfer-encoding"})
_COMPRESSED = (
    "image/",
    "video/",
    "audio/",
    "font/",
    "application/font",
    "application/zip",
    "application/gzip",
)
_GZIP = zlib.MAX_WBITS + 16
_STORED, _SMALL = 0, 6  # zlib levels: what is compressed already is only framed and given its CRC


@dataclass(frozen=True)
class Indexed:
    """Where a response stands in the WARC: what a CDXJ line says of it."""

    url: str
    at: datetime
    status: int
    media_type: str
    digest: str
    offset: int
    length: int


@dataclass(frozen=True)
class Archive:
    """A whole WARC file with the index of its responses."""

    data: bytes
    index: tuple[Indexed, ...]


def write(exchanges: Iterable[Exchange], *, software: str, at: datetime, description: str) -> Archive:
    """The WARC of a capture: a warcinfo record, then each response with its request.

    What went unanswered is a metadata record that names the failure.

    Args:
        exchanges: in the order in which they are to stand.
        software: who wrote it and with which browser.
        at: when the capture began.
        description: how bodies and headers are stored, for those who read the file alone.
    """
    out = bytearray()
    index: list[Indexed] = []
    info = {"software": software, "format": "WARC File Format 1.1", "description": description}
    info_id = _record_id()
    out += _record("warcinfo", info_id, at, [("Content-Type", "application/warc-fields")], _fields(info))
    for exchange in exchanges:
        about = [("WARC-Warcinfo-ID", info_id), ("WARC-Target-URI", _one_line(exchange.url))]
        if not exchange.archived:
            out += _failure_record(exchange, about)
            continue
        response_id = _record_id()
        offset = len(out)
        out += _response_record(exchange, about, response_id)
        index.append(_indexed(exchange, offset, len(out) - offset))
        out += _request_record(exchange, about, response_id)
        if exchange.messages:
            out += _messages_record(exchange, about, response_id)
    return Archive(bytes(out), tuple(index))


def stored_headers(exchange: Exchange) -> Headers:
    """The response's fields as they stand in the archive: those of the encoded body under another name."""
    length = len(exchange.body or b"")
    kept: Fields = []
    for name, value in exchange.response_headers:
        lowered = name.lower()
        if lowered == "content-encoding" and exchange.coding:
            kept.append((name, value))
            continue
        encoded = lowered in _ENCODED or (lowered == "content-length" and value != str(length))
        kept.append((f"X-Archive-Orig-{name}" if encoded else name, value))
    if not any(name.lower() == "content-length" for name, _ in kept):
        kept.append(("Content-Length", str(length)))
    return tuple(kept)


def request_target(url: str) -> str:
    """The request target in origin form (RFC 9112, 3.2.1).

    >>> request_target("http://pejabat.example/p?id=7")
    '/p?id=7'
    """
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def digest(data: bytes) -> str:
    """A labelled digest as WARC has it: SHA-256 in Base32.

    >>> digest(b"")
    'sha256:4OYMIQUY7QOBJGX36TEJS35ZEQT24QPEMSNZGTFESWMRW6CSXBKQ===='
    """
    return "sha256:" + base64.b32encode(hashlib.sha256(data).digest()).decode("ascii")


def _response_record(exchange: Exchange, about: Fields, record_id: str) -> bytes:
    body = exchange.body or b""
    fields = [*about, ("Content-Type", "application/http; msgtype=response"), *_connection_fields(exchange)]
    if exchange.failure or exchange.unfinished or (exchange.lacks and exchange.body is None):
        fields.append(("WARC-Truncated", "disconnect" if exchange.failure else "unspecified"))
    fields += _left_out(exchange.left_out_response)
    head = _head(exchange.status_line or f"HTTP/1.1 {exchange.status}", stored_headers(exchange))
    media = exchange.media_type
    packed = media.startswith(_COMPRESSED) and media != "image/svg+xml"
    return _http_record("response", record_id, exchange.at, fields, head, body, _STORED if packed else _SMALL)


def _request_record(exchange: Exchange, about: Fields, response_id: str) -> bytes:
    fields = [
        *about,
        ("Content-Type", "application/http; msgtype=request"),
        ("WARC-Concurrent-To", response_id),
        *_connection_fields(exchange),
    ]
    if exchange.request_lacks:
        fields.append(("WARC-Truncated", "unspecified"))
    fields += _left_out(exchange.left_out_request)
    headers = [(name, value) for name, value in exchange.request_headers if not name.startswith(":")]
    if not any(name.lower() == "host" for name, _ in headers):
        headers.insert(0, ("Host", urlsplit(exchange.url).netloc))
    head = _head(f"{exchange.method} {request_target(exchange.url)} HTTP/1.1", tuple(headers))
    return _http_record(
        "request", _record_id(), exchange.at, fields, head, exchange.request_body or b"", _SMALL
    )


def _messages_record(exchange: Exchange, about: Fields, response_id: str) -> bytes:
    """What was said over a WebSocket after its handshake, or in a stream of events: one JSON object to a line."""
    fields = [*about, ("Content-Type", "application/x-ndjson"), ("WARC-Concurrent-To", response_id)]
    return _record("metadata", _record_id(), exchange.at, fields, exchange.messages)


def _left_out(left_out: LeftOut | None) -> Fields:
    """Fields of our own (WARC 1.1, 5.1 lets writers add some): what the record lacks, and the digest of what was."""
    if left_out is None:
        return []
    original = [("Evidentia-Original-Payload-Digest", left_out.original)] if left_out.original else []
    return [("Evidentia-Withheld", _one_line(left_out.what)), *original]


def _failure_record(exchange: Exchange, about: Fields) -> bytes:
    said = {"method": exchange.method, "failure": exchange.failure or "nothing answered"}
    fields = [*about, ("Content-Type", "application/warc-fields")]
    return _record("metadata", _record_id(), exchange.at, fields, _fields(said))


def _connection_fields(exchange: Exchange) -> Fields:
    fields: Fields = []
    if exchange.address:
        fields.append(("WARC-IP-Address", exchange.address))
    if exchange.protocol:
        fields.append(("WARC-Protocol", exchange.protocol))
    if exchange.tls.get("protocol"):
        fields.append(("WARC-Protocol", exchange.tls["protocol"].lower().replace(" ", "/")))
    return fields


def _http_record(
    kind: str, record_id: str, at: datetime, fields: Fields, head: bytes, body: bytes, level: int
) -> bytes:
    """Readers take an address that is not http for a block without HTTP inside: that has no payload to be digested."""
    over_http = any(name == "WARC-Target-URI" and value.startswith("http") for name, value in fields)
    payload = [("WARC-Payload-Digest", digest(body))] if over_http else []
    return _record(kind, record_id, at, [*fields, *payload], head + body, level)


def _record(
    kind: str, record_id: str, at: datetime, fields: Fields, block: bytes, level: int = _SMALL
) -> bytes:
    lines = [
        "WARC/1.1",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: {record_id}",
        f"WARC-Date: {at.strftime('%Y-%m-%dT%H:%M:%S.%fZ')}",
        *(f"{name}: {value}" for name, value in fields),
        f"WARC-Block-Digest: {digest(block)}",
        f"Content-Length: {len(block)}",
    ]
    head = ("\r\n".join(lines) + "\r\n\r\n").encode()
    packer = zlib.compressobj(level, zlib.DEFLATED, _GZIP)
    return packer.compress(head) + packer.compress(block + b"\r\n\r\n") + packer.flush()


def _indexed(exchange: Exchange, offset: int, length: int) -> Indexed:
    return Indexed(
        url=_one_line(exchange.url),
        at=exchange.at,
        status=exchange.status or 0,
        media_type=exchange.media_type or "unk",
        digest=digest(exchange.body or b""),
        offset=offset,
        length=length,
    )


def _head(first_line: str, headers: Headers) -> bytes:
    lines = [_one_line(first_line), *(f"{_one_line(name)}: {_one_line(value)}" for name, value in headers)]
    return b"\r\n".join([*map(_wire_bytes, lines), b"", b""])


def _wire_bytes(line: str) -> bytes:
    """Header bytes: each character is one byte where the browser kept them so, else UTF-8."""
    try:
        return line.encode("latin-1")
    except UnicodeEncodeError:
        return line.encode("utf-8", "replace")


def _fields(values: dict[str, str]) -> bytes:
    return "".join(f"{name}: {_one_line(value)}\r\n" for name, value in values.items()).encode(
        "utf-8", "replace"
    )


def _one_line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")


def _record_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"
