"""What Bluesky's public service (the AppView) adds to a post, in documented shape.

There is none to record from. The answers follow ``app.bsky.feed.getPosts`` and ``app.bsky.feed.getPostThread`` as
https://docs.bsky.app/docs/api/app-bsky-feed-get-posts and the lexicon ``app.bsky.feed.defs`` give them; the host's and
the directory's beside them were recorded.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from evidentia.platforms import CapturedPage
from evidentia.platforms.bluesky import read
from evidentia.record.post import ProofOutcome, State
from lab.record_bluesky import FIRST
from tests.platforms.bluesky_recorded import asked, gathered, recorded, with_answer

from .pages import post_on, seen

CAR, JSON, LATEST = "sync.getRecord", "repo.getRecord?repo", "sync.getLatestCommit"
SHOWN, THREAD = "app.bsky.feed.getPosts", "app.bsky.feed.getPostThread"
NOT_FOUND = {"error": "NotFound", "message": "Post not found"}
LABELLER = "did:plc:" + "l" * 24


def view(page: CapturedPage, **changes: Any) -> dict[str, Any]:
    """``app.bsky.feed.defs#postView`` of the page's post."""
    stated = json.loads(next(r.body for r in page.responses if JSON in r.url))
    subject = gathered(page).subject
    assert subject is not None
    author = {"did": subject.did, "handle": "pejabat07.test", "displayName": "Pejabat 07 (resmi)"}
    label = {"src": LABELLER, "uri": stated["uri"], "val": "rude", "cts": "2026-11-21T11:00:00Z"}
    return {
        "uri": stated["uri"],
        "cid": stated["cid"],
        "author": author | {"labels": []},
        "record": stated["value"],
        "replyCount": 3,
        "repostCount": 2,
        "likeCount": 7,
        "quoteCount": 1,
        "indexedAt": "2026-11-21T10:00:01.000Z",
        "labels": [label, label | {"val": "spam", "neg": True}],
    } | changes


def shown(page: CapturedPage, *posts: object) -> CapturedPage:
    return with_answer(page, SHOWN, json.dumps({"posts": posts}).encode())


def test_the_public_service_adds_names_labels_and_counters() -> None:
    page = recorded("post-live")
    reading = read(shown(page, view(page)))
    assert reading.post is not None
    assert reading.post.activity == {"replies": 3, "reposts": 2, "likes": 7, "quotes": 1}
    assert reading.post.author.name == "Pejabat 07 (resmi)"
    assert seen(reading, "label") == [f"rude by {LABELLER}"]


def test_another_post_in_its_answer_is_not_taken() -> None:
    page = recorded("post-live")
    assert post_on(shown(page, view(page, uri="at://did:plc:x/app.bsky.feed.post/y"))).activity == {}
    stranger = view(page) | {"author": {"did": "did:plc:" + "b" * 24, "handle": "lain.test"}}
    assert post_on(shown(page, stranger)).activity == {}


def alone(page: CapturedPage) -> CapturedPage:
    """The page without any answer of the host."""
    for method in (CAR, JSON, LATEST):
        page = with_answer(page, method, None)
    return page


def test_where_the_host_is_silent_the_public_service_is_what_there_is() -> None:
    page = recorded("post-live")
    reading = read(alone(shown(page, view(page))))
    assert (reading.state, reading.proofs[0].outcome) == (State.LIVE, ProofOutcome.UNDETERMINED)
    assert reading.post is not None
    assert (reading.post.text, seen(reading, "post-shown")) == (FIRST, ["200"])


@pytest.mark.parametrize(
    ("status", "told", "state", "signal"),
    [
        (400, NOT_FOUND, State.UNAVAILABLE, "notFoundPost"),
        (200, {"thread": {"$type": "app.bsky.feed.defs#notFoundPost", "uri": "at://x", "notFound": True}},
         State.UNAVAILABLE, "notFoundPost"),
        (200, {"thread": {"$type": "app.bsky.feed.defs#blockedPost", "uri": "at://x", "blocked": True}},
         State.ACCESS_RESTRICTED, "blockedPost"),
    ],
)  # fmt: skip
def test_what_the_public_service_does_not_show_it_names(
    status: int, told: dict[str, Any], state: State, signal: str
) -> None:
    page = shown(recorded("post-live"))
    api = next(r.url for r in page.responses if SHOWN in r.url).partition("/xrpc/")[0]
    uri = post_on(recorded("post-live")).native_id
    page = asked(page, f"{api}/xrpc/{THREAD}?uri={uri}&depth=0&parentHeight=0", told, status)
    with_host = read(page)
    assert with_host.state is State.LIVE
    assert seen(with_host, signal)
    assert with_host.reason == "Bluesky's public service does not show it; its host does."
    without = read(alone(page))
    assert (without.state, without.post) == (state, None)
    assert seen(without, signal)


def test_counters_that_cannot_be_are_left_out() -> None:
    page = recorded("post-live")
    assert post_on(shown(page, view(page, likeCount=-1, repostCount=2**70))).activity == {
        "replies": 3,
        "quotes": 1,
    }
    assert post_on(shown(page, view(page, likeCount=1.5))).activity == {}
