"""Whose post a picture shows: the handle and the name where the author's line stands, against every recorded form.

Other people's names stand in a picture too. The author's is taken from before, beside and above the text, the nearest
first; right below it only where nothing of the kind stands above, and then never somebody else. Who is answered, and
who passed it on, is no author.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import IntEnum

import msgspec

from ...record.life import Timeline
from ...record.said import Said
from ...record.sentences import said
from .around import Around, Box, Piece
from .letters import core, parts_of, readable, shape
from .ocr import Word
from .times import written_times

LEAST_SCORE = 0.85
"""Of the engine, for a line in which one letter is to prove a difference."""

_LEAST_LETTERS = 4
"""A shorter handle or name is near to too many words."""

_ROWS_BELOW = 1.5
"""Rows below the text in which its author may be named, where nobody is named above it."""

_MARKED = re.compile(
    r"@\s?(?P<user>\w(?:[\w.-]*\w)?)(?:@(?P<host>[\w-]+(?:\.[\w-]+)+))?(?P<cut>…|\.{2,})?", re.UNICODE
)
_WORD = re.compile(r"\w(?:[\w.-]*\w)?(?P<cut>…|\.{2,})?", re.UNICODE)
_OTHERS = re.compile(
    r"(?<!\w)(?:membalas|balasan untuk|replying to|in reply to|memposting ulang|posting ulang oleh|reposted|retweeted|"
    r"boosted|diteruskan|forwarded|bersama|with|liked|menyukai ini|follows|mengikuti|via)(?!\w)",
    re.IGNORECASE,
)
"""Lines that name somebody else: who is answered, who passed it on, who is there besides."""


_JOINS = re.compile(
    r"(?:^|\s)(?:dan|and|serta|atau|or|dengan|with|kepada|to|ke|dari|from|oleh|by|untuk|for)\s*$",
    re.IGNORECASE,
)
"""Before a handle, words that make it part of a sentence: who is mentioned is no author."""

_UNSAVED = "~\uff5e\u223c "
"""What messengers write before the name of somebody who is not among the contacts."""

_MOST_BESIDE = 5
"""Words of letters beside the handle on an author's line: a name, a time with its words. More are a sentence, in which
somebody is answered or mentioned."""

_MOST_NAME = 4
"""Words of a name that stands alone on its line."""


class Likeness(IntEnum):
    """How near what is shown comes to what is recorded, the nearest last."""

    OTHER = 1
    NEAR = 2
    DOUBTFUL = 3
    SAME = 4


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A handle or a name that stands where the author's may, and the recorded form that it comes nearest to.

    ``why``: of a doubtful one, what stands against taking it for the recorded one, or for another.
    """

    shown: str
    recorded: str
    likeness: Likeness
    why: tuple[Said, ...]
    box: Box
    piece: Piece


def handles(timeline: Timeline) -> tuple[str, ...]:
    """Every handle that the author had in the observations, without the sign before it."""
    authors = [seen.post.author for seen in timeline.observations if seen.post is not None]
    return _once(author.handle.lstrip("@") for author in authors if author.handle)


def names(timeline: Timeline) -> tuple[str, ...]:
    """Every display name that the author had in the observations."""
    authors = [seen.post.author for seen in timeline.observations if seen.post is not None]
    return _once(author.name for author in authors if author.name and readable(author.name))


def handle_seen(about: Around, recorded: Sequence[str], known_names: Sequence[str]) -> Seen | None:
    """The handle that stands in the author's place; None where there is none."""
    above = [seen for piece in about.author_side for seen in _handles_of(piece, recorded, known_names)]
    if above:
        return _told(above)
    below = [seen for piece in _right_below(about) for seen in _handles_of(piece, recorded, known_names)]
    return next((seen for seen in below if seen.likeness is not Likeness.OTHER), None)


def name_seen(about: Around, recorded: Sequence[str], handle: Seen | None) -> Seen | None:
    """The name that stands in the author's place; None where none of the recorded ones, nor a near one, is there."""
    above = [seen for piece in about.author_side for seen in _names_of(piece, recorded, handle)]
    if above:
        return _told(above)
    for piece in _right_below(about):
        for seen in _names_of(piece, recorded, handle):
            if seen.likeness is Likeness.SAME:
                return seen
    return None if handle is None or not recorded else _beside_handle(about, recorded, handle)


def likeness(shown: str, recorded: str, *, most: int) -> tuple[Likeness, tuple[Said, ...]]:
    """How near two handles or names come: apart in up to ``most`` letters is near. And why it is doubtful."""
    one, other = readable(shown).casefold(), readable(recorded).casefold()
    if one == other:
        return Likeness.SAME, ()
    if shape(one) == shape(other):
        return Likeness.DOUBTFUL, (said("reading.author.look_alike"),)
    near = min(len(one), len(other)) >= _LEAST_LETTERS and letters_apart(one, other, most) <= most
    return (Likeness.NEAR if near else Likeness.OTHER), ()


def letters_apart(one: str, other: str, most: int) -> int:
    """Letters to change, add or take away to make one of the other (Levenshtein 1966); ``most`` + 1 for any more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, row[0] = row[0], i
        for j, wanted in enumerate(other, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (letter != wanted))
    return min(row[-1], most + 1)


def may_be_name(text: str) -> bool:
    """Whether a line may be somebody's name and no more: few words, the first with a capital letter, and no time."""
    words = [core(word) for word in text.split() if core(word)]
    if not 1 <= len(words) <= _MOST_NAME or not words[0][0].isupper():
        return False
    return (
        not _OTHERS.search(text) and not written_times(text) and sum(map(str.isalpha, text)) >= _LEAST_LETTERS
    )


def unjoined(words: Sequence[Word], handles: Sequence[str], names: Sequence[str]) -> tuple[Word, ...]:
    """Words, with the end of a name parted from a handle right behind it: engines lose spaces ("07@pejabat07_a")."""
    return tuple(part for word in words for part in _at(word, _joint(word.text, handles, names)))


def _joint(text: str, handles: Sequence[str], names: Sequence[str]) -> int:
    """At which letter of a word a handle begins behind a name; 0 where none does."""
    known = [len(text) - len(one) for one in handles if text.casefold().endswith(one.casefold())]
    marked = text.find("@")
    if core(text[: max(0, marked)]) and 0 not in known:  # "pejabat07@contoh.example" may be a handle
        return marked
    return next((start for start in known if start > 0 and _ends_one(names, text[:start])), 0)


def _at(word: Word, letter: int) -> Iterator[Word]:
    """The word in two at a letter; whole at 0."""
    x, y, width, height = word.box
    left = width * letter // len(word.text) if letter else 0
    if letter:
        yield Word(text=word.text[:letter], box=(x, y, left, height))
    yield Word(text=word.text[letter:], box=(x + left, y, width - left, height))


def _ends_one(names: Sequence[str], head: str) -> bool:
    """Whether one of the names ends so."""
    end = readable(head).casefold()
    return bool(end) and any(readable(name).casefold().endswith(end) for name in names)


def _right_below(about: Around) -> Iterator[Piece]:
    """The pieces of the rows right below the text; farther down stand those whom it quotes, and who comment on it."""
    end = about.body[1] + about.body[3] + _ROWS_BELOW * about.line_height
    return (piece for piece in about.below if piece.box[1] < end)


def _told(found: Sequence[Seen]) -> Seen:
    """The nearest to the text tells; it is doubtful where it is another one and the recorded one stands there too."""
    first = found[0]
    if first.likeness is Likeness.SAME:
        return first
    same = next((seen for seen in found if seen.likeness is Likeness.SAME), None)
    if same is None:
        return first
    if first.likeness is Likeness.DOUBTFUL:
        return same
    why = said("reading.author.stands_there_too", shown=same.shown)
    return msgspec.structs.replace(first, likeness=Likeness.DOUBTFUL, why=(why,))


def _handles_of(piece: Piece, recorded: Sequence[str], known_names: Sequence[str]) -> Iterator[Seen]:
    text = piece.text
    if _OTHERS.search(text):
        return
    own = {core(part).casefold() for name in known_names for part in (name, *name.split())}
    sentence = _words_beside(text, own) > _MOST_BESIDE
    taken: list[tuple[int, int]] = []
    for marked in _MARKED.finditer(text):
        taken.append(marked.span())
        if _JOINS.search(text[: marked.start()]):
            continue
        shown = marked["user"] + (f"@{marked['host']}" if marked["host"] else "")
        seen = _best(shown, recorded, piece, marked, marked=True)
        if seen.likeness is not Likeness.OTHER or not sentence:
            yield seen
    for word in _WORD.finditer(text):
        inside = any(start < word.end() and stop > word.start() for start, stop in taken)
        if inside:
            continue
        seen = _best(word[0].rstrip(".…"), recorded, piece, word, marked=False)
        is_name = core(word[0]).casefold() in own
        if seen.likeness is Likeness.SAME or (seen.likeness is not Likeness.OTHER and not is_name):
            yield seen


def _words_beside(text: str, own: Collection[str]) -> int:
    """Words of a line that are neither a handle nor of the author's names, nor only digits and signs."""
    words = (core(word).casefold() for word in _MARKED.sub(" ", text).split())
    return sum(any(map(str.isalpha, word)) and word not in own for word in words)


def _best(shown: str, recorded: Sequence[str], piece: Piece, found: re.Match[str], *, marked: bool) -> Seen:
    nearest, form = Likeness.OTHER, (recorded[0] if recorded else "")
    why: tuple[Said, ...] = ()
    for handle in recorded:
        for whole in _spellings(handle, shown):
            how, because = likeness(shown, whole, most=2 if marked else 1)
            if how > nearest:
                nearest, why, form = how, because, handle
    joined = next((handle for handle in recorded if _runs_on(shown, handle)), None)
    if joined is not None and nearest is not Likeness.SAME:
        nearest, why, form = Likeness.DOUBTFUL, (said("reading.author.runs_on"),), joined
    if any(_lacks_its_end(shown, handle) for handle in recorded):
        if found["cut"] and nearest is not Likeness.SAME:
            nearest, why = Likeness.DOUBTFUL, (said("reading.author.cut_short"),)
        elif nearest is Likeness.NEAR:
            nearest, why = Likeness.DOUBTFUL, (said("reading.author.lacks_its_end"),)
    return Seen(
        shown=shown,
        recorded=form,
        likeness=nearest,
        why=why,
        box=piece.box_of(*found.span()),
        piece=piece,
    )


def _lacks_its_end(shown: str, recorded: str) -> bool:
    """Whether all that is shown is as recorded, as far as it goes."""
    return readable(recorded).casefold().startswith(readable(shown).casefold())


def _runs_on(shown: str, handle: str) -> bool:
    """Whether a handle and the date or the clock behind it were read as one word: "pejabat07_a2024-11-13"."""
    one, own = readable(shown).casefold(), readable(handle).casefold()
    return one.startswith(own) and bool(written_times(one[len(own) :]))


def _spellings(handle: str, shown: str) -> Iterator[str]:
    """A handle as it may be written: whole; without its host, as its own server does; or with a host after it."""
    yield handle
    user, _, host = handle.partition("@")
    if host and "@" not in shown:
        yield user
    if not host and "@" in shown:
        yield f"{handle}@{shown.partition('@')[2]}"
    own_labels, labels = handle.split("."), shown.split(".")
    if not host and len(labels) >= len(own_labels) + 2:  # a name under somebody's domain, as on atproto
        yield ".".join((handle, *labels[len(own_labels) :]))


def _names_of(piece: Piece, recorded: Sequence[str], handle: Seen | None) -> Iterator[Seen]:
    if _OTHERS.search(piece.text):
        return
    best: Seen | None = None
    parts = _parted(piece.words)
    for name in recorded:
        count = len(name.split())
        for size in (count, count + 1, max(1, count - 1)):
            for first in range(len(parts) - size + 1):
                words = parts[first : first + size]
                shown = core(" ".join(word.text for word in words)).lstrip(_UNSAVED)
                if shown.startswith("@") or _is_handle(words, handle):
                    continue
                how, why = likeness(shown, core(name), most=1 if len(core(name)) < 8 else 2)
                if how is Likeness.NEAR and first + size == len(parts) and _lacks_its_end(shown, name):
                    how, why = Likeness.DOUBTFUL, (said("reading.author.lacks_its_end"),)
                if how is not Likeness.OTHER and (best is None or how > best.likeness):
                    part = Piece(words=words, score=piece.score, place=piece.place)
                    best = Seen(
                        shown=part.text, recorded=name, likeness=how, why=why, box=part.box, piece=piece
                    )
    if best is not None:
        yield best


def _parted(words: Sequence[Word]) -> tuple[Word, ...]:
    """Words as apps part them: engines join "07 · 2 jam" to "07·2 jam"."""
    return tuple(Word(text=part, box=word.box) for word in words for part in parts_of(word.text))


def _is_handle(words: Sequence[Word], handle: Seen | None) -> bool:
    """Whether words are the handle, or one that is written like it: "pejabat07_a" is near to the name Pejabat 07."""
    if handle is None:
        return False
    shown = readable("".join(word.text for word in words)).casefold()
    return shown.lstrip("@") == readable(handle.shown).casefold()


def _beside_handle(about: Around, recorded: Sequence[str], handle: Seen) -> Seen | None:
    """The words right before the handle on its row, or else the row right above it: where apps write the name."""
    row = handle.piece
    before = tuple(
        word for word in row.words if word.box[0] + word.box[2] <= handle.box[0] + handle.box[3] // 4
    )
    marked = "@" in row.text
    words = before if marked else ()
    piece = row
    if marked and not words:
        above = [
            one
            for one in about.author_side
            if 0 < handle.box[1] - one.box[1] < 1.8 * row.box[3] and abs(one.box[0] - row.box[0]) < row.box[3]
        ]
        if not above or "@" in above[0].text:
            return None
        piece, words = above[0], above[0].words
    text = " ".join(word.text for word in words)
    if len(core(text)) < _LEAST_LETTERS or _OTHERS.search(text):
        return None
    part = Piece(words=words, score=piece.score, place=piece.place)
    return Seen(shown=text, recorded=recorded[0], likeness=Likeness.OTHER, why=(), box=part.box, piece=piece)


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
