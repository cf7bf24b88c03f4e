"""The ledger of a case: events are appended, sealed, signed and stamped; nothing before is ever rewritten."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from cryptography.hazmat.primitives.serialization import Encoding

from evidentia._version import VERSION
from evidentia.formats import names
from evidentia.formats.custody_rules import holder, step
from evidentia.formats.event import encode_event, event_time, parse_event
from evidentia.formats.item_record import write_record
from evidentia.formats.seal import write_seal
from evidentia.record.custody import Alteration, Event, EventType, ItemRef, Tool
from evidentia.record.errors import CustodyError
from evidentia.record.moment import now, stated_zone, to_utc_text

from .history import History
from .identity import Acts, Custodian, Party
from .party import check_may_sign
from .prepared import Prepared, must_sign
from .signature import sign_detached
from .timestamps import take_tokens


@dataclass(frozen=True)
class Occasion:
    """Where, why and by what authority something is done; what it altered, and why that was right."""

    reason: str
    place: str = ""
    authority: str = ""
    changes: tuple[Alteration, ...] = ()


class Ledger(History):
    """A case's history that can be gone on with. Call its methods while the store is locked."""

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
        if prepared is None or not path.startswith(f"{names.seal_path(prepared.event.event)}."):
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
        unsigned = self.unsigned()
        for event in self.events:
            mine = names.signature_path(event.event, custodian.who)
            acts = holder(custodian.actor) in map(
                holder, event.actors
            )  # another key of that name signs nothing
            if isinstance(custodian, Custodian) and mine in unsigned and acts:
                self.sign(event.event, custodian)

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


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file in hex, read as a stream."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
