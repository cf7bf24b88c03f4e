"""The exhibit page: a bundle's ``index.html``, opened from a file, offline, without any script."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from msgspec.structs import replace

from .disclosure import disclosed
from .document import Block, Cell, Facts, Paragraph, Section
from .html_blocks import attribute, rich, section_html
from .material import Language, Material
from .outline import exhibit_sections
from .texts import say, word


def exhibit_page(material: Material) -> str:
    """The whole page, in both languages; the same material gives the same text.

    Pictures are shown by relative links into ``data/``, only for items that are present. Nothing of a withheld
    item is told but its number. Verdicts are left out: a page cannot vouch for the bundle that it lies in.
    """
    m = replace(disclosed(material), verdict=None, examiner=None)
    style = files("evidentia.report").joinpath("exhibit.css").read_text("utf-8")
    title = f"{m.case}: {say(m.language, 'exhibit.title')}"
    return (
        f'<!DOCTYPE html>\n<html lang="{m.language.value}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{content_security_policy(style)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{attribute(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#content">{_both("exhibit.skip")}</a>\n<div class="page">\n'
        f'{_header(m)}<main id="content">\n{"".join(_in_language(m, one) for one in Language)}</main>\n'
        f"<footer>{_footer(m)}</footer>\n</div>\n</body>\n</html>\n"
    )


def content_security_policy(style: str) -> str:
    """Nothing may load but this style (by its digest) and pictures beside the page (CSP Level 3).

    From ``file:`` a page's origin is opaque; Chromium takes 'self' to mean other files all the same (tested).
    """
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; img-src 'self'; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _header(m: Material) -> str:
    choices = "".join(
        f'<label><input type="radio" name="language" id="show-{one.value}"'
        f'{" checked" if one is m.language else ""}> <span lang="{one.value}">{word(one, one)}</span></label>'
        for one in Language
    )
    return (
        f'<header><p>{_both("exhibit.title")}</p><h1>{rich(m.title)}</h1><p class="mono">{rich(m.case)}</p>'
        f"<fieldset><legend>{_both('exhibit.language')}</legend>{choices}</fieldset></header>\n"
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


def _both(key: str) -> str:
    """A sentence in both languages, of which the style shows the chosen one."""
    return "".join(
        f'<span class="in-{one.value}" lang="{one.value}">{rich(say(one, key))}</span>' for one in Language
    )


def _footer(m: Material) -> str:
    return "".join(
        f'<p class="in-{one.value}" lang="{one.value}">'
        f"{rich(say(one, 'exhibit.footer', tool=m.tool.name, version=m.tool.version))}</p>"
        for one in Language
    )
