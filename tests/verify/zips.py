"""ZIPs written field by field (PKWARE APPNOTE 6.3.10): honest by default, and lying exactly where a test says so."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from typing import Any

from bundles import CASE, Files, plain

from lab.pki import Lab

DATE = 0x21  # 1980-01-01, in MS-DOS's form
STREAMED = 0x08
FULL = 0xFFFFFFFF


def deflated(data: bytes) -> bytes:
    """A deflate stream."""
    stream = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return stream.compress(data) + stream.flush()


def extra(kind: int, data: bytes) -> bytes:
    """An extra field."""
    return struct.pack("<HH", kind, len(data)) + data


def descriptor(data: bytes, packed: int) -> bytes:
    """A data descriptor with its signature."""
    return struct.pack("<4sIII", b"PK\x07\x08", zlib.crc32(data), packed, len(data))


@dataclass
class Entry:
    """An entry. What is not given is what an honest writer would say.

    Attributes:
        packed: the bytes between the headers.
        needed: the version needed to extract, times ten.
        local: fields of the local header that differ from the directory's: ``name``, ``crc``, ``packed``, ``size``,
            ``extra``, ``flags``, ``method``, ``needed``.
        after: what follows the data.
    """

    name: bytes
    data: bytes
    method: int = 0
    flags: int = 0
    packed: bytes | None = None
    attributes: int = 0o100644 << 16
    extra: bytes = b""
    comment: bytes = b""
    needed: int = 20
    local: dict[str, Any] = field(default_factory=dict)
    after: bytes = b""

    def parts(self, offset: int) -> tuple[bytes, bytes]:
        """The local part with its data, and the line of the directory."""
        packed = self.packed
        if packed is None:
            packed = deflated(self.data) if self.method == 8 else self.data
        known = {
            "name": self.name,
            "crc": zlib.crc32(self.data),
            "packed": len(packed),
            "size": len(self.data),
        }
        said = {"extra": b"", "flags": self.flags, "method": self.method, "needed": self.needed}
        said |= known | self.local
        first = struct.pack("<4sHHHHHIII", b"PK\x03\x04", said["needed"], said["flags"], said["method"], 0, DATE,
                            said["crc"], said["packed"], said["size"])  # fmt: skip
        local = (
            first + struct.pack("<HH", len(said["name"]), len(said["extra"])) + said["name"] + said["extra"]
        )
        line = struct.pack("<4sHHHHHHIII", b"PK\x01\x02", 0x314, self.needed, self.flags, self.method, 0, DATE,
                           known["crc"], len(packed), len(self.data))  # fmt: skip
        lengths = struct.pack(
            "<HHHHHII", len(self.name), len(self.extra), len(self.comment), 0, 0, self.attributes, offset
        )
        return local + packed + self.after, line + lengths + self.name + self.extra + self.comment


def archive(
    entries: list[Entry],
    *,
    end: dict[str, int] | None = None,
    zip64: dict[str, Any] | None = None,
    comment: bytes = b"",
    directory: bytes = b"",
) -> bytes:
    """A ZIP. ``end`` and ``zip64`` change fields of the end records; ``directory`` is appended to the directory."""
    body, lines = b"", b""
    for entry in entries:
        local, line = entry.parts(len(body))
        body, lines = body + local, lines + line
    lines += directory
    honest = {"disk": 0, "here": len(entries), "count": len(entries), "size": len(lines), "offset": len(body)}
    wide = b""
    if zip64 is not None:
        said = honest | {"more": b""} | zip64
        wide = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44 + len(said["more"]), 45, 45, 0, 0,
                           said["here"], said["count"], said["size"], said["offset"]) + said["more"]  # fmt: skip
        wide += struct.pack("<4sIQI", b"PK\x06\x07", 0, len(body) + len(lines), 1)
    said = honest | (end or {})
    last = struct.pack("<4sHHHHIIH", b"PK\x05\x06", said["disk"], said["disk"], said["here"], said["count"],
                       said["size"], said["offset"], len(comment))  # fmt: skip
    return body + lines + wide + last + comment


def entries_of(files: Files, top: str = f"{CASE}/", **changed: Any) -> list[Entry]:
    """The files as the writer packs them. ``changed``: a ``path``, and the fields in which its entry is another."""
    path = changed.pop("path", "")
    made = [Entry(f"{top}{name}".encode(), data) for name, data in sorted(files.items())]
    for entry in made:
        if entry.name == f"{top}{path}".encode():
            for key, value in changed.items():
                setattr(entry, key, value)
    return made


POST = "data/000001/post.txt"


def inside(name: str) -> bytes:
    """A path as it stands in the ZIP."""
    return f"{CASE}/{name}".encode()


def post(lab: Lab) -> bytes:
    """The file that most of these attacks are about."""
    return plain(lab).build()[POST]


def with_post(lab: Lab, **changed: Any) -> bytes:
    """The good bundle's ZIP with another entry for the post."""
    return archive(entries_of(plain(lab).build(), path=POST, **changed))


def with_more(lab: Lab, *more: Entry) -> bytes:
    """The good bundle's ZIP with further entries."""
    return archive([*entries_of(plain(lab).build()), *more])
