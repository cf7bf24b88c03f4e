"""Export: the BagIt manifests are written, and the folder is packed. There is no other format to convert into."""

from __future__ import annotations

import os
import tempfile
import zipfile
from pathlib import Path
from typing import IO

from evidentia.formats import bag, names
from evidentia.formats.item_record import parse_record
from evidentia.record.errors import UsageError

from .ledger import Ledger, file_sha256
from .store import disk_error

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date a ZIP can hold: the same bytes whenever it is packed
_CHUNK = 1024 * 1024


def write_derived(ledger: Ledger, index: bytes) -> None:
    """Write ``index.html`` and BagIt's files for the state after the last event."""
    store = ledger.store
    records = (
        parse_record(item, store.read(names.record_path(item))) for item in sorted(ledger.item_events())
    )
    manifest = {line.path: line.digest for record in records for line in record.lines}
    octets = sum((store.folder / path).stat().st_size for path in manifest)
    store.replace_file(bag.INDEX, index)
    store.replace_file("bagit.txt", bag.BAGIT_TXT)
    info = bag.bag_info(ledger.case, ledger.events[-1].time[:10], octets, len(manifest))
    store.replace_file("bag-info.txt", info)
    store.replace_file("manifest-sha256.txt", bag.manifest(manifest))
    tags = [
        *store.paths("custody"),
        *store.paths("trust"),
        bag.INDEX,
        "bag-info.txt",
        "bagit.txt",
        "manifest-sha256.txt",
    ]
    store.replace_file(
        "tagmanifest-sha256.txt", bag.manifest({p: file_sha256(store.folder / p) for p in tags})
    )


def pack(ledger: Ledger, target: Path) -> None:
    """Pack the case as a canonical ZIP: stored, sorted, fixed dates, one folder named as the case.

    Raises:
        UsageError: the target exists already with other content.
    """
    folder = ledger.store.folder
    paths = sorted(
        [*bag.DERIVED, *(p for top in ("custody", "data", "trust") for p in ledger.store.paths(top))]
    )
    try:
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(descriptor, "wb") as stream:
            _write_zip(stream, folder, ledger.case, paths)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, 0o644)
        _put(Path(name), target)
    except OSError as error:
        raise disk_error(target, error) from error


def _write_zip(stream: IO[bytes], folder: Path, case: str, paths: list[str]) -> None:
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for path in paths:
            info = zipfile.ZipInfo(f"{case}/{path}", _EPOCH)
            info.external_attr = 0o100644 << 16
            info.create_system = 3
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
