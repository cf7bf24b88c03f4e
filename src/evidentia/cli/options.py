"""Options that many commands share, and the case and custodian that they name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from evidentia.custody.identity import Custodian, Party
from evidentia.record.errors import UsageError
from evidentia.record.item import Access

PASSPHRASE = "EVIDENTIA_PASSPHRASE"

CaseFolder = Annotated[
    Path,
    typer.Option(
        "--case", metavar="DIR", envvar="EVIDENTIA_CASE", help="The case folder.", show_default=False
    ),
]
IdentityFile = Annotated[
    Path | None,
    typer.Option(
        "--identity",
        metavar="P12",
        envvar="EVIDENTIA_IDENTITY",
        help="Who acts: a PKCS#12 file. Its passphrase is taken from EVIDENTIA_PASSPHRASE, or asked for.",
    ),
]
Who = Annotated[
    str,
    typer.Option(
        "--who", metavar="NAME", help="Short name of who acts (a-z, 0-9, -); else from the certificate."
    ),
]
Authorities = Annotated[
    list[str] | None,
    typer.Option(
        "--tsa", metavar="URL", envvar="EVIDENTIA_TSA", help="A timestamp authority (RFC 3161); repeatable."
    ),
]
AccessBasis = Annotated[
    Access, typer.Option("--access", help="On what basis the material could be seen.", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; goes into the chain of custody.")]
Place = Annotated[str, typer.Option("--place", metavar="TEXT", help="Where; goes into the chain of custody.")]
Authority = Annotated[
    str,
    typer.Option(
        "--authority", metavar="TEXT", help="By what authority, for example a letter of assignment."
    ),
]
PrivateNetwork = Annotated[
    bool,
    typer.Option("--allow-private-network", help="Allow addresses that are not on the public internet."),
]


def custodian(identity: Path | None, who: str, tsa: list[str] | None) -> Custodian:
    """Who acts, with the passphrase from the environment or from a person.

    Raises:
        UsageError: no identity was named.
    """
    if identity is None:
        raise UsageError(
            "No identity was named.",
            next_step="Name a PKCS#12 file with --identity or EVIDENTIA_IDENTITY; `evidentia identity new` makes one.",
        )
    return Custodian.from_pkcs12(identity, passphrase_for(identity), tsa=tsa or (), who=who)


def passphrase_for(identity: Path) -> str:
    """The passphrase of an identity."""
    found = os.environ.get(PASSPHRASE)
    return (
        found
        if found is not None
        else str(typer.prompt(f"Passphrase of {identity.name}", hide_input=True, err=True))
    )


def receiver(source: Path, who: str) -> Party:
    """The receiver of a transfer: by a certificate (.pem, .cer, .crt)."""
    return Party.from_certificate(source, who=who)
