"""Pictures and videos that were examined: each test, what it says, where, by which method, how often it errs."""

from __future__ import annotations

from collections.abc import Iterator

from evidentia.record.examination import (
    ERROR_LEVELS,
    Examination,
    Fact,
    Opposing,
    Region,
    Support,
    TestFinding,
)
from evidentia.record.item import Role
from evidentia.record.sentences import each_stated, stated, term
from evidentia.report.document import (
    Block,
    Cell,
    Facts,
    Grade,
    Graded,
    Pair,
    Paragraph,
    Points,
    Section,
    Table,
    Tone,
)
from evidentia.report.material import ExaminedItem, Language, Material
from evidentia.report.sections.rates import marks_of, materials, rate_line
from evidentia.report.sections.results import figure, picture_of
from evidentia.report.texts import decimal, say

GRADES = {
    Support.ALTERATION: Grade.BAD,
    Support.INCONCLUSIVE: Grade.OPEN,
    Support.NOT_APPLICABLE: Grade.OPEN,
    Support.NONE_FOUND: Grade.NEUTRAL,
}


def examination_sections(m: Material, language: Language) -> tuple[Section, ...]:
    """One section for each file that was examined."""
    return tuple(_section(m, one, language) for one in m.examinations)


def outcome_word(language: Language, outcome: Support) -> str:
    """The word for what a test says."""
    return say(language, f"examination.outcome.{outcome.name.lower()}")


def _section(m: Material, one: ExaminedItem, language: Language) -> Section:
    def t(key: str, **values: object) -> str:
        return say(language, f"examination.{key}", **values)

    found = one.examination
    blocks: list[Block] = [
        Graded(
            grade=GRADES[found.outcome],
            word=outcome_word(language, found.outcome),
            about=t("together"),
            reason=t("standing"),
        ),
        Facts(
            rows=(
                (t("sha256"), Cell(text=found.sha256, mono=True)),
                (t("class"), Cell(text=t(f"class.{found.image_class.name.lower()}"))),
                (
                    t("because"),
                    Cell(text="\n".join(each_stated(found.because, found.because_says, language))),
                ),
                (t("statement"), Cell(text=_stated(found, language))),
            )
        ),
    ]
    if problems := _problems(found, language):
        blocks += [Paragraph(text=t("problems"), tone=Tone.WARNING), Points(points=problems)]
    applied = [f for f in found.findings if f.outcome is not Support.NOT_APPLICABLE]
    if applied:
        blocks += [_findings(applied, language), *_methods(applied, language)]
    if opposing := [(f.test, o) for f in applied for o in f.opposing]:
        blocks.append(_opposing(opposing, language))
    if left := [f for f in found.findings if f.outcome is Support.NOT_APPLICABLE]:
        blocks += [Paragraph(text=t("not_run")), Points(points=tuple(_left(f, language) for f in left))]
    if found.facts:
        blocks.append(Facts(rows=tuple(_fact(fact, language) for fact in found.facts)))
    blocks += _pictures(m, one, language)
    return Section(
        key=f"examination-{one.kept:06d}", heading=t("heading", item=f"{one.item:06d}"), blocks=tuple(blocks)
    )


def _stated(one: Examination | TestFinding | Opposing, language: Language) -> str:
    return stated(one.says, one.reason, language)


def _problems(found: Examination, language: Language) -> tuple[str, ...]:
    """What the statement does not tell already."""
    each = each_stated(found.problems, found.problems_say, language)
    return tuple(
        told for told, recorded in zip(each, found.problems, strict=True) if recorded not in found.reason
    )


def _left(one: TestFinding, language: Language) -> str:
    return f"{term(one.test, language)}: {_stated(one, language)}"


def _fact(fact: Fact, language: Language) -> tuple[str, Cell]:
    name = stated(fact.name_says, fact.name, language) if fact.name_says else term(fact.name, language)
    return name, Cell(text=stated(fact.says, fact.value, language))


def _pictures(m: Material, one: ExaminedItem, language: Language) -> Iterator[Block]:
    """The file as it came, then every illustration of it, two beside each other."""
    figures = []
    if (original := picture_of(m, one.item, (Role.ORIGINAL,))) is not None:
        figures.append(figure(m, original, language, say(language, "examination.picture"), alt=""))
    drawn = [p for p in m.pictures if p.item == one.kept and p.role is Role.ANNOTATED]
    for picture in sorted(drawn, key=lambda p: (p.path.endswith(f"/{ERROR_LEVELS}"), p.path)):
        title = say(language, "examination.illustration")
        figures.append(figure(m, picture, language, title, alt=_stated(one.examination, language)))
    for n in range(0, len(figures) - 1, 2):
        yield Pair(first=figures[n], second=figures[n + 1])
    if len(figures) % 2:
        yield figures[-1]


def _findings(findings: list[TestFinding], language: Language) -> Table:
    header = tuple(say(language, f"examination.{key}") for key in ("test", "outcome", "where", "statement"))
    rows = tuple(
        (
            Cell(text=term(one.test, language)),
            Cell(text=outcome_word(language, one.outcome)),
            Cell(text="\n".join(_where(region, language) for region in one.regions) or "–", mono=True),
            Cell(text=_stated(one, language)),
        )
        for one in findings
    )
    return Table(header=header, widths=(3, 3, 3, 7), rows=rows, caption=say(language, "examination.findings"))


def _where(region: Region, language: Language) -> str:
    box = "" if region.box is None else ", ".join(map(str, region.box))
    during = (
        "" if region.during is None else "–".join(decimal(language, at, 2) for at in region.during) + " s"
    )
    return " · ".join(part for part in (box, during) if part)


def _methods(findings: list[TestFinding], language: Language) -> Iterator[Block]:
    """By which method, from which source, and how often it was wrong; then on what pictures that was measured."""
    header = tuple(say(language, f"examination.{key}") for key in ("method", "source", "rates"))
    marks = marks_of(rate for one in findings for rate in one.error_rates)
    rows = tuple(
        (
            Cell(text=f"{one.method} {one.version}", mono=True),
            Cell(text=one.source),
            Cell(text="\n".join(rate_line(rate, marks, language) for rate in one.error_rates) or "–"),
        )
        for one in findings
    )
    yield Table(header=header, widths=(5, 6, 6), rows=rows, caption=say(language, "examination.methods"))
    if marks:
        yield materials(marks, language)


def _opposing(tried: list[tuple[str, Opposing]], language: Language) -> Table:
    header = tuple(
        say(language, f"examination.{key}") for key in ("test", "hypothesis", "explains", "statement")
    )
    words = {True: "answer.yes", False: "answer.no", None: "answer.unknown"}
    rows = tuple(
        (
            Cell(text=term(test, language)),
            Cell(text=term(one.hypothesis, language)),
            Cell(text=say(language, words[one.explains])),
            Cell(text=_stated(one, language)),
        )
        for test, one in tried
    )
    return Table(header=header, widths=(3, 4, 2, 7), rows=rows, caption=say(language, "examination.opposing"))
