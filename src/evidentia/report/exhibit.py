"""The exhibit page: a bundle's ``index.html``, opened from a file, offline, without any script."""

from __future__ import annotations

from msgspec.structs import replace

from .disclosure import disclosed
from .document import Block, Cell, Facts, Paragraph, Section
from .html_blocks import attribute, rich, section_html
from .material import Language, Material
from .outline import exhibit_sections
from .page_frame import both, footer, framed, styles
from .texts import say, word


def exhibit_page(material: Material) -> str:
    """The whole page, in both languages; the same material gives the same text.

    Pictures are shown by relative links into ``data/``, only for items that are present. Nothing of a withheld
    item is told but its number. Verdicts are left out: a page cannot vouch for the bundle that it lies in.
    """
    m = replace(disclosed(material), verdict=None, examiner=None)
    return framed(
        title=f"{m.case}: {say(m.language, 'exhibit.title')}",
        language=m.language,
        style=styles("exhibit.css"),
        pictures="'self'",
        header=f'<p>{both("exhibit.title")}</p><h1>{rich(m.title)}</h1><p class="mono">{rich(m.case)}</p>',
        content="".join(_in_language(m, one) for one in Language),
        footer=footer(m.tool.name, m.tool.version),
    )


def _in_language(m: Material, language: Language) -> str:
    code = language.value
    sections = (_overview(m, language), *exhibit_sections(m, language))
    contents = "".join(
        f'<li><a href="#{code}-{section.key}">{rich(section.heading)}</a></li>' for section in sections
    )
    name = attribute(say(language, "exhibit.contents"))
    body = "".join(section_html(section, code) for section in sections)
    return (
        f'<div class="in-{code}" lang="{code}">\n<nav aria-label="{name}"><ul>{contents}</ul></nav>\n'
        f"{body}</div>\n"
    )


def _overview(m: Material, language: Language) -> Section:
    def t(key: str, **values: object) -> str:
        return say(language, f"exhibit.{key}", **values)

    rows = [
        (t("case"), Cell(text=m.case, mono=True)),
        (t("matter"), Cell(text=m.title)),
        (t("items"), Cell(text=str(len(m.items)))),
        (
            t("posts"),
            Cell(text="\n".join(f"{line.url}: {word(language, line.state)}" for line in m.timelines) or "–"),
        ),
    ]
    if m.withheld:
        rows.append((t("withheld"), Cell(text=", ".join(f"{n:06d}" for n in sorted(m.withheld)))))
    blocks: tuple[Block, ...] = (Paragraph(text=t("about", events=len(m.events))), Facts(rows=tuple(rows)))
    return Section(key="overview", heading=t("overview"), blocks=blocks)
