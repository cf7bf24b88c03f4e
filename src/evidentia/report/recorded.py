"""What a case or a bundle records, as other programs are told it: records alone, never a Case, and never the clock."""

from __future__ import annotations

import msgspec

from evidentia.record.custody import Event, Head
from evidentia.record.item import Item
from evidentia.record.life import Timeline
from evidentia.record.post import Observation

from .material import ExaminedItem, ReadItem, RedactedItem


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is recorded, up to the last event.

    Attributes:
        seals: SHA-256 of each event's seal, by the event's number; an event without a seal is not in it.
        head: the end of the chain; None where the last event has no seal.
        items: those that are here and agree with what was sealed, without files that do not.
        records: SHA-256 of every item's record as its event states it, also of what is withheld.
        withheld: items that are not here.
        problems: what was left out because it is not as it was sealed, or could not be read, with its path.
    """

    case: str
    title: str
    events: tuple[Event, ...]
    seals: dict[int, str]
    head: Head | None
    items: tuple[Item, ...]
    records: dict[int, str]
    withheld: tuple[int, ...]
    observations: tuple[Observation, ...]
    timelines: tuple[Timeline, ...]
    readings: tuple[ReadItem, ...]
    examinations: tuple[ExaminedItem, ...]
    redactions: tuple[RedactedItem, ...]
    problems: tuple[str, ...] = ()
