"""The command that judges: verify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from evidentia.record.custody import Head
from evidentia.record.errors import FormatError, UsageError
from evidentia.record.verdict import Requirement, Status, Verdict
from evidentia.verify import Policy, Trust, read_policy
from evidentia.verify import verify as judge

from .options import AsJson
from .speaking import Exit, progress, say, say_json, shown

EXIT_OF = {Status.PASSED: Exit.PASSED, Status.FAILED: Exit.FAILED, Status.INDETERMINATE: Exit.INDETERMINATE}
_COLOUR = {Status.PASSED: "green", Status.FAILED: "red", Status.INDETERMINATE: "yellow"}
_IN_UU_ITE = {
    Requirement.ACCESSIBLE: "dapat diakses",
    Requirement.DISPLAYABLE: "dapat ditampilkan",
    Requirement.INTACT: "dijamin keutuhannya",
    Requirement.ACCOUNTABLE: "dapat dipertanggungjawabkan",
}

SignerRoots = Annotated[
    Path,
    typer.Option(
        "--trust", metavar="PEM", help="Your anchors for persons; never the bundle's.", show_default=False
    ),
]
AuthorityRoots = Annotated[
    Path | None,
    typer.Option(
        "--tsa-trust", metavar="PEM", help="Your anchors for timestamp authorities; else those for persons."
    ),
]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(
        "verify",
        epilog="Example: evidentia verify makassar-15.zip --trust roots.pem --tsa-trust tsa-roots.pem",
    )(verify)


def verify(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="A ZIP or a folder.")],
    trust: SignerRoots,
    tsa_trust: AuthorityRoots = None,
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="HEAD", help="A head that the bundle must continue: text or a file."),
    ] = None,
    since: Annotated[
        Path | None,
        typer.Option(
            "--since", metavar="OLD", help="An older bundle that this one may only have appended to."
        ),
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(
            "--policy", metavar="TOML", help="Who may act, how many timestamps, how soon: your rules."
        ),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Judge a bundle offline: who, when, and whether anything was touched."""
    for given in (bundle, since):
        if given is not None and not given.exists():
            raise UsageError(
                f"{given} is not there.", next_step="Name a bundle: a ZIP, or the folder of a case."
            )
    anchors, wanted, rules = anchors_from(trust, tsa_trust), head_from(head), _policy(policy)
    with progress("Verifying"):
        verdict = judge(bundle, anchors, head=wanted, since=since, policy=rules)
    if as_json:
        say_json(msgspec.structs.asdict(verdict) | {"requirements": verdict.requirements})
    else:
        _say_verdict(verdict)
    return EXIT_OF[verdict.status]


def head_from(text: str | None) -> Head | None:
    """The head itself, or the one in the file that is named.

    Raises:
        UsageError: neither.
    """
    from evidentia.formats.head import parse_head

    if text is None:
        return None
    try:
        is_json = text.lstrip().startswith("{")  # which may be longer than any file name can be
        return parse_head(text if is_json or not Path(text).is_file() else Path(text).read_text("utf-8"))
    except (FormatError, OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"The head cannot be read: {error}",
            next_step="Give it as it was printed, or name the file that holds it.",
        ) from error


def anchors_from(trust: Path, tsa_trust: Path | None) -> Trust:
    """The caller's anchors.

    Raises:
        UsageError: a file that holds none.
    """

    try:
        return Trust.from_pem(str(trust), None if tsa_trust is None else str(tsa_trust))
    except FormatError as error:
        raise UsageError(error.happened, next_step="Name a file with certificates in PEM form.") from error


def _policy(where: Path | None) -> Policy | None:
    """The caller's policy.

    Raises:
        UsageError: a file that is none.
    """
    try:
        return None if where is None else read_policy(where)
    except FormatError as error:
        raise UsageError(
            error.happened, next_step="See docs/reference.md for what a policy may say."
        ) from error


def _say_verdict(verdict: Verdict) -> None:
    from evidentia.formats.head import printed_head

    for event in verdict.events:
        bounds = (event.proven.not_before, event.proven.not_after)
        first, last = ("-" if b is None else f"{b:%Y-%m-%dT%H:%M:%SZ}" for b in bounds)
        say(
            f"{event.event:>6} {event.type.value:<10} claimed {event.claimed}, proven between {first} and {last}"
        )
        for one in event.signatures:
            doubt = "" if one.certified else " (not certified; tidak tersertifikasi)"
            say(f"       signed by {shown(one.name)}, {shown(one.organisation)}{doubt}")
    for fault in verdict.faults:
        say(
            f"[{_COLOUR[fault.status]}]{fault.code}[/] {shown(fault.path)}: expected {shown(fault.expected)},"
            f" found {shown(fault.found)} ({fault.requirement.value})"
        )
    for code in dict.fromkeys(note.code for note in verdict.notes):
        same = [note for note in verdict.notes if note.code == code]
        more = f" ({len(same)} times)" if len(same) > 1 else ""
        say(f"note {code}: {shown(same[0].text)}{more}")
    for requirement, status in verdict.requirements.items():
        say(f"[{_COLOUR[status]}]{status.value:<13}[/] {requirement.value} ({_IN_UU_ITE[requirement]})")
    if verdict.head is not None:
        say(f"head {printed_head(verdict.head)}")
    say(f"[bold {_COLOUR[verdict.status]}]{verdict.status.value}[/]")
