"""An ActivityPub object as it was answered: found, named, and read as a post.

Source: Activity Streams 2.0 Core and Vocabulary (W3C, 2017), ActivityPub (2018). JSON-LD is read as the plain JSON that
servers exchange: a value may be one thing or a list, an object or only its address.
"""

from __future__ import annotations

from typing import Any, TypeAlias
from urllib.parse import urlsplit

from evidentia.record.post import Account, Post

from . import answers
from .content import MAX_REFERENCES, media_of
from .fediverse_text import Named, shown
from .keys import authority
from .page import CapturedResponse
from .replay import is_json

PLATFORM = "activitypub"
PUBLIC = frozenset({"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"})

Node: TypeAlias = dict[str, Any]

POSTS = frozenset({"Note", "Article", "Page", "Question", "Video", "Image", "Audio", "Event", "Document"})
TOMBSTONE = "Tombstone"

_CONTEXT = "https://www.w3.org/ns/activitystreams"
_WRAPPERS = frozenset({"Create", "Update"})
_QUOTES = ("quote", "quoteUrl", "quoteUri", "_misskey_quote")


def object_in(response: CapturedResponse | None) -> Node | None:
    """The object that was answered, whatever the status; None where the answer is none."""
    if response is None or not is_json(response):
        return None
    try:
        value = answers.tree(response.body)
    except answers.UnreadableAnswer:
        return None
    if not isinstance(value, dict) or _CONTEXT not in _strings(value.get("@context")):
        return None
    return value if types(value) else None


def types(node: Node) -> frozenset[str]:
    """The names of an object's types."""
    return frozenset(_strings(node.get("type")))


def unwrapped(node: Node) -> Node:
    """The object of an activity that publishes it; itself where it is none."""
    inner = node.get("object")
    return inner if types(node) & _WRAPPERS and isinstance(inner, dict) else node


def author_id(node: Node) -> str | None:
    """Whose object it is, as it says: the address of an actor."""
    inner = unwrapped(node)
    return identifier(inner.get("attributedTo")) or identifier(node.get("actor"))


def is_own(node: Node, where: str) -> bool:
    """Whether object and author are of the host that answered: it cannot speak for others without their signature."""
    named = (answers.text(unwrapped(node).get("id")), author_id(node))
    return all(authority(one) == authority(where) for one in named if one is not None)


def identifier(value: object) -> str | None:
    """The address of what is referred to: the first, where several are."""
    if isinstance(value, list):
        value = value[0] if value else None
    return answers.text(value["id"] if isinstance(value, dict) and "id" in value else value)


def post_of(node: Node, author: Node | None, url: str, responses: tuple[CapturedResponse, ...]) -> Post:
    """The object as a post. ``author`` is the actor's own document, where it was captured."""
    inner = unwrapped(node)
    content = answers.text(inner.get("content")) or _first(inner.get("contentMap")) or ""
    said = shown(content, url, _named(inner))
    published, updated = (answers.moment(answers.text(inner.get(name))) for name in ("published", "updated"))
    edited = updated is not None and updated != published
    attached = [
        (link, answers.text(one.get("name")))
        for one in _nodes(inner.get("attachment"))
        if "Link" not in types(one) and (link := _link(one))
    ]
    return Post(
        platform=PLATFORM,
        native_id=answers.text(inner.get("id")) or url,
        url=answers.text(inner.get("id")) or url,
        author=_account(author_id(node), author),
        text=said.text,
        title=answers.text(inner.get("name")) or answers.text(inner.get("summary")),
        created_at=published,
        edited_at=updated if edited else None,
        edit_mark=edited if published is not None else None,
        in_reply_to=identifier(inner.get("inReplyTo")),
        quotes=next((found for name in _QUOTES if (found := identifier(inner.get(name)))), None),
        shares=identifier(node.get("object")) if "Announce" in types(node) else None,
        entities=said.entities,
        media=media_of(attached, responses),
        links=said.links,
        visibility=_visibility(inner),
        activity=answers.counters(
            likes=answers.member(inner.get("likes"), "totalItems"),
            shares=answers.member(inner.get("shares"), "totalItems"),
            replies=answers.member(inner.get("replies"), "totalItems"),
        ),
    )


def _account(who: str | None, author: Node | None) -> Account:
    if author is None or answers.text(author.get("id")) != who or who is None:
        return Account(id=who, url=who)
    username = answers.text(author.get("preferredUsername"))
    try:
        host = urlsplit(who).netloc
    except ValueError:
        host = ""
    return Account(
        id=who,
        handle=f"{username}@{host}" if username and host else username,
        name=answers.text(author.get("name")),
        url=_link({"url": author.get("url")}) or who,
    )


def _named(node: Node) -> Named:
    tags = _nodes(node.get("tag"))
    by_type: dict[str, dict[str, str]] = {"Mention": {}, "Hashtag": {}, "Emoji": {}}
    for tag in tags:
        name, href = answers.text(tag.get("name")), answers.text(tag.get("href"))
        for kind in types(tag) & by_type.keys():
            if kind == "Mention" and href:
                by_type[kind][href] = href  # an actor's address is its stable id
            elif kind == "Hashtag" and href and name:
                by_type[kind][href] = name.removeprefix("#")
            elif kind == "Emoji" and name:
                icon = tag.get("icon")
                by_type[kind][name.strip(":")] = (_link(icon) if isinstance(icon, dict) else None) or ""
    return Named(by_type["Mention"], by_type["Hashtag"], by_type["Emoji"])


def _visibility(node: Node) -> str | None:
    """By whom it is addressed to: ``to`` the public, or only a copy (``cc``) to it; else not public."""
    if "to" not in node and "cc" not in node:
        return None
    if PUBLIC & set(_strings(node.get("to"))):
        return "public"
    return "unlisted" if PUBLIC & set(_strings(node.get("cc"))) else "private"


def _link(node: Node) -> str | None:
    """Where an attached file is: ``url`` as an address, a ``Link``, or a list of them."""
    for value in node["url"] if isinstance(node.get("url"), list) else [node.get("url"), node.get("href")]:
        found = answers.text(value.get("href") if isinstance(value, dict) else value)
        if found is not None and found.startswith(("https://", "http://")):
            return found
    return None


def _first(mapping: object) -> str | None:
    values = list(mapping.values())[:1] if isinstance(mapping, dict) else []
    return answers.text(values[0]) if values else None


def _nodes(value: object) -> list[Node]:
    entries = value if isinstance(value, list) else [value]
    return [one for one in entries[:MAX_REFERENCES] if isinstance(one, dict)]


def _strings(value: object) -> list[str]:
    entries = value if isinstance(value, list) else [value]
    return [one for one in entries[:MAX_REFERENCES] if isinstance(one, str)]
