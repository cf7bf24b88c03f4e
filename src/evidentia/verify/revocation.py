"""What CRLs and OCSP answers of a bundle say of certificates: which of them count, and for which time.

Format, "Revocation".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509 import ocsp

from .certificates import UNREADABLE, fingerprint
from .crls import Told, told_by_crl
from .ocsp_answers import told_by_answer

List = x509.CertificateRevocationList | ocsp.OCSPResponse


class Revocation(NamedTuple):
    """What is known of a chain at a time.

    Attributes:
        known: whether every certificate below the anchor has a list that covers the time.
        since: the earliest revocation in the lists that count.
        late: the earliest revocation in lists that were sealed too late to count.
    """

    known: bool
    since: datetime | None = None
    late: datetime | None = None


class RevocationData:
    """The CRLs and OCSP answers under ``trust/``, each with the seal that lists it."""

    def __init__(self, contents: Mapping[str, bytes], sealed_by: Mapping[str, int]) -> None:
        self._lists = tuple(readable_lists(contents))
        self._sealed_by = sealed_by
        self._told: dict[tuple[str, str, str], Told | None] = {}

    def of(
        self, chain: tuple[x509.Certificate, ...], at: datetime, last_seal: int | None = None
    ) -> Revocation:
        """What is said of a chain (leaf first, anchor last) at ``at`` by lists that a seal up to ``last_seal`` holds.

        ``None`` lets every list count, sealed or not. That nothing was revoked may be learnt from any list: one that
        its issuer published, and somebody sealed, after the time tells even more.
        """
        known = len(chain) > 1
        since: list[datetime] = []
        late: list[datetime] = []
        for certificate, issuer in pairwise(chain):
            heard = tuple(self._about(certificate, issuer))
            expires = certificate.not_valid_after_utc
            known = known and any(told.covers(at, expires) for _, told in heard)
            for path, told in heard:
                if told.revoked is not None:
                    (since if self._counts(path, last_seal) else late).append(told.revoked)
        return Revocation(known, min(since, default=None), min(late, default=None))

    def _counts(self, path: str, last_seal: int | None) -> bool:
        return last_seal is None or self._sealed_by.get(path, last_seal + 1) <= last_seal

    def _about(self, certificate: x509.Certificate, issuer: x509.Certificate) -> Iterator[tuple[str, Told]]:
        for path, source in self._lists:
            told = self._told_by(path, source, certificate, issuer)
            if told is not None and not self._is_disowned(told, issuer):
                yield path, told

    def _told_by(
        self, path: str, source: List, certificate: x509.Certificate, issuer: x509.Certificate
    ) -> Told | None:
        key = (path, fingerprint(certificate), fingerprint(issuer))
        if key not in self._told:
            self._told[key] = told_by(source, certificate, issuer)
        return self._told[key]

    def _is_disowned(self, told: Told, issuer: x509.Certificate) -> bool:
        """Whether a CRL says that who answered in the issuer's place had been revoked when it did."""
        if told.delegate is None or told.produced is None:
            return False
        crls = (one for one in self._lists if isinstance(one[1], x509.CertificateRevocationList))
        said = (self._told_by(path, crl, told.delegate, issuer) for path, crl in crls)
        return any(
            one is not None and one.revoked is not None and one.revoked <= told.produced for one in said
        )


def told_by(source: List, certificate: x509.Certificate, issuer: x509.Certificate) -> Told | None:
    """What a list says of a certificate, or None where it says nothing or cannot be believed."""
    try:
        if isinstance(source, ocsp.OCSPResponse):
            return told_by_answer(source, certificate, issuer)
        return told_by_crl(source, certificate, issuer)
    except (*UNREADABLE, InvalidSignature, UnsupportedAlgorithm):
        return None  # a part of it that is no DER, or a signature that does not hold: as if it were not there


def load_list(der: bytes, kind: str) -> List:
    """A CRL (kind ``crl``) or an OCSP answer (``ocsp``).

    Raises:
        ValueError: it is none.
    """
    try:
        return x509.load_der_x509_crl(der) if kind == "crl" else ocsp.load_der_ocsp_response(der)
    except x509.InvalidVersion as error:  # no ValueError in the library
        raise ValueError(str(error)) from error


def readable_lists(contents: Mapping[str, bytes]) -> Iterator[tuple[str, List]]:
    """Every list that is what its name says; what is not is a fault of its own (``TRUST_FILE_MALFORMED``)."""
    for path, data in contents.items():
        name, _, kind = path.removeprefix("trust/").partition(".")
        if not path.startswith("trust/") or kind not in ("crl", "ocsp") or _sha256(data) != name:
            continue
        try:
            yield path, load_list(data, kind)
        except ValueError:
            continue


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
