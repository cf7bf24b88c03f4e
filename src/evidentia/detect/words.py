"""Which words went and which came between two wordings."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from evidentia.record.life import WordMove, Words

from .tokens import is_word, looks_like, tokens, visible, visible_all

MAX_STEPS = 1_000_000
"""Work for one comparison, in steps of Myers' algorithm; beyond it the account
of the change stays true, and is coarser than it could be."""

_Pairs = list[tuple[int, int]]


def compare_words(before: str, after: str) -> tuple[Words, ...]:
    """The runs of words that stayed, went and came, in reading order.

    What stayed and what went, joined, is ``before``; what stayed and what came is ``after``: to the character,
    white space included. The shortest such account of words (E. W. Myers, "An O(ND) Difference Algorithm and
    Its Variations", 1986), except where the wordings differ so much that it would take more than MAX_STEPS:
    there, words that occur once in both are the fixed points (Cohen's patience diff), and what cannot be
    compared between them is given as gone and come as a whole.
    """
    start, end = _common_ends(before, after)
    head, tail = before[:start], before[len(before) - end :]
    middle = _moves(before[start : len(before) - end], after[start : len(after) - end])
    return _merged([(WordMove.SAME, head), *middle, (WordMove.SAME, tail)])


def visible_words(words: Iterable[Words]) -> tuple[Words, ...]:
    """The same runs for the eye: see ``tokens.visible``. Where a run went and one that looks the same came,
    every character beyond ASCII is written out. For showing only: the texts can no longer be put together."""
    runs = list(words)
    alike: set[int] = set()
    for n, (first, second) in enumerate(pairwise(runs)):
        if {first.move, second.move} == {WordMove.REMOVED, WordMove.ADDED}:
            layout_only = first.text.split() == second.text.split()
            if not layout_only and looks_like(first.text) == looks_like(second.text):
                alike |= {n, n + 1}
    return tuple(
        Words(move=run.move, text=visible_all(run.text) if n in alike else visible(run.text))
        for n, run in enumerate(runs)
    )


def _common_ends(before: str, after: str) -> tuple[int, int]:
    """How many characters at the start and at the end are the same, up to where white space begins: a cut there
    goes through no word. Most edits touch little of a post, and what is cut off needs no comparing."""
    start = _shared(before, after, len(before), str.startswith)
    if start < max(len(before), len(after)):
        while start and not before[start - 1].isspace():
            start -= 1
        while start and before[start - 1].isspace():
            start -= 1
    rest_before, rest_after = before[start:], after[start:]
    end = _shared(rest_before, rest_after, len(rest_before), str.endswith)
    while end and not _begins_white_space(rest_before, len(rest_before) - end):
        end -= 1
    return start, end


def _shared(one: str, other: str, most: int, has: Callable[[str, str], bool]) -> int:
    """The length of the longest beginning (or end) that both have, by halving."""
    least = 0
    while least < most:
        half = (least + most + 1) // 2
        piece = one[:half] if has is str.startswith else one[-half:]
        least, most = (half, most) if has(other, piece) else (least, half - 1)
    return least


def _begins_white_space(text: str, place: int) -> bool:
    return text[place].isspace() and place > 0 and not text[place - 1].isspace()


def _moves(before: str, after: str) -> list[tuple[WordMove, str]]:
    old, new = _Wording(before), _Wording(after)
    kept = _without_stray_punctuation(_matches(old.words, new.words), old, new)
    moves: list[tuple[WordMove, str]] = []
    i = j = 0
    for keep_i, keep_j in [*kept, (len(old.words), len(new.words))]:
        moves.append((WordMove.REMOVED, old.text(i, keep_i)))
        moves.append((WordMove.ADDED, new.text(j, keep_j)))
        old_gap, new_gap = old.gap(keep_i), new.gap(keep_j)
        same_gap = old_gap == new_gap
        moves.append((WordMove.REMOVED, "" if same_gap else old_gap))
        moves.append((WordMove.ADDED, "" if same_gap else new_gap))
        moves.append((WordMove.SAME, (old_gap if same_gap else "") + old.word(keep_i)))
        i, j = keep_i + 1, keep_j + 1
    return moves


class _Wording:
    """A text as words and the white space before each; the white space at the end stands before no word."""

    def __init__(self, text: str) -> None:
        self.words: list[str] = []
        self._gaps: list[str] = []
        gap = ""
        for token in tokens(text):
            if token.isspace():
                gap = token
                continue
            self.words.append(token)
            self._gaps.append(gap)
            gap = ""
        self._gaps.append(gap)

    def word(self, n: int) -> str:
        return self.words[n] if n < len(self.words) else ""

    def gap(self, n: int) -> str:
        return self._gaps[n]

    def text(self, start: int, end: int) -> str:
        return "".join(self._gaps[n] + self.words[n] for n in range(start, end))


def _merged(moves: Iterable[tuple[WordMove, str]]) -> tuple[Words, ...]:
    """Between two runs that stayed: all that went, then all that came."""
    runs: list[Words] = []
    pending = {WordMove.REMOVED: "", WordMove.ADDED: "", WordMove.SAME: ""}
    for move, text in [*moves, (WordMove.REMOVED, "")]:
        if move is WordMove.SAME or not text:
            pending[WordMove.SAME] += text
            continue
        runs += _flush(pending) if pending[WordMove.SAME] else ()
        pending[move] += text
    return (*runs, *_flush(pending))


def _flush(pending: dict[WordMove, str]) -> list[Words]:
    runs = [Words(move=move, text=text) for move, text in pending.items() if text]
    pending.update(dict.fromkeys(pending, ""))
    return runs


def _without_stray_punctuation(pairs: _Pairs, old: _Wording, new: _Wording) -> _Pairs:
    """A comma that happens to stand in both wordings amid other words was not kept: it splits what reads as one."""
    kept: _Pairs = []
    run: _Pairs = []
    for pair, following in pairwise([*pairs, (-1, -1)]):
        run.append(pair)
        if following == (pair[0] + 1, pair[1] + 1):
            continue
        at_edge = run[0] == (0, 0) or pair == (len(old.words) - 1, len(new.words) - 1)
        if at_edge or any(is_word(old.words[i]) for i, _ in run):
            kept += run
        run = []
    return kept


class _Budget:
    """Steps that are left for one comparison."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def spend(self, steps: int) -> bool:
        self.steps -= steps
        return self.steps >= 0


def _matches(old: Sequence[str], new: Sequence[str]) -> _Pairs:
    numbers: dict[str, int] = {}
    a = [numbers.setdefault(word, len(numbers)) for word in old]
    b = [numbers.setdefault(word, len(numbers)) for word in new]
    whole = _stretch(a, b, 0, 0, _Budget(MAX_STEPS))
    if whole is not None:
        return whole
    budget = _Budget(MAX_STEPS)
    pairs: _Pairs = []
    i = j = 0
    for fixed_i, fixed_j in [*_fixed_points(a, b), (len(a), len(b))]:
        pairs += _stretch(a[i:fixed_i], b[j:fixed_j], i, j, budget) or []
        if fixed_i < len(a):
            pairs.append((fixed_i, fixed_j))
        i, j = fixed_i + 1, fixed_j + 1
    return pairs


def _stretch(a: list[int], b: list[int], i: int, j: int, budget: _Budget) -> _Pairs | None:
    """The words that stayed, as places in the whole; None where the budget does not reach."""
    head = 0
    while head < min(len(a), len(b)) and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < min(len(a), len(b)) - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    middle = _myers(a[head : len(a) - tail], b[head : len(b) - tail], budget)
    if middle is None:
        return None
    start = [(n, n) for n in range(head)]
    end = [(len(a) - n, len(b) - n) for n in range(tail, 0, -1)]
    return [(x + i, y + j) for x, y in [*start, *((x + head, y + head) for x, y in middle), *end]]


def _myers(a: list[int], b: list[int], budget: _Budget) -> _Pairs | None:
    """The longest common subsequence as pairs of places, None where the budget does not reach."""
    if set(a).isdisjoint(b):
        return []
    trace: list[dict[int, int]] = []  # per number of changes: how far each diagonal was reached before it
    reached = {1: 0}
    for d in range(len(a) + len(b) + 1):
        trace.append(reached)
        reached = {}
        for k in range(-d + 2 * max(0, d - len(b)), d - 2 * max(0, d - len(a)) + 1, 2):
            x = start = _step(trace[d], k)
            y = x - k
            while x < len(a) and y < len(b) and a[x] == b[y]:
                x, y = x + 1, y + 1
            reached[k] = x
            if not budget.spend(1 + x - start):
                return None
            if x >= len(a) and y >= len(b):
                return _walk_back(trace, len(a), len(b))
    return None


def _step(reached: dict[int, int], k: int) -> int:
    """Where diagonal ``k`` is entered: down from the one above, or right from the one below, whichever is further."""
    above, below = reached.get(k + 1, -1), reached.get(k - 1, -1)
    return above if above > below else below + 1


def _walk_back(trace: list[dict[int, int]], x: int, y: int) -> _Pairs:
    pairs: _Pairs = []
    for reached in reversed(trace):
        k = x - y
        start = _step(reached, k)
        while x > start:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        above = reached.get(k + 1, -1) > reached.get(k - 1, -1)
        x, y = (start, y - 1) if above else (start - 1, y)
    return pairs[::-1]


def _fixed_points(a: list[int], b: list[int]) -> _Pairs:
    """Words that occur once in each, in the longest order that both share."""
    count_a, count_b = Counter(a), Counter(b)
    place = {word: j for j, word in enumerate(b) if count_b[word] == 1}
    once = [(i, place[word]) for i, word in enumerate(a) if count_a[word] == 1 and word in place]
    return _longest_rising(once)


def _longest_rising(pairs: _Pairs) -> _Pairs:
    ends: list[int] = []  # the smallest end of a rising run of each length
    which: list[int] = []
    previous: list[int] = []
    for n, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        previous.append(which[length - 1] if length else -1)
        if length == len(ends):
            ends.append(j)
            which.append(n)
        else:
            ends[length], which[length] = j, n
    rising: _Pairs = []
    n = which[-1] if which else -1
    while n >= 0:
        rising.append(pairs[n])
        n = previous[n]
    return rising[::-1]
