"""Telegram Desktop's exports. The fixtures follow what its source writes (export_output_json.cpp and
export_output_html.cpp of github.com/telegramdesktop/tdesktop); reactions in HTML follow a program that rewrites it.
None is a real export."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidentia.platforms.chats import telegram_html, telegram_json
from evidentia.platforms.chats.posts import acts, posts
from evidentia.record.chat import (
    AttachmentKind,
    AttachmentState,
    ChatExport,
    Conversation,
    Message,
    MessageKind,
)
from evidentia.record.handed_over import Member
from evidentia.record.post import Account, ActKind, EntityKind

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "platforms" / "telegram_export"
PHOTO = "photos/photo_1@19-07-2026_16-31-00.jpg"
FILES = (
    Member(name=f"ChatExport/{PHOTO}", size=3, sha256="a" * 64, media_type="image/jpeg"),
    Member(name="ChatExport/stickers/sticker.webp", size=3, sha256="b" * 64),
)


def json_export(name: str, *members: Member) -> ChatExport:
    return telegram_json.read((FIXTURES / name).read_bytes(), "ChatExport/result.json", members)


def html_export(*members: Member) -> ChatExport:
    pages = [
        telegram_html.Page(f"ChatExport/{path.name}", path.read_bytes())
        for path in sorted(FIXTURES.glob("*.html"), reverse=True)
    ]
    return telegram_html.read(pages, members)


def only(export: ChatExport) -> Conversation:
    (conversation,) = export.conversations
    return conversation


def at(conversation: Conversation, number: int) -> Message:
    return next(message for message in conversation.messages if message.id == str(number))


def test_a_group_with_its_kind_and_id() -> None:
    found = only(json_export("result-group.json"))
    assert (found.title, found.kind, found.native_id) == ("Tim Kota Contoh", "private_group", "77")
    assert len(found.messages) == 10


def test_the_local_date_and_the_moment_are_both_kept() -> None:
    message = at(only(json_export("result-group.json")), 2)
    assert message.stated_time == "2026-07-19T16:29:00"
    assert message.readings == ("2026-07-19T16:29:00",)
    assert message.at == datetime(2026, 7, 19, 9, 29, tzinfo=UTC)
    assert "UTC+07:00" in only(json_export("result-group.json")).zone


def test_an_export_without_unix_times_knows_no_moment() -> None:
    channel = json_export("result-account.json").conversations[1]
    assert channel.messages[0].at is None
    assert channel.messages[0].readings == ("2019-02-20T08:00:00",)
    assert "no moment is known" in channel.zone


def test_edits_have_both_times_and_their_mark() -> None:
    message = at(only(json_export("result-group.json")), 2)
    assert (message.edited, message.edited_stated) == (True, "2026-07-19T16:40:00")
    assert message.edited_at == datetime(2026, 7, 19, 9, 40, tzinfo=UTC)
    assert message.marks[0].where == "result.messages[1].edited"
    assert at(only(json_export("result-group.json")), 3).edited is False


def test_text_in_pieces_is_one_text_with_entities_at_code_points() -> None:
    message = at(only(json_export("result-group.json")), 2)
    assert message.text == "Dukung #PaslonA kata @warga1 di sini"
    assert [(one.kind, message.text[one.start : one.end], one.target) for one in message.entities] == [
        (EntityKind.HASHTAG, "#PaslonA", "PaslonA"),
        (EntityKind.MENTION, "@warga1", "warga1"),
        (EntityKind.LINK, "sini", "https://contoh.example/a"),
    ]


def test_a_deleted_account_has_its_id_and_no_name() -> None:
    message = at(only(json_export("result-group.json")), 3)
    assert message.author == Account(id="user12")
    assert message.reply_to == "2"


def test_media_are_found_beside_the_export_or_missing_or_left_out() -> None:
    found = only(json_export("result-group.json", *FILES))
    states = {n: at(found, n).attachments[0] for n in (4, 5, 6, 9)}
    assert [states[n].state for n in (4, 5, 6, 9)] == [
        AttachmentState.PRESENT,
        AttachmentState.PRESENT,
        AttachmentState.LEFT_OUT,
        AttachmentState.MISSING,
    ]
    assert (states[4].sha256, states[5].sha256) == ("a" * 64, "b" * 64)
    assert (states[5].kind, states[5].emoji) == (AttachmentKind.STICKER, "👍")
    assert states[6].said.startswith("(File not included.")
    assert states[6].name == "video.mp4"


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "..\\x", "x/../../../x"])
def test_a_path_that_leads_out_of_what_was_handed_over_finds_nothing(path: str) -> None:
    members = [Member(name=name, size=1, sha256="c" * 64) for name in ("etc/passwd", "x", "passwd")]
    data = msgspec.json.encode({"name": "A", "type": "t", "id": 1, "messages": [{"id": 1, "file": path}]})
    message = only(telegram_json.read(data, "ChatExport/result.json", members)).messages[0]
    assert message.attachments[0].state is AttachmentState.MISSING


def test_forwards_polls_calls_and_notices() -> None:
    found = only(json_export("result-group.json"))
    assert at(found, 7).forwarded_from == Account(name="Kanal Paslon A")
    assert at(found, 8).kind is MessageKind.POLL
    assert at(found, 8).text == "Hadir?"
    assert [(one.text, one.votes) for one in at(found, 8).options] == [("Ya", 2), ("Tidak", 1)]
    assert (at(found, 10).kind, at(found, 10).details["duration_seconds"]) == (MessageKind.CALL, "12")
    assert (at(found, 1).action, at(found, 1).details["title"]) == ("create_group", "Tim Kota Contoh")


def test_an_account_holds_many_chats() -> None:
    found = json_export("result-account.json").conversations
    assert [(one.kind, one.where) for one in found] == [
        ("personal_chat", "chats[0]"),
        ("public_channel", "chats[1]"),
    ]
    assert found[1].messages[0].details == {"author": "Redaksi"}


def test_control_characters_as_telegram_desktop_writes_them_are_read_as_meant() -> None:
    export = json_export("result-control-character.json")
    assert only(export).messages[0].text == "satu\x0bdua \\x0B"
    assert export.problems == ()


def test_of_an_export_that_is_cut_off_every_whole_message_is_read() -> None:
    export = json_export("result-cut-off.json")
    assert [message.id for message in only(export).messages] == ["1"]
    assert only(export).title == "Tim"
    size = (FIXTURES / "result-cut-off.json").stat().st_size
    assert export.problems[0].where == f"byte {size}"


def test_the_place_of_an_error_is_that_in_the_file_as_it_is() -> None:
    data = (FIXTURES / "result-control-character.json").read_bytes()
    broken = data.replace(b'"tiga"', b"nul")
    export = telegram_json.read(broken)
    at_byte = int(re.fullmatch(r"byte (\d+)", export.problems[0].where)[1])  # type: ignore[index]
    assert abs(at_byte - broken.index(b"nul")) <= 3
    assert len(only(export).messages) == 1


def test_messages_that_are_none_are_named_and_the_others_read() -> None:
    data = b'{"name": "A", "type": "t", "id": 1, "messages": [3, {"id": 2, "text": "dua"}, null]}'
    export = telegram_json.read(data)
    assert [problem.where for problem in export.problems] == ["result.messages[0]", "result.messages[2]"]
    assert [message.text for message in only(export).messages] == ["dua"]


def test_html_states_the_zone_with_each_time() -> None:
    message = at(only(html_export()), 2)
    assert message.stated_time == "19.07.2026 16:29:00 UTC+07:00"
    assert message.at is not None
    assert message.at.utcoffset() == timedelta(hours=7)


def test_html_of_old_versions_states_no_zone() -> None:
    message = at(only(html_export()), 8)
    assert (message.stated_time, message.at) == ("12.07.2020 12:48:16", None)
    assert message.readings == ("2020-07-12T12:48:16",)


def test_joined_messages_go_on_from_the_sender_before_also_in_the_next_file() -> None:
    found = only(html_export())
    names = [(m.id, m.author.name if m.author else None) for m in found.messages]
    assert names == [
        ("1", None), ("2", "Pejabat 07"), ("3", "Pejabat 07"), ("4", "Warga Satu"), ("5", "Warga Satu"),
        ("6", "Pejabat 07"), ("7", "Pejabat 07"), ("8", "Deleted Account"),
    ]  # fmt: skip
    assert at(found, 7).where == "ChatExport/messages2.html#message7"


def test_html_text_replies_forwards_and_media() -> None:
    found = only(html_export(*FILES))
    assert found.title == "Tim Kota Contoh"
    assert at(found, 2).text == "Dukung #PaslonA\nbaris dua"
    assert at(found, 4).reply_to == "2"
    assert at(found, 6).forwarded_from == Account(name="Kanal Paslon A")
    assert at(found, 6).text == "diteruskan"
    assert at(found, 3).attachments[0].sha256 == "a" * 64
    assert at(found, 4).attachments[0].kind is AttachmentKind.STICKER
    assert at(found, 5).attachments[0].state is AttachmentState.LEFT_OUT
    assert [(one.text, one.votes) for one in at(found, 8).options] == [("Ya", 2), ("Tidak", None)]


def test_html_reactions_name_some_and_count_others() -> None:
    reactions = at(only(html_export()), 2).reactions
    assert [(one.what, one.count, [by.name for by in one.by]) for one in reactions] == [
        ("👍", None, ["Warga Satu"]),
        ("❤", 3, []),
    ]


def test_html_never_says_whether_a_message_was_edited() -> None:
    assert {message.edited for message in only(html_export()).messages} == {None}


def test_a_joined_message_without_one_before_it_has_no_sender_and_that_is_said() -> None:
    page = telegram_html.Page("messages2.html", (FIXTURES / "messages2.html").read_bytes())
    export = telegram_html.read([page])
    assert at(only(export), 7).author is None
    assert export.problems[0].where == "messages2.html#message7"


def test_posts_and_acts() -> None:
    conversation = only(json_export("result-group.json", *FILES))
    found = posts(conversation, "0" * 64)
    edited = next(post for post in found if post.edit_mark)
    assert (edited.native_id, edited.url) == ("77/2", "urn:evidentia:telegram:77/2")
    assert edited.links == ("https://contoh.example/a",)
    assert edited.activity == {"reaction 👍": 2}
    assert edited.stated_time is None
    done = acts(conversation, "0" * 64)
    assert [(act.kind, act.actor.name, act.what) for act in done] == [
        (ActKind.LIKE, "Warga Satu", "👍"),
        (ActKind.STICKER, "Warga Satu", "👍"),
    ]
    assert done[1].media[0].sha256 == "b" * 64


def is_a_record(export: ChatExport) -> None:
    assert msgspec.json.decode(msgspec.json.encode(export), type=ChatExport).form is export.form
    for conversation in export.conversations:
        msgspec.json.encode((posts(conversation, "0" * 64), acts(conversation, "0" * 64)))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
GROUP: dict[str, Any] = msgspec.json.decode((FIXTURES / "result-group.json").read_bytes())
NAMES = sorted({name for message in GROUP["messages"] for name in message})


@settings(deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6), max_size=4))
def test_fields_of_any_kind_give_a_record(messages: list[dict[str, Any]]) -> None:
    is_a_record(telegram_json.read(msgspec.json.encode(GROUP | {"messages": messages})))


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_record(data: bytes) -> None:
    is_a_record(telegram_json.read(data))
    is_a_record(telegram_html.read([telegram_html.Page("messages.html", data)]))


@settings(deadline=None)
@given(st.integers(0, 3000), st.binary(max_size=6), st.sampled_from(["result-group.json", "messages.html"]))
def test_an_export_with_any_damage_gives_a_record(place: int, damage: bytes, name: str) -> None:
    data = bytearray((FIXTURES / name).read_bytes())
    data[place : place + len(damage)] = damage
    if name.endswith("json"):
        is_a_record(telegram_json.read(bytes(data)))
    else:
        is_a_record(telegram_html.read([telegram_html.Page(name, bytes(data))]))


def test_deep_nesting_is_a_problem_and_no_crash() -> None:
    data = b'{"name": "A", "id": 1, "messages": [{"id": 1, "text": ' + b"[" * 100_000
    assert telegram_json.read(data).problems
