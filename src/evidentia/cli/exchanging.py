"""Commands that exchange cases with other agencies and other programs: exchange …."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import evidentia as ev
from evidentia.formats.event import withheld_items
from evidentia.formats.head import printed_head
from evidentia.record import reasons
from evidentia.record.custody import EventType
from evidentia.record.errors import UsageError

from .docket_sources import anchors_of
from .identities import custodian
from .judging import EXIT_OF, AuthorityRoots, SignerRoots, anchors_from, head_from
from .open_ends import left_open
from .options import (
    AsJson,
    Authorities,
    Authority,
    CaseFolder,
    IdentityFile,
    Place,
    Reason,
    Who,
)
from .pdf_signatures import exit_of_pdf, say_signatures
from .sheets import evidence_list, receipt
from .speaking import Exit, progress, say, say_json, shown, warn, worst
from .targets import must_be_free

if TYPE_CHECKING:
    from evidentia.case import Case
    from evidentia.record.exchange import HeldBundle
    from evidentia.record.verdict import Fault
    from evidentia.report.recorded import Recorded

_SHOWN = 120  # characters of words that are shown to a person

_WHERE = "A case folder, or a bundle."


def register(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(help="Exchange with other agencies and other programs.", no_args_is_help=True)
    group.command(
        "case-uco",
        epilog="Example: evidentia exchange case-uco makassar-15 --out makassar-15.jsonld",
    )(case_uco)
    group.command(
        "tables",
        epilog="Example: evidentia exchange tables makassar-15 --out makassar-15-tables --parquet",
    )(tables)
    group.command(
        "import",
        epilog="Example: evidentia exchange import bawaslu-07.zip --case makassar-15 --trust roots.pem",
    )(take_in)
    group.command("imported", epilog="Example: evidentia exchange imported --case makassar-15")(imported)
    group.command(
        "refer",
        epilog='Example: evidentia exchange refer questions.toml out.zip --to "Laboratorium A" --case makassar-15',
    )(refer)
    group.command(
        "answer",
        epilog="Example: evidentia exchange answer report.pdf answers.toml --referral 7 --head HEAD "
        '--expert "Ahli A" --case makassar-15',
    )(answer)
    group.command(
        "receipt",
        epilog='Example: evidentia exchange receipt makassar-15.zip --out tanda-terima.pdf --to "Pengawas 02" '
        "--trust roots.pem --tsa-trust tsa-roots.pem",
    )(receipt)
    group.command(
        "evidence-list",
        epilog="Example: evidentia exchange evidence-list makassar-15 --out daftar-bukti.pdf --form isian.toml "
        "--marks P-1",
    )(evidence_list)
    app.add_typer(group, name="exchange")


def case_uco(
    where: Annotated[Path, typer.Argument(metavar="CASE|BUNDLE", help=_WHERE)],
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="The new file (JSON-LD).", show_default=False)
    ],
    as_json: AsJson = False,
) -> int:
    """Tell a case in CASE/UCO (JSON-LD), for the tools of other laboratories. It judges no signature."""
    from evidentia.case.table_files import create
    from evidentia.report.case_uco import case_uco as told_in_case_uco

    must_be_free(out)
    told = _read(where)
    with progress("Telling"):
        data, nodes = told_in_case_uco(told)
    create(out, data)
    if as_json:
        say_json({"path": str(out), "nodes": nodes, "head": told.head, "problems": told.problems})
    else:
        say(f"{shown(out)}: {nodes} things in CASE/UCO. It is no evidence; the bundle is.")
    return _ended(told, as_json)


def tables(
    where: Annotated[Path, typer.Argument(metavar="CASE|BUNDLE", help=_WHERE)],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The new folder.", show_default=False)],
    parquet: Annotated[
        bool, typer.Option("--parquet", help="Write each table as Parquet too; needs the extra [parquet].")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Write items, files, events, findings and the lives of posts as tables (CSV), safe for spreadsheets."""
    from evidentia.case.table_files import write_tables

    must_be_free(out)
    told = _read(where)
    with progress("Writing tables"):
        written = write_tables(told, out, parquet=parquet)
    if as_json:
        say_json(written)
    else:
        for one in written.tables:
            say(f"{one.rows:>7} rows  {shown(out / one.file)}")
    return _ended(told, as_json)


def take_in(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="The ZIP, as it came.")],
    case: CaseFolder,
    trust: SignerRoots,
    tsa_trust: AuthorityRoots = None,
    head: Annotated[
        str | None,
        typer.Option(
            "--head", metavar="HEAD", help="A head from elsewhere that it must continue: text or a file."
        ),
    ] = None,
    continues: Annotated[
        int | None,
        typer.Option(
            "--continues",
            metavar="ITEM",
            help="The item with an earlier bundle, to which this one may only have appended.",
        ),
    ] = None,
    source: Annotated[str, typer.Option("--source", metavar="TEXT", help="Who handed it over.")] = "",
    despite_failed: Annotated[
        bool,
        typer.Option("--despite-failed", help="Take it in, marked, even if it is judged FAILED."),
    ] = False,
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    reason: Reason = reasons.IMPORTED,
    place: Place = "",
    authority: Authority = "",
    as_json: AsJson = False,
) -> int:
    """Take another agency's bundle into a case: verified, sealed as it came, its statements kept apart as its own."""
    opened = ev.Case.open(case, custodian(identity, who, tsa))
    anchors, wanted = anchors_from(trust, tsa_trust), head_from(head)
    with progress("Taking in") as tell:
        item, verdict = opened.take_bundle(
            bundle,
            anchors,
            head=wanted,
            continues=continues,
            source=source,
            despite_failed=despite_failed,
            reason=reason,
            place=place,
            authority=authority,
            progress=tell,
        )
    taken, _ = opened.taken_bundle(item)
    if as_json:
        say_json({"item": item.item, "taken": taken, "head": opened.head})
    else:
        say(f"Item {item.item}: the bundle as it came, judged [bold]{verdict.status.value}[/].")
        _say_faults(verdict.faults)
        assert verdict.head is not None
        say(f"its head {printed_head(verdict.head)}")
        if wanted is None:
            warn(
                "[yellow]Compared with no head from elsewhere: whether later events were cut off is open.[/]"
            )
    return worst(left_open(opened, quiet=as_json), EXIT_OF[verdict.status])


def _say_faults(faults: Iterable[Fault]) -> None:
    """One line for what is wrong alike in many files, such as an authority that none of the anchors vouches for."""
    alike: dict[tuple[str, str], list[str]] = {}
    for fault in faults:
        alike.setdefault((fault.code, fault.found), []).append(fault.path)
    for (code, found), paths in alike.items():
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        say(f"  {code} {shown(paths[0])}{more}: found {shown(found)}")


def imported(case: CaseFolder, as_json: AsJson = False) -> int:
    """List the bundles that were taken in, with their custody, posts and findings, each marked as another's word."""
    opened = ev.Case.open(case)
    with progress("Reading"):
        found = tuple(opened.bundles())
    if as_json:
        say_json({"case": opened.id, "bundles": found})
    else:
        for one in found:
            _say_bundle(one)
        if not found:
            say("No bundle of another agency was taken in.")
    open_ = any(one.problems or one.taken is None for one in found)
    return Exit.INDETERMINATE if open_ else Exit.PASSED


def _say_bundle(one: HeldBundle) -> None:
    say(f"[bold]{shown(one.mark)}[/]")
    for event in one.custody:
        names = ", ".join(signature.name for signature in event.signatures)
        say(
            f"  {event.event:>6} {event.type.value:<10} claimed {shown(event.claimed)}, signed by {shown(names)}"
        )
    for post in one.posts:
        say(f"  post {shown(post.key)}: {post.state}, {shown(post.author or '-')}, {shown(post.url)}")
        if post.text is not None:
            say(f"    {shown(post.text[:_SHOWN])}")
        say(f"    {shown(post.mark)}, item {post.item} there")
    for finding in one.findings:
        say(
            f"  {shown(finding.kind)} of item {finding.item} there: {finding.outcome}. {shown(finding.reason)}"
        )
        say(f"    {shown(finding.mark)}; not repeated here")
    for problem in one.problems:
        warn(f"  [yellow]left out: {shown(problem)}[/]")


def refer(
    questions: Annotated[Path, typer.Argument(metavar="QUESTIONS", help="The questions (TOML).")],
    target: Annotated[Path, typer.Argument(metavar="ZIP", help="The bundle that goes out.")],
    case: CaseFolder,
    to: Annotated[str, typer.Option("--to", metavar="NAME", help="Who is asked.", show_default=False)],
    request: Annotated[
        str, typer.Option("--request", metavar="TEXT", help="The letter by which it is asked.")
    ] = "",
    withhold: Annotated[
        list[int] | None,
        typer.Option(
            "--withhold",
            metavar="ITEM",
            help="Leave this item out of the ZIP; repeatable. Disclose it first.",
        ),
    ] = None,
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    reason: Reason = reasons.REFERRAL,
    place: Place = "",
    authority: Authority = "",
    as_json: AsJson = False,
) -> int:
    """Refer a case to an expert: file the questions as an item, and write the bundle that holds them."""
    opened = ev.Case.open(case, custodian(identity, who, tsa))
    must_be_free(target)
    _must_be_disclosed(opened, withhold or ())
    with progress("Referring") as tell:
        item = opened.refer(
            questions, to=to, request=request, reason=reason, place=place, authority=authority, progress=tell
        )
        head = opened.export(target, withhold=withhold or (), reason=reason, progress=tell)
    if as_json:
        say_json({"item": item.item, "path": str(target), "head": head})
    else:
        say(f"Item {item.item} holds the questions. Send {shown(target)}; the expert names this head:")
        say(f"head {printed_head(head)}")
        if telling := opened.telling_of(withhold) if withhold else ():
            numbers = ", ".join(map(str, telling))
            warn(f"[yellow]In the bundle, and may tell of what is withheld: item {numbers}.[/]")
    return left_open(opened, quiet=as_json)


def answer(
    report: Annotated[Path, typer.Argument(metavar="PDF", help="The expert's report.")],
    answers: Annotated[
        Path, typer.Argument(metavar="ANSWERS", help="The questions with the answers written in (TOML).")
    ],
    case: CaseFolder,
    referral: Annotated[
        int,
        typer.Option("--referral", metavar="ITEM", help="The item with the questions.", show_default=False),
    ],
    head: Annotated[
        str,
        typer.Option(
            "--head",
            metavar="HEAD",
            help="The head that the report names: text or a file.",
            show_default=False,
        ),
    ],
    expert: Annotated[str, typer.Option("--expert", metavar="NAME", help="Who answers.", show_default=False)],
    trust: Annotated[
        Path | None,
        typer.Option(
            "--trust",
            metavar="PEM",
            help="Your anchors for persons: says whether the PDF's signers lead to one. Else not judged.",
        ),
    ] = None,
    tsa_trust: AuthorityRoots = None,
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    reason: Reason = reasons.ANSWER,
    place: Place = "",
    authority: Authority = "",
    as_json: AsJson = False,
) -> int:
    """Take in an expert's report and answers, bound to the head that was referred, with how its signatures stand."""
    anchors = anchors_of(trust, tsa_trust)
    opened = ev.Case.open(case, custodian(identity, who, tsa))
    wanted = head_from(head)
    assert wanted is not None
    with progress("Taking in") as tell:
        item = opened.answer(
            report,
            answers,
            referral=referral,
            head=wanted,
            expert=expert,
            trust=anchors,
            reason=reason,
            place=place,
            authority=authority,
            progress=tell,
        )
    found = next(one for at, one in opened.answers() if at.item == item.item)
    if as_json:
        say_json({"item": item.item, "answer": found, "head": opened.head})
    else:
        say(f"Item {item.item} answers item {referral}, bound to head {printed_head(found.head)}")
        for one in found.answers:
            said = " / ".join((one.reason or one.open).values())
            say(f"  {shown(one.question)}: {shown(one.degree or 'left open')}. {shown(said[:_SHOWN])}")
        say("These are the expert's statements; nobody here checked them.")
        say_signatures(found.signatures)
    return worst(left_open(opened, quiet=as_json), exit_of_pdf(found.signatures))


def _read(where: Path) -> Recorded:
    from evidentia.case.recorded import recorded

    with progress("Reading"):
        return recorded(where)


def _must_be_disclosed(case: Case, withhold: Sequence[int]) -> None:
    """Said before the questions are filed: the bundle that holds them could not be written afterwards."""
    disclosed = {
        item for event in case.events if event.type is EventType.DISCLOSE for item, _ in withheld_items(event)
    }
    if hidden := sorted(set(withhold) - disclosed):
        raise UsageError(
            f"No disclosure allows to withhold: {', '.join(map(str, hidden))}.",
            next_step="Name them first, with the reason: `evidentia disclose`.",
        )


def _ended(told: Recorded, as_json: bool) -> Exit:
    """Exit code 3 where something was left out because it is not as it was sealed."""
    if told.problems and not as_json:
        for problem in told.problems:
            warn(f"  [yellow]left out: {shown(problem)}[/]")
    return Exit.INDETERMINATE if told.problems else Exit.PASSED
