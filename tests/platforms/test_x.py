"""X: what is read from its GraphQL answers, its API, its embedded posts and oEmbed, and what it states in their place.

The captures are constructed ("documented shape"), because X answers nothing where the tests run. They follow
github.com/vladkens/twscrape (tests/mocked-data, recorded answers of 2023 to 2026) and github.com/fa0311/twitter-openapi
(src/openapi/schemas) for GraphQL, docs.x.com/x-api/posts/lookup/introduction and
developer.x.com/en/docs/x-api/edit-tweets for the API, github.com/vercel/react-tweet (packages/react-tweet/src/api) for
embedded posts, and developer.x.com/en/docs/twitter-for-websites/timelines/guides/oembed-api for oEmbed.
"""

from __future__ import annotations

import hashlib
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
from evidentia.platforms.keys import post_key
from evidentia.platforms.questions import Places
from evidentia.platforms.signals import EDIT_COUNT, TEXT_FROM
from evidentia.platforms.x import READER, questions, read, recognises
from evidentia.platforms.x_address import Address, address_of, moment_of
from evidentia.platforms.x_embeds import token
from evidentia.platforms.x_post import created
from evidentia.record.post import ActKind, EntityKind, State

from .mutations import check, damaged
from .pages import documented_in, seen

recorded = documented_in("x")
FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "platforms" / "x"
NAMES = sorted(path.stem.removeprefix("documented-shape-") for path in FOLDER.glob("documented-shape-*.json"))
ID = "1757601575859126279"
LATER = "1757602939007926281"
URL = f"https://x.com/pejabat07/status/{ID}"
TEXT = "Saya & <Paslon A> 🎉 #Kota_Contoh bersama @warga12 https://t.co/aBcDeFgH01 https://t.co/fOtO000001"


@pytest.mark.parametrize(
    "url",
    [
        URL, f"http://twitter.com/pejabat07/status/{ID}?s=20&t=x", f"https://mobile.twitter.com/a/status/{ID}/photo/1",
        f"https://www.x.com/i/web/status/{ID}", f"https://x.com/i/status/{ID}", f"https://m.x.com/a/statuses/{ID}/",
        f"https://twitter.com/#!/pejabat07/status/{ID}", f"https://X.com/pejabat07/status/{ID}#m",
    ],
)  # fmt: skip
def test_the_forms_of_address_name_a_post(url: str) -> None:
    found = address_of(url)
    assert found is not None
    assert found.id == ID


def test_an_address_tells_id_and_handle() -> None:
    assert address_of(URL) == Address(ID, "pejabat07")
    assert address_of(f"https://x.com/i/web/status/{ID}") == Address(ID, None)


@pytest.mark.parametrize(
    "url",
    ["https://x.com/pejabat07", f"https://x.com.example/a/status/{ID}", "https://x.com/a/status/abc", "http://[", "",
     f"https://evil.example/x.com/a/status/{ID}", f"https://x.com/a/status/{'9' * 40}"],
)  # fmt: skip
def test_other_addresses_are_not_posts(url: str) -> None:
    assert address_of(url) is None
    assert questions(url, Places()) is None
    assert not recognises(CapturedPage(requested_url=url, final_url=None, status=None))


def test_the_post_is_read_whole_from_what_the_page_asked_for() -> None:
    reading = platforms.read(recorded("graphql-tweet-detail"))
    assert (reading.state, reading.reader) == (State.LIVE, READER)
    post = reading.post
    assert post is not None
    assert post.text == TEXT
    assert (post.author.id, post.author.handle, post.author.name) == (
        "700000000000000007",
        "pejabat07",
        "Pejabat 07",
    )
    assert [(e.kind, post.text[e.start : e.end], e.target) for e in post.entities] == [
        (EntityKind.HASHTAG, "#Kota_Contoh", "Kota_Contoh"),
        (EntityKind.MENTION, "@warga12", "700000000000000012"),
        (EntityKind.LINK, "https://t.co/aBcDeFgH01", "https://kota.example/kabar?x=1"),
    ]
    assert post.links == ("https://kota.example/kabar?x=1",)
    assert post.created_at == datetime(2024, 2, 14, 3, 4, 5, tzinfo=UTC)
    assert (post.edit_mark, post.revision, post.edited_at) == (False, ID, None)
    assert post.quotes is not None
    assert post.activity == {
        "likes": 26,
        "shares": 5,
        "quotes": 2,
        "replies": 3,
        "bookmarks": 1,
        "views": 979,
    }
    assert seen(reading, "language") == ["in"]
    assert seen(reading, "snowflake-time") == ["2024-02-14T03:04:05+00:00"]


def test_a_picture_has_its_description_and_the_digest_of_the_size_that_was_shown() -> None:
    page = recorded("graphql-tweet-detail")
    post = read(page).post
    assert post is not None
    picture, video = post.media
    assert picture.description == "Poster Paslon A"
    shown = next(r for r in page.responses if r.url == picture.url)
    assert picture.sha256 == hashlib.sha256(shown.body).hexdigest()
    assert (video.url.rpartition("/")[2], video.media_type, video.sha256) == ("besar.mp4", "video/mp4", None)


def test_the_original_counts_before_the_size_that_was_shown() -> None:
    page = recorded("graphql-tweet-detail")
    url = "https://pbs.twimg.com/media/ContohFoto01?format=jpg&name=orig"
    original = CapturedResponse(url=url, status=200, headers=(), body=b"the original")
    post = read(replace(page, responses=(*page.responses, original))).post
    assert post is not None
    assert (post.media[0].url, post.media[0].sha256) == (url, hashlib.sha256(b"the original").hexdigest())


def test_replies_and_likes_are_acts_of_the_accounts_that_x_lists() -> None:
    acts = read(recorded("graphql-tweet-detail")).acts
    assert [(act.kind, act.actor.handle) for act in acts] == [
        (ActKind.COMMENT, "warga12"),
        (ActKind.LIKE, "warga31"),
        (ActKind.LIKE, "warga32"),
    ]
    assert acts[0].what == "@pejabat07 Bukankah pejabat harus netral & adil?"
    assert acts[0].at == datetime(2024, 2, 14, 3, 20, tzinfo=UTC)
    assert {act.object for act in acts} == {URL}


def test_an_edited_post_keeps_the_id_of_its_first_wording_and_the_times_of_both() -> None:
    reading = read(recorded("graphql-tweet-edited"))
    post = reading.post
    assert reading.state is State.EDITED
    assert post is not None
    assert (post.native_id, post.revision, post.edit_mark) == (ID, LATER, True)
    assert post.text == "Saya netral. #Kota_Contoh"
    assert post.created_at == datetime(2024, 2, 14, 3, 4, 5, tzinfo=UTC)
    assert post.edited_at == datetime(2024, 2, 14, 3, 9, 30, tzinfo=UTC)
    assert seen(reading, EDIT_COUNT) == ["1"]
    assert [(kept.revision, kept.text) for kept in reading.history] == [
        (ID, "Saya mendukung Paslon A. #Kota_Contoh"),
        (LATER, "Saya netral. #Kota_Contoh"),
    ]


def test_both_ids_of_an_edited_post_lead_to_one_key() -> None:
    page = recorded("graphql-tweet-edited")
    by_either = [
        read(replace(page, requested_url=f"https://x.com/i/web/status/{one}")).post for one in (ID, LATER)
    ]
    assert by_either[0] is not None
    assert by_either[1] is not None
    assert post_key(by_either[0]) == post_key(by_either[1]) == f"x:x.com/{ID}"
    assert by_either[0].revision == ID


def test_a_wording_that_the_capture_does_not_hold_is_named_without_words() -> None:
    page = recorded("graphql-tweet-edited")
    reading = read(replace(page, responses=page.responses[:2]))
    assert [(kept.revision, kept.text is None) for kept in reading.history] == [(ID, True), (LATER, False)]


def test_a_long_post_is_read_whole_and_its_own_words_stay_unescaped() -> None:
    reading = read(recorded("graphql-long-post"))
    post = reading.post
    assert post is not None
    assert post.text.startswith("Pernyataan panjang & jujur <bukan> 🎉 tentang")
    assert len(post.text) > 400
    assert [post.text[e.start : e.end] for e in post.entities] == ["https://t.co/pAnJaNg001", "#netral"]
    assert seen(reading, TEXT_FROM) == ["note"]


def test_a_post_with_limits_is_there_and_says_which() -> None:
    reading = read(recorded("graphql-limited"))
    assert reading.state is State.LIVE
    assert reading.post is not None
    assert reading.post.visibility == "limited"
    assert seen(reading, "action-limited") == ["Reply"]


@pytest.mark.parametrize(
    ("account", "legacy", "visibility"),
    [
        ({"privacy": {"protected": True}}, {}, "protected"),
        ({"privacy": {}, "legacy": {"protected": True}}, {}, "protected"),
        ({}, {"withheld_in_countries": ["ID", "AU"]}, "withheld: AU, ID"),
        ({}, {"withheld_copyright": True}, "withheld: copyright"),
    ],
)
def test_who_may_see_a_post_is_kept(account: dict[str, Any], legacy: dict[str, Any], visibility: str) -> None:
    page = recorded("graphql-limited")
    answer = json.loads(page.responses[1].body)
    tweet = answer["data"]["tweetResult"]["result"]["tweet"]
    tweet["core"]["user_results"]["result"] |= account
    tweet["legacy"] |= legacy
    changed = replace(page.responses[1], body=json.dumps(answer).encode())
    post = read(replace(page, responses=(changed,))).post
    assert post is not None
    assert post.visibility == visibility


def test_the_api_tells_who_may_see_a_post_and_lists_several() -> None:
    page = recorded("api-v2-post")
    answer = json.loads(page.responses[0].body)
    answer["includes"]["users"][0]["protected"] = True
    answer["data"] = [answer["data"] | {"id": "1"}, answer["data"] | {"withheld": {"country_codes": ["ID"]}}]
    changed = replace(page.responses[0], body=json.dumps(answer).encode())
    post = read(replace(page, responses=(changed,))).post
    assert post is not None
    assert (post.native_id, post.visibility) == (ID, "protected")


def test_a_shared_post_points_to_the_one_that_it_shares() -> None:
    reading = read(recorded("graphql-share"))
    assert reading.post is not None
    assert reading.post.author.handle == "warga12"
    assert reading.post.shares == URL


def test_the_documented_api_states_the_same_post() -> None:
    reading = read(recorded("api-v2-post"))
    post = reading.post
    assert post is not None
    assert (post.text, post.native_id, post.author.handle, post.edit_mark) == (TEXT, ID, "pejabat07", False)
    assert [post.text[e.start : e.end] for e in post.entities] == [
        "#Kota_Contoh", "@warga12", "https://t.co/aBcDeFgH01"
    ]  # fmt: skip
    assert post.media[0].description == "Poster Paslon A"
    assert [(act.kind, act.actor.handle) for act in reading.acts] == [(ActKind.LIKE, "warga31")]


def test_an_embedded_post_is_the_same_post_without_an_account() -> None:
    whole, embedded = read(recorded("graphql-tweet-detail")).post, read(recorded("embedded-post")).post
    assert whole is not None
    assert embedded is not None
    assert (embedded.text, embedded.entities, embedded.author, post_key(embedded)) == (
        whole.text, whole.entities, whole.author, post_key(whole)
    )  # fmt: skip


def test_a_text_that_is_cut_off_says_so() -> None:
    page = recorded("embedded-post")
    answer = json.loads(page.responses[0].body) | {"note_tweet": {"id": "Tm90ZQ=="}}
    changed = replace(page.responses[0], body=json.dumps(answer).encode())
    assert seen(read(replace(page, responses=(changed,))), TEXT_FROM) == ["cut-off"]


def test_oembed_gives_the_words_and_a_day_without_a_zone() -> None:
    reading = read(recorded("oembed"))
    post = reading.post
    assert post is not None
    assert post.text == "Saya & <Paslon A> 🎉 #Kota_Contoh pic.twitter.com/fOtO000001"
    assert (post.stated_time, post.edit_mark) == ("February 14, 2024", None)
    assert seen(reading, TEXT_FROM) == ["oembed"]


def test_a_post_that_somebody_else_serves_is_not_taken() -> None:
    page = recorded("graphql-tweet-detail")
    forged = tuple(
        replace(response, url=response.url.replace("https://x.com/", "https://iklan.example/"))
        for response in page.responses
    )
    assert read(replace(page, responses=forged)).post is None


def test_another_post_of_the_page_is_not_taken_for_the_one_that_was_asked_for() -> None:
    page = replace(
        recorded("graphql-tweet-detail"), requested_url="https://x.com/pejabat07/status/1757601575859120000"
    )
    reading = read(page)
    assert (reading.state, reading.post) == (State.UNDETERMINED, None)


def test_embedded_posts_are_asked_first_and_oembed_where_they_say_nothing() -> None:
    asking = questions(URL, Places())
    assert asking is not None
    first = next(asking)
    assert first.url == f"https://cdn.syndication.twimg.com/tweet-result?id={ID}&lang=en&token={token(ID)}"
    second = asking.send(CapturedResponse(url=first.url, status=404, headers=(), body=b""))
    assert second.url.startswith(
        "https://publish.twitter.com/oembed?url=https%3A%2F%2Ftwitter.com%2Fpejabat07"
    )
    with pytest.raises(StopIteration):
        asking.send(CapturedResponse(url=second.url, status=404, headers=(), body=b""))


def test_one_question_is_enough_where_it_is_answered() -> None:
    asking = questions(URL, Places())
    assert asking is not None
    next(asking)
    with pytest.raises(StopIteration):
        asking.send(recorded("embedded-post").responses[0])


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("1649191520250245121", "3zx362dq7v"), ("2085449206001504449", "51zmqy5rhlx"), ("20", "6dq1a2xwd93"),
        ("1111111111111111111", "2oynpf5u2p5"), ("999999999999999999", "2f9lc2ug9mm"), ("1232", "ax2y6umszh"),
    ],
)  # fmt: skip
def test_the_token_is_what_a_browser_computes(identifier: str, expected: str) -> None:
    """Expected values: ``((Number(id) / 1e15) * Math.PI).toString(36).replace(/(0+|\\.)/g, "")`` in Node 18."""
    assert token(identifier) == expected


def test_times_are_read_as_x_states_them() -> None:
    assert created("Wed Feb 14 10:04:05 +0700 2024") == datetime(2024, 2, 14, 3, 4, 5, tzinfo=UTC)
    assert created("2024-02-14T03:04:05.000Z") == datetime(2024, 2, 14, 3, 4, 5, tzinfo=UTC)
    assert created("Wed Feb 31 10:04:05 +0700 2024") is None
    assert created("2024-02-14") is None
    assert moment_of("20") is None


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_damaged_capture_is_read_without_an_exception(data: st.DataObject) -> None:
    page = recorded(data.draw(st.sampled_from(NAMES)))
    check(platforms.read(data.draw(damaged(page))))
