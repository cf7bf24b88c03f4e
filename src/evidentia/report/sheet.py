"""A sheet to be handed over and signed: blocks of facts with room for what is filled in by hand, as PDF/A, tagged.

Of the same data it is the same bytes. A form for signatures is in it before anybody signs (``pdf_form``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from .document import Cell, Commands, Graded, HeadMark, Paragraph, Points, Table
from .material import Language
from .pdf_form import with_form
from .texts import joined, say
from .typesetting import inert_data, lines_of, typeset


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A name and what is stated under it. Where nothing is, ``blank`` lines are left to write on.

    ``origin``: where it was taken from, in words.
    """

    name: str
    value: Cell = Cell(text="")
    origin: str = ""
    blank: int = 1


class Rows(msgspec.Struct, frozen=True, kw_only=True, tag="rows", tag_field="block"):
    """Names and what is stated under each."""

    rows: tuple[Row, ...]


class Card(msgspec.Struct, frozen=True, kw_only=True, tag="card", tag_field="block"):
    """One thing of a list: its mark, what it is, and what is stated of it."""

    mark: str
    title: str
    rows: tuple[Row, ...]


class Signing(msgspec.Struct, frozen=True, kw_only=True):
    """A place for a signature: as what somebody signs, and who, where that is known."""

    heading: str
    place: str
    name: str = ""
    office: str = ""


class Signings(msgspec.Struct, frozen=True, kw_only=True, tag="signings", tag_field="block"):
    """Places for the signatures of several sides, a column for each."""

    sides: tuple[tuple[Signing, ...], ...]


SheetBlock = Paragraph | Points | Table | Graded | HeadMark | Commands | Rows | Card | Signings


class SheetSection(msgspec.Struct, frozen=True, kw_only=True):
    """A heading and what stands under it."""

    heading: str
    blocks: tuple[SheetBlock, ...]


class SheetPart(msgspec.Struct, frozen=True, kw_only=True):
    """A whole sheet in one language."""

    language: Language
    title: str
    sections: tuple[SheetSection, ...]


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet in its languages. ``attached`` goes with it as JSON under the name ``attachment``."""

    parts: tuple[SheetPart, ...]
    footer: str
    attachment: str
    attached: Any
    at: datetime


def sheet_pdf(sheet: Sheet, what: str) -> bytes:
    """Lay a sheet out.

    Args:
        what: what it is, for the words of an error.

    Raises:
        MissingPart: the packages of the extra ``[report]`` are not installed.
        EvidentiaError: the layout failed.
    """
    with TemporaryDirectory(prefix="evidentia-sheet-") as name:
        room = Path(name)
        (room / sheet.attachment).write_bytes(attached_json(sheet))
        data = layout(sheet, room)
        next_step = "Report this with the message; --json gives the same without the PDF."
        return with_form(typeset("sheet.typ", room, data, sheet.at, what=what, next_step=next_step))


def attached_json(sheet: Sheet) -> bytes:
    """What is attached, laid out so that people can read it too."""
    return msgspec.json.format(msgspec.json.encode(sheet.attached), indent=1)


def layout(sheet: Sheet, room: Path) -> dict[str, Any]:
    """What ``sheet.typ`` prints, as data. The QR code is written into ``room``."""
    titles = joined(part.title for part in sheet.parts)
    return {
        "title": titles,
        "author": "evidentia",
        "footer": lines_of(sheet.footer),
        "attachment": sheet.attachment,
        "about": joined(say(part.language, "sheet.attachment") for part in sheet.parts),
        "parts": [
            {
                "language": part.language.value,
                "title": lines_of(part.title),
                "sections": [_section(one, room) for one in part.sections],
            }
            for part in sheet.parts
        ],
    }


def _section(section: SheetSection, room: Path) -> dict[str, Any]:
    return {
        "heading": lines_of(section.heading),
        "blocks": [_block(block, room) for block in section.blocks],
    }


def _block(block: SheetBlock, room: Path) -> dict[str, Any]:
    laid: dict[str, Any] = inert_data(msgspec.to_builtins(block))
    if "svg" in laid:
        (room / "head.svg").write_text(laid.pop("svg"), encoding="utf-8")
    return laid


def in_words(texts: dict[str, str], language: Language) -> str:
    """A text in a language; where it was not given in that one, as it was given."""
    if not texts:
        return ""
    return texts.get(language.value) or texts.get("und") or next(iter(texts.values()))


def some_of(lines: Sequence[str], most: int, language: Language) -> str:
    """The first of many lines, and how many more there are in the attached data."""
    more = len(lines) - most
    shown = "\n".join(lines[:most])
    return shown if more <= 0 else f"{shown}\n{say(language, 'sheet.more', n=more)}"
