"""X: what it states in place of a post, and what stood in the way where it states nothing.

The captures are constructed ("documented shape"): see ``test_x`` for what they follow. Error codes are those of
developer.x.com/en/support/x-api/error-troubleshooting; the reasons, and how a notice is built, those that
github.com/zedeus/nitter (src/parser.nim) and github.com/mikf/gallery-dl (gallery_dl/extractor/twitter.py) expect.
"""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from msgspec.structs import replace

from evidentia.platforms import CapturedPage, CapturedResponse
from evidentia.platforms.x import read
from evidentia.record.post import State

from .pages import documented_in, seen

recorded = documented_in("x")
ID = "1757601575859126279"
URL = f"https://x.com/pejabat07/status/{ID}"


def answered(result: object, *, whole: object = None, status: int = 200) -> CapturedPage:
    """A page whose one answer is that of ``TweetResultByRestId``."""
    variables = quote(json.dumps({"tweetId": ID}))
    response = CapturedResponse(
        url=f"https://x.com/i/api/graphql/dokumentasi/TweetResultByRestId?variables={variables}",
        status=status,
        headers=(),
        body=json.dumps(whole or {"data": {"tweetResult": {"result": result}}}).encode(),
    )
    return CapturedPage(requested_url=URL, final_url=URL, status=200, responses=(response,))


def tombstone(link: str) -> dict[str, object]:
    entity = {
        "fromIndex": 0,
        "toIndex": 4,
        "ref": {"type": "TimelineUrl", "url": link, "urlType": "ExternalUrl"},
    }
    text = {"rtl": False, "text": "Post ini dihapus oleh penulisnya.", "entities": [entity]}
    return {"__typename": "TweetTombstone", "tombstone": {"__typename": "TextTombstone", "text": text}}


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("graphql-tombstone", State.UNAVAILABLE),
        ("graphql-unavailable", State.ACCESS_RESTRICTED),
        ("graphql-empty", State.UNAVAILABLE),
        ("api-v2-not-found", State.UNAVAILABLE),
        ("api-v2-not-authorised", State.ACCESS_RESTRICTED),
    ],
)
def test_what_stands_in_place_of_a_post_has_its_state(name: str, state: State) -> None:
    reading = read(recorded(name))
    assert (reading.state, reading.post) == (state, None)
    assert reading.signals
    assert reading.reason


@pytest.mark.parametrize(
    "link",
    [
        "https://help.x.com/rules-and-policies/x-rules",
        "https://x.com/settings/content_you_see",
        "https://help.twitter.com/rules-and-policies/notices-on-twitter",
        "http://[",
    ],
)
def test_neither_the_words_of_a_notice_nor_where_it_links_to_decide(link: str) -> None:
    reading = read(answered(tombstone(link)))
    assert reading.state is State.UNAVAILABLE
    assert seen(reading, "tombstone") == ["Post ini dihapus oleh penulisnya."]


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        ("Suspended", State.ACCOUNT_GONE),
        ("Deactivated", State.ACCOUNT_GONE),
        ("NsfwLoggedOut", State.ACCESS_RESTRICTED),
        ("Sesuatu yang baru", State.UNAVAILABLE),
    ],
)
def test_a_reason_that_is_not_known_says_no_more_than_unavailable(reason: str, state: State) -> None:
    reading = read(answered({"__typename": "TweetUnavailable", "reason": reason}))
    assert reading.state is state
    assert seen(reading, "tweet-unavailable") == [reason]


@pytest.mark.parametrize(
    ("code", "state"),
    [
        (144, State.UNAVAILABLE), (179, State.ACCESS_RESTRICTED), (63, State.ACCOUNT_GONE), (88, State.CHALLENGE),
        (422, State.REMOVED_BY_PLATFORM), (215, State.LOGIN_WALL), (131, State.UNREACHABLE), (999, State.UNDETERMINED),
    ],
)  # fmt: skip
def test_error_codes_have_their_states(code: int, state: State) -> None:
    page = answered(None, whole={"errors": [{"message": "kata-kata", "code": code}], "data": {}})
    assert read(page).state is state


def test_an_account_that_is_suspended_is_said_for_the_handle_of_the_address_alone() -> None:
    def page(handle: str) -> CapturedPage:
        variables = quote(json.dumps({"screen_name": handle}))
        response = CapturedResponse(
            url=f"https://x.com/i/api/graphql/dokumentasi/UserByScreenName?variables={variables}",
            status=200,
            headers=(),
            body=b'{"data":{"user":{"result":{"__typename":"UserUnavailable","reason":"Suspended"}}}}',
        )
        return CapturedPage(requested_url=URL, final_url=URL, status=200, responses=(response,))

    assert read(page("Pejabat07")).state is State.ACCOUNT_GONE
    assert read(page("warga12")).state is State.UNDETERMINED


def test_a_thread_says_of_the_post_itself_that_it_is_not_there() -> None:
    def thread(entry: str, held: dict[str, object]) -> CapturedPage:
        entries = [{"entryId": entry, "content": {"itemContent": held}}]
        conversation = {"instructions": [{"type": "TimelineAddEntries", "entries": entries}]}
        return answered(None, whole={"data": {"threaded_conversation_with_injections_v2": conversation}})

    stone = {"tombstoneInfo": {"text": "", "richText": {"text": "Dibatasi", "entities": []}}}
    preview = {"tweet_results": {"result": {"__typename": "TweetPreviewDisplay"}}}
    assert read(thread(f"tweet-{ID}", {"tweet_results": {}})).state is State.UNAVAILABLE
    assert seen(read(thread(f"tombstone-{ID}", stone)), "tombstone") == ["Dibatasi"]
    assert read(thread(f"tweet-{ID}", preview)).state is State.ACCESS_RESTRICTED
    assert read(thread("tweet-1757601575859120000", {"tweet_results": {}})).state is State.UNDETERMINED


@pytest.mark.parametrize(
    ("name", "status", "body", "state"),
    [
        ("embedded-post", 404, b"", State.UNAVAILABLE),
        ("embedded-post", 200, b"{}", State.UNAVAILABLE),
        ("embedded-post", 200, b'{"__typename":"TweetTombstone"}', State.UNAVAILABLE),
        ("embedded-post", 200, b'{"__typename":"Baru"}', State.UNDETERMINED),
        ("embedded-post", 200, b"<html>", State.UNDETERMINED),
        ("oembed", 404, b"", State.UNAVAILABLE),
        ("oembed", 403, b"", State.ACCESS_RESTRICTED),
        ("oembed", 200, b'{"html":"<p>tanpa kutipan</p>"}', State.UNDETERMINED),
    ],
)
def test_what_embeds_get_in_place_of_a_post_has_its_state(
    name: str, status: int, body: bytes, state: State
) -> None:
    response = replace(recorded(name).responses[-1], status=status, body=body)
    page = CapturedPage(requested_url=URL, final_url=None, status=None, responses=(response,))
    assert read(page).state is state


def test_a_cause_that_is_told_counts_before_one_that_is_not() -> None:
    unknown = replace(recorded("embedded-post").responses[0], status=404, body=b"")
    page = recorded("api-v2-not-authorised")
    assert read(replace(page, responses=(unknown, *page.responses))).state is State.ACCESS_RESTRICTED


def test_a_problem_of_the_whole_answer_is_about_the_post_that_it_names() -> None:
    page = recorded("api-v2-not-found")
    whole = replace(
        page.responses[0], status=429, body=b'{"type":"https://api.x.com/2/problems/usage-capped"}'
    )
    assert read(replace(page, responses=(whole,))).state is State.CHALLENGE


def test_a_page_without_answers_says_what_stood_in_the_way() -> None:
    login = CapturedPage(
        requested_url=URL,
        final_url=f"https://x.com/i/flow/login?redirect_after_login=%2Fpejabat07%2Fstatus%2F{ID}",
        status=200,
        dom="<html><body><div id='react-root'></div></body></html>",
    )
    assert read(login).state is State.LOGIN_WALL
    assert read(replace(login, final_url=URL)).state is State.UNDETERMINED
    silent = CapturedPage(requested_url=URL, final_url=None, status=None, failure="connection refused")
    assert read(silent).state is State.UNREACHABLE


@pytest.mark.parametrize(
    ("status", "state"), [(429, State.CHALLENGE), (503, State.UNREACHABLE), (0, State.UNREACHABLE)]
)
def test_answers_that_are_refused_say_nothing_of_the_post(status: int, state: State) -> None:
    response = replace(recorded("embedded-post").responses[0], status=status, body=b"")
    page = CapturedPage(requested_url=URL, final_url=None, status=None, responses=(response,))
    assert read(page).state is state
