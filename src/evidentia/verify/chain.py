"""The chain of events and seals: what was said, in which order, and that each file is sealed exactly once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from evidentia.formats import names
from evidentia.formats.custody_rules import Custody, step
from evidentia.formats.event import parse_event, withheld_items
from evidentia.formats.names import CustodyFile, CustodyFileKind
from evidentia.formats.seal import Seal, header_of, parse_seal
from evidentia.record.custody import Event, EventType
from evidentia.record.errors import FormatError
from evidentia.record.verdict import Fault

from .codes import Code, fault

LARGEST_CUSTODY_FILE = 64 * 1024 * 1024  # bytes; seals and records of the largest cases stay far below
LARGEST_CUSTODY = 512 * 1024 * 1024  # bytes in all, in memory; 10,000 items and 10,000 events need 150 MB


class Chain(NamedTuple):
    """What stands under ``custody/`` and ``trust/``, read and compared.

    ``contents`` holds every file by path, ``sealed_by`` the number of the event whose seal lists it. ``items``
    maps an item to the event that brings it in and the digest of its record. ``withheld`` maps the items that
    the last export leaves out to their records' digests.
    """

    events: tuple[Event, ...]
    seals: dict[int, Seal]
    contents: dict[str, bytes]
    sealed_by: dict[str, int]
    items: dict[int, tuple[int, str]]
    withheld: dict[int, str]
    custody: Custody
    faults: tuple[Fault, ...]


def read_chain(contents: dict[str, bytes]) -> Chain:
    """Read all events and seals from the files under ``custody/`` and ``trust/``. Pure."""
    files = [found for path in sorted(contents) if (found := names.custody_file(path)) is not None]
    faults: list[Fault] = []
    events = _read_events(contents, files, faults)
    seals = _read_seals(contents, events, faults)
    withheld = _withheld(events, faults)
    items = _introduced(events, faults)
    sealed_by = _check_sealed(contents, events, seals, withheld, faults)
    _check_unsealed(contents, len(events), sealed_by, faults)
    custody = _check_custody(events, faults)
    return Chain(events, seals, contents, sealed_by, items, withheld, custody, tuple(faults))


def _read_events(
    contents: dict[str, bytes], files: list[CustodyFile], faults: list[Fault]
) -> tuple[Event, ...]:
    numbered = [f.number for f in files if not _is_of_record(f)]
    if not numbered:
        faults.append(fault(Code.NO_EVENTS, names.event_path(1), "at least one event", "none"))
        return ()
    events: list[Event] = []
    for number in range(1, max(numbered) + 1):
        path = names.event_path(number)
        if path not in contents:
            faults.append(fault(Code.EVENT_MISSING, path, f"event {number} of {max(numbered)}", "not there"))
            return tuple(events)
        try:
            event = parse_event(number, contents[path])
        except FormatError as error:
            faults.append(fault(Code.EVENT_MALFORMED, path, "an event as the format has it", error.happened))
            return tuple(events)
        if events and event.case != events[0].case:
            faults.append(fault(Code.EVENT_OF_OTHER_CASE, path, events[0].case, event.case))
        events.append(event)
    return tuple(events)


def _is_of_record(found: CustodyFile) -> bool:
    over_record = found.kind is CustodyFileKind.TOKEN and not found.who
    return over_record or found.kind is CustodyFileKind.RECORD


def _read_seals(
    contents: dict[str, bytes], events: tuple[Event, ...], faults: list[Fault]
) -> dict[int, Seal]:
    seals: dict[int, Seal] = {}
    for event in events:
        path = names.seal_path(event.event)
        if path not in contents:
            faults.append(fault(Code.SEAL_MISSING, path, "a seal for every event", "not there"))
            continue
        try:
            seal = parse_seal(event.event, contents[path])
        except FormatError as error:
            faults.append(fault(Code.SEAL_MALFORMED, path, "a seal as the format has it", error.happened))
            continue
        if seal.header != header_of(event):
            faults.append(
                fault(Code.SEAL_HEADER_DIFFERS, path, " / ".join(header_of(event)), " / ".join(seal.header))
            )
        seals[event.event] = seal
    return seals


def _withheld(events: tuple[Event, ...], faults: list[Fault]) -> dict[int, str]:
    """What the latest export leaves out; each export's set must have been disclosed before it."""
    disclosed: set[tuple[int, str]] = set()
    latest: dict[int, str] = {}
    for event in events:
        named = set(withheld_items(event))
        if event.type is EventType.DISCLOSE:
            disclosed |= named
        elif event.type is EventType.EXPORT:
            latest = dict(named)
            for item, _ in sorted(named - disclosed):
                path = names.event_path(event.event)
                faults.append(
                    fault(Code.WITHHELD_NOT_ALLOWED, path, "items that a disclosure names", f"item {item}")
                )
    return latest


def _introduced(events: tuple[Event, ...], faults: list[Fault]) -> dict[int, tuple[int, str]]:
    items: dict[int, tuple[int, str]] = {}
    for event in events:
        for ref in event.items:
            if ref.item in items:
                found = f"events {items[ref.item][0]} and {event.event}"
                faults.append(
                    fault(Code.ITEM_TWICE, names.item_folder(ref.item), "one event for each item", found)
                )
            else:
                items[ref.item] = (event.event, ref.record)
    for number in range(1, max(items, default=0) + 1):
        if number not in items:
            faults.append(
                fault(Code.ITEM_MISSING, names.item_folder(number), "items without a gap", "no event")
            )
    return items


def _check_sealed(
    contents: dict[str, bytes],
    events: tuple[Event, ...],
    seals: dict[int, Seal],
    withheld: dict[int, str],
    faults: list[Fault],
) -> dict[str, int]:
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in contents.items()}
    sealed_by: dict[str, int] = {}
    for number, seal in seals.items():
        where = names.seal_path(number)
        listed = {line.path for line in seal.lines}
        for path in _must_list(events[number - 1]) - listed:
            faults.append(fault(Code.SEAL_INCOMPLETE, where, f"lists {path}", "it does not"))
        for line in seal.lines:
            if line.path in sealed_by:
                faults.append(
                    fault(
                        Code.SEALED_TWICE,
                        line.path,
                        "one seal for each file",
                        f"{sealed_by[line.path]}, {number}",
                    )
                )
                continue
            sealed_by[line.path] = number
            if not _may_list(line.path, events[number - 1]):
                faults.append(fault(Code.SEAL_MALFORMED, where, "files that may be sealed here", line.path))
            if line.path in digests:
                if digests[line.path] != line.digest:
                    faults.append(fault(Code.SEALED_FILE_CHANGED, line.path, line.digest, digests[line.path]))
            elif not _is_of_withheld(line.path, withheld):
                faults.append(fault(Code.SEALED_FILE_MISSING, line.path, line.digest, "not there"))
    return sealed_by


def _must_list(event: Event) -> set[str]:
    """What a seal cannot leave out: its event, the records that the event brings in, the seal before."""
    must = {names.event_path(event.event)}
    must |= {names.record_path(ref.item) for ref in event.items}
    if event.event > 1:
        must.add(names.seal_path(event.event - 1))
    return must


def _may_list(path: str, event: Event) -> bool:
    if names.is_trust_path(path):
        return True
    found = names.custody_file(path)
    if found is None:
        return False
    if found.kind in (CustodyFileKind.EVENT, CustodyFileKind.SEAL, CustodyFileKind.RECORD):
        return path in _must_list(event)
    return _is_of_record(found) or found.number < event.event


def _is_of_withheld(path: str, withheld: dict[int, str]) -> bool:
    found = names.custody_file(path)
    if found is None or found.number not in withheld:
        return False
    return _is_of_record(found)


def _check_unsealed(
    contents: Iterable[str], last: int, sealed_by: dict[str, int], faults: list[Fault]
) -> None:
    """Only the last seal, and what stands over it, need no seal."""
    for path in contents:
        if path in sealed_by:
            continue
        found = names.custody_file(path)
        over_last_seal = (
            found is not None
            and found.number == last
            and (found.kind in _OVER_SEALS or (found.kind is CustodyFileKind.TOKEN and found.who != ""))
        )
        if not over_last_seal:
            faults.append(fault(Code.UNSEALED_FILE, path, "listed by a seal", "no seal lists it yet"))


_OVER_SEALS = (CustodyFileKind.SEAL, CustodyFileKind.SIGNATURE, CustodyFileKind.PDF_SIGNATURE)


def _check_custody(events: tuple[Event, ...], faults: list[Fault]) -> Custody:
    custody = Custody()
    for event in events:
        custody, broken = step(custody, event)
        for rule in broken:
            faults.append(
                fault(Code(rule.rule.value), names.event_path(event.event), rule.expected, rule.found)
            )
    return custody
