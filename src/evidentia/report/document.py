"""What a report is built of: sections of blocks, in one language, before anything is laid out.

The expert's PDF and the exhibit page are two renderings of the same blocks. Every text in them is data: a
renderer must pass it through ``inert`` and never read it as markup.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from evidentia.record.life import WordMove

from .markdown import Node


class Tone(StrEnum):
    """What kind of statement a paragraph makes; facts and opinion must be told apart at a glance."""

    FACT = "fact"
    OPINION = "opinion"
    WARNING = "warning"
    QUOTE = "quote"


class Grade(StrEnum):
    """How a finding turned out. Always printed as a word too, never by colour alone.

    ``NEUTRAL``: nothing was found, which is no pass.
    """

    GOOD = "good"
    NEUTRAL = "neutral"
    OPEN = "open"
    BAD = "bad"


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """A text in a table. ``mono``: a digest, path, address or command."""

    text: str
    mono: bool = False


class Paragraph(msgspec.Struct, frozen=True, kw_only=True, tag="paragraph", tag_field="block"):
    text: str
    tone: Tone = Tone.FACT


class Points(msgspec.Struct, frozen=True, kw_only=True, tag="points", tag_field="block"):
    points: tuple[str, ...]


class Facts(msgspec.Struct, frozen=True, kw_only=True, tag="facts", tag_field="block"):
    """Names and what they are: a table of two columns."""

    rows: tuple[tuple[str, Cell], ...]


class Table(msgspec.Struct, frozen=True, kw_only=True, tag="table", tag_field="block"):
    """``widths``: a share of the page for each column; 0 is "as wide as its content"."""

    header: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""


class Graded(msgspec.Struct, frozen=True, kw_only=True, tag="graded", tag_field="block"):
    """A finding with its grade: what was asked, the grade's word, the reason."""

    grade: Grade
    word: str
    about: str
    reason: str


class Words(msgspec.Struct, frozen=True, kw_only=True, tag="words", tag_field="block"):
    """Two wordings laid over each other, with what went and what came marked by form and colour."""

    caption: str
    legend: str
    words: tuple[tuple[WordMove, str], ...]


class Figure(msgspec.Struct, frozen=True, kw_only=True, tag="figure", tag_field="block"):
    """A picture by its path in the case folder; ``alt`` for those who cannot see it."""

    path: str
    caption: str
    alt: str


class Pair(msgspec.Struct, frozen=True, kw_only=True, tag="pair", tag_field="block"):
    """Two pictures side by side."""

    first: Figure
    second: Figure


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """One event of the chain of custody: ``facts`` are what is said of it, each under its name; ``open`` is what
    has not come yet."""

    number: int
    type: str
    time: str
    proven: str
    facts: tuple[tuple[str, str], ...]
    signers: tuple[str, ...]
    open: tuple[str, ...] = ()


class Chain(msgspec.Struct, frozen=True, kw_only=True, tag="chain", tag_field="block"):
    """The events in order; ``header`` names number, event, signers and times."""

    header: tuple[str, ...]
    links: tuple[Link, ...]


class HeadMark(msgspec.Struct, frozen=True, kw_only=True, tag="head", tag_field="block"):
    """The head as text and as a QR code (SVG), so that paper can be checked against a bundle."""

    rows: tuple[tuple[str, Cell], ...]
    svg: str
    alt: str
    caption: str


class Commands(msgspec.Struct, frozen=True, kw_only=True, tag="commands", tag_field="block"):
    """What to type to repeat a check, line by line."""

    caption: str
    lines: tuple[str, ...]


class SignatureLine(msgspec.Struct, frozen=True, kw_only=True, tag="signature", tag_field="block"):
    """Where the examiner signs."""

    date: str
    name: str
    role: str


class Prose(msgspec.Struct, frozen=True, kw_only=True, tag="prose", tag_field="block"):
    """The expert's own text. ``caption`` says whose words these are; ``opinion`` where they are opinion."""

    caption: str
    nodes: tuple[Node, ...]
    opinion: bool = False


class MarkKind(StrEnum):
    """What is drawn on a lane of a plot. Told apart by form, never by colour alone."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"
    SPAN = "span"
    BOUNDS = "bounds"


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """Something on a lane, from ``start`` to ``end`` as shares of the plot's width."""

    kind: MarkKind
    start: float
    end: float
    label: str = ""


class Lane(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a plot."""

    label: str
    marks: tuple[Mark, ...]


class Plot(msgspec.Struct, frozen=True, kw_only=True, tag="plot", tag_field="block"):
    """A plot over time. ``ticks``: places on the axis (shares of the width) with what stands there."""

    caption: str
    alt: str
    legend: tuple[tuple[MarkKind, str], ...]
    lanes: tuple[Lane, ...]
    ticks: tuple[tuple[float, str], ...]


Block = (
    Paragraph
    | Points
    | Facts
    | Table
    | Graded
    | Words
    | Figure
    | Pair
    | Chain
    | HeadMark
    | Commands
    | SignatureLine
    | Prose
    | Plot
)


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A heading and what stands under it. ``key`` is the same in every language."""

    key: str
    heading: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
