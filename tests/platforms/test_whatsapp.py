"""WhatsApp's exported texts, as parsers of exports describe them (see whatsapp_phrases): none is a real export."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidentia.platforms.chats import whatsapp
from evidentia.platforms.chats.posts import acts, posts
from evidentia.platforms.chats.whatsapp_phrases import PHRASES, Meaning
from evidentia.record.chat import (
    AttachmentKind,
    AttachmentState,
    ChatExport,
    Conversation,
    DateOrder,
    Message,
    MessageKind,
    Removal,
)
from evidentia.record.handed_over import Member
from evidentia.record.post import ActKind

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "platforms" / "whatsapp"
PICTURE = Member(name="IMG-20260719-WA0001.jpg", size=3, sha256="a" * 64, media_type="image/jpeg")
STICKER = Member(name="STK-20260719-WA0002.webp", size=4, sha256="b" * 64, media_type="image/webp")


def read(name: str, *members: Member) -> ChatExport:
    return whatsapp.read((FIXTURES / f"{name}.txt").read_bytes(), "_chat.txt", members)


def only(export: ChatExport) -> Conversation:
    (conversation,) = export.conversations
    return conversation


def at(conversation: Conversation, line: int) -> Message:
    return next(message for message in conversation.messages if message.id == str(line))


def test_an_indonesian_android_export_is_read_line_by_line() -> None:
    found = only(read("android-id-24h"))
    assert [(m.id, m.kind.value) for m in found.messages if m.kind is not MessageKind.MESSAGE] == [
        ("1", "notice"), ("2", "notice"), ("3", "notice"), ("19", "location"), ("21", "call"), ("22", "poll"),
        ("27", "notice"),
    ]  # fmt: skip
    rapat = at(found, 4)
    assert rapat.author is not None
    assert (rapat.author.name, rapat.author.id) == ("Pejabat 07", None)
    assert rapat.text == "Rapat besok pukul 09.00\ndi balai: lantai 2\n\nharap hadir"
    assert (rapat.stated_time, rapat.readings, rapat.at) == ("19/07/26 16.31", ("2026-07-19T16:31",), None)


def test_a_colon_in_the_name_of_a_group_makes_no_sender() -> None:
    notice = at(only(read("android-id-24h")), 2)
    assert (notice.kind, notice.author, notice.action) == (MessageKind.NOTICE, None, "group-created")


def test_the_words_of_a_notice_that_somebody_typed_stay_a_message() -> None:
    found = only(read("android-id-24h"))
    assert (at(found, 26).kind, at(found, 26).text) == (MessageKind.MESSAGE, "Warga Satu keluar")
    assert (at(found, 27).kind, at(found, 27).action) == (MessageKind.NOTICE, "left")


@pytest.mark.parametrize("line", [8, 9, 10, 11])
def test_removed_by_the_sender_in_both_generations_of_words(line: int) -> None:
    message = at(only(read("android-id-24h")), line)
    assert (message.removed, message.text) == (Removal.BY_SENDER, "")
    assert message.marks[0].where == f"line {line}"


def test_removed_by_an_admin() -> None:
    assert at(only(read("android-id-24h")), 12).removed is Removal.BY_ADMIN


def test_an_edit_is_marked_and_its_mark_is_no_text() -> None:
    message = at(only(read("android-id-24h")), 13)
    assert (message.text, message.edited, message.edited_at) == ("Dukung Paslon A", True, None)
    assert message.marks[0].seen == "<Pesan ini diedit>"


def test_where_no_edit_is_marked_nothing_is_said_of_edits() -> None:
    assert at(only(read("android-id-24h")), 4).edited is False
    assert {message.edited for message in only(read("android-order-open")).messages} == {None}


def test_attachments_have_the_digests_of_the_files_that_came_along() -> None:
    found = only(read("android-id-24h", PICTURE, STICKER))
    (picture,) = at(found, 14).attachments
    assert (picture.state, picture.sha256, picture.kind) == (
        AttachmentState.PRESENT,
        "a" * 64,
        AttachmentKind.IMAGE,
    )
    assert at(found, 14).text == "ini fotonya"
    assert at(found, 16).attachments[0].sha256 == "b" * 64
    assert at(found, 16).attachments[0].kind is AttachmentKind.STICKER


def test_a_file_that_is_named_and_not_there_is_missing_and_one_left_out_is_said_to_be() -> None:
    found = only(read("android-id-24h"))
    assert at(found, 14).attachments[0].state is AttachmentState.MISSING
    assert at(found, 14).attachments[0].name == "IMG-20260719-WA0001.jpg"
    assert at(found, 17).attachments[0].state is AttachmentState.LEFT_OUT
    assert at(found, 20).attachments[0].kind is AttachmentKind.CONTACT


def test_two_files_of_one_name_are_nobodys() -> None:
    twins = (PICTURE, msgspec.structs.replace(PICTURE, name="lain/" + PICTURE.name, sha256="c" * 64))
    assert at(only(read("android-id-24h", *twins)), 14).attachments[0].state is AttachmentState.MISSING


def test_what_android_cannot_export_is_said() -> None:
    assert at(only(read("android-id-24h")), 18).details == {"not-exported": "null"}


def test_a_poll_has_its_answers() -> None:
    assert [(one.text, one.votes) for one in at(only(read("android-id-24h")), 22).options] == [
        ("Ya", 3),
        ("Tidak", 0),
    ]


def test_an_english_android_export_with_twelve_hours() -> None:
    found = only(read("android-en-12h"))
    assert found.date_order is DateOrder.MONTH_FIRST
    assert at(found, 2).readings == ("2026-07-19T16:31",)
    assert at(found, 8).readings == ("2026-07-20T00:05",)
    assert [at(found, n).removed for n in (3, 4)] == [Removal.BY_SENDER, Removal.BY_SENDER]
    assert at(found, 5).edited is True
    assert at(found, 6).attachments[0].name == "IMG-20260719-WA0001.jpg"


def test_an_ios_export_with_marks_of_direction_and_crlf() -> None:
    found = only(read("ios-id-24h"))
    assert at(found, 1).action == "encryption"
    assert at(found, 2).text == "Rapat besok\npukul 09.00"
    assert at(found, 2).readings == ("2026-04-28T16:31:40",)
    assert at(found, 8).attachments[0].name == "00000006-Surat.pdf"
    assert at(found, 8).text == "Surat.pdf • 2 halaman"
    assert at(found, 9).attachments[0].kind is AttachmentKind.STICKER
    assert (at(found, 10).text, at(found, 10).edited) == ("Dukung Paslon A", True)
    assert at(found, 11).attachments[0].state is AttachmentState.LEFT_OUT
    assert at(found, 12).kind is MessageKind.CALL


def test_on_ios_words_that_were_merely_typed_are_no_marks() -> None:
    found = only(read("ios-id-24h"))
    assert (at(found, 4).attachments[0].state, at(found, 4).text) == (AttachmentState.LEFT_OUT, "")
    assert (at(found, 5).attachments, at(found, 5).text) == ((), "gambar tidak disertakan")
    assert at(found, 6).removed is Removal.BY_SENDER
    assert (at(found, 7).removed, at(found, 7).text) == (None, "Pesan ini dihapus.")
    assert whatsapp.TYPED_OR_WRITTEN not in found.notes


def test_on_android_it_is_said_that_nobody_can_tell_typed_words_from_marks() -> None:
    assert whatsapp.TYPED_OR_WRITTEN in only(read("android-id-24h")).notes


def test_an_english_ios_export() -> None:
    found = only(read("ios-en-12h"))
    assert at(found, 2).readings == ("2026-08-16T14:10:55",)
    assert at(found, 3).removed is Removal.BY_SENDER
    assert at(found, 4).attachments[0].name == "00000003-PHOTO-2026-08-16-14-12-00.jpg"
    assert at(found, 6).attachments[0].kind is AttachmentKind.STICKER


def test_an_order_of_dates_that_nothing_decides_stays_open_with_both_readings() -> None:
    found = only(read("android-order-open"))
    assert found.date_order is DateOrder.UNDETERMINED
    assert found.messages[0].readings == ("2026-06-05T08:00", "2026-05-06T08:00")


def test_the_order_of_the_lines_can_decide() -> None:
    found = only(read("android-order-by-lines"))
    assert (found.date_order, found.messages[1].readings) == (DateOrder.DAY_FIRST, ("2026-07-01T08:05",))


def test_pasted_lines_of_another_form_or_of_no_date_are_text_and_the_rest_is_pointed_at() -> None:
    found = only(read("android-pasted-lines"))
    assert [message.id for message in found.messages] == ["1", "4", "5"]
    assert found.messages[0].text.count("\n") == 2
    assert any(note.startswith("2 lines look like") for note in found.notes)
    assert any(note.startswith("Line 4 states an earlier time") for note in found.notes)


def test_one_pasted_date_does_not_undo_the_order_of_a_whole_file() -> None:
    text = "".join(f"{day}/07/26 08.00 - Pejabat 07: a\n" for day in range(13, 30))
    found = only(whatsapp.read((text + "07/29/26 08.00 - Pejabat 07: b\n").encode()))
    assert found.date_order is DateOrder.DAY_FIRST
    assert len(found.messages) == 17


def test_no_zone_is_ever_stated() -> None:
    for path in FIXTURES.glob("*.txt"):
        found = only(whatsapp.read(path.read_bytes()))
        assert found.zone == whatsapp.NO_ZONE
        assert {message.at for message in found.messages} == {None}


def test_what_cannot_be_read_is_named_with_its_place_and_the_rest_is_read() -> None:
    export = read("malformed")
    assert [(problem.what.partition(":")[0], problem.where) for problem in export.problems] == [
        ("bytes that are no UTF-8", "byte 75"),
        ("a line in front of the first message", "line 1"),
    ]
    assert [message.text for message in only(export).messages] == ["satu", "\\xff\\xfe rusak"]
    assert (FIXTURES / "malformed.txt").read_bytes()[75] == 0xFF


def test_a_text_without_messages_is_no_conversation() -> None:
    export = whatsapp.read(b"surat tugas\n")
    assert export.conversations == ()
    assert export.problems


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_are_understood(encoding: str) -> None:
    assert only(whatsapp.read("19/07/26 16.29 - A: satu".encode(encoding))).messages[0].text == "satu"


def test_the_title_is_in_the_name_of_the_file() -> None:
    data = (FIXTURES / "android-order-open.txt").read_bytes()
    assert only(whatsapp.read(data, "Chat WhatsApp dengan Tim Kota Contoh.txt")).title == "Tim Kota Contoh"
    assert only(whatsapp.read(data, "WhatsApp Chat - Tim Kota Contoh.zip")).title == "Tim Kota Contoh"
    assert only(whatsapp.read(data, "_chat.txt")).title is None


def test_every_phrase_names_where_it_is_known_from() -> None:
    assert all(phrase.source and phrase.language in ("id", "en", "ms") for phrase in PHRASES)
    for language in ("id", "en"):
        assert {Meaning.DELETED, Meaning.DELETED_BY_YOU, Meaning.DELETED_BY_ADMIN, Meaning.EDITED} <= {
            phrase.meaning for phrase in PHRASES if phrase.language == language
        }


def test_messages_become_posts_that_say_no_more_than_the_export() -> None:
    export = hashlib.sha256((FIXTURES / "android-id-24h.txt").read_bytes()).hexdigest()
    found = posts(only(read("android-id-24h", PICTURE, STICKER)), export)
    assert len({post.native_id for post in found}) == len(found)
    edited = next(post for post in found if post.edit_mark)
    assert (edited.platform, edited.text, edited.created_at) == ("whatsapp", "Dukung Paslon A", None)
    assert edited.stated_time == "19/07/26 16.37"
    assert export in edited.url
    assert not any(post.text == "" and not post.media for post in found)
    assert [post.media[0].sha256 for post in found if post.media][:2] == ["a" * 64, "b" * 64]


def test_a_sticker_is_an_act_with_the_digest_of_its_file() -> None:
    (act,) = acts(only(read("android-id-24h", PICTURE, STICKER)), "0" * 64)
    assert (act.kind, act.actor.name, act.media[0].sha256) == (ActKind.STICKER, "Pejabat 07", "b" * 64)
    assert (act.at, act.stated_time) == (None, "19/07/26 16.39")


def is_a_record(export: ChatExport) -> None:
    assert msgspec.json.decode(msgspec.json.encode(export), type=ChatExport) == export
    for conversation in export.conversations:
        posts(conversation, "0" * 64)
        acts(conversation, "0" * 64)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_record(data: bytes) -> None:
    is_a_record(whatsapp.read(data))


PIECES = st.one_of(
    st.sampled_from(
        [
            "19/07/26 16.29 - ",
            "[7/9/26, 2:10:50\u202fPM] ",
            "\n",
            "\r\n",
            "A: ",
            "\u200e",
            "31/02/9999 25.61 - ",
        ]
    ),
    st.sampled_from([phrase.words for phrase in PHRASES]),
    st.sampled_from(
        ["<terlampir: x.jpg>", "x.jpg (file terlampir)", "image omitted", "POLL:\nOPTION: a (1 votes)"]
    ),
    st.text(max_size=8),
)


@settings(deadline=None)
@given(st.lists(PIECES, max_size=20))
def test_any_lines_give_a_record(pieces: list[str]) -> None:
    is_a_record(whatsapp.read("".join(pieces).encode("utf-8", "surrogatepass")))
