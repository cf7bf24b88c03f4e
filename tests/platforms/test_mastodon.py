"""The reader for Mastodon's API, on answers of a **mock** and on answers of the documented shape.

``mock-*``: recorded from mastodon_mock (lab/mastodon.py), which is no real server. ``documented-*``: written by hand
after docs.joinmastodon.org/entities/Status, /StatusEdit, /Account, /Instance, /methods/statuses,
docs.joinmastodon.org/spec/activitypub and the Activity Streams vocabulary (www.w3.org/TR/activitystreams-vocabulary,
``Tombstone``). See fixtures/README.md.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from evidentia.platforms import CapturedPage, CapturedResponse, mastodon, questions, read
from evidentia.platforms.keys import post_key
from evidentia.record.post import ActKind, EntityKind, PageReading, State
from lab import recorded
from lab.mutated import mutated

from .pages import seen

FOLDER = Path(__file__).parents[2] / "fixtures" / "platforms" / "mastodon"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
ORIGIN = "https://sosial.example"
URL = f"{ORIGIN}/@pejabat07/110123456789012345"
API = f"{ORIGIN}/api/v1/statuses/110123456789012345"


def capture(name: str) -> CapturedPage:
    return recorded.load(FOLDER / f"{name}.json")


def changed(page: CapturedPage, url: str, status: int, body: object, **headers: str) -> CapturedPage:
    """The capture with another answer from one address."""
    fields = (("Content-Type", "application/json"), *headers.items())
    made = tuple(
        replace(one, status=status, body=json.dumps(body).encode(), headers=fields) if one.url == url else one
        for one in page.responses
    )
    return replace(page, responses=made)


def stated(page: CapturedPage, url: str) -> dict[str, object]:
    answer: dict[str, object] = json.loads(next(one.body for one in page.responses if one.url == url))
    return answer


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("mock-live", State.LIVE),
        ("mock-reply", State.LIVE),
        ("mock-picture", State.LIVE),
        ("mock-poll", State.LIVE),
        ("mock-passed-on", State.LIVE),
        ("mock-quoting", State.LIVE),
        ("mock-edited-twice", State.EDITED),
        ("mock-with-acts", State.EDITED),
        ("mock-deleted", State.UNAVAILABLE),
        ("mock-never-was", State.UNAVAILABLE),
        ("documented-status", State.EDITED),
        ("documented-api-closed-object-public", State.EDITED),
        ("documented-tombstone", State.UNAVAILABLE),
        ("documented-account-suspended", State.ACCOUNT_GONE),
        ("documented-account-gone", State.ACCOUNT_GONE),
    ],
)
def test_every_capture_has_the_state_that_its_answers_show(name: str, state: State) -> None:
    reading = read(capture(name))
    assert (reading.state, reading.reader) == (state, mastodon.READER)
    assert (reading.post is not None) == (state in (State.LIVE, State.EDITED))
    assert seen(reading, "http-status")
    assert reading.reason or reading.post


def test_a_documented_status_is_read_whole() -> None:
    reading = read(capture("documented-status"))
    post = reading.post
    assert post is not None
    assert post.text == (
        "@warga12 Pilih Paslon A :senyum:\nBaca https://berita.example/2019/02/20/panjang\n\n#KotaContoh"
    )
    assert (post.author.id, post.author.handle, post.author.name) == (
        "108",
        "pejabat07@kota.example",  # the domain of the server's accounts, which is not its host
        "Pejabat 07 :senyum:",
    )
    parts = [(one.kind, post.text[one.start : one.end], one.target) for one in post.entities]
    link = "https://berita.example/2019/02/20/panjang"
    assert parts == [
        (EntityKind.MENTION, "@warga12", "5150"),
        (EntityKind.EMOJI, ":senyum:", f"{ORIGIN}/emoji/senyum.png"),
        (EntityKind.LINK, link, link),
        (EntityKind.HASHTAG, "#KotaContoh", "kotacontoh"),
    ]
    assert post.links == (link,)
    assert (post.title, post.visibility, post.edit_mark) == ("Pemilihan", "public", True)
    assert post.created_at is not None
    assert post.created_at.isoformat() == "2019-02-20T03:48:33.901000+00:00"
    assert post.activity == {"replies": 7, "shares": 3, "likes": 21, "votes": 9}
    assert seen(reading, "poll") == ["Ya | Tidak"]
    (file,) = post.media
    assert (file.description, file.sha256) == ("Surat suara", None)  # on another host: not asked for
    assert post_key(post) == "mastodon:sosial.example/110123456789012345"


def test_the_server_keeps_every_wording_with_its_time() -> None:
    reading = read(capture("mock-edited-twice"))
    assert reading.post is not None
    assert [(one.text, one.title) for one in reading.history] == [
        ("Pilih Paslon A di Kota Contoh", None),
        ("Pilih Paslon B di Kota Contoh", None),
        ("Tidak pernah begitu", "Pemilihan"),
    ]
    assert reading.history[-1].at == reading.post.edited_at
    assert reading.history[0].at == reading.post.created_at
    assert [one.where.partition("#")[2] for one in reading.history] == ["/0", "/1", "/2"]
    assert read(capture("mock-live")).history == ()


def test_who_likes_passes_on_and_answers_is_named() -> None:
    reading = read(capture("mock-with-acts"))
    assert reading.post is not None
    found = [(act.kind, (act.actor.handle or "").partition("@")[0], act.what) for act in reading.acts]
    assert found == [
        (ActKind.LIKE, "warga12", None),
        (ActKind.LIKE, "moderator", None),
        (ActKind.SHARE, "warga12", None),
        (ActKind.COMMENT, "warga12", "Benarkah?"),
        (ActKind.COMMENT, "moderator", "Ya, benar."),
    ]
    likes_and_first_answer = {act.object for act in reading.acts[:4]}
    assert likes_and_first_answer == {reading.post.url}
    assert reading.acts[4].object == reading.acts[3].url  # an answer to the answer
    assert all(act.at is None for act in reading.acts[:3])  # the API does not say when
    assert all(act.actor.id and act.where for act in reading.acts)


def test_an_account_on_two_pages_of_a_list_is_named_once() -> None:
    acts = read(capture("documented-status")).acts
    assert [act.actor.handle for act in acts] == ["warga12@lain.example", "warga13@lain.example"]
    assert acts[1].actor.name is None


def test_what_is_answered_quoted_and_passed_on_is_linked() -> None:
    reply, quoting = read(capture("mock-reply")).post, read(capture("mock-quoting"))
    shared, shown = read(capture("mock-passed-on")).post, read(capture("mock-picture")).post
    assert reply is not None
    assert quoting.post is not None
    assert shared is not None
    assert shown is not None
    assert urlsplit(reply.in_reply_to or "").path.startswith("/@pejabat07/")
    assert (quoting.post.quotes, seen(quoting, "quote")) == (shown.url, ["accepted"])
    assert shared.shares == shown.url
    assert (shared.text, shared.media) == ("", ())  # another account's words are not this one's


def test_a_picture_has_the_digest_of_the_bytes_that_came() -> None:
    page = capture("mock-picture")
    post = read(page).post
    assert post is not None
    (picture,) = post.media
    came = next(one.body for one in page.responses if one.url == picture.url)
    assert picture.sha256 == hashlib.sha256(came).hexdigest()


def test_a_404_is_not_called_a_deletion() -> None:
    reading = read(capture("mock-deleted"))
    assert "not why" in reading.reason
    assert seen(reading, "control-address") == ["200"]


def test_a_page_that_is_served_contradicts_an_api_that_has_nothing() -> None:
    page = replace(capture("documented-tombstone"), status=200, final_url=URL)
    reading = read(page)
    assert (reading.state, seen(reading, "page-status")) == (State.UNDETERMINED, ["200"])
    app = f"{ORIGIN}/web/statuses/110123456789012345"  # an app is served for any status, there or not
    responses = tuple(one for one in page.responses if "/api/" in one.url)
    shown = CapturedPage(requested_url=app, final_url=app, status=200, responses=responses)
    assert read(shown).state is State.UNAVAILABLE


def test_a_refused_page_beside_a_status_is_said() -> None:
    reading = read(replace(capture("documented-status"), status=404, final_url=URL))
    assert (reading.state, seen(reading, "page-status")) == (State.EDITED, ["404"])


def test_a_tombstone_says_that_it_was_deleted_and_not_by_whom() -> None:
    reading = read(capture("documented-tombstone"))
    assert seen(reading, "tombstone") == ["Note, deleted 2019-02-21T01:00:00Z"]
    assert "not say by whom" in reading.reason


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (401, State.LOGIN_WALL),
        (403, State.ACCESS_RESTRICTED),
        (404, State.UNAVAILABLE),
        (410, State.UNAVAILABLE),
        (429, State.CHALLENGE),
        (451, State.UNAVAILABLE),
        (422, State.UNDETERMINED),
        (503, State.UNREACHABLE),
    ],
)
def test_refusals_are_told_by_their_status(status: int, state: State) -> None:
    page = changed(capture("documented-status"), API, status, {"error": "telah dihapus"})
    page = replace(page, responses=tuple(one for one in page.responses if "/users/" not in one.url))
    assert read(page).state is state


def test_a_robot_check_before_the_api_says_nothing_of_the_status() -> None:
    page = changed(capture("documented-status"), API, 403, {"error": "x"}, **{"cf-mitigated": "challenge"})
    assert read(page).state is State.CHALLENGE


def test_where_the_api_refuses_the_public_object_is_read() -> None:
    reading = read(capture("documented-api-closed-object-public"))
    assert reading.post is not None
    assert seen(reading, "text-from") == ["activitypub-object"]
    assert reading.post.text.startswith("@warga12 Pilih Paslon A")
    whole = read(capture("documented-status")).post
    assert whole is not None
    assert post_key(reading.post) == post_key(whole)


def test_an_object_of_another_hosts_author_is_not_read_in_its_place() -> None:
    page = capture("documented-api-closed-object-public")
    node = stated(page, URL)
    for wrong in ({"attributedTo": "https://lain.example/users/x"}, {"id": "https://lain.example/1"}):
        forged = changed(page, URL, 200, node | wrong)
        assert read(forged).state is State.LOGIN_WALL


def test_a_server_that_never_mentions_edits_has_no_edit_mark() -> None:
    page = capture("documented-status")
    status = stated(page, API)
    del status["edited_at"]
    post = read(changed(page, API, 200, status)).post
    assert post is not None
    assert post.edit_mark is None


def test_what_was_published_elsewhere_is_said_to_be_a_copy() -> None:
    page = capture("documented-status")
    status = stated(page, API) | {"uri": "https://lain.example/notes/1", "url": "https://lain.example/@w/1"}
    reading = read(changed(page, API, 200, status))
    assert "its copy" in reading.reason
    assert seen(reading, "published-as") == ["https://lain.example/notes/1"]
    assert reading.post is not None
    assert reading.post.url == f"{ORIGIN}/@pejabat07/110123456789012345"
    assert read(page).reason == ""


def test_counters_of_another_kind_do_not_make_a_status_unreadable() -> None:
    page = capture("documented-status")
    status = stated(page, API) | {"favourites_count": "banyak", "poll": [1], "quote": "x", "card": 7}
    post = read(changed(page, API, 200, status)).post
    assert post is not None
    assert post.activity == {"replies": 7, "shares": 3}


def test_another_status_than_the_one_asked_for_is_not_taken_for_it() -> None:
    page = capture("documented-status")
    reading = read(changed(page, API, 200, stated(page, API) | {"id": "5"}))
    assert (reading.state, reading.post) == (State.UNDETERMINED, None)


def test_nothing_else_is_taken_for_a_server_of_this_kind() -> None:
    for body in ({"id": 5, "title": "artikel"}, {"error": "Not Found"}, [], "x"):
        for status in (200, 404):
            answer = CapturedResponse(
                url=API,
                status=status,
                headers=(("Content-Type", "application/json"),),
                body=json.dumps(body).encode(),
            )
            document = CapturedResponse(
                url=URL, status=200, headers=(("Content-Type", "text/html"),), body=b"<article>Halo</article>"
            )
            page = CapturedPage(requested_url=URL, final_url=URL, status=200, responses=(document, answer))
            assert not mastodon.recognises(page)
            assert read(page).reader != mastodon.READER


@pytest.mark.parametrize("name", NAMES)
def test_only_the_addresss_own_host_is_asked(name: str) -> None:
    page = capture(name)
    by_url = {one.url: one for one in page.responses}
    asking = questions(page.requested_url)
    assert asking is not None
    origin = page.requested_url.partition("/@")[0]
    asked = []
    try:
        ask = next(asking)
        while True:
            asked.append(ask.url)
            ask = asking.send(
                by_url.get(ask.url, CapturedResponse(url=ask.url, status=404, headers=(), body=b""))
            )
    except StopIteration:
        pass
    assert all(url.startswith(f"{origin}/") for url in asked)
    assert set(by_url) <= set(asked)  # the capture holds nothing that was not asked for


def test_a_host_that_is_no_such_server_is_asked_for_its_page_and_no_more() -> None:
    asking = questions(URL)
    assert asking is not None
    first = next(asking)
    html = (("Content-Type", "text/html"),)
    second = asking.send(CapturedResponse(url=first.url, status=404, headers=html, body=b"<p>"))
    assert (first.url, second.url) == (API, URL)
    with pytest.raises(StopIteration):
        asking.send(CapturedResponse(url=URL, status=200, headers=html, body=b"<p>"))


@pytest.mark.parametrize(
    "link", ["<https://lain.example/x?max_id=1>", f"<{ORIGIN}/api/v1/timelines/home?max_id=1>", "<", ""]
)
def test_a_next_page_elsewhere_is_not_followed(link: str) -> None:
    page = capture("documented-status")
    first = f"{API}/favourited_by?limit=80"
    listed = json.loads(next(one.body for one in page.responses if one.url == first))
    reading = read(changed(page, first, 200, listed, link=f'{link}; rel="next"'))
    assert [act.actor.handle for act in reading.acts] == ["warga12@lain.example"]


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_a_server_answers_there_is_a_reading(name: str, data: st.DataObject) -> None:
    reading = read(data.draw(mutated(capture(name))))
    assert isinstance(reading, PageReading)
    assert reading.post is not None or reading.state not in (State.LIVE, State.EDITED)
    for entity in reading.post.entities if reading.post else ():
        assert 0 <= entity.start < entity.end <= len(reading.post.text if reading.post else "")
