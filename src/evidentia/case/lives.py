"""Everything that a case holds of the life of posts, from all sources, put together into timelines.

Captures, past versions of archives and pages that were handed over are observations already. Screenshots that were read
say which version they show. A chat message becomes an observation only where two exports hold it under the same name:
the chat's number and the message's, as Telegram's JSON states them. WhatsApp's export has neither, and two lines of two
exports cannot be said to be one message.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Protocol

from evidentia.detect.shown_in_pictures import ReadPicture
from evidentia.detect.timeline import assemble
from evidentia.detect.wording import wording
from evidentia.formats import names
from evidentia.platforms.chats.posts import posts
from evidentia.platforms.keys import post_key
from evidentia.record.chat import ChatExport
from evidentia.record.finding import Reading
from evidentia.record.item import Item, Role
from evidentia.record.life import Timeline
from evidentia.record.moment import Interval
from evidentia.record.post import Evidence, Observation, Post, Signal, State
from evidentia.record.sentences import restated, sentence

CLAIMED = sentence("looks.claimed.export")


class Holding(Protocol):
    """What lives are put together from: a case, or what was read of a bundle."""

    def observations(self) -> tuple[Observation, ...]:
        """Every observation of every post."""
        ...

    def chats(self) -> Iterator[tuple[Item, ChatExport]]:
        """Every export of a messenger, with its item."""
        ...

    def read_items(self) -> Iterator[tuple[Item, Reading]]:
        """The items that record how a screenshot was read, with what is in them."""
        ...


def lives(contents: Holding, without: Collection[int] = ()) -> tuple[Timeline, ...]:
    """The life of every post, resting on no item of ``without``."""
    hidden = frozenset(without)
    observed = (*contents.observations(), *retold(contents, hidden))
    shown = (one for one in observed if hidden.isdisjoint(evidence.item for evidence in one.evidence))
    pictures = (one for one in read_pictures(contents) if hidden.isdisjoint(_rests_on(one)))
    return assemble(shown, pictures)


def read_pictures(contents: Holding) -> Iterator[ReadPicture]:
    """Every screenshot that was read against the captures, with the item that records the reading."""
    for item, reading in contents.read_items():
        stored = next((file for file in item.files if file.role is Role.READING), None)
        if stored is not None and reading.evidence:
            record = Evidence(item=item.item, path=f"{names.item_folder(item.item)}/{stored.name}")
            yield ReadPicture(reading=reading, picture=reading.evidence[0], record=record)


def _rests_on(picture: ReadPicture) -> set[int]:
    return {evidence.item for evidence in (*picture.evidence, *picture.reading.evidence)}


def retold(contents: Holding, without: Collection[int] = ()) -> tuple[Observation, ...]:
    """Chat messages that two exports hold under one name in different words, as each export tells them.

    An export in ``without`` is as if it were not there: that another one differs from it tells of its words.
    """
    told: dict[str, list[Observation]] = defaultdict(list)
    words: dict[str, set[str]] = defaultdict(set)
    for item, post in _messages(contents):
        if item.item in without:
            continue
        key = post_key(post)
        told[key].append(_observation(item, post, key))
        words[key].add(wording(post.text))
    return tuple(one for key, all_of_it in told.items() if len(words[key]) > 1 for one in all_of_it)


def _messages(contents: Holding) -> Iterator[tuple[Item, Post]]:
    for item, export in contents.chats():
        for conversation in export.conversations:
            if conversation.native_id is not None:
                for post in posts(conversation, _original(item)[1]):
                    yield item, post


def _original(item: Item) -> tuple[str, str]:
    """The path of what was handed over, and its SHA-256."""
    file = next(file for file in item.files if file.role is Role.ORIGINAL)
    return f"{names.item_folder(item.item)}/{file.name}", file.sha256


def _observation(item: Item, post: Post, key: str) -> Observation:
    return restated(
        Observation(
            key=key,
            url=post.url,
            state=State.EDITED if post.edit_mark else State.LIVE,
            during=Interval(not_before=None, not_after=item.times.received_at),
            source=f"handed over: {item.original_name or item.title}",
            evidence=(Evidence(item=item.item, path=_original(item)[0]),),
            signals=(Signal(name="message", seen=post.native_id, where=item.original_name or item.title),),
            post=post,
        ),
        *CLAIMED,
    )
