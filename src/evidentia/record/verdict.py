"""The verdict on a bundle, with every fault. Words of ETSI EN 319 102-1: passed, indeterminate, failed."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from .custody import EventType, Head
from .moment import Interval


class Status(StrEnum):
    """How a bundle, or a part of it, is judged. The worst of its faults decides."""

    PASSED = "PASSED"
    INDETERMINATE = "INDETERMINATE"
    FAILED = "FAILED"


class Requirement(StrEnum):
    """What UU ITE Pasal 5-6 asks of electronic evidence."""

    ACCESSIBLE = "accessible"
    DISPLAYABLE = "displayable"
    INTACT = "intact"
    ACCOUNTABLE = "accountable"


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not as it must be: a code, the file, what was expected and what was found."""

    code: str
    status: Status
    path: str
    expected: str
    found: str
    requirement: Requirement


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """Something worth knowing that does not change the verdict."""

    code: str
    path: str
    text: str


class JudgedSignature(msgspec.Struct, frozen=True, kw_only=True):
    """A signature with the person it names and the interval in which it was proven to exist."""

    who: str
    name: str
    organisation: str
    certified: bool
    proven: Interval


class JudgedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event with its claimed time, which is believed no further than its proven interval."""

    event: int
    type: EventType
    claimed: str
    proven: Interval
    signatures: tuple[JudgedSignature, ...]
    items: tuple[int, ...]


class JudgedItem(msgspec.Struct, frozen=True, kw_only=True):
    """An item: whether it is here or withheld, and the interval in which its record was proven to exist."""

    item: int
    withheld: bool
    files: int
    proven: Interval


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What can be said of a bundle, offline, with the caller's own trust anchors."""

    status: Status
    head: Head | None
    events: tuple[JudgedEvent, ...]
    items: tuple[JudgedItem, ...]
    faults: tuple[Fault, ...]
    notes: tuple[Note, ...]

    @property
    def requirements(self) -> dict[Requirement, Status]:
        """How each requirement of UU ITE fares: as the worst of the faults that touch it says.

        What no fault touches is PASSED; but INDETERMINATE where the bundle could not be read, for then nothing else
        was looked at. An order for reading the verdict, and no legal opinion.
        """
        found = {one: {f.status for f in self.faults if f.requirement is one} for one in Requirement}
        unread = Status.FAILED in found[Requirement.ACCESSIBLE]
        return {one: _worst(statuses, unread=unread) for one, statuses in found.items()}


def _worst(statuses: set[Status], *, unread: bool) -> Status:
    if Status.FAILED in statuses:
        return Status.FAILED
    return Status.INDETERMINATE if statuses or unread else Status.PASSED
