"""The links and media inside a post's element, with the digests of the bytes that the capture holds for them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from urllib.parse import urljoin

from evidentia.record.post import Media

from .markup import Element, attribute, elements
from .page import CapturedResponse

MAX_REFERENCES = 2_000
"""Links or media that are listed for one post; a hostile page can hold millions."""


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
    found: dict[str, Media] = {}
    for url, description in _references(element, base_url):
        found.setdefault(url, media_at(url, description, responses))
        if len(found) == MAX_REFERENCES:
            break
    return tuple(found.values())


def media_at(url: str, description: str | None, responses: tuple[CapturedResponse, ...]) -> Media:
    """The medium at ``url``: its digest is of the bytes that were captured with the page, None if none were."""
    for response in responses:
        if response.url == url and response.status == 200 and response.method == "GET":
            digest = hashlib.sha256(response.body).hexdigest()
            return Media(url=url, media_type=_media_type(response), sha256=digest, description=description)
    return Media(url=url, description=description)


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
