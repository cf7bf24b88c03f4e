"""One event of a Matrix room: what it says, which files it names, and which later events replace it.

Source: Matrix client-server API v1.15, "Instant messaging", "Rich replies", "Event replacements", "Redactions".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import msgspec

from evidentia.record.post import Entity, EntityKind

from .answers import UnreadableAnswer, decoded, member, shaped, text
from .content import links_in
from .marked_text import Mark, marked
from .markup import Element, UnreadableMarkup, attribute, parse
from .matrix_address import account_link
from .page import CapturedResponse

MESSAGE, STICKER, ENCRYPTED = "m.room.message", "m.sticker", "m.room.encrypted"

_HTML = "org.matrix.custom.html"
_FILES = frozenset({"m.image", "m.file", "m.audio", "m.video"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MENTION = account_link("@")[: -len("@")]


class Event(msgspec.Struct, frozen=True):
    """An event in the form that clients get ("Room event format"). Hashes and signatures are not in it."""

    event_id: str
    sender: str
    type: str
    origin_server_ts: int
    content: dict[str, Any]
    room_id: str | None = None
    state_key: str | None = None
    unsigned: dict[str, Any] = {}

    @property
    def at(self) -> datetime | None:
        """The moment that the sender's homeserver states; None where no calendar has it."""
        try:
            return _EPOCH + timedelta(milliseconds=self.origin_server_ts)
        except OverflowError:
            return None


@dataclass(frozen=True, slots=True)
class Wording:
    """What a message shows. ``plain`` is its ``body``, which clients without HTML show in place of ``text``."""

    text: str
    entities: tuple[Entity, ...] = ()
    links: tuple[str, ...] = ()
    plain: str | None = None


def event_in(response: CapturedResponse | None) -> Event | None:
    """The event that was answered, None where there is none."""
    if response is None or response.status != 200:
        return None
    try:
        return decoded(response.body, Event)
    except UnreadableAnswer:
        return None


def event_of(value: object) -> Event | None:
    """A part of an answer as an event."""
    try:
        return shaped(value, Event)
    except UnreadableAnswer:
        return None


def relation(event: Event) -> tuple[str | None, str | None]:
    """How an event relates to another one: the kind and the other's id ("Forming relationships between events")."""
    related = member(event.content, "m.relates_to")
    return text(member(related, "rel_type")), text(member(related, "event_id"))


def answered_event(content: dict[str, Any]) -> str | None:
    """The id of the event that this one answers: a rich reply's, else the root of its thread."""
    related = member(content, "m.relates_to")
    replied = text(member(related, "m.in_reply_to", "event_id"))
    thread = member(related, "rel_type") == "m.thread"
    if thread and (replied is None or member(related, "is_falling_back") is True):
        return text(member(related, "event_id"))
    return replied


def redaction_of(event: Event) -> Event | None:
    """The event for which this one's content was removed, as the homeserver names it."""
    return event_of(event.unsigned.get("redacted_because"))


def replacements(original: Event, candidates: Iterable[object]) -> tuple[list[Event], int]:
    """The valid replacements, oldest first, and how many candidates were none.

    By the specification's rules ("Validity of replacement events", "Server behaviour"): same room, sender and type, no
    state, ``m.new_content``, and not a replacement of a replacement; by time, and by event id within one millisecond.
    """
    found: dict[str, Event] = {}
    seen = 0
    for candidate in candidates:
        seen += 1
        event = event_of(candidate)
        if event is not None and _replaces(event, original):
            found[event.event_id] = event
    ordered = sorted(found.values(), key=lambda event: (event.origin_server_ts, event.event_id))
    return ordered, seen - len(ordered)


def _replaces(event: Event, original: Event) -> bool:
    return (
        relation(event) == ("m.replace", original.event_id)
        and event.sender == original.sender
        and event.type == original.type
        and (event.room_id or original.room_id) == (original.room_id or event.room_id)
        and event.state_key is None
        and original.state_key is None
        and relation(original)[0] != "m.replace"
        and isinstance(event.content.get("m.new_content"), dict)
    )


def new_content(event: Event) -> dict[str, Any]:
    """What an event shows: of a replacement its new content, else its content."""
    new = event.content.get("m.new_content")
    return new if relation(event)[0] == "m.replace" and isinstance(new, dict) else event.content


def wording_of(content: dict[str, Any]) -> Wording:
    """What a message shows: its HTML where it has any, as clients do, else its body. A file's name is no text."""
    body, formatted = text(content.get("body")) or "", text(content.get("formatted_body"))
    if media_references(content) and content.get("filename") in (None, body):
        return Wording("")  # the body is the file's name then
    body = _without_fallback(body, content)
    if formatted is None or content.get("format") != _HTML:
        return Wording(body)
    try:
        root = parse(formatted)
    except UnreadableMarkup:
        return Wording(body)
    shown, entities = marked(root, _meaning)
    return Wording(shown, entities, links_in(root, "", _is_mention), body)


def media_references(content: dict[str, Any]) -> list[tuple[str, str | None]]:
    """The files that a message names: ``mxc://`` address and description."""
    if content.get("msgtype") not in (*_FILES, None):
        return []
    url = text(content.get("url"))
    return [(url, text(content.get("body")))] if url is not None and url.startswith("mxc://") else []


def _meaning(element: Element) -> Mark | None:
    if element.tag == "mx-reply":  # what is answered, for clients that do not know replies
        return Mark(None, stands_for="")
    if element.tag == "img" and element.get("data-mx-emoticon") is not None:
        source = attribute(element, "src") or None
        return Mark(EntityKind.EMOJI, source, attribute(element, "alt") or attribute(element, "title"))
    href = attribute(element, "href") if element.tag == "a" else ""
    if not href:
        return None
    return Mark(EntityKind.MENTION, _mentioned(href)) if _is_mention(element) else Mark(EntityKind.LINK, href)


def _is_mention(element: Element) -> bool:
    return _mentioned(attribute(element, "href")) is not None


def _mentioned(href: str) -> str | None:
    if not href.startswith(_MENTION):
        return None
    target = unquote(href[len(_MENTION) :])
    return target if target.startswith("@") else None


def _without_fallback(body: str, content: dict[str, Any]) -> str:
    """A reply's body without the quoted lines that stood before it until v1.13 ("Fallbacks for rich replies")."""
    if answered_event(content) is None or not body.startswith("> <"):
        return body
    lines = body.split("\n")
    quoted = next((n for n, line in enumerate(lines) if not line.startswith("> ")), len(lines))
    return "\n".join(lines[quoted + (lines[quoted : quoted + 1] == [""]) :])


def events_in(value: object, *names: str) -> Iterator[Event]:
    """The events in the lists of an answer."""
    for name in names:
        entries = member(value, name)
        for entry in entries if isinstance(entries, list) else []:
            event = event_of(entry)
            if event is not None:
                yield event
