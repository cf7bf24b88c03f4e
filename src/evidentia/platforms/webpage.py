"""Reader for any web page: the post that the page itself names in its markup.

In this order: schema.org JSON-LD, microdata, microformats ``h-entry``, a single ``article`` element, which the
HTML standard calls "a complete, or self-contained, composition". A page that names no post is ``undetermined``,
with its visible text kept: whether that text is the post, a notice or an outage's page is not for a program to
guess from its words.
"""

from __future__ import annotations

from collections.abc import Iterator

from evidentia.record.item import Program
from evidentia.record.post import Account, PageReading, Post, Signal, State

from . import http_states, structured
from .content import absolute, media_at, media_in
from .keys import GENERAL_PAGE, authority, normalise_url
from .markup import Element, UnreadableMarkup, attribute, document, elements, text_of, with_class
from .page import CapturedPage
from .signals import TEXT_FROM

READER = Program(name="evidentia.platforms.webpage", version="1")


def read(page: CapturedPage) -> PageReading:
    """What the page says of the post at its address."""
    try:
        root = document(page)
    except UnreadableMarkup as problem:
        blocked = http_states.obstacle(page, None)
        return _reading(blocked) if blocked else _undetermined(page, f"Nothing could be read: {problem}.")
    blocked = http_states.obstacle(page, root)
    if blocked is not None:
        return _reading(blocked)
    stated = _stated(page, root)
    if stated is not None and stated.state is State.LIVE:
        return stated
    shown = _entry(page, root) or _article(page, root)
    if shown is not None:
        return shown
    if stated is not None:
        return stated
    post = _post(page, root, page.text or text_of(root))
    return _undetermined(page, "The page names no post in its markup; its visible text is kept.", post)


def _reading(blocked: http_states.Obstacle) -> PageReading:
    return PageReading(state=blocked.state, signals=blocked.signals, reader=READER, reason=blocked.reason)


def _undetermined(
    page: CapturedPage, reason: str, post: Post | None = None, source: str = "visible-text"
) -> PageReading:
    signals = [http_states.status_signal(page)]
    if post is not None:
        signals.append(Signal(name=TEXT_FROM, seen=source, where="document"))
    return PageReading(
        state=State.UNDETERMINED, signals=tuple(signals), reader=READER, post=post, reason=reason
    )


def _live(
    page: CapturedPage, post: Post, source: str, where: str, *more: Signal, selector: str | None = None
) -> PageReading:
    signals = (http_states.status_signal(page), Signal(name=TEXT_FROM, seen=source, where=where), *more)
    return PageReading(state=State.LIVE, signals=signals, reader=READER, post=post, selector=selector)


def _stated(page: CapturedPage, root: Element) -> PageReading | None:
    """The post that the page states to machines: live where a person sees the same text, else undetermined."""
    things, problems = structured.json_ld(root)
    unreadable = tuple(Signal(name="json-ld-unreadable", seen=p, where="script[type]") for p in problems)
    for source, where, candidates in (
        ("json-ld", "script[type='application/ld+json']", things),
        ("microdata", "[itemscope]", structured.microdata(root)),
    ):
        thing = structured.the_post(candidates, _addresses(page))
        stated = None if thing is None else structured.text(thing)
        if thing is not None and stated is not None:
            post = _stated_post(page, root, thing, stated)
            if _flat(stated) in _flat(page.text or text_of(root)):
                return _live(page, post, source, where, *unreadable)
            return _undetermined(
                page, "The page states a post to machines that it does not show.", post, source
            )
    return None


def _stated_post(page: CapturedPage, root: Element, thing: structured.Thing, stated: str) -> Post:
    published, modified = structured.moment(thing, "datePublished"), structured.moment(thing, "dateModified")
    general = _post(page, root, stated)
    return Post(
        platform=GENERAL_PAGE,
        native_id=structured.string(thing, "identifier", "@id") or general.native_id,
        url=general.url,
        author=structured.author(thing),
        text=stated,
        title=structured.string(thing, "headline", "name") or general.title,
        created_at=published or structured.moment(thing, "dateCreated"),
        edited_at=modified if modified and published and modified > published else None,
        media=general.media,
        activity=structured.activity(thing),
    )


def _entry(page: CapturedPage, root: Element) -> PageReading | None:
    """An ``h-entry`` (microformats.org/wiki/h-entry) that is the only one, or whose ``u-url`` is the page's."""
    entries = [
        entry
        for entry in with_class(root, "h-entry")
        if next(with_class(entry, "e-content"), None) is not None
    ]
    asked = {normalise_url(url) for url in _addresses(page)}
    chosen = [entry for entry in entries if asked & set(_entry_urls(page, entry))] or entries
    if len(chosen) != 1:
        return None
    content = next(with_class(chosen[0], "e-content"))
    post = _post(page, root, text_of(content), content)
    author = next(with_class(chosen[0], "p-author"), None)
    account = Account() if author is None else Account(name=text_of(author) or None, url=_href(page, author))
    return _live(page, _with_author(post, account), "h-entry", ".h-entry .e-content")


def _article(page: CapturedPage, root: Element) -> PageReading | None:
    articles = [
        element for element in elements(root, "article") if not _inside_article(element) and text_of(element)
    ]
    if len(articles) != 1:
        return None
    post = _post(page, root, text_of(articles[0], _nested_article), articles[0])
    return _live(page, post, "article", "article", selector="article")


def _post(page: CapturedPage, root: Element, text: str, content: Element | None = None) -> Post:
    url = page.final_url or page.requested_url
    media = () if content is None else media_in(content, url, page.responses)
    picture = _meta(root, "og:image")
    if content is None and picture:
        media = (media_at(absolute(picture, url), None, page.responses),)
    return Post(
        platform=GENERAL_PAGE,
        native_id=_canonical(page, root),
        url=normalise_url(url),
        author=Account(name=_meta(root, "author") or _meta(root, "article:author")),
        text=text,
        title=_meta(root, "og:title") or page.title or None,
        media=media,
    )


def _with_author(post: Post, author: Account) -> Post:
    from msgspec.structs import replace

    return replace(post, author=author)


def _canonical(page: CapturedPage, root: Element) -> str:
    """The address by which the page calls itself, where it stays on its own host; else the one it came from."""
    url = page.final_url or page.requested_url
    stated = next(
        (
            attribute(link, "href")
            for link in elements(root, "link")
            if attribute(link, "rel").lower() == "canonical"
        ),
        _meta(root, "og:url") or "",
    )
    named = absolute(stated, url)
    return normalise_url(named if named and authority(named) == authority(url) else url)


def _meta(root: Element, name: str) -> str | None:
    for meta in elements(root, "meta"):
        if name in (attribute(meta, "property").lower(), attribute(meta, "name").lower()):
            return attribute(meta, "content").strip() or None
    return None


def _addresses(page: CapturedPage) -> tuple[str, ...]:
    return (page.requested_url,) if page.final_url is None else (page.final_url, page.requested_url)


def _entry_urls(page: CapturedPage, entry: Element) -> Iterator[str]:
    for link in with_class(entry, "u-url", "a"):
        yield normalise_url(absolute(attribute(link, "href"), page.final_url or page.requested_url))


def _href(page: CapturedPage, element: Element) -> str | None:
    links = (attribute(link, "href") for link in elements(element, "a"))
    return next((absolute(href, page.final_url or page.requested_url) for href in links if href), None)


def _inside_article(element: Element) -> bool:
    return any(ancestor.tag == "article" for ancestor in element.iterancestors())


def _nested_article(element: Element) -> str | None:
    """A comment inside the article is somebody else's composition (HTML standard, the ``article`` element)."""
    return "" if element.tag == "article" and _inside_article(element) else None


def _flat(text: str) -> str:
    return " ".join(text.split())
