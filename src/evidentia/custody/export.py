"""Export: the BagIt manifests are written, and the folder is packed. There is no other format to convert into.

A bundle from which items are withheld is an edition of its own, packed straight from the folder that keeps them.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from evidentia.formats import bag, names
from evidentia.formats.event import withheld_items
from evidentia.formats.item_record import parse_record
from evidentia.formats.seal import parse_seal
from evidentia.record.custody import Event
from evidentia.record.errors import CustodyError, UsageError

from .ledger import Ledger, file_sha256
from .packing import Piece, write_zip
from .store import damaged, disk_error, put_new

_TAGS = "tagmanifest-sha256.txt"  # written last: what it lists was there before


class Sealed(NamedTuple):
    """What a file of evidence must be: its size in bytes, and its SHA-256 as a record or a seal states it."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Edition:
    """What a bundle holds: the evidence as it stood when an export was sealed, and the files derived from it.

    Attributes:
        event: the number of the export.
        evidence: files of the case folder that are in the bundle, each with its size and its SHA-256.
        derived: ``index.html`` and BagIt's files by name; what the folder itself shows may be another edition.
    """

    event: int
    evidence: Mapping[str, Sealed]
    derived: dict[str, bytes]


def edition(ledger: Ledger, export: int, index: bytes) -> Edition:
    """The bundle that export number ``export`` describes, without the items that it withholds.

    Args:
        export: one of the events at the end of the chain after which no evidence has come.
        index: the exhibit page, whose digest the export holds.
    """
    event = ledger.events[export - 1]
    absent = {item for item, _ in withheld_items(event)}
    custody = _custody(ledger, export, absent)
    payload = _payload(ledger, absent)
    return Edition(export, custody | payload, _derived(ledger.case, event, custody, payload, index))


def check_held(ledger: Ledger, absent: Collection[int]) -> None:
    """Whether the folder holds what was sealed, before an export says so; that bytes are right is seen when packing.

    Raises:
        CustodyError: something is missing, changed or too much.
    """
    _custody(ledger, len(ledger.events), absent)
    _payload(ledger, absent)


def write_derived(ledger: Ledger, index: bytes) -> Edition:
    """Write ``index.html`` and BagIt's files into the folder, for the export that is the last event."""
    made = edition(ledger, len(ledger.events), index)
    write_derived_of(ledger, made)
    return made


def write_derived_of(ledger: Ledger, made: Edition) -> None:
    """Write the derived files of an edition, which is the folder's own, into the folder."""
    for name, data in made.derived.items():
        ledger.store.replace_file(name, data)


def derived_are_written(ledger: Ledger) -> bool:
    """Whether the derived files in the folder are those of the export that is the last event, and tell all there is.

    It reads the small files alone: what the manifests say of the evidence is for ``verify``.
    """
    store, event = ledger.store, ledger.events[-1]
    if not all(map(store.exists, bag.DERIVED)):
        return False
    lines = (line.partition("  ") for line in store.read(_TAGS).decode("utf-8", "replace").splitlines())
    tags = {path: digest for digest, _, path in lines}
    derived = {name: hashlib.sha256(store.read(name)).hexdigest() for name in bag.DERIVED if name != _TAGS}
    told = derived[bag.INDEX] == event.details["index"] and derived.items() <= tags.items()
    return told and tags.keys() - derived.keys() == set(ledger.bound_by(event.event))


def _custody(ledger: Ledger, export: int, absent: Collection[int]) -> dict[str, Sealed]:
    """The files under ``custody/`` and ``trust/`` as of an export, which are those that were sealed."""
    store, stated = ledger.store, {}
    for event in range(1, export + 1):
        for line in parse_seal(event, store.read(names.seal_path(event))).lines:
            stated[line.path] = line.digest
    found = {}
    for path in ledger.bound_by(export):
        if not _is_of_record(path, absent):
            data = store.read(path)
            found[path] = Sealed(len(data), hashlib.sha256(data).hexdigest())
            if found[path].sha256 != stated.get(path, found[path].sha256):
                raise damaged(path, f"its SHA-256 should be {stated[path]}")
    return found


def _payload(ledger: Ledger, absent: Collection[int]) -> dict[str, Sealed]:
    """The files of the items that are in the bundle: what their records list, no more and no less."""
    store, payload = ledger.store, {}
    for item in sorted(ledger.item_events().keys() - absent):
        there = _sizes(store.folder, names.item_folder(item))
        for line in parse_record(item, store.read(names.record_path(item))).lines:
            if (size := there.pop(line.path, None)) is None:
                raise damaged(line.path, "its item's record lists it, and it is not there")
            payload[line.path] = Sealed(size, line.digest)
        for path in there:
            raise damaged(path, "no record lists it, and evidence is only what was sealed")
    _check_strays(ledger)
    return payload


def _check_strays(ledger: Ledger) -> None:
    """Whether only the folders of items that events have brought in stand under ``data/``."""
    known = {names.item_folder(item) for item in ledger.item_events()}
    found = {f"data/{name}" for name in _listed(ledger.store.folder / "data")}
    if left := sorted(found - known):
        raise CustodyError(
            f"{left[0]} is in the case folder, and no event has brought it in.",
            next_step="If an interruption left it, run `evidentia finish`; otherwise move it out of the folder.",
        )


def _listed(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except FileNotFoundError:
        return []  # a case without items


def _sizes(folder: Path, below: str) -> dict[str, int]:
    """Every file below a folder with its size. What is neither file nor folder has none: -1."""
    found: dict[str, int] = {}
    waiting = [below]
    while waiting:
        where = waiting.pop()
        with os.scandir(folder / where) as entries:
            for entry in entries:
                path = f"{where}/{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(path)
                else:
                    ordinary = entry.is_file(follow_symlinks=False)
                    found[path] = entry.stat(follow_symlinks=False).st_size if ordinary else -1
    return found


def _derived(
    case: str, event: Event, custody: Mapping[str, Sealed], payload: Mapping[str, Sealed], index: bytes
) -> dict[str, bytes]:
    octets = sum(file.size for file in payload.values())
    derived = {
        bag.INDEX: index,
        "bag-info.txt": bag.bag_info(case, event.time[:10], octets, len(payload)),
        "bagit.txt": bag.BAGIT_TXT,
        "manifest-sha256.txt": bag.manifest({path: file.sha256 for path, file in payload.items()}),
    }
    tags = {path: file.sha256 for path, file in custody.items()}
    tags |= {name: hashlib.sha256(data).hexdigest() for name, data in derived.items()}
    return derived | {_TAGS: bag.manifest(tags)}


def _is_of_record(path: str, items: Collection[int]) -> bool:
    """Whether a file is the record of one of these items, or a token over it."""
    found = names.custody_file(path)
    if found is None or found.number not in items:
        return False
    return names.record_path(found.number) in (found.path, found.over)


def pack(ledger: Ledger, target: Path, made: Edition | None = None) -> None:
    """Pack a bundle as a canonical ZIP: stored, sorted, fixed dates, one folder named as the case.

    Args:
        made: the edition; if none, the folder with the derived files that stand in it.

    Raises:
        UsageError: the target exists already with other content.
        CustodyError: a file is not what was sealed; no bundle is written.
    """
    store = ledger.store
    made = made or edition(ledger, len(ledger.events), store.read(bag.INDEX))
    evidence = (Piece(path, f"{store.folder}/{path}", *file) for path, file in made.evidence.items())
    derived = (
        Piece(path, data, len(data), hashlib.sha256(data).hexdigest()) for path, data in made.derived.items()
    )
    pieces = sorted([*evidence, *derived], key=lambda piece: piece.path)
    try:
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            try:
                write_zip(descriptor, ledger.case, pieces)
            finally:
                os.close(descriptor)
            os.chmod(name, 0o644)
        except BaseException:
            os.unlink(name)
            raise
        _put(Path(name), target)
    except OSError as error:
        raise disk_error(target, error) from error


def _put(packed: Path, target: Path) -> None:
    """Give the bundle its name, without ever replacing another one."""
    digest = file_sha256(packed) if target.exists() else ""
    try:
        put_new(packed, target)
    except FileExistsError as error:
        if digest != file_sha256(target):
            raise UsageError(
                f"{target} exists already and is another bundle.",
                safe="The existing file is untouched.",
                next_step="Choose another name for the new bundle.",
            ) from error
