"""Blocks as HTML without script. Every text is escaped here, once, and isolated for the bidi algorithm."""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch
from html import escape
from typing import TypeVar
from urllib.parse import quote

from evidentia.record.life import WordMove

from .document import (
    Block,
    Cell,
    Chain,
    Commands,
    Facts,
    Figure,
    Graded,
    HeadMark,
    Link,
    Pair,
    Paragraph,
    Points,
    Section,
    SignatureLine,
    Table,
    Tone,
    Words,
)
from .inert import RunKind, shown_lines, visible

_T = TypeVar("_T")

DEEPEST_HEADING = 6  # HTML has no more


def rich(text: str) -> str:
    """A text of unknown origin as inert HTML: no markup, no hidden characters, no reach beyond its element."""
    lines = []
    for line in shown_lines(text):
        runs = (
            f'<span class="sign">{escape(run.text)}</span>' if run.kind is RunKind.SIGN else escape(run.text)
            for run in line
        )
        lines.append("".join(runs))
    return f"<bdi>{'<br>'.join(lines)}</bdi>"


def attribute(text: str) -> str:
    """A text for an attribute's value, between double quotes."""
    return escape(visible(text), quote=True)


def section_html(section: Section, language: str, level: int = 2) -> str:
    """A section with its heading, blocks and inner sections; its id is the language and the section's key."""
    name = f"{language}-{section.key}"
    heading = min(level, DEEPEST_HEADING)
    inside = "".join(block_html(block) for block in section.blocks)
    inner = "".join(section_html(one, language, level + 1) for one in section.sections)
    return (
        f'<section aria-labelledby="{name}"><h{heading} id="{name}">{rich(section.heading)}</h{heading}>'
        f"{inside}{inner}</section>\n"
    )


@singledispatch
def block_html(block: Block) -> str:
    """One block as HTML."""
    raise TypeError(f"no such block: {type(block).__name__}")


@block_html.register
def _(block: Paragraph) -> str:
    if block.tone is Tone.QUOTE:
        return f"<blockquote>{rich(block.text)}</blockquote>"
    kind = ' class="warning"' if block.tone is Tone.WARNING else ""
    return f"<p{kind}>{rich(block.text)}</p>"


@block_html.register
def _(block: Points) -> str:
    return "<ul>" + _each(block.points, lambda point: f"<li>{rich(point)}</li>") + "</ul>"


@block_html.register
def _(block: Facts) -> str:
    return _facts(block.rows)


@block_html.register
def _(block: Table) -> str:
    header = _each(block.header, lambda name: f'<th scope="col">{rich(name)}</th>')
    rows = _each(block.rows, lambda row: "<tr>" + _each(row, lambda c: f"<td>{_cell(c)}</td>") + "</tr>")
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{attribute(block.caption)}"><table>'
        f"<caption>{rich(block.caption)}</caption><thead><tr>{header}</tr></thead><tbody>{rows}</tbody>"
        "</table></div>"
    )


@block_html.register
def _(block: Graded) -> str:
    return f"<p><strong>{rich(block.about)}: {rich(block.word)}</strong><br>{rich(block.reason)}</p>"


@block_html.register
def _(block: Words) -> str:
    runs = "".join(_word_run(move, text) for move, text in block.words)
    return (
        f'<p class="note">{rich(block.caption)}</p><p class="words">{runs}</p>'
        f'<p class="note">{rich(block.legend)}</p>'
    )


@block_html.register
def _(block: Figure) -> str:
    path = quote(block.path)
    return (
        f'<figure><a href="{path}"><img src="{path}" alt="{attribute(block.alt)}"></a>'
        f"<figcaption>{rich(block.caption)}</figcaption></figure>"
    )


@block_html.register
def _(block: Pair) -> str:
    return f'<div class="pair">{block_html(block.first)}{block_html(block.second)}</div>'


@block_html.register
def _(block: Chain) -> str:
    return '<ol class="chain">' + _each(block.links, _link) + "</ol>"


@block_html.register
def _(block: HeadMark) -> str:
    return (
        f'<div class="head">{_facts(block.rows)}<figure><div role="img" aria-label="{attribute(block.alt)}">'
        f'<div aria-hidden="true">{block.svg}</div></div>'
        f"<figcaption>{rich(block.caption)}</figcaption></figure></div>"
    )


@block_html.register
def _(block: Commands) -> str:
    lines = "\n".join(escape(visible(line)) for line in block.lines)
    return f'<p class="command-title">{rich(block.caption)}</p><pre><code>{lines}</code></pre>'


@block_html.register
def _(block: SignatureLine) -> str:
    return f"<p>{rich(block.date)}<br><strong>{rich(block.name)}</strong><br>{rich(block.role)}</p>"


def _word_run(move: WordMove, text: str) -> str:
    if move is WordMove.REMOVED:
        return f'<span class="gone">[−<del>{rich(text)}</del>−]</span>'
    if move is WordMove.ADDED:
        return f'<span class="came">[+<ins>{rich(text)}</ins>+]</span>'
    return rich(text)


def _each(values: tuple[_T, ...], shown: Callable[[_T], str]) -> str:
    return "".join(shown(value) for value in values)


def _facts(rows: tuple[tuple[str, Cell], ...]) -> str:
    return "<dl>" + _each(rows, lambda row: f"<dt>{rich(row[0])}</dt><dd>{_cell(row[1])}</dd>") + "</dl>"


def _cell(cell: Cell) -> str:
    return f'<span class="mono">{rich(cell.text)}</span>' if cell.mono else rich(cell.text)


def _link(link: Link) -> str:
    times = "".join(f"<p>{rich(part)}</p>" for part in (*link.signers, link.time, link.proven) if part)
    still_open = "".join(f'<p class="warning">{rich(part)}</p>' for part in link.open)
    facts = _facts(tuple((name, Cell(text=text)) for name, text in link.facts))
    return f"<li><p><strong>{link.number}. {rich(link.type)}</strong></p>{times}{still_open}{facts}</li>"
