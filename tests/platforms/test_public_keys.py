"""Public keys as actors publish them."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from evidentia.platforms.public_keys import UnreadableKey, base58, keys_in
from lab.fediverse_signer import ACTOR, CONTEXT, HOST, actor, document, multibase, multikey, pem, pem_actor

_ED = ed25519.Ed25519PrivateKey.generate()
_ED_ID = f"{ACTOR}#ed25519-key"


def test_keys_are_found_by_their_ids_in_either_form() -> None:
    entry = {"id": _ED_ID, "type": "Multikey", "controller": ACTOR, "publicKeyMultibase": multikey(_ED)}
    found = keys_in((pem_actor(_ED), actor(assertionMethod=[entry]), None))
    assert [(key.id, key.owner, key.where) for key in found.values()] == [
        (f"{ACTOR}#main-key", ACTOR, ACTOR),
        (_ED_ID, ACTOR, ACTOR),
    ]


def test_a_key_document_cannot_name_an_owner_of_another_host() -> None:
    made = {"@context": CONTEXT, "type": "Key", "owner": ACTOR, "publicKeyPem": pem(_ED.public_key())}
    assert keys_in((document(made | {"id": "https://lain.example/k"}, "https://lain.example/k"),)) == {}
    assert list(keys_in((document(made | {"id": f"{HOST}/k"}, f"{HOST}/k"),))) == [f"{HOST}/k"]


def test_an_actor_cannot_name_another_owner_of_its_keys() -> None:
    assert keys_in((pem_actor(_ED, owner=f"{HOST}/users/bob"),)) == {}


def test_a_key_of_another_host_is_no_key_of_the_server() -> None:
    foreign = pem_actor(
        _ED, identifier="https://lain.example/users/x#main-key", owner="https://lain.example/users/x"
    )
    assert keys_in((foreign,)) == {}


@pytest.mark.parametrize(
    "text",
    ["", "z", "u123", "z0OIl", "z" + "1" * 300, pytest.param(multikey(_ED)[1:], id="without its base")],
)
def test_what_is_no_base58_is_refused(text: str) -> None:
    if text == "z":
        assert base58(text) == b""
        return
    with pytest.raises(UnreadableKey):
        base58(text)


@given(st.binary(max_size=64))
def test_base58_comes_back(data: bytes) -> None:
    assert base58(multibase(data)) == data


def test_keys_that_are_too_short_or_no_keys_are_no_keys() -> None:
    short = rsa.RSAPublicNumbers(65537, (1 << 511) + 111).public_key()
    for spelled in (
        pem(short),
        "",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        "x" * 10_000,
    ):
        assert (
            keys_in((actor(publicKey={"id": f"{ACTOR}#main-key", "owner": ACTOR, "publicKeyPem": spelled}),))
            == {}
        )
    for spelled in ("z6Mk", multikey(_ED)[:-3], multibase(b"\x80\x24" + b"\x02" * 33)):
        assert (
            keys_in(
                (actor(assertionMethod=[{"id": _ED_ID, "controller": ACTOR, "publicKeyMultibase": spelled}]),)
            )
            == {}
        )
