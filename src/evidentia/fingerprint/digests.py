"""Digests of a file: SHA-256 and SHA-512 (FIPS 180-4), in one pass over its bytes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import msgspec

from ..record.errors import UsageError
from .magic import HEAD

BLOCK = 1 << 18
"""Bytes read at a time: past the point where call overhead shows, small enough for any machine."""


class Digests(msgspec.Struct, frozen=True, kw_only=True):
    """Size in bytes, both digests as lower-case hex, and the first bytes of the file."""

    size: int
    sha256: str
    sha512: str
    head: bytes


def open_regular(path: Path, *, follow_links: bool = True) -> BinaryIO:
    """Open a regular file for reading; a pipe or a device is refused without waiting for it.

    Raises:
        UsageError: there is no such file, it cannot be read, or it is not a regular file.
    """
    from ..verify import open_file  # with it comes what judges bundles: only where a file is opened

    try:
        return os.fdopen(open_file.open_regular(path, follow_links=follow_links), "rb")
    except open_file.NotRegular as error:
        raise UsageError(
            f"{path.name} is not a regular file.",
            next_step="Give the path of a file; folders, pipes and devices are not taken.",
        ) from error
    except OSError as error:
        raise UsageError(
            f"{path.name} cannot be opened: {error.strerror}.",
            next_step="Check that the path names a file that you may read.",
        ) from error


def digest_stream(source: BinaryIO, sink: Callable[[bytes | memoryview], object] | None = None) -> Digests:
    """Read ``source`` to its end once, digest it, and hand every block to ``sink`` where there is one."""
    sha256, sha512 = hashlib.sha256(), hashlib.sha512()
    buffer = bytearray(BLOCK)
    view = memoryview(buffer)
    size, head = 0, b""
    while count := source.readinto(buffer):  # type: ignore[attr-defined]  # BinaryIO leaves readinto out
        block = view[:count]
        if len(head) < HEAD:
            head += bytes(block[: HEAD - len(head)])
        sha256.update(block)
        sha512.update(block)
        if sink is not None:
            sink(block)
        size += count
    return Digests(size=size, sha256=sha256.hexdigest(), sha512=sha512.hexdigest(), head=head)


def digest_bytes(data: bytes) -> Digests:
    """The digests of bytes that are already in memory."""
    return Digests(
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        sha512=hashlib.sha512(data).hexdigest(),
        head=data[:HEAD],
    )


def digest_file(path: Path) -> Digests:
    """The digests of a regular file.

    Raises:
        UsageError: as ``open_regular``.
    """
    with open_regular(path) as source:
        return digest_stream(source)
