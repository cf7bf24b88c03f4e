"""The examiner's opinion, kept apart from the facts: propositions, conclusions, limits, and who answers."""

from __future__ import annotations

from collections.abc import Sequence

from evidentia.report.document import (
    Block,
    Cell,
    Facts,
    Grade,
    Graded,
    Paragraph,
    Points,
    Section,
    SignatureLine,
    Table,
    Tone,
)
from evidentia.report.material import Examiner, Language, Material
from evidentia.report.texts import date, moment, say, word
from evidentia.report.weighing import About, Support, Weighed, weigh

from .asked import answers_section, graded_answer, unanswered_section
from .people import people_of
from .weighed import about, proposition, why

MOST_AT_A_GLANCE = 8
"""Findings that a summary shows one by one; more of them are a table."""

_GRADES = {
    Support.SUPPORTS: Grade.GOOD,
    Support.INCONCLUSIVE: Grade.OPEN,
    Support.DOES_NOT_SUPPORT: Grade.BAD,
}


def introduction_section(m: Material, language: Language) -> Section:
    """Who examined, when, for whom."""

    def t(key: str, **values: object) -> str:
        return say(language, f"introduction.{key}", **values)

    unstated = say(language, "answer.unstated")
    rows = [
        (t("case"), Cell(text=m.case, mono=True)),
        (t("title"), Cell(text=m.title)),
        (t("requested_by"), Cell(text=m.requested_by or unstated)),
        (t("written_at"), Cell(text=moment(language, m.written_at, m.zone))),
        (t("tool"), Cell(text=f"{m.tool.name} {m.tool.version}")),
    ]
    for person in people_of(m, language):
        rows += [(t("examiner"), Cell(text=person.name)), (t("role"), Cell(text=_office(person)))]
    if m.examiner is not None:
        rows.append((t("certificate"), Cell(text=_certificate(m.examiner, language, "_short"))))
    text = t("intro", events=len(m.events), items=len(m.items))
    return Section(
        key="introduction", heading=t("heading"), blocks=(Paragraph(text=text), Facts(rows=tuple(rows)))
    )


def summary_section(m: Material, language: Language) -> Section:
    """The answers at a glance, integrity and authenticity apart, and where to read more."""
    weighed = weigh(m)
    blocks: list[Block] = []
    if m.asked is not None:
        blocks = [Paragraph(text=say(language, "summary.asked"))]
        blocks += [graded_answer(m.asked, one, language, brief=True) for one in m.asked.questions]
    blocks.append(Paragraph(text=say(language, "summary.intro")))
    if len(weighed) <= MOST_AT_A_GLANCE:
        blocks += [_graded(answer, language, brief=True) for answer in weighed]
    else:
        blocks.append(_at_a_glance(weighed, language))
    return Section(key="summary", heading=say(language, "summary.heading"), blocks=tuple(blocks))


def _at_a_glance(weighed: Sequence[Weighed], language: Language) -> Table:
    """The answers to more questions than a page holds as findings."""
    rows = tuple(
        (
            Cell(text=about(answer, language)),
            Cell(text=word(language, answer.support)),
            Cell(text=proposition(answer, language, "1")),
        )
        for answer in weighed
    )
    return Table(
        header=tuple(say(language, key) for key in ("purpose.question", "summary.answer", "purpose.first")),
        widths=(7, 4, 7),
        rows=rows,
        caption=say(language, "summary.caption"),
    )


def purpose_section(m: Material, language: Language) -> Section:
    """The request, and for each question the two propositions that compete."""

    def t(key: str) -> str:
        return say(language, f"purpose.{key}")

    rows = tuple(
        (
            Cell(text=about(answer, language)),
            Cell(text=proposition(answer, language, "1")),
            Cell(text=proposition(answer, language, "2")),
        )
        for answer in weigh(m)
    )
    table = Table(
        header=(t("question"), t("first"), t("second")), widths=(4, 6, 6), rows=rows, caption=t("caption")
    )
    blocks = (
        Paragraph(text=t("intro")),
        Paragraph(text=m.purpose or say(language, "answer.unstated"), tone=Tone.QUOTE),
        table,
    )
    return Section(key="purpose", heading=t("heading"), blocks=blocks)


def conclusion_section(m: Material, language: Language) -> Section:
    """What the facts support, in words that claim no more; integrity first, then authenticity."""

    def t(key: str) -> str:
        return say(language, f"conclusion.{key}")

    weighed = weigh(m)
    integrity = tuple(_graded(a, language) for a in weighed if a.about is About.INTEGRITY)
    authenticity = tuple(_graded(a, language) for a in weighed if a.about is not About.INTEGRITY)
    answers = answers_section(m, language)
    sections = (
        *((answers,) if answers else ()),
        Section(key="conclusion-integrity", heading=t("integrity"), blocks=integrity),
        Section(
            key="conclusion-authenticity",
            heading=t("authenticity"),
            blocks=authenticity or (Paragraph(text=t("nothing_asked"), tone=Tone.OPINION),),
        ),
    )
    blocks = (Paragraph(text=t("intro"), tone=Tone.OPINION),)
    return Section(key="conclusion", heading=t("heading"), blocks=blocks, sections=sections)


def limitation_section(m: Material, language: Language) -> Section:
    """What this material cannot show, and the examiner's own additions."""
    keys = ["person", "before_sealing", "between_looks", "cause", "tail", "illustration", "hidden_characters"]
    if any(not rate.measured for read in m.readings for rate in read.reading.error_rates):
        keys.append("error_rate")
    if m.withheld:
        keys.append("withheld")
    if m.pending:
        keys.append("pending")
    if m.examiner is not None and not m.examiner.certified:
        keys.append("uncertified")
    withheld = ", ".join(f"{n:06d}" for n in m.withheld)
    points = tuple(say(language, f"limitation.{key}", withheld=withheld) for key in keys)
    return Section(
        key="limitations",
        heading=say(language, "limitation.heading"),
        blocks=(Points(points=points + m.limitations),),
        sections=(unanswered_section(m, language),),
    )


def declaration_section(m: Material, language: Language) -> Section:
    """Qualifications, independence, and the statement by which people adopt the result (FRE 702)."""

    def t(key: str, **values: object) -> str:
        return say(language, f"declaration.{key}", **values)

    blocks: list[Block] = []
    people = people_of(m, language)
    affiliations = {one.name: one.affiliation for one in m.expertise.people} if m.expertise else {}
    for person in people:
        blocks.append(Paragraph(text=t("qualifications", name=person.name)))
        blocks.append(Points(points=person.qualifications or (say(language, "answer.unstated"),)))
        if (affiliation := affiliations.get(person.name)) is not None:
            blocks.append(Paragraph(text=t("affiliation", text=affiliation.text(language))))
    if m.expertise is not None:
        blocks.append(Paragraph(text=t("independence")))
        blocks.append(Paragraph(text=m.expertise.independence.text(language), tone=Tone.QUOTE))
    names = ", ".join(one.name for one in people)
    blocks.append(Paragraph(text=t("intro" if len(people) < 2 else "intro_many", name=names)))
    blocks.append(Points(points=tuple(t(f"point.{n}") for n in range(1, 5))))
    if m.examiner is not None:
        blocks.append(Paragraph(text=_certificate(m.examiner, language)))
    day = date(language, m.written_at, m.zone)
    blocks += [SignatureLine(date=day, name=one.name, role=_office(one)) for one in people]
    return Section(key="declaration", heading=t("heading"), blocks=tuple(blocks))


def _office(person: Examiner) -> str:
    return ", ".join(part for part in (person.role, person.organisation) if part)


def _graded(answer: Weighed, language: Language, *, brief: bool = False) -> Graded:
    reason = why(answer, language)
    first = say(language, "conclusion.first", text=proposition(answer, language, "1"))
    return Graded(
        grade=_GRADES[answer.support],
        word=word(language, answer.support),
        about=about(answer, language),
        reason=first if brief else f"{first}\n{reason}",
    )


def _certificate(examiner: Examiner, language: Language, length: str = "") -> str:
    key = "certified" if examiner.certified else "uncertified"
    return say(language, f"introduction.{key}{length}")
