"""The docket: what the agencies write down of a case, and what is counted over many. Codes are data, never enums here.

Nothing here says that somebody did something: an entry says what was reported and decided, by whom and when.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from .custody import Actor, Head
from .moment import Interval, Moment
from .verdict import Status

_CODE = r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}"
Code = Annotated[str, Meta(pattern=rf"^{_CODE}(?![\s\S])")]
"""A code of a data set: nothing that a spreadsheet or a terminal obeys."""

MaybeCode = Annotated[str, Meta(pattern=rf"^(?:{_CODE})?(?![\s\S])")]
"""A code, or nothing."""


class DataFile(msgspec.Struct, frozen=True, kw_only=True):
    """One data set that a result rests on: its name, edition and SHA-256, and whether a user put it in our place."""

    name: str
    edition: str
    sha256: str
    replaced: bool


class Reporter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who reported: a code of ``reporters``, and of ``agencies`` where it was one. No names."""

    kind: Code
    agency: MaybeCode = ""


class Person(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person concerned, under a pseudonym that holds within the case; ``office`` is a code of ``offices``.

    ``identified_by``: the item of the case that says who it is; it can be withheld, and this entry be shown.
    """

    pseudonym: str
    office: Code = "UNK"
    identified_by: int | None = None


class Act(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One act that is alleged, with the bounds of its time.

    Attributes:
        act: a code of ``acts``.
        persons: pseudonyms; empty for all persons of the entry.
        acted: when, within bounds; a missing bound is not known.
        platform: where, as a capture's post names it; empty for none.
        contest: a code of ``contests``: the election that it was about.
        form: a violation form that a person has named; empty to have the rules alone asked.
        items: items of the case that show it.
    """

    act: Code
    persons: tuple[str, ...] = ()
    acted: Interval = Interval()
    platform: MaybeCode = ""
    contest: MaybeCode = ""
    form: MaybeCode = ""
    items: tuple[int, ...] = ()


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A status that the case had from a moment on, and at which agency; codes of ``statuses`` and ``agencies``."""

    status: Code
    at: Moment
    agency: MaybeCode = ""


class Recommendation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an agency recommended, and when the one that it was given to received it."""

    recommendation: Code
    at: Moment
    agency: MaybeCode = ""
    to: MaybeCode = ""
    received_at: Moment | None = None


class FollowUp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of a recommendation; a code of ``follow_ups``."""

    follow_up: Code
    at: Moment
    agency: MaybeCode = ""


class DocketGiven(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is told to be filed: an entry as a person writes it.

    Attributes:
        region: a code of ``regions``.
        known_at: when the agency came to know of the act.
        received_at: when the report was received.
        registration: the agency's own number of the case.
    """

    reporters: tuple[Reporter, ...] = ()
    persons: tuple[Person, ...] = ()
    acts: tuple[Act, ...] = ()
    region: MaybeCode = ""
    known_at: Moment | None = None
    received_at: Moment | None = None
    registration: str = ""
    history: tuple[Step, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()


class DocketEntry(DocketGiven, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``docket.json``: an entry as it was filed, sealed as an item. A later one supersedes it; nothing is rewritten.

    Attributes:
        supersedes: the item of the entry before, where there was one that could be seen.
        data: the data sets against which its codes were checked.
    """

    format: Literal[1] = 1
    case: str
    supersedes: int | None
    filed_by: Actor
    filed_at: Moment
    data: tuple[DataFile, ...]


class FormOutcome(StrEnum):
    """Whether the rules at hand name a violation form for an act."""

    LISTED = "listed"
    NOT_LISTED = "not listed"
    UNDETERMINED = "undetermined"


class Because(StrEnum):
    """Why a form is undetermined, or not listed."""

    NO_TIME = "no time is known"
    STRADDLES_DETERMINATION = "the time may lie before or after the determination of candidates"
    STRADDLES_RULES = "the time may lie before or after a change of rules"
    NO_CONTEST = "no election is named, and the form depends on one"
    NO_RULES = "no rule set of the data was in force"
    NO_FORM = "no form of the rules in force names this act"
    SEVERAL_FORMS = "more than one form names this act, and no person has chosen"
    NOT_OF_THE_RULES = "the form that a person has named is not one of the rules then in force"


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """A violation form as the data have it; ``verified``: whether it was compared with the rule's own text."""

    code: str
    rules: str
    kind: str
    stage: str
    id: str
    en: str
    consequence: str
    source: str
    verified: bool


class DecidedForm(msgspec.Struct, frozen=True, kw_only=True):
    """Which violation form the rules in force at the time of an act name for it. No finding that it was committed.

    Attributes:
        forms: the form; where undetermined, those that come into question.
        kind: ethics or discipline, where all forms in question are of one kind; else None.
        rules: the rule sets that may have been in force.
        stage: before or after the determination of candidates, or None where that is not known.
        chosen_by_person: the form was named in the entry, and is one of the rules then in force.
    """

    outcome: FormOutcome
    because: tuple[Because, ...] = ()
    forms: tuple[Form, ...] = ()
    kind: str | None = None
    rules: tuple[str, ...] = ()
    stage: str | None = None
    chosen_by_person: bool = False


class Met(StrEnum):
    """How a deadline stands."""

    MET = "met"
    MISSED = "missed"
    OPEN = "open"
    UNDETERMINED = "undetermined"


class DeadlineBecause(StrEnum):
    """Why a deadline is undetermined, or what stands beside how it is."""

    NO_START = "the day from which it runs is not known"
    NO_CALENDAR = "the calendar has no holidays of a year that it reaches into"
    BETWEEN = "between the shortest and the longest that the rule can mean"
    ONE_DAY = "the region's zone is not known, and one day decides"
    UTC_DAYS = "the region's zone is not known: days are those of UTC"
    SAME_DAY = "what may have ended it is of the day from which it runs, and which came first is not known"
    NOT_DONE = "the docket does not say that it was done"


class Deadline(msgspec.Struct, frozen=True, kw_only=True):
    """A deadline, as days of the region's zone.

    Attributes:
        code: of ``deadlines``.
        because: why it stands as it does, where that needs a word; ``reason`` says it in full, in English.
        no_holidays_of: the year of which the calendar has no holidays, where that is why.
        from_event: what it runs from: ``known_at``, ``received_at`` or ``recommendation`` (the receipt of one).
        runs_from: the day from which it runs, which is not counted.
        due_first: the last day, counted as shortly as the rule can be meant.
        due_last: the last day, counted as long as it can be meant: with an extension, or where the kind of days is
            not stated.
        ended_on: the day on which what it asks for was done, as the entry says.
        zone: where days begin and end.
        skipped: the days that were not counted between, other than weekends.
        source: of the rule.
    """

    code: str
    id: str
    en: str
    met: Met
    because: DeadlineBecause | None
    reason: str
    no_holidays_of: int | None
    from_event: str
    runs_from: date | None
    due_first: date | None
    due_last: date | None
    ended_on: date | None
    zone: str
    skipped: tuple[date, ...]
    source: str
    verified: bool


class StatusStep(msgspec.Struct, frozen=True, kw_only=True):
    """A status of a case, as the entry states it, or an event of custody: ``event`` is its number, else None."""

    status: str
    at: Moment
    agency: str = ""
    event: int | None = None


class Standing(StrEnum):
    """Which entry was read."""

    CURRENT = "current"
    NEWER_WITHHELD = "a newer entry is withheld"
    NONE = "no entry"


class Docket(msgspec.Struct, frozen=True, kw_only=True):
    """The docket of one case: its newest entry, with what follows from the rules and from custody.

    Attributes:
        item: the item of the entry that was read, or None.
        standing: whether that is the newest one.
        withheld: items that came after it and are not here; ``withheld_entries`` those of them whose events call them
            docket entries.
        status: how the bundle was judged, with whose anchors the caller said; None: it was not verified.
        faults: the codes of what was wrong.
        forms: for each act, in the entry's order.
        history: statuses of the entry and of the events of custody, by time.
        as_of: the day for which deadlines are told.
    """

    case: str
    head: Head
    item: int | None
    standing: Standing
    withheld: tuple[int, ...]
    withheld_entries: tuple[int, ...]
    status: Status | None
    faults: tuple[str, ...]
    entry: DocketEntry | None
    forms: tuple[DecidedForm, ...]
    history: tuple[StatusStep, ...]
    deadlines: tuple[Deadline, ...]
    as_of: date
    data: tuple[DataFile, ...]


class CountedAct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An act as it is counted: no words, no names, days instead of moments."""

    act: Code
    persons: Annotated[int, Meta(ge=0)]
    platform: MaybeCode
    outcome: FormOutcome
    forms: tuple[Code, ...]
    kind: Code | None
    contest: MaybeCode
    first_day: date | None
    last_day: date | None


class Dated(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that happened on a day: a code."""

    code: Code
    on: date
    agency: MaybeCode = ""


class DatedRecommendation(Dated, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A recommendation, with the day on which the one that it was given to received it, where that is known."""

    received_on: date | None = None


class DocketSummary(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is counted of one case: codes and days, no pseudonyms, no texts. Small enough to be sent by mail.

    Attributes:
        events: how many events of custody the bundle had: of two summaries of a case the longer one counts.
        seal: the SHA-256 of the last seal: two of one length that differ here contradict each other.
        offices: the office of each person concerned.
        status: how the bundle was judged; None: it was not verified.
        data: the digests of the data sets by which acts were put under forms.
    """

    format: Literal[1] = 1
    case: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,63}(?![\s\S])")]
    events: Annotated[int, Meta(ge=1)]
    seal: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}(?![\s\S])")]
    standing: Standing
    status: Status | None
    made_at: Moment
    region: MaybeCode
    reporters: tuple[Reporter, ...]
    offices: tuple[Code, ...]
    acts: tuple[CountedAct, ...]
    known_on: date | None
    received_on: date | None
    history: tuple[Dated, ...]
    recommendations: tuple[DatedRecommendation, ...]
    follow_ups: tuple[Dated, ...]
    data: dict[str, str]


class Worded(msgspec.Struct, frozen=True, kw_only=True):
    """A code with its words as the data have them; ``verified`` is None, and the words the code, where they do not."""

    data_set: str
    code: str
    id: str
    en: str
    verified: bool | None


class DocketTold(msgspec.Struct, frozen=True, kw_only=True):
    """What a report and an exhibit tell of a case's docket: its summary, so no pseudonyms, and what follows from it.

    Attributes:
        item: the item of the newest entry; None where it is withheld.
        problem: why an entry that is here cannot be told; nothing of it is told then.
        as_of: the day for which deadlines are told, in the region's zone.
        filed_on: the day on which it was filed.
        forms: for each act of the summary, in its order; ``shown_by`` the items that show it.
        events: for each status of the summary the number of the event of custody that states it, or None for the entry.
        words: the codes that are told, with their words.
        data: the data sets that were used; ``unverified``: those of them of which something was used that nobody has
            compared with the source's own text; ``differing``: those of which the entry was filed with another edition.
    """

    item: int | None
    standing: Standing
    withheld_entries: tuple[int, ...]
    as_of: date
    problem: str = ""
    filed_on: date | None = None
    summary: DocketSummary | None = None
    forms: tuple[DecidedForm, ...] = ()
    shown_by: tuple[tuple[int, ...], ...] = ()
    events: tuple[int | None, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    words: tuple[Worded, ...] = ()
    data: tuple[DataFile, ...] = ()
    unverified: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()


class Unit(StrEnum):
    """What is counted."""

    CASES = "cases"
    VIOLATIONS = "alleged violations"
    PERSONS = "persons concerned"
    RECOMMENDATIONS = "recommendations"
    FOLLOW_UPS = "follow-ups"


class NotCounted(StrEnum):
    """Why a summary is not counted."""

    OLDER = "an older or equal summary of a case that is counted"
    FORK = "two histories of one case contradict each other"
    NO_ENTRY = "no docket entry"
    NEWER_WITHHELD = "a newer docket entry is withheld"
    FAILED = "the bundle failed its verification"
    NO_DAY = "the day that decides is not known"
    AFTER_CUT_OFF = "after the cut-off"
    OUTSIDE = "outside of the period"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a table: a code with its words, how many, and which share of the table's ``of``."""

    code: str
    id: str
    en: str
    count: int
    share: float | None


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """A table of numbers.

    Attributes:
        name: such as ``cases_by_act``.
        unit: what is counted.
        of: how many there are in all of that unit; shares are of it.
        sums: whether the rows add up to ``of``: a case with two acts is in two rows.
        definition: what a row says, in both languages.
    """

    name: str
    unit: Unit
    of: int
    sums: bool
    definition_id: str
    definition_en: str
    rows: tuple[Row, ...]


class RegionZone(msgspec.Struct, frozen=True, kw_only=True):
    """A region's zone by the policy; None where the policy states none for its number."""

    region: str
    id: str
    en: str
    count: int
    zone: str | None


class Zoning(msgspec.Struct, frozen=True, kw_only=True):
    """Regions by zone, by a named policy. ``outside``: how many of its unit lie in no region of its level."""

    policy: str
    level: str
    unit: Unit
    source: str
    regions: tuple[RegionZone, ...]
    zones: dict[str, int]
    undetermined: int
    outside: int


class DatedBy(StrEnum):
    """Which day of a case decides whether it belongs to a period."""

    RECEIVED = "received"
    KNOWN = "known"
    ACTED = "acted"


class DocketStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers over many cases, with what they are numbers of.

    Attributes:
        first_day, last_day: the period, both days within it; None for no bound.
        dated_by: which day of a case counts for the period.
        cut_off: what happened after this day is not counted.
        given: summaries that were given; ``cases`` is how many cases are counted.
        not_counted: why others were not, with how many.
        not_verified: cases whose bundle was not verified, or did not pass; they are counted.
        unknown_codes: codes that the data do not have, which are counted under themselves.
        mixed_data: the data sets of which summaries used another edition than this one, with how many.
    """

    format: int = 1
    first_day: date | None
    last_day: date | None
    dated_by: DatedBy
    cut_off: date
    given: int
    cases: int
    violations: int
    persons: int
    recommendations: int
    followed_up: int
    not_counted: dict[NotCounted, int]
    not_verified: int
    unknown_codes: tuple[str, ...]
    mixed_data: dict[str, int]
    tables: tuple[Count, ...]
    zoning: Zoning | None
    data: tuple[DataFile, ...]


class DueState(StrEnum):
    """How an open deadline stands on a day."""

    OVERDUE = "overdue"
    PERHAPS = "perhaps overdue"
    DUE = "due"
    NOT_COMPUTED = "cannot be computed"


class OpenDeadline(msgspec.Struct, frozen=True, kw_only=True):
    """A deadline of a case that the docket does not say to be done.

    Attributes:
        deadline: with the days from which and to which it runs.
        days_left: from the day asked about to ``due_first``; below 0 where that is past. None where it is not known.
        days_left_at_most: the same to ``due_last``.
        verified: whether the case's bundle was verified and passed.
    """

    case: str
    region: str
    state: DueState
    days_left: int | None
    days_left_at_most: int | None
    deadline: Deadline
    verified: bool


class NotTold(msgspec.Struct, frozen=True, kw_only=True):
    """A case of which no deadline is told, and why."""

    case: str
    why: NotCounted


class OpenDeadlines(msgspec.Struct, frozen=True, kw_only=True):
    """Every open deadline of many cases, overdue first, then by the day on which it is due.

    Attributes:
        as_of: the day on which it is asked; what came after it is not known yet.
        within: due within so many days from then, besides what is overdue or cannot be computed; None for all.
        rules: the codes of ``deadlines`` that were asked about; empty for all.
        given: summaries that were given; ``older``: those of them that another one of the same case supersedes.
        cases: of which deadlines are told; ``not_verified``: those whose bundle was not verified, or did not pass.
        states: how many open deadlines stand how, of those that are listed.
        later: open ones that are due later than ``within``, which are not listed.
        done: deadlines that were done, in time or not; they are not listed.
        unverified: data sets of which something was used that nobody has compared with the source's own text.
        mixed_data: the data sets of which summaries used another edition than this one, with how many.
    """

    format: int = 1
    as_of: date
    within: int | None
    rules: tuple[str, ...]
    given: int
    older: int
    cases: int
    not_verified: int
    states: dict[DueState, int]
    later: int
    done: int
    open: tuple[OpenDeadline, ...]
    not_told: tuple[NotTold, ...]
    unverified: tuple[str, ...]
    mixed_data: dict[str, int]
    data: tuple[DataFile, ...]
