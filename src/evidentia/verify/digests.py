"""The SHA-256 of a bundle's files: large ones on all processors at once, small ones without handing them around."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from threading import Lock
from typing import NamedTuple, TypeVar

from .bundle import Bundle

LARGE = 64 * 1024  # bytes; below, passing a file to another thread takes longer than hashing it
_BUFFER = 256 * 1024  # bytes, as hashlib.file_digest has it: what a processor keeps at hand

_Job = TypeVar("_Job")


class Hashed(NamedTuple):
    """Digests in hex by path; and for what cannot be read, the reason."""

    digests: dict[str, str]
    unreadable: dict[str, str]


def hash_files(bundle: Bundle, paths: Iterable[str]) -> Hashed:
    """Hash files of a bundle. Each is read once, through a buffer that a thread keeps for all of its files."""
    hashed = Hashed({}, {})
    share_out(paths, bundle.sizes.__getitem__, lambda shared: _hash_all(bundle, shared, hashed))
    return hashed


def share_out(
    jobs: Iterable[_Job], size: Callable[[_Job], int], work: Callable[[Iterator[_Job]], None]
) -> None:
    """Do jobs that read files, on all processors: large files in threads, small ones in the thread that asks.

    Hashing and copying let other threads run, Python does not: only what takes long is worth handing around.

    Args:
        size: how many bytes a job reads.
        work: is given jobs, one after the other, in each thread; what it raises ends all of them.
    """
    small: list[_Job] = []
    large: list[_Job] = []
    for job in jobs:
        (large if size(job) >= LARGE else small).append(job)
    shared = _Shared(large)
    helpers = min((os.cpu_count() or 1) - 1, len(large))
    if not helpers:
        work(iter([*small, *large]))
        return
    from concurrent.futures import ThreadPoolExecutor  # a small bundle is judged before it would be imported

    with ThreadPoolExecutor(max_workers=helpers) as pool, shared:
        running = [pool.submit(shared.ending, work) for _ in range(helpers)]
        work(iter(small))
        work(shared)
        for one in running:
            one.result()


def file_digest(bundle: Bundle, path: str) -> str:
    """The SHA-256 of one file of a bundle, in hex.

    Raises:
        OSError: it cannot be read.
    """
    return _digest(bundle, path, memoryview(bytearray(_BUFFER)))


class _Shared(Iterator[_Job]):
    """Jobs that several threads take from, each its next one; there are no more once one of them has failed."""

    def __init__(self, jobs: Iterable[_Job]) -> None:
        self._jobs, self._lock = iter(jobs), Lock()

    def __next__(self) -> _Job:
        with self._lock:
            return next(self._jobs)

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._jobs = iter(())

    def ending(self, work: Callable[[Iterator[_Job]], None]) -> None:
        """Let a helper work; if it fails, nobody takes another job."""
        with self:
            work(self)


def _hash_all(bundle: Bundle, paths: Iterator[str], hashed: Hashed) -> None:
    buffer = memoryview(bytearray(_BUFFER))
    for path in paths:
        try:
            hashed.digests[path] = _digest(bundle, path, buffer)
        except OSError as error:
            hashed.unreadable[path] = str(error)


def _digest(bundle: Bundle, path: str, buffer: memoryview) -> str:
    digest = hashlib.sha256()
    with bundle.open(path) as stream:
        while count := stream.readinto(buffer):
            digest.update(buffer[:count])
    return digest.hexdigest()
