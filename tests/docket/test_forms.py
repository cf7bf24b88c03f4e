"""Which violation form the rules name: by the act's time, and "undetermined" wherever that is the truth."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidentia.docket.data_sets import docket_data
from evidentia.docket.forms import decide
from evidentia.record.docket import Because, FormOutcome

from .made import HEAD, WITA, act, at, entry, replaced

DATA = docket_data()
LISTED, NOT_LISTED, UNDETERMINED = FormOutcome


def codes(act_: object) -> list[str]:
    return [form.code for form in decide(act_, DATA).forms]  # type: ignore[arg-type]


def test_the_same_like_is_ethics_before_the_determination_and_discipline_after() -> None:
    before = decide(act("LIKE", at(2024, 9, 1), at(2024, 9, 2)), DATA)
    after = decide(act("LIKE", at(2024, 10, 1), at(2024, 10, 2)), DATA)
    assert (before.outcome, before.kind, before.forms[0].code) == (LISTED, "ethics", "E4")
    assert (after.outcome, after.kind, after.forms[0].code) == (LISTED, "discipline", "D6")


def test_an_interval_that_straddles_the_determination_is_undetermined_and_names_both_forms() -> None:
    found = decide(act("LIKE", at(2024, 9, 20), at(2024, 9, 25)), DATA)
    assert found.outcome is UNDETERMINED
    assert found.because == (Because.STRADDLES_DETERMINATION,)
    assert [form.code for form in found.forms] == ["E4", "D6"]
    assert found.kind is None
    assert found.stage is None


@pytest.mark.parametrize(
    ("moment", "outcome"),
    [
        (datetime(2024, 9, 22, 0, 59, 59, tzinfo=WITA), LISTED),  # the determination's day begins in WIB
        (datetime(2024, 9, 22, 1, 0, 0, tzinfo=WITA), UNDETERMINED),
        (datetime(2024, 9, 23, 0, 59, 59, tzinfo=WITA), UNDETERMINED),
        (datetime(2024, 9, 23, 1, 0, 0, tzinfo=WITA), LISTED),
    ],
)
def test_on_the_day_of_the_determination_the_hour_is_not_known(
    moment: datetime, outcome: FormOutcome
) -> None:
    assert decide(act("LIKE", moment, moment), DATA).outcome is outcome


def test_a_time_that_ends_with_the_first_moment_of_the_day_may_lie_on_it() -> None:
    border = datetime(2024, 9, 22, 1, 0, 0, tzinfo=WITA)
    assert decide(act("LIKE", at(2024, 9, 1), border), DATA).outcome is UNDETERMINED
    assert decide(act("LIKE", at(2024, 9, 1), border - timedelta(seconds=1)), DATA).outcome is LISTED


def test_an_interval_that_straddles_a_change_of_rules_is_undetermined() -> None:
    found = decide(act("LIKE", at(2022, 9, 1), at(2022, 10, 1)), DATA)
    assert (found.outcome, found.because) == (UNDETERMINED, (Because.STRADDLES_RULES,))
    assert found.rules == ("PP94-2021", "SKB-2022")


def test_a_rule_set_begins_with_the_day_of_its_own_zone() -> None:
    """The decree is of 22 September in Jakarta, when Makassar's day is an hour old."""
    before, after = (datetime(2022, 9, 22, *hour, tzinfo=WITA) for hour in ((0, 59), (1, 0)))
    assert decide(act("LIKE", before, before), DATA).rules == ("PP94-2021",)
    assert decide(act("LIKE", after, after), DATA).rules == ("PP94-2021", "SKB-2022")


def test_both_are_said_where_it_straddles_both(tmp_path: Path) -> None:
    rules = HEAD + 'zone = "Asia/Jakarta"\n'
    rules += entry(code='"OLD"', until="2024-09-23") + entry(code='"SKB-2022"', **{"from": "2024-09-24"})
    forms = "".join(
        entry(code=f'"{code}"', rules=f'"{rule}"', kind='"ethics"', stage=f'"{stage}"', acts='["LIKE"]')
        for code, rule, stage in [("A", "OLD", "before"), ("B", "OLD", "after"), ("C", "SKB-2022", "any")]
    )
    data = replaced(tmp_path / "d", rules=rules, forms=HEAD + forms)
    found = decide(act("LIKE", at(2024, 9, 20), at(2024, 9, 30)), data)
    assert set(found.because) == {Because.STRADDLES_RULES, Because.STRADDLES_DETERMINATION}
    assert {form.code for form in found.forms} == {"A", "B", "C"}


def test_a_rule_set_of_a_user_is_asked_at_the_time_of_the_act(tmp_path: Path) -> None:
    rules = HEAD + 'zone = "Asia/Jakarta"\n'
    rules += entry(code='"OLD"', until="2021-08-31") + entry(code='"NEW"', **{"from": "2021-08-31"})
    forms = "".join(
        entry(code=f'"{code}"', rules=f'"{rule}"', kind='"discipline"', stage='"any"', acts='["LIKE"]')
        for code, rule in [("OLD-1", "OLD"), ("NEW-1", "NEW")]
    )
    data = replaced(tmp_path / "d", rules=rules, forms=HEAD + forms)
    assert decide(act("LIKE", at(2020, 1, 1), at(2020, 1, 2)), data).forms[0].code == "OLD-1"
    assert decide(act("LIKE", at(2022, 1, 1), at(2022, 1, 2)), data).forms[0].code == "NEW-1"


def test_before_the_rules_that_are_in_the_data_nothing_is_said() -> None:
    found = decide(act("LIKE", at(2009, 1, 1), at(2009, 1, 2)), DATA)
    assert (found.outcome, found.because) == (UNDETERMINED, (Because.NO_RULES,))


def test_rules_that_name_no_such_act_are_told_as_that() -> None:
    found = decide(act("STICKER", at(2024, 10, 1), at(2024, 10, 2)), DATA)
    assert (found.outcome, found.because, found.forms) == (NOT_LISTED, (Because.NO_FORM,), ())


def test_without_a_time_it_is_undetermined() -> None:
    found = decide(act("LIKE", None, None), DATA)
    assert (found.outcome, found.because) == (UNDETERMINED, (Because.NO_TIME,))
    assert {form.code for form in found.forms} == {"E4", "D6"}


def test_with_one_bound_it_is_determined_only_where_that_is_enough() -> None:
    assert decide(act("LIKE", at(2024, 10, 1), None), DATA).outcome is LISTED
    assert decide(act("LIKE", None, at(2024, 9, 1)), DATA).because == (Because.STRADDLES_RULES,)


def test_without_an_election_the_stage_is_not_known() -> None:
    found = decide(act("LIKE", at(2024, 10, 1), at(2024, 10, 2), contest=""), DATA)
    assert (found.outcome, found.because) == (UNDETERMINED, (Because.NO_CONTEST,))


def test_an_act_that_several_forms_name_waits_for_a_person() -> None:
    offline = decide(act("OFFLINE", at(2024, 10, 1), at(2024, 10, 2)), DATA)
    assert (offline.outcome, offline.because) == (UNDETERMINED, (Because.SEVERAL_FORMS,))
    assert offline.kind == "discipline"  # both of them are
    chosen = decide(act("OFFLINE", at(2024, 10, 1), at(2024, 10, 2), form="D4"), DATA)
    assert (chosen.outcome, chosen.chosen_by_person, codes(chosen_act())) == (LISTED, True, ["D4"])


def chosen_act() -> object:
    return act("OFFLINE", at(2024, 10, 1), at(2024, 10, 2), form="D4")


def test_a_person_cannot_choose_a_form_that_was_not_in_force() -> None:
    found = decide(act("LIKE", at(2024, 9, 1), at(2024, 9, 2), form="D6"), DATA)
    assert (found.outcome, found.because) == (UNDETERMINED, (Because.NOT_OF_THE_RULES,))
    straddling = decide(act("LIKE", at(2024, 9, 20), at(2024, 9, 25), form="D6"), DATA)
    assert straddling.outcome is UNDETERMINED


MOMENTS = st.integers(0, 9000).map(lambda days: at(2005, 1, 1) + timedelta(days=days))


@given(st.sampled_from(sorted(DATA.acts)), MOMENTS, MOMENTS, MOMENTS)
def test_whoever_knows_less_of_the_time_is_never_told_more(
    code: str, one: datetime, two: datetime, three: datetime
) -> None:
    first, middle, last = sorted([one, two, three])
    wide = decide(act(code, first, last), DATA)
    narrow = decide(act(code, middle, middle), DATA)
    if wide.outcome is LISTED:
        assert (narrow.outcome, narrow.forms) == (LISTED, wide.forms)
    if wide.outcome is NOT_LISTED:
        assert narrow.outcome is NOT_LISTED
    if narrow.outcome is LISTED and wide.outcome is UNDETERMINED:
        assert set(narrow.forms) <= set(wide.forms)
