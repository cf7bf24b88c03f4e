"""Reader of Telegram Desktop's export in HTML: ``messages.html``, ``messages2.html`` and so on, in order.

After ``export_output_html.cpp`` of Telegram Desktop. A message says its time with the exporting computer's zone
(``title="19.07.2026 16:29:00 UTC+07:00"``; before 2022 without the zone). Messages that are ``joined`` go on from the
sender of the one before. The export shows no edits, no ids of accounts and, in older versions, no reactions.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from evidentia.platforms.markup import (
    Element,
    UnreadableMarkup,
    attribute,
    classes,
    parse,
    text_of,
    with_class,
)
from evidentia.record.chat import (
    Attachment,
    AttachmentKind,
    AttachmentState,
    ChatExport,
    Conversation,
    ExportForm,
    Message,
    MessageKind,
    PollOption,
    Reaction,
)
from evidentia.record.handed_over import Member, Problem
from evidentia.record.item import Program
from evidentia.record.post import Account

from .files import Files, attachment

READER = Program(name="evidentia.platforms.chats.telegram_html", version="1")

_DATE = re.compile(
    r"(\d{2})\.(\d{2})\.(\d{4}) (\d{2}):(\d{2}):(\d{2})(?: UTC([+-])(\d{2}):(\d{2}))?", re.ASCII
)
_REPLY = re.compile(r"go_to_message(-?\d{1,20})|GoToMessage\((-?\d{1,20})\)", re.ASCII)
_ID = re.compile(r"message(-?\d{1,20})", re.ASCII)
_MEDIA = {
    "photo_wrap": AttachmentKind.IMAGE,
    "media_photo": AttachmentKind.IMAGE,
    "sticker_wrap": AttachmentKind.STICKER,
    "animated_wrap": AttachmentKind.ANIMATION,
    "video_file_wrap": AttachmentKind.VIDEO,
    "media_video": AttachmentKind.VIDEO,
    "media_voice_message": AttachmentKind.AUDIO,
    "media_audio_file": AttachmentKind.AUDIO,
    "media_file": AttachmentKind.DOCUMENT,
    "media_contact": AttachmentKind.CONTACT,
}
_KINDS = {
    "media_call": MessageKind.CALL,
    "media_location": MessageKind.LOCATION,
    "media_live_location": MessageKind.LOCATION,
    "media_venue": MessageKind.LOCATION,
    "media_contact": MessageKind.CONTACT,
    "media_poll": MessageKind.POLL,
}


class Page(NamedTuple):
    """One file of an export: its path and its bytes."""

    name: str
    data: bytes


class _Sender(NamedTuple):
    """Who wrote the message before, and from whom it was passed on: what a joined message goes on from."""

    author: Account | None = None
    forwarded_from: Account | None = None


def read(pages: Sequence[Page], members: Iterable[Member] = ()) -> ChatExport:
    """The conversation in the pages of one chat's folder. Never raises for what they contain."""
    problems: list[Problem] = []
    files, sender, title = Files(members), _Sender(), None
    messages: list[Message] = []
    for page in sorted(pages, key=lambda each: _page_number(each.name)):
        try:
            root = parse(page.data.decode("utf-8", "replace"))
        except UnreadableMarkup as error:
            problems.append(Problem(what=str(error), where=page.name))
            continue
        title = title or _title(root)
        for element in _outermost(root):
            message, sender = _message(element, page.name, sender, files)
            if message is not None:
                messages.append(message)
                problems += _missing(message)
    found = Conversation(
        platform="telegram",
        where=", ".join(page.name for page in pages),
        title=title,
        messages=tuple(messages),
        zone=_zone(messages),
        notes=("Telegram's HTML shows no edits and no ids of accounts; its JSON does.",),
    )
    if not messages:
        problems.append(Problem(what="no message in it", where=", ".join(page.name for page in pages)))
    return ChatExport(
        form=ExportForm.TELEGRAM_HTML,
        reader=READER,
        conversations=(found,) if messages else (),
        problems=tuple(problems),
    )


def looks_like_telegram(head: bytes) -> bool:
    """Whether HTML that begins so is a page of messages of an export."""
    return b"<title>Exported Data</title>" in head and b"page_wrap" in head


def _outermost(root: Element) -> Iterator[Element]:
    """The messages in order; none is looked for inside of another, where no export has one."""
    stack = [root]
    while stack:
        element = stack.pop()
        if element.tag == "div" and "message" in classes(element):
            yield element
        else:
            stack.extend(reversed(element))


def _missing(message: Message) -> Iterator[Problem]:
    if message.kind is not MessageKind.NOTICE and message.author is None:
        yield Problem(what="a joined message without one before it: no sender is stated", where=message.where)
    if message.kind is not MessageKind.NOTICE and not message.stated_time:
        yield Problem(what="a message without a time", where=message.where)


def _message(element: Element, page: str, before: _Sender, files: Files) -> tuple[Message | None, _Sender]:
    found = _ID.fullmatch(attribute(element, "id"))
    number = found[1] if found else ""
    if "service" in classes(element):
        return (_notice(element, page, number), before) if not number.startswith("-") else (None, before)
    sender = _sender(element, before)
    body = _body(element)
    at, local, stated = _time(element)
    text = next(with_class(body, "text", "div"), None)
    media = next(with_class(body, "media_wrap", "div"), None)
    message = Message(
        id=number,
        where=f"{page}#message{number}",
        kind=_kind(media),
        author=sender.author,
        text=_question(media) if text is None else text_of(text),
        stated_time=stated,
        at=at,
        readings=local,
        reply_to=_reply(element),
        forwarded_from=sender.forwarded_from if _forwarded(element) is not None else None,
        attachments=() if media is None else tuple(_attachments(media, page, files)),
        reactions=tuple(_reactions(element)),
        options=() if media is None else tuple(_options(media)),
        details=_details(media),
    )
    return message, sender


def _notice(element: Element, page: str, number: str) -> Message:
    text = next(with_class(element, "body", "div"), element)
    return Message(
        id=number,
        where=f"{page}#message{number}",
        kind=MessageKind.NOTICE,
        author=None,
        text=text_of(text),
        stated_time="",
    )


def _sender(element: Element, before: _Sender) -> _Sender:
    forwarded = _forwarded(element)
    names = [name for name in with_class(element, "from_name", "div") if not _inside(name, forwarded)]
    author = Account(name=_own_text(names[0])) if names else None
    if author is None and "joined" in classes(element):
        author = before.author
    origin = None
    if forwarded is not None:
        name = next(with_class(forwarded, "from_name", "div"), None)
        origin = before.forwarded_from if name is None else Account(name=_own_text(name))
    return _Sender(author, origin)


def _forwarded(element: Element) -> Element | None:
    return next((one for one in with_class(element, "forwarded", "div") if "body" in classes(one)), None)


def _body(element: Element) -> Element:
    return _forwarded(element) if _forwarded(element) is not None else element


def _inside(element: Element, outer: Element | None) -> bool:
    return outer is not None and any(parent is outer for parent in element.iterancestors())


def _own_text(name: Element) -> str:
    """A name without the date that stands behind it where a message was passed on."""
    return text_of(name, lambda each: "" if "date" in classes(each) else None).strip()


def _time(element: Element) -> tuple[datetime | None, tuple[str, ...], str]:
    """The moment where a zone is stated, the local time, and both as they are written."""
    date = next(with_class(element, "date", "div"), None)
    stated = "" if date is None else attribute(date, "title").strip()
    found = _DATE.fullmatch(stated)
    if found is None:
        return None, (), stated
    day, month, year, hour, minute, second, sign, *zone = found.groups()
    local = f"{year}-{month}-{day}T{hour}:{minute}:{second}"
    try:
        at = datetime.fromisoformat(f"{local}{sign}{zone[0]}:{zone[1]}" if sign else f"{local}+00:00")
    except ValueError:
        return None, (), stated
    return at if sign else None, (local,), stated


def _question(media: Element | None) -> str:
    question = None if media is None else next(with_class(media, "question", "div"), None)
    return "" if question is None else text_of(question).strip()


def _reply(element: Element) -> str | None:
    for block in with_class(element, "reply_to", "div"):
        for link in block.iter("a"):
            found = _REPLY.search(attribute(link, "href") + " " + attribute(link, "onclick"))
            if found:
                return found[1] or found[2]
    return None


def _kind(media: Element | None) -> MessageKind:
    for element in () if media is None else media.iter("div", "a"):
        for name in classes(element) & _KINDS.keys():
            return _KINDS[name]
    return MessageKind.MESSAGE


def _attachments(media: Element, page: str, files: Files) -> Iterator[Attachment]:
    for element in media.iter("a", "div"):
        kind = next((_MEDIA[name] for name in sorted(classes(element) & _MEDIA.keys())), None)
        if kind is None:
            continue
        link, said = attribute(element, "href"), _described(element)
        if "sticker" in said.lower() and kind is AttachmentKind.IMAGE:
            kind = AttachmentKind.STICKER
        if link and not link.startswith(("http://", "https://")):
            yield attachment(files.at(posixpath.dirname(page), link), link, kind)
        elif "change data exporting settings" in said or "Unavailable" in said:
            yield Attachment(kind=kind, state=AttachmentState.LEFT_OUT, said=said)


def _described(element: Element) -> str:
    lines = (
        text_of(one)
        for name in ("title", "description", "status")
        for one in with_class(element, name, "div")
    )
    return "; ".join(line for line in lines if line)


def _details(media: Element | None) -> dict[str, str]:
    said = "" if media is None else _described(media)
    link = (
        next((attribute(one, "href") for one in media.iter("a") if one.get("href")), "")
        if media is not None
        else ""
    )
    found = {"shown": said, "link": link if link.startswith(("http://", "https://")) else ""}
    return {name: value for name, value in found.items() if value}


def _reactions(element: Element) -> Iterator[Reaction]:
    for reaction in with_class(element, "reaction", "span"):
        emoji = next(with_class(reaction, "emoji", "span"), None)
        names = [attribute(one, "title") for one in with_class(reaction, "initials", "div")]
        count = next((text_of(one).strip() for one in with_class(reaction, "count", "span")), "")
        yield Reaction(
            what="" if emoji is None else text_of(emoji).strip(),
            count=int(count) if count.isascii() and count.isdigit() and len(count) < 10 else None,
            by=tuple(Account(name=name) for name in names if name),
        )


def _options(media: Element) -> Iterator[PollOption]:
    for answer in with_class(media, "answer", "div"):
        votes = "".join(text_of(one) for one in with_class(answer, "details", "span"))
        found = re.match(r"(\d{1,9}) votes?", votes.strip(), re.ASCII)
        text = text_of(answer, lambda each: "" if "details" in classes(each) else None)
        yield PollOption(text=text.strip().removeprefix("- "), votes=int(found[1]) if found else None)


def _title(root: Element) -> str | None:
    header = next(with_class(root, "page_header", "div"), None)
    name = None if header is None else next(with_class(header, "text", "div"), None)
    return None if name is None else text_of(name).strip() or None


def _zone(messages: Sequence[Message]) -> str:
    if any(message.at is not None for message in messages):
        return "Each time states the zone of the computer that exported."
    return "The export states no zone: its times are local to the computer that exported it."


def _page_number(name: str) -> tuple[str, int]:
    """``messages.html`` is the first page, ``messages2.html`` the second."""
    found = re.fullmatch(r"messages(\d{0,6})\.html", posixpath.basename(name), re.ASCII)
    return posixpath.dirname(name), int(found[1] or 1) if found else 0
