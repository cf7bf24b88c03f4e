"""Signatures of ActivityPub: published test vectors, signatures made here, and both with a bit flipped.

Vectors: RFC 9421, appendix B.1.3 (key), B.2.4 (response signed with ECDSA) and section 2.4 (a response that covers its
request); FEP-8b32, feature file "Object Integrity Proofs" (codeberg.org/fediverse/fep). All other keys are made for the
test.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from evidentia.platforms import CapturedResponse
from evidentia.platforms.activitypub_object import object_in
from evidentia.platforms.activitypub_signatures import check, key_ids
from evidentia.platforms.http_signatures import claims
from evidentia.platforms.public_keys import UnreadableKey, algorithm_that_holds, base58, did_key, keys_in
from evidentia.record.post import Proof, ProofKind, ProofOutcome

HOST = "https://server.example"
ACTOR = f"{HOST}/users/alice"
NOTE = f"{HOST}/objects/1"
CONTEXT = "https://www.w3.org/ns/activitystreams"
AS = ("Content-Type", "application/activity+json")

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def response(
    url: str, body: bytes, *headers: tuple[str, str], status: int = 200, method: str = "GET"
) -> CapturedResponse:
    return CapturedResponse(url=url, status=status, headers=headers, body=body, method=method)


def document(value: object, url: str = NOTE, *headers: tuple[str, str]) -> CapturedResponse:
    return response(url, json.dumps(value).encode(), AS, *headers)


def actor(**keys: object) -> CapturedResponse:
    return document({"@context": CONTEXT, "id": ACTOR, "type": "Person", **keys}, ACTOR)


def pem_actor(key: Any, identifier: str = f"{ACTOR}#main-key", owner: str = ACTOR) -> CapturedResponse:
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return actor(publicKey={"id": identifier, "owner": owner, "publicKeyPem": pem})


def multibase(data: bytes) -> str:
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, place = divmod(number, 58)
        text = _ALPHABET[place] + text
    return "z" + "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def checked(answer: CapturedResponse, *documents: CapturedResponse) -> tuple[Proof, ...]:
    node = object_in(answer)
    assert node is not None
    return check(answer, node, documents)


def one(answer: CapturedResponse, *documents: CapturedResponse) -> Proof:
    (proof,) = checked(answer, *documents)
    return proof


# RFC 9421

_RFC_KEY = ec.EllipticCurvePublicNumbers(
    int.from_bytes(base64.urlsafe_b64decode("qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA="), "big"),
    int.from_bytes(base64.urlsafe_b64decode("Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0="), "big"),
    ec.SECP256R1(),
).public_key()
_RFC_COVERED = '("@status" "content-type" "content-digest" "content-length")'
_RFC_INPUT = f'sig-b24={_RFC_COVERED};created=1618884473;keyid="test-key-ecc-p256"'
_RFC_SIGNATURE = (
    "sig-b24=:wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==:"
)
_RFC_DIGEST = (
    "sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:"
)


def rfc_response(**changes: Any) -> CapturedResponse:
    headers = {
        "Date": "Tue, 20 Apr 2021 02:07:56 GMT",
        "Content-Type": "application/json",
        "Content-Digest": _RFC_DIGEST,
        "Content-Length": "23",
        "Signature-Input": _RFC_INPUT,
        "Signature": _RFC_SIGNATURE,
    }
    headers |= changes.pop("headers", {})
    body = changes.pop("body", b'{"message": "good dog"}')
    return response("https://example.com/foo", body, *headers.items(), **changes)


def test_the_vector_of_rfc_9421_is_put_together_and_holds() -> None:
    (claim,) = claims(rfc_response())
    assert claim.signed is not None
    assert claim.signed.decode().split("\n") == [
        '"@status": 200',
        '"content-type": application/json',
        f'"content-digest": {_RFC_DIGEST}',
        '"content-length": 23',
        f'"@signature-params": {_RFC_INPUT.removeprefix("sig-b24=")}',
    ]
    r_and_s = claim.signature
    assert (claim.key_id, claim.covers_body, claim.body_fits) == ("test-key-ecc-p256", True, True)
    assert algorithm_that_holds(_RFC_KEY, claim.algorithm, r_and_s, claim.signed) == "ecdsa-p256-sha256"
    assert algorithm_that_holds(_RFC_KEY, None, r_and_s, claim.signed + b" ") is None


def test_a_response_can_cover_its_request() -> None:
    covered = '"@status" "@method";req "@authority";req "@path";req "@query";req "@target-uri";req'
    answer = response(
        "https://example.com/foo?param=Value&Pet=dog",
        b"",
        ("Signature-Input", f'reqres=({covered});created=1618884479;keyid="k"'),
        ("Signature", "reqres=:AAAA:"),
        status=503,
        method="POST",
    )
    (claim,) = claims(answer)
    assert claim.signed is not None
    assert claim.signed.decode().split("\n")[:-1] == [
        '"@status": 503',
        '"@method";req: POST',
        '"@authority";req: example.com',
        '"@path";req: /foo',
        '"@query";req: ?param=Value&Pet=dog',
        '"@target-uri";req: https://example.com/foo?param=Value&Pet=dog',
    ]


Signer = Callable[[bytes], bytes]


def raw(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


_RSA = rsa.generate_private_key(65537, 2048)
_ED = ed25519.Ed25519PrivateKey.generate()
_P256 = ec.generate_private_key(ec.SECP256R1())
_PSS = padding.PSS(padding.MGF1(hashes.SHA512()), 64)
_SIGNERS: dict[str, tuple[Any, Signer]] = {
    "ed25519": (_ED, _ED.sign),
    "ecdsa-p256-sha256": (_P256, lambda data: raw(_P256, data)),
    "rsa-v1_5-sha256": (_RSA, lambda data: _RSA.sign(data, padding.PKCS1v15(), hashes.SHA256())),
    "rsa-pss-sha512": (_RSA, lambda data: _RSA.sign(data, _PSS, hashes.SHA512())),
}

BODY = json.dumps({"@context": CONTEXT, "id": NOTE, "type": "Note", "content": "Halo"}).encode()


def signed_9421(
    name: str,
    *,
    covered: str = '"@status" "content-digest"',
    body: bytes = BODY,
    extra: tuple[tuple[str, str], ...] = (),
) -> CapturedResponse:
    digest = "sha-256=:" + base64.b64encode(hashlib.sha256(body).digest()).decode() + ":"
    parameters = f'({covered});created=1700000000;keyid="{ACTOR}#main-key";alg="{name}"'
    lines = {'"@status"': "200", '"content-digest"': digest, '"content-type"': AS[1]}
    base = "\n".join(
        [*(f"{one}: {lines[one]}" for one in covered.split(" ")), f'"@signature-params": {parameters}']
    )
    signature = base64.b64encode(_SIGNERS[name][1](base.encode())).decode()
    return response(
        NOTE, body, AS, ("Content-Digest", digest), ("Signature-Input", f"s={parameters}"),
        ("Signature", f"s=:{signature}:"), *extra,
    )  # fmt: skip


@pytest.mark.parametrize("name", sorted(_SIGNERS))
def test_a_signed_response_holds_with_the_actors_key(name: str) -> None:
    proof = one(signed_9421(name), pem_actor(_SIGNERS[name][0]))
    assert (proof.kind, proof.outcome) == (ProofKind.HTTP_SIGNATURE, ProofOutcome.PRESENT)
    assert f"the signature holds ({name})" in proof.steps
    assert proof.at is not None
    assert proof.where == (NOTE, ACTOR)
    assert ACTOR in proof.reason
    assert (proof.key or "").startswith("-----BEGIN PUBLIC KEY-----")


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_flipped_bit_breaks_a_signed_response(data: st.DataObject) -> None:
    answer = signed_9421("ed25519")
    place = data.draw(st.integers(0, len(answer.body) * 8 - 1))
    body = bytearray(answer.body)
    body[place // 8] ^= 1 << place % 8
    flipped = response(answer.url, bytes(body), *answer.headers)
    (proof,) = check(flipped, {"id": NOTE}, (pem_actor(_ED),))
    assert proof.outcome is ProofOutcome.BROKEN


@pytest.mark.parametrize("status", [201, 404])
def test_another_status_than_the_signed_one_breaks(status: int) -> None:
    answer = signed_9421("ed25519")
    other = response(answer.url, answer.body, *answer.headers, status=status)
    assert one(other, pem_actor(_ED)).outcome is ProofOutcome.BROKEN


def test_another_key_breaks_and_no_key_decides_nothing() -> None:
    answer = signed_9421("ed25519")
    assert one(answer, pem_actor(ed25519.Ed25519PrivateKey.generate())).outcome is ProofOutcome.BROKEN
    without = one(answer)
    assert (without.outcome, without.key) == (ProofOutcome.UNDETERMINED, None)
    assert "not in the capture" in without.reason
    assert (
        one(answer, pem_actor(_P256)).outcome is ProofOutcome.UNDETERMINED
    )  # the stated algorithm is not the key's


def test_a_signature_that_does_not_cover_the_content_proves_nothing_of_it() -> None:
    proof = one(signed_9421("ed25519", covered='"@status" "content-type"'), pem_actor(_ED))
    assert proof.outcome is ProofOutcome.UNDETERMINED
    assert "does not cover the content" in proof.reason


def test_a_digest_of_coded_content_is_not_called_broken() -> None:
    answer = signed_9421("ed25519", body=b"coded", extra=(("Content-Encoding", "gzip"),))
    decoded = response(answer.url, BODY, *answer.headers)
    proof = one(decoded, pem_actor(_ED))
    assert proof.outcome is ProofOutcome.UNDETERMINED
    assert "coded for transfer" in proof.reason


def test_a_key_of_another_host_is_no_key_of_the_server() -> None:
    foreign = pem_actor(
        _ED, identifier="https://lain.example/users/x#main-key", owner="https://lain.example/users/x"
    )
    assert keys_in((foreign,)) == {}


@pytest.mark.parametrize(
    "value",
    [
        's=("x-gone");keyid="k"',
        's=("@method");keyid="k"',
        's=("date";bs);keyid="k"',
        's=("date" "date");keyid="k"',
    ],
)
def test_what_cannot_be_put_together_is_said(value: str) -> None:
    answer = response(NOTE, BODY, AS, ("Date", "x"), ("Signature-Input", value), ("Signature", "s=:AAAA:"))
    (claim,) = claims(answer)
    assert claim.signed is None
    assert claim.problem


# draft-cavage-http-signatures-12


def signed_cavage(headers: str, **changes: str) -> CapturedResponse:
    digest = "SHA-256=" + base64.b64encode(hashlib.sha256(BODY).digest()).decode()
    held = {"digest": digest, "date": "Tue, 20 Apr 2021 02:07:56 GMT", "(created)": "1700000000"}
    base = "\n".join(f"{name}: {held[name]}" for name in headers.split())
    signature = base64.b64encode(_RSA.sign(base.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()
    stated = {"algorithm": '"rsa-sha256"', "headers": f'"{headers}"', "created": "1700000000"} | changes
    field = ",".join(
        [f'keyId="{ACTOR}#main-key"', *(f"{k}={v}" for k, v in stated.items()), f'signature="{signature}"']
    )
    return response(NOTE, BODY, AS, ("Date", held["date"]), ("Digest", digest), ("Signature", field))


@pytest.mark.parametrize("algorithm", ['"rsa-sha256"', '"hs2019"'])
def test_the_drafts_signature_holds(algorithm: str) -> None:
    proof = one(signed_cavage("(created) date digest", algorithm=algorithm), pem_actor(_RSA))
    assert proof.outcome is ProofOutcome.PRESENT
    assert proof.steps[0] == "draft-cavage-http-signatures-12: (created), date, digest"


def test_the_drafts_signature_breaks_with_the_content_or_the_date() -> None:
    answer = signed_cavage("date digest")
    body = response(answer.url, BODY.replace(b"Halo", b"Hal0"), *answer.headers)
    assert one(body, pem_actor(_RSA)).outcome is ProofOutcome.BROKEN
    headers = tuple((k, v.replace("2021", "2022") if k == "Date" else v) for k, v in answer.headers)
    assert one(response(answer.url, BODY, *headers), pem_actor(_RSA)).outcome is ProofOutcome.BROKEN


def test_a_signature_over_the_date_alone_proves_nothing_of_the_content() -> None:
    assert one(signed_cavage("date"), pem_actor(_RSA)).outcome is ProofOutcome.UNDETERMINED


def test_a_secret_that_is_shared_is_not_checked() -> None:
    proof = one(signed_cavage("date digest", algorithm='"hmac-sha256"'), pem_actor(_RSA))
    assert proof.outcome is ProofOutcome.UNDETERMINED


# FEP-8b32

_FEP_KEY = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
_FEP_CONTEXT = [CONTEXT, "https://w3id.org/security/data-integrity/v2"]
_FEP_ID = f"{ACTOR}#ed25519-key"


def fep_actor(spelled: str = _FEP_KEY, controller: str = ACTOR) -> CapturedResponse:
    key = {"id": _FEP_ID, "type": "Multikey", "controller": controller, "publicKeyMultibase": spelled}
    return actor(assertionMethod=[key])


def fep_document() -> dict[str, Any]:
    return {
        "@context": _FEP_CONTEXT,
        "id": f"{HOST}/activities/1",
        "type": "Create",
        "actor": ACTOR,
        "object": {
            "id": NOTE,
            "type": "Note",
            "attributedTo": ACTOR,
            "content": "Hello world",
            "location": {"type": "Place", "longitude": -71.184902, "latitude": 25.273962},
        },
        "proof": {
            "@context": _FEP_CONTEXT,
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-jcs-2022",
            "verificationMethod": _FEP_ID,
            "proofPurpose": "assertionMethod",
            "proofValue": (
                "z42ffGu6AUKPCFcFPiabmUvnGLPJzC7e4DGWC52NUasSSH37UMa9c58tdgVszUcZfytxa4fQ5TYHaJENCxUDe9SdL"
            ),
            "created": "2023-02-24T23:36:38Z",
        },
    }


def test_the_vector_of_fep_8b32_holds() -> None:
    answer = document(fep_document())
    proof = one(answer, fep_actor())
    assert (proof.kind, proof.outcome, proof.key) == (
        ProofKind.OBJECT_SIGNATURE,
        ProofOutcome.PRESENT,
        _FEP_KEY,
    )
    assert proof.at is not None
    assert proof.at.isoformat() == "2023-02-24T23:36:38+00:00"
    assert "servers normally hold" in proof.reason
    node = object_in(answer)
    assert node is not None
    assert key_ids(answer, node) == [_FEP_ID]


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_a_flipped_bit_never_leaves_the_proof_of_an_object_standing(data: st.DataObject) -> None:
    body = bytearray(json.dumps(fep_document(), ensure_ascii=False).encode())
    place = data.draw(st.integers(0, len(body) * 8 - 1))
    body[place // 8] ^= 1 << place % 8
    answer = response(NOTE, bytes(body), AS)
    node = object_in(answer)
    for proof in () if node is None else check(answer, node, (fep_actor(),)):
        assert proof.outcome is not ProofOutcome.PRESENT


def test_other_words_break_the_proof_of_an_object() -> None:
    made = fep_document()
    made["object"]["content"] = "Hello World"
    assert one(document(made), fep_actor()).outcome is ProofOutcome.BROKEN


def test_a_key_of_somebody_else_proves_nothing_about_the_author() -> None:
    answer = document(fep_document())
    foreign = fep_actor(controller=f"{HOST}/users/mallory")
    assert one(answer, foreign).outcome is ProofOutcome.UNDETERMINED  # no key of that document's
    made = fep_document() | {"actor": f"{HOST}/users/mallory"}
    assert one(document(sign(made)), fep_actor(own_key())).outcome is ProofOutcome.UNDETERMINED
    made = fep_document()
    made["object"]["attributedTo"] = f"{HOST}/users/mallory"
    proof = one(document(sign(made)), fep_actor(own_key()))
    assert proof.outcome is ProofOutcome.UNDETERMINED
    assert "mallory" in proof.reason


def own_key() -> str:
    public = _ED.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return multibase(b"\xed\x01" + public)


def sign(made: dict[str, Any], **settings_: Any) -> dict[str, Any]:
    proof = {k: v for k, v in made["proof"].items() if k != "proofValue"} | settings_
    whole = {k: v for k, v in made.items() if k != "proof"}
    data = hashlib.sha256(rfc8785.dumps(proof)).digest() + hashlib.sha256(rfc8785.dumps(whole)).digest()
    return whole | {"proof": proof | {"proofValue": multibase(_ED.sign(data))}}


def test_a_proof_that_was_made_here_holds() -> None:
    assert one(document(sign(fep_document())), fep_actor(own_key())).outcome is ProofOutcome.PRESENT


def test_a_proof_under_another_context_is_broken() -> None:
    made = sign(fep_document(), **{"@context": ["https://lain.example/ns"]})
    assert one(document(made), fep_actor(own_key())).outcome is ProofOutcome.BROKEN


@pytest.mark.parametrize(
    "settings_",
    [
        {"cryptosuite": "eddsa-rdfc-2022"},
        {"type": "Ed25519Signature2020"},
        {"proofPurpose": "authentication"},
    ],
)
def test_other_suites_and_purposes_are_not_judged(settings_: dict[str, str]) -> None:
    proof = one(document(sign(fep_document(), **settings_)), fep_actor(own_key()))
    assert proof.outcome is ProofOutcome.UNDETERMINED


def test_a_member_that_stands_twice_makes_an_object_ambiguous() -> None:
    body = json.dumps(sign(fep_document())).encode()
    twice = body.replace(b'"content": "Hello world"', b'"content": "Hello", "content": "Hello world"')
    proof = one(response(NOTE, twice, AS), fep_actor(own_key()))
    assert proof.outcome is ProofOutcome.UNDETERMINED
    assert "twice" in proof.reason


def test_a_did_key_is_its_own_document_and_must_be_the_authors() -> None:
    did = f"did:key:{own_key()}"
    method = f"{did}#{own_key()}"
    made = fep_document()
    assert one(document(sign(made, verificationMethod=method))).outcome is ProofOutcome.UNDETERMINED
    portable = f"ap://{did}/actor"
    made |= {"actor": portable}
    made["object"]["attributedTo"] = portable
    assert one(document(sign(made, verificationMethod=method))).outcome is ProofOutcome.PRESENT
    assert did_key("did:web:lain.example") is None


def test_rsa_signatures_of_graphs_are_reported_and_not_judged() -> None:
    signature = {
        "type": "RsaSignature2017",
        "creator": f"{ACTOR}#main-key",
        "created": "2019-02-20T03:48:33Z",
    }
    made = {k: v for k, v in fep_document().items() if k != "proof"} | {"signature": signature}
    proof = one(document(made), fep_actor())
    assert (proof.kind, proof.outcome) == (ProofKind.OBJECT_SIGNATURE, ProofOutcome.UNDETERMINED)
    assert "RDF graph" in proof.reason
    assert f"key {ACTOR}#main-key" in proof.steps


@pytest.mark.parametrize("text", ["", "z", "u123", "z0OIl", "z" + "1" * 300, _FEP_KEY[1:]])
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
    weak = short.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    for pem in (
        weak,
        "",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        "x" * 10_000,
    ):
        assert (
            keys_in((actor(publicKey={"id": f"{ACTOR}#main-key", "owner": ACTOR, "publicKeyPem": pem}),))
            == {}
        )
    for spelled in ("z6Mk", own_key()[:-3], multibase(b"\x80\x24" + b"\x02" * 33)):
        assert keys_in((fep_actor(spelled),)) == {}


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_whatever_stands_in_the_fields_nothing_is_raised(inputs: str, signature: str) -> None:
    answer = response(NOTE, BODY, AS, ("Signature-Input", inputs), ("Signature", signature))
    checked(answer, pem_actor(_ED))
    checked(response(NOTE, BODY, AS, ("Signature", signature)), pem_actor(_ED))
