"""The case folder on disk: evidence is written once and never again; derived files are replaced atomically."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from evidentia.formats import names
from evidentia.record.errors import CustodyError, EvidentiaError, UsageError

WORKING = ".evidentia"
_STAGING = "staging"
_LOCK = "lock"
_ASIDE = "writing-"  # files that are written before they take their name; one that is left never took it
_NO_HARD_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)
_BETWEEN_TRIES = 0.02  # seconds; the system's own wait for a lock cannot be given an end


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
            make_folder(folder.parent)
            folder.mkdir()
            sync_folder(folder.parent)
        except FileExistsError as error:
            raise _folder_exists(folder) from error
        except OSError as error:
            raise disk_error(folder, error) from error
        store = cls(folder)
        store.prepare()
        return store

    @classmethod
    @contextlib.contextmanager
    def opening(cls, folder: Path) -> Iterator[Store]:
        """A new case folder that takes its name when all is in it: it is there with its first event, or not at all.

        It is made beside, as ``.<name>.opening-<random>``, and held alone. An error removes it again; a process
        that dies leaves it, and nothing of it is a case.

        Raises:
            UsageError: something is there already.
        """
        if os.path.lexists(folder):
            raise _folder_exists(folder)
        store = cls.create(folder.with_name(f".{folder.name}.opening-{secrets.token_hex(4)}"))
        try:
            with store.locked():
                yield store
            os.rename(store.folder, folder)
            sync_folder(folder.parent)
        except OSError as error:
            shutil.rmtree(store.folder, ignore_errors=True)
            if error.errno in (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR):
                raise _folder_exists(folder) from error
            raise disk_error(folder, error) from error
        except BaseException:
            shutil.rmtree(store.folder, ignore_errors=True)
            raise
        store.folder = folder

    def prepare(self) -> None:
        """Make the working folder, which is never exported and can be derived again."""
        try:
            make_folder(self.folder / WORKING / _STAGING)
        except OSError as error:
            raise disk_error(self.folder, error) from error

    def exists(self, path: str) -> bool:
        """Whether a file or folder is there."""
        return (self.folder / path).exists()

    def read(self, path: str) -> bytes:
        """The bytes of a file.

        Raises:
            CustodyError: it is missing, or the disk does not give it.
        """
        try:
            return (self.folder / path).read_bytes()
        except OSError as error:
            raise damaged(path, error.strerror or str(error)) from error

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
            make_folder(target.parent)
            put_new(self._write_aside(data), target)
        except FileExistsError as error:
            raise _exists(path) from error
        except OSError as error:
            raise disk_error(target, error) from error

    def _write_aside(self, data: bytes) -> Path:
        descriptor, name = tempfile.mkstemp(dir=self.folder / WORKING, prefix=_ASIDE)
        written = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            written.chmod(0o644)
        except OSError:
            written.unlink()
            raise
        return written

    def replace_file(self, path: str, data: bytes) -> None:
        """Write a derived file: the old one or the new one is there at every moment."""
        target = self.folder / path
        try:
            os.replace(self._write_aside(data), target)
            sync_folder(target.parent)
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
        try:
            return sorted(path for path in folder.iterdir() if path.is_dir())
        except FileNotFoundError:
            return []
        except OSError as error:
            raise disk_error(folder, error) from error

    def notes(self, suffix: str) -> list[Path]:
        """Files beside the staged folders, by the end of their names."""
        return sorted((self.folder / WORKING / _STAGING).glob(f"*{suffix}"))

    def admit(self, staged: Path, item: int) -> str:
        """Give a staged folder its place as an item: one rename, so that it is there whole or not at all.

        Raises:
            CustodyError: the number is taken.
        """
        target = self.folder / names.item_folder(item)
        try:
            for path in sorted(staged.rglob("*")):
                if path.is_dir():
                    sync_folder(path)
                else:
                    path.chmod(0o644)
                    _sync_file(path)
            staged.chmod(0o755)
            sync_folder(staged)
            make_folder(target.parent)
            os.rename(staged, target)
            sync_folder(target.parent)
            sync_folder(staged.parent)
        except OSError as error:
            if error.errno in (errno.EEXIST, errno.ENOTEMPTY):
                raise _exists(names.item_folder(item)) from error
            raise disk_error(target, error) from error
        return names.item_folder(item)

    def discard(self, staged: Path) -> None:
        """Remove a staging folder that holds nothing that was captured."""
        try:
            shutil.rmtree(staged)
        except OSError as error:
            raise disk_error(staged, error) from error

    @contextlib.contextmanager
    def locked(self, patience: float = 0.0) -> Iterator[None]:
        """Hold the case alone. The lock is the operating system's and ends with the process.

        Args:
            patience: seconds to wait for another process that holds it.

        Raises:
            CustodyError: another process is writing to the case.
        """
        self.prepare()
        try:
            held = (self.folder / WORKING / _LOCK).open("a+b")
        except OSError as error:
            raise disk_error(self.folder, error) from error
        with held:
            deadline = time.monotonic() + patience
            while not self._taken(held.fileno()):
                if time.monotonic() >= deadline:
                    raise CustodyError(
                        f"{self.folder} is being written to by another process.",
                        safe="What was gathered is kept, and shown by `evidentia show`.",
                        next_step="Wait until it has finished, then try again; if `evidentia show` tells of"
                        " interrupted steps, run `evidentia finish`.",
                    )
                time.sleep(_BETWEEN_TRIES)
            self._sweep()
            yield

    def _taken(self, descriptor: int) -> bool:
        try:
            return try_lock(descriptor)
        except OSError as error:  # a file system that knows no locks
            raise disk_error(self.folder, error) from error

    def _sweep(self) -> None:
        """Remove what a process that died was writing aside. Under the lock nobody else is writing."""
        try:
            for left in (self.folder / WORKING).glob(f"{_ASIDE}*"):
                left.unlink()
        except OSError as error:
            raise disk_error(self.folder, error) from error


def put_new(written: Path, target: Path) -> None:
    """Give a file that is on the disk its name, if the name is free, and see that on the disk too.

    A hard link takes a name only if it is free. Where the file system has none (FAT on a stick), the name is looked
    at before: there only the lock of the case keeps two processes apart.

    Raises:
        FileExistsError: the name is taken. The written file is gone in any case.
        OSError: the disk does not do it.
    """
    try:
        try:
            os.link(written, target)
        except OSError as error:
            if error.errno not in _NO_HARD_LINKS:
                raise
            if os.path.lexists(target):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from error
            os.rename(written, target)
    finally:
        written.unlink(missing_ok=True)
    sync_folder(target.parent)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each on the disk before anything is put into it."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


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


def damaged(path: str, found: str) -> CustodyError:
    """A file of the case that is missing or is not what it must be."""
    return CustodyError(
        f"The case is damaged: {path}: {found}.",
        next_step="Run `evidentia verify` on the folder: it lists everything that is wrong.",
    )


def sync_folder(folder: Path) -> None:
    """See on the disk which names a folder holds. Windows has no handle for a folder; its file system logs them."""
    if os.name != "nt":
        _sync_file(folder)


def try_lock(descriptor: int) -> bool:
    """Take the operating system's lock on an open file, if nobody has it.

    Raises:
        OSError: the file system knows no locks.
    """
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


def _folder_exists(folder: Path) -> UsageError:
    return UsageError(
        f"{folder} exists already.",
        next_step="Choose another folder for the new case, or open the one there.",
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
