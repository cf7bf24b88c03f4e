"""How Facebook's addresses name a post: by a number, by a token that changes with time, or by a link to follow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, urlsplit

from .embedded import on_host

DOMAINS = ("facebook.com",)
SHORT_DOMAINS = ("fb.watch", "fb.me")

_MAX_PARAMETERS = 100
_ID = r"(?P<id>[0-9]{5,25}|pfbid[A-Za-z0-9]{20,200})"
_PATHS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"^/(?P<owner>[\w.-]{{1,80}})/posts/(?:[^/]{{1,400}}/)?{_ID}/?$",
        rf"^/groups/(?P<owner>[\w.-]{{1,80}})/(?:posts|permalink)/{_ID}/?$",
        rf"^/(?P<owner>[\w.-]{{1,80}})/(?:videos|photos)/(?:[^/]{{1,400}}/)?{_ID}/?$",
        rf"^/reel/{_ID}/?$",
        r"^/(?P<owner>[0-9]{5,25})_(?P<id>[0-9]{5,25})/?$",
    )
)
_BY_PARAMETER = {
    "/permalink.php": ("story_fbid", "id"),
    "/story.php": ("story_fbid", "id"),
    "/photo.php": ("fbid", ""),
    "/photo": ("fbid", ""),
    "/watch": ("v", ""),
    "/watch/live": ("v", ""),
    "/video.php": ("v", ""),
}
_SHARE = re.compile(r"^/share/(?:[pvr]/)?[A-Za-z0-9]{6,60}/?$|^/(?:s|story)/[A-Za-z0-9]{6,60}/?$", re.ASCII)
_SHORT = re.compile(r"^/(?:[a-z]/)?[\w-]{4,60}/?$", re.ASCII)
_PLUGINS = ("/plugins/post.php", "/plugins/video.php")
_WHOLE_ID = re.compile(rf"^{_ID}$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Address:
    """A post by its number or its token (``pfbid…``, which Facebook changes from time to time), and its owner if the
    address names one. ``id`` is None for a link that names a post only once it has been followed."""

    id: str | None
    owner: str | None = None

    @property
    def number(self) -> str | None:
        """The stable number, None where only a token is known."""
        return self.id if self.id is not None and self.id.isdigit() else None


def address_of(url: str, *, inside_plugin: bool = False) -> Address | None:
    """What the address names; None where it is no post's. www., m., mbasic., web. and languages' hosts are one."""
    if on_host(url, *SHORT_DOMAINS):
        return Address(None) if _SHORT.match(urlsplit(url).path) else None
    if not on_host(url, *DOMAINS):
        return None
    parts = urlsplit(url)
    path = parts.path.rstrip("/") or "/"
    if path in _PLUGINS:
        href = _parameters(parts).get("href", "")
        return None if inside_plugin else address_of(href, inside_plugin=True)
    if path in _BY_PARAMETER:
        return _by_parameter(parts, *_BY_PARAMETER[path])
    for pattern in _PATHS:
        found = pattern.match(parts.path)
        if found:
            return Address(found["id"], found.groupdict().get("owner"))
    return Address(None) if _SHARE.match(parts.path) else None


def is_plugin(url: str) -> bool:
    """Whether the address is one of the embeds."""
    return on_host(url, *DOMAINS) and urlsplit(url).path.rstrip("/") in _PLUGINS


def _by_parameter(parts: SplitResult, name: str, owner: str) -> Address | None:
    parameters = _parameters(parts)
    found = _WHOLE_ID.match(parameters.get(name, ""))
    return Address(found["id"], parameters.get(owner)) if found else None


def _parameters(parts: SplitResult) -> dict[str, str]:
    try:
        return dict(parse_qsl(parts.query, max_num_fields=_MAX_PARAMETERS))
    except ValueError:  # more fields than that: no address of a post
        return {}
