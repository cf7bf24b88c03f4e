"""How the four requirements of UU ITE follow from the faults."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidentia.record.verdict import Fault, Requirement, Status, Verdict

PASSED, OPEN, FAILED = Status.PASSED, Status.INDETERMINATE, Status.FAILED


def fault(requirement: Requirement, status: Status) -> Fault:
    return Fault(code="CODE", status=status, path="p", expected="a", found="b", requirement=requirement)


def judged(*faults: Fault) -> Verdict:
    return Verdict(status=PASSED, head=None, events=(), items=(), faults=faults, notes=())


def test_without_faults_each_requirement_passes() -> None:
    assert judged().requirements == dict.fromkeys(Requirement, PASSED)


def test_the_worst_fault_of_a_requirement_decides_and_touches_no_other() -> None:
    found = judged(
        fault(Requirement.INTACT, OPEN),
        fault(Requirement.INTACT, FAILED),
        fault(Requirement.ACCOUNTABLE, OPEN),
    ).requirements
    assert list(found.values()) == [PASSED, PASSED, FAILED, OPEN]


def test_nothing_passes_in_a_bundle_that_could_not_be_read() -> None:
    found = judged(fault(Requirement.ACCESSIBLE, FAILED)).requirements
    assert found == dict.fromkeys(Requirement, OPEN) | {Requirement.ACCESSIBLE: FAILED}


@given(st.lists(st.tuples(st.sampled_from(Requirement), st.sampled_from([OPEN, FAILED]))))
def test_every_fault_is_seen_in_its_requirement(pairs: list[tuple[Requirement, Status]]) -> None:
    found = judged(*(fault(*pair) for pair in pairs)).requirements
    for requirement, status in pairs:
        assert found[requirement] is FAILED or found[requirement] is status is OPEN


@pytest.mark.parametrize("status", [OPEN, FAILED])
def test_the_order_is_that_of_the_law(status: Status) -> None:
    assert list(judged(fault(Requirement.ACCOUNTABLE, status)).requirements) == list(Requirement)
