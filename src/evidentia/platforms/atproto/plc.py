"""The directory's log of a DID: every operation signed by a key that the operation before it allows.

https://web.plc.directory/spec/v0.1/did-plc. The log proves itself, because the DID is the hash of its first operation;
what a directory can do is to leave out the latest operations, and to choose the times, which nobody signs.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from .cid import Cid, Malformed, cid_of, parse_text
from .dag_cbor import Value, encode
from .did import origin_of
from .json_form import from_json, read_as
from .public_key import parse_did_key

MAX_LOG_BYTES = 8 * 1024 * 1024
MAX_OPERATIONS = 2_000
"""The directory takes 100 operations of one DID in a week; accounts have a handful in their life."""

RECOVERY = timedelta(hours=72)
"""How long a key of higher rank can undo what one of lower rank did."""

_MAX_KEYS = 10
_SIGNATURE_LENGTH = 86  # 64 bytes in base64url without padding


class _Entry(msgspec.Struct, frozen=True, rename="camel"):
    did: str
    operation: dict[str, object]
    cid: str
    nullified: bool
    created_at: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation, and what the DID's document is after it.

    ``signer`` is the rank of the rotation key that signed it, among those of the operation before (0 is the highest).
    ``at`` is the directory's word. ``signing_key`` is a ``did:key``, ``host`` an origin.
    """

    cid: Cid
    at: datetime
    signer: int
    rotation_keys: tuple[str, ...]
    signing_key: str | None
    names: tuple[str, ...]
    host: str | None
    is_tombstone: bool


@dataclass(frozen=True, slots=True)
class Log:
    """The operations that stand, oldest first, and how many were undone."""

    operations: tuple[Operation, ...]
    undone: int

    @property
    def last(self) -> Operation:
        """The operation that the document is made from."""
        return self.operations[-1]


def read_log(text: bytes, did: str) -> Log:
    """Read a log and check all of it: signatures, order, the DID itself.

    Raises:
        Malformed: something in it does not hold.
    """
    entries = _decoded(text)
    standing: list[Operation] = []
    undone: set[Cid] = set()
    for entry in entries:
        if entry.did != did:
            raise Malformed("an operation of another DID in the log")
        operation, earlier = _checked(entry, standing)
        if not standing and _did_of(entry) != did:
            raise Malformed("the DID is not the hash of the first operation in its log")
        undone |= {each.cid for each in standing[earlier:]}
        standing[earlier:] = [operation]
    for entry in entries:
        if entry.nullified is not (parse_text(entry.cid) in undone):
            raise Malformed("an operation that is said to be undone and is not, or the other way round")
    return Log(tuple(standing), len(undone))


def _decoded(text: bytes) -> list[_Entry]:
    if len(text) > MAX_LOG_BYTES:
        raise Malformed(f"a log larger than {MAX_LOG_BYTES} bytes")
    entries = read_as(text, list[_Entry])
    if not 0 < len(entries) <= MAX_OPERATIONS:
        raise Malformed(f"a log of {len(entries)} operations")
    return entries


def _checked(entry: _Entry, standing: list[Operation]) -> tuple[Operation, int]:
    """The operation, and how many of those that stood before it go on standing."""
    content = _content(entry)
    signed = encode(content)
    cid = cid_of(signed)
    if str(cid) != entry.cid:
        raise Malformed("an operation that is not what its CID names")
    earlier = _place(content.get("prev"), standing)
    keys = standing[earlier - 1].rotation_keys if earlier else _rotation_keys(content)
    signer = _signer(content, keys)
    made = _operation(content, cid, _moment(entry.created_at), signer)
    if earlier < len(standing):
        _check_recovery(made, standing[earlier])
    return made, earlier


def _content(entry: _Entry) -> dict[str, Value]:
    content = from_json(entry.operation)
    if not isinstance(content, dict):
        raise Malformed("an operation that is no object")
    return content


def _place(before: Value, standing: list[Operation]) -> int:
    """How many operations stand up to and with the one that ``prev`` names."""
    if before is None and not standing:
        return 0
    for index, operation in enumerate(standing):
        if str(operation.cid) == before:
            if operation.is_tombstone:
                raise Malformed("an operation that follows upon a tombstone")
            return index + 1
    raise Malformed("an operation that does not follow upon one that stands")


def _signer(content: dict[str, Value], keys: tuple[str, ...]) -> int:
    signature = content.get("sig")
    if not isinstance(signature, str) or len(signature) != _SIGNATURE_LENGTH:
        raise Malformed("an operation without a signature")
    try:
        raw = base64.b64decode(signature + "==", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed("an operation without a signature") from error
    if base64.urlsafe_b64encode(raw).decode().rstrip("=") != signature:
        raise Malformed("a signature that is not in its one spelling")
    message = encode({name: each for name, each in content.items() if name != "sig"})
    for rank, key in enumerate(keys):
        if parse_did_key(key).signed(message, raw):
            return rank
    raise Malformed("an operation that no rotation key of the operation before it has signed")


def _check_recovery(made: Operation, undone: Operation) -> None:
    if made.signer >= undone.signer:
        raise Malformed("an operation undone by a key that has no higher rank")
    if made.at - undone.at > RECOVERY:
        raise Malformed("an operation undone later than the directory allows")


def _operation(content: dict[str, Value], cid: Cid, at: datetime, signer: int) -> Operation:
    match content:
        case {"type": "plc_tombstone"}:
            return Operation(cid, at, signer, (), None, (), None, is_tombstone=True)
        case {"type": "create", "signingKey": str(key), "handle": str(handle), "service": str(host)}:
            names = (handle if handle.startswith("at://") else f"at://{handle}",)
            origin = origin_of(host if "://" in host else f"https://{host}")
            return Operation(cid, at, signer, _rotation_keys(content), key, names, origin, is_tombstone=False)
        case {
            "type": "plc_operation",
            "alsoKnownAs": list(known),
            "verificationMethods": dict(methods),
            "services": dict(services),
        }:
            signing = methods.get("atproto")
            return Operation(
                cid, at, signer, _rotation_keys(content),
                signing_key=signing if isinstance(signing, str) else None,
                names=tuple(name for name in known if isinstance(name, str)),
                host=_host(services.get("atproto_pds")),
                is_tombstone=False,
            )  # fmt: skip
    raise Malformed("an operation of a kind that the directory does not have")


def _rotation_keys(content: dict[str, Value]) -> tuple[str, ...]:
    """The keys that may sign the next operation, the highest rank first."""
    match content:
        case {"type": "create", "recoveryKey": str(recovery), "signingKey": str(signing)}:
            return (recovery, signing)
        case {"type": "plc_operation", "rotationKeys": list(keys)} if len(keys) <= _MAX_KEYS:
            if all(isinstance(key, str) for key in keys):
                return tuple(key for key in keys if isinstance(key, str))
    raise Malformed("an operation without rotation keys")


def _host(service: Value) -> str | None:
    return origin_of(service.get("endpoint")) if isinstance(service, dict) else None


def _did_of(entry: _Entry) -> str:
    digest = hashlib.sha256(encode(_content(entry))).digest()
    return "did:plc:" + base64.b32encode(digest).decode("ascii").lower()[:24]


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise Malformed("an operation whose time has no zone")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Malformed("an operation without a time") from error
