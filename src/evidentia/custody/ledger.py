"""The ledger of a case: events are appended, sealed, signed and stamped; nothing before is ever rewritten."""

from __future__ import annotations

import hashlib
import secrets
from collections import ChainMap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from cryptography.hazmat.primitives.serialization import Encoding

from evidentia._version import VERSION
from evidentia.formats import names
from evidentia.formats.checksums import Line
from evidentia.formats.custody_rules import Custody, holder, step
from evidentia.formats.event import encode_event, event_time, parse_event, withheld_items
from evidentia.formats.item_record import write_record
from evidentia.formats.names import CustodyFileKind
from evidentia.formats.seal import Seal, parse_seal, write_seal
from evidentia.record.custody import Alteration, Event, EventType, Head, ItemRef, Tool
from evidentia.record.errors import CustodyError, FormatError
from evidentia.record.moment import now, stated_zone, to_utc_text
from evidentia.verify.judge import head_of

from .identity import Acts, Custodian, Party
from .inventory import Inventory
from .party import check_may_sign
from .prepared import Prepared, must_sign
from .sealable import Standing, standing
from .signature import sign_detached
from .store import Store, damaged
from .timestamps import take_tokens
from .wholeness import check_end, check_whole


@dataclass(frozen=True)
class Occasion:
    """Where, why and by what authority something is done; what it altered, and why that was right."""

    reason: str
    place: str = ""
    authority: str = ""
    changes: tuple[Alteration, ...] = ()


class Ledger:
    """The custody side of a case folder. Call its writing methods while the store is locked."""

    def __init__(self, store: Store, case: str) -> None:
        self.store, self.case = store, case
        self.events: list[Event] = []
        self.custody = Custody()
        self._inventory = Inventory(store)
        self.silent: dict[str, str] = {}  # by authority: why it gave no token, the last time it was asked
        self._last_seal = ""  # its SHA-256
        self._item_events: dict[int, int] = {}
        self._item_refs: dict[int, ItemRef] = {}
        self._awaited: list[str] = []  # signatures that were not there when they were last looked for

    @classmethod
    def load(cls, store: Store) -> Ledger:
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
            ledger = cls(store, first.case)
            ledger._inventory.look_again()
            ledger._read_on()
            if not ledger.events:
                raise damaged(names.seal_path(1), "it is missing")
            check_end(ledger._inventory, len(ledger.events))
        except FormatError as error:
            raise CustodyError(
                f"The case cannot be read: {error.happened}",
                safe="Nothing was changed.",
                next_step="Run `evidentia verify` on the folder: it lists everything that is wrong.",
            ) from error
        return ledger

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
        there = self.store.exists
        return frozenset(
            item
            for item in self.disclosed()
            if not there(names.record_path(item)) and not there(names.item_folder(item))
        )

    def disclosed(self) -> frozenset[int]:
        """Items that a disclosure allows to be withheld."""
        return frozenset(
            item
            for event in self.events
            if event.type is EventType.DISCLOSE
            for item, _ in withheld_items(event)
        )

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

    # Writing

    def record_item(self, item: int, tsa: Sequence[str]) -> ItemRef:
        """Write the record of an item whose files are in place, and take a timestamp over it at once.

        A record that an interruption left is kept: it is older, and so the better proof.
        """
        path = names.record_path(item)
        if not self.store.exists(path):
            files = self.store.paths(names.item_folder(item))
            digests = {file: file_sha256(self.store.folder / file) for file in files}
            self._inventory.create(path, write_record(item, secrets.token_hex(16), digests))
        self.stamp(path, tsa)
        return ItemRef(item=item, record=hashlib.sha256(self.store.read(path)).hexdigest())

    def append(
        self,
        kind: EventType,
        custodian: Acts,
        occasion: Occasion,
        *,
        items: Iterable[ItemRef] = (),
        others: Iterable[Custodian | Party] = (),
        details: dict[str, Any] | None = None,
        at: datetime | None = None,
    ) -> Event:
        """Add an event: check the rules, write it, seal it, sign the seal, stamp the signatures.

        Others whose key is at hand sign too; the receiver of a transfer signs later. Where anybody else's key is
        elsewhere the event is prepared, and takes its place when ``take`` has taken the last signature in.

        Raises:
            CustodyError: the rules of custody do not allow it; nothing was written.
            SigningError: somebody's certificate is not one to sign with now; nothing was written.
            SignatureAwaited: the event is prepared, or another is; it does not stand yet.
        """
        parties: tuple[Acts | Party, ...] = (custodian, *others)
        event = self.next_event(kind, parties, occasion, tuple(items), details, at)
        signers = [party for party in parties if isinstance(party, Custodian)]
        certificates = self._new_certificates(parties)
        if {actor.who for actor in must_sign(event)} - {signer.who for signer in signers}:
            self._prepare(event, certificates, signers)
        data = encode_event(event)
        for path, der in certificates.items():
            self._inventory.create(path, der)
        self._inventory.create(names.event_path(event.event), data)
        self._seal(event)
        for signer in signers:
            self.sign(event.event, signer)
        return event

    def next_event(
        self,
        kind: EventType,
        parties: tuple[Acts | Party, ...],
        occasion: Occasion,
        items: tuple[ItemRef, ...] = (),
        details: dict[str, Any] | None = None,
        at: datetime | None = None,
    ) -> Event:
        """The event that ``append`` would add now: for whoever must know beforehand that it may.

        Raises:
            CustodyError, SigningError, SignatureAwaited: as ``append``; nothing was written.
        """
        self.refresh()
        self._check_finished()
        self.check_whole()
        event = self._event(kind, parties, occasion, items, details or {}, at)
        self._check(event)
        for party in parties:
            check_may_sign(party, event_time(event))
        return event

    def _prepare(
        self, event: Event, certificates: dict[str, bytes], signers: Sequence[Custodian]
    ) -> NoReturn:
        """Lay an event down with its seal and the signatures of those whose key is at hand."""
        listed = {path: self._digest(path) for path in self._unsealed(event.items)}
        raise Prepared.make(self.store, event, listed, certificates, signers, self.silent).refusal()

    def prepared(self) -> Prepared | None:
        """The event that waits for signatures that are made elsewhere, if one does."""
        return Prepared.load(self.store)

    def take(self, path: str, data: bytes, tsa: Sequence[str]) -> bool:
        """File a signature that was made elsewhere and has been checked; the last one puts its event into place.

        The very same signature again is no error, so that its timestamp can be asked for once more.

        Returns:
            Whether a timestamp over it is there.

        Raises:
            CustodyError: another signature is there already.
        """
        prepared = self.prepared()
        if prepared is None:
            if not (self.store.exists(path) and self.store.read(path) == data):
                self._inventory.create(path, data)
            return self.stamp(path, tsa)
        stamped = prepared.add(path, data, tsa, self.silent)
        self._place(prepared)
        return stamped

    def _place(self, prepared: Prepared) -> None:
        if not prepared.awaited():
            prepared.place(self._inventory.create)
            self.refresh()

    def _seal(self, event: Event) -> None:
        digests = {path: self._digest(path) for path in self._unsealed(event.items)}
        self._inventory.create(names.seal_path(event.event), write_seal(event, digests))
        self.refresh()

    def complete(self, custodian: Acts) -> None:
        """Go on where an interruption stopped: seal an event that has no seal, sign as far as this key can."""
        self.refresh()
        self.check_whole()
        if (prepared := self.prepared()) is not None:
            self._place(prepared)
        number = len(self.events) + 1
        if self.store.exists(names.event_path(number)):
            self._seal(parse_event(number, self.store.read(names.event_path(number))))
        for path in self.unsigned():
            if isinstance(custodian, Custodian) and path.endswith(f".{custodian.who}.p7s"):
                self.sign(int(path.split("/")[1][:6]), custodian)

    def unsigned(self) -> list[str]:
        """Signatures that should be there and are not: an interruption came between the seal and its signature.

        The receiver of a transfer is not among them: that signature is pending by design.
        """
        self._awaited = [path for path in self._awaited if not self._is_signed(path)]
        unsealed = names.event_path(len(self.events) + 1)
        return [*self._awaited, *([unsealed] if self.store.exists(unsealed) else [])]

    def _is_signed(self, path: str) -> bool:
        return self.store.exists(path) or self.store.exists(path.removesuffix("p7s") + "pdf")

    def sign(self, event: int, custodian: Custodian) -> None:
        """Sign an event's seal as one of its actors, and take timestamps over the signature."""
        path = names.signature_path(event, custodian.who)
        self._inventory.create(path, sign_detached(self.store.read(names.seal_path(event)), custodian))
        self.stamp(path, custodian.tsa)

    def stamp(self, path: str, tsa: Sequence[str]) -> bool:
        """Take a token from each authority that has given none. Returns whether at least one is there.

        An authority that does not answer leaves the token pending: a visible state, not an error.
        """
        return take_tokens(self.store, path, tsa, self._inventory.create, self.silent)

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

    def _event(
        self,
        kind: EventType,
        parties: tuple[Acts | Party, ...],
        occasion: Occasion,
        items: tuple[ItemRef, ...],
        details: dict[str, Any],
        at: datetime | None,
    ) -> Event:
        return Event(
            format=1,
            case=self.case,
            event=len(self.events) + 1,
            type=kind,
            time=to_utc_text(at or now()),
            zone=stated_zone(),
            actors=tuple(party.actor for party in parties),
            place=occasion.place,
            reason=occasion.reason,
            authority=occasion.authority,
            tool=Tool(name="evidentia", version=VERSION),
            items=items,
            changes=occasion.changes,
            details=details,
        )

    def _check_finished(self) -> None:
        if (prepared := self.prepared()) is not None:
            self._place(prepared)
            if prepared.awaited():
                raise prepared.refusal()
        if self.unsigned():
            raise CustodyError(
                f"An earlier step was interrupted before it was signed: {self.unsigned()[0]}.",
                next_step="Run `evidentia finish` as the custodian who acted, then try again.",
            )

    def _check(self, event: Event) -> None:
        _, broken = step(self.custody, event)
        if broken:
            first = broken[0]
            raise CustodyError(
                f"{event.actors[0].name} cannot add '{event.type.value}' now ({first.rule.value}): {first.expected}.",
                next_step="See who holds custody with `evidentia show`.",
            )
        if self.events and event_time(event) < event_time(self.events[-1]):
            raise CustodyError(
                f"This machine's clock ({event.time}) is behind the last event ({self.events[-1].time}).",
                safe="What was gathered is kept in the case.",
                next_step="Set the clock right. Then run `evidentia finish` where something was gathered, "
                "or the command again.",
            )

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

    def _digest(self, path: str) -> str:
        return hashlib.sha256(self.store.read(path)).hexdigest()

    def _new_certificates(self, parties: Iterable[Acts | Party]) -> dict[str, bytes]:
        """The certificates of parties and of their issuers that the case does not have yet, by path."""
        found = {}
        for party in parties:
            chain = party.chain if isinstance(party, Acts) else ()
            for certificate in (party.certificate, *chain):
                der = certificate.public_bytes(Encoding.DER)
                found[names.trust_path(hashlib.sha256(der).hexdigest(), "cer")] = der
        return {path: der for path, der in found.items() if not self.store.exists(path)}

    def holds(self, party: Party) -> bool:
        """Whether a party holds custody at this moment."""
        return holder(party.actor) in self.custody.holders


def _signatures_of(event: Event) -> list[str]:
    """The signatures that an event asks for."""
    return [names.signature_path(event.event, actor.who) for actor in must_sign(event)]


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file in hex, read as a stream."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
