"""What two sheets of an exchange say: the receipt of a bundle that is handed over, and the list of a case's evidence.

Nothing in them is guessed: what nobody stated is empty, and stays a line to be filled in by hand. What is not told by
the case's own records says where it was taken from.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from .custody import Head, Tool
from .docket import Act, Reporter, Standing
from .item import Access, ItemKind, StoredFile
from .moment import Interval, Moment
from .verdict import Fault, Requirement, Status


class Origin(StrEnum):
    """Where a statement on a sheet was taken from."""

    CHAIN = "chain"  # the events of custody, as they claim
    DOCKET = "docket"  # the docket entry of the case
    GIVEN = "given"  # whoever had the sheet made


class HandedItem(msgspec.Struct, frozen=True, kw_only=True):
    """An item of a bundle that is handed over.

    Attributes:
        kind: None where the item is withheld, or not as it was sealed.
        record: SHA-256 of its record as its event states it; the record has the digest of every file.
        withheld: whether its data is not in the bundle.
    """

    item: int
    kind: ItemKind | None
    title: str
    captured_at: Moment | None
    received_at: Moment | None
    record: str
    files: tuple[StoredFile, ...]
    withheld: bool


class HandedBundle(msgspec.Struct, frozen=True, kw_only=True):
    """What is handed over, as a file. ``size`` and ``sha256`` are None for a folder, whose bytes have no one digest.

    ``item``, ``source`` and ``received_at``: where it is the bundle of another agency that a case holds as an item: its
    number, who is said to have handed it over, and when it was taken in; ``held_by`` is that case.
    """

    name: str
    size: int | None
    sha256: str | None
    held_by: str | None = None
    item: int | None = None
    source: str = ""
    received_at: Moment | None = None


class Signatory(msgspec.Struct, frozen=True, kw_only=True):
    """One who hands over or receives. ``event``: the event of custody that names him; None where he was given."""

    name: str
    office: str
    origin: Origin
    event: int | None = None


class StatedTransfer(msgspec.Struct, frozen=True, kw_only=True):
    """The last transfer that the chain itself holds, and its answer; ``answer`` is None while it waits for one."""

    event: int
    answer: int | None
    accepted: bool | None


class SealsJudged(msgspec.Struct, frozen=True, kw_only=True):
    """How the seals were judged when the receipt was made.

    Attributes:
        compared_with: a head from elsewhere, in its printed form, that it was compared with; or None.
        signers: SHA-256 of the caller's anchors for persons; ``authorities`` those for timestamp authorities.
    """

    status: Status
    requirements: dict[Requirement, Status]
    faults: tuple[Fault, ...]
    judged_at: Moment
    compared_with: str | None
    signers: tuple[str, ...]
    authorities: tuple[str, ...]


class HandOver(msgspec.Struct, frozen=True, kw_only=True):
    """``receipt.json``: what is handed over, by whom to whom, and how its seals were found.

    Attributes:
        head: the end of the bundle's chain; None where its last event has no seal.
        givers, receivers: empty where nobody is named: a line to be filled in.
        handed_at, place, how, authority: of the hand-over; empty where they were not stated.
        seals: None where no anchors were given, and so nobody judged.
        problems: what could not be read, or is not as it was sealed.
        zone: the offset in which the sheet states times, as ``+07:00``.
    """

    format: int = 1
    number: str
    case: str
    title: str
    bundle: HandedBundle
    items: tuple[HandedItem, ...]
    head: Head | None
    givers: tuple[Signatory, ...]
    receivers: tuple[Signatory, ...]
    handed_at: Moment | None
    place: str
    how: str
    authority: str
    transfer: StatedTransfer | None
    seals: SealsJudged | None
    problems: tuple[str, ...]
    written_at: Moment
    zone: str
    tool: Tool


class EvidenceForm(StrEnum):
    """In which form a piece of evidence is submitted."""

    DIGITAL = "digital"
    SCREENSHOT = "screenshot"
    PRINTOUT = "printout"


class ListedEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of evidence with its mark.

    Attributes:
        description, shows: in the words and languages of whoever had the list made (BCP 47); empty where he said none.
        source: where the item was taken from, or who handed it over, as the case states it.
        addresses: those of a capture: asked for, and come to.
        main: the name of the file that stands for the item; None where it has none.
        original_name: the one that the file had before it was handed over.
        record: SHA-256 of the item's record, which has the digest of every file.
    """

    mark: str
    item: int
    kind: ItemKind
    title: str
    description: dict[str, str]
    shows: dict[str, str]
    form: EvidenceForm
    source: str
    addresses: tuple[str, ...]
    access: Access
    captured_at: Moment | None
    received_at: Moment | None
    main: str | None
    original_name: str | None
    files: tuple[StoredFile, ...]
    record: str


class ListedPerson(msgspec.Struct, frozen=True, kw_only=True):
    """A person under a pseudonym. ``name`` is empty unless names were asked for; ``office`` is a code of the docket."""

    pseudonym: str
    name: str = ""
    office: str = ""
    about: dict[str, str] = {}
    origin: Origin


class ReportForm(msgspec.Struct, frozen=True, kw_only=True):
    """What a report of a violation states (model B.1), as far as the docket entry or the user stated it.

    Attributes:
        entry: the item of the docket entry that was used; None where there is none that may be.
        standing: whether that entry is the newest one; what an older one says is not used.
        reporters: by kind, as the docket has them; ``reporting`` the persons that were given.
        acts: those that the docket alleges, with the bounds of their times.
        event, account: the event and its description, as given.
        occurred: when it happened, as given, where the docket has no acts with a time.
    """

    entry: int | None
    standing: Standing
    registration: str
    region: str
    reporters: tuple[Reporter, ...]
    reporting: tuple[ListedPerson, ...]
    reported: tuple[ListedPerson, ...]
    acts: tuple[Act, ...]
    event: dict[str, str]
    place: str
    occurred: Interval
    known_at: Moment | None
    known_origin: Origin | None
    received_at: Moment | None
    witnesses: tuple[ListedPerson, ...]
    account: dict[str, str]


class EvidenceList(msgspec.Struct, frozen=True, kw_only=True):
    """``evidence-list.json``: the evidence of a case under its marks, with what the report of a violation states.

    Attributes:
        not_listed: items of the case that are not on the list; ``withheld`` those whose data is not in the bundle.
        problems: what could not be read, or is not as it was sealed.
        zone: the offset in which the sheet states times, as ``+07:00``.
    """

    format: int = 1
    number: str
    case: str
    title: str
    head: Head | None
    report: ReportForm
    evidence: tuple[ListedEvidence, ...]
    not_listed: tuple[int, ...]
    withheld: tuple[int, ...]
    problems: tuple[str, ...]
    written_at: Moment
    zone: str
    tool: Tool
