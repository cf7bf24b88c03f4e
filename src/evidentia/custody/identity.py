"""Custodians: who signs, with which certificate and key, and where their timestamps come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12

from evidentia.record.errors import SigningError
from evidentia.verify.certificates import UNREADABLE
from evidentia.verify.cms import CURVES

from .party import CUSTODIAN, Elsewhere, Party, described, read_file, urls
from .self_issued import new_identity
from .token_key import TokenKey, certificates_beside

__all__ = ["Acts", "Custodian", "Elsewhere", "Party", "PrivateKey", "SigningKey", "new_identity"]

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
SigningKey = PrivateKey | TokenKey

SMALLEST_RSA_WRITTEN = 3072  # bits; FORMAT, "Algorithms"


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
        role: str = CUSTODIAN,
    ) -> Custodian:
        """A custodian from a PKCS#12 file (.p12, .pfx).

        Raises:
            SigningError: wrong passphrase, no key, or a key that the format does not accept.
        """
        try:
            key, certificate, chain = pkcs12.load_key_and_certificates(
                read_file(Path(source)), _secret(passphrase)
            )
        except (*UNREADABLE, UnsupportedAlgorithm) as error:
            raise SigningError(
                f"{source} cannot be opened: wrong passphrase, or not a PKCS#12 file.",
                next_step="Check the passphrase; it is read from EVIDENTIA_PASSPHRASE or asked for.",
            ) from error
        if key is None or certificate is None:
            raise SigningError(
                f"{source} holds no key with its certificate.", next_step="Export both together."
            )
        named = described(certificate, who, role)
        if key.public_key() != certificate.public_key():
            raise SigningError(
                f"The key in {source} is not its certificate's.",
                next_step="Export the pair that belongs together.",
            )
        return cls(
            **named,
            certificate=certificate,
            key=_accepted(key),
            chain=tuple(chain),
            tsa=urls(tsa),
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
        role: str = CUSTODIAN,
    ) -> Custodian:
        """A custodian from a private key and a certificate with its chain, both PEM, own certificate first.

        Raises:
            SigningError: wrong passphrase, not PEM, or a key that does not fit the certificate.
        """
        try:
            secret = load_pem_private_key(read_file(Path(key)), _secret(passphrase))
            first, *chain = x509.load_pem_x509_certificates(read_file(Path(certificates)))
        except (*UNREADABLE, UnsupportedAlgorithm) as error:
            raise SigningError(
                f"Key or certificate cannot be read: {error}", next_step="Check the passphrase."
            ) from error
        named = described(first, who, role)
        if secret.public_key() != first.public_key():
            raise SigningError(
                "The key is not the certificate's.", next_step="Put the own certificate first."
            )
        return cls(
            **named,
            certificate=first,
            key=_accepted(secret),
            chain=tuple(chain),
            tsa=urls(tsa),
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
        role: str = CUSTODIAN,
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
            **described(certificate, who, role),
            certificate=certificate,
            key=key,
            chain=chain,
            tsa=urls(tsa),
        )


Acts = Custodian | Elsewhere
"""Who can act in a case: with a key at hand, or with one elsewhere."""


def _secret(passphrase: str | bytes | None) -> bytes | None:
    return passphrase.encode() if isinstance(passphrase, str) else passphrase


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
