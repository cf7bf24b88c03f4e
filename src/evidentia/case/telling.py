"""What a report or an exhibit is made from, gathered out of a case."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from evidentia._version import VERSION
from evidentia.custody.identity import Party
from evidentia.formats import names
from evidentia.formats.event import event_time
from evidentia.formats.names import CustodyFileKind
from evidentia.record import reasons
from evidentia.record.custody import Event, Head, Tool
from evidentia.record.item import ItemKind
from evidentia.report.material import ExaminedItem, Language, Material, ReadItem, RedactedItem, pictures_of

from .contents import Contents

if TYPE_CHECKING:
    from evidentia.docket.data_sets import DataSets
    from evidentia.record.docket import DocketTold
    from evidentia.record.item import Item
    from evidentia.record.verdict import Verdict


def tell(
    case: Contents,
    events: tuple[Event, ...],
    *,
    language: Language = Language.INDONESIAN,
    head: Head | None = None,
    verdict: Verdict | None = None,
    written_at: datetime | None = None,
    withheld: Collection[int] = (),
    data: DataSets | None = None,
) -> Material:
    """Everything that can be told of a case up to the last of ``events``, without the ``withheld`` items.

    Timelines are put together from what is left, so that nothing in them rests on a withheld item.

    ``written_at`` is the last event's time where nothing else is given, so that an exhibit does not depend on
    when it was rendered. Deadlines of the docket are told for the day of that moment, by ``data``, else by the data
    sets that come with evidentia.
    """
    items = case.items()
    hidden = frozenset(withheld)
    last = events[-1]
    at = written_at or event_time(last)
    return Material(
        folder=case.folder,
        case=case.id,
        title=case.title,
        purpose="",
        written_at=at,
        zone=last.zone,
        tool=Tool(name="evidentia", version=VERSION),
        language=language,
        items=items,
        events=events,
        head=head,
        verdict=verdict,
        timelines=case.timelines(without=hidden),
        readings=tuple(
            ReadItem(item=item.about[0], reading=reading, kept=item.item)
            for item, reading in case.read_items()
        ),
        examinations=tuple(
            ExaminedItem(item=item.about[0], kept=item.item, examination=found)
            for item, found in case.examinations()
        ),
        redactions=tuple(RedactedItem(item=i.item, redaction=note) for i, note in case.redactions()),
        pictures=pictures_of(items, tuple(hidden)),
        withheld=tuple(sorted(hidden)),
        pending=_pending_until(last.event, case.pending),
        unsigned=tuple(_unsigned(case, events)),
        self_issued=tuple(sorted(self_issued(case.folder, events))),
        docket=_docket(case, items, events, at, hidden, data, verdict),
    )


def _docket(
    case: Contents,
    items: Iterable[Item],
    events: tuple[Event, ...],
    at: datetime,
    hidden: Collection[int],
    data: DataSets | None,
    verdict: Verdict | None,
) -> DocketTold | None:
    """What is told of the docket; nothing is loaded or read for a case that has no entry."""
    from .docketing import told_docket

    if not any(one.kind is ItemKind.DOCKET for one in items) and not any(
        event.reason.startswith(reasons.DOCKET_ENTRY) for event in events
    ):
        return None
    return told_docket(case, events, at, without=hidden, data=data, verdict=verdict)


def _unsigned(case: Contents, events: Iterable[Event]) -> Iterator[str]:
    """Signatures that an event names and that have not come: a receiver's, or one that was interrupted."""
    for event in events:
        for actor in event.actors:
            if not case.has_signed(event, actor):
                yield names.signature_path(event.event, actor.who)


def self_issued(folder: Path, events: Iterable[Event]) -> Iterator[str]:
    """The certificates of the events' actors that nobody but their holders has issued."""
    actors = {actor.certificate: actor for event in events for actor in event.actors}
    for certificate, actor in actors.items():
        path = folder / names.trust_path(certificate, "cer")
        if path.is_file() and Party.from_certificate(path, who=actor.who).is_self_issued:
            yield certificate


def _pending_until(event: int, pending: tuple[str, ...]) -> tuple[str, ...]:
    """What had no timestamp when an event was the last: nothing that stands over a later seal."""
    found = ((path, names.custody_file(path)) for path in pending)
    return tuple(
        path
        for path, file in found
        if file is not None and (file.kind is CustodyFileKind.RECORD or file.number <= event)
    )
