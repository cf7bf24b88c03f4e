"""What X's own pages ask of it: the GraphQL answers that a browser got.

X documents them nowhere. Their shape follows recorded answers (github.com/vladkens/twscrape, tests/mocked-data) and
a description made from such (github.com/fa0311/twitter-openapi, src/openapi/schemas/tweet.yaml). Answers are large
and change from month to month, so posts are recognised by how they are built and not by where they stand.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from evidentia.record.post import Account, Act, ActKind, Signal

from .answers import Node, UnreadableAnswer, at, counters, nodes, path_of, shaped, text_at, tree
from .keys import authority
from .page import CapturedResponse
from .x_address import API_HOSTS, post_url
from .x_notices import asked_for
from .x_post import (
    EditControl,
    Entities,
    Found,
    Medium,
    chain_of,
    created,
    edit_signals,
    links,
    marks,
)
from .x_text import read

MAX_ACTS = 2_000
"""Replies, likes or shares that are listed for one post; X sends them by the hundred."""

MAX_POSTS = 5_000
"""Posts that are read from one answer; X sends them by the twenty."""

_LISTS = {"Favoriters": ActKind.LIKE, "Retweeters": ActKind.SHARE}


class _Names(msgspec.Struct, frozen=True):
    screen_name: str | None = None
    name: str | None = None


class _Privacy(msgspec.Struct, frozen=True):
    protected: bool | None = None


class _OldUser(msgspec.Struct, frozen=True):
    screen_name: str | None = None
    name: str | None = None
    protected: bool | None = None
    profile_image_url_https: str | None = None


class _Avatar(msgspec.Struct, frozen=True):
    image_url: str | None = None


class User(msgspec.Struct, frozen=True):
    """An account. Its names stand in ``core``, in older answers in ``legacy``."""

    rest_id: str
    core: _Names = _Names()
    legacy: _OldUser = _OldUser()
    privacy: _Privacy = _Privacy()
    avatar: _Avatar = _Avatar()

    @property
    def account(self) -> Account:
        """Stable id, handle and display name."""
        handle = self.core.screen_name or self.legacy.screen_name
        return Account(
            id=self.rest_id,
            handle=handle,
            name=self.core.name or self.legacy.name,
            url=None if handle is None else f"https://x.com/{handle}",
        )


class _Extended(msgspec.Struct, frozen=True):
    media: list[Medium] = []


class _ConversationControl(msgspec.Struct, frozen=True):
    """Who may answer, where not everybody may."""

    policy: str | None = None


class _Legacy(msgspec.Struct, frozen=True):
    full_text: str
    created_at: str | None = None
    lang: str | None = None
    entities: Entities = Entities()
    extended_entities: _Extended = _Extended()
    user_id_str: str | None = None
    in_reply_to_status_id_str: str | None = None
    in_reply_to_screen_name: str | None = None
    quoted_status_id_str: str | None = None
    favorite_count: int | None = None
    retweet_count: int | None = None
    quote_count: int | None = None
    reply_count: int | None = None
    bookmark_count: int | None = None
    withheld_in_countries: list[str] = []
    withheld_copyright: bool = False
    possibly_sensitive: bool = False
    conversation_control: _ConversationControl | None = None


class _Note(msgspec.Struct, frozen=True):
    text: str = ""
    entity_set: Entities = Entities()


class _Tweet(msgspec.Struct, frozen=True):
    rest_id: str
    legacy: _Legacy
    edit_control: EditControl | None = None


def answers(responses: tuple[CapturedResponse, ...]) -> Iterator[tuple[CapturedResponse, object]]:
    """The answers of X's GraphQL that can be read, decoded."""
    for response in responses:
        if authority(response.url) in API_HOSTS and "/graphql/" in path_of(response.url):
            try:
                yield response, tree(response.body)
            except UnreadableAnswer:
                continue  # an answer that was cut off; the capture holds it, and others may state the post


def posts(response: CapturedResponse, root: object) -> Iterator[Found]:
    """Every post that the answer states, in its order."""
    limits: dict[int, Node] = {}
    stated = 0
    for place, node in nodes(root):
        if node.get("__typename") == "TweetWithVisibilityResults":
            limits[id(node.get("tweet"))] = node
        if isinstance(at(node, "legacy", "full_text"), str) and isinstance(node.get("rest_id"), str):
            try:
                yield _found(node, f"{response.url}#{place}", limits.get(id(node)))
                stated += 1
            except UnreadableAnswer:
                continue  # not built as a post of X is
        if stated == MAX_POSTS:
            return


def acts(response: CapturedResponse, root: object, found: Found) -> Iterator[Act]:
    """Replies to the post, and the accounts that X lists as having liked or shared it."""
    address = post_url(found.chain[0] if found.chain else found.id, found.author.handle)
    kind = _LISTS.get(path_of(response.url).rpartition("/")[2])
    if kind is not None and asked_for(response.url) in (found.id, *found.chain):
        for place, node in nodes(root):
            if node.get("__typename") == "User":
                account = _account(node)
                if account is not None:
                    yield Act(kind=kind, actor=account, object=address, where=f"{response.url}#{place}")
        return
    targets = {post_url(one, None).rpartition("/")[2] for one in (found.id, *found.chain)}
    for reply in posts(response, root):
        if reply.in_reply_to is not None and reply.in_reply_to.rpartition("/")[2] in targets:
            yield Act(
                kind=ActKind.COMMENT,
                actor=reply.author,
                object=address,
                where=reply.where,
                what=read(reply.text, (), escaped=reply.escaped)[0],
                native_id=reply.id,
                url=post_url(reply.id, reply.author.handle),
                at=reply.created_at,
            )


def _found(node: Node, where: str, limits: Node | None) -> Found:
    tweet = shaped(node, _Tweet)
    legacy = tweet.legacy
    user = _user(at(node, "core", "user_results", "result"))
    note = at(node, "note_tweet", "note_tweet_results", "result")
    long = shaped(note, _Note) if isinstance(note, dict) else _Note()
    entities = long.entity_set if long.text else legacy.entities
    return Found(
        id=tweet.rest_id,
        author=Account(id=legacy.user_id_str) if user is None else user.account,
        text=long.text or legacy.full_text,
        escaped=not long.text,
        text_from="note" if long.text else "full-text",
        where=where,
        marks=marks(entities),
        links=links(entities),
        media=tuple(legacy.extended_entities.media),
        created_at=created(legacy.created_at),
        chain=chain_of(tweet.edit_control, tweet.rest_id),
        chain_stated=tweet.edit_control is not None,
        title=text_at(node, "article", "article_results", "result", "title"),
        in_reply_to=_address(legacy.in_reply_to_status_id_str, legacy.in_reply_to_screen_name),
        quotes=_address(legacy.quoted_status_id_str, None),
        shares=_shared(at(node, "legacy", "retweeted_status_result", "result")),
        visibility=_visibility(user, legacy, limits),
        reply_setting=None if legacy.conversation_control is None else legacy.conversation_control.policy,
        picture=None if user is None else user.avatar.image_url or user.legacy.profile_image_url_https,
        activity=counters(
            likes=legacy.favorite_count,
            shares=legacy.retweet_count,
            quotes=legacy.quote_count,
            replies=legacy.reply_count,
            bookmarks=legacy.bookmark_count,
            views=at(node, "views", "count"),
        ),
        signals=(*_signals(legacy, limits, where), *edit_signals(tweet.edit_control, where)),
    )


def _signals(legacy: _Legacy, limits: Node | None, where: str) -> Iterator[Signal]:
    if legacy.lang:
        yield Signal(name="language", seen=legacy.lang, where=where)
    if legacy.possibly_sensitive:
        yield Signal(name="marked-sensitive", seen="possibly_sensitive", where=where)
    actions = at(limits, "limitedActionResults", "limited_actions")
    for action in actions[:20] if isinstance(actions, list) else ():
        if (named := text_at(action, "action")) is not None:
            yield Signal(name="action-limited", seen=named, where=where)
    for notice in ("tweetInterstitial", "mediaVisibilityResults"):
        if isinstance(at(limits, notice), dict):
            yield Signal(name="notice-before-the-post", seen=notice, where=where)


def _visibility(user: User | None, legacy: _Legacy, limits: Node | None) -> str | None:
    """Whether X says that not everybody sees the post, or may do all with it."""
    if user is not None and (user.privacy.protected or user.legacy.protected):
        return "protected"
    if legacy.withheld_copyright or legacy.withheld_in_countries:
        return "withheld: " + ", ".join(sorted(set(legacy.withheld_in_countries)) or ["copyright"])
    return None if limits is None else "limited"


def _user(value: object) -> User | None:
    try:
        return shaped(value, User)
    except UnreadableAnswer:
        return None


def _account(value: object) -> Account | None:
    user = _user(value)
    return None if user is None else user.account


def _shared(result: object) -> str | None:
    inner = at(result, "tweet") if at(result, "__typename") == "TweetWithVisibilityResults" else result
    user = _account(at(inner, "core", "user_results", "result"))
    return _address(text_at(inner, "rest_id"), None if user is None else user.handle)


def _address(identifier: str | None, handle: str | None) -> str | None:
    return None if identifier is None else post_url(identifier, handle)
