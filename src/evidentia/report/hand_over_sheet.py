"""The receipt of a bundle that is handed over (berita acara serah terima barang bukti digital), as a PDF."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from evidentia.record.hand_over import HandedItem, HandOver, Origin, SealsJudged, Signatory
from evidentia.record.sentences import phrase, term
from evidentia.record.verdict import Status

from .document import Cell, Commands, Grade, Graded, Paragraph, Table, Tone
from .material import Language, in_zone
from .sections.custody import head_mark, repeat_commands
from .sheet import (
    Row,
    Rows,
    Sheet,
    SheetBlock,
    SheetPart,
    SheetSection,
    Signing,
    Signings,
    sheet_pdf,
    some_of,
)
from .texts import compact, joined, moment, say, titled, word

RECEIPT_DATA = "receipt.json"

MOST_ROWS = 500
"""Items that are printed: some twenty pages. All of them are in the attached data."""

MOST_FAULTS = 20
"""Faults that are printed; one broken seal brings a fault for each file that it lists."""

MOST_SIGNATORIES = 6
"""Places for signatures on each side, as far as a page reaches."""

_SHOWN_TITLE = 120  # characters of an item's title; a row must stay one that can be read across

_GRADES = {Status.PASSED: Grade.GOOD, Status.INDETERMINATE: Grade.OPEN, Status.FAILED: Grade.BAD}


def hand_over_pdf(told: HandOver, languages: Sequence[Language] = tuple(Language)) -> bytes:
    """The receipt, in one language or in several, one after the other. The same receipt gives the same bytes.

    Raises:
        MissingPart: the packages of the extra ``[report]`` are not installed.
        EvidentiaError: the layout failed.
    """
    titles = joined(say(language, "receipt.title") for language in languages)
    number = f" {told.number}" if told.number else ""
    sheet = Sheet(
        parts=tuple(_part(told, language) for language in languages),
        footer=f"{titles}{number}, {told.case}",
        attachment=RECEIPT_DATA,
        attached=told,
        at=in_zone(told.written_at, told.zone),
    )
    return sheet_pdf(sheet, "The receipt")


def _part(told: HandOver, language: Language) -> SheetPart:
    def section(key: str, *blocks: SheetBlock) -> SheetSection:
        return SheetSection(heading=say(language, key), blocks=blocks)

    return SheetPart(
        language=language,
        title=say(language, "receipt.title"),
        sections=(
            section(
                "receipt.hand_over",
                Paragraph(text=say(language, "receipt.intro")),
                Rows(rows=tuple(_hand_over(told, language))),
            ),
            section("receipt.bundle", Rows(rows=tuple(_bundle(told, language)))),
            section("receipt.head", *_head(told, language)),
            section("receipt.seals", *_seals(told, language)),
            section("receipt.items", *_items(told, language)),
            section("sheet.signatures", *_signings(told, language)),
            section("sheet.check", *_commands(told, language)),
        ),
    )


def _row(language: Language, key: str, value: str, *, mono: bool = False, origin: str = "") -> Row:
    return Row(name=say(language, key), value=Cell(text=value, mono=mono), origin=origin)


def _hand_over(told: HandOver, language: Language) -> Iterator[Row]:
    yield _row(language, "receipt.number", told.number)
    for key, people in (("receipt.giver", told.givers), ("receipt.receiver", told.receivers)):
        yield Row(
            name=say(language, key),
            value=Cell(
                text=some_of([_signatory(one, language) for one in people], MOST_SIGNATORIES, language)
            ),
            origin=joined((_origin(one, language) for one in people), "; "),
            blank=2,
        )
    handed_at = "" if told.handed_at is None else moment(language, told.handed_at, told.zone)
    yield _row(language, "receipt.handed_at", handed_at)
    yield _row(language, "receipt.place", told.place)
    yield _row(language, "receipt.how", told.how)
    yield _row(language, "receipt.authority", told.authority)
    yield _row(language, "receipt.transfer", _transfer(told, language))


def _signatory(one: Signatory, language: Language) -> str:
    office = _office(one, language)
    return f"{one.name} ({office})" if one.name and office else one.name or office


def _office(one: Signatory, language: Language) -> str:
    """As whoever made the receipt gave it; the role that the chain states is told in words where nobody stated one."""
    if one.origin is not Origin.CHAIN:
        return one.office
    role, comma, organisation = one.office.partition(", ")
    return f"{term(role, language)}{comma}{organisation}"


def _origin(one: Signatory, language: Language) -> str:
    if one.origin is Origin.CHAIN and one.event is not None:
        return say(language, "origin.event", n=one.event)
    return word(language, one.origin)


def _transfer(told: HandOver, language: Language) -> str:
    stated = told.transfer
    if stated is None:
        return say(language, "receipt.transfer.none")
    answer = {None: "waiting", True: "accepted", False: "refused"}[stated.accepted]
    return say(language, f"receipt.transfer.{answer}", event=stated.event, answer=stated.answer)


def _bundle(told: HandOver, language: Language) -> Iterator[Row]:
    bundle, withheld = told.bundle, sum(one.withheld for one in told.items)
    yield _row(language, "receipt.name", bundle.name, mono=True)
    if bundle.sha256 is None or bundle.size is None:
        yield _row(language, "receipt.size", say(language, "receipt.folder"))
    else:
        size = f"{bundle.size:,}".replace(",", "." if language is Language.INDONESIAN else ",")
        yield _row(language, "receipt.size", say(language, "receipt.size.bytes", size=size))
        yield Row(name="SHA-256", value=Cell(text=bundle.sha256, mono=True))
    yield _row(language, "receipt.case", told.case, mono=True)
    yield _row(language, "receipt.case_title", told.title)
    count = str(len(told.items))
    if withheld:
        count = say(language, "receipt.count.withheld", n=count, withheld=withheld)
    yield _row(language, "receipt.count", count)
    if bundle.item is not None:
        held = say(language, "receipt.held.value", item=bundle.item, case=bundle.held_by)
        yield _row(language, "receipt.held", held)
        yield _row(language, "receipt.source", bundle.source)
        if bundle.received_at is not None:
            yield _row(language, "receipt.received_at", moment(language, bundle.received_at, told.zone))
    yield _row(language, "sheet.written", moment(language, told.written_at, told.zone))


def _head(told: HandOver, language: Language) -> tuple[SheetBlock, ...]:
    if told.head is None:
        return (Paragraph(text=say(language, "head.none"), tone=Tone.WARNING),)
    return (head_mark(told.head, language),)


def _seals(told: HandOver, language: Language) -> Iterator[SheetBlock]:
    about = say(language, "receipt.seals.about")
    if told.seals is None:
        why = say(language, "receipt.seals.not_judged")
        not_judged = say(language, "receipt.seals.not_judged.word")
        yield Graded(grade=Grade.OPEN, word=not_judged, about=about, reason=why)
    else:
        yield from _judged(told, told.seals, about, language)
    if told.problems:
        problems = some_of([phrase(one, language) for one in told.problems], MOST_FAULTS, language)
        yield Paragraph(text=f"{say(language, 'sheet.problems')}:\n{problems}", tone=Tone.WARNING)


def _judged(told: HandOver, seals: SealsJudged, about: str, language: Language) -> Iterator[SheetBlock]:
    yield Graded(
        grade=_GRADES[seals.status],
        word=word(language, seals.status),
        about=about,
        reason=say(language, "receipt.seals.when", when=moment(language, seals.judged_at, told.zone)),
    )
    yield Table(
        header=(say(language, "receipt.requirement"), say(language, "receipt.requirement.status")),
        widths=(3, 2),
        rows=tuple(
            (Cell(text=word(language, one)), Cell(text=word(language, status)))
            for one, status in seals.requirements.items()
        ),
    )
    if seals.faults:
        more = len(seals.faults) - MOST_FAULTS
        yield Table(
            header=(say(language, "receipt.fault"), say(language, "receipt.fault.path")),
            widths=(2, 3),
            rows=tuple(
                (Cell(text=one.code, mono=True), Cell(text=one.path, mono=True))
                for one in seals.faults[:MOST_FAULTS]
            ),
            caption=say(language, "sheet.more", n=more) if more > 0 else "",
        )
    compared = seals.compared_with
    yield Rows(
        rows=(
            _row(
                language,
                "receipt.compared",
                compared or say(language, "receipt.compared.none"),
                mono=compared is not None,
            ),
            _row(language, "receipt.signers", some_of(seals.signers, MOST_FAULTS, language), mono=True),
            _row(
                language, "receipt.authorities", some_of(seals.authorities, MOST_FAULTS, language), mono=True
            ),
        )
    )


def _items(told: HandOver, language: Language) -> Iterator[SheetBlock]:
    if not told.items:
        yield Paragraph(text=say(language, "receipt.items.none"))
        return
    more = len(told.items) - MOST_ROWS
    notes = [say(language, "receipt.items.note")] + [say(language, "sheet.more", n=more)] * (more > 0)
    yield Table(
        header=tuple(say(language, f"receipt.items.{name}") for name in ("number", "what", "when", "record")),
        widths=(0, 6, 5, 0),
        rows=tuple(_item(one, told, language) for one in told.items[:MOST_ROWS]),
        caption="\n".join(notes),
    )


def _item(one: HandedItem, told: HandOver, language: Language) -> tuple[Cell, ...]:
    if one.kind is None:
        what = say(language, "sheet.withheld" if one.withheld else "sheet.unread")
    else:
        title = titled(language, one.kind, one.title)
        title = title if len(title) <= _SHOWN_TITLE else f"{title[:_SHOWN_TITLE]} …"
        what = f"{word(language, one.kind)}\n{title}" if title else word(language, one.kind)
    when = ""
    if one.captured_at is not None:
        when = say(language, "receipt.captured", when=compact(language, one.captured_at, told.zone))
    elif one.received_at is not None:
        when = say(language, "receipt.received", when=compact(language, one.received_at, told.zone))
    number, record = f"{one.item:06d}", f"{one.record[:16]} …"
    return Cell(text=number, mono=True), Cell(text=what), Cell(text=when), Cell(text=record, mono=True)


def _commands(told: HandOver, language: Language) -> Iterator[SheetBlock]:
    name = as_typed(told.bundle.name)
    yield Paragraph(text=say(language, "repeat.anchors"))
    if told.bundle.sha256 is not None:
        yield Commands(caption=say(language, "receipt.check.file"), lines=(f"sha256sum {name}",))
    whole, *by_hand = _whole_and_by_hand(told, name, language)
    yield whole
    if told.bundle.sha256 is not None:
        lines = (f"python3 -m zipfile -e {name} .", f"cd {told.case}")
        yield Commands(caption=say(language, "receipt.check.unpack"), lines=lines)
    yield from by_hand


def _whole_and_by_hand(told: HandOver, name: str, language: Language) -> tuple[Commands, ...]:
    """The commands that judge the bundle; the first one with this program."""
    head = told.head
    who = head.signatures[0].who if head is not None and head.signatures else "WHO"
    return repeat_commands(name, head, 1 if head is None else head.events, who, language)


def as_typed(name: str) -> str:
    """A file name as it is typed into a shell."""
    return shlex.quote(f"./{name}" if name.startswith("-") else name)


def _signings(told: HandOver, language: Language) -> Iterator[SheetBlock]:
    yield Paragraph(text=say(language, "sheet.signatures.note"))
    sides = (("receipt.giver", told.givers), ("receipt.receiver", told.receivers))
    found = (
        [_signing(key, one, language) for one in people[:MOST_SIGNATORIES] or (None,)]
        for key, people in sides
    )
    yield Signings(sides=tuple(map(tuple, found)))


def _signing(key: str, one: Signatory | None, language: Language) -> Signing:
    place = say(language, "sheet.place_date")
    heading = say(language, key)
    if one is None:
        return Signing(heading=heading, place=place)
    return Signing(heading=heading, place=place, name=one.name, office=_office(one, language))
