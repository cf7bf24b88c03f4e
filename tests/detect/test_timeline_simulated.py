"""Timelines against a hidden true history: looks sample it at a moment that nobody is told, archives may misdate."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from evidentia.detect.moments import state_at
from evidentia.detect.timeline import ON_THE_WORD_OF, assemble
from evidentia.record.life import Change, ChangeKind, ContradictionKind, Timeline
from evidentia.record.moment import Interval
from evidentia.record.post import OWN_CAPTURE, Account, Evidence, Observation, Post, State

START = datetime(2026, 11, 20, tzinfo=UTC)
ARCHIVE = "Wayback Machine (https://web.archive.org)"
KEY = "mastodon:social.example/1"
URL = "https://social.example/@pejabat07/1"
SPAN = 1000.0


@dataclass(frozen=True)
class Truth:
    """What stood from which minute on; None is "not there"."""

    moves: tuple[tuple[float, str | None], ...]

    def at(self, minute: float) -> str | None:
        return [shown for since, shown in self.moves if since <= minute][-1]

    def moved_within(self, start: float, end: float) -> bool:
        return any(start <= since <= end for since, _ in self.moves[1:])


@dataclass(frozen=True)
class Sample:
    """A look that lasts, and the moment in it at which the page was served."""

    start: float
    end: float
    served: float


def moment(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def minute(at: datetime | None) -> float:
    assert at is not None
    return (at - START) / timedelta(minutes=1)


def seen(number: int, start: float, end: float, text: str | None, source: str = OWN_CAPTURE) -> Observation:
    post = Post(platform="mastodon", native_id="1", url=URL, author=Account(id="7"), text=text or "")
    return Observation(
        key=KEY,
        url=URL,
        state=State.UNAVAILABLE if text is None else State.LIVE,
        during=Interval(not_before=moment(start), not_after=moment(end)),
        source=source,
        evidence=(Evidence(item=number, path=f"data/{number:06d}/capture.wacz"),),
        post=None if text is None else post,
    )


def one(observations: list[Observation]) -> Timeline:
    (timeline,) = assemble(observations)
    return timeline


def certain(timeline: Timeline) -> list[Change]:
    return [
        change
        for change in timeline.changes
        if all(signal.name != ON_THE_WORD_OF for signal in change.signals)
    ]


def core(change: Change) -> tuple[object, ...]:
    return change.kind, change.before, change.after, change.not_before, change.not_after


wordings = st.sampled_from(["Pilih Paslon A", "Pilih Paslon B", "Saya netral", "Terima kasih", None])
minutes = st.integers(0, 10_000).map(lambda n: n / 10)


@st.composite
def truths(draw: st.DrawFn, *, returning: bool = True) -> Truth:
    times = sorted(draw(st.sets(minutes.filter(lambda m: m > 0), max_size=6)))
    moves: list[tuple[float, str | None]] = [(0.0, "Halo Kota Contoh")]
    for n, at in enumerate(times):
        shown = draw(wordings) if returning else f"Versi {n}"
        if shown != moves[-1][1]:
            moves.append((at, shown))
    return Truth(tuple(moves))


@st.composite
def samples(draw: st.DrawFn, *, apart: bool) -> list[Sample]:
    found = []
    starts = sorted(draw(st.lists(minutes, min_size=1, max_size=12, unique=True)))
    for n, start in enumerate(starts):
        longest = draw(st.sampled_from([0.1, 1.0, 60.0, 400.0]))
        if apart and n + 1 < len(starts):
            longest = min(longest, (starts[n + 1] - start) / 2)
        end = start + longest
        found.append(Sample(start, end, start + draw(st.floats(0, 1)) * longest))
    return found


def own_looks(truth: Truth, made: list[Sample]) -> list[Observation]:
    return [seen(n, s.start, s.end, truth.at(s.served)) for n, s in enumerate(made, start=1)]


@given(truths(), samples(apart=True))
def test_every_change_between_two_looks_is_found_none_invented_and_each_interval_is_true(
    truth: Truth, made: list[Sample]
) -> None:
    timeline = one(own_looks(truth, made))
    stood = [truth.at(sample.served) for sample in made]
    texts = [text for text in stood if text is not None]
    edits = [
        change
        for change in timeline.changes
        if change.kind in (ChangeKind.EDITED, ChangeKind.SILENTLY_EDITED)
    ]
    assert len(edits) == sum(x != y for x, y in pairwise(texts))
    assert len(timeline.changes) - len(edits) == sum((x is None) != (y is None) for x, y in pairwise(stood))
    for change in timeline.changes:
        assert truth.moved_within(minute(change.not_before), minute(change.not_after))
    assert timeline.contradictions == ()


@given(truths(), samples(apart=False))
def test_looks_that_overlap_bound_true_changes_and_only_such(truth: Truth, made: list[Sample]) -> None:
    timeline = one(own_looks(truth, made))
    for change in timeline.changes:
        assert truth.moved_within(minute(change.not_before), minute(change.not_after))
    for x in made:
        following = [y for y in made if y.start >= x.end]
        y = min(following, key=lambda y: y.end, default=None)
        if y is not None and truth.at(x.served) != truth.at(y.served):
            assert any(
                minute(c.not_before) <= y.end and x.start <= minute(c.not_after) for c in timeline.changes
            )


@given(truths(), samples(apart=False))
def test_one_edit_within_looks_that_overlap_is_one_edit(truth: Truth, made: list[Sample]) -> None:
    """Whatever the order of the looks: a single change of the truth never becomes two."""
    single = Truth(truth.moves[:2])
    timeline = one(own_looks(single, made))
    assert len(timeline.changes) <= len(single.moves) - 1
    assert timeline.contradictions == ()


@given(
    truths(),
    samples(apart=True),
    st.lists(st.tuples(minutes, minutes), max_size=6),
)
def test_wrong_dates_of_an_archive_neither_move_nor_remove_what_our_own_looks_bound(
    truth: Truth, made: list[Sample], copies: list[tuple[float, float]]
) -> None:
    """Each copy: when it was really taken, and the time that the archive states."""
    own = own_looks(truth, made)
    theirs = [
        seen(100 + n, stated, stated + 1 / 60, truth.at(taken), ARCHIVE)
        for n, (taken, stated) in enumerate(copies)
    ]
    alone, together = one(own), one([*own, *theirs])
    assert [core(change) for change in certain(together)] == [core(change) for change in alone.changes]
    assert together.state is alone.state
    for change in together.changes:
        if change not in certain(together):
            assert any(signal.seen == ARCHIVE for signal in change.signals)
    ours = {version.text: version for version in alone.versions}
    for version in together.versions:
        if OWN_CAPTURE in version.sources:
            assert version.text in ours
        else:
            assert version.sources == (ARCHIVE,)


@given(truths(returning=False), samples(apart=True), st.lists(minutes, max_size=6, unique=True))
def test_right_dates_of_an_archive_find_more_and_invent_nothing(
    truth: Truth, made: list[Sample], taken: list[float]
) -> None:
    own = own_looks(truth, made)
    theirs = [seen(100 + n, at, at + 1 / 60, truth.at(at), ARCHIVE) for n, at in enumerate(taken)]
    together = one([*own, *theirs])
    assert together.contradictions == ()
    for change in together.changes:
        assert truth.moved_within(minute(change.not_before), minute(change.not_after))
    shown = [truth.at(sample.served) for sample in made] + [truth.at(at) for at in taken]
    assert {version.text for version in together.versions} == {text for text in shown if text is not None}


@given(truths(), samples(apart=False), st.lists(st.tuples(minutes, minutes), max_size=4), st.randoms())
def test_the_order_in_which_observations_come_does_not_matter(
    truth: Truth, made: list[Sample], copies: list[tuple[float, float]], chance: random.Random
) -> None:
    looks = own_looks(truth, made)
    looks += [seen(100 + n, to, to, truth.at(at), ARCHIVE) for n, (at, to) in enumerate(copies)]
    shuffled = list(looks)
    chance.shuffle(shuffled)
    assert assemble(shuffled) == assemble(looks)


@given(truths(), samples(apart=True), minutes)
def test_of_any_moment_no_more_is_said_than_the_looks_around_it_showed(
    truth: Truth, made: list[Sample], asked: float
) -> None:
    timeline = one(own_looks(truth, made))
    known = state_at(timeline, moment(asked))
    at_it = [sample for sample in made if moment(sample.start) <= moment(asked) <= moment(sample.end)]
    assert len(known.seen) == len(at_it)
    if at_it:
        assert known.unseen is None
        return
    assert known.unseen is not None
    for bound, side in ((known.unseen.not_before, known.before), (known.unseen.not_after, known.after)):
        assert (bound is None) == (side is None)
        if side is not None:
            assert side.evidence
    if known.before is not None and known.after is not None:
        assert known.before.during.not_after is not None
        assert known.before.during.not_after < moment(asked) < (known.after.during.not_before or START)
        assert "Nothing was seen between" in known.statement


@given(truths(), samples(apart=True))
def test_standings_are_the_runs_of_what_was_seen(truth: Truth, made: list[Sample]) -> None:
    timeline = one(own_looks(truth, made))
    stood = [truth.at(sample.served) for sample in made]
    runs = 1 + sum(x != y for x, y in pairwise(stood))
    assert len(timeline.standings) == runs
    assert sum(standing.looks for standing in timeline.standings) == len(made)
    for one_run in timeline.standings:
        text = None if one_run.version is None else timeline.versions[one_run.version - 1].text
        assert (text is None) == (one_run.state is State.UNAVAILABLE)
        start, end = one_run.not_before, one_run.not_after
        assert start is not None
        assert end is not None
        looks = [one for one in made if start <= moment(one.start) and moment(one.end) <= end]
        assert {truth.at(sample.served) for sample in looks} == {text}
    for earlier, later in pairwise(timeline.standings):
        assert earlier.not_after is not None
        assert later.not_before is not None
        assert earlier.not_after <= later.not_before


def test_a_copy_out_of_a_cache_is_a_contradiction_and_no_change() -> None:
    own = [seen(1, 0, 1, "satu"), seen(2, 10, 11, "dua"), seen(3, 30, 31, "dua")]
    timeline = one([*own, seen(4, 20, 20, "satu", ARCHIVE)])
    assert [core(c) for c in timeline.changes] == [core(c) for c in one(own).changes]
    (found,) = timeline.contradictions
    assert found.kind is ContradictionKind.STALE_COPY
    assert {evidence.item for evidence in found.evidence} == {1, 2, 4}
    assert [version.text for version in timeline.versions] == ["satu", "dua"]
    assert timeline.versions[0].sources == (OWN_CAPTURE, ARCHIVE)
    assert minute(timeline.versions[0].not_after) == 1
