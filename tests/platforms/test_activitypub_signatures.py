"""Signatures inside ActivityPub objects: the vector of FEP-8b32, proofs made here, and both with a bit flipped.

The vector is that of the feature file "Object Integrity Proofs" (codeberg.org/fediverse/fep, fep/8b32). All other keys
are made for the test.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric import ed25519
from hypothesis import given, settings
from hypothesis import strategies as st

from evidentia.platforms import CapturedResponse
from evidentia.platforms.activitypub_object import object_in
from evidentia.platforms.activitypub_signatures import check, key_ids
from evidentia.platforms.public_keys import did_key
from evidentia.record.post import ProofKind, ProofOutcome
from lab.fediverse_signer import (
    ACTOR,
    AS,
    CONTEXT,
    HOST,
    NOTE,
    actor,
    document,
    multibase,
    multikey,
    one,
    response,
)

_ED = ed25519.Ed25519PrivateKey.generate()
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
    assert one(document(sign(made)), fep_actor(multikey(_ED))).outcome is ProofOutcome.UNDETERMINED
    made = fep_document()
    made["object"]["attributedTo"] = f"{HOST}/users/mallory"
    proof = one(document(sign(made)), fep_actor(multikey(_ED)))
    assert proof.outcome is ProofOutcome.UNDETERMINED
    assert "mallory" in proof.reason


def sign(made: dict[str, Any], **settings_: Any) -> dict[str, Any]:
    proof = {k: v for k, v in made["proof"].items() if k != "proofValue"} | settings_
    whole = {k: v for k, v in made.items() if k != "proof"}
    data = hashlib.sha256(rfc8785.dumps(proof)).digest() + hashlib.sha256(rfc8785.dumps(whole)).digest()
    return whole | {"proof": proof | {"proofValue": multibase(_ED.sign(data))}}


def test_a_proof_that_was_made_here_holds() -> None:
    assert one(document(sign(fep_document())), fep_actor(multikey(_ED))).outcome is ProofOutcome.PRESENT


def test_a_proof_under_another_context_is_broken() -> None:
    made = sign(fep_document(), **{"@context": ["https://lain.example/ns"]})
    assert one(document(made), fep_actor(multikey(_ED))).outcome is ProofOutcome.BROKEN


@pytest.mark.parametrize(
    "settings_",
    [
        {"cryptosuite": "eddsa-rdfc-2022"},
        {"type": "Ed25519Signature2020"},
        {"proofPurpose": "authentication"},
    ],
)
def test_other_suites_and_purposes_are_not_judged(settings_: dict[str, str]) -> None:
    proof = one(document(sign(fep_document(), **settings_)), fep_actor(multikey(_ED)))
    assert proof.outcome is ProofOutcome.UNDETERMINED


def test_a_member_that_stands_twice_makes_an_object_ambiguous() -> None:
    body = json.dumps(sign(fep_document())).encode()
    twice = body.replace(b'"content": "Hello world"', b'"content": "Hello", "content": "Hello world"')
    proof = one(response(NOTE, twice, AS), fep_actor(multikey(_ED)))
    assert proof.outcome is ProofOutcome.UNDETERMINED
    assert "twice" in proof.reason


def test_a_did_key_is_its_own_document_and_must_be_the_authors() -> None:
    did = f"did:key:{multikey(_ED)}"
    method = f"{did}#{multikey(_ED)}"
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
