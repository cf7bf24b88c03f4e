"""Two sheets of an exchange, as PDF: the receipt of what is handed over, the list of a case's evidence."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evidentia.formats.head import printed_head
from evidentia.record.docket import Standing
from evidentia.record.errors import UsageError

from .docket_sources import DataFolder, anchors_of, data_sets
from .judging import EXIT_OF, AuthorityRoots, head_from
from .options import AsJson
from .reporting import languages_from, time_from
from .speaking import Exit, progress, say, say_json, shown, warn, worst
from .targets import must_be_free

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evidentia.record.hand_over import EvidenceList, HandOver

Out = Annotated[Path, typer.Option("--out", metavar="PDF", help="The new file.", show_default=False)]
Lang = Annotated[
    str, typer.Option("--lang", metavar="id|en|both", help="Indonesian, English, or all of it in both.")
]
WrittenAt = Annotated[
    str,
    typer.Option(
        "--written-at", metavar="TIME", help="The time that the sheet states (RFC 3339); else that of now."
    ),
]


def receipt(
    where: Annotated[
        Path,
        typer.Argument(metavar="BUNDLE|CASE", help="What is handed over: a ZIP, or the folder of a case."),
    ],
    out: Out,
    item: Annotated[
        int | None,
        typer.Option(
            "--item",
            metavar="ITEM",
            min=1,
            help="The receipt is of the bundle that the case took in as this item (`exchange import`).",
        ),
    ] = None,
    giver: Annotated[
        str, typer.Option("--from", metavar="NAME", help="Who hands it over; else whom the chain names.")
    ] = "",
    giver_office: Annotated[
        str, typer.Option("--from-office", metavar="TEXT", help="Of who hands over: role, agency.")
    ] = "",
    receiver: Annotated[
        str,
        typer.Option("--to", metavar="NAME", help="Who receives it; else whom the chain names, else a line."),
    ] = "",
    receiver_office: Annotated[
        str, typer.Option("--to-office", metavar="TEXT", help="Of who receives: role, agency.")
    ] = "",
    handed_at: Annotated[
        str, typer.Option("--at", metavar="TIME", help="When it is handed over (RFC 3339); else a line.")
    ] = "",
    place: Annotated[str, typer.Option("--place", metavar="TEXT", help="Where; else a line.")] = "",
    how: Annotated[
        str, typer.Option("--how", metavar="TEXT", help="How, such as 'flash disk, in person'; else a line.")
    ] = "",
    authority: Annotated[
        str, typer.Option("--authority", metavar="TEXT", help="By what authority or letter; else a line.")
    ] = "",
    number: Annotated[
        str, typer.Option("--number", metavar="TEXT", help="The receipt's number; else a line.")
    ] = "",
    trust: Annotated[
        Path | None,
        typer.Option(
            "--trust", metavar="PEM", help="Your anchors for persons: verifies now. Else it says: not judged."
        ),
    ] = None,
    tsa_trust: AuthorityRoots = None,
    head: Annotated[
        str | None,
        typer.Option(
            "--head", metavar="HEAD", help="A head from elsewhere that it must continue: text or a file."
        ),
    ] = None,
    language: Lang = "id",
    written_at: WrittenAt = "",
    as_json: AsJson = False,
) -> int:
    """Write the receipt of a bundle that is handed over, to be signed by both sides; what is not known is a line."""
    from evidentia.case.hand_over import Stated, hand_over
    from evidentia.report.hand_over_sheet import hand_over_pdf

    must_be_free(out)
    languages, at = languages_from(language), time_from(written_at)
    anchors = anchors_of(trust, tsa_trust)
    stated = Stated(
        number=number,
        giver=giver,
        giver_office=giver_office,
        receiver=receiver,
        receiver_office=receiver_office,
        handed_at=time_from(handed_at),
        place=place,
        how=how,
        authority=authority,
    )
    _must_be_printable(*(value for value in vars(stated).values() if isinstance(value, str)))
    with progress("Writing the receipt") as tell:
        told = hand_over(
            where,
            stated,
            item=item,
            trust=anchors,
            head=head_from(head),
            written_at=at,
            progress=tell,
        )
        tell("laying out")
        sha256 = _written(out, hand_over_pdf(told, languages))
    if as_json:
        say_json({"path": str(out), "sha256": sha256, "receipt": told})
    else:
        _say_receipt(told, out, sha256)
    judged = Exit.PASSED if told.seals is None else EXIT_OF[told.seals.status]
    return worst(judged, _open_problems(told.problems, as_json))


def evidence_list(
    where: Annotated[Path, typer.Argument(metavar="CASE|BUNDLE", help="A case folder, or a bundle.")],
    out: Out,
    form: Annotated[
        Path | None,
        typer.Option(
            "--form",
            metavar="TOML",
            help="What you state: which items, what they are meant to show, fields that the docket lacks.",
        ),
    ] = None,
    marks: Annotated[
        str, typer.Option("--marks", metavar="FIRST", help="The first mark: a, A, or a word with 1: P-1.")
    ] = "a",
    names: Annotated[
        bool, typer.Option("--names", help="Print the names that the file has; else pseudonyms alone.")
    ] = False,
    data: DataFolder = None,
    language: Lang = "id",
    written_at: WrittenAt = "",
    as_json: AsJson = False,
) -> int:
    """Write the list of a case's evidence with the fields of report model B.1; what is not known is a line."""
    from evidentia.case.evidence_list import evidence_list as listed
    from evidentia.report.evidence_sheet import evidence_pdf

    must_be_free(out)
    languages, at, sets = languages_from(language), time_from(written_at), data_sets(data)
    with progress("Writing the list") as tell:
        told = listed(where, form, data=sets, first_mark=marks, names=names, written_at=at)
        tell("laying out")
        sha256 = _written(out, evidence_pdf(told, sets, languages))
    if as_json:
        say_json({"path": str(out), "sha256": sha256, "list": told})
    else:
        _say_list(told, out, sha256)
    withheld = told.report.standing is Standing.NEWER_WITHHELD
    return worst(Exit.INDETERMINATE if withheld else Exit.PASSED, _open_problems(told.problems, as_json))


def _must_be_printable(*texts: str) -> None:
    """What was typed goes into a PDF and into JSON: neither can hold bytes that are no text, nor a text without end."""
    from evidentia.report.inert import MAX_SHOWN, well_formed

    for text in texts:
        if well_formed(text) != text:
            raise UsageError("A text of the receipt is no UTF-8.", next_step="Type it again.")
        if len(text) > MAX_SHOWN:
            raise UsageError(
                f"A text of the receipt has more than {MAX_SHOWN} characters.",
                next_step="Shorten it; attach the rest.",
            )


def _written(out: Path, pdf: bytes) -> str:
    from evidentia.case.table_files import create

    create(out, pdf)
    return hashlib.sha256(pdf).hexdigest()


def _say_receipt(told: HandOver, out: Path, sha256: str) -> None:
    say(f"{shown(out)}: receipt of {shown(told.bundle.name)}, {len(told.items)} items")
    say(f"SHA-256 of the PDF {sha256}")
    if told.bundle.sha256 is not None:
        say(f"SHA-256 of the bundle {told.bundle.sha256}")
    if told.head is not None:
        say(f"head {printed_head(told.head)}")
    for key, people in (("handed over by", told.givers), ("received by", told.receivers)):
        names = ", ".join(one.name or one.office for one in people)
        say(f"{key}: {shown(names) if names else 'left to be filled in'}")
    if told.seals is None:
        warn(
            "[yellow]Not judged: name your anchors with --trust, and the receipt says how the seals stand.[/]"
        )
    else:
        say(f"judged now: [bold]{told.seals.status.value}[/]")
        for code in dict.fromkeys(fault.code for fault in told.seals.faults):
            say(f"  {code}")


def _say_list(told: EvidenceList, out: Path, sha256: str) -> None:
    say(f"{shown(out)}: evidence listed: {len(told.evidence)}")
    for one in told.evidence:
        say(f"  {shown(one.mark)}  item {one.item}, {one.kind.value}: {shown(one.title)}")
    say(f"SHA-256 of the PDF {sha256}")
    if told.not_listed:
        say(f"not listed: item {', '.join(map(str, told.not_listed))}")
    if told.report.standing is Standing.NEWER_WITHHELD:
        warn("[yellow]A newer docket entry is withheld: the older one was not used.[/]")


def _open_problems(problems: Sequence[str], as_json: bool) -> Exit:
    """Exit code 3 where something could not be read, or is not as it was sealed."""
    if not as_json:
        for problem in problems:
            warn(f"  [yellow]left out: {shown(problem)}[/]")
    return Exit.INDETERMINATE if problems else Exit.PASSED
