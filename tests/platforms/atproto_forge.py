"""A second, small writer of what ``platforms/atproto`` reads, to make good and bad proofs under keys of our own.

It shares no code with the reader: its own CBOR, CIDs, base58 and tree. Each is a test of the other.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from evidentia.platforms.atproto.proof import Answers, Subject
from evidentia.platforms.page import CapturedResponse

COLLECTION = "app.bsky.feed.post"
REV = "3n2umtooi6s2l"
ORDERS = {
    "secp256k1": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141,
    "secp256r1": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
}
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@dataclass(frozen=True)
class Link:
    """A CID as bytes, where a value holds one."""

    cid: bytes


def cbor(value: Any) -> bytes:
    """DAG-CBOR, as its specification says."""
    if value is None or isinstance(value, bool):
        return {None: b"\xf6", True: b"\xf5", False: b"\xf4"}[value]
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, Link):
        return b"\xd8\x2a" + cbor(b"\0" + value.cid)
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    pairs = sorted(value.items(), key=lambda pair: (len(pair[0].encode()), pair[0].encode()))
    return head(5, len(pairs)) + b"".join(cbor(k) + cbor(v) for k, v in pairs)


def head(major: int, number: int) -> bytes:
    """A type and a number, as short as it can be."""
    if number < 24:
        return bytes([major << 5 | number])
    size = next(n for n in (1, 2, 4, 8) if number < 1 << (8 * n))
    return bytes([major << 5 | {1: 24, 2: 25, 4: 26, 8: 27}[size]]) + number.to_bytes(size, "big")


def cid(block: bytes, codec: int = 0x71) -> bytes:
    """The CID of a block."""
    return bytes([1, codec, 0x12, 32]) + hashlib.sha256(block).digest()


def spelled(raw: bytes) -> str:
    """A CID as text."""
    return "b" + base64.b32encode(raw).decode().rstrip("=").lower()


def varint(number: int) -> bytes:
    """An unsigned number of variable length."""
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def car(root: bytes, blocks: list[bytes], codec: int = 0x71) -> bytes:
    """A CAR of these blocks, in this order."""
    header = cbor({"version": 1, "roots": [Link(root)]})
    sections = [header, *(cid(block, codec) + block for block in blocks)]
    return b"".join(varint(len(section)) + section for section in sections)


@dataclass(frozen=True)
class Key:
    """A key pair of one of the two curves."""

    private: ec.EllipticCurvePrivateKey

    @property
    def multikey(self) -> str:
        """The public key as DID documents spell it."""
        prefix = b"\xe7\x01" if self.private.curve.name == "secp256k1" else b"\x80\x24"
        point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        return "z" + base58(prefix + point)

    @property
    def did(self) -> str:
        """The public key as the directory spells it."""
        return "did:key:" + self.multikey

    def sign(self, message: bytes, high: bool = False) -> bytes:
        """A signature of 64 bytes with the lower ``s``, or with the forbidden higher one."""
        r, s = decode_dss_signature(self.private.sign(message, ec.ECDSA(SHA256())))
        other = ORDERS[self.private.curve.name] - s
        s = max(s, other) if high else min(s, other)
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def key(curve: ec.EllipticCurve | None = None) -> Key:
    """A new key."""
    return Key(ec.generate_private_key(curve or ec.SECP256K1()))


def base58(data: bytes) -> str:
    """Bytes in base58, for data that does not begin with a zero."""
    number, out = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        out = ALPHABET[digit] + out
    return out


def layer(path: str) -> int:
    """A key's layer: pairs of zero bits at the beginning of its hash."""
    bits = "".join(f"{byte:08b}" for byte in hashlib.sha256(path.encode()).digest())
    return (len(bits) - len(bits.lstrip("0"))) // 2


def node(left: bytes | None, entries: list[dict[str, Any]]) -> bytes:
    """A node of the tree."""
    return cbor({"l": None if left is None else Link(left), "e": entries})


def entry(before: str, path: str, value: bytes, right: bytes | None) -> dict[str, Any]:
    """An entry of a node, shortened by what it shares with the key before."""
    shared = 0
    while shared < min(len(before), len(path)) and before[shared] == path[shared]:
        shared += 1
    linked = None if right is None else Link(right)
    return {"p": shared, "k": path[shared:].encode(), "v": Link(value), "t": linked}


def tree(records: dict[str, bytes], blocks: list[bytes], level: int | None = None) -> bytes | None:
    """The CID of the tree of these records (path to CID); its nodes are added to ``blocks``."""
    top = max(map(layer, records), default=0) if level is None else level
    if not records and level is not None:
        return None
    groups: list[dict[str, bytes]] = [{}]
    own: list[str] = []
    for path in sorted(records):
        if layer(path) == top:
            own.append(path)
            groups.append({})
        else:
            groups[-1][path] = records[path]
    below = [tree(group, blocks, top - 1) if group else None for group in groups]
    entries = []
    for before, path, right in zip(["", *own], own, below[1:], strict=False):
        entries.append(entry(before, path, records[path], right))
    block = node(below[0], entries)
    blocks.append(block)
    return cid(block)


@dataclass(frozen=True)
class Forge:
    """An account, its records, and everything that is served about it."""

    signing: Key = field(default_factory=key)
    rotation: Key = field(default_factory=key)
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    host: str = "https://host.contoh.test"
    handle: str = "pejabat07.contoh.test"

    def genesis(self, **changes: Any) -> dict[str, Any]:
        """The first operation of the directory's log, without a signature."""
        return {
            "type": "plc_operation",
            "verificationMethods": {"atproto": self.signing.did},
            "rotationKeys": [self.rotation.did],
            "alsoKnownAs": [f"at://{self.handle}"],
            "services": {"atproto_pds": {"type": "AtprotoPersonalDataServer", "endpoint": self.host}},
            "prev": None,
        } | changes

    def document(self, did: str, **changes: Any) -> dict[str, Any]:
        """The DID document, as today's directory writes it."""
        method = {"id": f"{did}#atproto", "type": "Multikey", "controller": did}
        return {
            "id": did,
            "alsoKnownAs": [f"at://{self.handle}"],
            "verificationMethod": [method | {"publicKeyMultibase": self.signing.multikey}],
            "service": [
                {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": self.host}
            ],
        } | changes

    def commit(self, account: str, data: bytes, signer: Key | None = None, **changes: Any) -> bytes:
        """A signed commit."""
        unsigned = {"did": account, "version": 3, "data": Link(data), "rev": REV, "prev": None} | changes
        return cbor({"sig": (signer or self.signing).sign(cbor(unsigned))} | unsigned)

    def repository(self, account: str, signer: Key | None = None) -> bytes:
        """A CAR of the whole repository."""
        blocks: list[bytes] = []
        named = {}
        for path, record in self.records.items():
            block = cbor(record)
            blocks.append(block)
            named[path] = cid(block)
        root = tree(named, blocks)
        assert root is not None
        commit = self.commit(account, root, signer)
        return car(cid(commit), [commit, *blocks])


def signed(operation: dict[str, Any], signer: Key) -> dict[str, Any]:
    """An operation with its signature."""
    signature = base64.urlsafe_b64encode(signer.sign(cbor(operation))).decode().rstrip("=")
    return operation | {"sig": signature}


def logged(did: str, *operations: dict[str, Any], undone: int = 0) -> list[dict[str, Any]]:
    """The audit log of these signed operations, one an hour; ``undone`` is a bit for each that was nullified."""
    return [
        {
            "did": did,
            "operation": operation,
            "cid": spelled(cid(cbor(operation))),
            "nullified": bool(undone >> index & 1),
            "createdAt": f"2026-11-01T{index:02}:00:00.000Z",
        }
        for index, operation in enumerate(operations)
    ]


def did_of(genesis: dict[str, Any]) -> str:
    """The DID that a signed first operation makes."""
    digest = hashlib.sha256(cbor(genesis)).digest()
    return "did:plc:" + base64.b32encode(digest).decode().lower()[:24]


def post(text: str) -> dict[str, Any]:
    """A post's record."""
    return {"$type": COLLECTION, "text": text, "createdAt": "2026-11-21T10:00:00.000Z"}


@dataclass(frozen=True)
class Served:
    """What a directory and a host serve about one record, each part to be replaced at will."""

    did: str
    rkey: str
    document: bytes
    log: bytes
    car: bytes
    record: bytes | None = None

    @property
    def subject(self) -> Subject:
        """The record that is asked for."""
        return Subject(self.did, COLLECTION, self.rkey)

    @property
    def answers(self) -> Answers:
        """As captured answers."""
        return Answers(
            document=answer("https://plc.directory/document", self.document),
            log=answer("https://plc.directory/log", self.log),
            car=answer("https://host.contoh.test/car", self.car),
            record=None if self.record is None else answer("https://host.contoh.test/json", self.record),
        )

    def but(self, **changes: Any) -> Served:
        """The same with parts replaced."""
        return replace(self, **changes)


def answer(url: str, body: bytes, status: int = 200) -> CapturedResponse:
    """A captured answer."""
    return CapturedResponse(url=url, status=status, headers=(), body=body)


def serve(forge: Forge, rkey: str) -> Served:
    """A whole, good answer about one record of a forged account."""
    genesis = signed(forge.genesis(), forge.rotation)
    did = did_of(genesis)
    return Served(
        did=did,
        rkey=rkey,
        document=json.dumps(forge.document(did)).encode(),
        log=json.dumps(logged(did, genesis)).encode(),
        car=forge.repository(did),
    )
