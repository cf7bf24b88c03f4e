"""Time that is never naive: offset-aware moments, and intervals for what is known only within bounds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import msgspec

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""A moment with its offset. Stored in UTC; the zone in which it was stated is kept beside it."""


class Interval(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a moment: no earlier than, no later than. ``None`` is "no bound is known"."""

    not_before: Moment | None = None
    not_after: Moment | None = None


def now() -> datetime:
    """The machine's clock, in UTC."""
    return datetime.now(UTC)


def stated_zone() -> str:
    """The offset of this machine's own zone at this moment, as ``+07:00``."""
    return datetime.now().astimezone().isoformat()[-6:]


def to_utc_text(moment: datetime) -> str:
    """``2026-11-21T10:00:00Z``: RFC 3339 in UTC, whole seconds.

    Raises:
        ValueError: the moment has no offset.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without an offset cannot be placed in time")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
