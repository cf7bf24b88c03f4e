"""The history of a case, as its folder tells it: which events stand, what they amount to, and what is open."""

from __future__ import annotations

import hashlib
from collections import ChainMap
from collections.abc import Iterable, Mapping
from typing import Self

from evidentia.formats import names
from evidentia.formats.checksums import Line
from evidentia.formats.custody_rules import Custody, holder, step
from evidentia.formats.event import parse_event, withheld_items
from evidentia.formats.names import CustodyFileKind
from evidentia.formats.seal import Seal, parse_seal
from evidentia.record.custody import Event, EventType, Head, ItemRef
from evidentia.record.errors import CustodyError, FormatError
from evidentia.verify.judge import head_of

from .identity import Party
from .inventory import Inventory
from .prepared import must_sign
from .sealable import Standing, standing
from .store import Store, damaged
from .wholeness import check_end, check_whole


class History:
    """The events of a case folder, read strictly, and the state that they amount to. No file is written here.

    Attributes:
        events: in order, the first one first.
        custody: who holds the case now, and whether something waits.
        silent: by authority, why it gave no token the last time it was asked.
    """

    def __init__(self, store: Store, case: str) -> None:
        self.store, self.case = store, case
        self.events: list[Event] = []
        self.custody = Custody()
        self._inventory = Inventory(store)
        self.silent: dict[str, str] = {}
        self._last_seal = ""  # its SHA-256
        self._item_events: dict[int, int] = {}
        self._item_refs: dict[int, ItemRef] = {}
        self._disclosed: set[int] = set()
        self._awaited: list[str] = []  # signatures that were not there when they were last looked for

    @classmethod
    def load(cls, store: Store) -> Self:
        """Read the events of a case.

        Raises:
            CustodyError: there is no case there, or its events cannot be read.
        """
        if not store.exists(names.event_path(1)):
            raise CustodyError(
                f"{store.folder} is not a case.", next_step="Create one with `evidentia open`."
            )
        try:
            first = parse_event(1, store.read(names.event_path(1)))
            history = cls(store, first.case)
            history._inventory.look_again()
            history._read_on()
            if not history.events:
                raise damaged(names.seal_path(1), "it is missing")
            check_end(history._inventory, len(history.events))
        except FormatError as error:
            raise CustodyError(
                f"The case cannot be read: {error.happened}",
                safe="Nothing was changed.",
                next_step="Run `evidentia verify` on the folder: it lists everything that is wrong.",
            ) from error
        return history

    def refresh(self) -> None:
        """Read what has been added since; called under the lock before anything is appended."""
        self._inventory.look()
        self._read_on()

    def _read_on(self) -> None:
        while (path := names.seal_path(len(self.events) + 1)) in self._inventory or self.store.exists(path):
            number = len(self.events) + 1
            event, seal = self._linked(number)
            self._inventory.seal(number, (line.path for line in seal.lines))
            self.custody, _ = step(self.custody, event)
            self._item_events.update({ref.item: number for ref in event.items})
            self._item_refs.update({ref.item: ref for ref in event.items})
            self._awaited += [path for path in _signatures_of(event) if path not in self._inventory]
            if event.type is EventType.DISCLOSE:
                self._disclosed |= {item for item, _ in withheld_items(event)}
            self.events.append(event)

    def _linked(self, number: int) -> tuple[Event, Seal]:
        """An event and its seal, which has to list this very event and the seal before it."""
        event, sealed = names.event_path(number), names.seal_path(number)
        data, seal_data = self.store.read(event), self.store.read(sealed)
        seal = parse_seal(number, seal_data)
        found = {event: hashlib.sha256(data).hexdigest()}
        if number > 1:
            found[names.seal_path(number - 1)] = self._last_seal
        for path, digest in found.items():
            if Line(digest, path) not in seal.lines:
                raise damaged(path, "it is not the file that was sealed")
        self._last_seal = hashlib.sha256(seal_data).hexdigest()
        return parse_event(number, data), seal

    def next_item(self) -> int:
        """The number of the next item: the first after those that events have brought in that is free."""
        item = max(self._item_events, default=0) + 1
        while self.store.exists(names.item_folder(item)) or self.store.exists(names.record_path(item)):
            item += 1
        return item

    def item_events(self) -> Mapping[int, int]:
        """Which event brought in which item."""
        return self._item_events

    def item_refs(self) -> Mapping[int, ItemRef]:
        """Every item that an event has brought in, with the digest of its record."""
        return self._item_refs

    def absent(self) -> frozenset[int]:
        """Items that are not in this folder: it was unpacked from a bundle that withholds them.

        What is missing without a disclosure, or in part, is damage and not withheld.
        """
        return frozenset(filter(self.is_absent, self._disclosed))

    def is_absent(self, item: int) -> bool:
        """Whether one item is not in this folder because a bundle withholds it."""
        there = self.store.exists
        return item in self._disclosed and not (
            there(names.record_path(item)) or there(names.item_folder(item))
        )

    def disclosed(self) -> frozenset[int]:
        """Items that a disclosure allows to be withheld."""
        return frozenset(self._disclosed)

    def bound_by(self, event: int) -> list[str]:
        """The files under ``custody/`` and ``trust/`` as of an event: what its seal and those before it list,
        the seal itself, and the signatures and tokens over it."""
        seal, sealed_by = names.seal_path(event), self._inventory.sealed_by
        return [
            path for path in self.paths() if sealed_by.get(path, event + 1) <= event or path.startswith(seal)
        ]

    def paths(self) -> list[str]:
        """Every file under ``custody/`` and ``trust/``, as the folders hold them now."""
        self._inventory.look_again()
        return self._inventory.paths()

    def head(self, event: int = 0) -> Head:
        """The head as it stands, or as it stood after an earlier event."""
        number = event or len(self.events)
        seal = names.seal_path(number)
        contents = {path: self.store.read(path) for path in self.paths() if path.startswith(seal)}
        head = head_of(contents, number, self.case)
        assert head is not None
        return head

    # What is open

    def unsigned(self) -> list[str]:
        """Signatures that should be there and are not: an interruption came between the seal and its signature.

        The receiver of a transfer is not among them: that signature is pending by design.
        """
        self._awaited = [path for path in self._awaited if not self._is_signed(path)]
        unsealed = names.event_path(len(self.events) + 1)
        return [*self._awaited, *([unsealed] if self.store.exists(unsealed) else [])]

    def _is_signed(self, path: str) -> bool:
        return self.store.exists(path) or self.store.exists(path.removesuffix("p7s") + "pdf")

    def pending(self) -> list[str]:
        """The records and signatures that have no timestamp yet."""
        found = [one for path in self.paths() if (one := names.custody_file(path)) is not None]
        stamped = {one.over for one in found if one.kind is CustodyFileKind.TOKEN}
        need = (CustodyFileKind.RECORD, CustodyFileKind.SIGNATURE, CustodyFileKind.PDF_SIGNATURE)
        return [one.path for one in found if one.kind in need and one.path not in stamped]

    def unrecorded(self) -> list[int]:
        """Items that are in place and that no event has brought in: left by an interruption."""
        folders = (self.store.folder / "data").glob("[0-9][0-9][0-9][0-9][0-9][0-9]")
        return sorted({int(path.name) for path in folders} - self.item_events().keys())

    def is_signed(self, event: int, who: str) -> bool:
        """Whether an actor's signature over an event's seal is there, in either form; not whether it holds."""
        return self._is_signed(names.signature_path(event, who))

    def needs_seal(self) -> bool:
        """Whether something has come since the last event that only another event can bind."""
        self._inventory.look_again()
        last = names.seal_path(len(self.events))
        return any(not path.startswith(last) for path in self._unsealed())

    def check_whole(self) -> None:
        """Whether the case can go on: all that seals list is there, and what the next seal would bind holds.

        Raises:
            CustodyError: something is missing, too much, or does not hold.
        """
        check_whole(self.store, self._inventory, self.events, self._item_events, self.absent)

    def _unsealed(self, items: Iterable[ItemRef] = ()) -> list[str]:
        """What the next seal lists, if its event brings in these items."""
        known = ChainMap({ref.item: ref for ref in items}, self._item_refs)
        return [
            path for path in self._inventory.unsealed() if standing(path, self.events, known) is Standing.NOW
        ]

    def holds(self, party: Party) -> bool:
        """Whether a party holds custody at this moment."""
        return holder(party.actor) in self.custody.holders


def _signatures_of(event: Event) -> list[str]:
    """The signatures that an event asks for."""
    return [names.signature_path(event.event, actor.who) for actor in must_sign(event)]
