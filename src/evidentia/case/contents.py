"""What a case holds: its items, and what was observed of which post. It reads, and adds nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from evidentia.custody.intake import ITEM_FILE
from evidentia.custody.ledger import Ledger, file_sha256
from evidentia.custody.store import damaged
from evidentia.formats import names
from evidentia.record.chat import ChatExport
from evidentia.record.custody import Actor, Event, Head
from evidentia.record.docket import DocketEntry
from evidentia.record.errors import UsageError
from evidentia.record.examination import Examination
from evidentia.record.exchange import ExpertAnswer, HeldBundle, Referral, TakenBundle
from evidentia.record.finding import Reading
from evidentia.record.item import Item, ItemKind, Role, StoredFile
from evidentia.record.life import Timeline
from evidentia.record.post import Observation, Post
from evidentia.record.redaction import Redaction
from evidentia.record.verdict import Verdict

_Record = TypeVar("_Record")


class Contents:
    """A case as it can be read, by whoever has the folder."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._store = ledger.store

    @property
    def id(self) -> str:
        """The case's id."""
        return self._ledger.case

    @property
    def folder(self) -> Path:
        """Where the case is."""
        return self._store.folder

    @property
    def title(self) -> str:
        """The case's title, as its first event states it."""
        return str(self.events[0].details["title"])

    @property
    def events(self) -> tuple[Event, ...]:
        """All custody events, in order."""
        return tuple(self._ledger.events)

    @property
    def holders(self) -> tuple[str, ...]:
        """The short names of those who hold custody now."""
        return tuple(sorted(holder.who for holder in self._ledger.custody.holders))

    @property
    def head(self) -> Head:
        """The end of the chain: write it down elsewhere, so that nobody can cut later events off unseen."""
        return self._ledger.head()

    @property
    def pending(self) -> tuple[str, ...]:
        """The records and signatures that have no timestamp yet."""
        return tuple(self._ledger.pending())

    @property
    def silent(self) -> tuple[str, ...]:
        """Of each authority that gave no timestamp when it was last asked, through this object, why."""
        return tuple(self._ledger.silent.values())

    def has_signed(self, event: Event, actor: Actor) -> bool:
        """Whether an actor's signature over an event's seal is there. Whether it holds is for ``verify`` to say."""
        return self._ledger.is_signed(event.event, actor.who)

    def items(self) -> tuple[Item, ...]:
        """The items whose data is here, in order.

        Raises:
            CustodyError: an item is damaged.
        """
        return tuple(map(self.item, sorted(self._ledger.item_events().keys() - self._ledger.absent())))

    @property
    def withheld(self) -> tuple[int, ...]:
        """The items whose data is not here, in order."""
        return tuple(sorted(self._ledger.absent()))

    def item(self, number: int) -> Item:
        """One item.

        Raises:
            UsageError: there is no such item here.
            CustodyError: it is damaged.
        """
        if number not in self._ledger.item_events() or self._ledger.is_absent(number):
            raise UsageError(
                f"Item {number} is not in this case.", next_step="List the items with `evidentia show`."
            )
        path = f"{names.item_folder(number)}/{ITEM_FILE}"
        return _decoded(path, self._store.read(path), Item)

    def path_of(self, item: Item, role: Role) -> Path | None:
        """Where the first file of a role is, or None.

        Raises:
            CustodyError: it is missing.
        """
        found = next((file for file in item.files if file.role is role), None)
        if found is None:
            return None
        path = f"{names.item_folder(item.item)}/{found.name}"
        if not self._store.exists(path):
            raise damaged(path, "it is missing")
        return self.folder / path

    def intact(self, item: Item, file: StoredFile) -> Path:
        """Where a file of an item is, whose bytes are those that were sealed: asked before it is examined.

        Raises:
            CustodyError: it is missing or was changed.
        """
        path = f"{names.item_folder(item.item)}/{file.name}"
        try:
            digest = file_sha256(self.folder / path)
        except OSError as error:
            raise damaged(path, error.strerror or str(error)) from error
        if digest != file.sha256:
            raise damaged(path, "its bytes are not those that were sealed")
        return self.folder / path

    def _read(self, item: Item, role: Role, kind: type[_Record]) -> _Record | None:
        """What stands in an item's file of a role, if it has one: an item that was interrupted may lack it."""
        return next(self._read_all(item, role, kind), None)

    def _read_all(self, item: Item, role: Role, kind: type[_Record]) -> Iterator[_Record]:
        """What stands in each file of a role: an archive that was handed over can hold many pages."""
        for file in item.files:
            if file.role is not role:
                continue
            path = f"{names.item_folder(item.item)}/{file.name}"
            data = self._store.read(path)
            if hashlib.sha256(data).hexdigest() != file.sha256:
                raise damaged(path, "its bytes are not those that were sealed")
            yield _decoded(path, data, kind)

    def observations(self) -> tuple[Observation, ...]:
        """Every observation of every post.

        A look at an address at which nothing was to be read belongs to the post that was read there at another time.
        """
        found = [
            observation
            for item in self.items()
            for observation in self._read_all(item, Role.OBSERVATION, Observation)
        ]
        known = addresses(found)
        return tuple(_with_its_key(observation, known) for observation in found)

    def timelines(self, without: Collection[int] = ()) -> tuple[Timeline, ...]:
        """The life of every post of the case, from all its sources.

        Args:
            without: items on which nothing in them may rest, such as those that are withheld.
        """
        from .lives import lives

        return lives(self, without)

    def timeline(self, post: Post | str) -> Timeline:
        """The life of one post, named by itself, its key or its URL.

        Raises:
            UsageError: the case knows no such post.
        """
        timelines = self.timelines()
        key = key_of(post, (seen for timeline in timelines for seen in timeline.observations))
        return next(timeline for timeline in timelines if timeline.post == key)

    def readings(self) -> tuple[tuple[Item, Reading], ...]:
        """Every screenshot that was read, with what reading it gave."""
        return tuple((self.item(item.about[0]), reading) for item, reading in self.read_items())

    def read_items(self) -> Iterator[tuple[Item, Reading]]:
        """The items that record how a screenshot was read, with what is in them."""
        for item in self.items():
            if item.kind is ItemKind.READING:
                reading = self._read(item, Role.READING, Reading)
                if reading is not None:
                    yield item, reading

    def examinations(self) -> Iterator[tuple[Item, Examination]]:
        """The items that record an examination, with what is in them."""
        for item in self.items():
            if item.kind is ItemKind.EXAMINATION:
                examination = self._read(item, Role.EXAMINATION, Examination)
                if examination is not None:
                    yield item, examination

    def chats(self) -> Iterator[tuple[Item, ChatExport]]:
        """Every export of a messenger that was handed over, as it was read, with its item."""
        for item in self.items():
            for export in self._read_all(item, Role.CHAT, ChatExport):
                yield item, export

    def docket_entry(self, item: Item) -> DocketEntry | None:
        """What stands in an item that is a docket entry; None where an interruption left it without."""
        return self._read(item, Role.DOCKET, DocketEntry)

    def taken_bundle(self, item: Item) -> tuple[TakenBundle | None, Verdict | None]:
        """How a bundle that is an item was judged when it was taken in; None where an interruption left it without."""
        return self._read(item, Role.IMPORT, TakenBundle), self._read(item, Role.VERDICT, Verdict)

    def bundles(self) -> Iterator[HeldBundle]:
        """Every bundle of another agency that was taken in, with what stands in it, marked as another's word."""
        from .importing import bundles

        return bundles(self)

    def referral(self, item: Item) -> Referral:
        """The questions to an expert that stand in an item.

        Raises:
            UsageError: it holds none.
        """
        found = self._read(item, Role.REFERRAL, Referral)
        if found is None:
            raise UsageError(
                f"Item {item.item} holds no questions to an expert.", next_step="See `evidentia show`."
            )
        return found

    def answers(self) -> Iterator[tuple[Item, ExpertAnswer]]:
        """Every answer of an expert that was taken in, with its item. They are the expert's statements."""
        for item in self.items():
            for found in self._read_all(item, Role.ANSWER, ExpertAnswer):
                yield item, found

    def redactions(self) -> tuple[tuple[Item, Redaction], ...]:
        """Every redacted copy, with the note of what was hidden in which original."""
        found = ((item, self._read(item, Role.REDACTION, Redaction)) for item in self.items())
        return tuple((item, redaction) for item, redaction in found if redaction is not None)


def _with_its_key(observation: Observation, known: Mapping[str, str]) -> Observation:
    from evidentia.platforms.keys import normalise_url

    if observation.post is not None or not observation.key.startswith("url:"):
        return observation
    key = known[normalise_url(observation.url)]
    return observation if key == observation.key else msgspec.structs.replace(observation, key=key)


def addresses(observations: Iterable[Observation]) -> dict[str, str]:
    """Every address of every post that was observed, with the post's key."""
    from evidentia.platforms.keys import normalise_url

    known: dict[str, str] = {}
    for observation in observations:
        posts_own = () if observation.post is None else (observation.post.url,)
        for url in map(normalise_url, (observation.url, *posts_own)):
            if known.get(url, "url:").startswith("url:"):  # a post's own id replaces a bare address
                known[url] = observation.key
    return known


def key_of(post: Post | str, observations: Iterable[Observation]) -> str:
    """The key of a post that is named by itself, its key or its URL.

    Raises:
        UsageError: no such post was observed.
    """
    from evidentia.platforms.keys import normalise_url, post_key

    known = addresses(observations)
    wanted = post_key(post) if isinstance(post, Post) else post
    key = wanted if wanted in known.values() else known.get(normalise_url(wanted), "")
    if not key:
        raise UsageError(
            f"The case knows no post {wanted}.", next_step="Capture it first, or list `timeline`."
        )
    return key


def numbers_of(items: Iterable[Item | int]) -> tuple[int, ...]:
    """The numbers of items, each once, in order."""
    return tuple(sorted({number_of(item) for item in items}))


def number_of(item: Item | int) -> int:
    """An item's number."""
    return item if isinstance(item, int) else item.item


def _decoded(path: str, data: bytes, kind: type[_Record]) -> _Record:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise damaged(path, f"it cannot be read: {error}") from error
