"""How it was examined: the steps, the programs with their versions, and how often each method is known to be wrong."""

from __future__ import annotations

from collections.abc import Iterator

from evidentia.record.finding import ErrorRate
from evidentia.record.item import Program
from evidentia.report.document import Block, Cell, Paragraph, Points, Section, Table
from evidentia.report.material import Language, Material
from evidentia.report.sections.rates import marks_of, materials, rate_line
from evidentia.report.texts import say

_STEPS = ("step.acquire", "step.seal", "step.recheck", "step.compare", "step.read", "step.verify")


def procedure_section(m: Material, language: Language) -> Section:
    """Method, programs with versions, and how often each method is known to be wrong."""

    def t(key: str, **values: object) -> str:
        return say(language, f"procedure.{key}", **values)

    programs = Table(
        header=(t("program"), t("version"), t("use")),
        widths=(4, 6, 5),
        rows=tuple(
            (Cell(text=p.name), Cell(text=p.version), Cell(text=use)) for p, use in _programs(m, language)
        ),
        caption=t("programs"),
    )
    blocks: tuple[Block, ...] = (
        Paragraph(text=t("intro")),
        Points(points=tuple(t(step) for step in _STEPS)),
        programs,
        *(_error_rates(m, language) or (Paragraph(text=t("rates.none")),)),
    )
    return Section(key="procedure", heading=t("heading"), blocks=blocks)


def _programs(m: Material, language: Language) -> list[tuple[Program, str]]:
    found: dict[tuple[str, str], tuple[Program, str]] = {}

    def note(program: Program, use: str) -> None:
        found.setdefault((program.name, program.version), (program, say(language, f"procedure.use.{use}")))

    note(Program(name=m.tool.name, version=m.tool.version), "report")
    for event in m.events:
        note(Program(name=event.tool.name, version=event.tool.version), "custody")
    for item in m.items:
        if item.circumstances and item.circumstances.browser:
            note(item.circumstances.browser, "browser")
        for tool in item.circumstances.tools if item.circumstances else ():
            note(tool, "capture")
    for read in m.readings:
        note(read.reading.method, "reading")
    for one in m.examinations:
        for test in one.examination.findings:
            note(Program(name=test.method, version=test.version), "examination")
    return list(found.values())


def _error_rates(m: Material, language: Language) -> tuple[Block, ...]:
    """A row for each method with all its rates, then what they were measured on; nothing where there is none."""
    rates: dict[str, dict[ErrorRate, None]] = {}
    for method, rate in _stated_rates(m):
        # The same method has other rates on other kinds of files, so that a rate's name alone does not tell it.
        rates.setdefault(f"{method.name} {method.version}", {})[rate] = None
    if not rates:
        return ()
    marks = marks_of(rate for of_one in rates.values() for rate in of_one)
    table = Table(
        header=(say(language, "procedure.method"), say(language, "procedure.rate.value")),
        widths=(5, 11),
        rows=tuple(
            (Cell(text=method), Cell(text="\n".join(rate_line(rate, marks, language) for rate in of_one)))
            for method, of_one in rates.items()
        ),
        caption=say(language, "procedure.rates"),
    )
    if not marks:
        return (table,)
    return (table, Paragraph(text=say(language, "procedure.rate.material")), materials(marks, language))


def _stated_rates(m: Material) -> Iterator[tuple[Program, ErrorRate]]:
    for read in m.readings:
        for rate in read.reading.error_rates:
            yield read.reading.method, rate
    for one in m.examinations:
        for test in one.examination.findings:
            for rate in test.error_rates:
                yield Program(name=test.method, version=test.version), rate
