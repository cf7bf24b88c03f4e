"""What a case or a bundle records as flat tables: items, files, events, findings, and the lives of posts.

The tables of lives are those of ``case.tables``; the ones here have the same shape. Every row names its evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from evidentia.formats import names
from evidentia.formats.canonical_json import encode_canonical
from evidentia.formats.event import event_time
from evidentia.record.finding import ErrorRate
from evidentia.report.recorded import Recorded

from .tables import TABLES, Row, Table, table


def tables_of(told: Recorded) -> tuple[Table, ...]:
    """All tables of a case or a bundle: those of ``RECORDS``, then those of the lives of posts."""
    own = (Table(name, columns, tuple(rows(told))) for name, (columns, rows) in RECORDS.items())
    return (*own, *(table(told.timelines, name) for name in TABLES))


def _items(told: Recorded) -> Iterator[Row]:
    here = {item.item: item for item in told.items}
    for number, record in sorted(told.records.items()):
        item = here.get(number)
        yield {
            "item": number,
            "record_sha256": record,
            "here": item is not None,
            "kind": None if item is None else item.kind.value,
            "title": None if item is None else item.title,
            "original_name": None if item is None else item.original_name,
            "source": None if item is None else item.source,
            "access": None if item is None else item.access.value,
            "collector": None if item is None else item.collector,
            "occurred_at": None if item is None else item.times.occurred_at,
            "known_at": None if item is None else item.times.known_at,
            "captured_at": None if item is None else item.times.captured_at,
            "received_at": None if item is None else item.times.received_at,
            "about": None if item is None else "; ".join(map(str, item.about)),
            "files": None if item is None else len(item.files),
            "problems": None if item is None else "; ".join(item.problems),
        }


def _files(told: Recorded) -> Iterator[Row]:
    for item in told.items:
        for file in item.files:
            yield {
                "item": item.item,
                "path": f"{names.item_folder(item.item)}/{file.name}",
                "role": file.role.value,
                "media_type": file.media_type,
                "size_bytes": file.size,
                "sha256": file.sha256,
            }


def _events(told: Recorded) -> Iterator[Row]:
    for event in told.events:
        yield {
            "event": event.event,
            "type": event.type.value,
            "claimed_at": event_time(event),
            "zone": event.zone,
            "actors": "; ".join(actor.who for actor in event.actors),
            "names": "; ".join(actor.name for actor in event.actors),
            "organisations": "; ".join(actor.organisation for actor in event.actors),
            "place": event.place,
            "reason": event.reason,
            "authority": event.authority,
            "items": "; ".join(str(ref.item) for ref in event.items),
            "changes": "; ".join(f"{one.what} ({one.why})" for one in event.changes),
            "details": encode_canonical(event.details).decode(),
            "tool": f"{event.tool.name} {event.tool.version}",
            "seal_sha256": told.seals.get(event.event),
        }


def _findings(told: Recorded) -> Iterator[Row]:
    for read in told.readings:
        found = read.reading
        yield {
            "finding": "reading",
            "item": read.item,
            "kept_in": None,
            "test": None,
            "post": found.post,
            "version": found.version,
            "outcome": found.outcome.value,
            "reason": found.reason,
            "method": found.method.name,
            "method_version": found.method.version,
            "error_rates": _rates(found.error_rates),
            "evidence": "; ".join(f"{one.item}:{one.path}" for one in found.evidence),
        }
    for examined in told.examinations:
        whole: Row = {"finding": "examination", "item": examined.item, "kept_in": examined.kept}
        nothing: Row = {"post": None, "version": None, "evidence": None}
        yield {
            **whole,
            "test": None,
            **nothing,
            "outcome": examined.examination.outcome.value,
            "reason": examined.examination.reason,
            "method": None,
            "method_version": None,
            "error_rates": None,
        }
        for test in examined.examination.findings:
            yield {
                **whole,
                "test": test.test,
                **nothing,
                "outcome": test.outcome.value,
                "reason": test.reason,
                "method": test.method,
                "method_version": test.version,
                "error_rates": _rates(test.error_rates),
            }


def _rates(rates: Iterable[ErrorRate]) -> str:
    def said(rate: ErrorRate) -> str:
        if not rate.measured:
            return f"{rate.name}: not measured"
        bound = "" if rate.upper_95 is None else f", at most {rate.upper_95:.4f} (95 %)"
        return f"{rate.name}: {rate.errors} of {rate.trials}{bound}, on {rate.material}"

    return "; ".join(map(said, rates))


RECORDS: dict[str, tuple[tuple[str, ...], Callable[[Recorded], Iterator[Row]]]] = {
    "items": (
        (
            *("item", "record_sha256", "here", "kind", "title", "original_name", "source", "access"),
            *("collector", "occurred_at", "known_at", "captured_at", "received_at", "about", "files"),
            "problems",
        ),
        _items,
    ),
    "files": (("item", "path", "role", "media_type", "size_bytes", "sha256"), _files),
    "events": (
        (
            *("event", "type", "claimed_at", "zone", "actors", "names", "organisations", "place", "reason"),
            *("authority", "items", "changes", "details", "tool", "seal_sha256"),
        ),
        _events,
    ),
    "findings": (
        (
            *("finding", "item", "kept_in", "test", "post", "version", "outcome", "reason", "method"),
            *("method_version", "error_rates", "evidence"),
        ),
        _findings,
    ),
}
"""Each table's columns, and how its rows are made. The columns are a promise to callers."""
