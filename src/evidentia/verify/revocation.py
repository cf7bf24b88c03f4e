"""What CRLs and OCSP answers of a bundle say of certificates: which of them count, and for which time.

Format, "Revocation"; RFC 5280, section 6.3; RFC 6960, sections 3.2 and 4.2.2.2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from .certificates import fingerprint
from .der import SEQUENCE, elements, one

SIGNED_WITH = ("sha256", "sha384", "sha512")  # FORMAT, "Algorithms"
NAMED_WITH = ("sha1", *SIGNED_WITH)  # a CertID's hashes name an issuer and secure nothing

List = x509.CertificateRevocationList | ocsp.OCSPResponse


class Told(NamedTuple):
    """What one list says of one certificate. ``complete`` is False where silence would not mean "not revoked"."""

    revoked: datetime | None
    this_update: datetime
    next_update: datetime | None
    complete: bool

    def covers(self, at: datetime, expires: datetime) -> bool:
        """Whether "not revoked" at ``at`` follows. An issuer may drop an expired certificate from its lists."""
        if self.revoked is not None:
            return True
        if not self.complete or self.this_update > expires:
            return False
        return self.this_update >= at or (self.next_update is not None and at <= self.next_update)


class Revocation(NamedTuple):
    """What is known of a chain at a time.

    Attributes:
        known: whether every certificate below the anchor has a list that counts and covers the time.
        since: the earliest revocation in the lists that count.
        late: the earliest revocation in lists that were sealed too late to count.
    """

    known: bool
    since: datetime | None = None
    late: datetime | None = None


class RevocationData:
    """The CRLs and OCSP answers under ``trust/``, each with the seal that lists it."""

    def __init__(self, contents: Mapping[str, bytes], sealed_by: Mapping[str, int]) -> None:
        self._lists = tuple(_readable(contents))
        self._sealed_by = sealed_by
        self._told: dict[tuple[str, str, str], Told | None] = {}

    def of(
        self, chain: tuple[x509.Certificate, ...], at: datetime, last_seal: int | None = None
    ) -> Revocation:
        """What is said of a chain (leaf first, anchor last) at ``at`` by lists that a seal up to ``last_seal`` holds.

        ``None`` lets every list count, sealed or not.
        """
        known = len(chain) > 1
        since: list[datetime] = []
        late: list[datetime] = []
        for certificate, issuer in pairwise(chain):
            heard = [(path, told) for path, told in self._about(certificate, issuer)]
            counted = [told for path, told in heard if self._counts(path, last_seal)]
            expires = certificate.not_valid_after_utc
            known = known and any(told.covers(at, expires) for told in counted)
            since += [told.revoked for told in counted if told.revoked is not None]
            rest = [told for path, told in heard if not self._counts(path, last_seal)]
            late += [told.revoked for told in rest if told.revoked is not None]
        return Revocation(known, min(since, default=None), min(late, default=None))

    def _counts(self, path: str, last_seal: int | None) -> bool:
        return last_seal is None or self._sealed_by.get(path, last_seal + 1) <= last_seal

    def _about(self, certificate: x509.Certificate, issuer: x509.Certificate) -> Iterator[tuple[str, Told]]:
        names = fingerprint(certificate), fingerprint(issuer)
        for path, one_list in self._lists:
            key = (path, *names)
            if key not in self._told:
                self._told[key] = _told(one_list, certificate, issuer)
            if (told := self._told[key]) is not None:
                yield path, told


def _readable(contents: Mapping[str, bytes]) -> Iterator[tuple[str, List]]:
    """Every list that is what its name says; what is not is a fault of its own (``TRUST_FILE_MALFORMED``)."""
    for path, data in contents.items():
        name, _, kind = path.removeprefix("trust/").partition(".")
        if not path.startswith("trust/") or hashlib.sha256(data).hexdigest() != name:
            continue
        try:
            if kind == "crl":
                yield path, x509.load_der_x509_crl(data)
            elif kind == "ocsp":
                yield path, ocsp.load_der_ocsp_response(data)
        except ValueError:
            continue


def _told(source: List, certificate: x509.Certificate, issuer: x509.Certificate) -> Told | None:
    """What a list says of a certificate, or None where it says nothing or cannot be believed."""
    try:
        if isinstance(source, ocsp.OCSPResponse):
            return _told_by_answer(source, certificate, issuer)
        return _told_by_crl(source, certificate, issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return None  # a part of it that is no DER, or a signature that does not hold: as if it were not there


# CRLs


def _told_by_crl(
    crl: x509.CertificateRevocationList, certificate: x509.Certificate, issuer: x509.Certificate
) -> Told | None:
    digest = crl.signature_hash_algorithm
    if crl.issuer != issuer.subject or digest is None or digest.name not in SIGNED_WITH:
        return None
    if not _may_sign_lists(issuer) or not crl.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]
        return None
    critical = {extension.oid: extension.value for extension in crl.extensions if extension.critical}
    scope = critical.pop(x509.IssuingDistributionPoint.oid, None)
    assert scope is None or isinstance(scope, x509.IssuingDistributionPoint)
    if x509.DeltaCRLIndicator.oid in critical or (scope is not None and scope.indirect_crl):
        return None
    entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
    complete = not critical and (scope is None or _is_in_scope(scope, certificate))
    revoked = None if entry is None else entry.revocation_date_utc
    return Told(revoked, crl.last_update_utc, crl.next_update_utc, complete)


def _may_sign_lists(issuer: x509.Certificate) -> bool:
    """RFC 5280, section 6.3.3 (f): a key usage, where there is one, includes cRLSign."""
    try:
        return issuer.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign
    except x509.ExtensionNotFound:
        return True


def _is_in_scope(scope: x509.IssuingDistributionPoint, certificate: x509.Certificate) -> bool:
    """Whether a list of part of an issuer's certificates covers this one (RFC 5280, section 6.3.3 (b))."""
    if scope.only_some_reasons is not None or scope.only_contains_attribute_certs:
        return False
    try:
        is_ca = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        is_ca = False
    if (scope.only_contains_user_certs and is_ca) or (scope.only_contains_ca_certs and not is_ca):
        return False
    if scope.full_name is None:
        return scope.relative_name is None
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return False
    named = {name for point in points for name in point.full_name or ()}
    return not named.isdisjoint(scope.full_name)


# OCSP answers


def _told_by_answer(
    answer: ocsp.OCSPResponse, certificate: x509.Certificate, issuer: x509.Certificate
) -> Told | None:
    if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL or not _is_signed(answer, issuer):
        return None
    told = [
        Told(single.revocation_time_utc, single.this_update_utc, single.next_update_utc, complete=True)
        for single in answer.responses
        if single.certificate_status is not ocsp.OCSPCertStatus.UNKNOWN
        and _is_about(single, certificate, issuer)
    ]
    return min(
        told, key=lambda one: one.revoked or datetime.max.replace(tzinfo=one.this_update.tzinfo), default=None
    )


def _is_about(
    single: ocsp.OCSPSingleResponse, certificate: x509.Certificate, issuer: x509.Certificate
) -> bool:
    """CertID (RFC 6960, section 4.1.1): the serial number, and the issuer by digests of its name and its key."""
    name = single.hash_algorithm.name
    if single.serial_number != certificate.serial_number or name not in NAMED_WITH:
        return False
    subject = hashlib.new(name, issuer.subject.public_bytes()).digest()
    return (single.issuer_name_hash, single.issuer_key_hash) == (subject, _key_hash(issuer, name))


def _key_hash(certificate: x509.Certificate, name: str) -> bytes:
    """The digest of the subject's public key: the BIT STRING's value without the count of unused bits."""
    spki = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.new(name, elements(one(spki, SEQUENCE).content)[1].content[1:]).digest()


def _is_signed(answer: ocsp.OCSPResponse, issuer: x509.Certificate) -> bool:
    """By the issuer itself or by a responder that it delegated to (RFC 6960, section 4.2.2.2)."""
    responders = [issuer, *(one for one in answer.certificates if _is_delegated(one, issuer, answer))]
    return any(_is_named(answer, one) and _holds(answer, one) for one in responders)


def _is_delegated(responder: x509.Certificate, issuer: x509.Certificate, answer: ocsp.OCSPResponse) -> bool:
    try:
        responder.verify_directly_issued_by(issuer)
        usages = responder.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    valid = responder.not_valid_before_utc <= answer.produced_at_utc <= responder.not_valid_after_utc
    return valid and ExtendedKeyUsageOID.OCSP_SIGNING in usages


def _is_named(answer: ocsp.OCSPResponse, responder: x509.Certificate) -> bool:
    if answer.responder_name is not None:
        return answer.responder_name == responder.subject
    return answer.responder_key_hash == _key_hash(responder, "sha1")


def _holds(answer: ocsp.OCSPResponse, responder: x509.Certificate) -> bool:
    key, digest = responder.public_key(), answer.signature_hash_algorithm
    if digest is None or digest.name not in SIGNED_WITH:
        return False
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(digest))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), digest)
        else:
            return False
    except InvalidSignature:
        return False
    return True
