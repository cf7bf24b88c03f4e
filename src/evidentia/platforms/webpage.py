"""Reader for any web page: the post that the page itself names in its markup.

In this order: schema.org JSON-LD, microdata, microformats ``h-entry``, a single ``article`` element, which the
HTML standard calls "a complete, or self-contained, composition". A page that names no post is ``undetermined``,
with its visible text kept: whether that text is the post, a notice or an outage's page is not for a program to
guess from its words. What a page states to machines alone never shows that a post is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from msgspec.structs import replace

from evidentia.record.item import Program
from evidentia.record.post import Account, Act, Media, PageReading, Post, Signal, State
from evidentia.record.said import Says
from evidentia.record.sentences import restated, sentence

from . import http_states, microformats, opengraph, schema_org, structured
from .content import absolute, linked_text, links_in, media_in, media_of
from .keys import GENERAL_PAGE, authority, normalise_url
from .markup import Element, UnreadableMarkup, attribute, document, elements, text_of
from .opengraph import Statements
from .page import CapturedPage
from .signals import TEXT_FROM, TRANSLATED

READER = Program(name="evidentia.platforms.webpage", version="3")

_TRANSLATING = ".translate.goog"
"""Where Google's proxy serves translated pages: www-kabar-example.translate.goog."""

MAX_ACTS = 2_000
"""Answers and likes that are listed for one post of a page that belongs to no known platform."""


@dataclass(frozen=True)
class Page:
    """What every way of reading needs: the capture, its parsed document, and what its ``meta`` elements state."""

    captured: CapturedPage
    root: Element
    stated: Statements

    @property
    def url(self) -> str:
        """The address against which the page's references are resolved."""
        return self.captured.final_url or self.captured.requested_url

    @property
    def addresses(self) -> tuple[str, ...]:
        """The page's own addresses: where it stood, and what was asked for."""
        return (self.url, self.captured.requested_url)


def read(page: CapturedPage) -> PageReading:
    """What the page says of the post at its address."""
    try:
        root = document(page)
    except UnreadableMarkup as problem:
        blocked = http_states.obstacle(page, None)
        unreadable = sentence("platforms.webpage.unreadable", problem=str(problem))
        return _reading(blocked) if blocked else _undetermined(page, unreadable)
    blocked = http_states.obstacle(page, root)
    if blocked is not None:
        return _reading(blocked)
    seen = Page(page, root, opengraph.statements(root))
    stated = _stated(seen)
    if stated is not None and stated.state is State.LIVE:
        return stated
    shown = _entry(seen) or _article(seen)
    if shown is not None:
        return shown
    if stated is not None:
        return stated
    post = _post(seen, page.text or text_of(root))
    return _undetermined(page, sentence("platforms.webpage.no_post_named"), post)


def _reading(blocked: http_states.Obstacle) -> PageReading:
    return restated(PageReading(state=blocked.state, signals=blocked.signals, reader=READER), *blocked.says)


def _undetermined(
    page: CapturedPage,
    says: Says,
    post: Post | None = None,
    source: str = "visible-text",
    acts: tuple[Act, ...] = (),
) -> PageReading:
    signals = [http_states.status_signal(page)]
    if post is not None:
        signals.append(Signal(name=TEXT_FROM, seen=source, where="document"))
    return restated(
        PageReading(state=State.UNDETERMINED, signals=tuple(signals), reader=READER, post=post, acts=acts),
        *says,
    )


def _live(
    page: Page,
    post: Post,
    source: str,
    where: str,
    *more: Signal,
    selector: str | None = None,
    acts: tuple[Act, ...] = (),
) -> PageReading:
    status, text_from = (
        http_states.status_signal(page.captured),
        Signal(name=TEXT_FROM, seen=source, where=where),
    )
    return PageReading(
        state=State.LIVE,
        signals=(status, text_from, *_translated(page), *more),
        reader=READER,
        post=post,
        selector=selector,
        acts=acts,
    )


def _translated(page: Page) -> Iterator[Signal]:
    """Whether a translating proxy served the page. A class that a browser's translator leaves in a document is no sign:
    our browser translates nothing, and any author can write it there so that edits would not be compared."""
    if authority(page.url).endswith(_TRANSLATING):
        yield Signal(name=TRANSLATED, seen=authority(page.url), where=page.url)


def _stated(page: Page) -> PageReading | None:
    """The post that the page states to machines: live where a person sees the same text, else undetermined."""
    things, problems = structured.json_ld(page.root)
    unreadable = tuple(Signal(name="json-ld-unreadable", seen=p, where="script[type]") for p in problems)
    for source, where, candidates in (
        ("json-ld", "script[type='application/ld+json']", things),
        ("microdata", "[itemscope]", structured.microdata(page.root)),
    ):
        thing = schema_org.the_post(candidates, page.addresses)
        stated = None if thing is None else schema_org.text(thing)
        if thing is None or stated is None:
            continue
        post = _stated_post(page, thing, stated)
        listed = islice(schema_org.responses(thing, candidates, post.url, where), MAX_ACTS)
        acts = tuple(_placed_act(page, act) for act in listed)
        if _flat(stated) in _flat(page.captured.text or text_of(page.root)):
            return _live(page, post, source, where, *unreadable, *_named_elsewhere(thing, where), acts=acts)
        says = sentence("platforms.webpage.stated_to_machines")
        return _undetermined(page.captured, says, post, source, acts)
    return None


def _named_elsewhere(thing: structured.Thing, where: str) -> Iterator[Signal]:
    for other in schema_org.authors(thing)[1:]:
        yield Signal(
            name="co-author", seen=" · ".join(p for p in (other.name, other.id, other.url) if p), where=where
        )
    for url in schema_org.same_as(thing):
        yield Signal(name="author-same-as", seen=url, where=where)


def _stated_post(page: Page, thing: structured.Thing, stated: str) -> Post:
    published, said = schema_org.when(thing, "datePublished", "dateCreated", "uploadDate")
    modified, _ = schema_org.when(thing, "dateModified")
    shared = schema_org.linked(thing, "sharedContent")
    answered = (
        schema_org.linked(thing, "parentItem")
        if schema_org.types(thing) & schema_org.RESPONSE_TYPES
        else None
    )
    files = ((absolute(url, page.url), caption) for url, caption in schema_org.media(thing))
    general = _post(page, stated)
    return replace(
        general,
        native_id=schema_org.string(thing, "identifier", "@id") or general.native_id,
        author=_placed(page, next(iter(schema_org.authors(thing)), Account())),
        title=schema_org.string(thing, "headline", "name") or general.title,
        created_at=published,
        stated_time=said if published is None else None,
        edited_at=modified if modified and published and modified > published else None,
        in_reply_to=answered and absolute(answered, page.url),
        shares=shared and absolute(shared, page.url),
        media=media_of((file for file in files if file[0]), page.captured.responses) or general.media,
        activity=schema_org.activity(thing),
    )


def _placed(page: Page, account: Account) -> Account:
    """The account with an address that leads somewhere from outside the page."""
    return replace(account, url=absolute(account.url, page.url) or None) if account.url else account


def _placed_act(page: Page, act: Act) -> Act:
    url = absolute(act.url, page.url) or None if act.url else None
    return replace(act, actor=_placed(page, act.actor), url=url)


def _entry(page: Page) -> PageReading | None:
    """An ``h-entry`` (microformats.org/wiki/h-entry) that is the only one, or whose ``u-url`` is the page's."""
    entry = microformats.entry(page.root, page.addresses)
    if entry is None:
        return None
    general = _shown(page, entry.words)
    created, said = entry.published
    edited, _ = entry.updated
    post = replace(
        general,
        author=entry.author,
        title=entry.title or general.title,
        created_at=created or general.created_at,
        stated_time=said if created is None and said else general.stated_time if created is None else None,
        edited_at=edited if edited and created and edited > created else general.edited_at,
        in_reply_to=entry.link("u-in-reply-to"),
        shares=entry.link("u-repost-of"),
        media=_with_own(page, entry, general),
    )
    acts = tuple(islice(entry.acts(), MAX_ACTS))
    return _live(page, post, "h-entry", ".h-entry .e-content", acts=acts)


def _with_own(page: Page, entry: microformats.Entry, general: Post) -> tuple[Media, ...]:
    own = [url for name in ("u-photo", "u-video", "u-audio") for url in entry.links(name)]
    return media_of(
        [*((medium.url, medium.description) for medium in general.media), *((url, None) for url in own)],
        page.captured.responses,
    )


def _article(page: Page) -> PageReading | None:
    articles = [one for one in _outermost_articles(page.root) if text_of(one)]
    if len(articles) != 1:
        return None
    return _live(page, _shown(page, articles[0]), "article", "article", selector="article")


def _outermost_articles(root: Element) -> Iterator[Element]:
    stack = [root]
    while stack:
        element = stack.pop()
        if element.tag == "article":
            yield element
        else:
            stack.extend(reversed(element))


def _shown(page: Page, content: Element) -> Post:
    """The post whose words stand in the element, with the page's own statements of when and by whom."""

    def somebody_elses(element: Element) -> str | None:
        """A comment inside an article is another composition (HTML standard, the ``article`` element)."""
        return "" if element.tag == "article" and element is not content else None

    text, entities = linked_text(content, page.url, somebody_elses)
    general = _post(page, text)
    return replace(
        general,
        entities=entities,
        media=media_in(content, page.url, page.captured.responses),
        links=links_in(content, page.url),
    )


def _post(page: Page, text: str) -> Post:
    created, said = opengraph.when(page.stated, "article:published_time")
    edited, _ = opengraph.when(page.stated, "article:modified_time")
    cover = opengraph.picture(page.stated, page.url)
    return Post(
        platform=GENERAL_PAGE,
        native_id=_canonical(page),
        url=normalise_url(page.url),
        author=opengraph.author(page.stated, page.url),
        text=text,
        title=page.stated.get("og:title") or page.captured.title or None,
        created_at=created,
        stated_time=said,
        edited_at=edited if edited and created and edited > created else None,
        media=media_of([(cover, None)] if cover else [], page.captured.responses),
    )


def _canonical(page: Page) -> str:
    """The address by which the page calls itself, where it stays on its own host; else the one it came from."""
    stated = next(
        (
            attribute(link, "href")
            for link in elements(page.root, "link")
            if attribute(link, "rel").lower() == "canonical"
        ),
        page.stated.get("og:url") or "",
    )
    named = absolute(stated, page.url)
    return normalise_url(named if named and authority(named) == authority(page.url) else page.url)


def _flat(text: str) -> str:
    return " ".join(text.split())
