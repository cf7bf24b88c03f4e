"""Reader for public posts of Telegram as its web pages show them: t.me, telegram.me, telegram.dog.

Three pages show a post: a widget for pages that embed it (``?embed=1``), the channel's preview (``/s/NAME``), and
the post's own page, which holds the widget in a frame. Telegram documents the widget at core.telegram.org/widgets/post
and the forms of addresses at core.telegram.org/api/links, and nothing of how the pages are built; ``telegram_widget``
says what is followed there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from evidentia.record.item import Program
from evidentia.record.post import PageReading, Signal, State
from evidentia.record.said import Says
from evidentia.record.sentences import restated, sentence

from . import refusals
from .answers import parameter
from .keys import authority
from .markup import Element, UnreadableMarkup, parse, text_of, with_class
from .page import CapturedPage, CapturedResponse
from .questions import Ask, Places, Questions
from .telegram_widget import Message, acts_of, comment_act, comments_in, message_in, post_of, shown_ids

READER = Program(name="evidentia.platforms.telegram_web", version="1")

HOSTS = frozenset({"t.me", "www.t.me", "telegram.me", "www.telegram.me", "telegram.dog", "www.telegram.dog"})

MAX_DOCUMENTS = 20
"""Pages of Telegram in one capture that are parsed; a post's own page holds one widget."""

MAX_COMMENTS = 100
"""Comments that the widget of a discussion is asked for; it shows no more."""

MAX_ACTS = 2_000
"""Comments that are listed."""

_NAME = "[A-Za-z][A-Za-z0-9_]{3,31}"
_PUBLIC = re.compile(
    rf"^/(?:s/)?(?P<name>{_NAME})/(?:(?P<thread>[0-9]{{1,10}})/)?(?P<id>[0-9]{{1,10}})/?$", re.ASCII
)
_PRIVATE = re.compile(r"^/c/(?P<chat>[0-9]{1,15})/(?:[0-9]{1,10}/)?(?P<id>[0-9]{1,10})/?$", re.ASCII)
_OWN_HOST = re.compile(rf"^(?P<name>{_NAME})\.t\.me$", re.ASCII)
_RESERVED = frozenset({"joinchat", "addstickers", "addemoji", "addtheme", "share", "proxy", "socks", "boost"})
_DIGITS = re.compile(r"[0-9]{1,10}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Address:
    """A post's address: the channel's or group's name, None where it is private, the post, a comment below it."""

    name: str | None
    id: str
    comment: str | None = None


def address_of(url: str) -> Address | None:
    """The post that ``url`` names, None where it is no address of a post on Telegram."""
    host = authority(url)
    own = _OWN_HOST.match(host)
    if host not in HOSTS and own is None:
        return None
    path = urlsplit(url).path
    if own is not None:
        path = f"/{own['name']}{path}"
    private = _PRIVATE.match(path)
    if private is not None:
        return Address(None, private["id"])
    found = _PUBLIC.match(path)
    if found is None or found["name"].lower() in _RESERVED:
        return None
    comment = parameter(url, "comment")
    return Address(found["name"], found["id"], comment if comment and _DIGITS.fullmatch(comment) else None)


def questions(url: str, places: Places) -> Questions | None:
    """The post as Telegram gives it to pages that embed it, and where it is not in there, the channel's preview."""
    asked = address_of(url)
    return None if asked is None or asked.name is None else _ask(asked.name, asked)


def recognises(page: CapturedPage) -> bool:
    """Whether the address is that of a post on Telegram."""
    return address_of(page.requested_url) is not None


def read(page: CapturedPage) -> PageReading:
    """What the capture says of the post that its address names."""
    asked = address_of(page.requested_url)
    if asked is None:
        return _reading(State.UNDETERMINED, sentence("platforms.telegram.no_address"))
    if asked.name is None:
        signal = Signal(name="private-address", seen="/c/", where=page.requested_url)
        says = sentence("platforms.telegram.private_chat")
        return _reading(State.LOGIN_WALL, says, signal)
    documents = list(_documents(page))
    messages = list(_messages(page, documents, asked))
    shown = next((message for message in messages if message.content_shown), None)
    if shown is not None:
        return _present(page, shown, documents, asked)
    if messages:
        signal = Signal(name="content-not-shown", seen=messages[0].post, where=messages[0].where)
        says = sentence("platforms.telegram.not_shown")
        return _reading(State.ACCESS_RESTRICTED, says, signal)
    return _absent(page, asked, documents)


def _ask(name: str, asked: Address) -> Questions:
    post = f"https://t.me/{name}/{asked.id}"
    discussion = f"{post}?embed=1&discussion=1&comments_limit={MAX_COMMENTS}"
    if asked.comment is not None:
        yield Ask(
            url=f"{discussion}&comment={asked.comment}", why="the discussion below the post, at the comment"
        )
        return
    answer = yield Ask(
        url=f"{post}?embed=1&mode=tme", why="the post as Telegram gives it to pages that embed it"
    )
    if answer.status == 200 and b'data-post="' in answer.body:
        yield Ask(url=discussion, why="the comments below the post")
    elif answer.status == 200:
        yield Ask(url=f"https://t.me/s/{name}/{asked.id}", why="the preview of the channel around the post")


def _messages(page: CapturedPage, documents: list[tuple[str, Element]], asked: Address) -> Iterator[Message]:
    """What was asked for, wherever it stands: the post, or the comment in the discussion below it."""
    for where, root in documents:
        if asked.comment is None:
            message = message_in(root, where, asked.name or "", asked.id)
            if message is not None:
                yield message
        else:
            wanted = f"?comment={asked.comment}"
            yield from (m for m in _comments(page, where, root, asked) if m.post.endswith(wanted))


def _comments(page: CapturedPage, where: str, root: Element, asked: Address) -> Iterator[Message]:
    url = page.requested_url if where == "document" else where
    if parameter(url, "discussion") is not None and _is_of(where, page, asked):
        yield from comments_in(root, where, asked.name or "", asked.id)


def _present(
    page: CapturedPage, message: Message, documents: list[tuple[str, Element]], asked: Address
) -> PageReading:
    post, signals = post_of(message, page.responses)
    below = (
        [] if message.is_comment else [c for w, root in documents for c in _comments(page, w, root, asked)]
    )
    each = list({comment.post: comment for comment in below}.values())
    comments = [comment_act(one, page.responses) for one in each[:MAX_ACTS]]
    selectable = message.where == "document" and not message.is_comment
    return PageReading(
        state=State.EDITED if post.edit_mark else State.LIVE,
        signals=signals,
        reader=READER,
        post=post,
        acts=(*acts_of(message, post), *comments),
        selector=f'.tgme_widget_message[data-post="{message.post}"]' if selectable else None,
    )


def _absent(page: CapturedPage, asked: Address, documents: list[tuple[str, Element]]) -> PageReading:
    for where, root in documents:
        error = next(with_class(root, "tgme_widget_message_error"), None)
        if error is not None and _is_of(where, page, asked) and not _is_discussion(where):
            signal = Signal(name="widget-error", seen=text_of(error)[:200], where=where)
            says = sentence("platforms.telegram.widget_error")
            return _reading(State.UNAVAILABLE, says, signal)
    for where, root in documents:
        around = shown_ids(root, asked.name or "")
        if asked.comment is None and around and min(around) < int(asked.id) < max(around):
            seen = f"{min(around)} to {max(around)} without {asked.id}"
            signal = Signal(name="absent-between-others", seen=seen, where=where)
            says = sentence("platforms.telegram.absent_between_others")
            return _reading(State.UNAVAILABLE, says, signal)
    return _in_the_way(page)


def _in_the_way(page: CapturedPage) -> PageReading:
    blocked = refusals.in_the_way(page, refusals.document_of(page), HOSTS)
    says = sentence("platforms.telegram.nothing_came")
    if blocked is None:
        return _reading(State.UNDETERMINED, says)
    return _reading(blocked.state, blocked.says or says, *blocked.signals)


def _documents(page: CapturedPage) -> Iterator[tuple[str, Element]]:
    """The pages of Telegram that came, the widget's first: it is asked for this one post."""
    held = [
        (_rank(response), response.url, _markup(response))
        for response in page.responses
        if _is_page(response)
    ]
    if page.dom and _is_telegram(page.final_url or page.requested_url):
        held.append((1, "document", page.dom))
    for _, where, markup in sorted(held, key=lambda entry: entry[0])[:MAX_DOCUMENTS]:
        try:
            yield where, parse(markup)
        except UnreadableMarkup:
            continue  # empty, or larger than any page of posts: it shows none


def _is_page(response: CapturedResponse) -> bool:
    kind = next((value for name, value in response.headers if name.lower() == "content-type"), "text/html")
    return _is_telegram(response.url) and response.status == 200 and "html" in kind.lower()


def _is_telegram(url: str) -> bool:
    host = authority(url)
    return host in HOSTS or _OWN_HOST.match(host) is not None


def _rank(response: CapturedResponse) -> int:
    return 0 if parameter(response.url, "embed") is not None else 2


def _markup(response: CapturedResponse) -> str:
    return response.body.decode("utf-8", "replace")  # Telegram's pages state UTF-8


def _is_discussion(where: str) -> bool:
    """A discussion that is not shown says nothing of the post above it: most posts have none."""
    return parameter(where, "discussion") is not None


def _is_of(where: str, page: CapturedPage, asked: Address) -> bool:
    """Whether a document is about the post that was asked for, or about the discussion below it."""
    named = address_of(page.requested_url if where == "document" else where)
    return (
        named is not None
        and named.id == asked.id
        and (named.name or "").lower() == (asked.name or "").lower()
    )


def _reading(state: State, says: Says, *signals: Signal) -> PageReading:
    return restated(PageReading(state=state, signals=signals, reader=READER), *says)
