"""A server of the fediverse that signs what it answers: documents and keys that are made for tests."""

from __future__ import annotations

import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from evidentia.platforms import CapturedResponse
from evidentia.platforms.activitypub_object import object_in
from evidentia.platforms.activitypub_signatures import check
from evidentia.record.post import Proof

HOST = "https://server.example"
ACTOR = f"{HOST}/users/alice"
NOTE = f"{HOST}/objects/1"
CONTEXT = "https://www.w3.org/ns/activitystreams"
AS = ("Content-Type", "application/activity+json")

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def response(
    url: str, body: bytes, *headers: tuple[str, str], status: int = 200, method: str = "GET"
) -> CapturedResponse:
    """An answer."""
    return CapturedResponse(url=url, status=status, headers=headers, body=body, method=method)


def document(value: object, url: str = NOTE, *headers: tuple[str, str]) -> CapturedResponse:
    """An answer with an object."""
    return response(url, json.dumps(value).encode(), AS, *headers)


def actor(**keys: object) -> CapturedResponse:
    """The document of the author."""
    return document({"@context": CONTEXT, "id": ACTOR, "type": "Person", **keys}, ACTOR)


def pem_actor(key: Any, identifier: str = f"{ACTOR}#main-key", owner: str = ACTOR) -> CapturedResponse:
    """The same with the public half of ``key`` as Mastodon publishes it."""
    return actor(publicKey={"id": identifier, "owner": owner, "publicKeyPem": pem(key.public_key())})


def pem(key: Any) -> str:
    """A public key in PEM."""
    data: bytes = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return data.decode("ascii")


def multikey(key: ed25519.Ed25519PrivateKey) -> str:
    """The public half of a key as a Multikey."""
    return multibase(b"\xed\x01" + key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def multibase(data: bytes) -> str:
    """``data`` in base58btc with its prefix."""
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, place = divmod(number, 58)
        text = _ALPHABET[place] + text
    return "z" + "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def checked(answer: CapturedResponse, *documents: CapturedResponse) -> tuple[Proof, ...]:
    """What comes of the signatures of an answer."""
    return check(answer, object_in(answer) or {}, documents)


def one(answer: CapturedResponse, *documents: CapturedResponse) -> Proof:
    """The same where there is one."""
    (proof,) = checked(answer, *documents)
    return proof
