"""The newest docket entry: who reported, what is alleged, by which rules, what became of it, and what was due when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from evidentia.docket.summary import OTHER
from evidentia.record.docket import (
    CountedAct,
    DataFile,
    Dated,
    Deadline,
    DecidedForm,
    DocketSummary,
    DocketTold,
    FormOutcome,
    Standing,
)
from evidentia.report.document import Block, Cell, Facts, Paragraph, Section, Table, Tone
from evidentia.report.material import Language, Material
from evidentia.report.texts import day_in_words, say, word

MOST_ROWS = 60
"""Lines of one table that are told: the largest case in the news had 15 persons. All of them are in the item."""


def docket_sections(m: Material, language: Language) -> tuple[Section, ...]:
    """One section; none where the case has no entry."""
    if m.docket is None or m.docket.standing is Standing.NONE:
        return ()
    said = _Said(m.docket, language)
    return (Section(key="docket", heading=said("heading"), blocks=said.blocks()),)


class _Said:
    """A docket in one language."""

    def __init__(self, told: DocketTold, language: Language) -> None:
        self._told, self._language = told, language
        self._words = {(one.data_set, one.code): one for one in told.words}

    def __call__(self, key: str, **values: object) -> str:
        return say(self._language, f"entry.{key}", **values)

    def blocks(self) -> tuple[Block, ...]:
        """The whole section; of an entry that is withheld or cannot be read nothing but that."""
        told = self._told
        if told.problem:
            problem = self("problem", item=_item(told.item), problem=told.problem)
            return (Paragraph(text=problem, tone=Tone.WARNING),)
        if told.summary is None:
            withheld = self("withheld", items=", ".join(map(_item, told.withheld_entries)))
            return (Paragraph(text=withheld, tone=Tone.WARNING),)
        return (
            Paragraph(text=self("intro")),
            Facts(rows=self._facts(told.summary)),
            self._acts(told.summary),
            self._steps(told.summary),
            self._deadlines(),
            *self._data(),
        )

    def _word(self, data_set: str, code: str) -> str:
        """The words of a code, in this language."""
        one = self._words.get((data_set, code))
        if one is None or one.verified is None:
            return self("not_in_data", code=code)
        return one.id if self._language is Language.INDONESIAN else one.en

    def _day(self, day: date | None) -> str:
        return self("none") if day is None else day_in_words(self._language, day)

    def _facts(self, summary: DocketSummary) -> tuple[tuple[str, Cell], ...]:
        told = self._told
        reporters = [
            ", ".join(filter(None, (self._word("reporters", one.kind), self._agency(one.agency))))
            for one in summary.reporters
        ]
        offices = [
            self("persons.value", count=count, office=self._word("offices", office))
            for office, count in Counter(summary.offices).items()
        ]
        rows = [
            ("item", self("item.value", item=_item(told.item), day=self._day(told.filed_on))),
            ("reporters", self._first(reporters)),
            ("region", self._word("regions", summary.region) if summary.region else self("none")),
            ("known", self._day(summary.known_on)),
            ("received", self._day(summary.received_on)),
            ("persons", self._first(offices)),
        ]
        return tuple((self(name), Cell(text=text)) for name, text in rows)

    def _agency(self, code: str) -> str:
        return self._word("agencies", code) if code else ""

    def _first(self, lines: Sequence[str]) -> str:
        more = [self("more", count=len(lines) - MOST_ROWS, item=_item(self._told.item))]
        return "\n".join((*lines[:MOST_ROWS], *(more if len(lines) > MOST_ROWS else ()))) or self("none")

    def _table(
        self, name: str, header: str, widths: tuple[int, ...], rows: Sequence[tuple[str, ...]]
    ) -> Table:
        """``header``: the names of the columns."""
        shown = [tuple(Cell(text=text) for text in row) for row in rows[:MOST_ROWS]]
        if len(rows) > MOST_ROWS:
            more = self("more", count=len(rows) - MOST_ROWS, item=_item(self._told.item))
            shown.append((Cell(text=more), *(Cell(text="") for _ in widths[1:])))
        return Table(
            header=tuple(self(one) for one in header.split()), widths=widths, rows=tuple(shown), caption=name
        )

    def _acts(self, summary: DocketSummary) -> Block:
        told = zip(summary.acts, self._told.forms, self._told.shown_by, strict=True)
        rows = [(self._act(act, items), self._time(act, form), self._form(form)) for act, form, items in told]
        if not rows:
            return Paragraph(text=self("acts.none"))
        return self._table(self("acts"), "act time form", (4, 4, 8), rows)

    def _act(self, act: CountedAct, items: tuple[int, ...]) -> str:
        lines = [self._word("acts", act.act), self("act.persons", count=act.persons)]
        if act.platform:
            lines.append(self("act.platform", platform=act.platform))
        if items:
            lines.append(self("act.items", items=", ".join(map(_item, items))))
        return "\n".join(lines)

    def _time(self, act: CountedAct, form: DecidedForm) -> str:
        first, last = act.first_day, act.last_day
        days = {"first": self._day(first), "last": self._day(last)}
        if first is None or last is None:
            name = "from" if first else "until" if last else "unknown"
        else:
            name = "on" if first == last else "between"
        lines = [self(f"time.{name}", day=days["first"], **days)]
        if act.contest:
            lines.append(self._word("contests", act.contest))
        if act.contest and form.stage in ("before", "after"):
            lines.append(self(f"stage.{form.stage}"))
        return "\n".join(lines)

    def _form(self, form: DecidedForm) -> str:
        lines = []
        if form.outcome is not FormOutcome.LISTED:
            why = "; ".join(word(self._language, one) for one in form.because)
            lines.append(self("form.because", outcome=word(self._language, form.outcome), why=why))
            lines += [self("form.possible")] if form.forms else []
        for one in form.forms:
            text = one.id if self._language is Language.INDONESIAN else one.en
            lines.append(self("form.one", code=one.code, kind=self._word("kinds", one.kind), text=text))
        if form.chosen_by_person:
            lines.append(self("form.chosen"))
        rules = dict.fromkeys([*(one.rules for one in form.forms)] or form.rules)
        if rules:
            lines.append(self("form.rules", rules="; ".join(self._word("rules", code) for code in rules)))
        lines += [
            self("form.source", source=source) for source in dict.fromkeys(o.source for o in form.forms)
        ]
        return "\n".join(lines)

    def _steps(self, summary: DocketSummary) -> Block:
        steps: list[tuple[date, str, str, str]] = []
        for one, event in zip(summary.history, self._told.events, strict=True):
            name = self("step.status") if event is None else self("step.event", event=event)
            steps.append((one.on, name, self._what("statuses", one), one.agency))
        for given in summary.recommendations:
            what = self._what("recommendations", given)
            if given.received_on is not None:
                what = self("step.received", what=what, day=self._day(given.received_on))
            steps.append((given.on, self("step.recommendation"), what, given.agency))
        for one in summary.follow_ups:
            steps.append((one.on, self("step.follow_up"), self._what("follow_ups", one), one.agency))
        rows = [
            (self._day(day), name, what, self._agency(agency) or "–")
            for day, name, what, agency in sorted(steps, key=lambda step: step[0])
        ]
        if not rows:
            return Paragraph(text=self("steps.none"))
        return self._table(self("steps"), "day step what agency", (4, 4, 5, 5), rows)

    def _what(self, data_set: str, step: Dated) -> str:
        return self("step.other") if step.code == OTHER else self._word(data_set, step.code)

    def _deadlines(self) -> Block:
        rows = [
            (self._name(one), self._from(one), self._due(one), self._state(one))
            for one in self._told.deadlines
        ]
        if not rows:
            return Paragraph(text=self("deadlines.none"))
        zone = self._told.deadlines[0].zone
        caption = self("deadlines", day=self._day(self._told.as_of), zone=zone)
        header = "deadline deadline.from deadline.due deadline.state"
        return self._table(caption, header, (5, 4, 5, 4), rows)

    def _name(self, one: Deadline) -> str:
        name = one.id if self._language is Language.INDONESIAN else one.en
        return f"{name}\n{self('deadline.source', source=one.source)}"

    def _from(self, one: Deadline) -> str:
        return f"{self(f'from.{one.from_event}')}:\n{self._day(one.runs_from)}"

    def _due(self, one: Deadline) -> str:
        if one.due_first is None:
            return "–"
        first, last = self._day(one.due_first), self._day(one.due_last)
        if one.due_last is None:
            text = self("deadline.at_least", first=first)
        elif one.due_first == one.due_last:
            text = first
        else:
            text = self("deadline.between", first=first, last=last)
        if one.skipped:
            text += "\n" + self("deadline.skipped", days=", ".join(map(str, one.skipped)))
        return text

    def _state(self, one: Deadline) -> str:
        text = word(self._language, one.met)
        if one.because is not None:
            why = word(self._language, one.because)
            if one.no_holidays_of is not None:
                why += f" ({one.no_holidays_of})"
            text = self("deadline.because", state=text, why=why)
        done = one.ended_on is not None and one.ended_on <= self._told.as_of
        return f"{text}\n{self('deadline.ended', day=self._day(one.ended_on))}" if done else text

    def _data(self) -> tuple[Block, ...]:
        told = self._told
        blocks: list[Block] = []
        for name, files in (("data.unverified", told.unverified), ("data.differing", told.differing)):
            if files:
                said = self(name, names=", ".join(f"{one}.toml" for one in files))
                blocks.append(Paragraph(text=said, tone=Tone.WARNING))

        rows = tuple(
            (
                Cell(text=self._file(one)),
                Cell(text=say(self._language, "answer.no" if one.name in told.unverified else "answer.yes")),
                Cell(text=one.sha256, mono=True),
            )
            for one in told.data
        )
        header = (say(self._language, "docket.data.name"), self("data.compared"), "SHA-256")
        blocks.append(Table(header=header, widths=(5, 0, 11), rows=rows, caption=self("data")))
        return tuple(blocks)

    def _file(self, one: DataFile) -> str:
        own = say(self._language, "docket.data.replaced")
        return f"{one.name}.toml, {one.edition}" + (f" ({own})" if one.replaced else "")


def _item(number: int | None) -> str:
    return "–" if number is None else f"{number:06d}"
