"""Run in a network namespace of its own (unshare -rn): captures a page of a site there, and prints who was asked.

The kernel of an empty namespace counts: every connection that anything in it begins, browser included, every datagram
that it sends, every packet for which there is no way out.
"""

from __future__ import annotations

import fcntl
import json
import socket
import struct
import sys
from pathlib import Path

_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 1  # netdevice(7)

programs: list[str] = []
connected: list[object] = []
resolved: list[object] = []


def note(event: str, arguments: tuple[object, ...]) -> None:
    """Python's own audit events (PEP 578)."""
    if event in ("subprocess.Popen", "os.posix_spawn", "os.exec", "os.system", "os.spawn"):
        programs.append(str(arguments[0]))
    elif event == "socket.connect":
        connected.append(arguments[1])
    elif event == "socket.getaddrinfo":
        resolved.append(arguments[0])


def loopback_up() -> None:
    """The only interface of a new namespace is down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sH14x", b"lo", 0)
        (flags,) = struct.unpack_from("H", fcntl.ioctl(control, _GET_FLAGS, request), 16)
        fcntl.ioctl(control, _SET_FLAGS, struct.pack("16sH14x", b"lo", flags | _UP))


def counters() -> dict[str, int]:
    """What the namespace's kernel has counted."""
    counted: dict[str, int] = {}
    lines = Path("/proc/net/snmp").read_text().splitlines()
    for names, values in zip(lines[::2], lines[1::2], strict=True):
        kind = names.split(":")[0]
        for name, value in zip(names.split()[1:], values.split()[1:], strict=True):
            counted[f"{kind}.{name}"] = int(value)
    for line in Path("/proc/net/snmp6").read_text().splitlines():
        name, value = line.split()
        counted[name] = int(value)
    return counted


def main(into: Path) -> dict[str, object]:
    sys.path.insert(0, str(Path(__file__).parent))
    from capture_site import PIXEL, Answer, Site
    from capturing import LOOPBACK

    from evidentia.capture.page import capture_page

    loopback_up()
    page = (
        b"<!doctype html><title>Pejabat 07</title><article>Mari dukung Paslon A</article>"
        b"<img src=/g.png><a href=https://lain.example/>lain</a>"
    )
    sys.addaudithook(note)
    with Site({"/p": Answer(page), "/g.png": Answer(PIXEL, "image/png")}) as site:
        before = counters()
        captured = capture_page(site.url("/p"), into, LOOPBACK)
        after = counters()
        paths = sorted({one.path for one in site.exchanged})
    told = captured.circumstances
    return {
        "programs": programs,
        "connected": connected,
        "resolved": resolved,
        "site": site.port,
        "paths": paths,
        "peers": [[peer.host, peer.port] for peer in told.peers],
        "turned_away": [said for said in told.not_captured if "ERR_" in said],
        "state": captured.reading.state,
        "load": told.load_state,
        "counted": {name: after[name] - before[name] for name in after},
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]))) + "\n")
