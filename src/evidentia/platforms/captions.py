"""Hashtags, mentions and marked spans in the text of a post, as code points."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import accumulate

from evidentia.record.post import Entity, EntityKind

MAX_ENTITIES = 2_000
"""Marked parts of one text; the platforms that are read allow 30 hashtags and some thousand characters."""

_SIGNED = re.compile(
    r"(?<![\w&#/])#(?P<tag>(?=\w*[^\W\d])\w{1,150})|(?<![\w@.])@(?P<name>[A-Za-z0-9_.]{0,29}[A-Za-z0-9_])"
)


def signed(text: str) -> tuple[Entity, ...]:
    """What Instagram makes links of in a caption, by its sign: ``#tag`` (not of digits alone) and ``@name``."""
    return tuple(_entities(text))


def _entities(text: str) -> Iterator[Entity]:
    for found, _ in zip(_SIGNED.finditer(text), range(MAX_ENTITIES), strict=False):
        kind = EntityKind.HASHTAG if found["tag"] else EntityKind.MENTION
        yield Entity(kind=kind, start=found.start(), end=found.end(), target=found["tag"] or found["name"])


def from_utf16(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int] | None]:
    """Spans counted in UTF-16 code units, as scripts of web pages count, in code points; None for one that lies
    outside the text or is empty."""
    units = list(accumulate((2 if ord(character) > 0xFFFF else 1 for character in text), initial=0))
    return [
        (bisect_left(units, start), bisect_left(units, end)) if 0 <= start < end <= units[-1] else None
        for start, end in spans
    ]
