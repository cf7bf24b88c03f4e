"""What a case holds of a post before somebody looks at it again: earlier looks, and what they allow to ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from evidentia.platforms.keys import normalise_url
from evidentia.record.errors import UsageError
from evidentia.record.item import Item
from evidentia.record.post import OWN_CAPTURE, Observation, Post, State

from .contents import Contents, addresses, key_of

SHOWN = frozenset({State.LIVE, State.EDITED})

_NEVER = datetime.min.replace(tzinfo=UTC)


def started(look: Observation) -> datetime:
    """When a look began, as far as it is known."""
    return look.during.not_before or look.during.not_after or _NEVER


@dataclass(frozen=True)
class Earlier:
    """One post as the case knows it. ``looks`` are our own, or others' where we have none, the earliest first.

    ``items`` are all items of the case, by number.
    """

    key: str
    looks: tuple[Observation, ...]
    items: Mapping[int, Item]

    @property
    def last(self) -> Observation:
        """The last look."""
        return self.looks[-1]

    @property
    def url(self) -> str:
        """Where it was looked for."""
        return self.last.url

    @property
    def shown(self) -> Observation | None:
        """The last look that showed its words."""
        return next((look for look in reversed(self.looks) if look.post is not None), None)

    @property
    def full(self) -> Observation | None:
        """The last look in which a browser showed the page."""
        return next((look for look in reversed(self.looks) if is_full(self.item_of(look))), None)

    @property
    def pattern(self) -> Item:
        """The look as which the next one is made: the last with a browser; the last one, where none had any."""
        return self.item_of(self.full or self.last)

    @property
    def document(self) -> Observation | None:
        """The last look of ours at the bare document that showed the post in it, and got the document itself."""
        return next((look for look in reversed(self.looks) if self._came_whole(look)), None)

    def item_of(self, look: Observation) -> Item:
        """The item of a look."""
        return self.items[look.evidence[0].item]

    def _came_whole(self, look: Observation) -> bool:
        item = self.item_of(look)
        told = item.circumstances
        return (
            look.source == OWN_CAPTURE
            and look.state in SHOWN
            and not is_full(item)
            and told is not None
            and not told.logged_in  # what a login is shown may differ from what the document's tag stands for
            and told.status == 200
        )


def is_full(item: Item) -> bool:
    """Whether a browser showed the page."""
    told = item.circumstances
    return told is not None and (told.browser is not None or told.viewport is not None)


class Records:
    """All that a case holds of its posts, read once."""

    def __init__(self, contents: Contents) -> None:
        """Raises CustodyError where an item is damaged."""
        self.contents = contents
        self.items = {item.item: item for item in contents.items()}
        self.observations = contents.observations()
        self._known = addresses(self.observations)
        self._looks: dict[str, list[Observation]] = defaultdict(list)
        for one in sorted(self.observations, key=started):
            self._looks[one.key].append(one)

    def earlier(self, post: Post | str) -> Earlier:
        """What is known of one post.

        Raises:
            UsageError: the case knows no such post, or it was in no capture of a page.
        """
        key = key_of(post, self.observations)
        looks = [one for one in self._looks[key] if self._is_look(one)]
        own = [one for one in looks if one.source == OWN_CAPTURE]
        if not looks:
            raise UsageError(
                f"{key} was handed over and never looked at: nothing says where and how to look at it again.",
                next_step="Capture its address first, if it has one.",
            )
        return Earlier(key, tuple(own or looks), self.items)

    def _is_look(self, one: Observation) -> bool:
        item = self.items.get(one.evidence[0].item) if one.evidence else None
        return item is not None and item.circumstances is not None

    def keys(self) -> tuple[str, ...]:
        """The posts that can be looked at again."""
        return tuple(key for key in sorted(self._looks) if any(map(self._is_look, self._looks[key])))

    def others(self, key: str, url: str) -> tuple[str, ...]:
        """Addresses of other posts of the same host that were there when last looked at, the latest first."""
        found = [
            looks[-1]
            for other, looks in self._looks.items()
            if other != key and looks[-1].state in SHOWN and _asked_alike(looks[-1].url, url)
        ]
        return tuple(dict.fromkeys(one.url for one in sorted(found, key=started, reverse=True)))


def _asked_alike(one: str, other: str) -> bool:
    """Whether two addresses are of one host; of one platform, where no host is in them."""
    a, b = _parts(one), _parts(other)
    return a == b and normalise_url(one).partition("#")[0] != normalise_url(other).partition("#")[0]


def _parts(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url, ""
    return parts.scheme, parts.netloc if parts.scheme in ("http", "https") else ""


def in_turn(posts: Sequence[Earlier]) -> tuple[Earlier, ...]:
    """The posts with those of one host apart: no host waits for another's, and none gets all its requests at once."""
    by_host: dict[tuple[str, str], list[Earlier]] = defaultdict(list)
    for post in posts:
        by_host[_parts(post.url)].append(post)
    return tuple(_interleaved(by_host.values()))


def _interleaved(groups: Iterable[list[Earlier]]) -> Iterator[Earlier]:
    waiting = [iter(group) for group in groups]
    while waiting:
        left = []
        for group in waiting:
            post = next(group, None)
            if post is not None:
                yield post
                left.append(group)
        waiting = left
