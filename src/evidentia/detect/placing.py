"""Where the words of a text stand in the picture of a page, by the boxes that the browser gave with the picture.

The text is looked for among the page's visible words letter by letter: white space, emoji and what cannot be seen do
not count, because a page sets them otherwise than the platform's data has them. A text that the page shortens in
places (a long link) is found where most of it stands in one run. Nothing is guessed: what is not found stays unplaced.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

import msgspec

from evidentia.capture.facts import Word
from evidentia.record.life import WordMove, Words

from .reading.align import MAX_CHARACTERS, align
from .reading.letters import readable

SEED = 12
"""Letters in a row that must stand in the page as in the text before the two are laid against each other: about two
words, fewer of which stand in many places."""

LEAST_LETTERS = 4 * SEED
"""Letters that a text must have to be looked for where the page shows it in part: less stands anywhere by chance."""

MOST_SEEDED = 64
"""Places of one page at which a shortened text is tried: each costs an alignment."""

_LINK = re.compile(r"https?://\S+", re.IGNORECASE)

LEAST_FOUND = 0.8
"""Share of a text's letters and digits, but for those of its links, that must be found in one run, where the page does
not show all of it as it is."""

SLACK = 200
"""Letters before and after the expected place in which a shortened text is looked for."""


class PageWords(msgspec.Struct, frozen=True, kw_only=True):
    """``boxes.json`` of a capture: every visible word with its box, in pixels of the full-page picture."""

    width: int
    height: int
    words: tuple[Word, ...]


class Box(msgspec.Struct, frozen=True):
    """A rectangle in pixels of the full-page picture, from its upper left corner."""

    x: float
    y: float
    w: float
    h: float


class Run(msgspec.Struct, frozen=True):
    """One place where a text stands: for each character that was found there, by its index, the word that shows it.

    ``whole``: every letter of the text was found, in order and with nothing between. ``visible``: the characters of
    the text that have a letter to be seen.
    """

    text: str
    words: tuple[Word, ...]
    shown_by: dict[int, int]
    whole: bool
    visible: frozenset[int]

    @property
    def box(self) -> Box:
        """What encloses all of it."""
        return enclosing([self.words[n] for n in sorted(set(self.shown_by.values()))])

    def boxes(self, start: int, end: int) -> tuple[Box, ...] | None:
        """The boxes of the characters ``start`` to ``end``, one for each line; None where a letter was not found.

        Words are boxed whole: a page does not say where the letters within them stand. Signs beside letters need not
        be found: they can be markup that the page shows otherwise.
        """
        seen = [n for n in range(start, end) if n in self.visible]
        found = [self.shown_by.get(n) for n in seen if self.text[n].isalnum()] or [
            self.shown_by.get(n) for n in seen
        ]
        if not found or None in found:
            return None
        numbers = sorted({n for n in found if n is not None})
        if not self.whole and not self._spell(numbers, self.text[start:end]):
            return None
        lines = groupby((self.words[n] for n in numbers), key=_Line())
        return tuple(enclosing(list(line)) for _, line in lines)

    def _spell(self, numbers: list[int], text: str) -> bool:
        """Whether words of the page, as they follow each other, spell a text: scattered letters of it do not."""
        shown = "".join(word.text for word in self.words[numbers[0] : numbers[-1] + 1])
        return _core(text) in _core(shown)


class Span(msgspec.Struct, frozen=True):
    """Characters ``start`` to ``end`` (exclusive) of a wording that went or came."""

    start: int
    end: int


class Side(msgspec.Struct, frozen=True):
    """One of two compared wordings, and what of it the other does not have."""

    text: str
    spans: tuple[Span, ...]


def sides(words: Iterable[Words]) -> tuple[Side, Side]:
    """The wording before with what went, and the wording after with what came, out of compared words."""
    runs = tuple(words)
    return _side(runs, WordMove.REMOVED), _side(runs, WordMove.ADDED)


def place(text: str, words: Sequence[Word]) -> tuple[Run, ...]:
    """Every place where a text stands among a page's words, from top to bottom; empty where it stands nowhere."""
    letters, of_character = _letters_of(text)
    page, of_word = _page_letters(words)
    if not letters:
        return ()
    exact = [
        Run(
            text,
            tuple(words),
            dict(zip(of_character, of_word[at : at + len(letters)], strict=True)),
            True,
            frozenset(of_character),
        )
        for at in _occurrences(page, letters)
        if _whole_words(of_word, at, at + len(letters))
    ]
    if exact:
        return tuple(exact)
    return tuple(_shortened(text, words, frozenset(of_character)))


def enclosing(boxes: Sequence[Word | Box]) -> Box:
    """The smallest box around others, of which there is one at least."""
    left, top = min(b.x for b in boxes), min(b.y for b in boxes)
    right, bottom = max(b.x + b.w for b in boxes), max(b.y + b.h for b in boxes)
    return Box(left, top, right - left, bottom - top)


class _Line:
    """Numbers the lines on which words stand, as they come: a word whose middle is below the one before begins one."""

    def __init__(self) -> None:
        self._number = 0
        self._last: Word | None = None

    def __call__(self, word: Word) -> int:
        last = self._last
        if last is not None and not last.y <= word.y + word.h / 2 <= last.y + last.h:
            self._number += 1
        self._last = word
        return self._number


def _side(runs: tuple[Words, ...], move: WordMove) -> Side:
    text, spans = "", []
    for run in runs:
        if run.move is move:
            spans.append(Span(len(text), len(text) + len(run.text)))
        if run.move in (move, WordMove.SAME):
            text += run.text
    return Side(text, tuple(spans))


@lru_cache(maxsize=65536)
def _letters(character: str) -> str:
    return unicodedata.normalize("NFD", readable(character))


def _letters_of(text: str) -> tuple[str, list[int]]:
    """The letters of a text, and for each the character that it comes from."""
    pairs = [(letter, n) for n, character in enumerate(text) for letter in _letters(character)]
    return "".join(letter for letter, _ in pairs), [n for _, n in pairs]


def _page_letters(words: Sequence[Word]) -> tuple[str, list[int]]:
    parts: list[str] = []
    of_word: list[int] = []
    for n, word in enumerate(words):
        letters = "".join(map(_letters, word.text))
        parts.append(letters)
        of_word += [n] * len(letters)
    return "".join(parts), of_word


def _core(text: str) -> str:
    """The letters and digits of a text, or all of it that can be seen where it has none."""
    letters = "".join(map(_letters, text))
    return "".join(c for c in letters if c.isalnum()) or letters


def _occurrences(page: str, letters: str) -> Iterator[int]:
    at = page.find(letters)
    while at >= 0:
        yield at
        at = page.find(letters, at + 1)


def _whole_words(of_word: Sequence[int], start: int, end: int) -> bool:
    """ "Ya" does not stand in "Yang": a text begins and ends where words of the page do."""
    begins = start == 0 or of_word[start - 1] != of_word[start]
    return begins and (end == len(of_word) or of_word[end] != of_word[end - 1])


def _shortened(text: str, words: Sequence[Word], visible: frozenset[int]) -> Iterator[Run]:
    """Where most of a text stands in one run, although the page leaves some of it out or writes it otherwise.

    Letters and digits alone are laid against each other, without those of links, which pages shorten.
    """
    linked = {n for link in _LINK.finditer(text) for n in range(*link.span())}
    kept = [(c, n) for c, n in zip(*_letters_of(text), strict=True) if n not in linked and c.isalnum()]
    letters, of_character = "".join(c for c, _ in kept), [n for _, n in kept]
    if not LEAST_LETTERS <= len(letters) <= MAX_CHARACTERS - 2 * SLACK:
        return
    shown = [(c, n) for c, n in zip(*_page_letters(words), strict=True) if c.isalnum()]
    page, of_word = "".join(c for c, _ in shown), [n for _, n in shown]
    taken = -1
    for at in _seeded(letters, page):
        start = max(0, at - SLACK)
        pairs = [(i, start + j) for i, j in align(letters, page[start : at + len(letters) + SLACK])]
        if len(pairs) < LEAST_FOUND * len(letters) or pairs[0][1] <= taken:
            continue
        taken = pairs[-1][1]
        shown_by = _wholly_found(of_character, {i: of_word[j] for i, j in pairs})
        yield Run(text, tuple(words), shown_by, False, visible)


def _wholly_found(of_character: list[int], found: dict[int, int]) -> dict[int, int]:
    missing = {n for letter, n in enumerate(of_character) if letter not in found}
    return {
        of_character[letter]: word for letter, word in found.items() if of_character[letter] not in missing
    }


def _seeded(letters: str, page: str) -> list[int]:
    """The places at which the text would begin, if it stood where pieces of it are found."""
    places: set[int] = set()
    for at in range(0, max(1, len(letters) - SEED + 1), SEED):
        for found in _occurrences(page, letters[at : at + SEED]):
            places.add(max(0, found - at))
            if len(places) >= MOST_SEEDED:
                return sorted(places)
    return sorted(places)
