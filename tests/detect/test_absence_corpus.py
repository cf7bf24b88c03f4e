"""The states that are read of the labelled corpus (``fixtures/absence``), by the way that every capture goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec
import pytest

from evidentia.detect.state_rates import METHOD, measured, upper_95
from evidentia.record.post import State
from lab.absences.__main__ import CONSTRUCTED
from lab.absences.labelled import FOLDER, STOOD_BETWEEN, Kind, Labelled, Made, corpus
from lab.absences.matrix import DELETION, false_absences, false_deletions, judged, measure, table
from lab.absences.referred import referred

DISHONEST = {"maintenance-200-article": State.LIVE}
"""A notice of maintenance that is marked up as a post is, sent with 200: read as one. No structure tells it apart."""

Told = Sequence[tuple[Labelled, State]]


@pytest.fixture(scope="module")
def told() -> Told:
    return judged()


def names(labelled: Sequence[Labelled]) -> list[str]:
    return [one.name for one in labelled]


def test_not_one_answer_is_called_a_deletion_that_is_none(told: Told) -> None:
    assert names(false_deletions(told)) == []


def test_nothing_that_stood_in_between_and_no_post_that_is_there_is_called_absent(told: Told) -> None:
    assert names(false_absences(told)) == []


def test_no_more_is_said_than_is_honest(told: Told) -> None:
    assert {one.name: said for one, said in told if said not in one.honest} == DISHONEST


@pytest.mark.parametrize("state", sorted(DELETION))
def test_a_stated_deletion_is_read_wherever_it_is_stated(told: Told, state: State) -> None:
    said = [(one.name, found) for one, found in told if one.label is state]
    assert len(said) >= 5
    assert {found for _, found in said} == {state}


def test_where_the_exchange_itself_tells_a_state_it_is_read(told: Told) -> None:
    """What is missed is told in words alone, and then nothing is said of it."""
    missed = [(one, said) for one, said in told if said is not one.label and one.made is Made.RECORDED]
    assert {(one.name, said) for one, said in missed} == {("apache-kata-saja", State.UNDETERMINED)}
    right, all_of_them = Counter[State](), Counter[State]()
    for one, said in told:
        all_of_them[one.label] += 1
        right[one.label] += said is one.label
    assert all(right[state] >= 0.7 * count for state, count in all_of_them.items()), right


def test_the_matrix_that_reports_print_is_that_of_this_corpus_and_these_readers(told: Told) -> None:
    assert measured() == measure(list(told))
    assert measured().method == METHOD
    assert sum(cell.count for cell in measured().cells) == measured().answers


def test_the_corpus_is_large_has_every_kind_and_both_languages() -> None:
    held = list(corpus())
    assert len(held) >= 600
    assert len({one.name for one in held}) == len(held)
    assert all(one.after for one in held)
    kinds = Counter(one.kind for one in held)
    assert all(kinds[kind] >= 5 for kind in Kind), kinds
    between = [one for one in held if one.kind in STOOD_BETWEEN]
    for language in ("id", "en"):
        assert sum(one.language == language for one in between) >= 50
    assert {one.label for one in held} == set(State)
    assert sum(one.made is Made.RECORDED for one in held) >= 100


def test_the_counts_that_the_fixtures_page_states_are_those_of_the_corpus() -> None:
    page = (FOLDER.parent / "README.md").read_text("utf-8")
    rates = measured()
    assert f"\n{rates.answers} answers, one to a line" in page
    sources = f"{rates.from_mocks} from a mock, {rates.constructed} are constructed"
    assert f"\n{rates.recorded} of them were recorded from real servers, {sources}" in page
    assert table(rates) in page
    assert f"({rates.false_deletions} of {rates.no_deletions})" in page
    assert f"({rates.false_absences} of {rates.not_absent})" in page


def test_the_constructed_answers_are_those_that_their_program_makes() -> None:
    for name, made in (
        ("constructed.jsonl", (one for make in CONSTRUCTED for one in make())),
        ("referred.jsonl", referred()),
    ):
        assert (FOLDER / name).read_bytes().splitlines() == [
            msgspec.json.encode(one, order="deterministic") for one in made
        ]


def test_a_label_that_is_a_deletion_stands_only_where_the_platform_names_who_did_it() -> None:
    assert all(one.kind in (Kind.STATED_REMOVAL, Kind.ACCOUNT) for one in corpus() if one.label in DELETION)


@pytest.mark.parametrize(
    ("errors", "trials", "bound"),
    [
        (0, 10, 0.2589),
        (0, 100, 0.0295),
        (0, 1000, 0.0030),
        (1, 10, 0.3942),
        (3, 300, 0.0256),
        (5, 5, 1.0),
        (0, 0, 1.0),
    ],
)
def test_the_upper_bound_is_that_of_clopper_and_pearson(errors: int, trials: int, bound: float) -> None:
    """Values of the one-sided bound, from the quantiles of the beta distribution."""
    assert upper_95(errors, trials) == pytest.approx(bound, abs=5e-5)
