"""Opinion: each question with two competing propositions, and which of them the facts support.

Nothing here is a probability: there is no calibrated data for one (ENFSI, Guideline for Evaluative Reporting,
2015). The answers are "supports", "does not support" and "inconclusive", each with its reason.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from evidentia.detect.timeline import ON_THE_WORD_OF
from evidentia.record.examination import Support as Tested
from evidentia.record.finding import Outcome
from evidentia.record.life import ChangeKind, Timeline
from evidentia.record.post import State
from evidentia.record.verdict import Status

from .material import ExaminedItem, Material, ReadItem, only_at_work


class About(StrEnum):
    """The questions that a report can weigh. Integrity and authenticity are never one question."""

    INTEGRITY = "integrity"
    PUBLICATION = "publication"
    WORDING = "wording"
    ABSENCE = "absence"
    SCREENSHOT = "screenshot"
    EXAMINATION = "examination"


class Support(StrEnum):
    """What the facts do for the first of two propositions."""

    SUPPORTS = "supports"
    DOES_NOT_SUPPORT = "does_not_support"
    INCONCLUSIVE = "inconclusive"


class Weighed(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to one question. ``reason`` names a sentence; ``values`` fill it and the propositions.

    ``tests``: the names of tests among the values, one by one, as the record has them.
    """

    about: About
    support: Support
    reason: str
    values: dict[str, str]
    tests: tuple[str, ...] = ()


_TEXT_CHANGES = frozenset({ChangeKind.EDITED, ChangeKind.SILENTLY_EDITED})
_PRESENT = frozenset({State.LIVE, State.EDITED})


def weigh(material: Material) -> tuple[Weighed, ...]:
    """Every question that the material raises, in the order in which a report answers them."""
    answers = [_integrity(material)]
    for timeline in material.timelines:
        answers.append(_publication(material, timeline))
        answers.append(_wording(material, timeline))
        if timeline.state not in _PRESENT:
            answers.append(_absence(material, timeline))
    answers += [_screenshot(material, read) for read in material.readings]
    answers += [_examination(material, one) for one in material.examinations]
    return tuple(answers)


def integrity_broken(material: Material) -> bool:
    """Whether verification found the bundle changed; then nothing in it can carry an opinion."""
    return material.verdict is not None and material.verdict.status is Status.FAILED


def _integrity(material: Material) -> Weighed:
    verdict = material.verdict
    if verdict is None:
        return _answer(About.INTEGRITY, Support.INCONCLUSIVE, "not_examined")
    if only_at_work(verdict):
        return _answer(About.INTEGRITY, Support.SUPPORTS, "at_work")
    codes = ", ".join(dict.fromkeys(fault.code for fault in verdict.faults))
    if verdict.status is Status.PASSED:
        return _answer(About.INTEGRITY, Support.SUPPORTS, "passed")
    if verdict.status is Status.FAILED:
        return _answer(About.INTEGRITY, Support.DOES_NOT_SUPPORT, "failed", codes=codes)
    return _answer(About.INTEGRITY, Support.INCONCLUSIVE, "indeterminate", codes=codes)


def _publication(material: Material, timeline: Timeline) -> Weighed:
    url = timeline.url
    if integrity_broken(material):
        return _answer(About.PUBLICATION, Support.INCONCLUSIVE, "integrity_failed", url=url)
    if not timeline.versions:
        return _answer(About.PUBLICATION, Support.INCONCLUSIVE, "never_seen", url=url)
    shown = {item.item for item in material.items if item.content_present and item.content_present.present}
    based_on = {evidence.item for version in timeline.versions for evidence in version.evidence}
    if not shown & based_on:
        return _answer(About.PUBLICATION, Support.INCONCLUSIVE, "not_checked", url=url)
    items = ", ".join(f"{n:06d}" for n in sorted(shown & based_on))
    return _answer(About.PUBLICATION, Support.SUPPORTS, "content_present", url=url, items=items)


def _wording(material: Material, timeline: Timeline) -> Weighed:
    url = timeline.url
    if integrity_broken(material):
        return _answer(About.WORDING, Support.INCONCLUSIVE, "integrity_failed", url=url)
    edits = [change for change in timeline.changes if change.kind in _TEXT_CHANGES]
    told = {s.seen for change in edits for s in change.signals if s.name == ON_THE_WORD_OF}
    own = [change for change in edits if all(s.name != ON_THE_WORD_OF for s in change.signals)]
    if own:
        return _answer(About.WORDING, Support.SUPPORTS, "edited", url=url, count=str(len(own)))
    if edits:
        return _answer(About.WORDING, Support.SUPPORTS, "told_edited", url=url, by="; ".join(sorted(told)))
    seen = [look for look in timeline.observations if look.state in _PRESENT]
    if len(seen) < 2:
        return _answer(About.WORDING, Support.INCONCLUSIVE, "seen_once", url=url)
    return _answer(About.WORDING, Support.DOES_NOT_SUPPORT, "same", url=url, count=str(len(seen)))


def _absence(material: Material, timeline: Timeline) -> Weighed:
    url = timeline.url
    if integrity_broken(material):
        return _answer(About.ABSENCE, Support.INCONCLUSIVE, "integrity_failed", url=url)
    if timeline.state is State.DELETED_BY_AUTHOR:
        return _answer(About.ABSENCE, Support.SUPPORTS, "author", url=url)
    if timeline.state is State.REMOVED_BY_PLATFORM:
        return _answer(About.ABSENCE, Support.DOES_NOT_SUPPORT, "platform", url=url)
    return _answer(About.ABSENCE, Support.INCONCLUSIVE, "cause_unknown", url=url)


_READ_AS = {
    Outcome.CONSISTENT: (Support.SUPPORTS, "consistent"),
    Outcome.DIFFERS: (Support.DOES_NOT_SUPPORT, "differs"),
    Outcome.INCONCLUSIVE: (Support.INCONCLUSIVE, "inconclusive"),
}


def _screenshot(material: Material, read: ReadItem) -> Weighed:
    item = f"{read.item:06d}"
    if integrity_broken(material):
        return _answer(About.SCREENSHOT, Support.INCONCLUSIVE, "integrity_failed", item=item)
    support, reason = _READ_AS[read.reading.outcome]
    version = "" if read.reading.version is None else str(read.reading.version)
    count = str(len(read.reading.differences))
    return _answer(About.SCREENSHOT, support, reason, item=item, version=version, count=count)


def _examination(material: Material, one: ExaminedItem) -> Weighed:
    """Whether a file was altered. That no test found anything leaves it open: tests miss what they cannot see."""
    found = one.examination
    values = {"item": f"{one.item:06d}", "kept": f"{one.kept:06d}"}
    if integrity_broken(material):
        return _answer(About.EXAMINATION, Support.INCONCLUSIVE, "integrity_failed", **values)
    if found.outcome is Tested.ALTERATION:
        tests = tuple(test.test for test in found.findings if test.outcome is Tested.ALTERATION)
        answer = _answer(About.EXAMINATION, Support.SUPPORTS, "alteration", tests=", ".join(tests), **values)
        return msgspec.structs.replace(answer, tests=tests)
    reason = "none_found" if found.outcome is Tested.NONE_FOUND else "open"
    return _answer(About.EXAMINATION, Support.INCONCLUSIVE, reason, **values)


def _answer(about: About, support: Support, reason: str, **values: str) -> Weighed:
    return Weighed(about=about, support=support, reason=reason, values=values)
