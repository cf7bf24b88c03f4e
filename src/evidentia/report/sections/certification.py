"""The certification page: what a court asks of electronic evidence, and where this report and its case answer it."""

from __future__ import annotations

from evidentia.record.verdict import Requirement
from evidentia.report.document import Block, Cell, Paragraph, Points, Section, SignatureLine, Table, Tone
from evidentia.report.material import Language, Material
from evidentia.report.texts import date, say, word

from .people import people_of
from .results import met


def certification_section(m: Material, language: Language) -> Section:
    """The four requirements of UU ITE, and the certification of FRE 902(13) and 902(14)."""

    def t(key: str, **values: object) -> str:
        return say(language, f"certification.{key}", **values)

    rows = tuple(
        (
            Cell(text=word(language, requirement)),
            Cell(text=t(f"by.{requirement.value}")),
            Cell(text=t("not_verified") if m.verdict is None else met(m.verdict, requirement, language)),
        )
        for requirement in Requirement
    )
    table = Table(
        header=(t("requirement"), t("how"), t("found")), widths=(4, 8, 4), rows=rows, caption=t("four")
    )
    people = people_of(m, language)
    names = ", ".join(one.name for one in people) or say(language, "answer.unstated")
    blocks: list[Block] = [
        Paragraph(text=t("intro")),
        table,
        Paragraph(text=t("us_intro", names=names)),
        Points(points=tuple(t(f"us.{n}") for n in range(1, 5))),
        Paragraph(text=t("us_note"), tone=Tone.WARNING),
    ]
    day = date(language, m.written_at, m.zone)
    blocks += [
        SignatureLine(date=day, name=one.name, role=", ".join(p for p in (one.role, one.organisation) if p))
        for one in people
    ]
    return Section(key="certification", heading=t("heading"), blocks=tuple(blocks))
