"""What an identity file holds, told by its bytes and not by its name."""

from __future__ import annotations

from enum import StrEnum

from cryptography import x509

from evidentia.verify.certificates import UNREADABLE


class IdentityKind(StrEnum):
    """The forms in which identities come as files."""

    CERTIFICATE = "certificate"
    PEM = "pem"
    PKCS12 = "pkcs12"


def kind_of(data: bytes) -> IdentityKind:
    """Certificates alone, a PEM file with a key, or else PKCS#12. Whether it can be opened is another question."""
    if b"PRIVATE KEY-----" in data:
        return IdentityKind.PEM
    if b"-----BEGIN CERTIFICATE-----" in data:
        return IdentityKind.CERTIFICATE
    try:
        x509.load_der_x509_certificate(data)
    except UNREADABLE:
        return IdentityKind.PKCS12
    return IdentityKind.CERTIFICATE
