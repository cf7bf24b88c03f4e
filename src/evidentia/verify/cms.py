"""CMS SignedData (RFC 5652) for the narrow profile of bundles: one signer, signed attributes, ESS certificate.

The signature is checked here; whether its certificate leads to an anchor is `certificates`' question.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

from .certificates import UNREADABLE, load_certificate
from .der import (
    EXPLICIT_0,
    NULL,
    OCTET_STRING,
    OID,
    SEQUENCE,
    SET,
    DerError,
    Element,
    elements,
    expect,
    integer,
    oid,
    one,
    retag,
)

OID_DATA = "1.2.840.113549.1.7.1"
OID_SIGNED_DATA = "1.2.840.113549.1.7.2"
OID_CONTENT_TYPE = "1.2.840.113549.1.9.3"
OID_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
OID_SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
OID_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"

DIGESTS: dict[str, tuple[str, hashes.HashAlgorithm]] = {
    "2.16.840.1.101.3.4.2.1": ("sha256", hashes.SHA256()),
    "2.16.840.1.101.3.4.2.2": ("sha384", hashes.SHA384()),
    "2.16.840.1.101.3.4.2.3": ("sha512", hashes.SHA512()),
}
_ECDSA = {
    "1.2.840.10045.4.3.2": "2.16.840.1.101.3.4.2.1",
    "1.2.840.10045.4.3.3": "2.16.840.1.101.3.4.2.2",
    "1.2.840.10045.4.3.4": "2.16.840.1.101.3.4.2.3",
}
_RSA_PKCS1 = {
    "1.2.840.113549.1.1.11": "2.16.840.1.101.3.4.2.1",
    "1.2.840.113549.1.1.12": "2.16.840.1.101.3.4.2.2",
    "1.2.840.113549.1.1.13": "2.16.840.1.101.3.4.2.3",
}
_RSA_ENCRYPTION = "1.2.840.113549.1.1.1"
_RSA_PSS = "1.2.840.113549.1.1.10"
_OID_MGF1 = "1.2.840.113549.1.1.8"

SMALLEST_RSA = 2048  # bits; FORMAT, "Algorithms"
CURVES = ("secp256r1", "secp384r1")  # FORMAT, "Algorithms"


class CmsError(ValueError):
    """A SignedData that does not hold. ``algorithm`` is True where an algorithm is the reason."""

    def __init__(self, text: str, *, algorithm: bool = False) -> None:
        super().__init__(text)
        self.algorithm = algorithm


class AlgorithmIdentifier(NamedTuple):
    """An algorithm's OID, and its parameters as they are encoded (empty where there are none)."""

    oid: str
    parameters: bytes


class SignerInfo(NamedTuple):
    """The one signer: who it says it is, what it signed and how. Attributes map OIDs to their values' encodings."""

    issuer: bytes
    serial: bytes
    key_id: bytes
    digest: AlgorithmIdentifier
    attributes: dict[str, tuple[bytes, ...]]
    attributes_der: bytes
    algorithm: AlgorithmIdentifier
    signature: bytes
    has_unsigned_attributes: bool


class SignedData(NamedTuple):
    """A parsed SignedData. ``content`` is None where the signature is detached."""

    content_type: str
    content: bytes | None
    certificates: tuple[bytes, ...]
    signer: SignerInfo


def parse_signed_data(data: bytes) -> SignedData:
    """Read a ContentInfo that holds SignedData.

    Raises:
        CmsError: it is not DER, not SignedData, or has more or fewer than one signer.
    """
    try:
        return _signed_data(data)
    except DerError as error:
        raise CmsError(str(error)) from error


def check_signature(signed: SignedData, content: bytes) -> x509.Certificate:
    """Check the signature over ``content``.

    Returns:
        The signer's certificate, which the signed attributes name by its digest.

    Raises:
        CmsError: a signed attribute is missing, doubled or says something else; or the signature does not hold.
    """
    try:
        return _checked(signed, content)
    except DerError as error:
        raise CmsError(str(error)) from error


def uses_signing_certificate_v2(signed: SignedData) -> bool:
    """Whether the certificate is named by SigningCertificateV2 (RFC 5035), as bundles' own signatures must."""
    return OID_SIGNING_CERTIFICATE_V2 in signed.signer.attributes


def _signed_data(data: bytes) -> SignedData:
    content_info = elements(one(data, SEQUENCE).content)
    if oid(expect(content_info, 0, OID)) != OID_SIGNED_DATA:
        raise CmsError("not SignedData")
    body = one(expect(content_info, 1, 0xA0).content, SEQUENCE)
    parts = list(elements(body.content))
    if len(content_info) != 2 or len(parts) < 4:
        raise CmsError("not SignedData")
    version, digests, encapsulated, *rest = parts
    integer(version)
    if digests.tag != SET or encapsulated.tag != SEQUENCE:
        raise CmsError("not SignedData")
    certificates = _certificates(rest.pop(0)) if rest[0].tag == 0xA0 else ()
    if rest and rest[0].tag == 0xA1:
        rest.pop(0)  # CRLs that came along prove nothing; those in trust/ are read
    if len(rest) != 1 or rest[0].tag != SET:
        raise CmsError("no signer infos, or something after them")
    signers = elements(rest[0].content)
    if len(signers) != 1:
        raise CmsError(f"{len(signers)} signers; exactly one is expected")
    content_type, content = _encapsulated(encapsulated)
    signer = _signer_info(signers[0])
    if signer.digest.oid not in {algorithm_identifier(one_of).oid for one_of in elements(digests.content)}:
        raise CmsError("the signer's digest algorithm is not among those that are announced")
    return SignedData(content_type, content, certificates, signer)


def _certificates(element: Element) -> tuple[bytes, ...]:
    return tuple(part.encoded for part in elements(element.content) if part.tag == SEQUENCE)


def _encapsulated(element: Element) -> tuple[str, bytes | None]:
    parts = elements(element.content)
    content_type = oid(expect(parts, 0, OID))
    if len(parts) == 1:
        return content_type, None
    if len(parts) != 2:
        raise CmsError("not an encapsulated content")
    return content_type, one(expect(parts, 1, 0xA0).content, OCTET_STRING).content


def _signer_info(element: Element) -> SignerInfo:
    parts = list(elements(element.content))
    if element.tag != SEQUENCE or len(parts) < 6:
        raise CmsError("not a signer info with signed attributes")
    version, sid, digest, attributes, algorithm, signature, *rest = parts
    integer(version)
    if attributes.tag != 0xA0:
        raise CmsError("no signed attributes")
    if signature.tag != OCTET_STRING or len(rest) > 1 or any(part.tag != 0xA1 for part in rest):
        raise CmsError("not a signer info")
    issuer, serial, key_id = _signer_identifier(sid)
    return SignerInfo(
        issuer=issuer,
        serial=serial,
        key_id=key_id,
        digest=algorithm_identifier(digest),
        attributes=_attributes(attributes),
        attributes_der=retag(attributes, SET),
        algorithm=algorithm_identifier(algorithm),
        signature=signature.content,
        has_unsigned_attributes=bool(rest),
    )


def _signer_identifier(element: Element) -> tuple[bytes, bytes, bytes]:
    if element.tag == 0x80:
        return b"", b"", element.content
    parts = elements(element.content)
    if element.tag != SEQUENCE or len(parts) != 2:
        raise CmsError("not a signer identifier")
    integer(parts[1])
    return parts[0].encoded, parts[1].encoded, b""


def algorithm_identifier(element: Element) -> AlgorithmIdentifier:
    """Read an AlgorithmIdentifier (RFC 5280, section 4.1.1.2)."""
    parts = elements(element.content)
    if element.tag != SEQUENCE or not 1 <= len(parts) <= 2:
        raise CmsError("not an algorithm identifier")
    return AlgorithmIdentifier(oid(parts[0]), parts[1].encoded if len(parts) == 2 else b"")


def _attributes(element: Element) -> dict[str, tuple[bytes, ...]]:
    found: dict[str, tuple[bytes, ...]] = {}
    for attribute in elements(element.content):
        parts = elements(attribute.content)
        if attribute.tag != SEQUENCE or len(parts) != 2 or parts[1].tag != SET:
            raise CmsError("not an attribute")
        name = oid(parts[0])
        if name in found:
            raise CmsError(f"signed attribute {name} stands twice")
        found[name] = tuple(value.encoded for value in elements(parts[1].content))
        if len(found[name]) != 1:
            raise CmsError(f"signed attribute {name} must have one value")
    return found


def _checked(signed: SignedData, content: bytes) -> x509.Certificate:
    signer = signed.signer
    if signer.digest.oid not in DIGESTS or signer.digest.parameters not in (b"", NULL):
        raise CmsError(f"digest algorithm {signer.digest.oid} is not accepted", algorithm=True)
    digest_name, digest = DIGESTS[signer.digest.oid]
    if oid(one(_single(signer, OID_CONTENT_TYPE), OID)) != signed.content_type:
        raise CmsError("the signed content type is another")
    if (
        one(_single(signer, OID_MESSAGE_DIGEST), OCTET_STRING).content
        != hashlib.new(digest_name, content).digest()
    ):
        raise CmsError("the signature is over other content")
    try:
        der = _signer_certificate(signed)
        certificate = load_certificate(der)
        _check_value(signer, digest, certificate)
    except InvalidSignature as error:
        raise CmsError("the signature does not hold") from error
    except UnsupportedAlgorithm as error:
        raise CmsError(f"not accepted: {error}", algorithm=True) from error
    except CmsError:
        raise
    except UNREADABLE as error:
        raise CmsError(f"the signer's certificate cannot be read: {error}") from error
    return certificate


def _single(signer: SignerInfo, name: str) -> bytes:
    values = signer.attributes.get(name, ())
    if len(values) != 1:
        raise CmsError(f"signed attribute {name} must be there once, with one value")
    return values[0]


def _signer_certificate(signed: SignedData) -> bytes:
    """The embedded certificate that the signed attributes name; the signer identifier must agree to the byte."""
    named = _ess_digest(signed.signer)
    for der in signed.certificates:
        if hashlib.new(named[0], der).digest() == named[1]:
            _check_identifier(signed.signer, der)
            return der
    raise CmsError("the certificate that the signature names is not in it")


def _ess_digest(signer: SignerInfo) -> tuple[str, bytes]:
    """Algorithm and digest of the certificate, from SigningCertificateV2 (RFC 5035) or V1 (RFC 2634, tokens only)."""
    if OID_SIGNING_CERTIFICATE_V2 in signer.attributes:
        value = _single(signer, OID_SIGNING_CERTIFICATE_V2)
        parts = elements(_first_certificate_id(value).content)
        if parts[0].tag == SEQUENCE:
            algorithm = algorithm_identifier(parts[0])
            if algorithm.oid not in DIGESTS:
                raise CmsError(f"digest algorithm {algorithm.oid} is not accepted", algorithm=True)
            return DIGESTS[algorithm.oid][0], expect(parts, 1, OCTET_STRING).content
        return "sha256", expect(parts, 0, OCTET_STRING).content
    if OID_SIGNING_CERTIFICATE in signer.attributes:
        value = _single(signer, OID_SIGNING_CERTIFICATE)
        parts = elements(_first_certificate_id(value).content)
        return "sha1", expect(parts, 0, OCTET_STRING).content
    raise CmsError("the signed attributes name no certificate")


def _first_certificate_id(value: bytes) -> Element:
    certificates = expect(elements(one(value, SEQUENCE).content), 0, SEQUENCE)
    first = expect(elements(certificates.content), 0, SEQUENCE)
    if not elements(first.content):
        raise CmsError("an empty certificate identifier")
    return first


def _check_identifier(signer: SignerInfo, der: bytes) -> None:
    if signer.key_id:
        if signer.key_id != _subject_key_id(der):
            raise CmsError("the signer identifier is not the certificate's")
        return
    if (signer.issuer, signer.serial) != _issuer_and_serial(der):
        raise CmsError("the signer identifier is not the certificate's, byte for byte")


@lru_cache(maxsize=256)
def _issuer_and_serial(der: bytes) -> tuple[bytes, bytes]:
    parts = list(elements(expect(elements(one(der, SEQUENCE).content), 0, SEQUENCE).content))
    if parts and parts[0].tag == EXPLICIT_0:
        parts.pop(0)
    if len(parts) < 3:
        raise CmsError("the signer's certificate is none")
    return parts[2].encoded, parts[0].encoded


def _subject_key_id(der: bytes) -> bytes:
    try:
        extensions = load_certificate(der).extensions
        return extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        return b""


def _check_value(signer: SignerInfo, digest: hashes.HashAlgorithm, certificate: x509.Certificate) -> None:
    key = _public_key(certificate)
    if isinstance(key, ec.EllipticCurvePublicKey):
        if key.curve.name not in CURVES or not _is_named_curve(certificate):
            raise CmsError(f"curve {key.curve.name} is not accepted", algorithm=True)
        if _ECDSA.get(signer.algorithm.oid) != signer.digest.oid or signer.algorithm.parameters:
            raise CmsError("the signature algorithm does not fit key and digest", algorithm=True)
        key.verify(signer.signature, signer.attributes_der, ec.ECDSA(digest))
    elif isinstance(key, rsa.RSAPublicKey):
        if key.key_size < SMALLEST_RSA:
            raise CmsError(f"an RSA key of {key.key_size} bits is not accepted", algorithm=True)
        key.verify(signer.signature, signer.attributes_der, _rsa_padding(signer, digest), digest)
    else:
        raise CmsError("only RSA and ECDSA keys are accepted", algorithm=True)


@lru_cache(maxsize=256)
def _public_key(certificate: x509.Certificate) -> CertificatePublicKeyTypes:
    return certificate.public_key()


@lru_cache(maxsize=256)
def _is_named_curve(certificate: x509.Certificate) -> bool:
    """Whether the key names its curve: one that spells it out may mean another of that shape (RFC 5480, 2.1.1)."""
    body = elements(one(certificate.tbs_certificate_bytes, SEQUENCE).content)
    key = body[6 if body[0].tag == EXPLICIT_0 else 5]
    algorithm = elements(elements(key.content)[0].content)
    return len(algorithm) == 2 and algorithm[1].tag == OID


def _rsa_padding(signer: SignerInfo, digest: hashes.HashAlgorithm) -> padding.AsymmetricPadding:
    name, parameters = signer.algorithm
    if name == _RSA_PSS:
        return pss_padding(parameters, signer.digest.oid, digest)
    if parameters in (b"", NULL) and (name == _RSA_ENCRYPTION or _RSA_PKCS1.get(name) == signer.digest.oid):
        return padding.PKCS1v15()
    raise CmsError("the signature algorithm does not fit key and digest", algorithm=True)


def pss_padding(parameters: bytes, digest_oid: str, digest: hashes.HashAlgorithm) -> padding.PSS:
    """RSASSA-PSS-params (RFC 4055) with one hash throughout; the defaults are SHA-1 and so not accepted.

    Raises:
        CmsError: other parameters.
    """
    fields = {part.tag: part.content for part in elements(one(parameters, SEQUENCE).content)}
    if not {0xA0, 0xA1, 0xA2} <= fields.keys():
        raise CmsError("RSASSA-PSS with SHA-1 is not accepted", algorithm=True)
    hash_oid = algorithm_identifier(one(fields[0xA0], SEQUENCE)).oid
    mgf = algorithm_identifier(one(fields[0xA1], SEQUENCE))
    mgf_hash = algorithm_identifier(one(mgf.parameters, SEQUENCE)).oid if mgf.oid == _OID_MGF1 else ""
    if hash_oid != digest_oid or mgf_hash != digest_oid:
        raise CmsError("RSASSA-PSS with mixed hashes is not accepted", algorithm=True)
    (salt,) = elements(fields[0xA2])
    return padding.PSS(padding.MGF1(digest), integer(salt))
