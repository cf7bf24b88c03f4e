"""Signatures, tokens and certificates that no honest program writes, made with the lab's keys or with a forger's own.

Each is honest but for what the caller asks to be otherwise, so that a verifier that refuses it refuses that alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from asn1crypto import algos, cms, core, parser, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from evidentia.custody.identity import Custodian
from lab.pki import Lab

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
Extension = tuple[x509.ExtensionType, bool]

SINCE = datetime(2024, 1, 1, tzinfo=UTC)
UNTIL = datetime(2040, 1, 1, tzinfo=UTC)
CA: Extension = (x509.BasicConstraints(ca=True, path_length=None), True)
STAMPS: Extension = (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


def new_key() -> ec.EllipticCurvePrivateKey:
    """A P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def named(common_name: str) -> x509.Name:
    """A name of one part."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def usage(*allowed: str) -> Extension:
    """A critical key usage."""
    every = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
    )
    flags = dict.fromkeys((*every, "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False)
    return x509.KeyUsage(**(flags | dict.fromkeys(allowed, True))), True


def issued(
    key: Key,
    by: x509.Certificate | None,
    by_key: Key,
    *extensions: Extension,
    name: str = "Orang Lain",
    serial: int = 7,
    since: datetime = SINCE,
    until: datetime = UNTIL,
    digest: hashes.HashAlgorithm | None = None,
) -> x509.Certificate:
    """A certificate for ``key``; ``by`` is the issuer's certificate, None for one that issues itself."""
    subject = named(name)
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject if by is None else by.subject)
    )
    builder = builder.public_key(key.public_key()).serial_number(serial)
    builder = builder.not_valid_before(since).not_valid_after(until)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    algorithm = None if isinstance(by_key, ed25519.Ed25519PrivateKey) else digest or hashes.SHA256()
    return builder.sign(by_key, algorithm)


def resigned(
    certificate: x509.Certificate,
    by_key: Key,
    change: Callable[[asn1_x509.TbsCertificate], bytes | None] = lambda _: None,
    digest: str = "sha256",
) -> bytes:
    """A certificate's DER with a changed body under a signature that holds; ``change`` may return the body's DER."""
    loaded = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    body = loaded["tbs_certificate"].copy()
    algorithm = algos.SignedDigestAlgorithm({"algorithm": _algorithm(by_key, digest)})
    body["signature"] = algorithm
    made = change(body) or body.dump(force=True)
    return der(0x30, made, algorithm.dump(), core.OctetBitString(raw_signature(by_key, made, digest)).dump())


def with_key(certificate: x509.Certificate, by_key: Key, key_der: bytes) -> bytes:
    """A certificate's DER with another SubjectPublicKeyInfo, which need not be one."""
    own = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def change(body: asn1_x509.TbsCertificate) -> bytes:
        inner = parser.parse(body.dump(force=True))[4]
        assert own in inner
        return der(0x30, inner.replace(own, key_der))

    return resigned(certificate, by_key, change)


def person(certificate: x509.Certificate, key: Key, *chain: x509.Certificate) -> Custodian:
    """Somebody who signs with a certificate that the lab's plan does not hold."""
    return Custodian(
        who="orang",
        name="Orang Lain",
        role="",
        organisation="",
        certificate=certificate,
        key=key,
        chain=chain,
    )  # type: ignore[arg-type]  # a forger's key may be of a kind that no custodian of ours has


def under_issuing(lab: Lab, *extensions: Extension, key: Key | None = None, **options: Any) -> Custodian:
    """A person certified by the lab's issuing authority."""
    key = key or new_key()
    certificate = issued(key, lab.certificate("issuing"), lab.key("issuing"), *extensions, **options)
    return person(certificate, key, lab.certificate("issuing"), lab.certificate("root"))


class NoKeyAtAll:
    """What signs for an RSA key of exponent 1, as anybody can: the padded digest (RFC 8017, 9.2), for 2048 bits."""

    def sign(self, data: bytes) -> bytes:
        """EMSA-PKCS1-v1_5 by SHA-256."""
        info = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(data).digest()
        return b"\0\1" + b"\xff" * (256 - 3 - len(info)) + b"\0" + info


def raw_signature(key: Key, data: bytes, digest: str) -> bytes:
    """A bare signature: ECDSA, RSA PKCS #1 v1.5 or Ed25519."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(data, ec.ECDSA(_HASHES[digest]))
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), _HASHES[digest])
    return key.sign(data)


def _algorithm(key: Key, digest: str) -> str:
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return f"{digest}_ecdsa"
    return "ed25519" if isinstance(key, ed25519.Ed25519PrivateKey) else f"{digest}_rsa"


def attribute(kind: str, value: Any) -> bytes:
    """A signed attribute's DER."""
    return bytes(cms.CMSAttribute({"type": kind, "values": [value]}).dump())


def ess(certificate: bytes, digest: str = "sha256") -> bytes:
    """The attribute SigningCertificateV2 (RFC 5035), or V1 for SHA-1."""
    value = hashlib.new(digest, certificate).digest()
    if digest == "sha1":
        one = tsp.SigningCertificate({"certs": [tsp.ESSCertID({"cert_hash": value})]})
        return attribute("signing_certificate", one)
    identifier = tsp.ESSCertIDv2({"hash_algorithm": {"algorithm": digest}, "cert_hash": value})
    return attribute("signing_certificate_v2", tsp.SigningCertificateV2({"certs": [identifier]}))


def der(tag: int, *contents: bytes) -> bytes:
    """One element of DER."""
    content = b"".join(contents)
    size = (len(content).bit_length() + 7) // 8
    length = (
        bytes([len(content)])
        if len(content) < 128
        else bytes([128 | size]) + len(content).to_bytes(size, "big")
    )
    return bytes([tag]) + length + content


def _encapsulated(kind: str, content: bytes | None) -> dict[str, str] | cms.EncapsulatedContentInfo:
    if content is None:
        return {"content_type": kind}
    inside = core.ParsableOctetString(content)
    return cms.EncapsulatedContentInfo({"content_type": kind, "content": inside})


def signed_data(
    content: bytes,
    certificate: bytes,
    key: Key,
    *,
    digest: str = "sha256",
    kind: str = "data",
    inside: bool = False,
    ess_digest: str = "sha256",
    others: Iterable[bytes] = (),
    attributes: Callable[[list[bytes]], list[bytes]] = sorted,
    change: Callable[[cms.SignedData], None] = lambda _: None,
) -> cms.ContentInfo:
    """CMS SignedData over ``content`` with attributes of the caller's choice, in the order that is given."""
    leaf = asn1_x509.Certificate.load(certificate)
    made = attributes(
        [
            attribute("content_type", cms.ContentType(kind)),
            attribute("message_digest", core.OctetString(hashlib.new(digest, content).digest())),
            ess(certificate, ess_digest),
        ]
    )
    to_sign = der(0x31, *made)
    value = raw_signature(key, to_sign, digest)
    info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {"issuer_and_serial_number": {"issuer": leaf.issuer, "serial_number": leaf.serial_number}}
            ),
            "digest_algorithm": {"algorithm": digest},
            "signed_attrs": cms.CMSAttributes.load(to_sign),
            "signature_algorithm": {"algorithm": _algorithm(key, digest)},
            "signature": value,
        }
    )
    signed = cms.SignedData(
        {
            "version": "v3" if inside else "v1",
            "digest_algorithms": [{"algorithm": digest}],
            "encap_content_info": _encapsulated(kind, content if inside else None),
            "certificates": [leaf, *map(asn1_x509.Certificate.load, others)],
            "signer_infos": [info],
        }
    )
    change(signed)
    return cms.ContentInfo({"content_type": "signed_data", "content": signed})


def token(
    data: bytes,
    when: datetime | bytes,
    certificate: bytes,
    key: Key,
    *,
    imprint: str = "sha256",
    info: Callable[[list[bytes]], list[bytes]] = list,
    **options: Any,
) -> bytes:
    """A TimeStampResp by an authority of the caller's making.

    ``when`` may be the bytes of genTime as they stand; ``info`` changes the fields of TSTInfo (RFC 3161, 2.4.2), which
    are version, policy, imprint, serial number and genTime, each in DER.
    """
    stated = when if isinstance(when, bytes) else when.strftime("%Y%m%d%H%M%SZ").encode()
    algorithm = algos.DigestAlgorithm({"algorithm": imprint})
    hashed = tsp.MessageImprint(
        {"hash_algorithm": algorithm, "hashed_message": hashlib.new(imprint, data).digest()}
    )
    version, policy, serial = core.Integer(1), core.ObjectIdentifier("1.2.3.4.5"), core.Integer(77)
    fields = [version.dump(), policy.dump(), hashed.dump(), serial.dump(), der(0x18, stated)]
    content = der(0x30, *info(fields))
    made = signed_data(content, certificate, key, kind="tst_info", inside=True, **options)
    return der(0x30, tsp.PKIStatusInfo({"status": "granted"}).dump(), made.dump())


def pss_algorithm(hash_name: str, mask: str, salt: int) -> algos.SignedDigestAlgorithm:
    """RSASSA-PSS with parameters of one's choice (RFC 4055)."""
    parameters = algos.RSASSAPSSParams(
        {
            "hash_algorithm": {"algorithm": hash_name},
            "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": mask}},
            "salt_length": salt,
        }
    )
    return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})
