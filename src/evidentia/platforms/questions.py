"""What to ask a platform about an address, beyond what its page shows: decided here, purely; asked by ``capture``.

A reader's ``questions`` is a generator: it yields an ``Ask``, is sent the ``CapturedResponse``, and decides what to ask
next. It opens no connection and reads no clock, so that the same answers always lead to the same questions.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Protocol

import msgspec

from evidentia.record.post import PageReading

from .page import CapturedPage, CapturedResponse


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One request. ``why`` goes into the record.

    A ``ws://`` or ``wss://`` address is a conversation: ``messages`` are sent once it is open, and it is over with the
    first text message that begins with ``last``. Its response has status 101, and a body of the received text messages,
    one to a line.
    """

    url: str
    why: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    messages: tuple[str, ...] = ()
    last: str = ""


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """Services of platforms whose address no post's address tells."""

    plc_directory: str = "https://plc.directory"
    bluesky_api: str = "https://public.api.bsky.app"
    nostr_relays: tuple[str, ...] = ("wss://relay.damus.io", "wss://nos.lol", "wss://relay.primal.net")
    """Asked where an address names no relay of its own."""
    matrix_homeserver: str = ""
    """The caller's own; empty: the one to which the room's server points."""


Questions = Generator[Ask, CapturedResponse, None]
"""Sent the response to each question; one with status 0 and no body where nothing answered."""


class Reader(Protocol):
    """What each module of a platform offers."""

    def questions(self, url: str, places: Places) -> Questions | None:
        """What to ask about this address; None where it is none of this platform's, or there is nothing to ask."""

    def recognises(self, page: CapturedPage) -> bool:
        """Whether the capture is of this platform: by its address and by how its answers are built."""

    def read(self, page: CapturedPage) -> PageReading:
        """What the capture says of the post. Never raises for what a page or an answer contains."""
