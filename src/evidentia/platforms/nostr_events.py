"""Nostr's events: what makes one authentic, and what its tags say.

After NIP-01 (events, kinds), NIP-09 (deletion requests), NIP-10 and NIP-22 (replies), NIP-18 (reposts, quotes), NIP-25
(reactions) and NIP-26 (delegation), github.com/nostr-protocol/nips. Signatures are those of BIP-340, checked by
libsecp256k1 (``coincurve``): the code that Bitcoin's nodes check them with.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import IntEnum
from typing import Annotated

import msgspec

Hex32 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Hex64 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{128}$")]
Seconds = Annotated[int, msgspec.Meta(ge=0, le=253_402_300_799)]
"""Unix time up to the year 9999, the last that a calendar here has."""


_ESCAPE = re.compile(r"\\(?:u(00[01][0-9a-f])|.)")


class Kind(IntEnum):
    """The kinds of event that are asked for."""

    PROFILE = 0
    NOTE = 1
    DELETION = 5
    REPOST = 6
    REACTION = 7
    GENERIC_REPOST = 16
    COMMENT = 1111


class Event(msgspec.Struct, frozen=True):
    """An event as a relay sent it; nothing in it is to be believed before ``flaw`` has found none."""

    id: Hex32
    pubkey: Hex32
    created_at: Seconds
    kind: Annotated[int, msgspec.Meta(ge=0, le=65_535)]
    tags: tuple[tuple[str, ...], ...]
    content: str
    sig: Hex64

    @property
    def at(self) -> datetime:
        """When it was made: its author's claim."""
        return datetime.fromtimestamp(self.created_at, UTC)

    @property
    def coordinate(self) -> str | None:
        """``kind:author:identifier`` of an event that later ones replace; None for any other."""
        if self.kind in (0, 3) or 10_000 <= self.kind < 20_000:
            return f"{self.kind}:{self.pubkey}:"
        if 30_000 <= self.kind < 40_000:
            return f"{self.kind}:{self.pubkey}:{self.first('d') or ''}"
        return None

    def first(self, name: str) -> str | None:
        """The value of the first tag of that name."""
        return next((tag[1] for tag in self.tagged(name)), None)

    def tagged(self, name: str) -> Iterator[tuple[str, ...]]:
        """The tags of that name that have a value."""
        return (tag for tag in self.tags if len(tag) > 1 and tag[0] == name)


def flaw(event: Event) -> str | None:
    """Why the event is not what its author's key signed; None where it is."""
    if event.id not in _ids(event):
        return "its id is not the SHA-256 of its content (NIP-01)"
    if not signed(event.pubkey, event.sig, event.id):
        return "its signature does not fit its id and its author's key (BIP-340)"
    return None


def signed(pubkey: str, signature: str, digest: str) -> bool:
    """Whether a BIP-340 signature of ``digest`` by ``pubkey`` holds; all in hexadecimal."""
    from coincurve import PublicKeyXOnly

    try:
        key = PublicKeyXOnly(bytes.fromhex(pubkey))
        return key.verify(bytes.fromhex(signature), bytes.fromhex(digest))
    except ValueError:  # no point of the curve, or not of these lengths
        return False


def deletes(deletion: Event, event: Event) -> bool:
    """Whether a deletion request (NIP-09) of the event's own author takes it back."""
    if deletion.kind != Kind.DELETION or deletion.pubkey != event.pubkey or event.kind == Kind.DELETION:
        return False
    if any(tag[1] == event.id for tag in deletion.tagged("e")):
        return True
    coordinate = event.coordinate
    is_named = coordinate is not None and any(tag[1] == coordinate for tag in deletion.tagged("a"))
    return is_named and event.created_at <= deletion.created_at


def replied_to(event: Event) -> str | None:
    """The id of the event that this one answers: NIP-10's marked tags, else its last ``e`` tag; NIP-22's ``e``."""
    tags = [tag for tag in event.tagged("e") if tag[3:4] != ("mention",)]
    if event.kind == Kind.COMMENT:
        return tags[0][1] if tags else None
    marked = {tag[3]: tag[1] for tag in tags if tag[3:4] in (("reply",), ("root",))}
    if marked:
        return marked.get("reply") or marked["root"]
    return tags[-1][1] if tags else None


def reacted_to(event: Event) -> str | None:
    """The id that a reaction or a repost is about: its last ``e`` tag (NIP-25)."""
    return next((tag[1] for tag in reversed(list(event.tagged("e")))), None)


def delegation(event: Event) -> tuple[str, bool] | None:
    """Who delegated the signing (NIP-26), and whether that statement's signature holds; None where nobody did."""
    tag = next((tag for tag in event.tagged("delegation") if len(tag) >= 4), None)
    if tag is None:
        return None
    token = f"nostr:delegation:{event.pubkey}:{tag[2]}".encode("utf-8", "replace")
    return tag[1], signed(tag[1], tag[3], hashlib.sha256(token).hexdigest())


def _ids(event: Event) -> Iterator[str]:
    """The ids that the event may have. NIP-01 leaves control characters other than its seven as they are, where the
    usual JSON writers escape them: both spellings say one thing."""
    parts = [0, event.pubkey, event.created_at, event.kind, event.tags, event.content]
    written = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    yield hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()
    verbatim = _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[0], written)
    yield hashlib.sha256(verbatim.encode("utf-8", "surrogatepass")).hexdigest()
