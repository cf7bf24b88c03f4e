"""What an item holds that can be laid beside another: looks, texts with their places, files with their hashes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from evidentia.detect.beside import PictureFile, Wording
from evidentia.fingerprint.types import Perceptual
from evidentia.formats import names
from evidentia.record.chat import ChatExport
from evidentia.record.errors import MissingPart, UsageError
from evidentia.record.item import Item, Role, StoredFile
from evidentia.record.mail import Mail
from evidentia.record.post import Observation
from evidentia.record.said import Said
from evidentia.record.sentences import said

from .contents import Contents
from .redacting import read_text


@dataclass
class Held:
    """One item's side. ``unread`` says what could not be read, and why."""

    item: Item
    looks: tuple[Observation, ...]
    texts: list[Wording] = field(default_factory=list)
    originals: list[PictureFile] = field(default_factory=list)
    pictures: list[StoredFile] = field(default_factory=list)
    unread: list[Said] = field(default_factory=list)

    @property
    def look(self) -> Observation | None:
        """The one look that the item amounts to; None where it holds none, or several."""
        return self.looks[0] if len(self.looks) == 1 else None


class _Row(msgspec.Struct):
    """A row of ``fingerprints.json``, as far as pictures are compared by it."""

    sha256: str
    pdq: str | None = None
    pdq_quality: int | None = None


def held_by(case: Contents, number: int, looks: Sequence[Observation]) -> Held:
    """What an item holds; ``looks`` are all of the case's.

    Raises:
        UsageError: there is no such item.
        CustodyError: a file is missing, or was changed since it was sealed.
    """
    item = case.item(number)
    held = Held(item, tuple(look for look in looks if number in {one.item for one in look.evidence}))
    held.texts += [
        Wording(look.evidence[0].path, look.post.text) for look in held.looks if look.post is not None
    ]
    held.texts += _handed_over(case, item)
    hashes = _hashes(case, item)
    for file in item.files:
        if file.role not in (Role.ORIGINAL, Role.REDACTED):
            continue
        held.originals.append(PictureFile(_path(item, file), file.sha256, hashes.get(file.sha256)))
        if file.media_type.startswith("image/"):
            held.pictures.append(file)
        elif not held.texts:
            _read_plain(case, held, file)
    return held


def read_pictures(case: Contents, one: Held, other: Held) -> None:
    """Read the text of pictures, where the other side has something that it can be laid beside.

    The bytes are compared with their sealed digest first, and decoded in a limited process. Where the extra
    ``[ocr]`` is not installed, that is said of the item.
    """
    unread = [held for held in (one, other) if held.pictures and not held.texts]
    if not unread or not all(held.texts or held.pictures for held in (one, other)):
        return
    from evidentia.detect.reading.ocr import Reader
    from evidentia.detect.screenshot import load
    from evidentia.fingerprint import Decoder, DecodingFailed

    try:
        reader = Reader()
    except MissingPart as error:
        for held in unread:
            why = said("looks.beside.no_reader", item=held.item.item, problem=error.happened)
            held.unread.append(why)
        return
    with Decoder() as decoder:
        for held in unread:
            for file in held.pictures:
                path = _path(held.item, file)
                try:
                    lines = reader.read(load(case.intact(held.item, file), decoder))
                except DecodingFailed as error:
                    held.unread.append(said("looks.beside.undecoded", path=path, problem=str(error)))
                    continue
                text = "\n".join(line.text for line in lines)
                if text.strip():
                    held.texts.append(Wording(path, text, was_read=True))
                else:
                    held.unread.append(said("looks.beside.nothing_read", path=path))


def _handed_over(case: Contents, item: Item) -> Iterator[Wording]:
    """The texts of a chat or of a mail, as their readers laid them down beside the original."""
    for file in item.files:
        if file.role is Role.CHAT:
            export = msgspec.json.decode(case.intact(item, file).read_bytes(), type=ChatExport)
            for conversation in export.conversations:
                for message in conversation.messages:
                    if message.text.strip():
                        yield Wording(f"{_path(item, file)} {message.where}", message.text)
        elif file.role is Role.MAIL:
            mail = msgspec.json.decode(case.intact(item, file).read_bytes(), type=Mail)
            for part in mail.parts:
                if part.text is not None and part.text.strip():
                    yield Wording(f"{_path(item, file)} part {part.where}", part.text)


def _hashes(case: Contents, item: Item) -> dict[str, Perceptual]:
    """The perceptual hashes of an item's pictures, by the SHA-256 of the file."""
    found = next((file for file in item.files if file.role is Role.FINGERPRINTS), None)
    if found is None:
        return {}
    rows = msgspec.json.decode(case.intact(item, found).read_bytes(), type=list[_Row])
    return {row.sha256: Perceptual(pdq=row.pdq, pdq_quality=row.pdq_quality) for row in rows if row.pdq}


def _read_plain(case: Contents, held: Held, file: StoredFile) -> None:
    path = case.intact(held.item, file)
    try:
        text = read_text(path, file)
    except UsageError as error:
        held.unread.append(said("looks.beside.unread", path=_path(held.item, file), problem=error.happened))
        return
    if "\0" in text:  # UTF-8 by chance, and no text
        held.unread.append(said("looks.beside.holds_nul", path=_path(held.item, file)))
    else:
        held.texts.append(Wording(_path(held.item, file), text))


def _path(item: Item, file: StoredFile) -> str:
    return f"{names.item_folder(item.item)}/{file.name}"
