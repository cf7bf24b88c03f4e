"""Every sentence of a report, in Indonesian and English side by side.

The sentences are data (JSON files in this folder), keyed by name; the words for the field's enumerations by the
enumeration's name and value, as ``state.live``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date as Day
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files
from string import Formatter

import msgspec

from evidentia.record.finding import ErrorRate
from evidentia.record.item import ItemKind
from evidentia.record.moment import to_utc_text
from evidentia.record.sentences import phrase
from evidentia.report.material import Language, in_zone

_NO_BREAK = "\u00a0"
FILES = (
    "report.json",
    "exhibit.json",
    "served.json",
    "life.json",
    "diff.json",
    "words.json",
    "absence.json",
    "examination.json",
    "docket.json",
    "handing.json",
    "docket_due.json",
    "docket_entry.json",
    "expert.json",
    "spoken.json",
    "rate_names.json",
    "verdict.json",
)


@cache
def phrases() -> dict[str, dict[Language, str]]:
    """Key -> language -> template. Two files must not hold one key."""
    found: dict[str, dict[Language, str]] = {}
    for name in FILES:
        raw = files(__name__).joinpath(name).read_bytes()
        part = msgspec.json.decode(raw, type=dict[str, dict[Language, str]])
        if doubled := found.keys() & part.keys():
            raise ValueError(f"{name}: keys that another file holds too: {sorted(doubled)}")
        found |= part
    return found


def say(language: Language, key: str, **values: object) -> str:
    """The sentence under a key, with its values filled in. Values are never read as templates.

    Raises:
        KeyError: no such sentence, or a value is missing.
    """
    return phrases()[key][language].format(**values)


def retold(language: Language, key: str, recorded: str) -> str:
    """The sentence under a key with the values that a program put into its English; as recorded where that has other
    words, or there is no such sentence."""
    known = phrases().get(key)
    found = known and _pattern(known[Language.ENGLISH]).fullmatch(recorded)
    return say(language, key, **found.groupdict()) if found else recorded


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """What a template gives with any values."""
    parts = Formatter().parse(template)
    pattern = "".join(re.escape(words) + (f"(?P<{name}>.+)" if name else "") for words, name, _, _ in parts)
    return re.compile(pattern, re.DOTALL)


def titled(language: Language, kind: ItemKind, title: str) -> str:
    """An item's title, in words where the program itself gave it; files and bundles are called as they came."""
    return title if kind in (ItemKind.FILE, ItemKind.BUNDLE) else phrase(title, language)


def joined(texts: Iterable[str], by: str = " / ") -> str:
    """A text in several languages, one after the other; one alone where they are the same."""
    return by.join(dict.fromkeys(texts))


def word(language: Language, value: StrEnum) -> str:
    """The word for a member of one of the field's enumerations, as ``state.live``."""
    return say(language, f"{type(value).__name__.lower()}.{value.value}")


def rate_name(language: Language, rate: ErrorRate) -> str:
    """What goes wrong at a rate, and among what where that is named; as the record has it where there are no words."""
    known = phrases()
    if whole := known.get(f"rate_name.{rate.name}"):
        return whole[language]
    name, _, among = rate.name.partition(", ")
    parts = [known.get(f"rate_name.{part}", {}).get(language, part) for part in (name, among) if part]
    return ", ".join(parts)


def decimal(language: Language, value: float, digits: int) -> str:
    """A number with so many digits behind the language's decimal sign: in Indonesian 1.000 is a thousand."""
    text = f"{value:.{digits}f}"
    return text.replace(".", ",") if language is Language.INDONESIAN else text


def measured(language: Language, rate: ErrorRate) -> str:
    """How often a method was wrong, with the upper 95 % bound, or that nobody measured it."""
    if not rate.measured:
        return say(language, "procedure.rate.not_measured")
    upper = say(language, "answer.unstated") if rate.upper_95 is None else decimal(language, rate.upper_95, 4)
    return say(language, "procedure.rate.measured", errors=rate.errors, trials=rate.trials, upper=upper)


def moment(language: Language, when: datetime | None, zone: str) -> str:
    """A moment in the report's zone and in UTC, once where the zone is UTC; "not known" for None."""
    if when is None:
        return say(language, "time.unknown")
    local = in_zone(when, zone)
    return say(
        language,
        "time.both" if local.utcoffset() else "time.utc",
        day=local.day,
        month=say(language, f"month.{local.month}"),
        year=local.year,
        hour=f"{local.hour:02d}",
        minute=f"{local.minute:02d}",
        second=f"{local.second:02d}",
        zone=zone,
        utc=to_utc_text(when),
    )


def compact(language: Language, when: datetime, zone: str) -> str:
    """A moment in the report's zone and in UTC, once where the zone is UTC, for a narrow column."""
    there = in_zone(when, zone)
    local = there.strftime(f"%Y-%m-%d{_NO_BREAK}%H:%M:%S{_NO_BREAK}")
    key = "time.compact" if there.utcoffset() else "time.compact_utc"
    return say(language, key, local=local, zone=zone, utc=to_utc_text(when))


def date(language: Language, when: datetime, zone: str) -> str:
    """The day on which a moment fell in the report's zone."""
    return day_in_words(language, in_zone(when, zone))


def day_in_words(language: Language, day: Day) -> str:
    """A day with its month's name."""
    return say(language, "time.date", day=day.day, month=say(language, f"month.{day.month}"), year=day.year)


def bounds(language: Language, not_before: datetime | None, not_after: datetime | None, zone: str) -> str:
    """What is known of a moment: not before, not after, each in both zones."""
    if not_before is None and not_after is None:
        return say(language, "time.unknown")
    parts = []
    if not_before is not None:
        parts.append(say(language, "time.not_before", when=compact(language, not_before, zone)))
    if not_after is not None:
        parts.append(say(language, "time.not_after", when=compact(language, not_after, zone)))
    return "\n".join(parts)
