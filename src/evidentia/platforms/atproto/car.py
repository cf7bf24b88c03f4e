"""CAR version 1: a root's name, and blocks behind their names (https://ipld.io/specs/transport/car/carv1/)."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from .cid import SIZE, Cid, Malformed, parse_bytes
from .dag_cbor import decode

MAX_BYTES = 8 * 1024 * 1024
"""A proof is a commit, a record (1 MiB at most in every implementation) and the nodes on one way down the tree."""

_VARINT_BYTES = 4  # 2**28: more than MAX_BYTES


class Car(msgspec.Struct, frozen=True):
    """A bundle of blocks, each of which has the hash that its name says."""

    root: Cid
    blocks: Mapping[Cid, bytes]


def read_car(data: bytes) -> Car:
    """Read a CAR with one root, and hash every block.

    Raises:
        Malformed: it is cut short, not in its one form, or a block is not what its name says.
    """
    if len(data) > MAX_BYTES:
        raise Malformed(f"a CAR larger than {MAX_BYTES} bytes")
    header, at = _section(data, 0)
    blocks: dict[Cid, bytes] = {}
    while at < len(data):
        section, at = _section(data, at)
        cid, block = parse_bytes(section[:SIZE]), section[SIZE:]
        if not cid.names(block):
            raise Malformed(f"the block {cid} does not have the hash that its name says")
        blocks[cid] = block
    return Car(_root(header), blocks)


def _root(header: bytes) -> Cid:
    match decode(header):
        case {"version": int(version), "roots": [Cid() as root], **rest} if not rest and _is_one(version):
            return root
    raise Malformed("a CAR whose header is not version 1 with one root")


def _is_one(number: int) -> bool:
    return type(number) is int and number == 1  # true equals 1, and is another value


def _section(data: bytes, at: int) -> tuple[bytes, int]:
    length, start = _varint(data, at)
    if length == 0 or start + length > len(data):
        raise Malformed("a CAR that is cut short")
    return data[start : start + length], start + length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    number = 0
    for index, byte in enumerate(data[at : at + _VARINT_BYTES]):
        number |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            if byte == 0 and index > 0:
                raise Malformed("a length that is not written as short as it can be")
            return number, at + index + 1
    raise Malformed("a CAR that is cut short, or a length that no block has")
