"""What a CRL says of a certificate (RFC 5280, section 6.3), and what it amounts to (format, "Revocation")."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from cryptography import x509

SIGNED_WITH = ("sha256", "sha384", "sha512")  # FORMAT, "Algorithms"


class Told(NamedTuple):
    """What one list says of one certificate.

    Attributes:
        revoked: since when it has been revoked, or None.
        complete: False where silence would not mean "not revoked".
        delegate: who answered in the issuer's place (OCSP), where that certificate may itself have been revoked.
        produced: when that answer was made.
    """

    revoked: datetime | None
    this_update: datetime
    next_update: datetime | None
    complete: bool
    delegate: x509.Certificate | None = None
    produced: datetime | None = None

    def covers(self, at: datetime, expires: datetime) -> bool:
        """Whether "not revoked" at ``at`` follows. An issuer may drop an expired certificate from its lists."""
        if self.revoked is not None:
            return True
        if not self.complete or self.this_update > expires:
            return False
        return self.this_update >= at or (self.next_update is not None and at <= self.next_update)


def told_by_crl(
    crl: x509.CertificateRevocationList, certificate: x509.Certificate, issuer: x509.Certificate
) -> Told | None:
    """What a CRL says of a certificate, or None where its issuer did not sign it or it cannot be read alone."""
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
