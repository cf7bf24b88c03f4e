"""Proofs of a record's presence and absence: good ones hold, and nothing that was changed does."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from evidentia.platforms.atproto.proof import Answers, Subject, check
from evidentia.record.post import ProofKind, ProofOutcome
from tests.platforms.atproto_forge import (
    COLLECTION,
    Forge,
    Link,
    Served,
    answer,
    car,
    cbor,
    cid,
    key,
    logged,
    post,
    serve,
    signed,
    spelled,
    tree,
)

PRESENT, ABSENT = ProofOutcome.PRESENT, ProofOutcome.ABSENT
BROKEN, UNDETERMINED = ProofOutcome.BROKEN, ProofOutcome.UNDETERMINED
RKEYS = [f"3aaaaaaaaaa{n:02}" for n in range(30)]


def account(**changes: Any) -> Forge:
    return Forge(records={f"{COLLECTION}/{rkey}": post(f"Kiriman {rkey}") for rkey in RKEYS}, **changes)


@pytest.fixture(scope="module")
def good() -> Served:
    return serve(account(), RKEYS[7])


def outcome(served: Served) -> ProofOutcome:
    return check(served.subject, served.answers).proof.outcome


def stated(served: Served, record: dict[str, Any], name: str | None = None) -> bytes:
    """The JSON of a record as the host states it."""
    uri = f"at://{served.did}/{COLLECTION}/{served.rkey}"
    return json.dumps({"uri": uri, "cid": name or spelled(cid(cbor(record))), "value": record}).encode()


@pytest.mark.parametrize("curve", [ec.SECP256K1(), ec.SECP256R1()], ids=lambda curve: curve.name)
def test_a_good_proof_holds_and_says_what_was_checked(curve: ec.EllipticCurve) -> None:
    forge = account(signing=key(curve))
    served = serve(forge, RKEYS[7])
    served = served.but(record=stated(served, post(f"Kiriman {RKEYS[7]}")))
    checked = check(served.subject, served.answers)
    proof = checked.proof
    assert (proof.kind, proof.outcome) == (ProofKind.REPOSITORY, PRESENT)
    assert proof.subject == f"at://{served.did}/{COLLECTION}/{RKEYS[7]}"
    assert proof.key == forge.signing.did
    assert proof.at == datetime(2026, 11, 22, 3, 1, 57, 583000, tzinfo=UTC)
    assert checked.record == post(f"Kiriman {RKEYS[7]}")
    assert str(checked.cid) == spelled(cid(cbor(post(f"Kiriman {RKEYS[7]}"))))
    assert len(proof.steps) == 8
    assert len(proof.where) == 4
    assert "normally held by the host" in proof.reason
    assert "which person wrote" in proof.reason


def test_an_absence_is_proven_and_says_no_more() -> None:
    served = serve(account(), "3zzzzzzzzzzzz")
    checked = check(served.subject, served.answers)
    assert (checked.proof.outcome, checked.record, checked.cid) == (ABSENT, None, None)
    assert "nothing of whether a record stood there earlier" in checked.proof.reason


def test_every_record_is_present_and_no_other(good: Served) -> None:
    for rkey in RKEYS:
        assert outcome(good.but(rkey=rkey)) is PRESENT
        assert outcome(good.but(rkey=rkey + "x")) is ABSENT


def test_no_bit_of_a_forged_car_can_be_flipped(good: Served) -> None:
    assert outcome(good) is PRESENT
    data = serve(Forge(records={f"{COLLECTION}/a": post("Pendek")}), "a")
    for bit in range(len(data.car) * 8):
        flipped = bytearray(data.car)
        flipped[bit // 8] ^= 1 << bit % 8
        assert outcome(data.but(car=bytes(flipped))) in (BROKEN, UNDETERMINED), bit


def test_no_part_of_a_car_can_be_cut_off(good: Served) -> None:
    for cut in range(1, len(good.car)):
        assert outcome(good.but(car=good.car[:cut])) in (BROKEN, UNDETERMINED), cut


def test_a_commit_that_another_key_signed_is_broken() -> None:
    forge = account()
    served = serve(forge, RKEYS[0])
    assert outcome(served.but(car=forge.repository(served.did))) is PRESENT
    assert outcome(served.but(car=forge.repository(served.did, signer=key()))) is BROKEN
    assert outcome(served.but(car=forge.repository(served.did, signer=forge.rotation))) is BROKEN


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 2},
        {"version": 3.0},
        {"rev": "kemarin"},
        {"rev": "z" * 13},
        {"prev": "none"},
        {"did": "did:plc:" + "b" * 24},
        {"did": None},
        {"more": 1},
    ],
)
def test_a_commit_that_is_none_is_broken_however_well_it_is_signed(changes: dict[str, Any]) -> None:
    forge = account()
    served = serve(forge, RKEYS[0])
    blocks: list[bytes] = []
    root = tree({path: cid(cbor(record)) for path, record in forge.records.items()}, blocks)
    assert root is not None
    unsigned = {"did": served.did, "version": 3, "data": Link(root), "rev": "3n2umtooi6s2l", "prev": None}
    if changes.get("version") == 3.0:  # a float: written by hand, since the data model has none
        plain = cbor(unsigned)
        raw = plain.replace(b"\x67version\x03", b"\x67version\xf9\x42\x00")
        commit = b"\xa6\x63sig" + cbor(forge.signing.sign(raw)) + raw[1:]
    else:
        commit = forge.commit(served.did, root, **changes)
    assert outcome(served.but(car=car(cid(commit), [commit, *blocks]))) is BROKEN


def test_a_high_s_is_broken() -> None:
    forge = account()
    served = serve(forge, RKEYS[0])
    blocks: list[bytes] = [cbor(record) for record in forge.records.values()]
    root = tree({path: cid(cbor(record)) for path, record in forge.records.items()}, blocks)
    assert root is not None
    unsigned = {"did": served.did, "version": 3, "data": Link(root), "rev": "3n2umtooi6s2l", "prev": None}
    for high, expected in ((False, PRESENT), (True, BROKEN)):
        commit = cbor(unsigned | {"sig": forge.signing.sign(cbor(unsigned), high=high)})
        assert outcome(served.but(car=car(cid(commit), [commit, *blocks]))) is expected


def test_a_record_in_anothers_place_is_broken_or_lacking() -> None:
    forge = account()
    served = serve(forge, RKEYS[0])
    other = cbor(post("Saya tidak pernah berkata begitu."))
    original = cbor(forge.records[f"{COLLECTION}/{RKEYS[0]}"])
    swapped = served.car.replace(original, other + original[len(other) :])
    assert outcome(served.but(car=swapped)) is BROKEN
    blocks = {cid(block): block for block in (other,)}
    assert outcome(served.but(car=car(next(iter(blocks)), [other]))) is BROKEN


def test_a_car_of_another_account_is_broken(good: Served) -> None:
    other = serve(account(), RKEYS[7])
    assert outcome(good.but(car=other.car)) is BROKEN
    assert outcome(good.but(log=other.log)) is BROKEN
    assert outcome(good.but(document=other.document)) is BROKEN
    assert outcome(good.but(did=other.did)) is BROKEN


def test_a_document_that_does_not_fit_its_log_is_broken() -> None:
    forge = account()
    served = serve(forge, RKEYS[0])
    thief = key()
    method = {"id": "#atproto", "type": "Multikey", "publicKeyMultibase": thief.multikey}
    for changes in (
        {"verificationMethod": [method]},
        {"verificationMethod": []},
        {"alsoKnownAs": ["at://lain.contoh.test"]},
        {"service": [{"id": "#atproto_pds", "serviceEndpoint": "https://lain.test"}]},
        {"service": []},
    ):
        document = json.dumps(forge.document(served.did, **changes)).encode()
        assert outcome(served.but(document=document)) is BROKEN
    stolen = json.dumps(forge.document(served.did, verificationMethod=[method])).encode()
    forged = forge.repository(served.did, signer=thief)
    assert outcome(served.but(document=stolen, car=forged)) is BROKEN


def test_a_document_of_an_account_that_was_given_up_is_broken() -> None:
    forge = account()
    served = serve(forge, RKEYS[0])
    genesis = json.loads(served.log)[0]["operation"]
    end = signed({"type": "plc_tombstone", "prev": spelled(cid(cbor(genesis)))}, forge.rotation)
    buried = served.but(log=json.dumps(logged(served.did, genesis, end)).encode())
    proof = check(buried.subject, buried.answers).proof
    assert (proof.outcome, "tombstone" in proof.reason) == (BROKEN, True)


@pytest.mark.parametrize("part", ["document", "log", "car"])
def test_what_is_not_in_the_capture_leaves_it_undetermined(good: Served, part: str) -> None:
    for missing in (None, answer("https://x.test", b"", 0), answer("https://x.test", b"{}", 500)):
        answers = replace(good.answers, **{part: missing})
        proof = check(good.subject, answers).proof
        assert proof.outcome is UNDETERMINED
        assert proof.reason.startswith("Not in the capture: ")


def test_nothing_at_all_leaves_it_undetermined() -> None:
    assert check(Subject("did:web:contoh.test", COLLECTION, "a"), Answers()).proof.outcome is UNDETERMINED


def test_a_did_web_has_no_log_and_the_proof_says_so() -> None:
    forge, did = account(), "did:web:contoh.test"
    served = Served(
        did=did,
        rkey=RKEYS[0],
        document=json.dumps(forge.document(did)).encode(),
        log=b"",
        car=forge.repository(did),
    )
    proof = check(served.subject, replace(served.answers, log=None)).proof
    assert proof.outcome is PRESENT
    assert "A did:web has no log" in proof.reason


def test_the_hosts_json_is_held_to_its_own_name(good: Served) -> None:
    record = post(f"Kiriman {RKEYS[7]}")
    same = good.but(record=stated(good, record))
    assert outcome(same) is PRESENT
    lying = good.but(record=stated(good, post("Lain"), name=spelled(cid(cbor(record)))))
    assert outcome(lying) is BROKEN
    later = check(good.subject, good.but(record=stated(good, post("Lain"))).answers).proof
    assert later.outcome is PRESENT
    assert "changed between the two questions" in later.steps[-1]
    for unreadable in (
        b"",
        b"{}",
        b'{"value": 7, "cid": "x"}',
        b"[" * 200_000,
        b'{"value": {"a": 1.5}, "cid": "x"}',
    ):
        assert outcome(good.but(record=unreadable)) is BROKEN


def test_a_record_that_is_no_object_is_broken() -> None:
    forge = Forge(records={f"{COLLECTION}/a": ["bukan objek"]})  # type: ignore[dict-item]
    assert outcome(serve(forge, "a")) is BROKEN


@pytest.mark.parametrize("text", ["", "\0", "a" * 300_000, "\N{PILE OF POO}" * 1000])
def test_any_text_can_be_proven(text: str) -> None:
    forge = Forge(records={f"{COLLECTION}/a": post(text)})
    checked = check((served := serve(forge, "a")).subject, served.answers)
    assert checked.record is not None
    assert checked.record["text"] == text


def test_a_deep_tree_is_walked_to_its_end() -> None:
    """Keys were sought until their hashes gave a tree of many layers."""
    paths = {f"{COLLECTION}/{n:06}": post(str(n)) for n in range(3000)}
    served = serve(Forge(records=paths), "001234")
    assert outcome(served) is PRESENT
    assert outcome(served.but(rkey="001234x")) is ABSENT
