"""Discord: what is read from its API, and what its errors say.

The captures are constructed ("documented shape"), because Discord answers nothing where the tests run. They follow
discord.com/developers/docs/resources/message, /resources/user, /resources/sticker, /topics/rate-limits and
/topics/opcodes-and-status-codes (github.com/discord/discord-api-docs).
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
from evidentia.platforms.discord import READER, Address, address_of, questions, read
from evidentia.platforms.questions import Places
from evidentia.record.post import ActKind, EntityKind, State

from .mutations import check, damaged
from .pages import documented_in, seen

recorded = documented_in("discord")
FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "platforms" / "discord"
NAMES = sorted(path.stem.removeprefix("documented-shape-") for path in FOLDER.glob("documented-shape-*.json"))
GUILD, CHANNEL, ID = "926625772339200001", "1058897343283200001", "1207160307655376897"
URL = f"https://discord.com/channels/{GUILD}/{CHANNEL}/{ID}"
API = f"https://discord.com/api/v10/channels/{CHANNEL}/messages/{ID}"


def answered(body: object, status: int = 200, url: str = API) -> CapturedPage:
    response = CapturedResponse(url=url, status=status, headers=(), body=json.dumps(body).encode())
    return CapturedPage(requested_url=URL, final_url=None, status=None, responses=(response,))


def message(**changes: Any) -> dict[str, Any]:
    return json.loads(recorded("message").responses[0].body) | changes


@pytest.mark.parametrize(
    "url",
    [URL, URL + "/", URL.replace("https://", "https://ptb."), URL.replace("https://", "https://canary."),
     URL.replace("discord.com", "discordapp.com"), URL.replace("https://", "http://www.")],
)  # fmt: skip
def test_the_forms_of_address_name_one_message(url: str) -> None:
    assert address_of(url) == Address(GUILD, CHANNEL, ID)


def test_a_direct_message_has_no_server() -> None:
    assert address_of(f"https://discord.com/channels/@me/{CHANNEL}/{ID}") == Address("@me", CHANNEL, ID)


@pytest.mark.parametrize(
    "url",
    [
        f"https://discord.com/channels/{GUILD}/{CHANNEL}",
        f"https://discord.com.example{URL[19:]}",
        "http://[",
        "",
    ],
)
def test_other_addresses_are_not_messages(url: str) -> None:
    assert address_of(url) is None
    assert questions(url, Places()) is None


def test_the_message_is_read_whole() -> None:
    reading = platforms.read(recorded("message"))
    post = reading.post
    assert (reading.state, reading.reader) == (State.EDITED, READER)
    assert post is not None
    assert (post.author.id, post.author.handle, post.author.name) == (
        "700000000000000007",
        "pejabat07",
        "Pejabat 07",
    )
    assert [(e.kind, post.text[e.start : e.end]) for e in post.entities] == [
        (EntityKind.MENTION, "<@700000000000000012>"),
        (EntityKind.EMOJI, "<:paslon:700000000000000099>"),
        (EntityKind.LINK, "https://kota.example/kabar"),
    ]
    assert post.entities[0].target == "700000000000000012"
    assert post.created_at == datetime(2024, 2, 14, 3, 4, 5, 299000, tzinfo=UTC)
    assert post.edited_at == datetime(2024, 2, 14, 3, 9, 30, tzinfo=UTC)
    assert post.edit_mark is True
    assert post.in_reply_to == f"https://discord.com/channels/{GUILD}/{CHANNEL}/1207159278796800001"
    assert post.links == ("https://kota.example/kabar",)
    assert post.activity == {"reaction 🔥": 2, "reaction paslon": 1}
    assert seen(reading, "snowflake-time") == ["2024-02-14T03:04:05.299000+00:00"]
    assert seen(reading, "times-disagree") == []
    assert seen(reading, "thread") == [ID]
    assert seen(reading, "flag") == ["has-thread"]


def test_a_file_is_found_however_its_address_was_signed() -> None:
    page = recorded("message")
    post = read(page).post
    assert post is not None
    came = next(r for r in page.responses if "/attachments/" in r.url)
    assert (post.media[0].url, post.media[0].description) == (came.url, "Poster Paslon A")
    assert post.media[0].sha256 == hashlib.sha256(came.body).hexdigest()


def test_stickers_and_listed_reactions_are_acts_and_counts_are_none() -> None:
    acts = read(recorded("message")).acts
    assert [(act.kind, act.actor.handle, act.what) for act in acts] == [
        (ActKind.STICKER, "pejabat07", "Dukung A"),
        (ActKind.LIKE, "warga12", "🔥"),
        (ActKind.LIKE, "warga13", "🔥"),
        (ActKind.LIKE, "warga12", "paslon:700000000000000099"),
    ]
    assert acts[0].media[0].url == "https://cdn.discordapp.com/stickers/700000000000000300.png"
    assert acts[1].at is None


def test_a_list_is_read_past_what_is_broken_in_it() -> None:
    page = recorded("messages-list")
    assert read(page).state is State.EDITED
    hook = read(replace(page, requested_url=URL.replace(ID, "1207159278796800001")))
    assert hook.post is not None
    assert (hook.post.author.id, hook.post.author.handle, hook.post.author.name) == (
        "700000000000000900", None, "Kabar Kota"
    )  # fmt: skip
    assert seen(hook, "webhook") == ["700000000000000900"]
    assert hook.post.edit_mark is False


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("unknown-message", State.UNAVAILABLE),
        ("missing-access", State.ACCESS_RESTRICTED),
        ("unauthorised", State.LOGIN_WALL),
        ("rate-limited", State.CHALLENGE),
    ],
)
def test_errors_have_their_states(name: str, state: State) -> None:
    reading = read(recorded(name))
    assert (reading.state, reading.post) == (state, None)


def test_a_rate_limit_says_how_long() -> None:
    assert seen(read(recorded("rate-limited")), "retry-after") == ["64.57 s"]


def test_words_of_an_error_never_decide() -> None:
    assert read(answered({"message": "Unknown Message", "code": 50001}, 403)).state is State.ACCESS_RESTRICTED
    assert read(answered({"message": "Unknown Message", "code": 12345}, 403)).state is State.UNDETERMINED
    assert read(answered({"message": "Missing Access"}, 502)).state is State.UNREACHABLE


def test_a_list_around_the_message_that_lacks_it_says_that_it_is_not_there() -> None:
    url = API.replace(f"/{ID}", f"?limit=50&around={ID}")
    assert read(answered([message(id="1207159278796800009")], url=url)).state is State.UNAVAILABLE
    assert read(answered([], url=url.replace(ID, "1207159278796800009"))).state is State.UNDETERMINED


def test_a_message_of_another_channel_is_not_taken() -> None:
    assert read(answered(message(channel_id="1058897343283200009"))).post is None


def test_an_id_and_a_stated_time_that_disagree_are_both_shown() -> None:
    reading = read(answered(message(timestamp="2024-02-14T10:04:05.299000+00:00")))
    assert len(seen(reading, "times-disagree")) == 1


def test_words_that_are_withheld_are_not_called_an_empty_message() -> None:
    bare = message(content="", attachments=[], embeds=[], sticker_items=[], components=[])
    reading = read(answered(bare))
    assert reading.state is State.EDITED
    assert "message content intent" in reading.reason


def test_a_message_that_is_passed_on_points_to_its_source_and_keeps_its_words_apart() -> None:
    snapshot = {"message": {"type": 0, "content": "Kata orang lain", "embeds": [], "attachments": []}}
    passed_on = message(
        type=0, content="", message_snapshots=[snapshot], flags=1 << 14,
        message_reference={"type": 1, "channel_id": CHANNEL, "message_id": "1207159278796800001", "guild_id": GUILD},
    )  # fmt: skip
    reading = read(answered(passed_on))
    assert reading.post is not None
    assert reading.post.text == ""
    assert reading.post.shares == f"https://discord.com/channels/{GUILD}/{CHANNEL}/1207159278796800001"
    assert reading.post.in_reply_to is None
    assert seen(reading, "forwarded-text") == ["Kata orang lain"]


def test_an_answer_to_a_message_that_is_gone_says_so() -> None:
    """``referenced_message`` is null where the answered message was deleted, and missing where it is not told."""
    assert seen(read(answered(message(referenced_message=None))), "answered-message-gone") == ["null"]
    assert seen(read(answered(message())), "answered-message-gone") == []


def test_a_system_message_says_so() -> None:
    assert seen(read(answered(message(type=7))), "system-message") == ["7"]


def test_reactions_are_asked_for_one_kind_after_the_other() -> None:
    asking = questions(URL, Places())
    assert asking is not None
    assert next(asking).url == API
    first = asking.send(recorded("message").responses[0])
    assert first.url == f"{API}/reactions/%F0%9F%94%A5?limit=100"
    empty = CapturedResponse(url=first.url, status=200, headers=(), body=b"[]")
    assert asking.send(empty).url == f"{API}/reactions/paslon%3A700000000000000099?limit=100"
    with pytest.raises(StopIteration):
        asking.send(empty)


def test_nothing_more_is_asked_after_a_refusal() -> None:
    asking = questions(URL, Places())
    assert asking is not None
    next(asking)
    with pytest.raises(StopIteration):
        asking.send(recorded("unauthorised").responses[0])


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_damaged_capture_is_read_without_an_exception(data: st.DataObject) -> None:
    page = recorded(data.draw(st.sampled_from(NAMES)))
    check(platforms.read(data.draw(damaged(page))))
