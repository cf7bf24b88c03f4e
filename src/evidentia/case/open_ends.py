"""What an interruption or a silent authority left open in a case, and how it is closed."""

from __future__ import annotations

from dataclasses import dataclass

from evidentia.custody.intake import ITEM_FILE, Intake
from evidentia.custody.ledger import Ledger, Occasion
from evidentia.formats import names
from evidentia.record.custody import EventType
from evidentia.record.item import Item, Role

from .acting import Acting
from .contents import Contents
from .gathering import describe_interrupted
from .handing_out import complete_folder, left_without_own_export

_INTERRUPTED = Occasion("brought in after an interruption")
_WHOLE_FOLDER = Occasion("export of the whole folder, after an interruption")
_LATE = Occasion("timestamps that came late")


@dataclass(frozen=True)
class Unfinished:
    """What an interruption or a silent authority left open.

    ``gathered`` are folders with files that never became items, ``unsealed`` items that no event has brought in,
    ``unsigned`` signatures that an interruption prevented, ``pending`` the records and signatures that have no
    timestamp. ``unexported``: the last export withholds items that the folder holds, and its own is missing.
    """

    gathered: tuple[str, ...]
    unsealed: tuple[int, ...]
    unsigned: tuple[str, ...]
    pending: tuple[str, ...]
    unexported: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is open."""
        return not (self.gathered or self.unsealed or self.unsigned or self.pending or self.unexported)


def unfinished(ledger: Ledger) -> Unfinished:
    """What is open now."""
    gathered = tuple(str(intake.folder) for intake in Intake.left_behind(ledger.store))
    return Unfinished(
        gathered,
        tuple(ledger.unrecorded()),
        tuple(ledger.unsigned()),
        tuple(ledger.pending()),
        left_without_own_export(ledger),
    )


def finish(acting: Acting) -> tuple[Item, ...]:
    """Go on where an interruption stopped.

    Returns:
        The items that were brought in, marked as interrupted.
    """
    ledger, contents = acting.ledger, Contents(acting.ledger)
    with ledger.store.locked():
        ledger.complete(acting.custodian)
    done = [_admit_left(acting, intake) for intake in Intake.left_behind(ledger.store)]
    with ledger.store.locked():
        ledger.refresh()
        for number in ledger.unrecorded():
            acting.bring_in(number, EventType.ACQUIRE, _INTERRUPTED)
            done.append(contents.item(number))
    with ledger.store.locked():
        if left_without_own_export(ledger):
            complete_folder(contents, ledger, acting.appending(_WHOLE_FOLDER), lambda _: None)
    return tuple(done)


def stamp_pending(acting: Acting) -> tuple[str, ...]:
    """Complete timestamps that were pending, and bind them with an event.

    Returns:
        What is still pending.
    """
    ledger = acting.ledger
    with ledger.store.locked():
        ledger.refresh()
        came = [path for path in ledger.pending() if ledger.stamp(path, acting.custodian.tsa)]
        last = names.seal_path(len(ledger.events))
        if any(not path.startswith(last) for path in came):
            acting.append(EventType.TIMESTAMP, _LATE)
    return tuple(ledger.pending())


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
