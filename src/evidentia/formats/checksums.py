"""Checksum lines as ``sha256sum`` reads them: the common body of records, seals and manifests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import NamedTuple

from evidentia.record.errors import FormatError

from .names import EVIDENCE_PATH

LARGEST_LIST = 64 * 1024 * 1024  # bytes; about 500,000 lines, far above any case, far below memory

_LINE = re.compile(rf"([0-9a-f]{{64}})  ({EVIDENCE_PATH.pattern})", re.ASCII)


class Line(NamedTuple):
    """One line: the SHA-256 of a file in lower-case hex, and its path from the bundle's top."""

    digest: str
    path: str


def format_lines(digests: Mapping[str, str]) -> str:
    """``path -> digest`` as lines sorted by path."""
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items()))


def parse_lines(where: str, lines: Iterable[str]) -> tuple[Line, ...]:
    """Read lines strictly: lower-case digest, two blanks, an evidence path; sorted, none twice, at least one.

    Raises:
        FormatError: anything else.
    """
    parsed: list[Line] = []
    for text in lines:
        match = _LINE.fullmatch(text)
        if match is None:
            raise FormatError(where, f"not a checksum line: {text[:120]!r}")
        parsed.append(Line(match[1], match[2]))
    if not parsed:
        raise FormatError(where, "no checksum line")
    for before, line in pairwise(parsed):
        if line.path <= before.path:
            raise FormatError(where, f"lines are not sorted by path, or one stands twice: {line.path}")
    return tuple(parsed)


def split_text(where: str, data: bytes) -> list[str]:
    """The lines of a checksum file: ASCII, LF, one final newline.

    Raises:
        FormatError: other bytes, or more than LARGEST_LIST of them.
    """
    if len(data) > LARGEST_LIST:
        raise FormatError(where, f"larger than {LARGEST_LIST} bytes")
    if not data.endswith(b"\n"):
        raise FormatError(where, "no final newline")
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError as error:
        raise FormatError(where, f"a byte that is not ASCII at {error.start}") from error
    if "\r" in text:
        raise FormatError(where, "a carriage return")
    return text[:-1].split("\n")
