"""What an account's key signs: the root of its tree at one revision (https://atproto.com/specs/repository)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from .cid import Cid, Malformed
from .dag_cbor import decode, encode

VERSION = 3

_TID = re.compile(r"[2-7a-j][2-7a-z]{12}", re.ASCII)
_TID_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
_CLOCK_ID_BITS = 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit. ``unsigned`` is what ``signature`` is over: the commit without it, encoded again."""

    did: str
    rev: str
    data: Cid
    unsigned: bytes
    signature: bytes

    @property
    def at(self) -> datetime:
        """When the signer says that the revision was made."""
        return moment_of(self.rev)


def read_commit(block: bytes) -> Commit:
    """Read a commit.

    Raises:
        Malformed: it is none of version 3.
    """
    value = decode(block)
    match value:
        case {
            "did": str(did),
            "version": int(version),
            "data": Cid() as data,
            "rev": str(rev),
            "prev": None | Cid(),
            "sig": bytes(signature),
            **rest,
        } if isinstance(value, dict) and not rest and version == VERSION and _TID.fullmatch(rev):
            unsigned = {name: each for name, each in value.items() if name != "sig"}
            return Commit(did, rev, data, encode(unsigned), signature)
    raise Malformed(f"a root that is no commit of version {VERSION}")


def moment_of(tid: str) -> datetime:
    """The time in a TID: microseconds since 1970 above ten bits of a clock's number (https://atproto.com/specs/tid).

    Raises:
        Malformed: it is no TID.
    """
    if not _TID.fullmatch(tid):
        raise Malformed("a TID that is none")
    number = 0
    for character in tid:
        number = number << 5 | _TID_ALPHABET.index(character)
    return _EPOCH + timedelta(microseconds=number >> _CLOCK_ID_BITS)
