"""Which sections make a document, and in which order."""

from __future__ import annotations

import msgspec

from .document import Paragraph, Section
from .expertise import Place
from .material import Language, Material
from .sections.absence import state_rates_section
from .sections.asked import question_sections, scale_section
from .sections.certification import certification_section
from .sections.custody import custody_section, repeat_section
from .sections.docket import docket_sections
from .sections.evidence import circumstances_section, evidence_section, hash_section
from .sections.examinations import examination_sections
from .sections.opinion import (
    conclusion_section,
    declaration_section,
    introduction_section,
    limitation_section,
    purpose_section,
    summary_section,
)
from .sections.own_words import own_words_section, with_own_words
from .sections.procedure import procedure_section
from .sections.redactions import redaction_sections
from .sections.results import integrity_section, reading_sections, timeline_sections
from .texts import say


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """The report in one language. ``annexes`` stand after it; the last part has also those that serve all."""

    language: Language
    sections: tuple[Section, ...]
    annexes: tuple[Section, ...]


def report_parts(m: Material) -> tuple[Part, ...]:
    """The whole report, language by language."""
    languages = m.languages or (m.language,)
    return tuple(
        Part(
            language=language,
            sections=report_sections(m, language),
            annexes=annex_sections(m, language, shared=language is languages[-1]),
        )
        for language in languages
    )


def report_sections(m: Material, language: Language | None = None) -> tuple[Section, ...]:
    """The expert's report in the order of an Indonesian laboratory report."""
    language = language or m.language
    answered = m.examiner is not None or m.expertise is not None
    declaration = (declaration_section(m, language), certification_section(m, language)) if answered else ()
    return (
        summary_section(m, language),
        introduction_section(m, language),
        with_own_words(evidence_section(m, language), m, Place.EVIDENCE, language),
        *redaction_sections(m, language),
        *docket_sections(m, language),
        with_own_words(purpose_section(m, language), m, Place.REQUEST, language),
        *question_sections(m, language),
        with_own_words(procedure_section(m, language), m, Place.METHOD, language),
        with_own_words(results_section(m, language), m, Place.RESULTS, language),
        with_own_words(conclusion_section(m, language), m, Place.CONCLUSION, language),
        with_own_words(limitation_section(m, language), m, Place.LIMITATIONS, language),
        custody_section(m, language),
        repeat_section(m, language),
        *declaration,
    )


def annex_sections(
    m: Material, language: Language | None = None, *, shared: bool = True
) -> tuple[Section, ...]:
    """What stands after the report. ``shared``: with the annexes that serve all languages at once, because they hold
    addresses, digests and times more than sentences: how each capture was taken, and the table of files."""
    language = language or m.language
    languages = m.languages or (language,)
    circumstances = circumstances_section(m, *languages)
    found = (
        state_rates_section(language) if m.timelines else None,
        scale_section(m, language),
        own_words_section(m, Place.ANNEX, language),
        circumstances if shared and circumstances.sections else None,
        hash_section(m, *languages) if shared else None,
    )
    return tuple(section for section in found if section is not None)


def exhibit_sections(m: Material, language: Language) -> tuple[Section, ...]:
    """The exhibit page: facts only, no examiner and no opinion."""
    return (
        *timeline_sections(m, language),
        *reading_sections(m, language),
        *examination_sections(m, language),
        evidence_section(m, language),
        *redaction_sections(m, language),
        *docket_sections(m, language),
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
            *timeline_sections(m, language, plotted=True),
            *reading_sections(m, language),
            *examination_sections(m, language),
        ),
    )
