"""Moments as apps write them beside a post, in Indonesian and English, and whether a recorded moment explains them.

Only what is written is compared: a form without a year or a clock says nothing of them. No zone is assumed where none
is written: every zone that is given may have been the one of the phone. Formats: CLDR (Unicode, dates of ``id`` and
``en``) and the shorter ones that the large platforms use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

import msgspec

INDONESIAN_ZONES: tuple[tzinfo, ...] = (
    timezone(timedelta(hours=7), "WIB"),
    timezone(timedelta(hours=8), "WITA"),
    timezone(timedelta(hours=9), "WIT"),
)
"""Asia/Jakarta, Asia/Makassar and Asia/Jayapura: without summer time since 1964 (Keppres 243/1963, 41/1987)."""

_EARTH = (
    -12, -11, -10, -9.5, -9, -8, -7, -6, -5, -4, -3.5, -3, -2.5, -2, -1, 0, 1, 2, 3, 3.5, 4, 4.5, 5, 5.5, 5.75, 6, 6.5,
    7, 8, 8.75, 9, 9.5, 10, 10.5, 11, 12, 12.75, 13, 13.75, 14,
)  # fmt: skip
EARTH_ZONES: tuple[tzinfo, ...] = tuple(timezone(timedelta(hours=hours)) for hours in _EARTH)
"""Every offset from UTC in use (IANA time zone database 2024a, with summer times)."""

_MONTHS = (
    ("januari", "january", "jan"),
    ("februari", "february", "pebruari", "feb", "peb"),
    ("maret", "march", "mar"),
    ("april", "apr"),
    ("mei", "may"),
    ("juni", "june", "jun"),
    ("juli", "july", "jul"),
    ("agustus", "august", "agu", "agt", "ags", "aug"),
    ("september", "sept", "sep"),
    ("oktober", "october", "okt", "oct"),
    ("november", "nopember", "nov", "nop"),
    ("desember", "december", "des", "dec"),
)
_WEEKDAYS = (
    ("senin", "monday", "mon", "sen"),
    ("selasa", "tuesday", "tue", "sel"),
    ("rabu", "wednesday", "wed", "rab"),
    ("kamis", "thursday", "thu", "kam"),
    ("jumat", "jum'at", "friday", "fri", "jum"),
    ("sabtu", "saturday", "sat", "sab"),
    ("minggu", "sunday", "sun", "min"),
)
_MONTH_OF = {name: n for n, names in enumerate(_MONTHS, start=1) for name in names}
_WEEKDAY_OF = {name: n for n, names in enumerate(_WEEKDAYS) for name in names}
_ZONE_OF = {"wib": 7 * 60, "wita": 8 * 60, "wit": 9 * 60, "utc": 0, "gmt": 0}
_LEAST_WEEKDAY = 4  # letters: a shorter one alone ("Min", "Sel") is more often another word
_WEEK = "minggu"  # the day is named like the week, of which the number may not have been read


def _any(names: Sequence[str]) -> str:
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


_MONTH = _any(list(_MONTH_OF))
_CLOCK = re.compile(
    r"(?<![\d.,:/-])(?:(?:pukul|pkl\.?|jam|at)\s*)?(?P<hour>\d{1,2})\s?[.:]\s?(?P<minute>\d\d)(?:[.:]\d\d)?(?![\d/]|[.,:-]\d)"
    r"(?:\s*(?P<half>[ap])\.?\s?m\.?(?![a-z]))?(?:\s*\(?(?P<zone>WITA|WIB|WIT|UTC|GMT)(?P<offset>[+-]\d{1,2}(?::?\d\d)?)?(?![a-z])\)?)?"
    r"(?!\s?(?:rb|ribu|jt|juta|k|m|%)\b)",
    re.IGNORECASE,
)
_DATES = (
    re.compile(
        rf"(?<![\d.,:/-])(?P<day>\d{{1,2}})\s*[- ]?\s*(?P<month>{_MONTH})(?![a-z])\.?"
        r"(?:\s*,?\s*-?(?P<year>\d{4}|'?\d\d(?!\d|[.:]\d)))?",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<![a-z])(?P<month>{_MONTH})\.?\s*(?P<day>\d{{1,2}})(?!\d|[.:]\d)(?:st|nd|rd|th)?"
        r"(?:\s*,?\s*(?P<year>\d{4}))?",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?<![\d.,:/-])(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d|[-/]\d)"
    ),
    re.compile(
        r"(?<![\d.,:/-])(?P<a>\d{1,2})(?P<mark>[-/.])(?P<b>\d{1,2})(?P=mark)(?P<year>\d{4})(?!\d|[-/]\d)"
    ),
    re.compile(
        r"(?<![\d.,:/-])(?P<a>\d{1,2})(?P<mark>[-/])(?P<b>\d{1,2})(?P=mark)(?P<year>\d\d)(?!\d|[-/]\d)"
    ),
    re.compile(r"(?<![\d.,:/-])(?P<a>\d{1,2})[-/](?P<b>\d{1,2})(?![\d%]|[-/.,]\d)"),
)
_WEEKDAY = re.compile(rf"(?<![a-z@#])(?P<weekday>{_any(list(_WEEKDAY_OF))})(?![a-z])\.?", re.IGNORECASE)
_DAY_BEFORE = re.compile(
    r"(?<![a-z@#])(?:(?P<today>hari ini|today)|(?P<yesterday>kemarin|yesterday))(?![a-z])", re.IGNORECASE
)


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A moment as it is written, with what is not written left None.

    ``dates`` are the (year, month, day) that it may mean: two where day and month can be exchanged; a year below 100
    has only its last two digits written. ``minute`` counts from midnight, ``weekday`` from Monday (0). ``zone``: the
    written offset from UTC, in minutes. ``may_be_half``: the clock may be one of twelve hours, whose AM or PM stands on
    the next line or was not read. ``days_before``: "today" (0) or "yesterday" (1) of whoever looked. ``start``
    and ``stop`` bound it in the text.
    """

    text: str
    start: int
    stop: int
    dates: tuple[tuple[int | None, int, int], ...] = ()
    minute: int | None = None
    weekday: int | None = None
    zone: int | None = None
    may_be_half: bool = False
    days_before: int | None = None

    @property
    def is_bare_clock(self) -> bool:
        """Only a clock: what a status bar shows, or a messenger's bubble."""
        return (
            self.minute is not None and not self.dates and self.weekday is None and self.days_before is None
        )

    @property
    def is_bare_weekday(self) -> bool:
        """Only the name of a day."""
        return self.weekday is not None and not self.dates and self.minute is None

    @property
    def is_full(self) -> bool:
        """A date with its year, and a clock."""
        return self.minute is not None and any(year is not None for year, _, _ in self.dates)


def written_times(text: str) -> tuple[Written, ...]:
    """Every moment that is written in a line of text, its date and its clock taken together where they stand so."""
    parts = _without_overlaps(sorted(_parts(text), key=lambda part: (part.start, -part.stop)))
    joined: list[Written] = []
    for part in parts:
        before = joined[-1] if joined else None
        if (
            before is not None
            and _adjoin(text[before.stop : part.start])
            and (both := _both(before, part, text))
        ):
            joined[-1] = both
        else:
            joined.append(part)
    return tuple(one for one in joined if not _doubtful_weekday(one))


def explained(shown: Written, moment: datetime, zones: Sequence[tzinfo]) -> tzinfo | None:
    """The first of ``zones`` in which ``moment`` is written so, if there is one. A written zone is the only one."""
    if shown.zone is not None:
        zones = (timezone(timedelta(minutes=shown.zone)),)
    return next((zone for zone in zones if _is_written(shown, moment.astimezone(zone))), None)


def other_half(shown: Written) -> Written:
    """The same, with the clock twelve hours on."""
    minute = None if shown.minute is None else (shown.minute + 12 * 60) % (24 * 60)
    return msgspec.structs.replace(shown, minute=minute)


def stated_as(shown: Written, stated: str) -> bool | None:
    """Whether a time that the capture holds as it was shown, without a zone, says the same; None where it is unread."""
    for other in written_times(stated):
        moments = [
            datetime(full_year(year) or 2000, month, day, tzinfo=UTC) + timedelta(minutes=other.minute or 0)
            for year, month, day in other.dates
            if _is_date(full_year(year) or 2000, month, day)
        ]
        if moments:
            compared = shown if other.minute is not None else msgspec.structs.replace(shown, minute=None)
            return any(_is_written(compared, moment) for moment in moments)
    return None


def full_year(year: int | None) -> int | None:
    """A year of which two digits are written, as one of this century: no platform is older."""
    return year + 2000 if year is not None and year < 100 else year


def zone_name(zone: tzinfo, at: datetime) -> str:
    """A zone as people call it: WIB, or its offset from UTC."""
    return at.astimezone(zone).tzname() or str(zone)


def _is_written(shown: Written, local: datetime) -> bool:
    dates_fit = not shown.dates or any(
        (month, day) == (local.month, local.day) and full_year(year) in (None, local.year)
        for year, month, day in shown.dates
    )
    minute_fits = shown.minute in (None, local.hour * 60 + local.minute)
    return dates_fit and minute_fits and shown.weekday in (None, local.weekday())


def _parts(text: str) -> Iterator[Written]:
    for clock in _CLOCK.finditer(text):
        minute = _minute(clock)
        if minute is not None:
            yield Written(
                text=clock[0],
                start=clock.start(),
                stop=clock.end(),
                minute=minute,
                zone=_zone(clock),
                may_be_half=_may_be_half(clock),
            )
    for pattern in _DATES:
        for found in pattern.finditer(text):
            if dates := tuple(_meant(found)):
                yield Written(text=found[0], start=found.start(), stop=found.end(), dates=dates)
    for found in _WEEKDAY.finditer(text):
        weekday = _WEEKDAY_OF[found["weekday"].lower()]
        yield Written(text=found[0], start=found.start(), stop=found.end(), weekday=weekday)
    for found in _DAY_BEFORE.finditer(text):
        yield Written(
            text=found[0], start=found.start(), stop=found.end(), days_before=0 if found["today"] else 1
        )


def _minute(clock: re.Match[str]) -> int | None:
    hour, minute, half = int(clock["hour"]), int(clock["minute"]), (clock["half"] or "").lower()
    if minute > 59 or hour > 23 or (half and not 1 <= hour <= 12):
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour * 60 + minute


def _may_be_half(clock: re.Match[str]) -> bool:
    """Clocks of 24 hours have a zero before a single figure, and in Indonesian mostly a point."""
    return not clock["half"] and ":" in clock[0] and clock["hour"][0] != "0" and 1 <= int(clock["hour"]) <= 12


def _zone(clock: re.Match[str]) -> int | None:
    if not clock["zone"]:
        return None
    offset = clock["offset"] or ""
    if not offset:
        return _ZONE_OF[clock["zone"].lower()]
    digits = offset[1:].replace(":", "")
    hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
    return (hours * 60 + minutes) * (-1 if offset[0] == "-" else 1)


def _meant(found: re.Match[str]) -> Iterator[tuple[int | None, int, int]]:
    """The dates that may be meant: where two numbers stand for day and month, both orders that a calendar has."""
    groups = found.groupdict()
    year = int(groups["year"].lstrip("'")) if groups.get("year") else None
    if "a" in groups:
        pairs = [(int(groups["b"]), int(groups["a"])), (int(groups["a"]), int(groups["b"]))]
    else:
        month = groups["month"].lower()
        pairs = [(int(month) if month.isdigit() else _MONTH_OF[month], int(groups["day"]))]
    for month_number, day in dict.fromkeys(pairs):
        if _is_date(full_year(year) or 2000, month_number, day):
            yield year, month_number, day


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _without_overlaps(parts: Sequence[Written]) -> list[Written]:
    """Of parts that overlap, the longer; of two of one length, the earlier."""
    kept: list[Written] = []
    for part in sorted(parts, key=lambda part: (part.start - part.stop, part.start)):
        if all(part.stop <= one.start or part.start >= one.stop for one in kept):
            kept.append(part)
    return sorted(kept, key=lambda part: part.start)


def _adjoin(between: str) -> bool:
    return not between.strip(" ,.·•∙・|-–—()").lower().removeprefix("pukul").removeprefix("at").strip()


def _both(one: Written, other: Written, text: str) -> Written | None:
    """Two parts as one moment; None where both say the same thing of it, as two clocks do."""
    twice = (
        (one.dates and other.dates)
        or (one.minute is not None and other.minute is not None)
        or (one.weekday is not None and other.weekday is not None)
        or (one.days_before is not None and other.days_before is not None)
    )
    if twice:
        return None
    return Written(
        text=text[one.start : other.stop],
        start=one.start,
        stop=other.stop,
        dates=one.dates or other.dates,
        minute=one.minute if one.minute is not None else other.minute,
        weekday=one.weekday if one.weekday is not None else other.weekday,
        zone=one.zone if one.zone is not None else other.zone,
        may_be_half=one.may_be_half or other.may_be_half,
        days_before=one.days_before if one.days_before is not None else other.days_before,
    )


def _doubtful_weekday(one: Written) -> bool:
    return one.is_bare_weekday and (len(one.text) < _LEAST_WEEKDAY or one.text.casefold() == _WEEK)
