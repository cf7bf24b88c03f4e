"""What a docket and its numbers say in a terminal, in Indonesian or English; codes stand beside their words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from evidentia.record.docket import FormOutcome, NotCounted
from evidentia.report.material import Language
from evidentia.report.texts import say as text
from evidentia.report.texts import word

from .speaking import say, shown, warn

if TYPE_CHECKING:
    from evidentia.docket.data_sets import DataSets
    from evidentia.record.docket import (
        Act,
        Count,
        Deadline,
        DecidedForm,
        Docket,
        DocketEntry,
        DocketStatistics,
        Zoning,
    )


class DocketWords:
    """Speaks of dockets in one language, with the words that the data sets have for their codes."""

    def __init__(self, language: str, data: DataSets) -> None:
        self._language, self._data = Language(language), data

    def say_docket(self, told: Docket) -> None:
        """One case: its entry, what follows from it, its statuses and deadlines."""
        status = self._t("verdict.none" if told.status is None else "verdict", status=told.status or "")
        say(f"[bold]{shown(told.case)}[/]: {word(self._language, told.standing)}; {status}")
        if told.status is None:
            warn(f"  [yellow]{self._t('verdict.advice')}[/]")
        if told.withheld_entries:
            warn(f"  [yellow]{self._t('withheld_entries', items=_numbers(told.withheld_entries))}[/]")
        if others := sorted(set(told.withheld) - set(told.withheld_entries)):
            warn(f"  {self._t('withheld_others', items=_numbers(others))}")
        if told.entry is not None:
            self._say_entry(told, told.entry)
        for step in told.history:
            event = self._t("of_entry" if step.event is None else "of_event", event=step.event)
            say(f"  {step.at:%Y-%m-%d} {self._coded('statuses', step.status)} ({event})")
        for one in told.deadlines:
            self._say_deadline(one)

    def _say_entry(self, told: Docket, entry: DocketEntry) -> None:
        region = self._coded("regions", entry.region) if entry.region else "-"
        day = f"{entry.filed_at:%Y-%m-%d}"
        say(self._t("entry", item=told.item, day=day, name=shown(entry.filed_by.name), region=region))
        for reporter in entry.reporters:
            who = self._coded("reporters", reporter.kind)
            say(f"  {self._t('reported_by', who=who + self._agency('by', reporter.agency))}")
        for person in entry.persons:
            say(f"  {shown(person.pseudonym)}: {self._coded('offices', person.office)}")
        for act, form in zip(entry.acts, told.forms, strict=True):
            self._say_act(act, form, len(act.persons or entry.persons))
        for given in entry.recommendations:
            what = self._coded("recommendations", given.recommendation)
            between = self._agency("by", given.agency) + self._agency("to", given.to)
            say(f"  {given.at:%Y-%m-%d} {self._t('recommended', what=what)}{between}")
        for done in entry.follow_ups:
            what = self._coded("follow_ups", done.follow_up)
            say(f"  {done.at:%Y-%m-%d} {self._t('followed_up', what=what)}{self._agency('by', done.agency)}")
        if any(not one.verified for form in told.forms for one in form.forms):
            warn(f"  [yellow]{self._t('not_compared')}[/]")

    def _say_act(self, act: Act, form: DecidedForm, persons: int) -> None:
        kinds = ", ".join(f"{one.code} ({self._word('kinds', one.kind)})" for one in form.forms)
        why = "; ".join(word(self._language, one) for one in form.because)
        outcome = word(self._language, form.outcome) + (f": {why}" if why else "")
        colour = "green" if form.outcome is FormOutcome.LISTED else "yellow"
        about = self._t("act", act=self._coded("acts", act.act), persons=persons)
        say(f"  {about}: [{colour}]{shown(outcome)}[/]; {kinds or '-'}")

    def _say_deadline(self, one: Deadline) -> None:
        name = one.id if self._language is Language.INDONESIAN else one.en
        year = "" if one.no_holidays_of is None else f" {one.no_holidays_of}"
        why = "" if one.because is None else f" ({word(self._language, one.because)}{year})"
        due = str(one.due_first or "?")
        if one.due_last != one.due_first:
            due = text(self._language, "due.between", first=due, last=one.due_last or "?")
        dates = self._t("due", due=due, done=one.ended_on or "-")
        say(f"  {shown(name)}: {word(self._language, one.met)}{why}; {dates}")

    def say_statistics(self, counted: DocketStatistics) -> None:
        """Numbers over many cases, each with its unit, its whole and its definition."""
        numbers = (
            ("cases", counted.cases),
            ("alleged violations", counted.violations),
            ("persons concerned", counted.persons),
        )
        units = "; ".join(f"{text(self._language, f'unit.{unit}')}: {number}" for unit, number in numbers)
        period = f"{counted.first_day or '…'} – {counted.last_day or '…'}"
        by = word(self._language, counted.dated_by)
        say(f"[bold]{units}[/]")
        say(self._t("period", period=period, by=by, day=counted.cut_off))
        for one in counted.tables:
            self._say_count(one)
        if counted.zoning is not None:
            self._say_zones(counted.zoning)
        for why, number in counted.not_counted.items():
            warn(f"  {self._t('not_counted', count=number, why=word(self._language, NotCounted(why)))}")
        if counted.not_verified:
            warn(f"  [yellow]{self._t('not_verified', count=counted.not_verified)}[/]")
        for code in counted.unknown_codes:
            warn(f"  [yellow]{self._t('unknown_code', code=shown(code))}[/]")
        for name, number in counted.mixed_data.items():
            warn(f"  {text(self._language, 'due.mixed', name=shown(name), count=number)}")

    def _say_count(self, one: Count) -> None:
        indonesian = self._language is Language.INDONESIAN
        name = text(self._language, f"docket.table.{one.name}")
        definition = one.definition_id if indonesian else one.definition_en
        say(f"[bold]{name}[/] ({word(self._language, one.unit)}, {one.of}): {definition}")
        for row in one.rows:
            share = "" if row.share is None else f"  {row.share:.1%}"
            say(f"  {row.count:>6}{share}  {shown(row.id if indonesian else row.en)}")

    def _say_zones(self, zoned: Zoning) -> None:
        unit = word(self._language, zoned.unit)
        say(f"[bold]{shown(zoned.policy)}[/] ({zoned.level}, {unit}): {shown(zoned.source)}")
        zones = [f"{self._word('zone_names', zone)} {number}" for zone, number in zoned.zones.items()]
        zones.append(f"{text(self._language, 'docket.zones.undetermined')} {zoned.undetermined}")
        say(f"  {', '.join(zones)}; {text(self._language, 'docket.zones.outside', n=zoned.outside)}")

    def _t(self, key: str, **values: object) -> str:
        return text(self._language, f"spoken.{key}", **values)

    def _word(self, data_set: str, code: str) -> str:
        """The words of a code; the code itself where the data have none."""
        words = getattr(self._data, data_set).words(code)
        return shown(words[0 if self._language is Language.INDONESIAN else 1])

    def _coded(self, data_set: str, code: str) -> str:
        """The words of a code, and the code, by which it is found again in the data."""
        said = self._word(data_set, code)
        return said if code in said else f"{said} ({shown(code)})"

    def _agency(self, key: str, code: str) -> str:
        return f", {self._t(f'agency.{key}', agency=self._coded('agencies', code))}" if code else ""


def _numbers(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))
