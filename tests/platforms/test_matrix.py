"""The Matrix reader on what a real homeserver (Synapse 1.163) answered: see fixtures/README.md."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from evidentia.platforms import CapturedPage, CapturedResponse, matrix, read
from evidentia.platforms.keys import post_key
from evidentia.platforms.matrix_event import Event, redaction_of, replacements, wording_of
from evidentia.platforms.replay import header
from evidentia.record.post import ActKind, EntityKind, PageReading, ProofOutcome, State
from lab import recorded
from lab.mutated import mutated

from .pages import seen

FOLDER = Path(__file__).parents[2] / "fixtures" / "platforms" / "matrix"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
OFFICIAL = "@pejabat07:kota.example"


def capture(name: str) -> CapturedPage:
    return recorded.load(FOLDER / f"{name}.json")


def answer(page: CapturedPage, part: str) -> CapturedResponse:
    return next(one for one in page.responses if part in one.url)


def with_answer(page: CapturedPage, part: str, status: int, body: object) -> CapturedPage:
    """The capture with another answer in one place."""
    changed = tuple(
        replace(one, status=status, body=json.dumps(body).encode()) if part in one.url else one
        for one in page.responses
    )
    return replace(page, responses=changed)


def event(identifier: str, **changes: Any) -> dict[str, Any]:
    stated: dict[str, Any] = {
        "event_id": identifier,
        "sender": OFFICIAL,
        "type": "m.room.message",
        "origin_server_ts": 1_000,
        "room_id": "!r:kota.example",
        "content": {"msgtype": "m.text", "body": "asal"},
    }
    return stated | changes


def edit(identifier: str, text: str, **changes: Any) -> dict[str, Any]:
    content = {
        "msgtype": "m.text",
        "body": f"* {text}",
        "m.new_content": {"msgtype": "m.text", "body": text},
        "m.relates_to": {"rel_type": "m.replace", "event_id": "$asal"},
    }
    return event(identifier, content=content) | changes


def original(**changes: Any) -> Event:
    import msgspec

    return msgspec.convert(event("$asal") | changes, Event)


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("live", State.LIVE),
        ("by-alias", State.LIVE),
        ("formatted", State.LIVE),
        ("picture", State.LIVE),
        ("edited-once", State.EDITED),
        ("edited-twice-with-acts", State.EDITED),
        ("redacted-by-sender", State.DELETED_BY_AUTHOR),
        ("redacted-by-moderator", State.REMOVED_BY_PLATFORM),
        ("encrypted", State.UNDETERMINED),
        ("without-token", State.LOGIN_WALL),
        ("closed-room", State.ACCESS_RESTRICTED),
        ("never-was", State.UNAVAILABLE),
    ],
)
def test_every_recorded_event_has_the_state_it_was_in(name: str, state: State) -> None:
    reading = read(capture(name))
    assert (reading.state, reading.reader) == (state, matrix.READER)
    assert (reading.post is not None) == (state in (State.LIVE, State.EDITED))
    assert reading.signals
    assert reading.reason or reading.post


def test_the_message_is_read_whole() -> None:
    reading = read(capture("live"))
    post = reading.post
    assert post is not None
    assert post.text == "Pilih Paslon A di Kota Contoh"
    assert (post.author.id, post.author.name) == (OFFICIAL, "Pejabat 07")
    assert post.revision == post.native_id
    assert post.created_at is not None
    assert post.created_at.tzinfo is UTC
    assert (post.edit_mark, post.edited_at, post.visibility) == (False, None, "shared")
    assert reading.history == ()
    assert seen(reading, "join-rule") == ["public"]


def test_the_key_is_the_same_whichever_homeserver_answered() -> None:
    post = read(capture("live")).post
    assert post is not None
    assert post_key(post) == f"matrix:matrix.to/{post.native_id}"


def test_each_edit_is_a_wording_with_its_own_time_and_id() -> None:
    reading = read(capture("edited-twice-with-acts"))
    post = reading.post
    assert post is not None
    assert [one.text for one in reading.history] == [
        "Pilih Paslon A di Kota Contoh",
        "Pilih Paslon B di Kota Contoh",
        "Tidak pernah begitu",
    ]
    times = [one.at for one in reading.history]
    assert all(earlier < later for earlier, later in pairwise(times) if earlier and later)
    assert reading.history[0].revision == post.native_id
    assert reading.history[-1].revision == post.revision
    assert (post.text, post.edited_at) == ("Tidak pernah begitu", times[-1])
    assert all("/relations/" in one.where or "/event/" in one.where for one in reading.history)


def test_an_edit_by_somebody_else_changes_nothing_and_is_said() -> None:
    reading = read(capture("edited-twice-with-acts"))
    assert "Kata orang lain" not in [one.text for one in reading.history]
    assert seen(reading, "edits-by-others-ignored") == ["1"]


def test_reactions_and_answers_are_acts_of_named_accounts() -> None:
    reading = read(capture("edited-twice-with-acts"))
    assert reading.post is not None
    found = {(act.kind, act.what, act.actor.id) for act in reading.acts}
    assert found == {
        (ActKind.LIKE, "👍", "@warga12:kota.example"),
        (ActKind.LIKE, "setuju", "@moderator:kota.example"),
        (ActKind.COMMENT, "Benarkah?", "@warga12:kota.example"),
        (ActKind.COMMENT, "Utas", "@warga12:kota.example"),
    }
    assert {act.object for act in reading.acts} == {reading.post.url}
    assert all(act.at is not None and act.native_id for act in reading.acts)


def test_a_redaction_names_who_made_it_and_why() -> None:
    by_moderator, by_sender = read(capture("redacted-by-moderator")), read(capture("redacted-by-sender"))
    (said,) = seen(by_moderator, "redaction")
    assert said.startswith("@moderator:kota.example at ")
    assert said.endswith(": kampanye dilarang di ruang ini")
    assert seen(by_moderator, "sender") == [OFFICIAL]
    (said,) = seen(by_sender, "redaction")
    assert said.startswith(f"{OFFICIAL} at ")


def test_a_redaction_that_nobody_is_named_for_is_ascribed_to_nobody() -> None:
    page = capture("redacted-by-moderator")
    stated = json.loads(answer(page, "/event/").body)
    del stated["unsigned"]["redacted_because"]
    reading = read(with_answer(page, "/event/", 200, stated))
    assert reading.state is State.UNAVAILABLE
    assert seen(reading, "redacted-by")


def test_an_empty_event_without_a_redaction_is_not_called_removed() -> None:
    page = capture("live")
    stated = json.loads(answer(page, "/event/").body) | {"content": {}}
    assert read(with_answer(page, "/event/", 200, stated)).state is State.UNDETERMINED


def test_formatted_text_is_read_as_it_is_shown_with_its_parts_in_place() -> None:
    reading = read(capture("formatted"))
    post = reading.post
    assert post is not None
    assert post.text == "Halo Warga 12,\n\nlihat beritanya :senyum:"
    parts = [(one.kind, post.text[one.start : one.end], one.target) for one in post.entities]
    assert parts == [
        (EntityKind.MENTION, "Warga 12", "@warga12:kota.example"),
        (EntityKind.LINK, "beritanya", "https://berita.example/a"),
        (EntityKind.EMOJI, ":senyum:", "mxc://kota.example/senyum"),
    ]
    assert seen(reading, "plain-body") == ["Halo Warga 12"]  # another client shows other words


def test_a_picture_has_the_digest_of_the_bytes_that_came() -> None:
    page = capture("picture")
    post = read(page).post
    assert post is not None
    (picture,) = post.media
    came = answer(page, "/media/download/").body
    assert (picture.sha256, picture.media_type) == (hashlib.sha256(came).hexdigest(), "image/png")
    assert picture.url.startswith("mxc://kota.example/")
    assert post.text == ""  # the file's name is not what was said


def test_signatures_that_the_api_does_not_give_are_said_to_be_missing() -> None:
    (proof,) = read(capture("live")).proofs
    assert proof.outcome is ProofOutcome.UNDETERMINED
    assert "neither the hashes nor the signatures" in proof.reason


def test_encrypted_events_are_not_guessed_at() -> None:
    reading = read(capture("encrypted"))
    assert seen(reading, "encrypted") == ["m.megolm.v1.aes-sha2"]
    assert "encrypted" in reading.reason


@pytest.mark.parametrize(
    ("status", "code", "state"),
    [
        (403, "M_FORBIDDEN", State.ACCESS_RESTRICTED),
        (401, "M_UNKNOWN_TOKEN", State.LOGIN_WALL),
        (403, "M_GUEST_ACCESS_FORBIDDEN", State.LOGIN_WALL),
        (429, "M_LIMIT_EXCEEDED", State.CHALLENGE),
        (403, "M_CONSENT_NOT_GIVEN", State.CHALLENGE),
        (502, "M_UNKNOWN", State.UNREACHABLE),
        (0, "", State.UNREACHABLE),
        (400, "M_UNRECOGNIZED", State.UNDETERMINED),
        (404, "", State.UNDETERMINED),  # a proxy's 404 is no word of the homeserver's
    ],
)
def test_refusals_are_told_by_their_code(status: int, code: str, state: State) -> None:
    body = {"errcode": code, "error": "telah dihapus"} if code else {"error": "has been removed"}
    page = with_answer(capture("never-was"), "/event/", status, body)
    assert read(page).state is state


def test_an_event_of_another_room_is_not_taken_for_it() -> None:
    page = capture("live")
    stated = json.loads(answer(page, "/event/").body) | {"room_id": "!lain:kota.example"}
    assert read(with_answer(page, "/event/", 200, stated)).state is State.UNDETERMINED


def test_another_event_than_the_one_asked_for_is_not_taken_for_it() -> None:
    page = capture("live")
    stated = json.loads(answer(page, "/event/").body) | {"event_id": "$lain"}
    assert read(with_answer(page, "/event/", 200, stated)).state is State.UNDETERMINED


@pytest.mark.parametrize(
    "wrong",
    [
        {"sender": "@warga12:kota.example"},
        {"type": "m.sticker"},
        {"room_id": "!lain:kota.example"},
        {"state_key": ""},
        {"content": {"msgtype": "m.text", "body": "* x", "m.relates_to": {"rel_type": "m.replace"}}},
        {"content": {"m.relates_to": {"rel_type": "m.replace", "event_id": "$asal"}}},
        {"origin_server_ts": "1"},
    ],
)
def test_replacements_that_the_specification_calls_invalid_are_ignored(wrong: dict[str, Any]) -> None:
    valid = edit("$b", "baru")
    found, ignored = replacements(original(), [valid, edit("$a", "palsu") | wrong])
    assert ([one.event_id for one in found], ignored) == (["$b"], 1)


def test_edits_of_one_millisecond_are_ordered_by_their_ids() -> None:
    found, _ = replacements(original(), [edit("$b", "dua"), edit("$a", "satu"), edit("$b", "dua")])
    assert [one.event_id for one in found] == ["$a", "$b"]


def test_an_edit_of_an_edit_is_none() -> None:
    content = edit("$x", "y")["content"] | {"m.relates_to": {"rel_type": "m.replace", "event_id": "$lain"}}
    assert replacements(original(content=content), [edit("$b", "baru")])[0] == []


def test_a_time_beyond_every_calendar_is_none() -> None:
    assert original(origin_server_ts=2**62).at is None
    assert original(origin_server_ts=0).at == datetime(1970, 1, 1, tzinfo=UTC)


def test_the_quoted_lines_of_an_older_reply_are_not_its_text() -> None:
    related = {"m.relates_to": {"m.in_reply_to": {"event_id": "$a"}}}
    body = "> <@a:b.example> dua\n> baris\n\nJawabannya"
    assert wording_of({"msgtype": "m.text", "body": body, **related}).text == "Jawabannya"
    assert wording_of({"msgtype": "m.text", "body": body}).text == body
    markup = "<mx-reply><blockquote>dua</blockquote></mx-reply>Jawab<b>an</b>nya"
    html = {"format": "org.matrix.custom.html", "formatted_body": markup}
    assert wording_of({"msgtype": "m.text", "body": body, **related, **html}).text == "Jawabannya"


def test_a_redaction_is_only_what_the_homeserver_calls_one() -> None:
    assert redaction_of(original(unsigned={"redacted_because": {"sender": OFFICIAL}})) is None


def test_lists_that_never_end_are_cut_off_and_that_is_said() -> None:
    page = capture("edited-once")
    following = answer(page, "/m.annotation")
    stated = json.dumps({"chunk": [], "next_batch": "lagi"}).encode()
    more = [replace(following, url=f"{following.url}{suffix}", body=stated) for suffix in ("", "&from=lagi")]
    responses = tuple(one for one in page.responses if one is not following)
    reading = read(replace(page, responses=(*responses, *more)))
    assert "m.annotation" in seen(reading, "relations-cut-off")


def test_no_fixture_holds_an_access_token() -> None:
    for path in FOLDER.glob("*.json"):
        assert "Bearer" not in path.read_text("utf-8")
        assert not any(header(one, "authorization") for one in recorded.load(path).responses)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_a_homeserver_answers_there_is_a_reading(name: str, data: st.DataObject) -> None:
    reading = read(data.draw(mutated(capture(name))))
    assert isinstance(reading, PageReading)
    assert reading.state in (State.LIVE, State.EDITED) or reading.post is None or reading.reason
