"""What an OCSP answer says of a certificate, and who may answer (RFC 6960, sections 3.2 and 4.2.2.2)."""

from __future__ import annotations

import hashlib
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, SignatureAlgorithmOID

from .certificates import UNREADABLE
from .cms import DIGESTS, algorithm_identifier, pss_padding
from .crls import SIGNED_WITH, Told
from .der import OCTET_STRING, SEQUENCE, Element, elements, expect, one

NAMED_WITH = ("sha1", *SIGNED_WITH)  # a CertID's hashes name an issuer and secure nothing


def told_by_answer(
    answer: ocsp.OCSPResponse, certificate: x509.Certificate, issuer: x509.Certificate
) -> Told | None:
    """What an answer says of a certificate, or None where it is about another or nobody entitled signed it."""
    if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        return None
    responder = _signer(answer, issuer)
    if responder is None:
        return None
    delegate = None if responder == issuer or _needs_no_check(responder) else responder
    told = [
        Told(
            revoked=single.revocation_time_utc,
            this_update=single.this_update_utc,
            next_update=single.next_update_utc,
            complete=True,
            delegate=delegate,
            produced=answer.produced_at_utc,
        )
        for single in answer.responses
        if single.certificate_status is not ocsp.OCSPCertStatus.UNKNOWN
        and _is_about(single, certificate, issuer)
    ]
    return min(
        told, key=lambda one: one.revoked or datetime.max.replace(tzinfo=one.this_update.tzinfo), default=None
    )


def _is_about(
    single: ocsp.OCSPSingleResponse, certificate: x509.Certificate, issuer: x509.Certificate
) -> bool:
    """CertID (RFC 6960, section 4.1.1): the serial number, and the issuer by digests of its name and its key."""
    name = single.hash_algorithm.name
    if single.serial_number != certificate.serial_number or name not in NAMED_WITH:
        return False
    subject = hashlib.new(name, issuer.subject.public_bytes()).digest()
    return (single.issuer_name_hash, single.issuer_key_hash) == (subject, _key_hash(issuer, name))


def _key_hash(certificate: x509.Certificate, name: str) -> bytes:
    """The digest of the subject's public key: the BIT STRING's value without the count of unused bits."""
    spki = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.new(name, elements(one(spki, SEQUENCE).content)[1].content[1:]).digest()


def _signer(answer: ocsp.OCSPResponse, issuer: x509.Certificate) -> x509.Certificate | None:
    """Who signed: the issuer itself or a responder that it delegated to (RFC 6960, section 4.2.2.2)."""
    responders = [issuer, *(one for one in answer.certificates if _is_delegated(one, issuer, answer))]
    return next((one for one in responders if _is_named(answer, one) and _holds(answer, one)), None)


def _is_delegated(responder: x509.Certificate, issuer: x509.Certificate, answer: ocsp.OCSPResponse) -> bool:
    try:
        responder.verify_directly_issued_by(issuer)
        usages = responder.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (*UNREADABLE, InvalidSignature, x509.ExtensionNotFound):
        return False
    valid = responder.not_valid_before_utc <= answer.produced_at_utc <= responder.not_valid_after_utc
    return valid and ExtendedKeyUsageOID.OCSP_SIGNING in usages


def _needs_no_check(responder: x509.Certificate) -> bool:
    """id-pkix-ocsp-nocheck: the issuer vouches for the responder as long as its certificate lasts (4.2.2.2.1)."""
    return any(isinstance(extension.value, x509.OCSPNoCheck) for extension in responder.extensions)


def _is_named(answer: ocsp.OCSPResponse, responder: x509.Certificate) -> bool:
    if answer.responder_name is not None:
        return answer.responder_name == responder.subject
    return answer.responder_key_hash == _key_hash(responder, "sha1")


def _holds(answer: ocsp.OCSPResponse, responder: x509.Certificate) -> bool:
    key, signed = responder.public_key(), answer.tbs_response_bytes
    try:
        if (
            isinstance(key, rsa.RSAPublicKey)
            and answer.signature_algorithm_oid == SignatureAlgorithmOID.RSASSA_PSS
        ):
            name, pss = _pss(answer)
            key.verify(answer.signature, signed, pss, DIGESTS[name][1])
            return True
        digest = answer.signature_hash_algorithm
        if digest is None or digest.name not in SIGNED_WITH:
            return False
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(answer.signature, signed, ec.ECDSA(digest))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(answer.signature, signed, padding.PKCS1v15(), digest)
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _pss(answer: ocsp.OCSPResponse) -> tuple[str, padding.PSS]:
    """Digest and padding of an RSASSA-PSS signature, which ``cryptography`` does not tell of OCSP answers."""
    parameters = algorithm_identifier(_basic(answer)[1]).parameters
    stated = [part for part in elements(one(parameters, SEQUENCE).content) if part.tag == 0xA0]
    name = algorithm_identifier(one(stated[0].content, SEQUENCE)).oid if stated else ""
    if name not in DIGESTS:
        raise ValueError(f"digest algorithm {name or 'SHA-1'} is not accepted")
    return name, pss_padding(parameters, name, DIGESTS[name][1])


def _basic(answer: ocsp.OCSPResponse) -> tuple[Element, ...]:
    """The parts of the BasicOCSPResponse (RFC 6960, section 4.2.1): what is signed, how, and the signature."""
    response = elements(one(answer.public_bytes(Encoding.DER), SEQUENCE).content)
    in_bytes = elements(one(expect(response, 1, 0xA0).content, SEQUENCE).content)
    basic = elements(one(expect(in_bytes, 1, OCTET_STRING).content, SEQUENCE).content)
    expect(basic, 1, SEQUENCE)
    return basic
