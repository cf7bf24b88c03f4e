"""Judging one version: every disputed place gets a second look, and only what both looks say counts."""

from __future__ import annotations

from typing import Protocol

import msgspec

from ...record.finding import Difference
from .compare import Dispute, Laid, Shown, between, disputes, lay, part, says_more, without_marks
from .letters import bare, core, readable, shape
from .ocr import union

CONTEXT = 4
"""Recorded words on each side of a disputed place by which the second look finds it again."""

MAX_SECOND_LOOKS = 40
"""Each takes a fraction of a second. A wording that is disputed in more places is not the one shown."""

Box = tuple[int, int, int, int]


class SecondLook(Protocol):
    """The picture, for whoever wants to look again."""

    def __call__(self, box: Box) -> Shown:
        """Read a part of the picture again at another scale."""

    def at_edge(self, box: Box) -> bool:
        """Whether the box reaches the left or right edge, where a crop may have cut through a word."""


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A version against the picture: what differs, what stays in doubt, and what is not in the picture.

    ``cut_start`` and ``cut_end`` count recorded words that are not shown before the first and after the last one
    found. ``cut_explained``: the picture ends there, or says that the text goes on.
    """

    laid: Laid
    differences: tuple[Difference, ...]
    doubts: tuple[str, ...]
    cut_start: int
    cut_end: int
    cut_explained: bool

    @property
    def clean(self) -> bool:
        return not self.differences and not self.doubts and self.cut_explained

    @property
    def whole(self) -> bool:
        return self.clean and not self.cut_start and not self.cut_end


def judge(laid: Laid, look_again: SecondLook) -> Judged:
    """Give every disputed place a second look, and account for the words that are not shown."""
    differences: list[Difference] = []
    doubts: list[str] = []
    open_places = disputes(laid)
    for dispute in open_places[:MAX_SECOND_LOOKS]:
        settled = _settle(laid, dispute, look_again)
        if isinstance(settled, Difference):
            differences.append(settled)
        elif settled:
            doubts.append(settled)
    if len(open_places) > MAX_SECOND_LOOKS:
        doubts.append(
            f"{len(open_places)} places are disputed, of which {MAX_SECOND_LOOKS} were looked at again"
        )
    cut_start, cut_end, unexplained = _cut(laid, open_places)
    doubts.extend(_added_at_end(laid))
    return Judged(
        laid=laid,
        differences=tuple(differences),
        doubts=(*doubts, *unexplained),
        cut_start=cut_start,
        cut_end=cut_end,
        cut_explained=not unexplained,
    )


def _settle(laid: Laid, dispute: Dispute, look_again: SecondLook) -> Difference | str:
    """The difference that both looks agree on, why it stays in doubt, or nothing: the second look read the record."""
    words = laid.tokens.words[dispute.first : dispute.stop]
    recorded, wanted = bare(" ".join(words)), "".join(core(word) for word in words)
    first = laid.shown.text(dispute.start, dispute.end)
    if readable(first) == wanted:
        return ""
    second = _seen_again(laid, dispute, look_again)
    if second is None:
        return f"a second look did not find its way around “{first or recorded}”"
    if core(second) == wanted or readable(second) == wanted:
        return ""
    if core(second) != core(first):
        return f"where “{recorded}” is recorded, one look read “{first}” and the other “{second}”"
    if shape(first) == shape(wanted):
        return f"“{first}” cannot be told from “{recorded}” by reading: the letters look alike"
    box = _place(laid, dispute)
    if look_again.at_edge(box):
        return f"“{first}” reaches the edge of the picture, which may have cut “{recorded}”"
    return Difference(shown=first, recorded=recorded, box=box)


def _place(laid: Laid, dispute: Dispute) -> tuple[int, int, int, int]:
    if dispute.end > dispute.start:
        return laid.shown.box(dispute.start, dispute.end)
    before, after = laid.place(dispute.first - 1)[1], laid.place(dispute.stop)[0]
    return union([laid.shown.box(before, before + 1), laid.shown.box(after, after + 1)])


def _seen_again(laid: Laid, dispute: Dispute, look_again: SecondLook) -> str | None:
    """What a second look shows in the disputed place, or None where it does not find the words around it."""
    at_start, at_end = dispute.first < laid.first, dispute.stop > laid.last
    low = dispute.first if at_start else max(0, dispute.first - CONTEXT)
    high = dispute.stop if at_end else min(len(laid.found), dispute.stop + CONTEXT)
    letters = [letter for place in laid.found[low:high] if place for letter in place]
    letters += [dispute.start, dispute.end - 1] if dispute.end > dispute.start else []
    again = look_again(laid.shown.box(min(letters), max(letters) + 1))
    there = lay(part(laid.tokens, low, high), again)
    first, stop = dispute.first - low, dispute.stop - low
    needed = [word for word in (first - 1, stop) if 0 <= word < len(there.found)]
    if not needed or any(there.found[word] is None for word in needed):
        return None
    return again.text(*without_marks(again, *between(there, first, stop)))


def _cut(laid: Laid, open_places: list[Dispute]) -> tuple[int, int, list[str]]:
    """How many recorded words are not shown at the start and the end, and which of that nothing explains."""
    disputed = {word for dispute in open_places for word in range(dispute.first, dispute.stop)}
    start = len([word for word in range(laid.first) if word not in disputed])
    end = len([word for word in range(laid.last + 1, len(laid.found)) if word not in disputed])
    unexplained = []
    seen = laid.shown
    upper, lower = seen.line_of[laid.place(laid.first)[0]], seen.line_of[laid.place(laid.last)[1]]
    if start and _lines_in_column(laid, range(upper)):
        words = " ".join(laid.tokens.words[:start][-6:])
        unexplained.append(
            f"the recorded text begins earlier (“… {words}”), and the picture shows something else there"
        )
    if end and not says_more(laid) and _lines_in_column(laid, range(lower + 1, len(seen.lines))):
        words = " ".join(laid.tokens.words[-end:][:6])
        unexplained.append(
            f"the recorded text goes on (“{words} …”), and the picture shows something else there"
        )
    return start, end, unexplained


def _lines_in_column(laid: Laid, lines: range) -> bool:
    x, _, width, _ = laid.shown.box(laid.place(laid.first)[0], laid.place(laid.last)[1] + 1)
    boxes = [laid.shown.lines[line].box for line in lines]
    return any(box[0] < x + width and box[0] + box[2] > x for box in boxes)


def _added_at_end(laid: Laid) -> list[str]:
    """Text right after the post's last word, on its line: an addition, or a note of the platform's."""
    if laid.found[-1] is None:
        return []
    start, end = between(laid, len(laid.found), len(laid.found))
    if not core(laid.shown.letters[start:end]) or says_more(laid):
        return []
    added = laid.shown.text(start, end)
    return [f"“{added}” stands after the recorded end of the text, on the same line"]


def fits(laid: Laid) -> bool:
    """Whether so much of the version was found, so densely, that the picture can be held to show it.

    At least half of its words and five of them (all of them, if it has fewer), or eight in a longer text;
    and between the first and the last one found, at least six of ten.
    """
    if laid.count == 0:
        return False
    total = len(laid.found)
    enough = laid.count >= min(5, total) and (laid.count * 2 >= total or laid.count >= 8)
    return enough and laid.count * 10 >= (laid.last - laid.first + 1) * 6
