"""What an entry must be before it is filed: readable, and every code one that the data have."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec

from evidentia.record.docket import DocketGiven
from evidentia.record.errors import FormatError, UsageError
from evidentia.record.moment import Interval

from .data_sets import Codes, DataSets

_SHOWN = "Mend it in that file; docs/docket-example.toml shows what an entry holds."
LARGEST_ENTRY = 1 << 20
"""Bytes: the largest case in the news had 15 persons; a thousand acts with a thousand persons fit."""

MOST = 1000
"""Persons, acts or steps of one entry, for the same reason."""

YEARS = range(1900, 2200)
"""Of every moment of an entry: what lies outside was mistyped, or written to break a calendar."""

_PSEUDONYM_SHAPE = "a word or two and a number, such as 'Pejabat 07'"


def read_docket(where: Path) -> DocketGiven:
    """An entry as a person wrote it, in TOML.

    Raises:
        UsageError: there is no such file.
        FormatError: not TOML, not exactly the fields of an entry, or a moment without its offset.
    """
    try:
        with where.open("rb") as source:
            raw = source.read(LARGEST_ENTRY + 1)
    except OSError as error:
        raise UsageError(
            f"{where} cannot be read: {error.strerror or error}", next_step="Name a TOML file with the entry."
        ) from error
    if len(raw) > LARGEST_ENTRY:
        raise FormatError(str(where), f"more than {LARGEST_ENTRY} bytes", next_step=_SHOWN)
    try:
        return msgspec.convert(tomllib.loads(raw.decode("utf-8")), DocketGiven)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError, RecursionError) as error:
        raise FormatError(str(where), f"not a docket entry: {error}", next_step=_SHOWN) from error


def check_told(told: DocketGiven, data: DataSets, items: Collection[int], today: date) -> None:
    """Everything that is wrong with an entry, at once.

    Args:
        items: the numbers of the case's items.
        today: the day on which it is filed.

    Raises:
        UsageError: something is.
    """
    wrong = list(_wrong(told, data, items, today))
    if wrong:
        raise UsageError(
            "The entry cannot be filed: "
            + "; ".join(wrong[:20])
            + ("; and more" if len(wrong) > 20 else "")
            + ".",
            next_step="Mend it, or give the data sets that have the code with --data.",
        )


def _wrong(told: DocketGiven, data: DataSets, items: Collection[int], today: date) -> Iterator[str]:
    yield from _too_many(told)
    yield from odd_moments(told)
    for step in told.reporters:
        yield from _unknown(data.reporters, step.kind, None)
    if told.region:
        yield from _unknown(data.regions, told.region, _first_day(told) or today)
    yield from _wrong_persons(told, data, items, _first_day(told) or today)
    for n, act in enumerate(told.acts, 1):
        yield from _wrong_act(f"act {n}", act, told, data, items)
    for found in (*told.history, *told.recommendations, *told.follow_ups):
        yield from _wrong_step(found, data)
    if told.known_at and told.received_at and told.known_at > told.received_at:
        yield "it was received before it became known"
    if len(told.registration) > 100:
        yield "the registration has more than 100 characters"


def _too_many(told: DocketGiven) -> Iterator[str]:
    for name in ("reporters", "persons", "acts", "history", "recommendations", "follow_ups"):
        if len(getattr(told, name)) > MOST:
            yield f"more than {MOST} {name}"


def odd_moments(told: DocketGiven) -> Iterator[str]:
    """Moments in years in which nothing of a case can have happened."""
    moments = [told.known_at, told.received_at]
    moments += [one for act in told.acts for one in (act.acted.not_before, act.acted.not_after)]
    moments += [one.at for one in told.history]
    moments += [moment for one in told.recommendations for moment in (one.at, one.received_at)]
    moments += [one.at for one in told.follow_ups]
    for year in sorted({one.year for one in moments if one is not None} - set(YEARS)):
        yield f"a moment lies in the year {year}"


def _first_day(told: DocketGiven) -> date | None:
    moment = told.received_at or told.known_at
    return None if moment is None else moment.date()


def _unknown(codes: Codes[Any], code: str, day: date | None) -> Iterator[str]:
    if code not in codes:
        yield f"{codes.name} has no {code!r}"
    elif codes.on(code, day) is None:
        yield f"{codes.name}: {code!r} does not hold on {day}"


def _wrong_persons(told: DocketGiven, data: DataSets, items: Collection[int], day: date) -> Iterator[str]:
    names = [one.pseudonym for one in told.persons]
    for person in told.persons:
        if not is_pseudonym(person.pseudonym):
            yield f"{person.pseudonym!r} is no pseudonym: {_PSEUDONYM_SHAPE}"
        yield from _unknown(data.offices, person.office, day)
        if person.identified_by is not None and person.identified_by not in items:
            yield f"item {person.identified_by} is not in the case"
    if len(set(names)) < len(names):
        yield "two persons have one pseudonym"


def is_pseudonym(text: str) -> bool:
    """Whether a text has the shape of a pseudonym: names rarely end in a number, and staff numbers are longer."""
    words, _, number = text.rpartition(" ")
    fits = 1 <= len(number) <= 4 and number.isascii() and number.isdigit()
    return fits and 1 <= len(words) <= 30 and words.isascii() and words.replace(" ", "").isalpha()


def _wrong_act(
    where: str, act: Any, told: DocketGiven, data: DataSets, items: Collection[int]
) -> Iterator[str]:
    yield from _unknown(data.acts, act.act, None)
    if act.contest:
        yield from _unknown(data.contests, act.contest, None)
    if act.form:
        yield from _unknown(data.forms, act.form, None)
    if strange := set(act.persons) - {one.pseudonym for one in told.persons}:
        yield f"{where} names {sorted(strange)[0]!r}, who is not among the persons"
    if missing := sorted(set(act.items) - set(items)):
        yield f"{where}: item {missing[0]} is not in the case"
    if act.platform and not (act.platform.isascii() and act.platform.islower() and len(act.platform) <= 30):
        yield f"{where}: a platform is written in lower case, such as 'facebook'"
    if _turned(act.acted):
        yield f"{where}: its time ends before it begins"


def _turned(acted: Interval) -> bool:
    return acted.not_before is not None and acted.not_after is not None and acted.not_after < acted.not_before


def _wrong_step(step: Any, data: DataSets) -> Iterator[str]:
    at: datetime = step.at
    for codes in (data.statuses, data.recommendations, data.follow_ups):
        field = {"statuses": "status", "recommendations": "recommendation", "follow_ups": "follow_up"}[
            codes.name
        ]
        if hasattr(step, field):
            yield from _unknown(codes, getattr(step, field), at.date())
    for code in (step.agency, getattr(step, "to", "")):
        if code:
            yield from _unknown(data.agencies, code, at.date())
    received = getattr(step, "received_at", None)
    if received is not None and received < at:
        yield "a recommendation was received before it was given"
