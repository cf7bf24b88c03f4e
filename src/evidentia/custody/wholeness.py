"""What must hold of a case folder before anything is appended to it: a seal binds what it finds for good.

It is no verdict, and costs the same however long a case is: what earlier seals bound is looked at by name only.
Whether its bytes are still those is for ``verify``, and for an export, which reads them anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Sequence

from evidentia.formats import names
from evidentia.formats.item_record import parse_record
from evidentia.formats.names import CustodyFile, CustodyFileKind
from evidentia.record.custody import Event
from evidentia.record.errors import CustodyError, FormatError, SigningError
from evidentia.verify.cms import CmsError
from evidentia.verify.timestamp import check_token

from .inventory import Inventory
from .sealable import Standing, is_of_item, standing
from .signature import check_detached
from .store import Store, damaged


def check_whole(
    store: Store,
    inventory: Inventory,
    events: Sequence[Event],
    items: Container[int],
    absent: Callable[[], Collection[int]],
) -> None:
    """Whether all that seals list is there, and all that the next seal would bind is worth it.

    Args:
        items: those that events have brought in.
        absent: gives the items that are rightly not in this folder.

    Raises:
        CustodyError: something is missing, too much, or does not hold.
    """
    for path in inventory.missing():
        found = names.custody_file(path)
        if found is None or not is_of_item(found) or found.number not in absent():
            raise damaged(path, "a seal lists it, and it is not there")
    check_end(inventory, len(events))
    for path in inventory.unsealed():
        if standing(path, events, items) is Standing.STRANGE:
            raise CustodyError(
                f"{path} is no file of a case, and a seal would bind it for good.",
                next_step="Move it out of the case folder, then run `evidentia finish`.",
            )
        if (found := names.custody_file(path)) is not None:
            _check_holds(store, found, events)


def check_end(inventory: Inventory, events: int) -> None:
    """Whether the chain ends where it seems to: nothing is there of an event behind the next one.

    Raises:
        CustodyError: a seal is missing before others.
    """
    for path in inventory.unsealed():
        found = names.custody_file(path)
        if found is not None and not is_of_item(found) and found.number > events + 1:
            raise damaged(names.seal_path(events + 1), f"it is missing, and {path} is there")


def _check_holds(store: Store, found: CustodyFile, events: Sequence[Event]) -> None:
    """Whether a record can be read, and a signature or a token holds over what it stands beside."""
    try:
        if found.kind is CustodyFileKind.RECORD:
            parse_record(found.number, store.read(found.path))
        elif found.kind is CustodyFileKind.SIGNATURE:
            seal = store.read(names.seal_path(found.number))
            check_detached(store.read(found.path), events[found.number - 1], seal)
        elif found.kind is CustodyFileKind.TOKEN:
            check_token(store.read(found.path), store.read(found.over))
    except (CmsError, FormatError, SigningError) as error:
        raise CustodyError(
            f"The case is damaged: {found.path} does not hold: {error}",
            next_step="Move it out of the case folder: `evidentia finish` signs again, `evidentia timestamp` asks for "
            "a new timestamp.",
        ) from error
