"""Looking again at a disputed place: what the recogniser spells under other views, and which wording it favours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from .compare import Dispute, Laid, Shown, between, lay, part, shown, without_marks
from .covered import Extent
from .glyphs import Weighed
from .letters import bare, is_edge_mark, readable
from .ocr import Line
from .recogniser import FIRST, TIGHT, WIDE, View

CONTEXT = 4
"""Recorded words on each side of a disputed place by which another look finds it again."""

VIEWS = (TIGHT, WIDE)
"""How the disputed lines are prepared for the other looks."""

Box = tuple[int, int, int, int]


class Picture(Protocol):
    """The picture, for whoever wants to look again."""

    def again(self, lines: Sequence[Line], view: View) -> Sequence[Line]:
        """The same lines, recognised under another view."""

    def chance(self, line: Line, text: str) -> float | None:
        """The logarithm of the chance with which the recogniser spells ``text`` there; None where it cannot say."""

    def weigh(self, laid: Laid, box: Box, recorded: str, shown: str) -> Weighed | None:
        """Which wording the shapes of the letters in ``box`` speak for; None where it cannot be asked."""

    def at_edge(self, box: Box) -> bool:
        """Whether the box reaches the left or right edge, where a crop may have cut through a word."""

    def is_blank(self, box: Box) -> bool:
        """Whether nothing is written in the box."""

    def extent(self, line: Line) -> Extent | None:
        """The rows of the line's ink; None where nothing stands out from its ground."""


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """One look at a disputed place. ``text``: what stands there, None where the words around it were not found.

    ``margin``: by how much the recogniser favours what the first look read over what is recorded, as the logarithm of
    the ratio of their chances; None where it cannot say.
    """

    view: View
    text: str | None
    margin: float | None


def opinion(one: Look) -> str:
    """What a look said, in a line."""
    text = "no way around it" if one.text is None else f"“{one.text}”"
    if one.margin is None:
        return f"{one.view.name}: {text}"
    return f"{one.view.name}: {text}, by {one.margin:+.1f} over what is recorded"


def look(laid: Laid, dispute: Dispute, picture: Picture) -> list[Look]:
    """The first look at a disputed place, and the others."""
    seen = laid.shown
    numbers = sorted(_lines(laid, dispute))
    first = Look(
        view=FIRST,
        text=seen.text(dispute.start, dispute.end),
        margin=_margin(laid, dispute, {n: seen.lines[n] for n in numbers}, picture),
    )
    return [first, *(_again(laid, dispute, numbers, view, picture) for view in VIEWS)]


def _lines(laid: Laid, dispute: Dispute) -> set[int]:
    """The lines of the disputed place and of the words around it by which it is found."""
    return {laid.shown.line_of[letter] for letter in _around(laid, dispute)}


def _around(laid: Laid, dispute: Dispute) -> range:
    low, high = _words(laid, dispute)
    letters = [letter for place in laid.found[low:high] if place for letter in place]
    letters += [dispute.start, dispute.end - 1] if dispute.end > dispute.start else []
    return range(min(letters), max(letters) + 1)


def _words(laid: Laid, dispute: Dispute) -> tuple[int, int]:
    at_start, at_end = dispute.first < laid.first, dispute.stop > laid.last
    low = dispute.first if at_start else max(0, dispute.first - CONTEXT)
    high = dispute.stop if at_end else min(len(laid.found), dispute.stop + CONTEXT)
    return low, high


def _again(laid: Laid, dispute: Dispute, numbers: Sequence[int], view: View, picture: Picture) -> Look:
    lines = picture.again([laid.shown.lines[n] for n in numbers], view)
    return Look(
        view=view,
        text=_text(laid, dispute, shown(lines)),
        margin=_margin(laid, dispute, dict(zip(numbers, lines, strict=True)), picture),
    )


def _text(laid: Laid, dispute: Dispute, again: Shown) -> str | None:
    """What another look shows in the disputed place, None where it does not find the words around it."""
    low, high = _words(laid, dispute)
    there = lay(part(laid.tokens, low, high), again)
    first, stop = dispute.first - low, dispute.stop - low
    needed = [word for word in (first - 1, stop) if 0 <= word < len(there.found)]
    if not needed or any(there.found[word] is None for word in needed):
        return None
    return again.text(*without_marks(again, *between(there, first, stop)))


def _margin(laid: Laid, dispute: Dispute, lines: dict[int, Line], picture: Picture) -> float | None:
    """Over all ways in which the recorded words may be spread over the disputed lines, the likeliest counts."""
    seen, start, end = laid.shown, dispute.start, dispute.end
    own = sorted({*seen.line_of[max(0, start - (start == end)) : max(end, start + 1)]})
    if not 1 <= len(own) <= 2 or any(number not in lines for number in own):
        return None
    recorded = [readable(word) for word in laid.tokens.words[dispute.first : dispute.stop]]
    spans = [_span(seen, number) for number in own]
    as_shown = [seen.text(*span) for span in spans]
    before, after = _left(seen, spans[0][0], start), _right(seen, end, spans[-1][1])
    if len(own) == 1:
        ways = [[before + bare(" ".join(recorded)) + after]]
    else:
        ways = [
            [(before + " ".join(recorded[:cut])).strip(), (" ".join(recorded[cut:]) + after).strip()]
            for cut in range(len(recorded) + 1)
        ]
    favoured = _sum(lines, own, as_shown, picture)
    others = [chance for way in ways if (chance := _sum(lines, own, way, picture)) is not None]
    return None if favoured is None or not others else favoured - max(others)


def _sum(lines: dict[int, Line], own: Sequence[int], texts: Sequence[str], picture: Picture) -> float | None:
    chances = [picture.chance(lines[number], text) for number, text in zip(own, texts, strict=True)]
    known = [chance for chance in chances if chance is not None]
    return sum(known) if len(known) == len(chances) else None


def _span(seen: Shown, line: int) -> tuple[int, int]:
    first = seen.line_of.index(line)
    return first, first + seen.line_of.count(line)


def _left(seen: Shown, first: int, start: int) -> str:
    text = seen.text(first, start)
    apart = 0 < start < len(seen.letters) and seen.word_of[start - 1] == seen.word_of[start]
    return text if apart or not text else f"{text} "


def _right(seen: Shown, end: int, last: int) -> str:
    text = seen.text(end, last)
    apart = 0 < end < len(seen.letters) and seen.word_of[end - 1] == seen.word_of[end]
    return text if apart or not text else f" {text}"


def undisputed(laid: Laid) -> list[tuple[str, Box]]:
    """The words of the picture that stand whole as recorded, with their boxes."""
    seen = laid.shown
    own = {letter for place in laid.found if place for letter in range(place[0], place[1] + 1)}
    numbers = dict.fromkeys(seen.word_of[letter] for letter in sorted(own))
    whole: dict[int, bool] = dict.fromkeys(numbers, True)
    for letter, word in enumerate(seen.word_of):
        if word in whole and letter not in own and not is_edge_mark(seen.letters[letter]):
            whole[word] = False
    return [(seen.words[word].text, seen.words[word].box) for word, is_whole in whole.items() if is_whole]
