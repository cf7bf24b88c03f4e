"""Options that many commands share, and the case and custodian that they name."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from evidentia.custody.identity import Custodian, Party
from evidentia.custody.token_key import URI_SCHEME, token_key_at
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
    str | None,
    typer.Option(
        "--identity",
        metavar="P12|URI",
        envvar="EVIDENTIA_IDENTITY",
        help="Who acts: a PKCS#12 file, or the pkcs11: address of a key in a token. Its passphrase or PIN is taken "
        "from EVIDENTIA_PASSPHRASE, or asked for.",
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


def custodian(identity: str | None, who: str, tsa: list[str] | None) -> Custodian:
    """Who acts, with the passphrase or PIN from the environment or from a person.

    Raises:
        UsageError: no identity was named, or an address that is not understood.
    """
    if identity is None:
        raise UsageError(
            "No identity was named.",
            next_step="Name a PKCS#12 file with --identity or EVIDENTIA_IDENTITY; `evidentia identity new` makes one.",
        )
    return load_identity(identity, who=who, tsa=tsa or ())


def load_identity(identity: str, *, who: str = "", tsa: Sequence[str] = ()) -> Custodian:
    """The custodian in a PKCS#12 file, or in the token at a ``pkcs11:`` address."""
    if not identity.startswith(URI_SCHEME):
        return Custodian.from_pkcs12(identity, passphrase_for(Path(identity)), tsa=tsa, who=who)
    key = token_key_at(identity, "")  # a wrong address is told before anybody has to type a PIN
    pin = _secret(f"PIN of {key.token}")
    return Custodian.from_pkcs11(key.module, key.token, key.label, pin, tsa=tsa, who=who)


def passphrase_for(identity: Path) -> str:
    """The passphrase of an identity."""
    return _secret(f"Passphrase of {identity.name}")


def _secret(what: str) -> str:
    found = os.environ.get(PASSPHRASE)
    return found if found is not None else str(typer.prompt(what, hide_input=True, err=True))


def receiver(source: Path, who: str) -> Party:
    """The receiver of a transfer: by a certificate (.pem, .cer, .crt)."""
    return Party.from_certificate(source, who=who)
