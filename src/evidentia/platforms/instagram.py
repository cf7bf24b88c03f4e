"""Reader for Instagram: posts and reels, from the JSON in its pages, its own answers, its embed and its oEmbed.

No page of Instagram can be had in our tests; the shapes are documented by others, and each file of fixtures names whom
it follows. To visitors whom it distrusts Instagram serves its error page (``PolarisErrorRoot``, ``httpErrorPage``) and
its broken embed (``EmbedIsBroken``) for posts that others see: measured and described in github.com/shamu4life/mbedfx
(src/platforms/instagram). So neither is a statement about the post. Its oEmbed names a gate, or answers 404.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from urllib.parse import quote, urlsplit

from msgspec.structs import replace

from evidentia.record.item import Program
from evidentia.record.post import PageReading, Signal, State
from evidentia.record.said import Says
from evidentia.record.sentences import restated, sentence

from . import http_states, instagram_embed
from .answers import id_at, number_at, objects, text_at, tree_or_none
from .content import media_of
from .embedded import Found, in_answers, in_capture, on_host
from .instagram_media import MAX_ACTS, ROOT, acts, acts_beside, identifiers, is_media, post, signals
from .markup import Element, UnreadableMarkup, document
from .opengraph import Statements, picture, statements
from .page import CapturedPage
from .questions import Ask, Places, Questions
from .signals import TEXT_FROM

READER = Program(name="evidentia.platforms.instagram", version="1")
DOMAINS = ("instagram.com",)

_CODE = r"(?P<code>[A-Za-z0-9_-]{5,64})"
_POST = re.compile(rf"^/(?:[\w.]{{1,40}}/)?(?:p|reels?|tv)/{_CODE}(?:/embed(?:/captioned)?)?/?$", re.ASCII)
_SHARE = re.compile(r"^/share/(?:p/|reel/|r/)?[\w-]{4,80}/?$", re.ASCII)

_CHALLENGE_PATHS = ("/challenge", "/accounts/suspended", "/accounts/disabled", "/consent")
_OEMBED_GATES = {"MIN_AGE_ACCOUNT": sentence("platforms.instagram.min_age")}
_API_WALLS = {
    "login_required": State.LOGIN_WALL,
    "checkpoint_required": State.CHALLENGE,
    "challenge_required": State.CHALLENGE,
    "feedback_required": State.CHALLENGE,
    "consent_required": State.CHALLENGE,
}
"""``message`` of answers that were refused (github.com/subzeroid/instagrapi, exceptions.py): names, not sentences."""


def code_of(url: str) -> str | None:
    """The short code of the post that the address names; None where it names none."""
    if not on_host(url, *DOMAINS):
        return None
    found = _POST.match(urlsplit(url).path)
    return found["code"] if found else None


def questions(url: str, places: Places) -> Questions | None:
    """The embed with its caption, and oEmbed: both answer without an account."""
    code = code_of(url)
    return None if code is None else _questions(code)


def _questions(code: str) -> Questions:
    address = f"{ROOT}/p/{code}/"
    yield Ask(url=f"{address}embed/captioned/", why="Instagram's embed: caption, owner and media")
    yield Ask(
        url=f"{ROOT}/api/v1/oembed/?url={quote(address, safe='')}",
        why="Instagram's oEmbed: whether it knows the post, or which gate stands before it",
    )


def recognises(page: CapturedPage) -> bool:
    """Whether the address is a post's on Instagram, or a link that shares one."""
    url = page.requested_url
    return code_of(url) is not None or (on_host(url, *DOMAINS) and bool(_SHARE.match(urlsplit(url).path)))


def read(page: CapturedPage) -> PageReading:
    """What the capture says of the post."""
    try:
        root = document(page)
    except UnreadableMarkup:
        root = None
    code = code_of(page.requested_url) or code_of(page.final_url or "")
    if code is None:
        return _stood_between(page, root) or _undetermined(sentence("platforms.instagram.no_address"))
    found = (*in_capture(page, root, *DOMAINS, "graph.facebook.com"), *_inside(page, code))
    return (
        _media(page, found, code)
        or _embed(page, code)
        or _oembed(page, code)
        or _gate(page, found)
        or _stood_between(page, root)
        or _previewed(page, statements(root), code)
        or _error_page(found)
        or _undetermined(sentence("platforms.instagram.nothing_built_so"))
    )


def _inside(page: CapturedPage, code: str) -> Iterator[Found]:
    """JSON that stands as a string in the embed's own JSON (``contextJSON``)."""
    for embedded, where in instagram_embed.documents(page, code):
        for found in instagram_embed.scripts(embedded, where):
            for value in objects(found.value):
                context = text_at(value, "contextJSON")
                inner = None if context is None else tree_or_none(context)
                if inner is not None:
                    yield Found(inner, where)


def _media(page: CapturedPage, found: tuple[Found, ...], code: str) -> PageReading | None:
    for source in found:
        for value in objects(source.value):
            if not is_media(value, code):
                continue
            read_post = post(value, code, page.responses)
            numbers = identifiers(value)
            beside = chain.from_iterable(acts_beside(one, read_post.url, numbers) for one in found)
            listed = islice(chain(acts(value, source, read_post.url), beside), MAX_ACTS)
            unique = {(act.kind, act.native_id or act.actor.id or act.actor.handle): act for act in listed}
            return PageReading(
                state=State.EDITED if read_post.edit_mark else State.LIVE,
                signals=(_text_from("caption", source.where), *signals(value, source.where)),
                reader=READER,
                post=read_post,
                acts=tuple(unique.values()),
            )
    return None


def _embed(page: CapturedPage, code: str) -> PageReading | None:
    for embedded, where in instagram_embed.documents(page, code):
        read_post = instagram_embed.post(embedded, code, page.responses)
        if read_post is not None:
            signal = _text_from("embed", where)
            return PageReading(state=State.LIVE, signals=(signal,), reader=READER, post=read_post)
    return None


def _oembed(page: CapturedPage, code: str) -> PageReading | None:
    for response in page.responses:
        value = tree_or_none(response.body) if _is_oembed(response.url) and response.status == 200 else None
        handle, text = text_at(value, "author_name"), text_at(value, "title")
        if handle is None or text_at(value, "provider_name") != "Instagram":
            continue
        owner = {"id": id_at(value, "author_id"), "username": handle}
        stated: dict[str, object] = {
            "caption": text,
            "owner": owner,
            "display_url": text_at(value, "thumbnail_url"),
        }
        signal = _text_from("oembed", response.url)
        made = post(stated, code, page.responses)
        return PageReading(state=State.LIVE, signals=(signal,), reader=READER, post=made)
    return None


def _is_oembed(url: str) -> bool:
    return on_host(url, *DOMAINS) and urlsplit(url).path.rstrip("/") == "/api/v1/oembed"


def _gate(page: CapturedPage, found: tuple[Found, ...]) -> PageReading | None:
    """A gate that Instagram itself names: in the properties of its error page, in oEmbed, in refused answers."""
    for source in found:
        for value in objects(source.value) if not source.answer else ():
            age = number_at(value, "restricted_age")
            if text_at(value, "failure_reason") == "MA" and age is not None:
                signal = Signal(name="age-gate", seen=f"MA {age}", where=source.where)
                return _reading(
                    State.ACCESS_RESTRICTED, signal, sentence("platforms.instagram.above_age", age=age)
                )
    for response in page.responses:
        if _is_oembed(response.url):
            gate = text_at(tree_or_none(response.body), "blocks_logging_data") or ""
            if gate in _OEMBED_GATES:
                signal = Signal(name="oembed-gate", seen=gate, where=response.url)
                return _reading(State.ACCESS_RESTRICTED, signal, _OEMBED_GATES[gate])
            if response.status == 404 and isinstance(tree_or_none(response.body), dict):
                signal = Signal(name="oembed-status", seen="404", where=response.url)
                return _reading(State.UNAVAILABLE, signal, sentence("platforms.instagram.oembed_none"))
    return None


def _stood_between(page: CapturedPage, root: Element | None) -> PageReading | None:
    final = page.final_url or page.requested_url
    path = urlsplit(final).path if on_host(final, *DOMAINS) else ""
    signal = Signal(name="redirect", seen=final, where=page.requested_url)
    if path.startswith("/accounts/login"):
        return _reading(State.LOGIN_WALL, signal, sentence("platforms.instagram.login"))
    if path.startswith(_CHALLENGE_PATHS):
        return _reading(State.CHALLENGE, signal, sentence("platforms.instagram.check"))
    blocked = http_states.obstacle(page, root)
    if blocked is not None:
        return restated(
            PageReading(state=blocked.state, signals=blocked.signals, reader=READER), *blocked.says
        )
    for found in in_answers(page.responses, *DOMAINS):
        state = _API_WALLS.get(text_at(found.value, "message") or "")
        if state is not None:
            seen = Signal(name="api-message", seen=text_at(found.value, "message") or "", where=found.where)
            return _reading(state, seen, sentence("platforms.instagram.refused"))
    return None


def _previewed(page: CapturedPage, stated: Statements, code: str) -> PageReading | None:
    url = stated.get("og:url") or ""
    text = stated.get("og:title") or stated.get("og:description")
    if code_of(url) != code or text is None:
        return None
    cover = picture(stated, url)
    made = post({}, code, page.responses)
    previewed = replace(made, text=text, media=media_of([(cover, None)] if cover else [], page.responses))
    return restated(
        PageReading(
            state=State.UNDETERMINED,
            signals=(http_states.status_signal(page), _text_from("open-graph", "meta[property^='og:']")),
            reader=READER,
            post=previewed,
        ),
        *sentence("platforms.instagram.preview"),
    )


def _error_page(found: tuple[Found, ...]) -> PageReading | None:
    for source in found:
        for value in objects(source.value):
            if value.get("pageID") == "httpErrorPage" or value.get("__dr") == "PolarisErrorRoot.react":
                signal = Signal(name="error-page", seen="PolarisErrorRoot", where=source.where)
                says = sentence("platforms.instagram.error_page")
                return _reading(State.UNDETERMINED, signal, says)
    return None


def _text_from(source: str, where: str) -> Signal:
    return Signal(name=TEXT_FROM, seen=source, where=where)


def _reading(state: State, signal: Signal, says: Says) -> PageReading:
    return restated(PageReading(state=state, signals=(signal,), reader=READER), *says)


def _undetermined(says: Says) -> PageReading:
    return restated(PageReading(state=State.UNDETERMINED, signals=(), reader=READER), *says)
