"""Facebook's stories in the JSON of its pages and answers (GraphQL), with comments and named reactions.

The shape is nested anew every few months, while its objects stay: a ``Story`` with a ``post_id``, inside it
``message``, ``actors``, ``creation_time``, ``attachments``; a ``Photo`` or ``Video`` with its ``owner``; a ``Comment``
with a ``legacy_fbid``; ``reactors`` of a ``Feedback``. So they are found by how they are built, wherever they stand.
Documented by github.com/apankowski/garcon (docs/facebook/post-extraction-strategy-v2.md), github.com/yt-dlp/yt-dlp and
github.com/mikf/gallery-dl (extractor/facebook.py). Times are seconds in UTC; spans of a text count UTF-16 code units,
as scripts do.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator

from evidentia.record.post import Account, Act, ActKind, Entity, EntityKind, Media, Post, Signal

from .answers import at, id_at, items_at, moment_at, number_at, objects, text_at
from .captions import MAX_ENTITIES, from_utf16
from .content import media_of
from .embedded import Found
from .page import CapturedResponse
from .signals import EDIT_COUNT

PLATFORM = "facebook"
ROOT = "https://www.facebook.com"

MAX_ACTS = 20_000
"""Comments and reactions that are listed for one post; each answer brings some dozens."""

REACTIONS = {
    "1635855486666999": "like", "1678524932434102": "love", "613557422527858": "care", "115940658764963": "haha",
    "478547315650144": "wow", "908563459236466": "sad", "444813342392137": "angry",
}  # fmt: skip
"""The ids under which Facebook's answers name the kinds of reaction; the same in every program that reads them."""

_OTHERS = frozenset(
    {"attached_story", "comment_list_renderer", "comments", "interesting_top_level_comments", "reactors"}
)
"""Members of a story that hold what other people wrote or did."""

_TIMES = ("creation_time", "created_time", "publish_time")
_NODE = re.compile(rb"^(?P<kind>comment|feedback):(?P<of>[0-9]{3,25})(?:_(?P<own>[0-9]{3,25}))?$")
_MAX_NODE = 400


def is_whole(value: dict[str, object]) -> bool:
    """Whether this is a whole story, or a photo or video with its owner, and not a part or a mere reference."""
    if value.get("__typename") == "Story":
        return id_at(value, "post_id") is not None
    named = value.get("__typename") in ("Photo", "Video") and id_at(value, "id") is not None
    return (
        named and isinstance(value.get("owner"), dict) and ("message" in value or "creation_story" in value)
    )


def number_of(story: dict[str, object]) -> str:
    """The number of the story, or of the photo or video."""
    return id_at(story, "post_id") or id_at(story, "id") or ""


def address(story: dict[str, object]) -> str | None:
    """The address that the story states for itself."""
    for value in objects(story, skip=_OTHERS):
        for name in ("wwwURL", "permalink_url"):
            if text_at(value, name):
                return text_at(value, name)
        if "creation_time" in value and text_at(value, "url"):
            return text_at(value, "url")
    return None


def post(story: dict[str, object], responses: tuple[CapturedResponse, ...]) -> Post:
    """The story as a post; what it shares stands in ``shares``."""
    parts = _Parts(story)
    shared = at(parts.first("attached_story"), "attached_story")
    edits = number_at(parts.first("edit_history"), "edit_history", "count")
    identifier = number_of(story)
    return Post(
        platform=PLATFORM,
        native_id=identifier,
        url=f"{ROOT}/{identifier}",
        author=_account(at(parts.first("actors"), "actors", 0) or at(parts.first("owner"), "owner")),
        text=parts.text,
        created_at=next((when for name in _TIMES if (when := moment_at(parts.first(name), name))), None),
        edit_mark=None if edits is None else edits > 0,
        shares=_shared(shared) if isinstance(shared, dict) else None,
        entities=tuple(_entities(parts.text, parts.ranges)),
        media=_media(story, responses),
        links=tuple(_links(parts.ranges)),
        visibility=_visibility(parts.first("privacy_scope")),
        activity=_activity(parts),
    )


def signals(story: dict[str, object], where: str) -> Iterator[Signal]:
    """What stands in the story beside its words: its own address, and how often it was edited."""
    stated = address(story)
    if stated:
        yield Signal(name="stated-address", seen=stated, where=where)
    edits = number_at(_Parts(story).first("edit_history"), "edit_history", "count")
    if edits:
        yield Signal(name=EDIT_COUNT, seen=str(edits), where=where)


def targets(story: dict[str, object]) -> frozenset[str]:
    """The numbers under which comments and reactions call the story: its own, and those of its feedback."""
    found = {number_of(story)}
    for value in objects(story, skip=_OTHERS):
        node = _node(value.get("id"))
        if node is not None and node["kind"] == b"feedback":
            found.add(node["of"].decode())
    return frozenset(found - {""})


def acts(found: Found, wanted: frozenset[str], url: str) -> Iterator[Act]:
    """Comments and named reactions whose ids say that they belong to one of the wanted numbers."""
    for value in objects(found.value):
        comment = _comment(value, found.where, wanted, url)
        if comment is not None:
            yield comment
        node = _node(value.get("id"))
        if (
            node is not None
            and node["kind"] == b"feedback"
            and node["of"].decode() in wanted
            and not node["own"]
        ):
            for edge in items_at(value, "reactors", "edges"):
                if isinstance(at(edge, "node"), dict):
                    yield _reaction(edge, found.where, url)


class _Parts:
    """The first of each part of a story in the order of the text; one walk, not into what is somebody else's."""

    _NAMES = (*_TIMES, "actors", "owner", "edit_history", "privacy_scope", "attached_story", "reaction_count",
              "share_count", "total_comment_count", "video_view_count")  # fmt: skip

    def __init__(self, story: dict[str, object]) -> None:
        self._found: dict[str, dict[str, object]] = {}
        self.text, self.ranges = "", list[object]()
        told = False
        for value in objects(story, skip=_OTHERS):
            for name in self._NAMES:
                if value.get(name) is not None:
                    self._found.setdefault(name, value)
            message = at(value, "message")
            if not told and isinstance(at(message, "text"), str):
                told, self.text, self.ranges = (
                    True,
                    text_at(message, "text") or "",
                    items_at(message, "ranges"),
                )

    def first(self, name: str) -> dict[str, object]:
        """The first object that has the member; an empty one where none has."""
        return self._found.get(name, {})


def _comment(value: dict[str, object], where: str, wanted: frozenset[str], url: str) -> Act | None:
    identifier, author = id_at(value, "legacy_fbid"), at(value, "author")
    node = _node(value.get("id"))
    if (
        identifier is None
        or not isinstance(author, dict)
        or node is None
        or node["of"].decode() not in wanted
    ):
        return None
    parent = _node(at(value, "feedback", "parent_object_ent", "id")) or _node(
        at(value, "comment_direct_parent", "id")
    )
    answered = parent["own"].decode() if parent is not None and parent["own"] else None
    sticker = at(value, "sticker")
    picture = text_at(sticker, "url") or text_at(sticker, "image", "uri")
    text = text_at(value, "body", "text") or text_at(value, "preferred_body", "text") or ""
    return Act(
        kind=ActKind.STICKER if picture and not text else ActKind.COMMENT,
        actor=_account(author),
        object=answered if answered and answered != identifier else url,
        where=where,
        what=text or text_at(sticker, "label") or None,
        native_id=identifier,
        url=text_at(value, "feedback", "url"),
        at=moment_at(value, "created_time"),
        media=media_of([(picture, None)] if picture else [], ()),
    )


def _reaction(edge: object, where: str, url: str) -> Act:
    kind = id_at(edge, "feedback_reaction_info", "id") or ""
    named = REACTIONS.get(kind) or text_at(edge, "feedback_reaction_info", "key") or kind
    return Act(
        kind=ActKind.LIKE, actor=_account(at(edge, "node")), object=url, where=where, what=named or None
    )


def _node(identifier: object) -> re.Match[bytes] | None:
    """A node's id: ``comment:POST_COMMENT`` or ``feedback:POST``, in base64 or plain."""
    if not isinstance(identifier, str) or len(identifier) > _MAX_NODE:
        return None
    try:
        plain = b64decode(identifier, validate=True)
    except (binascii.Error, ValueError):
        plain = identifier.encode("utf-8", "replace")
    return _NODE.match(plain)


def _account(user: object) -> Account:
    """``id`` is the number alone: the token (``pfbid…``) that visitors are given in its place changes with time."""
    identifier = id_at(user, "id") or ""
    url = (
        text_at(user, "url")
        or text_at(user, "profile_url")
        or (f"{ROOT}/{identifier}" if identifier else None)
    )
    handle = re.fullmatch(
        r"https?://[\w.-]*facebook\.com/([A-Za-z0-9.]{3,80})/?(?:\?.*)?", url or "", re.ASCII
    )
    named = handle[1] if handle and not handle[1].isdigit() and not handle[1].startswith("pfbid") else None
    named = None if named == "profile.php" else named
    number = identifier if identifier.isdigit() else None
    return Account(id=number, handle=named, name=text_at(user, "name"), url=url)


def _shared(story: dict[str, object]) -> str | None:
    return address(story) or id_at(story, "post_id") or id_at(story, "id")


def _visibility(holder: dict[str, object]) -> str | None:
    """The audience by Facebook's own name for it (``everyone``, ``friends`` …); its description is in the visitor's
    language and is taken only where no name stands."""
    scope = at(holder, "privacy_scope")
    named = text_at(scope, "type") or text_at(scope, "icon_image", "name") or text_at(scope, "icon", "name")
    return named or text_at(scope, "description")


def _activity(parts: _Parts) -> dict[str, int]:
    stated = {
        "reactions": number_at(parts.first("reaction_count"), "reaction_count", "count"),
        "shares": number_at(parts.first("share_count"), "share_count", "count"),
        "comments": number_at(parts.first("total_comment_count"), "total_comment_count"),
        "views": number_at(parts.first("video_view_count"), "video_view_count"),
    }
    return {name: count for name, count in stated.items() if count is not None and count >= 0}


def _media(story: dict[str, object], responses: tuple[CapturedResponse, ...]) -> tuple[Media, ...]:
    return media_of(_files(story), responses)


def _files(story: dict[str, object]) -> Iterator[tuple[str, str | None]]:
    """Of each photo one picture, the largest first; of each video its file, then its still."""
    seen: set[str] = set()
    for value in objects(story, skip=_OTHERS):
        identifier = id_at(value, "id")
        if value.get("__typename") not in ("Photo", "Video") or identifier is None or identifier in seen:
            continue
        pictures = (
            text_at(value, name, "uri")
            for name in ("viewer_image", "photo_image", "image", "large_share_image", "thumbnailImage")
        )
        files = (
            text_at(value, "videoDeliveryLegacyFields", "browser_native_hd_url"),
            text_at(value, "videoDeliveryLegacyFields", "browser_native_sd_url"),
            text_at(value, "playable_url_quality_hd"),
            text_at(value, "playable_url"),
        )
        chosen = [next((url for url in group if url), None) for group in (files, pictures)]
        if any(chosen):
            seen.add(identifier)
        yield from ((url, text_at(value, "accessibility_caption")) for url in chosen if url)


def _entities(text: str, ranges: list[object]) -> Iterator[Entity]:
    ranges = ranges[:MAX_ENTITIES]
    marked = []
    for one in ranges:
        start, length = number_at(one, "offset"), number_at(one, "length")
        marked.append((-1, -1) if start is None or length is None else (start, start + length))
    for one, span in zip(ranges, from_utf16(text, marked), strict=True):
        kind = _kind(at(one, "entity"))
        if span is None or kind is None:
            continue
        target = {
            EntityKind.HASHTAG: text[span[0] : span[1]].removeprefix("#"),
            EntityKind.MENTION: id_at(one, "entity", "id"),
        }.get(kind, _url(at(one, "entity")))
        yield Entity(kind=kind, start=span[0], end=span[1], target=target)


def _kind(entity: object) -> EntityKind | None:
    name = text_at(entity, "__typename") or ""
    if name == "Hashtag":
        return EntityKind.HASHTAG
    if name in ("User", "Page", "Group", "Event"):
        return EntityKind.MENTION
    return EntityKind.LINK if _url(entity) else None


def _url(entity: object) -> str | None:
    return text_at(entity, "external_url") or text_at(entity, "web_link", "url") or text_at(entity, "url")


def _links(ranges: list[object]) -> Iterator[str]:
    for one in ranges[:MAX_ENTITIES]:
        entity = at(one, "entity")
        url = _url(entity) if _kind(entity) is EntityKind.LINK else None
        if url and url.startswith(("http://", "https://")):
            yield url
