"""Text as Telegram exports it: one string, or pieces of which some are marked; with the marks as entities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evidentia.record.post import Entity, EntityKind

_KINDS = {
    "mention": EntityKind.MENTION,
    "mention_name": EntityKind.MENTION,
    "hashtag": EntityKind.HASHTAG,
    "link": EntityKind.LINK,
    "text_link": EntityKind.LINK,
    "custom_emoji": EntityKind.EMOJI,
}
_TARGETS = {"mention_name": "user_id", "text_link": "href", "custom_emoji": "document_id"}


def text_of(fields: dict[str, Any]) -> tuple[str, tuple[Entity, ...]]:
    """The text of a message and its entities, from ``text_entities`` or, in older exports, from ``text``."""
    listed = fields.get("text_entities")
    pieces = listed if isinstance(listed, list) and listed else fields.get("text")
    if isinstance(pieces, str):
        return pieces, ()
    text, entities = "", []
    for kind, piece, target in _pieces(pieces):
        marked = _KINDS.get(kind)
        if marked is not None and piece:
            entities.append(Entity(kind=marked, start=len(text), end=len(text) + len(piece), target=target))
        text += piece
    return text, tuple(entities)


def _pieces(pieces: Any) -> Iterator[tuple[str, str, str | None]]:
    """Kind, text and target of each piece."""
    for piece in pieces if isinstance(pieces, list) else []:
        if isinstance(piece, str):
            yield "plain", piece, None
        elif isinstance(piece, dict) and isinstance(piece.get("text"), str):
            kind, text = str(piece.get("type")), str(piece["text"])
            target = piece.get(_TARGETS.get(kind, ""))
            shown = str(target) if isinstance(target, (str, int)) else _plain_target(kind, text)
            yield kind, text, shown


def _plain_target(kind: str, text: str) -> str | None:
    if kind in ("mention", "hashtag"):
        return text[1:]
    return text if kind == "link" else None
