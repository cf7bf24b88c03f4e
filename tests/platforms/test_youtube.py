"""YouTube: what is read from its pages, its Data API and oEmbed, and what they state in place of a video or comment.

The captures are constructed ("documented shape"), because YouTube answers nothing where the tests run. They follow
developers.google.com/youtube/v3/docs/videos, /comments, /commentThreads and /errors for the Data API, oembed.com for
oEmbed, and github.com/yt-dlp/yt-dlp (yt_dlp/extractor/youtube/_video.py) with answers that others recorded for the
pages, which YouTube documents nowhere.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from evidentia import platforms
from evidentia.platforms import CapturedPage, CapturedResponse
from evidentia.platforms.questions import Places
from evidentia.platforms.signals import TEXT_FROM
from evidentia.platforms.youtube import READER, questions, read
from evidentia.platforms.youtube_address import Address, address_of
from evidentia.record.post import ActKind, State

from .mutations import check, damaged
from .pages import documented_in, seen

recorded = documented_in("youtube")
FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "platforms" / "youtube"
NAMES = sorted(path.stem.removeprefix("documented-shape-") for path in FOLDER.glob("documented-shape-*.json"))
VIDEO, COMMENT = "Kc0nt0h_A-7", "UgxKomentar000000000001AaABAg"
REPLY = COMMENT + ".9BalasanContoh00000001"
URL = f"https://www.youtube.com/watch?v={VIDEO}"
API = "https://www.googleapis.com/youtube/v3"


def answered(url: str, body: object, status: int = 200, asked: str = URL) -> CapturedPage:
    response = CapturedResponse(url=url, status=status, headers=(), body=json.dumps(body).encode())
    return CapturedPage(requested_url=asked, final_url=None, status=None, responses=(response,))


def watched(**player: Any) -> CapturedPage:
    dom = f"<html><body><script>var ytInitialPlayerResponse = {json.dumps(player)};</script></body></html>"
    return CapturedPage(requested_url=URL, final_url=URL, status=200, dom=dom)


@pytest.mark.parametrize(
    "url",
    [URL, f"https://youtu.be/{VIDEO}?si=x", f"https://m.youtube.com/watch?app=desktop&v={VIDEO}", f"http://youtube.com/shorts/{VIDEO}",
     f"https://www.youtube.com/live/{VIDEO}?feature=share", f"https://www.youtube-nocookie.com/embed/{VIDEO}",
     f"https://music.youtube.com/watch?v={VIDEO}", f"https://www.youtube.com/v/{VIDEO}", f"https://www.youtube.com/?v={VIDEO}"],
)  # fmt: skip
def test_the_forms_of_address_name_one_video(url: str) -> None:
    assert address_of(url) == Address(VIDEO)


def test_a_comment_s_address_is_that_of_its_video() -> None:
    assert address_of(f"{URL}&lc={REPLY}") == Address(VIDEO, REPLY)
    assert address_of(f"{URL}&lc=<script>") == Address(VIDEO)


@pytest.mark.parametrize(
    "url",
    ["https://www.youtube.com/@pejabat07", "https://youtu.be/short", f"https://youtube.com.example/watch?v={VIDEO}",
     f"https://www.youtube.com/watch?v={VIDEO}x", "http://[", ""],
)  # fmt: skip
def test_other_addresses_are_not_videos(url: str) -> None:
    assert address_of(url) is None
    assert questions(url, Places()) is None


def test_a_video_is_read_from_the_page_that_plays_it() -> None:
    reading = platforms.read(recorded("watch-page"))
    post = reading.post
    assert (reading.state, reading.reader) == (State.LIVE, READER)
    assert post is not None
    assert post.title == "Pidato Pejabat 07 di Kota Contoh"
    assert post.text.startswith("Saya mendukung Paslon A.\n\n")
    assert (post.author.id, post.author.handle, post.author.name) == (
        "UCkotacontoh000000000007", "pejabat07", "Kanal Pejabat 07"
    )  # fmt: skip
    assert post.created_at == datetime(2024, 2, 14, 10, 4, 5, tzinfo=UTC)
    assert (post.activity, post.edit_mark) == ({"views": 1234, "likes": 88}, None)


def test_a_day_without_an_hour_is_not_placed_in_time() -> None:
    page = recorded("watch-page")
    post = read(replace(page, dom=page.dom.replace("T02:04:05-08:00", ""))).post
    assert post is not None
    assert (post.created_at, post.stated_time) == (None, "2024-02-14")


def test_comments_below_a_video_are_acts_of_those_who_wrote_them() -> None:
    acts = read(recorded("watch-page")).acts
    assert {(act.kind, act.actor.handle, act.stated_time) for act in acts} == {
        (ActKind.COMMENT, "warga12", "3 bulan yang lalu (diedit)"),
        (ActKind.COMMENT, "warga13", "2 tahun yang lalu"),
        (ActKind.COMMENT, "pejabat07", "2 bulan yang lalu"),
    }
    reply = next(act for act in acts if act.native_id == REPLY)
    assert reply.object == f"{URL}&lc={COMMENT}"


def test_a_comment_is_read_with_the_mark_of_its_edit() -> None:
    reading = read(recorded("watch-page-comment"))
    post = reading.post
    assert reading.state is State.EDITED
    assert post is not None
    assert (post.native_id, post.author.id, post.author.handle) == (
        COMMENT,
        "UCkotacontoh000000000012",
        "warga12",
    )
    assert [(post.text[e.start : e.end], e.target) for e in post.entities] == [
        ("@pejabat07", "UCkotacontoh000000000007")
    ]
    assert (post.created_at, post.stated_time) == (None, "3 bulan yang lalu (diedit)")
    assert post.in_reply_to == URL
    assert seen(reading, "edited-mark") == ["(diedit)"]
    assert [act.native_id for act in reading.acts] == [REPLY]


def test_brackets_in_a_comment_s_words_are_no_mark() -> None:
    page = recorded("watch-page-comment")
    other = read(replace(page, requested_url=f"{URL}&lc=UgxKomentar000000000002AaABAg"))
    assert other.post is not None
    assert "(menurut saya)" in other.post.text
    assert (other.state, other.post.edit_mark) == (State.LIVE, False)
    assert other.post.activity == {}  # "188 rb" is rounded


def test_comments_of_older_pages_are_read() -> None:
    reading = read(recorded("watch-page-old-comments"))
    assert reading.post is not None
    assert (reading.post.text, reading.post.edit_mark, reading.post.activity["likes"]) == (
        "Setuju sekali",
        True,
        42,
    )


def test_a_comment_that_is_not_among_those_that_came_is_not_called_gone() -> None:
    reading = read(
        replace(recorded("watch-page-comment"), requested_url=f"{URL}&lc=UgxLain00000000000000AaABAg")
    )
    assert (reading.state, reading.post) == (State.UNDETERMINED, None)
    assert seen(reading, "not-among-listed") == ["3 others"]


def unknown_to_oembed(page: CapturedPage) -> CapturedPage:
    address = (
        f"https://www.youtube.com/oembed?url=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3D{VIDEO}&format=json"
    )
    refusal = CapturedResponse(url=address, status=404, headers=(), body=b"Not Found")
    return replace(page, responses=(*page.responses, refusal))


def test_a_comment_goes_with_its_video() -> None:
    page = unknown_to_oembed(replace(recorded("watch-page-gone"), requested_url=f"{URL}&lc={COMMENT}"))
    assert read(page).state is State.UNAVAILABLE


def test_the_player_s_error_alone_may_be_a_limit_of_requests() -> None:
    reading = read(recorded("watch-page-gone"))
    assert (reading.state, reading.post) == (State.UNDETERMINED, None)
    confirmed = read(unknown_to_oembed(recorded("watch-page-gone")))
    assert confirmed.state is State.UNAVAILABLE
    assert seen(confirmed, "http-status") == ["404"]


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("watch-page-gone", State.UNAVAILABLE),
        ("watch-page-private", State.LOGIN_WALL),
        ("watch-page-age", State.ACCESS_RESTRICTED),
    ],
)
def test_the_player_s_status_decides_and_its_words_are_kept(name: str, state: State) -> None:
    reading = read(unknown_to_oembed(recorded(name)))
    assert (reading.state, reading.post) == (state, None)
    assert len(seen(reading, "stated-reason")) == 1


@pytest.mark.parametrize(
    ("screen", "state"),
    [
        ({"playerCaptchaViewModel": {}}, State.CHALLENGE),
        ({"playerLegacyDesktopYpcOfferRenderer": {}}, State.ACCESS_RESTRICTED),
        (
            {"playerErrorMessageRenderer": {"reason": {"simpleText": "Dihapus oleh pengguna"}}},
            State.UNDETERMINED,
        ),
    ],
)
def test_the_kind_of_notice_decides_where_the_status_covers_too_much(
    screen: dict[str, object], state: State
) -> None:
    page = watched(playabilityStatus={"status": "UNPLAYABLE", "reason": "kata", "errorScreen": screen})
    assert read(page).state is state


def test_a_player_s_answer_about_another_video_says_nothing_of_this_one() -> None:
    page = watched(
        playabilityStatus={"status": "OK"}, videoDetails={"videoId": "lain0000000", "title": "Lain"}
    )
    assert read(page).post is None
    fetched = {"playabilityStatus": {"status": "ERROR"}}
    assert read(answered("https://www.youtube.com/youtubei/v1/player", fetched)).state is State.UNDETERMINED


def test_the_data_api_states_the_video_and_its_comments() -> None:
    reading = read(recorded("data-api"))
    assert reading.post is not None
    assert (reading.post.visibility, reading.post.activity["comments"]) == ("unlisted", 3)
    assert seen(reading, TEXT_FROM) == ["data-api"]
    assert [act.native_id for act in reading.acts] == [COMMENT, REPLY]


def test_a_comment_of_the_data_api_was_edited_where_its_two_times_differ() -> None:
    page = recorded("data-api")
    edited = read(replace(page, requested_url=f"{URL}&lc={COMMENT}"))
    assert edited.post is not None
    assert edited.post.text == "Setuju & netral\nsekali"
    assert (edited.state, edited.post.edit_mark) == (State.EDITED, True)
    assert edited.post.created_at == datetime(2024, 3, 1, tzinfo=UTC)
    assert edited.post.edited_at == datetime(2024, 3, 2, tzinfo=UTC)
    reply = read(replace(page, requested_url=f"{URL}&lc={REPLY}"))
    assert reply.post is not None
    assert (reply.state, reply.post.edit_mark) == (State.LIVE, False)
    assert reply.post.in_reply_to == f"{URL}&lc={COMMENT}"


@pytest.mark.parametrize(("query", "text"), [("", "a & b\nc"), ("&textFormat=plainText", "a &amp; b<br>c")])
def test_a_displayed_text_is_html_unless_plain_text_was_asked_for(query: str, text: str) -> None:
    item = {"id": COMMENT, "snippet": {"textDisplay": "a &amp; b<br>c"}}
    page = answered(f"{API}/comments?id={COMMENT}{query}", {"items": [item]}, asked=f"{URL}&lc={COMMENT}")
    post = read(page).post
    assert post is not None
    assert post.text == text
    assert post.edit_mark is None


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ({"uploadStatus": "rejected", "rejectionReason": "termsOfUse"}, State.REMOVED_BY_PLATFORM),
        ({"uploadStatus": "rejected", "rejectionReason": "uploaderAccountSuspended"}, State.ACCOUNT_GONE),
        ({"uploadStatus": "deleted"}, State.UNAVAILABLE),
        ({"uploadStatus": "processed", "privacyStatus": "public"}, State.LIVE),
    ],
)
def test_the_data_api_s_status_has_its_state(status: dict[str, str], state: State) -> None:
    item = {"id": VIDEO, "snippet": {"title": "Pidato"}, "status": status}
    assert read(answered(f"{API}/videos?id={VIDEO}&part=status", {"items": [item]})).state is state


def test_an_empty_list_for_the_very_video_or_comment_says_unavailable() -> None:
    assert read(answered(f"{API}/videos?id={VIDEO}", {"items": []})).state is State.UNAVAILABLE
    asked = f"{URL}&lc={COMMENT}"
    assert (
        read(answered(f"{API}/comments?id={COMMENT}", {"items": []}, asked=asked)).state is State.UNAVAILABLE
    )
    assert read(answered(f"{API}/videos?id=lain0000000", {"items": []})).state is State.UNDETERMINED


@pytest.mark.parametrize(
    ("reason", "state"),
    [("quotaExceeded", State.CHALLENGE), ("videoNotFound", State.UNAVAILABLE), ("baru", State.UNDETERMINED)],
)
def test_errors_of_the_data_api_have_their_states(reason: str, state: State) -> None:
    body = {"error": {"code": 403, "message": "kata", "errors": [{"reason": reason, "message": "kata"}]}}
    assert read(answered(f"{API}/videos?id={VIDEO}", body, 403)).state is state


def test_oembed_says_that_the_video_is_there_and_little_more() -> None:
    reading = read(recorded("oembed"))
    assert reading.state is State.LIVE
    assert reading.post is not None
    assert (reading.post.title, reading.post.text) == ("Pidato Pejabat 07 di Kota Contoh", "")
    assert seen(reading, TEXT_FROM) == ["oembed"]


def test_a_refusal_of_oembed_may_be_about_embedding_alone() -> None:
    url = recorded("oembed").responses[0].url
    assert read(answered(url, "Unauthorized", 401)).state is State.UNDETERMINED
    assert read(answered(url, "Not Found", 404)).state is State.UNAVAILABLE


def test_oembed_counts_beside_a_page_that_tells_nothing() -> None:
    missing = answered(recorded("oembed").responses[0].url, "Not Found", 404)
    page = replace(missing, final_url=URL, status=200, dom="<html><body><ytd-app></ytd-app></body></html>")
    assert read(page).state is State.UNAVAILABLE


def test_oembed_is_asked_once() -> None:
    asking = questions(f"{URL}&lc={COMMENT}", Places())
    assert asking is not None
    ask = next(asking)
    assert ask.url == recorded("oembed").responses[0].url
    with pytest.raises(StopIteration):
        asking.send(CapturedResponse(url=ask.url, status=404, headers=(), body=b""))


def test_a_consent_page_is_what_stood_in_the_way() -> None:
    page = CapturedPage(
        requested_url=URL,
        final_url=f"https://consent.youtube.com/m?continue={URL}",
        status=200,
        dom="<html></html>",
    )
    assert read(page).state is State.CHALLENGE


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_damaged_capture_is_read_without_an_exception(data: st.DataObject) -> None:
    page = recorded(data.draw(st.sampled_from(NAMES)))
    check(platforms.read(data.draw(damaged(page))))
