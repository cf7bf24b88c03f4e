"""What to ask about an ActivityPub object: itself, its author, and the keys that its signatures name.

Source: ActivityPub, section 3.2 "Retrieving objects".
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from urllib.parse import urlsplit

from .activitypub_object import Node, author_id, object_in
from .activitypub_signatures import key_ids
from .page import CapturedResponse
from .questions import Ask

ACCEPT = 'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'

MAX_KEYS = 4
"""Documents of keys that are asked for."""


@dataclass(frozen=True, slots=True)
class Described:
    """The answer about an object, about its author, and the documents of the keys that are named."""

    answer: CapturedResponse | None = None
    author: CapturedResponse | None = None
    keys: tuple[CapturedResponse, ...] = ()

    @property
    def object(self) -> Node | None:
        """The object that was answered."""
        return object_in(self.answer)


NOTHING = Described()
"""Nothing was asked."""


def describe(url: str, why: str) -> Generator[Ask, CapturedResponse, Described]:
    """Ask for an object; of its author and keys only those on the object's own host."""
    answer = yield _ask(url, why)
    node = object_in(answer)
    if node is None:
        return Described(answer)
    author = None
    who = author_id(node)
    if who is not None and _same_host(who, url):
        author = yield _ask(who, "the object's author, with the keys")
    keys = []
    wanted = dict.fromkeys(one.partition("#")[0] for one in key_ids(answer, node))
    for one in list(wanted)[:MAX_KEYS]:
        if one != who and _same_host(one, url):
            keys.append((yield _ask(one, "the key of a signature")))
    return Described(answer, author, tuple(keys))


def _ask(url: str, why: str) -> Ask:
    return Ask(url=url.partition("#")[0], why=why, headers=(("Accept", ACCEPT),))


def _same_host(one: str, other: str) -> bool:
    try:
        a, b = urlsplit(one), urlsplit(other)
    except ValueError:
        return False
    return (a.scheme, a.netloc) == (b.scheme, b.netloc) and a.scheme in ("http", "https")
