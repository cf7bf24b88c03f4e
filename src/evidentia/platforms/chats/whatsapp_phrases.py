"""The words that WhatsApp itself writes into an export, in Indonesian, English and Malay, with who knows them.

No export was at hand that WhatsApp had made in each of these languages and years: the table is what parsers of
exports know, and each row says from where. A phrase that is missing here stays what it looks like: a message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from evidentia.record.chat import AttachmentKind, MessageKind

_STRINGS = (
    "whats_json 1.0.4, from WhatsApp's Localizable.strings (iOS 22.24.81) and strings.xml (Android 2.8)"
)
_PARSERS = "independent parsers of Indonesian exports; no list of WhatsApp's own strings seen"
_ALONE = "one program that imitates WhatsApp; unconfirmed"
_RECALLED = "recalled from English exports; unconfirmed"


class Meaning(StrEnum):
    """What a phrase says."""

    DELETED = "deleted"
    DELETED_BY_YOU = "deleted-by-you"
    DELETED_BY_ADMIN = "deleted-by-admin"
    EDITED = "edited"
    NOTICE = "notice"


class Phrase(NamedTuple):
    """Words of WhatsApp. ``{}`` stands for a name; ``action`` names what a notice tells."""

    meaning: Meaning
    language: str
    words: str
    source: str
    action: str = ""


PHRASES = (
    Phrase(Meaning.DELETED, "en", "This message was deleted", _STRINGS),
    Phrase(Meaning.DELETED, "id", "Pesan ini telah dihapus", _STRINGS),
    Phrase(Meaning.DELETED, "id", "Pesan ini dihapus", _STRINGS),
    Phrase(Meaning.DELETED, "ms", "Mesej ini telah dipadam", _STRINGS),
    Phrase(Meaning.DELETED_BY_YOU, "en", "You deleted this message", _STRINGS),
    Phrase(Meaning.DELETED_BY_YOU, "id", "Anda telah menghapus pesan ini", _STRINGS),
    Phrase(Meaning.DELETED_BY_YOU, "id", "Anda menghapus pesan ini", _STRINGS),
    Phrase(Meaning.DELETED_BY_YOU, "ms", "Anda telah memadamkan mesej ini", _STRINGS),
    Phrase(Meaning.DELETED_BY_ADMIN, "en", "This message was deleted by admin {}", _RECALLED),
    Phrase(Meaning.DELETED_BY_ADMIN, "id", "Pesan ini dihapus oleh admin {}", _ALONE),
    Phrase(Meaning.DELETED_BY_ADMIN, "id", "Pesan ini dihapus oleh admin", _ALONE),
    Phrase(Meaning.DELETED_BY_ADMIN, "id", "Pesan ini telah dihapus oleh admin {}", _ALONE),
    Phrase(Meaning.EDITED, "en", "<This message was edited>", _PARSERS),
    Phrase(Meaning.EDITED, "id", "<Pesan ini diedit>", _PARSERS),
    Phrase(Meaning.EDITED, "id", "<Pesan ini telah diedit>", _ALONE),
    Phrase(
        Meaning.NOTICE,
        "en",
        "Messages and calls are end-to-end encrypted. {}",
        _STRINGS,
        "encryption",
    ),
    Phrase(
        Meaning.NOTICE,
        "id",
        "Pesan dan panggilan terenkripsi secara end-to-end. {}",
        _STRINGS,
        "encryption",
    ),
    Phrase(
        Meaning.NOTICE,
        "id",
        "Pesan-pesan dan panggilan Anda diamankan dengan enkripsi end-to-end, {}",
        _STRINGS,
        "encryption",
    ),
    Phrase(
        Meaning.NOTICE, "ms", "Mesej dan panggilan disulitkan hujung ke hujung. {}", _STRINGS, "encryption"
    ),
    Phrase(Meaning.NOTICE, "en", "Your security code with {} changed. {}", _STRINGS, "security-code"),
    Phrase(Meaning.NOTICE, "id", "Kode keamanan Anda dengan {} telah berubah. {}", _STRINGS, "security-code"),
    Phrase(
        Meaning.NOTICE, "ms", "Kod keselamatan anda dengan {} telah berubah. {}", _STRINGS, "security-code"
    ),
    Phrase(Meaning.NOTICE, "en", '{} created group "{}"', _RECALLED, "group-created"),
    Phrase(Meaning.NOTICE, "id", '{} membuat grup "{}"', _PARSERS, "group-created"),
    Phrase(Meaning.NOTICE, "en", '{} changed the group name from "{}" to "{}"', _RECALLED, "group-renamed"),
    Phrase(Meaning.NOTICE, "en", '{} changed the subject from "{}" to "{}"', _RECALLED, "group-renamed"),
    Phrase(Meaning.NOTICE, "id", '{} mengubah nama grup dari "{}" menjadi "{}"', _PARSERS, "group-renamed"),
    Phrase(Meaning.NOTICE, "id", '{} mengubah subjek dari "{}" menjadi "{}"', _PARSERS, "group-renamed"),
    Phrase(Meaning.NOTICE, "en", "{} changed this group's icon", _RECALLED, "group-icon"),
    Phrase(Meaning.NOTICE, "id", "{} mengubah ikon grup ini", _PARSERS, "group-icon"),
    Phrase(Meaning.NOTICE, "en", "{} added {}", _RECALLED, "added"),
    Phrase(Meaning.NOTICE, "id", "{} menambahkan {}", _PARSERS, "added"),
    Phrase(Meaning.NOTICE, "en", "{} removed {}", _RECALLED, "taken-out"),
    Phrase(Meaning.NOTICE, "id", "{} mengeluarkan {}", _PARSERS, "taken-out"),
    Phrase(Meaning.NOTICE, "en", "{} left", _RECALLED, "left"),
    Phrase(Meaning.NOTICE, "id", "{} keluar", _PARSERS, "left"),
    Phrase(Meaning.NOTICE, "en", "{} joined using this group's invite link", _RECALLED, "joined"),
    Phrase(Meaning.NOTICE, "id", "{} bergabung menggunakan tautan undangan grup ini", _PARSERS, "joined"),
    Phrase(
        Meaning.NOTICE, "en", "{} changed their phone number to a new number. {}", _RECALLED, "number-changed"
    ),
    Phrase(Meaning.NOTICE, "en", "{} changed to {}", _RECALLED, "number-changed"),
    Phrase(Meaning.NOTICE, "id", "{} mengubah nomor telepon ke nomor baru. {}", _PARSERS, "number-changed"),
    Phrase(Meaning.NOTICE, "id", "{} menyematkan pesan", _PARSERS, "pinned"),
)
"""Texts that are WhatsApp's, whole; but for EDITED, which ends a message."""

LEFT_OUT = {
    "<Media omitted>": AttachmentKind.UNKNOWN,
    "<Media tidak disertakan>": AttachmentKind.UNKNOWN,
    "image omitted": AttachmentKind.IMAGE,
    "gambar tidak disertakan": AttachmentKind.IMAGE,
    "imej tidak dimasukkan": AttachmentKind.IMAGE,
    "video omitted": AttachmentKind.VIDEO,
    "video tidak disertakan": AttachmentKind.VIDEO,
    "video tidak dimasukkan": AttachmentKind.VIDEO,
    "audio omitted": AttachmentKind.AUDIO,
    "audio tidak disertakan": AttachmentKind.AUDIO,
    "audio tidak dimasukkan": AttachmentKind.AUDIO,
    "sticker omitted": AttachmentKind.STICKER,
    "stiker tidak disertakan": AttachmentKind.STICKER,
    "pelekat tidak disertakan": AttachmentKind.STICKER,
    "GIF omitted": AttachmentKind.ANIMATION,
    "GIF tidak disertakan": AttachmentKind.ANIMATION,
    "GIF tidak dimasukkan": AttachmentKind.ANIMATION,
    "document omitted": AttachmentKind.DOCUMENT,
    "dokumen tidak disertakan": AttachmentKind.DOCUMENT,
    "dokumen tidak dimasukkan": AttachmentKind.DOCUMENT,
    "Contact card omitted": AttachmentKind.CONTACT,
    "Kartu kontak tidak disertakan": AttachmentKind.CONTACT,
    "Kad kenalan tidak dimasukkan": AttachmentKind.CONTACT,
}
"""What stands in place of a file that the export left out (whats_json's list). Android has the first two alone."""

ATTACHED_ANDROID = ("file attached", "file terlampir", "fail dilampirkan")
"""``NAME (file attached)`` (whats_json: strings.xml, ``email_file_attached``)."""

ATTACHED_IOS = ("attached", "terlampir", "dilampir")
"""``<attached: NAME>`` (whats_json: Localizable.strings, ``zQ+5d``)."""

VIEW_ONCE = "null"
"""What Android exports are seen to write where a message cannot be exported, as those that are viewed once."""

KINDS = (
    (
        MessageKind.CALL,
        ("Missed voice call", "Missed video call", "Missed group voice call", "Missed group video call"),
    ),
    (MessageKind.CALL, ("Panggilan suara tak terjawab", "Panggilan video tak terjawab", "Tak Terjawab")),
    (MessageKind.CALL, ("Panggilan suara terlepas", "Panggilan video terlepas")),
    (MessageKind.LOCATION, ("live location shared", "Lokasi terkini dibagikan", "lokasi terkini dikongsi")),
)
"""Texts that are no typed messages, by what they are (whats_json's list); they may end in a full stop."""

_LOCATION = re.compile(
    r"(?:location|lokasi):?\s+https://(?:maps\.google\.com|foursquare\.com)/\S*", re.IGNORECASE
)
_POLL = ("POLL:", "JAJAK PENDAPAT:")  # the second unconfirmed


class Found(NamedTuple):
    """A phrase that a text is."""

    phrase: Phrase
    words: str


def whole(text: str) -> Found | None:
    """The phrase that ``text`` is from beginning to end, with or without a full stop."""
    for phrase, pattern in _patterns():
        if phrase.meaning is not Meaning.EDITED and pattern.fullmatch(text):
            return Found(phrase, text)
    return None


def edited_mark(text: str) -> Found | None:
    """The mark of an edit that ``text`` ends with."""
    end = text.rstrip()
    for phrase in PHRASES:
        if phrase.meaning is Meaning.EDITED and end.endswith(phrase.words):
            return Found(phrase, text[text.rindex(phrase.words) :])
    return None


def kind_of(text: str) -> MessageKind:
    """What a message of this text is, where WhatsApp writes the whole of it."""
    plain = text.strip().removesuffix(".")
    for kind, words in KINDS:
        if plain in words or any(plain.startswith(f"{word},") for word in words):
            return kind
    return kind_by_form(text)


def kind_by_form(text: str) -> MessageKind:
    """What a message is that has typed words in WhatsApp's frame: a place, a poll."""
    if _LOCATION.fullmatch(text.strip()):
        return MessageKind.LOCATION
    return MessageKind.POLL if text.lstrip("\u200e").startswith(_POLL) else MessageKind.MESSAGE


@cache
def _patterns() -> tuple[tuple[Phrase, re.Pattern[str]], ...]:
    return tuple((phrase, re.compile(_pattern(phrase.words), re.DOTALL)) for phrase in PHRASES)


def _pattern(words: str) -> str:
    """A name has a line to itself; what ends a notice can be anything."""
    return "".join(_parts(words)) + r"\.?"


def _parts(words: str) -> Iterator[str]:
    pieces = words.split("{}")
    for n, piece in enumerate(pieces):
        yield re.escape(piece)
        if n < len(pieces) - 1:
            yield ".*" if n == len(pieces) - 2 and not pieces[-1] and len(piece) > 20 else r"[^\n]{1,200}?"
