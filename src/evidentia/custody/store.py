"""The case folder on disk: evidence is written once and never again; derived files are replaced atomically."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from evidentia.formats import names
from evidentia.record.errors import CustodyError, EvidentiaError, UsageError

WORKING = ".evidentia"
_STAGING = "staging"
_LOCK = "lock"
_NO_HARD_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)


class Store:
    """A case folder. Paths are from its top, with ``/``.

    Raises (all methods that write):
        EvidentiaError: the disk is full, read-only or failing; what had been written before is intact.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def create(cls, folder: Path) -> Store:
        """Make a new, empty case folder.

        Raises:
            UsageError: something is there already.
        """
        try:
            folder.mkdir(parents=True)
        except FileExistsError as error:
            raise UsageError(
                f"{folder} exists already.",
                next_step="Choose another folder for the new case, or open the one there.",
            ) from error
        except OSError as error:
            raise disk_error(folder, error) from error
        store = cls(folder)
        store.prepare()
        return store

    def prepare(self) -> None:
        """Make the working folder, which is never exported and can be derived again."""
        try:
            (self.folder / WORKING / _STAGING).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise disk_error(self.folder, error) from error

    def exists(self, path: str) -> bool:
        """Whether a file or folder is there."""
        return (self.folder / path).exists()

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        return (self.folder / path).read_bytes()

    def paths(self, below: str) -> list[str]:
        """All files below a folder, sorted."""
        top = self.folder / below
        found = (path for path in top.rglob("*") if path.is_file() and not path.is_symlink())
        return sorted(path.relative_to(self.folder).as_posix() for path in found)

    def create_file(self, path: str, data: bytes) -> None:
        """Write a new file, whole or not at all, and durably: it is on the disk when this returns.

        Raises:
            CustodyError: the file exists. Evidence is never overwritten.
        """
        target = self.folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            written = self._write_aside(data)
            try:
                os.link(written, target)  # takes the name only if it is free, and only with all the bytes
            finally:
                os.unlink(written)
            _sync_folder(target.parent)
        except FileExistsError as error:
            raise _exists(path) from error
        except OSError as error:
            if error.errno not in _NO_HARD_LINKS:
                raise disk_error(target, error) from error
            self._create_in_place(target, path, data)

    def _create_in_place(self, target: Path, path: str, data: bytes) -> None:
        """On file systems without hard links (FAT on a stick): create-only, but an interruption can leave a part."""
        try:
            with target.open("xb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
        except FileExistsError as error:
            raise _exists(path) from error
        except OSError as error:
            raise disk_error(target, error) from error

    def _write_aside(self, data: bytes) -> str:
        descriptor, name = tempfile.mkstemp(dir=self.folder / WORKING)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, 0o644)
        return name

    def replace_file(self, path: str, data: bytes) -> None:
        """Write a derived file: the old one or the new one is there at every moment."""
        target = self.folder / path
        try:
            os.replace(self._write_aside(data), target)
            _sync_folder(target.parent)
        except OSError as error:
            raise disk_error(target, error) from error

    def stage(self) -> Path:
        """A new, empty folder in which an item is gathered before it gets its number."""
        self.prepare()
        try:
            return Path(tempfile.mkdtemp(dir=self.folder / WORKING / _STAGING))
        except OSError as error:
            raise disk_error(self.folder, error) from error

    def staged(self) -> list[Path]:
        """What was being gathered and never became an item: left by a crash, kept until somebody decides."""
        folder = self.folder / WORKING / _STAGING
        return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []

    def admit(self, staged: Path, item: int) -> str:
        """Give a staged folder its place as an item: one rename, so that it is there whole or not at all.

        Raises:
            CustodyError: the number is taken.
        """
        target = self.folder / names.item_folder(item)
        try:
            for path in sorted(staged.rglob("*")):
                if path.is_file():
                    _sync_file(path)
                    path.chmod(0o644)
            staged.chmod(0o755)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.rename(staged, target)
            _sync_folder(target.parent)
        except OSError as error:
            if error.errno in (errno.EEXIST, errno.ENOTEMPTY):
                raise _exists(names.item_folder(item)) from error
            raise disk_error(target, error) from error
        return names.item_folder(item)

    def discard(self, staged: Path) -> None:
        """Remove a staging folder that holds nothing that was captured."""
        shutil.rmtree(staged, ignore_errors=False)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the case alone. The lock is the operating system's and ends with the process.

        Raises:
            CustodyError: another process is writing to the case.
        """
        self.prepare()
        with (self.folder / WORKING / _LOCK).open("a+b") as stream:
            if not _try_lock(stream.fileno()):
                raise CustodyError(
                    f"{self.folder} is being written to by another process.",
                    next_step="Wait until it has finished, then try again.",
                )
            yield


def disk_error(where: Path, error: OSError) -> EvidentiaError:
    """An operating system's error in words that a person can act on."""
    reasons = {
        errno.ENOSPC: "Free space on the disk, then run the command again.",
        errno.EROFS: "The disk is read-only: mount it writable, or copy the case elsewhere.",
        errno.EACCES: "Ask for the right to write there, or run as the user who owns the case.",
    }
    return EvidentiaError(
        f"{where}: {error.strerror or error}.",
        safe="Everything sealed before is untouched.",
        next_step=reasons.get(error.errno or 0, "Check the disk, then run the command again."),
    )


def _exists(path: str) -> CustodyError:
    return CustodyError(
        f"{path} exists already, and evidence is never overwritten.",
        safe="The existing file is untouched.",
        next_step="Open the case again: another process may have added to it.",
    )


def _sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows has no handle for a folder; its file system logs the rename itself
        return
    _sync_file(folder)


def _try_lock(descriptor: int) -> bool:
    if os.name == "nt":
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
