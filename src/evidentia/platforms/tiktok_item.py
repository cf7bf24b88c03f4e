"""TikTok's item, the object that its pages and answers hold for a video or a series of pictures, and its comments.

The shape is that of ``itemStruct`` as programs that read it document it: github.com/yt-dlp/yt-dlp and
github.com/mikf/gallery-dl (``extractor/tiktok.py``), github.com/medialab/minet (duets, stickers). Times are seconds in
UTC.
"""

from __future__ import annotations

from collections.abc import Iterator

from evidentia.record.post import Account, Act, ActKind, Entity, EntityKind, Post, Signal

from .answers import at, counters_at, flag_at, id_at, items_at, moment_at, number_at, objects, text_at
from .captions import MAX_ENTITIES, from_utf16
from .content import media_of
from .embedded import Found
from .page import CapturedResponse

PLATFORM = "tiktok"
ROOT = "https://www.tiktok.com"

MAX_ACTS = 20_000
"""Comments that are listed for one post; the site gives twenty with each answer."""

_COUNTERS = {
    "diggCount": "likes", "commentCount": "comments", "shareCount": "shares", "playCount": "views",
    "collectCount": "saves", "repostCount": "reposts",
}  # fmt: skip


def is_item(value: dict[str, object], wanted: str) -> bool:
    """Whether this is the item with the wanted id, and not only a reference to it."""
    return id_at(value, "id") == wanted and isinstance(value.get("desc"), str) and "createTime" in value


def post(item: dict[str, object], responses: tuple[CapturedResponse, ...]) -> Post:
    """The item as a post."""
    text = text_at(item, "desc") or ""
    identifier, author = id_at(item, "id") or "", _author(item)
    duet = id_at(item, "duetInfo", "duetFromId")
    entities = tuple(_entities(text, items_at(item, "textExtra")))
    return Post(
        platform=PLATFORM,
        native_id=identifier,
        url=f"{ROOT}/@{author.handle or ''}/{'photo' if at(item, 'imagePost') else 'video'}/{identifier}",
        author=author,
        text=text,
        created_at=moment_at(item, "createTime"),
        shares=duet,
        entities=entities,
        media=media_of(_media(item), responses),
        visibility=_visibility(item),
        activity=counters_at(at(item, "stats"), _COUNTERS) | counters_at(at(item, "statsV2"), _COUNTERS),
    )


def signals(item: dict[str, object], where: str) -> Iterator[Signal]:
    """What stands in the item beside its caption: words laid over the video, effects, who may duet it, labels."""
    for sticker in items_at(item, "stickersOnItem")[:MAX_ENTITIES]:
        words = [word for word in items_at(sticker, "stickerText") if isinstance(word, str)]
        if words:
            yield Signal(name="text-on-video", seen="\n".join(words), where=where)
    for effect in items_at(item, "effectStickers")[:MAX_ENTITIES]:
        name = text_at(effect, "name")
        if name:
            yield Signal(name="effect", seen=f"{name} ({id_at(effect, 'ID') or 'no id'})", where=where)
    if id_at(item, "duetInfo", "duetFromId"):
        yield Signal(name="duet-from", seen=id_at(item, "duetInfo", "duetFromId") or "", where=where)
    if flag_at(item, "IsAigc"):
        yield Signal(name="labelled-as-made-by-ai", seen="IsAigc", where=where)


def is_withheld(item: dict[str, object]) -> bool:
    """Whether the item came without its video because it is classified as unfit for some audiences."""
    shown = text_at(item, "video", "playAddr") or items_at(item, "imagePost", "images")
    return flag_at(item, "isContentClassified") is True and not shown


def comments(found: Found, wanted: str, url: str) -> Iterator[Act]:
    """The comments on the wanted item (``/api/comment/list/`` and its replies), each as its author's act."""
    for value in objects(found.value):
        identifier, text = id_at(value, "cid"), at(value, "text")
        if identifier is None or not isinstance(text, str) or id_at(value, "aweme_id") != wanted:
            continue
        answered = id_at(value, "reply_id")
        yield Act(
            kind=ActKind.COMMENT,
            actor=_commenter(at(value, "user")),
            object=url if answered is None else answered,
            where=found.where,
            what=text,
            native_id=identifier,
            at=moment_at(value, "create_time"),
        )


def account(handle: str | None, identifier: str | None, name: str | None) -> Account:
    """An account, with the address of its page."""
    return Account(id=identifier, handle=handle, name=name, url=f"{ROOT}/@{handle}" if handle else None)


def _author(item: dict[str, object]) -> Account:
    author = at(item, "author")
    if isinstance(author, str):  # SIGI_STATE: the handle alone, the rest beside it
        return account(author or None, id_at(item, "authorId"), text_at(item, "nickname"))
    return account(text_at(author, "uniqueId"), id_at(author, "id"), text_at(author, "nickname"))


def _commenter(user: object) -> Account:
    return account(text_at(user, "unique_id"), id_at(user, "uid"), text_at(user, "nickname"))


def _visibility(item: dict[str, object]) -> str | None:
    for name, means in (("privateItem", "private"), ("secret", "private"), ("forFriend", "friends")):
        if flag_at(item, name):
            return means
    return "public" if flag_at(item, "privateItem") is False else None


def _media(item: dict[str, object]) -> Iterator[tuple[str, str | None]]:
    for image in items_at(item, "imagePost", "images"):
        url = text_at(image, "imageURL", "urlList", 0)
        if url:
            yield url, None
    for name in ("playAddr", "cover"):
        url = text_at(item, "video", name)
        if url:
            yield url, None


def _entities(text: str, extra: list[object]) -> Iterator[Entity]:
    """What the platform marks in the caption. ``start`` and ``end`` count UTF-16 code units, as its scripts do."""
    extra = extra[:MAX_ENTITIES]
    marked = [(number_at(entry, "start") or 0, number_at(entry, "end") or 0) for entry in extra]
    for entry, span in zip(extra, from_utf16(text, marked), strict=True):
        tag, user = text_at(entry, "hashtagName"), text_at(entry, "userUniqueId")
        if span is None or not (tag or user):
            continue
        kind = EntityKind.HASHTAG if tag else EntityKind.MENTION
        yield Entity(kind=kind, start=span[0], end=span[1], target=tag or id_at(entry, "userId") or user)
