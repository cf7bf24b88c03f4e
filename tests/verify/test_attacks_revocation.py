"""Revocation: what CRLs and OCSP answers under trust/ say, which of them count, and which only pretend."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import ocsp as asn1_ocsp
from attacks import Attacks, Bench
from bundles import BETWEEN, START, Draft, Files, sha256, write
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from evidentia.record.verdict import Verdict
from evidentia.verify import Trust, verify
from evidentia.verify.codes import Code
from evidentia.verify.revocation import RevocationData
from lab.pki import Lab

attack = Attacks()
AFTER_REVOCATION = datetime(2025, 7, 1, tzinfo=UTC)  # "revoked" is since 2025-06-01
PUBLISHED = datetime(2025, 9, 1, tzinfo=UTC)
TOKEN = "custody/000002.sha256.penyidik-a.p7s.tsr"


def talk(lab: Lab, who: str = "penyidik-a", start: datetime = START, notes: int = 1) -> Draft:
    """open, notes, export by one person."""
    draft = Draft(lab, start=start)
    draft.add("open", who, details={"title": "Uji"})
    for _ in range(notes):
        draft.add("note", who, details={"text": "catatan"})
    draft.add("export", who)
    return draft


def handed_on(lab: Lab) -> Draft:
    """open by one who is revoked, who hands over to one who is not; then a note and the export by the latter."""
    draft = Draft(lab, start=AFTER_REVOCATION)
    draft.add("open", "revoked", details={"title": "Uji"})
    draft.add("transfer", "revoked", "pengawas-b", details={"to": ["pengawas-b"]})
    draft.add("receive", "pengawas-b", details={"transfer": 2, "outcome": "accepted"})
    draft.add("note", "pengawas-b", details={"text": "catatan"})
    draft.add("export", "pengawas-b")
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


# Persons.


@attack(Code.SIGNER_REVOKED)
def revoked_before_says_an_ocsp_answer(lab: Lab) -> Files:
    draft = talk(lab, "revoked", AFTER_REVOCATION)
    draft.late[2] = trust_file(lab.ocsp("revoked", PUBLISHED), "ocsp")
    return draft.build()


@attack(Code.SIGNER_REVOKED)
def revoked_before_says_an_answer_of_the_issuer_itself(lab: Lab) -> Files:
    draft = talk(lab, "revoked", AFTER_REVOCATION)
    draft.late[2] = trust_file(answer_of(lab, "revoked", START, by="issuing"), "ocsp")
    return draft.build()


@attack()
def not_an_attack_revoked_later_says_an_ocsp_answer(lab: Lab) -> Files:
    draft = talk(lab, "revoked")
    draft.late[2] = trust_file(lab.ocsp("revoked", PUBLISHED), "ocsp")
    return draft.build()


@attack()
def not_an_attack_an_answer_about_somebody_else(lab: Lab) -> Files:
    draft = talk(lab)
    draft.late[2] = trust_file(lab.ocsp("revoked", PUBLISHED), "ocsp")
    return draft.build()


@attack()
def an_answer_by_somebody_without_delegation_is_nothing(lab: Lab) -> Files:
    draft = talk(lab)
    draft.late[2] = trust_file(answer_of(lab, "penyidik-a", START, by="ahli"), "ocsp")
    return draft.build()


@attack()
def an_answer_by_an_impostor_is_nothing(lab: Lab) -> Files:
    draft = talk(lab)
    draft.late[2] = trust_file(answer_of(lab, "penyidik-a", START, by="impostor-root"), "ocsp")
    return draft.build()


def answered_by_another(lab: Lab, *, nocheck: bool, revoked: datetime) -> Files:
    """Penyidik A was revoked, says a responder who was revoked himself, says a CRL of the issuer."""
    key = ec.generate_private_key(ec.SECP256R1())
    draft = talk(lab)
    answer = answer_by(lab, responder_of(lab, key, nocheck=nocheck), key)
    draft.late[2] = trust_file(answer, "ocsp") | trust_file(crl_about(lab, 4711, revoked), "crl")
    return draft.build()


@attack()
def an_answer_by_a_responder_who_had_been_revoked_is_nothing(lab: Lab) -> Files:
    return answered_by_another(lab, nocheck=False, revoked=START)


@attack(Code.SIGNER_REVOKED)
def an_answer_by_a_responder_who_was_revoked_later(lab: Lab) -> Files:
    return answered_by_another(lab, nocheck=False, revoked=PUBLISHED + timedelta(days=9000))


@attack(Code.SIGNER_REVOKED)
def an_answer_by_a_responder_whom_the_issuer_says_not_to_check(lab: Lab) -> Files:
    return answered_by_another(lab, nocheck=True, revoked=START)


@attack()
def a_crl_in_the_issuers_name_with_another_key_is_nothing(lab: Lab) -> Files:
    draft = talk(lab)
    draft.late[2] = trust_file(crl_of(lab, "issuing", {"penyidik-a": START}, key="ahli"), "crl")
    return draft.build()


@attack(Code.REVOCATION_LATE)
def revoked_before_says_only_a_crl_that_was_sealed_later(lab: Lab) -> Files:
    draft = handed_on(lab)
    draft.late[4] = trust_file(lab.crl("issuing", PUBLISHED), "crl")
    return draft.build()


@attack(Code.REVOCATION_LATE)
def revoked_before_says_only_an_answer_that_was_sealed_later(lab: Lab) -> Files:
    draft = handed_on(lab)
    draft.late[4] = trust_file(lab.ocsp("revoked", PUBLISHED), "ocsp")
    return draft.build()


@attack(Code.SIGNER_REVOKED, Code.REVOCATION_LATE)
def a_crl_counts_for_the_signature_that_its_own_seal_lists(lab: Lab) -> Files:
    draft = handed_on(lab)
    draft.late[3] = trust_file(lab.crl("issuing", PUBLISHED), "crl")
    return draft.build()


@attack(Code.SIGNER_REVOKED, shell=())
def an_issuer_between_was_revoked(lab: Lab) -> Files:
    draft = talk(lab)
    draft.late[2] = trust_file(crl_of(lab, "root", {"issuing": START}), "crl")
    return draft.build()


# Versions that do not exist: no ValueError in the library that reads them.


@attack(Code.TRUST_FILE_MALFORMED, shell=())
def a_crl_of_a_version_that_does_not_exist(lab: Lab) -> Files:
    draft = talk(lab)
    draft.late[2] = trust_file(lab.crl("issuing", PUBLISHED).replace(b"\2\1\1", b"\2\1\5", 1), "crl")
    return draft.build()


@attack(Code.TRUST_FILE_MALFORMED, shell=())
def a_certificate_of_a_version_that_does_not_exist(lab: Lab) -> Files:
    draft = talk(lab)
    der = lab.certificate("ahli").public_bytes(Encoding.DER)
    draft.late[2] = trust_file(der.replace(b"\xa0\3\2\1\2", b"\xa0\3\2\1\5", 1), "cer")
    return draft.build()


# Authorities.


@attack(Code.TSA_REVOKED)
def an_authority_revoked_before_its_token_was_bound(lab: Lab) -> Files:
    draft = talk(lab)
    draft.tsa[TOKEN] = "tsa2"
    draft.late[3] = trust_file(crl_of(lab, "time-root", {"tsa2": START}), "crl")
    return draft.build()


@attack()
def not_an_attack_an_authority_revoked_later(lab: Lab) -> Files:
    draft = talk(lab)
    draft.tsa[TOKEN] = "tsa2"
    draft.late[3] = trust_file(crl_of(lab, "time-root", {"tsa2": START + 4 * BETWEEN}), "crl")
    return draft.build()


@attack(Code.REVOCATION_LATE)
def an_authority_revoked_before_says_only_a_crl_that_was_sealed_later(lab: Lab) -> Files:
    draft = talk(lab, notes=2)
    draft.tsa[TOKEN] = "tsa2"
    draft.late[4] = trust_file(crl_of(lab, "time-root", {"tsa2": START}), "crl")
    return draft.build()


@pytest.fixture(scope="module")
def bench(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(attack, lab, tmp_path_factory.mktemp("revocation"))


@pytest.mark.parametrize("name", sorted(attack))
def test_both_verifiers_name_the_attack(name: str, bench: Bench) -> None:
    bench.check(name)


# When "not revoked" is known: verify.sh prints no notes, so this is asked of Python alone.


def judged(lab: Lab, folder: Path, *lists: Files) -> Verdict:
    draft = talk(lab)
    draft.late[2] = {path: data for files in lists for path, data in files.items()}
    return verify(
        write(draft.build(), folder / "b"), Trust.from_pem(str(lab.roots), str(lab.tsa_roots)), now=PUBLISHED
    )


def unknown(lab: Lab, verdict: Verdict) -> set[str]:
    """The people and authorities of whom the verdict notes that their revocation is not known."""
    about = {note.path for note in verdict.notes if note.code == "REVOCATION_UNKNOWN"}
    ders = {p: lab.certificate(p).public_bytes(Encoding.DER) for p in ("penyidik-a", "tsa")}
    return {person for person, der in ders.items() if f"trust/{sha256(der)}.cer" in about}


def test_lists_of_every_issuer_that_were_published_after_the_use_make_it_known(
    lab: Lab, tmp_path: Path
) -> None:
    lists = [trust_file(lab.crl(issuer, PUBLISHED), "crl") for issuer in ("issuing", "root", "time-root")]
    assert unknown(lab, judged(lab, tmp_path, *lists)) == set()


def test_an_answer_for_the_person_and_a_list_for_the_issuer_do_it_too(lab: Lab, tmp_path: Path) -> None:
    lists = [
        trust_file(lab.ocsp("penyidik-a", PUBLISHED), "ocsp"),
        trust_file(lab.crl("root", PUBLISHED), "crl"),
    ]
    assert unknown(lab, judged(lab, tmp_path, *lists)) == {"tsa"}


def test_without_lists_or_with_some_only_it_is_not_known(lab: Lab, tmp_path: Path) -> None:
    assert unknown(lab, judged(lab, tmp_path)) == {"penyidik-a", "tsa"}
    of_person = trust_file(lab.crl("issuing", PUBLISHED), "crl")
    assert unknown(lab, judged(lab, tmp_path / "some", of_person)) == {"penyidik-a", "tsa"}


@pytest.mark.parametrize(
    ("published", "valid", "known"),
    [
        (timedelta(days=-40), timedelta(days=30), False),
        (timedelta(days=-20), timedelta(days=30), True),
        (timedelta(), timedelta(days=1), True),
        (timedelta(days=90), timedelta(days=30), True),
        (timedelta(days=30 * 365), timedelta(days=30), False),  # after the certificate has expired
    ],
)
def test_a_list_is_silent_about_times_that_it_does_not_cover(
    lab: Lab, published: timedelta, valid: timedelta, known: bool
) -> None:
    crl = crl_of(lab, "issuing", {}, at=START + published, valid=valid)
    chain = (lab.certificate("penyidik-a"), lab.certificate("issuing"))
    assert RevocationData(trust_file(crl, "crl"), {}).of(chain, START).known is known


def scope(**given: bool) -> x509.IssuingDistributionPoint:
    flags = ("only_contains_user_certs", "only_contains_ca_certs", "indirect_crl")
    return x509.IssuingDistributionPoint(
        full_name=None,
        relative_name=None,
        only_some_reasons=None,
        only_contains_attribute_certs=False,
        **{flag: given.get(flag, False) for flag in flags},
    )


@pytest.mark.parametrize(
    ("extension", "known", "heard"),
    [
        (scope(only_contains_user_certs=True), True, True),
        (scope(only_contains_ca_certs=True), False, True),
        (scope(indirect_crl=True), False, False),
        (x509.DeltaCRLIndicator(1), False, False),
    ],
)
def test_a_list_of_part_of_the_certificates_is_silent_about_the_others(
    lab: Lab, extension: x509.ExtensionType, known: bool, heard: bool
) -> None:
    chain = (lab.certificate("penyidik-a"), lab.certificate("issuing"))
    silent = crl_of(lab, "issuing", {}, extension=extension)
    assert RevocationData(trust_file(silent, "crl"), {}).of(chain, START).known is known
    telling = crl_of(lab, "issuing", {"penyidik-a": START}, extension=extension)
    since = RevocationData(trust_file(telling, "crl"), {}).of(chain, START).since
    assert since == (START if heard else None)


@pytest.mark.parametrize("digest", [hashes.SHA1(), hashes.SHA256(), hashes.SHA384(), hashes.SHA512()])
def test_an_answer_may_name_the_certificate_by_any_of_four_digests(
    lab: Lab, digest: hashes.HashAlgorithm
) -> None:
    answer = answer_of(lab, "penyidik-a", START, by="ocsp", digest=digest)
    chain = (lab.certificate("penyidik-a"), lab.certificate("issuing"))
    assert RevocationData(trust_file(answer, "ocsp"), {}).of(chain, START).since == START


def test_an_answer_with_a_flipped_bit_says_nothing(lab: Lab) -> None:
    answer = bytearray(answer_of(lab, "penyidik-a", START, by="ocsp"))
    at = answer.index(b"20250301")  # the revocation's date
    answer[at + 3] ^= 1
    chain = (lab.certificate("penyidik-a"), lab.certificate("issuing"))
    assert RevocationData(trust_file(bytes(answer), "ocsp"), {}).of(chain, START) == (False, None, None)


# What cryptography does not do by itself: PSS, and responders of whom a list tells.


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


def since(lab: Lab, *lists: Files) -> datetime | None:
    """Since when Penyidik A is revoked, by these lists."""
    chain = (lab.certificate("penyidik-a"), lab.certificate("issuing"))
    return (
        RevocationData({path: der for files in lists for path, der in files.items()}, {})
        .of(chain, START)
        .since
    )


def test_a_name_that_the_library_does_not_know_is_no_traceback(lab: Lab) -> None:
    """An x400Address as the certificate's distribution point: read only when a list of another point asks for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    x400 = x509.UnrecognizedExtension(
        x509.CRLDistributionPoints.oid, bytes.fromhex("300a3008a006a004a3023000")
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Penyidik Z")]))
        .issuer_name(lab.certificate("issuing").subject)
        .public_key(key.public_key())
        .serial_number(4711)
        .not_valid_before(START - timedelta(days=30))
        .not_valid_after(START + timedelta(days=1000))
        .add_extension(x400, critical=False)
    )
    certificate = builder.sign(lab.key("issuing"), hashes.SHA256())
    with pytest.raises(x509.UnsupportedGeneralNameType):
        _ = certificate.extensions
    point = x509.IssuingDistributionPoint(
        full_name=[x509.UniformResourceIdentifier("http://penerbit.example/a.crl")],
        relative_name=None,
        only_contains_user_certs=False,
        only_contains_ca_certs=False,
        only_some_reasons=None,
        indirect_crl=False,
        only_contains_attribute_certs=False,
    )
    crl = trust_file(crl_of(lab, "issuing", {}, extension=point), "crl")
    assert RevocationData(crl, {}).of((certificate, lab.certificate("issuing")), START).known is False


def test_an_answer_may_be_signed_with_pss(lab: Lab) -> None:
    key = rsa.generate_private_key(65537, 2048)
    plain = answer_by(lab, responder_of(lab, key, nocheck=True), key)
    assert since(lab, trust_file(pss_signed(plain, key), "ocsp")) == START
    forged = pss_signed(plain, rsa.generate_private_key(65537, 2048))
    assert since(lab, trust_file(forged, "ocsp")) is None


def test_openssl_holds_the_pss_signed_answer_for_good_too(
    lab: Lab, tmp_path: Path, program: Callable[[str], Path]
) -> None:
    key = rsa.generate_private_key(65537, 2048)
    answer = pss_signed(answer_by(lab, responder_of(lab, key, nocheck=True), key), key)
    (tmp_path / "a").write_bytes(answer)
    issuing = str(lab.folder / "certs" / "issuing.pem")
    command = [str(program("openssl")), "ocsp", "-respin", str(tmp_path / "a"), "-CAfile", issuing]
    done = subprocess.run(
        [*command, "-partial_chain", "-no_check_time"], capture_output=True, text=True, check=False
    )
    assert "Response verify OK" in done.stderr


@pytest.mark.parametrize(
    ("nocheck", "revoked", "heard"),
    [
        (False, PUBLISHED - timedelta(days=700), False),
        (False, PUBLISHED + timedelta(days=3000), True),  # after it had answered
        (True, PUBLISHED - timedelta(days=700), True),  # the issuer had said: do not ask
    ],
)
def test_a_responder_that_was_revoked_says_nothing(
    lab: Lab, nocheck: bool, revoked: datetime, heard: bool
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    answer = trust_file(answer_by(lab, responder_of(lab, key, nocheck=nocheck), key), "ocsp")
    crl = trust_file(crl_about(lab, 4711, revoked), "crl")
    assert since(lab, answer) == START
    assert since(lab, answer, crl) == (START if heard else None)


def test_that_nothing_was_revoked_may_be_learnt_from_lists_that_were_sealed_later(
    lab: Lab, tmp_path: Path
) -> None:
    draft = talk(lab, notes=3)
    for issuer in ("issuing", "root", "time-root"):
        draft.late.setdefault(5, {}).update(trust_file(lab.crl(issuer, PUBLISHED), "crl"))
    anchors = Trust.from_pem(str(lab.roots), str(lab.tsa_roots))
    verdict = verify(write(draft.build(), tmp_path / "b"), anchors, now=PUBLISHED)
    assert unknown(lab, verdict) == set()
