"""Redacted copies: what was hidden in which sealed original, by whom and why, and how the copy looks."""

from __future__ import annotations

from evidentia.record.custody import EventType
from evidentia.record.item import Role
from evidentia.record.redaction import Redaction
from evidentia.report.document import Block, Cell, Facts, Paragraph, Section, Tone
from evidentia.report.material import Language, Material, RedactedItem
from evidentia.report.texts import moment, say

from .chain import office_of
from .results import figure, picture_of


def redaction_sections(m: Material, language: Language) -> tuple[Section, ...]:
    """One section that holds every redacted copy; none where there is no copy."""
    if not m.redactions:
        return ()
    return (
        Section(
            key="redactions",
            heading=say(language, "redaction.heading"),
            blocks=(Paragraph(text=say(language, "redaction.intro")),),
            sections=tuple(_copy(m, one, language) for one in m.redactions),
        ),
    )


def _copy(m: Material, one: RedactedItem, language: Language) -> Section:
    def t(key: str, **values: object) -> str:
        return say(language, f"redaction.{key}", **values)

    note, number = one.redaction, f"{one.item:06d}"
    office = office_of(note.by, language)
    rows = (
        (t("original"), Cell(text=f"{note.original.item:06d}  {note.original.path}", mono=True)),
        (t("record"), Cell(text=note.original.record, mono=True)),
        (t("hidden"), Cell(text=_hidden(note, language))),
        (t("by"), Cell(text=f"{note.by.name} ({office})" if office else note.by.name)),
        (t("at"), Cell(text=moment(language, note.at, m.zone))),
        (t("reason"), Cell(text=note.reason)),
    )
    blocks: list[Block] = [Facts(rows=rows)]
    if not _names_its_original(m, one):
        blocks.insert(0, Paragraph(text=t("other_original"), tone=Tone.WARNING))
    if picture := picture_of(m, one.item, (Role.REDACTED,)):
        blocks.append(figure(m, picture, language, t("figure"), alt=note.reason))
    return Section(key=f"redaction-{number}", heading=t("of", item=number), blocks=tuple(blocks))


def _names_its_original(m: Material, one: RedactedItem) -> bool:
    """Whether the note names the original that the copy's event names, by the record that was sealed."""
    records = {ref.item: ref.record for event in m.events for ref in event.items}
    made_from = {
        ref.item: event.details["original"]
        for event in m.events
        if event.type is EventType.DERIVE
        for ref in event.items
    }
    original = one.redaction.original
    return made_from.get(one.item) == original.item and records.get(original.item) == original.record


def _hidden(note: Redaction, language: Language) -> str:
    if not note.regions:
        places = ", ".join(map(str, note.marks))
        return say(language, "redaction.marks", count=len(note.marks), places=places)
    regions = "\n".join(f"x {r.x}, y {r.y}: {r.width} × {r.height}" for r in note.regions)
    return say(language, "redaction.regions", count=len(note.regions), regions=regions)
