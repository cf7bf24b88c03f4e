"""Platform readers: what the captured bytes say of a post. Pure: no network, no clock, no disk.

A reader that runs on the same capture years later says the same. ``read`` chooses it by the address and by the
structure of what was captured, never by words on the page.
"""

from __future__ import annotations

from evidentia.record.post import PageReading

from .page import CapturedPage, CapturedResponse
from .questions import Ask, Places, Questions, Reader

__all__ = ["Ask", "CapturedPage", "CapturedResponse", "Places", "Questions", "questions", "read"]


def read(page: CapturedPage) -> PageReading:
    """What the capture says of the post at ``page.requested_url``. Never raises for what a page contains."""
    from . import webpage

    return next(
        (reader.read(page) for reader in _readers() if reader.recognises(page)), None
    ) or webpage.read(page)


def questions(url: str, places: Places | None = None) -> Questions | None:
    """What to ask a platform about ``url``, beside its page; None where no platform that is known has answers."""
    found = (reader.questions(url, places or Places()) for reader in _readers())
    return next((questions for questions in found if questions is not None), None)


def _readers() -> tuple[Reader, ...]:
    """In the order in which they are asked whether a capture is theirs."""
    from . import (
        activitypub,
        bluesky,
        discord,
        facebook,
        instagram,
        mastodon,
        matrix,
        mediawiki,
        nostr,
        reddit,
        spirit,
        telegram_web,
        tiktok,
        x,
        youtube,
    )

    return (
        bluesky,
        matrix,
        spirit,
        mediawiki,
        nostr,
        reddit,
        facebook,
        instagram,
        tiktok,
        x,
        youtube,
        discord,
        telegram_web,
        mastodon,
        activitypub,
    )
