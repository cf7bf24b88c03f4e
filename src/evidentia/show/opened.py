"""What is shown: a bundle or a case, opened to be read alone. Nothing is written into it.

The bytes that go to a browser are read through the verifier's own view of the bundle, which takes no link, no device
and no name that the format does not know. A ZIP is laid out in a private folder besides, for as long as it is shown.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Lock
from typing import Self

import msgspec

from evidentia.case import Case
from evidentia.formats import names
from evidentia.formats.checksums import Line
from evidentia.formats.item_record import parse_record
from evidentia.formats.names import CustodyFileKind
from evidentia.record.errors import CustodyError, EvidentiaError, FormatError, UsageError
from evidentia.verify.bundle import Bundle, FolderBundle, open_bundle

LARGEST_SMALL = 64 * 1024 * 1024
"""Bytes of a file of custody or trust, or of a derived one, that is hashed when the search is made ready: the
verifier's own limit for a file of custody."""

_SPARE = 0.9  # of the free space: a system whose disk is full loses more than a page
_PIECE = 1 << 20


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a SHA-256 stands in a bundle.

    Attributes:
        path: the file's, from the bundle's top.
        item: its item; None for a file of custody, of trust, or a derived one.
        stated_by: the record that states the digest; empty where it was computed when the bundle was opened.
    """

    path: str
    item: int | None
    stated_by: str


class Opened:
    """A bundle (ZIP or folder) or a case folder, open for reading. Use it in a ``with`` statement.

    Attributes:
        case: what its records tell; None where they cannot be read as a case's.
        unread: why not.

    Raises:
        UsageError: nothing is there.
        EvidentiaError: it is neither a ZIP nor a folder that can be read, or there is no room to lay it out.
    """

    def __init__(self, where: Path) -> None:
        if not where.exists():
            raise UsageError(
                f"{where} is not there.", next_step="Name a bundle: a ZIP, or the folder of a case."
            )
        self.where = where
        self.case: Case | None = None
        self.unread = ""
        self._reading = Lock()
        self._stack = ExitStack()
        try:
            self._bundle = self._stack.enter_context(closing(open_bundle(where)))
            if not self._bundle.sizes:
                raise _no_bundle(where, self._bundle)
            folder = where if where.is_dir() else self._laid_out()
            self._shown = self._stack.enter_context(closing(FolderBundle(folder)))
            try:
                self.case = Case.open(folder)
            except (CustodyError, FormatError) as error:
                self.unread = error.happened
            self._places = _places(self._bundle)
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def files(self) -> Mapping[str, int]:
        """The bundle's files with their sizes."""
        return self._bundle.sizes

    def places(self, sha256: str) -> tuple[Place, ...]:
        """Where a digest (64 lower-case hexadecimal digits) stands in the bundle."""
        return self._places.get(sha256, ())

    def digest_of(self, path: str) -> str:
        """The SHA-256 of a file's bytes as they are now in what was named.

        Raises:
            OSError: it cannot be read.
        """
        with self._reading, self._bundle.open(path) as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    def digest_shown(self, path: str) -> str:
        """The SHA-256 of the bytes that ``read`` gives.

        Raises:
            OSError: it cannot be read.
        """
        with self._shown.open(path) as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    def read(self, path: str, first: int, count: int) -> bytes:
        """Bytes of a file, of a ZIP's as it was laid out.

        Raises:
            OSError: it cannot be read.
        """
        with self._shown.open(path) as stream:
            stream.seek(first)
            return stream.read(count)

    def _laid_out(self) -> Path:
        """The ZIP's files in a private folder that goes with this object."""
        room = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="evidentia-show-")))
        needed, free = sum(self._bundle.sizes.values()), shutil.disk_usage(room).free
        if needed > free * _SPARE:
            raise EvidentiaError(
                f"{self.where.name} holds {needed} bytes, and {free} are free in {room.parent}.",
                next_step="Unpack it where there is room, and show the folder; or set TMPDIR to such a place.",
            )
        top = room / "case"
        for path in self._bundle.sizes:
            target = top / path
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                with self._bundle.open(path) as source, target.open("xb") as sink:
                    shutil.copyfileobj(source, sink, _PIECE)
            except (
                OSError
            ) as error:  # a damaged entry: the verdict tells of it, and what cannot be read is not shown
                self.unread = f"{path} cannot be read: {error}"
                target.unlink(missing_ok=True)
        return top


def _no_bundle(where: Path, bundle: Bundle) -> EvidentiaError:
    found = next((fault.found for fault in bundle.faults), "no file of the bundle format")
    return EvidentiaError(
        f"{where} is no bundle that can be shown: {found}.",
        next_step="Run `evidentia verify` on it: it names every fault.",
    )


def _places(bundle: Bundle) -> dict[str, tuple[Place, ...]]:
    """Every digest with where it stands: those of evidence as the records state them, those of other files computed."""
    found: dict[str, list[Place]] = defaultdict(list)
    for path, size in bundle.sizes.items():
        if path.startswith("data/") or size > LARGEST_SMALL:
            continue
        try:
            with bundle.open(path) as stream:
                data = stream.read()
        except OSError:
            continue  # the verdict tells of it
        found[hashlib.sha256(data).hexdigest()].append(Place(path=path, item=None, stated_by=""))
        for line, item in _recorded(path, data):
            found[line.digest].append(Place(path=line.path, item=item, stated_by=path))
    return {digest: tuple(places) for digest, places in found.items()}


def _recorded(path: str, data: bytes) -> list[tuple[Line, int]]:
    """What an item's record lists; nothing where the file is none, or cannot be read as one."""
    file = names.custody_file(path)
    if file is None or file.kind is not CustodyFileKind.RECORD:
        return []
    try:
        return [(line, file.number) for line in parse_record(file.number, data).lines]
    except FormatError:
        return []  # the verdict tells of it
