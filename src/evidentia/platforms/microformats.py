"""Posts that a page marks up with microformats2: ``h-entry`` with its author, times, answers, likes and shares.

microformats.org/wiki/h-entry, /h-cite, /h-card and /microformats2-parsing. A page without scripts can state here what
it likes (``u-like-of``), shares (``u-repost-of``), answers (``u-in-reply-to``), and show who answered or liked it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from evidentia.record.post import Account, Act, ActKind

from .content import absolute
from .items import Allowance, Item, Value
from .items import microformats as marked_up
from .keys import normalise_url
from .markup import Element, attribute, elements
from .opengraph import placed

MAX_ACTS = 2_000
"""Answers, likes and shares that are listed for one entry."""

_DONE = (("u-like-of", ActKind.LIKE), ("u-repost-of", ActKind.SHARE), ("u-follow-of", ActKind.FOLLOW))
_TAKEN = (
    ("p-comment", ActKind.COMMENT), ("u-comment", ActKind.COMMENT), ("p-like", ActKind.LIKE),
    ("u-like", ActKind.LIKE), ("p-repost", ActKind.SHARE), ("u-repost", ActKind.SHARE),
)  # fmt: skip
_WORDS = ("e-content", "p-content", "p-summary", "p-name")


@dataclass(frozen=True)
class Entry:
    """An entry, with what it takes to read it: the page's address and how much may be walked through."""

    item: Item
    base_url: str
    allowance: Allowance

    @property
    def content(self) -> Element | None:
        """The element of the entry's own words; None where it has none but does something (a like)."""
        found = self.item.first("e-content", "p-content")
        return found.element if isinstance(found, Item) else found

    @property
    def words(self) -> Element:
        """The element whose text stands for the entry."""
        found = self.content if self.content is not None else self.item.first(*_WORDS)
        return self.item.element if found is None else found.element if isinstance(found, Item) else found

    @property
    def author(self) -> Account:
        """Who wrote it."""
        return self._account(self.item.first("p-author", "u-author"))

    @property
    def published(self) -> tuple[datetime | None, str | None]:
        """When it was published, as it is stated."""
        return self._when(self.item.first("dt-published"))

    @property
    def updated(self) -> tuple[datetime | None, str | None]:
        """When it was changed, as it is stated."""
        return self._when(self.item.first("dt-updated"))

    @property
    def title(self) -> str | None:
        """Its name, where it is not the same element as its words."""
        found = self.item.first("p-name")
        if found is None or isinstance(found, Item) or found is self.content:
            return None
        return self.allowance.text(found) or None

    def link(self, name: str) -> str | None:
        """Where the property leads, absolute."""
        found = self.item.first(name)
        return None if found is None else self._url(found)

    def links(self, name: str) -> list[str]:
        """Where all values of the property lead."""
        return [url for value in self.item.values(name)[:MAX_ACTS] if (url := self._url(value))]

    def acts(self) -> Iterator[Act]:
        """What the entry does to others, and what others did to it, as its page states it."""
        at, said = self.published
        for name, kind in _DONE:
            for target in self.links(name):
                yield Act(kind=kind, actor=self.author, object=target, where=f".h-entry .{name}",
                          native_id=self.link("u-uid"), url=self.link("u-url"), at=at, stated_time=said)  # fmt: skip
        own = self.link("u-url") or self.base_url
        for name, kind in _TAKEN:
            for value in self.item.values(name):
                if isinstance(value, Item):
                    yield self._taken(value, kind, own, f".h-entry .{name}")

    def _taken(self, item: Item, kind: ActKind, own: str, where: str) -> Act:
        other = Entry(item, self.base_url, self.allowance)
        words = item.first(*_WORDS)
        words = words.element if isinstance(words, Item) else words
        at, said = other.published
        actor = other.author if item.first("p-author", "u-author") is not None else self._account(item)
        return Act(
            kind=kind,
            actor=actor,
            object=own,
            where=where,
            what=self.allowance.text(words) if kind is ActKind.COMMENT and words is not None else None,
            native_id=other.link("u-uid") or other.link("u-url"),
            url=other.link("u-url"),
            at=at,
            stated_time=said,
        )

    def _account(self, value: Value | None) -> Account:
        if value is None:
            return Account()
        if not isinstance(value, Item):
            return Account(name=self.allowance.text(value) or None, url=self._url(value))
        name, handle = value.first("p-name"), value.first("p-nickname")
        spelled = value.element if name is None or isinstance(name, Item) else name
        card = Entry(value, self.base_url, self.allowance)
        return Account(
            id=card.link("u-uid"),
            handle=None
            if handle is None or isinstance(handle, Item)
            else self.allowance.text(handle) or None,
            name=self.allowance.text(spelled) or attribute(spelled, "alt") or None,
            url=card.link("u-url") or self._url(value.element),
        )

    def _url(self, value: Value) -> str | None:
        if isinstance(value, Item):
            found = value.first("u-url", "u-uid")
            element = value.element if found is None else found.element if isinstance(found, Item) else found
        else:
            element = value
        for name in ("href", "src", "data", "value"):
            if attribute(element, name):
                return absolute(attribute(element, name), self.base_url) or None
        inside = next((link for link in elements(element, "a") if attribute(link, "href")), None)
        return None if inside is None else absolute(attribute(inside, "href"), self.base_url) or None

    def _when(self, value: Value | None) -> tuple[datetime | None, str | None]:
        if value is None or isinstance(value, Item):
            return None, None
        return placed(attribute(value, "datetime") or attribute(value, "title") or self.allowance.text(value))


def entry(root: Element, addresses: tuple[str, ...]) -> Entry | None:
    """The page's entry: the one whose ``u-url`` is the page's, else the only outer one; a list has none of its own."""
    allowance = Allowance()
    outer = [item for item in _entries(marked_up(root)) if _speaks(item) or _does(item)]
    asked = {normalise_url(url) for url in addresses}
    found = [Entry(item, addresses[0], allowance) for item in outer]
    chosen = [one for one in found if asked & {normalise_url(url) for url in one.links("u-url")}] or found
    return chosen[0] if len(chosen) == 1 else None


def _entries(items: list[Item]) -> list[Item]:
    """The outermost entries: not those that are answers inside another."""
    found: list[Item] = []
    level = items
    while level:
        found += [item for item in level if "h-entry" in item.types]
        level = [value for item in level if "h-entry" not in item.types for values in item.properties.values()
                 for value in values if isinstance(value, Item)]  # fmt: skip
    return found


def _speaks(item: Item) -> bool:
    return item.first("e-content", "p-content") is not None


def _does(item: Item) -> bool:
    return any(item.values(name) for name, _ in _DONE)
