"""The text of a message in Telegram's widget, with what Telegram marks in it.

The widget keeps white space as it is (its style sheet says ``pre-wrap``), breaks lines with ``br``, and shows an emoji
as a picture behind its character: ``<i class="emoji"><b>…</b></i>``, a custom one inside of ``<tg-emoji emoji-id>``.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from evidentia.record.post import Entity, EntityKind

from .content import MAX_REFERENCES, absolute
from .markup import Element, attribute

_BLOCKS = frozenset({"blockquote", "pre"})


def read(element: Element, base_url: str) -> tuple[str, tuple[Entity, ...]]:
    """The text of ``element`` and its entities, with offsets in code points."""
    pieces: list[str] = []
    length = 0
    entities: list[Entity] = []
    opened: dict[Element, tuple[int, int]] = {}  # where each began: in code points, and in pieces
    stack: list[tuple[Element, bool]] = [(element, False)]
    needed = False

    def add(text: str | None) -> None:
        nonlocal length, needed
        if not text:
            return
        if needed and pieces and not pieces[-1].endswith("\n") and not text.startswith("\n"):
            pieces.append("\n")
            length += 1
        needed = False
        pieces.append(text)
        length += len(text)

    while stack:
        node, closing = stack.pop()
        if closing:
            if node in opened and len(entities) < MAX_REFERENCES:
                start, first = opened.pop(node)
                entities += _entity(node, start, "".join(pieces[first:]), base_url)
            needed = needed or node.tag in _BLOCKS
            if node is not element:
                add(node.tail)
            continue
        stack.append((node, True))
        needed = needed or node.tag in _BLOCKS
        if node.tag == "br":
            needed = False
            add("\n")
            continue
        if node.tag in ("a", "tg-emoji"):
            opened[node] = length, len(pieces)
        add(node.text)
        stack.extend((child, False) for child in reversed(node) if isinstance(child.tag, str))
    return _trimmed("".join(pieces), entities)


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, tuple[Entity, ...]]:
    plain = text.strip(" \n\t")
    cut = len(text) - len(text.lstrip(" \n\t"))
    moved = [
        Entity(
            kind=one.kind,
            start=max(one.start - cut, 0),
            end=min(one.end - cut, len(plain)),
            target=one.target,
        )
        for one in entities
    ]
    return plain, tuple(
        sorted((one for one in moved if one.start < one.end), key=lambda one: (one.start, one.end))
    )


def _entity(node: Element, start: int, held: str, base_url: str) -> Iterator[Entity]:
    words = held.lstrip("\n")
    start, end = start + len(held) - len(words), start + len(held)
    if not words.strip():
        return
    if node.tag == "tg-emoji":
        identifier = attribute(node, "emoji-id")
        known = identifier.isascii() and identifier.isdigit()
        target = f"tg://emoji?id={identifier}" if known else None
        yield Entity(kind=EntityKind.EMOJI, start=start, end=end, target=target)
        return
    href = attribute(node, "href")
    tag, target = _hashtag(href), absolute(href, base_url)
    if tag is not None and words.startswith("#"):
        yield Entity(kind=EntityKind.HASHTAG, start=start, end=end, target=tag.removeprefix("#"))
    elif words.startswith("@") and target.rstrip("/").rpartition("/")[2].lower() == words[1:].lower():
        yield Entity(kind=EntityKind.MENTION, start=start, end=end, target=words[1:])
    elif target:
        yield Entity(kind=EntityKind.LINK, start=start, end=end, target=target)


def _hashtag(href: str) -> str | None:
    """The tag for which a link searches the channel: ``?q=%23tag``."""
    try:
        return next(iter(parse_qs(urlsplit(href).query, max_num_fields=20).get("q", [])), None)
    except ValueError:
        return None
