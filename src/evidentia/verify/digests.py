"""The SHA-256 of a bundle's files: large ones on all processors at once, small ones without handing them around."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import NamedTuple

from .bundle import Bundle

LARGE = 64 * 1024  # bytes; below, passing a file to another thread takes longer than hashing it
_BUFFER = 256 * 1024  # bytes, as hashlib.file_digest has it: what a processor keeps at hand


class Hashed(NamedTuple):
    """Digests in hex by path; and for what cannot be read, the reason."""

    digests: dict[str, str]
    unreadable: dict[str, str]


def hash_files(bundle: Bundle, paths: Iterable[str]) -> Hashed:
    """Hash files of a bundle. Each is read once, through a buffer that a thread keeps for all of its files.

    Hashing lets other threads run, Python does not: so only files that take long are shared out.
    """
    hashed = Hashed({}, {})
    small: list[str] = []
    large: list[str] = []
    for path in paths:
        (large if bundle.sizes[path] >= LARGE else small).append(path)
    helpers = min((os.cpu_count() or 1) - 1, len(large))
    if not helpers:
        _hash_all(bundle, iter([*small, *large]), hashed)
        return hashed
    shared = _Shared(large)
    with ThreadPoolExecutor(max_workers=helpers) as pool:
        running = [pool.submit(_hash_all, bundle, shared, hashed) for _ in range(helpers)]
        _hash_all(bundle, iter(small), hashed)
        _hash_all(bundle, shared, hashed)
        for one in running:
            one.result()
    return hashed


def file_digest(bundle: Bundle, path: str) -> str:
    """The SHA-256 of one file of a bundle, in hex.

    Raises:
        OSError: it cannot be read.
    """
    return _digest(bundle, path, memoryview(bytearray(_BUFFER)))


class _Shared(Iterator[str]):
    """Paths that several threads take from, each its next one."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths, self._lock = iter(paths), Lock()

    def __next__(self) -> str:
        with self._lock:
            return next(self._paths)


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
