"""What relays are asked, and what they said: NIP-01's messages, one to a line of a recorded conversation."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import msgspec

from .answers import UnreadableAnswer, decoded
from .nostr_events import Event, Kind, flaw
from .nostr_names import Name
from .page import CapturedPage
from .questions import Ask

MAX_EVENTS = 5_000
"""Events of one capture that are checked: what one conversation may hold, and some seconds of work at the most."""

MAX_MESSAGES = 10_000
"""Messages of one conversation that are read: twice what a capture takes (``capture.limits``)."""

MAX_EVENT_BYTES = 1 << 20
"""Relays take events of 64 to 512 KiB (NIP-11, ``max_message_length``)."""

LISTED = 500
"""Answers, reactions, reposts that are asked for. Most relays give no more at once (NIP-11, ``max_limit``)."""

EVENT, ABOUT = "event", "about"
"""The names of the two subscriptions: for the event itself, and for what refers to it."""

_LAST = '["EOSE"'


@dataclass(slots=True)
class Heard:
    """What relays said in a capture.

    Attributes:
        events: authentic ones, by id, each with its place in the capture.
            A place counts the capture's conversations with relays, and the messages of each, from one.
        served_by: the relays that sent an event, by its id, in the order in which they were asked.
        broken: what claimed to be an event and was not: the id that it claims, the flaw, its place.
        ended: the relays that said that they had no more events of the name (``EOSE``).
        closed: refusals (``CLOSED``): the relay and its words.
        unread: how many events were left unchecked, beyond MAX_EVENTS.
    """

    events: dict[str, tuple[Event, str]] = field(default_factory=dict)
    served_by: dict[str, list[str]] = field(default_factory=dict)
    broken: list[tuple[str, str, str]] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    closed: list[tuple[str, str]] = field(default_factory=list)
    unread: int = 0


def ask_event(relay: str, name: Name) -> Ask:
    """The question for the event that is named."""
    if name.event is not None:
        wanted: dict[str, object] = {"ids": [name.event]}
    else:
        wanted = {"kinds": [name.kind], "authors": [name.author], "#d": [name.identifier]}
        if not 30_000 <= (name.kind or 0) < 40_000:
            del wanted["#d"]
    return _ask(relay, EVENT, [wanted], "the event")


def ask_about(relay: str, name: Name, author: str | None, coordinate: str | None) -> Ask:
    """The question for its author's profile, its deletion, and what others did with it."""
    filters: list[dict[str, object]] = []
    signers = {"authors": [author]} if author is not None else {}
    if author is not None:
        filters.append({"kinds": [Kind.PROFILE], **signers})
    for letter, target in (("#e", name.event), ("#a", coordinate)):
        if target is not None:
            filters.append({"kinds": [Kind.DELETION], letter: [target], **signers})
            acts = [Kind.REACTION, Kind.REPOST, Kind.GENERIC_REPOST, Kind.NOTE, Kind.COMMENT]
            filters.extend({"kinds": [kind], letter: [target], "limit": LISTED} for kind in acts)
    return _ask(relay, ABOUT, filters, "its deletion, its author's profile, reactions, reposts and answers")


def hear(page: CapturedPage) -> Heard:
    """Everything that relays said in the capture, every event checked."""
    heard = Heard()
    talks = (r for r in page.responses if r.status == 101 and r.url.startswith(("ws://", "wss://")))
    for talk, response in enumerate(talks, 1):
        for number, line in enumerate(_lines(response.body), 1):
            _take(heard, response.url, f"{response.url}#conversation={talk}&message={number}", line)
    return heard


def events_in(body: bytes) -> list[Event]:
    """The authentic events of one recorded conversation."""
    heard = Heard()
    for line in _lines(body):
        _take(heard, "", "", line)
    return [event for event, _ in heard.events.values()]


def _lines(body: bytes) -> list[bytes]:
    return body.split(b"\n", MAX_MESSAGES)[:MAX_MESSAGES]


def _take(heard: Heard, relay: str, where: str, line: bytes) -> None:
    try:
        message = decoded(line, list[msgspec.Raw])
        words = [decoded(bytes(part), str) for part in message[:2]]
    except UnreadableAnswer:
        return
    if words == ["EOSE", EVENT] and relay not in heard.ended:
        heard.ended.append(relay)
    elif words[:1] == ["CLOSED"] and len(message) > 2:
        heard.closed.append((relay, _text(message[2])))
    elif words[:1] == ["EVENT"] and len(message) > 2:
        _take_event(heard, relay, where, bytes(message[2]))


def _take_event(heard: Heard, relay: str, where: str, raw: bytes) -> None:
    if len(heard.events) + len(heard.broken) >= MAX_EVENTS or len(raw) > MAX_EVENT_BYTES:
        heard.unread += 1
        return
    try:
        event = decoded(raw, Event)
    except UnreadableAnswer as problem:
        heard.broken.append(("", f"it is no event: {problem}", where))
        return
    known = heard.events.get(event.id)
    if known is None or known[0] != event:
        problem_with_it = flaw(event)
        if problem_with_it is not None:
            heard.broken.append((event.id, problem_with_it, where))
            return
        heard.events.setdefault(event.id, (event, where))
    relays = heard.served_by.setdefault(event.id, [])
    if relay not in relays:
        relays.append(relay)


def _ask(relay: str, subscription: str, filters: list[dict[str, object]], why: str) -> Ask:
    request = json.dumps(["REQ", subscription, *filters], separators=(",", ":"))
    return Ask(url=relay, why=why, messages=(request,), last=_LAST)


def _text(raw: msgspec.Raw) -> str:
    try:
        return decoded(bytes(raw), str)
    except UnreadableAnswer:
        return ""
