"""The author's picture, who may answer, and lists that are whole: what each reader takes from its platform's answers.

The captures are those of ``fixtures/platforms``; where they lack a member that the platform documents, it is put in
here in the documented shape.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from evidentia.platforms import CapturedPage, CapturedResponse, read
from evidentia.platforms.signals import WHOLE_LIST
from evidentia.record.post import Media, PageReading, Post
from lab.recorded import load

FOLDER = Path(__file__).parents[2] / "fixtures" / "platforms"
FACE = b"\x89PNG\r\n\x1a\n" + bytes(range(64))
DIGEST = hashlib.sha256(FACE).hexdigest()


def capture(platform: str, name: str) -> CapturedPage:
    return load(FOLDER / platform / f"{name}.json")


def sent(url: str) -> CapturedResponse:
    return CapturedResponse(url=url, status=200, headers=(("Content-Type", "image/png"),), body=FACE)


def with_face(page: CapturedPage, url: str) -> CapturedPage:
    """The capture with the bytes of a picture."""
    return replace(page, responses=(*page.responses, sent(url)))


def changed(page: CapturedPage, part: str, change: Callable[[Any], object]) -> CapturedPage:
    """The capture with the JSON of the first answer changed whose address holds ``part``."""
    found = next(response for response in page.responses if part in response.url)
    body = json.loads(found.body)
    change(body)
    put = replace(found, body=json.dumps(body).encode())
    return replace(page, responses=tuple(put if one is found else one for one in page.responses))


def post_in(page: CapturedPage) -> Post:
    post = read(page).post
    assert post is not None
    return post


def picture_in(page: CapturedPage) -> Media | None:
    return post_in(page).author.picture


def whole(page: CapturedPage | PageReading) -> set[str]:
    reading = page if isinstance(page, PageReading) else read(page)
    return {signal.seen for signal in reading.signals if signal.name == WHOLE_LIST}


# Mastodon

ACCOUNTS = "/favourited_by"
STATUS = "/api/v1/statuses/"


def test_mastodon_the_authors_picture_is_the_one_of_the_status() -> None:
    page = capture("mastodon", "mock-live")
    stated = picture_in(page)
    assert stated is not None
    captured = picture_in(with_face(page, stated.url))
    assert captured == Media(url=stated.url, media_type="image/png", sha256=DIGEST)


@pytest.mark.parametrize(
    ("policy", "setting"),
    [
        (
            {
                "quote_approval": {
                    "automatic": ["followers", "public"],
                    "manual": [],
                    "current_user": "denied",
                }
            },
            "quote automatic: followers, public; quote manual: nobody",
        ),
        (
            {"interaction_policy": {"can_reply": {"always": ["public"], "with_approval": []}}},
            "reply always: public; reply with_approval: nobody",
        ),
        ({"quote_approval": "?", "interaction_policy": [1]}, None),
        ({}, None),
    ],
)
def test_mastodon_who_may_answer_and_quote(policy: dict[str, object], setting: str | None) -> None:
    page = changed(capture("mastodon", "mock-live"), STATUS, lambda body: body.update(policy))
    assert post_in(page).reply_setting == setting


def test_mastodon_lists_are_whole_where_no_page_names_a_further_one() -> None:
    page = capture("mastodon", "mock-with-acts")
    assert whole(page) == {"like", "share", "comment"}
    likes = next(response for response in page.responses if ACCOUNTS in response.url)
    more = (("Link", f'<{likes.url}&max_id=1>; rel="next"'),)
    cut = tuple(
        replace(one, headers=(*one.headers, *more)) if one is likes else one for one in page.responses
    )
    assert whole(replace(page, responses=cut)) == {"share", "comment"}
    refused = tuple(replace(one, status=401) if one is likes else one for one in page.responses)
    assert whole(replace(page, responses=refused)) == {"share", "comment"}


def test_mastodon_a_thread_as_long_as_visitors_are_shown_may_be_a_part() -> None:
    def lengthen(context: Any) -> None:
        reply = context["descendants"][0]
        context["descendants"] = [reply | {"id": str(n)} for n in range(60)]

    assert "comment" not in whole(changed(capture("mastodon", "mock-with-acts"), "/context", lengthen))


def test_mastodon_a_thread_as_deep_as_visitors_are_shown_may_be_a_part() -> None:
    def deepen(context: Any) -> None:
        reply = context["descendants"][0]
        chain = [reply | {"id": "d0"}]
        chain += [reply | {"id": f"d{n}", "in_reply_to_id": f"d{n - 1}"} for n in range(1, 20)]
        context["descendants"] = chain

    assert "comment" not in whole(changed(capture("mastodon", "mock-with-acts"), "/context", deepen))


def test_mastodon_of_a_status_of_another_server_only_a_part_is_known() -> None:
    page = changed(
        capture("mastodon", "mock-with-acts"),
        STATUS,
        lambda body: body.update(uri="https://lain.example/users/a/statuses/1"),
    )
    assert whole(page) == set()


# X, YouTube, Telegram, Discord, Reddit, Matrix

X_FACE = "https://pbs.twimg.com/profile_images/1/a_normal.jpg"


def test_x_the_api_states_who_may_answer_and_the_authors_picture() -> None:
    def put(body: Any) -> None:
        data = body["data"] if isinstance(body["data"], dict) else body["data"][0]
        data["reply_settings"] = "mentionedUsers"
        for user in body["includes"]["users"]:
            user["profile_image_url"] = X_FACE

    page = with_face(changed(capture("x", "documented-shape-api-v2-post"), "api", put), X_FACE)
    assert post_in(page).reply_setting == "mentionedUsers"
    assert picture_in(page) == Media(url=X_FACE, media_type="image/png", sha256=DIGEST)


def nodes(value: Any) -> list[dict[str, Any]]:
    """Every object in a tree."""
    found: list[dict[str, Any]] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            found.append(one)
        if isinstance(one, dict | list):
            waiting += one.values() if isinstance(one, dict) else one
    return found


@pytest.mark.parametrize("where", ["avatar", "legacy"])
def test_x_graphql_in_both_places_of_the_picture(where: str) -> None:
    def put(body: Any) -> None:
        for node in nodes(body):
            if node.get("__typename") == "User" and where == "avatar":
                node["avatar"] = {"image_url": X_FACE}
            elif node.get("__typename") == "User":
                node["legacy"] = node.get("legacy", {}) | {"profile_image_url_https": X_FACE}
            if "full_text" in node:
                node["conversation_control"] = {"policy": "Community"}

    page = changed(capture("x", "documented-shape-graphql-tweet-detail"), "graphql", put)
    post = post_in(page)
    assert (post.reply_setting, post.author.picture) == ("Community", Media(url=X_FACE))


def test_youtube_the_picture_of_who_commented() -> None:
    face = "https://yt3.ggpht.com/a=s88"

    def put(body: Any) -> None:
        for node in nodes(body):
            if "authorDisplayName" in node:
                node["authorProfileImageUrl"] = face

    page = capture("youtube", "documented-shape-data-api")
    asked = f"{page.requested_url}&lc=UgxKomentar000000000001AaABAg"
    page = replace(changed(page, "commentThreads", put), requested_url=asked)
    assert picture_in(with_face(page, face)) == Media(url=face, media_type="image/png", sha256=DIGEST)


def test_telegram_the_picture_beside_the_message() -> None:
    face = "https://cdn4.telesco.pe/file/avatar.jpg"
    page = capture("telegram", "documented-shape-widget-post")
    assert picture_in(page) == Media(url=face)
    assert picture_in(with_face(page, face)) == Media(url=face, media_type="image/png", sha256=DIGEST)


@pytest.mark.parametrize("named", ["a_" + "0f" * 16, "0f" * 16])
def test_discord_the_picture_stands_under_its_hash(named: str) -> None:
    page = changed(
        capture("discord", "documented-shape-message"),
        "/messages/",
        lambda body: body["author"].update(avatar=named),
    )
    post = post_in(page)
    url = f"https://cdn.discordapp.com/avatars/{post.author.id}/{named}.png"
    assert picture_in(with_face(page, url)) == Media(url=url, media_type="image/png", sha256=DIGEST)


@pytest.mark.parametrize("named", [None, "../../emojis/1", "x" * 32])
def test_discord_what_is_no_hash_leads_nowhere(named: str | None) -> None:
    page = changed(
        capture("discord", "documented-shape-message"),
        "/messages/",
        lambda body: body["author"].update(avatar=named),
    )
    assert picture_in(page) is None


def test_discord_reactions_are_whole_where_as_many_are_named_as_are_counted() -> None:
    page = capture("discord", "documented-shape-message")

    def none(body: Any) -> None:
        body["reactions"] = []

    def many(body: Any) -> None:
        body["reactions"] = [{"count": 101, "emoji": {"id": None, "name": "👍"}}]

    assert whole(changed(page, "/messages/", none)) == {"like"}
    assert whole(changed(page, "/messages/", many)) == set()


def reddit(name: str, **changes: object) -> CapturedPage:
    def put(body: Any) -> None:
        body[0]["data"]["children"][0]["data"].update(changes)

    return changed(capture("reddit", f"documented-shape-{name}"), "", put)


@pytest.mark.parametrize(
    ("locked", "setting"),
    [({"locked": True}, "locked"), ({"locked": False}, "not locked"), ({"locked": None}, None)],
)
def test_reddit_a_locked_post_takes_no_answers(locked: dict[str, object], setting: str | None) -> None:
    assert post_in(reddit("post-live", **locked)).reply_setting == setting


def test_reddit_comments_are_whole_where_nothing_says_that_there_are_more() -> None:
    def without_more(body: Any) -> None:
        for node in nodes(body):
            if isinstance(node.get("children"), list):
                node["children"] = [
                    child
                    for child in node["children"]
                    if not (isinstance(child, dict) and child["kind"] == "more")
                ]

    def with_more(body: Any) -> None:
        body[1]["data"]["children"].append({"kind": "more", "data": {"count": 3, "children": ["x"]}})

    page = changed(capture("reddit", "documented-shape-post-live"), "", without_more)
    assert whole(page) == {"comment"}
    assert whole(changed(page, "", with_more)) == set()


def test_matrix_the_picture_of_the_membership_and_reactions_that_are_all_there() -> None:
    page = capture("matrix", "edited-twice-with-acts")
    assert whole(page) == {"like"}

    def put(body: Any) -> None:
        body["state"].append(
            {
                "type": "m.room.member",
                "state_key": post_in(page).author.id,
                "sender": post_in(page).author.id,
                "event_id": "$m",
                "origin_server_ts": 1,
                "content": {"membership": "join", "avatar_url": "mxc://kota.example/face"},
            }
        )
        body["state"] = body["state"][-1:]

    assert picture_in(changed(page, "/context/", put)) == Media(url="mxc://kota.example/face")

    def cut(body: Any) -> None:
        body["next_batch"] = "t1"

    assert whole(changed(page, "/m.annotation", cut)) == set()


# Bluesky


def gate(page: CapturedPage, body: object, status: int = 200) -> CapturedPage:
    """The capture with what the host says of who may answer."""
    record = next(one for one in page.responses if "repo.getRecord?repo" in one.url)
    url = record.url.replace("app.bsky.feed.post", "app.bsky.feed.threadgate")
    said = CapturedResponse(url=url, status=status, headers=record.headers, body=json.dumps(body).encode())
    return replace(page, responses=(*page.responses, said))


@pytest.mark.parametrize(
    ("body", "status", "setting"),
    [
        ({"value": {"allow": [{"$type": "app.bsky.feed.threadgate#mentionRule"}]}}, 200, "mentionRule"),
        ({"value": {"allow": []}}, 200, "nobody"),
        ({"value": {}}, 200, "anybody"),
        ({"error": "RecordNotFound", "message": "-"}, 400, "anybody"),
        ({"error": "InternalServerError"}, 500, None),
        ([], 200, None),
    ],
)
def test_bluesky_who_may_answer_is_what_the_gate_says(body: object, status: int, setting: str | None) -> None:
    assert post_in(gate(capture("bluesky", "post-live"), body, status)).reply_setting == setting


def test_bluesky_an_answer_has_no_gate_of_its_own() -> None:
    page = gate(capture("bluesky", "reply"), {"error": "RecordNotFound"}, 400)
    assert post_in(page).reply_setting is None


def test_bluesky_where_nothing_was_asked_nothing_is_said() -> None:
    assert post_in(capture("bluesky", "post-live")).reply_setting is None
    assert picture_in(capture("bluesky", "post-live")) is None
