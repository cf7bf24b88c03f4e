"""Custody: who holds the evidence, what was done with it, and what the chain's end looks like."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec


class EventType(StrEnum):
    """What can happen to a case (FORMAT, "Event")."""

    OPEN = "open"
    ADMIT = "admit"
    REKEY = "rekey"
    ACQUIRE = "acquire"
    TRANSFER = "transfer"
    RECEIVE = "receive"
    EXAMINE = "examine"
    DERIVE = "derive"
    REPORT = "report"
    NOTE = "note"
    STATUS = "status"
    EXPORT = "export"
    DISCLOSE = "disclose"
    TIMESTAMP = "timestamp"
    RENEW = "renew"
    CLOSE = "close"


class Actor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Someone who signs an event. ``certificate`` is the SHA-256 of the DER, lower-case hex."""

    who: str
    name: str
    role: str
    organisation: str
    certificate: str


class Tool(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The program that wrote the event."""

    name: str
    version: str


class ItemRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An item by its number, and the SHA-256 of its record."""

    item: int
    record: str


class Alteration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A change that was made to material, and why (ISO/IEC 27037)."""

    what: str
    why: str


class Event(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``custody/NNNNNN.json``: one event. Every field is always there, and no other may be."""

    format: int
    case: str
    event: int
    type: EventType
    time: str
    zone: str
    actors: tuple[Actor, ...]
    place: str
    reason: str
    authority: str
    tool: Tool
    items: tuple[ItemRef, ...]
    changes: tuple[Alteration, ...]
    details: dict[str, Any]


class HeadSignature(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A signature over the last seal, and the tokens over that signature, by SHA-256."""

    who: str
    signature: str
    tokens: tuple[str, ...]


class Head(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The end of the chain. A bundle cannot show that its last events were cut off; its head can."""

    case: str
    events: int
    seal: str
    signatures: tuple[HeadSignature, ...]
