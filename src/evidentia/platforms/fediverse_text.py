"""HTML of the fediverse as text, with the mentions, tags, links and custom emoji that stand in it.

Servers mark them by classes (``mention``, ``hashtag``: microformats as Mastodon writes them) and list them beside the
text; what a link means is what its own address says in those lists, never what its words look like.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from evidentia.record.post import Entity, EntityKind

from .content import links_in
from .marked_text import Mark, marked
from .markup import Element, UnreadableMarkup, attribute, classes, parse, text_of

MAX_MARKUP_CHARACTERS = 1_000_000
"""Two hundred times Mastodon's usual limit of a post's length, and its markup."""

_SHORTCODE = re.compile(r":([A-Za-z0-9_@.-]{1,200}):", re.ASCII)


@dataclass(frozen=True, slots=True)
class Named:
    """What is listed beside a text: accounts by their addresses, tags by theirs, pictures by shortcode."""

    mentions: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    emoji: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """A text as it is read. ``links`` are those that are neither mentions nor tags."""

    text: str
    entities: tuple[Entity, ...] = ()
    links: tuple[str, ...] = ()


def shown(content: str, base_url: str, named: Named | None = None) -> Shown:
    """What ``content`` shows; markup that cannot be parsed is shown as the characters that it is."""
    named = named or Named()
    if len(content) > MAX_MARKUP_CHARACTERS or not content.strip():
        return Shown(content.strip())
    try:
        root = parse(content)
    except UnreadableMarkup:
        return Shown(content)
    text, entities = marked(root, lambda element: _meaning(element, named))
    emoji = _emoji(text, named.emoji)
    ordered = tuple(sorted((*entities, *emoji), key=lambda one: (one.start, one.end)))
    links = links_in(root, base_url, lambda link: _kind(link, named) is not EntityKind.LINK)
    return Shown(text, ordered, links)


def plain(content: str, base_url: str) -> str:
    """The text alone."""
    return shown(content, base_url).text


def _meaning(element: Element, named: Named) -> Mark | None:
    if element.tag != "a" or not attribute(element, "href"):
        return None
    href, kind = attribute(element, "href"), _kind(element, named)
    if kind is EntityKind.MENTION:
        return Mark(kind, named.mentions.get(href) or href)
    if kind is EntityKind.HASHTAG:
        return Mark(kind, named.tags.get(href) or text_of(element).removeprefix("#"))
    return Mark(kind, href)


def _kind(link: Element, named: Named) -> EntityKind:
    href, names = attribute(link, "href"), classes(link)
    if href in named.tags or "hashtag" in names or "tag" in attribute(link, "rel").split():
        return EntityKind.HASHTAG
    if href in named.mentions or "mention" in names:
        return EntityKind.MENTION
    return EntityKind.LINK


def _emoji(text: str, pictures: Mapping[str, str]) -> list[Entity]:
    if not pictures:
        return []
    return [
        Entity(kind=EntityKind.EMOJI, start=found.start(), end=found.end(), target=pictures[found[1]])
        for found in _SHORTCODE.finditer(text)
        if found[1] in pictures
    ]
