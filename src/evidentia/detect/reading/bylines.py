"""Where a picture names the author of a text: above it, at its left, before it on its line, or else below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import IntEnum

import msgspec
from msgspec.structs import replace

from ...record.life import Timeline
from .compare import Laid, Shown
from .letters import core, parts_of, shape
from .looks import Box
from .names import handles, may_be_name, names, unjoined
from .ocr import Line

_ACCOUNTS_BELOW = 2
"""Rows with an account below a text of which one may be its author's: the other may be that of a post it quotes."""

_MOST_BESIDE = 4
"""Words beside an account on its author's row: a name, a time. More are a sentence that mentions it."""

_TEXT_WORDS = 3
"""Words of a recorded text that make a line one of that text: names have fewer, and texts tell of them."""


class Author(IntEnum):
    """What of the author of a post is named at its text in the picture."""

    NOTHING = 0
    BELOW = 1
    """The handle stands below the text, and nobody's above it: letters to an editor and quotations are signed so."""
    NAME = 2
    HANDLE = 3


class Byline(msgspec.Struct, frozen=True):
    """How the author is ``named``. ``directly``: nobody else's name may stand between that and the text below it."""

    author: Author
    named: str = ""
    directly: bool = False

    @property
    def is_before(self) -> bool:
        """Whether the author stands above the text, at its left, or before it on its line."""
        return self.author in (Author.NAME, Author.HANDLE)


def byline(timeline: Timeline, laid: Laid, lines: Sequence[Line], texts: Iterable[Line]) -> Byline:
    """How the author of a post is named at its text. Who is named within ``texts`` is no author."""
    held = {line.box for line in texts}
    known_handles, known_names = handles(timeline), names(timeline)
    lines = [replace(line, words=unjoined(line.words, known_handles, known_names)) for line in lines]
    free = [line for line in lines if line.box not in held]
    above = [_row(line) for line in _before(laid, free)]
    above.append(_words_before(laid.shown, laid.place(laid.first)[0]))
    for author, known in ((Author.HANDLE, known_handles), (Author.NAME, known_names)):
        for name in known:
            if _stands(name, above):
                return Byline(author, name, not _names_between(name, laid, lines, free))
    below = [] if any(map(_is_account, above)) else _accounts_below(laid, free)
    return next(
        (Byline(Author.BELOW, name) for name in known_handles if _stands(name, below)), Byline(Author.NOTHING)
    )


def lines_of_texts(laid: Iterable[Laid]) -> list[Line]:
    """The lines on which several words of a recorded text stand."""
    found: dict[Box, Line] = {}
    for one in laid:
        words = Counter(one.shown.line_of[place[0]] for place in one.found if place)
        lines = (one.shown.lines[number] for number, count in words.items() if count >= _TEXT_WORDS)
        found |= {line.box: line for line in lines}
    return list(found.values())


def _names_between(named: str, laid: Laid, lines: Sequence[Line], free: Sequence[Line]) -> bool:
    """Whether a line between the author's and the text may be another's name: a few words alone, the first capital.

    So begins a post that is quoted. Where the author stands at the left or on the text's first line nothing does.
    """
    x, y, width, _ = laid.shown.box(laid.place(laid.first)[0], laid.place(laid.last)[1] + 1)

    def above(some: Sequence[Line]) -> list[Line]:
        return [line for line in some if line.box[1] + line.box[3] / 2 < y]

    own = [line for line in above(free) if _stands(named, [_row(line)])]
    if not own:
        return False
    lowest = max(own, key=lambda line: line.box[1]).box
    return any(
        line.box[1] > lowest[1] + lowest[3] / 2
        and line.box[0] < x + width
        and line.box[0] + line.box[2] > x
        and may_be_name(line.text)
        for line in above(lines)
    )


def _before(laid: Laid, lines: Sequence[Line]) -> list[Line]:
    """The lines above the text, and those that stand at its left as forums have their authors."""
    x, y, _, height = laid.shown.box(laid.place(laid.first)[0], laid.place(laid.last)[1] + 1)
    first = laid.shown.lines[laid.shown.line_of[laid.place(laid.first)[0]]].box

    def is_before(box: Box) -> bool:
        middle = box[1] + box[3] / 2
        return middle < first[1] or (box[0] + box[2] <= x and y <= middle <= y + height)

    return [line for line in lines if is_before(line.box)]


def _accounts_below(laid: Laid, lines: Sequence[Line]) -> list[list[str]]:
    """The next rows below the text that name an account."""
    _, y, _, height = laid.shown.box(laid.place(laid.first)[0], laid.place(laid.last)[1] + 1)
    under = sorted((line for line in lines if line.box[1] >= y + height), key=lambda line: line.box[1])
    return [row for row in map(_row, under) if _is_account(row)][:_ACCOUNTS_BELOW]


def _is_account(row: Sequence[str]) -> bool:
    """Whether a row names an account, marked as apps mark it, and is no sentence."""
    return any(word.startswith("@") for word in row) and len(row) <= _MOST_BESIDE + 1


def _words_before(seen: Shown, letter: int) -> list[str]:
    """The words before a letter on its own line."""
    numbers = [seen.word_of[at] for at in range(letter) if seen.line_of[at] == seen.line_of[letter]]
    return [part for number in dict.fromkeys(numbers) for part in parts_of(seen.words[number].text)]


def _row(line: Line) -> list[str]:
    """The words of a line as apps part them."""
    return [part for word in line.words for part in parts_of(word.text)]


def _stands(name: str, rows: Sequence[Sequence[str]]) -> bool:
    """Whether a name stands in a row as words of its own; letters that look alike count as the same."""
    wanted = shape(core(name).removeprefix("@")).casefold()
    if len(wanted) < 2:
        return False
    for row in rows:
        plain = [shape(core(word).removeprefix("@")).casefold() for word in row]
        for first in range(len(plain)):
            run = ""
            for word in plain[first:]:
                run += word
                if run == wanted:
                    return True
                if len(run) > len(wanted):
                    break
    return False
