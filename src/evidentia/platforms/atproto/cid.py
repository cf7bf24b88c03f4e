"""CIDs: names that are the hash of what they name, in the one form that the protocol blesses.

CIDv1, SHA-256, of DAG-CBOR (records, commits, nodes of the tree) or of raw bytes (pictures):
https://atproto.com/specs/data-model, section "Blessed CID formats".
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from enum import IntEnum

import msgspec

SIZE = 36
"""Bytes of a CID: version, codec, hash function, length of the hash, and 32 of the hash."""

_VERSION, _SHA_256, _DIGEST_SIZE = 0x01, 0x12, 32
_TEXT_LENGTH = 59  # "b" and 36 bytes in base32 without padding


class Malformed(Exception):
    """Bytes that do not have the form that they must have; the message says what is wrong."""


class Codec(IntEnum):
    """What the named bytes are (the multicodec table)."""

    RAW = 0x55
    DAG_CBOR = 0x71


class Cid(msgspec.Struct, frozen=True):
    """The name of bytes: what they are, and their SHA-256."""

    codec: Codec
    digest: bytes

    def __str__(self) -> str:
        return "b" + base64.b32encode(bytes(self)).decode("ascii").rstrip("=").lower()

    def __bytes__(self) -> bytes:
        return bytes((_VERSION, self.codec, _SHA_256, _DIGEST_SIZE)) + self.digest

    def names(self, data: bytes) -> bool:
        """Whether it is the name of these bytes."""
        return hashlib.sha256(data).digest() == self.digest


def cid_of(data: bytes, codec: Codec = Codec.DAG_CBOR) -> Cid:
    """The name of these bytes."""
    return Cid(codec, hashlib.sha256(data).digest())


def parse_bytes(data: bytes) -> Cid:
    """Read a CID in bytes.

    Raises:
        Malformed: it is none, or of another kind than the protocol allows.
    """
    if len(data) != SIZE or (data[0], data[2], data[3]) != (_VERSION, _SHA_256, _DIGEST_SIZE):
        raise Malformed("a CID that is not version 1 with SHA-256")
    if data[1] not in (Codec.RAW, Codec.DAG_CBOR):
        raise Malformed(f"a CID of codec {data[1]:#x}")
    return Cid(Codec(data[1]), data[4:])


def parse_text(text: str) -> Cid:
    """Read a CID as JSON and addresses spell it (base32, multibase prefix ``b``).

    Raises:
        Malformed: it is none, or not in its one spelling.
    """
    if len(text) != _TEXT_LENGTH or not text.startswith("b"):
        raise Malformed("a CID that is not in base32")
    try:
        cid = parse_bytes(base64.b32decode(text[1:].upper() + "=" * 6))
    except (binascii.Error, ValueError) as error:
        raise Malformed("a CID that is not in base32") from error
    if str(cid) != text:
        raise Malformed("a CID that is not in its one spelling")
    return cid
