"""Revocation, from docs/format/revocation.md."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from .der import nodes, only
from .paths import ACCEPTED_HASHES, UNREADABLE, Path, extension


class Told(NamedTuple):
    """What one list says of one certificate: whether it counts against it, since when, and whether it covers a time."""

    counts: bool
    revoked: datetime | None
    covers: bool


def judge_revocation(
    path: Path, at: datetime, lists: dict[str, bytes], sealed_by: dict[str, int], last: int | None
) -> str:
    """``revoked``, ``late``, ``later``, ``unknown`` or ``known``."""
    told = [
        list(_told(certificate, issuer, at, lists, sealed_by, last)) for certificate, issuer in pairwise(path)
    ]
    accusing = [one for each in told for one in each if one.revoked is not None]
    since = min((one.revoked for one in accusing if one.counts and one.revoked), default=None)
    late = min((one.revoked for one in accusing if not one.counts and one.revoked), default=None)
    if since is not None and since <= at:
        return "revoked"
    if late is not None and late <= at:
        return "late"
    if since is not None or late is not None:
        return "later"
    return "known" if told and all(any(one.covers for one in each) for each in told) else "unknown"


def _told(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    at: datetime,
    lists: dict[str, bytes],
    sealed_by: dict[str, int],
    last: int | None,
) -> Iterator[Told]:
    for path, data in lists.items():
        counts = last is None or sealed_by.get(path, last + 1) <= last
        try:
            if path.endswith(".crl"):
                said = _by_crl(x509.load_der_x509_crl(data), certificate, issuer)
            else:
                said = _by_ocsp(ocsp.load_der_ocsp_response(data), certificate, issuer, lists)
        except (InvalidSignature, *UNREADABLE):
            continue
        if said is not None:
            revoked, this, following, whole = said
            fresh = this >= at or (following is not None and following >= at)
            yield Told(counts, revoked, whole and this <= certificate.not_valid_after_utc and fresh)


Said = tuple[datetime | None, datetime, datetime | None, bool]


def _by_crl(
    crl: x509.CertificateRevocationList, certificate: x509.Certificate, issuer: x509.Certificate
) -> Said | None:
    usage = extension(issuer, x509.KeyUsage)
    digest = crl.signature_hash_algorithm
    if crl.issuer != issuer.subject or (usage is not None and not usage.value.crl_sign):
        return None
    if (
        digest is None
        or digest.name not in ACCEPTED_HASHES
        or not crl.is_signature_valid(issuer.public_key())
    ):  # type: ignore[arg-type]
        return None
    scope, whole = None, True
    for one in crl.extensions:
        if isinstance(one.value, x509.DeltaCRLIndicator):
            return None
        if isinstance(one.value, x509.IssuingDistributionPoint):
            scope = one.value
        elif one.critical:
            whole = False
    if scope is not None and scope.indirect_crl:
        return None
    entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
    revoked = None if entry is None else entry.revocation_date_utc
    whole = whole and (scope is None or _covers(scope, certificate))
    return revoked, crl.last_update_utc, crl.next_update_utc, whole


def _covers(scope: x509.IssuingDistributionPoint, certificate: x509.Certificate) -> bool:
    constraints = extension(certificate, x509.BasicConstraints)
    is_ca = constraints is not None and constraints.value.ca
    if (
        scope.only_some_reasons is not None
        or scope.only_contains_attribute_certs
        or scope.relative_name is not None
    ):
        return False
    if scope.only_contains_user_certs if is_ca else scope.only_contains_ca_certs:
        return False
    if scope.full_name is None:
        return True
    points = extension(certificate, x509.CRLDistributionPoints)
    named = [name for point in (points.value if points else ()) for name in point.full_name or ()]
    return any(name in named for name in scope.full_name)


def _by_ocsp(
    answer: ocsp.OCSPResponse,
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    lists: dict[str, bytes],
) -> Said | None:
    if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL or not _is_entitled(
        answer, issuer, lists
    ):
        return None
    fitting = [
        (one.revocation_time_utc, one.this_update_utc, one.next_update_utc, True)
        for one in answer.responses
        if one.certificate_status is not ocsp.OCSPCertStatus.UNKNOWN
        and one.serial_number == certificate.serial_number
        and one.hash_algorithm.name in ("sha1", *ACCEPTED_HASHES)
        and one.issuer_name_hash
        == hashlib.new(one.hash_algorithm.name, issuer.subject.public_bytes()).digest()
        and one.issuer_key_hash == _key_digest(issuer, one.hash_algorithm.name)
    ]
    return min(fitting, key=lambda one: one[0] or datetime.max.replace(tzinfo=UTC), default=None)


def _is_entitled(answer: ocsp.OCSPResponse, issuer: x509.Certificate, lists: dict[str, bytes]) -> bool:
    for responder in [issuer, *answer.certificates]:
        by_name, by_key = answer.responder_name, answer.responder_key_hash
        if by_name != responder.subject if by_name is not None else by_key != _key_digest(responder, "sha1"):
            continue
        if _signed_answer(answer, responder) and (
            responder == issuer or _is_delegated(responder, issuer, answer.produced_at_utc, lists)
        ):
            return True
    return False


def _is_delegated(
    responder: x509.Certificate, issuer: x509.Certificate, produced: datetime, lists: dict[str, bytes]
) -> bool:
    try:
        responder.verify_directly_issued_by(issuer)
    except (InvalidSignature, *UNREADABLE):
        return False
    extended = extension(responder, x509.ExtendedKeyUsage)
    valid = responder.not_valid_before_utc <= produced <= responder.not_valid_after_utc
    if extended is None or ExtendedKeyUsageOID.OCSP_SIGNING not in extended.value or not valid:
        return False
    if extension(responder, x509.OCSPNoCheck) is not None:
        return True
    crls = {path: data for path, data in lists.items() if path.endswith(".crl")}
    told = _told(responder, issuer, produced, crls, {}, None)
    return not any(one.revoked is not None and one.revoked <= produced for one in told)


def _signed_answer(answer: ocsp.OCSPResponse, responder: x509.Certificate) -> bool:
    """ECDSA and PKCS #1 v1.5; this verifier does not know RSASSA-PSS in OCSP responses."""
    key, digest = responder.public_key(), answer.signature_hash_algorithm
    if digest is None or digest.name not in ACCEPTED_HASHES:
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


def _key_digest(certificate: x509.Certificate, name: str) -> bytes:
    spki = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.new(name, nodes(only(spki, 0x30).content)[1].content[1:]).digest()
