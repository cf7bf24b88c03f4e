"""What an interruption or a silent authority left open in a case, and how it is closed."""

from __future__ import annotations

from dataclasses import dataclass

from evidentia.custody.intake import ITEM_FILE, Intake, forget_notes
from evidentia.custody.ledger import Ledger, Occasion
from evidentia.record import reasons
from evidentia.record.custody import EventType
from evidentia.record.errors import UsageError
from evidentia.record.item import Item, Role

from .acting import Acting
from .contents import Contents
from .gathering import describe_interrupted
from .handing_out import complete_folder, folder_is_complete

_INTERRUPTED = Occasion(reasons.INTERRUPTED)
_WHOLE_FOLDER = Occasion(reasons.WHOLE_FOLDER)
_LATE = Occasion(reasons.LATE_TIMESTAMPS)


@dataclass(frozen=True)
class Unfinished:
    """What an interruption or a silent authority left open.

    ``gathered`` are folders with files that never became items and that nobody is at work on, ``unsealed`` items that
    no event has brought in, ``unsigned`` signatures that an interruption prevented, ``pending`` the records and
    signatures that have no timestamp. ``unexported``: the last export has not written the folder's own derived files.
    ``unbound``: something came after the last event, a late timestamp, that no event has bound yet. ``awaited`` are the
    signatures, made elsewhere, for which a prepared event waits; nothing else can be added before they are taken in.
    """

    gathered: tuple[str, ...]
    unsealed: tuple[int, ...]
    unsigned: tuple[str, ...]
    pending: tuple[str, ...]
    unexported: bool = False
    unbound: bool = False
    awaited: tuple[str, ...] = ()

    @property
    def interrupted(self) -> int:
        """How many steps wait for ``finish``."""
        counted = (self.gathered, self.unsealed, self.unsigned)
        return sum(map(len, counted)) + self.unexported + self.unbound

    @property
    def is_empty(self) -> bool:
        """Whether nothing is open."""
        return not (self.interrupted or self.pending or self.awaited)


def unfinished(ledger: Ledger) -> Unfinished:
    """What is open now."""
    gathered = tuple(str(intake.folder) for intake in Intake.left_behind(ledger.store))
    prepared = ledger.prepared()
    brought = {ref.item for ref in prepared.event.items} if prepared else set()
    unsealed = tuple(item for item in ledger.unrecorded() if item not in brought)
    unsigned = tuple(ledger.unsigned())
    return Unfinished(
        gathered,
        unsealed,
        unsigned,
        tuple(ledger.pending()),
        unexported=not folder_is_complete(ledger),
        unbound=not (unsealed or unsigned or prepared) and _is_unbound(ledger),
        awaited=prepared.awaited_paths() if prepared else (),
    )


def finish(acting: Acting) -> tuple[Item, ...]:
    """Go on where an interruption stopped.

    Returns:
        The items that were brought in, marked as interrupted.
    """
    ledger, contents = acting.ledger, Contents(acting.ledger)
    with ledger.store.locked():
        ledger.complete(acting.custodian)
        unrecorded = ledger.unrecorded()
        for number in unrecorded:  # before others take a number: items have no gap
            acting.bring_in(number, EventType.ACQUIRE, _INTERRUPTED)
    done = list(map(contents.item, unrecorded))
    done += [_admit_left(acting, intake) for intake in Intake.left_behind(ledger.store)]
    with ledger.store.locked():
        ledger.refresh()
        forget_notes(ledger.store)
        _bind_and_complete(acting)
    return tuple(done)


def stamp_pending(acting: Acting) -> tuple[str, ...]:
    """Complete timestamps that were pending, and bind them with an event.

    Returns:
        What is still pending.

    Raises:
        UsageError: the custodian has no timestamp authority.
    """
    if not acting.custodian.tsa:
        raise UsageError(
            "No timestamp authority is named: there is nobody to ask.",
            next_step="Name one with --tsa or EVIDENTIA_TSA.",
        )
    ledger = acting.ledger
    with ledger.store.locked():
        ledger.refresh()
        for path in ledger.pending():
            ledger.stamp(path, acting.custodian.tsa)
        _bind_and_complete(acting)
    return tuple(ledger.pending())


def _is_unbound(ledger: Ledger) -> bool:
    """Whether something came that only another event can bind; while a transfer waits, its answer will."""
    return not ledger.custody.waiting and ledger.needs_seal()


def _bind_and_complete(acting: Acting) -> None:
    """Bind what came late, and let the derived files of a folder that ends in an export tell of it."""
    ledger = acting.ledger
    if _is_unbound(ledger):
        acting.append(EventType.TIMESTAMP, _LATE)
    if not folder_is_complete(ledger):
        complete_folder(Contents(ledger), ledger, acting.appending(_WHOLE_FOLDER), lambda _: None)


def _admit_left(acting: Acting, intake: Intake) -> Item:
    """An item that was described in full keeps its description; otherwise the interruption is part of it."""
    ledger = acting.ledger
    with ledger.store.locked():
        ledger.refresh()
        number = ledger.next_item()
        item = intake.described_as(number)
        if item is None:
            item = describe_interrupted(intake)(number)
            intake.write(ITEM_FILE, Role.ORIGINAL, item)
        intake.admit(number)
        acting.bring_in(number, EventType.ACQUIRE, _INTERRUPTED)
    return item
