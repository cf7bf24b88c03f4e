"""Reader of Telegram Desktop's export in JSON: ``result.json`` of one chat, or of a whole account.

After ``export_output_json.cpp`` of Telegram Desktop. ``date`` is local to the computer that exported, without a zone;
``date_unixtime`` (since 2022) is the moment. ``edited`` is the server's date of an edit, which the apps may hide
(``edit_hide``). Telegram Desktop writes control characters as ``\\xNN``, which is no JSON: they are read as meant.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from evidentia.record.chat import (
    Attachment,
    AttachmentKind,
    AttachmentState,
    ChatExport,
    Conversation,
    ExportForm,
    Message,
    MessageKind,
)
from evidentia.record.handed_over import Member, Problem
from evidentia.record.item import Program
from evidentia.record.post import Account, Signal

from .files import Files, attachment, kind_by_name
from .telegram_fields import account, local, moment, number, options, reactions, shown, string
from .telegram_text import text_of

READER = Program(name="evidentia.platforms.chats.telegram_json", version="1")

_ZONELESS = "Dates are local to the computer that exported, without a zone"
_LEFT_OUT = re.compile(
    r"(?:(.*) )?(\((?:File|Photo) (?:not included|unavailable|exceeds maximum size)[^()]*\))", re.DOTALL
)
_BAD_ESCAPE = re.compile(rb"(?<!\\)((?:\\\\)*)\\x([01][0-9A-Fa-f])")
_MESSAGES = re.compile(r'(?<!\\)"messages"\s*:\s*\[')
_KINDS = {
    "sticker": AttachmentKind.STICKER,
    "video_message": AttachmentKind.VIDEO,
    "video_file": AttachmentKind.VIDEO,
    "voice_message": AttachmentKind.AUDIO,
    "audio_file": AttachmentKind.AUDIO,
    "animation": AttachmentKind.ANIMATION,
}
_DETAILS = (
    "title", "members", "inviter", "duration_seconds", "discard_reason", "period", "message_id", "via_bot",
    "saved_from", "author", "information_text", "place_name", "address", "new_title", "self_destruct_period_seconds",
    "reply_to_peer_id", "sticker_emoji",
)  # fmt: skip


class _Chat(msgspec.Struct):
    messages: list[msgspec.Raw]
    name: str | None = None
    type: str | None = None
    id: int | str | None = None


class _Chats(msgspec.Struct):
    chats: list[msgspec.Raw] = msgspec.field(default_factory=list, name="list")


class _Account(msgspec.Struct):
    chats: _Chats | None = None
    left_chats: _Chats | None = None


class _Place(NamedTuple):
    """Where the export stands among the files that came with it."""

    files: Files
    folder: str


def read(data: bytes, name: str = "result.json", members: Iterable[Member] = ()) -> ChatExport:
    """The conversations in an export. Never raises for what it contains.

    Args:
        data: the bytes of ``result.json``.
        name: its path among ``members``; the media stand relative to its folder.
        members: the files that came with it.
    """
    place = _Place(Files(members), posixpath.dirname(name))
    problems: list[Problem] = []
    found = [
        conversation
        for chat, where in _chats(data, problems)
        if (conversation := _conversation(chat, where, place, problems)) is not None
    ]
    return ChatExport(
        form=ExportForm.TELEGRAM_JSON, reader=READER, conversations=tuple(found), problems=tuple(problems)
    )


def looks_like_telegram(head: bytes) -> bool:
    """Whether JSON that begins so is an export: by the names of its first fields."""
    one = re.match(rb'\s*\{\s*"name"\s*:.{0,2000}?"messages"\s*:\s*\[', head, re.DOTALL)
    account = re.match(rb'\s*\{\s*"about"\s*:\s*"Here is the data you requested', head)
    return bool(one or account)


def _chats(data: bytes, problems: list[Problem]) -> Iterator[tuple[_Chat, str]]:
    mark = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    mended = _BAD_ESCAPE.sub(rb"\1\\u00\2", data[mark:])
    try:
        whole = msgspec.json.decode(mended, type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        where = f"byte {_place_of(error, data, mark)}"
        problems.append(Problem(what=f"no valid JSON ({error}); what can be read of it is read", where=where))
        yield from _salvaged(mended.decode("utf-8", "replace"))
    else:
        yield from _whole(whole, problems)


def _whole(raw: msgspec.Raw, problems: list[Problem]) -> Iterator[tuple[_Chat, str]]:
    chat = _as(raw, _Chat)
    if chat is not None:
        yield chat, "result"
        return
    account = _as(raw, _Account)
    lists = () if account is None else (("chats", account.chats), ("left_chats", account.left_chats))
    for label, chats in lists:
        for n, each in enumerate(chats.chats if chats is not None else []):
            where = f"{label}[{n}]"
            if (one := _as(each, _Chat)) is not None:
                yield one, where
            else:
                problems.append(Problem(what="a chat that is not built as one", where=where))
    if account is None or (account.chats is None and account.left_chats is None):
        problems.append(Problem(what="neither a chat nor a list of chats", where="byte 0"))


def _salvaged(text: str) -> Iterator[tuple[_Chat, str]]:
    """The chats of damaged JSON: every whole message of every list of messages, up to the damage."""
    end = 0
    for found in _MESSAGES.finditer(text):
        if found.start() < end:
            continue
        head = text[max(text.rfind("{", end, found.start()), 0) : found.start()]
        raws, end = _whole_objects(text, found.end())
        chat = _as(msgspec.Raw((head + '"messages":[]}').encode()), _Chat) or _Chat(messages=[])
        chat.messages = raws
        yield chat, f"character {found.start()}"


def _whole_objects(text: str, at: int) -> tuple[list[msgspec.Raw], int]:
    import json

    decoder, raws = json.JSONDecoder(), []
    while at < len(text):
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        if not text.startswith("{", at):
            break
        try:
            _, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        raws.append(msgspec.Raw(text[at:end].encode("utf-8", "replace")))
        at = end
    return raws, at


def _conversation(chat: _Chat, where: str, place: _Place, problems: list[Problem]) -> Conversation | None:
    messages = []
    for n, raw in enumerate(chat.messages):
        at = f"{where}.messages[{n}]"
        fields = _object(raw)
        if fields is None:
            problems.append(Problem(what="a message that is not built as one", where=at))
        else:
            messages.append(_message(fields, at, place))
    zone = _zone(messages)
    return Conversation(
        platform="telegram",
        where=where,
        title=chat.name,
        native_id=None if chat.id is None else str(chat.id),
        kind=chat.type,
        messages=tuple(messages),
        zone=zone,
    )


def _message(fields: dict[str, Any], where: str, place: _Place) -> Message:
    service = fields.get("type") == "service"
    text, entities = text_of(fields)
    edited = string(fields, "edited")
    return Message(
        id=number(fields, "id") or "",
        where=where,
        kind=_kind(fields, service),
        author=account(fields, "actor" if service else "from"),
        text=text or _question(fields),
        stated_time=string(fields, "date") or "",
        at=moment(fields, "date_unixtime"),
        readings=local(string(fields, "date")),
        edited=None if service else edited is not None or "edited_unixtime" in fields,
        edited_at=moment(fields, "edited_unixtime"),
        edited_stated=edited,
        reply_to=number(fields, "reply_to_message_id"),
        forwarded_from=Account(id=string(fields, "forwarded_from_id"), name=string(fields, "forwarded_from"))
        if "forwarded_from" in fields
        else None,
        entities=entities,
        attachments=tuple(_attachments(fields, place)),
        reactions=tuple(reactions(fields.get("reactions"))),
        options=tuple(options(fields.get("poll"))),
        action=string(fields, "action"),
        marks=() if edited is None else (Signal(name="edited", seen=edited, where=f"{where}.edited"),),
        details={name: shown(fields[name]) for name in _DETAILS if fields.get(name) is not None},
    )


def _kind(fields: dict[str, Any], service: bool) -> MessageKind:
    if service:
        return (
            MessageKind.CALL if fields.get("action") in ("phone_call", "group_call") else MessageKind.NOTICE
        )
    for name, kind in (
        ("poll", MessageKind.POLL),
        ("location_information", MessageKind.LOCATION),
        ("contact_information", MessageKind.CONTACT),
    ):
        if name in fields:
            return kind
    return MessageKind.MESSAGE


def _attachments(fields: dict[str, Any], place: _Place) -> Iterator[Attachment]:
    for field in ("photo", "file", "contact_vcard"):
        path = string(fields, field)
        if path is None:
            continue
        kind = _attachment_kind(fields, field, path)
        emoji = string(fields, "sticker_emoji")
        left_out = _LEFT_OUT.fullmatch(path)
        if left_out is not None:
            name = string(fields, "file_name") or left_out[1]
            state = AttachmentState.LEFT_OUT
            yield Attachment(kind=kind, state=state, name=name, said=left_out[2], emoji=emoji)
        else:
            yield attachment(place.files.at(place.folder, path), path, kind, emoji=emoji)


def _attachment_kind(fields: dict[str, Any], field: str, path: str) -> AttachmentKind:
    if field == "photo":
        return AttachmentKind.IMAGE
    if field == "contact_vcard":
        return AttachmentKind.CONTACT
    return _KINDS.get(string(fields, "media_type") or "", kind_by_name(path))


def _question(fields: dict[str, Any]) -> str:
    poll = fields.get("poll")
    return shown(poll.get("question")) if isinstance(poll, dict) and poll.get("question") is not None else ""


def _zone(messages: list[Message]) -> str:
    offsets = {_offset(message) for message in messages} - {None}
    if not offsets:
        return f"{_ZONELESS}, and no Unix time stands with them: no moment is known."
    said = ", ".join(sorted(str(offset) for offset in offsets))
    return f"{_ZONELESS}; the Unix times beside them are the moments, and put that computer at {said}."


def _offset(message: Message) -> str | None:
    """The zone that the local date and the Unix time of one message amount to."""
    if message.at is None or not message.readings:
        return None
    minutes = round(
        (datetime.fromisoformat(message.readings[0] + "+00:00") - message.at).total_seconds() / 60
    )
    if abs(minutes) > 14 * 60:
        return None
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _object(raw: msgspec.Raw) -> dict[str, Any] | None:
    found = _as(raw, dict[str, Any])
    return found if isinstance(found, dict) else None


def _as(raw: msgspec.Raw, kind: Any) -> Any:
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _place_of(error: Exception, data: bytes, mark: int) -> int:
    """Where in the file as it is the error stands: each mended escape before it is two bytes longer than it was."""
    found = re.search(r"byte (\d+)", str(error))
    if found is None:  # cut off: the place is the end
        return len(data)
    at = int(found[1])
    for escape in _BAD_ESCAPE.finditer(data):
        if escape.start() - mark >= at:
            break
        at -= 2
    return at + mark
