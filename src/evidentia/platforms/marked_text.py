"""The text of an element, and where in it stand the parts that mean something to the platform.

``markup.text_of`` knows what is read; marks that no text can hold are put around the parts while it reads, and their
places are counted in visible characters, so that the text stays exactly what ``text_of`` makes of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from evidentia.record.post import Entity, EntityKind

from .markup import Element, text_of

_NONCHARACTERS = tuple(chr(code) for code in range(0xFDD0, 0xFDF0))
"""Code points that are never assigned (Unicode, section 23.7); two that the text does not hold serve as marks."""

_WHITE_SPACE = frozenset(" \t\r\n\f")


@dataclass(frozen=True, slots=True)
class Mark:
    """What an element means. ``kind`` is None for one that only ``stands_for`` a text in place of its content."""

    kind: EntityKind | None
    target: str | None = None
    stands_for: str | None = None


Marking = Callable[[Element], Mark | None]
"""What an element means; None for one that is read as it is."""


def marked(element: Element, marking: Marking) -> tuple[str, tuple[Entity, ...]]:
    """The text as it is read, and the marked parts of it, in order."""
    text = text_of(element, lambda node: _stands_for(marking(node)))
    unused = [mark for mark in _NONCHARACTERS if mark not in text]
    if len(unused) < 2:
        return text, ()  # a text that holds all of them was made to confuse
    opening, closing = unused[:2]
    marks: list[Mark] = []

    def enclosed(node: Element) -> str | None:
        mark = marking(node)
        if mark is None or mark.kind is None:
            return _stands_for(mark)
        marks.append(mark)
        return opening + (text_of(node) if mark.stands_for is None else mark.stands_for) + closing

    return text, _placed(text, text_of(element, enclosed), opening, closing, marks)


def _stands_for(mark: Mark | None) -> str | None:
    return None if mark is None else mark.stands_for


def _placed(text: str, enclosed: str, opening: str, closing: str, marks: list[Mark]) -> tuple[Entity, ...]:
    places = [place for place, character in enumerate(text) if character not in _WHITE_SPACE]
    found: list[Entity] = []
    seen = begun = 0
    following = iter(marks)
    for character in enclosed:
        if character == opening:
            begun = seen
        elif character == closing:
            mark = next(following)
            if begun < seen <= len(places) and mark.kind is not None:
                start, end = places[begun], places[seen - 1] + 1
                found.append(Entity(kind=mark.kind, start=start, end=end, target=mark.target))
        elif character not in _WHITE_SPACE:
            seen += 1
    return tuple(found)
