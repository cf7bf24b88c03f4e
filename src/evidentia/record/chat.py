"""A conversation as an export of a messenger tells it: messages in order, with what the export does not say."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from .handed_over import Problem
from .item import Program
from .moment import Moment
from .post import Account, Entity, Signal


class ExportForm(StrEnum):
    """How an export is written."""

    WHATSAPP_TEXT = "whatsapp-text"
    TELEGRAM_JSON = "telegram-json"
    TELEGRAM_HTML = "telegram-html"


class MessageKind(StrEnum):
    """What a message is."""

    MESSAGE = "message"
    NOTICE = "notice"  # the messenger's own words: somebody joined, the group was renamed
    CALL = "call"
    POLL = "poll"
    LOCATION = "location"
    CONTACT = "contact"


class Removal(StrEnum):
    """Whom the export's mark names as having removed a message for everybody."""

    BY_SENDER = "by-sender"
    BY_ADMIN = "by-admin"


class AttachmentKind(StrEnum):
    """What a file in a conversation is, as the export says it or its name tells."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    STICKER = "sticker"
    ANIMATION = "animation"
    DOCUMENT = "document"
    CONTACT = "contact"
    UNKNOWN = "unknown"


class AttachmentState(StrEnum):
    """Whether the file came with the export."""

    PRESENT = "present"
    MISSING = "missing"  # the export names it, and it is not among the files
    LEFT_OUT = "left-out"  # the export itself says that it left it out


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a message. ``sha256`` and ``size`` are those of the file that came with the export, if it did.

    ``said`` is what the export writes in its place; ``emoji`` what a sticker stands for.
    """

    kind: AttachmentKind
    state: AttachmentState
    name: str | None = None
    said: str = ""
    media_type: str | None = None
    size: int | None = None
    sha256: str | None = None
    emoji: str | None = None


class Reaction(msgspec.Struct, frozen=True, kw_only=True):
    """One reaction to a message: which, how often, and by whom where the export names them (not always all)."""

    what: str
    count: int | None = None
    by: tuple[Account, ...] = ()


class PollOption(msgspec.Struct, frozen=True, kw_only=True):
    """An answer of a poll, and how many voted for it, if that is said."""

    text: str
    votes: int | None = None


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message. ``where`` in the export it stands; ``id`` is the messenger's own number, or the line.

    ``stated_time`` is the time as it is written. ``at`` is a moment only where the export states a zone, or a Unix
    time. ``readings`` are the local times, without a zone, that it can mean: two where the order of day and month is
    not known. ``edited`` is None where the export would not show it. ``marks`` are the words or fields from which
    editing and removal were read. ``details`` holds facts of the messenger that have no field here.
    """

    id: str
    where: str
    kind: MessageKind
    author: Account | None
    text: str
    stated_time: str
    at: Moment | None = None
    readings: tuple[str, ...] = ()
    edited: bool | None = None
    edited_at: Moment | None = None
    edited_stated: str | None = None
    removed: Removal | None = None
    reply_to: str | None = None
    forwarded_from: Account | None = None
    entities: tuple[Entity, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    options: tuple[PollOption, ...] = ()
    action: str | None = None
    marks: tuple[Signal, ...] = ()
    details: dict[str, str] = {}


class DateOrder(StrEnum):
    """In which order an export writes the parts of a date."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"
    YEAR_FIRST = "year-first"
    UNDETERMINED = "undetermined"


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """One chat. ``kind`` is the messenger's own word for it, None where the export does not say.

    ``date_order`` with ``date_reason`` where dates are written in figures; ``zone`` says what is known of the zone of
    its times; ``notes`` are what a reader of this conversation must know, and no failures.
    """

    platform: str
    where: str
    messages: tuple[Message, ...]
    title: str | None = None
    native_id: str | None = None
    kind: str | None = None
    date_order: DateOrder | None = None
    date_reason: str = ""
    zone: str = ""
    notes: tuple[str, ...] = ()


class ChatExport(msgspec.Struct, frozen=True, kw_only=True):
    """``chat.json``: what an export of a messenger holds, and what of it could not be read."""

    format: int = 1
    form: ExportForm
    reader: Program
    conversations: tuple[Conversation, ...]
    problems: tuple[Problem, ...] = ()
