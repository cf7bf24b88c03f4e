"""Nostr's names for events and accounts: NIP-19 (github.com/nostr-protocol/nips/blob/master/19.md), in the bech32 of
BIP-173 without its limit of 90 characters, and the NIP-21 addresses (``nostr:…``) and gateways that hold them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

MAX_NAME = 1_500
"""Characters of a name: an ``naddr`` with four relays of 255 bytes stays under it; NIP-19 asks for 5000 at most."""

MAX_RELAYS = 4
"""Relays that one address makes us ask; hints beyond that are not followed."""

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_NAME = re.compile(r"(npub|nprofile|note|nevent|naddr)1([02-9ac-hj-np-z]{6,})", re.ASCII)
_MAX_PARAMETERS = 50


@dataclass(frozen=True, slots=True)
class Name:
    """What a name says. ``event`` and ``author`` are 32 bytes in hexadecimal; ``identifier`` is the ``d`` of an
    addressable event. Everything but the first is a hint of whoever made the name."""

    prefix: str
    event: str | None = None
    author: str | None = None
    kind: int | None = None
    identifier: str | None = None
    relays: tuple[str, ...] = ()

    @property
    def coordinate(self) -> str | None:
        """``kind:author:identifier``, as ``a`` tags spell an addressable event (NIP-01)."""
        if self.identifier is None or self.author is None or self.kind is None:
            return None
        return f"{self.kind}:{self.author}:{self.identifier}"


def named_by(url: str) -> Name | None:
    """The event that an address names: ``nostr:NAME``, or a gateway's address with a name in its path.

    ``?relay=wss://…`` behind ``nostr:NAME`` names further relays to ask.
    """
    try:
        parts = urlsplit(url)
        further = parse_qs(parts.query, max_num_fields=_MAX_PARAMETERS).get("relay", [])
    except ValueError:
        return None
    if parts.scheme == "nostr":
        name = decode(parts.path.removeprefix("//").strip("/") or parts.netloc)
        if name is None:
            return None
        relays = (*_relays(further), *name.relays)
        return _if_event(Name(name.prefix, name.event, name.author, name.kind, name.identifier, relays))
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return None
    names = (_if_event(decode(segment)) for segment in reversed(parts.path.split("/")[-4:]))
    return next((name for name in names if name is not None), None)


def decode(text: str) -> Name | None:
    """The name that ``text`` is; None where it is none, or its checksum does not fit."""
    found = _NAME.fullmatch(text) if len(text) <= MAX_NAME else None
    if found is None:
        return None
    prefix, values = found[1], [_VALUES[character] for character in found[2]]
    if _checksum([*_expanded(prefix), *values]) != 1:
        return None
    data = _bytes(values[:-6])
    if data is None:
        return None
    if prefix in ("npub", "note"):
        stated = data.hex() if len(data) == 32 else None
        if stated is None:
            return None
        return Name(prefix, event=stated) if prefix == "note" else Name(prefix, author=stated)
    return _from_parts(prefix, list(_parts(data)))


def encode(prefix: str, hexadecimal: str) -> str:
    """The ``npub`` or ``note`` of 32 bytes."""
    return _encoded(prefix, bytes.fromhex(hexadecimal))


def encode_event(event: str, author: str, kind: int) -> str:
    """The ``nevent`` of an event, with its author and kind."""
    parts = ((0, bytes.fromhex(event)), (2, bytes.fromhex(author)), (3, kind.to_bytes(4, "big")))
    return _encoded("nevent", b"".join(bytes([sort, len(value)]) + value for sort, value in parts))


def encode_coordinate(kind: int, author: str, identifier: str) -> str | None:
    """The ``naddr`` of an addressable event; None where its identifier is too long for one."""
    special = identifier.encode("utf-8", "replace")
    if len(special) > 255:
        return None
    parts = ((0, special), (2, bytes.fromhex(author)), (3, kind.to_bytes(4, "big")))
    return _encoded("naddr", b"".join(bytes([sort, len(value)]) + value for sort, value in parts))


def names_in(text: str) -> Iterator[tuple[int, int, Name]]:
    """The names that stand in a text as ``nostr:NAME`` (NIP-27), with where."""
    for found in re.finditer(rf"\bnostr:({_NAME.pattern})", text):
        name = decode(found[1])
        if name is not None:
            yield found.start(), found.end(), name


def _if_event(name: Name | None) -> Name | None:
    """Names of accounts name no post."""
    return name if name is not None and (name.event or name.coordinate) else None


def _from_parts(prefix: str, parts: list[tuple[int, bytes]]) -> Name | None:
    special = next((value for sort, value in parts if sort == 0), None)
    author = next((value.hex() for sort, value in parts if sort == 2 and len(value) == 32), None)
    kind = next(
        (int.from_bytes(value, "big") for sort, value in parts if sort == 3 and len(value) == 4), None
    )
    relays = tuple(_relays(value.decode("ascii", "replace") for sort, value in parts if sort == 1))
    if special is None:
        return None
    if prefix == "naddr":
        identifier = special.decode("utf-8", "replace")
        is_whole = author is not None and kind is not None and kind <= 65_535
        return Name(prefix, None, author, kind, identifier, relays) if is_whole else None
    if len(special) != 32:
        return None
    if prefix == "nprofile":
        return Name(prefix, author=special.hex(), relays=relays)
    return Name(prefix, special.hex(), author, kind, relays=relays)


def _relays(stated: Iterable[str]) -> Iterator[str]:
    """Addresses of relays, one spelling for one relay (NIP-01 knows them by URL), each once."""
    seen: set[str] = set()
    for url in stated:
        try:
            parts = urlsplit(url.strip())
            host, port = parts.hostname, parts.port
        except ValueError:
            continue
        if parts.scheme not in ("ws", "wss") or not host or parts.username or not url.isascii():
            continue
        place = f"[{host}]" if ":" in host else host
        made = f"{parts.scheme}://{place}{f':{port}' if port else ''}{parts.path or '/'}"
        if made not in seen and len(seen) < MAX_RELAYS:
            seen.add(made)
            yield made


def _parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Type, length, value; what is cut off at the end is left out."""
    at = 0
    while at + 2 <= len(data) and at + 2 + data[at + 1] <= len(data):
        yield data[at], data[at + 2 : at + 2 + data[at + 1]]
        at += 2 + data[at + 1]


def _encoded(prefix: str, data: bytes) -> str:
    values = _fives(data)
    check = _checksum([*_expanded(prefix), *values, 0, 0, 0, 0, 0, 0]) ^ 1
    tail = [(check >> 5 * (5 - place)) & 31 for place in range(6)]
    return f"{prefix}1{''.join(_ALPHABET[value] for value in [*values, *tail])}"


def _checksum(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, constant in enumerate(_GENERATOR):
            check ^= constant if (top >> place) & 1 else 0
    return check


def _expanded(prefix: str) -> list[int]:
    return [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]


def _fives(data: bytes) -> list[int]:
    """Groups of eight bits as groups of five, zeros at the end."""
    bits = len(data) * 8
    padding = -bits % 5
    number = int.from_bytes(data, "big") << padding
    groups = (bits + padding) // 5
    return [(number >> 5 * (groups - 1 - place)) & 31 for place in range(groups)]


def _bytes(values: list[int]) -> bytes | None:
    """Groups of five bits as bytes; None where the padding is not of zeros or too long (BIP-173)."""
    number = 0
    for value in values:
        number = number << 5 | value
    padding = len(values) * 5 % 8
    if padding > 4 or number & ((1 << padding) - 1):
        return None
    return (number >> padding).to_bytes(len(values) * 5 // 8, "big")
