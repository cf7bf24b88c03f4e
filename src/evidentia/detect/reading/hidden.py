"""Whether a part of a disputed place may be hidden: by the edge of the picture, a bar of the app, or the line's end."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from ...record.said import Said
from ...record.sentences import said
from .compare import Dispute, Laid, Shown, says_more
from .covered import Extent, is_shown_down, is_shown_up
from .letters import bare, readable
from .looks import Box, Picture
from .ocr import Line, levels_of, stands_as

NEXT_LINE = 1.8
"""Heights of a line, from its middle to that of the next one of a paragraph, at most."""


def hidden_by(laid: Laid, dispute: Dispute, picture: Picture, box: Box) -> Said | None:
    """Why a part of a place may be hidden by the edge of the picture or a bar of the app; None where it is not."""
    shown = laid.shown.text(dispute.start, dispute.end)
    recorded = bare(" ".join(laid.tokens.words[dispute.first : dispute.stop]))
    if picture.at_edge(box):
        return said("reading.doubt.edge", shown=shown, recorded=recorded)
    if _may_go_on(laid, dispute):
        return said("reading.doubt.word_broken", shown=shown, recorded=recorded)
    if _may_be_covered(laid, dispute, picture):
        return said("reading.doubt.covered", shown=shown, recorded=recorded)
    return None


def _may_go_on(laid: Laid, dispute: Dispute) -> bool:
    """Whether a word that begins as recorded ends with the last line that is shown, as far right as lines reach.

    Apps break long words, links above all, where the line is full; the rest stands on a line that is not shown.
    """
    seen = laid.shown
    if dispute.end <= dispute.start or dispute.stop <= laid.last:
        return False
    if not _recorded(laid, dispute).startswith(seen.letters[dispute.start : dispute.end]):
        return False
    number = seen.line_of[dispute.end - 1]
    line, levels = seen.lines[number], levels_of(seen.lines)
    own = [seen.lines[seen.line_of[place[0]]].box for place in laid.found if place]
    follows = any(
        0 < level - levels[number] < NEXT_LINE * line.height and stands_as(one.box, own, line.height / 2)
        for level, one in zip(levels, seen.lines, strict=True)
    )
    right = line.box[0] + line.box[2]
    return not follows and right >= max(x + width for x, _, width, _ in own) - line.height


def _may_be_covered(laid: Laid, dispute: Dispute, picture: Picture) -> bool:
    """Whether a place stands on the first or the last line that is shown of a text, and a part of it may be covered.

    A bar of the app, or a hand that cut the picture, may have cut through it: half a letter reads as another.
    """
    seen = laid.shown
    upper, lower = _lines_of(laid, dispute)
    found = laid.lines
    ends_here = max(dispute.stop, laid.last + 1) >= len(laid.found) or says_more(laid)
    if found == [lower] and not ends_here:
        return True  # no other line says how high its letters are
    levels = levels_of(seen.lines)
    is_last = all(levels[one] - levels[lower] < seen.lines[lower].height / 2 for one in found)
    is_first = all(levels[upper] - levels[one] < seen.lines[upper].height / 2 for one in found)
    shown, recorded = seen.letters[dispute.start : dispute.end], _recorded(laid, dispute)

    def row(number: int) -> tuple[list[Extent | None], list[Extent | None]]:
        """What is measured on a line and beside it, as what hides a part hides it of all; and on the other lines."""
        near = seen.lines[number].height / 2
        beside = {number, *(n for n in found if abs(levels[n] - levels[number]) < near)}
        lines = [line for n in beside for line in _with_and_without(seen, n, dispute)]
        others = [seen.lines[n] for n in found if n not in beside]
        return [picture.extent(line) for line in lines], [picture.extent(line) for line in others]

    def is_hidden(number: int, is_shown: Callable[[Extent | None, list[Extent | None]], bool]) -> bool:
        own, others = row(number)
        return not any(is_shown(one, others) for one in own)

    return (
        is_last and is_hidden(lower, lambda one, others: is_shown_down(one, others, shown, recorded))
    ) or (is_first and is_hidden(upper, is_shown_up))


def _with_and_without(seen: Shown, number: int, dispute: Dispute) -> list[Line]:
    """A line, and what it is without a disputed word, which may have been painted, with a patch for its ground."""
    line, disputed = seen.lines[number], {*seen.word_of[dispute.start : dispute.end]}
    words = {word for word, one in zip(seen.word_of, seen.line_of, strict=True) if one == number} - disputed
    rest = tuple(seen.words[word] for word in sorted(words))
    return [line, replace(line, words=rest)] if rest and len(rest) < len(line.words) else [line]


def _recorded(laid: Laid, dispute: Dispute) -> str:
    """The recorded words of a disputed place, as far as they can be read, without spaces."""
    return "".join(readable(word) for word in laid.tokens.words[dispute.first : dispute.stop])


def _lines_of(laid: Laid, dispute: Dispute) -> tuple[int, int]:
    """The first and the last line of a disputed place; where nothing is shown, that of the word after or before it."""
    line_of = laid.shown.line_of
    if dispute.end > dispute.start:
        return line_of[dispute.start], line_of[dispute.end - 1]
    beside = line_of[dispute.end - (dispute.stop >= len(laid.found))]
    return beside, beside
