"""A list of a case's evidence for a report of a violation (Indonesian form B.1): gathered, and nothing of it guessed.

Records and the docket entry say what they say; what evidence is meant to show, and what the entry does not hold, is
given by a person in a file (TOML), or stays empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from evidentia._version import VERSION
from evidentia.docket.checking import is_pseudonym
from evidentia.docket.data_sets import DataSets, docket_data
from evidentia.formats.event import withheld_items
from evidentia.record.custody import EventType, Tool
from evidentia.record.docket import Docket, DocketEntry, Standing
from evidentia.record.errors import UsageError
from evidentia.record.hand_over import (
    EvidenceForm,
    EvidenceList,
    ListedEvidence,
    ListedPerson,
    Origin,
    ReportForm,
)
from evidentia.record.item import Item, ItemKind, Role, StoredFile
from evidentia.record.moment import Interval, Moment, now
from evidentia.report.inert import well_formed
from evidentia.report.recorded import Recorded

from .docketing import docket_of, reading
from .given import Prose, Texts, read_given, said
from .hand_over import zone_of_events
from .recorded import recorded, withheld_of
from .unchanged import require_unchanged, state_of

MOST_LISTED = 1000  # as many as a docket entry has acts
LETTERS = "abcdefghijklmnopqrstuvwxyz"

_LISTED = frozenset({ItemKind.CAPTURE, ItemKind.FILE, ItemKind.DERIVED, ItemKind.BUNDLE})
"""What is listed where nobody says what: what was seen or handed over, not what was made of it."""

_MAIN = (Role.ORIGINAL, Role.ARCHIVE, Role.BUNDLE, Role.REDACTED, Role.REPORT, Role.MEMENTO, Role.FULL_PAGE)
"""Which file stands for an item, the first that it has."""

_MARK = r"[A-Za-z0-9][A-Za-z0-9 .()/-]{0,19}"
_COUNTED = re.compile(r"(?:[A-Za-z][A-Za-z0-9 ./-]{0,15})?1")

_Short = Annotated[str, Meta(max_length=200)]
_Line = Annotated[str, Meta(max_length=500)]
_Number = Annotated[int, Meta(ge=1, le=999_999)]
_WHAT, _NEXT = "what an evidence list states", "See docs/evidence-list-example.toml for what it holds."


class _Bounds(msgspec.Struct, forbid_unknown_fields=True):
    not_before: Moment | None = None
    not_after: Moment | None = None


class _Report(msgspec.Struct, forbid_unknown_fields=True):
    event: Prose | Texts | None = None
    place: _Line = ""
    occurred: _Bounds = msgspec.field(default_factory=_Bounds)
    known_at: Moment | None = None
    account: Prose | Texts | None = None


class _Person(msgspec.Struct, forbid_unknown_fields=True):
    pseudonym: _Short
    name: _Short = ""
    about: Prose | Texts | None = None


class _Evidence(msgspec.Struct, forbid_unknown_fields=True):
    item: _Number
    mark: Annotated[str, Meta(pattern=rf"^{_MARK}(?![\s\S])")] | None = None
    description: Prose | Texts | None = None
    shows: Prose | Texts | None = None
    form: EvidenceForm = EvidenceForm.DIGITAL


_People = Annotated[tuple[_Person, ...], Meta(max_length=MOST_LISTED)]


class GivenList(msgspec.Struct, forbid_unknown_fields=True):
    """The file in which a person states what the case does not hold: see docs/evidence-list-example.toml."""

    format: Literal[1]
    number: _Short = ""
    report: _Report = msgspec.field(default_factory=_Report)
    reporter: _People = ()
    reported: _People = ()
    witness: _People = ()
    evidence: Annotated[tuple[_Evidence, ...], Meta(max_length=MOST_LISTED)] = ()


def evidence_list(
    where: str | Path,
    given: Path | None = None,
    *,
    data: DataSets | None = None,
    first_mark: str = "a",
    names: bool = False,
    written_at: datetime | None = None,
) -> EvidenceList:
    """The evidence of a case folder or a bundle under its marks, and what a report of the violation states.

    Without evidence in ``given``, captures, files, redacted copies and other agencies' bundles are listed, except those
    that may be withheld or that say who a person is.

    Args:
        given: what a person states (TOML): see ``GivenList``.
        data: the data sets that have the docket's codes; None is those that come with evidentia.
        first_mark: ``a`` or ``A`` for letters, or a word that ends in 1, such as ``P-1``.
        names: whether the names that ``given`` has stand on the list; else pseudonyms alone.
        written_at: the time that the list states; None is now.

    Raises:
        UsageError: nothing is there, the file does not fit, or it contradicts the docket entry.
        CustodyError: it cannot be read as a case or a bundle, or changed while it was read.
    """
    path = Path(where)
    stated = GivenList(format=1) if given is None else _read(given)
    marks = _marks(first_mark)
    before = state_of(path)
    told = recorded(path, with_lives=False)
    with reading(path) as ledger:
        docket = docket_of(ledger, data or docket_data())
    require_unchanged(path, before, well_formed(path.absolute().name or path.resolve().name))
    chosen = stated.evidence or tuple(_Evidence(item=number) for number in _usual(told, docket))
    evidence = tuple(_listed(told, chosen, marks))
    listed = {one.item for one in evidence}
    return EvidenceList(
        number=stated.number,
        case=told.case,
        title=told.title,
        head=told.head,
        report=_report(docket, stated, names),
        evidence=evidence,
        not_listed=tuple(one.item for one in told.items if one.item not in listed),
        withheld=tuple(sorted(withheld_of(told.events) & set(told.withheld))),
        problems=tuple(map(well_formed, told.problems)),
        written_at=written_at or now().replace(microsecond=0),
        zone=zone_of_events(told.events),
        tool=Tool(name="evidentia", version=VERSION),
    )


def _read(path: Path) -> GivenList:
    """The file that a person wrote.

    Raises:
        UsageError: it cannot be read, or two pieces of evidence are one item or have one mark.
    """
    found = read_given(path, GivenList, _WHAT, _NEXT)
    for people in (found.reporter, found.reported, found.witness):
        names = [one.pseudonym for one in people]
        for name in names:
            if not is_pseudonym(name):
                raise UsageError(
                    f"{path.name}: {name!r} is no pseudonym.",
                    next_step="Use a word or two and a number, such as 'Pejabat 07'; a name goes into `name`.",
                )
        _once(path.name, "pseudonym", names)
    _once(path.name, "item", [str(one.item) for one in found.evidence])
    return found


def _once(name: str, what: str, values: Sequence[str]) -> None:
    if twice := sorted({value for value in values if values.count(value) > 1}):
        raise UsageError(f"{name} has the {what} {twice[0]} twice.", next_step="Name each once.")


def _usual(told: Recorded, docket: Docket) -> Iterator[int]:
    """What is listed where nobody says what."""
    persons = () if docket.entry is None else docket.entry.persons
    left_out = {one.identified_by for one in persons}
    left_out |= {
        item for event in told.events if event.type is EventType.DISCLOSE for item, _ in withheld_items(event)
    }
    found = [one.item for one in told.items if one.kind in _LISTED and one.item not in left_out]
    if len(found) > MOST_LISTED:
        raise UsageError(
            f"The case has {len(found)} items that could be listed, and a list has at most {MOST_LISTED}.",
            next_step="Choose them in a file: --form TOML.",
        )
    yield from found


def _marks(first: str) -> Iterator[str]:
    """Marks from the first on: a, b, … z, aa; or P-1, P-2.

    Raises:
        UsageError: nothing can be counted on from it.
    """
    if first in ("a", "A"):
        letters = LETTERS if first == "a" else LETTERS.upper()
        return (_lettered(n, letters) for n in range(MOST_LISTED))
    if not _COUNTED.fullmatch(first):
        raise UsageError(
            f"{first!r} is no first mark.", next_step="Use a, A, or a word that ends in 1, such as P-1."
        )
    return (f"{first[:-1]}{n}" for n in range(1, MOST_LISTED + 1))


def _lettered(n: int, letters: str) -> str:
    mark = ""
    while n >= 0:
        n, place = divmod(n, len(letters))
        mark, n = letters[place] + mark, n - 1
    return mark


def _listed(told: Recorded, chosen: Sequence[_Evidence], marks: Iterator[str]) -> Iterator[ListedEvidence]:
    here = {one.item: one for one in told.items}
    found = [(one, one.mark or mark) for one, mark in zip(chosen, marks, strict=False)]
    _once("The list", "mark", [mark for _, mark in found])
    for one, mark in found:
        item = here.get(one.item)
        if item is None:
            gone = "is withheld, or not as it was sealed"
            why = gone if one.item in told.records else "is not in this case"
            raise UsageError(
                f"Item {one.item} {why}, and cannot be listed.", next_step="See `evidentia show --case DIR`."
            )
        main = _main(item)
        yield ListedEvidence(
            mark=mark,
            item=item.item,
            kind=item.kind,
            title=item.title,
            description=said(one.description),
            shows=said(one.shows),
            form=one.form,
            source=item.source,
            addresses=_addresses(item),
            access=item.access,
            captured_at=item.times.captured_at,
            received_at=item.times.received_at,
            main=None if main is None else main.name,
            original_name=item.original_name,
            files=item.files,
            record=told.records[item.item],
        )


def _main(item: Item) -> StoredFile | None:
    by_role = {file.role: file for file in reversed(item.files)}
    return next((by_role[role] for role in _MAIN if role in by_role), next(iter(item.files), None))


def _addresses(item: Item) -> tuple[str, ...]:
    seen = item.circumstances
    found = () if seen is None else (seen.requested_url, seen.final_url)
    return tuple(dict.fromkeys(one for one in found if one))


def _report(docket: Docket, stated: GivenList, names: bool) -> ReportForm:
    """What the docket entry says, and where it says nothing what was given. An entry that is not the newest says
    nothing."""
    entry = docket.entry if docket.standing is Standing.CURRENT else None
    _check_agrees(entry, stated)
    report = stated.report
    known = None if entry is None else entry.known_at
    origin = Origin.DOCKET if known else Origin.GIVEN if report.known_at else None
    return ReportForm(
        entry=docket.item if entry is not None else None,
        standing=docket.standing,
        registration="" if entry is None else entry.registration,
        region="" if entry is None else entry.region,
        reporters=() if entry is None else entry.reporters,
        reporting=tuple(_given(stated.reporter, names)),
        reported=tuple(_reported(entry, stated.reported, names)),
        acts=() if entry is None else entry.acts,
        event=said(report.event),
        place=report.place,
        occurred=Interval(not_before=report.occurred.not_before, not_after=report.occurred.not_after),
        known_at=known or report.known_at,
        known_origin=origin,
        received_at=None if entry is None else entry.received_at,
        witnesses=tuple(_given(stated.witness, names)),
        account=said(report.account),
    )


def _check_agrees(entry: DocketEntry | None, stated: GivenList) -> None:
    """One case must not say two things.

    Raises:
        UsageError: the file says another time than the entry, or names a person whom the entry does not have.
    """
    report, bounds = stated.report, stated.report.occurred
    if _turned(bounds):
        raise UsageError("The time of the event ends before it begins.", next_step="Mend `occurred`.")
    if entry is None:
        return
    wrong = []
    if report.known_at is not None and entry.known_at is not None and report.known_at != entry.known_at:
        wrong.append("when it became known")
    if (bounds.not_before or bounds.not_after) and _timed(entry):
        wrong.append("when it happened")
    known = {one.pseudonym for one in entry.persons}
    if strangers := [one.pseudonym for one in stated.reported if known and one.pseudonym not in known]:
        wrong.append(f"who is concerned ({strangers[0]} is not in it)")
    if wrong:
        raise UsageError(
            f"The docket entry says already: {'; '.join(wrong)}.",
            next_step="Leave it out of the file, or file a new entry first: `evidentia docket file`.",
        )


def _turned(bounds: _Bounds) -> bool:
    first, last = bounds.not_before, bounds.not_after
    return first is not None and last is not None and last < first


def _timed(entry: DocketEntry) -> bool:
    return any(act.acted.not_before or act.acted.not_after for act in entry.acts)


def _given(people: Iterable[_Person], names: bool) -> Iterator[ListedPerson]:
    for one in people:
        yield ListedPerson(
            pseudonym=one.pseudonym,
            name=one.name if names else "",
            about=said(one.about),
            origin=Origin.GIVEN,
        )


def _reported(entry: DocketEntry | None, stated: Iterable[_Person], names: bool) -> Iterator[ListedPerson]:
    """The persons of the entry, each with what was given of him; those that were given where the entry has none."""
    given = {one.pseudonym: one for one in _given(stated, names)}
    if entry is None or not entry.persons:
        yield from given.values()
        return
    for person in entry.persons:
        more = given.get(person.pseudonym)
        yield ListedPerson(
            pseudonym=person.pseudonym,
            name="" if more is None else more.name,
            office=person.office,
            about={} if more is None else more.about,
            origin=Origin.DOCKET,
        )
