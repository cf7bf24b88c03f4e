"""The expert's own text: a small part of Markdown (CommonMark), as data, never as markup of the page.

Paragraphs, headings, lists, quotations, code, emphasis. All else (HTML, links, pictures, tables) stands there as the
letters that were typed: what a report shows are items of the case, and nothing in it can be clicked.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec

from evidentia.record.errors import FormatError, MissingPart

from .inert import MAX_LINES, MAX_SHOWN

if TYPE_CHECKING:
    from markdown_it.token import Token

LARGEST_TEXT = 64 * 1024
"""Bytes of one Markdown text: about 20 pages; the parser's slowest input of this size took 3 s."""

DEEPEST = 8
"""Blocks within blocks: four lists in each other. Deeper than that nothing of a report is written, and the column
would be too narrow to print in."""

_BLOCKS = ["blockquote", "code", "fence", "heading", "lheading", "list"]
_INLINE = [
    "backticks",
    "balance_pairs",
    "emphasis",
    "entity",
    "escape",
    "fragments_join",
    "newline",
    "text_join",
]
_PARSED_DEEP = 100  # the parser stops silently at its own limit; ours is asked first, and says so


class Style(StrEnum):
    """How a run of the expert's text is set."""

    PLAIN = "plain"
    EMPHASIS = "emphasis"
    STRONG = "strong"
    BOTH = "both"
    CODE = "code"


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """A run of characters in one style."""

    style: Style
    text: str


class Par(msgspec.Struct, frozen=True, kw_only=True, tag="paragraph", tag_field="node"):
    pieces: tuple[Piece, ...]


class Heading(msgspec.Struct, frozen=True, kw_only=True, tag="heading", tag_field="node"):
    """A heading within the expert's text. It is set apart, and is no section of the report."""

    pieces: tuple[Piece, ...]


class Code(msgspec.Struct, frozen=True, kw_only=True, tag="code", tag_field="node"):
    text: str


class Quote(msgspec.Struct, frozen=True, kw_only=True, tag="quote", tag_field="node"):
    nodes: tuple[Node, ...]


class Listing(msgspec.Struct, frozen=True, kw_only=True, tag="list", tag_field="node"):
    """Items of a list; ``start`` is the first number of an ordered one."""

    ordered: bool
    start: int
    items: tuple[tuple[Node, ...], ...]


Node = Par | Heading | Code | Quote | Listing


def read_markdown(text: str, name: str = "") -> tuple[Node, ...]:
    """A Markdown text as data. ``name`` is its file, for errors.

    Raises:
        FormatError: it is too large, too deep, holds a picture, or a paragraph that is too long to be printed.
        MissingPart: the parser is not installed.
    """
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST_TEXT:
        raise FormatError(name, f"the text is larger than {LARGEST_TEXT} bytes")
    try:
        from markdown_it import MarkdownIt
    except ImportError as error:
        raise MissingPart(
            "The Markdown parser is not installed.",
            next_step="Install evidentia-forensics with the extra [report].",
        ) from error
    blocks = MarkdownIt("zero", {"html": False, "maxNesting": _PARSED_DEEP}).enable(_BLOCKS)
    blocks.core.ruler.enableOnly(["normalize", "block"])
    # What stands within a paragraph is parsed once its length is known: the parser's time there grows as its square.
    inline = MarkdownIt("zero", {"html": False}).enable(_INLINE)
    tokens = blocks.parse(text)
    for token in tokens:
        if token.level > DEEPEST:
            raise FormatError(name, f"line {_line(token)}: lists or quotations are nested too deeply")
        if token.type == "inline":
            _check_printable(token.content, name, _line(token))
            token.children = inline.parseInline(token.content)[0].children
    nodes, rest = _nodes(tokens, 0, name)
    if rest != len(tokens):
        raise FormatError(name, "the text cannot be read as Markdown")
    return nodes


def _nodes(tokens: list[Token], at: int, name: str) -> tuple[tuple[Node, ...], int]:
    """The nodes from a place to the end of the block in which it is, and the place of that end."""
    found: list[Node] = []
    while at < len(tokens) and tokens[at].nesting >= 0:
        token = tokens[at]
        if token.type in ("paragraph_open", "heading_open"):
            pieces = _pieces(tokens[at + 1], name)
            if pieces:
                found.append(Par(pieces=pieces) if token.type == "paragraph_open" else Heading(pieces=pieces))
            at += 3
        elif token.type in ("fence", "code_block"):
            _check_printable(token.content, name, _line(token))
            found.append(Code(text=token.content.rstrip("\n")))
            at += 1
        elif token.type == "blockquote_open":
            inner, at = _nodes(tokens, at + 1, name)
            found.append(Quote(nodes=inner))
            at += 1
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            listing, at = _listing(tokens, at, name)
            found.append(listing)
        else:
            raise FormatError(name, f"line {_line(token)}: {token.type} has no place in a report")
    return tuple(found), at


def _listing(tokens: list[Token], at: int, name: str) -> tuple[Listing, int]:
    opening = tokens[at]
    items = []
    at += 1
    while tokens[at].type == "list_item_open":
        inner, at = _nodes(tokens, at + 1, name)
        items.append(inner)
        at += 1
    start = opening.attrGet("start")
    ordered = opening.type == "ordered_list_open"
    return Listing(ordered=ordered, start=1 if start is None else int(start), items=tuple(items)), at + 1


def _pieces(inline: Token, name: str) -> tuple[Piece, ...]:
    runs = groupby(_runs(inline.children or [], name, _line(inline)), key=lambda piece: piece.style)
    joined = ((style, "".join(piece.text for piece in group)) for style, group in runs)
    return tuple(Piece(style=style, text=text) for style, text in joined if text)


def _runs(tokens: list[Token], name: str, line: int) -> Iterator[Piece]:
    emphasis = strong = 0
    for token in tokens:
        style = (Style.PLAIN, Style.EMPHASIS, Style.STRONG, Style.BOTH)[bool(emphasis) + 2 * bool(strong)]
        match token.type:
            case "text" | "text_special":
                yield Piece(style=style, text=token.content)
            case "code_inline":
                yield Piece(style=Style.CODE, text=token.content)
            case "softbreak":
                yield Piece(style=style, text=" ")
            case "hardbreak":
                yield Piece(style=style, text="\n")
            case "em_open" | "em_close":
                emphasis += token.nesting
            case "strong_open" | "strong_close":
                strong += token.nesting
            case other:
                raise FormatError(name, f"line {line}: {other} has no place in a report")


def _check_printable(text: str, name: str, line: int) -> None:
    """What is longer than what a report shows of one text is refused: nothing of the expert's may be cut off."""
    if len(text) > MAX_SHOWN or text.count("\n") >= MAX_LINES:
        raise FormatError(
            name,
            f"line {line}: a paragraph is longer than {MAX_SHOWN} characters or {MAX_LINES} lines; divide it",
        )


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 0
