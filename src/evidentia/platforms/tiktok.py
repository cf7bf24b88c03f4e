"""Reader for TikTok: videos and series of pictures, from the JSON in their pages, the site's own answers, and oEmbed.

No page of TikTok can be had in our tests; the shapes are documented by others, and each file of fixtures names whom it
follows. What the site says of an item it does not show comes from the codes of ``webapp.video-detail`` and never from
words on the page. ``10204`` alone says little: gallery-dl takes it for "not available", yt-dlp for "your address is
blocked". So the code beside it (``statusMsg``) decides, and an unknown one is undetermined.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain, islice
from urllib.parse import quote, urlsplit

from msgspec.structs import replace

from evidentia.record.item import Program
from evidentia.record.post import PageReading, Post, Signal, State
from evidentia.record.said import Says
from evidentia.record.sentences import restated, sentence

from . import http_states
from .answers import id_at, number_at, objects, text_at
from .content import media_of
from .embedded import Found, in_capture, on_host
from .markup import Element, UnreadableMarkup, document, elements
from .opengraph import statements
from .page import CapturedPage
from .questions import Ask, Places, Questions
from .signals import TEXT_FROM
from .tiktok_item import MAX_ACTS, PLATFORM, ROOT, account, comments, is_item, is_withheld, post, signals

READER = Program(name="evidentia.platforms.tiktok", version="1")
DOMAINS = ("tiktok.com", "tiktokv.com")

_POST = re.compile(
    r"^/(?:@[\w.-]{0,60}|share|embed)/(?:video|photo|v2|v3)/([0-9]{8,25})/?$|^/v/([0-9]{8,25})\.html$"
)
_EMBED = re.compile(r"^/(?:embed(?:/v[23])?|player/v1)/([0-9]{8,25})/?$")
_SHORT_HOSTS = ("vm.tiktok.com", "vt.tiktok.com")
_SHORT = re.compile(r"^/t/[\w-]{4,40}/?$|^/[\w-]{4,40}/?$")

RESTRICTED = {
    "status_self_see": sentence("platforms.tiktok.means.author_only"),
    "person_geo_fencing": sentence("platforms.tiktok.means.withheld_here"),
    "cross_border_violation": sentence("platforms.tiktok.means.withheld_across_borders"),
    "cross_border_violation_ur": sentence("platforms.tiktok.means.withheld_across_borders"),
    "copyright_geo_filter": sentence("platforms.tiktok.means.withheld_for_rights"),
    "content_classification": sentence("platforms.tiktok.means.withheld_from_some"),
}
"""What TikTok calls a post that others can see, in ``statusMsg``. Seen by github.com/mikf/gallery-dl and by those who
counted them among millions of posts; the names of its own code, in no language of its users."""

WITHHELD = {
    "item doesn't exist": sentence("platforms.tiktok.means.no_such_post"),
    "status_deleted": sentence("platforms.tiktok.means.deleted"),
    "item_privacy_authorization": sentence("platforms.tiktok.means.private_or_deleted"),
    "status_reviewing": sentence("platforms.tiktok.means.under_review"),
    "status_audit_not_pass": sentence("platforms.tiktok.means.not_passed"),
}
"""What TikTok calls a post that is not there for anybody, or does not tell from one; who did it, it never says."""

_CODES = {
    # yt-dlp, extractor/tiktok.py
    10216: (State.ACCESS_RESTRICTED, sentence("platforms.tiktok.means.private_post")),
    10222: (State.ACCESS_RESTRICTED, sentence("platforms.tiktok.means.private_account")),
    # gallery-dl, extractor/tiktok.py
    10231: (State.ACCESS_RESTRICTED, sentence("platforms.tiktok.means.withheld_in_region")),
}


@dataclass(frozen=True, slots=True)
class Address:
    """A post by its id; None for a short link, which names a post only once it has been followed."""

    item: str | None


def address_of(url: str) -> Address | None:
    """What the address names; None where it is no post's address."""
    if not on_host(url, *DOMAINS):
        return None
    parts = urlsplit(url)
    found = _POST.match(parts.path) or _EMBED.match(parts.path)
    if found:
        return Address(next(group for group in found.groups() if group))
    host = parts.hostname or ""
    is_short = host in _SHORT_HOSTS or (host == "www.tiktok.com" and parts.path.startswith("/t/"))
    return Address(None) if is_short and _SHORT.match(parts.path) else None


def questions(url: str, places: Places) -> Questions | None:
    """oEmbed, which answers without an account (developers.tiktok.com/doc/embed-videos)."""
    asked = address_of(url)
    return None if asked is None or asked.item is None else _questions(asked.item, url)


def _questions(item: str, url: str) -> Questions:
    handle = re.match(r"^/@([\w.-]{1,60})/", urlsplit(url).path)
    address = f"{ROOT}/@{handle[1] if handle else ''}/video/{item}"
    yield Ask(url=f"{ROOT}/oembed?url={quote(address, safe='')}", why="TikTok's oEmbed: caption and author")


def recognises(page: CapturedPage) -> bool:
    """Whether the address is a post's on TikTok, or a short link to one."""
    return address_of(page.requested_url) is not None


def read(page: CapturedPage) -> PageReading:
    """What the capture says of the post."""
    try:
        root = document(page)
    except UnreadableMarkup:
        root = None
    wanted = next((a.item for a in map(address_of, _addresses(page)) if a and a.item), None)
    if wanted is None:
        return _stood_between(page, root) or _undetermined(sentence("platforms.tiktok.no_address"))
    found = tuple(in_capture(page, root, *DOMAINS))
    said = _said(found)
    shown = _item(page, found, wanted) or _oembed(page, found, wanted)
    if said is not None:
        return _refused(said, shown)
    return shown or _stood_between(page, root) or _previewed(page, root, wanted)


def _item(page: CapturedPage, found: tuple[Found, ...], wanted: str) -> PageReading | None:
    for source in found:
        for value in objects(source.value):
            if not is_item(value, wanted):
                continue
            read_post = post(value, page.responses)
            acts = chain.from_iterable(comments(one, wanted, read_post.url) for one in found)
            unique = {act.native_id: act for act in islice(acts, MAX_ACTS)}
            withheld = is_withheld(value)
            return restated(
                PageReading(
                    state=State.ACCESS_RESTRICTED if withheld else State.LIVE,
                    signals=(_text_from("item", source.where), *signals(value, source.where)),
                    reader=READER,
                    post=read_post,
                    acts=tuple(unique.values()),
                ),
                *(sentence("platforms.tiktok.classified") if withheld else ()),
            )
    return None


def _said(found: tuple[Found, ...]) -> PageReading | None:
    """What ``webapp.video-detail`` says of a post that it does not hold."""
    for source in found:
        for value in objects(source.value) if not source.answer else ():
            detail = value.get("webapp.video-detail") or value.get("webapp.photo-detail")
            code = number_at(detail, "statusCode")
            if code:
                return _by_code(code, text_at(detail, "statusMsg") or "", source.where)
    return None


def _by_code(code: int, message: str, where: str) -> PageReading:
    names = message.split("&")
    state, means = _CODES.get(code, (State.UNDETERMINED, sentence("platforms.tiktok.means.unknown_code")))
    if code == 10204:
        if any(name in WITHHELD for name in names):
            state, means = State.UNAVAILABLE, next(WITHHELD[name] for name in names if name in WITHHELD)
        elif all(name in RESTRICTED for name in names):
            state, means = State.ACCESS_RESTRICTED, RESTRICTED[names[0]]
        else:
            means = sentence("platforms.tiktok.means.unavailable_or_refused")
    seen = f"{code} {message}".strip()
    return restated(
        PageReading(
            state=state, signals=(Signal(name="tiktok-status", seen=seen[:200], where=where),), reader=READER
        ),
        *sentence("platforms.tiktok.says", means=means),
    )


def _refused(said: PageReading, shown: PageReading | None) -> PageReading:
    """A page that refuses, beside an answer that may still name the post: withheld here and shown there agree."""
    if shown is None:
        return said
    agree = said.state is State.ACCESS_RESTRICTED
    return restated(
        replace(
            shown, state=said.state if agree else State.UNDETERMINED, signals=(*said.signals, *shown.signals)
        ),
        *(said.says if agree else said.says + sentence("platforms.tiktok.still_named")),
    )


def _oembed(page: CapturedPage, found: tuple[Found, ...], wanted: str) -> PageReading | None:
    for source in found:
        value = source.value
        if urlsplit(source.where).path != "/oembed" or id_at(value, "embed_product_id") != wanted:
            continue
        handle = text_at(value, "author_unique_id")
        thumbnail = text_at(value, "thumbnail_url")
        read_post = Post(
            platform=PLATFORM,
            native_id=wanted,
            url=f"{ROOT}/@{handle or ''}/video/{wanted}",
            author=account(handle, None, text_at(value, "author_name")),
            text=text_at(value, "title") or "",
            media=media_of([(thumbnail, None)] if thumbnail else [], page.responses),
        )
        signal = _text_from("oembed", source.where)
        return PageReading(state=State.LIVE, signals=(signal,), reader=READER, post=read_post)
    return None


def _stood_between(page: CapturedPage, root: Element | None) -> PageReading | None:
    final = page.final_url or page.requested_url
    if on_host(final, *DOMAINS) and urlsplit(final).path.rstrip("/") == "/login":
        signal = Signal(name="redirect", seen=final, where=page.requested_url)
        return _reading(State.LOGIN_WALL, (signal,), sentence("platforms.tiktok.login"))
    blocked = http_states.obstacle(page, root)
    if blocked is not None:
        return _reading(blocked.state, blocked.signals, blocked.says)
    ids = {element.get("id") for element in (() if root is None else elements(root, "p", "div"))}
    if {"cs", "wci"} <= ids:  # gallery-dl, extractor/tiktok.py, _solve_challenge
        signal = Signal(name="challenge-markup", seen="#cs, #wci", where="document")
        return _reading(State.CHALLENGE, (signal,), sentence("looks.host.robot_check"))
    return None


def _previewed(page: CapturedPage, root: Element | None, wanted: str) -> PageReading:
    stated = statements(root)
    url = stated.get("og:url") or ""
    named, text = address_of(url), stated.get("og:description")
    if text is None or named is None or named.item != wanted:
        return _undetermined(sentence("platforms.tiktok.nothing_built_so"))
    previewed = Post(
        platform=PLATFORM, native_id=wanted, url=url, author=account(None, None, None), text=text
    )
    says = sentence("platforms.preview_cut_short")
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
        *says,
    )


def _addresses(page: CapturedPage) -> tuple[str, ...]:
    return (page.requested_url, page.final_url or "")


def _text_from(source: str, where: str) -> Signal:
    return Signal(name=TEXT_FROM, seen=source, where=where)


def _reading(state: State, seen: tuple[Signal, ...], says: Says) -> PageReading:
    return restated(PageReading(state=state, signals=seen, reader=READER), *says)


def _undetermined(says: Says) -> PageReading:
    return _reading(State.UNDETERMINED, (), says)
