"""Which of the times in a picture is that of the post: by where it stands, and by what stands with it.

On the author's line, or between it and the text; else below the text. Never the clock of the phone's status bar, the
time of a comment or of a quoted post, nor a time within the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from .around import Around, Box, Piece, Place
from .counts import counts_in
from .letters import BETWEEN, readable
from .names import Likeness, Seen, letters_apart
from .relative_times import Ago, times_ago
from .times import Written, written_times

_MOST_OTHER_LETTERS = 2
"""Letters beside a time that no app writes there: icons that the engine takes for letters. More are a sentence."""

_AUTHORS_ROWS = 4.0
"""Rows above the text within which its time stands, where the author's own line was not found."""

_NEAR_BELOW = 4.0
"""Rows below the text within which a date without year or clock is taken for the post's."""

_NEXT = 2.5
"""Rows below the text within which the name of a day alone is taken for the post's time: farther down it is a word."""

_USUAL = re.compile(
    r"(?<!\w)(?:balas|reply|suka|like|likes|komentari|komentar|comment|bagikan|share|lihat terjemahan|see translation|"
    r"terjemahkan|diedit|edited|disunting|telah diedit|publik|public|teman|friends|ikuti|follow|mengikuti|following|"
    r"posted|diposting|dipublikasikan|published|pukul|pkl|jam|at|on|pada|tanggal|v|o|oleh|by|sunting|edit|selengkapnya)(?!\w)",
    re.IGNORECASE,
)
"""What apps write beside a time."""

_EDITED = re.compile(r"(?<!\w)(?:diedit|edited|disunting|diperbarui|updated)(?!\w)", re.IGNORECASE)
"""Before a time of editing, which no capture from before that edit can know."""

_MONEY = re.compile(r"(?:(?<!\w)(?:Rp|IDR|USD|US\$|SGD|MYR|RM)\.?|[$\u20ac\u00a3])\s?\d", re.IGNORECASE)
"""Beside a time it makes a sentence: no app writes money there."""

_OF_ROW = re.compile(r"(?P<which>\d{1,2})/(?P<of>\d{1,2})")

MOST_PICTURES = 35
"""Of a post, as TikTok's documentation of photo posts has it; Instagram takes 20."""

_MARKED = re.compile(r"@\s?[\w.@-]+")


class TimeSeen(msgspec.Struct, frozen=True, kw_only=True):
    """The time that stands in the post's place. ``sure``: nothing else in the picture could be meant by that place."""

    time: Written | Ago
    box: Box
    piece: Piece
    sure: bool


def time_seen(about: Around, text: str, author: Sequence[Seen], known: Sequence[str]) -> tuple[TimeSeen, ...]:
    """The times that may be the post's, the likeliest first. ``known``: the author's recorded handles and names."""
    own = readable(text).casefold()
    near = _near_author(about, author, known)
    above = [seen for piece in near for seen in _times_of(piece, own, known, author)]
    if above:
        return tuple(above)
    below = [
        seen
        for piece in _own_below(about, author)
        for seen in _times_of(piece, own, known, author)
        if not (
            isinstance(seen.time, Written) and seen.time.is_bare_weekday and _rows_below(piece, about) > _NEXT
        )
    ]
    written = [seen for seen in below if isinstance(seen.time, Written)]
    return tuple(_surely(seen, about) for seen in (written or below))


def _near_author(about: Around, author: Sequence[Seen], known: Sequence[str]) -> Iterator[Piece]:
    """The pieces between the text and the row above the author's; those of a few rows where that is not known.

    A quoted post may stand between: its author is seen nearer to the text, and the post's own line lies above.
    """
    above = [seen.piece for seen in author if seen.piece.place is not Place.BELOW]
    above += [piece for piece in about.author_side if _without_author(piece.text, known) != piece.text]
    top = about.body[1] - _AUTHORS_ROWS * about.line_height
    if above:
        top = min(top, min(piece.box[1] for piece in above) - 1.5 * about.line_height)
    for piece in about.author_side:
        if piece.box[1] >= top:
            yield piece


def _own_below(about: Around, author: Sequence[Seen]) -> Iterator[Piece]:
    """The pieces below the text without those that name another account."""
    for piece in about.below:
        if "@" not in piece.text or any(seen.piece is piece for seen in author):
            yield piece


def _times_of(
    piece: Piece, own_text: str, known: Sequence[str], author: Sequence[Seen]
) -> Iterator[TimeSeen]:
    text = piece.text
    ago = times_ago(text)
    # "3 minggu" is three weeks, and no Sunday.
    written = [
        one
        for one in written_times(text)
        if not (one.is_bare_weekday and any(_overlap(one, other) for other in ago))
    ]
    found: list[Written | Ago] = [*written]
    found += [one for one in ago if not any(_overlap(one, other) for other in written)]
    for time in found:
        if isinstance(time, Written) and time.is_bare_clock and not _clock_counts(piece, author):
            continue
        if _is_place_in_row(time.text):
            continue
        within = readable(time.text).casefold() in own_text
        if _alone(text, time, known) and not (within and _is_exact(time)):
            sure = not within and not _EDITED.search(text[: time.start]) and not _ends_sentence(text, time)
            yield TimeSeen(time=time, box=piece.box_of(time.start, time.stop), piece=piece, sure=sure)


def _is_place_in_row(text: str) -> bool:
    """Whether "1/4" may be the first of four pictures, as apps write on posts of several, and no day and month."""
    found = _OF_ROW.fullmatch(text)
    return found is not None and 1 <= int(found["which"]) <= int(found["of"]) <= MOST_PICTURES


def _overlap(one: Written | Ago, other: Written | Ago) -> bool:
    return one.start < other.stop and other.start < one.stop


def _clock_counts(piece: Piece, author: Sequence[Seen]) -> bool:
    """A clock alone is a message's below or after its text, or beside its author; elsewhere it is the phone's."""
    if piece.place in (Place.BELOW, Place.AFTER):
        return True
    return any(seen.likeness is not Likeness.OTHER and seen.piece.same_row(piece) for seen in author)


def _alone(text: str, time: Written | Ago, known: Sequence[str]) -> bool:
    """Whether beside the time, up to the next break in the line, stands only what apps write there."""
    left, right = BETWEEN.split(text[: time.start])[-1], BETWEEN.split(text[time.stop :])[0]
    named = list(_MARKED.finditer(left))
    left = left[named[-1].end() :] if named else _without_author(left, known)
    return not _MONEY.search(text) and sum(map(_other_letters, (left, right))) <= _MOST_OTHER_LETTERS


def _ends_sentence(text: str, time: Written | Ago) -> bool:
    """Whether it is a clock with a full stop behind it, as at the end of a quoted text, and not as apps write it."""
    return isinstance(time, Written) and not time.dates and text[time.stop :].strip() in (".", "!", "?")


def _without_author(left: str, known: Sequence[str]) -> str:
    words = left.split()
    for name in known:
        for size in {len(name.split()), len(name.split()) + 1}:
            for first in range(len(words) - size + 1):
                shown = readable(" ".join(words[first : first + size])).casefold()
                if letters_apart(shown, readable(name).casefold(), 2) <= 2:
                    return " ".join(words[first + size :])
    return left


def _other_letters(text: str) -> int:
    for count in reversed(counts_in(text)):
        text = text[: count.start] + text[count.stop :]
    return sum(letter.isalpha() for letter in _USUAL.sub(" ", text))


def _is_exact(time: Written | Ago) -> bool:
    """Whether it has a date or a clock, which stands in the post's own words by no chance."""
    return isinstance(time, Written) and (bool(time.dates) or time.minute is not None)


def _rows_below(piece: Piece, about: Around) -> float:
    """How far below the text a piece stands, in rows."""
    return (piece.box[1] - (about.body[1] + about.body[3])) / about.line_height


def _surely(seen: TimeSeen, about: Around) -> TimeSeen:
    """Far below the text only a whole date with its clock, alone on its line, is surely the post's: others may be a
    comment's."""
    near = _rows_below(seen.piece, about) <= _NEAR_BELOW
    text = seen.piece.text
    alone = (
        _other_letters(text[: seen.time.start]) + _other_letters(text[seen.time.stop :])
        <= _MOST_OTHER_LETTERS
    )
    whole = isinstance(seen.time, Written) and seen.time.is_full and alone
    return seen if near or whole else msgspec.structs.replace(seen, sure=False)
