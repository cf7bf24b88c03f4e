"""A Nostr event as a post, and the events that are acts upon it. Only authentic events come here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import msgspec

from evidentia.record.post import (
    Account,
    Act,
    ActKind,
    Entity,
    EntityKind,
    KeptVersion,
    Media,
    Post,
    Proof,
    ProofKind,
    ProofOutcome,
)

from . import nostr_names as names
from .answers import UnreadableAnswer, decoded
from .content import media_at
from .nostr_events import Event, Kind, reacted_to, replied_to
from .page import CapturedResponse

PLATFORM = "nostr"

MAX_ENTITIES = 2_000
"""Marked parts of one text; a hostile event can hold hundreds of thousands."""

MAX_MEDIA = 50
"""Media of one event that are listed. Clients show a handful."""

_URL = re.compile(r"https?://[^\s<>\"]{1,2000}")
_MEDIA_PATH = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|mp4|webm|mov|mp3|ogg|m4a)(?:[?#]|$)", re.I | re.ASCII)
_HASHTAG = re.compile(r"(?<![\w&#/])#(\w{1,100})")
_EMOJI = re.compile(r":([A-Za-z0-9_-]{1,50}):", re.ASCII)
_REPOSTS = (Kind.REPOST, Kind.GENERIC_REPOST)


class Profile(msgspec.Struct, frozen=True):
    """What an account's kind 0 says of it (NIP-01, NIP-24)."""

    name: str | None = None
    display_name: str | None = None
    nip05: str | None = None


def profile_of(event: Event | None) -> Profile:
    """The profile in a kind 0; an empty one where there is none that can be read."""
    if event is None:
        return Profile()
    try:
        return decoded(event.content.encode("utf-8", "replace"), Profile)
    except UnreadableAnswer:
        return Profile()


def account(pubkey: str, profile: Profile | None = None) -> Account:
    """The account of a key: the key itself is its stable id, its ``npub`` the spelling that people share."""
    npub = names.encode("npub", pubkey)
    name = profile and (profile.display_name or profile.name)
    return Account(id=pubkey, handle=npub, name=name or None, url=f"nostr:{npub}")


def address(event: Event) -> str:
    """The event's own address (NIP-21), with its author and kind in it."""
    return f"nostr:{names.encode_event(event.id, event.pubkey, event.kind)}"


def post(event: Event, name: names.Name, profile: Profile, responses: tuple[CapturedResponse, ...]) -> Post:
    """The event as a post. One that is named by its coordinate is called by it; else by its id."""
    published = _published(event)
    coordinate = name.coordinate
    shared = reacted_to(event) if event.kind in _REPOSTS else None
    text = "" if shared is not None and event.content.lstrip()[:1] == "{" else event.content
    answered = None if shared is not None else replied_to(event)
    return Post(
        platform=PLATFORM,
        native_id=coordinate or event.id,
        url=_url(event, name),
        author=account(event.pubkey, profile),
        text=text,
        title=event.first("title") or event.first("subject"),
        created_at=published or event.at,
        edited_at=event.at if published is not None and published < event.at else None,
        edit_mark=True if published is not None and published < event.at else None,
        revision=event.id,
        in_reply_to=_reference(answered),
        quotes=_reference(event.first("q")),
        shares=_reference(shared),
        entities=tuple(_entities(event, text)),
        media=tuple(_media(event, responses)),
        links=tuple(dict.fromkeys(_urls(text)))[:MAX_ENTITIES],
    )


def kept(event: Event, where: str) -> KeptVersion:
    """A version of an event that later ones replace."""
    return KeptVersion(
        text=event.content, at=event.at, where=where, revision=event.id, title=event.first("title")
    )


def proof(event: Event, where: str) -> Proof:
    """That the key signed this event, checked anew from the bytes."""
    return Proof(
        kind=ProofKind.EVENT,
        outcome=ProofOutcome.PRESENT,
        subject=event.id,
        key=names.encode("npub", event.pubkey),
        at=event.at,
        steps=(
            "the id is the SHA-256 of the event's canonical form (NIP-01)",
            "the Schnorr signature of the id holds for the author's key (BIP-340)",
        ),
        reason="Whoever holds the key signed these words; the time is the signer's claim.",
        where=(where,),
    )


def acts_upon(target: Event, events: Iterable[tuple[Event, str]]) -> Iterator[Act]:
    """Reactions, reposts and answers to the event itself, not to what stands below it."""
    for event, where in events:
        found = _act(target, event)
        if found is None:
            continue
        kind, what = found
        yield Act(
            kind=kind,
            actor=account(event.pubkey),
            object=address(target),
            where=where,
            what=what,
            native_id=event.id,
            url=address(event),
            at=event.at,
        )


def media_addresses(event: Event) -> tuple[str, ...]:
    """Where the event's pictures, videos and sounds are: its ``imeta`` tags (NIP-92), and addresses in its text."""
    stated = (_imeta(tag).get("url", "") for tag in event.tagged("imeta"))
    shown = (url for url in _urls(event.content) if _MEDIA_PATH.search(url))
    tagged = (tag[1] for tag in event.tagged("image"))
    found = (url for url in (*stated, *tagged, *shown) if url.startswith(("https://", "http://")))
    return tuple(dict.fromkeys(found))[:MAX_MEDIA]


def digests_stated(event: Event) -> dict[str, str]:
    """The SHA-256 that the event states for media, by address (NIP-92, ``x``)."""
    tags = (_imeta(tag) for tag in event.tagged("imeta"))
    return {stated["url"]: stated["x"].lower() for stated in tags if "url" in stated and "x" in stated}


def _act(target: Event, event: Event) -> tuple[ActKind, str | None] | None:
    if event.kind == Kind.REACTION and reacted_to(event) == target.id:
        return ActKind.LIKE, event.content
    if event.kind in _REPOSTS and reacted_to(event) == target.id:
        return ActKind.SHARE, None
    if event.kind in (Kind.NOTE, Kind.COMMENT) and replied_to(event) == target.id:
        return ActKind.COMMENT, event.content
    return None


def _published(event: Event) -> datetime | None:
    """When a long text was first published, as its author states it (NIP-23); the event is its latest version."""
    stated = event.first("published_at") or ""
    if not re.fullmatch(r"[0-9]{1,11}", stated, re.ASCII):
        return None
    return datetime.fromtimestamp(int(stated), UTC)


def _url(event: Event, name: names.Name) -> str:
    coordinate = name.coordinate and names.encode_coordinate(
        name.kind or 0, name.author or "", name.identifier or ""
    )
    return f"nostr:{coordinate}" if coordinate else address(event)


def _reference(identifier: str | None) -> str | None:
    """The address of an event by its id; anything else as it is stated."""
    if identifier is not None and re.fullmatch(r"[0-9a-f]{64}", identifier, re.ASCII):
        return f"nostr:{names.encode('note', identifier)}"
    return identifier or None


def _urls(text: str) -> Iterator[str]:
    return (found[0].rstrip(".,;:!?)]}'") for found in _URL.finditer(text))


def _entities(event: Event, text: str) -> Iterator[Entity]:
    found = sorted(_marked(event, text), key=lambda entity: (entity.start, entity.end))
    return (entity for entity, _ in zip(found, range(MAX_ENTITIES), strict=False))


def _marked(event: Event, text: str) -> Iterator[Entity]:
    for start, end, name in names.names_in(text):
        kind = EntityKind.LINK if name.author is None or name.event or name.coordinate else EntityKind.MENTION
        target = name.author if kind is EntityKind.MENTION else text[start:end]
        yield Entity(kind=kind, start=start, end=end, target=target)
    for url in _URL.finditer(text):
        target = url[0].rstrip(".,;:!?)]}'")
        yield Entity(kind=EntityKind.LINK, start=url.start(), end=url.start() + len(target), target=target)
    tags = {tag[1].lower() for tag in event.tagged("t")}
    for tag in _HASHTAG.finditer(text):
        if tag[1].lower() in tags:
            yield Entity(kind=EntityKind.HASHTAG, start=tag.start(), end=tag.end(), target=tag[1])
    pictures = {tag[1]: tag[2] for tag in event.tagged("emoji") if len(tag) > 2}  # NIP-30
    for emoji in _EMOJI.finditer(text):
        if emoji[1] in pictures:
            yield Entity(
                kind=EntityKind.EMOJI, start=emoji.start(), end=emoji.end(), target=pictures[emoji[1]]
            )


def _media(event: Event, responses: tuple[CapturedResponse, ...]) -> Iterator[Media]:
    stated = {tag["url"]: tag for tag in map(_imeta, event.tagged("imeta")) if "url" in tag}
    for url in media_addresses(event):
        of_it = stated.get(url, {})
        medium = media_at(url, of_it.get("alt"), responses)
        yield medium if medium.media_type else msgspec.structs.replace(medium, media_type=of_it.get("m"))


def _imeta(tag: tuple[str, ...]) -> dict[str, str]:
    pairs = (part.partition(" ") for part in tag[1:])
    return {name: value for name, space, value in pairs if space}
