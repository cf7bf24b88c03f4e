"""Which files the next seal lists: what the format allows it to, and nothing that would spoil the chain for good."""

from __future__ import annotations

from collections.abc import Container, Sequence
from enum import StrEnum

from evidentia.formats import names
from evidentia.formats.names import CustodyFile, CustodyFileKind
from evidentia.record.custody import Event


class Standing(StrEnum):
    """What a file that no seal lists is to the next seal."""

    NOW = "now"
    LATER = (
        "later"  # of an item that no event has brought in: an interruption left it, and its event comes first
    )
    STRANGE = "strange"  # not the format's; sealed, it would make every bundle fail for ever


def standing(path: str, events: Sequence[Event], items: Container[int]) -> Standing:
    """How a file stands to the seal of the event that follows ``events``.

    Args:
        items: those that events have brought in, the one that is being sealed among them.
    """
    if names.is_trust_path(path):
        return Standing.NOW
    found = names.custody_file(path)
    if found is None:
        return Standing.STRANGE
    if is_of_item(found):
        return Standing.NOW if found.number in items else Standing.LATER
    return Standing.NOW if _is_allowed(found, events) else Standing.STRANGE


def is_of_item(found: CustodyFile) -> bool:
    """Whether a file is an item's record, or a token over it."""
    return found.kind is CustodyFileKind.RECORD or (found.kind is CustodyFileKind.TOKEN and not found.who)


def _is_allowed(found: CustodyFile, events: Sequence[Event]) -> bool:
    """The event itself, the seal before, and what stands over earlier seals by those who act there."""
    if found.kind is CustodyFileKind.EVENT:
        return found.number == len(events) + 1
    if found.kind is CustodyFileKind.SEAL:
        return found.number == len(events)
    if found.number > len(events):
        return False
    return found.who in {actor.who for actor in events[found.number - 1].actors}
