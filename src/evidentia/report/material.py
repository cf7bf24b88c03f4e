"""What a report is made from: records and paths, never a Case, and never the clock."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from pathlib import Path, PurePosixPath

import msgspec

from evidentia.record.custody import Event, Head, Tool
from evidentia.record.docket import DocketTold
from evidentia.record.errors import UsageError
from evidentia.record.examination import Examination
from evidentia.record.finding import Reading
from evidentia.record.item import Item, Role
from evidentia.record.life import Timeline
from evidentia.record.moment import Moment
from evidentia.record.redaction import Redaction
from evidentia.record.verdict import Status, Verdict

from .expertise import Asked, Expertise

SHOWN_ROLES = (Role.ELEMENT, Role.FULL_PAGE, Role.ANNOTATED, Role.REDACTED, Role.ORIGINAL)
"""The roles whose pictures a reader wants to see, the most telling first."""

RASTER_TYPES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
"""Picture formats that hold no program. SVG can hold script, so it is never shown."""


NOT_EXPORTED = "NOT_EXPORTED"
"""The verifier's code for a bundle that ends in no export; written out, since its room loads cryptography."""


class Language(StrEnum):
    """The language a report is written in (BCP 47)."""

    INDONESIAN = "id"
    ENGLISH = "en"


class Examiner(msgspec.Struct, frozen=True, kw_only=True):
    """The person who answers for the report.

    ``certified``: the signing certificate comes from a certificate issuer. False for a self-issued one, which
    the report calls "tidak tersertifikasi" (PP 71/2019, Pasal 59-60). That an issuer is recognised is never said.
    """

    name: str
    role: str
    organisation: str
    qualifications: tuple[str, ...] = ()
    certified: bool = False


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture of an item; ``path`` is relative to the case folder, as ``data/000001/element.png``."""

    item: int
    path: str
    role: Role


class ReadItem(msgspec.Struct, frozen=True, kw_only=True):
    """A screenshot, by its item number, with what reading it against the captures gave.

    ``kept``: the item that keeps the reading, and the copy of the picture with what was compared marked in it.
    """

    item: int
    reading: Reading
    kept: int | None = None


class ExaminedItem(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was examined, by its item number; ``kept`` is the item that keeps what the tests said."""

    item: int
    kept: int
    examination: Examination


class RedactedItem(msgspec.Struct, frozen=True, kw_only=True):
    """A redacted copy, by its item number, with the note of what was hidden in which original."""

    item: int
    redaction: Redaction


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a report says, and nothing it has to look up.

    Attributes:
        folder: the case folder; ``pictures`` are read from it, and nothing else.
        head: the end of the chain as it stood when the report was written; None where nothing is sealed.
        verdict: what verification said; None where the bundle was not verified.
        withheld: items whose data is not in the bundle.
        pending: paths whose timestamp has not come yet.
        unsigned: paths of signatures that have not come yet, such as a receiver's.
        self_issued: SHA-256 of the certificates that nobody but their holders has issued.
        written_at: when the report was written, as the caller states it.
        zone: the offset in which times are stated, as ``+07:00``.
        limitations: the examiner's own additions to the standing limitations.
        examiner: who answers for the report; None for an exhibit page.
        languages: the languages of a report that has both, in their order; empty for ``language`` alone.
        expertise: the examiners, and what they wrote themselves.
        asked: the questions that the examination answers, with the answers.
        docket: what is told of the docket; None for a case that has no entry.

    Raises:
        UsageError: a moment without an offset, a zone that is no offset, a picture outside the folder.
    """

    folder: Path
    case: str
    title: str
    purpose: str
    written_at: Moment
    zone: str
    tool: Tool
    language: Language = Language.INDONESIAN
    number: str = ""
    requested_by: str = ""
    items: tuple[Item, ...] = ()
    events: tuple[Event, ...] = ()
    head: Head | None = None
    verdict: Verdict | None = None
    timelines: tuple[Timeline, ...] = ()
    readings: tuple[ReadItem, ...] = ()
    examinations: tuple[ExaminedItem, ...] = ()
    redactions: tuple[RedactedItem, ...] = ()
    pictures: tuple[Picture, ...] = ()
    withheld: tuple[int, ...] = ()
    pending: tuple[str, ...] = ()
    unsigned: tuple[str, ...] = ()
    self_issued: tuple[str, ...] = ()
    examiner: Examiner | None = None
    limitations: tuple[str, ...] = ()
    languages: tuple[Language, ...] = ()
    expertise: Expertise | None = None
    asked: Asked | None = None
    docket: DocketTold | None = None

    def __post_init__(self) -> None:
        zone_of(self.zone)
        if self.written_at.tzinfo is None:
            raise UsageError("The report's time has no offset.", next_step="Give written_at with its zone.")
        for picture in self.pictures:
            _require_inside(picture.path)


def zone_of(offset: str) -> tzinfo:
    """``+07:00`` as a time zone.

    Raises:
        UsageError: not an offset of at most 14 hours (the largest in use, RFC 3339 form).
    """
    parts = re.fullmatch(r"([+-])([0-9]{2}):([0-5][0-9])", offset)
    if not parts:
        raise UsageError(f"{offset!r} is no offset.", next_step="State the zone as +07:00.")
    sign, hours, minutes = parts.groups()
    span = timedelta(hours=int(hours), minutes=int(minutes))
    if span > timedelta(hours=14):
        raise UsageError(f"{offset!r} is no offset in use.", next_step="State the zone as +07:00.")
    return timezone(-span if sign == "-" else span)


def in_zone(moment: datetime, offset: str) -> datetime:
    """The same moment, stated in the zone of the report."""
    return moment.astimezone(zone_of(offset))


def pictures_of(items: tuple[Item, ...], withheld: tuple[int, ...] = ()) -> tuple[Picture, ...]:
    """The pictures of the items that are there, found by role and media type."""
    return tuple(
        Picture(item=item.item, path=f"data/{item.item:06d}/{file.name}", role=file.role)
        for item in items
        if item.item not in withheld
        for file in item.files
        if file.role in SHOWN_ROLES and file.media_type in RASTER_TYPES
    )


def only_at_work(verdict: Verdict) -> bool:
    """Whether all that keeps a verdict open is that the last event is no export.

    A report is written while its case is at work, so every sound case is in this state. It says nothing against a
    file: digests, seals, signatures and timestamps were compared as in any bundle.
    """
    return verdict.status is Status.INDETERMINATE and {one.code for one in verdict.faults} == {NOT_EXPORTED}


def _require_inside(path: str) -> None:
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\\" in path:
        raise UsageError(f"The picture path {path!r} leads out of the case folder.")
