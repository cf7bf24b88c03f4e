"""Who examined: those whom the expert's file names, or who signs."""

from __future__ import annotations

from msgspec.structs import replace

from evidentia.record.sentences import term
from evidentia.report.expertise import Person
from evidentia.report.material import Examiner, Language, Material


def people_of(m: Material, language: Language) -> tuple[Examiner, ...]:
    """The examiners in one language."""
    if m.expertise is None:
        return (replace(m.examiner, role=term(m.examiner.role, language)),) if m.examiner else ()
    return tuple(_in(language, one) for one in m.expertise.people)


def _in(language: Language, one: Person) -> Examiner:
    return Examiner(
        name=one.name,
        role=one.role.text(language),
        organisation=one.organisation,
        qualifications=tuple(text.text(language) for text in one.qualifications),
    )
