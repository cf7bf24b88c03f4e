"""The reader of Reddit, on constructed answers of the documented shape (reddit.com/dev/api,
github.com/reddit-archive/reddit/wiki/JSON): no server of Reddit's can be had where the tests run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidentia.platforms import CapturedPage, CapturedResponse, Places, reddit
from evidentia.platforms.keys import post_key
from evidentia.platforms.reddit_json import MAX_DEPTH, Address, Thread, address_of, answered
from evidentia.record.post import ActKind, EntityKind, PageReading, State
from lab.recorded import load

from .pages import post_of, seen

FOLDER = Path(__file__).parents[2] / "fixtures" / "platforms" / "reddit"
NAMES = sorted(path.stem.removeprefix("documented-shape-") for path in FOLDER.glob("*.json"))
POST = "https://www.reddit.com/r/KotaContoh/comments/1abcde/dukungan_untuk_paslon_a/"


def shaped(name: str) -> CapturedPage:
    return load(FOLDER / f"documented-shape-{name}.json")


def read(name: str) -> PageReading:
    return reddit.read(shaped(name))


def changed(name: str, change: Callable[[Any], object]) -> CapturedPage:
    page = shaped(name)
    body = json.loads(page.responses[0].body)
    change(body)
    answer = msgspec.structs.replace(page.responses[0], body=json.dumps(body).encode())
    return msgspec.structs.replace(page, responses=(answer, *page.responses[1:]))


def post_data(body: Any) -> dict[str, Any]:
    data: dict[str, Any] = body[0]["data"]["children"][0]["data"]
    return data


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("post-live", State.LIVE),
        ("post-edited", State.EDITED),
        ("post-edited-long-ago", State.EDITED),
        ("post-removed-moderator", State.REMOVED_BY_PLATFORM),
        ("post-removed-automod_filtered", State.REMOVED_BY_PLATFORM),
        ("post-removed-content_takedown", State.REMOVED_BY_PLATFORM),
        ("post-removed-copyright_takedown", State.REMOVED_BY_PLATFORM),
        ("post-removed-legal", State.REMOVED_BY_PLATFORM),
        ("post-removed-in-an-unknown-category", State.UNAVAILABLE),
        ("post-deleted", State.DELETED_BY_AUTHOR),
        ("post-whose-author-is-gone", State.LIVE),
        ("post-whose-words-are-the-mark", State.LIVE),
        ("gallery", State.LIVE),
        ("video", State.LIVE),
        ("link", State.LIVE),
        ("poll", State.LIVE),
        ("crosspost", State.LIVE),
        ("comment-live", State.LIVE),
        ("comment-edited", State.EDITED),
        ("comment-removed", State.REMOVED_BY_PLATFORM),
        ("comment-deleted", State.DELETED_BY_AUTHOR),
        ("comment-whose-words-are-the-mark", State.LIVE),
        ("comment-whose-author-is-gone", State.LIVE),
        ("comment-not-listed", State.UNAVAILABLE),
        ("community-private", State.ACCESS_RESTRICTED),
        ("community-quarantined", State.ACCESS_RESTRICTED),
        ("community-gold_only", State.ACCESS_RESTRICTED),
        ("community-banned", State.UNAVAILABLE),
        ("not-found", State.UNAVAILABLE),
        ("rate-limited", State.CHALLENGE),
        ("blocked", State.UNDETERMINED),
    ],
)
def test_every_answer_has_its_state_and_says_why(name: str, state: State) -> None:
    page = shaped(name)
    assert reddit.recognises(page)
    reading = reddit.read(page)
    assert (reading.state, reading.reader) == (state, reddit.READER)
    assert reading.signals
    assert (reading.post is not None) == (state in (State.LIVE, State.EDITED))


def test_every_shape_is_tested() -> None:
    assert len(NAMES) == 31


def test_a_post_is_read_with_its_fullname_and_its_authors() -> None:
    post = post_of(read("post-live"))
    assert (post.native_id, post.url) == ("t3_1abcde", POST)
    assert (post.author.id, post.author.handle, post.author.name) == ("t2_a07", "pejabat_07", None)
    assert post.title == "Dukungan untuk Paslon A"
    assert post.text.startswith("Saya mendukung **Paslon A**")
    assert post.created_at is not None
    assert post.created_at.timestamp() == 1_740_000_000
    assert (post.edit_mark, post.visibility) == (False, "public")
    assert post.activity == {"score": 14, "comments": 4, "crossposts": 0}
    assert post.links == ("https://kota.example/berita",)
    marked = [(e.kind, post.text[e.start : e.end], e.target) for e in post.entities]
    assert marked == [
        (EntityKind.MENTION, "u/warga_12", "warga_12"),
        (EntityKind.LINK, "[kabar](https://kota.example/berita)", "https://kota.example/berita"),
    ]


def test_an_edit_has_its_time_where_reddit_states_one() -> None:
    edited = post_of(read("post-edited"))
    assert edited.edited_at is not None
    assert edited.edited_at.timestamp() == 1_740_003_600
    old = post_of(read("post-edited-long-ago"))
    assert (old.edit_mark, old.edited_at) == (True, None)


def test_deleted_comments_say_nothing_about_the_post() -> None:
    page = shaped("post-live")
    assert b"[deleted]" in page.responses[0].body
    assert b"[removed]" in page.responses[0].body
    assert reddit.read(page).state is State.LIVE


def test_marks_that_a_named_author_wrote_are_words() -> None:
    for name, mark in (
        ("post-whose-words-are-the-mark", "[removed]"),
        ("comment-whose-words-are-the-mark", "[deleted]"),
    ):
        post = post_of(read(name))
        assert post.text == mark
        assert post.author.handle
        assert not seen(read(name), "placeholder")


def test_a_removal_names_its_category() -> None:
    assert seen(read("post-removed-legal"), "removed-by-category") == ["legal"]
    assert "legal" in read("post-removed-legal").reason
    assert seen(read("post-removed-in-an-unknown-category"), "removed-by-category") == ["something_new"]


def test_words_that_stay_with_a_removal_are_kept() -> None:
    reading = reddit.read(
        changed("post-live", lambda body: post_data(body).update(removed_by_category="moderator"))
    )
    assert reading.state is State.REMOVED_BY_PLATFORM
    assert post_of(reading).text.startswith("Saya mendukung")


def test_an_author_who_is_not_named_is_not_said_to_have_done_anything() -> None:
    for name in ("post-whose-author-is-gone", "comment-whose-author-is-gone"):
        reading = read(name)
        assert (post_of(reading).author.id, post_of(reading).author.handle) == (None, None)
        assert seen(reading, "author-not-named")
        assert "names no author" in reading.reason


def test_a_comment_is_linked_to_what_it_answers() -> None:
    first, below = post_of(read("comment-live")), post_of(read("comment-edited"))
    assert first.in_reply_to == "https://www.reddit.com/comments/1abcde/"
    assert below.in_reply_to == "https://www.reddit.com/comments/1abcde/_/c1/"
    assert first.native_id == "t1_c1"
    assert post_key(first) != post_key(post_of(read("post-live")))


def test_comments_that_name_their_author_are_acts() -> None:
    acts = {act.native_id: act for act in read("post-live").acts}
    assert set(acts) == {"t1_c1", "t1_c5"}
    assert (acts["t1_c1"].kind, acts["t1_c1"].actor.id) == (ActKind.COMMENT, "t2_w12")
    assert (acts["t1_c1"].what, acts["t1_c1"].object) == ("Bukankah pejabat harus netral?", POST)
    assert [act.native_id for act in read("comment-live").acts] == ["t1_c2"]
    assert seen(read("post-live"), "comments-not-listed") == ["1"]


def test_pictures_stand_in_the_gallerys_order_with_their_digests() -> None:
    first, second = post_of(read("gallery")).media
    assert (first.description, first.media_type) == ("Poster", "image/jpeg")
    assert first.sha256 is not None
    assert (second.description, second.sha256) == (None, None)
    (video,) = post_of(read("video")).media
    assert video.url == "https://v.redd.it/abc/DASH_480.mp4?source=fallback"


def test_links_polls_and_crossposts_are_read() -> None:
    link = post_of(read("link"))
    assert (link.text, link.links) == (link.title, ("https://kota.example/berita",))
    assert seen(read("link"), "over-18") == ["true"]
    assert seen(read("poll"), "poll-option") == ["Paslon A", "Paslon B"]
    assert post_of(read("poll")).activity["votes"] == 40
    assert post_of(read("crosspost")).shares == "https://www.reddit.com/r/Lain/comments/zzz999/asal/"


def test_a_permalink_cannot_lead_elsewhere() -> None:
    page = changed("post-live", lambda body: post_data(body).update(permalink="//evil.example/x"))
    assert post_of(reddit.read(page)).url == "https://www.reddit.com/comments/1abcde/"


def test_another_post_than_the_one_asked_for_is_not_taken() -> None:
    reading = reddit.read(changed("post-live", lambda body: post_data(body).update(id="zzz")))
    assert (reading.state, reading.post) == (State.UNDETERMINED, None)


def test_a_comment_of_another_shape_costs_only_itself() -> None:
    page = changed("post-live", lambda body: body[1]["data"]["children"][0]["data"].update(author=["x"]))
    reading = reddit.read(page)
    assert reading.state is State.LIVE
    assert len(seen(reading, "part-unreadable")) == 1


def test_the_questions_are_for_the_thread_and_the_posts_own_pictures() -> None:
    asking = reddit.questions("https://old.reddit.com/r/KotaContoh/comments/1ABCDE/x/", Places())
    assert asking is not None
    asked = next(asking)
    assert asked.url == "https://old.reddit.com/comments/1abcde.json?raw_json=1&limit=500"
    gallery = shaped("gallery").responses[0]
    assert asking.send(gallery).url == "https://preview.redd.it/satu.jpg?width=640&s=1"
    elsewhere = changed("link", lambda body: post_data(body).update(post_hint="image")).responses[0]
    asking = reddit.questions(POST, Places())
    assert asking is not None
    next(asking)
    with pytest.raises(StopIteration):
        asking.send(elsewhere)


def test_a_page_whose_interface_refused_is_left_to_the_page() -> None:
    page = msgspec.structs.replace(
        shaped("blocked"), final_url=POST, status=200, dom="<article>Kabar</article>"
    )
    assert not reddit.recognises(page)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (POST, Address("www.reddit.com", "1abcde")),
        (f"{POST}C1/?context=3", Address("www.reddit.com", "1abcde", "c1")),
        ("https://reddit.com/r/K/comments/1abcde/comment/c1/", Address("reddit.com", "1abcde", "c1")),
        ("https://np.reddit.com/comments/1abcde", Address("np.reddit.com", "1abcde")),
        ("https://www.reddit.com/user/pejabat_07/comments/1abcde/x/", Address("www.reddit.com", "1abcde")),
        ("https://www.reddit.com/gallery/1abcde", Address("www.reddit.com", "1abcde")),
        ("https://redd.it/1abcde", Address("www.reddit.com", "1abcde")),
        ("https://www.reddit.com/r/KotaContoh/", None),
        ("https://www.reddit.com.evil.example/comments/1abcde", None),
        ("https://redd.it/", None),
        ("ftp://www.reddit.com/comments/1abcde", None),
        ("https://[x/comments/1", None),
    ],
)
def test_addresses_of_posts_and_comments(url: str, expected: Address | None) -> None:
    assert address_of(url) == expected


def test_replies_are_followed_as_far_as_any_real_thread_goes() -> None:
    nested: Any = ""
    for number in range(60):
        data = {"id": f"n{number}", "body": "x", "author": "a", "replies": nested}
        nested = {"data": {"children": [{"kind": "t1", "data": data}]}}
    page = changed("post-live", lambda body: body.__setitem__(1, nested))
    thread = answered(page.responses[0].body)
    assert isinstance(thread, Thread)
    assert len(thread.comments) == MAX_DEPTH + 1


def test_an_answer_nested_without_end_is_unreadable() -> None:
    page = shaped("post-live")
    hostile = b'[{"data":{"children":[{"kind":"t3","data":' + b'{"a":' * 100_000
    answer = CapturedResponse(url=page.responses[0].url, status=200, headers=(), body=hostile)
    assert reddit.read(msgspec.structs.replace(page, responses=(answer,))).state is State.UNDETERMINED


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(NAMES), st.data())
def test_any_answer_gives_a_reading(name: str, data: st.DataObject) -> None:
    page = shaped(name)
    body = bytearray(page.responses[0].body)
    start = data.draw(st.integers(0, len(body)))
    noise = data.draw(_JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=20))
    body[start : start + data.draw(st.integers(0, 60))] = noise
    answer = msgspec.structs.replace(page.responses[0], body=bytes(body))
    reading = reddit.read(msgspec.structs.replace(page, responses=(answer, *page.responses[1:])))
    assert isinstance(reading, PageReading)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(post_data(json.loads(shaped("post-live").responses[0].body)))), _JSON)
def test_any_member_may_be_anything(member: str, value: object) -> None:
    for name in ("post-live", "comment-live"):
        page = changed(name, lambda body: post_data(body).update({member: value}))
        assert isinstance(reddit.read(page), PageReading)
        page = changed(name, lambda body: body[1]["data"]["children"][0]["data"].update({member: value}))
        assert isinstance(reddit.read(page), PageReading)
