"""Whatever a host, a directory or the public service answers: a reading comes out, and no changed proof holds."""

from __future__ import annotations

import json
from dataclasses import replace as changed
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from evidentia.platforms import CapturedPage, CapturedResponse, Places
from evidentia.platforms.atproto.proof import check
from evidentia.platforms.bluesky import questions, read, recognises
from evidentia.platforms.bluesky_post import MAX_FACETS, MAX_MARKED_CHARACTERS
from evidentia.platforms.bluesky_questions import COLLECTION, MAX_PICTURES
from evidentia.record.post import PageReading, ProofOutcome
from lab.mutated import mutated
from tests.platforms.atproto_forge import Forge, cbor, cid, did_of, logged, post, signed, spelled
from tests.platforms.bluesky_recorded import NAMES, gathered, recorded, with_answer

HELD = (ProofOutcome.PRESENT, ProofOutcome.ABSENT)
CAR = "sync.getRecord"
FACET = "app.bsky.richtext.facet"
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.just("did:plc:" + "a" * 24),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=10), inside, max_size=4),
)


def car_of(page: CapturedPage) -> bytes:
    return next(response.body for response in page.responses if CAR in response.url)


@pytest.mark.parametrize("name", ["post-live", "post-removed"])
def test_no_bit_of_a_recorded_proof_can_be_flipped(name: str) -> None:
    """Every bit, one after the other: none is taken."""
    page = recorded(name)
    found = gathered(page)
    assert found.subject is not None
    assert found.answers.car is not None
    good = check(found.subject, found.answers).proof
    assert good.outcome in HELD
    car = car_of(page)
    taken = []
    for bit in range(len(car) * 8):
        flipped = bytearray(car)
        flipped[bit // 8] ^= 1 << bit % 8
        answers = changed(found.answers, car=replace(found.answers.car, body=bytes(flipped)))
        if check(found.subject, answers).proof.outcome in HELD:
            taken.append(bit)
    assert taken == []


@pytest.mark.parametrize("name", ["post-live", "post-removed", "handle-changed"])
def test_what_an_operation_of_the_log_says_cannot_be_changed(name: str) -> None:
    page = recorded(name)
    log = json.loads(next(r.body for r in page.responses if r.url.endswith("/log/audit")))
    assert read(page).proofs[0].outcome in HELD
    for index, entry in enumerate(log):
        for field in entry["operation"]:
            other = json.loads(json.dumps(log))
            value = other[index]["operation"][field]
            other[index]["operation"][field] = value[:-1] if isinstance(value, str | list) else {"x": "y"}
            reading = read(with_answer(page, "/log/audit", json.dumps(other).encode()))
            assert reading.proofs[0].outcome is ProofOutcome.BROKEN, (index, field)


def test_a_proof_of_another_post_or_of_another_day_is_not_taken_for_this_one() -> None:
    live, removed, reply = recorded("post-live"), recorded("post-removed"), recorded("reply")
    assert read(with_answer(live, CAR, car_of(reply))).proofs[0].outcome is ProofOutcome.BROKEN
    earlier = read(with_answer(removed, CAR, car_of(live)))  # what was true once is signed for ever
    assert earlier.proofs[0].outcome is ProofOutcome.PRESENT
    assert earlier.proofs[0].at != read(removed).proofs[0].at


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(NAMES).map(recorded).flatmap(mutated))
def test_a_reading_comes_out_whatever_was_answered(page: CapturedPage) -> None:
    reading = read(page)
    assert isinstance(reading, PageReading)
    msgspec.json.encode(reading)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["text", "facets", "embed", "reply", "labels", "langs", "createdAt"]), VALUES
    )
)
def test_any_record_that_was_signed_can_be_read(record: dict[str, Any]) -> None:
    """A record is what its author's program wrote; a host may sign anything that the data model has."""
    page = served(Forge(records={f"{COLLECTION}/a": storable(record)}))
    reading = read(page)
    assert reading.proofs[0].outcome in (ProofOutcome.PRESENT, ProofOutcome.BROKEN)
    assert (reading.post is not None) == (reading.proofs[0].outcome is ProofOutcome.PRESENT)


def storable(value: Any) -> Any:
    """The value without what the data model does not have."""
    if isinstance(value, float) or (isinstance(value, int) and not -(2**63) <= value < 2**63):
        return None
    if isinstance(value, list):
        return [storable(each) for each in value]
    return {key: storable(each) for key, each in value.items()} if isinstance(value, dict) else value


def served(forge: Forge, **changes: Any) -> CapturedPage:
    """A capture of the one post of a forged account; ``changes`` are made to its DID document."""
    genesis = signed(forge.genesis(), forge.rotation)
    did = did_of(genesis)
    uri = f"at://{did}/{COLLECTION}/a"
    record = forge.records[f"{COLLECTION}/a"]
    host = f"{forge.host}/xrpc"
    stated = {"uri": uri, "cid": spelled(cid(cbor(record))), "value": record}
    answers = {
        f"https://plc.directory/{did}": json.dumps(forge.document(did, **changes)).encode(),
        f"https://plc.directory/{did}/log/audit": json.dumps(logged(did, genesis)).encode(),
        f"{host}/com.atproto.sync.getRecord?did={did}&collection={COLLECTION}&rkey=a": forge.repository(did),
        f"{host}/com.atproto.repo.getRecord?repo={did}&collection={COLLECTION}&rkey=a": json.dumps(
            stated
        ).encode(),
    }
    responses = [
        CapturedResponse(url=url, status=200, headers=(), body=body) for url, body in answers.items()
    ]
    return CapturedPage(requested_url=uri, final_url=None, status=None, responses=tuple(responses))


def asked_of(page: CapturedPage) -> list[str]:
    """What is asked where these are the answers."""
    by_url = {response.url: response for response in page.responses}
    asking = questions(page.requested_url, Places())
    assert asking is not None
    urls: list[str] = []
    try:
        ask = next(asking)
        while True:
            urls.append(ask.url)
            silent = CapturedResponse(url=ask.url, status=0, headers=(), body=b"")
            ask = asking.send(by_url.get(ask.url, silent))
    except StopIteration:
        return urls


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://nama:sandi@host.contoh.test",
        "file:///etc/passwd",
        "gopher://host.contoh.test",
        "https://host.contoh.test/jalan?x=",
        "//host.contoh.test",
        {"uri": "https://host.contoh.test"},
        None,
        7,
    ],
)
def test_a_host_in_a_document_is_asked_only_at_a_bare_origin(endpoint: object) -> None:
    forge = Forge(records={f"{COLLECTION}/a": post("Halo")})
    service = [{"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": endpoint}]
    page = served(forge, service=service)
    assert all(
        url.startswith(("https://plc.directory/", "https://public.api.bsky.app/")) for url in asked_of(page)
    )
    assert read(page).state.value == "undetermined"


def test_the_number_of_questions_is_limited() -> None:
    blobs = [cid(bytes([n]), 0x55) for n in range(100)]
    images = [
        {
            "image": {"$type": "blob", "ref": {"$link": spelled(blob)}, "mimeType": "image/png", "size": 1},
            "alt": "",
        }
        for blob in blobs
    ]
    record = post("Banyak gambar") | {"embed": {"$type": "app.bsky.embed.images", "images": images}}
    urls = asked_of(served(Forge(records={f"{COLLECTION}/a": record})))
    assert sum("getBlob" in url for url in urls) == MAX_PICTURES
    assert len(urls) <= 12 + MAX_PICTURES


def test_a_services_answer_is_taken_from_the_service_that_everyone_uses() -> None:
    """A page in the capture that pretends to be a directory is not asked before the real one."""
    page = served(Forge(records={f"{COLLECTION}/a": post("Halo")}))
    did = page.requested_url.split("/")[2]
    fake = CapturedResponse(
        url=f"https://palsu.contoh.test/{did}/log/audit", status=200, headers=(), body=b"[]"
    )
    reading = read(replace(page, responses=(fake, *page.responses)))
    assert reading.proofs[0].outcome is ProofOutcome.PRESENT
    assert f"https://plc.directory/{did}/log/audit" in reading.proofs[0].where


def read_one(record: dict[str, Any]) -> PageReading:
    """What is made of a record that was signed."""
    return read(served(Forge(records={f"{COLLECTION}/a": record})))


def test_marks_without_measure_are_limited() -> None:
    mark = {
        "index": {"byteStart": 0, "byteEnd": 4},
        "features": [{"$type": f"{FACET}#tag", "tag": "x"}] * 700,
    }
    reading = read_one(post("Halo") | {"facets": [mark] * 3})
    assert reading.post is not None
    assert len(reading.post.entities) == MAX_FACETS
    (dropped,) = [signal.seen for signal in reading.signals if signal.name == "malformed-facets"]
    assert dropped == "1"
    many = read_one(post("Halo") | {"facets": [mark | {"features": []}] * (MAX_FACETS + 5)})
    assert [signal.seen for signal in many.signals if signal.name == "malformed-facets"] == [
        str(MAX_FACETS + 5)
    ]


def test_a_text_without_measure_is_kept_without_its_marks() -> None:
    mark = {"index": {"byteStart": 0, "byteEnd": 1}, "features": [{"$type": f"{FACET}#tag", "tag": "x"}]}
    text = "a" * (MAX_MARKED_CHARACTERS + 1)
    reading = read_one(post(text) | {"facets": [mark]})
    assert reading.post is not None
    assert (reading.post.text, reading.post.entities) == (text, ())


@pytest.mark.parametrize(
    "stated",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-11-21T10:00:00",
        "kemarin",
        7,
        None,
        [[]],
    ],
)
def test_a_time_that_is_none_is_not_placed(stated: object) -> None:
    reading = read_one(post("Halo") | {"createdAt": stated})
    assert reading.post is not None
    assert reading.post.created_at is None
    msgspec.json.encode(reading)


def test_the_websites_own_requests_are_no_answers_to_ours() -> None:
    """The website asks for the handle as we do; where that is all, the page itself is read as any page is."""
    page = recorded("post-live")
    resolved = [response for response in page.responses if "resolveHandle" in response.url]
    shown = replace(page, status=200, final_url=page.requested_url, dom="<p>x</p>", responses=tuple(resolved))
    assert not recognises(shown)
    assert recognises(replace(shown, responses=page.responses))
    assert recognises(replace(page, responses=tuple(resolved)))
    assert recognises(recorded("handle-unknown"))
    assert not recognises(replace(page, responses=()))
