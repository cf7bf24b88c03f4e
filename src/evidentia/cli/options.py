"""Options that many commands share, and the case and custodian that they name."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from evidentia.custody.identity import Acts, Custodian, Elsewhere, Party
from evidentia.custody.identity_kind import IdentityKind, kind_of
from evidentia.custody.party import read_file
from evidentia.custody.token_key import URI_SCHEME, token_key_at
from evidentia.record.errors import UsageError
from evidentia.record.item import Access

PASSPHRASE = "EVIDENTIA_PASSPHRASE"
NEWCOMER_PASSPHRASE = "EVIDENTIA_NEWCOMER_PASSPHRASE"

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
        metavar="FILE|URI",
        envvar="EVIDENTIA_IDENTITY",
        help="Who acts: a PKCS#12 file, a PEM file with key and certificate, the pkcs11: address of a key in a token; "
        "or a certificate alone, of somebody who signs elsewhere. The passphrase or PIN is taken from "
        "EVIDENTIA_PASSPHRASE, or asked for.",
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


def custodian(identity: str | None, who: str, tsa: list[str] | None) -> Acts:
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


def load_identity(
    identity: str, *, who: str = "", tsa: Sequence[str] = (), variable: str = PASSPHRASE
) -> Acts:
    """Who is meant by an identity: the kind of file tells where the key is.

    A PKCS#12 file, a PEM file with a key and its certificates, or the ``pkcs11:`` address of a key in a token; or
    certificates alone, of somebody who signs elsewhere.

    Args:
        variable: the environment variable that holds the passphrase or PIN, which is asked for where it is not set.
    """
    if identity.startswith(URI_SCHEME):
        key = token_key_at(identity, "")  # a wrong address is told before anybody has to type a PIN
        pin = _secret(f"PIN of {key.token}", variable)
        return Custodian.from_pkcs11(key.module, key.token, key.label, pin, tsa=tsa, who=who)
    path = Path(identity)
    data = read_file(path)
    kind = kind_of(data)
    if kind is IdentityKind.CERTIFICATE:
        return Elsewhere.from_certificates(data, tsa=tsa, who=who)
    secret = f"Passphrase of {path.name}"
    if kind is IdentityKind.PEM:
        passphrase = _secret(secret, variable) if b"ENCRYPTED" in data else None
        return Custodian.from_pem(path, path, passphrase, tsa=tsa, who=who)
    return Custodian.from_pkcs12(path, _secret(secret, variable), tsa=tsa, who=who)


def with_key(found: Acts) -> Custodian:
    """An identity whose key is at hand.

    Raises:
        UsageError: it is a certificate alone.
    """
    if isinstance(found, Custodian):
        return found
    raise UsageError(
        f"{found.name}'s key is not here: a certificate alone was named.",
        next_step="Name the identity with its key: a PKCS#12 or PEM file, or a pkcs11: address.",
    )


def passphrase_for(identity: Path) -> str:
    """The passphrase of a new identity."""
    return _secret(f"Passphrase of {identity.name}", PASSPHRASE)


def _secret(what: str, variable: str) -> str:
    found = os.environ.get(variable)
    return found if found is not None else str(typer.prompt(what, hide_input=True, err=True))


def receiver(source: Path, who: str) -> Party:
    """The receiver of a transfer: by a certificate (.pem, .cer, .crt)."""
    return Party.from_certificate(source, who=who)
