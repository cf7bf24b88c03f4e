"""A post that is not there any more: how strong its absence is, and how often states are read wrongly."""

from __future__ import annotations

from evidentia.detect.absence import Basis, Strength, absence_of
from evidentia.detect.state_rates import StateRates, measured
from evidentia.record.life import Timeline
from evidentia.record.post import State
from evidentia.record.sentences import phrase, signal_name, signal_names
from evidentia.report.document import Block, Cell, Facts, Paragraph, Section, Table
from evidentia.report.material import Language, Material
from evidentia.report.texts import bounds, decimal, say, word


def absence_blocks(m: Material, timeline: Timeline, language: Language) -> tuple[Block, ...]:
    """What the looks say together of the post's absence; nothing where it is there or nothing is known."""
    absence = absence_of(timeline)
    if absence is None:
        return ()

    def t(key: str) -> str:
        return say(language, f"absence.{key}")

    rows = (
        (t("heading"), Cell(text=f"{word(language, absence.state)}: {word(language, absence.strength)}")),
        (t("looks"), Cell(text=str(absence.looks))),
        (t("vanished"), Cell(text=bounds(language, absence.not_before, absence.not_after, m.zone))),
    )
    notes = [Paragraph(text=t("note"))]
    if absence.strength is Strength.PROVEN:
        notes.append(Paragraph(text=t("proven")))
    if not absence.bases:
        return (Facts(rows=rows), Paragraph(text=t("none")), *notes)
    grounds = Table(
        header=(t("ground"), t("seen"), say(language, "timeline.evidence")),
        widths=(5, 7, 4),
        rows=tuple(_basis_row(basis, language) for basis in absence.bases),
        caption=t("grounds"),
    )
    return (Facts(rows=rows), grounds, *notes)


def _basis_row(basis: Basis, language: Language) -> tuple[Cell, ...]:
    seen = word(language, State(basis.seen)) if basis.seen in set(State) else _seen(basis.seen, language)
    if basis.after is not None:
        seen = say(language, "absence.hours", hours=decimal(language, basis.after / 3600, 1))
    evidence = "\n".join(f"{one.item:06d} {one.path}" for one in basis.evidence) or "–"
    return (Cell(text=word(language, basis.ground)), Cell(text=seen), Cell(text=evidence, mono=True))


def _seen(seen: str, language: Language) -> str:
    """What a program noted of an address that was asked; behind a signal's name stands what a platform showed."""
    name, colon, rest = seen.partition(": ")
    if name in signal_names():
        return f"{signal_name(name, language)}{colon}{rest}"
    return f"{name}{colon}{phrase(rest, language)}"


def state_rates_section(language: Language) -> Section:
    """The confusion matrix of the states, with what it was measured on and the bounds of its error rates."""
    rates = measured()

    def t(key: str, **values: object) -> str:
        return say(language, f"state_rates.{key}", **values)

    intro = t(
        "intro",
        method=f"{rates.method.name} {rates.method.version}",
        answers=rates.answers,
        recorded=rates.recorded,
        mocks=rates.from_mocks,
        constructed=rates.constructed,
    )
    deletions = t(
        "deletions",
        errors=rates.false_deletions,
        trials=rates.no_deletions,
        upper=decimal(language, rates.false_deletions_upper_95, 4),
    )
    absences = t(
        "absences",
        errors=rates.false_absences,
        trials=rates.not_absent,
        upper=decimal(language, rates.false_absences_upper_95, 4),
    )
    blocks = (
        Paragraph(text=intro),
        _matrix(rates, language),
        Paragraph(text=deletions),
        Paragraph(text=absences),
        Paragraph(text=t("limits")),
    )
    return Section(key="state-rates", heading=t("heading"), blocks=blocks)


def _matrix(rates: StateRates, language: Language) -> Table:
    counts = {(cell.label, cell.said): cell.count for cell in rates.cells}
    states = tuple(State)
    return Table(
        header=(say(language, "state_rates.label"), *(str(n) for n in range(1, len(states) + 1))),
        widths=(8, *(2 for _ in states)),
        rows=tuple(
            (
                Cell(text=f"{n} {word(language, label)}"),
                *(Cell(text=str(counts.get((label, said), "·"))) for said in states),
            )
            for n, label in enumerate(states, 1)
        ),
        caption=say(language, "state_rates.caption"),
    )
