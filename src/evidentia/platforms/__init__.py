"""Platform readers: what the captured bytes say of a post. Pure: no network, no clock, no disk.

A reader that runs on the same capture years later says the same. ``read`` chooses it by the address and by the
structure of what was captured, never by words on the page.
"""

from __future__ import annotations

from evidentia.record.post import PageReading

from .page import CapturedPage, CapturedResponse

__all__ = ["CapturedPage", "CapturedResponse", "read"]


def read(page: CapturedPage) -> PageReading:
    """What the capture says of the post at ``page.requested_url``. Never raises for what a page contains."""
    from . import spirit, webpage

    return spirit.read(page) if spirit.recognises(page) else webpage.read(page)
