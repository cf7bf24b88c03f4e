"""Items that a page marks up in its elements: microdata (HTML standard) and microformats (microformats.org/wiki).

Both are found in one walk through the document, as places and not as texts: reading texts costs, and a hostile page
nests one property in another without end. What reads them has an ``Allowance`` of elements to walk through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias

from .markup import MAX_ELEMENTS, Element, Replacement, attribute, classes, elements, text_of

MAX_VALUES = 2_000
"""Values of one property; what comes after is not looked at."""

MAX_INSIDE = 8
"""Properties with texts that may stand inside one another: each is read with all that is in it. Pages have two or
three, a name inside a heading inside a text."""

MAX_LOOKS = 4 * MAX_ELEMENTS
"""Elements that may be walked through for the texts of one page's properties: four times as many as a page may have."""


VOCABULARY = frozenset(
    {"h-adr", "h-app", "h-card", "h-cite", "h-entry", "h-event", "h-feed", "h-geo", "h-item", "h-listing", "h-product",
     "h-recipe", "h-resume", "h-review", "h-review-aggregate"}
)  # fmt: skip
"""microformats.org/wiki/microformats2, "v2 vocabularies". Other classes in ``h-`` are heights, on many pages."""


@dataclass
class Item:
    """One thing: its types, its element, and its properties in the order of the page."""

    types: frozenset[str]
    element: Element
    properties: dict[str, list[Value]] = field(default_factory=dict)

    def first(self, *names: str) -> Value | None:
        """The first value of the first of the properties that has one."""
        return next((self.properties[name][0] for name in names if self.properties.get(name)), None)

    def values(self, name: str) -> list[Value]:
        """All values of the property."""
        return self.properties.get(name, [])


Value: TypeAlias = Element | Item
"""A property's value: another item, or the element whose text or address it is."""


@dataclass
class Allowance:
    """How many elements may still be walked through."""

    left: int = MAX_LOOKS

    def text(self, element: Element, replace: Replacement = lambda _: None) -> str:
        """The element's text; empty once the allowance is spent."""
        size = sum(1 for _ in islice(elements(element), self.left + 1))
        if size > self.left:
            self.left = 0
            return ""
        self.left -= size
        return text_of(element, replace)


def microdata(root: Element) -> list[Item]:
    """The outermost items (``itemscope``), each with those inside it as values or as items of their own."""

    def item_of(element: Element) -> Item | None:
        if element.get("itemscope") is None:
            return None
        named = attribute(element, "itemtype").split()
        return Item(frozenset(name.rstrip("/").rpartition("/")[2] for name in named), element)

    return _collect(root, item_of, lambda element: attribute(element, "itemprop").split())


def microformats(root: Element) -> list[Item]:
    """The outermost items of microformats2 (by the classes of VOCABULARY), with those inside them."""

    def item_of(element: Element) -> Item | None:
        types = classes(element) & VOCABULARY
        return Item(types, element) if types else None

    def names(element: Element) -> list[str]:
        given = attribute(element, "class").split()
        return [name for name in given if name.startswith(("p-", "u-", "e-", "dt-"))]

    return _collect(root, item_of, names)


def all_items(items: list[Item]) -> Iterator[Item]:
    """The items and all inside them, each once, outer ones first."""
    level = items
    while level:
        yield from level
        level = [value for item in level for values in item.properties.values() for value in values
                 if isinstance(value, Item)]  # fmt: skip


_UNNAMED = ""
"""Items inside another that are no value of a property of it stand under this name."""


def _collect(
    root: Element, item_of: Callable[[Element], Item | None], names: Callable[[Element], list[str]]
) -> list[Item]:
    found: list[Item] = []
    stack: list[tuple[Element, Item | None, int]] = [(root, None, 0)]
    while stack:
        element, owner, inside = stack.pop()
        if not isinstance(element.tag, str):
            continue
        item = item_of(element)
        if owner is not None and (item is not None or inside < MAX_INSIDE):
            inside += _put(owner, names(element), element if item is None else item)
        elif item is not None:
            found.append(item)
        stack.extend((child, item or owner, inside) for child in reversed(element))
    return found


def _put(owner: Item, names: list[str], value: Value) -> int:
    """Keep the value under its names; 1 where it is one whose text has to be read, 0 where it is not."""
    for name in dict.fromkeys(names or ([_UNNAMED] if isinstance(value, Item) else [])):
        values = owner.properties.setdefault(name, [])
        if len(values) < MAX_VALUES:
            values.append(value)
    return int(bool(names) and not isinstance(value, Item))
