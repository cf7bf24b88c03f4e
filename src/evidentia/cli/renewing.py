"""The command that keeps a bundle valid: renew; and how what was learnt about revocation is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import evidentia as ev
from evidentia.formats.head import printed_head
from evidentia.record import reasons

from .identities import custodian
from .open_ends import left_open
from .options import (
    AsJson,
    Authorities,
    Authority,
    CaseFolder,
    IdentityFile,
    Place,
    PrivateNetwork,
    Reason,
    Who,
)
from .speaking import Exit, progress, say, say_json, shown, warn, worst

if TYPE_CHECKING:
    from evidentia.case import Case

if TYPE_CHECKING:
    from evidentia.custody.revocation_evidence import Evidence

Revocation = Annotated[
    list[Path] | None,
    typer.Option(
        "--revocation",
        metavar="FILE",
        help="A CRL, an OCSP answer or an issuer's certificate to take in (DER or PEM); repeatable.",
    ),
]
FetchRevocation = Annotated[
    bool,
    typer.Option(
        "--fetch-revocation",
        help="Ask the addresses that the certificates name for CRLs, OCSP answers and issuers.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("renew", epilog="Example: evidentia renew --case makassar-15 --fetch-revocation")(renew)


def renew(
    case: CaseFolder,
    revocation: Revocation = None,
    fetch_revocation: FetchRevocation = False,
    private_network: PrivateNetwork = False,
    identity: IdentityFile = None,
    who: Who = "",
    tsa: Authorities = None,
    reason: Reason = reasons.RENEWAL,
    place: Place = "",
    authority: Authority = "",
    as_json: AsJson = False,
) -> int:
    """Keep a case valid while its certificates last: revocation evidence, a seal over everything, new timestamps."""
    opened = ev.Case.open(case, custodian(identity, who, tsa))
    with progress("Renewing"):
        renewed = opened.renew(
            revocation or (),
            fetch=fetch_revocation,
            private_network=private_network,
            reason=reason,
            place=place,
            authority=authority,
        )
    if as_json:
        say_json({
            "event": renewed.event,
            "head": opened.head,
            "pending": opened.pending,
            "silent": opened.silent,
            "revocation": evidence_json(renewed.evidence),
        })  # fmt: skip
    else:
        say(
            f"Renewed by event {renewed.event.event}. Export again: a bundle holds what it was exported with."
        )
        say_evidence(renewed.evidence)
        say(f"head {printed_head(opened.head)}")
    return worst(left_open(opened, quiet=as_json), covered(renewed.evidence))


def take_revocation(
    case: Case, files: list[Path] | None, fetch: bool, private_network: bool
) -> Evidence | None:
    """Take in evidence before another command binds it; None where nobody asked for it."""
    if not files and not fetch:
        return None
    return case.take_revocation(files or (), fetch=fetch, private_network=private_network)


def covered(evidence: Evidence | None) -> Exit:
    """The exit code that says whether something is known of everybody."""
    return Exit.INDETERMINATE if evidence is not None and evidence.uncovered else Exit.PASSED


def evidence_json(evidence: Evidence | None) -> dict[str, Any] | None:
    """What was taken in, by path; whom was asked; of whom nothing is said; who was revoked."""
    if evidence is None:
        return None
    return {
        "taken": sorted(evidence.files),
        "asked": evidence.asked,
        "uncovered": evidence.uncovered,
        "revoked": tuple(evidence.revoked.values()),
    }


def say_evidence(evidence: Evidence | None) -> None:
    """The same for people: what failed and what is open on standard error."""
    if evidence is None:
        return
    lists = sum(not path.endswith(".cer") for path in evidence.files)
    say(f"Taken in: {lists} lists and answers, {len(evidence.files) - lists} certificates.")
    for asked in evidence.asked:
        if asked.problem:
            warn(f"[yellow]{shown(asked.url)}: {shown(asked.problem)}[/]")
        else:
            say(f"  asked {shown(asked.url)} about {shown(asked.about)}")
    for text in (*evidence.uncovered, *evidence.revoked.values()):
        warn(f"[yellow]{shown(text)}[/]")
