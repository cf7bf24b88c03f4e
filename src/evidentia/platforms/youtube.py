"""Reader for videos of YouTube and the comments below them.

It looks at what came, in this order: the documented Data API (with the caller's key), what YouTube's own pages hold,
oEmbed. Nothing of YouTube's could be recorded here: each kind of answer follows a documented shape, or the one that
public programs know. A video that is gone, by the player and by oEmbed, is ``unavailable``: whether its author,
YouTube or a court took it away is said in sentences alone, which are kept as signals and never judged.
"""

from __future__ import annotations

from urllib.parse import quote

from msgspec.structs import replace

from evidentia.record.item import Program
from evidentia.record.post import PageReading, Signal, State
from evidentia.record.said import Says
from evidentia.record.sentences import restated, sentence

from . import refusals, youtube_api
from .markup import Element
from .page import CapturedPage
from .questions import Ask, Places, Questions
from .signals import TEXT_FROM
from .youtube_address import API_HOSTS, HOSTS, Address, address_of, video_url
from .youtube_comments import Comment, acts_of, comments, post_of
from .youtube_player import players, state_of
from .youtube_player import post_of as video_post_of

READER = Program(name="evidentia.platforms.youtube", version="2")

_NOTHING = sentence("platforms.youtube.nothing_came")


def questions(url: str, places: Places) -> Questions | None:
    """What YouTube answers without a key: oEmbed, on the same host."""
    asked = address_of(url)
    return None if asked is None else _ask(asked)


def recognises(page: CapturedPage) -> bool:
    """Whether the address is that of a video or a comment on YouTube."""
    return address_of(page.requested_url) is not None


def read(page: CapturedPage) -> PageReading:
    """What the capture says of the video or comment that its address names."""
    asked = address_of(page.requested_url)
    if asked is None:
        return _reading(State.UNDETERMINED, sentence("platforms.youtube.no_address"))
    root = refusals.document_of(page)
    if asked.comment is not None:
        return _comment(page, root, asked, asked.comment)
    return _video(page, root, asked)


def _ask(asked: Address) -> Questions:
    address = quote(video_url(asked.video), safe="")
    yield Ask(
        url=f"https://www.youtube.com/oembed?url={address}&format=json", why="the video's title and channel"
    )


def _video(page: CapturedPage, root: Element | None, asked: Address) -> PageReading:
    acts = acts_of(_comments(page, root), asked.video)
    for response in page.responses:
        stated = youtube_api.video(response, asked.video, page.responses)
        if stated is not None:
            state, says, signals, post = stated
            return restated(
                PageReading(
                    state=state, signals=signals, reader=READER, post=post, acts=acts if post else ()
                ),
                *says,
            )
    watched = _watched(page, root, asked)
    if watched is not None:
        watched = _confirmed(page, asked, watched)
    embedded = _embedded(page, asked)
    if embedded is not None and (watched is None or watched.state in (State.CHALLENGE, State.UNDETERMINED)):
        return embedded if watched is None or watched.post is None else watched
    if watched is not None:
        post_acts = acts if watched.post is not None else ()
        return restated(
            PageReading(
                state=watched.state, signals=watched.signals, reader=READER, post=watched.post, acts=post_acts
            ),
            *watched.says,
        )
    return _in_the_way(page, root, asked)


def _confirmed(page: CapturedPage, asked: Address, watched: PageReading) -> PageReading:
    """The player's ``ERROR`` is also what a limit of requests and a program that is too old get for a video that is
    there (github.com/yt-dlp/yt-dlp issue 11426, github.com/0xced/XCDYouTubeKit issue 560). Only with oEmbed, which is
    asked beside it and knows no such video either, does it say that the video is not there."""
    if watched.state is not State.UNAVAILABLE:
        return watched
    for response in page.responses:
        if youtube_api.is_oembed(response, asked.video) and response.status == 404:
            signal = Signal(name="http-status", seen="404", where=response.url)
            return replace(watched, signals=(*watched.signals, signal))
    says = sentence("platforms.youtube.not_confirmed")
    return restated(replace(watched, state=State.UNDETERMINED), *says)


def _watched(page: CapturedPage, root: Element | None, asked: Address) -> PageReading | None:
    """What the player's answers say; one that describes another video says nothing of this one."""
    shown = address_of(page.final_url or page.requested_url)
    for player, where, own in players(root, page.responses):
        named = player.videoDetails.videoId if player.videoDetails is not None else None
        if named is None and own and shown is not None:
            named = shown.video
        if named != asked.video:
            continue
        state, says, signals = state_of(player, where)
        stated = (
            video_post_of(player, where, page.responses)
            if state in (State.LIVE, State.UNDETERMINED)
            else None
        )
        if stated is None:
            if state is State.LIVE:
                state, says = State.UNDETERMINED, sentence("platforms.youtube.not_described")
            return _reading(state, says, *signals)
        post, more = stated
        return restated(PageReading(state=state, signals=(*signals, *more), reader=READER, post=post), *says)
    return None


def _embedded(page: CapturedPage, asked: Address) -> PageReading | None:
    for response in page.responses:
        held = youtube_api.oembed(response, asked.video)
        if held is not None:
            post = youtube_api.embedded_post(held, asked.video, page.responses)
            signal = Signal(name=TEXT_FROM, seen="oembed", where=response.url)
            return PageReading(state=State.LIVE, signals=(signal,), reader=READER, post=post)
    return None


def _comments(page: CapturedPage, root: Element | None) -> list[Comment]:
    found = [comment for response in page.responses for comment in youtube_api.comments(response)]
    return found + list(comments(root, page.responses))


def _comment(page: CapturedPage, root: Element | None, asked: Address, identifier: str) -> PageReading:
    found = _comments(page, root)
    held = next((comment for comment in found if comment.id == identifier), None)
    if held is not None:
        post, signals = post_of(held, asked.video, page.responses)
        state = State.EDITED if post.edit_mark else State.LIVE
        replies = [comment for comment in found if comment.id.startswith(f"{identifier}.")]
        return PageReading(
            state=state, signals=signals, reader=READER, post=post, acts=acts_of(replies, asked.video)
        )
    for response in page.responses:
        absent = youtube_api.comment_absence(response, identifier)
        if absent is not None:
            return _reading(absent[0], absent[1], *absent[2])
    above = _video(page, root, Address(asked.video))
    if above.state not in (State.LIVE, State.EDITED, State.UNDETERMINED):
        return _reading(
            above.state, sentence("platforms.youtube.of_the_video", video=above.says), *above.signals
        )
    if found:
        signal = Signal(name="not-among-listed", seen=f"{len(found)} others", where=found[0].where)
        says = sentence("platforms.youtube.comment_not_held")
        return _reading(State.UNDETERMINED, says, signal)
    return _reading(State.UNDETERMINED, sentence("platforms.youtube.no_comments"), *above.signals)


def _in_the_way(page: CapturedPage, root: Element | None, asked: Address) -> PageReading:
    blocked = refusals.in_the_way(page, root, HOSTS | API_HOSTS)
    if blocked is not None and blocked.state is not State.UNDETERMINED:
        return _reading(blocked.state, blocked.says, *blocked.signals)
    for response in page.responses:
        if youtube_api.is_oembed(response, asked.video) and response.status in (400, 401, 403, 404):
            signal = Signal(name="http-status", seen=str(response.status), where=response.url)
            if response.status == 404:
                says = sentence("platforms.youtube.oembed_none")
                return _reading(State.UNAVAILABLE, says, signal)
            says = sentence("platforms.youtube.oembed_refused", status=response.status)
            return _reading(State.UNDETERMINED, says, signal)
    signals = () if blocked is None else blocked.signals
    return _reading(State.UNDETERMINED, (blocked.says if blocked else ()) or _NOTHING, *signals)


def _reading(state: State, says: Says, *signals: Signal) -> PageReading:
    return restated(PageReading(state=state, signals=signals, reader=READER), *says)
