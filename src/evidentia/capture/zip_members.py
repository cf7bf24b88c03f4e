"""What a ZIP that somebody handed over holds: every member digested, within limits, and none written to the disk.

The ZIP is read by the same strict reader as bundles are: ``zipfile`` takes the last of two entries of one name and
never compares a local header with the directory, so that two programs could see two conversations. What is merely
unusual (an extra field, a comment) is an oddity of its member; what could deceive is a problem, and is not read.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from io import BufferedReader
from typing import IO

from evidentia.fingerprint.digests import BLOCK
from evidentia.fingerprint.magic import HEAD, UNKNOWN, media_type_of
from evidentia.record.handed_over import Member, Members, Problem
from evidentia.record.item import Program
from evidentia.verify.zip_directory import UTF8, DamagedZip, Directory, Entry, open_entry, read_directory

READER = Program(name="evidentia.capture.zip_members", version="1")

MAX_MEMBERS = 100_000
"""WhatsApp exports at most 10,000 messages with media; an account's whole Telegram export is the larger thing."""

MAX_UNPACKED = 16 << 30
"""Bytes of all members together: twice the largest file that is taken in (files.MAX_SIZE). Media do not shrink."""

MAX_RATIO = 1032
"""Deflate's own limit (zlib's "Technical Details": 1032:1); more is only reached by entries that overlap (Fifield,
"A better zip bomb", WOOT 2019)."""

_FORBIDDEN = ("encrypted", "neither stored nor deflated", "an archive of several parts")
_HARMLESS = (
    "an extra field of a kind",
    "extra fields that stand twice",
    "a comment on an entry",
    "asks for a later",
)
_LONGEST_NAME = 4096


class ZipMembers:
    """An open ZIP. ``members`` is what it holds; ``read`` gives the bytes of one that could be read.

    Raises:
        DamagedZip: it is no ZIP, or its directory cannot be read.
    """

    def __init__(self, raw: IO[bytes], size: int) -> None:
        self._raw = raw
        directory = read_directory(raw, MAX_MEMBERS)
        self._entries: dict[str, Entry] = {}
        self.members = self._survey(directory, size)

    def read(self, name: str, most: int) -> bytes:
        """The bytes of a member, ``most`` at most.

        Raises:
            DamagedZip: there is no such member that can be read, or its data are not what the ZIP says.
            ValueError: it is larger.
        """
        entry = self._readable(name)
        if entry.size > most:
            raise ValueError(f"{entry.size} bytes; the limit is {most}")
        with open_entry(self._raw, entry) as stream:
            return stream.read()

    def open(self, name: str) -> BufferedReader:
        """A member as a stream, which ends with DamagedZip where its data are not what the ZIP says.

        Raises:
            DamagedZip: there is no such member that can be read.
        """
        return open_entry(self._raw, self._readable(name))

    def _readable(self, name: str) -> Entry:
        entry = self._entries.get(name)
        if entry is None:
            raise DamagedZip(f"{name}: not a member that can be read")
        return entry

    def _survey(self, directory: Directory, size: int) -> Members:
        found = directory.problems
        problems = [Problem(what=what, where=name or "archive") for name, what in found if _deceives(what)]
        oddities = [(name, what) for name, what in found if not _deceives(what)]
        counted = Counter(name_of(entry) for entry in directory.entries)
        unpacked = sum(entry.size for entry in directory.entries)
        overlapping = sum(entry.packed for entry in directory.entries) > size
        if overlapping or unpacked > min(MAX_UNPACKED, size * MAX_RATIO):
            what = f"{unpacked} bytes unpacked from {size}: more than can be, or than is read; no member was read"
            problems.append(Problem(what=what, where="archive"))
            return Members(reader=READER, members=(), problems=tuple(problems))
        members = []
        for entry in directory.entries:
            if entry.is_folder and not entry.size:
                continue
            name = name_of(entry)
            wrong = _refusal(name, entry, counted[name])
            odd = (*entry.problems, *(what for called, what in oddities if called == entry.name))
            member = Member(name=name, size=entry.size, modified=_moment(entry), oddities=odd)
            if wrong is None:
                member, wrong = self._digested(entry, member)
            if wrong is not None:
                problems.append(Problem(what=wrong, where=name))
            members.append(member)
        return Members(reader=READER, members=tuple(members), problems=tuple(problems))

    def _digested(self, entry: Entry, member: Member) -> tuple[Member, str | None]:
        try:
            with open_entry(self._raw, entry) as stream:
                digest, head, size = digested(stream)
        except OSError as error:
            return member, str(error)
        self._entries[member.name] = entry
        return described(member, digest, head, size), None


def name_of(entry: Entry) -> str:
    """The name: UTF-8 where it is that, although its flag does not say so, as phones and macOS write it."""
    if not entry.flags & UTF8:
        try:
            return entry.name.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return entry.name


def is_safe_name(name: str) -> bool:
    """Whether a name leads nowhere but into the archive's own folders."""
    parts = name.split("/")
    drive = len(name) > 1 and name[1] == ":" and name[0].isalpha()
    return (
        bool(name)
        and len(name) <= _LONGEST_NAME
        and not drive
        and not any(part in ("", ".", "..") for part in parts)
        and "\\" not in name
        and "\0" not in name
    )


def digested(stream: IO[bytes]) -> tuple[str, bytes, int]:
    """SHA-256, first bytes and length of a stream, in one pass."""
    sha256, head, size = hashlib.sha256(), b"", 0
    for block in _blocks(stream):
        head = head or block[:HEAD]
        sha256.update(block)
        size += len(block)
    return sha256.hexdigest(), head, size


def described(member: Member, digest: str, head: bytes, size: int) -> Member:
    """The member with what its bytes say of themselves."""
    media_type = media_type_of(head)
    return Member(
        name=member.name,
        size=size,
        sha256=digest,
        media_type=None if media_type == UNKNOWN else media_type,
        modified=member.modified,
        oddities=member.oddities,
    )


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    while block := stream.read(BLOCK):
        yield block


def _deceives(what: str) -> bool:
    return not what.startswith(_HARMLESS)


def _refusal(name: str, entry: Entry, count: int) -> str | None:
    if not is_safe_name(name):
        return "a name that leads out of its folder, or is none: it was not read"
    if count > 1:
        return f"{count} members of this name: programs differ in which they take, so none was read"
    forbidden = next((what for what in entry.problems if what.startswith(_FORBIDDEN)), None)
    return None if forbidden is None else f"{forbidden}: it was not read"


def _moment(entry: Entry) -> str | None:
    """The time of MS-DOS in its two words, local to whoever packed."""
    time, date = entry.moment
    if not date:
        return None
    year, month, day = 1980 + (date >> 9), date >> 5 & 15, date & 31
    return f"{year:04d}-{month:02d}-{day:02d}T{time >> 11:02d}:{time >> 5 & 63:02d}:{(time & 31) * 2:02d}"
