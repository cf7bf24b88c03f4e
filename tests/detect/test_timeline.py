"""Lives of posts, put together from looks at them."""

from __future__ import annotations

import json
import random
import tracemalloc
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from evidentia.detect.state import PRESENT, key_of, observe
from evidentia.detect.timeline import assemble
from evidentia.platforms import CapturedPage, read
from evidentia.platforms.keys import normalise_url
from evidentia.record.life import ChangeKind, Timeline
from evidentia.record.moment import Interval
from evidentia.record.post import Account, Evidence, Observation, Post, State

START = datetime(2026, 11, 20, tzinfo=UTC)
FIXTURES = Path(__file__).parents[2] / "fixtures" / "platforms" / "spirit"
SILENT = (State.LOGIN_WALL, State.CHALLENGE, State.UNREACHABLE, State.UNDETERMINED)
EDITS = (ChangeKind.EDITED, ChangeKind.SILENTLY_EDITED)


def look(
    at: float, text: str | None = "satu", state: State = State.LIVE, key: str = "spirit:f.example/1"
) -> Observation:
    post = Post(
        platform="spirit",
        native_id="1",
        url="http://f.example/comment/1/find/",
        author=Account(),
        text=text or "",
    )
    return Observation(
        key=key,
        url="http://f.example/topic/1/x/",
        state=state,
        during=Interval(
            not_before=START + timedelta(minutes=at), not_after=START + timedelta(minutes=at + 0.5)
        ),
        source="own capture",
        evidence=(Evidence(item=int(at) + 1, path="post.json"),),
        post=None if text is None or state not in PRESENT else post,
    )


def one(observations: list[Observation]) -> Timeline:
    (timeline,) = assemble(observations)
    return timeline


def after_minutes(moment: datetime | None) -> float:
    assert moment is not None
    return (moment - START) / timedelta(minutes=1)


def test_a_whole_life() -> None:
    timeline = one(
        [
            look(0),
            look(10, "dua"),
            look(20, None, State.CHALLENGE),
            look(30, None, State.UNAVAILABLE),
            look(40, None, State.UNREACHABLE),
            look(50, "dua"),
            look(60, "satu"),
        ]
    )
    assert [(v.n, v.text) for v in timeline.versions] == [(1, "satu"), (2, "dua"), (3, "satu")]
    assert [(after_minutes(v.not_before), after_minutes(v.not_after)) for v in timeline.versions] == [
        (0, 0.5),
        (10, 50.5),
        (60, 60.5),
    ]
    assert [(c.kind, after_minutes(c.not_before), after_minutes(c.not_after)) for c in timeline.changes] == [
        (ChangeKind.EDITED, 0, 10.5),
        (ChangeKind.STATE_CHANGED, 10, 30.5),
        (ChangeKind.RESTORED, 30, 50.5),
        (ChangeKind.EDITED, 50, 60.5),
    ]
    assert timeline.state is State.EDITED
    assert len(timeline.observations) == 7


def test_the_state_is_the_last_that_was_seen_even_if_it_proves_nothing() -> None:
    assert one([look(0), look(5, None, State.UNREACHABLE)]).state is State.UNREACHABLE
    assert one([look(0), look(5)]).state is State.LIVE


def test_an_edit_while_the_post_was_away_is_found_and_bounded_by_the_looks_that_showed_it() -> None:
    timeline = one([look(0), look(10, None, State.ACCESS_RESTRICTED), look(20, "dua")])
    edit = next(change for change in timeline.changes if change.kind in EDITS)
    assert (after_minutes(edit.not_before), after_minutes(edit.not_after)) == (0, 20.5)


def test_the_bounds_are_the_nearest_looks() -> None:
    timeline = one([look(0), look(5), look(8), look(10, "dua"), look(15, "dua")])
    (edit,) = timeline.changes
    assert (after_minutes(edit.not_before), after_minutes(edit.not_after)) == (8, 10.5)


def test_a_post_that_was_not_there_at_first_appears_and_is_not_restored() -> None:
    timeline = one([look(0, None, State.UNAVAILABLE), look(5)])
    assert [change.kind for change in timeline.changes] == [ChangeKind.STATE_CHANGED]


def test_a_look_without_any_time_is_kept_and_proves_no_order() -> None:
    undated = replace(look(0, "tiga"), during=Interval())
    timeline = one([undated, look(5), look(9)])
    assert timeline.observations[-1] == undated
    assert timeline.changes == ()
    assert [v.text for v in timeline.versions] == ["satu"]


@given(
    st.permutations(
        [look(0), look(5, "dua"), look(9, None, State.UNAVAILABLE), look(12, "dua"), look(15, key="url:x")]
    )
)
def test_the_order_in_which_looks_are_given_does_not_matter(shuffled: list[Observation]) -> None:
    assert assemble(shuffled) == assemble(sorted(shuffled, key=lambda o: o.evidence[0].item))


@pytest.mark.parametrize("seed", range(200))
def test_no_change_is_invented_from_looks_that_prove_nothing(seed: int) -> None:
    chance = random.Random(seed)
    looks = [
        look(n, "Masuk untuk melanjutkan", chance.choice(SILENT)) if chance.random() < 0.6 else look(n)
        for n in range(chance.randrange(2, 40))
    ]
    timeline = one(looks)
    assert timeline.changes == ()
    assert len(timeline.versions) <= 1


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", "c", None]), st.integers(0, 3), st.sampled_from(SILENT)),
        max_size=25,
    )
)
def test_every_change_of_a_life_is_found_and_none_invented(life: list[tuple[str | None, int, State]]) -> None:
    """Each step: the wording that stands (None: removed), then looks at it, some of them blocked."""
    looks: list[Observation] = []
    stood: list[str | None] = []
    for wording, times, blocked in life:
        for _ in range(times):
            at = float(len(looks))
            looks.append(look(at, wording, State.LIVE if wording else State.UNAVAILABLE))
            stood.append(wording)
            looks.append(look(at + 1, None, blocked))
    changes = one(looks).changes if looks else ()
    texts = [wording for wording in stood if wording is not None]
    assert sum(change.kind in EDITS for change in changes) == sum(x != y for x, y in pairwise(texts))
    moves = [(x is None, y is None) for x, y in pairwise(stood) if (x is None) != (y is None)]
    assert sum(change.kind not in EDITS for change in changes) == len(moves)


def recorded(name: str) -> CapturedPage:
    facts = json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))
    dom = (FIXTURES / f"{name}.html").read_text("utf-8")
    return CapturedPage(
        requested_url=facts["requested_url"], final_url=facts["url"], status=facts["status"], dom=dom
    )


def test_a_recorded_post_of_a_real_forum_from_first_to_last() -> None:
    names = [
        "topic-live",
        "topic-edited-once",
        "topic-edited-twice",
        "topic-first-comment-removed",
        "topic-removed-is-404",
    ]
    known: dict[str, str] = {}
    looks = []
    for n, name in enumerate(names):
        page = recorded(name)
        reading = read(page)
        key = key_of(reading, page.requested_url, known)
        known[normalise_url(page.requested_url)] = key
        during = Interval(
            not_before=START + timedelta(hours=n), not_after=START + timedelta(hours=n, minutes=1)
        )
        looks.append(
            observe(reading, page.requested_url, during, (Evidence(item=n + 1, path="dom.html"),), key)
        )
    timeline = one(looks)
    assert [change.kind for change in timeline.changes] == [
        ChangeKind.EDITED,
        ChangeKind.EDITED,
        ChangeKind.STATE_CHANGED,
    ]
    first = timeline.changes[0]
    assert [(w.move.value, w.text) for w in first.words][:3] == [
        ("same", "Saya"),
        ("removed", " mendukung Paslon A"),
        ("added", " netral"),
    ]
    assert timeline.changes[2].signals[0].name == "removed-mark"
    assert len(timeline.versions) == 3
    assert timeline.state is State.UNAVAILABLE


def test_a_hundred_thousand_looks_at_a_thousand_posts() -> None:
    chance = random.Random(3)
    text = "Saya mendukung Paslon A dalam pemilihan kota. " * 8
    looks = [
        look(
            n,
            f"{text}{chance.randrange(3)}",
            chance.choice([State.LIVE] * 9 + [State.UNREACHABLE]),
            f"spirit:f.example/{n % 1000}",
        )
        for n in range(100_000)
    ]
    timelines = assemble(looks)
    assert len(timelines) == 1000
    assert sum(len(timeline.observations) for timeline in timelines) == 100_000


def test_one_post_looked_at_very_often_takes_memory_in_proportion() -> None:
    looks = [look(n) for n in range(20_000)]
    tracemalloc.start()
    one(looks)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50_000_000
