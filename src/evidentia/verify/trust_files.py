"""What lies under ``trust/``: certificates, CRLs and OCSP answers in DER, each named by its SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from cryptography import x509

from evidentia.formats import names
from evidentia.record.verdict import Fault

from .certificates import fingerprint, load_certificate
from .codes import Code, fault
from .revocation import load_list


def certificates_of(contents: Mapping[str, bytes]) -> dict[str, x509.Certificate]:
    """The certificates under ``trust/`` by SHA-256: they help to build paths and are never anchors."""
    ders = (data for path, data in contents.items() if path.startswith("trust/") and path.endswith(".cer"))
    return {fingerprint(certificate): certificate for certificate in loadable(ders)}


def loadable(ders: Iterable[bytes]) -> Iterator[x509.Certificate]:
    """Those certificates that can be read."""
    for der in ders:
        try:
            yield load_certificate(der)
        except ValueError:
            continue  # a certificate that came along and cannot be read helps no chain; trust/ is judged apart


def malformed(contents: Mapping[str, bytes]) -> Iterator[Fault]:
    """A fault for each file under ``trust/`` that is not what its name says."""
    for path, data in contents.items():
        if names.is_trust_path(path) and (problem := _trust_problem(path, data)):
            yield fault(
                Code.TRUST_FILE_MALFORMED, path, "DER of what the name says, named by its digest", problem
            )


def _trust_problem(path: str, data: bytes) -> str:
    name, _, kind = path.removeprefix("trust/").partition(".")
    if hashlib.sha256(data).hexdigest() != name:
        return "the name is not the digest"
    try:
        if kind == "cer":
            load_certificate(data)
        else:
            load_list(data, kind)
    except ValueError as error:
        return str(error)
    return ""
