"""One case as it is counted: codes and days, no pseudonyms, no words."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from evidentia.record.docket import (
    Code,
    CountedAct,
    Dated,
    DatedRecommendation,
    Docket,
    DocketSummary,
    FormOutcome,
    Standing,
)

from .data_sets import DataSets, day_in
from .deadlines import NO_ZONE

OTHER = "OTHER"
"""What stands for a status whose words are no code: `evidentia status` takes any."""


def docket_summary(docket: Docket, data: DataSets, made_at: datetime) -> DocketSummary:
    """What is counted of a case; of one without an entry nothing but that."""
    entry = docket.entry
    zone = ("" if entry is None else data.zone_of(entry.region)) or NO_ZONE

    def day(at: datetime | None) -> date | None:
        return None if at is None else day_in(at, zone)

    def dated(code: str, at: datetime, agency: str) -> Dated:
        return Dated(code=code if is_code(code) else OTHER, on=day_in(at, zone), agency=agency)

    return DocketSummary(
        case=docket.case,
        events=docket.head.events,
        seal=docket.head.seal,
        standing=docket.standing,
        status=docket.status,
        made_at=made_at,
        region="" if entry is None else entry.region,
        reporters=() if entry is None else entry.reporters,
        offices=() if entry is None else tuple(sorted(one.office for one in entry.persons)),
        acts=()
        if entry is None
        else tuple(
            CountedAct(
                act=act.act,
                persons=len(act.persons or entry.persons),
                platform=act.platform,
                outcome=form.outcome,
                forms=tuple(one.code for one in form.forms),
                kind=form.kind,
                contest=act.contest,
                first_day=day(act.acted.not_before),
                last_day=day(act.acted.not_after),
            )
            for act, form in zip(entry.acts, docket.forms, strict=True)
        ),
        known_on=None if entry is None else day(entry.known_at),
        received_on=None if entry is None else day(entry.received_at),
        history=tuple(dated(one.status, one.at, one.agency) for one in docket.history),
        recommendations=()
        if entry is None
        else tuple(
            DatedRecommendation(
                code=one.recommendation,
                on=day_in(one.at, zone),
                agency=one.agency,
                received_on=day(one.received_at),
            )
            for one in entry.recommendations
        ),
        follow_ups=()
        if entry is None
        else tuple(dated(one.follow_up, one.at, one.agency) for one in entry.follow_ups),
        data={one.name: one.sha256 for one in docket.data},
    )


def is_code(text: str) -> bool:
    """Whether a text has the shape of a code."""
    try:
        msgspec.convert(text, Code)
    except msgspec.ValidationError:
        return False
    return True


def counts(summary: DocketSummary) -> bool:
    """Whether there is anything to be counted in a summary."""
    return summary.standing is not Standing.NONE


def listed(act: CountedAct) -> str:
    """Under which form an act is counted: its one form, or the outcome that there is none."""
    return act.forms[0] if act.outcome is FormOutcome.LISTED else act.outcome.value
