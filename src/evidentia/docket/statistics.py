"""Numbers over many cases, each with its unit, its whole and its definition in two languages.

Published counts of the same matter contradict each other until unit, denominator and cut-off are stated: here they
always are. Cases that are not counted are counted too, by the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from evidentia.record.docket import (
    Count,
    CountedAct,
    DatedBy,
    DocketStatistics,
    DocketSummary,
    FormOutcome,
    NotCounted,
    RegionZone,
    Row,
    Standing,
    Unit,
    Zoning,
)
from evidentia.record.errors import FormatError, UsageError
from evidentia.record.verdict import Status

from .data_sets import DataSets, ZonePolicy
from .summary import listed

LARGEST_LINE = 4 << 20
"""Bytes of one summary: a thousand acts and persons take 300 kB."""

UNKNOWN, NO_STATUS = "unknown", "no status"
_OWN_WORDS = {
    UNKNOWN: ("tidak diketahui", "not known"),
    NO_STATUS: ("tanpa status", "no status"),
    FormOutcome.UNDETERMINED.value: ("belum dapat ditentukan", "undetermined"),
    FormOutcome.NOT_LISTED.value: ("tidak ada bentuk yang menyebutnya", "no form names it"),
}
_ORDER = {UNKNOWN: 1, NO_STATUS: 1, FormOutcome.UNDETERMINED.value: 1, FormOutcome.NOT_LISTED.value: 1}

Words = Callable[[str], tuple[str, str]]


def read_summaries(where: str, raw: bytes) -> tuple[DocketSummary, ...]:
    """The summaries of a file: one JSON object, or one on each line.

    Raises:
        FormatError: a line is none.
    """
    found = []
    lines = [raw] if raw.lstrip()[:1] == b"{" and b"\n{" not in raw else raw.splitlines()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if len(line) > LARGEST_LINE:
            raise FormatError(where, f"line {number}: more than {LARGEST_LINE} bytes")
        try:
            found.append(_DECODER.decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise FormatError(where, f"line {number}: not a docket summary: {error}") from error
    return tuple(found)


_DECODER = msgspec.json.Decoder(DocketSummary)


class Question(NamedTuple):
    """What is asked: a period, the day by which a case belongs to it, and a cut-off; days, each within."""

    cut_off: date
    first_day: date | None = None
    last_day: date | None = None
    dated_by: DatedBy = DatedBy.RECEIVED


def docket_statistics(
    summaries: Sequence[DocketSummary], data: DataSets, question: Question, *, zones: str = ""
) -> DocketStatistics:
    """The numbers over some cases.

    Args:
        zones: the code of a zone policy; empty for no zones.

    Raises:
        UsageError: there is no such policy on the day of the cut-off, or the period ends before it begins.
    """
    if question.first_day and question.last_day and question.last_day < question.first_day:
        raise UsageError("The period ends before it begins.", next_step="Exchange --from and --until.")
    policy = _policy(zones, data, question.cut_off) if zones else None
    left = Counter[NotCounted]()
    cases = list(_counted(_newest(summaries, left), question, left))
    asked = [_until(one, question.cut_off) for one in cases]
    tables = tuple(_tables(asked, data))
    recommended = [one for one in asked if one.recommendations]
    return DocketStatistics(
        first_day=question.first_day,
        last_day=question.last_day,
        dated_by=question.dated_by,
        cut_off=question.cut_off,
        given=len(summaries),
        cases=len(asked),
        violations=sum(len(one.acts) for one in asked),
        persons=sum(len(one.offices) for one in asked),
        recommendations=sum(len(one.recommendations) for one in asked),
        followed_up=sum(bool(one.follow_ups) for one in recommended),
        not_counted=dict(sorted(left.items())),
        not_verified=sum(one.status is not Status.PASSED for one in asked),
        unknown_codes=_strange(asked, data),
        mixed_data=mixed_data(asked, data),
        tables=tables,
        zoning=None if policy is None else _zoning(asked, data, policy, question.cut_off),
        data=data.used,
    )


def _policy(code: str, data: DataSets, day: date) -> ZonePolicy:
    policy = data.zones.on(code, day)
    if policy is None:
        raise UsageError(
            f"There is no zone policy {code} on {day}.",
            next_step=f"The data have: {', '.join(data.zones)}. Policies are data: zones.toml.",
        )
    return policy


class Newest(NamedTuple):
    """The summary of the longest history of each case; cases with two of them that differ; how many are older."""

    cases: tuple[DocketSummary, ...]
    forked: tuple[str, ...]
    older: int


def newest_of(summaries: Iterable[DocketSummary]) -> Newest:
    """One summary of each case. Two histories of one length that differ are a fork, and neither is taken."""
    best: dict[str, DocketSummary] = {}
    forked: set[tuple[str, int]] = set()
    older = 0
    for one in summaries:
        other = best.get(one.case)
        if other is None:
            best[one.case] = one
            continue
        older += 1
        if one.events == other.events and one.seal != other.seal:
            forked.add((one.case, one.events))
        if (one.events, one.made_at) > (other.events, other.made_at):
            best[one.case] = one
    apart = [one for one in best.values() if (one.case, one.events) in forked]
    whole = tuple(one for one in best.values() if (one.case, one.events) not in forked)
    return Newest(whole, tuple(one.case for one in apart), older)


def _newest(summaries: Iterable[DocketSummary], left: Counter[NotCounted]) -> Iterator[DocketSummary]:
    found = newest_of(summaries)
    for why, number in ((NotCounted.OLDER, found.older), (NotCounted.FORK, len(found.forked))):
        if number:
            left[why] += number
    yield from found.cases


def _counted(
    cases: Iterable[DocketSummary], question: Question, left: Counter[NotCounted]
) -> Iterator[DocketSummary]:
    for one in cases:
        why = _why_not(one, question)
        if why:
            left[why] += 1
        else:
            yield one


def nothing_told(one: DocketSummary) -> NotCounted | None:
    """Why nothing of a summary can be relied on at all, or None."""
    if one.standing is Standing.NONE:
        return NotCounted.NO_ENTRY
    if one.standing is Standing.NEWER_WITHHELD:
        return NotCounted.NEWER_WITHHELD
    return NotCounted.FAILED if one.status is Status.FAILED else None


def mixed_data(cases: Iterable[DocketSummary], data: DataSets) -> dict[str, int]:
    """The data sets of which summaries used another edition than this one, with how many."""
    own = {one.name: one.sha256 for one in data.used}
    mixed = Counter(name for one in cases for name, digest in one.data.items() if own.get(name) != digest)
    return dict(sorted(mixed.items()))


def _why_not(one: DocketSummary, question: Question) -> NotCounted | None:
    if why := nothing_told(one):
        return why
    day = _day_of(one, question.dated_by)
    if day is None:
        return NotCounted.NO_DAY if question.first_day or question.last_day else None
    if day > question.cut_off:
        return NotCounted.AFTER_CUT_OFF
    before = question.first_day is not None and day < question.first_day
    after = question.last_day is not None and day > question.last_day
    return NotCounted.OUTSIDE if before or after else None


def _day_of(one: DocketSummary, dated_by: DatedBy) -> date | None:
    if dated_by is DatedBy.RECEIVED:
        return one.received_on
    if dated_by is DatedBy.KNOWN:
        return one.known_on
    days = [act.last_day for act in one.acts if act.last_day is not None]
    return min(days, default=None)


def _until(one: DocketSummary, cut_off: date) -> DocketSummary:
    """The case as it stood at the end of the cut-off's day."""
    if all(step.on <= cut_off for step in (*one.history, *one.recommendations, *one.follow_ups)):
        return one
    return msgspec.structs.replace(
        one,
        history=tuple(step for step in one.history if step.on <= cut_off),
        recommendations=tuple(step for step in one.recommendations if step.on <= cut_off),
        follow_ups=tuple(step for step in one.follow_ups if step.on <= cut_off),
    )


_DEFINITIONS = {
    "cases_by_act": (
        Unit.CASES, False,
        "Perkara yang di dalamnya perbuatan ini dilaporkan; perkara dengan dua perbuatan dihitung pada keduanya.",
        "Cases in which this act is alleged; a case with two acts is counted under both.",
    ),
    "cases_by_region": (
        Unit.CASES, True,
        "Perkara menurut daerah yang tertulis dalam entri.",
        "Cases by the region that the entry states.",
    ),
    "cases_by_reporter": (
        Unit.CASES, False,
        "Perkara menurut jenis pelapor; perkara dengan dua jenis pelapor dihitung pada keduanya.",
        "Cases by the kind of reporter; a case with two kinds is counted under both.",
    ),
    "cases_by_status": (
        Unit.CASES, True,
        "Perkara menurut status terakhir sampai dengan tanggal batas.",
        "Cases by their last status up to the cut-off.",
    ),
    "violations_by_act": (
        Unit.VIOLATIONS, True,
        "Dugaan pelanggaran menurut perbuatan: tiap perbuatan dalam entri dihitung satu, berapa pun orangnya.",
        "Alleged violations by act: each act of an entry counts once, however many persons took part.",
    ),
    "violations_by_kind": (
        Unit.VIOLATIONS, True,
        "Dugaan pelanggaran menurut jenis yang disebut aturan yang berlaku pada waktu perbuatan.",
        "Alleged violations by the kind that the rules in force at the time of the act name.",
    ),
    "violations_by_form": (
        Unit.VIOLATIONS, True,
        "Dugaan pelanggaran menurut bentuk yang disebut aturan yang berlaku pada waktu perbuatan.",
        "Alleged violations by the form that the rules in force at the time of the act name.",
    ),
    "violations_by_platform": (
        Unit.VIOLATIONS, True,
        "Dugaan pelanggaran menurut platform yang tertulis dalam entri.",
        "Alleged violations by the platform that the entry states.",
    ),
    "persons_by_office": (
        Unit.PERSONS, True,
        "Orang yang dilaporkan menurut jabatan, satu kali tiap perkara; orang dalam dua perkara dihitung dua kali.",
        "Persons concerned by office, once in each case; a person in two cases counts twice.",
    ),
    "recommendations_by_kind": (
        Unit.RECOMMENDATIONS, True,
        "Rekomendasi sampai dengan tanggal batas, menurut isinya.",
        "Recommendations up to the cut-off, by what was recommended.",
    ),
    "follow_ups_by_kind": (
        Unit.FOLLOW_UPS, True,
        "Tindak lanjut sampai dengan tanggal batas, menurut isinya.",
        "Follow-ups up to the cut-off, by what was done.",
    ),
}  # fmt: skip
"""Of each table its unit, whether its rows sum to the whole, and what a row says."""


def _tables(cases: Sequence[DocketSummary], data: DataSets) -> Iterator[Count]:
    acts = [act for one in cases for act in one.acts]
    n = len(cases)
    yield _table("cases_by_act", (c for one in cases for c in {a.act for a in one.acts}), n, data.acts.words)
    yield _table("cases_by_region", (one.region or UNKNOWN for one in cases), n, data.regions.words)
    kinds = (kind for one in cases for kind in {r.kind for r in one.reporters} or {UNKNOWN})
    yield _table("cases_by_reporter", kinds, n, data.reporters.words)
    yield _table("cases_by_status", map(_status, cases), n, data.statuses.words)
    yield _table("violations_by_act", (act.act for act in acts), len(acts), data.acts.words)
    yield _table("violations_by_kind", map(_kind, acts), len(acts), data.kinds.words)
    yield _table("violations_by_form", map(listed, acts), len(acts), data.forms.words)
    yield _table("violations_by_platform", (act.platform or UNKNOWN for act in acts), len(acts), _itself)
    offices = [office for one in cases for office in one.offices]
    yield _table("persons_by_office", offices, len(offices), data.offices.words)
    recommended = [r.code for one in cases for r in one.recommendations]
    yield _table("recommendations_by_kind", recommended, len(recommended), data.recommendations.words)
    followed = [f.code for one in cases for f in one.follow_ups]
    yield _table("follow_ups_by_kind", followed, len(followed), data.follow_ups.words)


def _itself(code: str) -> tuple[str, str]:
    return code, code


def _status(one: DocketSummary) -> str:
    """The last one: of several of one day the last that is named, which are in the order of time."""
    return max(reversed(one.history), key=lambda step: step.on).code if one.history else NO_STATUS


def _kind(act: CountedAct) -> str:
    if act.outcome is FormOutcome.NOT_LISTED:
        return act.outcome.value
    return act.kind or FormOutcome.UNDETERMINED.value


def _table(name: str, codes: Iterable[str], of: int, words: Words) -> Count:
    unit, sums, indonesian, english = _DEFINITIONS[name]
    counted = Counter(codes)
    order = sorted(counted.items(), key=lambda one: (_ORDER.get(one[0], 0), -one[1], one[0]))
    rows = []
    for code, count in order:
        said = _OWN_WORDS.get(code) or words(code)
        rows.append(Row(code=code, id=said[0], en=said[1], count=count, share=count / of if of else None))
    return Count(
        name=name,
        unit=unit,
        of=of,
        sums=sums,
        definition_id=indonesian,
        definition_en=english,
        rows=tuple(rows),
    )


def _zoning(cases: Sequence[DocketSummary], data: DataSets, policy: ZonePolicy, day: date) -> Zoning:
    """Every region of the policy's level that there was on the day, also those without a case."""
    level = [code for code in data.regions if (at := data.regions.on(code, day)) and at.level == policy.level]
    at_level = set(level)
    counted: Counter[str] = Counter(dict.fromkeys(level, 0))
    where: dict[str, str | None] = {}
    outside = 0
    for one in cases:
        if one.region not in where:
            where[one.region] = next((c for c in data.ancestors(one.region) if c in at_level), None)
        number = 1 if policy.counts == "cases" else len(one.offices)
        region = where[one.region]
        if region is None:
            outside += number
        else:
            counted[region] += number
    regions = []
    for code, number in sorted(counted.items(), key=lambda one: (-one[1], one[0])):
        indonesian, english = data.regions.words(code)
        zone = policy.zone(number)
        regions.append(RegionZone(region=code, id=indonesian, en=english, count=number, zone=zone))
    zones = Counter(one.zone for one in regions if one.zone is not None)
    return Zoning(
        policy=policy.code,
        level=policy.level,
        unit=Unit.CASES if policy.counts == "cases" else Unit.PERSONS,
        source=policy.source,
        regions=tuple(regions),
        zones={band.zone: zones[band.zone] for band in policy.bands},
        undetermined=sum(one.zone is None for one in regions),
        outside=outside,
    )


def _strange(cases: Sequence[DocketSummary], data: DataSets) -> tuple[str, ...]:
    """Codes that the data do not have: their words cannot be given."""
    used = {("regions", one.region) for one in cases if one.region}
    used |= {("offices", office) for one in cases for office in one.offices}
    used |= {("acts", act.act) for one in cases for act in one.acts}
    used |= {("forms", form) for one in cases for act in one.acts for form in act.forms}
    used |= {("kinds", act.kind) for one in cases for act in one.acts if act.kind}
    used |= {("statuses", step.code) for one in cases for step in one.history}
    used |= {(Unit.RECOMMENDATIONS, step.code) for one in cases for step in one.recommendations}
    used |= {("follow_ups", step.code) for one in cases for step in one.follow_ups}
    used |= {("reporters", who.kind) for one in cases for who in one.reporters}
    return tuple(f"{name}: {code}" for name, code in sorted(used) if code not in getattr(data, name))
