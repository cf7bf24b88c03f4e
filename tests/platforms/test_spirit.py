"""The forum's reader on pages recorded from a running forum (see fixtures/README.md)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidentia.platforms import CapturedPage, CapturedResponse, read, spirit
from evidentia.platforms.keys import post_key
from evidentia.platforms.spirit import READER, address_of
from evidentia.record.post import State

from .counted import lines_run
from .pages import seen

FOLDER = Path(__file__).parents[2] / "fixtures" / "platforms" / "spirit"


def recorded(name: str, fragment: str = "", **changes: object) -> CapturedPage:
    facts = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    body = (FOLDER / f"{name}.html").read_bytes()
    response = CapturedResponse(
        url=facts["url"].partition("#")[0],
        status=facts["status"],
        headers=tuple((name, value) for name, value in facts["headers"]),
        body=body,
    )
    fields = {
        "requested_url": facts["requested_url"] + fragment,
        "final_url": facts["url"] + fragment,
        "status": facts["status"],
        "dom": body.decode("utf-8"),
        "responses": (response,),
    }
    return CapturedPage(**(fields | changes))


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("topic-live", State.LIVE),
        ("topic-live-with-reply", State.LIVE),
        ("topic-live-with-reply-as-other-member", State.LIVE),
        ("topic-live-by-comment-address", State.LIVE),
        ("topic-live-text-speaks-of-removal", State.LIVE),
        ("topic-edited-once", State.EDITED),
        ("topic-edited-twice", State.EDITED),
        ("topic-edited-reply-removed", State.EDITED),
        ("topic-first-comment-removed", State.UNAVAILABLE),
        ("topic-first-comment-removed-as-moderator", State.UNAVAILABLE),
        ("topic-removed-is-404", State.UNAVAILABLE),
        ("topic-removed-by-comment-address", State.UNAVAILABLE),
        ("topic-that-never-was-is-404", State.UNAVAILABLE),
    ],
)
def test_every_recorded_topic_has_the_state_it_was_in(name: str, state: State) -> None:
    reading = read(recorded(name))
    assert (reading.state, reading.reader) == (state, READER)
    assert (reading.post is not None) == (state in (State.LIVE, State.EDITED))
    assert reading.signals


def test_the_opening_post_is_read_whole() -> None:
    reading = read(recorded("topic-live"))
    assert reading.post is not None
    post = reading.post
    assert post.text == "Saya mendukung Paslon A dalam pemilihan kota.\n\nMari kita menangkan bersama!"
    assert post.title == "Dukungan untuk Paslon A"
    assert (post.author.id, post.author.handle, post.author.name) == ("1", "pejabat07", "Pejabat 07")
    assert post.native_id == "1"
    assert post.edit_mark is False
    assert reading.selector == '.js-comment[data-pk="1"]'


def test_a_time_without_a_zone_is_not_placed_in_time() -> None:
    page = recorded("topic-live")
    assert 'li title="' in page.dom
    reading = read(page)
    assert reading.post is not None
    assert reading.post.created_at is None


def test_the_edit_mark_says_how_often() -> None:
    assert seen(read(recorded("topic-edited-once")), "edit-count") == ["1"]
    assert seen(read(recorded("topic-edited-twice")), "edit-count") == ["2"]
    assert seen(read(recorded("topic-live")), "edit-count") == []


def test_a_post_has_one_key_whichever_address_led_to_it() -> None:
    keys = {
        post_key(r.post)
        for n in ("topic-live", "topic-live-by-comment-address", "topic-edited-twice")
        if (r := read(recorded(n))).post
    }
    assert keys == {f"spirit:{recorded('topic-live').requested_url.split('/')[2]}/1"}


def test_a_fragment_names_the_reply() -> None:
    reading = read(recorded("topic-live-with-reply", "#c2"))
    assert reading.post is not None
    assert reading.post.text == "Bukankah pejabat harus netral?"
    assert reading.post.native_id == "2"
    assert reading.post.title is None
    assert reading.post.in_reply_to is not None
    assert reading.post.in_reply_to.endswith("/topic/1/")


def test_a_removed_reply_leaves_the_post_above_it_alone() -> None:
    assert read(recorded("topic-edited-reply-removed")).state is State.EDITED
    assert read(recorded("topic-edited-reply-removed", "#c2")).state is State.UNAVAILABLE


def test_a_removed_comment_is_not_said_to_be_removed_by_anyone() -> None:
    reading = read(recorded("topic-first-comment-removed"))
    assert reading.post is None
    assert seen(reading, "removed-mark") == ["Pejabat 07's comment was removed now"]
    assert "does not say by whom" in reading.reason
    assert "not of the removal" in reading.reason


def test_a_comment_that_is_not_on_the_page_is_undetermined() -> None:
    assert read(recorded("topic-live", "#c9")).state is State.UNDETERMINED


def test_a_login_page_in_place_of_a_topic_is_a_login_wall() -> None:
    login = recorded("comment-history-anonymous-is-login-page")
    topic = "http://forum.example/topic/5/kabar/"
    page = recorded(
        "comment-history-anonymous-is-login-page",
        requested_url=topic,
        final_url="http://forum.example/user/login/?next=/topic/5/kabar/",
    )
    assert login.status == 200
    assert read(page).state is State.LOGIN_WALL


def test_likes_are_activity_and_not_text() -> None:
    reading = read(recorded("topic-live-with-reply-as-other-member"))
    assert reading.post is not None
    assert reading.post.activity == {"likes": 0}
    assert "(0)" not in reading.post.text


def test_pictures_links_and_emoji_of_a_post_are_read() -> None:
    rich = (
        '<p>Dukung <i class="tw tw-smile" title=":smile:"></i> <a href="/user/2/warga12/">@warga12</a></p>'
        '<p><span class="img_block"><img src="/media/a.png" alt="poster"></span></p>'
        '<div class="comment__text__poll"><div class="comment__text__poll__title">Pilih?</div><li>A, 40%</li>'
        '<a href="?show_poll=1">hasil</a></div>'
    )
    page = recorded("topic-live")
    start = page.dom.index("<p>Saya mendukung")
    end = page.dom.index("</div>", start)
    dom = page.dom[:start] + rich + page.dom[end:]
    picture = CapturedResponse(
        url=page.requested_url.split("/topic/")[0] + "/media/a.png",
        status=200,
        headers=(("Content-Type", "image/png"),),
        body=b"bytes of a picture",
    )
    post = read(recorded("topic-live", dom=dom, responses=(*page.responses, picture))).post
    assert post is not None
    assert post.text == "Dukung :smile: @warga12\n\nPilih?"
    assert [(m.description, m.media_type, m.sha256 is not None) for m in post.media] == [
        ("poster", "image/png", True)
    ]
    assert [link.rpartition("/user/")[2] for link in post.links] == ["2/warga12/"]


def test_markup_in_a_text_stays_text() -> None:
    page = recorded("topic-live")
    dom = page.dom.replace("Saya mendukung", "&lt;b&gt;Saya&lt;/b&gt; &amp;amp; mendukung")
    post = read(recorded("topic-live", dom=dom)).post
    assert post is not None
    assert post.text.startswith("<b>Saya</b> &amp; mendukung Paslon A")


def test_a_comment_forged_inside_another_is_not_taken() -> None:
    page = recorded("topic-live-with-reply")
    forged = '<div class="comments_list__comment js-comment" data-number="2" data-pk="2"><p>palsu</p></div>'
    dom = page.dom.replace("<p>Saya mendukung", forged + "<p>Saya mendukung", 1)
    post = read(recorded("topic-live-with-reply", "#c2", dom=dom)).post
    assert post is not None
    assert post.text == "Bukankah pejabat harus netral?"


@pytest.mark.parametrize(
    "url",
    [
        "http://f.example/topic/active/",
        "http://f.example/",
        "http://f.example/comment/1/delete/",
        "::",
        "http://[x/topic/1/a/",
    ],
)
def test_an_address_that_names_no_post_is_none(url: str) -> None:
    assert address_of(url) is None


def test_a_forum_below_a_folder_keeps_the_folder_in_addresses() -> None:
    address = address_of("https://f.example/forum/topic/12/kabar-baru/#c4")
    assert address is not None
    assert (address.base, address.topic, address.number) == ("https://f.example/forum", "12", 4)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 6000), st.text(max_size=40), st.integers(0, 400))
def test_damaged_pages_never_raise(start: int, noise: str, cut: int) -> None:
    page = recorded("topic-live-with-reply")
    dom = page.dom[:start] + noise + page.dom[start + cut :]
    assert read(recorded("topic-live-with-reply", dom=dom)).state in set(State)


@pytest.mark.parametrize("unit", ["<div class=comment__text__poll>", "<b><a href=/x>y", "<a href=/x>y</a>"])
@pytest.mark.parametrize("within", ["", "<div class=comment__text__poll>"])
def test_a_comment_costs_work_in_proportion_to_its_size(unit: str, within: str) -> None:
    def work(n: int) -> int:
        comment = (
            "<div class=comments_list><div class='js-comment comments_list__comment' data-pk=1 data-number=1>"
        )
        dom = f"<div class=spirit_wrapper>{comment}<div class=comment__text>{within}{unit * n}"
        page = recorded("topic-live", dom=dom, responses=())
        assert spirit.read(page).post is not None
        return lines_run(lambda: spirit.read(page))

    assert work(240) <= 2.6 * work(120), "linear is 2, quadratic is 4"
