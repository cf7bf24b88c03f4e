"""Keys of accounts, DIDs, and the documents that name keys and hosts."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from evidentia.platforms.atproto.cid import Malformed
from evidentia.platforms.atproto.did import (
    MAX_DOCUMENT_BYTES,
    document_url,
    is_did,
    is_handle,
    origin_of,
    read_document,
)
from evidentia.platforms.atproto.public_key import parse_bare_point, parse_did_key, parse_multikey
from tests.platforms.atproto_forge import Forge, base58, key

DID = "did:plc:" + "a" * 24
CURVES = [ec.SECP256K1(), ec.SECP256R1()]


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_a_signature_of_either_curve_holds_in_its_lower_form_alone(curve: ec.EllipticCurve) -> None:
    pair, message = key(curve), b"uji"
    public = parse_did_key(pair.did)
    good = pair.sign(message)
    assert public.text == pair.did
    assert public.signed(message, good)
    assert not public.signed(message, pair.sign(message, high=True))
    assert not public.signed(b"lain", good)
    assert not parse_did_key(key(curve).did).signed(message, good)
    for wrong in (b"", good[:-1], good + b"\0", bytes(64), b"\xff" * 64, good[32:] + good[:32]):
        assert not public.signed(message, wrong)


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_every_bit_of_a_signature_counts(curve: ec.EllipticCurve) -> None:
    pair = key(curve)
    public, good = parse_multikey(pair.multikey), pair.sign(b"uji")
    for bit in range(512):
        flipped = (int.from_bytes(good, "big") ^ 1 << bit).to_bytes(64, "big")
        assert not public.signed(b"uji", flipped)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "z",
        "did:key:z",
        "zQ3sh",
        "z0OIl",
        pytest.param("x" + key().multikey[1:], id="another base"),
        pytest.param(key().multikey[:-1], id="a letter too few"),
        pytest.param(key().multikey + "1", id="a letter too many"),
        "z" + base58(b"\xed\x01" + bytes(32)),  # Ed25519: a curve that the protocol does not have
        "z" + base58(b"\xe7\x01" + b"\x02" + b"\xff" * 32),  # no point of the curve
        "z" + base58(b"\xe7\x01\x04" + bytes(64)),
        "z" + "2" * 100_000,
    ],
)
def test_a_key_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        parse_multikey(text)
    with pytest.raises(Malformed):
        parse_did_key("did:key:" + text)


def test_a_key_has_to_be_compressed() -> None:
    point = key().private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    with pytest.raises(Malformed, match="compressed"):
        parse_multikey("z" + base58(b"\xe7\x01" + point))


def test_the_older_form_of_a_key_in_a_document_is_the_same_key() -> None:
    pair = key()
    point = pair.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    assert parse_bare_point("z" + base58(point), "secp256k1") == parse_multikey(pair.multikey)
    with pytest.raises(Malformed):
        parse_bare_point("z" + base58(point), "P-256")


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://host.contoh.test", "https://host.contoh.test"),
        ("https://host.contoh.test/", "https://host.contoh.test"),
        ("http://localhost:2583", "http://localhost:2583"),
        ("https://HOST.contoh.test:8443", "https://host.contoh.test:8443"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ("https://nama@host.contoh.test", None),
        ("https://nama:sandi@host.contoh.test", None),
        ("https://@host.contoh.test", None),
        ("https://host.contoh.test/xrpc", None),
        ("https://host.contoh.test?x", None),
        ("https://host.contoh.test#x", None),
        ("https://host.contoh.test\\@other.test", None),
        ("https://host.contoh.test\r\nX: y", None),
        ("https://host .test", None),
        ("https://höst.test", None),
        ("https://host.contoh.test:99999", None),
        ("https://host.contoh.test:x", None),
        ("https://[::1", None),
        ("https://", None),
        ("file:///etc/passwd", None),
        ("ftp://host.contoh.test", None),
        ("javascript:alert(1)", None),
        ("", None),
        (None, None),
        (7, None),
        (["https://host.contoh.test"], None),
    ],
)
def test_only_a_bare_origin_is_an_address_that_can_be_asked(address: object, origin: str | None) -> None:
    assert origin_of(address) == origin


@pytest.mark.parametrize(
    ("did", "url"),
    [
        (DID, f"https://plc.directory/{DID}"),
        ("did:web:contoh.test", "https://contoh.test/.well-known/did.json"),
        ("did:web:localhost%3A2583", "http://localhost:2583/.well-known/did.json"),
        ("did:web:contoh.test%3A2583", None),
        ("did:web:contoh.test:jalan", None),
        ("did:web:contoh.test/x", None),
        ("did:web:a@b", None),
        ("did:plc:" + "A" * 24, None),
        ("did:plc:" + "a" * 23, None),
        (DID + "/log", None),
        ("did:key:z", None),
    ],
)
def test_where_a_document_is(did: str, url: str | None) -> None:
    assert document_url(did, "https://plc.directory") == url


def test_names_of_accounts() -> None:
    assert is_did(DID)
    assert is_did("did:web:contoh.test")
    assert is_handle("pejabat07.contoh.test")
    for wrong in (
        "",
        "contoh",
        "-a.test",
        "a..test",
        "a.test.",
        "a.7",
        "A.test",
        "a" * 64 + ".test",
        "a.test\n",
    ):
        assert not is_handle(wrong)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{",
        b'{"id": 7}',
        b'{"id": "did:plc:other"}',
        b"[" * 200_000,
        b"\xff",
        b'{"id": "' + DID.encode() + b'", "service": 7}',
        b'{"id": "' + DID.encode() + b'", "alsoKnownAs": [7]}',
        b" " * (MAX_DOCUMENT_BYTES + 1),
    ],
)
def test_a_document_that_is_none_or_anothers_is_refused(text: bytes) -> None:
    with pytest.raises(Malformed):
        read_document(text, DID)


def test_a_document_without_what_is_needed_says_nothing() -> None:
    document = read_document(
        json.dumps({"id": DID, "alsoKnownAs": ["at://tanpa_titik", "mailto:x"]}).encode(), DID
    )
    assert (document.handle, document.host) == (None, None)
    with pytest.raises(Malformed, match="no key"):
        _ = document.signing_key


def test_the_keys_of_others_in_a_document_are_not_taken() -> None:
    forge, other = Forge(), key()
    stranger = {"id": "did:web:lain.test#atproto", "type": "Multikey", "publicKeyMultibase": other.multikey}
    made = forge.document(DID)
    made["verificationMethod"].insert(0, stranger)
    assert read_document(json.dumps(made).encode(), DID).signing_key.text == forge.signing.did
