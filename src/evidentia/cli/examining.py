"""The command about what tests say of a picture or a video: examine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

import evidentia as ev
from evidentia.record.errors import UsageError
from evidentia.record.examination import DRAWN, Examination, ImageClass, Support, TestFinding
from evidentia.record.item import Role

from .files import item_number, say_kept
from .identities import custodian
from .open_ends import left_open
from .options import AsJson, Authorities, IdentityFile, Who
from .speaking import Exit, progress, rate_in_words, say, say_json, shown, worst

_COLOURS = {
    Support.ALTERATION: "bold red",
    Support.INCONCLUSIVE: "yellow",
    Support.NONE_FOUND: "green",
    Support.NOT_APPLICABLE: "dim",
}
_CODES = {Support.ALTERATION: Exit.FAILED, Support.NONE_FOUND: Exit.PASSED}

_REGIONS = 5
"""Places of one finding that are listed for a person."""

ExaminedClass = Annotated[
    ImageClass | None,
    typer.Option(
        "--class",
        help="What kind of file it is, where you know; the record says that you said so.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command(
        "examine",
        epilog="Example: evidentia examine IMG-0001.jpg    or: "
        "evidentia examine copy.mp4 --reference earliest.mp4    or: "
        "evidentia examine 3 --reference 5 --case makassar-15",
    )(examine)


def examine(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A picture or a video; with --case, or its item's number.")
    ],
    reference: Annotated[
        list[str] | None,
        typer.Option(
            "--reference", metavar="FILE", help="Said to be the original, or an earlier copy; repeatable."
        ),
    ] = None,
    image_class: ExaminedClass = None,
    illustrations: Annotated[
        Path | None,
        typer.Option(
            "--illustrations", metavar="DIR", help="Without --case: draw pictures into this folder."
        ),
    ] = None,
    case: Annotated[
        Path | None,
        typer.Option(
            "--case",
            metavar="DIR",
            help="Examine a file of this case, and keep the result in it; $EVIDENTIA_CASE for an item's number.",
            show_default=False,
        ),
    ] = None,
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    as_json: AsJson = False,
) -> int:
    """Examine a picture or a video: tests that are valid for its kind, with their error rates. Never "genuine"."""
    beside = reference or []
    case = case or _case_of(file)
    if illustrations is not None:
        _ready_for(illustrations, case)
    if case is None:
        found = _alone(Path(file), [Path(one) for one in beside], image_class, illustrations)
        _tell(found, {}, as_json=as_json)
        return _CODES.get(found.outcome, Exit.INDETERMINATE)
    opened = ev.Case.open(case, custodian(identity, who, tsa))
    with progress("Examining") as tell:
        found = opened.examine(
            item_number(opened, file),
            references=[item_number(opened, one) for one in beside],
            stated_class=image_class,
            progress=tell,
        )
    kept = opened.events[-1].items[0].item
    _tell(found, {"item": kept}, as_json=as_json)
    if not as_json:
        say_kept(opened, kept, Role.EXAMINATION)
    return worst(left_open(opened, quiet=as_json), _CODES.get(found.outcome, Exit.INDETERMINATE))


def _case_of(file: str) -> Path | None:
    """The case of the environment, where an item's number is given: a file is of no case unless one is named."""
    named = os.environ.get("EVIDENTIA_CASE")
    is_number = file.isascii() and file.isdigit() and not Path(file).exists()
    return Path(named) if named and is_number else None


def _ready_for(illustrations: Path, case: Path | None) -> None:
    """Make the folder before the examination, which can take long: nothing of it is to be lost for want of a place."""
    if case is not None:
        raise UsageError(
            "--illustrations is for a file of no case.",
            next_step="Leave it out: an examination in a case keeps its pictures beside it.",
        )
    if illustrations.exists() and not illustrations.is_dir():
        raise UsageError(f"{illustrations} is not a folder.", next_step="Name a folder, or a new one.")
    illustrations.mkdir(parents=True, exist_ok=True)
    for there in (illustrations / name for name in DRAWN if (illustrations / name).exists()):
        raise UsageError(
            f"{there} is there already, and nothing is overwritten.", next_step="Name another folder."
        )


def _alone(
    file: Path, references: list[Path], image_class: ImageClass | None, illustrations: Path | None
) -> Examination:
    """Examine a file of no case; nothing is kept but pictures that were asked for."""
    from evidentia.detect.examining.examine import examine as examine_file

    with progress(f"Examining {file.name}") as tell:
        found = examine_file(file, references=references, stated_class=image_class, progress=tell)
        if illustrations is not None:
            from evidentia.detect.examining.heat import illustrate

            tell("illustrations")
            drawn = illustrate(file, found, illustrations, references=references)
            found = msgspec.structs.replace(found, illustrations=tuple(one.name for one in drawn))
    return found


def to_json(examination: Examination) -> dict[str, Any]:
    """The examination for programs: ``class`` and ``findings`` first, each with its first ``region``, and the rest."""
    built: dict[str, Any] = msgspec.to_builtins(examination)
    findings = [{**one, "region": next(iter(one["regions"]), None)} for one in built.pop("findings")]
    return {"class": built.pop("image_class"), "findings": findings, **built}


def _tell(examination: Examination, beside: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        say_json({**beside, **to_json(examination)})
        return
    say(f"[{_COLOURS[examination.outcome]}]{examination.outcome.value}[/]  {shown(examination.reason)}")
    say(
        f"Examined as [bold]{shown(examination.image_class.value)}[/]: {shown('; '.join(examination.because))}"
    )
    for finding in examination.findings:
        _tell_finding(finding)
    for copy in examination.copies:
        say(f"  laid beside {shown(copy.reference)}: {copy.share:.0%} of its frames are aligned")
    for fact in examination.facts:
        say(f"  [dim]{shown(fact.name)}:[/] {shown(fact.value)}")
    for problem in examination.problems:
        if problem not in examination.reason:
            say(f"  [yellow]problem:[/] {shown(problem)}")
    for name in examination.illustrations:
        say(f"  illustration, not a finding: {shown(name)}")


def _tell_finding(finding: TestFinding) -> None:
    say(f"  [{_COLOURS[finding.outcome]}]{finding.outcome.value}[/]  [bold]{shown(finding.test)}[/]")
    say(f"    {shown(finding.reason)}")
    if finding.outcome is Support.NOT_APPLICABLE:
        return
    for region in finding.regions[:_REGIONS]:
        say(f"    where: {shown(_where(region.box, region.during))}")
    if len(finding.regions) > _REGIONS:
        say(f"    and {len(finding.regions) - _REGIONS} places more: see --json")
    for one in finding.opposing:
        explains = {True: "explains it", False: "does not explain it", None: "could not be told"}[
            one.explains
        ]
        say(f"    [dim]honest explanation, {shown(one.hypothesis)}: {explains}; {shown(one.reason)}[/]")
    for rate in finding.error_rates:
        say(f"    [dim]{rate_in_words(rate)}[/]")
    say(
        f"    [dim]method {shown(finding.method)}, version {shown(finding.version)}; source: {shown(finding.source)}[/]"
    )


def _where(box: tuple[int, int, int, int] | None, during: tuple[float, float] | None) -> str:
    parts = []
    if box is not None:
        parts.append(f"x {box[0]}, y {box[1]}, {box[2]} x {box[3]} pixels")
    if during is not None:
        parts.append(f"{during[0]:.2f} to {during[1]:.2f} s")
    return ", ".join(parts) or "the whole file"
