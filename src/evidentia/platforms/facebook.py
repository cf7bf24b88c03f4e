"""Reader for Facebook: posts, photos, videos and reels, from JSON in its pages and answers, the Graph API and embeds.

No page of Facebook can be had in our tests; the shapes are documented by others, and each file of fixtures names whom
it follows. **What is not there** is served with 200 and words in the visitor's language. Its structure is the page's
root: ``CometErrorRoot.react``, with ``fourZerofour`` or ``privacy`` among its properties (Facebook's own script of that
name chooses the picture by them); a deleted post and one that was made private are served alike. Without either the
same root is served to visitors whom Facebook distrusts (gallery-dl takes it for a block), so it says nothing. The name
alone stands in the scripts of every page.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from urllib.parse import quote, urlsplit

from msgspec.structs import replace

from evidentia.record.item import Program
from evidentia.record.post import Account, Act, PageReading, Post, Signal, State
from evidentia.record.said import Says
from evidentia.record.sentences import restated, sentence

from . import facebook_graph, facebook_markup, http_states
from .answers import at, flag_at, objects, outermost, text_at
from .content import media_of
from .embedded import Found, in_capture, on_host
from .facebook_address import DOMAINS, Address, address_of
from .facebook_story import (
    MAX_ACTS,
    PLATFORM,
    ROOT,
    acts,
    address,
    is_whole,
    number_of,
    post,
    signals,
    targets,
)
from .keys import normalise_url
from .markup import Element, UnreadableMarkup, document
from .opengraph import Statements, picture, statements
from .page import CapturedPage
from .questions import Ask, Places, Questions
from .signals import TEXT_FROM

READER = Program(name="evidentia.platforms.facebook", version="2")


def questions(url: str, places: Places) -> Questions | None:
    """The embed, which answers for public posts without an account."""
    asked = address_of(url)
    return None if asked is None or asked.id is None else _questions(url)


def _questions(url: str) -> Questions:
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    post_url = f"{ROOT}{parts.path}{query}" if on_host(url, *DOMAINS) else url
    why = "Facebook's embed: what a visitor without an account is shown of the post"
    yield Ask(url=f"{ROOT}/plugins/post.php?href={quote(post_url, safe='')}", why=why)


def recognises(page: CapturedPage) -> bool:
    """Whether the address is a post's on Facebook, or a link that leads to one."""
    return address_of(page.requested_url) is not None


def read(page: CapturedPage) -> PageReading:
    """What the capture says of the post."""
    try:
        root = document(page)
    except UnreadableMarkup:
        root = None
    named = [a for a in (address_of(page.requested_url), address_of(page.final_url or "")) if a and a.id]
    if not named:
        return _stood_between(page, root) or _undetermined(sentence("platforms.facebook.no_address"))
    asked = next((a for a in named if a.number), named[0])
    found = tuple(in_capture(page, root, *DOMAINS))
    said = _error_root(found)
    shown = _story(page, found, asked) or _graph(page, found, asked) or _embed(page, root, asked)
    if shown is not None:
        return shown if said is None else _contradicted(shown, said)
    return (
        said
        or _refused_by_graph(page)
        or _stood_between(page, root)
        or _previewed(page, statements(root), asked)
        or _undetermined(sentence("platforms.facebook.nothing_built_so"))
    )


def _refused_by_graph(page: CapturedPage) -> PageReading | None:
    refusal = facebook_graph.refusal(page.responses)
    if refusal is None:
        return None
    state, says, signal = refusal
    return restated(PageReading(state=state, signals=(signal,), reader=READER), *says)


def _story(page: CapturedPage, found: tuple[Found, ...], asked: Address) -> PageReading | None:
    stories = [(value, one) for one in found for value in _stories(one.value)]
    chosen = next((pair for pair in stories if _is_asked(page, pair[0], asked)), None) or _alone(
        stories, asked
    )
    if chosen is None:
        return None
    story, where = chosen[0], chosen[1].where
    made = post(story, page.responses)
    wanted = targets(story) | ({asked.number} if asked.number else frozenset())
    beside = chain.from_iterable(acts(one, wanted, made.url) for one in found)
    return PageReading(
        state=State.EDITED if made.edit_mark else State.LIVE,
        signals=(_text_from("story", where), *signals(story, where)),
        reader=READER,
        post=made,
        acts=_unique(beside),
    )


def _alone(
    stories: list[tuple[dict[str, object], Found]], asked: Address
) -> tuple[dict[str, object], Found] | None:
    """The document's only story, where the address has but a token: Facebook gives one post many of them."""
    own = [pair for pair in stories if not pair[1].answer]
    numbers = {number_of(story) for story, _ in own}
    return own[0] if asked.number is None and len(numbers) == 1 else None


def _stories(value: object) -> Iterator[dict[str, object]]:
    """Whole stories; the one that is shared stands inside another and is not the page's."""
    return outermost(value, is_whole, skip=frozenset({"attached_story"}))


def _is_asked(page: CapturedPage, story: dict[str, object], asked: Address) -> bool:
    if asked.number is not None and asked.number in targets(story):
        return True
    stated = address(story) or ""
    named = address_of(stated)
    if named is not None and named.id is not None and named.id == asked.id:
        return True
    here = {normalise_url(url) for url in (page.requested_url, page.final_url) if url}
    return bool(stated) and normalise_url(stated) in here


def _graph(page: CapturedPage, found: tuple[Found, ...], asked: Address) -> PageReading | None:
    if asked.number is None:
        return None
    for source in found:
        if not on_host(source.where, facebook_graph.HOST):
            continue
        for value in objects(source.value):
            if facebook_graph.is_post(value, asked.number):
                made = facebook_graph.post(value, asked.number, page.responses)
                return PageReading(
                    state=State.LIVE,
                    signals=(_text_from("graph-api", source.where),),
                    reader=READER,
                    post=made,
                    acts=_unique(facebook_graph.acts(value, source, made.url)),
                )
    return None


def _embed(page: CapturedPage, root: Element | None, asked: Address) -> PageReading | None:
    for shown, where in facebook_markup.embeds(page):
        about = address_of(where)
        if (
            about is None
            or about.id is None
            or (about.number and asked.number and about.number != asked.number)
        ):
            continue
        made = facebook_markup.embedded(shown, asked, page.responses)
        if made is not None:
            return _live(made, "embed", where)
    made = facebook_markup.mobile(root, asked, page.responses)
    return None if made is None else _live(made, "mobile-page", "[data-ft]")


def _error_root(found: tuple[Found, ...]) -> PageReading | None:
    """What the page's root says of a post that it does not hold."""
    for source in found:
        for value in (
            objects(source.value) if not source.answer else ()
        ):  # answers prefetch the roots of other pages
            view = at(value, "initialRouteInfo", "route", "rootView")
            root = text_at(view, "resource", "__dr") or ""
            if root.startswith("CometAgeInappropriate"):  # measured by github.com/shamu4life/mbedfx
                return _reading(
                    State.ACCESS_RESTRICTED, root, source.where, sentence("platforms.facebook.adults")
                )
            if root == "CometErrorRoot.react":
                return _by_properties(at(view, "props"), source.where)
    return None


def _contradicted(shown: PageReading, said: PageReading) -> PageReading:
    """The page's root refuses, and another answer still holds the post: withheld here, or not yet gone everywhere."""
    agree = said.state is State.ACCESS_RESTRICTED
    return restated(
        replace(
            shown, state=said.state if agree else State.UNDETERMINED, signals=(*said.signals, *shown.signals)
        ),
        *(said.says if agree else said.says + sentence("platforms.facebook.still_held")),
    )


def _by_properties(properties: object, where: str) -> PageReading:
    for name in ("fourZerofour", "privacy"):
        if flag_at(properties, name):
            says = sentence("platforms.facebook.unavailable")
            return _reading(State.UNAVAILABLE, f"CometErrorRoot.react {name}", where, says)
    says = sentence("platforms.facebook.error_page")
    return _reading(State.UNDETERMINED, "CometErrorRoot.react", where, says)


def _stood_between(page: CapturedPage, root: Element | None) -> PageReading | None:
    final = page.final_url or page.requested_url
    path = urlsplit(final).path if on_host(final, *DOMAINS) else ""
    if path.rstrip("/") in ("/login", "/login.php", "/login/web", "/login/device-based/regular/login"):
        return _redirected(State.LOGIN_WALL, page, sentence("platforms.facebook.login"))
    if path.startswith(("/checkpoint", "/privacy/consent", "/cookie/consent")):
        return _redirected(State.CHALLENGE, page, sentence("platforms.facebook.check"))
    blocked = http_states.obstacle(page, root)
    if blocked is None:
        return None
    return restated(PageReading(state=blocked.state, signals=blocked.signals, reader=READER), *blocked.says)


def _previewed(page: CapturedPage, stated: Statements, asked: Address) -> PageReading | None:
    url, text = stated.get("og:url") or "", stated.get("og:description")
    named = address_of(url)
    if text is None or named is None or named.id is None:
        return None
    if asked.number and named.number and asked.number != named.number:
        return None
    cover = picture(stated, url)
    previewed = Post(
        platform=PLATFORM,
        native_id=asked.number or named.id,
        url=f"{ROOT}/{asked.number or named.id}",
        author=Account(name=stated.get("og:title")),
        text=text,
        media=media_of([(cover, None)] if cover else [], page.responses),
    )
    return restated(
        PageReading(
            state=State.UNDETERMINED,
            signals=(
                http_states.status_signal(page),
                _text_from("open-graph", "meta[property='og:description']"),
            ),
            reader=READER,
            post=previewed,
        ),
        *sentence("platforms.preview_cut_short"),
    )


def _unique(acts_found: Iterator[Act]) -> tuple[Act, ...]:
    """Each act once: pages and answers repeat them."""
    listed = islice(acts_found, MAX_ACTS)
    return tuple(
        {
            (act.kind, act.native_id or act.actor.id or act.actor.url or act.actor.name): act
            for act in listed
        }.values()
    )


def _live(made: Post, source: str, where: str) -> PageReading:
    return PageReading(state=State.LIVE, signals=(_text_from(source, where),), reader=READER, post=made)


def _redirected(state: State, page: CapturedPage, says: Says) -> PageReading:
    signal = Signal(name="redirect", seen=page.final_url or "", where=page.requested_url)
    return restated(PageReading(state=state, signals=(signal,), reader=READER), *says)


def _reading(state: State, seen: str, where: str, says: Says) -> PageReading:
    signal = Signal(name="page-root", seen=seen, where=where)
    return restated(PageReading(state=state, signals=(signal,), reader=READER), *says)


def _text_from(source: str, where: str) -> Signal:
    return Signal(name=TEXT_FROM, seen=source, where=where)


def _undetermined(says: Says) -> PageReading:
    return restated(PageReading(state=State.UNDETERMINED, signals=(), reader=READER), *says)
