"""How long ago a post was made, as apps write it: "2 jam", "3 mgg", "2h", "baru saja". It bounds when somebody looked.

An app counts whole units, and some round to the nearest: both are allowed for. Letters that mean different units in
Indonesian and English ("h": hari, hour) mean either.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import msgspec

_SECOND, _MINUTE, _HOUR, _DAY, _WEEK = 1, 60, 3600, 86_400, 604_800
_MONTH, _YEAR = (28 * _DAY, 31 * _DAY), (365 * _DAY, 366 * _DAY)

_UNITS: tuple[tuple[tuple[int, int], str], ...] = (
    ((_SECOND, _SECOND), "detik dtk dt d seconds second secs sec s"),
    ((_MINUTE, _MINUTE), "menit mnt m minutes minute mins min"),
    ((_HOUR, _HOUR), "jam j hours hour hrs hr h"),
    ((_DAY, _DAY), "hari hr h days day d"),
    ((_WEEK, _WEEK), "minggu mgg mg m weeks week wks wk w"),
    (_MONTH, "bulan bln bl b months month mo"),
    (_YEAR, "tahun thn th t years year yrs yr y"),
)
_LENGTHS: dict[str, list[tuple[int, int]]] = {}
for _length, _names in _UNITS:
    for _name in _names.split():
        _LENGTHS.setdefault(_name, []).append(_length)

_AGO = re.compile(
    r"(?<![\w.,:/@#-])(?:(?P<count>\d{1,3})\s?|(?P<one>se|a\s|an\s|one\s|satu\s))"
    rf"(?P<unit>{'|'.join(sorted(_LENGTHS, key=len, reverse=True))})(?![\w@])(?:\s(?:yang lalu|lalu|yg lalu|ago))?",
    re.IGNORECASE,
)
_NOW = re.compile(r"(?<![\w@#])(?:baru saja|just now|sekarang|now)(?![\w])", re.IGNORECASE)
_JUST = 60 * _MINUTE  # "just now" is at most so long ago on any platform, by a wide margin


class Ago(msgspec.Struct, frozen=True, kw_only=True):
    """A time ago as it is written, between ``least`` and ``most``. ``start`` and ``stop`` bound it in the text."""

    text: str
    start: int
    stop: int
    least: timedelta
    most: timedelta

    def seen_between(self, posted: datetime) -> tuple[datetime, datetime]:
        """When whoever looked saw it, if the post was made at ``posted``."""
        return posted + self.least, posted + self.most


def times_ago(text: str) -> tuple[Ago, ...]:
    """Every time ago that is written in a line of text."""
    found = [_ago(match) for match in _AGO.finditer(text)]
    found += [
        Ago(text=now[0], start=now.start(), stop=now.end(), least=timedelta(0), most=timedelta(seconds=_JUST))
        for now in _NOW.finditer(text)
    ]
    return tuple(sorted(found, key=lambda ago: ago.start))


def _ago(match: re.Match[str]) -> Ago:
    count = int(match["count"]) if match["count"] else 1
    lengths = _LENGTHS[match["unit"].lower()]
    least = min(short for short, _ in lengths) * max(0.0, count - 0.5)
    most = max(long for _, long in lengths) * (count + 1)
    return Ago(
        text=match[0],
        start=match.start(),
        stop=match.end(),
        least=timedelta(seconds=least),
        most=timedelta(seconds=most),
    )
