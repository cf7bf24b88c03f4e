"""TikTok: what is read from its items, answers and oEmbed, and what its codes say.

The captures are constructed ("documented shape"), because no page of TikTok can be had here. They follow ``itemStruct``
and the codes of ``webapp.video-detail`` as github.com/yt-dlp/yt-dlp and github.com/mikf/gallery-dl
(extractor/tiktok.py) read them, and developers.tiktok.com/doc/embed-videos for oEmbed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidentia import platforms
from evidentia.platforms import CapturedPage, CapturedResponse
from evidentia.platforms.questions import Places
from evidentia.platforms.signals import TEXT_FROM
from evidentia.platforms.tiktok import READER, address_of, questions, read, recognises
from evidentia.record.post import ActKind, EntityKind, State

from .mutations import check, damaged
from .pages import documented_in, seen

recorded = documented_in("tiktok")
FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "platforms" / "tiktok"
NAMES = sorted(path.stem.removeprefix("documented-shape-") for path in FOLDER.glob("documented-shape-*.json"))
ID = "7300000000000000107"
URL = f"https://www.tiktok.com/@pejabat07/video/{ID}"


@pytest.mark.parametrize(
    ("url", "item"),
    [
        (URL, ID),
        (f"https://m.tiktok.com/v/{ID}.html", ID),
        (f"https://www.tiktok.com/@pejabat.07/photo/{ID}?is_from_webapp=1", ID),
        (f"https://www.tiktok.com/embed/v2/{ID}", ID),
        (f"https://www.tiktok.com/player/v1/{ID}", ID),
        (f"https://www.tiktokv.com/share/video/{ID}/", ID),
        ("https://vm.tiktok.com/ZMabc123/", None),
        ("https://vt.tiktok.com/ZSabc123", None),
        ("https://www.tiktok.com/t/ZTabc123/", None),
    ],
)
def test_the_forms_of_address_name_a_post_or_a_link_to_follow(url: str, item: str | None) -> None:
    asked = address_of(url)
    assert asked is not None
    assert asked.item == item


@pytest.mark.parametrize(
    "url",
    [
        "https://www.tiktok.com/@pejabat07", "https://www.tiktok.com/", "https://tiktok.com.example/@a/video/" + ID,
        f"https://example.org/@a/video/{ID}", "http://[", "", "https://www.tiktok.com/tag/paslona",
    ],
)  # fmt: skip
def test_other_addresses_are_not_tiktoks(url: str) -> None:
    assert address_of(url) is None
    assert not recognises(CapturedPage(requested_url=url, final_url=None, status=None))


def test_only_tiktoks_own_oembed_is_asked() -> None:
    asked = questions(f"{URL}?utm_source=wa", Places())
    assert asked is not None
    wanted = "https://www.tiktok.com/oembed?url=https%3A%2F%2Fwww.tiktok.com%2F%40pejabat07%2Fvideo%2F" + ID
    assert [ask.url for ask in asked] == [wanted]
    assert questions("https://vm.tiktok.com/ZMabc123/", Places()) is None


def test_an_item_is_read_with_ids_entities_media_times_and_counters() -> None:
    reading = read(recorded("item"))
    post = reading.post
    assert post is not None
    assert reading.state is State.LIVE
    assert (post.platform, post.native_id, post.url) == ("tiktok", ID, URL)
    assert (post.author.id, post.author.handle, post.author.name) == (
        "6800000000000000007",
        "pejabat07",
        "Pejabat 07",
    )
    assert post.created_at == datetime(2024, 11, 22, tzinfo=UTC)
    assert post.edit_mark is None
    marked = {(e.kind, post.text[e.start : e.end], e.target) for e in post.entities}
    assert marked == {
        (EntityKind.HASHTAG, "#PaslonA", "PaslonA"),
        (EntityKind.MENTION, "@tim.contoh", "6800000000000000011"),
    }
    assert [medium.sha256 is not None for medium in post.media] == [False, True]
    assert post.activity == {
        "likes": 121,
        "comments": 2,
        "shares": 3,
        "views": 4510,
        "saves": 9,
        "reposts": 1,
    }
    assert post.visibility == "public"
    assert seen(reading, TEXT_FROM) == ["item"]
    assert seen(reading, "text-on-video") == ["Coblos nomor 1\nKota Contoh"]
    assert seen(reading, "effect") == ["Konfeti (452175)"]


def test_comments_are_acts_of_their_authors_and_only_those_on_this_item() -> None:
    acts = read(recorded("item")).acts
    assert [(act.kind, act.actor.handle, act.what, act.object) for act in acts] == [
        (ActKind.COMMENT, "warga12", "Siap, mendukung!", URL),
        (ActKind.COMMENT, "pejabat07", "Terima kasih", "7300000000000000201"),
    ]
    assert acts[0].at == datetime(2024, 11, 22, 1, tzinfo=UTC)


def test_a_series_of_pictures_keeps_its_order() -> None:
    post = read(recorded("photos")).post
    assert post is not None
    assert [medium.url[-6:] for medium in post.media] == ["1.jpeg", "2.jpeg", "3.jpeg", "8.jpeg"]
    assert "/photo/" in post.url


def test_a_short_link_leads_to_the_post_and_a_duet_names_its_source() -> None:
    reading = read(recorded("sigi-state-duet"))
    assert reading.post is not None
    assert reading.post.shares == "7300000000000000001"
    assert reading.post.visibility == "private"
    assert (reading.post.author.id, reading.post.author.name) == ("6800000000000000007", "Pejabat 07")


STATES = {
    "status-deleted": State.UNAVAILABLE,
    "status-private-or-deleted": State.UNAVAILABLE,
    "status-missing": State.UNAVAILABLE,
    "status-self-only": State.ACCESS_RESTRICTED,
    "status-geo": State.ACCESS_RESTRICTED,
    "status-region": State.ACCESS_RESTRICTED,
    "status-private-post": State.ACCESS_RESTRICTED,
    "status-private-account": State.ACCESS_RESTRICTED,
    "status-unknown-message": State.UNDETERMINED,
    "status-unknown-code": State.UNDETERMINED,
    "across-borders-with-oembed": State.ACCESS_RESTRICTED,
    "deleted-but-oembed": State.UNDETERMINED,
    "classified": State.ACCESS_RESTRICTED,
    "oembed-beside-challenge": State.LIVE,
    "challenge": State.CHALLENGE,
    "login": State.LOGIN_WALL,
    "preview-only": State.UNDETERMINED,
}


@pytest.mark.parametrize("name", STATES)
def test_a_state_says_no_more_than_its_signal(name: str) -> None:
    reading = read(recorded(name))
    assert reading.state is STATES[name]
    assert reading.signals
    assert reading.reason or reading.state is State.LIVE


def test_every_capture_is_judged_above() -> None:
    assert set(NAMES) == {*STATES, "item", "photos", "sigi-state-duet"}


def test_what_is_withheld_here_and_named_by_oembed_keeps_its_caption() -> None:
    reading = read(recorded("across-borders-with-oembed"))
    assert reading.post is not None
    assert reading.post.text.startswith("Malam ini")
    assert seen(reading, TEXT_FROM) == ["oembed"]


def test_a_page_that_says_deleted_is_not_overruled_by_a_list_that_still_holds_the_item() -> None:
    gone, live = recorded("status-deleted"), recorded("item")
    item = live.dom.partition('"itemStruct":')[2].partition('}, "statusCode"')[0]
    body = f'{{"itemList": [{item}]}}'.encode()
    answer = CapturedResponse(
        url="https://www.tiktok.com/api/post/item_list/", status=200, headers=(), body=body
    )
    page = CapturedPage(requested_url=URL, final_url=URL, status=200, dom=gone.dom, responses=(answer,))
    reading = read(page)
    assert reading.state is State.UNDETERMINED
    assert reading.post is not None
    assert seen(reading, "tiktok-status") == ["10204 status_deleted"]


def test_a_code_in_an_answer_about_something_else_says_nothing_of_the_page() -> None:
    body = b'{"webapp.video-detail": {"statusCode": 10204, "statusMsg": "status_deleted"}}'
    answer = CapturedResponse(url="https://www.tiktok.com/api/x", status=200, headers=(), body=body)
    page = recorded("item")
    reading = read(
        CapturedPage(requested_url=URL, final_url=URL, status=200, dom=page.dom, responses=(answer,))
    )
    assert reading.state is State.LIVE


def test_another_sites_answer_is_no_answer_of_tiktok() -> None:
    answer = next(r for r in recorded("oembed-beside-challenge").responses if "oembed" in r.url)
    forged = CapturedResponse(url="https://lain.example/oembed", status=200, headers=(), body=answer.body)
    page = CapturedPage(requested_url=URL, final_url=URL, status=200, dom="<p>x</p>", responses=(forged,))
    assert read(page).state is State.UNDETERMINED


def test_words_on_the_page_never_decide() -> None:
    page = CapturedPage(
        requested_url=URL, final_url=URL, status=200, dom="<h1>Video saat ini tidak tersedia</h1>"
    )
    assert read(page).state is State.UNDETERMINED


def test_the_reader_is_chosen_by_the_address() -> None:
    page = recorded("item")
    assert platforms.read(page).reader == READER
    assert platforms.questions(page.requested_url) is not None


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_makes_the_reader_raise(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    check(read(data.draw(damaged(recorded(name)))))
