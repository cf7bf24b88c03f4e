"""A post's record (lexicon ``app.bsky.feed.post``) as a ``Post``, and what the public service adds to it.

https://docs.bsky.app/docs/advanced-guides/posts and the lexicons ``app.bsky.richtext.facet``, ``app.bsky.embed.*``,
``app.bsky.feed.defs``. Everything in a record is a stranger's: what has not the form that the lexicon gives is left
out, and a signal says so where it would have been part of what is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

import msgspec

from evidentia.record.post import Account, Entity, EntityKind, Media, Post, Signal

from .answers import counters
from .atproto.cid import Malformed
from .atproto.dag_cbor import Value
from .atproto.json_form import from_json
from .atproto.proof import Subject
from .bluesky_questions import MAX_PICTURES, Gathered, avatar_of, error_of, picture_url, pictures_of, told
from .content import media_at, pictured
from .page import CapturedResponse

PLATFORM = "bluesky"

MAX_FACETS = 1_000
"""Marked parts of one text. A text has 300 characters (graphemes), so that real posts have a dozen."""

MAX_MARKED_CHARACTERS = 100_000
"""Of a text whose marks are read: the lexicon allows 3000. What is longer is kept, without its marks."""

MAX_LABELS = 200
MAX_SAID = 200
"""Characters of a label or of a list of languages: those of the lexicon have at most 128."""

MAX_RULES = 20
"""Rules of who may answer: the lexicon allows 5."""


_FACET = "app.bsky.richtext.facet"


class _Label(msgspec.Struct, frozen=True):
    val: str
    src: str = ""
    neg: bool = False


class _Author(msgspec.Struct, frozen=True, rename="camel"):
    did: str
    handle: str | None = None
    display_name: str | None = None
    avatar: str | None = None
    labels: tuple[_Label, ...] = ()


class _Threadgate(msgspec.Struct, frozen=True):
    """``#threadgateView``: the author's record of who may answer."""

    record: dict[str, object] | None = None


class _GateRecord(msgspec.Struct, frozen=True):
    value: dict[str, object]


class View(msgspec.Struct, frozen=True, rename="camel"):
    """``app.bsky.feed.defs#postView``, as far as it is used."""

    uri: str
    cid: str
    author: _Author
    record: dict[str, object]
    labels: tuple[_Label, ...] = ()
    threadgate: _Threadgate | None = None
    reply_count: int | None = None
    repost_count: int | None = None
    like_count: int | None = None
    quote_count: int | None = None
    bookmark_count: int | None = None


class _Views(msgspec.Struct, frozen=True):
    posts: tuple[View, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """A record, its CID, and the address of the answer that it was read from."""

    record: dict[str, Value]
    cid: str | None
    where: str


def view_in(gathered: Gathered) -> View | None:
    """The post as the public service shows it."""
    answer, subject = gathered.shown, gathered.subject
    views = told(answer, _Views)
    if views is None or subject is None:
        return None
    return next((v for v in views.posts if v.uri == subject.uri and v.author.did == subject.did), None)


def record_in(view: View) -> dict[str, Value] | None:
    """The record that the public service shows."""
    try:
        value = from_json(view.record)
    except Malformed:
        return None
    return value if isinstance(value, dict) else None


def post_of(
    wording: Wording, subject: Subject, gathered: Gathered, responses: tuple[CapturedResponse, ...]
) -> tuple[Post, tuple[Signal, ...]]:
    """The post, and what is to be said of how it was read."""
    record, view = wording.record, view_in(gathered)
    text = _text(record.get("text"))
    entities, facet_signals = _entities(text, record, wording.where)
    reply, embed = _dict(record.get("reply")), _dict(record.get("embed"))
    media, media_signals = _media(record, subject, gathered, responses)
    post = Post(
        platform=PLATFORM,
        native_id=subject.uri,
        url=f"https://bsky.app/profile/{subject.did}/post/{subject.rkey}",
        author=pictured(_author(subject, gathered, view), _picture(subject, gathered, view), responses),
        text=text,
        created_at=_moment(record.get("createdAt")),
        revision=wording.cid,
        in_reply_to=_uri(reply.get("parent")),
        quotes=_quoted(embed),
        entities=entities,
        media=media,
        links=_links(entities, embed),
        reply_setting=None if reply else _reply_setting(gathered.gate, view),
        activity={} if view is None else _activity(view),
    )
    more = (*_said(record, post, wording.where), *facet_signals, *media_signals)
    return post, (*more, *_labels(record, wording.where, view, gathered))


def _reply_setting(gate: CapturedResponse | None, view: View | None) -> str | None:
    """Who may answer a thread's first post: the rules of its gate, a record of the author's (docs.bsky.app, "Thread
    gates"). No such record, or one without rules, lets anybody answer; one whose rules are empty nobody."""
    stated = told(gate, _GateRecord)
    if stated is not None:
        return _rules(stated.value)
    if gate is not None and gate.status == 400 and error_of(gate) == "RecordNotFound":
        return "anybody"
    return _rules(view.threadgate.record or {}) if view is not None and view.threadgate is not None else None


def _rules(record: dict[str, object]) -> str:
    rules = record.get("allow")
    if not isinstance(rules, list):
        return "anybody"
    named = {str(rule.get("$type")).rpartition("#")[2][:MAX_SAID] for rule in rules if isinstance(rule, dict)}
    return ", ".join(sorted(named)[:MAX_RULES]) or "nobody"


def _picture(subject: Subject, gathered: Gathered, view: View | None) -> str | None:
    """The author's picture as the host gives it out; where its profile did not come, as the public service shows it."""
    host = None if gathered.document is None else gathered.document.host
    cid = avatar_of(gathered.profile)
    if host is not None and cid is not None:
        return picture_url(host, subject.did, cid)
    return None if view is None else view.author.avatar


def _author(subject: Subject, gathered: Gathered, view: View | None) -> Account:
    """The DID is certain; the handle is the one that the account's document claims; the name is whatever was typed."""
    document = gathered.document
    handle = (document.handle if document is not None else None) or (view.author.handle if view else None)
    name = view.author.display_name if view else None
    return Account(
        id=subject.did,
        handle=handle,
        name=name or _profile_name(gathered.profile),
        url=f"https://bsky.app/profile/{subject.did}",
    )


class _Profile(msgspec.Struct, frozen=True, rename="camel"):
    display_name: str | None = None


class _ProfileRecord(msgspec.Struct, frozen=True):
    value: _Profile


def _profile_name(answer: CapturedResponse | None) -> str | None:
    profile = told(answer, _ProfileRecord)
    return None if profile is None else profile.value.display_name or None


def _entities(
    text: str, record: dict[str, Value], where: str
) -> tuple[tuple[Entity, ...], tuple[Signal, ...]]:
    facets = record.get("facets")
    if facets is None:
        return (), ()
    listed = facets if isinstance(facets, list) else []
    is_read = len(text) <= MAX_MARKED_CHARACTERS
    points = _code_points(text) if is_read else {}
    found: list[Entity] = []
    dropped = len(listed[MAX_FACETS:]) + (not isinstance(facets, list))
    for facet in listed[:MAX_FACETS]:
        made = list(islice(_entities_of(facet, points), MAX_FACETS - len(found)))
        dropped += not made
        found += made
    signals = [Signal(name="malformed-facets", seen=str(dropped), where=where)] if dropped else []
    return tuple(found), tuple(signals)


def _code_points(text: str) -> dict[int, int]:
    """For each offset in bytes of UTF-8 at which a character begins or the text ends: its number of code points."""
    points, at = {}, 0
    for index, character in enumerate(text):
        points[at] = index
        at += len(character.encode("utf-8"))
    return points | {at: len(text)}


def _entities_of(facet: Value, points: dict[int, int]) -> Iterator[Entity]:
    index = _dict(_dict(facet).get("index"))
    first, last = index.get("byteStart"), index.get("byteEnd")
    if type(first) is not int or type(last) is not int or not first < last:
        return
    start, end = points.get(first), points.get(last)
    features = _dict(facet).get("features")
    if start is None or end is None or not isinstance(features, list):
        return
    for feature in features:
        known = _dict(feature)
        for kind, name, field in (
            (EntityKind.MENTION, "mention", "did"),
            (EntityKind.LINK, "link", "uri"),
            (EntityKind.HASHTAG, "tag", "tag"),
        ):
            target = known.get(field)
            if known.get("$type") == f"{_FACET}#{name}" and isinstance(target, str):
                yield Entity(kind=kind, start=start, end=end, target=target)


def _media(
    record: dict[str, Value], subject: Subject, gathered: Gathered, responses: tuple[CapturedResponse, ...]
) -> tuple[tuple[Media, ...], tuple[Signal, ...]]:
    """The pictures by the addresses at which the host gives them out; one that is not what its CID names is said."""
    host = None if gathered.document is None else gathered.document.host
    captured = {cid: answer for cid, answer in gathered.pictures if answer.status == 200}
    media, signals = [], []
    for cid, media_type, description in list(pictures_of(record))[:MAX_PICTURES]:
        url = f"at://{subject.did}/{cid}" if host is None else picture_url(host, subject.did, cid)
        found = media_at(url, description, responses)
        if cid in captured and not cid.names(captured[cid].body):
            signals.append(Signal(name="picture-differs-from-its-cid", seen=str(cid), where=url))
        media.append(found if found.media_type else msgspec.structs.replace(found, media_type=media_type))
    return tuple(media), tuple(signals)


def _quoted(embed: dict[str, Value]) -> str | None:
    """The record that is quoted: ``app.bsky.embed.record``, or inside ``recordWithMedia`` beside pictures."""
    record = _dict(embed.get("record"))
    return _uri(record) or _uri(record.get("record"))


def _links(entities: tuple[Entity, ...], embed: dict[str, Value]) -> tuple[str, ...]:
    external = _dict(embed.get("external")) or _dict(_dict(embed.get("media")).get("external"))
    stated = [entity.target for entity in entities if entity.kind is EntityKind.LINK]
    stated.append(_text(external.get("uri")))
    return tuple(
        dict.fromkeys(url for url in stated if url and url.startswith(("http://", "https://", "mailto:")))
    )


def _activity(view: View) -> dict[str, int]:
    return counters(
        replies=view.reply_count,
        reposts=view.repost_count,
        likes=view.like_count,
        quotes=view.quote_count,
        bookmarks=view.bookmark_count,
    )


def _said(record: dict[str, Value], post: Post, where: str) -> Iterator[Signal]:
    languages = record.get("langs")
    named = [each for each in languages if isinstance(each, str)] if isinstance(languages, list) else []
    if named:
        yield Signal(name="langs", seen=" ".join(named[:20])[:MAX_SAID], where=where)
    if post.created_at is not None:
        yield Signal(name="created-at-claimed", seen=_text(record.get("createdAt")), where=where)
    elif record.get("createdAt") is not None:
        yield Signal(name="created-at-unreadable", seen=str(record.get("createdAt"))[:80], where=where)


def _labels(record: dict[str, Value], where: str, view: View | None, gathered: Gathered) -> Iterator[Signal]:
    """Labels: the author's own in the record, others' as the public service shows them, with who put them there."""
    values = _dict(record.get("labels")).get("values")
    for each in values[:MAX_LABELS] if isinstance(values, list) else []:
        value = _dict(each).get("val")
        if isinstance(value, str):
            yield Signal(name="self-label", seen=value[:MAX_SAID], where=where)
    if view is None or gathered.shown is None:
        return
    for label in (*view.labels, *view.author.labels)[:MAX_LABELS]:
        if not label.neg:
            yield Signal(
                name="label",
                seen=f"{label.val[:MAX_SAID]} by {label.src[:MAX_SAID]}",
                where=gathered.shown.url,
            )


def _uri(reference: Value) -> str | None:
    uri = _dict(reference).get("uri")
    return uri if isinstance(uri, str) and uri.startswith("at://") else None


def _moment(stated: Value) -> datetime | None:
    """A time with its zone, None where none is stated or none can be placed in UTC (the year 1, far to the east)."""
    try:
        moment = datetime.fromisoformat(stated) if isinstance(stated, str) else None
        return moment if moment is not None and moment.tzinfo and moment.astimezone(UTC) else None
    except (ValueError, OverflowError):
        return None


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _dict(value: Value) -> dict[str, Value]:
    return value if isinstance(value, dict) else {}
