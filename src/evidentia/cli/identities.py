"""The identities that commands name: who acts, who joins, who receives."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from evidentia.custody.identity import Acts, Custodian, Elsewhere, Party
from evidentia.custody.identity_kind import IdentityKind, kind_of
from evidentia.custody.party import read_file
from evidentia.custody.token_key import URI_SCHEME, token_key_at
from evidentia.record.errors import UsageError

PASSPHRASE = "EVIDENTIA_PASSPHRASE"
NEWCOMER_PASSPHRASE = "EVIDENTIA_NEWCOMER_PASSPHRASE"


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
    """A passphrase or PIN: from the environment, or typed by a person who is there.

    Raises:
        UsageError: nobody is there. A prompt on the controlling terminal would wait for a script's whole life.
    """
    found = os.environ.get(variable)
    if found is not None:
        return found
    if not sys.stdin.isatty():
        raise UsageError(
            f"{what} is not known, and there is nobody to ask.",
            next_step=f"Set {variable}, or run the command in a terminal.",
        )
    return str(typer.prompt(what, hide_input=True, err=True))


def receiver(source: Path, who: str) -> Party:
    """The receiver of a transfer: by a certificate (.pem, .cer, .crt)."""
    return Party.from_certificate(source, who=who)
