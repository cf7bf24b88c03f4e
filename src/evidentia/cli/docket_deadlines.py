"""The command that lists what is due over many cases."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from csv import writer
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evidentia.record.docket import DocketSummary, DueState, OpenDeadline, OpenDeadlines
from evidentia.record.errors import EvidentiaError, UsageError

from .docket_sources import (
    AuthorityRoots,
    DataFolder,
    Language,
    SignerRoots,
    anchors_of,
    data_sets,
    day_given,
    docket_in,
    judged,
    require_language,
    summaries_in,
)
from .options import AsJson, NewTable
from .speaking import Exit, explain, progress, say, say_json, shown, warn, worst
from .targets import must_be_free

if TYPE_CHECKING:
    from evidentia.docket.data_sets import DataSets
    from evidentia.record.docket import Deadline
    from evidentia.report.material import Language as Spoken
    from evidentia.verify import Trust


def deadlines(
    sources: Annotated[
        list[Path],
        typer.Argument(metavar="BUNDLE|FILE...", help="ZIPs, folders of cases, or files with summaries."),
    ],
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATE", help="The day for which it is told: no clock is asked.")
    ],
    within: Annotated[
        int | None,
        typer.Option(
            "--within", metavar="DAYS", help="Due within so many days, besides what is overdue; else all."
        ),
    ] = None,
    rules: Annotated[
        list[str] | None,
        typer.Option("--rules", metavar="CODE", help="Only this deadline of deadlines.toml; repeatable."),
    ] = None,
    trust: SignerRoots = None,
    tsa_trust: AuthorityRoots = None,
    data: DataFolder = None,
    csv: NewTable = None,
    language: Language = "en",
    as_json: AsJson = False,
) -> int:
    """List every open deadline of many cases: what, since when, until when; overdue first."""
    from evidentia.docket.open_deadlines import open_deadlines

    require_language(language)
    must_be_free(csv)
    day = day_given(as_of)
    assert day is not None
    sets, anchors = data_sets(data), anchors_of(trust, tsa_trust)
    codes = [Exit.PASSED]
    with progress("Reading") as tell:
        made: list[DocketSummary] = []
        for source in sources:
            tell(source.name)
            try:
                told = _summaries(source, anchors, sets, tell)
            except UsageError:
                raise
            except EvidentiaError as error:
                codes.append(explain(error, as_json=as_json, about=str(source)))
                continue
            made += told
            if _is_bundle(source):
                codes += [judged(one.status, trust) for one in told]
        if not made and worst(*codes) is not Exit.PASSED:
            return worst(*codes)
        found = open_deadlines(made, sets, day, within=within, rules=rules or ())
    if csv is not None:
        _write_csv(csv, found)
    if as_json:
        say_json(found)
    else:
        _say(found, language)
    return worst(*codes, Exit.INDETERMINATE if _in_doubt(found) else Exit.PASSED)


def _summaries(
    source: Path, anchors: Trust | None, sets: DataSets, tell: Callable[[str], None]
) -> Sequence[DocketSummary]:
    """Of a bundle its summary; of a file those that stand in it."""
    from evidentia.case.docketing import summary_time
    from evidentia.docket.summary import docket_summary

    if _is_bundle(source):
        return [docket_summary(docket_in(source, anchors, sets, None), sets, summary_time())]
    return list(summaries_in([source], tell))


def _is_bundle(source: Path) -> bool:
    """A folder, or what begins as a ZIP does: a summary begins with a brace. What is not there is told as a bundle."""
    if not source.is_file():
        return True
    with source.open("rb") as stream:
        return stream.read(2) == b"PK"


def _in_doubt(found: OpenDeadlines) -> bool:
    unclear = found.states[DueState.PERHAPS] + found.states[DueState.NOT_COMPUTED]
    return bool(unclear or found.not_told or found.not_verified or found.mixed_data)


def _say(found: OpenDeadlines, language: str) -> None:
    from evidentia.report.material import Language as Spoken
    from evidentia.report.texts import say as words
    from evidentia.report.texts import word

    spoken = Spoken(language)

    def t(key: str, **values: object) -> str:
        return words(spoken, f"due.{key}", **values)

    states = ", ".join(f"{word(spoken, state)}: {number}" for state, number in found.states.items())
    say(f"[bold]{t('heading', day=found.as_of, cases=found.cases)}[/] {shown(states)}")
    for one in found.open:
        say(f"  {_line(one, spoken)}")
    if found.later:
        say(f"  {t('later', count=found.later, days=found.within)}")
    for left in found.not_told:
        warn(f"  [yellow]{t('not_told', case=left.case, why=word(spoken, left.why))}[/]")
    if found.not_verified:
        warn(f"  [yellow]{t('not_verified', count=found.not_verified)}[/]")
    for name, number in found.mixed_data.items():
        warn(f"  {t('mixed', name=name, count=number)}")
    if found.unverified:
        names = ", ".join(f"{name}.toml" for name in found.unverified)
        warn(f"  [yellow]{t('unverified', names=names)}[/]")


def _line(one: OpenDeadline, spoken: Spoken) -> str:
    from evidentia.report.texts import say as words

    told = one.deadline
    what = told.id if spoken == "id" else told.en
    about = {"case": one.case, "region": one.region or "-", "what": shown(what)}
    event = words(spoken, f"entry.from.{told.from_event}")
    if one.state is DueState.NOT_COMPUTED:
        return words(spoken, "due.not_computed", **about, event=event, why=_why(told, spoken))
    due = str(told.due_first)
    if told.due_last != told.due_first:
        due = words(spoken, "due.between", first=due, last=told.due_last or "?")
    left = _left(one, spoken)
    colour = {DueState.OVERDUE: "red", DueState.PERHAPS: "yellow"}.get(one.state)
    left = f"[{colour}]{left}[/]" if colour else left
    return words(spoken, "due.line", **about, event=event, start=told.runs_from, due=due, left=left)


def _left(one: OpenDeadline, spoken: Spoken) -> str:
    from evidentia.report.texts import say as words

    if one.state is DueState.PERHAPS:
        return words(spoken, "due.perhaps", why=_why(one.deadline, spoken))
    if one.state is DueState.OVERDUE:
        return words(spoken, "due.overdue", days=-(one.days_left_at_most or 0))
    return words(spoken, "due.left", days=one.days_left) if one.days_left else words(spoken, "due.today")


def _why(told: Deadline, spoken: Spoken) -> str:
    from evidentia.report.texts import word

    if told.because is None:
        return ""
    year = "" if told.no_holidays_of is None else f" ({told.no_holidays_of})"
    return f"{word(spoken, told.because)}{year}"


_COLUMNS = ("case", "region", "deadline", "id", "en", "state", "days_left", "days_left_at_most", "from_event",
            "runs_from", "due_first", "due_last", "because_id", "because_en", "holidays", "zone", "source",
            "rule_verified", "bundle_verified", "as_of")  # fmt: skip


def _write_csv(path: Path, found: OpenDeadlines) -> None:
    from evidentia.case.table_files import cell, create

    out = io.StringIO(newline="")
    rows = writer(out)
    rows.writerow(_COLUMNS)
    for cells in _csv_rows(found):
        rows.writerow([cell(one) for one in cells])
    create(path, out.getvalue().encode())


def _csv_rows(found: OpenDeadlines) -> Iterator[tuple[object, ...]]:
    """Every open deadline, then every case of which none is told, with the reason for it."""
    from evidentia.report.material import Language as Spoken
    from evidentia.report.texts import word

    for one in found.open:
        told = one.deadline
        yield (
            *(
                one.case,
                one.region,
                told.code,
                told.id,
                told.en,
                one.state,
                one.days_left,
                one.days_left_at_most,
            ),
            *(told.from_event, told.runs_from, told.due_first, told.due_last),
            *(_why(told, Spoken.INDONESIAN), _why(told, Spoken.ENGLISH), " ".join(map(str, told.skipped))),
            *(told.zone, told.source, told.verified, one.verified, found.as_of),
        )
    for left in found.not_told:
        why = (word(Spoken.INDONESIAN, left.why), word(Spoken.ENGLISH, left.why))
        yield left.case, "", "", "", "", "not told", *[None] * 6, *why, *[None] * 5, found.as_of
