"""Bluesky's reader on answers that were recorded from a real host (see fixtures/README.md)."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from evidentia import platforms
from evidentia.platforms import Places
from evidentia.platforms.bluesky import READER, questions, read
from evidentia.platforms.bluesky_questions import Address, address_of
from evidentia.platforms.keys import post_key
from evidentia.record.post import EntityKind, ProofOutcome, State
from lab.record_bluesky import FIRST, RICH, SECOND, picture
from tests.platforms.bluesky_recorded import NAMES, recorded, with_answer, with_json

from .pages import post_on, seen

CAR, JSON, LATEST = "sync.getRecord", "repo.getRecord?repo", "sync.getLatestCommit"
SHOWN = "app.bsky.feed.getPosts"
LABELLER = "did:plc:" + "l" * 24


@pytest.mark.parametrize(
    ("name", "state", "outcome"),
    [
        ("post-live", State.LIVE, ProofOutcome.PRESENT),
        ("post-live-by-at-uri", State.LIVE, ProofOutcome.PRESENT),
        ("post-edited", State.LIVE, ProofOutcome.PRESENT),
        ("post-removed", State.UNAVAILABLE, ProofOutcome.ABSENT),
        ("post-that-never-was", State.UNAVAILABLE, ProofOutcome.ABSENT),
        ("post-with-marks-and-picture", State.LIVE, ProofOutcome.PRESENT),
        ("reply", State.LIVE, ProofOutcome.PRESENT),
        ("quote-with-picture", State.LIVE, ProofOutcome.PRESENT),
        ("post-with-link-preview", State.LIVE, ProofOutcome.PRESENT),
        ("post-withheld-by-host", State.REMOVED_BY_PLATFORM, ProofOutcome.PRESENT),
        ("handle-changed", State.REMOVED_BY_PLATFORM, ProofOutcome.PRESENT),
        ("account-deactivated", State.ACCOUNT_GONE, ProofOutcome.UNDETERMINED),
        ("account-taken-down", State.ACCOUNT_GONE, ProofOutcome.UNDETERMINED),
        ("did-unknown", State.UNDETERMINED, ProofOutcome.UNDETERMINED),
        ("handle-unknown", State.UNDETERMINED, None),
        ("handle-of-before", State.UNDETERMINED, None),
    ],
)
def test_every_recorded_post_has_the_state_it_was_in(
    name: str, state: State, outcome: ProofOutcome | None
) -> None:
    reading = read(recorded(name))
    assert (reading.state, reading.reader) == (state, READER)
    assert [proof.outcome for proof in reading.proofs] == ([] if outcome is None else [outcome])
    assert (reading.post is not None) == (outcome is ProofOutcome.PRESENT)
    assert reading.signals
    assert reading.reason or state is State.LIVE


def test_all_that_was_recorded_is_looked_at() -> None:
    assert len(NAMES) == 16


def test_the_room_finds_the_reader_by_address_and_answers() -> None:
    page = recorded("post-live")
    assert platforms.read(page) == read(page)
    assert platforms.read(replace(page, responses=())).reader != READER
    assert platforms.read(replace(page, requested_url="https://contoh.test/")).reader != READER


def test_a_post_is_read_from_the_record_that_was_signed() -> None:
    reading = read(recorded("post-live"))
    post = reading.post
    assert post is not None
    assert post.text == FIRST
    assert (post.author.handle, post.author.name) == ("pejabat07.test", "Pejabat 07")
    assert post.native_id == f"at://{post.author.id}/app.bsky.feed.post/{post.url.rpartition('/')[2]}"
    assert post.url.startswith(f"https://bsky.app/profile/{post.author.id}/post/")
    assert post.created_at == datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
    assert seen(reading, "created-at-claimed") == ["2026-11-21T10:00:00.000Z"]
    assert seen(reading, "proven-presence") == [post.revision]
    assert seen(reading, "handle-confirmed") == ["pejabat07.test"]
    assert seen(reading, "langs") == ["id"]
    assert (post.edit_mark, post.edited_at, post.in_reply_to, post.quotes) == (None, None, None, None)


def test_an_edit_is_another_revision_at_the_same_address() -> None:
    before, after = post_on(recorded("post-live")), post_on(recorded("post-edited"))
    assert (before.text, after.text) == (FIRST, SECOND)
    assert before.native_id == after.native_id
    assert before.revision != after.revision
    assert after.edit_mark is None


def test_a_post_has_one_key_whichever_address_led_to_it() -> None:
    keys = {post_key(post_on(recorded(name))) for name in ("post-live", "post-live-by-at-uri", "post-edited")}
    assert len(keys) == 1
    assert keys.pop().startswith("bluesky:bsky.app/at://did:plc:")


def test_marks_are_counted_in_code_points_and_a_malformed_one_is_dropped() -> None:
    reading = read(recorded("post-with-marks-and-picture"))
    post = reading.post
    assert post is not None
    marked = [(entity.kind, post.text[entity.start : entity.end], entity.target) for entity in post.entities]
    mention = marked[0][2]
    assert post.text == RICH
    assert marked == [
        (EntityKind.MENTION, "@warga12.test", mention),
        (EntityKind.LINK, "https://contoh.test/kabar", "https://contoh.test/kabar"),
        (EntityKind.HASHTAG, "#Netralitas", "Netralitas"),
    ]
    assert mention is not None
    assert mention.startswith("did:plc:")
    assert seen(reading, "malformed-facets") == ["1"]
    assert seen(reading, "self-label") == ["graphic-media"]
    assert seen(reading, "langs") == ["id en"]
    assert post.links == ("https://contoh.test/kabar",)


def test_pictures_have_the_digest_of_the_bytes_that_were_handed_to_the_host() -> None:
    page = recorded("post-with-marks-and-picture")
    (found,) = post_on(page).media
    assert found.sha256 == hashlib.sha256(picture()).hexdigest()
    assert (found.media_type, found.description) == ("image/png", "Foto apel")
    without = post_on(with_answer(page, "sync.getBlob", None)).media
    assert [(each.url, each.sha256, each.media_type) for each in without] == [(found.url, None, "image/png")]


def test_a_picture_that_is_not_what_its_cid_names_is_said() -> None:
    reading = read(with_answer(recorded("quote-with-picture"), "sync.getBlob", b"gambar lain"))
    assert len(seen(reading, "picture-differs-from-its-cid")) == 1
    assert reading.post is not None
    assert reading.post.media[0].sha256 == hashlib.sha256(b"gambar lain").hexdigest()


def test_replies_and_quotes_name_the_other_post() -> None:
    rich = post_on(recorded("post-with-marks-and-picture")).native_id
    reply, quote = post_on(recorded("reply")), post_on(recorded("quote-with-picture"))
    assert (reply.in_reply_to, reply.quotes) == (rich, None)
    assert (quote.in_reply_to, quote.quotes) == (None, rich)
    assert [media.description for media in quote.media] == ["Tangkapan layar"]
    assert post_on(recorded("post-with-link-preview")).links == ("https://contoh.test/kabar",)


def test_a_removed_post_is_proven_absent_and_nobody_is_blamed() -> None:
    reading = read(recorded("post-removed"))
    assert seen(reading, "RecordNotFound") == ["400 RecordNotFound"]
    assert seen(reading, "proven-absence")
    assert "does not say" in reading.reason
    assert "normally held by the host" in reading.proofs[0].reason


def test_a_post_that_the_host_withholds_is_told_from_one_that_was_removed() -> None:
    page = recorded("post-withheld-by-host")
    reading = read(page)
    assert reading.post is not None
    assert reading.post.text == "Kiriman yang ditarik moderator."
    assert seen(reading, "RecordNotFound") == ["400 RecordNotFound"]
    moved = read(with_json(page, LATEST, lambda told: told | {"rev": "3zzzzzzzzzz22"}))
    assert moved.state is State.UNDETERMINED
    assert "changed in between" in moved.reason
    assert read(with_answer(page, LATEST, None)).state is State.UNDETERMINED


@pytest.mark.parametrize(
    ("name", "error", "status"),
    [
        ("account-deactivated", "RepoDeactivated", "deactivated"),
        ("account-taken-down", "RepoTakendown", "takendown"),
    ],
)
def test_an_account_that_is_gone_is_named_as_the_host_names_it(name: str, error: str, status: str) -> None:
    reading = read(recorded(name))
    assert seen(reading, error) == [f"400 {error}"]
    assert seen(reading, "repo-status") == [status]
    assert reading.post is None


@pytest.mark.parametrize(
    ("error", "state"),
    [
        ("RepoSuspended", State.ACCOUNT_GONE),
        ("RepoNotFound", State.UNAVAILABLE),
        ("RecordNotFound", State.UNAVAILABLE),
    ],
)
def test_errors_that_the_lab_does_not_make_are_read_by_name(error: str, state: State) -> None:
    """Documented shape: https://docs.bsky.app/docs/api/com-atproto-sync-get-record."""
    body = json.dumps({"error": error, "message": "x"}).encode()
    reading = read(with_answer(recorded("account-taken-down"), CAR, body, status=400))
    assert reading.state is state
    assert seen(reading, error) == [f"400 {error}"]


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (429, State.CHALLENGE),
        (401, State.LOGIN_WALL),
        (500, State.UNREACHABLE),
        (502, State.UNREACHABLE),
        (403, State.UNDETERMINED),
        (404, State.UNDETERMINED),
        (200, State.UNDETERMINED),
    ],
)
def test_a_host_that_gives_no_answer_says_nothing_of_the_post(status: int, state: State) -> None:
    page = recorded("post-live")
    for method in (CAR, JSON):
        page = with_answer(page, method, b"<html>", status)
    if status != 200:
        assert read(page).state is state
    else:
        assert read(page).proofs[0].outcome is ProofOutcome.BROKEN


def test_a_silent_host_is_unreachable_and_a_silent_directory_too() -> None:
    page = recorded("post-live")
    for method in (CAR, JSON):
        page = with_answer(page, method, None)
    assert read(page).state is State.UNREACHABLE
    lone = recorded("did-unknown")
    assert read(with_answer(lone, "did:plc:", b"", 503)).state is State.UNREACHABLE


def test_without_a_proof_the_hosts_word_is_kept_as_its_word() -> None:
    reading = read(with_answer(recorded("post-live"), CAR, None))
    assert (reading.state, reading.proofs[0].outcome) == (State.LIVE, ProofOutcome.UNDETERMINED)
    assert reading.reason == "The host states the record; it is not proven."
    assert reading.post is not None
    assert reading.post.text == FIRST


def test_a_proof_that_is_broken_shows_no_post() -> None:
    page = recorded("post-live")
    car = next(r.body for r in page.responses if CAR in r.url)
    reading = read(with_answer(page, CAR, car.replace(b"Paslon A", b"Paslon B")))
    assert (reading.state, reading.proofs[0].outcome) == (State.UNDETERMINED, ProofOutcome.BROKEN)
    assert reading.post is None
    assert seen(reading, "proof-broken")


def test_a_host_that_states_what_its_repository_does_not_hold_is_not_believed() -> None:
    page = recorded("post-removed")
    stated = next(r.body for r in recorded("post-live").responses if JSON in r.url)
    reading = read(with_answer(page, JSON, stated))
    assert (reading.state, reading.proofs[0].outcome) == (State.UNDETERMINED, ProofOutcome.ABSENT)


def test_a_handle_that_leads_elsewhere_is_said() -> None:
    page = recorded("handle-changed")
    assert seen(read(page), "handle-confirmed") == ["warga12-baru.test"]
    other = json.dumps({"did": "did:plc:" + "b" * 24}).encode()
    assert seen(read(with_answer(page, "resolveHandle", other)), "handle-not-confirmed") == [
        "warga12-baru.test"
    ]


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://bsky.app/profile/pejabat07.test/post/3abc", Address("pejabat07.test", "3abc")),
        ("https://bsky.app/profile/@Pejabat07.test/post/3abc/", Address("pejabat07.test", "3abc")),
        (f"http://www.bsky.app/profile/{LABELLER}/post/3abc?x=1#y", Address(LABELLER, "3abc")),
        ("https://bsky.app/profile/did%3Aweb%3Acontoh.test/post/3abc", Address("did:web:contoh.test", "3abc")),
        ("at://pejabat07.test/app.bsky.feed.post/3abc", Address("pejabat07.test", "3abc")),
        ("at://did:web:contoh.test/app.bsky.feed.post/3abc#x", Address("did:web:contoh.test", "3abc")),
        ("at://pejabat07.test/app.bsky.feed.like/3abc", None),
        ("https://bsky.app/profile/pejabat07.test", None),
        ("https://bsky.app/profile/pejabat07.test/post/..", None),
        ("https://bsky.app/profile/tanpa_titik/post/3abc", None),
        ("https://bsky.app.lain.test/profile/pejabat07.test/post/3abc", None),
        ("https://bsky.app/profile/did:plc:x/post/3abc", None),
        ("https://bsky.app/profile/a.test/post/" + "a" * 513, None),
        ("https://[bsky.app/profile/a.test/post/3abc", None),
        ("https://contoh.test/", None),
        ("", None),
    ],
)  # fmt: skip
def test_which_addresses_name_a_post(url: str, address: Address | None) -> None:
    assert address_of(url) == address
    assert (questions(url, Places()) is None) == (address is None)
