"""How far a text reaches in a picture, beyond the first and the last of its words that were found as recorded."""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from .align import align
from .letters import shape
from .ocr import levels_of, stands_as

if TYPE_CHECKING:
    from .compare import Laid, Shown

LEAST_COMMON = 4
"""Letters on end that what is left of the recorded text must have in common with other lines, and half of it at that:
scattered ones any line has."""

FEW = 3
"""Words on a line that are taken for the end of the text by their place alone, though no letter is as recorded."""

SAME_PITCH, SAME_HEIGHT = 0.15, 0.25
"""By how much the distance and the height of lines of one paragraph may differ, as shares."""


def reach_before(laid: Laid, end: int) -> int:
    """The first letter shown of what stands before letter ``end``, the first that was found as recorded."""
    seen, rest = laid.shown, laid.tokens.letters[: laid.tokens.span(laid.first)[0]]
    start = _line(seen, end)[0]
    low = max(0, end - _window(rest))
    common = align(rest, seen.letters[low:end])
    if _is_much(common, rest):
        start = min(start, _word(seen, low + common[0][1])[0])
    return start


def reach_after(laid: Laid, start: int) -> int:
    """The end of what is shown from letter ``start`` on, right after the last that was found as recorded."""
    seen, rest = laid.shown, laid.tokens.letters[laid.tokens.ends[laid.last] :]
    end = max(start, _line(seen, start - 1)[1])
    if not rest:
        return end
    common = align(rest, seen.letters[start : start + _window(rest)])
    if _is_much(common, rest):
        end = max(end, _word(seen, start + common[-1][1])[1])
        return _end_of_broken_word(laid, end, laid.tokens.ends[laid.last] + common[-1][0] + 1)
    if start == end and len(laid.found) - laid.last - 1 <= FEW:
        return _end_of_paragraph(laid, end)
    return end


def _window(rest: str) -> int:
    return 2 * len(rest) + 20


def _is_much(common: list[tuple[int, int]], rest: str) -> bool:
    return 2 * len(common) >= len(rest) and any(
        last == (first[0] + LEAST_COMMON - 1, first[1] + LEAST_COMMON - 1)
        for first, last in zip(common, common[LEAST_COMMON - 1 :], strict=False)
    )


def _end_of_broken_word(laid: Laid, end: int, recorded: int) -> int:
    """``end``, or beyond it the end of a word that goes on in the next line, with letters that look as recorded.

    ``recorded``: how many of the recorded letters are shown up to ``end``.
    """
    seen = laid.shown
    word_end = next(at for at in laid.tokens.ends if at >= recorded)
    left = laid.tokens.letters[recorded:word_end]
    begins_line = left and end < len(seen.letters) and _line(seen, end)[0] == end
    return (
        end + len(left) if begins_line and shape(seen.letters[end : end + len(left)]) == shape(left) else end
    )


def _end_of_paragraph(laid: Laid, end: int) -> int:
    """The end of the next line, where it stands as the paragraph's own lines do and holds a few words."""
    seen = laid.shown
    if end >= len(seen.letters):
        return end
    own = sorted({seen.line_of[place[0]] for place in laid.found if place})
    line = seen.line_of[end]
    levels = levels_of(seen.lines)
    pitches = [levels[lower] - levels[upper] for upper, lower in pairwise(own)]
    if not pitches or len(seen.lines[line].words) > FEW or _is_lowest(seen, line):
        return end
    pitch, height = median(pitches), median(seen.lines[one].height for one in own)
    continues = (
        abs(levels[line] - levels[own[-1]] - pitch) <= SAME_PITCH * pitch
        and abs(seen.lines[line].height - height) <= SAME_HEIGHT * height
        and stands_as(seen.lines[line].box, [seen.lines[one].box for one in own], height)
    )
    return _line(seen, end)[1] if continues else end


def _is_lowest(seen: Shown, line: int) -> bool:
    """Whether a line is the lowest of all: below a post stand its time, its counts, the next one, and a bar last."""
    return seen.lines[line].box[1] >= max(one.box[1] for one in seen.lines)


def _line(seen: Shown, letter: int) -> tuple[int, int]:
    """The first letter of a letter's line, and the one after its last."""
    return _run(seen.line_of, letter)


def _word(seen: Shown, letter: int) -> tuple[int, int]:
    return _run(seen.word_of, letter)


def _run(numbers: tuple[int, ...], letter: int) -> tuple[int, int]:
    start, end = letter, letter + 1
    while start > 0 and numbers[start - 1] == numbers[letter]:
        start -= 1
    while end < len(numbers) and numbers[end] == numbers[letter]:
        end += 1
    return start, end
