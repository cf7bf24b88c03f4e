"""Export: the BagIt manifests are written, and the folder is packed. There is no other format to convert into.

A bundle from which items are withheld is an edition of its own, packed straight from the folder that keeps them.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from evidentia.formats import bag, names
from evidentia.formats.event import withheld_items
from evidentia.formats.item_record import parse_record
from evidentia.record.custody import Event
from evidentia.record.errors import UsageError

from .ledger import Ledger, file_sha256
from .store import disk_error

_TAGS = "tagmanifest-sha256.txt"  # written last: what it lists was there before
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date a ZIP can hold: the same bytes whenever it is packed
_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Edition:
    """What a bundle holds: the evidence as it stood when an export was sealed, and the files derived from it.

    Attributes:
        event: the number of the export.
        paths: files of the case folder that are in the bundle, sorted.
        derived: ``index.html`` and BagIt's files by name; what the folder itself shows may be another edition.
    """

    event: int
    paths: tuple[str, ...]
    derived: dict[str, bytes]


def edition(ledger: Ledger, export: int, index: bytes) -> Edition:
    """The bundle that export number ``export`` describes, without the items that it withholds.

    Args:
        export: one of the events at the end of the chain after which no evidence has come.
        index: the exhibit page, whose digest the export holds.
    """
    event = ledger.events[export - 1]
    absent = {item for item, _ in withheld_items(event)}
    custody = [path for path in ledger.bound_by(export) if not _is_of_record(path, absent)]
    folders = tuple(f"{names.item_folder(item)}/" for item in absent)
    payload = [path for path in ledger.store.paths("data") if not path.startswith(folders)]
    return Edition(
        export, tuple(sorted([*custody, *payload])), _derived(ledger, event, absent, custody, index)
    )


def write_derived(ledger: Ledger, index: bytes) -> Edition:
    """Write ``index.html`` and BagIt's files into the folder, for the export that is the last event."""
    made = edition(ledger, len(ledger.events), index)
    for name, data in made.derived.items():
        ledger.store.replace_file(name, data)
    return made


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


def _derived(
    ledger: Ledger, event: Event, absent: Collection[int], custody: Iterable[str], index: bytes
) -> dict[str, bytes]:
    store = ledger.store
    present = sorted(ledger.item_events().keys() - absent)
    records = (parse_record(item, store.read(names.record_path(item))) for item in present)
    manifest = {line.path: line.digest for record in records for line in record.lines}
    octets = sum((store.folder / path).stat().st_size for path in manifest)
    derived = {
        bag.INDEX: index,
        "bag-info.txt": bag.bag_info(ledger.case, event.time[:10], octets, len(manifest)),
        "bagit.txt": bag.BAGIT_TXT,
        "manifest-sha256.txt": bag.manifest(manifest),
    }
    tags = {path: file_sha256(store.folder / path) for path in custody}
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
    """
    store = ledger.store
    made = made or edition(ledger, len(ledger.events), store.read(bag.INDEX))
    try:
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(descriptor, "wb") as stream:
            _write_zip(stream, store.folder, ledger.case, made)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, 0o644)
        _put(Path(name), target)
    except OSError as error:
        raise disk_error(target, error) from error


def _write_zip(stream: IO[bytes], folder: Path, case: str, made: Edition) -> None:
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted([*made.paths, *made.derived]):
            info = zipfile.ZipInfo(f"{case}/{path}", _EPOCH)
            info.external_attr = 0o100644 << 16
            info.create_system = 3
            if path in made.derived:
                archive.writestr(info, made.derived[path])
                continue
            info.file_size = (folder / path).stat().st_size
            with (folder / path).open("rb") as source, archive.open(info, "w") as entry:
                while chunk := source.read(_CHUNK):
                    entry.write(chunk)


def _put(packed: Path, target: Path) -> None:
    """Give the bundle its name, without ever replacing another one."""
    try:
        os.link(packed, target)
    except FileExistsError as error:
        if file_sha256(packed) != file_sha256(target):
            raise UsageError(
                f"{target} exists already and is another bundle.",
                safe="The existing file is untouched.",
                next_step="Choose another name for the new bundle.",
            ) from error
    finally:
        packed.unlink()
