"""When a post was made, as a phone shows it: in the phone's zone, with or without year and clock, or as a time ago."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

ZONES = {
    "WIB": timezone(timedelta(hours=7)),
    "WITA": timezone(timedelta(hours=8)),
    "WIT": timezone(timedelta(hours=9)),
}
"""Of Indonesian phones."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
_LONG_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
_ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONG_ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS = ("Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min")
_LONG_WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_LENGTHS = (7 * 86_400, 86_400, 3_600, 60)
_UNITS = ("mgg", "hr", "jam", "mnt")
_LONG_UNITS = ("minggu", "hari", "jam", "menit")
_ENGLISH_UNITS = ("week", "day", "hour", "minute")
_BRITISH_UNITS = ("w", "d", "h", "m")


@dataclass(frozen=True)
class Clock:
    """A phone's clock: its zone by name, when the screenshot was taken, and whether the app tells times as ago."""

    zone: str
    now: datetime
    ago: bool = False


def moments(at: datetime, clock: Clock) -> dict[str, str]:
    """The moment in every form that layouts use, by the form's name. ``bar`` is the status bar's own time."""
    local = at.astimezone(ZONES[clock.zone])
    day = f"{local.day} {_MONTHS[local.month - 1]} {local.year}"
    ago = time_ago(at, clock.now)
    long_ago = time_ago(at, clock.now, _LONG_UNITS)
    weekday = _WEEKDAYS[local.weekday()]
    near = _near_day(at, clock)
    return {
        "ago": ago,
        "long_ago": long_ago,
        "bar": f"{clock.now.astimezone(ZONES[clock.zone]):%H.%M}",
        "time": f"{local:%H.%M}",
        "colon_time": f"{local:%H:%M}",
        "day": day,
        "dashed_day": f"{local:%d-%m-%Y}",
        "long_day_and_time": _yesterday(at, clock)
        or (
            ago
            if clock.ago
            else f"{local.day} {_LONG_MONTHS[local.month - 1]} {local.year} pukul {local:%H.%M}"
        ),
        "short_day_and_time_or_ago": _yesterday(at, clock)
        or (ago if clock.ago else f"{_day(local, clock, _MONTHS)} pukul {local:%H.%M}"),
        "weekday_or_long_ago": long_ago if clock.ago else f"{weekday}, {day}",
        "english_day_and_time_or_ago": _english_ago(at, clock.now) if clock.ago else _english(local),
        "weekday_and_time_or_long_ago": f"{long_ago} lalu"
        if clock.ago
        else f"{weekday}, {day} · {local:%H.%M}",
        "long_ago_or_short_day_and_time": f"{long_ago} yang lalu"
        if clock.ago
        else f"{_day(local, clock, _MONTHS)}, {local:%H.%M}",
        "year_first_or_ago": f"{ago} lalu" if clock.ago else f"{local.year}-{local.month}-{local.day}",
        "day_pill": near or _day(local, clock, _LONG_MONTHS),
        "day_or_ago": ago if clock.ago else day,
        "short_day_or_ago": ago if clock.ago else f"{local:%d/%m/%y}",
        "day_month_or_ago": f"{ago} yang lalu" if clock.ago else f"{local:%d-%m}",
        "month_first_or_ago": f"{ago} lalu" if clock.ago else _month_first(local, clock),
        "long_day": f"{local.day} {_LONG_MONTHS[local.month - 1]} {local.year}",
        "stamp": f"{near} pukul {local:%H.%M}" if near else f"{local:%d/%m/%Y} {local:%H.%M}",
        "british_ago": time_ago(at, clock.now, _BRITISH_UNITS).replace(" ", ""),
        "british_day_and_time_or_ago": _british(at, clock),
    }


def newspaper(at: datetime) -> str:
    """As Indonesian news sites date what they write, wherever it is read: "Jumat, 20 September 2024 | 14:05 WIB"."""
    local = at.astimezone(ZONES["WIB"])
    weekday, month = _LONG_WEEKDAYS[local.weekday()], _LONG_MONTHS[local.month - 1]
    return f"{weekday}, {local.day} {month} {local.year} | {local:%H:%M} WIB"


def earlier_that_day(at: datetime, clock: Clock, before: timedelta) -> str:
    """The phone's clock so long before, yet not on the day before."""
    local = at.astimezone(ZONES[clock.zone])
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return f"{max(local - before, midnight):%H.%M}"


def time_ago(at: datetime, now: datetime, units: tuple[str, ...] = _UNITS) -> str:
    """As apps write it: "5 mnt", "2 jam", "3 hr", "2 mgg". ``units``: of weeks, days, hours and minutes."""
    seconds = max(60, int((now - at).total_seconds()))
    length, unit = next(
        (length, unit) for length, unit in zip(_LENGTHS, units, strict=True) if seconds >= length
    )
    return f"{seconds // length} {unit}"


def _english_ago(at: datetime, now: datetime) -> str:
    told = time_ago(at, now, _ENGLISH_UNITS)
    return f"{told} ago" if told.startswith("1 ") else f"{told}s ago"


def _english(local: datetime) -> str:
    """With the clock of twelve hours: "Sep 20, 2024 at 2:05 PM"."""
    day = f"{_ENGLISH_MONTHS[local.month - 1]} {local.day}, {local.year}"
    return f"{day} at {(local.hour - 1) % 12 + 1}:{local:%M} {'AM' if local.hour < 12 else 'PM'}"


def _british(at: datetime, clock: Clock) -> str:
    """With the clock of 24 hours, and the year where it is not the phone's: "20 September at 14:05"; ago: "3h"."""
    local = at.astimezone(ZONES[clock.zone])
    if clock.ago and _days_ago(at, clock) == 1:
        return f"Yesterday at {local:%H:%M}"
    if clock.ago:
        return time_ago(at, clock.now, _BRITISH_UNITS).replace(" ", "")
    return f"{_day(local, clock, _LONG_ENGLISH_MONTHS)} at {local:%H:%M}"


def _month_first(local: datetime, clock: Clock) -> str:
    """Without zeros, and without the year where it is the phone's: "9-5", "2023-9-5"."""
    year = "" if local.year == clock.now.astimezone(local.tzinfo).year else f"{local.year}-"
    return f"{year}{local.month}-{local.day}"


def _day(local: datetime, clock: Clock, months: tuple[str, ...]) -> str:
    """Without the year where it is the phone's."""
    year = "" if local.year == clock.now.astimezone(local.tzinfo).year else f" {local.year}"
    return f"{local.day} {months[local.month - 1]}{year}"


def _near_day(at: datetime, clock: Clock) -> str:
    return {0: "Hari ini", 1: "Kemarin"}.get(_days_ago(at, clock), "") if clock.ago else ""


def _yesterday(at: datetime, clock: Clock) -> str:
    local = at.astimezone(ZONES[clock.zone])
    return f"Kemarin pukul {local:%H.%M}" if clock.ago and _days_ago(at, clock) == 1 else ""


def _days_ago(at: datetime, clock: Clock) -> int:
    """Midnights between, where the phone is."""
    local, now = (moment.astimezone(ZONES[clock.zone]) for moment in (at, clock.now))
    return (now.date() - local.date()).days
