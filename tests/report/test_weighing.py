from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from report_sample import reading, sample, timeline, verdict
from test_examination_section import examined, finding, texts

from evidentia.detect.timeline import ON_THE_WORD_OF
from evidentia.record.examination import Support as Told
from evidentia.record.finding import Outcome
from evidentia.record.post import Signal, State
from evidentia.record.verdict import Status
from evidentia.report.material import Language, Material
from evidentia.report.outline import report_sections
from evidentia.report.weighing import About, Support, weigh
from evidentia.verify.codes import Code


def answers(m: Material) -> dict[About, tuple[Support, str]]:
    return {answer.about: (answer.support, answer.reason) for answer in weigh(m)}


@pytest.fixture
def material(tmp_path: Path) -> Material:
    return sample(tmp_path)


def test_the_sample_is_weighed_question_by_question(material: Material) -> None:
    assert answers(material) == {
        About.INTEGRITY: (Support.SUPPORTS, "passed"),
        About.PUBLICATION: (Support.SUPPORTS, "content_present"),
        About.WORDING: (Support.SUPPORTS, "edited"),
        About.ABSENCE: (Support.INCONCLUSIVE, "cause_unknown"),
        About.SCREENSHOT: (Support.SUPPORTS, "consistent"),
    }


def test_nothing_in_a_broken_bundle_carries_an_opinion(material: Material) -> None:
    found = answers(replace(material, verdict=verdict(Status.FAILED)))
    assert found.pop(About.INTEGRITY) == (Support.DOES_NOT_SUPPORT, "failed")
    assert set(found.values()) == {(Support.INCONCLUSIVE, "integrity_failed")}


def test_without_a_verdict_integrity_is_open(material: Material) -> None:
    assert answers(replace(material, verdict=None))[About.INTEGRITY] == (Support.INCONCLUSIVE, "not_examined")
    open_verdict = replace(material, verdict=verdict(Status.INDETERMINATE))
    assert answers(open_verdict)[About.INTEGRITY] == (Support.INCONCLUSIVE, "indeterminate")


def test_a_sound_case_at_work_is_whole_and_its_verdict_stays_open(material: Material) -> None:
    """Every report is written before the case is exported; that says nothing against a file."""
    open_verdict = verdict(Status.INDETERMINATE)
    (fault,) = open_verdict.faults[:1]
    at_work = replace(fault, code=Code.NOT_EXPORTED.value, status=Status.INDETERMINATE)
    told = replace(material, verdict=replace(open_verdict, faults=(at_work,)))
    assert answers(told)[About.INTEGRITY] == (Support.SUPPORTS, "at_work")
    also = replace(material, verdict=replace(open_verdict, faults=(at_work, fault)))
    assert answers(also)[About.INTEGRITY] == (Support.INCONCLUSIVE, "indeterminate")


@pytest.mark.parametrize(
    ("outcome", "support", "reason"),
    [
        (Told.ALTERATION, Support.SUPPORTS, "alteration"),
        (Told.INCONCLUSIVE, Support.INCONCLUSIVE, "open"),
        (Told.NONE_FOUND, Support.INCONCLUSIVE, "none_found"),  # no proof that there is no alteration
        (Told.NOT_APPLICABLE, Support.INCONCLUSIVE, "open"),
    ],
)
def test_an_examined_file_is_weighed_and_a_clean_one_never_said_to_be_unaltered(
    material: Material, outcome: Told, support: Support, reason: str
) -> None:
    told = replace(material, examinations=(examined(outcome, finding(outcome)),))
    assert answers(told)[About.EXAMINATION] == (support, reason)
    summary = texts(report_sections(told, Language.ENGLISH)[0])
    assert "The file was altered." in summary
    broken = replace(told, verdict=verdict(Status.FAILED))
    assert answers(broken)[About.EXAMINATION] == (Support.INCONCLUSIVE, "integrity_failed")


def test_a_capture_without_the_wording_in_it_supports_nothing(material: Material) -> None:
    unchecked = tuple(replace(item, content_present=None) for item in material.items)
    found = answers(replace(material, items=unchecked))
    assert found[About.PUBLICATION] == (Support.INCONCLUSIVE, "not_checked")


@pytest.mark.parametrize(
    ("state", "support"),
    [
        (State.DELETED_BY_AUTHOR, Support.SUPPORTS),
        (State.REMOVED_BY_PLATFORM, Support.DOES_NOT_SUPPORT),
        (State.UNAVAILABLE, Support.INCONCLUSIVE),
        (State.ACCOUNT_GONE, Support.INCONCLUSIVE),
        (State.UNREACHABLE, Support.INCONCLUSIVE),
    ],
)
def test_deletion_is_no_more_than_its_signal_says(material: Material, state: State, support: Support) -> None:
    found = answers(replace(material, timelines=(replace(timeline(), state=state),)))
    assert found[About.ABSENCE][0] is support


def test_a_post_that_is_still_there_raises_no_question_of_absence(material: Material) -> None:
    found = answers(replace(material, timelines=(replace(timeline(), state=State.LIVE),)))
    assert About.ABSENCE not in found


def test_an_edit_that_only_others_tell_of_is_weighed_as_their_word(material: Material) -> None:
    theirs = Signal(name=ON_THE_WORD_OF, seen="Wayback Machine", where="https://web.archive.example/")
    changes = tuple(replace(one, signals=(*one.signals, theirs)) for one in timeline().changes)
    (about,) = (
        answer
        for answer in weigh(replace(material, timelines=(replace(timeline(), changes=changes),)))
        if answer.about is About.WORDING
    )
    assert (about.support, about.reason) == (Support.SUPPORTS, "told_edited")
    assert about.values["by"] == "Wayback Machine"


def test_one_look_cannot_show_whether_a_wording_changed(material: Material) -> None:
    once = replace(timeline(), changes=(), observations=timeline().observations[:1])
    assert answers(replace(material, timelines=(once,)))[About.WORDING] == (Support.INCONCLUSIVE, "seen_once")
    twice = replace(timeline(), changes=())
    assert answers(replace(material, timelines=(twice,)))[About.WORDING] == (Support.DOES_NOT_SUPPORT, "same")


@pytest.mark.parametrize(
    ("outcome", "support"),
    [
        (Outcome.CONSISTENT, Support.SUPPORTS),
        (Outcome.DIFFERS, Support.DOES_NOT_SUPPORT),
        (Outcome.INCONCLUSIVE, Support.INCONCLUSIVE),
    ],
)
def test_a_reading_supports_what_it_found(material: Material, outcome: Outcome, support: Support) -> None:
    found = answers(replace(material, readings=(reading(outcome),)))
    assert found[About.SCREENSHOT][0] is support
