"""Instagram's media object in its three spellings, and the comments and likers that come with it.

- GraphQL of the web pages and embeds (``shortcode_media``, ``xdt_shortcode_media``), as documented by
  github.com/instaloader/instaloader (structures.py) and github.com/yt-dlp/yt-dlp (extractor/instagram.py);
- the private API that newer pages use (``items`` with ``pk`` and ``code``), as documented by
  github.com/subzeroid/instagrapi (extractors.py);
- the Graph API's IG Media and IG Comment (developers.facebook.com/docs/instagram-platform/reference/instagram-media).

Times are seconds in UTC, or ISO 8601 with an offset in the Graph API. Captions come without marks: what the site makes
links of is found by its signs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from evidentia.record.post import Account, Act, ActKind, Post, Signal

from .answers import at, counters_at, flag_at, id_at, items_at, moment_at, number_at, objects, text_at
from .captions import signed
from .content import media_of
from .embedded import Found
from .opengraph import placed
from .page import CapturedResponse

PLATFORM = "instagram"
ROOT = "https://www.instagram.com"

MAX_ACTS = 20_000
"""Comments and likes that are listed for one post; the site gives some dozens with each answer."""

_COUNTERS = {
    "like_count": "likes", "comment_count": "comments", "comments_count": "comments", "play_count": "views",
    "view_count": "views", "video_view_count": "views", "video_play_count": "views", "reshare_count": "shares",
}  # fmt: skip
_CAPTIONS = frozenset({"caption", "edge_media_to_caption"})
"""A caption is spelled like a comment, and is none."""

_CONNECTIONS = frozenset(
    {"xdt_api__v1__media__media_id__comments__connection",
     "xdt_api__v1__media__media_id__comments__parent_comment_id__child_comments__connection"}
)  # fmt: skip
_EDGES_COUNTED = {
    "edge_media_preview_like": "likes", "edge_liked_by": "likes", "edge_media_to_comment": "comments",
    "edge_media_to_parent_comment": "comments", "edge_media_preview_comment": "comments",
}  # fmt: skip


def is_media(value: dict[str, object], code: str) -> bool:
    """Whether this is the medium with the short code, with enough of it to be read as a post."""
    if value.get("shortcode") == code:  # GraphQL, or the Graph API with that field
        return "owner" in value or "caption" in value
    if value.get("code") == code:
        return "pk" in value and "user" in value
    permalink = text_at(value, "permalink") or ""
    return permalink.rstrip("/").endswith(f"/{code}") and "media_type" in value


def caption(media: dict[str, object]) -> str:
    """The caption as it is stored, empty where there is none."""
    stored = at(media, "caption")
    if isinstance(stored, str):
        return stored
    return (
        text_at(stored, "text") or text_at(media, "edge_media_to_caption", "edges", 0, "node", "text") or ""
    )


def post(media: dict[str, object], code: str, responses: tuple[CapturedResponse, ...]) -> Post:
    """The medium as a post."""
    text, author = caption(media), _owner(media)
    stated_at, stated_time = _when(media)
    return Post(
        platform=PLATFORM,
        native_id=code,
        url=f"{ROOT}/p/{code}/",
        author=author,
        text=text,
        title=text_at(media, "title"),
        created_at=stated_at,
        stated_time=stated_time,
        edit_mark=flag_at(media, "caption_is_edited"),
        entities=signed(text),
        media=media_of(_files(media), responses),
        visibility=_visibility(media),
        activity=_activity(media),
    )


def identifiers(media: dict[str, object]) -> frozenset[str]:
    """The numbers by which other answers call the medium: ``pk``, and ``id`` without its owner."""
    found = (id_at(media, "pk"), id_at(media, "id"), id_at(media, "ig_id"))
    return frozenset(number.partition("_")[0] for number in found if number)


def signals(media: dict[str, object], where: str) -> Iterator[Signal]:
    """What stands in the medium beside its caption: its number, who shares in the post, who is tagged on it."""
    for number in sorted(identifiers(media)):
        yield Signal(name="media-id", seen=number, where=where)
    for other in items_at(media, "coauthor_producers"):
        named = _account(other)
        yield Signal(name="co-author", seen=f"@{named.handle} (id {named.id})", where=where)
    tagged = [
        *(at(edge, "node", "user") for edge in items_at(media, "edge_media_to_tagged_user", "edges")),
        *(at(tag, "user") for tag in items_at(media, "usertags", "in")),
    ]
    for user in tagged:
        named = _account(user)
        yield Signal(name="tagged-account", seen=f"@{named.handle} (id {named.id})", where=where)


def acts(media: dict[str, object], found: Found, url: str) -> Iterator[Act]:
    """The comments and named likers that stand inside the medium."""
    yield from _likes_of(media, found, url)
    for value in objects(media, skip=_CAPTIONS):
        comment = _comment(value, found, url)
        if comment is not None:
            yield comment
    for name in ("likers", "facepile_top_likers"):
        yield from (_like(user, found.where, url) for user in items_at(media, name) if id_at(user, "pk"))


def acts_beside(found: Found, url: str, wanted: frozenset[str]) -> Iterator[Act]:
    """The comments and likers beside the medium: in answers whose address or whose objects name its number, and in the
    connection of comments that a post's own page holds and asks for."""
    named = any(
        f"/media/{number}/" in found.where or f"media_id={number}" in found.where for number in wanted
    )
    if named and "/likers" in found.where:
        yield from (_like(user, found.where, url) for user in items_at(found.value, "users"))
        return
    for value in objects(found.value, skip=_CAPTIONS):
        own = [value] if named or id_at(value, "media_id") in wanted else []
        for name in value.keys() & _CONNECTIONS:
            own += [
                node for edge in items_at(value, name, "edges") if isinstance(node := at(edge, "node"), dict)
            ]
        for one in own:
            comment = _comment(one, found, url)
            if comment is not None:
                yield comment


def _comment(value: dict[str, object], found: Found, url: str) -> Act | None:
    """A comment in any of the three spellings; a caption, which newer pages spell like one, is none."""
    text, identifier = at(value, "text"), id_at(value, "pk") or id_at(value, "id")
    user = at(value, "owner") or at(value, "user") or at(value, "from")
    if not isinstance(text, str) or identifier is None or not isinstance(user, dict):
        return None
    when, said = _when(value)
    if (when is None and said is None) or number_at(value, "type") == 1:  # 1 is a caption (instagrapi)
        return None
    sticker = text_at(value, "giphy_media_info", "first_party_cdn_proxied_images", "fixed_height", "url")
    return Act(
        kind=ActKind.STICKER if sticker and not text else ActKind.COMMENT,
        actor=_account(user),
        object=id_at(value, "parent_comment_id") or url,
        where=found.where,
        what=text or text_at(value, "giphy_media_info", "title"),
        native_id=identifier,
        at=when,
        stated_time=said,
        media=media_of([(sticker, None)] if sticker else [], ()),
    )


def _likes_of(media: dict[str, object], found: Found, url: str) -> Iterator[Act]:
    for name in ("edge_liked_by", "edge_media_preview_like"):
        for edge in items_at(media, name, "edges"):
            if id_at(edge, "node", "id"):
                yield _like(at(edge, "node"), found.where, url)


def _like(user: object, where: str, url: str) -> Act:
    return Act(kind=ActKind.LIKE, actor=_account(user), object=url, where=where, what="like")


def _owner(media: dict[str, object]) -> Account:
    owner = at(media, "owner") or at(media, "user")
    if isinstance(owner, dict):
        named = _account(owner)
        return (
            named
            if named.handle or "username" not in media
            else _account(owner | {"username": media["username"]})
        )
    return _account(media)


def _account(user: object) -> Account:
    handle = text_at(user, "username")
    return Account(
        id=id_at(user, "pk") or id_at(user, "id"),
        handle=handle,
        name=text_at(user, "full_name"),
        url=f"{ROOT}/{handle}/" if handle else None,
    )


def _when(value: dict[str, object]) -> tuple[datetime | None, str | None]:
    for name in ("taken_at_timestamp", "taken_at", "created_at_utc", "created_at"):
        moment = moment_at(value, name)
        if moment is not None:
            return moment, None
    return placed(text_at(value, "timestamp"))


def _visibility(media: dict[str, object]) -> str | None:
    private = flag_at(media, "owner", "is_private")
    private = flag_at(media, "user", "is_private") if private is None else private
    return None if private is None else ("private account" if private else "public account")


def _activity(media: dict[str, object]) -> dict[str, int]:
    edges = {name: at(media, name, "count") for name in _EDGES_COUNTED}
    return counters_at(edges, _EDGES_COUNTED) | counters_at(media, _COUNTERS)


def _files(media: dict[str, object]) -> Iterator[tuple[str, str | None]]:
    """The pictures and videos, a carousel's in its order; of a video its file and its still."""
    children = (
        [at(edge, "node") for edge in items_at(media, "edge_sidecar_to_children", "edges")]
        or items_at(media, "carousel_media")
        or items_at(media, "children", "data")
        or [media]
    )
    for child in children:
        description = text_at(child, "accessibility_caption") or text_at(child, "alt_text")
        for url in (
            text_at(child, "video_url") or text_at(child, "video_versions", 0, "url"),
            text_at(child, "media_url"),
            text_at(child, "display_url") or text_at(child, "image_versions2", "candidates", 0, "url"),
        ):
            if url:
                yield url, description
