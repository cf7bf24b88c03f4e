"""Targets for what is handed over: exported chats, mail, archives. What cannot be read in them is said."""

from __future__ import annotations

import io

import msgspec

from evidentia.capture.warc_reading import records
from evidentia.platforms import mail as mail_reader
from evidentia.platforms.chats import telegram_html as telegram_html_reader
from evidentia.platforms.chats import telegram_json as telegram_json_reader
from evidentia.platforms.chats import whatsapp as whatsapp_reader
from evidentia.platforms.chats.posts import acts, posts
from evidentia.record.chat import ChatExport
from evidentia.record.handed_over import Problem


def whatsapp(data: bytes) -> bool:
    """Every message of a text is a record that can be stored; a zone is never made up."""
    return _chat(whatsapp_reader.read(data, "_chat.txt"), zone_known=False)


def telegram_json(data: bytes) -> bool:
    """So is every message of an export in JSON."""
    return _chat(telegram_json_reader.read(data))


def telegram_html(data: bytes) -> bool:
    """And of one in HTML."""
    return _chat(telegram_html_reader.read([telegram_html_reader.Page("messages.html", data)]))


def mail(data: bytes) -> bool:
    """A mail of any bytes has parts that can be stored; what is malformed is among the problems."""
    found = mail_reader.read(data)
    msgspec.json.encode(found)
    return bool(found.fields) and not found.problems


def warc(data: bytes) -> bool:
    """Records come in order and a problem only last; each stands inside of the file."""
    found = list(records(io.BytesIO(data)))
    assert not any(isinstance(one, Problem) for one in found[:-1])
    assert all(isinstance(one, Problem) or 0 <= one.place < len(data) for one in found)
    return bool(found) and not isinstance(found[-1], Problem)


def _chat(export: ChatExport, *, zone_known: bool = True) -> bool:
    assert msgspec.json.decode(msgspec.json.encode(export), type=ChatExport).form is export.form
    for conversation in export.conversations:
        assert zone_known or not any(message.at for message in conversation.messages)
        made = posts(conversation, "0" * 64)
        assert len(made) <= len(conversation.messages)
        msgspec.json.encode((made, acts(conversation, "0" * 64)))
    assert export.conversations or export.problems
    return bool(export.conversations) and not export.problems


ALL = (whatsapp, telegram_json, telegram_html, mail, warc)
