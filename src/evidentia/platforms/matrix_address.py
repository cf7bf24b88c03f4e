"""Which event of which room an address names: matrix.to links, ``matrix:`` URIs, and the client-server API itself.

Sources: Matrix specification v1.15, appendices "Identifier Grammar" and "URIs"; client-server API, "Rooms".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote, urlsplit

_LONGEST_URL = 4_000
_LONGEST_ID = 255  # bytes, for every identifier
_MOST_SERVERS = 20

_ROOM = re.compile(r"[!#][^\x00-\x20\x7f]{1,254}")
_EVENT = re.compile(r"\$[^\x00-\x20\x7f]{1,254}")
_SERVER = re.compile(r"(?:[0-9A-Za-z.-]{1,230}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?", re.ASCII)
_API = re.compile(r"(?P<base>.*)/_matrix/client/(?:v3|r0|v1)/rooms/(?P<room>[^/]+)/event/(?P<event>[^/]+)/?")
_URI = re.compile(r"(?P<kind>roomid|r|room)/(?P<room>[^/]+)/(?:e|event)/(?P<event>.+)")
_SIGILS = {"roomid": "!", "r": "#", "room": "#"}


@dataclass(frozen=True, slots=True)
class Address:
    """An event: ``room`` is an id or an alias, ``servers`` those that may know it, ``base`` that of an API address."""

    room: str
    event: str
    servers: tuple[str, ...] = ()
    base: str = ""


def address_of(url: str) -> Address | None:
    """The event that ``url`` names, None where it names none."""
    if len(url) > _LONGEST_URL:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme == "matrix" and not parts.netloc:
        found = _URI.fullmatch(parts.path)
        return found and _checked(
            _SIGILS[found["kind"]] + unquote(found["room"]), "$" + unquote(found["event"]), parts.query
        )
    if parts.scheme not in ("http", "https"):
        return None
    if host == "matrix.to":
        return _link(parts.fragment)
    found = _API.fullmatch(parts.path)
    if found is None:
        return None
    base = f"{parts.scheme}://{parts.netloc}{found['base']}"
    return _checked(unquote(found["room"]), unquote(found["event"]), "", base)


def permalink(room: str, event: str) -> str:
    """The address of an event that names no homeserver: one for everybody."""
    return f"https://matrix.to/#/{quote(room, safe='!:')}/{quote(event, safe='$:')}"


def account_link(user: str) -> str:
    """The same for an account."""
    return f"https://matrix.to/#/{quote(user, safe='@:')}"


def hostname(server: str) -> str:
    """A server name without its port (client-server API, "Well-known URI", step 2)."""
    return re.sub(r":[0-9]+$", "", server)


def is_server(name: str) -> bool:
    """Whether it has the grammar of a server name."""
    return _SERVER.fullmatch(name) is not None


def _link(fragment: str) -> Address | None:
    path, _, query = fragment.partition("?")
    room, _, event = path.removeprefix("/").partition("/")
    return _checked(unquote(room), unquote(event), query)


def _checked(room: str, event: str, query: str, base: str = "") -> Address | None:
    if not _ROOM.fullmatch(room) or not _EVENT.fullmatch(event):
        return None
    if max(len(room.encode("utf-8", "replace")), len(event.encode("utf-8", "replace"))) > _LONGEST_ID:
        return None
    try:
        via = parse_qs(query, max_num_fields=_MOST_SERVERS).get("via", [])
    except ValueError:
        via = []
    _, _, own = room.partition(":")  # rooms of version 12 and later have no server in their id
    servers = [name for name in (*via, own) if is_server(name)]
    return Address(room, event, tuple(dict.fromkeys(servers)), base)
