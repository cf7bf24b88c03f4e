"""The docket of a case: its entry is an item like any other evidence, and a later entry supersedes it.

An entry that is withheld from a bundle is said to be: the older one is then never taken for the newest.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from evidentia.custody.intake import Intake
from evidentia.custody.ledger import Ledger, Occasion
from evidentia.custody.store import Store
from evidentia.docket.checking import check_told, odd_moments
from evidentia.docket.data_sets import DataSets, day_in, docket_data
from evidentia.docket.deadlines import deadlines
from evidentia.docket.forms import decide
from evidentia.docket.telling import docket_told
from evidentia.formats import names
from evidentia.formats.event import event_time
from evidentia.record import reasons
from evidentia.record.custody import Event, EventType
from evidentia.record.docket import Docket, DocketEntry, DocketGiven, DocketTold, Standing, StatusStep
from evidentia.record.errors import FormatError, UsageError
from evidentia.record.item import Access, Item, ItemKind, Role, Times
from evidentia.record.moment import now
from evidentia.record.sentences import Term
from evidentia.record.verdict import Verdict
from evidentia.verify.bundle import Bundle, open_bundle

from .acting import Acting
from .contents import Contents
from .gathering import Describe, Progress, describe_item

ENTRY_FILE = "docket.json"

LARGEST_FILE = 64 << 20
"""Bytes of one file of a bundle that is read for its docket: an entry's own limit is 1 MiB, a description of a capture
has some kilobytes, the seal of an event that lists every file of a case of 10,000 items some megabytes."""


class Newest(NamedTuple):
    """The newest entry that is here, and the items after it that are withheld: those that are said to be entries."""

    item: Item | None
    withheld: tuple[int, ...] = ()
    entries: tuple[int, ...] = ()


def file_entry(
    acting: Acting, told: DocketGiven, data: DataSets, occasion: Occasion, progress: Progress
) -> Item:
    """File a docket entry: see ``Case.file_docket``."""
    acting.require_adding()
    check_told(told, data, acting.ledger.item_events().keys(), now().date())
    title = Term("Docket entry")
    reason = reasons.DOCKET_ENTRY + (f": {occasion.reason}" if occasion.reason else "")
    with acting.begin(ItemKind.DOCKET, title, acting.custodian.who, Access.OWN_ACCOUNT) as intake:
        progress("sealing")
        describe = _describing(acting, intake, told, data)
        return acting.admit(intake, describe, EventType.ACQUIRE, replace(occasion, reason=reason))


def _describing(acting: Acting, intake: Intake, told: DocketGiven, data: DataSets) -> Describe:
    """The description; the entry before is looked for in it, which is under the case's lock."""

    def describe(number: int) -> Item:
        before = newest(Contents(acting.ledger))
        entry = DocketEntry(
            **{name: getattr(told, name) for name in DocketGiven.__struct_fields__},
            case=acting.ledger.case,
            supersedes=None if before.item is None else before.item.item,
            filed_by=acting.custodian.actor,
            filed_at=intake.intent.started_at,
            data=data.used,
        )
        files = (intake.write(ENTRY_FILE, Role.DOCKET, entry),)
        problems = (_unseen(before.entries),) if before.entries else ()
        evidence = {item for act in told.acts for item in act.items}
        evidence |= {one.identified_by for one in told.persons if one.identified_by is not None}
        times = Times(
            captured_at=intake.intent.started_at, known_at=told.known_at, received_at=told.received_at
        )
        about = tuple(sorted(evidence))
        return describe_item(intake.intent, number, files=files, times=times, about=about, problems=problems)

    return describe


def _unseen(entries: tuple[int, ...]) -> str:
    said = ", ".join(map(str, entries))
    told = Term("filed without sight of the docket entries that are withheld from this folder")
    return f"{told}: {Term('item {what}').format(what=said)}"


def newest(case: Contents, without: Collection[int] = ()) -> Newest:
    """The newest entry that is here, and what came after it and is withheld.

    Args:
        without: items that are here and are to be withheld.

    Raises:
        CustodyError: an item is damaged.
    """
    brought = {ref.item: event.reason for event in case.events for ref in event.items}
    absent = {*case.withheld, *without}
    found = None
    for number in sorted(brought.keys() - absent, reverse=True):
        item = case.item(number)
        if item.kind is ItemKind.DOCKET:
            found = item
            break
    last = 0 if found is None else found.item
    withheld = tuple(sorted(number for number in absent if number > last))
    entries = tuple(number for number in withheld if brought.get(number, "").startswith(reasons.DOCKET_ENTRY))
    return Newest(found, withheld, entries)


def docket_of(
    ledger: Ledger, data: DataSets, *, as_of: date | None = None, verdict: Verdict | None = None
) -> Docket:
    """A case's docket: the newest entry, and what follows from it, the rules, and the events of custody.

    Args:
        as_of: the day for which deadlines are told; None is today, in UTC.
        verdict: how the bundle was judged; None where nobody did.

    Raises:
        CustodyError: an item is damaged, or the entry is not one.
        FormatError: the entry is of another case, or has moments that cannot be.
    """
    case = Contents(ledger)
    return _docket(case, newest(case), case.events, data, as_of or now().date(), verdict)


def _docket(
    case: Contents,
    found: Newest,
    events: Sequence[Event],
    data: DataSets,
    as_of: date | datetime,
    verdict: Verdict | None,
) -> Docket:
    """``as_of``: a day, or a moment for the day that it is in the entry's region."""
    entry = None if found.item is None else case.docket_entry(found.item)
    if found.item is not None and entry is not None:
        _check_read(found.item, entry, case.id)
    zone = ("" if entry is None else data.zone_of(entry.region)) or data.rules_zone
    day = day_in(as_of, zone) if isinstance(as_of, datetime) else as_of
    history = tuple(_history(events, entry))
    standing = Standing.NEWER_WITHHELD if found.entries else Standing.CURRENT if entry else Standing.NONE
    return Docket(
        case=case.id,
        head=case.head,
        item=None if found.item is None else found.item.item,
        standing=standing,
        withheld=found.withheld,
        withheld_entries=found.entries,
        status=None if verdict is None else verdict.status,
        faults=() if verdict is None else tuple(dict.fromkeys(fault.code for fault in verdict.faults)),
        entry=entry,
        forms=() if entry is None else tuple(decide(act, data) for act in entry.acts),
        history=history,
        deadlines=() if entry is None else deadlines(entry, history, data, day),
        as_of=day,
        data=data.used,
    )


def told_docket(
    case: Contents,
    events: Sequence[Event],
    at: datetime,
    *,
    without: Collection[int] = (),
    data: DataSets | None = None,
    verdict: Verdict | None = None,
) -> DocketTold | None:
    """What a report or an exhibit tells of the docket, as of a moment; None for a case that never had an entry.

    An entry that cannot be read as one of this case is said to be that, and keeps nobody from the rest of the case.

    Raises:
        CustodyError: an item is damaged.
    """
    found = newest(case, without)
    if found.item is None and not found.entries:
        return None
    sets = data or docket_data()
    try:
        docket = _docket(case, found, events, sets, at, verdict)
    except FormatError as error:
        number = None if found.item is None else found.item.item
        day = day_in(at, sets.rules_zone)
        return DocketTold(
            item=number, standing=Standing.CURRENT, withheld_entries=(), as_of=day, problem=error.happened
        )
    return docket_told(docket, sets, at)


def _check_read(item: Item, entry: DocketEntry, case: str) -> None:
    """What an entry of somebody else's making must be before anything is made of it."""
    where = f"{names.item_folder(item.item)}/{ENTRY_FILE}"
    if entry.case != case:
        raise FormatError(where, f"it says that it is of the case {entry.case}")
    for problem in odd_moments(entry):
        raise FormatError(where, problem)


def _history(events: Sequence[Event], entry: DocketEntry | None) -> list[StatusStep]:
    """The statuses that the entry states and those of the events of custody, by time."""
    stated = [] if entry is None else entry.history
    steps = [StatusStep(status=one.status, at=one.at, agency=one.agency) for one in stated]
    steps += [
        StatusStep(status=event.details["status"], at=event_time(event), event=event.event)
        for event in events
        if event.type is EventType.STATUS
    ]
    return sorted(steps, key=lambda step: step.at)


@contextmanager
def reading(where: Path) -> Iterator[Ledger]:
    """A case to be read: of a folder, or of a bundle's ZIP, of which only what the docket needs is unpacked.

    Raises:
        UsageError: there is nothing there.
        CustodyError: there is no case in it.
        FormatError: a ZIP of which a file that is needed is too large or damaged.
    """
    if not where.exists():
        raise UsageError(f"{where} is not there.", next_step="Name a bundle: a ZIP, or the folder of a case.")
    if where.is_dir():
        yield Ledger.load(Store(where))
        return
    with closing(open_bundle(where)) as bundle, tempfile.TemporaryDirectory(prefix="evidentia-") as name:
        _unpack(bundle, where, Path(name))
        yield Ledger.load(Store(Path(name)))


def _unpack(bundle: Bundle, where: Path, into: Path) -> None:
    if not bundle.sizes:
        what = bundle.faults[0].found if bundle.faults else "there is nothing in it"
        raise FormatError(str(where), f"no bundle that can be read: {what}")
    for path, size in bundle.sizes.items():
        if not (path.startswith("custody/") or path.endswith((f"/{ENTRY_FILE}", "/item.json"))):
            continue
        if size > LARGEST_FILE:
            raise FormatError(f"{where}: {path}", f"larger than {LARGEST_FILE} bytes")
        target = into / path
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with bundle.open(path) as source, target.open("xb") as out:
                shutil.copyfileobj(source, out)
        except OSError as error:
            raise FormatError(f"{where}: {path}", str(error)) from error


def summary_time() -> datetime:
    """When a summary is made: whole seconds, in UTC."""
    return now().replace(microsecond=0)
