"""Facebook's Graph API: a post, its comments, reactions and likes, as those are given who may ask.

developers.facebook.com/docs/graph-api/reference/post, /comment and /object/reactions. ``updated_time`` moves with every
comment and is no mark of an edit, so it is not read. Offsets of tags are checked against the name that they mark.
"""

from __future__ import annotations

from collections.abc import Iterator

from evidentia.record.post import Account, Act, ActKind, Entity, EntityKind, Post, Signal, State
from evidentia.record.said import Says
from evidentia.record.sentences import sentence

from .answers import at, id_at, items_at, number_at, objects, text_at, tree_or_none
from .captions import MAX_ENTITIES, from_utf16
from .content import media_of
from .embedded import Found
from .facebook_story import PLATFORM, ROOT
from .keys import authority
from .opengraph import placed
from .page import CapturedResponse

HOST = "graph.facebook.com"

_ERRORS = {
    1: (State.UNREACHABLE, sentence("platforms.facebook.graph.passing_error")),
    2: (State.UNREACHABLE, sentence("platforms.facebook.graph.out_of_service")),
    4: (State.CHALLENGE, sentence("platforms.facebook.graph.limits")),
    17: (State.CHALLENGE, sentence("platforms.facebook.graph.limits")),
    102: (State.LOGIN_WALL, sentence("platforms.facebook.graph.login")),
    190: (State.LOGIN_WALL, sentence("platforms.facebook.graph.token")),
    341: (State.CHALLENGE, sentence("platforms.facebook.graph.limits")),
    368: (State.CHALLENGE, sentence("platforms.facebook.graph.blocked")),
}
"""``error.code`` where it is about caller or host (developers.facebook.com/docs/graph-api/guides/error-handling). 100
with 33 is for what does not exist, cannot be loaded or may not be seen: it says none of them."""


def refusal(responses: tuple[CapturedResponse, ...]) -> tuple[State, Says, Signal] | None:
    """What stood between the caller and the post, by the code of a Graph API's error; None where none is known."""
    for response in responses:
        if authority(response.url) != HOST:
            continue
        code = number_at(tree_or_none(response.body), "error", "code")
        if code in _ERRORS:
            state, says = _ERRORS[code]
            return state, says, Signal(name="graph-error", seen=str(code), where=response.url)
    return None


def is_post(value: dict[str, object], number: str) -> bool:
    """Whether this is the Graph API's object for the post with that number: its id is ``OWNER_POST`` or the number."""
    identifier = id_at(value, "id") or ""
    return (
        identifier.rpartition("_")[2] == number
        and text_at(value, "created_time") is not None
        and ("from" in value or "permalink_url" in value)
    )


def post(value: dict[str, object], number: str, responses: tuple[CapturedResponse, ...]) -> Post:
    """The object as a post."""
    text = text_at(value, "message") or ""
    created, said = placed(text_at(value, "created_time"))
    counts = {
        "comments": number_at(value, "comments", "summary", "total_count"),
        "reactions": number_at(value, "reactions", "summary", "total_count"),
        "shares": number_at(value, "shares", "count"),
    }
    return Post(
        platform=PLATFORM,
        native_id=number,
        url=f"{ROOT}/{number}",
        author=_account(at(value, "from")),
        text=text,
        created_at=created,
        stated_time=said,
        shares=id_at(value, "parent_id"),
        entities=tuple(_entities(text, items_at(value, "message_tags"))),
        media=media_of(_files(value), responses),
        visibility=text_at(value, "privacy", "value"),
        activity={name: count for name, count in counts.items() if count is not None and count >= 0},
    )


def acts(value: dict[str, object], found: Found, url: str) -> Iterator[Act]:
    """Comments (with their answers), reactions and likes that stand inside the post's object."""
    for name, kind in (("reactions", ""), ("likes", "like")):
        for entry in items_at(value, name, "data"):
            named = kind or (text_at(entry, "type") or "").lower()
            yield Act(
                kind=ActKind.LIKE, actor=_account(entry), object=url, where=found.where, what=named or None
            )
    for inside in objects(at(value, "comments")):
        identifier, text = id_at(inside, "id"), at(inside, "message")
        if identifier is None or not isinstance(text, str) or "from" not in inside:
            continue
        at_time, said = placed(text_at(inside, "created_time"))
        yield Act(
            kind=ActKind.COMMENT,
            actor=_account(at(inside, "from")),
            object=id_at(inside, "parent", "id") or url,
            where=found.where,
            what=text,
            native_id=identifier.rpartition("_")[2],
            url=text_at(inside, "permalink_url"),
            at=at_time,
            stated_time=said,
        )


def _account(user: object) -> Account:
    return Account(id=id_at(user, "id"), handle=text_at(user, "username"), name=text_at(user, "name"))


def _files(value: dict[str, object]) -> Iterator[tuple[str, str | None]]:
    for inside in objects(at(value, "attachments")):
        url = text_at(inside, "media", "source") or text_at(inside, "media", "image", "src")
        if url:
            yield url, text_at(inside, "description")
    picture = text_at(value, "full_picture")
    if picture and not items_at(value, "attachments", "data"):
        yield picture, None


def _entities(text: str, tags: list[object]) -> Iterator[Entity]:
    """Where the words at the stated offset are the tag's name, in code points or in UTF-16 code units."""
    for tag in tags[:MAX_ENTITIES]:
        start, length, name = number_at(tag, "offset"), number_at(tag, "length"), text_at(tag, "name")
        if start is None or length is None or name is None or start < 0 or length <= 0:
            continue
        for span in ((start, start + length), *from_utf16(text, [(start, start + length)])):
            if span is not None and text[span[0] : span[1]].lstrip("@#") == name.lstrip("@#"):
                kind = EntityKind.HASHTAG if name.startswith("#") else EntityKind.MENTION
                target = name[1:] if kind is EntityKind.HASHTAG else id_at(tag, "id")
                yield Entity(kind=kind, start=span[0], end=span[1], target=target)
                break
