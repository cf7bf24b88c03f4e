"""What is told of an invented docket: two acts, one of a straddling time, with a recommendation and a follow-up."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
from report_sample import KASN, START, head

from evidentia.docket.data_sets import DataSets, docket_data
from evidentia.docket.deadlines import deadlines
from evidentia.docket.forms import decide
from evidentia.docket.telling import docket_told
from evidentia.record.docket import Docket, DocketEntry, DocketGiven, DocketTold, Standing, StatusStep

EXAMPLE = Path(__file__).parents[2] / "docs" / "docket-example.toml"
DATA = docket_data()


def entry(**changed: Any) -> DocketEntry:
    """The entry that the docs show, as it was filed."""
    given = msgspec.convert(tomllib.loads(EXAMPLE.read_text("utf-8")), DocketGiven)
    told = {name: getattr(given, name) for name in DocketGiven.__struct_fields__} | changed
    filed = {
        "case": "makassar-15",
        "supersedes": None,
        "filed_by": KASN,
        "filed_at": START,
        "data": DATA.used,
    }
    return DocketEntry(**{**told, **filed, **{k: v for k, v in changed.items() if k in filed}})


def docket(
    one: DocketEntry | None = None, data: DataSets = DATA, as_of: date = date(2026, 11, 23), **changed: Any
) -> Docket:
    """The case's docket with that entry."""
    one = one or entry()
    stated = [StatusStep(status=step.status, at=step.at, agency=step.agency) for step in one.history]
    said = [StatusStep(status="klarifikasi", at=START, event=7)]
    said.append(StatusStep(status="dengan kata sendiri: Pejabat 07", at=START, event=8))
    made = Docket(
        case="makassar-15",
        head=head(),
        item=5,
        standing=Standing.CURRENT,
        withheld=(),
        withheld_entries=(),
        status=None,
        faults=(),
        entry=one,
        forms=tuple(decide(act, data) for act in one.acts),
        history=tuple(stated + said),
        deadlines=deadlines(one, stated + said, data, as_of),
        as_of=as_of,
        data=data.used,
    )
    return msgspec.structs.replace(made, **changed)


def told(one: Docket | None = None, data: DataSets = DATA) -> DocketTold:
    """What a report tells of it."""
    return docket_told(one or docket(), data, datetime(2026, 11, 23, tzinfo=UTC))
