"""Public keys as ActivityPub actors publish them, and signatures checked with them.

``publicKey`` with a PEM (as Mastodon has it), ``assertionMethod`` with a Multikey (FEP-521a), ``did:key`` identifiers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from . import answers
from .activitypub_object import Node, object_in
from .page import CapturedResponse

MAX_KEYS = 20
"""Keys of one document that are read."""

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_LONGEST_BASE58 = 200  # characters: a signature of 64 bytes has 88, and decoding takes quadratic time
_ED25519 = b"\xed\x01"  # multicodec ed25519-pub as an unsigned varint
_SMALLEST_RSA = 1024  # bits; what is shorter can be forged at home


class UnreadableKey(ValueError):
    """A key or signature in a form that is not known here."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key: its id, whose it is by its own document, how it is spelled there, and where that document stands."""

    id: str
    owner: str | None
    spelled: str
    value: Any
    where: str


def keys_in(documents: tuple[CapturedResponse | None, ...]) -> dict[str, PublicKey]:
    """The keys that documents publish, by their ids: only those of a document's own host."""
    found: dict[str, PublicKey] = {}
    for document in documents:
        node = object_in(document)
        if document is None or document.status != 200 or node is None:
            continue
        for entry in _entries(node):
            try:
                key = _key(entry, document.url)
            except UnreadableKey:
                continue  # the signature that needs it says that its key is not in the capture
            if _is_its_own(key, node, document.url):
                found.setdefault(key.id, key)
    return found


def did_key(identifier: str) -> PublicKey | None:
    """The key that a ``did:key`` identifier is (W3C CCG, did:key v0.9); None where it is no such identifier."""
    did, _, _ = identifier.partition("#")
    if not did.startswith("did:key:"):
        return None
    spelled = did.removeprefix("did:key:")
    try:
        return PublicKey(identifier, did, spelled, _multikey(spelled), identifier)
    except UnreadableKey:
        return None


def base58(text: str) -> bytes:
    """Multibase base58btc: ``z`` and Bitcoin's alphabet.

    Raises:
        UnreadableKey: it is not.
    """
    if not text.startswith("z") or len(text) > _LONGEST_BASE58:
        raise UnreadableKey("not base58btc in multibase")
    number = 0
    for character in text[1:]:
        place = _ALPHABET.find(character)
        if place < 0:
            raise UnreadableKey("not base58btc in multibase")
        number = number * 58 + place
    zeros = len(text[1:]) - len(text[1:].lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def algorithm_that_holds(key: Any, stated: str | None, signature: bytes, signed: bytes) -> str | None:
    """The name of the algorithm under which the signature holds, None where it does under none that is allowed.

    The key's type decides which are tried (RFC 9421, section 3.3); a stated one narrows that down. ``hs2019`` leaves it
    to the key: of an RSA key both paddings are tried, because servers of the fediverse differ from the draft in it.

    Raises:
        UnreadableKey: no algorithm fits the key and what is stated.
    """
    from cryptography.exceptions import InvalidSignature

    candidates = _candidates(key, stated)
    if not candidates:
        raise UnreadableKey(f"the algorithm {stated!r} does not fit the key")
    for name, check in candidates.items():
        try:
            check(signature, signed)
        except (InvalidSignature, ValueError):
            continue
        return name
    return None


def _candidates(key: Any, stated: str | None) -> dict[str, Callable[[bytes, bytes], None]]:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

    fitting: dict[str, Callable[[bytes, bytes], None]] = {}
    if isinstance(key, ed25519.Ed25519PublicKey):
        fitting = {"ed25519": key.verify}
    elif isinstance(key, rsa.RSAPublicKey):
        pss = padding.PSS(padding.MGF1(hashes.SHA512()), 64)
        fitting = {
            "rsa-v1_5-sha256": lambda s, d: key.verify(s, d, padding.PKCS1v15(), hashes.SHA256()),
            "rsa-pss-sha512": lambda s, d: key.verify(s, d, pss, hashes.SHA512()),
        }
    elif isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        fitting = {"ecdsa-p256-sha256": lambda s, d: key.verify(_der(s, 32), d, ec.ECDSA(hashes.SHA256()))}
    elif isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP384R1):
        fitting = {"ecdsa-p384-sha384": lambda s, d: key.verify(_der(s, 48), d, ec.ECDSA(hashes.SHA384()))}
    if stated in (None, "hs2019"):
        return fitting
    stated = {"rsa-sha256": "rsa-v1_5-sha256"}.get(stated or "", stated)
    return {name: check for name, check in fitting.items() if name == stated}


def _der(signature: bytes, size: int) -> bytes:
    """r and s, one after the other (RFC 9421, section 3.3.4), as DER."""
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    if len(signature) != 2 * size:
        raise ValueError("not r and s of the curve's length")
    return encode_dss_signature(
        int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
    )


def _is_its_own(key: PublicKey, node: Node, where: str) -> bool:
    """Whether a document may speak for a key: of its own host, and of itself or, where it is the key, of its owner.

    Else anybody could publish a key and call somebody else its owner.
    """
    origins = {_origin(one) for one in (key.id, key.owner, answers.text(node.get("id"))) if one is not None}
    return origins == {_origin(where)} and (key.owner == node.get("id") or key.id == node.get("id"))


def _entries(node: Node) -> list[Node]:
    found: list[Node] = [node]
    for name in ("publicKey", "assertionMethod"):
        held = node.get(name)
        found += [
            one for one in (held if isinstance(held, list) else [held])[:MAX_KEYS] if isinstance(one, dict)
        ]
    return [one for one in found if "publicKeyPem" in one or "publicKeyMultibase" in one]


def _key(entry: Node, where: str) -> PublicKey:
    identifier = answers.text(entry.get("id"))
    pem, multibase = answers.text(entry.get("publicKeyPem")), answers.text(entry.get("publicKeyMultibase"))
    if identifier is None or (pem or multibase) is None:
        raise UnreadableKey("no id or no key")
    owner = answers.text(entry.get("owner")) or answers.text(entry.get("controller"))
    spelled = pem or multibase or ""
    return PublicKey(identifier, owner, spelled, _pem(pem) if pem else _multikey(spelled), where)


def _pem(text: str) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(text.encode("utf-8", "replace"))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UnreadableKey("not a public key in PEM") from error
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < _SMALLEST_RSA:
        raise UnreadableKey("an RSA key that is too short")
    return key


def _multikey(text: str) -> Any:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    raw = base58(text)
    if raw[:2] != _ED25519:
        raise UnreadableKey("a Multikey of another kind than Ed25519")
    try:
        return Ed25519PublicKey.from_public_bytes(raw[2:])
    except ValueError as error:
        raise UnreadableKey("not a key of 32 bytes") from error


def _origin(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", url
    return parts.scheme, parts.netloc
