"""Does a certificate lead to one of the caller's anchors, at the time that counts? (RFC 5280)"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from evidentia.record.errors import FormatError

from .der import EXPLICIT_0, INTEGER, SEQUENCE, elements, expect, integer, one

_REMEMBERED = 256  # certificates; every signature and token brings its own along, and they are the same few
UNREADABLE = (
    ValueError,
    TypeError,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What ``cryptography`` raises where a certificate or a list, or a part of it that is read late, cannot be read."""

LONGEST_CHAIN = 8  # intermediates; public PKIs use one or two

USES_OF_SIGNERS = frozenset(
    {
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        ExtendedKeyUsageOID.CLIENT_AUTH,
        x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"),  # documentSigning (RFC 9336)
        x509.ObjectIdentifier("1.3.6.1.4.1.311.10.3.12"),  # document signing (Microsoft)
        x509.ObjectIdentifier("1.2.840.113583.1.1.5"),  # authentic documents (Adobe)
    }
)
"""The extended key usages of which a signer's certificate has one, if it has any; FORMAT, "Certificates"."""


class Use(StrEnum):
    """What a certificate is used for."""

    SIGNING = "signing"
    TIMESTAMPING = "timestamping"


class Trust(NamedTuple):
    """The caller's anchors: whom to believe about persons, and whom about time. Never taken from a bundle."""

    signers: tuple[x509.Certificate, ...]
    authorities: tuple[x509.Certificate, ...]

    @classmethod
    def from_pem(cls, signers: str | bytes, authorities: str | bytes | None = None) -> Trust:
        """Anchors from PEM files (paths) or PEM bytes. Without ``authorities``, the first are used for both.

        Raises:
            FormatError: no certificate can be read there.
        """
        first = _load_anchors(signers)
        return cls(first, first if authorities is None else _load_anchors(authorities))


def _load_anchors(source: str | bytes) -> tuple[x509.Certificate, ...]:
    where = "trust anchors" if isinstance(source, bytes) else str(source)
    try:
        if not isinstance(source, bytes):
            with open(source, "rb") as stream:
                source = stream.read()
        found = tuple(x509.load_pem_x509_certificates(source))
    except (OSError, *UNREADABLE) as error:
        raise FormatError(where, f"no certificate in PEM form can be read: {error}") from error
    return found


def fingerprint(certificate: x509.Certificate) -> str:
    """The SHA-256 of a certificate's DER, in hex."""
    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()


@lru_cache(maxsize=_REMEMBERED)
def load_certificate(der: bytes) -> x509.Certificate:
    """A certificate from DER.

    Raises:
        ValueError: it is none; or its serial number is not positive, or it was never valid, as no authority issues it
            (RFC 5280, section 4.1.2).
    """
    body = elements(expect(elements(one(der, SEQUENCE).content), 0, SEQUENCE).content)
    serial = expect(body, 1 if body and body[0].tag == EXPLICIT_0 else 0, INTEGER)
    if integer(serial) <= 0:
        raise ValueError("its serial number is not positive")
    try:
        certificate = x509.load_der_x509_certificate(der)
    except x509.InvalidVersion as error:  # no ValueError in the library
        raise ValueError(str(error)) from error
    if certificate.not_valid_before_utc > certificate.not_valid_after_utc:
        raise ValueError("it ends before it begins")
    return certificate


def leads_to_anchor(
    certificate: x509.Certificate,
    others: Iterable[x509.Certificate],
    anchors: tuple[x509.Certificate, ...],
    at: datetime,
    use: Use,
) -> tuple[tuple[x509.Certificate, ...], str]:
    """The chain from a certificate to an anchor that holds at ``at``, or an empty one and the reason.

    The path is validated by ``cryptography``; the use is checked here, because its own profile is that of the web.
    """
    if not anchors:
        return (), "no trust anchor was given"
    if problem := _use_problem(certificate, use):
        return (), problem
    builder = PolicyBuilder().store(Store(list(anchors))).time(at.astimezone(UTC).replace(tzinfo=None))
    builder = builder.max_chain_depth(LONGEST_CHAIN)
    builder = builder.extension_policies(ca_policy=_CA, ee_policy=ExtensionPolicy.permit_all())
    try:
        verified = builder.build_client_verifier().verify(certificate, list(others))
    except (VerificationError, ValueError) as error:
        return (), f"no chain of certificates leads from it to an anchor that was given ({error})"
    return tuple(verified.chain), ""


def is_self_issued(chain: tuple[x509.Certificate, ...]) -> bool:
    """Whether a person vouches for himself: the certificate is its own anchor."""
    return len(chain) == 1


def is_for_persons(usages: x509.ExtendedKeyUsage) -> bool:
    """Whether an extended key usage lets a person sign: not one for servers, timestamps or code alone.

    RFC 5280, section 4.2.1.12: where the extension is there, the key is used for what it lists and nothing else.
    """
    return not USES_OF_SIGNERS.isdisjoint(usages)


def validity_problem(certificate: x509.Certificate, at: datetime) -> str:
    """Empty, or why the certificate was not valid at that time."""
    if at < certificate.not_valid_before_utc:
        return f"not valid before {certificate.not_valid_before_utc:%Y-%m-%dT%H:%M:%SZ}"
    if at > certificate.not_valid_after_utc:
        return f"expired {certificate.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}"
    return ""


def _use_problem(certificate: x509.Certificate, use: Use) -> str:
    try:
        found = {extension.oid: extension for extension in certificate.extensions}
        named = bool(certificate.subject.rdns)
    except (ValueError, TypeError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as error:
        return f"its name or its extensions cannot be read: {error}"
    if not named:
        return "it names nobody"
    usage = found.get(x509.KeyUsage.oid)
    if usage is not None and not (usage.value.digital_signature or usage.value.content_commitment):
        return "its key usage allows no signatures"
    extended = found.get(x509.ExtendedKeyUsage.oid)
    if use is Use.SIGNING:
        allowed = extended is None or is_for_persons(extended.value)
        return "" if allowed else "its extended key usage allows no signatures by persons"
    if extended is None or not extended.critical:
        return "not a timestamping certificate: no critical extended key usage (RFC 3161, section 2.3)"
    if list(extended.value) != [ExtendedKeyUsageOID.TIME_STAMPING] or _is_for_more_than_signing(usage):
        return "not a timestamping certificate: used for more than timestamps (RFC 3161, section 2.3)"
    return ""


def _is_for_more_than_signing(usage: x509.Extension[x509.KeyUsage] | None) -> bool:
    """Whether a key usage has more than digitalSignature and nonRepudiation: a CA, say, is no authority for time."""
    if usage is None:
        return False
    value = usage.value
    return (
        value.key_encipherment
        or value.data_encipherment
        or value.key_agreement
        or value.key_cert_sign
        or value.crl_sign
    )


def _is_ca(_: Policy, __: x509.Certificate, constraints: x509.BasicConstraints | None) -> None:
    if constraints is None or not constraints.ca:
        raise ValueError("an issuer that is not a certification authority")


def _may_certify(_: Policy, __: x509.Certificate, usage: x509.KeyUsage | None) -> None:
    """RFC 5280, section 6.1.4 (n)."""
    if usage is not None and not usage.key_cert_sign:
        raise ValueError("an issuer whose key usage does not allow it to certify")


_CA = (
    ExtensionPolicy.permit_all()
    .require_present(x509.BasicConstraints, Criticality.AGNOSTIC, _is_ca)
    .may_be_present(x509.KeyUsage, Criticality.AGNOSTIC, _may_certify)
)
