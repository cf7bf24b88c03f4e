"""What X gives to pages that embed a post, without an account: oEmbed, and what its embedded posts are made of.

oEmbed is documented at developer.x.com/en/docs/twitter-for-websites/timelines/guides/oembed-api. The other is not; its
shape follows the types of a program that embeds posts (github.com/vercel/react-tweet,
packages/react-tweet/src/api/types).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from urllib.parse import quote

import msgspec

from evidentia.record.post import Account, Signal, State
from evidentia.record.sentences import sentence

from .answers import UnreadableAnswer, at, counters, decoded, parameter, path_of, text_at, tree
from .keys import authority
from .markup import UnreadableMarkup, attribute, elements, parse, text_of, with_class
from .page import CapturedResponse
from .x_address import OEMBED_HOSTS, SYNDICATION_HOSTS, address_of, post_url
from .x_post import EditControl, Entities, Found, Gone, Medium, chain_of, created, edit_signals, links, marks

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_ZEROS_AND_POINT = re.compile(r"0+|\.")


class _User(msgspec.Struct, frozen=True):
    id_str: str | None = None
    screen_name: str | None = None
    name: str | None = None
    profile_image_url_https: str | None = None


class _NoteId(msgspec.Struct, frozen=True):
    id: str | None = None


class _Quoted(msgspec.Struct, frozen=True):
    id_str: str
    user: _User = _User()


class _Tweet(msgspec.Struct, frozen=True):
    id_str: str
    text: str
    created_at: str | None = None
    lang: str | None = None
    user: _User = _User()
    entities: Entities = Entities()
    mediaDetails: list[Medium] = []
    edit_control: EditControl | None = None
    isStaleEdit: bool = False
    note_tweet: _NoteId | None = None
    in_reply_to_status_id_str: str | None = None
    in_reply_to_screen_name: str | None = None
    quoted_tweet: _Quoted | None = None
    favorite_count: int | None = None
    conversation_count: int | None = None
    possibly_sensitive: bool = False


class _OEmbed(msgspec.Struct, frozen=True):
    html: str
    url: str | None = None
    author_name: str | None = None
    author_url: str | None = None


def embedded_address(identifier: str) -> str:
    """Where X's own embedded posts ask for what they show."""
    return f"https://cdn.syndication.twimg.com/tweet-result?id={identifier}&lang=en&token={token(identifier)}"


def oembed_address(identifier: str, handle: str | None) -> str:
    """Where X's oEmbed answers about the post."""
    address = quote(post_url(identifier, handle).replace("://x.com/", "://twitter.com/"), safe="")
    return f"https://publish.twitter.com/oembed?url={address}&omit_script=1&dnt=true"


def token(identifier: str) -> str:
    """What X's embedding script sends with an id: no secret, the id itself, divided by 10^15, times pi, in base 36.

    Written as ``Number.prototype.toString(36)`` writes it (ECMA-262): as few digits as tell the number from the next.
    """
    value = int(identifier) / 1e15 * math.pi
    whole, fraction = int(value), value - int(value)
    shown = ""
    while whole:
        whole, digit = divmod(whole, 36)
        shown = _DIGITS[digit] + shown
    tail: list[int] = []
    nearest = max(math.ulp(value) / 2, math.ulp(0.0))
    while fraction >= nearest:
        fraction, nearest = fraction * 36, nearest * 36
        tail.append(int(fraction))
        fraction -= tail[-1]
        if fraction > 0.5 and fraction + nearest > 1:
            tail[-1] += 1
            break
    return _ZEROS_AND_POINT.sub("", shown + "".join(_DIGITS[min(digit, 35)] for digit in tail))


def posts(response: CapturedResponse) -> Iterator[Found]:
    """The post that the answer states, if it does."""
    if response.status != 200:
        return
    try:
        if authority(response.url) in SYNDICATION_HOSTS:
            yield _embedded(decoded(response.body, _Tweet), response.url)
        elif _is_oembed(response):
            yield from _quoted(decoded(response.body, _OEmbed), response.url)
    except UnreadableAnswer:
        return


def absence(response: CapturedResponse, asked: str) -> Gone | None:
    """What the answer states in place of the post ``asked``."""
    signal = Signal(name="http-status", seen=str(response.status), where=response.url)
    if authority(response.url) in SYNDICATION_HOSTS and parameter(response.url, "id") == asked:
        return _embedded_absence(response, signal)
    named = address_of(parameter(response.url, "url") or "") if _is_oembed(response) else None
    if named is None or named.id != asked:
        return None
    if response.status == 404:
        return Gone(State.UNAVAILABLE, signal, sentence("platforms.x.oembed_none"))
    if response.status == 403:
        says = sentence("platforms.x.oembed_not_for_all")
        return Gone(State.ACCESS_RESTRICTED, signal, says)
    return None


def _embedded_absence(response: CapturedResponse, status: Signal) -> Gone | None:
    if response.status == 404:
        return Gone(State.UNAVAILABLE, status, sentence("platforms.x.embed_none"))
    try:
        root = tree(response.body)
    except UnreadableAnswer:
        return None
    if at(root, "__typename") == "TweetTombstone":
        seen = text_at(root, "tombstone", "text", "text") or "TweetTombstone"
        signal = Signal(name="tombstone", seen=seen, where=response.url)
        return Gone(State.UNAVAILABLE, signal, sentence("platforms.x.embed_notice"))
    if root == {} and response.status == 200:
        signal = Signal(name="empty-result", seen="{}", where=response.url)
        return Gone(State.UNAVAILABLE, signal, sentence("platforms.x.embed_nothing"))
    return None


def _is_oembed(response: CapturedResponse) -> bool:
    return authority(response.url) in OEMBED_HOSTS and path_of(response.url) == "/oembed"


def _embedded(tweet: _Tweet, where: str) -> Found:
    user = tweet.user
    account = Account(
        id=user.id_str,
        handle=user.screen_name,
        name=user.name,
        url=None if user.screen_name is None else f"https://x.com/{user.screen_name}",
    )
    quoted = tweet.quoted_tweet
    answered = tweet.in_reply_to_status_id_str
    stated = [("language", tweet.lang), ("marked-sensitive", "yes" if tweet.possibly_sensitive else None)]
    return Found(
        id=tweet.id_str,
        author=account,
        text=tweet.text,
        escaped=True,
        text_from="full-text" if tweet.note_tweet is None else "cut-off",
        where=where,
        marks=marks(tweet.entities),
        links=links(tweet.entities),
        media=tuple(tweet.mediaDetails),
        created_at=created(tweet.created_at),
        chain=chain_of(tweet.edit_control, tweet.id_str),
        chain_stated=tweet.edit_control is not None,
        in_reply_to=None if answered is None else post_url(answered, tweet.in_reply_to_screen_name),
        quotes=None if quoted is None else post_url(quoted.id_str, quoted.user.screen_name),
        picture=user.profile_image_url_https,
        activity=counters(likes=tweet.favorite_count, replies=tweet.conversation_count),
        signals=(
            *(Signal(name=name, seen=seen, where=where) for name, seen in stated if seen),
            *edit_signals(tweet.edit_control, where),
        ),
    )


def _quoted(oembed: _OEmbed, where: str) -> Iterator[Found]:
    """The quotation that oEmbed gives: a paragraph, then a link to the post with the day of its publication."""
    try:
        root = parse(oembed.html)
    except UnreadableMarkup:
        return
    for block in with_class(root, "twitter-tweet", "blockquote"):
        paragraph = next(elements(block, "p"), None)
        quoted = set() if paragraph is None else set(elements(paragraph, "a"))
        links_of_block = [link for link in elements(block, "a") if link not in quoted]
        last = links_of_block[-1] if links_of_block else None
        named = None if last is None else address_of(attribute(last, "href"))
        if paragraph is None or last is None or named is None:
            continue
        handle = (oembed.author_url or "").rstrip("/").rpartition("/")[2] or named.handle
        language = attribute(paragraph, "lang")
        yield Found(
            id=named.id,
            author=Account(handle=handle, name=oembed.author_name, url=oembed.author_url),
            text=text_of(paragraph),
            escaped=False,
            text_from="oembed",
            where=where,
            stated_time=text_of(last) or None,
            chain=(named.id,),
            signals=(Signal(name="language", seen=language, where=where),) if language else (),
        )
