"""The pages that the installed program serves on loopback: the exhibit with the verdict, a search, and replay."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path

import msgspec

from evidentia.record.custody import Tool
from evidentia.record.verdict import Verdict

from .disclosure import disclosed
from .document import Block, Cell, Facts, Paragraph, Section, Table, Tone
from .html_blocks import attribute, rich, section_html
from .material import Language, Material
from .outline import exhibit_sections
from .page_frame import Served, both, framed, styles
from .sections.results import integrity_section
from .texts import moment, say, word

FRONT, LIVES, FIND = "exhibit", "lives", "find"
"""The names of the pages, which all lie in one folder: their addresses are relative."""


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """A captured page that can be replayed: its item, title, and address as it was asked for."""

    item: int
    title: str
    url: str


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """What all pages have in common.

    Attributes:
        script: the address of the program's own script.
        judged_at: when the bundle was judged; None where it was not.
        replays: the captures that can be replayed.
        replayer: the viewer's version; empty where there is none.
        no_replayer: why there is none, and what to do.
        lives: whether there is a page of the lives of posts.
    """

    case: str
    title: str
    language: Language
    tool: Tool
    zone: str
    script: str
    judged_at: datetime | None = None
    replays: tuple[Replay, ...] = ()
    replayer: str = ""
    no_replayer: tuple[str, str] = ("", "")
    lives: bool = False


class Now(StrEnum):
    """What a file's bytes are, when they are asked for."""

    SAME = "same"
    DIFFERS = "differs"
    UNREAD = "unread"


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A place where a digest stands. ``stated_by``: the record that states it; empty where it was computed."""

    path: str
    item: int | None
    stated_by: str
    now: Now


def replay_name(item: int, *, scripts: bool) -> str:
    """The name of the page that replays an item."""
    return f"replay-{item:06d}{'-scripts' if scripts else ''}"


def front_page(site: Site, material: Material) -> str:
    """The exhibit with the verdict, in both languages. What rests on withheld items is left out."""
    m = disclosed(material)
    content = "".join(_front_in(site, m, language) for language in Language)
    return _page(site, "served.title", _verdict(material.verdict) + _search(site) + content)


def unread_page(site: Site, why: str, verdict: Verdict | None) -> str:
    """What can be said of a bundle whose records cannot be read as a case's: the verdict, and that."""

    def told(language: Language) -> str:
        blocks: list[Block] = [
            Paragraph(text=say(language, "served.unread", why=why), tone=Tone.WARNING),
            *_judged(site, language),
        ]
        judged = () if bare is None else (integrity_section(bare, language),)
        section = Section(
            key="verdict", heading=say(language, "exhibit.overview"), blocks=tuple(blocks), sections=judged
        )
        code = language.value
        return f'<div class="in-{code}" lang="{code}">{section_html(section, code)}</div>'

    bare = None if verdict is None or site.judged_at is None else _bare(site, verdict, site.judged_at)

    content = "".join(told(language) for language in Language)
    return _page(site, "served.title", _verdict(verdict) + _search(site) + content)


def find_page(site: Site, asked: str, found: tuple[Found, ...] | None) -> str:
    """The search, and where something was asked, its answer. ``found`` is None where that is no SHA-256."""
    if not asked:
        return _page(site, "served.find", _search(site))
    if found is None:
        answer = f'<p class="warning">{both("served.found.invalid")}</p>'
    elif not found:
        answer = (
            f"<p><strong>{both('served.found.none')}</strong></p><p>{both('served.found.none_means')}</p>"
        )
    else:
        answer = "".join(_places(asked, found, language) for language in Language)
    shown = f'<div role="status" id="answer" tabindex="-1"><p class="mono">{rich(asked)}</p>{answer}</div>'
    return _page(site, "served.find", _search(site, asked) + shown)


def replay_page(site: Site, replay: Replay, address: str, *, scripts: bool) -> str:
    """A captured page in a frame of an origin of its own. ``address`` is where that is served."""
    guard = "served.replay.guard_scripts" if scripts else "served.replay.guard_still"
    other = replay_name(replay.item, scripts=not scripts)
    label = "served.replay.still" if scripts else "served.replay.scripts"
    origin = address.split("/", 3)
    name = attribute(say(site.language, "served.replay.frame", item=f"{replay.item:06d}"))
    content = (
        f'<section aria-labelledby="replay"><h2 id="replay">{both("served.replay.one", item=f"{replay.item:06d}")}</h2>'
        f"<p>{both('served.replay.intro', version=site.replayer)}</p>"
        f'<p class="warning">{both(guard)} <a href="{other}">{both(label)}</a></p>'
        f'<p class="mono">{rich(replay.url)}</p>'
        f'<iframe class="replay" src="{attribute(address)}" title="{name}" sandbox="allow-scripts allow-same-origin"'
        ' allow="" referrerpolicy="no-referrer"></iframe></section>'
    )
    return _page(site, "served.replay.heading", content, frames="/".join(origin[:3]))


def refused_page(site: Site, replay: Replay) -> str:
    """Instead of a replay, where the capture's bytes are not those that were sealed."""
    told = both("served.replay.changed", item=f"{replay.item:06d}")
    return _page(site, "served.replay.heading", f'<p class="warning">{told}</p>')


def style() -> str:
    """The style of the pages."""
    return styles("exhibit.css", "served.css")


def pages_list(site: Site) -> str:
    """Links to all pages, for the head of each."""
    names = [(FRONT, "served.front"), (FIND, "served.find")]
    if site.lives:
        names.insert(1, (LIVES, "served.lives"))
    links = "".join(f'<li><a href="{name}">{both(key)}</a></li>' for name, key in names)
    return f'<nav class="pages" aria-label="{attribute(say(site.language, "served.pages"))}"><ul>{links}</ul></nav>'


def _verdict(verdict: Verdict | None) -> str:
    """The verdict in a word, before all else."""
    if verdict is None:
        return ""
    told = "".join(
        f'<span class="in-{one.value}" lang="{one.value}">{rich(say(one, "integrity.verdict"))}: '
        f"{rich(word(one, verdict.status))}</span>"
        for one in Language
    )
    return f'<p class="verdict {verdict.status.value.lower()}"><strong>{told}</strong></p>'


def _bare(site: Site, verdict: Verdict, judged_at: datetime) -> Material:
    """A material that tells the verdict and nothing else."""
    return Material(
        folder=Path(),
        case=site.case,
        title=site.title,
        purpose="",
        written_at=judged_at,
        zone=site.zone,
        tool=site.tool,
        verdict=verdict,
    )


def _page(site: Site, title: str, content: str, frames: str = "") -> str:
    return framed(
        title=f"{site.case}: {say(site.language, title)}",
        language=site.language,
        style=style(),
        pictures="'self'",
        header=f'<p>{both(title)}</p><h1>{rich(site.title)}</h1><p class="mono">{rich(site.case)}</p>'
        + pages_list(site),
        content=content,
        footer=f"<p>{both('served.footer', tool=site.tool.name, version=site.tool.version)}</p>",
        served=Served(script=site.script, frames=frames),
    )


def _search(site: Site, asked: str = "") -> str:
    """Works without a script; with it, a file can be chosen or dropped. Words are hidden until they are true."""
    told = "".join(
        f'<p id="{key}" hidden>{both(f"served.search.{key}")}</p>'
        for key in ("hashing", "too_large", "unreadable")
    )
    return (
        '<section aria-labelledby="search-heading" class="search">'
        f'<h2 id="search-heading">{both("served.search.heading")}</h2>'
        f'<form id="search" role="search" action="{FIND}" method="get">'
        f'<label for="sha256">{both("served.search.label")}</label>'
        f'<input id="sha256" name="sha256" value="{attribute(asked)}" maxlength="200" autocomplete="off"'
        ' spellcheck="false">'
        f"<button>{both('served.search.button')}</button></form>"
        f'<p id="choose" hidden><label for="file">{both("served.search.file")}</label>'
        ' <input type="file" id="file"></p>'
        f'<div role="status">{told}</div></section>'
    )


def _front_in(site: Site, m: Material, language: Language) -> str:
    code = language.value
    sections = (
        _overview(site, m, language),
        *([integrity_section(m, language)] if m.verdict else []),
        *exhibit_sections(m, language),
    )
    contents = "".join(
        f'<li><a href="#{code}-{section.key}">{rich(section.heading)}</a></li>' for section in sections
    )
    first, *others = (section_html(section, code) for section in sections)
    name = attribute(say(language, "exhibit.contents"))
    return (
        f'<div class="in-{code}" lang="{code}">\n<nav aria-label="{name}"><ul>{contents}</ul></nav>\n'
        f"{first}{_replays(site, language)}{''.join(others)}</div>\n"
    )


def _overview(site: Site, m: Material, language: Language) -> Section:
    def t(key: str) -> str:
        return say(language, f"exhibit.{key}")

    states = "\n".join(f"{line.url}: {word(language, line.state)}" for line in m.timelines)
    rows = [
        (t("case"), Cell(text=m.case, mono=True)),
        (t("matter"), Cell(text=m.title)),
        (t("items"), Cell(text=str(len(m.items)))),
        (t("posts"), Cell(text=states or "–")),
    ]
    if m.withheld:
        rows.append((t("withheld"), Cell(text=", ".join(f"{n:06d}" for n in sorted(m.withheld)))))
    about = Paragraph(text=say(language, "served.about", events=len(m.events)))
    blocks: tuple[Block, ...] = (*_judged(site, language), about, Facts(rows=tuple(rows)))
    return Section(key="overview", heading=t("overview"), blocks=blocks)


def _judged(site: Site, language: Language) -> tuple[Paragraph, ...]:
    if site.judged_at is None:
        return (Paragraph(text=say(language, "served.not_judged"), tone=Tone.WARNING),)
    when = moment(language, site.judged_at, site.zone)
    return (Paragraph(text=say(language, "served.judged", when=when)),)


def _replays(site: Site, language: Language) -> str:
    """The captures with links to their replay; or why there is none."""
    code = language.value
    heading = rich(say(language, "served.replay.heading"))
    if not site.replays:
        told = f"<p>{rich(say(language, 'served.replay.none'))}</p>"
    elif not site.replayer:
        why, following = site.no_replayer
        told = (
            f'<p class="warning">{rich(say(language, "served.replay.missing", why=why, next=following))}</p>'
        )
    else:
        still, scripts = (rich(say(language, f"served.replay.{key}")) for key in ("still", "scripts"))
        links = "".join(
            f"<li>{rich(say(language, 'served.replay.one', item=f'{one.item:06d}'))}: "
            f'<a href="{replay_name(one.item, scripts=False)}">{still}</a> · '
            f'<a href="{replay_name(one.item, scripts=True)}">{scripts}</a><br>'
            f'<span class="mono">{rich(one.url)}</span></li>'
            for one in site.replays
        )
        told = f"<ul>{links}</ul>"
    return (
        f'<section aria-labelledby="{code}-replays"><h2 id="{code}-replays">{heading}</h2>{told}</section>\n'
    )


def _places(asked: str, found: tuple[Found, ...], language: Language) -> str:
    def t(key: str, **values: object) -> str:
        return say(language, f"served.found.{key}", **values)

    said = "some" if any(one.now is Now.SAME for one in found) else "other_bytes"
    rows = tuple(
        (
            Cell(text=one.path, mono=True),
            Cell(text="–" if one.item is None else f"{one.item:06d}"),
            Cell(text=one.stated_by or t("computed"), mono=bool(one.stated_by)),
            Cell(text=t(one.now.value)),
        )
        for one in found
    )
    header = (t("file"), t("item"), t("stated"), t("now"))
    table = Table(header=header, widths=(5, 2, 5, 4), rows=rows, caption=t("caption", sha256=asked))
    tone = Tone.FACT if said == "some" else Tone.WARNING
    blocks: tuple[Block, ...] = (Paragraph(text=t(said), tone=tone), table, Paragraph(text=t("no_verdict")))
    section = Section(key="found", heading=t("heading"), blocks=blocks)
    code = language.value
    return f'<div class="in-{code}" lang="{code}">{section_html(section, code)}</div>'
