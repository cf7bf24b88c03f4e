"""The last look before anything is sealed: is a credential in a file all the same? Then nothing of it is kept."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from evidentia.capture.withheld import Withheld
from evidentia.record.errors import CaptureError

_CHUNK = 4 << 20
_OVERLAP = (
    128 << 10
)  # twice the longest form: cookies are 4 kB at most, and longer values are cut up by nobody


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def sweep(folder: Path, names: Iterable[str], withheld: Withheld) -> None:
    """Look through files, inside archives too; where a credential is found, remove all of them.

    Raises:
        CaptureError: a credential was found.
    """
    written = tuple(names)
    found = [name for name in written if _is_in(folder / name, withheld)]
    if not found:
        return
    for name in written:
        (folder / name).unlink()
    raise CaptureError(
        f"A credential was still in {', '.join(found)} after all were taken out.",
        safe="Nothing of this capture was kept: its files have been removed.",
        next_step="Report it, without the credential; look without being logged in, if that is of use.",
    )


def _is_in(path: Path, withheld: Withheld) -> bool:
    holds = withheld.holds_folded if path.suffix == ".mhtml" else withheld.holds
    return any(map(holds, _pieces(path)))


def _pieces(path: Path) -> Iterator[bytes]:
    """A file's content in overlapping pieces, and that of what is packed in it."""
    with path.open("rb") as stream:
        yield from _overlapping(stream)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as container:
            for entry in container.infolist():
                yield entry.filename.encode("utf-8", "replace")
                with container.open(entry) as stream:
                    if not entry.filename.endswith(".gz"):
                        yield from _overlapping(stream)
                        continue
                    with gzip.open(stream) as unpacked:
                        yield from _overlapping(unpacked)


def _overlapping(stream: _Readable) -> Iterator[bytes]:
    last = b""
    while piece := stream.read(_CHUNK):
        yield last + piece
        last = piece[-_OVERLAP:]
