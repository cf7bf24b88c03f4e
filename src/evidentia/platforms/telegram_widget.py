"""How Telegram's web pages build a message: ``tgme_widget_message`` and what is inside of it.

Documented nowhere by Telegram. The structure follows messages that others recorded (github.com/PythonicCafe/tchan,
test_tchan.py: all 30 were read) and programs that read them (github.com/DIYgod/RSSHub,
lib/routes/telegram/channel.ts; github.com/RSS-Bridge/rss-bridge, bridges/TelegramBridge.php). What is read by
structure: ``data-post`` names the message; ``data-view`` holds, in base64url, the channel's number; a message that was
edited has a word before its time, whatever the language.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from evidentia.record.post import Account, Act, ActKind, Post, Signal

from . import telegram_text
from .answers import UnreadableAnswer, count, decoded, moment
from .content import MAX_REFERENCES, absolute, pictured
from .markup import Element, attribute, classes, elements, text_of, with_class
from .page import CapturedResponse
from .telegram_media import KINDS, STICKERS, belongs_elsewhere, media_of

PLATFORM = "telegram"

_BASE = "https://t.me/"
_POST = re.compile(r"([A-Za-z0-9_]{4,32})/([0-9]{1,10})", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,10}", re.ASCII)
_PEER = re.compile(r"c([0-9]{1,15})_", re.ASCII)
_LETTER = re.compile(r"\w")
_TOLD = (
    "tgme_widget_message_poll_question",
    "tgme_widget_message_poll_option_text",
    "tgme_widget_message_contact_name",
    "tgme_widget_message_contact_phone",
)
_OTHER_CONTENT = frozenset(
    {"tgme_widget_message_document", "tgme_widget_message_poll", "tgme_widget_message_location",
     "tgme_widget_message_contact", "tgme_widget_message_sticker_wrap", "tgme_widget_message_video_player"}
)  # fmt: skip


class _View(msgspec.Struct, frozen=True):
    c: int


@dataclass(frozen=True, slots=True)
class Message:
    """A message's element, the document in which it stands, and whether what it says is shown there.

    ``post`` is its name as addresses spell it: ``name/123``, of a comment ``name/123?comment=77``. ``asked`` is the
    one of a group of pictures by which it was asked for.
    """

    element: Element
    where: str
    post: str
    asked: str
    content_shown: bool

    @property
    def is_comment(self) -> bool:
        """Whether it stands in the discussion below a post."""
        return "?" in self.post


def message_in(root: Element, where: str, name: str, identifier: str) -> Message | None:
    """The message ``identifier`` of the channel or group ``name``; of a group of pictures also by one of theirs."""
    wanted = f"{name}/{identifier}".lower()
    for element in with_class(root, "tgme_widget_message"):
        post = attribute(element, "data-post")
        if _POST.fullmatch(post) and (post.lower() == wanted or wanted in _grouped(element)):
            return Message(element, where, post, wanted, _shows_content(element))
    return None


def comments_in(root: Element, where: str, name: str, identifier: str) -> Iterator[Message]:
    """The comments below a post that the widget of its discussion shows, by their numbers in ``data-post-id``."""
    below = f"{name}/{identifier}"
    for element in with_class(root, "tgme_widget_message"):
        number = attribute(element, "data-post-id")
        if _NUMBER.fullmatch(number) and attribute(element, "data-post").lower() != below.lower():
            post = f"{below}?comment={number}"
            yield Message(element, where, post, post.lower(), _shows_content(element))


def shown_ids(root: Element, name: str) -> list[int]:
    """The numbers of all messages of ``name`` that the document shows, those of grouped pictures included."""
    found: list[int] = []
    for element in with_class(root, "tgme_widget_message"):
        for post in (attribute(element, "data-post").lower(), *_grouped(element)):
            parts = _POST.fullmatch(post)
            if parts is not None and parts[1] == name.lower():
                found.append(int(parts[2]))
    return found


def post_of(message: Message, responses: tuple[CapturedResponse, ...]) -> tuple[Post, tuple[Signal, ...]]:
    """The post, and the signals that show it."""
    element, address = message.element, _BASE + message.post
    body = _body(element)
    text, entities = ("", ()) if body is None else telegram_text.read(body, address)
    mark = _edit_mark(element)
    time = _time(element)
    post = Post(
        platform=PLATFORM,
        native_id=message.post,
        url=address,
        author=pictured(_author(message), _picture(message), responses),
        text=text or _told_otherwise(element),
        created_at=moment(time),
        edit_mark=mark is not None,
        in_reply_to=_href(element, "tgme_widget_message_reply") or _above(message),
        shares=_href(element, "tgme_widget_message_forwarded_from_name"),
        entities=entities,
        media=tuple(media_of(element, address, responses)),
        links=tuple(_links(element, body, address)),
        activity=_activity(element),
    )
    return post, tuple(_signals(message, mark))


def acts_of(message: Message, post: Post) -> Iterator[Act]:
    """A sticker that was sent is an act of who sent it."""
    element = message.element
    held = (node for node in elements(element) if classes(node) & STICKERS)
    if any(not belongs_elsewhere(node, element) for node in held):
        yield Act(
            kind=ActKind.STICKER,
            actor=post.author,
            object=post.url,
            where=f"{message.where} {message.post}",
            native_id=post.native_id,
            url=post.url,
            at=post.created_at,
            media=post.media,
        )


def comment_act(message: Message, responses: tuple[CapturedResponse, ...]) -> Act:
    """A comment as an act of who wrote it."""
    post, _ = post_of(message, responses)
    return Act(
        kind=ActKind.COMMENT,
        actor=post.author,
        object=post.in_reply_to or _BASE + message.post.partition("?")[0],
        where=message.where,
        what=post.text,
        native_id=post.native_id,
        url=post.url,
        at=post.created_at,
        media=post.media,
    )


def _signals(message: Message, mark: str | None) -> Iterator[Signal]:
    element, where = message.element, f"{message.where} {message.post}"
    yield Signal(name="message-shown", seen=message.post, where=where)
    if mark is not None:
        yield Signal(name="edited-mark", seen=mark, where=f"{where} .tgme_widget_message_meta")
    if message.asked != message.post.lower():
        yield Signal(name="grouped-with", seen=message.asked, where=where)
    if "service_message" in classes(element):
        yield Signal(name="service-message", seen="service_message", where=where)
    for name, holder in (
        ("signature", "tgme_widget_message_from_author"),
        ("forwarded-from", "tgme_widget_message_forwarded_from_name"),
        ("via-bot", "tgme_widget_message_via_bot"),
        ("views", "tgme_widget_message_views"),
    ):
        held = next(with_class(element, holder), None)
        if held is not None and text_of(held):
            yield Signal(name=name, seen=text_of(held)[:200], where=f"{where} .{holder}")


def _shows_content(element: Element) -> bool:
    """Whether more than a note to open the app stands there. That note also stands, hidden, beside shown media."""
    if _body(element) is not None or "service_message" in classes(element):
        return True
    held = (name for inner in elements(element) for name in classes(inner))
    return any(name in KINDS or name in _OTHER_CONTENT for name in held)


def _body(element: Element) -> Element | None:
    """The message's own text: not that of the message that it answers, which has the same class and stands first."""
    for held in with_class(element, "js-message_text"):
        if "js-message_reply_text" not in classes(held):
            return held
    return None


def _author(message: Message) -> Account:
    """A channel speaks for itself; in a group, and in comments, the author is whose name stands above the message."""
    element, name = message.element, message.post.partition("/")[0]
    for named in with_class(element, "tgme_widget_message_author_name"):
        if not belongs_elsewhere(named, element):
            url = absolute(attribute(named, "href"), _BASE) or None
            handle = None if url is None else url.rstrip("/").rpartition("/")[2]
            return Account(handle=handle, name=text_of(named) or None, url=url)
    if message.is_comment:
        return Account()
    owner = next(with_class(element, "tgme_widget_message_owner_name"), None)
    shown = None if owner is None else text_of(owner) or None
    return Account(id=_channel(element), handle=name, name=shown, url=_BASE + name)


def _picture(message: Message) -> str | None:
    """The picture beside the message: of the account or channel in whose name it stands."""
    for holder in with_class(message.element, "tgme_widget_message_user_photo"):
        for image in elements(holder, "img"):
            return absolute(attribute(image, "src"), _BASE) or None
    return None


def _above(message: Message) -> str | None:
    """The post below which a comment stands."""
    return _BASE + message.post.partition("?")[0] if message.is_comment else None


def _channel(element: Element) -> str | None:
    """The channel's number, from ``data-view`` (where it is negative) or ``data-peer``."""
    packed = attribute(element, "data-view")[:1000]
    try:
        raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        return str(abs(decoded(raw, _View).c)) if packed else _peer(element)
    except (ValueError, UnreadableAnswer):
        return _peer(element)


def _peer(element: Element) -> str | None:
    found = _PEER.match(attribute(element, "data-peer"))
    return None if found is None else found[1]


def _edit_mark(element: Element) -> str | None:
    """The word that stands by itself beside the time: only an edited message has one, in whatever language."""
    for meta in with_class(element, "tgme_widget_message_meta"):
        words = " ".join(part for part in (meta.text, *(child.tail for child in meta)) if part)
        if _LETTER.search(words):
            return " ".join(words.replace("\xa0", " ").split()).strip(" ,")[:100]
    return None


def _time(element: Element) -> str | None:
    for link in with_class(element, "tgme_widget_message_date"):
        for time in elements(link, "time"):
            return attribute(time, "datetime") or None
    return next(
        (attribute(time, "datetime") for time in elements(element, "time") if time.get("datetime")), None
    )


def _href(element: Element, name: str) -> str | None:
    return next(
        (absolute(attribute(link, "href"), _BASE) or None for link in with_class(element, name)), None
    )


def _told_otherwise(element: Element) -> str:
    """What a message says that has no text: the question and answers of a poll, the name and number of a contact."""
    lines = [text_of(line) for name in _TOLD for line in with_class(element, name)]
    return "\n".join(lines[:100])


def _links(element: Element, body: Element | None, base: str) -> Iterator[str]:
    seen: set[str] = set()
    held = (
        []
        if body is None
        else [link for link in elements(body, "a") if not attribute(link, "href").startswith("?")]
    )
    held += with_class(element, "tgme_widget_message_link_preview")
    held += with_class(element, "tgme_widget_message_location_wrap")  # the place, on a map
    for link in held:
        url = absolute(attribute(link, "href"), base)
        if url.startswith(("http://", "https://", "mailto:", "tg:")) and url not in seen:
            seen.add(url)
            yield url
        if len(seen) == MAX_REFERENCES:
            return


def _activity(element: Element) -> dict[str, int]:
    """Counters that are stated whole; Telegram rounds those above a thousand ("4.85K"), which then are none."""
    views = next(with_class(element, "tgme_widget_message_views"), None)
    found = {} if views is None else {"views": count(text_of(views))}
    for reaction in list(with_class(element, "tgme_reaction"))[:100]:
        sign = next(elements(reaction, "b"), None)
        emoji = next(elements(reaction, "tg-emoji"), None)
        name = (
            text_of(sign)
            if sign is not None
            else attribute(emoji, "emoji-id")
            if emoji is not None
            else "other"
        )
        found[f"reaction {name}"] = count(
            "".join(tail for child in reaction if (tail := (child.tail or "").strip()))
        )
    return {name: number for name, number in found.items() if number is not None}


def _grouped(element: Element) -> frozenset[str]:
    """The messages of a group of pictures that share one caption, in lower case: ``name/124``."""
    found: set[str] = set()
    for link in with_class(element, "grouped_media_wrap"):
        href = attribute(link, "href").partition("?")[0]
        parts = _POST.search(href.removeprefix(_BASE))
        if parts is not None:
            found.add(f"{parts[1]}/{parts[2]}".lower())
    return frozenset(found)
