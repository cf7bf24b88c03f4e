"""Parties to custody: who can be named by a certificate, and who acts while the key stays elsewhere."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from evidentia.formats.names import is_who
from evidentia.record.custody import Actor
from evidentia.record.errors import SigningError
from evidentia.record.sentences import Term
from evidentia.verify.certificates import UNREADABLE, is_for_persons
from evidentia.verify.cms import CURVES, SMALLEST_RSA

CUSTODIAN = Term("custodian")
"""The role of somebody whose role nobody states."""


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
    def from_certificate(cls, source: str | Path | bytes, *, who: str = "", role: str = CUSTODIAN) -> Party:
        """A party from a certificate in PEM or DER.

        Raises:
            SigningError: no certificate can be read there.
        """
        certificate = certificates_in(source)[0]
        return cls(**described(certificate, who, role), certificate=certificate)


@dataclass(frozen=True)
class Elsewhere(Party):
    """A party who acts here and signs elsewhere: the key stays in an application, or on a machine, of their own.

    What such a party does is prepared, and stands only once their signature has been taken in. ``chain`` and ``tsa``
    are as for a ``Custodian``.
    """

    chain: tuple[x509.Certificate, ...] = ()
    tsa: tuple[str, ...] = ()

    @classmethod
    def from_certificates(
        cls,
        source: str | Path | bytes,
        *,
        tsa: str | Sequence[str] = (),
        who: str = "",
        role: str = CUSTODIAN,
    ) -> Elsewhere:
        """A party from a certificate in DER, or in PEM with those of its issuers behind it.

        Raises:
            SigningError: no certificate can be read there.
        """
        certificate, *chain = certificates_in(source)
        return cls(
            **described(certificate, who, role), certificate=certificate, chain=tuple(chain), tsa=urls(tsa)
        )


def certificates_in(source: str | Path | bytes) -> list[x509.Certificate]:
    """All certificates of a PEM, or the one in DER.

    Raises:
        SigningError: there is none.
    """
    data = source if isinstance(source, bytes) else read_file(Path(source))
    try:
        if data.lstrip().startswith(b"-----"):
            return x509.load_pem_x509_certificates(data)
        return [x509.load_der_x509_certificate(data)]
    except UNREADABLE as error:
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> SigningError:
    return SigningError(
        f"No certificate can be read: {error}",
        next_step="Give the person's certificate in PEM or DER form.",
    )


def check_may_sign(party: Party, at: datetime) -> None:
    """Whether a signature by this party, made now, could ever be believed.

    Asked before anything is written: what is sealed stays, and an event whose signature fails cannot be mended.

    Raises:
        SigningError: the certificate has expired, is not valid yet, is not one for signing, or its key is of a kind
            that verifiers refuse.
    """
    certificate = party.certificate
    if not _is_accepted(certificate.public_key()):
        raise _may_not(
            party,
            "has a key that verifiers refuse",
            f"Use ECDSA on P-256 or P-384, or RSA with at least {SMALLEST_RSA} bits.",
        )
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if at > end:
        raise _may_not(party, f"expired on {end:%Y-%m-%d}", "Ask its issuer for a new one.")
    if at < start:
        advice = "Look whether this machine's clock is right; else wait until then."
        raise _may_not(party, f"is not valid before {start:%Y-%m-%dT%H:%M:%SZ}", advice)
    if where := _forbidden_by(certificate):
        advice = "Use the certificate that was issued for signatures."
        raise _may_not(party, f"is not for signing ({where})", advice)


def _forbidden_by(certificate: x509.Certificate) -> str:
    """The extension that forbids signatures, or "". Without them a key may be used for anything (RFC 5280, 4.2.1)."""
    found = {type(one.value): one.value for one in certificate.extensions}
    usage, extended = found.get(x509.KeyUsage), found.get(x509.ExtendedKeyUsage)
    if isinstance(usage, x509.KeyUsage) and not (usage.digital_signature or usage.content_commitment):
        return "key usage"
    if isinstance(extended, x509.ExtendedKeyUsage) and not is_for_persons(extended):
        return "extended key usage"
    return ""


def _is_accepted(key: object) -> bool:
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.curve.name in CURVES
    return isinstance(key, rsa.RSAPublicKey) and key.key_size >= SMALLEST_RSA


def _may_not(party: Party, why: str, next_step: str) -> SigningError:
    return SigningError(f"The certificate of {party.name} ({party.who}) {why}.", next_step=next_step)


def described(certificate: x509.Certificate, who: str, role: str) -> dict[str, str]:
    """Name and organisation as the certificate states them, and a short name from them.

    Raises:
        SigningError: a part of the certificate cannot be read, or ``who`` cannot be a short name.
    """
    try:  # these are read late: a certificate that loads may still hold what nobody can read
        _ = certificate.subject, certificate.issuer, certificate.extensions, certificate.public_key()
    except (*UNREADABLE, UnsupportedAlgorithm) as error:
        raise _unreadable(error) from error
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


def read_file(path: Path) -> bytes:
    """The bytes of a key or certificate file.

    Raises:
        SigningError: there is none that can be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise SigningError(
            f"{path}: {error.strerror}.", next_step="Check the path of the identity."
        ) from error


def urls(tsa: str | Sequence[str]) -> tuple[str, ...]:
    """One address or several, as several."""
    return (tsa,) if isinstance(tsa, str) else tuple(tsa)
