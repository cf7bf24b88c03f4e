"""Identities that vouch for themselves: good for trying out, and said to be not certified wherever they are shown."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

from evidentia.record.errors import SigningError

SELF_ISSUED_FOR = timedelta(days=365)


def new_identity(
    target: Path, passphrase: str, *, name: str, organisation: str = "", now: datetime | None = None
) -> None:
    """Make a self-issued P-256 identity for trying out. It is not certified by anybody, and says so.

    Raises:
        SigningError: the file exists, or no passphrase was given.
    """
    if not passphrase:
        raise SigningError(
            "An identity needs a passphrase.", next_step="Set EVIDENTIA_PASSPHRASE, or type one."
        )
    key = ec.generate_private_key(ec.SECP256R1())
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if organisation:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    subject = x509.Name(parts)
    start = (now or datetime.now(UTC)) - timedelta(minutes=5)  # a receiver's clock may be a little behind
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + SELF_ISSUED_FOR)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    data = pkcs12.serialize_key_and_certificates(
        name.encode(), key, certificate, None, BestAvailableEncryption(passphrase.encode())
    )
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise SigningError(f"{target} exists already.", next_step="Choose another name.") from error
    except OSError as error:
        raise SigningError(
            f"{target}: {error.strerror}.", next_step="Choose a folder you can write to."
        ) from error
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)


def _usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
