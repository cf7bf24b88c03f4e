"""Reader for django-spirit, a forum whose pages are served as HTML (its templates as of 0.14).

A post is a comment. ``/topic/5/slug/`` means the comment that opens the topic, ``/topic/5/slug/#c3`` the third,
``/comment/9/find/`` (the address under "share") the comment with that id, wherever it stands.

What the forum does not say is left out: times of publication carry no zone (``created_at`` stays None), a
removed comment's mark does not name who removed it, and a topic that was removed is a plain 404. Polls are
read by their titles only, because their results move with every vote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from evidentia.record.item import Program
from evidentia.record.post import Account, PageReading, Post, Signal, State
from evidentia.record.said import Says
from evidentia.record.sentences import restated, sentence

from . import http_states
from .content import links_in, media_in
from .keys import authority
from .markup import (
    Element,
    UnreadableMarkup,
    attribute,
    classes,
    document,
    elements,
    is_hidden,
    text_of,
    with_class,
)
from .page import CapturedPage
from .questions import Places, Questions
from .signals import EDIT_COUNT

READER = Program(name="evidentia.platforms.spirit", version="1")
PLATFORM = "spirit"

_TOPIC = re.compile(
    r"^(?P<prefix>.*)/topic/(?P<private>private/)?(?P<topic>[0-9]{1,18})/(?:[\w-]+/)?$", re.ASCII
)
_COMMENT = re.compile(r"^(?P<prefix>.*)/comment/(?P<comment>[0-9]{1,18})/find/$", re.ASCII)
_FRAGMENT = re.compile(r"^c([0-9]{1,9})$", re.ASCII)
_PROFILE = re.compile(r"/user/([0-9]{1,18})/(?:([\w-]+)/)?$", re.ASCII)
_HISTORY = re.compile(r"/comment/history/([0-9]{1,18})/$", re.ASCII)
_COUNT = re.compile(r"^[0-9]{1,9}$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Address:
    """Which post an address of the forum names: a comment by its id, or by its number within a topic."""

    base: str
    topic: str | None = None
    private: bool = False
    comment: str | None = None
    number: int = 1


def address_of(url: str) -> Address | None:
    """The post that ``url`` names, None where it is no address of a post."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    origin = f"{parts.scheme}://{authority(url)}"
    if found := _COMMENT.match(parts.path):
        return Address(base=origin + found["prefix"], comment=found["comment"])
    if found := _TOPIC.match(parts.path):
        fragment = _FRAGMENT.match(parts.fragment)
        number = int(fragment[1]) if fragment else 1
        return Address(origin + found["prefix"], found["topic"], bool(found["private"]), number=number)
    return None


def questions(url: str, places: Places) -> Questions | None:
    """Nothing: the forum has no interface but its pages."""
    return None


def recognises(page: CapturedPage) -> bool:
    """Whether the address is one of this forum's, and the document is built as this forum builds them."""
    if address_of(page.requested_url) is None:
        return False
    if page.status is None:
        return False
    try:
        root = document(page)
    except UnreadableMarkup:
        return False
    return next(with_class(root, "spirit_wrapper", "div"), None) is not None


def read(page: CapturedPage) -> PageReading:
    """What the page says of the post that its address names."""
    try:
        root = document(page)
    except UnreadableMarkup as problem:
        return _undetermined(sentence("looks.unreadable", problem=str(problem)))
    blocked = http_states.obstacle(page, root)
    if blocked is not None:
        return restated(
            PageReading(state=blocked.state, signals=blocked.signals, reader=READER), *blocked.says
        )
    asked = address_of(page.requested_url)
    if asked is None:
        return _undetermined(sentence("platforms.spirit.no_address"))
    comment = _target(root, asked)
    if comment is None:
        return _undetermined(sentence("platforms.spirit.not_on_this_page"))
    if "comments_list__comment" not in classes(comment):
        return _notice(comment)
    return _comment(page, root, comment)


def _target(root: Element, asked: Address) -> Element | None:
    for element in with_class(root, "js-comment", "div"):
        if "comments_list" not in classes(element.getparent()):  # not something inside another comment
            continue
        if asked.comment is not None:
            if element.get("data-pk") == asked.comment:
                return element
        elif element.get("data-number") == str(asked.number):
            return element
    return None


def _notice(element: Element) -> PageReading:
    where = f"#{attribute(element, 'id')} .comments_list__item__badge"
    badge = next(with_class(element, "comments_list__item__badge"), None)
    icons = {name for icon in elements(element if badge is None else badge, "i") for name in classes(icon)}
    if "fa-trash-o" not in icons:
        return _undetermined(sentence("platforms.spirit.notice"))
    told = next(with_class(element, "comments_list__item__info"), None)
    span = None if told is None else next(elements(told, "span"), None)
    seen = "" if span is None else text_of(span)
    return restated(
        PageReading(
            state=State.UNAVAILABLE,
            signals=(Signal(name="removed-mark", seen=seen, where=where),),
            reader=READER,
            selector=_selector(element),
        ),
        *_REMOVED,
    )


# Seen on a running forum: "removed 20 seconds ago" counts from when the comment was published.
_REMOVED = sentence("platforms.spirit.removed")


def _comment(page: CapturedPage, root: Element, element: Element) -> PageReading:
    post, signals = _post(page, root, element)
    state = State.EDITED if post.edit_mark else State.LIVE
    says: Says = ()
    headline = next(with_class(root, "headline", "h1"), None)
    if headline is not None and next(with_class(headline, "fa-trash-o", "i"), None) is not None:
        state = State.ACCESS_RESTRICTED
        says = sentence("platforms.spirit.topic_removed")
        signals = (Signal(name="topic-removed-mark", seen="fa-trash-o", where="h1.headline"), *signals)
    return restated(
        PageReading(state=state, signals=signals, reader=READER, post=post, selector=_selector(element)),
        *says,
    )


def _post(page: CapturedPage, root: Element, element: Element) -> tuple[Post, tuple[Signal, ...]]:
    address = address_of(page.final_url or "") or address_of(page.requested_url) or Address(base="")
    identifier, number = attribute(element, "data-pk"), attribute(element, "data-number")
    body = next(with_class(element, "comment__text", "div"), element)
    headline = next(with_class(root, "headline", "h1"), None)
    edits = _edit_count(element, identifier)
    opening = number == "1"
    base_url = page.final_url or page.requested_url
    post = Post(
        platform=PLATFORM,
        native_id=identifier,
        url=f"{address.base}/comment/{identifier}/find/",
        author=_author(element, address.base),
        text=text_of(body, _stands_for),
        title=text_of(headline, _without_controls) if opening and headline is not None else None,
        edit_mark=edits is not None,
        in_reply_to=None if opening or address.topic is None else f"{address.base}/topic/{address.topic}/",
        media=media_in(body, base_url, page.responses),
        links=links_in(body, base_url, _in_polls(body).__contains__),
        visibility="private" if address.private else None,
        activity=_activity(element),
    )
    return post, tuple(_signals(page, element, edits))


def _signals(page: CapturedPage, element: Element, edits: str | None) -> list[Signal]:
    where = _selector(element)
    signals = [http_states.status_signal(page), Signal(name="comment-shown", seen=where, where=where)]
    if edits is not None:
        signals.append(Signal(name=EDIT_COUNT, seen=edits, where=f"{where} .comment__info__date"))
    real_name = next(with_class(element, "comment__info__username__realname"), None)
    if real_name is not None and text_of(real_name):
        signals.append(Signal(name="real-name", seen=text_of(real_name), where=f"{where} .comment__info"))
    return signals


def _author(element: Element, base: str) -> Account:
    link = next(with_class(element, "comment__info__username__link", "a"), None)
    if link is None:
        return Account()
    found = _PROFILE.search(attribute(link, "href"))
    name = next(elements(link, "span"), link)
    if found is None:
        return Account(name=text_of(name) or None)
    url = f"{base}/user/{found[1]}/" + (f"{found[2]}/" if found[2] else "")
    return Account(id=found[1], handle=found[2], name=text_of(name) or None, url=url)


def _edit_count(element: Element, identifier: str) -> str | None:
    for dates in with_class(element, "comment__info__date", "ul"):
        for link in elements(dates, "a"):
            found = _HISTORY.search(attribute(link, "href"))
            if found and found[1] == identifier:
                return text_of(link)
    return None


def _activity(element: Element) -> dict[str, int]:
    for item in with_class(element, "comment-like", "li"):
        count = next((attribute(link, "data-count") for link in elements(item, "a")), "")
        count = count or text_of(item).strip("()")
        if _COUNT.match(count):
            return {"likes": int(count)}
    return {}


def _stands_for(element: Element) -> str | None:
    names = classes(element)
    if "tw" in names and element.tag == "i":  # the forum's emoji: <i class="tw tw-smile" title=":smile:">
        return attribute(element, "title") or None
    if "comment__text__poll" in names:
        title = next(with_class(element, "comment__text__poll__title"), None)
        return "" if title is None else text_of(title)
    return None


def _in_polls(body: Element) -> set[Element]:
    """Everything that stands in a poll; one in another is not gone through again."""
    found: set[Element] = set()
    for poll in with_class(body, "comment__text__poll"):
        if poll not in found:
            found.update(elements(poll))
    return found


def _without_controls(element: Element) -> str | None:
    return "" if "topic_edit_link" in classes(element) or is_hidden(element) else None


def _selector(element: Element) -> str:
    identifier = attribute(element, "data-pk")
    return f'.js-comment[data-pk="{identifier}"]' if identifier.isdecimal() else ".js-comment"


def _undetermined(says: Says) -> PageReading:
    return restated(PageReading(state=State.UNDETERMINED, signals=(), reader=READER), *says)
