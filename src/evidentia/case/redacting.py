"""Redacted copies: regions of a picture painted over, words of a text replaced, and a note that says so.

The original stays sealed and untouched. The copy is linked to it through the digest of the original's record. That
record has a salt; the bare digest of the original would let anybody try out what stood under a mark.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from evidentia.custody.intake import Intake
from evidentia.custody.ledger import file_sha256
from evidentia.record.custody import Alteration
from evidentia.record.errors import CustodyError, UsageError
from evidentia.record.item import Item, Role, StoredFile, Times
from evidentia.record.redaction import Redaction, Region

from .coded_blocks import grown
from .gathering import Describe, describe_item

MARK = "█████"
"""Stands for every redacted place, long or short: its length tells nothing."""

LARGEST_TEXT = 4 << 20
"""Bytes of a text that are redacted: prose of this size was measured to take 1.7 seconds and 0.3 GB."""

NOTE_FILE = "redaction.json"
_PICTURE_ROLES = (Role.ORIGINAL, Role.FULL_PAGE, Role.ELEMENT)
_TEXT_ROLES = (Role.ORIGINAL, Role.TEXT)
_UNSEEN = frozenset({"Mn", "Me", "Cf"})  # marks over letters, zero-width and direction characters


def chosen_file(item: Item, file: str, *, picture: bool) -> StoredFile:
    """The file of an item that is to be redacted: the one that is named, else the most original one.

    Raises:
        UsageError: the item has no such file.
    """
    roles = _PICTURE_ROLES if picture else _TEXT_ROLES
    of_role = sorted((f for f in item.files if f.role in roles), key=lambda f: roles.index(f.role))
    found = [f for f in item.files if f.name == file] if file else of_role
    if not found:
        raise UsageError(
            f"Item {item.item} has no {'file ' + file if file else 'file that can be redacted so'}.",
            next_step="Name one of: " + ", ".join(f.name for f in item.files) + ".",
        )
    return found[0]


def redact_picture(
    picture: Path, stored: StoredFile, regions: Sequence[Region]
) -> tuple[bytes, tuple[Region, ...]]:
    """A new PNG of the picture with the regions painted black; it holds pixels and no metadata.

    The picture is decoded in the limited process for hostile pictures, upright, its first frame, without alpha. In
    a JPEG the regions are grown to the blocks that are coded as one.

    Returns:
        The PNG, and the regions as they were painted.

    Raises:
        UsageError: it is no picture that can be decoded, or a region reaches outside of it.
        CustodyError: the file is not the one that was sealed.
    """
    from PIL import Image, ImageDraw

    from evidentia.fingerprint import Decoder, DecodingFailed

    try:
        with Decoder() as decoder:
            pixels = decoder.pixels(picture)
    except DecodingFailed as error:
        raise UsageError(f"{stored.name} cannot be redacted as a picture: {error}.") from error
    _require_sealed(stored, pixels.sha256)
    sheet = Image.frombytes("RGB", (pixels.width, pixels.height), pixels.data)
    for r in regions:
        if not _inside(r, *sheet.size):
            raise UsageError(
                f"The region {r.x},{r.y},{r.width},{r.height} is not within the picture.",
                next_step=f"The picture is {sheet.width} x {sheet.height} pixels; give x,y,width,height.",
            )
    painted = tuple(grown(r, sheet.size, pixels.block, pixels.orientation) for r in regions)
    pen = ImageDraw.Draw(sheet)
    for r in painted:
        pen.rectangle((r.x, r.y, r.x + r.width - 1, r.y + r.height - 1), fill="black")
    made = io.BytesIO()
    sheet.save(made, "PNG")
    return made.getvalue(), painted


def redact_words(text: str, words: Sequence[str]) -> tuple[str, tuple[int, ...]]:
    """The text with every occurrence of the words replaced by ``MARK``, and where the marks stand. Pure.

    Words are found in any case, with or without accents and invisible characters, in compatibility forms (NFKC),
    across line breaks, and inside longer words. Letters that only look alike in other scripts are not found.

    Raises:
        UsageError: a word is nowhere in the text: perhaps it was mistyped, and stands there in clear.
    """
    seen, places = _skeleton(text)
    spans: list[tuple[int, int]] = []
    for word in words:
        wanted = _skeleton(word)[0].strip()
        found = _occurrences(seen, wanted) if wanted else []
        if not found:
            raise UsageError(
                f"{word!r} is not in the text.", next_step="Write it as it stands there, or name other words."
            )
        spans += [(places[at], _end(text, places[at + len(wanted) - 1] + 1)) for at in found]
    parts: list[str] = []
    marks: list[int] = []
    length = done = 0
    for start, end in _merged(spans):
        parts += [text[done:start], MARK]
        marks.append(length + start - done)
        length, done = marks[-1] + len(MARK), end
    return "".join([*parts, text[done:]]), tuple(marks)


def read_text(path: Path, stored: StoredFile) -> str:
    """The text of a sealed file.

    Raises:
        UsageError: it is too large, or not UTF-8.
        CustodyError: the file is not the one that was sealed.
    """
    if stored.size > LARGEST_TEXT:
        raise UsageError(f"{stored.name} has {stored.size} bytes; the limit for texts is {LARGEST_TEXT}.")
    _require_sealed(stored, file_sha256(path))
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{stored.name} is not a text in UTF-8.", next_step="Redact regions of a picture of it instead."
        ) from error


def gather_redaction(intake: Intake, copy: bytes, name: str, note: Redaction) -> Describe:
    """Lay a redacted copy down, with the note of what was done."""
    files = (intake.lay(name, Role.REDACTED, copy), intake.write(NOTE_FILE, Role.REDACTION, note))

    def describe(number: int) -> Item:
        return describe_item(
            intake.intent,
            number,
            files=files,
            times=Times(captured_at=intake.intent.started_at),
            about=(note.original.item,),
        )

    return describe


def alteration(note: Redaction) -> Alteration:
    """What was altered on the copy, for the chain of custody; it tells nothing of what was hidden."""
    count = len(note.regions) or len(note.marks)
    kind = "region painted over" if note.regions else "place in the text replaced by a mark"
    what = f"{count} x {kind}, on a copy of item {note.original.item}"
    return Alteration(what=what, why=note.reason)


def _require_sealed(stored: StoredFile, found: str) -> None:
    if found != stored.sha256:
        raise CustodyError(
            f"{stored.name} is not the file that was sealed.",
            next_step="Run `evidentia verify` on the folder: it lists everything that is wrong.",
        )


def _inside(region: Region, width: int, height: int) -> bool:
    across = 0 <= region.x < region.x + region.width <= width
    return across and 0 <= region.y < region.y + region.height <= height


def _skeleton(text: str) -> tuple[str, list[int]]:
    """The letters that make a text out, and for each the character that it comes from."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for letter in unicodedata.normalize("NFKD", character).casefold():
            shown = " " if letter.isspace() else letter
            again = shown == " " and letters[-1:] == [" "]
            if not again and unicodedata.category(shown) not in _UNSEEN:
                letters.append(shown)
                places.append(place)
    return "".join(letters), places


def _occurrences(text: str, wanted: str) -> list[int]:
    found = []
    at = text.find(wanted)
    while at >= 0:
        found.append(at)
        at = text.find(wanted, at + 1)
    return found


def _end(text: str, end: int) -> int:
    """Whatever stands over the last letter, or unseen behind it, goes with it."""
    while end < len(text) and unicodedata.category(text[end]) in _UNSEEN:
        end += 1
    return end


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
