"""Words that a picture shows to be gone: no part of it hides them, and nothing stands where they stood."""

from __future__ import annotations

from collections.abc import Sequence

from ...record.finding import Difference
from .compare import Laid
from .letters import bare, core
from .looks import Box, Picture
from .ocr import levels_of, stands_as, union

_ROOM = 0.9
"""Of the widest line: words that together are no wider than that stood on one line for certain."""

_SHIFTED = 0.6
"""Heights of a line by which it may begin, or have its middle, beside the others and still stand as they do."""

_UNSURE = 0.2
"""By how much the width of words that are not shown may be other than that of as many of the line's letters."""

_OF_MISSING = 0.7
"""Of the width of words that are not shown, which is reckoned too wide, as a letter's is with its share of the spaces:
what is left blank for them where they were taken away."""

_EDGES = 0.2
"""Of the height of a line, above and below: left out where it is asked whether anything is written in it."""

_LEFT_OUT = ("@", "#", "http:", "https:", "www.")
"""Words that platforms leave out at the start of a text: who is answered, topics, links that they show as cards."""


def upper_line(laid: Laid) -> int:
    """The line on which the first word found stands."""
    return laid.shown.line_of[laid.place(laid.first)[0]]


def lost_before(laid: Laid, picture: Picture) -> Difference | None:
    """The recorded words before the first one shown, where these are not hidden but gone.

    Apps fill each line as far as words fit. Hidden above the first line shown can be whole lines only; and words that
    would have left room there for the first word shown never were a line. That line must begin, or be centred, as the
    text's other lines are: nothing was overlooked before it. Handles, hashtags and links that lead a text are left out
    by some platforms themselves, and before a line of its own the text may be short.
    """
    seen, words = laid.shown, laid.tokens.words[: laid.first]
    at = laid.place(laid.first)[0]
    box = seen.lines[upper_line(laid)].box
    others = [seen.lines[line].box for line in laid.lines[1:]]
    begins = at == 0 or seen.line_of[at - 1] != seen.line_of[at]
    if not words or not begins or not others or laid.first in laid.tokens.broken:
        return None
    if any(word.startswith(_LEFT_OUT) for word in words) or any(laid.tokens.pictures[: laid.first + 1]):
        return None
    if not lines_in_column(laid, range(upper_line(laid))):
        return None
    letter = box[2] / max(1, seen.line_of.count(upper_line(laid)))
    missing = letter * (sum(len(core(word)) for word in words) + len(words))
    first = seen.words[seen.word_of[at]].box
    if missing + first[2] > _ROOM * max(one[2] for one in (box, *others)):
        return None
    most = _SHIFTED * box[3]
    is_patched = stands_as(box, others, most + _UNSURE * missing, before=missing) and picture.is_blank(
        _before(first, others, missing, letter)
    )
    if not stands_as(box, others, most) and not is_patched and not _after_gap(laid, others, missing, picture):
        return None
    recorded = bare(" ".join(words))
    reason = (
        f"“{recorded}” stands nowhere: on a line hidden above there would have been room behind it for the first word "
        "that is shown"
    )
    return Difference(shown="", recorded=recorded, box=seen.words[seen.word_of[at]].box, opinions=(reason,))


def _after_gap(laid: Laid, others: Sequence[Box], missing: float, picture: Picture) -> bool:
    """Whether a blank as wide as the missing words parts the first word shown from what begins its row, as the author's
    handle may, where the text's other lines begin."""
    seen, line = laid.shown, upper_line(laid)
    levels, box = levels_of(seen.lines), seen.lines[line].box
    before = [
        one.box
        for level, one in zip(levels, seen.lines, strict=True)
        if abs(level - levels[line]) < box[3] / 2 and one.box[0] < box[0]
    ]
    if not before or not stands_as(union([*before, box]), others, _SHIFTED * box[3]):
        return False
    margin, end = round(_EDGES * box[3]), max(x + width for x, _, width, _ in before)
    gap = end, box[1] + margin, box[0] - end, box[3] - 2 * margin
    return gap[2] >= _OF_MISSING * missing and picture.is_blank(gap)


def _before(first: Box, others: Sequence[Box], missing: float, letter: float) -> Box:
    """Where words of the width ``missing`` would stand before the first word shown: no farther left than any line.

    The upper and the lower edge of a line are left out, and half a letter at the ends: a patch that was laid over
    words may be lower than a line as it was found, and letters reach through the middle in any case.
    """
    left = max(first[0] - missing, min(one[0] for one in others)) + letter / 2
    margin = round(_EDGES * first[3])
    return round(left), first[1] + margin, max(0, round(first[0] - letter / 2 - left)), first[3] - 2 * margin


def lines_in_column(laid: Laid, lines: range) -> bool:
    """Whether one of these lines stands above or below the text, not beside it."""
    x, _, width, _ = laid.shown.box(laid.place(laid.first)[0], laid.place(laid.last)[1] + 1)
    boxes = [laid.shown.lines[line].box for line in lines]
    return any(box[0] < x + width and box[0] + box[2] > x for box in boxes)
