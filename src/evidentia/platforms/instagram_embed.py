"""Instagram's embed (``/p/CODE/embed/captioned/``) as markup: what a visitor without an account is shown of a post.

Its classes (``Embed``, ``Caption``, ``CaptionUsername``, ``EmbeddedMediaImage``, ``EmbedIsBroken``) and its attributes
(``data-media-id``, ``data-owner-id``) are documented by programs that read it, such as github.com/shamu4life/mbedfx.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from evidentia.record.post import Account, Post

from .captions import signed
from .content import absolute, media_of
from .embedded import Found, in_document, on_host
from .markup import Element, UnreadableMarkup, attribute, parse, text_of, with_class
from .page import CapturedPage, CapturedResponse

_ROOT = "https://www.instagram.com"


def documents(page: CapturedPage, code: str) -> Iterator[tuple[Element, str]]:
    """The embeds of this post among the answers, parsed, with their addresses."""
    for response in page.responses:
        path = urlsplit(response.url).path if on_host(response.url, "instagram.com") else ""
        if f"/{code}/embed" in path and response.status == 200:
            try:
                yield parse(response.body.decode("utf-8", "replace")), response.url
            except UnreadableMarkup:
                continue


def scripts(root: Element, where: str) -> Iterator[Found]:
    """The JSON in the embed's scripts."""
    return (Found(found.value, where) for found in in_document(root))


def post(root: Element, code: str, responses: tuple[CapturedResponse, ...]) -> Post | None:
    """The post that the embed shows; None where it shows none. A broken embed shows none, and not why."""
    if next(with_class(root, "EmbedIsBroken"), None) is not None:
        return None
    shell = next((one for one in with_class(root, "Embed") if attribute(one, "data-media-id")), None)
    name = next((text_of(one) for one in with_class(root, "UsernameText")), None) or next(
        (text_of(one) for one in with_class(root, "CaptionUsername")), None
    )
    if shell is None or not name:
        return None
    written = next(with_class(root, "Caption"), None)
    text = "" if written is None else text_of(written, _not_the_caption).strip()
    pictures = (
        (absolute(attribute(image, "src"), _ROOT), attribute(image, "alt") or None)
        for image in with_class(shell, "EmbeddedMediaImage", "img")
        if attribute(image, "src")
    )
    return Post(
        platform="instagram",
        native_id=code,
        url=f"{_ROOT}/p/{code}/",
        author=Account(id=attribute(shell, "data-owner-id") or None, handle=name, url=f"{_ROOT}/{name}/"),
        text=text,
        entities=signed(text),
        media=media_of(pictures, responses),
    )


def _not_the_caption(element: Element) -> str | None:
    names = frozenset(attribute(element, "class").split())
    return "" if names & {"CaptionUsername", "CaptionComments"} else None
