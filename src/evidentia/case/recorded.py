"""What a case or somebody's bundle records, read without a ledger and without writing: for tables and for other tools.

A bundle is read where it lies, by the verifier's own strict reader: nothing is unpacked, no name in it becomes a path
on the disk. Every file is compared with the digest that its item's record states, and every record with its event; what
does not agree is left out and named. Whether the signatures hold is not said here: that is for ``verify``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import msgspec

from evidentia.custody.intake import ITEM_FILE
from evidentia.formats import names
from evidentia.formats.event import parse_event, withheld_items
from evidentia.formats.item_record import parse_record
from evidentia.formats.names import CustodyFileKind, custody_file
from evidentia.record.chat import ChatExport
from evidentia.record.custody import Event, EventType, Head
from evidentia.record.errors import CustodyError, FormatError, UsageError
from evidentia.record.examination import Examination
from evidentia.record.finding import Reading
from evidentia.record.item import Item, ItemKind, Role, StoredFile
from evidentia.record.life import Timeline
from evidentia.record.post import Observation
from evidentia.record.redaction import Redaction
from evidentia.record.sentences import Term
from evidentia.report.material import ExaminedItem, ReadItem, RedactedItem
from evidentia.report.recorded import Recorded
from evidentia.verify.bundle import Bundle, open_bundle
from evidentia.verify.chain import LARGEST_CUSTODY, LARGEST_CUSTODY_FILE
from evidentia.verify.judge import head_of

from .contents import addresses
from .gathering import attempt

LARGEST_RECORD = 64 << 20
"""Bytes of one record that is decoded: an item's description, an observation, an export of 10,000 messages (some 20 MB,
see ``capture.zip_members``), tripled."""

MOST_OF_RECORDS = 1 << 30
"""Bytes of all records of a bundle that are decoded: a case of 10,000 items has some 300 MB of them, tripled."""

_Record = TypeVar("_Record")

_LEFT_OUT = Term("the item is left out")
_NOT_READ = Term("not read")
_OTHER_BYTES = Term("its bytes are not those that its item's record states")


def recorded(where: str | Path, *, with_lives: bool = True) -> Recorded:
    """What a case folder, or a bundle as a folder or a ZIP, records.

    Args:
        with_lives: whether to put the lives of posts together; else ``timelines`` is empty.

    Raises:
        UsageError: nothing is there.
        CustodyError: there is no case and no bundle there, or its events cannot be read.
    """
    path = Path(where)
    if not path.exists():
        raise UsageError(f"{path} is not there.", next_step="Name a case folder, or a bundle: a ZIP.")
    try:
        with closing(open_bundle(path)) as bundle:
            return _Reader(bundle).recorded(path.name, with_lives)
    except FormatError as error:
        raise CustodyError(
            f"This cannot be read as a case: {error.happened}.",
            next_step="`evidentia verify` says all that is wrong with it.",
        ) from error


class _Reader:
    """The records of an open bundle, each checked against what was sealed."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._budget = MOST_OF_RECORDS
        self._sealed: dict[str, str] = {}  # path -> SHA-256, as the items' records state them
        self.items: tuple[Item, ...] = ()
        self.problems: list[str] = [f"{fault.path}: {fault.found}" for fault in bundle.faults]

    def recorded(self, name: str, with_lives: bool) -> Recorded:
        """Everything that is told of the bundle."""
        custody = self._custody(name)
        events = tuple(_events(custody))
        if not events or events[0].type is not EventType.OPEN:
            raise FormatError(
                name, "it begins with no event that can be read: it is no bundle, or a damaged one"
            )
        refs = {ref.item: ref.record for event in events for ref in event.items}
        withheld = self._take_records(custody, refs)
        self.items = tuple(self._items(refs.keys() - withheld))
        seals = {event.event: _sha256(custody.get(names.seal_path(event.event), b"")) for event in events}
        observations = self._observations()
        timelines, failed = attempt(
            Term("the lives of posts"), lambda: self._timelines(observations, with_lives)
        )
        self.problems += failed
        return Recorded(
            case=events[0].case,
            title=str(events[0].details["title"]),
            events=events,
            seals={number: seal for number, seal in seals.items() if seal != _sha256(b"")},
            head=_head(custody, events),
            items=self.items,
            records=refs,
            withheld=tuple(sorted(withheld)),
            observations=observations,
            timelines=timelines or (),
            readings=tuple(self._readings()),
            examinations=tuple(self._examinations()),
            redactions=tuple(
                RedactedItem(item=item.item, redaction=note) for item, note in self._redactions()
            ),
            problems=tuple(self.problems),
        )

    def _custody(self, name: str) -> dict[str, bytes]:
        contents, total = {}, 0
        for path, size in self._bundle.sizes.items():
            if not path.startswith("custody/"):
                continue
            total += size
            if size > LARGEST_CUSTODY_FILE or total > LARGEST_CUSTODY:
                raise FormatError(name, f"its custody files are larger than is read ({path}: {size} bytes)")
            data = self._bytes(path, size)
            if data is not None:
                contents[path] = data
        return contents

    def _take_records(self, custody: dict[str, bytes], refs: dict[int, str]) -> set[int]:
        """Which digests the records state, and which items have no record here."""
        absent = set()
        for number, digest in refs.items():
            path = names.record_path(number)
            data = custody.get(path)
            if data is None:
                absent.add(number)
            elif _sha256(data) != digest:
                absent.add(number)
                self.problems.append(
                    f"{path}: {Term('it is not the record that its event names')}; {_LEFT_OUT}"
                )
            else:
                try:
                    self._sealed |= {line.path: line.digest for line in parse_record(number, data).lines}
                except FormatError as error:
                    absent.add(number)
                    self.problems.append(error.happened)
        return absent

    def _items(self, numbers: Iterable[int]) -> Iterator[Item]:
        for number in sorted(numbers):
            found = self._decoded(f"{names.item_folder(number)}/{ITEM_FILE}", Item)
            if found is None or found.item != number:
                self.problems.append(f"{names.item_folder(number)}: {_LEFT_OUT}")
                continue
            sealed = [file for file in found.files if self._is_sealed(number, file)]
            if len(sealed) != len(found.files):
                self.problems.append(
                    f"{names.item_folder(number)}: {Term('its description names files that its record does not')}"
                )
            yield msgspec.structs.replace(found, files=tuple(sealed))

    def _is_sealed(self, number: int, file: StoredFile) -> bool:
        return self._sealed.get(f"{names.item_folder(number)}/{file.name}") == file.sha256

    def _observations(self) -> tuple[Observation, ...]:
        from evidentia.platforms.keys import normalise_url

        found = [one for item in self.items for one in self._all(item, Role.OBSERVATION, Observation)]
        known = addresses(found)

        def with_key(one: Observation) -> Observation:
            if one.post is not None or not one.key.startswith("url:"):
                return one
            return msgspec.structs.replace(one, key=known[normalise_url(one.url)])

        return tuple(with_key(one) for one in found)

    def _timelines(self, observations: tuple[Observation, ...], wanted: bool) -> tuple[Timeline, ...]:
        from .lives import lives

        return lives(_Lived(self, observations)) if wanted else ()

    def _readings(self) -> Iterator[ReadItem]:
        for item, reading in self.read_items():
            if item.about:
                yield ReadItem(item=item.about[0], reading=reading)

    def _examinations(self) -> Iterator[ExaminedItem]:
        for item in self.items:
            if item.kind is ItemKind.EXAMINATION and item.about:
                for found in self._all(item, Role.EXAMINATION, Examination):
                    yield ExaminedItem(item=item.about[0], kept=item.item, examination=found)

    def _redactions(self) -> Iterator[tuple[Item, Redaction]]:
        for item in self.items:
            for found in self._all(item, Role.REDACTION, Redaction):
                yield item, found

    def read_items(self) -> Iterator[tuple[Item, Reading]]:
        """The items that record how a screenshot was read, with what is in them."""
        for item in self.items:
            if item.kind is ItemKind.READING:
                for reading in self._all(item, Role.READING, Reading):
                    yield item, reading

    def chats(self) -> Iterator[tuple[Item, ChatExport]]:
        """Every export of a messenger that was handed over, as it was read."""
        for item in self.items:
            for export in self._all(item, Role.CHAT, ChatExport):
                yield item, export

    def _all(self, item: Item, role: Role, kind: type[_Record]) -> Iterator[_Record]:
        for file in item.files:
            if file.role is role:
                found = self._decoded(f"{names.item_folder(item.item)}/{file.name}", kind)
                if found is not None:
                    yield found

    def _decoded(self, path: str, kind: type[_Record]) -> _Record | None:
        """A record; None, and a problem, where it is not what was sealed or cannot be read."""
        size = self._bundle.sizes.get(path)
        if size is None:
            self.problems.append(f"{path}: {Term('it is not there')}")
            return None
        self._budget -= size
        if size > LARGEST_RECORD or self._budget < 0:
            too_many = Term("more than is read of one record or of all")
            self.problems.append(f"{path}: {Term('{n} bytes').format(n=size)}; {too_many}: {_NOT_READ}")
            return None
        data = self._bytes(path, size)
        if data is None:
            return None
        if self._sealed.get(path) != _sha256(data):
            self.problems.append(f"{path}: {_OTHER_BYTES}: {_NOT_READ}")
            return None
        try:
            return msgspec.json.decode(data, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            self.problems.append(f"{path}: {Term('it cannot be read')}: {error}")
            return None

    def _bytes(self, path: str, size: int) -> bytes | None:
        try:
            with self._bundle.open(path) as stream:
                return stream.read(size + 1)
        except OSError as error:
            self.problems.append(f"{path}: {error}")
            return None


class _Lived:
    """What ``lives`` asks of a case, of the records of a bundle."""

    def __init__(self, reader: _Reader, observations: tuple[Observation, ...]) -> None:
        self._observations = observations
        self.chats, self.read_items = reader.chats, reader.read_items

    def observations(self) -> tuple[Observation, ...]:
        return self._observations


def _events(custody: dict[str, bytes]) -> Iterator[Event]:
    """The events from the first on, as far as they follow on each other.

    Raises:
        FormatError: one of them cannot be read.
    """
    found = ((custody_file(path), data) for path, data in custody.items())
    numbered = {
        file.number: data for file, data in found if file is not None and file.kind is CustodyFileKind.EVENT
    }
    for number in range(1, len(numbered) + 1):
        if number not in numbered:
            raise FormatError(names.event_path(number), "the event is missing")
        yield parse_event(number, numbered[number])


def _head(custody: dict[str, bytes], events: tuple[Event, ...]) -> Head | None:
    return head_of(custody, len(events), events[0].case)


def withheld_of(events: Iterable[Event]) -> frozenset[int]:
    """The items that the last export leaves out."""
    exports = [event for event in events if event.type is EventType.EXPORT]
    return frozenset(item for item, _ in withheld_items(exports[-1])) if exports else frozenset()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
