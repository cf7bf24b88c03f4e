"""Whether a bundle only appended to an older one: the older's history is its beginning, byte for byte."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from evidentia.formats import names
from evidentia.formats.names import CustodyFileKind
from evidentia.record.verdict import Fault, Note

from .bundle import Bundle
from .chain import Chain
from .codes import Code, NoteCode, fault, note
from .digests import hash_files
from .items import Items


def check_since(
    chain: Chain, items: Items, old: Bundle, old_contents: Mapping[str, bytes], unreadable: Sequence[Fault]
) -> tuple[tuple[Fault, ...], tuple[Note, ...]]:
    """Compare a bundle with an older one, of which nothing is believed but its bytes.

    Args:
        chain: the newer bundle's events and seals.
        items: its evidence, with the digests that its records state.
        old: the older bundle, as it was opened.
        old_contents: what stands in it under ``custody/`` and ``trust/``.
        unreadable: what is wrong with the older one as a container.
    """
    faults = [
        fault(Code.HISTORY_UNREADABLE, one.path, one.expected, f"{one.code}: {one.found}")
        for one in unreadable
    ]
    last = _last_event(old_contents)
    if last is None:
        faults.append(fault(Code.HISTORY_UNREADABLE, "", "an older bundle with its events from 1 on", "none"))
    faults += _check_custody(chain, old_contents)
    faults += _check_evidence(chain, items, old)
    if faults or last is None:
        return tuple(faults), ()
    return (), (note(NoteCode.APPENDED, "", added=len(chain.events) - last, known=last),)


def _last_event(contents: Mapping[str, bytes]) -> int | None:
    """The number of the last event, or None where there is none or one is missing before it."""
    found = (names.custody_file(path) for path in contents)
    events = {one.number for one in found if one is not None and one.kind is CustodyFileKind.EVENT}
    return len(events) if events and events == set(range(1, len(events) + 1)) else None


def _check_custody(chain: Chain, old: Mapping[str, bytes]) -> Iterator[Fault]:
    for path, data in sorted(old.items()):
        mine = chain.contents.get(path)
        if mine == data or (mine is None and _is_withheld(path, chain)):
            continue
        found = "not there" if mine is None else _sha256(mine)
        yield fault(Code.HISTORY_DIFFERS, path, _sha256(data), found)


def _is_withheld(path: str, chain: Chain) -> bool:
    """Whether a record, or a token over one, is absent because the newer bundle withholds its item."""
    found = names.custody_file(path)
    return found is not None and path.startswith("custody/items/") and found.number in chain.withheld


def _check_evidence(chain: Chain, items: Items, old: Bundle) -> Iterator[Fault]:
    """Files that both have are equal. The newer one's are compared with its records elsewhere, so those speak here."""

    old_files = hash_files(old, sorted(path for path in old.sizes if path in items.stated))
    for path, reason in old_files.unreadable.items():
        yield fault(Code.HISTORY_UNREADABLE, path, "readable bytes", reason)
    for path, found in old_files.digests.items():
        if found != items.stated[path]:
            yield fault(Code.HISTORY_DIFFERS, path, found, items.stated[path])


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
