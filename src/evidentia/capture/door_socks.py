"""The door's first language, SOCKS 5 (RFC 1928): one name, one reply, and then the bytes of the two ends alone."""

from __future__ import annotations

import asyncio
import ipaddress
import struct
from enum import IntEnum

VERSION = 5

_NO_AUTHENTICATION = 0
_NONE_ACCEPTABLE = 0xFF
_CONNECT = 1
_IPV4, _NAME, _IPV6 = 1, 3, 4


class Reply(IntEnum):
    """RFC 1928, 6, as far as the door uses it."""

    GRANTED = 0
    FAILED = 1
    NOT_ALLOWED = 2
    UNREACHABLE = 4
    REFUSED = 5


async def read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int]:
    """RFC 1928, 3 and 4: the greeting after its version, then the request; host as named (lower case) and port.

    Raises:
        ConnectionError: it is something else.
    """
    (methods,) = await reader.readexactly(1)
    if _NO_AUTHENTICATION not in await reader.readexactly(methods):
        writer.write(bytes((VERSION, _NONE_ACCEPTABLE)))
        raise ConnectionError("a SOCKS client that insists on a password")
    writer.write(bytes((VERSION, _NO_AUTHENTICATION)))
    version, command, _, kind = await reader.readexactly(4)
    if version != VERSION or command != _CONNECT:
        raise ConnectionError("not a SOCKS 5 CONNECT")
    if kind == _NAME:
        (length,) = await reader.readexactly(1)
        name = await reader.readexactly(length)
        if not name.isascii():
            raise ConnectionError("a name that is not ASCII")
        host = name.decode("ascii").lower()
    elif kind in (_IPV4, _IPV6):
        host = ipaddress.ip_address(await reader.readexactly(4 if kind == _IPV4 else 16)).compressed
    else:
        raise ConnectionError("an address of an unknown kind")
    (port,) = struct.unpack("!H", await reader.readexactly(2))
    return host, port


def reply(code: Reply) -> bytes:
    """A reply. The address that was bound is nobody's business, so it is left empty."""
    return bytes((VERSION, code, 0, _IPV4)) + bytes(6)
