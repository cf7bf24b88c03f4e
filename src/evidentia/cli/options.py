"""Options that many commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evidentia.record.item import Access

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
NewTable = Annotated[
    Path | None, typer.Option("--csv", help="Write a table as well; a file that is there is never replaced.")
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
StorageStateFile = Annotated[
    Path | None,
    typer.Option(
        "--storage-state",
        metavar="FILE",
        help="Be logged in: cookies and local storage as Playwright writes them. Their values are left out.",
    ),
]
Via = Annotated[
    list[str] | None,
    typer.Option(
        "--via",
        metavar="SERVICE=URL",
        help="Where a service of a platform is asked: matrix, nostr (repeatable), bluesky, plc; "
        "for example matrix=https://matrix.example.",
    ),
]
PrivateNetwork = Annotated[
    bool,
    typer.Option("--allow-private-network", help="Allow addresses that are not on the public internet."),
]
