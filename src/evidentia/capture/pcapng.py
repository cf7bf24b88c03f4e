"""Blocks of a pcapng file (draft-ietf-opsawg-pcapng), and TCP segments over IP to put into them. Pure.

A proxy sees streams and no packets. What is written here are packets as they might have been: addresses, ports,
order and every byte are exact; segment borders, sequence numbers from zero, acknowledgements and checksums are made
up to fit.
"""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterator
from dataclasses import dataclass

NANOSECONDS = 9
LINKTYPE_RAW = 101  # packets begin with their IPv4 or IPv6 header
TLS_KEY_LOG = 0x544C534B

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16

_SECTION, _INTERFACE, _PACKET, _SECRETS = 0x0A0D0D0A, 1, 6, 10
_BYTE_ORDER = 0x1A2B3C4D
_COMMENT, _OS, _APPLICATION = 1, 3, 4  # of a section header; 1 is a comment everywhere
_IF_NAME, _IF_TIME_RESOLUTION = 2, 9
_WINDOW = 65_535
_WINDOW_SCALE = 14  # the largest (RFC 7323): nothing that passes ever overruns the window

Options = tuple[tuple[int, bytes], ...]


@dataclass(frozen=True)
class End:
    """One end of a connection."""

    address: ipaddress.IPv4Address | ipaddress.IPv6Address
    port: int


def section_header(comment: str, system: str, application: str) -> bytes:
    """The block that begins a file. ``comment`` is for whoever opens it."""
    said = ((_COMMENT, comment), (_OS, system), (_APPLICATION, application))
    options = tuple((code, text.encode()) for code, text in said)
    return _block(_SECTION, struct.pack("<IHHq", _BYTE_ORDER, 1, 0, -1), options)


def interface(name: str) -> bytes:
    """The one interface, whose packets have times in nanoseconds and no limit of length."""
    options = ((_IF_NAME, name.encode()), (_IF_TIME_RESOLUTION, bytes((NANOSECONDS,))))
    return _block(_INTERFACE, struct.pack("<HHI", LINKTYPE_RAW, 0, 0), options)


def secrets(key_log: bytes) -> bytes:
    """TLS session secrets (NSS key log); readers want them before the packets that they open."""
    return _block(_SECRETS, struct.pack("<II", TLS_KEY_LOG, len(key_log)) + _padded(key_log))


def packet(at: int, data: bytes, comment: str = "") -> bytes:
    """A packet at a time in nanoseconds since 1970."""
    head = struct.pack("<IIIII", 0, at >> 32, at & 0xFFFF_FFFF, len(data), len(data))
    options = ((_COMMENT, comment.encode()),) if comment else ()
    return _block(_PACKET, head + _padded(data), options)


def segment_size(source: End) -> int:
    """The most bytes of one segment: an Ethernet packet of 1500 without its headers (RFC 9293, 3.7.1)."""
    return 1500 - 20 - (20 if source.address.version == 4 else 40)


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """Data in pieces of one segment each."""
    for start in range(0, len(data), size):
        yield data[start : start + size]


def segment(
    source: End, destination: End, sequence: int, acknowledged: int, flags: int, data: bytes = b""
) -> bytes:
    """An IP packet with a TCP segment, its checksums right (RFC 791, 8200, 9293)."""
    options = b""
    if flags & SYN:
        options = struct.pack("!BBHBBBB", 2, 4, segment_size(source), 1, 3, 3, _WINDOW_SCALE)
    length = 20 + len(options)
    acknowledged = acknowledged & 0xFFFF_FFFF if flags & ACK else 0
    tcp = struct.pack(
        "!HHIIBBHHH",
        source.port,
        destination.port,
        sequence & 0xFFFF_FFFF,
        acknowledged,
        length // 4 << 4,
        flags,
        _WINDOW,
        0,
        0,
    )
    tcp += options + data
    ends = source.address.packed + destination.address.packed
    total = checksum(ends + struct.pack("!HI", 6, len(tcp)) + tcp)
    tcp = tcp[:16] + struct.pack("!H", total) + tcp[18:]
    if source.address.version == 6:
        return struct.pack("!IHBB", 6 << 28, len(tcp), 6, 64) + ends + tcp
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0x4000, 64, 6, 0) + ends
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + tcp


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071). Ones' complement sums are remainders modulo 65535.

    >>> hex(checksum(bytes.fromhex("0001f203f4f5f6f7")))
    '0x220d'
    """
    whole = data + b"\0" if len(data) % 2 else data
    value = int.from_bytes(whole, "big")
    return 0xFFFF - (value % 0xFFFF or (0xFFFF if value else 0))


def _block(kind: int, body: bytes, options: Options = ()) -> bytes:
    written = b"".join(struct.pack("<HH", code, len(value)) + _padded(value) for code, value in options)
    if written:
        written += bytes(4)
    length = struct.pack("<I", 12 + len(body) + len(written))
    return struct.pack("<I", kind) + length + body + written + length


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)
