"""Which words went and which came between two wordings."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from evidentia.record.life import WordMove, Words

from .tokens import is_word, looks_like, looks_like_in_print, tokens, visible, visible_alike, visible_all

MAX_STEPS = 1_000_000
"""Work for one comparison, in steps of Myers' algorithm; beyond it the account
of the change stays true, and is coarser than it could be."""

SHORT_WORD = 3
"""Letters of a word that can stand in two unrelated sentences by chance: di, ke, dan, yg; to, the, A."""

REWRITTEN = 2
"""Words that went, and words that came, on both sides of such a word, from which on it ties nothing together."""

REMEMBERED = 16
"""Comparisons that are kept for posts that change back and forth: few, because wordings can be long."""

_Pairs = list[tuple[int, int]]


@lru_cache(maxsize=REMEMBERED)
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
    every character beyond ASCII is written out, and where only a font that draws I, l and 1 alike would make them
    the same, those too. For showing only: the texts can no longer be put together."""
    runs = list(words)
    show: list[Callable[[str], str]] = [visible] * len(runs)
    for n, (first, second) in enumerate(pairwise(runs)):
        if {first.move, second.move} == {WordMove.REMOVED, WordMove.ADDED}:
            show[n : n + 2] = [_shown_beside(first.text, second.text) or shown for shown in show[n : n + 2]]
    return tuple(Words(move=run.move, text=how(run.text)) for how, run in zip(show, runs, strict=True))


def _shown_beside(one: str, other: str) -> Callable[[str], str] | None:
    """How to show two texts of which one took the other's place, if they could be taken for each other."""
    if one.split() == other.split():  # layout alone
        return None
    if looks_like(one) == looks_like(other):
        return visible_all
    return visible_alike if looks_like_in_print(one) == looks_like_in_print(other) else None


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
    matches = _with_whole_sentences(_matches(old.words, new.words), old, new)
    kept = _without_islands(_without_stray_punctuation(matches, old, new), old, new)
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


def _with_whole_sentences(pairs: _Pairs, old: _Wording, new: _Wording) -> _Pairs:
    """Where one sentence was taken out or put in, its own full stop went or came, and not that of the one before."""
    moved = list(pairs)
    last = (-1, -1)
    for n, (i, j) in enumerate(moved):
        first = last[0] + 1, last[1] + 1
        taken_out = first[0] < i and first[1] == j and old.words[first[0]] == new.words[j]
        put_in = first[0] == i and first[1] < j and new.words[first[1]] == old.words[i]
        if (taken_out or put_in) and not is_word(old.words[i]):
            moved[n] = first
        last = moved[n]
    return moved


def _without_islands(pairs: _Pairs, old: _Wording, new: _Wording) -> _Pairs:
    """One short word (di, dan, A) that stands in both wordings amid sentences that were written anew was not kept."""
    kept: _Pairs = []
    last = (-1, -1)
    for run, following in _runs(pairs, (len(old.words), len(new.words))):
        words = [old.words[i] for i, _ in run if is_word(old.words[i])]
        short = len(words) == 1 and len(words[0]) <= SHORT_WORD and not any(map(str.isdigit, words[0]))
        if not (
            short and _is_rewritten(last, run[0], old, new) and _is_rewritten(run[-1], following, old, new)
        ):
            kept += run
            last = run[-1]
    return kept


def _runs(pairs: _Pairs, end: tuple[int, int]) -> Iterator[tuple[_Pairs, tuple[int, int]]]:
    """The kept pairs that stand together in both wordings, each run with the pair after it."""
    run: _Pairs = []
    for pair, following in pairwise([*pairs, end]):
        run.append(pair)
        if following != (pair[0] + 1, pair[1] + 1) or following == end:
            yield run, following
            run = []


def _is_rewritten(start: tuple[int, int], end: tuple[int, int], old: _Wording, new: _Wording) -> bool:
    """Whether between two kept pairs so much went and came that it reads as other sentences."""
    gone = sum(map(is_word, old.words[start[0] + 1 : end[0]]))
    come = sum(map(is_word, new.words[start[1] + 1 : end[1]]))
    return gone >= REWRITTEN and come >= REWRITTEN


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
