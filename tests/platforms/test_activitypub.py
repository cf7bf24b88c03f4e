"""The reader for ActivityPub objects, on answers of the documented shape.

Written by hand after ActivityPub (www.w3.org/TR/activitypub, section 3.2), the Activity Streams vocabulary
(www.w3.org/TR/activitystreams-vocabulary), docs.joinmastodon.org/spec/activitypub and
join-lemmy.org/docs/contributors/05-federation.html. No ActivityPub server can be had from a package registry.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from evidentia.platforms import CapturedPage, CapturedResponse, Places, activitypub, questions, read
from evidentia.platforms.activitypub_object import object_in, post_of
from evidentia.record.post import EntityKind, PageReading, State
from lab import recorded
from lab.mutated import mutated

from .pages import seen

FOLDER = Path(__file__).parents[2] / "fixtures" / "platforms" / "activitypub"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
NOTE = "https://catatan.example/notes/9abcdef0123"


def capture(name: str) -> CapturedPage:
    return recorded.load(FOLDER / f"{name}.json")


def with_object(**changes: Any) -> CapturedPage:
    """The note with some of its members changed."""
    page = capture("documented-note")
    answer = page.responses[0]
    body = json.dumps(json.loads(answer.body) | changes).encode()
    return replace(page, responses=(replace(answer, body=body), *page.responses[1:]))


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("documented-note", State.EDITED),
        ("documented-page", State.LIVE),
        ("documented-tombstone", State.UNAVAILABLE),
    ],
)
def test_every_capture_has_the_state_that_its_answer_shows(name: str, state: State) -> None:
    reading = read(capture(name))
    assert (reading.state, reading.reader) == (state, activitypub.READER)
    assert (reading.post is not None) == (state in (State.LIVE, State.EDITED))


def test_a_note_is_read_whole() -> None:
    post = read(capture("documented-note")).post
    assert post is not None
    assert post.text.startswith("@warga12 Pilih Paslon A :senyum:\nBaca https://berita.example/")
    assert post.native_id == NOTE
    assert (post.author.id, post.author.handle, post.author.name) == (
        "https://catatan.example/users/9u1",
        "pejabat07@catatan.example",
        "Pejabat 07",
    )
    assert post.created_at is not None
    assert post.edited_at is not None
    assert (post.visibility, post.activity) == ("public", {"likes": 21, "shares": 3})
    assert [one.kind for one in post.entities] == [
        EntityKind.MENTION,
        EntityKind.EMOJI,
        EntityKind.LINK,
        EntityKind.HASHTAG,
    ]
    assert [(one.url, one.description) for one in post.media] == [
        ("https://berkas.example/22.png", "Surat suara")
    ]


def test_a_page_with_a_title_has_its_title_and_no_link_for_a_picture() -> None:
    post = read(capture("documented-page")).post
    assert post is not None
    assert (post.title, post.text, post.media) == ("Dukungan untuk Paslon A", "Mari menangkan.", ())


def test_a_tombstone_says_what_it_was_and_when_and_not_by_whom() -> None:
    reading = read(capture("documented-tombstone"))
    assert seen(reading, "tombstone") == ["Note, deleted 2019-02-21T01:00:00Z"]
    assert "not say by whom" in reading.reason


def test_an_object_that_was_updated_when_it_was_published_was_not_edited() -> None:
    reading = read(with_object(updated="2019-02-20T03:48:33Z"))
    assert reading.state is State.LIVE
    assert reading.post is not None
    assert (reading.post.edit_mark, reading.post.edited_at) == (False, None)


def test_a_host_cannot_speak_for_another_hosts_object() -> None:
    reading = read(with_object(id="https://lain.example/notes/1"))
    assert (reading.state, reading.post) == (State.UNDETERMINED, None)
    assert seen(reading, "object-of-another-host") == ["https://lain.example/notes/1"]


def test_a_host_cannot_name_another_hosts_author() -> None:
    reading = read(with_object(attributedTo="https://lain.example/users/pejabat07"))
    assert (reading.state, reading.post) == (State.UNDETERMINED, None)
    assert seen(reading, "author-of-another-host") == ["https://lain.example/users/pejabat07"]


def test_an_authors_document_counts_only_for_the_author() -> None:
    post = read(with_object(attributedTo="https://catatan.example/users/lain")).post
    assert post is not None
    assert (post.author.id, post.author.name) == ("https://catatan.example/users/lain", None)


@pytest.mark.parametrize(
    ("to", "cc", "visibility"),
    [
        ("https://www.w3.org/ns/activitystreams#Public", [], "public"),
        (["x"], ["as:Public"], "unlisted"),
        (["x"], ["y"], "private"),
    ],
)
def test_to_whom_it_is_addressed_is_its_visibility(to: object, cc: object, visibility: str) -> None:
    post = read(with_object(to=to, cc=cc)).post
    assert post is not None
    assert post.visibility == visibility


def test_what_an_activity_publishes_is_read_and_what_it_passes_on_is_linked() -> None:
    context = "https://www.w3.org/ns/activitystreams"
    inner = {
        "id": NOTE,
        "type": "Note",
        "content": "Halo",
        "attributedTo": "https://catatan.example/users/9u1",
    }
    created = post_of({"@context": context, "type": "Create", "object": inner}, None, NOTE, ())
    assert (created.text, created.shares) == ("Halo", None)
    passed_on = post_of(
        {"@context": context, "type": "Announce", "object": NOTE, "actor": "x"}, None, NOTE, ()
    )
    assert (passed_on.shares, passed_on.author.id) == (NOTE, "x")


def test_json_without_the_context_of_activity_streams_is_no_object() -> None:
    for body in (b'{"type": "Note"}', b"[]", b'{"@context": "https://schema.org", "type": "Note"}', b"{"):
        answer = CapturedResponse(
            url=NOTE, status=200, headers=(("Content-Type", "application/json"),), body=body
        )
        assert object_in(answer) is None


def test_a_page_that_a_browser_was_shown_is_not_taken_for_want_of_an_object() -> None:
    html = CapturedResponse(url=NOTE, status=404, headers=(("Content-Type", "text/html"),), body=b"<p>")
    page = CapturedPage(requested_url=NOTE, final_url=NOTE, status=404, dom="<p>x</p>", responses=(html,))
    assert not activitypub.recognises(page)


@pytest.mark.parametrize(
    "path",
    [
        "/objects/0b6d2f3e-8a3e-4a7e-9d10-8c5a2f6b7e01",
        "/notes/9abcdef0123",
        "/post/42",
        "/comment/42",
        "/videos/watch/0b6d2f3e-8a3e-4a7e-9d10-8c5a2f6b7e01",
    ],
)
def test_the_object_behind_a_page_is_asked_for_by_its_type(path: str) -> None:
    asking = questions(f"https://server.example{path}#x")
    assert asking is not None
    ask = next(asking)
    assert ask.url == f"https://server.example{path}"
    assert "application/activity+json" in dict(ask.headers)["Accept"]


def test_where_no_object_comes_the_page_itself_is_asked_for() -> None:
    asking = questions(f"{NOTE}?a=b#x")
    assert asking is not None
    first = next(asking)
    html = (("Content-Type", "text/html"),)
    second = asking.send(CapturedResponse(url=first.url, status=404, headers=html, body=b"<p>"))
    assert (second.url, second.headers) == (f"{NOTE}?a=b", ())


@pytest.mark.parametrize("path", ["/", "/posts/judul", "/notes/", "/post/judul-1", "/objects/1"])
def test_other_addresses_are_not_asked_about(path: str) -> None:
    assert activitypub.questions(f"https://server.example{path}", Places()) is None


def test_authors_and_keys_are_asked_for_on_the_objects_own_host_alone() -> None:
    page = with_object(attributedTo="https://lain.example/users/9u1")
    asking = questions(page.requested_url)
    assert asking is not None
    next(asking)
    with pytest.raises(StopIteration):
        asking.send(page.responses[0])


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_whatever_a_server_answers_there_is_a_reading(name: str, data: st.DataObject) -> None:
    reading = read(data.draw(mutated(capture(name))))
    assert isinstance(reading, PageReading)
    assert reading.post is not None or reading.state not in (State.LIVE, State.EDITED)
