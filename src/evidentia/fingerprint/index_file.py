"""An index in a file: beside a case, or across cases. Plain, versioned, and checked when it is read.

The first line names the format and its version, the second is JSON (``bits``, ``count``, and the SHA-256 of all that
follows); then come the hashes, one after the other, and the keys as one line of JSON. An index is derived: it can
always be made anew from the fingerprints, and no evidence rests on it.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import BinaryIO

import msgspec

from ..record.errors import UsageError
from .digests import open_regular
from .index import HashIndex

FORMAT = b"evidentia hash index 1\n"

MAX_FILE = 4 << 30
"""Bytes: ten million hashes of 256 bits with keys of 100 characters take 1.4 GB."""

_MAX_HEAD = 4096


class _Head(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    bits: int
    count: int
    sha256: str


def save_index(index: HashIndex, path: Path) -> None:
    """Write an index; one that is there is replaced at once, never left half written."""
    body = index.packed() + msgspec.json.encode(list(index.keys)) + b"\n"
    head = _Head(bits=index.bits, count=len(index), sha256=hashlib.sha256(body).hexdigest())
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(FORMAT + msgspec.json.encode(head) + b"\n" + body)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def load_index(path: Path) -> HashIndex:
    """Read an index.

    Raises:
        UsageError: there is no such file, it is no index of this version, or it is not as it was written.
    """
    with open_regular(path) as source:
        if source.readline(_MAX_HEAD) != FORMAT:
            raise _unusable(path, "it is not an index of this version")
        head = _head(source, path)
        body = source.read(MAX_FILE + 1)
    if len(body) > MAX_FILE or hashlib.sha256(body).hexdigest() != head.sha256:
        raise _unusable(path, "it is not as it was written")
    size = head.count * head.bits // 8
    try:
        index = HashIndex(head.bits)
        keys = msgspec.json.decode(body[size:], type=list[str])
        index.add_packed(keys, body[:size])
    except (msgspec.MsgspecError, ValueError) as why:
        raise _unusable(path, f"it contradicts itself ({why})") from why
    return index


def _head(source: BinaryIO, path: Path) -> _Head:
    try:
        return msgspec.json.decode(source.readline(_MAX_HEAD), type=_Head)
    except (msgspec.MsgspecError, ValueError) as why:
        raise _unusable(path, "its head cannot be read") from why


def _unusable(path: Path, why: str) -> UsageError:
    return UsageError(
        f"The index {path.name} cannot be used: {why}.",
        next_step="Make it anew from the fingerprints; no evidence is lost with it.",
    )
