"""One recorded wording laid against what was read: which words stand there, and which places are disputed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from .align import MAX_CHARACTERS, align
from .letters import core, is_edge_mark, pictographs, readable
from .ocr import Line, Word, union
from .reach import reach_after, reach_before

_SHORT = 2
"""Words of up to so many letters are found in any text; they count only beside another word that was found."""


_CUT_MARK = re.compile(
    r"[^\w.]{0,2}(?:[.\u00b7]{2,}|[.\u00b7]?(?:selengkapnya|(?:lihat|baca|tampilkan|muat|buka)"
    r"(?:jawaban|pesan|komentar|cerita|artikel|berita|kiriman|postingan)?(?:selengkapnya|selanjutnya|lebihbanyak"
    r"|lebihlengkap|lebihlanjut|lengkap|seluruhnya|semua|lainnya|lagi)|(?:see|read|show|view)more))"
)
"""How platforms say that a text goes on, in Indonesian and English, without spaces and in small letters."""

_WORD = re.compile(r"\S+")

_LOOK_AHEAD = 60
"""Letters after the last word found among which such a mark stands, if there is one: a word that was cut, and it."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What was read, as one run of readable characters, each with the number of its word and of its line."""

    letters: str
    word_of: tuple[int, ...]
    line_of: tuple[int, ...]
    words: tuple[Word, ...]
    lines: tuple[Line, ...]

    def text(self, start: int, stop: int) -> str:
        """The letters from ``start`` to ``stop``, with a space wherever a new word begins."""
        return "".join(
            (" " if at > start and self.word_of[at] != self.word_of[at - 1] else "") + self.letters[at]
            for at in range(start, stop)
        )

    def box(self, start: int, stop: int) -> tuple[int, int, int, int]:
        """The box around the words that hold the letters from ``start`` to ``stop`` (at least one)."""
        return union([self.words[word].box for word in sorted({*self.word_of[start:stop]})])


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """A recorded text in words, without what reading cannot judge. ``ends[i]`` is where word ``i`` ends.

    ``pictures[i]``: how many pictographs are recorded before word ``i``; the last number is of those after all words.
    ``broken``: the words before which the text has a line of its own end.
    """

    words: tuple[str, ...]
    letters: str
    ends: tuple[int, ...]
    pictures: tuple[int, ...]
    broken: frozenset[int] = frozenset()

    def span(self, word: int) -> tuple[int, int]:
        return (self.ends[word - 1] if word else 0), self.ends[word]


class Dispute(msgspec.Struct, frozen=True, kw_only=True):
    """A place where the words ``first`` to ``stop`` (exclusive) are not read as recorded.

    ``start`` and ``end`` bound what is shown there instead; they are equal where nothing is.
    """

    first: int
    stop: int
    start: int
    end: int


class Laid(msgspec.Struct, frozen=True, kw_only=True):
    """A recorded text laid against what was read. ``found[i]``: first and last letter of word ``i``, or None."""

    tokens: Tokens
    shown: Shown
    found: tuple[tuple[int, int] | None, ...]

    @property
    def first(self) -> int:
        """The first word that was found; there is one."""
        return next(i for i, place in enumerate(self.found) if place)

    @property
    def last(self) -> int:
        """The last word that was found."""
        return max(i for i, place in enumerate(self.found) if place)

    @property
    def count(self) -> int:
        """How many words were found."""
        return sum(place is not None for place in self.found)

    @property
    def lines(self) -> list[int]:
        """The numbers of the lines on which words that were found begin or end, from above."""
        return sorted({self.shown.line_of[at] for place in self.found if place for at in place})

    def place(self, word: int) -> tuple[int, int]:
        """Where a word that was found stands."""
        place = self.found[word]
        if place is None:
            raise LookupError(f"word {word} was not found")
        return place


def shown(lines: Sequence[Line]) -> Shown:
    """What was read, as one run of characters."""
    letters: list[str] = []
    word_of: list[int] = []
    line_of: list[int] = []
    words: list[Word] = []
    for number, line in enumerate(lines):
        for word in line.words:
            plain = readable(word.text)
            letters.append(plain)
            word_of += [len(words)] * len(plain)
            line_of += [number] * len(plain)
            words.append(word)
    return Shown(
        letters="".join(letters),
        word_of=tuple(word_of),
        line_of=tuple(line_of),
        words=tuple(words),
        lines=tuple(lines),
    )


def tokens(text: str) -> Tokens:
    """The words of a recorded text that can be judged, up to ``MAX_CHARACTERS`` letters."""
    words: list[str] = []
    ends: list[int] = []
    pictures = [0]
    broken: set[int] = set()
    total, behind = 0, 0
    for found in _WORD.finditer(text):
        word = found[0]
        if "\n" in text[behind : found.start()]:
            broken.add(len(words))
        behind = found.end()
        letters, drawn = core(word), pictographs(word)
        if not letters:
            pictures[-1] += drawn
            continue
        if total + len(letters) > MAX_CHARACTERS:
            break
        leads = bool(drawn) and pictographs(word[0]) > 0
        pictures[-1] += drawn if leads else 0
        total += len(letters)
        words.append(word)
        ends.append(total)
        pictures.append(0 if leads else drawn)
    return Tokens(
        words=tuple(words),
        letters="".join(core(word) for word in words),
        ends=tuple(ends),
        pictures=tuple(pictures),
        broken=frozenset(broken),
    )


def part(whole: Tokens, first: int, stop: int) -> Tokens:
    """The words ``first`` to ``stop`` (exclusive) on their own."""
    return tokens(" ".join(whole.words[first:stop]))


def lay(recorded: Tokens, seen: Shown) -> Laid:
    """Find the recorded words, in order, in what was read: each whole, letter for letter, or not at all."""
    at = dict(align(recorded.letters, seen.letters))
    places: list[tuple[int, int] | None] = []
    for word in range(len(recorded.words)):
        begin, end = recorded.span(word)
        letters = [at.get(i, -1) for i in range(begin, end)]
        whole = letters[0] >= 0 and letters == list(range(letters[0], letters[0] + end - begin))
        places.append((letters[0], letters[-1]) if whole else None)
    _borrowed(recorded, places, seen)
    _left_to_marks(places, seen)
    places = [None if _is_torn(places, i, seen) else place for i, place in enumerate(places)]
    kept = tuple(place if place and _stands(recorded, places, i) else None for i, place in enumerate(places))
    return Laid(tokens=recorded, shown=seen, found=kept)


def _left_to_marks(places: list[tuple[int, int] | None], seen: Shown) -> None:
    """Take words from the text that stand within the screen's own "… baca selengkapnya", of which it holds no more."""
    own = {at for place in places if place for at in range(place[0], place[1] + 1)}
    for mark in _CUT_MARK.finditer(seen.letters.casefold()):
        begin = next((at for at in range(*mark.span()) if seen.letters[at].isalpha()), mark.end())
        if begin in own:
            continue
        for word, place in enumerate(places):
            if place and mark.start() <= place[0] and place[1] < mark.end():
                places[word] = None


def lay_in_column(recorded: Tokens, lines: Sequence[Line]) -> Laid:
    """Find the recorded words among ``lines``, without those that stand beside the post: a side bar, another column."""
    laid = lay(recorded, shown(lines))
    if laid.count == 0:
        return laid
    left, _, width, _ = union([_found_on(laid, line) for line in _own_lines(laid)])
    inside = [line for line in lines if line.box[0] < left + width and line.box[0] + line.box[2] > left]
    return laid if len(inside) == len(lines) else lay(recorded, shown(inside))


def _found_on(laid: Laid, line: int) -> tuple[int, int, int, int]:
    """The box around the recorded words on a line. What else was read into the line may stand beside the post."""
    seen = laid.shown
    found = [
        at
        for place in laid.found
        if place
        for at in range(place[0], place[1] + 1)
        if seen.line_of[at] == line
    ]
    return seen.box(found[0], found[-1] + 1)


def _own_lines(laid: Laid) -> list[int]:
    """The lines that hold recorded words, without those of a side bar of which but a digit is recorded as well."""
    read = Counter(laid.shown.line_of)
    found = Counter(
        laid.shown.line_of[at] for place in laid.found if place for at in range(place[0], place[1] + 1)
    )
    sure = [line for line in found if found[line] > _SHORT and 2 * found[line] >= read[line]]
    return sorted(sure or found)


def _borrowed(recorded: Tokens, places: list[tuple[int, int] | None], seen: Shown) -> None:
    """Find words again that stand whole beside a word that was found.

    Where a word is missing, the best alignment may borrow a letter of it for the word before ("kam-i" over "kami
    tidak"), at the same score, and so tear a word that is there. What another word was found in is not found again: of
    a sentence that is recorded twice and shown once, one is missing.
    """
    for word in range(1, len(places)):
        before = places[word - 1]
        if places[word] is None and before is not None:
            start, _ = without_marks(seen, before[1] + 1, len(seen.letters))
            following = next((place[0] for place in places[word + 1 :] if place), len(seen.letters))
            found = _whole(seen, start, core(recorded.words[word]))
            places[word] = found if found and found[1] < following else None
    for word in range(len(places) - 2, -1, -1):
        after = places[word + 1]
        if places[word] is None and after is not None:
            _, end = without_marks(seen, 0, after[0])
            letters = core(recorded.words[word])
            preceding = next((place[1] for place in reversed(places[:word]) if place), -1)
            found = _whole(seen, end - len(letters), letters)
            places[word] = found if found and found[0] > preceding else None


def _is_torn(places: Sequence[tuple[int, int] | None], word: int, seen: Shown) -> bool:
    """Whether a word was found in the middle of another one ("lengkap" in "selengkapnya"): it does not stand there.

    Where engines join words, the letters around belong to the recorded neighbours.
    """
    place = places[word]
    if place is None:
        return False
    before = places[word - 1] if word else None
    after = places[word + 1] if word + 1 < len(places) else None

    def joined(letter: int, inside: int, neighbour: int | None) -> bool:
        within = 0 <= letter < len(seen.letters) and seen.word_of[letter] == seen.word_of[inside]
        return within and letter != neighbour and not is_edge_mark(seen.letters[letter])

    return joined(place[0] - 1, place[0], before[1] if before else None) and joined(
        place[1] + 1, place[1], after[0] if after else None
    )


def _whole(seen: Shown, start: int, letters: str) -> tuple[int, int] | None:
    """The place of ``letters`` at ``start``, if they stand there as a word or words of their own."""

    def parted(at: int) -> bool:
        inside = 0 < at < len(seen.letters) and seen.word_of[at - 1] == seen.word_of[at]
        return not inside or is_edge_mark(seen.letters[at - 1]) or is_edge_mark(seen.letters[at])

    end = start + len(letters)
    stands = start >= 0 and seen.letters[start:end] == letters and parted(start) and parted(end)
    return (start, end - 1) if stands else None


def _stands(recorded: Tokens, places: Sequence[tuple[int, int] | None], word: int) -> bool:
    begin, end = recorded.span(word)
    beside = [*places[max(0, word - 1) : word], *places[word + 1 : word + 2]]
    return end - begin > _SHORT or len(places) == 1 or any(beside)


def disputes(laid: Laid) -> list[Dispute]:
    """Every place between the first and the last word found, and on their lines, that is not as recorded."""
    if laid.count == 0:
        return []
    standing = [i for i, place in enumerate(laid.found) if place]
    gaps = [(before + 1, after) for before, after in pairwise(standing)]
    if laid.first > 0:
        gaps.insert(0, (0, laid.first))
    if laid.last < len(laid.found) - 1:
        gaps.append((laid.last + 1, len(laid.found)))
    found = []
    for gap in gaps:
        first, stop = gap
        place = between(laid, first, stop)
        # At an end, nothing shown is a crop, not a difference; in the middle, missing words are one.
        at_start, at_end = first < laid.first, stop > laid.last
        nothing = not core(laid.shown.letters[place[0] : place[1]]) and (first == stop or at_start or at_end)
        drawn = first == stop and place[1] - place[0] <= laid.tokens.pictures[first]
        if nothing or drawn or (at_end and says_more(laid)):
            continue
        # As many recorded words as are shown there; the rest of them may lie outside of the picture.
        count = len({*laid.shown.word_of[place[0] : place[1]]})
        if at_start:
            first = max(first, stop - count)
        elif at_end:
            stop = min(stop, first + count)
        wide = Dispute(first=first, stop=stop, start=place[0], end=place[1])
        if narrow := _narrowed(laid, _widened(laid, wide)):
            found.append(narrow)
    return found


def says_more(laid: Laid) -> bool:
    """Whether the picture itself says, where the words found end, that the text goes on: "… selengkapnya".

    The last word may be cut in the middle, as long as what is left of it is as recorded.
    """
    last, end = laid.place(laid.last)[1], laid.tokens.ends[laid.last]
    after, expected = laid.shown.letters[last + 1 : last + _LOOK_AHEAD], laid.tokens.letters[end:]
    if _CUT_MARK.match(after.casefold()):
        return True
    begun = after[next((i for i, c in enumerate(after) if not is_edge_mark(c)), len(after)) :]
    as_recorded = next(
        (i for i, (a, b) in enumerate(zip(begun, expected, strict=False)) if a != b), len(expected)
    )
    return as_recorded > 0 and _CUT_MARK.match(begun[as_recorded:].casefold()) is not None


def between(laid: Laid, first: int, stop: int) -> tuple[int, int]:
    """The letters shown where the words ``first`` to ``stop`` are recorded; their neighbours were found.

    Before the first word found and after the last it is the rest of that word's own line, and what of the lines
    around it continues the text.
    """
    if first < laid.first or first == 0:
        end = laid.place(stop)[0]
        return min(reach_before(laid, end), laid.place(laid.first)[0]), end
    start = laid.place(first - 1)[1] + 1
    if stop > laid.last:
        return start, reach_after(laid, start)
    return start, laid.place(stop)[0]


def _narrowed(laid: Laid, dispute: Dispute) -> Dispute | None:
    """The dispute without the punctuation at its ends, which is that of its neighbours; None if no more is left."""
    start, end = without_marks(laid.shown, dispute.start, dispute.end)
    if dispute.first == dispute.stop and start == end:
        return None
    return Dispute(first=dispute.first, stop=dispute.stop, start=start, end=end)


def without_marks(seen: Shown, start: int, end: int) -> tuple[int, int]:
    """The letters from ``start`` to ``end`` without punctuation at both ends."""
    while start < end and is_edge_mark(seen.letters[start]):
        start += 1
    while end > start and is_edge_mark(seen.letters[end - 1]):
        end -= 1
    return start, end


def _widened(laid: Laid, dispute: Dispute) -> Dispute:
    """Letters added to a word are a change of that word: take the word in, so that both readings are whole words."""
    seen, first, stop, start, end = laid.shown, dispute.first, dispute.stop, dispute.start, dispute.end
    if first != stop:
        return dispute
    if seen.word_of[start] == seen.word_of[start - 1] and not is_edge_mark(seen.letters[start]):
        first, start = first - 1, laid.place(first - 1)[0]
    if seen.word_of[end - 1] == seen.word_of[end] and not is_edge_mark(seen.letters[end - 1]):
        stop, end = stop + 1, laid.place(stop)[1] + 1
    return Dispute(first=first, stop=stop, start=start, end=end)
