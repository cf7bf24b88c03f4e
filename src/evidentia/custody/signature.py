"""Signing a seal: a detached CAdES signature (ETSI EN 319 122-1, B-B) made by pyHanko."""

from __future__ import annotations

import asyncio
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from evidentia.record.errors import SigningError

from .identity import Custodian
from .token_key import TokenKey


def sign_detached(data: bytes, custodian: Custodian) -> bytes:
    """The custodian's signature over ``data``, as DER (CMS SignedData, detached, SigningCertificateV2).

    Raises:
        SigningError: the key does not sign, or its token is not there.
    """
    signer = pyhanko_signer(custodian)
    try:
        signed = asyncio.run(
            signer.async_sign_general_data(data, _digest_for(custodian), detached=True, use_cades=True)
        )
    except (ValueError, TypeError, OSError) as error:
        raise SigningError(
            f"{custodian.name}'s key did not sign: {error}",
            safe="The evidence is kept, unsigned.",
            next_step="Check the key, then run the command again.",
        ) from error
    return bytes(signed.dump())


def pyhanko_signer(custodian: Custodian) -> Any:
    """The custodian as pyHanko's signer, for seals and for PDF documents alike."""
    # pyHanko takes half a second to import: only who signs pays for it.
    from asn1crypto import keys, x509
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    others = [x509.Certificate.load(c.public_bytes(Encoding.DER)) for c in custodian.chain]
    registry = SimpleCertificateStore.from_certs(others)  # type: ignore[no-untyped-call]
    if isinstance(custodian.key, TokenKey):
        from .token_signer import TokenSigner

        return TokenSigner(custodian.key, custodian.certificate, registry)
    secret = custodian.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return SimpleSigner(
        signing_cert=x509.Certificate.load(custodian.certificate.public_bytes(Encoding.DER)),
        signing_key=keys.PrivateKeyInfo.load(secret),
        cert_registry=registry,
    )


def _digest_for(custodian: Custodian) -> str:
    key = custodian.certificate.public_key()
    return (
        "sha384" if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp384r1" else "sha256"
    )
