"""CRLs and OCSP answers for tests: by the lab's authorities, and by whoever pretends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from asn1crypto import ocsp as asn1_ocsp
from bundles import START, Draft, Files, sha256
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from lab.pki import Lab

PUBLISHED = datetime(2025, 9, 1, tzinfo=UTC)


def talk(lab: Lab, who: str = "penyidik-a", start: datetime = START, notes: int = 1) -> Draft:
    """open, notes, export by one person."""
    draft = Draft(lab, start=start)
    draft.add("open", who, details={"title": "Uji"})
    for _ in range(notes):
        draft.add("note", who, details={"text": "catatan"})
    draft.add("export", who)
    return draft


def trust_file(der: bytes, kind: str) -> Files:
    return {f"trust/{sha256(der)}.{kind}": der}


def crl_of(
    lab: Lab,
    issuer: str,
    revoked: dict[str, datetime],
    *,
    key: str = "",
    at: datetime = PUBLISHED,
    valid: timedelta = timedelta(days=30),
    extension: x509.ExtensionType | None = None,
) -> bytes:
    """A CRL in the name of one of the lab's authorities; ``key``: who signs in its place."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(lab.certificate(issuer).subject)
    builder = builder.last_update(at).next_update(at + valid)
    if extension is not None:
        builder = builder.add_extension(extension, critical=True)
    for label, since in revoked.items():
        entry = x509.RevokedCertificateBuilder().serial_number(lab.certificate(label).serial_number)
        builder = builder.add_revoked_certificate(entry.revocation_date(since).build())
    return builder.sign(lab.key(key or issuer), hashes.SHA256()).public_bytes(Encoding.DER)


def answer_of(
    lab: Lab, person: str, revoked: datetime | None, *, by: str, digest: hashes.HashAlgorithm | None = None
) -> bytes:
    """An OCSP answer about a person, signed by anybody of the lab, whose certificate it brings along."""
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=lab.certificate(person),
        issuer=lab.certificate("issuing"),
        algorithm=digest or hashes.SHA256(),
        cert_status=ocsp.OCSPCertStatus.GOOD if revoked is None else ocsp.OCSPCertStatus.REVOKED,
        this_update=PUBLISHED,
        next_update=PUBLISHED + timedelta(days=1),
        revocation_time=revoked,
        revocation_reason=None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.NAME, lab.certificate(by))
    builder = builder.certificates([lab.certificate(by)])
    return builder.sign(lab.key(by), hashes.SHA256()).public_bytes(Encoding.DER)


def pss_signed(answer: bytes, key: rsa.RSAPrivateKey) -> bytes:
    """The same answer under an RSASSA-PSS signature (RFC 4055): SHA-256 throughout, a salt of 32 bytes."""
    response = asn1_ocsp.OCSPResponse.load(answer)
    basic = response["response_bytes"]["response"].parsed
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    signature = key.sign(basic["tbs_response_data"].dump(), pss, hashes.SHA256())
    sha256_id = {"algorithm": "sha256"}
    parameters = {
        "hash_algorithm": sha256_id,
        "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": sha256_id},
        "salt_length": 32,
    }
    signed = asn1_ocsp.BasicOCSPResponse(
        {
            "tbs_response_data": basic["tbs_response_data"],
            "signature_algorithm": {"algorithm": "rsassa_pss", "parameters": parameters},
            "signature": signature,
            "certs": basic["certs"],
        }
    )
    response["response_bytes"] = {"response_type": "basic_ocsp_response", "response": signed}
    return bytes(response.dump(force=True))


def responder_of(
    lab: Lab, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, *, nocheck: bool
) -> x509.Certificate:
    """A certificate with which the issuing authority delegates its answers to somebody."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Penjawab")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(lab.certificate("issuing").subject)
        .public_key(key.public_key())
        .serial_number(4711)
        .not_valid_before(START - timedelta(days=30))
        .not_valid_after(START + timedelta(days=1000))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False)
    )
    if nocheck:
        builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
    issuing = lab.key("issuing")
    return builder.sign(issuing, hashes.SHA256())


def answer_by(
    lab: Lab, responder: x509.Certificate, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
) -> bytes:
    """An answer that Penyidik A was revoked, by a responder of the test's own."""
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=lab.certificate("penyidik-a"),
        issuer=lab.certificate("issuing"),
        algorithm=hashes.SHA256(),
        cert_status=ocsp.OCSPCertStatus.REVOKED,
        this_update=PUBLISHED,
        next_update=PUBLISHED + timedelta(days=1),
        revocation_time=START,
        revocation_reason=None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, responder).certificates([responder])
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def crl_about(lab: Lab, serial: int, since: datetime) -> bytes:
    """A CRL of the issuing authority with one entry."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(lab.certificate("issuing").subject)
    entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since).build()
    builder = builder.last_update(PUBLISHED).next_update(PUBLISHED + timedelta(days=30))
    crl = builder.add_revoked_certificate(entry).sign(lab.key("issuing"), hashes.SHA256())
    return crl.public_bytes(Encoding.DER)
