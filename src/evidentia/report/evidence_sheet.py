"""The list of a case's evidence with the fields of a report of a violation (model B.1), as a PDF.

What nobody stated is a line to be filled in by hand. Persons are "reported", whatever the case says of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from evidentia.docket.data_sets import DataSets
from evidentia.record.docket import Act, Reporter, Standing
from evidentia.record.hand_over import (
    EvidenceForm,
    EvidenceList,
    ListedEvidence,
    ListedPerson,
    Origin,
    ReportForm,
)
from evidentia.record.sentences import phrase

from .document import Cell, Paragraph, Points, Tone
from .hand_over_sheet import as_typed
from .material import Language, in_zone
from .sections.custody import head_mark, repeat_commands
from .sheet import (
    Card,
    Row,
    Rows,
    Sheet,
    SheetBlock,
    SheetPart,
    SheetSection,
    Signing,
    Signings,
    in_words,
    sheet_pdf,
    some_of,
)
from .texts import bounds, joined, moment, say, titled, word

EVIDENCE_DATA = "evidence-list.json"

MOST_CARDS = 200
"""Pieces of evidence that are printed: some seventy pages. All of them are in the attached data."""

MOST_LINES = 100
"""Persons or acts of one field that are printed."""

ACCOUNT_LINES = 8
"""Lines that are left for an account of the event, a third of a page."""


def evidence_pdf(
    told: EvidenceList, data: DataSets, languages: Sequence[Language] = tuple(Language)
) -> bytes:
    """The list, in one language or in several, one after the other. The same list gives the same bytes.

    Args:
        data: the data sets that have the words of the docket's codes.

    Raises:
        MissingPart: the packages of the extra ``[report]`` are not installed.
        EvidentiaError: the layout failed.
    """
    titles = joined(say(language, "listed.title") for language in languages)
    number = f" {told.number}" if told.number else ""
    sheet = Sheet(
        parts=tuple(_Part(told, data, language).laid() for language in languages),
        footer=f"{titles}{number}, {told.case}",
        attachment=EVIDENCE_DATA,
        attached=told,
        at=in_zone(told.written_at, told.zone),
    )
    return sheet_pdf(sheet, "The evidence list")


class _Part:
    """The list in one language."""

    def __init__(self, told: EvidenceList, data: DataSets, language: Language) -> None:
        self._told, self._data, self._language = told, data, language

    def laid(self) -> SheetPart:
        """All of it."""
        return SheetPart(
            language=self._language,
            title=self._say("listed.title"),
            sections=(
                self._section("listed.form", self._form()),
                self._section("listed.list", self._cards()),
                self._section("listed.head", self._head()),
                self._section("sheet.signatures", self._signings()),
            ),
        )

    def _section(self, key: str, blocks: Iterable[SheetBlock]) -> SheetSection:
        return SheetSection(heading=self._say(key), blocks=tuple(blocks))

    def _say(self, key: str, **values: object) -> str:
        return say(self._language, key, **values)

    def _row(self, key: str, value: str, origin: str = "", *, mono: bool = False, blank: int = 1) -> Row:
        return Row(name=self._say(key), value=Cell(text=value, mono=mono), origin=origin, blank=blank)

    # The fields of the report

    def _form(self) -> Iterator[SheetBlock]:
        report = self._told.report
        yield Paragraph(text=self._say("listed.intro"))
        yield Paragraph(text=self._say("sheet.hand"))
        if report.standing is Standing.NEWER_WITHHELD:
            yield Paragraph(text=self._say("listed.newer_withheld"), tone=Tone.WARNING)
        yield Rows(rows=tuple(self._fields(report)))

    def _fields(self, report: ReportForm) -> Iterator[Row]:
        entry = "" if report.entry is None else self._say("origin.entry", n=report.entry)
        given = word(self._language, Origin.GIVEN)
        yield Row(
            name=self._say("listed.case"), value=Cell(text="\n".join((self._told.case, self._told.title)))
        )
        yield self._row("listed.number", self._told.number)
        yield self._stated("listed.registration", report.registration, entry)
        yield self._stated("listed.region", self._code("regions", report.region), entry)
        reporters = [self._reporter(one) for one in report.reporters]
        origins = [entry] * bool(reporters) + [given] * bool(report.reporting)
        people = reporters + [self._person(one) for one in report.reporting]
        yield self._row(
            "listed.reporter", some_of(people, MOST_LINES, self._language), joined(origins, "; "), blank=2
        )
        yield self._people("listed.reported", report.reported, entry)
        acts = [self._act(one) for one in report.acts]
        event = [in_words(report.event, self._language)] if report.event else []
        origins = [given] * bool(event) + [entry] * bool(acts)
        yield self._row(
            "listed.event",
            some_of([*event, *acts], MOST_LINES, self._language),
            joined(origins, "; "),
            blank=2,
        )
        yield self._stated("listed.place", report.place, given)
        yield self._occurred(report, entry, given)
        known = "" if report.known_at is None else moment(self._language, report.known_at, self._told.zone)
        yield self._stated("listed.known_at", known, entry if report.known_origin is Origin.DOCKET else given)
        if report.received_at is not None:
            received = moment(self._language, report.received_at, self._told.zone)
            yield self._row("listed.received_at", received, entry)
        yield self._people("listed.witnesses", report.witnesses, entry)
        marks = [f"{one.mark}  {self._described(one)}" for one in self._told.evidence]
        yield self._row("listed.marks", some_of(marks, MOST_LINES, self._language), blank=2)
        account = in_words(report.account, self._language)
        yield self._row("listed.account", account, given if account else "", blank=ACCOUNT_LINES)

    def _stated(self, key: str, value: str, origin: str) -> Row:
        return self._row(key, value, origin if value else "")

    def _people(self, key: str, people: Sequence[ListedPerson], entry: str) -> Row:
        origins = (
            entry if one.origin is Origin.DOCKET else word(self._language, one.origin) for one in people
        )
        lines = [self._person(one) for one in people]
        return self._row(key, some_of(lines, MOST_LINES, self._language), joined(origins, "; "), blank=2)

    def _person(self, one: ListedPerson) -> str:
        named = f"{one.pseudonym}: {one.name}" if one.name else one.pseudonym
        about = [self._code("offices", one.office), in_words(one.about, self._language)]
        more = "; ".join(part for part in about if part)
        return f"{named} ({more})" if more else named

    def _reporter(self, one: Reporter) -> str:
        names = [self._code("reporters", one.kind), self._code("agencies", one.agency)]
        return ", ".join(part for part in names if part)

    def _act(self, act: Act) -> str:
        platform = self._say("listed.platform", name=act.platform) if act.platform else ""
        persons = ", ".join(act.persons) or self._say("listed.all_persons")
        return self._say("listed.act", act=self._code("acts", act.act), persons=persons, platform=platform)

    def _occurred(self, report: ReportForm, entry: str, given: str) -> Row:
        stated = [
            self._say("listed.occurred.act", act=self._code("acts", act.act), when=self._between(act.acted))
            for act in report.acts
            if act.acted.not_before or act.acted.not_after
        ]
        if stated:
            said = some_of(stated, MOST_LINES, self._language)
            return self._row("listed.occurred", said, entry)
        when = report.occurred
        if when.not_before or when.not_after:
            return self._row("listed.occurred", self._between(when), given)
        return self._row("listed.occurred", "")

    def _between(self, when: object) -> str:
        first, last = getattr(when, "not_before", None), getattr(when, "not_after", None)
        return bounds(self._language, first, last, self._told.zone)

    def _code(self, name: str, code: str) -> str:
        """The words of a code; the code itself where the data have none, and nothing where there is none."""
        if not code:
            return ""
        indonesian, english = getattr(self._data, name).words(code)
        return str(indonesian if self._language is Language.INDONESIAN else english)

    # The evidence

    def _cards(self) -> Iterator[SheetBlock]:
        told = self._told
        if not told.evidence:
            yield Paragraph(text=self._say("listed.list.none"))
        for one in told.evidence[:MOST_CARDS]:
            yield Card(mark=one.mark, title=self._described(one), rows=tuple(self._evidence(one)))
        if (more := len(told.evidence) - MOST_CARDS) > 0:
            yield Paragraph(text=self._say("listed.more", n=more))
        left_out = (("listed.not_listed", told.not_listed), ("listed.withheld", told.withheld))
        notes = tuple(self._say(key, items=", ".join(map(str, items))) for key, items in left_out if items)
        if notes:
            yield Points(points=notes)
        if told.problems:
            problems = some_of(
                [phrase(one, self._language) for one in told.problems], MOST_LINES, self._language
            )
            yield Paragraph(text=f"{self._say('sheet.problems')}:\n{problems}", tone=Tone.WARNING)

    def _described(self, one: ListedEvidence) -> str:
        """What whoever made the list calls it; else what it is, with its title in the case."""
        kind = word(self._language, one.kind)
        given = in_words(one.description, self._language)
        title = titled(self._language, one.kind, one.title)
        return given or (self._say("listed.description", kind=kind, title=title) if title else kind)

    def _evidence(self, one: ListedEvidence) -> Iterator[Row]:
        language = self._language
        yield self._row("listed.shows", in_words(one.shows, language), blank=2)
        source = "\n".join(dict.fromkeys(part for part in (*one.addresses, one.source) if part))
        yield self._row("listed.source", source)
        number = self._say("sheet.item", n=f"{one.item:06d}")
        yield self._row("listed.kind", f"{word(language, one.kind)} ({number})")
        yield self._row("listed.obtained", self._obtained(one))
        yield self._row("listed.access", word(language, one.access))
        main = next((file for file in one.files if file.name == one.main), None)
        form = word(language, one.form)
        if main is not None and one.form is EvidenceForm.DIGITAL:
            form = self._say("listed.as.value", form=form, type=main.media_type)
        yield self._row("listed.as", form)
        if main is not None:
            before = one.original_name
            named = "" if not before else self._say("listed.original_name", name=before)
            yield self._row("listed.file", main.name, named, mono=True)
            yield self._row("listed.sha256", main.sha256, mono=True)
        files = self._say("listed.files", n=len(one.files)) if len(one.files) > 1 else ""
        yield self._row("listed.record", one.record, files, mono=True)

    def _obtained(self, one: ListedEvidence) -> str:
        found = (("receipt.captured", one.captured_at), ("receipt.received", one.received_at))
        return "\n".join(
            self._say(key, when=moment(self._language, when, self._told.zone))
            for key, when in found
            if when is not None
        )

    # The end

    def _head(self) -> Iterator[SheetBlock]:
        head = self._told.head
        yield Paragraph(text=self._say("listed.not_judged"))
        if head is None:
            yield Paragraph(text=self._say("head.none"), tone=Tone.WARNING)
            return
        yield head_mark(head, self._language)
        who = head.signatures[0].who if head.signatures else "WHO"
        name = as_typed(f"{self._told.case}.zip")
        yield repeat_commands(name, head, head.events, who, self._language)[0]

    def _signings(self) -> Iterator[SheetBlock]:
        yield Paragraph(text=self._say("sheet.signatures.note"))
        place = self._say("sheet.place_date")
        yield Signings(
            sides=tuple(
                (Signing(heading=self._say(key), place=place),)
                for key in ("listed.signed.made", "listed.signed.received")
            )
        )
