"""Custodians: who signs, with which certificate and key, and where their timestamps come from."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from evidentia.formats.names import is_who
from evidentia.record.custody import Actor
from evidentia.record.errors import SigningError

from .token_key import TokenKey, certificates_beside

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
SigningKey = PrivateKey | TokenKey

SMALLEST_RSA_WRITTEN = 3072  # bits; FORMAT, "Algorithms"
CURVES = ("secp256r1", "secp384r1")
SELF_ISSUED_FOR = timedelta(days=365)


@dataclass(frozen=True)
class Party:
    """Somebody who can hold custody, known by a certificate: enough to be named as the receiver of a transfer."""

    who: str
    name: str
    role: str
    organisation: str
    certificate: x509.Certificate

    @property
    def actor(self) -> Actor:
        """The party as an event names it."""
        return Actor(
            who=self.who,
            name=self.name,
            role=self.role,
            organisation=self.organisation,
            certificate=hashlib.sha256(self.certificate.public_bytes(Encoding.DER)).hexdigest(),
        )

    @property
    def is_self_issued(self) -> bool:
        """Whether the certificate vouches for itself: good for trying out, and said wherever it is shown."""
        return self.certificate.issuer == self.certificate.subject

    @classmethod
    def from_certificate(cls, source: str | Path | bytes, *, who: str = "", role: str = "custodian") -> Party:
        """A party from a certificate in PEM or DER.

        Raises:
            SigningError: no certificate can be read there.
        """
        data = source if isinstance(source, bytes) else _read(Path(source))
        try:
            if data.startswith(b"-----"):
                certificate = x509.load_pem_x509_certificate(data)
            else:
                certificate = x509.load_der_x509_certificate(data)
        except ValueError as error:
            raise SigningError(
                f"No certificate can be read: {error}",
                next_step="Give the receiver's certificate in PEM or DER form.",
            ) from error
        return cls(**_described(certificate, who, role), certificate=certificate)


@dataclass(frozen=True)
class Custodian(Party):
    """A party whose key is at hand: in memory, or in a token that signs with it.

    ``chain`` holds the certificates between the custodian's and the anchor. ``tsa`` are the URLs of timestamp
    authorities (RFC 3161 over HTTP), the first one asked first; one token is taken from each.
    """

    key: SigningKey = field(repr=False)
    chain: tuple[x509.Certificate, ...] = ()
    tsa: tuple[str, ...] = ()

    @classmethod
    def from_pkcs12(
        cls,
        source: str | Path,
        passphrase: str | bytes | None,
        *,
        tsa: str | Sequence[str] = (),
        who: str = "",
        role: str = "custodian",
    ) -> Custodian:
        """A custodian from a PKCS#12 file (.p12, .pfx).

        Raises:
            SigningError: wrong passphrase, no key, or a key that the format does not accept.
        """
        try:
            key, certificate, chain = pkcs12.load_key_and_certificates(
                _read(Path(source)), _secret(passphrase)
            )
        except ValueError as error:
            raise SigningError(
                f"{source} cannot be opened: wrong passphrase, or not a PKCS#12 file.",
                next_step="Check the passphrase; it is read from EVIDENTIA_PASSPHRASE or asked for.",
            ) from error
        if key is None or certificate is None:
            raise SigningError(
                f"{source} holds no key with its certificate.", next_step="Export both together."
            )
        return cls(
            **_described(certificate, who, role),
            certificate=certificate,
            key=_accepted(key),
            chain=tuple(chain),
            tsa=_urls(tsa),
        )

    @classmethod
    def from_pem(
        cls,
        key: str | Path,
        certificates: str | Path,
        passphrase: str | bytes | None = None,
        *,
        tsa: str | Sequence[str] = (),
        who: str = "",
        role: str = "custodian",
    ) -> Custodian:
        """A custodian from a private key and a certificate with its chain, both PEM, own certificate first.

        Raises:
            SigningError: wrong passphrase, not PEM, or a key that does not fit the certificate.
        """
        try:
            secret = load_pem_private_key(_read(Path(key)), _secret(passphrase))
            first, *chain = x509.load_pem_x509_certificates(_read(Path(certificates)))
        except (ValueError, TypeError) as error:
            raise SigningError(
                f"Key or certificate cannot be read: {error}", next_step="Check the passphrase."
            ) from error
        if secret.public_key() != first.public_key():
            raise SigningError(
                "The key is not the certificate's.", next_step="Put the own certificate first."
            )
        return cls(
            **_described(first, who, role),
            certificate=first,
            key=_accepted(secret),
            chain=tuple(chain),
            tsa=_urls(tsa),
        )

    @classmethod
    def from_pkcs11(
        cls,
        module: str | Path,
        token_label: str,
        key_label: str,
        pin: str,
        *,
        cert_label: str = "",
        tsa: str | Sequence[str] = (),
        who: str = "",
        role: str = "custodian",
    ) -> Custodian:
        """A custodian whose key stays in a token or smart card (PKCS#11).

        ``module`` is the file of the token's library. The certificate is read from the token too; it is called
        ``cert_label`` there, or like the key. The token is opened once now, and once for each signature.

        Raises:
            MissingPart: the extra ``[pkcs11]`` is not installed.
            SigningError: no such module, token, key or certificate; a wrong PIN; or a key that the format does not
                accept.
        """
        key = TokenKey(module=str(module), token=token_label, label=key_label, pin=pin)
        certificate, chain = certificates_beside(key, cert_label)
        if not _is_written_with(certificate.public_key()):
            raise _not_written_with()
        return cls(
            **_described(certificate, who, role),
            certificate=certificate,
            key=key,
            chain=chain,
            tsa=_urls(tsa),
        )


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


def _described(certificate: x509.Certificate, who: str, role: str) -> dict[str, str]:
    """Name and organisation as the certificate states them, and a short name from them."""
    name = _first(certificate, NameOID.COMMON_NAME) or certificate.subject.rfc4514_string()
    organisation = _first(certificate, NameOID.ORGANIZATION_NAME)
    slug = who or _slug(name)
    if not is_who(slug):
        raise SigningError(
            f"{slug!r} cannot be a short name.",
            next_step="Use at most 32 of a-z, 0-9 and '-', for example penyidik-a.",
        )
    return {"who": slug, "name": name, "role": role, "organisation": organisation}


def _first(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    found = certificate.subject.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:32].strip("-") or "custodian"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SigningError(
            f"{path}: {error.strerror}.", next_step="Check the path of the identity."
        ) from error


def _secret(passphrase: str | bytes | None) -> bytes | None:
    return passphrase.encode() if isinstance(passphrase, str) else passphrase


def _urls(tsa: str | Sequence[str]) -> tuple[str, ...]:
    return (tsa,) if isinstance(tsa, str) else tuple(tsa)


def _accepted(key: object) -> PrivateKey:
    if isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) and _is_written_with(key.public_key()):
        return key
    raise _not_written_with()


def _is_written_with(public: object) -> bool:
    if isinstance(public, ec.EllipticCurvePublicKey):
        return public.curve.name in CURVES
    return isinstance(public, rsa.RSAPublicKey) and public.key_size >= SMALLEST_RSA_WRITTEN


def _not_written_with() -> SigningError:
    return SigningError(
        "The key is of a kind that bundles are not signed with.",
        next_step=f"Use ECDSA on P-256 or P-384, or RSA with at least {SMALLEST_RSA_WRITTEN} bits.",
    )
