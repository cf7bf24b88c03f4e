"""What X's answers have in common, whichever of its interfaces gave them, and the post that comes of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import urlsplit

import msgspec

from evidentia.record.post import Account, EntityKind, Media, Post, Signal, State
from evidentia.record.said import Says

from .answers import moment
from .content import MAX_REFERENCES, media_at, pictured
from .page import CapturedResponse
from .signals import EDIT_COUNT, TEXT_FROM
from .x_address import moment_of, post_url
from .x_text import Mark, read

PLATFORM = "x"

MAX_VARIANTS = 20
"""Encodings of a video, or sizes of a picture, that are looked for; X makes six of each."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CREATED = re.compile(
    r"[A-Z][a-z]{2} (?P<month>[A-Z][a-z]{2}) (?P<day>[0-9]{2}) (?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2}) "
    r"(?P<sign>[+-])(?P<hours>[0-9]{2})(?P<minutes>[0-9]{2}) (?P<year>[0-9]{4})",
    re.ASCII,
)


class Url(msgspec.Struct, frozen=True):
    """A shortened link (t.co) in a text, and where it leads."""

    url: str = ""
    expanded_url: str | None = None
    indices: tuple[int, int] = (0, 0)


class Hashtag(msgspec.Struct, frozen=True):
    """A hashtag, without its sign."""

    text: str = ""
    indices: tuple[int, int] = (0, 0)


class Mention(msgspec.Struct, frozen=True):
    """An account that the text names."""

    screen_name: str = ""
    id_str: str | None = None
    indices: tuple[int, int] = (0, 0)


class Entities(msgspec.Struct, frozen=True):
    """``entities`` of a post, ``entity_set`` of a long one."""

    urls: list[Url] = []
    hashtags: list[Hashtag] = []
    user_mentions: list[Mention] = []


class Variant(msgspec.Struct, frozen=True):
    """One encoding of a video."""

    url: str = ""
    content_type: str | None = None
    bitrate: int = 0


class VideoInfo(msgspec.Struct, frozen=True):
    """The encodings of a video."""

    variants: list[Variant] = []


class Medium(msgspec.Struct, frozen=True):
    """A picture, a GIF or a video; its picture stands at ``media_url_https``."""

    media_url_https: str | None = None
    type: str = "photo"
    ext_alt_text: str | None = None
    video_info: VideoInfo | None = None


class EditControl(msgspec.Struct, frozen=True):
    """The chain of wordings, each with an id of its own, oldest first, and how long it may still grow."""

    edit_tweet_ids: list[str] = []
    editable_until_msecs: str | int | None = None
    edits_remaining: str | int | None = None
    is_edit_eligible: bool | None = None
    initial_tweet_id: str | None = None
    edit_control_initial: EditControl | None = None

    @property
    def whole(self) -> EditControl:
        """Where X keeps the chain: in the control of the first wording, which those of the later ones hold."""
        return self.edit_control_initial or self


@dataclass(frozen=True, slots=True)
class Found:
    """A post as one answer states it. ``text_from`` names the kind of text (see ``signals.TEXT_FROM``), ``picture`` the
    address of the author's own."""

    id: str
    author: Account
    text: str
    escaped: bool
    text_from: str
    where: str
    marks: tuple[Mark, ...] = ()
    links: tuple[str, ...] = ()
    media: tuple[Medium, ...] = ()
    created_at: datetime | None = None
    stated_time: str | None = None
    chain: tuple[str, ...] = ()
    chain_stated: bool = False
    title: str | None = None
    in_reply_to: str | None = None
    quotes: str | None = None
    shares: str | None = None
    visibility: str | None = None
    reply_setting: str | None = None
    picture: str | None = None
    activity: dict[str, int] = field(default_factory=dict)
    signals: tuple[Signal, ...] = ()

    def names(self, identifier: str) -> bool:
        """Whether the id is this wording's, or that of another one in its chain."""
        return identifier == self.id or identifier in self.chain


@dataclass(frozen=True, slots=True)
class Gone:
    """What an answer states in place of the post."""

    state: State
    signal: Signal
    says: Says


def post(found: Found, responses: tuple[CapturedResponse, ...]) -> Post:
    """The post. Its id is that of the first wording, which stays; ``revision`` is the id of this one.

    ``created_at`` of an edited post is read from the first id, because X states the time of the wording.
    """
    text, entities = read(found.text, found.marks, escaped=found.escaped)
    first = found.chain[0] if found.chain else found.id
    edited = len(found.chain) > 1
    created = found.created_at or moment_of(found.id)
    return Post(
        platform=PLATFORM,
        native_id=first,
        url=post_url(first, found.author.handle),
        author=pictured(found.author, found.picture, responses),
        text=text,
        title=found.title,
        created_at=moment_of(first) if first != found.id else created,
        edited_at=created if first != found.id else None,
        edit_mark=edited if found.chain_stated else None,
        stated_time=found.stated_time,
        revision=found.id,
        in_reply_to=found.in_reply_to,
        quotes=found.quotes,
        shares=found.shares,
        entities=entities,
        media=tuple(_media(found.media[:MAX_REFERENCES], responses)),
        links=found.links,
        visibility=found.visibility,
        reply_setting=found.reply_setting,
        activity=found.activity,
    )


def signals(found: Found) -> tuple[Signal, ...]:
    """What shows that the post stands there, where its text was read, and what its id and its chain say."""
    made = [
        Signal(name="post-stated", seen=found.id, where=found.where),
        Signal(name=TEXT_FROM, seen=found.text_from, where=found.where),
    ]
    at = moment_of(found.id)
    if at is not None:
        made.append(Signal(name="snowflake-time", seen=at.isoformat(), where="id"))
    if len(found.chain) > 1:
        made.append(Signal(name=EDIT_COUNT, seen=str(len(found.chain) - 1), where=found.where))
        made.append(Signal(name="edit-chain", seen=" ".join(found.chain), where=found.where))
    if found.id != (found.chain or (found.id,))[-1]:
        made.append(Signal(name="earlier-wording", seen=found.id, where=found.where))
    return (*made, *found.signals)


def chain_of(control: EditControl | None, identifier: str) -> tuple[str, ...]:
    """The ids of all wordings, oldest first, each once; that of the post alone where none are stated."""
    whole = EditControl() if control is None else control.whole
    ids = [one for one in whole.edit_tweet_ids[:MAX_REFERENCES] if one.isascii() and one.isdigit()]
    return tuple(dict.fromkeys(ids)) or (identifier,)


def edit_signals(control: EditControl | None, where: str) -> Iterator[Signal]:
    """Until when the post may be edited, and how often still, as X states it."""
    if control is None:
        return
    whole = control.whole
    until = str(whole.editable_until_msecs or "")
    if until.isascii() and until.isdigit() and len(until) < 15:
        seen = datetime.fromtimestamp(int(until) // 1000, UTC).isoformat()
        yield Signal(name="editable-until", seen=seen, where=where)
    if whole.edits_remaining is not None:
        yield Signal(name="edits-remaining", seen=str(whole.edits_remaining), where=where)


def marks(entities: Entities) -> tuple[Mark, ...]:
    """What X marks in a text."""
    made = [
        Mark(EntityKind.LINK, *one.indices, one.url, one.expanded_url or one.url) for one in entities.urls
    ]
    made += [Mark(EntityKind.HASHTAG, *one.indices, one.text, one.text) for one in entities.hashtags]
    made += [
        Mark(EntityKind.MENTION, *one.indices, one.screen_name, one.id_str or one.screen_name)
        for one in entities.user_mentions
    ]
    return tuple(made[:MAX_REFERENCES])


def links(entities: Entities) -> tuple[str, ...]:
    """Where the links lead, each once."""
    return tuple(dict.fromkeys(one.expanded_url or one.url for one in entities.urls[:MAX_REFERENCES]))


def created(stated: str | None) -> datetime | None:
    """A time as X states it: RFC 3339, or as in ``Thu Apr 20 23:21:13 +0000 2023``."""
    found = _CREATED.fullmatch(stated or "")
    if found is None or found["month"] not in _MONTHS:
        return moment(stated)
    offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"]))
    try:
        day = datetime.fromisoformat(
            f"{found['year']}-{_MONTHS.index(found['month']) + 1:02}-{found['day']}T{found['time']}"
        )
        return day.replace(tzinfo=timezone(-offset if found["sign"] == "-" else offset))
    except ValueError:
        return None


def _media(media: tuple[Medium, ...], responses: tuple[CapturedResponse, ...]) -> Iterator[Media]:
    """The media with the digests of what was captured of them: of the original, else of the largest that came."""
    sizes: dict[str, list[CapturedResponse]] = {}
    for response in responses if media else ():
        if response.status == 200:
            sizes.setdefault(_stem(response.url), []).append(response)
    for medium in media:
        variants = sorted(
            (v for v in (medium.video_info or VideoInfo()).variants if v.content_type == "video/mp4"),
            key=lambda variant: variant.bitrate,
            reverse=True,
        )[:MAX_VARIANTS]
        picture = medium.media_url_https or ""
        addresses = [one.url for one in variants] or _sizes(picture, sizes.get(_stem(picture), []))
        held = [media_at(url, medium.ext_alt_text, responses) for url in addresses]
        chosen = next((one for one in held if one.sha256 is not None), held[0])
        kind = chosen.media_type or ("video/mp4" if variants else None)
        yield msgspec.structs.replace(chosen, media_type=kind)


def _sizes(picture: str, came: list[CapturedResponse]) -> list[str]:
    """The picture's original (``name=orig``), then every size of it that came, the largest first."""
    stem, dot, suffix = picture.rpartition(".")
    if not dot or "/" in suffix:
        return [picture]
    largest = sorted(came, key=lambda response: len(response.body), reverse=True)[:MAX_VARIANTS]
    return [f"{stem}?format={suffix}&name=orig", *dict.fromkeys(response.url for response in largest)]


def _stem(url: str) -> str:
    """Host and path of a picture, without the ways in which its format and size are spelled."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    path = parts.path.partition(":")[0]
    head, _, last = path.rpartition("/")
    return f"{parts.netloc}{head}/{last.partition('.')[0]}"


def first_named(found: Iterable[Found], identifier: str) -> Found | None:
    """The post with the id; else the latest wording of the chain to which the id belongs."""
    named = [one for one in found if one.names(identifier)]
    exact = (one for one in named if one.id == identifier)
    return next(exact, None) or max(named, key=lambda one: (len(one.id), one.id), default=None)
