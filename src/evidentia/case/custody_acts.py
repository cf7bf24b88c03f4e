"""Acts of custody: who holds a case from now on, what may be withheld, what became of it, that it is closed."""

from __future__ import annotations

from collections.abc import Sequence

from evidentia.custody.identity import Acts, Custodian, Party
from evidentia.custody.intake import gathered
from evidentia.custody.ledger import Occasion
from evidentia.custody.party import check_may_sign
from evidentia.custody.store import Store
from evidentia.formats.bag import DERIVED
from evidentia.record.custody import Event, EventType
from evidentia.record.errors import CustodyError, UsageError
from evidentia.record.moment import now
from evidentia.record.verdict import Status

from .acting import Acting
from .handing_out import check_present, refs_of
from .open_ends import unfinished
from .signing_elsewhere import countersignature_awaited


def note(acting: Acting, text: str, occasion: Occasion) -> Event:
    """Write a remark: see ``Case.note``."""
    with acting.ledger.store.locked():
        return acting.append(EventType.NOTE, occasion, details={"text": text})


def status(acting: Acting, text: str, occasion: Occasion) -> Event:
    """State how far the matter has come: see ``Case.status``."""
    with acting.ledger.store.locked():
        return acting.append(EventType.STATUS, occasion, details={"status": text})


def close(acting: Acting, occasion: Occasion) -> Event:
    """Close the case: see ``Case.close``."""
    with acting.ledger.store.locked():
        acting.ledger.refresh()
        if gathered(acting.ledger.store) or unfinished(acting.ledger).unsealed:
            raise CustodyError(
                "Evidence that was gathered has not been brought in yet, and could not come after closing.",
                next_step="Run `evidentia finish`, then close.",
            )
        return acting.append(EventType.CLOSE, occasion)


def admit(acting: Acting, newcomer: Acts | Party, occasion: Occasion) -> Event:
    """Let somebody else hold custody as well: see ``Case.admit``."""
    with acting.ledger.store.locked():
        details = {"admitted": newcomer.who}
        return acting.append(EventType.ADMIT, occasion, others=(newcomer,), details=details)


def rekey(acting: Acting, replaced: str, by: Acts | Party, occasion: Occasion) -> Event:
    """Put a new key in the place of a holder's: see ``Case.rekey``."""
    with acting.ledger.store.locked():
        details = {"replaced": replaced, "by": by.who}
        return acting.append(EventType.REKEY, occasion, others=(by,), details=details)


def transfer(acting: Acting, to: Party, occasion: Occasion) -> Event:
    """Hand the case over; the transfer waits for the receiver: see ``Case.transfer``."""
    party = Party(to.who, to.name, to.role, to.organisation, to.certificate)  # who signs later, not now
    with acting.ledger.store.locked():
        return acting.append(EventType.TRANSFER, occasion, others=(party,), details={"to": [to.who]})


def receive(acting: Acting, accept: bool, occasion: Occasion) -> Event:
    """Answer the transfer that waits: see ``Case.receive``."""
    ledger = acting.ledger
    with ledger.store.locked():
        ledger.refresh()
        waiting = ledger.custody.waiting
        if not waiting:
            raise CustodyError(
                "No transfer waits for an answer.", next_step="Ask the sender to transfer the case."
            )
        if accept:
            _check_intact(ledger.store)
            _countersign(acting, waiting)
        details = {"transfer": waiting, "outcome": "accepted" if accept else "refused"}
        return acting.append(EventType.RECEIVE, occasion, details=details)


def _countersign(acting: Acting, transfer: int) -> None:
    ledger, receiver = acting.ledger, acting.custodian
    if ledger.is_signed(transfer, receiver.who):
        return
    if not isinstance(receiver, Custodian):
        raise countersignature_awaited(ledger.events[transfer - 1], receiver.who)
    check_may_sign(receiver, now())
    ledger.sign(transfer, receiver)


def disclose(acting: Acting, items: Sequence[int], occasion: Occasion) -> Event:
    """Name items that may be withheld from exports: see ``Case.disclose``."""
    if not items:
        raise UsageError("No item is named.", next_step="Name the items that may be withheld.")
    ledger = acting.ledger
    with ledger.store.locked():
        ledger.refresh()
        check_present(ledger, items)
        details = {"may_withhold": refs_of(ledger, items)}
        return acting.append(EventType.DISCLOSE, occasion, details=details)


def _check_intact(store: Store) -> None:
    """What a receiver must know before countersigning: nothing of the case has been touched."""
    from evidentia.verify import Trust, verify

    verdict = verify(store.folder, Trust((), ()))
    broken = [
        fault for fault in verdict.faults if fault.status is Status.FAILED and fault.path not in DERIVED
    ]
    if broken:
        first = broken[0]
        raise CustodyError(
            f"The case is not intact: {first.code} at {first.path}; {len(broken)} faults in all.",
            safe="Nothing was signed.",
            next_step="Run `evidentia verify` on the folder, and refuse the transfer.",
        )
