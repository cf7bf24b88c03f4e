"""Handing a case out: what may be withheld, and the bundle that a folder and its exports amount to.

A case folder keeps everything it has. So a bundle without some of its items is packed beside it, and the folder gets
an export of its own right after: its last export always describes the folder, and verifies.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from evidentia.custody.export import (
    Edition,
    check_held,
    derived_are_written,
    edition,
    pack,
    write_derived_of,
)
from evidentia.custody.ledger import Ledger
from evidentia.formats.event import withheld_items
from evidentia.record.custody import EventType, Head
from evidentia.record.errors import CustodyError, UsageError
from evidentia.record.item import Item, ItemKind

from .contents import Contents
from .gathering import Progress
from .telling import tell

if TYPE_CHECKING:
    from evidentia.docket.data_sets import DataSets

Append = Callable[[EventType, dict[str, Any]], object]
"""Adds an event of a type with its details, signed by whoever acts."""


def check_present(ledger: Ledger, items: Iterable[int]) -> None:
    """Only an item that is here can be named.

    Raises:
        UsageError: the case has no such item, or it is not in this folder.
    """
    for item in items:
        if item not in ledger.item_events() or item in ledger.absent():
            raise UsageError(
                f"Item {item} is not in this case.", next_step="List the items with `evidentia show`."
            )


def refs_of(ledger: Ledger, items: Iterable[int]) -> list[dict[str, Any]]:
    """Items with their records' digests, as disclosures and exports list them."""
    refs = ledger.item_refs()
    return [msgspec.to_builtins(refs[item]) for item in sorted(set(items))]


def hand_out(
    case: Contents,
    ledger: Ledger,
    append: Append,
    target: Path | None,
    withhold: Collection[int],
    progress: Progress,
    data: DataSets | None = None,
) -> Head:
    """Bring the folder's derived files up to its last export, and pack a bundle if one is named.

    Call it while the case is locked.

    Args:
        data: the data sets by which the exhibit tells the docket; None for those that come with evidentia.

    Returns:
        The head of the bundle: of the folder where nothing is withheld, else of the export that withholds.
    """
    _check_brought_in(ledger)
    own = ledger.absent()
    if withhold:
        _check_withholding(ledger, target, withhold)
        handed = _edition(case, ledger, append, own | set(withhold), progress, data)
        complete_folder(case, ledger, append, progress, data)
    else:
        handed = complete_folder(case, ledger, append, progress, data)
    if target is not None:
        progress("packing")
        pack(ledger, target, handed)
    return ledger.head(handed.event)


def complete_folder(
    case: Contents, ledger: Ledger, append: Append, progress: Progress, data: DataSets | None = None
) -> Edition:
    """Let the folder end in an export of what it holds, and write that export's derived files."""
    own = _edition(case, ledger, append, ledger.absent(), progress, data)
    progress("writing the manifests")
    write_derived_of(ledger, own)
    return own


def folder_is_complete(ledger: Ledger) -> bool:
    """Whether the last export is the folder's own, and, where it ends the chain, its derived files are all written.

    False after an interruption of an export, and where a timestamp came late over the export that ends the chain.
    """
    exports = [event for event in ledger.events if event.type is EventType.EXPORT]
    if not exports:
        return True
    if {item for item, _ in withheld_items(exports[-1])} != ledger.absent():
        return False
    return ledger.events[-1] is not exports[-1] or derived_are_written(ledger)


def telling_of(items: Iterable[Item], withheld: Collection[int]) -> tuple[int, ...]:
    """The items that stay in a bundle and tell of one that is withheld: what was read in it or tested, and all reports.

    A redacted copy is not among them: that it can be handed out is what it was made for.
    """
    telling = (
        *(ItemKind.READING, ItemKind.EXAMINATION, ItemKind.REPORT, ItemKind.DOCKET),
        *(ItemKind.REFERRAL, ItemKind.ANSWER),
    )
    return tuple(
        item.item
        for item in items
        if item.item not in withheld
        and item.kind in telling
        and (item.kind is ItemKind.REPORT or set(item.about) & set(withheld))
    )


def _edition(
    case: Contents,
    ledger: Ledger,
    append: Append,
    withheld: Collection[int],
    progress: Progress,
    data: DataSets | None,
) -> Edition:
    """The edition without these items: of the export that stands at the chain's end, or of a new one."""
    progress("writing the exhibit")
    number = _standing(ledger, withheld)
    index = _index(case, ledger, number - 1, withheld, data) if number else b""
    if not number or ledger.events[number - 1].details["index"] != _sha256(index):
        check_held(ledger, withheld)
        index = _index(case, ledger, len(ledger.events), withheld, data)
        append(EventType.EXPORT, {"index": _sha256(index), "withheld": refs_of(ledger, withheld)})
        number = len(ledger.events)
    return edition(ledger, number, index)


def _standing(ledger: Ledger, withheld: Collection[int]) -> int:
    """The number of the export at the chain's end that leaves out exactly these items, or 0.

    An export of the folder itself counts only as the last event; one that withholds more stands before it.
    """
    if ledger.needs_seal():
        return 0
    own = set(withheld) == ledger.absent()
    for event in reversed(ledger.events[-1:] if own else ledger.events):
        if event.type is not EventType.EXPORT:
            return 0
        if {item for item, _ in withheld_items(event)} == set(withheld):
            return event.event
    return 0


def _index(
    case: Contents, ledger: Ledger, events: int, withheld: Collection[int], data: DataSets | None
) -> bytes:
    """The exhibit page, which tells the state after so many events."""
    from evidentia.report.exhibit import exhibit_page

    head = ledger.head(events)
    told = tell(case, case.events[:events], head=head, withheld=withheld, data=data)
    return exhibit_page(told).encode()


def _check_brought_in(ledger: Ledger) -> None:
    if ledger.unsigned():
        raise CustodyError(
            f"The last event is not signed: {ledger.unsigned()[0]}.",
            next_step="Run `evidentia finish` as the custodian who acted, then export.",
        )
    ledger.check_whole()
    if left := ledger.unrecorded():
        raise CustodyError(
            f"Item {left[0]} has its place and no event yet: an interruption came between, and no bundle could pass.",
            next_step="Run `evidentia finish`, then export.",
        )


def _check_withholding(ledger: Ledger, target: Path | None, withhold: Collection[int]) -> None:
    check_present(ledger, withhold)
    if target is None:
        raise UsageError(
            "The case folder keeps all of its items: they can be withheld only from a bundle.",
            next_step="Name the ZIP to write.",
        )
    if ledger.custody.waiting:
        raise CustodyError(
            "A transfer waits for its answer, and custody passes as a whole.",
            next_step="Export with withheld items once the transfer has been answered.",
        )
    if hidden := set(withhold) - ledger.disclosed():
        raise CustodyError(
            f"No disclosure allows to withhold: {', '.join(map(str, sorted(hidden)))}.",
            next_step="Name them first, with the reason: `evidentia disclose`.",
        )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
