"""Comparing a redacted copy with its sealed original: is the rest as it was, and is what was hidden hidden?"""

from __future__ import annotations

from pathlib import Path

import msgspec

from evidentia.record.custody import EventType
from evidentia.record.errors import UsageError
from evidentia.record.item import Item, Role
from evidentia.record.redaction import Redaction, Region

from .contents import Contents
from .redacting import MARK, read_text

_NO_SUCH_ORIGINAL = "its note names another original than its event, or a record that was never sealed"


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a copy shows its original outside of what it says is hidden, and nothing within; and why not.

    ``agrees`` is None where it cannot be told: the original is not in this folder.
    """

    item: int
    original: int
    agrees: bool | None
    reason: str


def compare_copy(contents: Contents, number: int) -> Compared:
    """Compare a redacted copy with its original, pixel by pixel or word by word.

    Raises:
        UsageError: the item is no redacted copy.
        CustodyError: a file of either is missing or was changed.
    """
    found = next(((item, note) for item, note in contents.redactions() if item.item == number), None)
    if found is None:
        raise UsageError(
            f"Item {number} is no redacted copy.", next_step="List the items with `evidentia show`."
        )
    copy, note = found
    agrees, reason = _compared(contents, copy, note)
    return Compared(item=number, original=note.original.item, agrees=agrees, reason=reason)


def _compared(contents: Contents, copy: Item, note: Redaction) -> tuple[bool | None, str]:
    if not _is_bound(contents, copy, note):
        return False, _NO_SUCH_ORIGINAL
    original = next((item for item in contents.items() if item.item == note.original.item), None)
    if original is None:
        return None, "the original is withheld: it is not in this folder"
    wanted = note.original.path.rpartition("/")[2]
    stored = next((file for file in original.files if file.name == wanted), None)
    shown = next((file for file in copy.files if file.role is Role.REDACTED), None)
    if stored is None or shown is None:
        return False, f"the original has no file {wanted}" if stored is None else "the copy has no file"
    source, redacted = contents.intact(original, stored), contents.intact(copy, shown)
    if note.regions:
        return _pictures(source, redacted, note.regions)
    return _texts(read_text(source, stored), read_text(redacted, shown), note.marks)


def _is_bound(contents: Contents, copy: Item, note: Redaction) -> bool:
    """Whether the note and the event that brought the copy in name one original, by the record that was sealed."""
    records = {ref.item: ref.record for event in contents.events for ref in event.items}
    named = {
        ref.item: event.details["original"]
        for event in contents.events
        if event.type is EventType.DERIVE
        for ref in event.items
    }
    original = note.original
    return named.get(copy.item) == original.item and records.get(original.item) == original.record


def _pictures(source: Path, redacted: Path, regions: tuple[Region, ...]) -> tuple[bool | None, str]:
    from PIL import Image, ImageChops

    from evidentia.fingerprint import Decoder, DecodingFailed

    try:
        with Decoder() as decoder:
            before, after = (decoder.pixels(path) for path in (source, redacted))
    except DecodingFailed as error:
        return None, f"a picture cannot be decoded: {error}"
    if (before.width, before.height) != (after.width, after.height):
        return False, "the pictures are not of one size"
    whole, shown = (Image.frombytes("RGB", (p.width, p.height), p.data) for p in (before, after))
    for r in regions:
        whole.paste("black", (r.x, r.y, r.x + r.width, r.y + r.height))
    differs = ImageChops.difference(whole, shown).getbbox()
    if differs is None:
        return True, "every pixel outside of the regions is as in the original, and every one within is black"
    return False, f"they differ within {differs[0]},{differs[1]} to {differs[2]},{differs[3]}"


def _texts(before: str, after: str, marks: tuple[int, ...]) -> tuple[bool, str]:
    """What stands between the marks must stand in the original, in this order, with something hidden in between."""
    if any(after[at : at + len(MARK)] != MARK for at in marks):
        return False, "a mark is not where the note says"
    starts = [0, *(at + len(MARK) for at in marks)]
    parts = [after[start:end] for start, end in zip(starts, [*marks, len(after)], strict=True)]
    if not before.startswith(parts[0]):
        return False, "the text before the first mark is not the original's"
    at = len(parts[0])
    for part in parts[1:-1]:
        place = before.find(part, at + 1)
        if place < 0:
            return False, "a text between two marks is not in the original"
        at = place + len(part)
    if not (before.endswith(parts[-1]) and len(before) - len(parts[-1]) > at):
        return False, "the text behind the last mark is not the original's"
    return True, "every word outside of the marks is as in the original, in its order"
