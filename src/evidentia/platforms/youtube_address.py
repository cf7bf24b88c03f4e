"""How videos of YouTube and the comments below them are addressed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from .answers import parameter
from .keys import authority

_SITES = ("youtube.com", "youtube-nocookie.com")
HOSTS = frozenset(prefix + site for site in _SITES for prefix in ("", "www.", "m.", "music."))
SHORT_HOSTS = frozenset({"youtu.be", "www.youtu.be"})
API_HOSTS = frozenset({"www.googleapis.com", "youtube.googleapis.com", "content.googleapis.com"})

_VIDEO = re.compile(r"[A-Za-z0-9_-]{11}", re.ASCII)
_PATH = re.compile(r"^/(?:(?:shorts|live|embed|v|e)/)(?P<id>[A-Za-z0-9_-]{11})(?:/|$)", re.ASCII)
_SHORT = re.compile(r"^/(?P<id>[A-Za-z0-9_-]{11})(?:/|$)", re.ASCII)
_COMMENT = re.compile(r"[A-Za-z0-9_-]{10,60}(?:\.[A-Za-z0-9_-]{10,60})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Address:
    """A video, or a comment below it."""

    video: str
    comment: str | None = None


def address_of(url: str) -> Address | None:
    """The video or comment that ``url`` names, None where it is no address of one on YouTube."""
    host = authority(url)
    if host not in HOSTS | SHORT_HOSTS:
        return None
    path = urlsplit(url).path
    found = (_SHORT if host in SHORT_HOSTS else _PATH).match(path)
    video = found["id"] if found else parameter(url, "v") if path.rstrip("/") in ("", "/watch") else None
    if video is None or _VIDEO.fullmatch(video) is None:
        return None
    comment = parameter(url, "lc")
    return Address(video, comment if comment and _COMMENT.fullmatch(comment) else None)


def video_url(video: str) -> str:
    """The address of a video."""
    return f"https://www.youtube.com/watch?v={video}"


def comment_url(video: str, comment: str) -> str:
    """The address of a comment: that of the video, which then shows it first."""
    return f"{video_url(video)}&lc={comment}"


def parent_of(comment: str) -> str | None:
    """The comment that a reply answers: the ids of replies are made of its id, a dot, and their own."""
    parent, dot, _ = comment.partition(".")
    return parent if dot else None
