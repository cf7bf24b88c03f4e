"""What a forger changes: one token of the text, or what stands around it; each as a story that was never published."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from random import Random

from benchmarks.screenshots.stories import Story


class Kind(StrEnum):
    """What is altered."""

    DIGIT = "one digit"
    NAME = "one name"
    NEGATION = "one negation"
    WORD = "one word"
    TIME = "time"
    HANDLE = "handle"
    COUNT = "count"
    PICTURE = "picture"


WORDS = (Kind.DIGIT, Kind.NAME, Kind.NEGATION, Kind.WORD)
"""Those that alter a token of the text."""


@dataclass(frozen=True)
class Altered:
    """A story as the forger wants it, and the wording shown of it. Of a picture, only what it shows is another one.

    ``before`` stood from ``start`` of the text on, ``after`` stands there now; both empty where the text is untouched.
    """

    story: Story
    text: str
    start: int = 0
    before: str = ""
    after: str = ""


_NEGATIONS = re.compile(r"\b(tidak|bukan|belum|not|jangan)\b ", re.IGNORECASE)
_NAMES = re.compile(r"\b(Paslon [ABC]|nomor urut [123]|Pejabat \d\d|Kota Contoh|Desa Umpama)\b")
_OTHER_NAMES = {
    "Paslon": ("Paslon A", "Paslon B", "Paslon C"),
    "nomor": ("nomor urut 1", "nomor urut 2", "nomor urut 3"),
    "Kota": ("Desa Umpama",),
    "Desa": ("Kota Contoh",),
}
_WORDS = re.compile(r"\b[a-z]{4,9}\b")
_LEXICON = frozenset(
    """
    akan aktif besok bisa boleh harus kantor keluar kemarin malam masuk melawan membeli mendukung
    menerima menjual menolak naik netral pagi palsu pegawai pernah resmi rumah sebagian selalu semua
    sudah turun wajib warga
    """.split()  # noqa: SIM905 - one word a line would be a page
)


def alter(story: Story, text: str, kind: Kind, random: Random) -> Altered | None:
    """The alteration, None where the text holds nothing of the kind. Never a wording that the post has had."""
    make = {
        Kind.DIGIT: _digit,
        Kind.NAME: _name,
        Kind.NEGATION: _negation,
        Kind.WORD: _word,
    }.get(kind)
    if make is None:
        return _around(story, text, kind, random)
    for _ in range(8):
        place = make(text, random)
        if place is None:
            return None
        start, end, after = place
        changed = text[:start] + after + text[end:]
        if changed != text and changed not in story.wordings:
            return Altered(story, changed, start, text[start:end], after)
    return None


_Place = tuple[int, int, str]


def _digit(text: str, random: Random) -> _Place | None:
    places = [n for n, letter in enumerate(text) if letter in "0123456789"]
    if not places:
        return None
    at = random.choice(places)
    return at, at + 1, random.choice([digit for digit in "0123456789" if digit != text[at]])


def _name(text: str, random: Random) -> _Place | None:
    found = list(_NAMES.finditer(text))
    if not found:
        return None
    one = random.choice(found)
    others = _OTHER_NAMES.get(one[0].split()[0], tuple(f"Pejabat {n:02}" for n in range(1, 100)))
    return one.start(), one.end(), random.choice([other for other in others if other != one[0]])


def _negation(text: str, random: Random) -> _Place | None:
    found = list(_NEGATIONS.finditer(text))
    if not found:
        return None
    one = random.choice(found)
    return one.start(), one.end(), ""


def _word(text: str, random: Random) -> _Place | None:
    found = [one for one in _WORDS.finditer(text) if one[0] not in _LEXICON]
    if not found:
        return None
    one = random.choice(found)
    near = [word for word in sorted(_LEXICON) if abs(len(word) - len(one[0])) <= 1]
    return one.start(), one.end(), random.choice(near)


def _around(story: Story, text: str, kind: Kind, random: Random) -> Altered:
    if kind is Kind.TIME:
        later = story.at + timedelta(days=random.randrange(1, 9), hours=random.randrange(1, 12), minutes=7)
        return Altered(replace(story, at=later), text)
    if kind is Kind.PICTURE:
        return Altered(story, text)
    if kind is Kind.COUNT:
        return Altered(replace(story, likes=story.likes * random.randrange(2, 9) + 3), text)
    at = random.randrange(len(story.handle))
    letter = random.choice([c for c in "abcdefghkmnprstuw0123456789" if c != story.handle[at]])
    handle = story.handle[:at] + letter + story.handle[at + 1 :]
    return Altered(replace(story, handle=handle), text)
