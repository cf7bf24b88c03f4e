"""A custodian at work in a case: events are appended and items admitted, always under the case's lock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from evidentia.custody.identity import Acts, Party
from evidentia.custody.intake import ITEM_FILE, Intake, Intent
from evidentia.custody.ledger import Ledger, Occasion
from evidentia.record.custody import Event, EventType, ItemRef
from evidentia.record.errors import CustodyError
from evidentia.record.item import Access, Item, ItemKind, Role
from evidentia.record.moment import now

from .gathering import Describe

PATIENCE = 60.0
"""Seconds that gathered evidence waits for another process: sealing is short, but for authorities that are silent."""


@dataclass(frozen=True)
class Acting:
    """Who acts, and the ledger that is written."""

    ledger: Ledger
    custodian: Acts

    def require_adding(self) -> None:
        """Ask, before anything is captured, whether the case takes evidence from this custodian now.

        Raises:
            CustodyError: the custodian does not hold the case, a transfer waits, or the case is closed.
            SignatureAwaited: an event is prepared, and nothing can be added before it stands.
        """
        self.ledger.refresh()
        if (prepared := self.ledger.prepared()) is not None and prepared.awaited():
            raise prepared.refusal()
        custody = self.ledger.custody
        if not self.ledger.holds(self.custodian):
            holders = ", ".join(sorted(holder.who for holder in custody.holders))
            raise CustodyError(
                f"{self.custodian.name} does not hold this case.",
                next_step=f"It is held by: {holders}. Ask for a transfer.",
            )
        if custody.waiting:
            raise CustodyError(
                "The case is frozen: a transfer waits for its answer.",
                next_step="Let the receiver run `evidentia receive`, or take it back: `evidentia receive --refuse`.",
            )
        if custody.closed:
            raise CustodyError(
                "The case is closed: no evidence can be added.",
                next_step="Open a new case for what has come since.",
            )

    def append(
        self,
        kind: EventType,
        occasion: Occasion,
        *,
        items: Sequence[ItemRef] = (),
        others: Sequence[Acts | Party] = (),
        details: dict[str, Any] | None = None,
    ) -> Event:
        """Add an event. Call it while the store is locked.

        Raises:
            CustodyError: the rules of custody do not allow it; nothing was written.
        """
        return self.ledger.append(kind, self.custodian, occasion, items=items, others=others, details=details)

    def appending(self, occasion: Occasion) -> Callable[[EventType, dict[str, Any]], Event]:
        """Adds events for one occasion, given their type and details."""
        return lambda kind, details: self.append(kind, occasion, details=details)

    def begin(
        self, kind: ItemKind, title: str, source: str, access: Access, original_name: str | None = None
    ) -> Intake:
        """Make room for an item, and note what it is going to be. Use it as a context."""
        intent = Intent(
            kind=kind,
            title=title,
            source=source,
            access=access,
            collector=self.custodian.who,
            started_at=now(),
            original_name=original_name,
        )
        return Intake.begin(self.ledger.store, intent)

    def admit(
        self,
        intake: Intake,
        describe: Describe,
        kind: EventType,
        occasion: Occasion,
        details: dict[str, Any] | None = None,
    ) -> Item:
        """Give what was gathered its number, its description, its record and its event."""
        with self.ledger.store.locked(PATIENCE):
            self.ledger.refresh()
            number = self.ledger.next_item()
            item = describe(number)
            intake.write(ITEM_FILE, Role.ORIGINAL, item)
            intake.admit(number)
            self.bring_in(number, kind, occasion, details)
        return item

    def bring_in(
        self, number: int, kind: EventType, occasion: Occasion, details: dict[str, Any] | None = None
    ) -> None:
        """Record an item that has its place, and append its event. Call it while the store is locked."""
        ref = self.ledger.record_item(number, self.custodian.tsa)
        self.append(kind, occasion, items=[ref], details=details)
