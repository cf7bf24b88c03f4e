"""How strong an absence is: weighed from looks, never turned into more than a look could say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from evidentia.detect.absence import ABSENT, LEAST_INTERVAL, Absence, Ground, Strength, absence_of
from evidentia.detect.state import INFORMATIVE, PRESENT, key_of, observe
from evidentia.detect.timeline import assemble
from evidentia.platforms import read
from evidentia.record.moment import Interval
from evidentia.record.post import (
    OWN_CAPTURE,
    Account,
    Control,
    ControlKind,
    Evidence,
    Observation,
    Post,
    Signal,
    State,
)
from lab.recorded import load

START = datetime(2026, 11, 20, tzinfo=UTC)
KEY = "forum.example:1"
BLUESKY = Path(__file__).parents[2] / "fixtures" / "platforms" / "bluesky"


def between(hours: float) -> Interval:
    start = START + timedelta(hours=hours)
    return Interval(not_before=start, not_after=start + timedelta(minutes=1))


def look(hours: float, state: State, *controls: Control, source: str = OWN_CAPTURE) -> Observation:
    post = Post(platform="forum", native_id="1", url="http://forum.example/1", author=Account(), text="Halo")
    return Observation(
        key=KEY,
        url="http://forum.example/1",
        state=state,
        during=between(hours),
        source=source,
        evidence=(Evidence(item=int(hours) + 1, path="capture.wacz"),),
        signals=(Signal(name="http-status", seen="404", where="http://forum.example/1"),),
        post=post if state in PRESENT else None,
        controls=controls,
    )


def control(
    answered: bool = True, kind: ControlKind = ControlKind.SAME_HOST, state: State | None = None
) -> Control:
    url = "http://forum.example/2" if kind is ControlKind.SAME_HOST else "http://forum.example/1"
    return Control(
        kind=kind,
        url=url,
        answered=answered,
        seen="200",
        during=between(1),
        where="controls.wacz",
        state=state,
    )


def vantage(state: State) -> Control:
    return control(state in PRESENT, ControlKind.SECOND_VANTAGE, state)


def weighed(*looks: Observation) -> Absence | None:
    (timeline,) = assemble(looks)
    return absence_of(timeline)


def strength(*looks: Observation) -> Strength:
    absence = weighed(*looks)
    assert absence is not None
    return absence.strength


def grounds(*looks: Observation) -> set[Ground]:
    absence = weighed(*looks)
    assert absence is not None
    return {basis.ground for basis in absence.bases}


LIVE = look(0, State.LIVE)


def test_a_post_that_is_there_restricted_or_never_told_of_is_not_absent() -> None:
    assert weighed(LIVE) is None
    assert weighed(look(0, State.ACCESS_RESTRICTED)) is None
    assert weighed(look(0, State.LOGIN_WALL), look(1, State.UNREACHABLE)) is None


def test_a_post_that_came_back_is_not_absent() -> None:
    assert weighed(LIVE, look(1, State.UNAVAILABLE, control()), look(2, State.LIVE)) is None


def test_one_404_alone_is_bare_and_bounded_by_the_looks_around_it() -> None:
    gone = look(5, State.UNAVAILABLE)
    absence = weighed(LIVE, gone)
    assert absence is not None
    assert (absence.state, absence.strength, absence.looks) == (State.UNAVAILABLE, Strength.BARE, 1)
    assert (absence.not_before, absence.not_after) == (LIVE.during.not_before, gone.during.not_after)
    assert {basis.ground for basis in absence.bases} == {Ground.SEEN_BEFORE}


def test_what_told_nothing_in_between_neither_ends_nor_confirms_an_absence() -> None:
    looks = (LIVE, look(5, State.UNAVAILABLE), look(6, State.CHALLENGE), look(50, State.UNREACHABLE))
    absence = weighed(*looks)
    assert absence is not None
    assert (absence.strength, absence.looks) == (Strength.BARE, 1)


def test_a_control_that_answered_supports_and_one_that_did_not_takes_away() -> None:
    gone = State.UNAVAILABLE
    assert strength(LIVE, look(1, gone, control())) is Strength.SUPPORTED
    assert Ground.SAME_HOST_ANSWERED in grounds(LIVE, look(1, gone, control()))
    silent = (LIVE, look(1, gone, control(False)), look(48, gone, control(False)))
    assert strength(*silent) is Strength.BARE
    assert {Ground.SAME_HOST_SILENT, Ground.SECOND_TIME} <= grounds(*silent)
    assert strength(LIVE, look(1, gone, control(False), control())) is Strength.SUPPORTED


def test_a_second_vantage_agrees_or_disputes() -> None:
    gone = State.UNAVAILABLE
    assert strength(LIVE, look(1, gone, vantage(gone))) is Strength.SUPPORTED
    assert strength(LIVE, look(1, gone, control(), vantage(gone))) is Strength.CONFIRMED
    disputed = LIVE, look(1, gone, control(), vantage(State.LIVE))
    assert strength(*disputed) is Strength.DISPUTED
    assert strength(LIVE, look(1, gone, vantage(State.LOGIN_WALL))) is Strength.BARE
    assert strength(LIVE, look(1, State.DELETED_BY_AUTHOR, vantage(State.LIVE))) is Strength.DISPUTED


@pytest.mark.parametrize(
    ("apart", "found"),
    [(LEAST_INTERVAL + timedelta(minutes=1), Strength.SUPPORTED), (LEAST_INTERVAL, Strength.BARE)],
)
def test_a_second_time_counts_from_the_end_of_the_first_look(apart: timedelta, found: Strength) -> None:
    later = 1 + apart.total_seconds() / 3600
    assert strength(LIVE, look(1, State.UNAVAILABLE), look(later, State.UNAVAILABLE)) is found


def test_the_interval_is_stated_and_can_be_chosen() -> None:
    (timeline,) = assemble([LIVE, look(1, State.UNAVAILABLE), look(2, State.UNAVAILABLE)])
    absence = absence_of(timeline, least_interval=timedelta(minutes=30))
    assert absence is not None
    assert [basis.after for basis in absence.bases if basis.ground is Ground.SECOND_TIME] == [59 * 60]


@pytest.mark.parametrize("state", [State.DELETED_BY_AUTHOR, State.REMOVED_BY_PLATFORM, State.ACCOUNT_GONE])
def test_a_statement_that_names_its_cause_is_called_that(state: State) -> None:
    absence = weighed(LIVE, look(1, state))
    assert absence is not None
    assert (absence.state, absence.strength) == (state, Strength.STATED)


def test_looks_of_others_confirm_nothing() -> None:
    archive = [look(n, State.UNAVAILABLE, control(), source="Wayback Machine") for n in (1, 48)]
    assert strength(LIVE, *archive) is Strength.BARE


def test_a_reader_s_own_control_counts() -> None:
    gone = look(1, State.UNAVAILABLE)
    answered = Signal(name="control-address", seen="200", where="http://forum.example/@warga12")
    assert strength(LIVE, replace(gone, signals=(*gone.signals, answered))) is Strength.SUPPORTED


def bluesky(name: str, hours: float) -> Observation:
    page = load(BLUESKY / f"{name}.json")
    reading = read(page)
    key = key_of(reading, page.requested_url, {})
    return observe(reading, page.requested_url, between(hours), (Evidence(item=1, path="c"),), key)


def test_a_signed_absence_after_a_signed_presence_is_the_strongest() -> None:
    present, removed = bluesky("post-live-by-at-uri", 0), bluesky("post-removed", 1)
    removed = replace(removed, key=present.key)
    assert removed.state is State.UNAVAILABLE
    absence = weighed(present, removed)
    assert absence is not None
    assert (absence.state, absence.strength) == (State.UNAVAILABLE, Strength.PROVEN)
    first = absence.bases[0]
    assert first.ground is Ground.SIGNED_AFTER_PRESENCE
    assert len(first.evidence) == 2


def test_a_signed_absence_without_a_signed_presence_shows_no_removal() -> None:
    absence = weighed(bluesky("post-that-never-was", 1))
    assert absence is not None
    assert (absence.strength, absence.not_before) == (Strength.SUPPORTED, None)
    assert {basis.ground for basis in absence.bases} == {Ground.SIGNED}


def test_a_presence_that_claims_to_be_signed_later_proves_nothing() -> None:
    present, removed = bluesky("post-live-by-at-uri", 0), bluesky("post-removed", 1)
    (proof,) = removed.proofs
    assert proof.at is not None
    early = replace(proof, at=proof.at - timedelta(days=400))
    absence = weighed(present, replace(removed, key=present.key, proofs=(early,)))
    assert absence is not None
    assert absence.strength is Strength.SUPPORTED


states = st.sampled_from(list(State))
controls = st.lists(st.one_of(st.builds(control, st.booleans()), st.builds(vantage, states)), max_size=3).map(
    tuple
)


@given(st.lists(st.tuples(st.floats(0, 1000), states, controls), min_size=1, max_size=8))
def test_weighing_never_says_more_than_the_last_look_that_told_anything(
    drawn: list[tuple[float, State, tuple[Control, ...]]],
) -> None:
    (timeline,) = assemble([look(hours, state, *asked) for hours, state, asked in drawn])
    told = [o for o in timeline.observations if o.state in INFORMATIVE]
    absence = absence_of(timeline)
    if not told or told[-1].state not in ABSENT:
        assert absence is None
        return
    assert absence is not None
    assert absence.state is told[-1].state
    if absence.strength is Strength.STATED:
        assert absence.state is not State.UNAVAILABLE
    assert absence.strength is not Strength.PROVEN
