"""Platform readers: what the captured bytes say of a post. Pure: no network, no clock, no disk.

A reader that runs on the same capture years later says the same. ``read`` chooses it by the address and by the
structure of what was captured, never by words on the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import cast

from evidentia.record.post import PageReading

from .page import CapturedPage, CapturedResponse
from .questions import Ask, Places, Questions, Reader

__all__ = ["Ask", "CapturedPage", "CapturedResponse", "Places", "Questions", "questions", "read"]


READERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("bluesky", ("bsky.app", "at://")),
    ("matrix", ("matrix",)),
    ("spirit", ()),
    ("mediawiki", ()),
    ("nostr", ("nostr:", "nevent1", "note1", "naddr1", "npub1", "nprofile1")),
    ("reddit", ("redd",)),
    ("facebook", ("facebook.com", "fb.")),
    ("instagram", ("instagram.com",)),
    ("tiktok", ("tiktok",)),
    ("x", ("x.com", "twitter.com")),
    ("youtube", ("youtu",)),
    ("discord", ("discord",)),
    ("telegram_web", ("t.me", "telegram.")),
    ("mastodon", ()),
    ("activitypub", ()),
)
"""The readers, in the order in which they are asked whether a capture is theirs, and what stands in each address that
can be theirs: one of these, in lower case; anything where there is none. No other reader is loaded."""


def read(page: CapturedPage) -> PageReading:
    """What the capture says of the post at ``page.requested_url``. Never raises for what a page contains."""
    from . import webpage

    theirs = (reader for reader in readers_for(page.requested_url) if reader.recognises(page))
    return next(theirs, webpage).read(page)


def questions(url: str, places: Places | None = None) -> Questions | None:
    """What to ask a platform about ``url``, beside its page; None where no platform that is known has answers."""
    found = (reader.questions(url, places or Places()) for reader in readers_for(url))
    return next((questions for questions in found if questions is not None), None)


def readers_for(url: str) -> Iterator[Reader]:
    """The readers whose platform an address can be of, loaded one after the other."""
    lowered = url.lower()
    for name, hints in READERS:
        if not hints or any(hint in lowered for hint in hints):
            yield cast(Reader, import_module(f"{__name__}.{name}"))
