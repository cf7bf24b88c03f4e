"""Facebook's posts as markup: the embed (``plugins/post.php``), which needs no account, and the mobile pages of old.

The embed is documented as a plugin (developers.facebook.com/docs/plugins/embedded-posts); how it is built is described
in github.com/shamu4life/mbedfx (src/platforms/facebook): its own links carry ``ref=embed_post``, the words stand in
``p``, the time in ``abbr[data-utime]``. Mobile pages (m., mbasic., until 2024) carry the post's numbers in ``data-ft``,
as github.com/kevinzg/facebook-scraper reads them.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from evidentia.record.post import Account, Post

from .answers import id_at, moment_at, objects, tree_or_none
from .content import absolute, links_in, media_of
from .facebook_address import Address, address_of, is_plugin
from .facebook_story import PLATFORM, ROOT
from .markup import Element, UnreadableMarkup, attribute, elements, parse, text_of, with_class
from .page import CapturedPage, CapturedResponse

_MARK = "embed_post"
_AVATAR = "t39.30808-1/"
"""The part of picture addresses that faces beside a post have, and the post's own pictures have not."""


def embeds(page: CapturedPage) -> Iterator[tuple[Element, str]]:
    """The embeds among the answers, parsed, with their addresses."""
    for response in page.responses:
        if is_plugin(response.url) and response.status == 200:
            try:
                yield parse(response.body.decode("utf-8", "replace")), response.url
            except UnreadableMarkup:
                continue


def embedded(root: Element, asked: Address, responses: tuple[CapturedResponse, ...]) -> Post | None:
    """The post that the embed shows, None where it shows none: then it does not say why in any structure."""
    own = [link for link in elements(root, "a") if _is_own(attribute(link, "href"))]
    named = [address for link in own if (address := address_of(_bare(link))) is not None and address.id]
    words = next(elements(root, "p"), None)
    author = _author(root, own)
    if author is None or (words is None and not named):
        return None
    identifier = asked.number or next((a.number for a in named if a.number), None) or asked.id or ""
    clock = next((one for one in elements(root, "abbr") if one.get("data-utime")), None)
    return Post(
        platform=PLATFORM,
        native_id=identifier,
        url=f"{ROOT}/{identifier}",
        author=author,
        text="" if words is None else "\n\n".join(_paragraphs(words)),
        created_at=None if clock is None else moment_at({"at": attribute(clock, "data-utime")}, "at"),
        media=media_of(_pictures(root), responses),
        links=() if words is None else links_in(words, ROOT),
    )


def mobile(root: Element | None, asked: Address, responses: tuple[CapturedResponse, ...]) -> Post | None:
    """The post of a mobile page whose ``data-ft`` has the number that the address asks for."""
    for element in elements(root) if root is not None and asked.number else ():
        stated = tree_or_none(attribute(element, "data-ft")) if element.get("data-ft") else None
        if not isinstance(stated, dict) or asked.number not in (
            id_at(stated, "top_level_post_id"), id_at(stated, "mf_story_key"), id_at(stated, "throwback_story_fbid"),
        ):  # fmt: skip
            continue
        body = next(with_class(element, "story_body_container"), element)
        words = next(elements(body, "p"), None)
        if words is None:
            return None
        link = next(
            (one for heading in elements(element, "h3", "strong") for one in elements(heading, "a")), None
        )
        times = (moment_at(value, "publish_time") for value in objects(stated) if "publish_time" in value)
        return Post(
            platform=PLATFORM,
            native_id=asked.number or "",
            url=f"{ROOT}/{asked.number}",
            author=Account(
                id=id_at(stated, "content_owner_id_new"),
                name=text_of(link) or None if link is not None else None,
            ),
            text="\n\n".join(_paragraphs(words)),
            created_at=next(times, None),
            links=links_in(words, ROOT),
        )
    return None


def _paragraphs(first: Element) -> Iterator[str]:
    """The paragraphs of the post: the first one and those that stand beside it."""
    yield text_of(first)
    yield from (text_of(after) for after in first.itersiblings("p"))


def _author(root: Element, own: list[Element]) -> Account | None:
    for link in own:
        name, address = text_of(link), _bare(link)
        if name and address_of(address) is None:
            handle = urlsplit(address).path.strip("/")
            return Account(handle=handle if handle and "/" not in handle else None, name=name, url=address)
    for image in elements(root, "img"):
        if _AVATAR in attribute(image, "src") and attribute(image, "aria-label"):
            return Account(name=attribute(image, "aria-label"))
    return None


def _is_own(href: str) -> bool:
    """A link of the embed itself to the owner or the post: ``ref=embed_post`` and no ``fref`` (a mention has one)."""
    try:
        parameters = parse_qs(urlsplit(href).query, max_num_fields=50)
    except ValueError:
        return False
    return _MARK in parameters.get("ref", []) and "fref" not in parameters


def _bare(link: Element) -> str:
    return absolute(attribute(link, "href").partition("?")[0], ROOT)


def _pictures(root: Element) -> Iterator[tuple[str, str | None]]:
    for image in elements(root, "img"):
        url = absolute(attribute(image, "src"), ROOT)
        if "fbcdn.net/" in url and _AVATAR not in url and "/rsrc.php" not in url:
            yield url, attribute(image, "alt") or None
