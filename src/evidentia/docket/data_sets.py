"""The data that the docket rests on: agencies, rules, forms, offices, regions, zones, holidays, each a file of its own.

They are TOML, with validity dates and sources, shipped with evidentia and replaced file by file by a user. They are
read strictly: a misspelt field must not be one that is not there. Every result names their digests.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta

from evidentia.record.docket import Code, DataFile
from evidentia.record.errors import FormatError, UsageError

LARGEST = 16 << 20
"""Bytes of one file: Indonesia has some 84,000 villages, and an entry for each takes 150 bytes."""

Words = Annotated[str, Meta(min_length=1, max_length=1000)]


class Coded(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"valid_from": "from"}
):
    """What every entry of a data set has.

    Attributes:
        code: what stands in records; the same code can have several entries, one after the other in time.
        id, en: its words.
        valid_from, until: the first day on which it holds, and the first on which it no longer does.
        source: where it comes from; ``verified`` whether somebody compared it with that source's own text.
    """

    code: Code
    id: Words
    en: Words
    source: Words
    verified: bool
    valid_from: date | None = None
    until: date | None = None
    note: str = ""

    def holds(self, day: date) -> bool:
        """Whether it is valid on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.until is None or day < self.until
        )


class FormData(Coded, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"valid_from": "from"}):
    """A violation form of a rule set; ``acts`` are those that its text names."""

    rules: Code
    kind: Code
    stage: Literal["before", "after", "any"]
    acts: tuple[Code, ...]
    consequence: str = ""


class Contest(Coded, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"valid_from": "from"}):
    """An election; at some time of ``determined_on``, a day of ``zone``, candidates were determined."""

    kind: Code
    determined_on: date
    zone: str


class Region(Coded, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"valid_from": "from"}):
    """A region of a level, such as ``province``; ``parent`` is the code of the one that it lies in."""

    level: Code
    parent: str = ""
    zone: str = ""


class DeadlineRule(
    Coded, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"valid_from": "from"}
):
    """How long something may take. ``contests``: kinds of elections; empty for all.

    ``ends_with``: what ends it: ``received_at``, ``follow_up``, or statuses.
    """

    contests: tuple[Code, ...]
    runs_from: Literal["known_at", "received_at", "recommendation"]
    ends_with: tuple[Code, ...]
    days: Annotated[int, Meta(ge=1, le=3660)]
    unit: Literal["working", "calendar", "unstated"]
    extension: Annotated[int, Meta(ge=0, le=3660)] = 0


class Band(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Numbers that make a zone: from ``least`` to ``most``, both within it; no ``most`` is any number above."""

    zone: Code
    least: Annotated[int, Meta(ge=0)]
    most: int | None = None


class ZonePolicy(Coded, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"valid_from": "from"}):
    """By which number regions of a level are put into zones."""

    level: Code
    counts: Literal["cases", "persons"]
    bands: tuple[Band, ...]

    def zone(self, count: int) -> str | None:
        """The zone of a number, or None where the policy states none."""
        return next(
            (b.zone for b in self.bands if b.least <= count and (b.most is None or count <= b.most)), None
        )


class Holiday(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A day that is no working day."""

    on: date
    kind: Literal["public", "joint-leave"]
    id: Words
    en: Words


class Calendar(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which days are working days, for the years that are named. ``weekend``: 1 is Monday."""

    format: Literal[1]
    edition: Words
    source: Words
    verified: bool
    years: tuple[int, ...]
    weekend: tuple[Annotated[int, Meta(ge=1, le=7)], ...]
    holidays: tuple[Holiday, ...]


_C = TypeVar("_C", bound=Coded)


@dataclass(frozen=True)
class Codes(Mapping[str, tuple[_C, ...]]):
    """The entries of a data set by code, in the order of the file."""

    name: str
    entries: dict[str, tuple[_C, ...]]

    def __getitem__(self, code: str) -> tuple[_C, ...]:
        return self.entries[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def on(self, code: str, day: date | None) -> _C | None:
        """The entry of a code that holds on a day, where one does; without a day the last one."""
        found = self.entries.get(code, ())
        return next((one for one in reversed(found) if day is None or one.holds(day)), None)

    def words(self, code: str) -> tuple[str, str]:
        """The words of a code in both languages, as they are now; the code itself where the data have none."""
        one = self.on(code, None)
        return (code, code) if one is None else (one.id, one.en)


_KINDS: dict[str, type[Coded]] = {
    "acts": Coded,
    "agencies": Coded,
    "contests": Contest,
    "deadlines": DeadlineRule,
    "follow_ups": Coded,
    "forms": FormData,
    "kinds": Coded,
    "offices": Coded,
    "recommendations": Coded,
    "regions": Region,
    "reporters": Coded,
    "rules": Coded,
    "statuses": Coded,
    "zone_names": Coded,
    "zones": ZonePolicy,
}
NAMES = (*sorted([*_KINDS, "holidays"]),)
"""The data sets; each is a file ``<name>.toml``."""


@dataclass(frozen=True)
class DataSets:
    """All data sets, as they were read once. ``rules_zone`` is the zone in which rule sets begin and end."""

    acts: Codes[Coded]
    agencies: Codes[Coded]
    contests: Codes[Contest]
    deadlines: Codes[DeadlineRule]
    follow_ups: Codes[Coded]
    forms: Codes[FormData]
    kinds: Codes[Coded]
    offices: Codes[Coded]
    recommendations: Codes[Coded]
    regions: Codes[Region]
    reporters: Codes[Coded]
    rules: Codes[Coded]
    statuses: Codes[Coded]
    zone_names: Codes[Coded]
    zones: Codes[ZonePolicy]
    calendar: Calendar
    rules_zone: str
    used: tuple[DataFile, ...]

    @cached_property
    def holidays(self) -> frozenset[date]:
        """The days of the calendar."""
        return frozenset(one.on for one in self.calendar.holidays)

    def ancestors(self, region: str) -> Iterator[str]:
        """A region and those that it lies in, the nearest first."""
        seen: set[str] = set()
        while region and region not in seen:
            seen.add(region)
            yield region
            one = self.regions.on(region, None)
            region = "" if one is None else one.parent

    def zone_of(self, region: str) -> str:
        """The time zone of a region, its own or that of one that it lies in; empty where none is stated."""
        found = (self.regions.on(code, None) for code in self.ancestors(region))
        return next((one.zone for one in found if one is not None and one.zone), "")

    def latest_day(self, at: datetime) -> date:
        """The day of a moment where it is latest: what has happened by then has happened on it, or before it."""
        zones = {one.zone for entries in self.regions.values() for one in entries if one.zone}
        return max(day_in(at, zone) for zone in (self.rules_zone, *zones))


def day_in(at: datetime, zone: str) -> date:
    """The day of a moment in a zone; at the ends of the calendar, where there is no day beside it, its own."""
    try:
        return at.astimezone(ZoneInfo(zone)).date()
    except OverflowError:
        return at.date()


def start_of(day: date, zone: str) -> datetime:
    """The moment at which a day begins in a zone."""
    return datetime.combine(day, time(), ZoneInfo(zone))


def docket_data(folder: Path | None = None) -> DataSets:
    """The data sets that come with evidentia, with those files of a folder in the place of ours.

    Raises:
        UsageError: there is no such folder, or nothing in it is one of our files.
        FormatError: a file is not what a data set must be.
    """
    given = {} if folder is None else _given(folder)
    made: dict[str, Any] = {}
    used = []
    for name in NAMES:
        raw = given[name].read_bytes() if name in given else _own(name)
        where = str(given[name]) if name in given else f"{name}.toml"
        if len(raw) > LARGEST:
            raise FormatError(where, f"more than {LARGEST} bytes")
        edition, made[name] = _read(name, where, raw)
        used.append(
            DataFile(
                name=name, edition=edition, sha256=hashlib.sha256(raw).hexdigest(), replaced=name in given
            )
        )
    rules_zone, rules = made.pop("rules")
    sets = DataSets(
        **{name: value[1] for name, value in made.items() if name != "holidays"},
        rules=rules,
        rules_zone=rules_zone,
        calendar=made["holidays"],
        used=tuple(used),
    )
    for problem in _across(sets):
        raise FormatError("data", problem)
    return sets


def _own(name: str) -> bytes:
    return files(__package__).joinpath("data", f"{name}.toml").read_bytes()


def copy_out(folder: Path) -> list[Path]:
    """Write the shipped files into a folder, to be changed there; nothing is overwritten.

    Raises:
        UsageError: a file of that name is there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    taken = [name for name in NAMES if (folder / f"{name}.toml").exists()]
    if taken:
        raise UsageError(
            f"{folder} holds {taken[0]}.toml already.",
            next_step="Name another folder; nothing is overwritten.",
        )
    written = []
    for name in NAMES:
        path = folder / f"{name}.toml"
        with path.open("xb") as stream:
            stream.write(_own(name))
        written.append(path)
    return written


def _given(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder with data sets.", next_step=_WHERE)
    found = {path.stem: path for path in sorted(folder.glob("*.toml"))}
    strange = sorted(found.keys() - set(NAMES))
    if strange or not found:
        what = f"{strange[0]}.toml is none of the data sets" if strange else "it holds none of the data sets"
        raise UsageError(f"{folder}: {what}.", next_step=_WHERE)
    return found


_WHERE = (
    f"The files are: {', '.join(f'{name}.toml' for name in NAMES)}. `evidentia docket data DIR` writes them."
)


def _read(name: str, where: str, raw: bytes) -> tuple[str, Any]:
    """The edition of a file, and what stands in it."""
    try:
        plain = tomllib.loads(raw.decode("utf-8"))
        if name == "holidays":
            calendar = msgspec.convert(plain, Calendar)
            return calendar.edition, calendar
        kind = _KINDS[name]
        head = msgspec.convert({k: v for k, v in plain.items() if k != "entry"}, _Head)
        entries = msgspec.convert(plain.get("entry", []), tuple[kind, ...])  # type: ignore[valid-type]
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError, RecursionError) as error:
        raise FormatError(where, f"not a data set: {error}") from error
    for problem in _problems(name, entries, head.zone):
        raise FormatError(where, problem)
    return head.edition, (head.zone, Codes(name, _by_code(entries)))


class _Head(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands above the entries of a file; ``zone`` in ``rules`` alone."""

    format: Literal[1]
    edition: Words
    source: Words
    zone: str = ""


def _by_code(entries: Iterable[_C]) -> dict[str, tuple[_C, ...]]:
    found: dict[str, tuple[_C, ...]] = {}
    for one in entries:
        found[one.code] = (*found.get(one.code, ()), one)
    return {code: tuple(sorted(same, key=lambda e: e.valid_from or date.min)) for code, same in found.items()}


def _problems(name: str, entries: Iterable[Coded], zone: str) -> Iterator[str]:
    """What the types alone do not say."""
    if name == "rules" and not _is_zone(zone):
        yield f"`zone` must be the zone in which rules begin and end, and {zone!r} is none"
    for code, same in _by_code(entries).items():
        for one in same:
            if one.until is not None and one.until <= (one.valid_from or date.min):
                yield f"{code}: it ends before it begins"
        for one, after in pairwise(same):
            if one.until is None or after.valid_from is None or after.valid_from < one.until:
                yield f"{code}: two entries hold on the same day"
        for one in same:
            stated = getattr(one, "zone", "")
            if isinstance(one, Contest | Region) and stated and not _is_zone(stated):
                yield f"{code}: {stated!r} is no time zone"
            if isinstance(one, ZonePolicy):
                yield from _overlapping(one)


def _overlapping(policy: ZonePolicy) -> Iterator[str]:
    end = -1
    for band in sorted(policy.bands, key=lambda b: b.least):
        if band.least <= end:
            yield f"{policy.code}: two zones hold for {band.least}"
        if band.most is not None and band.most < band.least:
            yield f"{policy.code}: the zone {band.zone} ends before it begins"
        end = 10**12 if band.most is None else band.most


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _across(sets: DataSets) -> Iterator[str]:
    """Codes of one file that another one must have: a form of a rule set that is not there would never be found."""
    wanted: list[tuple[str, Callable[[Any], Iterable[str]], Codes[Any], Codes[Any]]] = [
        ("rules", lambda one: [one.rules], sets.forms, sets.rules),
        ("acts", lambda one: one.acts, sets.forms, sets.acts),
        ("kinds", lambda one: [one.kind], sets.forms, sets.kinds),
        ("regions", lambda one: [one.parent] if one.parent else [], sets.regions, sets.regions),
        ("zone_names", lambda one: [band.zone for band in one.bands], sets.zones, sets.zone_names),
        (
            "statuses",
            lambda one: [e for e in one.ends_with if e not in ("received_at", "follow_up")],
            sets.deadlines,
            sets.statuses,
        ),
    ]
    for what, codes, of, known in wanted:
        for one in (entry for same in of.values() for entry in same):
            for code in codes(one):
                if code not in known:
                    yield f"{of.name}.toml: {one.code} names {code}, which {what}.toml does not have"


ONE_DAY = timedelta(days=1)
