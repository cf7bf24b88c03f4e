"""Signatures of HTTP responses: the vector of RFC 9421, signatures made here, and both with a bit flipped.

The vector is that of appendix B.2.4 (a response signed with ECDSA) under the key of appendix B.1.3; what a response may
cover of its request is after section 2.4. All other keys are made for the test.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from evidentia.platforms import CapturedResponse
from evidentia.platforms.http_signatures import claims
from evidentia.platforms.public_keys import algorithm_that_holds
from evidentia.record.post import ProofKind, ProofOutcome
from lab.fediverse_signer import ACTOR, AS, CONTEXT, NOTE, checked, one, pem_actor, response

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
    (proof,) = checked(flipped, pem_actor(_ED))
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


def test_until_when_a_signature_was_meant_to_be_valid_is_said() -> None:
    proof = one(signed_cavage("date digest", expires="1700000300"), pem_actor(_RSA))
    assert proof.steps[-1] == "meant to be valid until 2023-11-14T22:18:20+00:00"


def test_a_secret_that_is_shared_is_not_checked() -> None:
    proof = one(signed_cavage("date digest", algorithm='"hmac-sha256"'), pem_actor(_RSA))
    assert proof.outcome is ProofOutcome.UNDETERMINED


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_whatever_stands_in_the_fields_nothing_is_raised(inputs: str, signature: str) -> None:
    answer = response(NOTE, BODY, AS, ("Signature-Input", inputs), ("Signature", signature))
    checked(answer, pem_actor(_ED))
    checked(response(NOTE, BODY, AS, ("Signature", signature)), pem_actor(_ED))
