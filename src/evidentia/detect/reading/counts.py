"""Counts as apps write them, "931", "1,2 rb", "1.2K", "12 rb", "1,2 jt", "1.234", and what number each may stand for.

A count that is written short stands for every number that is cut or rounded to it. Where a point or a comma may part
thousands as well as decimals, both numbers are allowed (CLDR: ``id`` and ``en`` have them the other way round).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

import msgspec

LABELS: Mapping[str, tuple[str, ...]] = {
    "likes": ("suka", "menyukai", "disukai", "likes", "like", "favorites"),
    "reactions": ("reaksi", "reactions"),
    "comments": ("komentar", "comments", "comment", "balasan", "replies", "reply"),
    "shares": (
        "kali dibagikan", "dibagikan", "shares", "share", "posting ulang", "postingan ulang", "reposts", "repost",
        "retweets", "retweet", "boosts", "boost",
    ),
    "quotes": ("kutipan", "quotes", "quote"),
    "views": (
        "tayangan", "penayangan", "views", "view", "kali ditonton", "ditonton", "x ditonton", "dilihat", "plays",
    ),
    "saves": ("disimpan", "markah", "bookmarks", "saves"),
}  # fmt: skip
"""By counter, the words beside it in Indonesian and English."""

COUNTERS: Mapping[str, tuple[str, ...]] = {
    "likes": ("likes", "reactions", "favourites", "favorites", "score"),
    "reactions": ("reactions", "likes"),
    "comments": ("comments", "replies"),
    "shares": ("shares", "reposts", "retweets", "reblogs", "boosts"),
    "quotes": ("quotes",),
    "views": ("views",),
    "saves": ("saves", "bookmarks"),
}
"""By counter, the names under which the captures may hold it (``Post.activity``)."""

_SCALE = {
    "rb": 10**3,
    "ribu": 10**3,
    "k": 10**3,
    "jt": 10**6,
    "juta": 10**6,
    "m": 10**6,
    "miliar": 10**9,
    "b": 10**9,
}
_SUFFIX = "|".join(sorted(_SCALE, key=len, reverse=True))
_NUMBER = (
    r"(?P<number>\d{1,3}(?:[.,]\d{3})+(?![\d])|\d+(?:[.,]\d{1,2}(?!\d))?)"
    rf"(?:\s?(?P<suffix>{_SUFFIX})(?![a-z]))?"
)
_COUNTER_OF = {word: counter for counter, words in LABELS.items() for word in words}
_LABEL = "|".join(sorted((re.escape(word) for word in _COUNTER_OF), key=len, reverse=True))
_NUMBER_FIRST = re.compile(
    rf"(?<![\w.,:/@#-]){_NUMBER}\s*\+?\s*(?:orang\s+)?(?P<label>{_LABEL})(?![a-z])", re.IGNORECASE
)
_LABEL_FIRST = re.compile(rf"(?<![a-z@#])(?P<label>{_LABEL})\s*[:(·]?\s*{_NUMBER}(?![\w:])", re.IGNORECASE)
_STARTS_WITH_LABEL = re.compile(rf"\W*(?:{_LABEL})(?![a-z])", re.IGNORECASE)
_ENDS_WITH_NUMBER = re.compile(rf"{_NUMBER}\W*$", re.IGNORECASE)


_ALONE = re.compile(rf"(?<![\w.,:/@#+-]){_NUMBER}(?![\d.,:/%-])", re.IGNORECASE)
_ICON = re.compile(
    r"\b[^\W\d_]{1,2}\d+\b"
)  # read as letters, with the count or a stroke of the icon as a digit
_LETTER = re.compile(r"[^\W\d_]{3}")


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """A count as it is written. ``ranges``: the numbers that it may stand for, each from and to, both included.

    ``counter`` is empty where no word says what is counted, as beside icons.
    """

    counter: str
    text: str
    start: int
    stop: int
    ranges: tuple[tuple[int, int], ...]

    def may_be(self, least: int, most: int) -> bool:
        """Whether it may stand for a number from ``least`` to ``most``."""
        return any(low <= most and high >= least for low, high in self.ranges)


def ranges_of(number: str, suffix: str = "") -> tuple[tuple[int, int], ...]:
    """The numbers that a written number may stand for."""
    scale = _SCALE.get(suffix.lower(), 1)
    meanings = []
    plain = re.sub(r"[.,]", "", number)
    marks = re.findall(r"[.,]", number)
    if not marks or re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", number):
        meanings.append(_around(Decimal(plain), 0, scale))
    if len(marks) == 1 and scale > 1:
        whole, _, rest = number.replace(",", ".").partition(".")
        meanings.append(_around(Decimal(f"{whole}.{rest}"), len(rest), scale))
    return tuple(dict.fromkeys(meanings))


def counts_in(line: str) -> tuple[Count, ...]:
    """Every count with a word beside it that says what is counted."""
    label_first = _STARTS_WITH_LABEL.match(line) and _ENDS_WITH_NUMBER.search(line)
    return tuple(_found(_LABEL_FIRST if label_first else _NUMBER_FIRST, line))


def bare_counts_in(row: str) -> tuple[Count, ...]:
    """Every count in a row that holds nothing but counts and what icons are read as; empty for any other row."""
    found = tuple(
        Count(counter="", text=match[0], start=match.start(), stop=match.end(), ranges=ranges)
        for match in _ALONE.finditer(row)
        if (ranges := ranges_of(match["number"], match["suffix"] or ""))
    )
    rest = "".join(" " if any(one.start <= n < one.stop for one in found) else c for n, c in enumerate(row))
    rest = _ICON.sub(" ", rest)
    return () if any(c.isdigit() for c in rest) or _LETTER.search(rest) else found


def _found(pattern: re.Pattern[str], line: str) -> Iterator[Count]:
    for match in pattern.finditer(line):
        if ranges := ranges_of(match["number"], match["suffix"] or ""):
            yield Count(
                counter=_COUNTER_OF[match["label"].lower()],
                text=match[0],
                start=match.start(),
                stop=match.end(),
                ranges=ranges,
            )


def _around(value: Decimal, decimals: int, scale: int) -> tuple[int, int]:
    """From half a place of the last digit below, where it was rounded up, to just under one above, where it was cut."""
    exact = int(value * scale)
    if scale == 1:
        return exact, exact
    place = scale // 10**decimals
    return max(0, exact - place // 2), exact + place - 1
