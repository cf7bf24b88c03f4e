"""What stands around the text of a post: before it on its first line, above it, at its left, below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from statistics import median

import msgspec

from .letters import core
from .ocr import Line, Word, union

Box = tuple[int, int, int, int]

_PARTS_OF_LINE = 4
"""Words at either end of the text's first and last line that may be a handle before it, or a clock after it."""

_COLUMN = 0.35
"""Of the text's width: how far to its left an author's line may begin, beside a picture of the account."""

_LONELY_CLOCK = re.compile(r"\W*\d{1,2}[.:]\d\d(?:\s?[ap]\.?m\.?)?\W*", re.IGNORECASE)


class Place(Enum):
    """Where a piece stands, seen from the text."""

    BEFORE = "before it, on its first line"
    ABOVE = "above it"
    LEFT = "at its left"
    AFTER = "after it, on its last line"
    BELOW = "below it"


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """A line, or the part of a line that is not the text's. ``score`` is the engine's confidence in the line."""

    words: tuple[Word, ...]
    score: float
    place: Place

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def box(self) -> Box:
        return union([word.box for word in self.words])

    def box_of(self, start: int, stop: int) -> Box:
        """The box around the words that hold the characters ``start`` to ``stop`` of ``text``."""
        boxes, at = [], 0
        for word in self.words:
            if at < stop and at + len(word.text) > start:
                boxes.append(word.box)
            at += len(word.text) + 1
        return union(boxes) if boxes else self.box

    def same_row(self, other: Piece) -> bool:
        """Whether both stand in one row of the picture."""
        return abs(_middle(self.box) - _middle(other.box)) < 0.5 * min(self.box[3], other.box[3])


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """The pieces around a text, those that come first nearest to it. ``line_height`` is the usual one, in pixels."""

    body: Box
    line_height: float
    author_side: tuple[Piece, ...]
    below: tuple[Piece, ...]


def around(lines: Sequence[Line], body: Box, text: str) -> Around:
    """Sort the lines of a picture by where they stand from the ``body`` that shows ``text``; the body is left out."""
    above: list[Piece] = []
    before: list[Piece] = []
    left: list[Piece] = []
    below: list[Piece] = []
    inside = [line for line in lines if _in_body(line, body)]
    for line in lines:
        if line in inside or not line.words:
            continue
        place = _place(line.box, body)
        piece = Piece(words=line.words, score=line.score, place=place or Place.BELOW)
        if place is Place.ABOVE:
            above.append(piece)
        elif place is Place.LEFT:
            left.append(piece)
        elif place in (Place.BELOW, Place.AFTER):
            below.append(piece)
    if inside:
        first, last = _ends(inside, text)
        before += [first] if first else []
        below[:0] = [last] if last else []
    above.sort(key=lambda piece: -_middle(piece.box))
    below.sort(key=lambda piece: _middle(piece.box))
    heights = [line.box[3] for line in lines] or [1]
    return Around(
        body=body,
        line_height=float(median(heights)),
        author_side=(*before, *left, *above),
        below=tuple(below),
    )


def _middle(box: Box) -> float:
    return box[1] + box[3] / 2


def _in_body(line: Line, body: Box) -> bool:
    x, y, width, height = body
    if not y <= _middle(line.box) <= y + height:
        return False
    # A messenger writes the clock into the text's own corner.
    if _LONELY_CLOCK.fullmatch(line.text) and _middle(line.box) > y + height - 1.2 * line.box[3]:
        return line.box[0] < x + width * 0.3
    return line.box[0] < x + width and line.box[0] + line.box[2] > x


def _place(box: Box, body: Box) -> Place | None:
    x, y, width, height = body
    if y <= _middle(box) <= y + height:
        return Place.LEFT if box[0] + box[2] <= x + width * 0.05 else Place.AFTER
    in_column = box[0] < x + width and box[0] + box[2] > x - width * _COLUMN
    if _middle(box) < y:
        return Place.ABOVE if in_column else None
    return Place.BELOW


def _ends(inside: Sequence[Line], text: str) -> tuple[Piece | None, Piece | None]:
    """What stands before the recorded first word on the text's first line, and after the last one on its last."""
    recorded = [word for word in map(core, text.split()) if word]
    if not recorded:
        return None, None
    first, last = inside[0], inside[-1]
    heads = [core(word.text) for word in first.words[: _PARTS_OF_LINE + 1]]
    begin = heads.index(recorded[0]) if recorded[0] in heads else 0
    tails = [core(word.text) for word in last.words[-_PARTS_OF_LINE - 1 :]][::-1]
    end = tails.index(recorded[-1]) if recorded[-1] in tails else 0
    return (
        Piece(words=first.words[:begin], score=first.score, place=Place.BEFORE) if begin else None,
        Piece(words=last.words[-end:], score=last.score, place=Place.AFTER) if end else None,
    )
