"""Answers of YouTube's documented interfaces: the Data API, version 3 (developers.google.com/youtube/v3/docs/videos,
/comments, /commentThreads, /errors), which needs the caller's own key, and oEmbed (oembed.com), which needs none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import msgspec

from evidentia.record.post import Account, Media, Post, Signal, State
from evidentia.record.said import Says
from evidentia.record.sentences import sentence

from .answers import UnreadableAnswer, counters, decoded, moment, parameter, path_of
from .content import media_at
from .keys import authority
from .markup import UnreadableMarkup, parse, text_of
from .page import CapturedResponse
from .signals import TEXT_FROM
from .youtube_address import API_HOSTS, HOSTS, address_of, video_url
from .youtube_comments import Comment
from .youtube_player import PLATFORM, handle_in, signed_handle

_T = TypeVar("_T")

_REJECTIONS = {
    "uploaderAccountClosed": (State.ACCOUNT_GONE, sentence("platforms.youtube.account_closed")),
    "uploaderAccountSuspended": (State.ACCOUNT_GONE, sentence("platforms.youtube.account_suspended")),
}
_ERRORS = {
    "videoNotFound": (State.UNAVAILABLE, sentence("platforms.youtube.no_such_video")),
    "commentNotFound": (State.UNAVAILABLE, sentence("platforms.youtube.no_such_comment")),
    "commentThreadNotFound": (State.UNAVAILABLE, sentence("platforms.youtube.no_such_comment")),
    "commentsDisabled": (State.UNAVAILABLE, sentence("platforms.youtube.comments_off")),
    "quotaExceeded": (State.CHALLENGE, sentence("platforms.share_used_up")),
    "rateLimitExceeded": (State.CHALLENGE, sentence("platforms.youtube.limits")),
    "keyInvalid": (State.LOGIN_WALL, sentence("platforms.youtube.key_asked")),
    "required": (State.LOGIN_WALL, sentence("platforms.youtube.credentials_asked")),
}
"""``error.errors[].reason``."""


class _Picture(msgspec.Struct, frozen=True):
    url: str
    width: int = 0


class _Video(msgspec.Struct, frozen=True):
    title: str | None = None
    description: str = ""
    publishedAt: str | None = None
    channelId: str | None = None
    channelTitle: str | None = None
    thumbnails: dict[str, _Picture] = {}


class _Status(msgspec.Struct, frozen=True):
    uploadStatus: str | None = None
    rejectionReason: str | None = None
    failureReason: str | None = None
    privacyStatus: str | None = None


class _VideoItem(msgspec.Struct, frozen=True):
    id: str
    snippet: _Video | None = None
    status: _Status = _Status()
    statistics: dict[str, str | int | None] = {}


class _Videos(msgspec.Struct, frozen=True):
    items: list[_VideoItem] | None = None


class _Value(msgspec.Struct, frozen=True):
    value: str | None = None


class _Snippet(msgspec.Struct, frozen=True):
    textDisplay: str | None = None
    textOriginal: str | None = None
    authorDisplayName: str | None = None
    authorChannelId: _Value = _Value()
    authorChannelUrl: str | None = None
    authorProfileImageUrl: str | None = None
    publishedAt: str | None = None
    updatedAt: str | None = None
    likeCount: int | None = None
    moderationStatus: str | None = None


class _CommentItem(msgspec.Struct, frozen=True):
    id: str
    snippet: _Snippet = _Snippet()


class _Replies(msgspec.Struct, frozen=True):
    comments: list[_CommentItem] = []


class _Thread(msgspec.Struct, frozen=True):
    topLevelComment: _CommentItem
    totalReplyCount: int | None = None


class _ThreadItem(msgspec.Struct, frozen=True):
    snippet: _Thread
    replies: _Replies = _Replies()


class _Comments(msgspec.Struct, frozen=True):
    items: list[_CommentItem] | None = None


class _Threads(msgspec.Struct, frozen=True):
    items: list[_ThreadItem] | None = None


class _List(msgspec.Struct, frozen=True):
    items: list[msgspec.Raw] | None = None


class _Cause(msgspec.Struct, frozen=True):
    reason: str = ""


class _Causes(msgspec.Struct, frozen=True):
    code: int | None = None
    errors: list[_Cause] = []


class _Failure(msgspec.Struct, frozen=True):
    error: _Causes


class OEmbed(msgspec.Struct, frozen=True):
    """What oEmbed says of a video."""

    title: str
    author_name: str | None = None
    author_url: str | None = None
    thumbnail_url: str | None = None


def of_resource(response: CapturedResponse, name: str) -> bool:
    """Whether the response is the Data API's about ``videos``, ``comments`` or ``commentThreads``."""
    return authority(response.url) in API_HOSTS and path_of(response.url) == f"/youtube/v3/{name}"


def video(
    response: CapturedResponse, asked: str, responses: tuple[CapturedResponse, ...]
) -> tuple[State, Says, tuple[Signal, ...], Post | None] | None:
    """State, sentences, signals and post that a ``videos`` answer gives; None where it says nothing of the video."""
    if not of_resource(response, "videos") or asked not in (parameter(response.url, "id") or "").split(","):
        return None
    held = _shape(response, _Videos)
    if held is None or held.items is None:
        return _failure(response)
    for index, item in enumerate(held.items):
        if item.id == asked:
            return _stated(item, f"{response.url}#/items/{index}", responses)
    signal = Signal(name="empty-list", seen=asked, where=response.url)
    says = sentence("platforms.youtube.empty_list")
    return State.UNAVAILABLE, says, (signal,), None


def comments(response: CapturedResponse) -> Iterator[Comment]:
    """The comments that the Data API's answer lists."""
    plain = parameter(response.url, "textFormat") == "plainText"
    if of_resource(response, "comments"):
        for index, item in enumerate((_shape(response, _Comments) or _Comments()).items or ()):
            yield _comment(item, f"{response.url}#/items/{index}", plain, None)
    elif of_resource(response, "commentThreads"):
        for index, thread in enumerate((_shape(response, _Threads) or _Threads()).items or ()):
            where = f"{response.url}#/items/{index}"
            top = thread.snippet.topLevelComment
            yield _comment(top, f"{where}/snippet/topLevelComment", plain, thread.snippet.totalReplyCount)
            for number, reply in enumerate(thread.replies.comments):
                yield _comment(reply, f"{where}/replies/comments/{number}", plain, None)


def comment_absence(response: CapturedResponse, asked: str) -> tuple[State, Says, tuple[Signal, ...]] | None:
    """What an answer that was asked for this very comment says in its place."""
    if not any(of_resource(response, name) for name in ("comments", "commentThreads")):
        return None
    if asked not in (parameter(response.url, "id") or "").split(","):
        return None
    failed = _failure(response)
    if failed is not None:
        return failed[:3]
    held = _shape(response, _List)
    if held is None or held.items is None:
        return None
    signal = Signal(name="empty-list", seen=asked, where=response.url)
    says = sentence("platforms.youtube.comment_not_listed")
    return State.UNAVAILABLE, says, (signal,)


def oembed(response: CapturedResponse, asked: str) -> OEmbed | None:
    """What oEmbed says of the video."""
    return _shape(response, OEmbed) if response.status == 200 and is_oembed(response, asked) else None


def is_oembed(response: CapturedResponse, asked: str) -> bool:
    """Whether the response is that of oEmbed about the video."""
    if authority(response.url) not in HOSTS or path_of(response.url) != "/oembed":
        return False
    named = address_of(parameter(response.url, "url") or "")
    return named is not None and named.video == asked


def embedded_post(held: OEmbed, asked: str, responses: tuple[CapturedResponse, ...]) -> Post:
    """The little that oEmbed tells: title, channel and picture."""
    picture = () if held.thumbnail_url is None else (media_at(held.thumbnail_url, None, responses),)
    author = Account(handle=handle_in(held.author_url), name=held.author_name, url=held.author_url)
    return Post(
        platform=PLATFORM,
        native_id=asked,
        url=video_url(asked),
        author=author,
        text="",
        title=held.title,
        media=picture,
    )


def _stated(
    item: _VideoItem, where: str, responses: tuple[CapturedResponse, ...]
) -> tuple[State, Says, tuple[Signal, ...], Post | None]:
    status = item.status
    told = tuple(
        Signal(name=name, seen=seen, where=f"{where}/status")
        for name, seen in (
            ("upload-status", status.uploadStatus),
            ("rejection-reason", status.rejectionReason),
            ("privacy-status", status.privacyStatus),
        )
        if seen is not None
    )
    if status.uploadStatus == "rejected":
        platform = (State.REMOVED_BY_PLATFORM, sentence("platforms.youtube.rejected"))
        state, says = _REJECTIONS.get(status.rejectionReason or "", platform)
        return state, says, told, None
    if status.uploadStatus == "deleted":
        return State.UNAVAILABLE, sentence("platforms.youtube.deleted"), told, None
    if item.snippet is None or item.snippet.title is None:
        says = sentence("platforms.youtube.not_asked_for")
        return State.UNDETERMINED, says, told, None
    source = Signal(name=TEXT_FROM, seen="data-api", where=where)
    return State.LIVE, (), (source, *told), _post(item, item.snippet, responses)


def _post(item: _VideoItem, snippet: _Video, responses: tuple[CapturedResponse, ...]) -> Post:
    largest = max(snippet.thumbnails.values(), key=lambda one: one.width, default=None)
    media: tuple[Media, ...] = () if largest is None else (media_at(largest.url, None, responses),)
    channel = snippet.channelId
    return Post(
        platform=PLATFORM,
        native_id=item.id,
        url=video_url(item.id),
        author=Account(
            id=channel,
            name=snippet.channelTitle,
            url=None if channel is None else f"https://www.youtube.com/channel/{channel}",
        ),
        text=snippet.description,
        title=snippet.title,
        created_at=moment(snippet.publishedAt),
        media=media,
        visibility=item.status.privacyStatus,
        activity=counters(
            views=item.statistics.get("viewCount"),
            likes=item.statistics.get("likeCount"),
            comments=item.statistics.get("commentCount"),
        ),
    )


def _comment(item: _CommentItem, where: str, plain: bool, replies: int | None) -> Comment:
    said = item.snippet
    created, updated = moment(said.publishedAt), moment(said.updatedAt)
    edited = None if created is None or updated is None else updated != created
    name = said.authorDisplayName
    status = (
        () if said.moderationStatus is None
        else (Signal(name="moderation-status", seen=said.moderationStatus, where=where),)
    )  # fmt: skip
    return Comment(
        id=item.id,
        author=Account(
            id=said.authorChannelId.value,
            handle=signed_handle(name) or handle_in(said.authorChannelUrl),
            name=name,
            url=said.authorChannelUrl,
        ),
        text=said.textOriginal
        if said.textOriginal is not None
        else _displayed(said.textDisplay or "", plain),
        where=where,
        text_from="api",
        created_at=created,
        edited_at=updated if edited else None,
        edit_mark=edited,
        mark=said.updatedAt if edited else None,
        activity=tuple(counters(likes=said.likeCount, replies=replies).items()),
        signals=status,
        picture=said.authorProfileImageUrl,
    )


def _displayed(shown: str, plain: bool) -> str:
    """``textDisplay`` as it is read: HTML, unless the question asked for plain text."""
    if plain or not shown:
        return shown
    try:
        return text_of(parse(shown))
    except UnreadableMarkup:
        return shown


def _failure(response: CapturedResponse) -> tuple[State, Says, tuple[Signal, ...], None] | None:
    failed = _shape(response, _Failure)
    for cause in () if failed is None else failed.error.errors:
        if cause.reason in _ERRORS:
            signal = Signal(name="error-reason", seen=cause.reason, where=response.url)
            return *_ERRORS[cause.reason], (signal,), None
    return None


def _shape(response: CapturedResponse, shape: type[_T]) -> _T | None:
    try:
        return decoded(response.body, shape)
    except UnreadableAnswer:
        return None
