"""What is told of a docket beside the evidence: its summary, what follows from it, and the words of its codes.

It is made of the summary, so that no page can say more of anybody than what is sent by mail: codes, days and numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from evidentia.record.docket import (
    DataFile,
    Docket,
    DocketEntry,
    DocketSummary,
    DocketTold,
    Standing,
    Worded,
)

from .data_sets import DataSets, day_in
from .deadlines import NO_ZONE, by_calendar
from .summary import OTHER, docket_summary

_Code = tuple[str, str]
"""A data set and a code of it."""


def docket_told(docket: Docket, data: DataSets, made_at: datetime) -> DocketTold:
    """What can be told of a docket; of one whose newest entry is withheld nothing but that."""
    entry = docket.entry
    if entry is None or docket.standing is not Standing.CURRENT:
        return DocketTold(
            item=None, standing=docket.standing, withheld_entries=docket.withheld_entries, as_of=docket.as_of
        )
    summary = docket_summary(docket, data, made_at)
    words = tuple(_worded(code, data) for code in dict.fromkeys(_codes(docket, summary)))
    found = _data_told(docket, entry, words, data)
    return DocketTold(
        item=docket.item,
        standing=docket.standing,
        withheld_entries=docket.withheld_entries,
        as_of=docket.as_of,
        filed_on=day_in(entry.filed_at, data.zone_of(entry.region) or NO_ZONE),
        summary=summary,
        forms=docket.forms,
        shown_by=tuple(act.items for act in entry.acts),
        events=tuple(step.event for step in docket.history),
        deadlines=docket.deadlines,
        words=words,
        data=found.used,
        unverified=found.unverified,
        differing=found.differing,
    )


def _codes(docket: Docket, summary: DocketSummary) -> Iterator[_Code]:
    """Every code that is told, in the order of the telling."""
    for who in summary.reporters:
        yield "reporters", who.kind
        yield from _agencies(who.agency)
    if summary.region:
        yield "regions", summary.region
    yield from (("offices", office) for office in summary.offices)
    for act, form in zip(summary.acts, docket.forms, strict=True):
        yield "acts", act.act
        if act.contest:
            yield "contests", act.contest
        yield from (("rules", code) for code in form.rules)
        yield from (("rules", one.rules) for one in form.forms)
        yield from (("kinds", one.kind) for one in form.forms)
    for name, steps in (
        ("statuses", summary.history),
        ("recommendations", summary.recommendations),
        ("follow_ups", summary.follow_ups),
    ):
        for step in steps:
            if step.code != OTHER:
                yield name, step.code
            yield from _agencies(step.agency)


def _agencies(code: str) -> Iterator[_Code]:
    if code:
        yield "agencies", code


def _worded(code: _Code, data: DataSets) -> Worded:
    name, what = code
    codes = getattr(data, name)
    one = codes.on(what, None)
    indonesian, english = codes.words(what)
    verified = None if one is None else one.verified
    return Worded(data_set=name, code=what, id=indonesian, en=english, verified=verified)


class _DataTold(NamedTuple):
    used: tuple[DataFile, ...]
    unverified: tuple[str, ...]
    differing: tuple[str, ...]


def _data_told(docket: Docket, entry: DocketEntry, words: tuple[Worded, ...], data: DataSets) -> _DataTold:
    """The data sets that were used, those that nobody has compared, and those that are not the entry's."""
    calendar = any(by_calendar(one.code, one.runs_from, data) for one in docket.deadlines)
    compared = {one.data_set: True for one in words}
    compared |= {one.data_set: False for one in words if one.verified is False}
    if docket.forms:
        compared |= {"forms": _forms_compared(docket, data), "rules": compared.get("rules", True)}
    if docket.deadlines:
        compared["deadlines"] = all(one.verified for one in docket.deadlines)
    if calendar:
        compared["holidays"] = data.calendar.verified
    before = {one.name: one.sha256 for one in entry.data}
    used = tuple(one for one in data.used if one.name in compared)
    return _DataTold(
        used=used,
        unverified=tuple(one.name for one in used if not compared[one.name]),
        differing=tuple(one.name for one in used if before.get(one.name) != one.sha256),
    )


def _forms_compared(docket: Docket, data: DataSets) -> bool:
    """Of an act that no form names, every form was asked."""
    if all(one.forms for one in docket.forms):
        return all(form.verified for one in docket.forms for form in one.forms)
    return all(form.verified for same in data.forms.values() for form in same)
