"""Texts of X and the parts that X marks in them.

X states ``full_text`` with ``&``, ``<`` and ``>`` escaped, and counts positions in code points of that escaped text;
the text of a long post (``note_tweet``) is not escaped, and counted in code points too. So it was in 578 entities of
437 recorded posts (github.com/vladkens/twscrape, tests/mocked-data), all but one of which, cut off with its text,
stand where X says. Since X documents neither, a place is taken only if the marked words stand there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from evidentia.record.post import Entity, EntityKind

from .captions import from_utf16

_ESCAPES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
_ESCAPE = re.compile("|".join(_ESCAPES))
_SIGNS = {EntityKind.MENTION: "@＠", EntityKind.HASHTAG: "#＃"}


@dataclass(frozen=True, slots=True)
class Mark:
    """What X says of a part of a text: where it stands, and the words there, without the sign of a name or tag."""

    kind: EntityKind
    start: int
    end: int
    words: str
    target: str


def read(stated: str, marks: Iterable[Mark], *, escaped: bool) -> tuple[str, tuple[Entity, ...]]:
    """The text as it is read, and the marks that stand in it, in order, with offsets in code points of that text.

    Args:
        stated: the text as X states it.
        marks: what X says stands where.
        escaped: whether ``&amp;``, ``&lt;`` and ``&gt;`` in it stand for characters.
    """
    text, offsets = _unescaped(stated) if escaped else (stated, list(range(len(stated) + 1)))
    found = {entity for mark in marks if (entity := _placed(mark, stated, text, offsets)) is not None}
    return text, tuple(sorted(found, key=lambda entity: (entity.start, entity.end, entity.kind)))


def _placed(mark: Mark, stated: str, text: str, offsets: list[int]) -> Entity | None:
    for start, end in _places(mark, stated, text, offsets):
        if 0 <= start < end <= len(text) and _stands(mark, text[start:end]):
            return Entity(kind=mark.kind, start=start, end=end, target=mark.target)
    return None


def _places(mark: Mark, stated: str, text: str, offsets: list[int]) -> Iterable[tuple[int, int]]:
    """Code points of the stated text, as recorded; of the text that is read; UTF-16 units, as JavaScript counts."""
    if 0 <= mark.start <= mark.end < len(offsets):
        yield offsets[mark.start], offsets[mark.end]
    yield mark.start, mark.end
    yield from (place for place in from_utf16(text, [(mark.start, mark.end)]) if place is not None)


def _stands(mark: Mark, words: str) -> bool:
    signs = _SIGNS.get(mark.kind)
    if signs is None:
        return words == mark.words
    return words[0] in signs and words[1:].casefold() == mark.words.casefold()


def _unescaped(stated: str) -> tuple[str, list[int]]:
    """The text, and for every code point of the stated one (and its end) where it stands in the text."""
    pieces: list[str] = []
    offsets: list[int] = []
    read = length = 0
    for found in _ESCAPE.finditer(stated):
        plain = stated[read : found.start()]
        offsets += range(length, length + len(plain))
        length += len(plain)
        offsets += [length] * len(found[0])
        length += 1
        pieces += (plain, _ESCAPES[found[0]])
        read = found.end()
    offsets += range(length, length + len(stated) - read + 1)
    return "".join(pieces) + stated[read:], offsets
