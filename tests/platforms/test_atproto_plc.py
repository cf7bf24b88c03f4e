"""The directory's log: every operation signed by a key that the one before allows."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from evidentia.platforms.atproto.cid import Malformed
from evidentia.platforms.atproto.plc import MAX_OPERATIONS, read_log
from tests.platforms.atproto_forge import Forge, Key, cbor, cid, did_of, key, logged, signed, spelled

DID = "did:plc:" + "a" * 24
CURVES = [ec.SECP256K1(), ec.SECP256R1()]


def text_of(entries: list[dict[str, Any]]) -> bytes:
    return json.dumps(entries).encode()


def follow(before: dict[str, Any], signer: Key, **changes: Any) -> dict[str, Any]:
    """A signed operation that follows upon ``before``."""
    plain = {name: value for name, value in before.items() if name != "sig"}
    return signed(plain | {"prev": spelled(cid(cbor(before)))} | changes, signer)


def test_a_log_is_read_to_its_last_operation() -> None:
    forge, new = Forge(), key()
    genesis = signed(forge.genesis(), forge.rotation)
    did = did_of(genesis)
    second = follow(genesis, forge.rotation, verificationMethods={"atproto": new.did})
    third = follow(second, forge.rotation, alsoKnownAs=["at://lain.contoh.test"])
    log = read_log(text_of(logged(did, genesis, second, third)), did)
    assert len(log.operations) == 3
    assert (log.last.signing_key, log.last.names, log.last.host) == (
        new.did,
        ("at://lain.contoh.test",),
        forge.host,
    )
    assert log.undone == 0


def test_the_form_of_the_first_years_is_read_too() -> None:
    recovery, signing = key(), key(ec.SECP256R1())
    plain = {
        "type": "create",
        "signingKey": signing.did,
        "recoveryKey": recovery.did,
        "handle": "pejabat07.contoh.test",
        "service": "host.contoh.test",
        "prev": None,
    }
    genesis = signed(plain, signing)
    did = did_of(genesis)
    last = read_log(text_of(logged(did, genesis)), did).last
    assert (last.signing_key, last.host) == (signing.did, "https://host.contoh.test")
    assert last.names == ("at://pejabat07.contoh.test",)
    assert last.signer == 1


def test_a_did_can_be_given_up_and_nothing_follows() -> None:
    forge = Forge()
    genesis = signed(forge.genesis(), forge.rotation)
    did = did_of(genesis)
    end = signed({"type": "plc_tombstone", "prev": spelled(cid(cbor(genesis)))}, forge.rotation)
    assert read_log(text_of(logged(did, genesis, end)), did).last.is_tombstone
    after = follow(genesis | {"prev": None}, forge.rotation, prev=spelled(cid(cbor(end))))
    with pytest.raises(Malformed, match="tombstone"):
        read_log(text_of(logged(did, genesis, end, after)), did)


def recovered(
    later: str = "2026-11-01T02:00:00.000Z", rank: int = 0, flags: int = 0b010
) -> tuple[str, bytes]:
    """A log in which a thief's operation is undone by a key of higher rank (or of another, or too late)."""
    high, low = key(), key()
    forge = Forge(rotation=low)
    genesis = signed(forge.genesis(rotationKeys=[high.did, low.did]), low)
    did = did_of(genesis)
    theft = follow(genesis, low, verificationMethods={"atproto": key().did})
    rescue = follow(genesis, (high, low)[rank], alsoKnownAs=["at://kembali.contoh.test"])
    entries = logged(did, genesis, theft, rescue, undone=flags)
    entries[2]["createdAt"] = later
    return did, text_of(entries)


def test_a_key_of_higher_rank_undoes_what_another_did() -> None:
    did, text = recovered()
    log = read_log(text, did)
    assert (len(log.operations), log.undone) == (2, 1)
    assert log.last.names == ("at://kembali.contoh.test",)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"rank": 1}, "no higher rank"),
        ({"later": "2026-11-04T01:00:01.000Z"}, "later than"),
        ({"flags": 0}, "undone and is not"),
        ({"flags": 0b110}, "undone and is not"),
        ({"later": "2026-11-01T02:00:00"}, "no zone"),
        ({"later": "kemarin"}, "without a time"),
    ],
)
def test_undoing_has_its_rules(changes: dict[str, Any], what: str) -> None:
    did, text = recovered(**changes)
    with pytest.raises(Malformed, match=what):
        read_log(text, did)


def test_an_account_can_give_up_its_rotation_keys_and_nothing_follows() -> None:
    forge = Forge()
    genesis = signed(forge.genesis(), forge.rotation)
    did = did_of(genesis)
    last = follow(genesis, forge.rotation, rotationKeys=[])
    assert read_log(text_of(logged(did, genesis, last)), did).last.rotation_keys == ()
    after = follow(last, forge.rotation, alsoKnownAs=[])
    with pytest.raises(Malformed, match="no rotation key"):
        read_log(text_of(logged(did, genesis, last, after)), did)
    nobodys = signed(forge.genesis(rotationKeys=[]), forge.rotation)
    with pytest.raises(Malformed, match="no rotation key"):
        read_log(text_of(logged(did_of(nobodys), nobodys)), did_of(nobodys))


def test_an_operation_by_a_stranger_is_refused() -> None:
    forge = Forge()
    genesis = signed(forge.genesis(), forge.rotation)
    did = did_of(genesis)
    stolen = follow(genesis, key(), verificationMethods={"atproto": key().did})
    with pytest.raises(Malformed, match="no rotation key"):
        read_log(text_of(logged(did, genesis, stolen)), did)
    # The signing key is no rotation key.
    stolen = follow(genesis, forge.signing, verificationMethods={"atproto": key().did})
    with pytest.raises(Malformed, match="no rotation key"):
        read_log(text_of(logged(did, genesis, stolen)), did)


def test_the_did_is_the_hash_of_the_first_operation() -> None:
    forge = Forge()
    genesis = signed(forge.genesis(), forge.rotation)
    other = did_of(signed(forge.genesis(alsoKnownAs=[]), forge.rotation))
    with pytest.raises(Malformed, match="hash of the first"):
        read_log(text_of(logged(other, genesis)), other)


def test_a_log_that_was_changed_anywhere_is_refused() -> None:
    forge = Forge()
    genesis = signed(forge.genesis(), forge.rotation)
    did = did_of(genesis)
    second = follow(genesis, forge.rotation, alsoKnownAs=["at://lain.contoh.test"])
    good = logged(did, genesis, second)
    read_log(text_of(good), did)
    wrong: list[Any] = [
        [],
        {},
        [7],
        good[1:],
        [good[0], good[0]],
        [good[1], good[0]],
        [good[0] | {"did": DID}, good[1]],
        [good[0] | {"cid": good[1]["cid"]}, good[1]],
        [good[0] | {"nullified": "no"}, good[1]],
        [good[0] | {"nullified": True}, good[1]],
        [good[0] | {"operation": []}, good[1]],
        [good[0], good[1] | {"operation": second | {"prev": None}}],
        [good[0], good[1] | {"operation": second | {"alsoKnownAs": ["at://curi.contoh.test"]}}],
        [good[0], good[1] | {"operation": second | {"sig": second["sig"][:-1]}}],
        [good[0], good[1] | {"operation": second | {"sig": genesis["sig"]}}],
        [good[0]] * (MAX_OPERATIONS + 1),
    ]
    for entries in wrong:
        with pytest.raises(Malformed):
            read_log(json.dumps(entries).encode(), did)


def test_a_signature_in_another_spelling_is_refused() -> None:
    """Of the last character of 64 bytes in base64url four bits are left over; they must be zero."""
    forge = Forge()
    genesis = signed(forge.genesis(), forge.rotation)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    spelled_otherwise = genesis["sig"][:-1] + letters[letters.index(genesis["sig"][-1]) + 1]
    changed = genesis | {"sig": spelled_otherwise}
    did = did_of(changed)
    with pytest.raises(Malformed, match="one spelling"):
        read_log(text_of(logged(did, changed)), did)


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "lain"},
        {"rotationKeys": [7]},
        {"rotationKeys": ["did:key:z"]},
        {"rotationKeys": [key().did] * 11},
        {"services": []},
        {"verificationMethods": None},
        {"alsoKnownAs": 7},
        {"more": 1.5},
    ],
)
def test_an_operation_that_is_none_is_refused(changes: dict[str, Any]) -> None:
    forge = Forge()
    number = changes.pop("more", None)
    genesis = signed(forge.genesis(**changes), forge.rotation)
    entries = logged(did_of(genesis), genesis)
    if number is not None:
        entries[0]["operation"] = genesis | {"more": number}
    with pytest.raises(Malformed):
        read_log(text_of(entries), did_of(genesis))
