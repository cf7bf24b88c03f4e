"""The links and media inside a post's element, with the digests of the bytes that the capture holds for them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterable, Iterator
from urllib.parse import urljoin

from msgspec.structs import replace

from evidentia.record.post import Account, Entity, EntityKind, Media

from .markup import Element, Replacement, attribute, classes, elements, marked_text
from .page import CapturedResponse

MAX_REFERENCES = 2_000
"""Links or media that are listed for one post; a hostile page can hold millions."""


def linked_text(
    element: Element, base_url: str, replace: Replacement = lambda _: None
) -> tuple[str, tuple[Entity, ...]]:
    """The element's text, and what its links make of parts of it.

    A hashtag is a link with ``rel=tag`` (microformats.org/wiki/rel-tag) or the class ``hashtag`` or ``p-category``; a
    mention one with the class ``mention``, or the link of an ``h-card``, as ActivityPub's servers write them.
    """
    text, marks = marked_text(element, lambda node: node.tag == "a", replace)
    found = (_entity(text, *mark, base_url) for mark in marks[:MAX_REFERENCES])
    return text, tuple(entity for entity in found if entity is not None)


def _entity(text: str, start: int, end: int, link: Element, base_url: str) -> Entity | None:
    target = absolute(attribute(link, "href"), base_url)
    names, card = classes(link), link.getparent()
    if "tag" in attribute(link, "rel").lower().split() or names & {"hashtag", "p-category"}:
        return Entity(kind=EntityKind.HASHTAG, start=start, end=end, target=text[start:end].lstrip("#"))
    in_card = "h-card" in names or (card is not None and "h-card" in classes(card))
    if "mention" in names or in_card:
        return Entity(kind=EntityKind.MENTION, start=start, end=end, target=target or None)
    followed = target.startswith(("http://", "https://", "mailto:"))
    return Entity(kind=EntityKind.LINK, start=start, end=end, target=target) if followed else None


def links_in(
    element: Element, base_url: str, skip: Callable[[Element], bool] = lambda _: False
) -> tuple[str, ...]:
    """Where the links lead, absolute, in order, each once. Only what can be followed (http, https, mailto).

    Args:
        element: the post's own element.
        base_url: the address against which relative links are resolved.
        skip: says of a link that it is a control of the platform and no part of the post.
    """
    found: dict[str, None] = {}
    for link in elements(element, "a"):
        if skip(link):
            continue
        url = absolute(attribute(link, "href"), base_url)
        if url.startswith(("http://", "https://", "mailto:")):
            found[url] = None
        if len(found) == MAX_REFERENCES:
            break
    return tuple(found)


def media_in(element: Element, base_url: str, responses: tuple[CapturedResponse, ...]) -> tuple[Media, ...]:
    """Pictures, videos, sounds and embedded players, in order."""
    return media_of(_references(element, base_url), responses)


def media_of(
    references: Iterable[tuple[str, str | None]], responses: tuple[CapturedResponse, ...]
) -> tuple[Media, ...]:
    """The media at these addresses with their descriptions, each once, in order, MAX_REFERENCES at most."""
    found: dict[str, str | None] = {}
    for url, description in references:
        found.setdefault(url, description)
        if len(found) == MAX_REFERENCES:
            break
    bodies = _bodies(found, responses)
    return tuple(_medium(url, description, bodies.get(url)) for url, description in found.items())


def media_at(url: str, description: str | None, responses: tuple[CapturedResponse, ...]) -> Media:
    """The medium at ``url``: its digest is of the bytes that were captured with the page, None if none were."""
    return media_of([(url, description)], responses)[0]


def pictured(account: Account, url: str | None, responses: tuple[CapturedResponse, ...]) -> Account:
    """The account with its own picture, where ``url`` is an address of one."""
    if not url or not url.startswith(("https://", "http://", "mxc://")):
        return account
    return replace(account, picture=media_at(url, None, responses))


def _bodies(urls: Container[str], responses: Iterable[CapturedResponse]) -> dict[str, CapturedResponse]:
    bodies: dict[str, CapturedResponse] = {}
    for response in responses:
        if response.url in urls and response.status == 200 and response.method == "GET":
            bodies.setdefault(response.url, response)
    return bodies


def _medium(url: str, description: str | None, response: CapturedResponse | None) -> Media:
    if response is None:
        return Media(url=url, description=description)
    digest = hashlib.sha256(response.body).hexdigest()
    return Media(url=url, media_type=_media_type(response), sha256=digest, description=description)


def absolute(reference: str, base_url: str) -> str:
    """``reference`` as an absolute URL; empty where it is none."""
    try:
        return urljoin(base_url, reference.strip()) if reference.strip() else ""
    except ValueError:  # a malformed address on a hostile page leads nowhere
        return ""


def _references(element: Element, base_url: str) -> Iterator[tuple[str, str | None]]:
    for node in elements(element, "img", "video", "audio", "source", "iframe"):
        url = absolute(attribute(node, "src"), base_url)
        if url and not url.startswith(("data:", "blob:", "javascript:", "about:")):
            yield url, attribute(node, "alt") or None


def _media_type(response: CapturedResponse) -> str | None:
    for name, value in response.headers:
        if name.lower() == "content-type":
            return value.partition(";")[0].strip().lower() or None
    return None
