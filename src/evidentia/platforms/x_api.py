"""Answers of X's documented API, version 2: docs.x.com/x-api/posts/lookup/introduction, and
docs.x.com/x-api/fundamentals/response-codes-and-errors for its problems. It answers only with the caller's own token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from evidentia.record.post import Account, Act, ActKind, EntityKind, Signal, State
from evidentia.record.sentences import sentence

from .answers import UnreadableAnswer, counters, decoded, moment, path_of
from .content import MAX_REFERENCES
from .keys import authority
from .page import CapturedResponse
from .x_address import post_url
from .x_post import EditControl, Found, Gone, Medium, Variant, VideoInfo, chain_of
from .x_text import Mark

HOSTS = frozenset({"api.x.com", "api.twitter.com"})

_PATH = re.compile(r"/2/tweets(?:/(?P<id>[0-9]{1,19})(?:/(?P<list>liking_users|retweeted_by))?)?", re.ASCII)
_LISTS = {"liking_users": ActKind.LIKE, "retweeted_by": ActKind.SHARE}

_PROBLEMS = {
    "resource-not-found": (State.UNAVAILABLE, sentence("platforms.x.no_such_post")),
    "not-authorized-for-resource": (State.ACCESS_RESTRICTED, sentence("platforms.x.not_for_caller")),
    "resource-unavailable": (State.UNAVAILABLE, sentence("platforms.x.unavailable_to_caller")),
    "disallowed-resource": (State.UNAVAILABLE, sentence("platforms.x.not_handed_out")),
    "usage-capped": (State.CHALLENGE, sentence("platforms.share_used_up")),
    "rate-limit-exceeded": (State.CHALLENGE, sentence("platforms.x.limits")),
    "unsupported-authentication": (State.LOGIN_WALL, sentence("platforms.x.other_credentials")),
}
"""The last part of a problem's ``type``."""


class _Url(msgspec.Struct, frozen=True):
    start: int
    end: int
    url: str
    expanded_url: str | None = None


class _Mention(msgspec.Struct, frozen=True):
    start: int
    end: int
    username: str
    id: str | None = None


class _Hashtag(msgspec.Struct, frozen=True):
    start: int
    end: int
    tag: str


class _Entities(msgspec.Struct, frozen=True):
    urls: list[_Url] = []
    mentions: list[_Mention] = []
    hashtags: list[_Hashtag] = []


class _Note(msgspec.Struct, frozen=True):
    text: str = ""
    entities: _Entities = _Entities()


class _Reference(msgspec.Struct, frozen=True):
    type: str
    id: str


class _Attachments(msgspec.Struct, frozen=True):
    media_keys: list[str] = []


class _Withheld(msgspec.Struct, frozen=True):
    copyright: bool = False
    country_codes: list[str] = []


class _EditControls(msgspec.Struct, frozen=True):
    editable_until: str | None = None
    edits_remaining: int | None = None


class _Tweet(msgspec.Struct, frozen=True):
    id: str
    text: str
    author_id: str | None = None
    created_at: str | None = None
    lang: str | None = None
    edit_history_tweet_ids: list[str] | None = None
    edit_controls: _EditControls = _EditControls()
    entities: _Entities = _Entities()
    note_tweet: _Note = _Note()
    referenced_tweets: list[_Reference] = []
    attachments: _Attachments = _Attachments()
    public_metrics: dict[str, int] = {}
    withheld: _Withheld = _Withheld()
    reply_settings: str | None = None


class _User(msgspec.Struct, frozen=True):
    id: str
    username: str | None = None
    name: str | None = None
    protected: bool | None = None
    profile_image_url: str | None = None

    @property
    def account(self) -> Account:
        url = None if self.username is None else f"https://x.com/{self.username}"
        return Account(id=self.id, handle=self.username, name=self.name, url=url)


class _Medium(msgspec.Struct, frozen=True):
    media_key: str
    type: str = "photo"
    url: str | None = None
    preview_image_url: str | None = None
    alt_text: str | None = None
    variants: list[_Variant] = []


class _Variant(msgspec.Struct, frozen=True):
    url: str = ""
    content_type: str | None = None
    bit_rate: int = 0


class _Includes(msgspec.Struct, frozen=True):
    users: list[_User] = []
    media: list[_Medium] = []


class _Problem(msgspec.Struct, frozen=True):
    type: str = ""
    resource_id: str | None = None
    value: str | None = None


class _Posts(msgspec.Struct, frozen=True):
    data: _Tweet | list[_Tweet] | None = None
    includes: _Includes = _Includes()
    errors: list[_Problem] = []
    type: str = ""


class _Users(msgspec.Struct, frozen=True):
    data: list[_User] = []


def posts(response: CapturedResponse) -> Iterator[Found]:
    """The posts that the answer states."""
    answer = _answer(response)
    if answer is None or answer.data is None:
        return
    single = isinstance(answer.data, _Tweet)
    for index, tweet in enumerate([answer.data] if isinstance(answer.data, _Tweet) else answer.data):
        yield _found(tweet, answer.includes, f"{response.url}#/data" + ("" if single else f"/{index}"))


def absence(response: CapturedResponse, asked: str) -> Gone | None:
    """The problem that the answer states for the post ``asked``."""
    answer = _answer(response)
    if answer is None:
        return None
    about = [problem for problem in answer.errors if asked in (problem.resource_id, problem.value)]
    only = [_Problem(type=answer.type)] if answer.type and _named(response) == asked else []
    for problem in (*about, *only):
        kind = problem.type.rpartition("/")[2]
        if kind in _PROBLEMS:
            signal = Signal(name="problem", seen=problem.type, where=response.url)
            return Gone(_PROBLEMS[kind][0], signal, _PROBLEMS[kind][1])
    return None


def acts(response: CapturedResponse, found: Found) -> Iterator[Act]:
    """The accounts that the API lists as having liked or shared the post."""
    listed = _path(response)
    if listed is None or listed["list"] is None or listed["id"] not in (found.id, *found.chain):
        return
    address = post_url(found.chain[0] if found.chain else found.id, found.author.handle)
    try:
        users = decoded(response.body, _Users).data
    except UnreadableAnswer:
        return
    for index, user in enumerate(users[:MAX_REFERENCES]):
        where = f"{response.url}#/data/{index}"
        yield Act(kind=_LISTS[listed["list"]], actor=user.account, object=address, where=where)


def _path(response: CapturedResponse) -> re.Match[str] | None:
    return _PATH.fullmatch(path_of(response.url)) if authority(response.url) in HOSTS else None


def _named(response: CapturedResponse) -> str | None:
    path = _path(response)
    return None if path is None else path["id"]


def _answer(response: CapturedResponse) -> _Posts | None:
    path = _path(response)
    if path is None or path["list"] is not None:
        return None
    try:
        return decoded(response.body, _Posts)
    except UnreadableAnswer:
        return None


def _found(tweet: _Tweet, includes: _Includes, where: str) -> Found:
    long = tweet.note_tweet
    entities = long.entities if long.text else tweet.entities
    user = next((user for user in includes.users if user.id == tweet.author_id), None)
    control = EditControl(edit_tweet_ids=tweet.edit_history_tweet_ids or [])
    return Found(
        id=tweet.id,
        author=Account(id=tweet.author_id) if user is None else user.account,
        text=long.text or tweet.text,
        escaped=not long.text,
        text_from="api-note" if long.text else "api",
        where=where,
        marks=tuple(_marks(entities))[:MAX_REFERENCES],
        links=tuple(dict.fromkeys(url.expanded_url or url.url for url in entities.urls[:MAX_REFERENCES])),
        media=tuple(_media(tweet, includes)),
        created_at=moment(tweet.created_at),
        chain=chain_of(control, tweet.id),
        chain_stated=tweet.edit_history_tweet_ids is not None,
        in_reply_to=_reference(tweet, "replied_to"),
        quotes=_reference(tweet, "quoted"),
        shares=_reference(tweet, "retweeted"),
        visibility=_visibility(tweet, user),
        reply_setting=tweet.reply_settings,
        picture=None if user is None else user.profile_image_url,
        activity=counters(
            likes=tweet.public_metrics.get("like_count"),
            shares=tweet.public_metrics.get("retweet_count"),
            quotes=tweet.public_metrics.get("quote_count"),
            replies=tweet.public_metrics.get("reply_count"),
            bookmarks=tweet.public_metrics.get("bookmark_count"),
            views=tweet.public_metrics.get("impression_count"),
        ),
        signals=tuple(_signals(tweet, where)),
    )


def _marks(entities: _Entities) -> Iterator[Mark]:
    for url in entities.urls:
        yield Mark(EntityKind.LINK, url.start, url.end, url.url, url.expanded_url or url.url)
    for tag in entities.hashtags:
        yield Mark(EntityKind.HASHTAG, tag.start, tag.end, tag.tag, tag.tag)
    for name in entities.mentions:
        yield Mark(EntityKind.MENTION, name.start, name.end, name.username, name.id or name.username)


def _media(tweet: _Tweet, includes: _Includes) -> Iterator[Medium]:
    held = {medium.media_key: medium for medium in includes.media}
    for key in tweet.attachments.media_keys[:MAX_REFERENCES]:
        medium = held.get(key)
        if medium is None:  # attached, and not among what the caller asked for
            yield Medium()
            continue
        variants = [Variant(one.url, one.content_type, one.bit_rate) for one in medium.variants]
        picture = medium.url or medium.preview_image_url
        yield Medium(picture, medium.type, medium.alt_text, VideoInfo(variants))


def _reference(tweet: _Tweet, kind: str) -> str | None:
    return next((post_url(one.id, None) for one in tweet.referenced_tweets if one.type == kind), None)


def _visibility(tweet: _Tweet, user: _User | None) -> str | None:
    if user is not None and user.protected:
        return "protected"
    if tweet.withheld.copyright or tweet.withheld.country_codes:
        return "withheld: " + ", ".join(sorted(set(tweet.withheld.country_codes)) or ["copyright"])
    return None


def _signals(tweet: _Tweet, where: str) -> Iterator[Signal]:
    stated = {
        "language": tweet.lang,
        "who-may-reply": tweet.reply_settings,
        "editable-until": tweet.edit_controls.editable_until,
        "edits-remaining": tweet.edit_controls.edits_remaining,
    }
    for name, seen in stated.items():
        if seen is not None:
            yield Signal(name=name, seen=str(seen), where=where)
