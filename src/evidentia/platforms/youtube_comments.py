"""Comments as YouTube's pages fetch them: the answers of ``/youtubei/v1/next`` and the state of the page.

Documented nowhere. The shape follows programs that read it (github.com/yt-dlp/yt-dlp,
yt_dlp/extractor/youtube/_video.py; github.com/LuanRT/YouTube.js, src/parser/classes/comments) and recorded answers in
public repositories: since 2024 ``commentEntityPayload``, before that ``commentRenderer``.

The time is a relative one in the visitor's language ("2 years ago"), so it stays words. An edited comment has a part in
brackets behind it: the brackets are the mark, whatever the words in them are. So it was in the 216 comments, 23 of them
edited and one of these in German, that github.com/TeamNewPipe/NewPipeExtractor has recorded (src/test/resources/mocks).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import msgspec

from evidentia.record.post import Account, Act, ActKind, Entity, EntityKind, Post, Signal

from .answers import Node, UnreadableAnswer, assigned, counters, nodes, path_of, shaped, text_at, tree
from .captions import from_utf16
from .content import MAX_REFERENCES, pictured
from .keys import authority
from .markup import Element
from .page import CapturedResponse
from .signals import TEXT_FROM
from .youtube_address import HOSTS, comment_url, parent_of, video_url
from .youtube_player import PLATFORM, scripts, signed_handle, words_of

MAX_ACTS = 2_000
"""Comments that are listed below one video; YouTube sends them by the twenty."""

MAX_COMMENTS = 20_000
"""Comments that are looked through for the one that was asked for."""

_KINDS = frozenset({"commentEntityPayload", "commentRenderer"})
_BRACKETS = re.compile(r"[^\s(（][^(（]*(?P<mark>[(（][^()（）]{1,60}[)）])\s*$")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as one answer states it, and where."""

    id: str
    author: Account
    text: str
    where: str
    text_from: str
    entities: tuple[Entity, ...] = ()
    links: tuple[str, ...] = ()
    created_at: datetime | None = None
    edited_at: datetime | None = None
    stated_time: str | None = None
    edit_mark: bool | None = None
    mark: str | None = None
    activity: tuple[tuple[str, int], ...] = ()
    signals: tuple[Signal, ...] = ()
    picture: str | None = None


class _Endpoint(msgspec.Struct, frozen=True):
    browseId: str | None = None
    url: str | None = None


class _Command(msgspec.Struct, frozen=True):
    browseEndpoint: _Endpoint = _Endpoint()
    urlEndpoint: _Endpoint = _Endpoint()


class _Tap(msgspec.Struct, frozen=True):
    innertubeCommand: _Command = _Command()


class _Run(msgspec.Struct, frozen=True):
    startIndex: int = 0
    length: int = 0
    onTap: _Tap = _Tap()


class _Content(msgspec.Struct, frozen=True):
    content: str = ""
    commandRuns: list[_Run] = []


class _Properties(msgspec.Struct, frozen=True):
    commentId: str
    content: _Content = _Content()
    publishedTime: str | None = None


class _Author(msgspec.Struct, frozen=True):
    channelId: str | None = None
    displayName: str | None = None
    isCreator: bool = False
    avatarThumbnailUrl: str | None = None


class _Toolbar(msgspec.Struct, frozen=True):
    likeCountNotliked: str | None = None
    replyCount: str | int | None = None


class _Payload(msgspec.Struct, frozen=True):
    properties: _Properties
    author: _Author = _Author()
    toolbar: _Toolbar = _Toolbar()


class _Renderer(msgspec.Struct, frozen=True):
    commentId: str
    contentText: object = None
    authorText: object = None
    authorEndpoint: _Command = _Command()
    publishedTimeText: object = None
    voteCount: object = None
    replyCount: int | None = None


def comments(root: Element | None, responses: tuple[CapturedResponse, ...]) -> Iterator[Comment]:
    """The comments that the page and its answers hold, in their order, MAX_COMMENTS at most."""
    return islice(_comments(root, responses), MAX_COMMENTS)


def _comments(root: Element | None, responses: tuple[CapturedResponse, ...]) -> Iterator[Comment]:
    for where, held in _answers(root, responses):
        for place, node in nodes(held):
            if _KINDS.isdisjoint(node):
                continue
            comment = _comment(node, f"{where}#{place}")
            if comment is not None:
                yield comment


def post_of(
    comment: Comment, video: str, responses: tuple[CapturedResponse, ...]
) -> tuple[Post, tuple[Signal, ...]]:
    """A comment below ``video`` as a post, and the signals that show it."""
    parent = parent_of(comment.id)
    post = Post(
        platform=PLATFORM,
        native_id=comment.id,
        url=comment_url(video, comment.id),
        author=pictured(comment.author, comment.picture, responses),
        text=comment.text,
        created_at=comment.created_at,
        edited_at=comment.edited_at,
        edit_mark=comment.edit_mark,
        stated_time=comment.stated_time,
        in_reply_to=video_url(video) if parent is None else comment_url(video, parent),
        entities=comment.entities,
        links=comment.links,
        activity=dict(comment.activity),
    )
    marks = (
        () if comment.mark is None else (Signal(name="edited-mark", seen=comment.mark, where=comment.where),)
    )
    stated = Signal(name="comment-stated", seen=comment.id, where=comment.where)
    source = Signal(name=TEXT_FROM, seen=comment.text_from, where=comment.where)
    return post, (stated, source, *marks, *comment.signals)


def acts_of(found: Iterator[Comment] | list[Comment], video: str) -> tuple[Act, ...]:
    """The comments below a video, each once, as acts of those who wrote them."""
    made: dict[str, Act] = {}
    for comment in found:
        parent = parent_of(comment.id)
        act = Act(
            kind=ActKind.COMMENT,
            actor=comment.author,
            object=video_url(video) if parent is None else comment_url(video, parent),
            where=comment.where,
            what=comment.text,
            native_id=comment.id,
            url=comment_url(video, comment.id),
            at=comment.created_at,
            stated_time=comment.stated_time,
        )
        made.setdefault(comment.id, act)
        if len(made) == MAX_ACTS:
            break
    return tuple(made.values())


def _answers(root: Element | None, responses: tuple[CapturedResponse, ...]) -> Iterator[tuple[str, object]]:
    for script, where in scripts(root):
        try:
            held = assigned(script, "ytInitialData")
        except UnreadableAnswer:
            continue
        if held is not None:
            yield f"{where} ytInitialData", held
    for response in responses:
        if authority(response.url) in HOSTS and path_of(response.url) == "/youtubei/v1/next":
            try:
                yield response.url, tree(response.body)
            except UnreadableAnswer:
                continue


def _comment(node: Node, where: str) -> Comment | None:
    try:
        if "commentEntityPayload" in node:
            return _of_payload(
                shaped(node["commentEntityPayload"], _Payload), f"{where}/commentEntityPayload"
            )
        if "commentRenderer" in node:
            return _of_renderer(shaped(node["commentRenderer"], _Renderer), f"{where}/commentRenderer")
    except UnreadableAnswer:
        return None
    return None


def _of_payload(payload: _Payload, where: str) -> Comment:
    said, author = payload.properties, payload.author
    time, mark = _time(said.publishedTime)
    entities = tuple(_entities(said.content))
    name = author.displayName
    creator = (Signal(name="by-the-channel", seen="isCreator", where=where),) if author.isCreator else ()
    return Comment(
        id=said.commentId,
        author=Account(
            id=author.channelId,
            handle=signed_handle(name),
            name=name,
            url=None if author.channelId is None else f"https://www.youtube.com/channel/{author.channelId}",
        ),
        text=said.content.content,
        where=where,
        text_from="page",
        entities=entities,
        links=tuple(dict.fromkeys(e.target for e in entities if e.kind is EntityKind.LINK and e.target)),
        stated_time=time,
        edit_mark=None if said.publishedTime is None else mark is not None,
        mark=mark,
        activity=tuple(
            counters(likes=payload.toolbar.likeCountNotliked, replies=payload.toolbar.replyCount).items()
        ),
        signals=creator,
        picture=author.avatarThumbnailUrl,
    )


def _of_renderer(renderer: _Renderer, where: str) -> Comment:
    stated = words_of(renderer.publishedTimeText)
    time, mark = _time(stated)
    channel = renderer.authorEndpoint.browseEndpoint.browseId
    name = words_of(renderer.authorText)
    return Comment(
        id=renderer.commentId,
        author=Account(
            id=channel,
            handle=signed_handle(name),
            name=name,
            url=None if channel is None else f"https://www.youtube.com/channel/{channel}",
        ),
        text=words_of(renderer.contentText) or "",
        where=where,
        text_from="page",
        stated_time=time,
        edit_mark=None if stated is None else mark is not None,
        mark=mark,
        activity=tuple(
            counters(likes=text_at(renderer.voteCount, "simpleText"), replies=renderer.replyCount).items()
        ),
    )


def _time(stated: str | None) -> tuple[str | None, str | None]:
    """The relative time, and what stands in brackets behind it."""
    found = _BRACKETS.fullmatch(stated) if stated is not None and len(stated) < 200 else None
    return stated, None if found is None else found["mark"]


def _entities(content: _Content) -> Iterator[Entity]:
    """What a tap on a part of the text opens: a channel, or an address. Places are in UTF-16 units, as in scripts."""
    runs = content.commandRuns[:MAX_REFERENCES]
    places = from_utf16(content.content, ((run.startIndex, run.startIndex + run.length) for run in runs))
    for run, place in zip(runs, places, strict=True):
        command = run.onTap.innertubeCommand
        kind = EntityKind.LINK if command.urlEndpoint.url else EntityKind.MENTION
        target = command.urlEndpoint.url or command.browseEndpoint.browseId
        if place is not None and target is not None:
            yield Entity(kind=kind, start=place[0], end=place[1], target=target)
