"""What YouTube's pages hold of a video: the player's answer, in the page (``ytInitialPlayerResponse``) or fetched.

Documented nowhere. The shape follows a program that reads it (github.com/yt-dlp/yt-dlp,
yt_dlp/extractor/youtube/_video.py) and recorded answers in public repositories. The sentences in which YouTube says
why a video cannot be seen are kept and never judged: the status and the kind of notice decide.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from evidentia.record.post import Account, Media, Post, Signal, State
from evidentia.record.said import Says
from evidentia.record.sentences import sentence

from .answers import UnreadableAnswer, assigned, at, counters, decoded, moment, path_of, shaped, text_at
from .content import media_at
from .keys import authority
from .markup import Element, elements
from .page import CapturedResponse
from .signals import TEXT_FROM
from .youtube_address import HOSTS, video_url

PLATFORM = "youtube"

MAX_SCRIPTS = 500
"""Scripts of a page that are looked through for its state; a page of YouTube has some forty."""

_STATUS = {
    "LOGIN_REQUIRED": (State.LOGIN_WALL, sentence("platforms.youtube.login")),
    "AGE_CHECK_REQUIRED": (State.ACCESS_RESTRICTED, sentence("platforms.youtube.adults")),
    "AGE_VERIFICATION_REQUIRED": (State.ACCESS_RESTRICTED, sentence("platforms.youtube.adults")),
    "CONTENT_CHECK_REQUIRED": (State.CHALLENGE, sentence("platforms.youtube.wants_to_see")),
    "UNPLAYABLE": (State.UNDETERMINED, sentence("platforms.youtube.unplayable")),
    "ERROR": (State.UNAVAILABLE, sentence("platforms.youtube.player_error")),
}
_PAID = frozenset(
    {"playerLegacyDesktopYpcOfferRenderer", "playerLegacyDesktopYpcTrailerRenderer", "ypcTrailerRenderer"}
)


class _Message(msgspec.Struct, frozen=True):
    reason: object = None
    subreason: object = None


class _Playability(msgspec.Struct, frozen=True):
    status: str
    reason: str | None = None
    desktopLegacyAgeGateReason: int | None = None
    errorScreen: dict[str, object] = {}


class _Thumbnail(msgspec.Struct, frozen=True):
    url: str
    width: int = 0


class _Thumbnails(msgspec.Struct, frozen=True):
    thumbnails: list[_Thumbnail] = []


class _Details(msgspec.Struct, frozen=True):
    videoId: str
    title: str | None = None
    channelId: str | None = None
    author: str | None = None
    shortDescription: str = ""
    viewCount: str | int | None = None
    isPrivate: bool | None = None
    isLiveContent: bool | None = None
    thumbnail: _Thumbnails = _Thumbnails()


class _Format(msgspec.Struct, frozen=True):
    publishDate: str | None = None
    uploadDate: str | None = None
    ownerProfileUrl: str | None = None
    isUnlisted: bool | None = None
    likeCount: str | int | None = None


class _Microformat(msgspec.Struct, frozen=True):
    playerMicroformatRenderer: _Format = _Format()


class Player(msgspec.Struct, frozen=True):
    """The player's answer, as far as it is read."""

    playabilityStatus: _Playability
    videoDetails: _Details | None = None
    microformat: _Microformat = _Microformat()


def players(
    root: Element | None, responses: tuple[CapturedResponse, ...]
) -> Iterator[tuple[Player, str, bool]]:
    """The player's answers that came, where they stand, and whether the page itself holds them: one that was fetched
    may be about the next video, or an advertisement."""
    for script, where in scripts(root):
        try:
            held = assigned(script, "ytInitialPlayerResponse")
            if held is not None:
                yield shaped(held, Player), f"{where} ytInitialPlayerResponse", True
        except UnreadableAnswer:
            continue
    for response in responses:
        if authority(response.url) in HOSTS and path_of(response.url) == "/youtubei/v1/player":
            try:
                yield decoded(response.body, Player), response.url, False
            except UnreadableAnswer:
                continue


def scripts(root: Element | None) -> Iterator[tuple[str, str]]:
    """The page's scripts, with where they stand."""
    held = () if root is None else elements(root, "script")
    for index, script in zip(range(MAX_SCRIPTS), held, strict=False):
        if script.text:
            yield script.text, f"script[{index}]"


def state_of(player: Player, where: str) -> tuple[State, Says, tuple[Signal, ...]]:
    """What the player's status says of the video, the sentences of the reason, and the signals."""
    playability = player.playabilityStatus
    told = tuple(_told(playability, where))
    screen = playability.errorScreen
    if "playerCaptchaViewModel" in screen:
        signal = Signal(name="player-notice", seen="playerCaptchaViewModel", where=where)
        return State.CHALLENGE, sentence("platforms.youtube.robot_check"), (signal, *told)
    if screen.keys() & _PAID:
        signal = Signal(name="player-notice", seen=min(screen.keys() & _PAID), where=where)
        return State.ACCESS_RESTRICTED, sentence("platforms.youtube.paid"), (signal, *told)
    if playability.desktopLegacyAgeGateReason is not None:
        seen = str(playability.desktopLegacyAgeGateReason)
        signal = Signal(name="age-gate", seen=seen, where=where)
        return State.ACCESS_RESTRICTED, sentence("platforms.youtube.adults"), (signal, *told)
    if playability.status in ("OK", "LIVE_STREAM_OFFLINE"):
        return State.LIVE, (), told
    unknown = (State.UNDETERMINED, sentence("platforms.youtube.unknown_status"))
    state, says = _STATUS.get(playability.status, unknown)
    return state, says, told


def post_of(
    player: Player, where: str, responses: tuple[CapturedResponse, ...]
) -> tuple[Post, tuple[Signal, ...]] | None:
    """The video as a post; None where the answer does not describe it."""
    details, form = player.videoDetails, player.microformat.playerMicroformatRenderer
    if details is None or details.title is None:
        return None
    published = form.publishDate or form.uploadDate
    post = Post(
        platform=PLATFORM,
        native_id=details.videoId,
        url=video_url(details.videoId),
        author=Account(
            id=details.channelId,
            handle=handle_in(form.ownerProfileUrl),
            name=details.author,
            url=None if details.channelId is None else f"https://www.youtube.com/channel/{details.channelId}",
        ),
        text=details.shortDescription,
        title=details.title,
        created_at=moment(published),
        stated_time=published if moment(published) is None else None,
        media=_picture(details, responses),
        visibility="private" if details.isPrivate else "unlisted" if form.isUnlisted else None,
        activity=counters(views=details.viewCount, likes=form.likeCount),
    )
    return post, (Signal(name=TEXT_FROM, seen="player", where=where),)


def handle_in(url: str | None) -> str | None:
    """The handle, without its sign, in the address of a channel: ``http://www.youtube.com/@name``."""
    return signed_handle((url or "").rstrip("/").rpartition("/")[2])


def signed_handle(name: str | None) -> str | None:
    """The handle that a name beginning with ``@`` is; None for any other name."""
    return name[1:] if name is not None and name.startswith("@") and len(name) > 1 else None


def words_of(value: object) -> str | None:
    """A text of YouTube's: ``simpleText``, or the ``runs`` of one."""
    runs = at(value, "runs")
    if isinstance(runs, list):
        return "".join(text_at(run, "text") or "" for run in runs) or None
    return text_at(value, "simpleText")


def _told(playability: _Playability, where: str) -> Iterator[Signal]:
    yield Signal(name="playability-status", seen=playability.status, where=where)
    try:
        message = shaped(playability.errorScreen.get("playerErrorMessageRenderer", {}), _Message)
    except UnreadableAnswer:
        message = _Message()
    reason = words_of(message.reason) or playability.reason
    for name, seen in (("stated-reason", reason), ("stated-subreason", words_of(message.subreason))):
        if seen:
            yield Signal(name=name, seen=seen[:300], where=where)


def _picture(details: _Details, responses: tuple[CapturedResponse, ...]) -> tuple[Media, ...]:
    """The picture that stands for the video. The video itself comes in pieces, so none of its bytes are listed."""
    largest = max(details.thumbnail.thumbnails, key=lambda one: one.width, default=None)
    return () if largest is None else (media_at(largest.url, None, responses),)
