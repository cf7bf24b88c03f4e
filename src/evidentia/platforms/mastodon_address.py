"""Which status an address names: Mastodon's own addresses, and those of servers with the same API.

Sources: Mastodon's config/routes.rb, and the addresses that Pleroma and Akkoma (``/notice/``, ``/@user/posts/``),
GoToSocial (``/@user/statuses/``) and Pixelfed (``/p/user/``) give their posts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

_LONGEST_URL = 2_000
_ACCOUNT = r"(?P<account>[^/@]{1,100}(?:@[^/@]{1,255})?)"
_NUMBER = r"(?P<id>[0-9]{1,20})"
_ANY_ID = r"(?P<id>[0-9A-Za-z]{1,64})"
_PATHS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"/(?:web/)?@{_ACCOUNT}/{_NUMBER}/?",
        rf"/@{_ACCOUNT}/(?:statuses|posts)/{_ANY_ID}/?",
        rf"/users/{_ACCOUNT}/statuses/{_ANY_ID}/?",
        rf"/web/statuses/{_NUMBER}/?",
        r"/notice/(?P<id>[0-9A-Za-z]{10,64})/?",
        rf"/p/{_ACCOUNT}/{_NUMBER}/?",
    )
)


@dataclass(frozen=True, slots=True)
class Address:
    """A status on a server.

    ``page`` is the address without its fragment, ``url`` without its query as well; ``account`` as the address names
    it, if it does.
    """

    origin: str
    page: str
    url: str
    status: str
    account: str | None = None


def address_of(url: str) -> Address | None:
    """The status that ``url`` names, None where it names none."""
    if len(url) > _LONGEST_URL:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return None
    path = unquote(parts.path)
    found = next((match for pattern in _PATHS if (match := pattern.fullmatch(path))), None)
    if found is None:
        return None
    origin = f"{parts.scheme}://{parts.netloc}"
    page = url.partition("#")[0]
    return Address(origin, page, origin + parts.path, found["id"], found.groupdict().get("account"))


def is_judged_by_its_server(address: Address) -> bool:
    """Whether the server itself gives the page's status: an app that scripts draw is served for any address alike."""
    is_local = address.account is not None and "@" not in address.account
    return is_local and address.status.isdecimal() and "/web/" not in address.url


def is_of(url: str | None, origin: str) -> bool:
    """Whether an address is of the server itself."""
    return url is not None and url.startswith(f"{origin}/")
