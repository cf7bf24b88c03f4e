"""What a receipt says of a bundle that is handed over: gathered from its records, its bytes, and a verdict on them.

Who hands over and who receives is taken from the chain where it names them, and is empty where it does not: an
agency's name is never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from evidentia._version import VERSION
from evidentia.custody.ledger import Ledger
from evidentia.custody.store import Store
from evidentia.formats.custody_rules import Custody, Holder, holder, step
from evidentia.formats.head import printed_head
from evidentia.record.custody import Actor, Event, EventType, Head, Tool
from evidentia.record.errors import UsageError
from evidentia.record.hand_over import (
    HandedBundle,
    HandedItem,
    HandOver,
    Origin,
    SealsJudged,
    Signatory,
    StatedTransfer,
)
from evidentia.record.moment import now
from evidentia.record.verdict import Fault
from evidentia.report.inert import well_formed
from evidentia.report.material import zone_of
from evidentia.report.recorded import Recorded
from evidentia.verify import Trust, verify
from evidentia.verify.certificates import fingerprint

from .contents import Contents
from .gathering import Progress
from .importing import sayable, sealed_zip
from .recorded import recorded, withheld_of
from .unchanged import require_unchanged, state_of

UTC_ZONE = "+00:00"

_GOES_ON = frozenset({EventType.EXPORT, EventType.DISCLOSE, EventType.TIMESTAMP, EventType.RENEW})
"""What may follow an answered transfer while the receipt is still the receipt of that transfer."""


@dataclass(frozen=True)
class Stated:
    """What the caller states of a hand-over. What is empty is taken from the chain where it says it, and else left
    empty."""

    number: str = ""
    giver: str = ""
    giver_office: str = ""
    receiver: str = ""
    receiver_office: str = ""
    handed_at: datetime | None = None
    place: str = ""
    how: str = ""
    authority: str = ""


class _Parties(NamedTuple):
    givers: tuple[Signatory, ...] = ()
    receivers: tuple[Signatory, ...] = ()
    transfer: StatedTransfer | None = None


class _Handed(NamedTuple):
    path: Path
    name: str
    bundle: HandedBundle
    held_by: tuple[Signatory, ...] = ()


def hand_over(
    where: str | Path,
    stated: Stated | None = None,
    *,
    item: int | None = None,
    trust: Trust | None = None,
    head: Head | None = None,
    written_at: datetime | None = None,
    progress: Progress = lambda step: None,
) -> HandOver:
    """What is handed over with a bundle, or with the folder of a case.

    Args:
        item: the item of the case in ``where`` that is a bundle of another agency: the receipt is then of that bundle.
        trust: the caller's anchors, by which its seals are judged now; None leaves them unjudged.
        head: a head from elsewhere that it must continue.
        written_at: the time that the receipt states; None is now.

    Raises:
        UsageError: nothing is there, the item is no bundle, or a head is given without anchors.
        CustodyError: it cannot be read as a bundle, or changed while it was read.
    """
    said, at = stated or Stated(), written_at or now().replace(microsecond=0)
    if head is not None and trust is None:
        raise UsageError(
            "A head alone judges nothing.", next_step="Name your anchors for persons too: --trust."
        )
    found = _handed(Path(where), item)
    progress("reading")
    before = state_of(found.path)
    told = recorded(found.path, with_lives=False)
    parties = _parties(told.events)
    progress("verifying")
    seals = None if trust is None else _judged(found.path, trust, head, at)
    require_unchanged(found.path, before, found.name)
    return HandOver(
        number=said.number,
        case=told.case,
        title=told.title,
        bundle=msgspec.structs.replace(found.bundle, size=before.size, sha256=before.sha256),
        items=tuple(_items(told)),
        head=told.head,
        givers=_named(said.giver, said.giver_office) or parties.givers,
        receivers=_named(said.receiver, said.receiver_office) or parties.receivers or found.held_by,
        handed_at=said.handed_at,
        place=said.place,
        how=said.how,
        authority=said.authority,
        transfer=parties.transfer,
        seals=seals,
        problems=tuple(map(well_formed, told.problems)),
        written_at=at,
        zone=zone_of_events(told.events),
        tool=Tool(name="evidentia", version=VERSION),
    )


def zone_of_events(events: Iterable[Event]) -> str:
    """The offset in which the last event states its time: a sheet must not depend on the machine that makes it."""
    zone = next((event.zone for event in reversed(tuple(events))), UTC_ZONE)
    try:
        zone_of(zone)
    except UsageError:
        return UTC_ZONE
    return zone


def _handed(where: Path, item: int | None) -> _Handed:
    if item is None:
        name = well_formed(where.absolute().name or where.resolve().name)
        return _Handed(where, name, HandedBundle(name=name, size=None, sha256=None))
    if not where.is_dir():
        raise UsageError(
            f"{where} is no case folder; a bundle that was taken in lies in one.",
            next_step="Name the folder of the case that took it in, or the bundle alone without --item.",
        )
    ledger = Ledger.load(Store(where))
    case = Contents(ledger)
    held = case.item(item)
    path = sealed_zip(case, held)
    name = held.original_name or path.name
    bundle = HandedBundle(
        name=name,
        size=None,
        sha256=None,
        held_by=case.id,
        item=item,
        source=held.source,
        received_at=held.times.received_at,
    )
    return _Handed(path, name, bundle, _holders(_walked(case.events)))


def _judged(path: Path, trust: Trust, head: Head | None, at: datetime) -> SealsJudged:
    verdict = verify(path, trust, head=head)
    return SealsJudged(
        status=verdict.status,
        requirements=verdict.requirements,
        faults=msgspec.convert(sayable(verdict.faults), tuple[Fault, ...]),
        judged_at=at,
        compared_with=None if head is None else printed_head(head),
        signers=tuple(sorted(map(fingerprint, trust.signers))),
        authorities=tuple(sorted(map(fingerprint, trust.authorities))),
    )


def _items(told: Recorded) -> Iterable[HandedItem]:
    here = {one.item: one for one in told.items}
    left_out = withheld_of(told.events) & set(told.withheld)
    for number, record in sorted(told.records.items()):
        found = here.get(number)
        yield HandedItem(
            item=number,
            kind=None if found is None else found.kind,
            title="" if found is None else found.title,
            captured_at=None if found is None else found.times.captured_at,
            received_at=None if found is None else found.times.received_at,
            record=record,
            files=() if found is None else found.files,
            withheld=number in left_out,
        )


def _named(name: str, office: str) -> tuple[Signatory, ...]:
    return (Signatory(name=name, office=office, origin=Origin.GIVEN),) if name or office else ()


@dataclass
class _Walked:
    """A chain walked to its end: who holds the case since which event, and its last transfer."""

    custody: Custody
    actors: dict[Holder, Actor]
    since: dict[Holder, int]
    transfer: StatedTransfer | None = None
    senders: frozenset[Holder] = frozenset()
    receivers: frozenset[Holder] = frozenset()
    went_on: bool = False


def _walked(events: Iterable[Event]) -> _Walked:
    found = _Walked(Custody(), {}, {})
    for event in events:
        before = found.custody.holders
        after, broken = step(found.custody, event)
        if broken:
            found.custody = after
            continue
        found.actors |= {holder(actor): actor for actor in event.actors}
        found.since |= dict.fromkeys(after.holders - before, event.event)
        if event.type is EventType.TRANSFER:
            found.transfer = StatedTransfer(event=event.event, answer=None, accepted=None)
            found.senders, found.receivers, found.went_on = before, after.receivers, False
        elif event.type is EventType.RECEIVE and found.transfer is not None:
            accepted = event.details["outcome"] == "accepted"
            found.transfer = StatedTransfer(event=found.transfer.event, answer=event.event, accepted=accepted)
        elif event.type not in _GOES_ON:
            found.went_on = True
        found.custody = after
    return found


def _parties(events: Iterable[Event]) -> _Parties:
    """Who hands over to whom, as the chain has it: its last transfer, unless that was refused or work went on after it;
    then who holds the case hands it over, and to whom is open."""
    found = _walked(events)
    transfer = found.transfer
    if transfer is None or transfer.accepted is False or found.went_on:
        return _Parties(_holders(found), (), transfer)
    senders = _signatories(found, found.senders, transfer.event)
    return _Parties(senders, _signatories(found, found.receivers, transfer.event), transfer)


def _holders(found: _Walked) -> tuple[Signatory, ...]:
    return _signatories(found, found.custody.holders, None)


def _signatories(found: _Walked, whos: Iterable[Holder], event: int | None) -> tuple[Signatory, ...]:
    people = sorted((one for one in whos if one in found.actors), key=lambda one: one.who)
    return tuple(
        Signatory(
            name=found.actors[one].name,
            office=", ".join(
                part for part in (found.actors[one].role, found.actors[one].organisation) if part
            ),
            origin=Origin.CHAIN,
            event=found.since.get(one) if event is None else event,
        )
        for one in people
    )
