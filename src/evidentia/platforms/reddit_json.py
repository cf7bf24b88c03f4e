"""Addresses on Reddit, and the shape of what ``….json`` answers there.

Documented at reddit.com/dev/api (``GET [/r/subreddit]/comments/article``), github.com/reddit-archive/reddit/wiki/JSON;
that ``[removed]`` is the moderators' mark and ``[deleted]`` the author's, in pull requests 1431 and 1443 of
github.com/reddit-archive/reddit. No server of Reddit's can be had here: nothing of this was compared with one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

import msgspec

from .answers import UnreadableAnswer, decoded
from .keys import authority

SITE = "https://www.reddit.com"
HOSTS = frozenset(
    f"{label}reddit.com" for label in ("", "www.", "old.", "new.", "np.", "sh.", "m.", "i.", "amp.")
)
SHORT_HOSTS = frozenset({"redd.it", "www.redd.it"})

LISTED = 500
"""Comments that are asked for at once: the most that Reddit gives to those without an account."""

MAX_COMMENTS = 2_000
"""Comments of one answer that are read."""

MAX_DEPTH = 50
"""Answers to answers that are followed: Reddit itself lists ten levels before it says "continue this thread"."""

NOBODY = "[deleted]"
"""What stands in place of an author's name. It cannot be a name: those have letters, digits, ``_`` and ``-`` alone."""

REMOVED, DELETED = "[removed]", "[deleted]"

_ID = r"[0-9a-z]{1,13}"
_THREAD = re.compile(
    rf"^(?:/(?:r|u|user)/[\w-]{{1,50}})?/(?:comments|gallery)/(?P<post>{_ID})(?:/[^/]*(?:/(?P<comment>{_ID}))?)?/?$",
    re.ASCII | re.IGNORECASE,
)
_COMMENT = re.compile(
    rf"^/r/[\w-]{{1,50}}/comments/(?P<post>{_ID})/comment/(?P<comment>{_ID})/?$", re.ASCII | re.I
)
_SHORT = re.compile(rf"^/(?P<post>{_ID})/?$", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """A post, or a comment below it, at one of Reddit's hosts; ids as Reddit writes them, in base 36."""

    host: str
    post: str
    comment: str | None = None

    @property
    def fullname(self) -> str:
        """The id with its type in front (``t3_`` a post, ``t1_`` a comment)."""
        return f"t1_{self.comment}" if self.comment else f"t3_{self.post}"

    @property
    def json_url(self) -> str:
        """The same thread as JSON, with its text unescaped."""
        below = f"/_/{self.comment}" if self.comment else ""
        return f"https://{self.host}/comments/{self.post}{below}.json?raw_json=1&limit={LISTED}"


class Source(msgspec.Struct, frozen=True):
    """Where a picture of a gallery is: ``u`` still, ``gif`` and ``mp4`` moving."""

    u: str | None = None
    gif: str | None = None
    mp4: str | None = None


class Picture(msgspec.Struct, frozen=True):
    """One picture of a gallery or a text."""

    s: Source | None = None
    m: str | None = None


class GalleryItem(msgspec.Struct, frozen=True):
    """A picture's place in a gallery."""

    media_id: str
    caption: str | None = None


class Gallery(msgspec.Struct, frozen=True):
    """The order of a gallery's pictures."""

    items: tuple[GalleryItem, ...] = ()


class Video(msgspec.Struct, frozen=True):
    """A video that Reddit holds."""

    fallback_url: str | None = None


class Held(msgspec.Struct, frozen=True):
    """What a post shows besides its text."""

    reddit_video: Video | None = None


class PollOption(msgspec.Struct, frozen=True):
    """One answer of a poll."""

    text: str = ""


class Poll(msgspec.Struct, frozen=True):
    """A poll; its counts move by themselves."""

    options: tuple[PollOption, ...] = ()
    total_vote_count: int | None = None


class Parent(msgspec.Struct, frozen=True):
    """The post that a crosspost passes on."""

    name: str | None = None
    permalink: str | None = None


class Thing(msgspec.Struct, frozen=True):
    """What posts and comments share. Times are Unix times; ``edited`` is False, such a time, or (before 2010) True."""

    id: str
    name: str | None = None
    author: str | None = None
    author_fullname: str | None = None
    created_utc: float | str | None = None
    edited: bool | float | None = None
    permalink: str | None = None
    subreddit: str | None = None
    subreddit_type: str | None = None
    score: int | None = None
    locked: bool | None = None
    distinguished: str | None = None


class Submission(Thing, frozen=True):
    """A post (``t3``)."""

    title: str | None = None
    selftext: str | None = None
    is_self: bool | None = None
    url: str | None = None
    url_overridden_by_dest: str | None = None
    post_hint: str | None = None
    removed_by_category: str | None = None
    crosspost_parent: str | None = None
    crosspost_parent_list: tuple[Parent, ...] | None = None
    gallery_data: Gallery | None = None
    media_metadata: dict[str, Picture] | None = None
    media: Held | None = None
    secure_media: Held | None = None
    poll_data: Poll | None = None
    num_comments: int | None = None
    num_crossposts: int | None = None
    over_18: bool | None = None
    quarantine: bool | None = None
    spoiler: bool | None = None


class Comment(Thing, frozen=True):
    """A comment (``t1``). ``replies`` is a listing, or an empty string."""

    body: str | None = None
    link_id: str | None = None
    parent_id: str | None = None
    removal_reason: str | None = None
    collapsed_reason_code: str | None = None
    media_metadata: dict[str, Picture] | None = None
    replies: msgspec.Raw = msgspec.Raw(b'""')


class Refusal(msgspec.Struct, frozen=True):
    """What is answered in place of a thread."""

    error: int
    reason: str | None = None
    message: str | None = None


class _Child(msgspec.Struct, frozen=True):
    kind: str
    data: msgspec.Raw


class _Children(msgspec.Struct, frozen=True):
    children: tuple[_Child, ...] = ()


class _Listing(msgspec.Struct, frozen=True):
    data: _Children


@dataclass(slots=True)
class Thread:
    """A thread as it was answered.

    Attributes:
        post: the post at its head.
        comments: those that were listed, by id, in the order of the answer, each with its JSON Pointer.
        more: how many places say that further comments are there and were not listed.
        problems: parts that are not of the documented shape, in words.
    """

    post: Submission | None = None
    comments: dict[str, tuple[Comment, str]] = field(default_factory=dict)
    more: int = 0
    problems: list[str] = field(default_factory=list)


def address_of(url: str) -> Address | None:
    """The post or comment that ``url`` names; None for any other address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host = authority(url)
    if parts.scheme not in ("http", "https"):
        return None
    if host in SHORT_HOSTS:
        found = _SHORT.match(parts.path)
        return Address("www.reddit.com", found["post"].lower()) if found else None
    found = (_COMMENT.match(parts.path) or _THREAD.match(parts.path)) if host in HOSTS else None
    if found is None:
        return None
    comment = found.groupdict().get("comment")
    return Address(host, found["post"].lower(), comment.lower() if comment else None)


def answered(body: bytes) -> Thread | Refusal:
    """A thread, or why there is none.

    Raises:
        UnreadableAnswer: it is neither.
    """
    if body[:64].lstrip()[:1] == b"{":
        return decoded(body, Refusal)
    listings = decoded(body, list[_Listing])
    thread = Thread()
    for number, listing in enumerate(listings[:2]):
        _gather(thread, f"/{number}/data/children", listing.data.children)
    return thread


def moment(stated: float | str | None) -> datetime | None:
    """A Unix time as it is stated, whole seconds; None where it is none or beyond any calendar."""
    try:
        return None if stated is None else datetime.fromtimestamp(int(float(stated)), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _gather(thread: Thread, place: str, children: tuple[_Child, ...]) -> None:
    """Every post and comment of the answer, outermost and first first."""
    waiting = [*reversed(list(_places(place, children)))]
    while waiting and len(thread.comments) < MAX_COMMENTS:
        where, child = waiting.pop()
        if child.kind == "more":
            thread.more += 1
        try:
            if child.kind == "t3" and thread.post is None:
                thread.post = decoded(bytes(child.data), Submission)
            elif child.kind == "t1":
                comment = decoded(bytes(child.data), Comment)
                thread.comments.setdefault(comment.id, (comment, where))
                below = _replies(comment) if where.count("/replies/") < MAX_DEPTH else ()
                waiting.extend(reversed(list(_places(f"{where}/data/replies/data/children", below))))
        except UnreadableAnswer as problem:
            thread.problems.append(f"{where}: {problem}")
    thread.more += len(waiting)


def _replies(comment: Comment) -> tuple[_Child, ...]:
    raw = bytes(comment.replies)
    return decoded(raw, _Listing).data.children if raw.lstrip()[:1] == b"{" else ()


def _places(place: str, children: tuple[_Child, ...]) -> Iterator[tuple[str, _Child]]:
    return ((f"{place}/{index}", child) for index, child in enumerate(children))
