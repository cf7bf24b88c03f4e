"""Numbers over many cases as a PDF in two languages: PDF/A-3a, tagged, the same bytes for the same numbers.

The numbers are attached as JSON. The document's date is the cut-off: when it was printed does not change it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from evidentia.docket.data_sets import DataSets
from evidentia.record.docket import Count, DocketStatistics, NotCounted, Zoning

from .material import Language
from .texts import decimal, say, word
from .typesetting import lines_of, typeset

MOST_ROWS = 60
"""Lines of one table that are printed: twice as many as there are provinces. All of them are in the attached data."""


def docket_pdf(counted: DocketStatistics, data: DataSets) -> bytes:
    """Lay the numbers out, in Indonesian and then in English.

    Raises:
        MissingPart: the packages of the extra ``[report]`` are not installed.
        EvidentiaError: the layout failed.
    """
    with TemporaryDirectory(prefix="evidentia-docket-") as name:
        room = Path(name)
        (room / "statistics.json").write_bytes(msgspec.json.format(msgspec.json.encode(counted), indent=1))
        return typeset(
            "docket.typ",
            room,
            layout(counted, data),
            datetime.combine(counted.cut_off, time(), UTC),
            what="The summary",
            next_step="Report this with the message; --json and --csv give the numbers without the PDF.",
        )


def layout(counted: DocketStatistics, data: DataSets) -> dict[str, Any]:
    """What ``docket.typ`` prints, as data."""
    languages = (Language.INDONESIAN, Language.ENGLISH)
    titles = " / ".join(say(language, "docket.title") for language in languages)
    return {
        "title": titles,
        "author": "evidentia",
        "footer": lines_of(f"{titles}, {counted.cut_off}"),
        "attachment": " / ".join(say(language, "docket.attachment") for language in languages),
        "parts": [_part(counted, data, language) for language in languages],
    }


def _part(counted: DocketStatistics, data: DataSets, language: Language) -> dict[str, Any]:
    tables = [_table(one, language) for one in counted.tables]
    if counted.zoning is not None:
        tables.append(_zones(counted.zoning, data, language))
    warned = counted.not_verified
    return {
        "language": language.value,
        "title": lines_of(say(language, "docket.title")),
        "about": lines_of(say(language, "docket.nothing_said")),
        "warnings": [lines_of(say(language, "docket.warning", n=warned))] if warned else [],
        "facts": [[lines_of(name), lines_of(value)] for name, value in _facts(counted, language)],
        "tables": tables,
        "data": _data(counted, language),
    }


def _facts(counted: DocketStatistics, language: Language) -> Iterator[tuple[str, str]]:
    no_bound = say(language, "docket.no_bound")
    yield (
        say(language, "docket.period"),
        say(
            language,
            "docket.period.value",
            first=counted.first_day or no_bound,
            last=counted.last_day or no_bound,
            by=word(language, counted.dated_by),
        ),
    )
    yield say(language, "docket.cut_off"), say(language, "docket.cut_off.value", day=counted.cut_off)
    for unit in ("cases", "alleged violations", "persons concerned", "recommendations"):
        number = getattr(
            counted, {"alleged violations": "violations", "persons concerned": "persons"}.get(unit, unit)
        )
        yield say(language, f"unit.{unit}").capitalize(), str(number)
    yield say(language, "docket.followed_up"), str(counted.followed_up)
    yield say(language, "docket.not_verified"), str(counted.not_verified)
    left = "\n".join(f"{n}: {word(language, NotCounted(why))}" for why, n in counted.not_counted.items())
    yield say(language, "docket.not_counted"), left or "0"
    if counted.unknown_codes:
        yield say(language, "docket.unknown_codes"), "\n".join(counted.unknown_codes)
    if counted.mixed_data:
        said = "\n".join(f"{name}.toml: {n}" for name, n in counted.mixed_data.items())
        yield say(language, "docket.mixed_data"), said


def _table(one: Count, language: Language) -> dict[str, Any]:
    indonesian = language is Language.INDONESIAN
    definition = [
        one.definition_id if indonesian else one.definition_en,
        say(language, "docket.of", unit=word(language, one.unit), of=one.of) + ".",
    ]
    if not one.sums:
        definition.append(say(language, "docket.not_sum"))
    rows = [(row.id if indonesian else row.en, row.count, row.share) for row in one.rows]
    return _laid(say(language, f"docket.table.{one.name}"), " ".join(definition), rows, language)


def _zones(zoning: Zoning, data: DataSets, language: Language) -> dict[str, Any]:
    """Each region with its number and its zone; zones are words, never colours alone."""
    indonesian = language is Language.INDONESIAN

    def named(zone: str | None) -> str:
        if zone is None:
            return say(language, "docket.zones.undetermined")
        return data.zone_names.words(zone)[0 if indonesian else 1]

    told = say(
        language,
        "docket.zones.policy",
        policy=zoning.policy,
        level=zoning.level,
        unit=word(language, zoning.unit),
        source=zoning.source,
    )
    numbers = [f"{named(zone)}: {n}" for zone, n in zoning.zones.items()]
    numbers.append(f"{named(None)}: {zoning.undetermined}")
    outside = say(language, "docket.zones.outside", n=zoning.outside)
    most = max((one.count for one in zoning.regions), default=0) or 1
    rows = [
        (f"{one.id if indonesian else one.en} ({named(one.zone)})", one.count, one.count / most)
        for one in zoning.regions
    ]
    definition = f"{told}\n{'; '.join(numbers)}. {outside}."
    return _laid(say(language, "docket.zones"), definition, rows, language, shares=False)


def _laid(
    heading: str,
    definition: str,
    rows: Sequence[tuple[str, int, float | None]],
    language: Language,
    *,
    shares: bool = True,
) -> dict[str, Any]:
    more = len(rows) - MOST_ROWS
    return {
        "heading": lines_of(heading),
        "definition": lines_of(definition),
        "header": [lines_of(say(language, f"docket.column.{name}")) for name in ("what", "count")]
        + [lines_of(say(language, "docket.column.share") if shares else "")],
        "rows": [
            {
                "name": lines_of(name),
                "count": lines_of(str(count)),
                "share": lines_of("" if share is None or not shares else _percent(share, language)),
                "bar": min(share or 0.0, 1.0),
            }
            for name, count, share in rows[:MOST_ROWS]
        ],
        "note": lines_of(say(language, "docket.more", n=more)) if more > 0 else [],
    }


def _percent(share: float, language: Language) -> str:
    return f"{decimal(language, share * 100, 1)} %"


def _data(counted: DocketStatistics, language: Language) -> dict[str, Any]:
    own = say(language, "docket.data.replaced")
    return {
        "heading": lines_of(say(language, "docket.data")),
        "header": [
            lines_of(say(language, "docket.data.name")),
            lines_of(say(language, "docket.data.edition")),
            lines_of("SHA-256"),
        ],
        "rows": [
            [
                lines_of(f"{one.name}.toml" + (f" ({own})" if one.replaced else "")),
                lines_of(one.edition),
                lines_of(one.sha256),
            ]
            for one in counted.data
        ],
    }
