"""Revocation: what CRLs and OCSP answers under trust/ say, which of them count, and which only pretend."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attacks import Attacks, Bench
from bundles import BETWEEN, START, Draft, Files, sha256, write
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

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
