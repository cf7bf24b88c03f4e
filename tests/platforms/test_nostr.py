"""The reader of Nostr, on what real relays sent: see fixtures/README.md."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidentia.platforms import CapturedPage, CapturedResponse, Places, nostr
from evidentia.platforms import nostr_names as names
from evidentia.platforms.keys import post_key
from evidentia.platforms.nostr_relay import MAX_MESSAGES
from evidentia.record.post import ActKind, EntityKind, PageReading, ProofOutcome, State
from lab.nostr import CITIZEN, OFFICIAL, STRANGER, Event
from lab.record_nostr import NOON, article, note

from .pages import post_of, recorded_in, seen

recorded = recorded_in("nostr")
FOLDER = Path(__file__).parents[2] / "fixtures" / "platforms" / "nostr"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
RELAY = "wss://relay.example/"


def read(name: str) -> PageReading:
    return nostr.read(recorded(name))


def said(*events: Event, last: str = '["EOSE","event"]', relay: str = RELAY) -> CapturedResponse:
    lines = [*(json.dumps(["EVENT", "event", event]) for event in events), last]
    return CapturedResponse(url=relay, status=101, headers=(), body="\n".join(lines).encode())


def look(event: Event, *responses: CapturedResponse, author: bool = True) -> PageReading:
    name = (
        names.encode_event(event["id"], event["pubkey"], event["kind"])
        if author
        else names.encode("note", event["id"])
    )
    return nostr.read(
        CapturedPage(requested_url=f"nostr:{name}", final_url=None, status=None, responses=responses)
    )


def changed(name: str, change: Callable[[dict[str, Any]], object]) -> CapturedPage:
    """The recorded capture with every event changed."""
    page, responses = recorded(name), []
    for response in page.responses:
        lines = [json.loads(line) for line in response.body.split(b"\n")]
        for line in lines:
            if line[0] == "EVENT":
                change(line[2])
        body = "\n".join(map(json.dumps, lines)).encode()
        responses.append(msgspec.structs.replace(response, body=body))
    return msgspec.structs.replace(page, responses=tuple(responses))


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("note-live", State.LIVE),
        ("note-with-acts", State.LIVE),
        ("note-that-never-was", State.UNAVAILABLE),
        ("note-that-a-stranger-asked-to-delete", State.LIVE),
        ("note-deleted", State.DELETED_BY_AUTHOR),
        ("note-deleted-author-not-in-address", State.UNAVAILABLE),
        ("note-deleted-at-one-of-two-relays", State.DELETED_BY_AUTHOR),
        ("article-live", State.LIVE),
        ("article-replaced", State.EDITED),
        ("article-in-two-versions-at-two-relays", State.EDITED),
        ("article-version-named", State.LIVE),
        ("article-older-version-deleted", State.EDITED),
        ("no-relay-answers", State.UNREACHABLE),
    ],
)
def test_every_recorded_event_has_the_state_it_was_in(name: str, state: State) -> None:
    page = recorded(name)
    assert nostr.recognises(page)
    reading = nostr.read(page)
    assert (reading.state, reading.reader) == (state, nostr.READER)
    assert not seen(reading, "event-broken")


def test_every_recording_is_tested() -> None:
    assert len(NAMES) == 13


def test_a_note_is_read_with_the_key_that_signed_it() -> None:
    post, event = post_of(read("note-with-acts")), note()
    assert (post.text, post.native_id, post.revision) == (event["content"], event["id"], event["id"])
    assert "\u2028" in post.text
    assert (post.author.id, post.author.name) == (OFFICIAL.pubkey, "Pejabat 07")
    assert post.author.handle == names.encode("npub", OFFICIAL.pubkey)
    assert post.created_at is not None
    assert post.created_at.timestamp() == NOON
    assert post.edit_mark is None
    assert seen(read("note-with-acts"), "content-warning") == ["politik"]
    assert seen(read("note-with-acts"), "nip05-claimed") == ["pejabat07@kota.example"]


def test_parts_of_a_text_that_mean_something_are_marked() -> None:
    post = post_of(read("note-live"))
    marked = {entity.kind: (post.text[entity.start : entity.end], entity.target) for entity in post.entities}
    assert marked[EntityKind.HASHTAG] == ("#PemiluKota", "PemiluKota")
    assert marked[EntityKind.MENTION] == (f"nostr:{names.encode('npub', CITIZEN.pubkey)}", CITIZEN.pubkey)
    assert marked[EntityKind.LINK] == ("https://kota.example/berita", "https://kota.example/berita")


def test_one_event_has_one_key_whichever_address_led_to_it() -> None:
    assert post_key(post_of(read("note-live"))) == post_key(post_of(read("note-with-acts")))


def test_acts_name_their_actor_and_what_was_done() -> None:
    acts = {(act.kind, act.actor.id): act for act in read("note-with-acts").acts}
    assert set(acts) == {
        (ActKind.LIKE, CITIZEN.pubkey),
        (ActKind.LIKE, STRANGER.pubkey),
        (ActKind.SHARE, STRANGER.pubkey),
        (ActKind.COMMENT, CITIZEN.pubkey),
    }
    assert acts[ActKind.LIKE, CITIZEN.pubkey].what == "🔥"
    assert acts[ActKind.LIKE, STRANGER.pubkey].what == "-"
    assert acts[ActKind.COMMENT, CITIZEN.pubkey].what == "Bukankah pejabat netral?"
    assert all(act.at is not None and act.where.startswith("ws://") for act in acts.values())


def test_the_proof_names_key_event_and_place() -> None:
    (proof,) = read("note-live").proofs
    assert (proof.outcome, proof.subject) == (ProofOutcome.PRESENT, note()["id"])
    assert proof.key == names.encode("npub", OFFICIAL.pubkey)
    assert len(proof.steps) == 2
    assert proof.where[0].endswith("#conversation=1&message=1")


def test_a_deletion_is_the_authors_signed_word() -> None:
    reading = read("note-deleted")
    assert [proof.outcome for proof in reading.proofs] == [ProofOutcome.PRESENT]
    assert any("salah kirim" in said for said in seen(reading, "deletion-request"))
    assert len(seen(reading, "not-at-relay")) == 1


def test_a_relay_that_keeps_a_deleted_event_is_said_to() -> None:
    reading = read("note-deleted-at-one-of-two-relays")
    assert post_of(reading).text == note()["content"]
    assert len(seen(reading, "served-by")) == len(seen(reading, "not-at-relay")) == 1
    assert seen(reading, "relay-still-serves") == [note()["id"]]


def test_an_address_without_an_author_makes_nobody_the_author() -> None:
    reading = read("note-deleted-author-not-in-address")
    assert len(seen(reading, "deletion-request")) == 2  # a stranger's is kept beside the author's
    assert "does not say whose it was" in reading.reason


def test_versions_of_an_article_are_kept_in_order() -> None:
    reading = read("article-in-two-versions-at-two-relays")
    assert [kept.revision for kept in reading.history] == [
        article(1, NOON)["id"],
        article(2, NOON + 600)["id"],
    ]
    post = post_of(reading)
    assert post.native_id == f"30023:{OFFICIAL.pubkey}:sikap"
    assert (post.text, post.title, post.edit_mark) == ("Wording 2 of an article", "Sikap saya", True)
    assert post.edited_at is not None
    assert post.created_at is not None
    assert (post.created_at.timestamp(), post.edited_at.timestamp()) == (NOON, NOON + 600)
    assert post_key(post) == post_key(post_of(read("article-replaced")))
    assert post_key(post) != post_key(post_of(read("article-version-named")))


def test_a_deletion_of_an_older_version_leaves_the_newer_one() -> None:
    reading = read("article-older-version-deleted")
    assert reading.state is State.EDITED
    assert len(seen(reading, "deletion-request")) == 1


def test_of_two_versions_of_one_second_the_lower_id_counts() -> None:
    pair = sorted((article(1, NOON), article(2, NOON)), key=lambda event: str(event["id"]))
    url = f"nostr:{names.encode_coordinate(30023, OFFICIAL.pubkey, 'sikap')}"
    for order in (pair, pair[::-1]):
        page = CapturedPage(requested_url=url, final_url=None, status=None, responses=(said(*order),))
        assert post_of(nostr.read(page)).revision == pair[0]["id"]
        assert nostr.read(page).state is State.EDITED


@pytest.mark.parametrize(
    "change",
    [
        lambda event: event.update(content=event["content"] + " "),
        lambda event: event.update(created_at=event["created_at"] + 1),
        lambda event: event.update(kind=event["kind"] + 1),
        lambda event: event["tags"].append(["t", "x"]),
        lambda event: event.update(pubkey=STRANGER.pubkey),
        lambda event: event.update(sig=event["sig"][::-1]),
        lambda event: event.update(sig="0" * 128),
        lambda event: event.update(pubkey="f" * 64),
    ],
)
def test_an_event_that_was_touched_is_evidence_of_nothing(change: Callable[[dict[str, Any]], object]) -> None:
    reading = nostr.read(changed("note-with-acts", change))
    assert (reading.state, reading.post, reading.acts) == (State.UNDETERMINED, None, ())
    assert [proof.outcome for proof in reading.proofs] == [ProofOutcome.BROKEN]
    assert seen(reading, "event-broken")


def test_a_forged_copy_beside_the_authentic_event_changes_nothing() -> None:
    event = note()
    reading = look(event, said(event | {"content": "palsu"}, event, event | {"sig": "00" * 64}))
    assert post_of(reading).text == event["content"]
    assert len(seen(reading, "event-broken")) == 2
    assert [proof.outcome for proof in reading.proofs] == [ProofOutcome.PRESENT]


def test_a_forged_deletion_deletes_nothing() -> None:
    event = note()
    deletion = OFFICIAL.sign(5, "", [["e", event["id"]]], at=NOON + 1)
    forged = STRANGER.sign(5, "", [["e", event["id"]]], at=NOON + 1)
    for one in (forged, forged | {"pubkey": OFFICIAL.pubkey}, deletion | {"content": "x"}):
        assert look(event, said(event, one)).state is State.LIVE
        assert look(event, said(one)).state is not State.DELETED_BY_AUTHOR
    assert look(event, said(event, deletion)).state is State.DELETED_BY_AUTHOR


def test_a_wrong_author_in_the_address_is_named() -> None:
    event = note()
    url = f"nostr:{names.encode_event(event['id'], STRANGER.pubkey, 1)}"
    reading = nostr.read(
        CapturedPage(requested_url=url, final_url=None, status=None, responses=(said(event),))
    )
    assert post_of(reading).author.id == OFFICIAL.pubkey
    assert seen(reading, "address-names-another-author") == [STRANGER.pubkey]


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("auth-required: we only serve members", State.LOGIN_WALL),
        ("restricted: not yours", State.ACCESS_RESTRICTED),
        ("rate-limited: slow down", State.CHALLENGE),
        ("error: the event was deleted by its author", State.UNDETERMINED),
    ],
)
def test_a_refusal_is_read_by_its_prefix_and_never_by_its_words(words: str, state: State) -> None:
    reading = look(note(), said(last=json.dumps(["CLOSED", "event", words])))
    assert reading.state is state
    assert seen(reading, "relay-refused") == [words]


def test_a_flood_of_messages_is_read_within_limits() -> None:
    event = note()
    flood = "\n".join(['["NOTICE","x"]'] * MAX_MESSAGES)
    reading = look(event, said(event, last=flood))
    assert post_of(reading).revision == event["id"]
    late = said(event)
    assert look(event, msgspec.structs.replace(late, body=flood.encode() + b"\n" + late.body)).post is None


def test_a_conversation_that_was_cut_says_nothing_about_the_event() -> None:
    assert look(note(), said(last='["NOTICE","…"]')).state is State.UNREACHABLE


def test_replies_quotes_and_reposts_are_linked() -> None:
    first, other = note(), article(1, NOON)
    link = f"nostr:{names.encode('note', first['id'])}"
    reply = CITIZEN.sign(1, "a", [["e", other["id"], "", "root"], ["e", first["id"], "", "reply"]], at=NOON)
    assert post_of(look(reply, said(reply))).in_reply_to == link
    positional = CITIZEN.sign(1, "a", [["e", other["id"]], ["e", first["id"]]], at=NOON)
    assert post_of(look(positional, said(positional))).in_reply_to == link
    quote = CITIZEN.sign(1, "a", [["q", first["id"]]], at=NOON)
    assert post_of(look(quote, said(quote))).quotes == link
    repost = CITIZEN.sign(6, json.dumps(first), [["e", first["id"]]], at=NOON)
    assert (post_of(look(repost, said(repost))).shares, post_of(look(repost, said(repost))).text) == (
        link,
        "",
    )


def test_media_carry_the_digest_of_what_was_captured() -> None:
    url, stated = "https://m.example/a.png", "00" * 32
    imeta = ["imeta", f"url {url}", "m image/png", f"x {stated}", "alt poster"]
    event = OFFICIAL.sign(1, f"Lihat {url}", [imeta], at=NOON)
    picture = CapturedResponse(url=url, status=200, headers=(("Content-Type", "image/png"),), body=b"bytes")
    (medium,) = post_of(look(event, said(event), picture)).media
    assert (medium.url, medium.media_type, medium.description) == (url, "image/png", "poster")
    assert medium.sha256 is not None
    assert seen(look(event, said(event), picture), "media-differ")
    (missing,) = post_of(look(event, said(event))).media
    assert missing.sha256 is None
    assert not seen(look(event, said(event)), "media-differ")


def test_questions_go_to_the_relays_that_the_address_names() -> None:
    event = note()
    url = f"nostr:{names.encode('note', event['id'])}?relay=ws://127.0.0.1:7/&relay={RELAY}"
    asking = nostr.questions(url, Places())
    assert asking is not None
    first = next(asking)
    assert (first.url, first.last) == ("ws://127.0.0.1:7/", '["EOSE"')
    assert json.loads(first.messages[0]) == ["REQ", "event", {"ids": [event["id"]]}]
    second = asking.send(said(event))
    filters = json.loads(second.messages[0])[2:]
    assert {"kinds": [0], "authors": [OFFICIAL.pubkey]} in filters
    assert {"kinds": [5], "#e": [event["id"]], "authors": [OFFICIAL.pubkey]} in filters
    silent = CapturedResponse(url="", status=0, headers=(), body=b"")
    assert asking.send(silent).url == RELAY
    with pytest.raises(StopIteration):
        asking.send(silent)


def test_an_address_without_a_relay_asks_those_of_the_places() -> None:
    asking = nostr.questions(f"nostr:{names.encode('note', '00' * 32)}", Places(nostr_relays=(RELAY,)))
    assert asking is not None
    assert next(asking).url == RELAY


def test_a_gateways_page_alone_is_no_word_of_a_relay() -> None:
    url = f"https://gateway.example/e/{names.encode('note', note()['id'])}"
    page = CapturedPage(requested_url=url, final_url=url, status=200, dom="<p>palsu</p>")
    assert not nostr.recognises(page)
    assert nostr.recognises(msgspec.structs.replace(page, responses=(said(note()),)))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([name for name in NAMES if name != "no-relay-answers"]), st.data())
def test_any_conversation_gives_a_reading(name: str, data: st.DataObject) -> None:
    page = recorded(name)
    responses = list(page.responses)
    at = data.draw(st.integers(0, len(responses) - 1))
    body = bytearray(responses[at].body)
    start = data.draw(st.integers(0, len(body)))
    noise = data.draw(_JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=20))
    body[start : start + data.draw(st.integers(0, 60))] = noise
    responses[at] = msgspec.structs.replace(responses[at], body=bytes(body))
    reading = nostr.read(msgspec.structs.replace(page, responses=tuple(responses)))
    assert isinstance(reading, PageReading)


@settings(max_examples=100, deadline=None)
@given(
    st.integers(0, 65_535),
    st.text(max_size=60),
    st.lists(
        st.lists(
            st.sampled_from(
                ["e", "a", "p", "q", "t", "d", "k", "imeta", "emoji", "published_at", "delegation"]
            )
            | st.text(max_size=9),
            max_size=5,
        ),
        max_size=6,
    ),
)
def test_whatever_a_key_signs_is_read(kind: int, content: str, tags: list[list[str]]) -> None:
    event = OFFICIAL.sign(kind, content, tags, at=NOON)
    reading = look(event, said(event))
    assert reading.state in (State.LIVE, State.EDITED)
    assert post_of(reading).revision == event["id"]
