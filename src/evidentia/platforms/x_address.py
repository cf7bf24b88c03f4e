"""How a post of X is addressed, and the time that its id holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from .answers import snowflake_moment
from .keys import authority

HOSTS = frozenset(
    {prefix + host for host in ("x.com", "twitter.com") for prefix in ("", "www.", "mobile.", "m.")}
)
API_HOSTS = HOSTS | {"api.x.com", "api.twitter.com"}
"""Hosts whose GraphQL and API answers are X's own; what else a page fetched may be anybody's."""

SYNDICATION_HOSTS = frozenset({"cdn.syndication.twimg.com"})
OEMBED_HOSTS = frozenset({"publish.twitter.com", "publish.x.com"})
ALL_HOSTS = API_HOSTS | SYNDICATION_HOSTS | OEMBED_HOSTS

EPOCH_MS = 1288834974657
"""Where X's ids begin to count (github.com/twitter-archive/snowflake, IdWorker.scala)."""

_FIRST_SNOWFLAKE = 27_000_000_000
"""Ids up to here were counted one by one, before November 2010, and hold no time."""

_STATUS = re.compile(
    r"^/(?:i/web|i|(?P<handle>[A-Za-z0-9_]{1,20}))/status(?:es)?/(?P<id>[0-9]{1,19})(?:/|$)", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Address:
    """Which post an address names: its id, and the handle that stands before it, which X does not check."""

    id: str
    handle: str | None = None


def address_of(url: str) -> Address | None:
    """The post that ``url`` names, None where it is no address of a post on X."""
    if authority(url) not in HOSTS:
        return None
    parts = urlsplit(url)
    path = parts.fragment[1:] if parts.fragment.startswith("!/") else parts.path
    found = _STATUS.match(path)
    return None if found is None else Address(found["id"].lstrip("0") or "0", found["handle"])


def post_url(identifier: str, handle: str | None) -> str:
    """The address of a post; ``/i/`` stands for a handle that is not known."""
    return f"https://x.com/{handle or 'i'}/status/{identifier}"


def moment_of(identifier: str | None) -> datetime | None:
    """When X gave the id, where ids of its age tell."""
    if identifier is None or not identifier.isascii() or not identifier.isdigit():
        return None
    return (
        snowflake_moment(identifier, EPOCH_MS)
        if len(identifier) < 20 and int(identifier) > _FIRST_SNOWFLAKE
        else None
    )
