"""Public keys of accounts, and what they signed (https://atproto.com/specs/cryptography)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .cid import Malformed

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

MAX_TEXT = 256
"""Characters of a key. Those of the two curves have 48; a longer text costs the square of its length to read."""

_DID_KEY = "did:key:"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_CURVES = {b"\xe7\x01": "secp256k1", b"\x80\x24": "P-256"}
"""Multicodec prefixes of a compressed public key, as variable-length integers."""

_ORDERS = {
    "secp256k1": 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141,
    "P-256": 0xFFFFFFFF_00000000_FFFFFFFF_FFFFFFFF_BCE6FAAD_A7179E84_F3B9CAC2_FC632551,
}
"""Of the groups: SEC 2, sections 2.4.1 and 2.4.2."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key on one of the protocol's two curves; ``point`` is compressed (33 bytes)."""

    curve: str
    point: bytes
    text: str

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Whether this key made this signature: ECDSA over SHA-256, ``r`` and ``s`` of 32 bytes, ``s`` the lower one.

        The higher of the two values of ``s`` that fit would be a second signature over the same bytes; the protocol
        forbids it.
        """
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
        from cryptography.hazmat.primitives.hashes import SHA256

        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        if len(signature) != 64 or s > _ORDERS[self.curve] // 2:
            return False
        try:
            _loaded(self.curve, self.point).verify(encode_dss_signature(r, s), message, ec.ECDSA(SHA256()))
        except InvalidSignature:
            return False
        return True


def _loaded(curve: str, point: bytes) -> EllipticCurvePublicKey:
    from cryptography.hazmat.primitives.asymmetric import ec

    known: dict[str, ec.EllipticCurve] = {"secp256k1": ec.SECP256K1(), "P-256": ec.SECP256R1()}
    return ec.EllipticCurvePublicKey.from_encoded_point(known[curve], point)


def parse_did_key(text: str) -> PublicKey:
    """Read a key as the directory's log spells it (``did:key:z…``).

    Raises:
        Malformed: it is none, or on a curve that the protocol does not have.
    """
    if not text.startswith(_DID_KEY):
        raise Malformed("a key that does not begin with did:key:")
    return parse_multikey(text.removeprefix(_DID_KEY))


def parse_multikey(text: str) -> PublicKey:
    """Read a key as DID documents spell it (``z…``, of type Multikey).

    Raises:
        Malformed: it is none, or on a curve that the protocol does not have.
    """
    data = _from_multibase(text)
    curve = _CURVES.get(data[:2])
    if curve is None:
        raise Malformed("a key on a curve that the protocol does not have")
    try:
        _loaded(curve, data[2:])
    except ValueError as error:
        raise Malformed("a key that is no point of its curve") from error
    if len(data) != 35:
        raise Malformed("a key that is not compressed")
    return PublicKey(curve, data[2:], _DID_KEY + text)


def parse_bare_point(text: str, curve: str) -> PublicKey:
    """Read a key as older DID documents spell it: a point in base58, with its curve named beside it.

    Raises:
        Malformed: it is none.
    """
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    point = _from_multibase(text)
    try:
        loaded = _loaded(curve, point)
    except ValueError as error:
        raise Malformed("a key that is no point of its curve") from error
    compressed = loaded.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    prefix = next(code for code, name in _CURVES.items() if name == curve)
    return PublicKey(curve, compressed, f"{_DID_KEY}z{_to_base58(prefix + compressed)}")


def _from_multibase(text: str) -> bytes:
    if not text.startswith("z") or len(text) > MAX_TEXT:
        raise Malformed("a key that is not in base58")
    return _from_base58(text[1:])


def _from_base58(text: str) -> bytes:
    number = 0
    for character in text:
        digit = _BASE58.find(character)
        if digit < 0:
            raise Malformed("a key that is not in base58")
        number = number * 58 + digit
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _to_base58(data: bytes) -> str:
    """Of bytes that do not begin with zero, as no key with its prefix does."""
    number, digits = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _BASE58[digit] + digits
    return digits
