"""An item's record: a salt, and the digest of every file in the item's folder (FORMAT, "Record")."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from evidentia.record.errors import FormatError

from .checksums import Line, format_lines, parse_lines, split_text
from .names import item_folder, record_path

_SALT = re.compile(r"# salt ([0-9a-f]{32})", re.ASCII)


class ItemRecord(NamedTuple):
    """A record as it was read. The salt keeps a withheld item's content from being guessed by its digest."""

    item: int
    salt: str
    lines: tuple[Line, ...]


def write_record(item: int, salt: str, digests: Mapping[str, str]) -> bytes:
    """The record's bytes. ``digests`` maps paths from the bundle's top to SHA-256.

    Raises:
        FormatError: a path outside the item's folder, no file, or a salt that is not 128 bits in hex.
    """
    data = f"# salt {salt}\n{format_lines(digests)}".encode("ascii")
    parse_record(item, data)
    return data


def parse_record(item: int, data: bytes) -> ItemRecord:
    """Read a record strictly.

    Raises:
        FormatError: the bytes are not what the writer would have written.
    """
    where = record_path(item)
    first, *rest = split_text(where, data)
    salt = _SALT.fullmatch(first)
    if salt is None:
        raise FormatError(where, "the first line is not '# salt ' and 32 hex digits")
    lines = parse_lines(where, rest)
    inside = item_folder(item) + "/"
    for line in lines:
        if not line.path.startswith(inside):
            raise FormatError(where, f"lists a file outside {inside}: {line.path}")
    return ItemRecord(item, salt[1], lines)
