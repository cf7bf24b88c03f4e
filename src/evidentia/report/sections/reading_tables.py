"""What a reading says, as tables: the differences, what stands around the post's text, the pictures within."""

from __future__ import annotations

from evidentia.detect.reading.beside_counts import MOST_BARE, UNLABELLED
from evidentia.detect.reading.counts import COUNTERS
from evidentia.record.finding import Beside, Difference, Outcome, Part, PictureShown, Reading
from evidentia.record.sentences import stated
from evidentia.report.document import Block, Cell, Table
from evidentia.report.material import Language
from evidentia.report.texts import say, word

_MOST_RECORDED = 6
"""Recorded forms that a cell lists: a time has one for each zone."""


def reading_tables(reading: Reading, language: Language) -> list[Block]:
    """A table of the differences, one of the fields and one of the pictures, where there are any."""
    tables: list[Block] = []
    if reading.differences:
        tables.append(_differences(reading.differences, language))
    if reading.beside:
        tables.append(_fields(reading.beside, language))
    if reading.pictures:
        tables.append(_pictures(reading.pictures, language))
    return tables


def _differences(differences: tuple[Difference, ...], language: Language) -> Table:
    def t(key: str) -> str:
        return say(language, f"reading.{key}")

    return Table(
        header=(t("shown"), t("recorded"), t("box")),
        widths=(6, 6, 4),
        rows=tuple(
            (
                Cell(text=_shown(d, language)),
                Cell(text=d.recorded or "–"),
                Cell(text="–" if d.box is None else ", ".join(map(str, d.box)), mono=True),
            )
            for d in differences
        ),
        caption=t("differences"),
    )


def _shown(difference: Difference, language: Language) -> str:
    if difference.part is Part.WORDS:
        return difference.shown or "–"
    return f"{say(language, f'reading.part.{difference.part.value}')}: {difference.shown}"


def _fields(fields: tuple[Beside, ...], language: Language) -> Table:
    def t(key: str) -> str:
        return say(language, f"reading.{key}")

    return Table(
        header=(t("field"), t("shown"), t("recorded"), t("outcome"), t("reason")),
        widths=(3, 4, 5, 3, 6),
        rows=tuple(
            (
                Cell(text=_named(field, language)),
                Cell(text=field.shown or "–"),
                Cell(text="; ".join(field.recorded[:_MOST_RECORDED]) or "–"),
                Cell(text=_outcome(field.outcome, language)),
                Cell(text=stated(field.says, field.reason, language)),
            )
            for field in fields
        ),
        caption=t("beside"),
    )


def _pictures(pictures: tuple[PictureShown, ...], language: Language) -> Table:
    def t(key: str) -> str:
        return say(language, f"reading.{key}")

    return Table(
        header=(t("box"), t("medium"), t("outcome"), t("reason")),
        widths=(4, 6, 3, 6),
        rows=tuple(
            (
                Cell(text=", ".join(map(str, picture.box)), mono=True),
                Cell(text=f"{picture.medium}\n{picture.sha256}".strip() or "–", mono=True),
                Cell(text=_outcome(picture.outcome, language)),
                Cell(text=stated(picture.says, picture.reason, language)),
            )
            for picture in pictures
        ),
        caption=t("pictures"),
    )


def _outcome(outcome: Outcome | None, language: Language) -> str:
    return say(language, "reading.unsaid") if outcome is None else word(language, outcome)


def _named(field: Beside, language: Language) -> str:
    part = say(language, f"reading.part.{field.part.value}")
    return f"{part}: {_counter(field.name, language)}" if field.part is Part.COUNT else part


def _counter(name: str, language: Language) -> str:
    """What is counted; a record of somebody else's may name what we do not count."""
    if name in COUNTERS:
        return say(language, f"reading.counter.{name}")
    places = {UNLABELLED.format(n): n for n in range(1, MOST_BARE + 1)}
    return say(language, "reading.counter.of_row", n=places[name]) if name in places else name
