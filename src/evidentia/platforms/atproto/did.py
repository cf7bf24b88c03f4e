"""Who an account is: its DID, and the document that says which key and which host are its own.

https://atproto.com/specs/did, https://atproto.com/specs/handle. The document is a stranger's text: an address in it is
given out only where it is a bare http or https origin.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import msgspec

from .cid import Malformed
from .json_form import read_as
from .public_key import PublicKey, parse_bare_point, parse_multikey

MAX_DOCUMENT_BYTES = 256 * 1024
"""Of a DID document; those of the directory have one or two thousand."""

_PLC = re.compile(r"did:plc:[a-z2-7]{24}", re.ASCII)
_WEB = re.compile(r"did:web:(?P<host>[a-zA-Z0-9.-]{1,253}?)(?:%3A(?P<port>[0-9]{1,5}))?", re.ASCII)
_HANDLE = re.compile(
    r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII
)
_SIGNING_KEY, _HOST = "#atproto", "#atproto_pds"
_OLDER_TYPES = {
    "EcdsaSecp256k1VerificationKey2019": "secp256k1",
    "EcdsaSecp256r1VerificationKey2019": "P-256",
}
"""Of documents that were made before Multikey, and of older directories."""


class _Method(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    type: str = ""
    public_key_multibase: str | None = None


class _Service(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    type: Any = None
    service_endpoint: Any = None


class Document(msgspec.Struct, frozen=True, rename="camel"):
    """What the protocol uses of a DID document."""

    id: str
    also_known_as: tuple[str, ...] = ()
    verification_method: tuple[_Method, ...] = ()
    service: tuple[_Service, ...] = ()

    @property
    def handle(self) -> str | None:
        """The first handle that the account claims in it. Whether the handle leads back is for its owner to say."""
        named = (name.removeprefix("at://").lower() for name in self.also_known_as if name[:5] == "at://")
        return next((name for name in named if is_handle(name)), None)

    @property
    def host(self) -> str | None:
        """The origin of the host of the account's repository, None where none is named that can be asked."""
        for service in self.service:
            if service.id in (_HOST, self.id + _HOST):
                return origin_of(service.service_endpoint)
        return None

    @property
    def signing_key(self) -> PublicKey:
        """The key that signs the repository.

        Raises:
            Malformed: none is named, or one of a kind that is not known.
        """
        for method in self.verification_method:
            if method.id in (_SIGNING_KEY, self.id + _SIGNING_KEY):
                return _key(method)
        raise Malformed("a DID document that names no key for the repository")


def read_document(text: bytes, did: str) -> Document:
    """Read the document of ``did``.

    Raises:
        Malformed: it is none, or another's.
    """
    if len(text) > MAX_DOCUMENT_BYTES:
        raise Malformed(f"a DID document larger than {MAX_DOCUMENT_BYTES} bytes")
    document = read_as(text, Document)
    if document.id != did:
        raise Malformed("the DID document of another account")
    return document


def _key(method: _Method) -> PublicKey:
    text = method.public_key_multibase or ""
    if method.type in _OLDER_TYPES:
        return parse_bare_point(text, _OLDER_TYPES[method.type])
    if method.type != "Multikey":
        raise Malformed(f"a signing key of type {method.type[:80]}")
    return parse_multikey(text)


def is_did(text: str) -> bool:
    """Whether it is a DID of one of the two methods that the protocol uses."""
    return bool(_PLC.fullmatch(text) or _WEB.fullmatch(text))


def is_handle(text: str) -> bool:
    """Whether it is a handle, in lower case."""
    return _HANDLE.fullmatch(text) is not None


def is_in_directory(did: str) -> bool:
    """Whether the PLC directory keeps it."""
    return _PLC.fullmatch(did) is not None


def document_url(did: str, directory: str) -> str | None:
    """Where the document of a DID is; None where it is a DID of no known method."""
    if is_in_directory(did):
        return f"{directory}/{did}"
    found = _WEB.fullmatch(did)
    if found is None:
        return None
    host, port = found["host"].lower(), found["port"]
    if port is None:
        return f"https://{host}/.well-known/did.json"
    # Ports are for tests on one's own machine alone, and there is no TLS there.
    return f"http://{host}:{port}/.well-known/did.json" if host == "localhost" else None


def origin_of(address: object) -> str | None:
    """The address as a bare origin: http or https, a host, no name and password, no path, query or fragment."""
    if not isinstance(address, str) or not address.isascii() or not address.isprintable():
        return None
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return None
    if parts.path not in ("", "/") or parts.query or parts.fragment or " " in address or "\\" in address:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{port}" if port is not None else "")
