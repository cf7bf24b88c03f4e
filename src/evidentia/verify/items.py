"""The items: every file in its record, every record in its event, nothing besides."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from evidentia.formats import names
from evidentia.formats.item_record import parse_record
from evidentia.formats.names import CustodyFileKind, custody_file
from evidentia.record.errors import FormatError
from evidentia.record.verdict import Fault

from .bundle import Bundle
from .chain import Chain
from .codes import Code, fault
from .digests import hash_files


class Items(NamedTuple):
    """The payload as it was found: the files of each item that is here, and the digests that records state."""

    files: dict[int, int]
    stated: dict[str, str]
    octets: int
    faults: tuple[Fault, ...]


def check_items(bundle: Bundle, chain: Chain) -> Items:
    """Compare every file under ``data/`` with its record, hashing on all processors."""
    faults: list[Fault] = []
    folders = _by_item(bundle, faults)
    stated: dict[str, str] = {}
    for item in sorted(folders.keys() | chain.items.keys() | chain.withheld.keys() | _recorded(chain)):
        found = folders.get(item, set())
        if item in chain.withheld and item in chain.items:
            _check_withheld(item, chain, found, faults)
        else:
            stated |= _read_record(item, chain, found, faults)
    present = {path for paths in folders.values() for path in paths}
    _compare(bundle, {path: digest for path, digest in stated.items() if path in present}, faults)
    octets = sum(bundle.sizes[path] for path in present)
    return Items({item: len(paths) for item, paths in folders.items()}, stated, octets, tuple(faults))


def _by_item(bundle: Bundle, faults: list[Fault]) -> dict[int, set[str]]:
    folders: dict[int, set[str]] = {}
    for path in bundle.sizes:
        if path.startswith("data/"):
            number = path.split("/")[1]
            if not names.NUMBER.fullmatch(number) or number == "000000":
                faults.append(fault(Code.NAME_REFUSED, path, "data/NNNNNN/…", path))
            else:
                folders.setdefault(int(number), set()).add(path)
    return folders


def _recorded(chain: Chain) -> set[int]:
    files = (found for path in chain.contents if (found := custody_file(path)) is not None)
    return {found.number for found in files if found.kind is CustodyFileKind.RECORD}


def _check_withheld(item: int, chain: Chain, found: set[str], faults: list[Fault]) -> None:
    """All of a withheld item is absent together; and it is the item whose record the export names."""
    folder = names.item_folder(item)
    if chain.withheld[item] != chain.items[item][1]:
        faults.append(fault(Code.RECORD_DIFFERS, folder, chain.items[item][1], chain.withheld[item]))
    record = names.record_path(item)
    tokens = [p for p in chain.contents if p.startswith(record)]
    if found or tokens:
        faults.append(
            fault(
                Code.WITHHELD_PRESENT,
                folder,
                "nothing of a withheld item",
                f"{len(found) + len(tokens)} files",
            )
        )


def _read_record(item: int, chain: Chain, found: set[str], faults: list[Fault]) -> dict[str, str]:
    path, folder = names.record_path(item), names.item_folder(item)
    if item not in chain.items:
        faults.append(fault(Code.ITEM_UNKNOWN, folder, "an item that an event brings in", "no event does"))
        return {}
    if path not in chain.contents:
        code = Code.RECORD_MISSING if found else Code.ITEM_MISSING
        faults.append(fault(code, path, chain.items[item][1], "not there"))
        return {}
    data = chain.contents[path]
    digest = hashlib.sha256(data).hexdigest()
    if digest != chain.items[item][1]:
        faults.append(fault(Code.RECORD_DIFFERS, path, chain.items[item][1], digest))
    try:
        record = parse_record(item, data)
    except FormatError as error:
        faults.append(fault(Code.RECORD_MALFORMED, path, "a record as the format has it", error.happened))
        return {}
    stated = {line.path: line.digest for line in record.lines}
    for missing in sorted(stated.keys() - found):
        faults.append(fault(Code.ITEM_FILE_MISSING, missing, stated[missing], "not there"))
    for extra in sorted(found - stated.keys()):
        faults.append(fault(Code.ITEM_FILE_UNLISTED, extra, "listed by its item's record", "not listed"))
    return stated


def _compare(bundle: Bundle, stated: dict[str, str], faults: list[Fault]) -> None:
    found = hash_files(bundle, sorted(stated))
    for path, digest in found.digests.items():
        if digest != stated[path]:
            faults.append(fault(Code.ITEM_FILE_CHANGED, path, stated[path], digest))
    for path, reason in found.unreadable.items():
        faults.append(fault(Code.ARCHIVE_UNREADABLE, path, "readable bytes", reason))
