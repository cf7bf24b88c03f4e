"""Reader of WhatsApp's "Export chat" (a text, alone or in a ZIP with media), of Android and iOS.

The export has no zone, no time of an edit, no earlier wording and no account ids: the sender is the name in the address
book of whoever exported it. Words that WhatsApp writes are known by ``whatsapp_phrases``; iOS puts U+200E in front of
them, so that there a sentence that is merely typed is no mark (whoever types that character too can imitate one). On
Android it always looks the same, and that is said.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from evidentia.record.chat import (
    Attachment,
    AttachmentState,
    ChatExport,
    Conversation,
    ExportForm,
    Message,
    MessageKind,
    PollOption,
    Removal,
)
from evidentia.record.handed_over import Member, Problem
from evidentia.record.item import Program
from evidentia.record.post import Account, Signal

from . import whatsapp_phrases as phrases
from .dates import Order, local_time, order_of, readings
from .files import Files, attachment, kind_by_name
from .whatsapp_lines import INVISIBLE, Begun, decode, lines_of, messages
from .whatsapp_phrases import Meaning

READER = Program(name="evidentia.platforms.chats.whatsapp", version="1")

NO_ZONE = (
    "The export states no zone: its times are local to the phone that exported it, "
    "and nobody says where that was."
)
TYPED_OR_WRITTEN = (
    "In an Android export, words that somebody typed look the same as WhatsApp's own "
    "(a message deleted, a file left out)."
)

_REMOVALS = {
    Meaning.DELETED: Removal.BY_SENDER,
    Meaning.DELETED_BY_YOU: Removal.BY_SENDER,
    Meaning.DELETED_BY_ADMIN: Removal.BY_ADMIN,
}
_SENDER = re.compile(r"([^\n]{1,200}?):(?: |(?=\n)|\Z)(.*)", re.DOTALL)
_ON_IOS = re.compile(rf"<(?:{'|'.join(phrases.ATTACHED_IOS)}): ([^<>\n]+)>[{INVISIBLE}]*\s*\Z")
_ON_ANDROID = re.compile(rf"([^\n]+) \((?:{'|'.join(phrases.ATTACHED_ANDROID)})\)")
_OPTION = re.compile(r"(?:OPTION|OPSI): (.*?)(?: \((\d{1,6}) (?:votes?|suara)\))?")
_TITLE = re.compile(
    r"(?:WhatsApp Chat (?:with|-) |Chat WhatsApp dengan |Sembang WhatsApp dengan )(.+?)(?:\.txt|\.zip)?", re.I
)


class _Body(NamedTuple):
    """What a message's text came to be when WhatsApp's own words were taken out of it."""

    text: str
    kind: MessageKind = MessageKind.MESSAGE
    edited: bool = False
    removed: Removal | None = None
    attachments: tuple[Attachment, ...] = ()
    marks: tuple[Signal, ...] = ()
    action: str | None = None
    details: tuple[tuple[str, str], ...] = ()


class _Dialect(NamedTuple):
    """How this file was written. ``marked``: it is of iOS and has U+200E in front of WhatsApp's own words."""

    order: Order
    iphone: bool
    marked: bool
    marks_edits: bool


def read(data: bytes, name: str = "", members: Iterable[Member] = (), *, called: str = "") -> ChatExport:
    """The conversation in an exported text. Never raises for what it contains.

    Args:
        data: the text's bytes.
        name: what the file is called: WhatsApp puts the chat's name there, or into that of the ZIP.
        members: the files that came with it, to find attachments among.
        called: what the ZIP or folder is called that holds it.
    """
    text, problems = decode(data)
    lines = lines_of(text)
    order = order_of([one.stamp for one in messages(lines) if isinstance(one, Begun)])
    found = list(messages(lines, order.order))
    begun = [one for one in found if isinstance(one, Begun)]
    pasted = sum(line.begins is not None for line in lines) - len(begun)
    unplaced = [one for one in found if isinstance(one, Problem)]
    iphone = bool(begun) and begun[0].iphone
    marks_edits = any(phrases.edited_mark(one.body.rstrip(INVISIBLE + " ")) for one in begun)
    dialect = _Dialect(order, iphone, iphone and "\u200e" in text, marks_edits)
    files = Files(members)
    conversation = Conversation(
        platform="whatsapp",
        where=name,
        title=_title(name) or _title(called),
        messages=tuple(_message(one, dialect, files) for one in begun),
        date_order=order.order,
        date_reason=order.reason,
        zone=NO_ZONE,
        notes=tuple(_notes(begun, dialect, pasted)),
    )
    if not begun:
        unplaced.append(Problem(what="no message begins in it as WhatsApp writes them", where="line 1"))
    return ChatExport(
        form=ExportForm.WHATSAPP_TEXT,
        reader=READER,
        conversations=(conversation,) if begun else (),
        problems=(*problems, *unplaced),
    )


def _notes(begun: Sequence[Begun], dialect: _Dialect, pasted: int) -> Iterable[str]:
    if not dialect.marked:
        yield TYPED_OR_WRITTEN
    if pasted:
        yield (
            f"{pasted} lines look like the beginning of a message and are read as text of the one before: "
            "their form, or a date that does not exist, is not this export's."
        )
    previous = None
    for one in begun:
        time = local_time(one.stamp, dialect.order.order)
        if time is not None and previous is not None and time < previous:
            yield (
                f"Line {one.line} states an earlier time than the message before it: it came late, "
                "or it is pasted text that looks like a message."
            )
            return
        previous = time or previous


def _message(one: Begun, dialect: _Dialect, files: Files) -> Message:
    where = f"line {one.line}"
    author, said = _split(one.body)
    body = _notice(said) if author is None else _body(said, where, dialect, files)
    return Message(
        id=str(one.line),
        where=where,
        kind=body.kind,
        author=None if author is None else Account(name=author),
        text=body.text,
        stated_time=one.stated_time,
        readings=readings(one.stamp, dialect.order.order),
        edited=_edited(body, dialect),
        removed=body.removed,
        attachments=body.attachments,
        options=_options(body.text) if body.kind is MessageKind.POLL else (),
        action=body.action,
        marks=body.marks,
        details=dict(body.details),
    )


def _edited(body: _Body, dialect: _Dialect) -> bool | None:
    """None where the file marks no edit at all: the version that wrote it may not have known of edits."""
    if body.edited:
        return True
    can_be = dialect.marks_edits and body.kind is not MessageKind.NOTICE and body.removed is None
    return False if can_be else None


def _split(body: str) -> tuple[str | None, str]:
    """Sender and text. What has no sender is a notice; a colon in quotation marks belongs to a group's name."""
    found = _SENDER.fullmatch(body)
    if found is None or found[1].count('"') % 2:
        return None, body
    return _plain(found[1]).strip(), found[2]


def _notice(said: str) -> _Body:
    text = _plain(said).strip()
    known = phrases.whole(text)
    return _Body(text, MessageKind.NOTICE, action=known.phrase.action or None if known else None)


def _body(said: str, where: str, dialect: _Dialect, files: Files) -> _Body:
    mark = phrases.edited_mark(said.rstrip(INVISIBLE + " "))
    if mark is None or (dialect.marked and f"\u200e{mark.phrase.words}" not in said):
        return _unmarked(said, where, dialect, files)
    rest = _unmarked(said[: said.rindex(mark.phrase.words)].rstrip(INVISIBLE + " "), where, dialect, files)
    signal = Signal(name="edited-mark", seen=mark.phrase.words, where=where)
    return rest._replace(edited=True, marks=(signal, *rest.marks))


def _unmarked(said: str, where: str, dialect: _Dialect, files: Files) -> _Body:
    """A message without its mark of an edit."""
    if dialect.marked and "\u200e" not in said:
        return _Body(said, phrases.kind_by_form(said))
    return _own_words(said, where, dialect) or _with_files(said, dialect, files)


def _own_words(said: str, where: str, dialect: _Dialect) -> _Body | None:
    """A message that is nothing but WhatsApp's words: a removal, a notice, a call, what cannot be exported."""
    text = _plain(said).strip()
    if dialect.marked and not said.startswith("\u200e"):
        return None
    if (kind := phrases.kind_of(text)) is not MessageKind.MESSAGE:
        return _Body(text, kind)
    if text == phrases.VIEW_ONCE and not dialect.iphone:
        return _Body(text, details=(("not-exported", phrases.VIEW_ONCE),))
    whole = phrases.whole(text)
    if whole is not None and whole.phrase.meaning in _REMOVALS:
        signal = Signal(name=whole.phrase.meaning.value, seen=whole.words, where=where)
        return _Body("", removed=_REMOVALS[whole.phrase.meaning], marks=(signal,))
    if whole is not None and (dialect.marked or (dialect.iphone and whole.phrase.action == "encryption")):
        return _Body(text, MessageKind.NOTICE, action=whole.phrase.action)
    return None


def _with_files(said: str, dialect: _Dialect, files: Files) -> _Body:
    """A message with a file in it: on iOS at its end, on Android on its first line; or with neither."""
    if found := _ON_IOS.search(said):
        name = _plain(found[1]).strip()
        file = attachment(files.called(name), name, kind_by_name(name), said=_plain(found[0]).strip())
        return _Body(_plain(said[: found.start()]).strip(), attachments=(file,))
    first, _, rest = said.partition("\n")
    line = _plain(first).strip()
    if not dialect.marked and (found := _ON_ANDROID.fullmatch(line)):
        name = found[1].strip()
        file = attachment(files.called(name), name, kind_by_name(name), said=line)
        return _Body(rest, attachments=(file,))
    for words, kind in phrases.LEFT_OUT.items():
        if words.startswith("<") == dialect.iphone:
            continue
        document = dialect.marked and line.endswith(f" {words}")
        if line == words or document:
            called = line.removesuffix(words).strip() or None
            left = Attachment(kind=kind, state=AttachmentState.LEFT_OUT, name=called, said=words)
            return _Body(rest, attachments=(left,))
    return _Body(said, phrases.kind_by_form(said))


def _options(text: str) -> tuple[PollOption, ...]:
    found = (_OPTION.fullmatch(line.strip()) for line in text.split("\n"))
    return tuple(PollOption(text=one[1], votes=int(one[2]) if one[2] else None) for one in found if one)


def _title(name: str) -> str | None:
    found = _TITLE.fullmatch(posixpath.basename(name))
    return found[1] if found else None


def _plain(text: str) -> str:
    return text.translate(_NOTHING)


_NOTHING = dict.fromkeys(map(ord, INVISIBLE))
