"""Signing a seal: a detached CAdES signature (ETSI EN 319 122-1, B-B) made by pyHanko; and taking one that was made."""

from __future__ import annotations

import re
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from evidentia.formats.seal import Seal, parse_seal
from evidentia.record.custody import Actor, Event
from evidentia.record.errors import FormatError, SigningError
from evidentia.record.moment import now
from evidentia.verify.certificates import fingerprint
from evidentia.verify.cms import (
    OID_DATA,
    CmsError,
    check_signature,
    parse_signed_data,
    uses_signing_certificate_v2,
)

from .identity import Custodian
from .party import check_may_sign
from .token_key import TokenKey


def sign_detached(data: bytes, custodian: Custodian) -> bytes:
    """The custodian's signature over ``data``, as DER (CMS SignedData, detached, SigningCertificateV2).

    Raises:
        SigningError: the key does not sign, or its token is not there.
    """
    import asyncio  # with pyHanko, for who signs

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


def sign_seal(data: bytes, custodian: Custodian) -> tuple[Seal, bytes]:
    """Sign a seal away from its case. What it says of itself is all that is known here: show it to who signs.

    Returns:
        The seal as it was read, and the signature.

    Raises:
        FormatError: not a seal.
        SigningError: it does not name the custodian's certificate as one that signs it, or the key does not sign.
    """
    first = _FIRST_LINE.match(data)
    if first is None:
        raise FormatError("", "This is not the seal of an event")
    seal = parse_seal(int(first[1]), data)
    if f"signer {custodian.who} {custodian.actor.certificate}" not in seal.header:
        raise SigningError(
            f"The seal does not name {custodian.who} with this certificate as one who signs it.",
            next_step="Look at its lines that begin with '# signer', and use that identity (and --who).",
        )
    check_may_sign(custodian, now())
    return seal, sign_detached(data, custodian)


_FIRST_LINE = re.compile(rb"# evidentia seal 1 case=[a-z0-9-]{1,64} event=([1-9][0-9]{0,5}) ")


def check_detached(signature: bytes, event: Event, seal: bytes) -> Actor:
    """Check a detached signature over a seal as a verifier would, and say whose it is.

    Raises:
        SigningError: it does not hold, or it is not by somebody who acts in the event.
    """
    try:
        signed = parse_signed_data(signature)
        certificate = check_signature(signed, seal)
    except CmsError as error:
        raise _refused(str(error)) from error
    if (signed.content_type, signed.content) != (OID_DATA, None) or signed.signer.has_unsigned_attributes:
        raise _refused("it is not detached, over plain data, without unsigned attributes")
    if not uses_signing_certificate_v2(signed):
        raise _refused("it does not bind the certificate (signing-certificate-v2, RFC 5035)")
    digest = fingerprint(certificate)
    actor = next((one for one in event.actors if one.certificate == digest), None)
    if actor is None:
        raise _refused(f"it was made with a certificate ({digest}) that the event does not name")
    return actor


def _refused(why: str) -> SigningError:
    return SigningError(
        f"The signature is refused: {why}.",
        next_step="Give the seal out again with `evidentia seal-copy`, and sign that with `evidentia seal-sign`.",
    )


def prepare() -> None:
    """Load what signs, while something else takes its time. Where that fails, signing itself says so."""
    import pyhanko.sign.signers  # noqa: F401


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
