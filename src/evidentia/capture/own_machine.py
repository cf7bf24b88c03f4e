"""What belongs to this machine and to this user: asked of the kernel, where it tells."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from pathlib import Path

from evidentia.capture.addresses import Address

_TABLES = ("/proc/net/tcp", "/proc/net/tcp6")
_MAPPED = (
    f"{0:016X}{struct.unpack('=I', bytes.fromhex('0000ffff'))[0]:08X}"  # ::ffff:0:0 as the kernel prints it
)


def own_address(address: Address) -> str | None:
    """This machine's own public address leads to services that trust it: only our own can be bound."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((str(address), 0))
        except OSError:
            return None
    return "this machine's own"


def is_ours(writer: asyncio.StreamWriter) -> bool:
    """Whether the process at the other end runs as our own user (Linux; elsewhere nothing can be said).

    A client may hold its end in an IPv6 socket, as a mapped address: both of the kernel's tables are asked.
    """
    host, port = writer.get_extra_info("peername")[:2]
    word = f"{struct.unpack('=I', socket.inet_aton(host))[0]:08X}"
    wanted = {f"{word}:{port:04X}", f"{_MAPPED}{word}:{port:04X}"}
    found = False
    for name in _TABLES:
        try:
            lines = Path(name).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        found = True
        if any((fields := line.split())[1] in wanted and fields[7] == str(os.getuid()) for line in lines):
            return True
    return not found
