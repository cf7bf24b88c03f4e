"""What is told of a docket beside the evidence: no more of anybody than the summary holds, and by which data."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evidentia.docket.data_sets import DataSets, docket_data
from evidentia.docket.deadlines import deadlines
from evidentia.docket.forms import decide
from evidentia.docket.summary import docket_summary
from evidentia.docket.telling import docket_told
from evidentia.record.custody import Actor, Head
from evidentia.record.docket import (
    Docket,
    DocketEntry,
    Person,
    Recommendation,
    Reporter,
    Standing,
    StatusStep,
)

from .made import HEAD, act, at, entry, replaced

DATA = docket_data()
MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)
WHO = Actor(who="a", name="Penyidik A", role="", organisation="", certificate="0" * 64)


def docket(data: DataSets = DATA, standing: Standing = Standing.CURRENT, **changed: Any) -> Docket:
    fields: dict[str, Any] = {
        "case": "kasus-07",
        "supersedes": None,
        "filed_by": WHO,
        "filed_at": at(2024, 10, 6, 23),
        "data": DATA.used,
        "region": "73",
        "registration": "07/REG/2024",
        "reporters": (Reporter(kind="AGENCY", agency="BAWASLU"),),
        "persons": (Person(pseudonym="Pejabat 07", office="JPT", identified_by=3),),
        "acts": (msgspec.structs.replace(act("LIKE", at(2024, 9, 24), at(2024, 9, 24)), items=(1, 2)),),
        "known_at": at(2024, 9, 26),
        "recommendations": (Recommendation(recommendation="MORAL", at=at(2024, 10, 1), agency="BAWASLU"),),
    }
    one = DocketEntry(**fields | changed)
    history = (
        StatusStep(status="kajian", at=at(2024, 9, 27)),
        StatusStep(status="Pejabat 07 dipanggil", at=at(2024, 9, 28), event=4),
    )
    return Docket(
        case="kasus-07",
        head=Head(case="kasus-07", events=4, seal="0" * 64, signatures=()),
        item=5,
        standing=standing,
        withheld=(),
        withheld_entries=() if standing is Standing.CURRENT else (6,),
        status=None,
        faults=(),
        entry=one,
        forms=tuple(decide(each, data) for each in one.acts),
        history=history,
        deadlines=deadlines(one, history, data, date(2024, 10, 7)),
        as_of=date(2024, 10, 7),
        data=data.used,
    )


def test_no_pseudonym_no_number_of_the_agency_no_item_with_a_name_and_no_free_words() -> None:
    told = docket_told(docket(), DATA, MADE_AT)
    said = msgspec.json.encode(told).decode()
    for hidden in ("Pejabat", "07/REG", "Penyidik", "dipanggil", "identified_by"):
        assert hidden not in said, hidden
    assert told.summary == docket_summary(docket(), DATA, MADE_AT)
    assert told.shown_by == ((1, 2),)
    assert (told.events, told.filed_on, told.as_of) == ((None, 4), date(2024, 10, 6), date(2024, 10, 7))


def test_of_an_entry_that_is_withheld_nothing_is_told_of_the_older_one() -> None:
    told = docket_told(docket(standing=Standing.NEWER_WITHHELD), DATA, MADE_AT)
    assert (told.item, told.summary, told.forms, told.deadlines) == (None, None, (), ())
    assert told.withheld_entries == (6,)


def test_every_code_has_its_words_and_one_that_the_data_lack_is_said_to_be_that() -> None:
    told = docket_told(docket(region="9999"), DATA, MADE_AT)
    words = {(one.data_set, one.code): one for one in told.words}
    assert words["acts", "LIKE"].en
    assert words["agencies", "BAWASLU"].verified is False
    assert (words["regions", "9999"].en, words["regions", "9999"].verified) == ("9999", None)
    assert ("rules", "SKB-2022") in words
    assert ("statuses", "OTHER") not in words


def test_the_data_that_were_used_are_named_and_those_that_nobody_compared() -> None:
    told = docket_told(docket(), DATA, MADE_AT)
    names = {one.name for one in told.data}
    assert names >= {"acts", "forms", "rules", "deadlines", "holidays", "contests", "regions", "offices"}
    assert not names & {"zones", "zone_names", "follow_ups"}
    assert set(told.unverified) == names
    assert told.differing == ()


def test_a_data_set_that_somebody_compared_is_not_among_them(tmp_path: Path) -> None:
    office = entry(code='"JPT"')
    data = replaced(tmp_path / "d", offices=HEAD + office)
    told = docket_told(docket(data), data, MADE_AT)
    assert "offices" not in told.unverified
    assert "acts" in told.unverified
    assert told.differing == ("offices",)  # the entry was filed with ours


@pytest.mark.parametrize("named", [True, False])
def test_of_an_act_that_no_form_names_all_forms_were_asked(named: bool, tmp_path: Path) -> None:
    form = {"rules": '"SKB-2022"', "kind": '"ethics"', "stage": '"any"'}
    mine = entry(code='"X1"', acts='["LIKE"]' if named else "[]", **form)
    other = entry(code='"X2"', acts='["SHARE"]', **form | {"verified": "false"})
    data = replaced(tmp_path / "d", forms=HEAD + mine + other)
    assert ("forms" in docket_told(docket(data), data, MADE_AT).unverified) is not named
