"""Commands of the docket: file, show, summary, statistics, data."""

from __future__ import annotations

import io
from collections.abc import Iterator
from csv import writer
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import evidentia as ev
from evidentia.record.docket import DatedBy, NotCounted
from evidentia.record.errors import EvidentiaError
from evidentia.record.verdict import Status

from .docket_deadlines import deadlines
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
    stands,
    summaries_in,
)
from .identities import custodian
from .open_ends import left_open
from .options import AsJson, Authorities, Authority, CaseFolder, IdentityFile, NewTable, Place, Who
from .speaking import Exit, explain, print_table, progress, say, say_json, shown, table, warn, worst
from .targets import must_be_free

if TYPE_CHECKING:
    from evidentia.docket.data_sets import DataSets
    from evidentia.record.docket import DocketStatistics, DocketSummary


def register(app: typer.Typer) -> None:
    """Add these commands."""
    docket = typer.Typer(help="The docket: file, show, sum up and count cases.", no_args_is_help=True)
    docket.command("file", epilog="Example: evidentia docket file entri.toml --case makassar-15")(file)
    docket.command("show", epilog="Example: evidentia docket show makassar-15.zip --trust roots.pem")(show)
    docket.command(
        "summary", epilog="Example: evidentia docket summary *.zip --trust roots.pem --json > summaries.jsonl"
    )(summary)
    docket.command(
        "statistics",
        epilog="Example: evidentia docket statistics summaries.jsonl --from 2024-01-01 --until 2024-12-31 "
        "--zones KASN-2020-08-PROVINCE",
    )(statistics)
    docket.command(
        "deadlines",
        epilog="Example: evidentia docket deadlines summaries.jsonl --as-of 2024-10-07 --within 7",
    )(deadlines)
    docket.command("data", epilog="Example: evidentia docket data my-data")(data)
    app.add_typer(docket, name="docket")


def file(
    entry: Annotated[Path, typer.Argument(metavar="ENTRY", help="The entry, in TOML.")],
    case: CaseFolder,
    data: DataFolder = None,
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why; goes into the chain of custody.")
    ] = "",
    place: Place = "",
    authority: Authority = "",
    as_json: AsJson = False,
) -> int:
    """File a docket entry in a case; it supersedes the one before, which stays as it is."""
    from evidentia.docket.checking import read_docket

    given, sets = read_docket(entry), data_sets(data)
    opened = ev.Case.open(case, custodian(identity, who, tsa))
    with progress("Filing") as tell:
        item = opened.file_docket(
            given, data=sets, reason=reason, place=place, authority=authority, progress=tell
        )
    filed = opened.docket_entry(item)
    before = None if filed is None else filed.supersedes
    if as_json:
        standing = {"head": opened.head, "pending": opened.pending, "silent": opened.silent}
        say_json({"item": item.item, "supersedes": before, "problems": item.problems, **standing})
    else:
        said = "" if before is None else f"; it supersedes item {before}"
        say(f"Item [bold]{item.item}[/]: docket entry{said}")
        for problem in item.problems:
            warn(f"  [yellow]{shown(problem)}[/]")
    return worst(left_open(opened, quiet=as_json), Exit.INDETERMINATE if item.problems else Exit.PASSED)


def show(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="A ZIP, or the folder of a case.")],
    trust: SignerRoots = None,
    tsa_trust: AuthorityRoots = None,
    data: DataFolder = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="The day for deadlines; else today.")
    ] = None,
    language: Language = "en",
    as_json: AsJson = False,
) -> int:
    """Show a case's docket: the newest entry, violation forms by the rules then in force, deadlines."""
    require_language(language)
    sets = data_sets(data)
    told = docket_in(bundle, anchors_of(trust, tsa_trust), sets, day_given(as_of))
    if as_json:
        say_json(told)
    else:
        from .docket_words import DocketWords

        DocketWords(language, sets).say_docket(told)
    return worst(judged(told.status, trust), stands(told.standing))


def summary(
    bundles: Annotated[
        list[Path], typer.Argument(metavar="BUNDLE...", help="ZIPs, or the folders of cases.")
    ],
    trust: SignerRoots = None,
    tsa_trust: AuthorityRoots = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> int:
    """What is counted of each case: codes and days, no names; with --json one line for each, to be sent."""
    from evidentia.case.docketing import summary_time
    from evidentia.docket.summary import docket_summary

    anchors, sets = anchors_of(trust, tsa_trust), data_sets(data)
    codes = [Exit.PASSED]
    with progress("Summing up") as tell:
        for bundle in bundles:
            tell(bundle.name)
            try:
                told = docket_in(bundle, anchors, sets, None)
            except EvidentiaError as error:
                codes.append(explain(error, as_json=as_json, about=str(bundle)))
                continue
            made = docket_summary(told, sets, summary_time())
            codes += [judged(told.status, trust), stands(told.standing)]
            if as_json:
                say_json(made)
            else:
                _say_summary(made)
    return worst(*codes)


def statistics(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Summaries: JSON, one object or one on each line.")
    ],
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The first day of the period.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="The last day of the period.")
    ] = None,
    cut_off: Annotated[
        str | None,
        typer.Option("--cut-off", metavar="DATE", help="What came after it is not counted; else today."),
    ] = None,
    dated_by: Annotated[
        DatedBy, typer.Option("--dated-by", help="Which day of a case decides whether it is in the period.")
    ] = DatedBy.RECEIVED,
    zones: Annotated[
        str, typer.Option("--zones", metavar="POLICY", help="Put regions into zones by this policy.")
    ] = "",
    data: DataFolder = None,
    csv: NewTable = None,
    pdf: Annotated[
        Path | None,
        typer.Option("--pdf", help="Write a PDF in both languages as well; a file there is never replaced."),
    ] = None,
    language: Language = "en",
    as_json: AsJson = False,
) -> int:
    """Count over many cases, with unit, period, cut-off and definitions."""
    from evidentia.docket.statistics import Question, docket_statistics
    from evidentia.record.moment import now

    require_language(language)
    must_be_free(csv, pdf)
    sets = data_sets(data)
    # A day of the east begins before one of the rules' zone: what happened there this morning is not left out.
    cut = day_given(cut_off) or sets.latest_day(now())
    question = Question(cut, day_given(first), day_given(last), dated_by)
    with progress("Reading") as tell:
        summaries = list(summaries_in(files, tell))
        tell("counting")
        counted = docket_statistics(summaries, sets, question, zones=zones)
    if csv is not None:
        _write_csv(csv, counted)
    if pdf is not None:
        _write_pdf(pdf, counted, sets)
    if as_json:
        say_json(counted)
    else:
        from .docket_words import DocketWords

        DocketWords(language, sets).say_statistics(counted)
    return Exit.INDETERMINATE if _open_questions(counted) else Exit.PASSED


def data(
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Write our files there, to be changed.")
    ] = None,
    given: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", help="Check your data sets, and show their digests."),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Show the data sets with their digests; write ours into a folder to be changed, or check yours."""
    from evidentia.docket.data_sets import copy_out

    written = [] if folder is None else copy_out(folder)
    used = data_sets(given).used
    if as_json:
        say_json({"data": used, "written": [str(path) for path in written]})
        return Exit.PASSED
    made = table("data set", "edition", "SHA-256", "whose")
    for one in used:
        made.add_row(one.name, str(shown(one.edition)), one.sha256, "yours" if one.replaced else "ours")
    print_table(made)
    for path in written:
        say(f"written: {shown(path)}")
    return Exit.PASSED


def _verified(status: Status | None) -> str:
    return "not verified" if status is None else f"verified: {status.value}"


def _persons(number: int) -> str:
    return f"{number} person" + ("" if number == 1 else "s")


def _say_summary(made: DocketSummary) -> None:
    acts = ", ".join(sorted({act.act for act in made.acts})) or "-"
    say(
        f"{shown(made.case)}: {made.standing.value}; {_verified(made.status)}; "
        f"{_persons(len(made.offices))}; {acts}"
    )


def _open_questions(counted: DocketStatistics) -> bool:
    settled = (NotCounted.OLDER, NotCounted.AFTER_CUT_OFF, NotCounted.OUTSIDE)
    left = counted.not_counted.keys() - set(settled)
    return bool(left or counted.not_verified or counted.unknown_codes or counted.mixed_data)


_COLUMNS = ("table", "unit", "code", "id", "en", "count", "of", "share", "first_day", "last_day", "dated_by",
            "cut_off", "definition_id", "definition_en")  # fmt: skip


def _write_csv(path: Path, counted: DocketStatistics) -> None:
    from evidentia.case.table_files import cell, create

    out = io.StringIO(newline="")
    rows = writer(out)
    rows.writerow(_COLUMNS)
    for cells in _csv_rows(counted):
        rows.writerow([cell(one) for one in cells])
    create(path, out.getvalue().encode())


def _write_pdf(path: Path, counted: DocketStatistics, sets: DataSets) -> None:
    from evidentia.case.table_files import create
    from evidentia.report.docket_sheet import docket_pdf

    with progress("Typesetting"):
        made = docket_pdf(counted, sets)
    create(path, made)


def _csv_rows(counted: DocketStatistics) -> Iterator[tuple[object, ...]]:
    """Every row says by itself what it is a number of."""
    asked = (counted.first_day, counted.last_day, counted.dated_by.value, counted.cut_off)
    for one in counted.tables:
        told = (*asked, one.definition_id, one.definition_en)
        for row in one.rows:
            yield one.name, one.unit, row.code, row.id, row.en, row.count, one.of, row.share, *told
    zoned = counted.zoning
    if zoned is not None:
        told = (*asked, f"kebijakan {zoned.policy}", f"policy {zoned.policy}")
        for region in zoned.regions:
            zone = region.zone or "undetermined"
            name = f"zone:{zone}"
            yield name, zoned.unit, region.region, region.id, region.en, region.count, None, None, *told
