"""Reading the WARC of another tool (ISO 28500:2017): every record with its place, digests compared, to the last byte.

Own, because other readers take a gzip member that is cut off for the end of the file, and write their warnings to
standard error. Here every byte is read, or the place is said from which on nothing could be.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from collections.abc import Iterator
from typing import IO, NamedTuple

from evidentia.record.handed_over import Problem

MAX_BLOCK = 64 << 20
"""Bytes of one record that are kept in memory. A page or an answer is far smaller; a longer record is only digested."""

MAX_UNPACKED = 16 << 30
"""Bytes of one file, unpacked: twice the largest that is taken in. WARCs hold media, which do not shrink."""

_CHUNK = 1 << 16
_LONGEST_LINE = 64 << 10  # as HTTP servers allow for a field
_MOST_FIELDS = 1000
_LENGTH = re.compile(rb"[0-9]{1,15}")
_VERSION = re.compile(rb"WARC/[01]\.[0-9]{1,2}\r?\n")
_DIGEST = re.compile(r"(sha-?1|sha-?256|md5):([A-Za-z0-9+/=]{20,90})", re.ASCII)


class Record(NamedTuple):
    """A record: its fields in lower case, its block (None where it is too large), and where its bytes begin.

    ``block_holds`` is whether its block has the digest that it states, None where none is stated that can be compared.
    """

    fields: dict[str, str]
    block: bytes | None
    place: int
    block_holds: bool | None

    @property
    def kind(self) -> str:
        """What the record is: ``response``, ``request``, ``warcinfo`` and so on."""
        return self.fields.get("warc-type", "")


class _Broken(ValueError):
    """From here on nothing can be read: from ``place`` on, or from where the source stands."""

    def __init__(self, what: str, place: int | None = None) -> None:
        super().__init__(what)
        self.place = place


class _Source:
    """Bytes, unpacked where they are gzip: members follow each other, and the last must be whole."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw, self._packed, self._at = raw, b"", 0
        self._ready = b""
        self._gzip = self._fill(2).startswith(b"\x1f\x8b")
        self._member: zlib._Decompress | None = None
        self._member_at, self._unpacked_size = 0, 0

    def place(self, before: int = 0) -> int:
        """The byte of the file that stands next, or ``before`` bytes earlier; of gzip, where its member begins."""
        return self._member_at if self._gzip else self._at - len(self._ready) - before

    def at(self) -> int:
        """The byte of the file up to which it was unpacked, or read."""
        return self._at if self._gzip else self._at - len(self._ready)

    def line(self) -> bytes:
        """A line with its end; what is left where no line feed comes any more."""
        while (end := self._ready.find(b"\n")) < 0:
            if len(self._ready) > _LONGEST_LINE:
                raise _Broken("a line that is longer than any field")
            if not self._more():
                end = len(self._ready) - 1
                break
        found, self._ready = self._ready[: end + 1], self._ready[end + 1 :]
        return found

    def blocks(self, length: int) -> Iterator[bytes]:
        """The next ``length`` bytes."""
        while length:
            if not self._ready and not self._more():
                raise _Broken(f"{length} bytes of a record are missing at the end of the file")
            piece, self._ready = self._ready[:length], self._ready[length:]
            length -= len(piece)
            yield piece

    def _more(self) -> bool:
        made = self._unpacked() if self._gzip else self._plain()
        self._ready += made
        return bool(made)

    def _plain(self) -> bytes:
        made = self._fill(1)
        self._packed, self._at = b"", self._at + len(made)
        return made

    def _unpacked(self) -> bytes:
        while True:
            if not self._fill(1):
                if self._member is not None and not self._member.eof:
                    raise _Broken("the file ends inside of a gzip member")
                return b""
            if self._member is None or self._member.eof:
                if not self._fill(2).startswith(b"\x1f\x8b"):
                    raise _Broken("bytes behind a gzip member that are none")
                self._member, self._member_at = zlib.decompressobj(zlib.MAX_WBITS + 16), self._at
            try:
                made = self._member.decompress(self._packed, _CHUNK)
            except zlib.error as error:
                raise _Broken(f"damaged gzip: {error}") from error
            rest = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
            self._at, self._packed = self._at + len(self._packed) - len(rest), rest
            self._unpacked_size += len(made)
            if self._unpacked_size > MAX_UNPACKED:
                raise _Broken(f"more than {MAX_UNPACKED} bytes when unpacked")
            if made:
                return made

    def _fill(self, least: int) -> bytes:
        while len(self._packed) < least and (piece := self._raw.read(_CHUNK)):
            self._packed += piece
        return self._packed


def records(raw: IO[bytes]) -> Iterator[Record | Problem]:
    """The records of a WARC in order. A Problem is the last that comes where the rest cannot be read."""
    source = _Source(raw)
    try:
        while True:
            place, first = _next_line(source)
            if not first:
                return
            if not _VERSION.fullmatch(first):
                raise _Broken("no record of WARC begins here", place)
            yield _record(source, place)
    except _Broken as error:
        place = source.at() if error.place is None else error.place
        yield Problem(what=f"{error}; nothing behind it was read", where=f"byte {place}")


def digest_holds(stated: str | None, data: bytes) -> bool | None:
    """Whether ``data`` has the digest that a field states; None where it states none that can be compared."""
    found = _DIGEST.fullmatch(stated or "")
    if found is None:
        return None
    return _same(hashlib.new(found[1].replace("-", ""), data, usedforsecurity=False).digest(), found[2])


def _next_line(source: _Source) -> tuple[int, bytes]:
    """The first line that is not empty, and where its record begins."""
    while True:
        line = source.line()
        if line.strip() or not line:
            return source.place(len(line)), line


def _record(source: _Source, place: int) -> Record:
    fields = _fields(source)
    length = fields.get("content-length", "").encode()
    if not _LENGTH.fullmatch(length):
        raise _Broken("a record that does not state its length")
    stated = _DIGEST.fullmatch(fields.get("warc-block-digest", ""))
    name = stated[1].replace("-", "") if stated else "sha256"
    digest, kept, size = hashlib.new(name, usedforsecurity=False), [], int(length)
    for piece in source.blocks(size):
        digest.update(piece)
        if size <= MAX_BLOCK:
            kept.append(piece)
    holds = _same(digest.digest(), stated[2]) if stated else None
    return Record(fields, b"".join(kept) if size <= MAX_BLOCK else None, place, holds)


def _fields(source: _Source) -> dict[str, str]:
    fields: dict[str, str] = {}
    last = ""
    for _ in range(_MOST_FIELDS):
        line = source.line()
        if line in (b"\r\n", b"\n"):
            return fields
        text = line.decode("utf-8", "backslashreplace").rstrip("\r\n")
        if text.startswith((" ", "\t")) and last:
            fields[last] += " " + text.strip()
            continue
        name, colon, value = text.partition(":")
        if not colon:
            raise _Broken("a field of a record that is none")
        last = name.strip().lower()
        fields.setdefault(last, value.strip())
    raise _Broken("a record with more fields than any has")


def _same(digest: bytes, stated: str) -> bool:
    """Digests stand in Base32 (the usual), in hex, or in Base64."""
    forms = (base64.b32encode(digest).decode(), digest.hex(), base64.b64encode(digest).decode())
    padded = stated.rstrip("=")
    return any(padded == form.rstrip("=") for form in forms) or padded.lower() == digest.hex()


def is_warc(head: bytes) -> bool:
    """Whether a file that begins so is a WARC, as it is or in gzip."""
    if not head.startswith(b"\x1f\x8b"):
        return _VERSION.match(head) is not None
    try:
        return _VERSION.match(zlib.decompressobj(zlib.MAX_WBITS + 16).decompress(head, _CHUNK)) is not None
    except zlib.error:
        return False
