"""What a report or an exhibit is made from, gathered out of a case."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from evidentia._version import VERSION
from evidentia.formats.event import event_time
from evidentia.record.custody import Event, Head, Tool
from evidentia.report.material import Language, Material, ReadItem, pictures_of

if TYPE_CHECKING:
    from evidentia.record.verdict import Verdict

    from .case import Case


def tell(
    case: Case,
    events: tuple[Event, ...],
    *,
    language: Language = Language.INDONESIAN,
    head: Head | None = None,
    verdict: Verdict | None = None,
    written_at: datetime | None = None,
) -> Material:
    """Everything that can be told of a case up to the last of ``events``.

    ``written_at`` is the last event's time where nothing else is given, so that an exhibit does not depend on
    when it was rendered.
    """
    items = case.items()
    last = events[-1]
    return Material(
        folder=case.folder,
        case=case.id,
        title=case.title,
        purpose="",
        written_at=written_at or event_time(last),
        zone=last.zone,
        tool=Tool(name="evidentia", version=VERSION),
        language=language,
        items=items,
        events=events,
        head=head,
        verdict=verdict,
        timelines=case.timelines(),
        readings=tuple(ReadItem(item=item.item, reading=reading) for item, reading in case.readings()),
        pictures=pictures_of(items),
        pending=case.unfinished.pending,
    )
