"""When a post is looked at again: from the record alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidentia.case.schedule import (
    AFTERWARDS,
    CONFIRMED_AFTER,
    MOST_EARLY,
    STEPS,
    due,
    duration,
    schedule,
    spelled,
)
from evidentia.detect.timeline import assemble
from evidentia.record.errors import UsageError
from evidentia.record.life import Timeline
from evidentia.record.moment import Interval
from evidentia.record.post import OWN_CAPTURE, Account, Evidence, Observation, Post, State

START = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
LASTS = timedelta(seconds=5)


def look(
    at: timedelta, n: int = 1, state: State = State.LIVE, text: str = "a", source: str = OWN_CAPTURE
) -> Observation:
    shown = state in (State.LIVE, State.EDITED)
    post = Post(platform="uji", native_id="1", url="https://a.example/1", author=Account(), text=text)
    return Observation(
        key="uji:a.example/1",
        url="https://a.example/1",
        state=state,
        during=Interval(not_before=START + at, not_after=START + at + LASTS),
        source=source,
        evidence=(Evidence(item=n, path="capture.wacz"),),
        post=post if shown else None,
    )


def life(*looks: Observation) -> Timeline:
    (only,) = assemble(looks)
    return only


def next_after(*looks: Observation, every: timedelta | None = None) -> timedelta:
    """How long after the first look the next is due."""
    found = due(life(*looks), START, every)
    assert found is not None
    return found.next - START


def test_looks_are_dense_at_first_and_get_rarer() -> None:
    expected = {
        timedelta(): timedelta(minutes=15),
        timedelta(hours=5, minutes=59): timedelta(minutes=15),
        timedelta(hours=6): timedelta(hours=1),
        timedelta(days=2): timedelta(hours=6),
        timedelta(days=14): timedelta(days=1),
        timedelta(days=90): timedelta(days=7),
        timedelta(days=900): timedelta(days=7),
    }
    for age, every in expected.items():
        looks = [look(timedelta()), look(age, 2)] if age else [look(age)]
        assert next_after(*looks) == age + every


def test_a_change_is_confirmed_soon_and_makes_looks_dense_again() -> None:
    old, changed = look(timedelta()), look(timedelta(days=100), 2, text="b")
    seen = timedelta(days=100) + LASTS
    assert next_after(old, changed) == seen + CONFIRMED_AFTER
    confirmed = look(seen + CONFIRMED_AFTER, 3, text="b")
    assert next_after(old, changed, confirmed) == seen + CONFIRMED_AFTER + STEPS[0][1]


@pytest.mark.parametrize("state", [State.UNAVAILABLE, State.UNREACHABLE, State.CHALLENGE, State.LOGIN_WALL])
def test_an_absence_or_an_obstacle_is_confirmed_once(state: State) -> None:
    day = timedelta(days=20)
    first, gone = look(timedelta()), look(day, 2, state)
    assert next_after(first, gone) == day + LASTS + CONFIRMED_AFTER
    again = day + LASTS + CONFIRMED_AFTER
    following = next_after(first, gone, look(again, 3, state))
    assert following > again + CONFIRMED_AFTER, "twice is enough"


def test_the_full_capture_right_after_a_light_look_confirms_nothing() -> None:
    day = timedelta(days=20)
    looks = (look(timedelta()), look(day, 2, State.UNAVAILABLE), look(day + 2 * LASTS, 3, State.UNAVAILABLE))
    assert next_after(*looks) == day + LASTS + CONFIRMED_AFTER


def test_an_interval_of_ones_own_replaces_the_steps_and_not_the_confirmation() -> None:
    hour = timedelta(hours=1)
    assert next_after(look(timedelta(days=1)), every=hour) == timedelta(days=1) + hour
    gone = look(timedelta(days=1), 2, State.UNAVAILABLE)
    assert next_after(look(timedelta()), gone, every=hour) == timedelta(days=1) + LASTS + CONFIRMED_AFTER
    assert next_after(look(timedelta()), gone, every=timedelta(minutes=1)) < timedelta(days=1, minutes=2)


def test_what_was_never_looked_at_is_never_due() -> None:
    assert due(life(look(timedelta(), source="Wayback Machine")), START) is None
    assert schedule([life(look(timedelta(), source="chat export"))], START) == ()


def test_looks_of_others_do_not_count() -> None:
    theirs = look(timedelta(hours=5), 2, source="Wayback Machine")
    assert next_after(look(timedelta()), theirs) == timedelta(minutes=15)


spans = st.timedeltas(min_value=timedelta(seconds=10), max_value=timedelta(days=400))
states = st.sampled_from(list(State))


@given(st.lists(st.tuples(spans, states, st.sampled_from("ab")), min_size=1, max_size=8))
def test_the_next_look_is_bounded_and_nothing_is_due_twice(
    moments: list[tuple[timedelta, State, str]],
) -> None:
    at, looks = timedelta(), []
    for n, (span, state, text) in enumerate(moments, 1):
        at += span
        looks.append(look(at, n, state, text))
    found = due(life(*looks), START + at)
    assert found is not None
    assert found.last == START + at
    assert timedelta() < found.next - found.last <= AFTERWARDS
    assert found.every in [every for _, every in STEPS] + [AFTERWARDS]
    assert not found.is_due, "what was just looked at is not due"
    assert due(life(*looks), found.next).is_due  # type: ignore[union-attr]


@given(st.integers(0, 40))
def test_a_timer_that_runs_at_the_interval_finds_every_look_due(drift: int) -> None:
    """Each look begins some seconds after the timer; the next run comes at the interval's own pace."""
    begun = timedelta(seconds=drift)
    found = due(life(look(begun)), START + timedelta(minutes=15))
    assert found is not None
    assert found.is_due
    early = due(life(look(begun)), START + timedelta(minutes=15) - MOST_EARLY - timedelta(seconds=41))
    assert early is not None
    assert not early.is_due


def test_time_spans_are_read_and_spelled() -> None:
    assert duration("90m") == timedelta(minutes=90)
    assert duration("0m") == timedelta()
    assert duration("1w") == timedelta(days=7)
    for wrong in ("", "6", "h", "-6h", "6 h", "6H", "1.5h", "٦h", "99999d"):
        with pytest.raises(UsageError):
            duration(wrong)


@given(st.integers(0, 9999), st.sampled_from("mhdw"))
def test_what_is_spelled_is_read_again(number: int, unit: str) -> None:
    span = duration(f"{number}{unit}")
    assert len(spelled(span)) > 6 or duration(spelled(span)) == span
