"""Which sections make a document, and in which order."""

from __future__ import annotations

from .document import Paragraph, Section
from .material import Language, Material
from .sections.custody import custody_section, repeat_section
from .sections.evidence import evidence_section, hash_section, procedure_section
from .sections.examinations import examination_sections
from .sections.opinion import (
    conclusion_section,
    declaration_section,
    introduction_section,
    limitation_section,
    purpose_section,
    summary_section,
)
from .sections.redactions import redaction_sections
from .sections.results import integrity_section, reading_sections, timeline_sections
from .texts import say


def report_sections(m: Material) -> tuple[Section, ...]:
    """The expert's report in the order of an Indonesian laboratory report."""
    language = m.language
    declaration = (declaration_section(m, m.examiner, language),) if m.examiner else ()
    return (
        summary_section(m, language),
        introduction_section(m, language),
        evidence_section(m, language),
        *redaction_sections(m, language),
        purpose_section(m, language),
        procedure_section(m, language),
        results_section(m, language),
        conclusion_section(m, language),
        limitation_section(m, language),
        custody_section(m, language),
        repeat_section(m, language),
        *declaration,
    )


def annex_sections(m: Material) -> tuple[Section, ...]:
    """What stands after the report."""
    return (hash_section(m, m.language),)


def exhibit_sections(m: Material, language: Language) -> tuple[Section, ...]:
    """The exhibit page: facts only, no examiner and no opinion."""
    return (
        *timeline_sections(m, language),
        *reading_sections(m, language),
        *examination_sections(m, language),
        evidence_section(m, language),
        *redaction_sections(m, language),
        custody_section(m, language),
        repeat_section(m, language),
        hash_section(m, language),
    )


def results_section(m: Material, language: Language) -> Section:
    """The facts found: integrity, then each post, each screenshot, each file that was examined."""
    return Section(
        key="results",
        heading=say(language, "results.heading"),
        blocks=(Paragraph(text=say(language, "results.intro")),),
        sections=(
            integrity_section(m, language),
            *timeline_sections(m, language),
            *reading_sections(m, language),
            *examination_sections(m, language),
        ),
    )
