"""The expert's own text in its place: what the expert wrote, marked as such, never as markup."""

from __future__ import annotations

from msgspec.structs import replace

from evidentia.report.document import Paragraph, Prose, Section
from evidentia.report.expertise import Place
from evidentia.report.markdown import read_markdown
from evidentia.report.material import Language, Material
from evidentia.report.texts import say

_OPINION = frozenset({Place.CONCLUSION})


def with_own_words(section: Section, m: Material, place: Place, language: Language) -> Section:
    """The section, and under it what the expert wrote for this place, where there is anything."""
    own = own_words_section(m, place, language)
    return section if own is None else replace(section, sections=(*section.sections, own))


def own_words_section(m: Material, place: Place, language: Language) -> Section | None:
    """What the expert wrote for a place."""
    text = None if m.expertise is None else m.expertise.texts.get(place)
    if text is None:
        return None
    note = not text.translated and len(m.languages) > 1
    blocks = (Paragraph(text=say(language, "own_words.untranslated")),) if note else ()
    prose = Prose(
        caption=say(language, "own_words.caption"),
        nodes=read_markdown(text.text(language)),
        opinion=place in _OPINION,
    )
    heading = say(language, f"own_words.{place.value}")
    return Section(key=f"own-{place.value}", heading=heading, blocks=(*blocks, prose))
